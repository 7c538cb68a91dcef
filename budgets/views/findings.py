"""What the checks found in a return: the page on which it is mended, explained and let pass; and its list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from budgets.checks.printed import LIST_COLUMNS, Figures, Listed, ListRow, figures_of, list_rows
from budgets.checks.results import Found, Group, Results, newest_of, results_in_batches
from budgets.checks.stored import GROUPS, listed_of
from budgets.finding_forms import (
    LONGEST_EXPLANATION,
    LONGEST_OVERRIDE,
    ExplanationForm,
    FindingsFilterForm,
    OverrideForm,
    mistakes_of,
)
from budgets.money import AmountUnit
from budgets.views.addresses import finding_url, keep_url, mended_url, place_to_change
from budgets.views.checks import settings_of
from budgets.views.edits import clock
from budgets.views.lines import section_states
from budgets.views.workspace import (
    Workspace,
    open_workspace,
    visible_submission,
    workspace_after,
    workspace_of,
)
from orgs.attachments import XLSX, attachment
from orgs.permissions import can_review
from orgs.requests import Request, wants_json
from orgs.spreadsheets import list_workbook
from submissions import actions, finding_actions
from submissions.findings import Check
from submissions.models import Submission
from submissions.views.rounds import visible_round
from submissions.workflow import OPEN

FOLDED = (Group.PASSED, Group.NOT_APPLICABLE)
"""What needs nobody's eye: shown by check, folded."""


@dataclass(frozen=True, slots=True)
class PrintedFinding:
    """A finding as the page shows it."""

    found: Found
    figures: Figures
    url: str
    """Where it is mended."""
    is_locked: bool
    """Whether that is a place that was not given back to her."""
    keep_url: str = ""
    """Where a reason that was written for other figures is kept; "" without one."""

    @property
    def is_explained_here(self) -> bool:
        """Whether it is explained on this page: where its row has a field for that, there."""
        return self.found.finding.asks and not self.found.finding.outcome.has_reason_field


@dataclass(frozen=True, slots=True)
class PrintedGroup:
    """Findings about which the same is to be done."""

    group: Group
    findings: list[PrintedFinding]

    @property
    def expected_title(self) -> str:
        """What the column of the expected figures is called: what should stand there, to look at, or both."""
        return "／".join("应为" if should_be else "对照" for should_be in self._kinds)

    @property
    def is_mixed(self) -> bool:
        """Whether it has expected figures of both kinds."""
        return len(self._kinds) > 1

    @property
    def _kinds(self) -> list[bool]:
        """Whether its expected figures say what should stand there: of which kinds there are, that first."""
        figured = [each for each in self.findings if each.figures.expected]
        kinds = {each.found.finding.says_what_should_be for each in figured}
        return sorted(kinds, reverse=True) or [True]


@require_safe
def findings(request: Request, submission_id: int) -> HttpResponse:
    """Show what the checks found by what is to be done about it, filtered by `?group=` and `?schedule=`."""
    workspace = open_workspace(request, submission_id)
    submission, results = workspace.submission, workspace.results
    asked = FindingsFilterForm(request.GET).asked
    shown = [group for group in Group if group not in FOLDED and asked["group"] in ("", group)]
    printed = {group: _printed(workspace, results.by_group[group], asked["schedule"]) for group in shown}
    context = {
        "workspace": workspace,
        "asked": asked,
        "groups": [PrintedGroup(group, each) for group, each in printed.items() if each],
        "counts": list(_counts(results).items()),
        "schedules": _schedules(results.found),
        "folded": [
            (group, _by_check(results.by_group[group]))
            for group in FOLDED
            if results.by_group[group] and asked["group"] in ("", group)
        ],
        "can_override": submission.status in OPEN and can_review(request.user, submission.round.bureau),
        "longest": {"explanation": LONGEST_EXPLANATION, "override": LONGEST_OVERRIDE},
        "settings": settings_of(submission.round),
    }
    return render(request, "budgets/findings.html", context)


def _counts(results: Results) -> dict[Group, int]:
    """How many findings each group has."""
    return {group: len(found) for group, found in results.by_group.items()}


def _printed(workspace: Workspace, found: Iterable[Found], schedule: str) -> list[PrintedFinding]:
    return [
        PrintedFinding(
            each,
            figures_of(each.finding.outcome, workspace.unit),
            mended_url(workspace.submission, each.finding),
            each.group in (Group.MEND, Group.EXPLAIN) and _is_locked(workspace, each),
            keep_url(workspace.submission, each.finding),
        )
        for each in found
        if schedule in ("", each.finding.outcome.place.schedule)
    ]


def _is_locked(workspace: Workspace, found: Found) -> bool:
    place = place_to_change(found.finding)
    return place is not None and workspace.is_locked(place.schedule, place.row)


def _schedules(found: Iterable[Found]) -> dict[str, str]:
    """The schedules and texts that are checked, with their titles, in their order."""
    places = (each.finding.outcome.place for each in found if each.group not in FOLDED)
    return {place.schedule: place.schedule_title for place in places}


def _by_check(found: Iterable[Found]) -> list[tuple[Check, list[Found]]]:
    """Findings by their check, in the order of the checks' codes."""
    by_code: dict[str, list[Found]] = {}
    for each in found:
        by_code.setdefault(each.finding.check.code, []).append(each)
    return [(each[0].finding.check, each) for _, each in sorted(by_code.items())]


