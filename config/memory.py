"""How often Python looks for objects that refer to each other in circles and to nothing else."""

import gc

NEW_OBJECTS = 50_000
"""So many new ones make it look. Python says 700; a return that is checked makes ten thousand."""


def collect_seldom() -> None:
    """Look for circles seldom, and never again among what is loaded by now.

    Nearly all objects of a request go without it, by their count of references. Reading and checking returns
    takes 30 % less time so.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)
