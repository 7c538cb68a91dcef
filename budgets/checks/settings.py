"""What the bureau has set otherwise for the checks of its rounds, each read in one query for any number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from budgets.checks.own_rules import kept_check_of, rule_of
from budgets.checks.thresholds import NAMES, Thresholds
from budgets.models import BureauRule, RuleSwitch, RuleTrial
from orgs.models import Unit
from submissions.findings import Check, Severity
from submissions.models import CheckSetting, CollectionRound, RoundThreshold

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


def rules_on_in(rounds: Iterable[int]) -> dict[int, list[BureauRule]]:
    """Return the versions of own rules that are on in rounds, by their code; a round without any has []."""
    newest = _newest_switches(rounds)
    found: dict[int, list[BureauRule]] = defaultdict(list)
    for (round, _), switch in sorted(newest.items()):
        if switch.is_on:
            found[round].append(switch.rule)
    return found


def _newest_switches(rounds: Iterable[int]) -> dict[tuple[int, int], RuleSwitch]:
    """Return how own rules were switched last in rounds, by round and the number of the rule."""
    switches = RuleSwitch.objects.filter(round__in=set(rounds)).select_related("rule").order_by("pk")
    return {(each.round_id, each.rule.number): each for each in switches}


def on_last_year(round: CollectionRound) -> dict[int, RuleSwitch]:
    """Return by what own rules are on in the round before, but for those that were switched in this one.

    By their numbers; {} without a round before.
    """
    last = round.last_year()
    switches = _newest_switches([round.pk, last.pk] if last else [])
    decided = {number for of, number in switches if of == round.pk}
    return {number: each for (_, number), each in switches.items() if each.is_on and number not in decided}


def tried_in(round: CollectionRound) -> set[int]:
    """Return the versions of own rules, by their id, that were tried out for a round."""
    return set(RuleTrial.objects.filter(round=round).values_list("rule", flat=True))


def newest_rules_of(bureau: Unit) -> list[BureauRule]:
    """Return the rules a bureau has written as they read now, by their numbers; [] for none."""
    versions = BureauRule.objects.filter(bureau=bureau).order_by("number", "-version")
    return list(versions.distinct("number"))


def own_checks_of(rounds: Iterable[int]) -> dict[int, list[Check]]:
    """Return the own rules that are on in rounds as checks; a round without any has []."""
    found: dict[int, list[Check]] = defaultdict(list)
    for round, rules in rules_on_in(rounds).items():
        found[round] = [kept_check_of(rule_of(each)) for each in rules]
    return found
