"""The official forms a return fills in: declared by edition, made from its rows."""
