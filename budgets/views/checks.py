"""What is checked, for everybody to read; and what the bureau sets otherwise for the checks of a round."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from budgets import result_actions
from budgets.checks.catalogue import CHECKS
from budgets.checks.settings import (
    newest_rules_of,
    on_last_year,
    rules_on_in,
    severities_of,
    thresholds_of,
    tried_in,
)
from budgets.checks.thresholds import OF_OPENING, TITLES, Thresholds, Title
from budgets.finding_forms import SEVERITIES, CheckSettingForm, ThresholdForm, mistakes_of
from budgets.models import BureauRule, RuleSwitch
from budgets.money import parted
from orgs.models import User
from orgs.permissions import can_review
from orgs.requests import Request
from submissions import actions, finding_actions
from submissions.findings import Check, Severity
from submissions.models import CheckSetting, CollectionRound, Override, RoundThreshold
from submissions.views.rounds import visible_round

USUAL = Thresholds()
_CHECK, _THRESHOLD = "check-", "threshold-"
"""How the anchors of checks and thresholds begin."""
_PLACES = {*(f"{_CHECK}{each.code}" for each in CHECKS), *(f"{_THRESHOLD}{name}" for name in TITLES)}
_SENT = {"limit": 50, "severity": 20, "reason": 220}
"""What of a refused setting is put back into its form, by the address; so many characters of each."""


@dataclass(frozen=True, slots=True)
class PrintedThreshold:
    """A threshold as pages show it: what it usually is, and what it is in a round."""

    name: str
    about: Title
    usual: str
    limit: str
    is_set: bool

    @property
    def place(self) -> str:
        """The anchor of its row."""
        return f"{_THRESHOLD}{self.name}"


@dataclass(frozen=True, slots=True)
class PrintedCheck:
    """A check of a round, and how grave it is there: None where it is off."""

    check: Check
    severity: Severity | None

    @property
    def place(self) -> str:
        """The anchor of its row."""
        return f"{_CHECK}{self.check.code}"

    @property
    def is_set(self) -> bool:
        """Whether it is otherwise than by itself."""
        return self.severity is not self.check.severity

    @property
    def chosen(self) -> str:
        """What the form for it is filled in with: "" for as by itself."""
        if not self.is_set:
            return CheckSetting.OF_ITSELF
        return CheckSetting.OFF if self.severity is None else self.severity


@require_safe
def checks(request: Request) -> HttpResponse:
    """Show every rule with formula, tolerance, source and example, own ones too, and the usual thresholds."""
    context = {"checks": CHECKS, "own_rules": _own_rules(request.user), "thresholds": _thresholds(USUAL)}
    return render(request, "budgets/checks.html", context)


@dataclass(frozen=True, slots=True)
class RulesInRound:
    """A bureau's own rules that are on in a round, and which of their codes have their anchor here."""

    round: CollectionRound
    rules: list[BureauRule]
    anchors: set[str]


def _own_rules(user: User) -> list[RulesInRound]:
    """Return the own rules of the bureaux above her units, the latest year first, in two queries."""
    units = [each.unit for each in user.active_memberships]
    rounds = CollectionRound.objects.reaching(units).select_related("bureau").order_by("-fiscal_year", "pk")
    on = rules_on_in(each.pk for each in rounds)
    found, seen = [], set[str]()
    for round in rounds:
        codes = {rule.code for rule in on[round.pk]}
        if codes:
            found.append(RulesInRound(round, on[round.pk], codes - seen))
        seen |= codes
    return found


def _thresholds(now: Thresholds) -> list[PrintedThreshold]:
    return [
        PrintedThreshold(name, about, _plain(usual), _plain(limit), usual != limit)
        for name, about in TITLES.items()
        for usual, limit in [(getattr(USUAL, name), getattr(now, name))]
    ]


def _of_opening(round: CollectionRound) -> list[PrintedThreshold]:
    """Return what a round was opened with, beside what a new one has."""
    found = []
    for name, about in OF_OPENING.items():
        usual, limit = (Decimal(getattr(each, name)) for each in (CollectionRound(), round))
        found.append(PrintedThreshold(name, about, _plain(usual), _plain(limit), usual != limit))
    return found


def _plain(limit: Decimal) -> str:
    """A limit without needless zeros: 30, 0.5, 100,000."""
    digits = f"{limit:f}"
    return parted(digits.rstrip("0").rstrip(".") if "." in digits else digits)


@dataclass(frozen=True, slots=True)
class Asked:
    """The setting she has just sent, by the anchor of its row: "" for none; as she sent it where refused."""

    place: str = ""
    refused: str = ""
    """The place, where it was refused: its form stays open."""
    limit: str = ""
    severity: str = ""
    reason: str = ""


def _asked(request: Request) -> Asked:
    sent = {name: request.GET.get(name, "")[:longest] for name, longest in _SENT.items()}
    place = request.GET.get("at", "")
    if place not in _PLACES:
        return Asked()
    return Asked(place, place if "reason" in request.GET else "", **sent)


