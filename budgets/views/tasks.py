"""What is left to do in a submission, and what is worth knowing: sentences with links to the row meant."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from budgets.cells import column_titles, notes_by_row, notes_on, row_id, row_label
from budgets.checks.indicators import is_said_beside
from budgets.checks.results import Found, Group, Results, results_of
from budgets.measures import (
    FIGURE_TITLES,
    FIGURES,
    FIVE_FIGURE_MEASURES,
    VARIANCE_TO_INITIAL,
    VARIANCE_TO_LAST_YEAR,
    difference,
)
from budgets.models import SECTIONS, ReturnText
from budgets.money import AmountUnit, amount_text
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE, SCHEDULES, Column, ColumnKind, Schedule
from budgets.rows import MeasuredRow, Row, RowKind, measured, return_rows
from budgets.tables import Cells
from budgets.views.addresses import finding_url, place_to_change, reason_url, row_url, schedule_url
from budgets.views.adjustment_tasks import Disputed, adjustment_sentences
from budgets.views.sections import asks_for_reason
from submissions.models import Submission

Measured = dict[str, list[MeasuredRow]]


NEEDED = {"initial_budget", "outturn"}
"""The figures without which there is nothing to evaluate: their totals by function must be known."""

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
    stands_in_the_way: bool = False
    """Whether it must be done before the return is handed in."""
    schedule: str = ""
    """The schedule, or text, that must be changed for it; "" where no change is needed."""
    row: str = ""
    """The row of it; "" where it may be any."""
    is_locked: bool = False
    """Whether a return of some places alone did not open that one."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that needs nobody's hand: a reconciliation with its name, or what the unit says of a cell."""

    title: str
    detail: str
    url: str


def cell_notes_of(submission: Submission, rows: dict[str, list[Row]]) -> list[Note]:
    """Return the notes on cells in the order of the schedules, in one query."""
    notes = notes_by_row(submission)
    return [
        Note(
            f"{schedule.short_title}：{row_label(row)} · {column_titles(schedule)[note.column]}",
            f"{note.text}（{note.author_name}）",
            row_url(submission, row),
        )
        for schedule in SCHEDULES
        for row in rows[schedule.name]
        for note in notes_on(notes, row)
    ]


def tasks_of(
    submission: Submission,
    figures: Measured,
    texts: Sequence[ReturnText],
    unit: AmountUnit,
    results: Results,
) -> list[Task]:
    """Return everything that is left to do, what is wrong first. What a check says is said once."""
    schedules = [figures[schedule.name] for schedule in SCHEDULES]
    disputed = results.disputed
    return [
        *_found(submission, results, Group.MEND),
        *(t for rows in schedules for row in rows for t in _overruled(submission, row.row, unit, disputed)),
        *_unbalanced(submission, figures, unit, disputed),
        *_found(
            submission,
            results,
            Group.EXPLAIN,
            asked={_key(row.row) for rows in schedules for row in rows if asks_for_reason(row)},
        ),
        *_adjustments(submission, figures, unit, disputed),
        *(task for rows in schedules for task in _unexplained(submission, rows, unit)),
        *_blank(submission, figures),
        *_unwritten(submission, texts),
    ]


def in_the_way(submission: Submission) -> list[Task]:
    """Return what must be done before the return can be handed in, in a constant number of queries."""
    rows = return_rows(submission)
    return in_the_way_of(submission, rows, results_of(submission, AmountUnit.WAN, rows))


def in_the_way_of(submission: Submission, rows: dict[str, list[Row]], results: Results) -> list[Task]:
    """Return the same where its rows and what the checks found are read already."""
    tasks = tasks_of(submission, measured(rows, submission.round), (), AmountUnit.WAN, results)
    return [task for task in tasks if task.stands_in_the_way]


def _found(
    submission: Submission, results: Results, group: Group, asked: Collection[str] = ()
) -> Iterator[Task]:
    """What the checks found that stands in the way, but what the reason of an `asked` row explains.

    What the page of the indicators asks for is told there.
    """
    untold = [each for each in results.by_group[group] if not _is_said_beside(each)]
    found = [each for each in untold if not _is_asked(each, asked)]
    for each in found[:MOST_NAMED]:
        yield _finding_task(submission, each)
    if len(found) > MOST_NAMED:
        title = f"另有 {len(found) - MOST_NAMED} 条检查结果：{group.label}"
        url = f"{reverse('findings', args=[submission.pk])}?group={group}"
        kind, label = _MARKS[group]
        yield Task(kind, label, title, "在“检查与说明”里逐条查看。", url, stands_in_the_way=True)


