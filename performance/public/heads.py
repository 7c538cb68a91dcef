"""The main figures of published returns for lists: proved once to be what was approved, and then kept."""

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass

from django.core.cache import cache

from budgets.measures import VARIANCE_TO_INITIAL, VARIANCE_TO_INITIAL_RATE
from budgets.money import AmountUnit, amount_text, rate_text
from budgets.rows import MeasuredRow, head_figures
from performance.public.kept_files import REST, Busy, found, keep, turn
from performance.public.versions import digest_of
from performance.snapshots import not_as_approved
from submissions.models import Submission

WAN = AmountUnit.WAN
_FILE = "head.json"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """The main figures of a return as printed in 万元 and percent."""

    initial: str
    outturn: str
    gap: str
    rate: str


def heads_of(versions: Sequence[Submission]) -> dict[int, Head | None]:
    """Return the main figures of approved returns by their ids; None for one that is not as approved.

    Their digests are read already. Where all are kept there is no query, else a constant number for the
    others; what was found not to be as approved is left alone for a while. While something else is made for
    the public nothing is proved, and those that are not kept yet are not there.
    """
    key = digest_of(_FILE)
    heads: dict[int, Head | None] = {each.pk: head for each in versions if (head := _kept(each, key))}
    unknown = []
    for each in versions:
        if each.pk not in heads:
            if cache.get(_suspect(each)):
                heads[each.pk] = None
            else:
                unknown.append(each)
    if unknown:
        with suppress(Busy), turn(patience=0):
            heads |= _proved(unknown, key)
    return heads


def _proved(versions: list[Submission], key: str) -> dict[int, Head | None]:
    changed = {each.pk for each in not_as_approved(versions)}
    figures = head_figures(versions)
    heads: dict[int, Head | None] = {}
    for each in versions:
        if each.pk in changed:
            _LOG.error("The published return %s is not what was approved: its figures are not shown", each.pk)
            cache.set(_suspect(each), True, REST)
            heads[each.pk] = None
            continue
        heads[each.pk] = head = _head(figures[each.pk])
        keep(each.snapshot.sha256, _FILE, key, json.dumps(asdict(head)).encode())
    return heads


def _kept(version: Submission, key: str) -> Head | None:
    content = found(version.snapshot.sha256, _FILE, key)
    with suppress(ValueError, TypeError):  # a file that is damaged is made anew
        return Head(**json.loads(content)) if content else None
    return None


def _suspect(version: Submission) -> str:
    return f"not-as-approved-{version.snapshot.sha256}"


def _head(row: MeasuredRow) -> Head:
    return Head(
        amount_text(row.values["initial_budget"], WAN),
        amount_text(row.values["outturn"], WAN),
        amount_text(row.measures[VARIANCE_TO_INITIAL.name], WAN, signed=True),
        rate_text(row.measures[VARIANCE_TO_INITIAL_RATE.name], signed=True),
    )
