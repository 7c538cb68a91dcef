"""What is left to do in a submission, and what is worth knowing: sentences with links to the row meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from budgets.measures import (
    FIGURE_TITLES,
    FIGURES,
    MEASURES,
    VARIANCE_TO_INITIAL,
    VARIANCE_TO_LAST_YEAR,
    difference,
)
from budgets.money import AmountUnit, amount_text
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE, SCHEDULES, Schedule
from budgets.rows import MeasuredRow, Row, RowKind
from budgets.tables import cells_by_name
from budgets.views.addresses import row_url, schedule_url
from submissions.models import Submission

Measured = dict[str, list[MeasuredRow]]


MOST_NAMED = 8
"""So many rows of a schedule are named one by one; the rest is one sentence with a link to all."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `kind` is how it is marked: "wrong", "ask" or "fill"; `label` says it in a word."""

    kind: str
    label: str
    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that needs nobody's hand but has a name: a reconciliation."""

    title: str
    detail: str
    url: str


def tasks_of(submission: Submission, figures: Measured, unit: AmountUnit) -> list[Task]:
    """Return everything that is left to do, what is wrong first."""
    schedules = [figures[schedule.name] for schedule in SCHEDULES]
    return [
        *(task for rows in schedules for row in rows for task in _overruled(submission, row.row, unit)),
        *_unbalanced(submission, figures, unit),
        *(task for rows in schedules for task in _unexplained(submission, rows, unit)),
        *_blank(submission, figures),
    ]


def _overruled(submission: Submission, row: Row, unit: AmountUnit) -> Iterator[Task]:
    """Stated totals that differ from the sum of their rows."""
    for name, figure in row.figures.items():
        if figure.overruled is None or figure.value is None:
            continue
        yield Task(
            "wrong",
            "须核对",
            f"{row.name}：填报的{FIGURE_TITLES[name]}与分项之和不符",
            f"填报 {amount_text(figure.overruled, unit)}，分项之和 {amount_text(figure.value, unit)}，相差 "
            f"{_gap_text(figure.overruled - figure.value, unit)}。"
            "请核对分项，或清空填报的合计。",
            row_url(submission, row),
        )


def _gap_text(gap: Decimal, unit: AmountUnit) -> str:
    """Return a difference with its unit; in yuan where 万元 would print it as 0.00."""
    text = amount_text(gap, unit, signed=True)
    if text == amount_text(Decimal(0), unit):
        return f"{amount_text(gap, AmountUnit.YUAN, signed=True)} 元"
    return f"{text} {unit.label}"


def _unbalanced(submission: Submission, figures: Measured, unit: AmountUnit) -> Iterator[Task]:
    """The columns in which total revenue and total expenditure differ, in one task."""
    received, spent = figures[REVENUE.name][0].row.values, figures[BY_FUNCTION.name][0].row.values
    gaps = [
        f"{title}：收入 {amount_text(received[name], unit)}，支出 {amount_text(spent[name], unit)}，"
        f"相差 {_gap_text(gap, unit)}"
        for name, title in FIGURE_TITLES.items()
        if (gap := difference(received[name], spent[name]))
    ]
    if gaps:
        yield Task(
            "ask",
            "请核对",
            "收入合计与支出合计不相等",
            f"{'；'.join(gaps)}。确有结转结余的可以不改。",
            schedule_url(submission, REVENUE),
        )


def _unexplained(submission: Submission, rows: list[MeasuredRow], unit: AmountUnit) -> Iterator[Task]:
    """The rows of a schedule above the round's threshold without a reason, the largest variance first."""
    asked = sorted((row for row in rows if row.needs_explanation), key=_variance, reverse=True)
    for row in asked[:MOST_NAMED]:
        yield _explain(submission, row, unit)
    if len(asked) > MOST_NAMED:
        schedule = asked[0].row.schedule
        yield Task(
            "ask",
            "待说明",
            f"{schedule.short_title}：另有 {len(asked) - MOST_NAMED} 行要写差异原因",
            "在预决算差异表里逐行查看。",
            f"{reverse('variances', args=[submission.pk])}?schedule={schedule.slug}&first=explain",
        )


def _variance(measured: MeasuredRow) -> Decimal:
    """The larger of a row's variances to the initial budget and to last year, without its sign."""
    names = (VARIANCE_TO_INITIAL.name, VARIANCE_TO_LAST_YEAR.name)
    return max(abs(measured.measures[name] or Decimal(0)) for name in names)


def _explain(submission: Submission, measured: MeasuredRow, unit: AmountUnit) -> Task:
    cells = cells_by_name(measured, unit)
    said = [
        f"{words} {cells[name].text} {unit.label}（{_with_percent(cells[f'{name}_rate'].text)}）"
        for name, words in (("variance_to_initial", "较年初预算"), ("variance_to_last_year", "较上年决算"))
        if measured.measures[name] is not None
    ]
    return Task(
        "ask",
        "待说明",
        f"{measured.row.schedule.short_title} · {measured.row.name}：要写差异原因",
        f"决算数 {cells['outturn'].text} {unit.label}，{'，'.join(said)}。",
        row_url(submission, measured.row),
    )


def _with_percent(rate: str) -> str:
    return rate if rate == "—" else f"{rate} %"


def _blank(submission: Submission, figures: Measured) -> Iterator[Task]:
    """Schedules with nothing in them, and columns whose total is blank in a schedule that has others."""
    for schedule in SCHEDULES:
        top = figures[schedule.name][0].row
        blank = [name for name in FIGURES if top.values[name] is None]
        url = schedule_url(submission, schedule)
        if len(blank) == len(FIGURES):
            yield Task("fill", "待填写", f"{schedule.title}：还没有填", schedule.hint, url)
        elif blank:
            titles = "、".join(FIGURE_TITLES[name] for name in blank)
            lost = [
                measure.title.removesuffix(" %")
                for measure in MEASURES
                if {measure.value, measure.base} & set(blank)
            ]
            yield Task(
                "fill",
                "待填写",
                f"{schedule.title}：{titles}未填",
                f"因此算不出：{'、'.join(dict.fromkeys(lost))}。没有这个数就留空。",
                url,
            )


def notes_of(submission: Submission, figures: Measured, unit: AmountUnit) -> list[Note]:
    """Return the reconciliation of the totals by function and by nature, per column, where there is one."""
    return [
        Note(
            f"{row.row.name} {amount_text(gap, unit)} {unit.label}",
            f"{FIGURE_TITLES[name]}：按功能合计 {_total(figures, BY_FUNCTION, name, unit)}，"
            f"按性质合计 {_total(figures, BY_NATURE, name, unit)}。",
            row_url(submission, row.row),
        )
        for row in figures[BY_NATURE.name]
        if row.row.kind == RowKind.RECONCILIATION
        for name, gap in row.row.values.items()
        if gap is not None
    ]


def _total(figures: Measured, schedule: Schedule, name: str, unit: AmountUnit) -> str:
    return amount_text(figures[schedule.name][0].row.values[name], unit)