_MARKS = {Group.MEND: ("wrong", "错误"), Group.EXPLAIN: ("ask", "待说明")}


def _is_said_beside(found: Found) -> bool:
    return is_said_beside(found.finding.check, found.finding.outcome)


def _is_asked(found: Found, asked: Collection[str]) -> bool:
    """Whether a finding is explained by the reason of a row that is asked for it anyway."""
    outcome = found.finding.outcome
    return outcome.has_reason_field and f"{outcome.place.schedule}/{outcome.place.row}" in asked


def _finding_task(submission: Submission, found: Found) -> Task:
    finding, (kind, label) = found.finding, _MARKS[found.group]
    outcome = finding.outcome
    detail = f"{outcome.place.label}。{outcome.remedy}（{finding.check.code}）"
    title = outcome.sentence.removesuffix("。")
    place = place_to_change(finding)
    return Task(
        kind,
        label,
        title,
        detail,
        finding_url(submission, finding),
        stands_in_the_way=True,
        schedule=place.schedule if place else "",
        row=place.row if place else "",
    )


def _key(row: Row) -> str:
    """What a row is called in the keys of places."""
    return f"{row.schedule.name.value}/{row_id(row)}"


def _overruled(submission: Submission, row: Row, unit: AmountUnit, disputed: Disputed) -> Iterator[Task]:
    """Stated totals that differ from the sum of their rows, but for those that are disputed."""
    for column in row.schedule.figures:
        figure = row.figures[column.name]
        if figure.overruled is None or figure.value is None:
            continue
        if (f"{_key(row)}/{column.name}", figure.overruled) in disputed:
            continue
        computed = "本行其他各项算出的数" if column.sum_of else "分项之和"
        yield Task(
            "wrong",
            "须核对",
            f"{row.schedule.short_title} · {row.name}：填报的{column.title}与{computed}不符",
            f"填报 {_quoted(column, figure.overruled, unit)}，"
            f"{computed} {_quoted(column, figure.value, unit)}，"
            f"相差 {_quoted(column, figure.overruled - figure.value, unit)}。"
            "请核对各项，或清空填报的这个数。",
            row_url(submission, row),
            stands_in_the_way=True,
            schedule=row.schedule.name.value,
            row=row_id(row),
        )


def _quoted(column: Column, figure: Decimal, unit: AmountUnit) -> str:
    return _gap_text(figure, unit) if column.kind is ColumnKind.AMOUNT else f"{figure:,}"


def _gap_text(gap: Decimal, unit: AmountUnit) -> str:
    """Return a difference with its unit; in yuan where 万元 would print it as 0.00."""
    text = amount_text(gap, unit, signed=True)
    if text == amount_text(Decimal(0), unit):
        return f"{amount_text(gap, AmountUnit.YUAN, signed=True)} 元"
    return f"{text} {unit.label}"


def _unbalanced(
    submission: Submission, figures: Measured, unit: AmountUnit, disputed: Disputed
) -> Iterator[Task]:
    """The columns in which total revenue and expenditure differ, in one task, but for those disputed."""
    top = _key(figures[BY_FUNCTION.name][0].row)
    received, spent = figures[REVENUE.name][0].row.values, figures[BY_FUNCTION.name][0].row.values
    gaps = [
        f"{title}：收入 {amount_text(received[name], unit)}，支出 {amount_text(spent[name], unit)}，"
        f"相差 {_gap_text(gap, unit)}"
        for name, title in FIGURE_TITLES.items()
        if (gap := difference(received[name], spent[name])) and (f"{top}/{name}", spent[name]) not in disputed
    ]
    if gaps:
        yield Task(
            "ask",
            "请核对",
            "收入合计与支出合计不相等",
            f"{'；'.join(gaps)}。确有结转结余的可以不改。",
            schedule_url(submission, REVENUE),
        )


def _adjustments(
    submission: Submission, figures: Measured, unit: AmountUnit, disputed: Disputed
) -> Iterator[Task]:
    rows = {name: [each.row for each in found] for name, found in figures.items()}
    for title, detail, url in adjustment_sentences(submission, rows, unit, disputed):
        yield Task("ask", "请核对", title, detail, url)


def _unexplained(submission: Submission, rows: list[MeasuredRow], unit: AmountUnit) -> Iterator[Task]:
    """The rows of a schedule above the round's threshold without a reason, the largest variance first."""
    asked = sorted((row for row in rows if asks_for_reason(row)), key=_variance, reverse=True)
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
            stands_in_the_way=True,
        )


def _variance(measured: MeasuredRow) -> Decimal:
    """The larger of a row's variances to the initial budget and to last year, without its sign."""
    names = (VARIANCE_TO_INITIAL.name, VARIANCE_TO_LAST_YEAR.name)
    return max(abs(measured.measures[name] or Decimal(0)) for name in names)


