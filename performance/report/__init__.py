"""The self-evaluation report: its outline, what it says of a return, and where each of its figures stands."""
