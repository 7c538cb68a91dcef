"""To what effect: the yearly goal, the indicators and their scoring. The top of the house."""
