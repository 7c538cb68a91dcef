"""One deed done to many, each singly: what can be done is done, and what cannot is said with its reason."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.contrib import messages

from orgs.models import Unit
from orgs.requests import Request
from orgs.untimely import Untimely
from submissions.actions import Refused

T = TypeVar("T")


def do_each(
    things: Iterable[T], deed: Callable[[T], Any], unit_of: Callable[[T], Unit]
) -> tuple[list[T], dict[str, list[T]]]:
    """Do a deed to each thing, in a transaction of its own; return those done, and the others by reason.

    `unit_of` gives the unit that a refusal is recorded of.
    """
    done: list[T] = []
    refused: dict[str, list[T]] = {}
    for thing in things:
        try:
            deed(thing)
        except Refused as refusal:
            if isinstance(refusal, Untimely):
                refusal.unit = unit_of(thing)
            refused.setdefault(str(refusal), []).append(thing)
        else:
            done.append(thing)
    return done, refused


def say_each(
    request: Request, name: str, counted: str, done: Sequence[Any], refused: dict[str, list[Any]]
) -> None:
    """Say on the next page which of many were done, and which were not and why.

    `name` is the deed's, `counted` what its things are counted in.
    """
    if done:
        messages.success(request, f"已{name} {len(done)} {counted}：{_listed(done)}。")
    for reason, things in refused.items():
        messages.warning(request, f"{len(things)} {counted}没有{name}：{_listed(things)}。原因：{reason}")


def _listed(things: Sequence[Any]) -> str:
    return "、".join(map(str, things))
