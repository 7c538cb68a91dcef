"""What the bureau has set otherwise for the checks of its rounds, each read in one query for any number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from budgets.checks.thresholds import NAMES, Thresholds
from submissions.findings import Severity
from submissions.models import CheckSetting, RoundThreshold

Severities = dict[str, Severity | None]
"""How grave checks are in a round, by code, where it is otherwise than by themselves; None: not checked."""


def thresholds_of(rounds: Iterable[int]) -> dict[int, Thresholds]:
    """Return the thresholds of rounds by their numbers; a round without any of its own has the usual ones."""
    found: dict[int, Thresholds] = defaultdict(Thresholds)
    usual = Thresholds()
    for each in RoundThreshold.objects.filter(round__in=set(rounds), name__in=NAMES).order_by("pk"):
        limit = getattr(usual, each.name) if each.limit is None else each.limit
        found[each.round_id] = replace(found[each.round_id], **{each.name: limit})
    return found


def severities_of(rounds: Iterable[int]) -> dict[int, Severities]:
    """Return how grave checks are in rounds, where the bureau set it; a round without settings has {}."""
    found: dict[int, Severities] = defaultdict(dict)
    for each in CheckSetting.objects.filter(round__in=set(rounds)).order_by("pk"):
        if each.severity == CheckSetting.OF_ITSELF:
            found[each.round_id].pop(each.code, None)
        else:
            is_off = each.severity == CheckSetting.OFF
            found[each.round_id][each.code] = None if is_off else Severity(each.severity)
    return found
