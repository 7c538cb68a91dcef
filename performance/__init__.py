"""To what effect: goals, indicators and their scoring. The top of the house; holds no model yet."""
