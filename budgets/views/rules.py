"""A finance bureau's own rules: one with its trial and its versions, the form it is written in, its deeds."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import rule_actions
from budgets.checks.formulas import FormulaMistake
from budgets.checks.names import NamesOfSchedule, names_by_schedule
from budgets.checks.printed import Figures, figures_of
from budgets.checks.settings import on_last_year
from budgets.checks.trials import Trial, returns_to_try_on, try_out
from budgets.finding_forms import mistakes_of
from budgets.models import BureauRule, RuleSwitch, RuleTrial
from budgets.money import AmountUnit
from budgets.rule_actions import RuleText
from budgets.rule_forms import SAID, ChangedRuleForm, RuleForm, SwitchForm
from budgets.views.addresses import place_url
from orgs.permissions import can_review
from orgs.pinyin import initials
from orgs.requests import Request
from submissions import actions, finding_actions
from submissions.findings import Finding, State
from submissions.models import CollectionRound, Submission
from submissions.views.rounds import visible_round

STATES = {"不通过": (State.ERROR, State.WARNING), "不能检查": (State.CANNOT_BE_COMPUTED,)}
"""How a rule may come out in a return that is shown, in the order people look."""


@dataclass(frozen=True, slots=True)
class PrintedTried:
    """What a rule finds in one return, as the page of its trial shows it."""

    submission: Submission
    finding: Finding
    figures: Figures
    url: str


@dataclass(frozen=True, slots=True)
class PrintedTrial:
    """What a rule finds in returns of one year: how often what, and those of each group of `STATES`."""

    trial: Trial
    groups: dict[str, list[PrintedTried]]

    @property
    def number(self) -> int:
        """On how many returns it was tried."""
        return self.trial.states.total()


@require_safe
def own_rule(request: Request, round_id: int, number: int) -> HttpResponse:
    """Show a rule of the bureau as it reads now: what it would find, whether it is on, what it was before."""
    round = visible_round(request, round_id)
    rule = _rule(round, number)
    versions = BureauRule.objects.filter(bureau=round.bureau, number=number).order_by("-version")
    switches = RuleSwitch.objects.filter(round=round, rule__number=number).select_related("rule")
    trial = RuleTrial.objects.filter(round=round, rule=rule).order_by("-pk").first()
    context = {
        "round": round,
        "rule": rule,
        "versions": list(versions),
        "switches": list(switches.order_by("-pk")),
        "on": rule_actions.switched_on(round, number),
        "last": on_last_year(round).get(number),
        "trial": trial,
        "tried": _tried(request, round, rule) if trial else None,
        "can_set": can_review(request.user, round.bureau),
    }
    return render(request, "budgets/own_rule.html", context)


def _rule(round: CollectionRound, number: int) -> BureauRule:
    """Return a rule of the bureau of a round as it reads now (404 where there is none)."""
    rule = rule_actions.newest_version(round.bureau, number)
    if rule is None:
        raise Http404
    return rule


def _tried(request: Request, round: CollectionRound, rule: BureauRule) -> PrintedTrial | None:
    """What a rule finds now in the returns it is tried out on; None where it cannot be read any more."""
    unit = AmountUnit(request.user.amount_unit)
    try:
        trial = try_out(rule, returns_to_try_on(round, request.user), round, unit)
    except FormulaMistake:
        return None
    groups = {name: _printed(trial, states, unit) for name, states in STATES.items()}
    return PrintedTrial(trial, groups)


def _printed(trial: Trial, states: Iterable[State], unit: AmountUnit) -> list[PrintedTried]:
    return [
        PrintedTried(
            submission,
            finding,
            figures_of(finding.outcome, unit),
            place_url(submission, finding.outcome.place),
        )
        for submission, finding in trial.found
        if finding.state in states
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def write_rule(request: Request, round_id: int) -> HttpResponse:
    """Ask for a new rule and keep it; what is wrong is said on the page, where it is (422)."""
    round = _settable_round(request, round_id)
    form = RuleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        keep = rule_actions.write_rule
        if rule := _kept(form, lambda: keep(round=round, text=form.text, by=request.user, at=timezone.now())):
            messages.success(request, f"已保存为 {rule.code}。试运行以后才能启用。")
            return redirect("own_rule", round.pk, rule.number)
    return _form_page(request, "budgets/write_rule.html", round, form)


@require_http_methods(["GET", "HEAD", "POST"])
def change_rule(request: Request, round_id: int, number: int) -> HttpResponse:
    """Ask for the next version of a rule and keep it; what is wrong is said on the page (422)."""
    round = _settable_round(request, round_id)
    rule = _rule(round, number)
    said = {each.name: getattr(rule, each.name) for each in fields(RuleText)} | {"version": rule.version}
    form = ChangedRuleForm(request.POST if request.method == "POST" else None, initial=said)
    if form.is_valid():

        def keep() -> BureauRule:
            return rule_actions.change_rule(
                round=round,
                number=number,
                version=form.cleaned_data["version"],
                text=form.text,
                by=request.user,
                at=timezone.now(),
            )

        if changed := _kept(form, keep):
            messages.success(request, f"已保存为第 {changed.version} 版。试运行以后才能启用。")
            return redirect("own_rule", round.pk, number)
    return _form_page(request, "budgets/change_rule.html", round, form, rule=rule)


def _settable_round(request: Request, round_id: int) -> CollectionRound:
    """Return a round whose checks she sets (404, 403 for others)."""
    round = visible_round(request, round_id)
    try:
        finding_actions.check_may_set(round, by=request.user)
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return round


def _kept(form: RuleForm, keep: Callable[[], BureauRule]) -> BureauRule | None:
    """Keep a rule; None where that is refused, which the form then says."""
    try:
        return keep()
    except actions.Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _form_page(
    request: Request, template: str, round: CollectionRound, form: RuleForm, **more: Any
) -> HttpResponse:
    context = {"round": round, "form": form, "schedules": _names(), **more}
    return render(request, template, context, status=422 if form.is_bound else 200)


@dataclass(frozen=True, slots=True)
class PrintedName:
    """The name of a figure as the form lists it, and the pinyin initials by which it is found."""

    column: str
    name: str
    keys: str


@dataclass(frozen=True, slots=True)
class PrintedNames:
    """The names of the figures of one schedule, by rows."""

    title: str
    is_classified: bool
    columns: int
    rows: list[tuple[str, list[PrintedName]]]


@cache
def _names() -> list[PrintedNames]:
    """Every name there is for a figure; they are the same as long as the server runs."""
    return [
        PrintedNames(
            each.title,
            each.is_classified,
            max(map(len, each.rows.values())),
            [(row, [_name(each, row, column) for column in columns]) for row, columns in each.rows.items()],
        )
        for each in names_by_schedule()
    ]


def _name(schedule: NamesOfSchedule, row: str, column: str) -> PrintedName:
    keys = " ".join(map(initials, (schedule.title, row, column)))
    return PrintedName(column, schedule.name(row, column), keys)


@require_POST
def read_rule(request: Request, round_id: int) -> HttpResponse:
    """Tell the form what is wrong with what she has written so far, and where; it keeps nothing."""
    _settable_round(request, round_id)
    form = RuleForm(request.POST)
    form.is_valid()
    wrong = {side: asdict(each) for side, each in form.marked.items() if form.cleaned_text(side).strip()}
    return JsonResponse(
        {
            "wrong": wrong,
            "tolerance": "".join(map(str, form.errors.get("tolerance", []))),
            "said": SAID[form.kind] if form.kind else "",
        }
    )


@require_POST
def try_rule(request: Request, round_id: int, number: int) -> HttpResponse:
    """Try a rule out as it reads now, and show what it found."""
    round = _settable_round(request, round_id)
    try:
        rule_actions.try_rule(round=round, rule=_rule(round, number), by=request.user, at=timezone.now())
    except FormulaMistake as mistake:
        messages.error(request, f"这条规则要改写：{mistake}")
    else:
        messages.success(request, "已试运行，结果在下面。什么都没有改。")
    return redirect("own_rule", round.pk, number)


@require_POST
def switch_rule(request: Request, round_id: int, number: int) -> HttpResponse:
    """Switch a rule on as she saw it, or off, and go back to it; a refusal is said with her words."""
    round = _settable_round(request, round_id)
    form = SwitchForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.Unfinished(mistakes_of(form))
        _switch(request, round, number, **form.cleaned_data)
    except actions.Refused as refusal:
        words = request.POST.get("reason", "")[:500].strip()
        messages.error(request, f"{refusal}您写的：{words}" if words else str(refusal))
    else:
        done = "已启用，从现在起检查这一条。" if form.cleaned_data["is_on"] else "已停用。"
        messages.success(request, f"{done}任务总览里的检查结果要重新检查后才更新。")
    return redirect("own_rule", round.pk, number)


def _switch(
    request: Request, round: CollectionRound, number: int, *, version: int, is_on: bool, reason: str
) -> None:
    found = BureauRule.objects.filter(bureau=round.bureau, number=number, version=version).first()
    if found is None:
        raise Http404
    rule_actions.switch_rule(
        round=round, rule=found, is_on=is_on, reason=reason, by=request.user, at=timezone.now()
    )