def _explain(submission: Submission, measured: MeasuredRow, unit: AmountUnit) -> Task:
    cells = Cells(measured, unit)
    said = [
        f"{words} {cells[name].text} {unit.label}（{_with_percent(cells[f'{name}_rate'].text)}）"
        for name, words in (("variance_to_initial", "较年初预算"), ("variance_to_last_year", "较上年决算"))
        if measured.measures[name] is not None
    ]
    moved = measured.moved
    return Task(
        "ask",
        "待说明",
        f"{measured.row.schedule.short_title} · {measured.row.name}："
        f"{moved.said(unit) if moved else '要写差异原因'}",
        f"决算数 {cells['outturn'].text} {unit.label}，{'，'.join(said)}。",
        reason_url(submission, measured.row),
        stands_in_the_way=True,
        schedule=measured.row.schedule.name.value,
        row=row_id(measured.row),
    )


def _with_percent(rate: str) -> str:
    return rate if rate == "—" else f"{rate} %"


def _blank(submission: Submission, figures: Measured) -> Iterator[Task]:
    """Schedules with nothing in them, and columns whose total is blank in a schedule that has others.

    A column that is blank in all of them is one task, not one for each.
    """
    tops = {schedule: _blank_columns(schedule, figures) for schedule in SCHEDULES if _has_five(schedule)}
    begun = {schedule: blank for schedule, blank in tops.items() if len(blank) < len(FIGURES)}
    everywhere = [name for name in FIGURES if begun and all(name in blank for blank in begun.values())]
    if everywhere:
        url = schedule_url(submission, next(iter(begun)))
        yield _blank_task(f"各表的合计：{_titles(everywhere)}未填", everywhere, url)
    for schedule in SCHEDULES:
        url = schedule_url(submission, schedule)
        if schedule not in tops:
            yield from _empty(submission, schedule, figures)
        elif schedule not in begun:
            title = f"{schedule.title}：还没有填"
            yield Task("fill", "待填写", title, schedule.hint, url, stands_in_the_way=schedule == BY_FUNCTION)
        elif blank := [name for name in begun[schedule] if name not in everywhere]:
            yield _blank_task(f"{schedule.title}：{_titles(blank)}未填", blank, url, schedule)


def _has_five(schedule: Schedule) -> bool:
    return schedule.in_variances and schedule.has_total


def _blank_columns(schedule: Schedule, figures: Measured) -> list[str]:
    values = figures[schedule.name][0].row.values
    return [name for name in FIGURES if values[name] is None]


def _titles(names: list[str]) -> str:
    return "、".join(FIGURE_TITLES[name] for name in names)


def _blank_task(title: str, blank: list[str], url: str, schedule: Schedule | None = None) -> Task:
    """The figures that are blank in a schedule, or in all (None)."""
    lost = [
        measure.title.removesuffix(" %")
        for measure in FIVE_FIGURE_MEASURES
        if {measure.value, measure.base} & set(blank)
    ]
    asks = "年初没有预算的填 0。" if "initial_budget" in blank else "没有这个数就留空。"
    detail = f"因此算不出：{'、'.join(dict.fromkeys(lost))}。{asks}"
    needed = schedule in (None, BY_FUNCTION) and not NEEDED.isdisjoint(blank)
    return Task("fill", "待填写", title, detail, url, stands_in_the_way=needed)


def _unwritten(submission: Submission, texts: Sequence[ReturnText]) -> Iterator[Task]:
    """The text of the base data form, and the report: once one section is written C-107 asks for all."""
    name, written = ReturnText.Name.THRIFT_MEASURES, {text.name for text in texts if text.text}
    if name not in written:
        url = reverse("edit_text", args=[submission.pk, name])
        hint = "写本年度厉行节约的做法和效果，几句话即可。"
        yield Task("fill", "待填写", f"{name.label}：还没有写", hint, url)
    if not written.intersection(SECTIONS):
        url = reverse("report_texts", args=[submission.pk])
        hint = "主要职能、存在的问题、改进措施等由本单位写；不写的，自评报告里印“尚未填写”。"
        yield Task("fill", "待填写", "报告文字：还没有写", hint, url)


def _empty(submission: Submission, schedule: Schedule, figures: Measured) -> Iterator[Task]:
    rows = figures[schedule.name]
    known = any(value is not None for row in rows for value in row.row.values.values())
    if not known and not schedule.is_optional:
        url = schedule_url(submission, schedule)
        yield Task("fill", "待填写", f"{schedule.title}：还没有填", schedule.hint, url)


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
