"""A synthetic region: units of all kinds with believable returns over some years, all made up.

Pure but for nothing: no module here imports Django. `performance.region_actions` writes what they make up.
"""
