"""What a round has made exceptions of: extended, opened again, let pass, restated, corrected, adjusted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from budgets.last_year import restated_words
from budgets.models import Restatement
from orgs.attachments import XLSX, attachment
from orgs.models import Unit
from orgs.requests import Request
from orgs.spreadsheets import list_workbook
from performance.exceptions import Kind, counts_of, exceptions_of
from performance.target_models import TargetAnswer
from performance.targets import Asked as AskedTarget
from performance.targets import request_words
from performance.views.point_places import section_url
from performance.views.sections import titles_of_records
from submissions.models import CollectionRound
from submissions.views.rounds import visible_round

ROWS_ON_A_PAGE = 50
COLUMNS = (
    *(("种类", 14), ("单位", 30), ("内容", 60), ("原因", 40)),
    *(("经办人", 12), ("角色", 20), ("时间（北京时间）", 18), ("有效期", 24)),
)


class ExceptionFilterForm(forms.Form):
    """Which exceptions are looked at: of a kind, of a department."""

    kind = forms.ChoiceField(required=False, choices=Kind.choices)
    department = forms.ModelChoiceField(Unit.objects.none(), required=False)

    def __init__(self, round: CollectionRound, data: Any):
        super().__init__(data)
        self.departments = Unit.objects.filter(parent=round.bureau).order_by("path")
        self.fields["department"].queryset = self.departments  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Entry:
    """One exception, in words."""

    kind: Kind
    at: datetime
    unit: str
    what: str
    reason: str
    who: str
    role: str
    until: date | None
    ends: str
    """Until when it holds, in words; "" where it has no end."""
    url: str

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and self.until < timezone.localdate()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: a kind, "" for all, and a department, None for all."""

    kind: str
    department: Unit | None

    @property
    def names(self) -> list[str]:
        """What is looked at, as people call it; [] for all."""
        kind = [Kind(self.kind).label] if self.kind else []
        return [*([self.department.name] if self.department else []), *kind]


@require_safe
def exceptions(request: Request, round_id: int) -> HttpResponse:
    """Show the exceptions of a round by fifty, the newest first, with how many of each kind there are."""
    round = visible_round(request, round_id)
    form, asked = _asked(request, round)
    found = exceptions_of(round, asked.department, asked.kind)
    page = Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    counts = counts_of(round, asked.department)
    context = {
        "round": round,
        "asked": asked,
        "departments": form.departments,
        "counts": [(each, number) for each, number in counts.items()],
        "all": sum(counts.values()),
        "page": page,
        "entries": entries_of(page.object_list, round, titles_of_records()),
    }
    return render(request, "performance/exceptions.html", context)


@require_safe
def download_exceptions(request: Request, round_id: int) -> HttpResponse:
    """Send all that the page lists as a workbook."""
    round = visible_round(request, round_id)
    _, asked = _asked(request, round)
    found = exceptions_of(round, asked.department, asked.kind)
    lines = [_line(each) for each in entries_of(found, round, titles_of_records())]
    now = timezone.localtime()
    about = [f"{round.bureau} {round.fiscal_year} 年度", *asked.names, f"{now:%Y-%m-%d %H:%M}"]
    said = "，".join([*about, f"{len(lines):,} 项"])
    book = list_workbook("例外事项", said, COLUMNS, lines)
    return attachment(book, f"{round.bureau.name} {round.fiscal_year} 年度例外事项.xlsx", XLSX)


def _asked(request: Request, round: CollectionRound) -> tuple[ExceptionFilterForm, Asked]:
    """What is asked for; what is not understood is not asked for."""
    form = ExceptionFilterForm(round, request.GET)
    form.is_valid()
    return form, Asked(form.cleaned_data.get("kind") or "", form.cleaned_data.get("department"))


def _line(entry: Entry) -> list[str]:
    at = timezone.localtime(entry.at)
    words = [entry.kind.label, entry.unit, entry.what, entry.reason, entry.who, entry.role]
    return [*words, f"{at:%Y-%m-%d %H:%M}", entry.ends]


def entries_of(
    rows: Iterable[dict[str, Any]], round: CollectionRound, titles: Mapping[str, str]
) -> list[Entry]:
    """Print rows of the union, in two queries; `titles` says what schedules and checks are called."""
    rows = list(rows)
    keys = {kind: [row["key"] for row in rows if row["record"] == kind] for kind in Kind}
    restated = Restatement.objects.in_bulk(keys[Kind.RESTATEMENT])
    answers = TargetAnswer.objects.select_related("request").in_bulk(keys[Kind.TARGET])
    return [_entry(row, round, titles, restated, answers) for row in rows]


def _entry(
    row: dict[str, Any],
    round: CollectionRound,
    titles: Mapping[str, str],
    restated: Mapping[int, Restatement],
    answers: Mapping[int, TargetAnswer],
) -> Entry:
    kind, submission = Kind(row["record"]), row["about"]
    what, ends, reason = row["told"], "", row["why"]
    url = reverse("history", args=[submission]) if submission else reverse("round_overview", args=[round.pk])
    match kind:
        case Kind.EXTENSION:
            what, ends = "单位可以继续填报、报送或更正", f"{row['last']} 止"
            url = reverse("journey", args=[submission]) if submission else url
        case Kind.ROUND:
            what = f"{round.fiscal_year} 年度的收集重新打开"
            ends = f"{row['last']} 又关闭" if row["last"] else ""
        case Kind.UNLOCK:
            what = f"第 {what} 版的终审取消，另起一版"
        case Kind.CORRECTION:
            what = f"已公开的第 {what} 版开始更正"
        case Kind.OVERRIDE:
            code, schedule = what.split(" ", 1)
            what = f"{titles.get(code, code)}（{titles.get(schedule, schedule)}）"
            ends = f"{row['last']} 随任务关闭失效" if row["last"] else "任务关闭时失效"
            url = reverse("findings", args=[submission])
        case Kind.RESTATEMENT:
            what = restated_words(restated[row["key"]])
            url = section_url(submission, restated[row["key"]].schedule)
        case Kind.TARGET:
            request = answers[row["key"]].request
            asked = AskedTarget(request, answers[row["key"]])
            what = (
                f"{asked.deed}{asked.place}的指标“{request}”：{request_words(request).split('。理由：')[0]}"
            )
            reason, url = request.reason, reverse("targets", args=[submission])
    return Entry(
        kind, row["moment"], row["place"], what, reason, row["who"], row["held"], row["last"], ends, url
    )
