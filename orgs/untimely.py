"""Deeds that are refused because what they are about is not, or not any more, as they suppose.

Each such exception is noted where it is raised, so that no view has to tell: it may answer with a page, with
JSON or with a sentence on the next page, and none of them can forget.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from orgs.models import Unit

_NOTED: ContextVar[list["Untimely"] | None] = ContextVar("noted", default=None)


class Untimely(Exception):
    """A deed refused by the state it meets; carries one Chinese sentence. To be mixed into an app's own."""

    unit: Unit | None = None
    """The unit it is about, where the address of the request does not say it: one of many."""

    def __init__(self, *words: Any):
        super().__init__(*words)
        noted = _NOTED.get()
        if noted is not None:
            noted.append(self)


@contextmanager
def noted_refusals() -> Iterator[list[Untimely]]:
    """Give the list into which each refusal is noted until the end of the block."""
    noted: list[Untimely] = []
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


def final_of(noted: list[Untimely]) -> list[Untimely]:
    """Return the refusals that were answered with: not those that another one was made from."""
    causes = {id(each.__context__) for each in noted}
    return [each for each in noted if id(each) not in causes]
