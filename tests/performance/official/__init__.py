"""The official forms of a return."""