class Moved(actions.NotNow):
    """The finding is not there any more, or has other figures than she saw."""


@require_POST
def explain_finding(request: Request, submission_id: int) -> HttpResponse:
    """Keep an explanation and go back to the finding; a script is answered with what is left."""
    submission = visible_submission(request, submission_id)
    _permit(finding_actions.check_may_explain, submission, request)

    def explain(found: Found, text: str, at: datetime) -> None:
        finding_actions.explain(
            submission=submission, finding=found.finding, text=text, by=request.user, at=at
        )

    return _say(request, submission, ExplanationForm(request.POST), explain, "已保存说明。")


@require_POST
def override_finding(request: Request, submission_id: int) -> HttpResponse:
    """Let an error pass and go back to it."""
    submission = visible_submission(request, submission_id)
    _permit(finding_actions.check_may_override, submission, request)

    def override(found: Found, text: str, at: datetime) -> None:
        finding_actions.override(
            submission=submission, finding=found.finding, reason=text, by=request.user, at=at
        )

    return _say(request, submission, OverrideForm(request.POST), override, "已放行，原因对单位公开。")


def _permit(check: Callable[..., None], submission: Submission, request: Request) -> None:
    """Answer 403 when a deed is not hers."""
    try:
        check(submission, by=request.user)
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal


def _say(
    request: Request,
    submission: Submission,
    form: forms.Form,
    deed: Callable[[Found, str, datetime], None],
    done: str,
) -> HttpResponse:
    """Say something of the finding she saw; a refusal is said with her words."""
    now = timezone.now()
    try:
        if not form.is_valid():
            raise actions.Unfinished(mistakes_of(form))
        found = workspace_of(submission, request).results.named(form.cleaned_data["finding"])
        if found is None:
            raise Moved("这一条的数字已经变了，或者已经不在了。请刷新页面再看。")
        with transaction.atomic():
            deed(found, form.cleaned_data["text"], now)
            saved = workspace_after(submission, request)
    except actions.Refused as refusal:
        return _refused(request, submission, str(refusal))
    if wants_json(request):
        return JsonResponse(_saved(saved))
    messages.success(request, done)
    return _back(request, submission)


def _refused(request: Request, submission: Submission, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": sentence}, status=422)
    words = request.POST.get("text", "")[:1000].strip()
    messages.error(request, f"{sentence}您写的：{words}" if words else sentence)
    return _back(request, submission)


def _back(request: Request, submission: Submission) -> HttpResponse:
    name = request.POST.get("finding", "")
    page = redirect("findings", submission.pk)["Location"]
    return redirect(f"{page}#finding-{name}" if name.isalnum() else page)


def _saved(workspace: Workspace) -> dict[str, Any]:
    """How much is left to explain, how many findings each group has, and how far the sections are."""
    counts = _counts(workspace.results)
    answer = {"saved_at": clock(timezone.now()), "left": counts[Group.EXPLAIN], "groups": counts}
    return answer | section_states(workspace.progress)


@require_safe
def download_findings(request: Request, submission_id: int) -> HttpResponse:
    """Send what the checks found, but what passed, as a workbook in the reader's unit."""
    workspace = open_workspace(request, submission_id)
    submission = workspace.submission
    rows = _list_rows(request, submission, _listed(workspace.results))
    name = f"{submission.unit.name} {submission.round.fiscal_year} 年度检查结果.xlsx"
    return attachment(_list(str(submission), rows, workspace.unit), name, XLSX)


@require_safe
def download_round_findings(request: Request, round_id: int) -> HttpResponse:
    """Send what the checks found in the newest return of every unit of a round, but what passed.

    What is stored is taken where it is of the present state and said in the reader's unit; the rest is
    checked here.
    """
    round, unit = visible_round(request, round_id), AmountUnit(request.user.amount_unit)
    numbers = newest_of(round.submissions.all())
    stored = listed_of(numbers)
    left = [number for number in numbers if number not in stored or stored[number][0] != unit]
    found = {number: [Listed(*each) for each in findings] for number, (_, findings) in stored.items()}
    for batch in results_in_batches(left, unit):
        found |= {submission.pk: _listed(results) for submission, results in batch}
    returns = Submission.objects.select_related("unit").in_bulk(numbers)
    rows = [row for number in numbers for row in _list_rows(request, returns[number], found[number])]
    book = _list(f"{round.bureau} {round}", rows, unit)
    return attachment(book, f"{round.bureau.name} {round.fiscal_year} 年度检查结果.xlsx", XLSX)


def _listed(results: Results) -> list[Listed]:
    """What was found in a return, what is to be done first."""
    return [Listed.of(each) for group in GROUPS for each in results.by_group[group]]


def _list_rows(request: Request, submission: Submission, listed: list[Listed]) -> list[ListRow]:
    """The rows of a return."""
    addresses = [request.build_absolute_uri(finding_url(submission, each)) for each in listed]
    return list(list_rows(submission.unit, listed, AmountUnit(request.user.amount_unit), addresses))


def _list(about: str, rows: list[ListRow], unit: AmountUnit) -> bytes:
    now = timezone.localtime()
    said = f"{about}，{now:%Y-%m-%d %H:%M} 检查，{len(rows):,} 条；金额单位：{unit.label}"
    return list_workbook("检查结果", said, LIST_COLUMNS, rows)
