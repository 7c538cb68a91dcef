"""Official forms to be kept and printed: of one return, and of all approved ones for the finance bureau."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from budgets.base_data import base_data_forms
from budgets.excel_forms import form_workbook, zipped
from budgets.views.workspace import visible_submission
from orgs.attachments import XLSX, ZIP, attachment
from orgs.requests import Request
from orgs.views.access import for_administrators
from submissions.actions import Refused
from submissions.models import CollectionRound, Submission
from submissions.querysets import CollectionRoundQuerySet

_NOT_IN_FILE_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""What Windows forbids, and marks that turn the direction of writing."""
LONGEST_NAME = 60
"""Characters of a unit's name in a file name: Linux allows 255 bytes, and a Chinese character takes 3."""


Check = Callable[[Sequence[Submission]], None]
"""Refuses returns that are not as they were approved; passed in from above, where all they say is known."""


@dataclass(frozen=True, slots=True)
class UnitExport:
    """A unit in a round: its latest revision, and the one that is approved, if any."""

    latest: Submission
    effective: Submission | None


@dataclass(frozen=True, slots=True)
class RoundExport:
    """A round with the units that have begun a return, by unit."""

    round: CollectionRound
    units: list[UnitExport]

    @property
    def approved(self) -> int:
        """How many units have an approved return."""
        return sum(each.effective is not None for each in self.units)


@require_safe
def download_base_data(request: Request, submission_id: int, check: Check) -> HttpResponse:
    """Send the base data form of one return; its file name says when it is not the approved one."""
    submission = visible_submission(request, submission_id)
    try:
        check([submission])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("workspace", submission_id)
    form = base_data_forms([submission])[submission.pk]
    return attachment(form_workbook(form), file_name(submission), XLSX)


@require_safe
def exports(request: Request) -> HttpResponse:
    """List every round of the bureaux she administers with its returns, the latest year first."""
    rounds = list(_rounds(request).order_by("-fiscal_year", "pk"))
    submissions = Submission.objects.filter(round__in=rounds).select_related("unit").newest_first()
    by_round: dict[int, dict[int, list[Submission]]] = {each.pk: {} for each in rounds}
    for submission in submissions:
        by_round[submission.round_id].setdefault(submission.unit_id, []).append(submission)
    found = [
        RoundExport(each, [_unit(revisions) for revisions in by_round[each.pk].values()]) for each in rounds
    ]
    return render(request, "budgets/exports.html", {"rounds": found})


@require_safe
def download_round(request: Request, round_id: int, check: Check) -> HttpResponse:
    """Send the base data forms of all approved returns of a round; without any, say so on the page."""
    round = get_object_or_404(_rounds(request), pk=round_id)
    submissions = list(round.submissions.effective().select_related("unit", "round").order_by("unit__path"))
    if not submissions:
        messages.warning(request, f"{round.fiscal_year} 年度还没有审核通过的填报，没有可下载的基础数据表。")
        return redirect("exports")
    try:
        check(submissions)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("exports")
    forms = base_data_forms(submissions)
    files = {file_name(each): form_workbook(forms[each.pk]) for each in submissions}
    return attachment(zipped(files), f"{round.fiscal_year}年度 基础数据表 {len(files)}家.zip", ZIP)


def _rounds(request: Request) -> CollectionRoundQuerySet:
    """The rounds of the bureaux she administers; refuses all others."""
    bureaux = for_administrators(request)
    return CollectionRound.objects.filter(bureau__in=bureaux).select_related("bureau")


def _unit(revisions: list[Submission]) -> UnitExport:
    """Look at a unit's revisions in a round, the latest first."""
    return UnitExport(revisions[0], next((each for each in revisions if each.is_effective), None))


def file_name(submission: Submission, what: str = "基础数据表", suffix: str = "xlsx") -> str:
    """Return a name that every system takes; the code, once in a region, makes it the only one in a round.

    It says when the return is not the approved one.
    """
    unit = submission.unit
    name = _NOT_IN_FILE_NAMES.sub("", unit.name)[:LONGEST_NAME].strip()
    return f"{unit.code} {name} {submission.round.fiscal_year}年度 {what}{_caution(submission)}.{suffix}"


def _caution(submission: Submission) -> str:
    if submission.is_effective:
        return ""
    return "（已更正）" if submission.status == Submission.Status.SUPERSEDED else "（未审核）"