@require_safe
def round_checks(request: Request, round_id: int) -> HttpResponse:
    """Show the rules and thresholds of a round, what was set and let pass there, and her forms."""
    round = visible_round(request, round_id)
    severities = severities_of([round.pk])[round.pk]
    rules = _rules(round)
    context = {
        "round": round,
        "thresholds": _thresholds(thresholds_of([round.pk])[round.pk]),
        "of_opening": _of_opening(round),
        "checks": [PrintedCheck(each, severities.get(each.code, each.severity)) for each in CHECKS],
        "rules": rules,
        "on_last_year": [each for each in rules if each.last],
        "choices": SEVERITIES,
        "settings": settings_of(round),
        "overrides": list(
            Override.objects.filter(submission__round=round)
            .select_related("submission__unit")
            .order_by("-pk")
        ),
        "can_set": can_review(request.user, round.bureau),
        "asked": _asked(request),
    }
    return render(request, "budgets/round_checks.html", context)


@dataclass(frozen=True, slots=True)
class PrintedRule:
    """A rule of the bureau's own as it reads now, and how it stands in a round."""

    rule: BureauRule
    on: BureauRule | None
    """The version that is on; None where it is off."""
    is_tried: bool
    """Whether it was tried out for the round as it reads now."""
    last: RuleSwitch | None
    """By what it was on in the round before; None where it was not, or was switched in this one."""


def _rules(round: CollectionRound) -> list[PrintedRule]:
    """Return the rules a bureau has written, in five queries."""
    last = on_last_year(round)
    on = {each.number: each for each in rules_on_in([round.pk])[round.pk]}
    tried = tried_in(round)
    return [
        PrintedRule(each, on.get(each.number), each.pk in tried, last.get(each.number))
        for each in newest_rules_of(round.bureau)
    ]


@dataclass(frozen=True, slots=True)
class PrintedSetting:
    """What the bureau set in a round: of a check or a threshold, or of a rule of its own, to what."""

    record: CheckSetting | RoundThreshold | RuleSwitch
    about: str
    to: str


def settings_of(round: CollectionRound) -> list[PrintedSetting]:
    """Return everything that was set in a round, the newest first, in three queries."""
    checks = round.check_settings.all()
    found = [PrintedSetting(each, each.code, each.get_severity_display()) for each in checks]
    for switch in RuleSwitch.objects.filter(round=round).select_related("rule"):
        found.append(PrintedSetting(switch, str(switch.rule), switch.said))
    for threshold in round.thresholds.filter(name__in=TITLES):
        title = TITLES[threshold.name]
        to = "恢复默认" if threshold.limit is None else f"{_plain(threshold.limit)} {title.unit}"
        found.append(PrintedSetting(threshold, title.title, to))
    return sorted(found, key=lambda each: each.record.at, reverse=True)


@require_POST
def set_check(request: Request, round_id: int) -> HttpResponse:
    """Set how grave a check is in a round, and go back to it."""
    form = CheckSettingForm(request.POST)
    return _set(request, round_id, form, finding_actions.set_check, f"{_CHECK}{request.POST.get('code', '')}")


@require_POST
def set_threshold(request: Request, round_id: int) -> HttpResponse:
    """Set a threshold of a round, and go back to it."""
    form = ThresholdForm(request.POST)
    place = f"{_THRESHOLD}{request.POST.get('name', '')}"
    return _set(request, round_id, form, finding_actions.set_threshold, place)


@require_POST
def check_round_again(request: Request, round_id: int) -> HttpResponse:
    """Check the returns of a round whose stored results are no longer so, and go back to the round."""
    round = visible_round(request, round_id)
    try:
        done, left = result_actions.check_round_again(round=round, by=request.user)
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    also = f"还有 {left} 份，请再点一次。" if left else "都是最新的了。"
    messages.success(request, f"重新检查了 {done} 份，{also}")
    return redirect("round_overview", round_id)


def _set(
    request: Request, round_id: int, form: forms.Form, deed: Callable[..., Any], place: str
) -> HttpResponse:
    """Set something for a round and go back to its row; a refusal is said there, over the form as it was."""
    round = visible_round(request, round_id)
    sent: dict[str, str] = {}
    try:
        finding_actions.check_may_set(round, by=request.user)
        if not form.is_valid():
            raise actions.Unfinished(mistakes_of(form, "limit"))
        deed(round=round, **form.cleaned_data, by=request.user, at=timezone.now())
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        sent = {name: request.POST.get(name, "")[:longest] for name, longest in _SENT.items()}
    else:
        messages.success(request, "已调整，所有单位都能看到原因。任务总览里的检查结果要重新检查后才更新。")
    page = redirect("round_checks", round_id)["Location"]
    return redirect(f"{page}?{urlencode({'at': place, **sent})}#{place}" if place in _PLACES else page)
