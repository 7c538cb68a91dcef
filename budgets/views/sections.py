"""The sections of a submission as its navigation and its overview show them: how far each one is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse

from budgets.cells import row_id
from budgets.checks.results import Found as Judged
from budgets.checks.results import Group as Found
from budgets.checks.results import Results
from budgets.checks.words import REPORT as REPORT_PLACE
from budgets.measures import Origin
from budgets.models import SECTIONS, ReturnText
from budgets.money import AmountUnit, amount_text
from budgets.returns import SCHEDULES, TOTAL, ColumnKind, Schedule
from budgets.rows import MeasuredRow, Row, RowKind
from budgets.views.addresses import schedule_url
from submissions.findings import WHOLE
from submissions.models import ReviewPoint, Submission
from submissions.workflow import Action

Status = Submission.Status


@dataclass(frozen=True, slots=True)
class State:
    """How far a section is, in a word: `style` is that of its dot, `spoken` says it in full."""

    style: str
    text: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the workspace as its navigation shows it."""

    label: str
    title: str
    url: str
    is_current: bool
    state: State | None = None
    """None for pages on which nothing is filled in."""
    top: MeasuredRow | None = None
    """The total of its schedule, where it has the five figures."""
    summary: str = ""
    """What is filled in, in a few words, where there are no five figures to show."""
    unexplained: int = 0
    is_filled: bool = False
    """Whether anything is filled in."""
    is_missed: bool = False
    """Whether nothing is filled in where something should be."""
    is_below: bool = False
    """Whether it belongs to the section before it that is not below another."""
    is_half: bool = False
    """Whether another such section stands beside it in one line."""


@dataclass(frozen=True, slots=True)
class Group:
    """Sections that belong together."""

    name: str
    sections: list[Section] = field(default_factory=list)


def asks_for_reason(measured: MeasuredRow) -> bool:
    """Whether a row counts as one to be explained: the projects' total is asked once, as a row by nature."""
    return measured.needs_explanation and not measured.row.is_kept_elsewhere


def groups_of(
    path: str,
    submission: Submission,
    figures: dict[str, list[MeasuredRow]],
    texts: Sequence[ReturnText],
    unit: AmountUnit,
    results: Results,
    points: Sequence[ReviewPoint] = (),
) -> list[Group]:
    """Return the sections in their groups; `path` is the address of the page that shows them."""
    filled_in = sections_to_fill(path, submission, figures, texts, unit, results)
    unexplained = sum(section.unexplained for section in filled_in)
    is_begun = any(text.text for text in texts) or any(section.is_filled for section in filled_in)
    asks = State("ask", f"{unexplained} 待说明", f"待说明 {unexplained} 行") if unexplained else None
    return [
        Group("总览", [_page(path, submission, "workspace", "填报总览")]),
        Group(FILLED_IN, filled_in),
        Group(REPORT, list(_report_sections(path, submission, texts, results))),
        Group(
            "分析",
            [
                _page(path, submission, "variances", "预决算差异", asks),
                replace(_page(path, submission, "ratios", "比率"), is_half=True),
                replace(_page(path, submission, "charts", "图表"), is_half=True),
            ],
        ),
        Group(
            "报送",
            [
                replace(_forms(path, submission), is_half=True),
                replace(_page(path, submission, "report", "自评报告"), is_half=True),
                _page(path, submission, "findings", FINDINGS, _judged(results, is_begun)),
                _page(path, submission, "attachments", "佐证材料", _attached(submission)),
                *([_page(path, submission, "points", "审核要点", _settled(points))] if points else []),
                *([_page(path, submission, "changes", "退回后的改动")] if _was_returned(submission) else []),
                *(
                    [_page(path, submission, "problems", "问题整改", _put_right(submission))]
                    if _has_problems(submission)
                    else []
                ),
                _page(path, submission, "journey", "报送与审核", _progress(submission)),
            ],
        ),
    ]


def sections_to_fill(
    path: str,
    submission: Submission,
    figures: dict[str, list[MeasuredRow]],
    texts: Sequence[ReturnText],
    unit: AmountUnit,
    results: Results,
) -> list[Section]:
    """Return the sections of schedules and texts; `path` is the address of the page that shows them."""
    schedules = (
        _schedule_section(path, submission, schedule, figures[schedule.name], unit, results)
        for schedule in SCHEDULES
    )
    return [*schedules, _text_section(path, submission, ReturnText.Name.THRIFT_MEASURES, texts, results)]


def _progress(submission: Submission) -> State | None:
    """Where the return is, once it has left the unit's desk for the first time."""
    if not submission.steps:
        return None
    style = {Status.RETURNED: "ask", Status.APPROVED: "good"}.get(Status(submission.status), "")
    text = submission.state_text
    return State(style, text, text)


def _has_problems(submission: Submission) -> bool:
    """Whether there is a page of problems: of what is approved, and wherever one was issued before."""
    return submission.is_effective or bool(submission.problem_count)


def _put_right(submission: Submission) -> State | None:
    """How many problems of it wait for its unit; that all were answered."""
    if left := submission.problems_left:
        return State("ask", f"{left} 待反馈", f"待反馈 {left} 条")
    count = submission.problem_count
    return State("good", f"{count} 条", f"{count} 条，没有待反馈的") if count else None


def _was_returned(submission: Submission) -> bool:
    return any(step.action == Action.RETURN for step in submission.steps)


def _attached(submission: Submission) -> State | None:
    """How many files are attached; None for none."""
    count = submission.attachment_count
    return State("good", f"{count} 个", f"已上传 {count} 个") if count else None


_SETTLED = (Found.PASSED, Found.NOTE)
"""What was checked, and asks for nothing any more."""


def _judged(results: Results, is_begun: bool) -> State:
    """How many findings stand in the way; without any, how many were explained or let pass.

    Where nothing was entered, or nothing that could be checked, nothing has passed.
    """
    errors, asks = (len(results.by_group[group]) for group in (Found.MEND, Found.EXPLAIN))
    if errors or asks:
        return _in_the_way(errors, asks)
    explained, overridden = (len(results.by_group[group]) for group in (Found.EXPLAINED, Found.OVERRIDDEN))
    if overridden:
        return State("good", f"{overridden} 放行", f"放行 {overridden} 条，已说明 {explained} 条")
    if explained:
        return State("good", f"{explained} 已说明", f"已说明 {explained} 条，没有错误")
    if is_begun and any(_is_about_something(each) for group in _SETTLED for each in results.by_group[group]):
        return State("good", "通过", "没有错误，没有待说明")
    return State("", "—", "还没有可以检查的数")


def _is_about_something(found: Judged) -> bool:
    """Whether it is about what was entered: that no revision is lacking (C-111) holds of an empty return."""
    return found.finding.outcome.place.schedule != WHOLE


def _in_the_way(errors: int, asks: int, counter: str = "条") -> State:
    """How many errors there are, or how much is to be explained: there is room for one. Not both are 0."""
    if not errors:
        return State("ask", f"{asks} 待说明", f"待说明 {asks} {counter}")
    also = f"，待说明 {asks} {counter}" if asks else ""
    return State("wrong", f"{errors} 错误", f"错误 {errors} 条{also}")


def _settled(points: Sequence[ReviewPoint]) -> State:
    """How many review points are not settled."""
    states = [point.state for point in points]
    if count := states.count(ReviewPoint.State.OPEN):
        return State("ask", f"{count} 待答复", f"待答复 {count} 条")
    if count := states.count(ReviewPoint.State.ANSWERED):
        return State("", f"{count} 已答复", f"已答复、待销号 {count} 条")
    return State("good", "已销号", f"{len(states)} 条都已销号")


def _forms(path: str, submission: Submission) -> Section:
    """The official forms: their list, and each of them."""
    page = _page(path, submission, "official_forms", "上报表格")
    return replace(page, is_current=path.startswith(page.url))


FINDINGS = "检查与说明"

FILLED_IN = "填报"
"""The group of the sections that are filled in."""

REPORT = "报告文字"
"""The group of the sections of the report: one way to all of them, and each while one is open."""


def _page(path: str, submission: Submission, name: str, title: str, state: State | None = None) -> Section:
    url = reverse(name, args=[submission.pk])
    return Section(title, title, url, is_current=path == url, state=state)


def _schedule_section(
    path: str,
    submission: Submission,
    schedule: Schedule,
    rows: list[MeasuredRow],
    unit: AmountUnit,
    results: Results,
) -> Section:
    url = schedule_url(submission, schedule)
    filled = sum(_is_filled(row.row) for row in rows)
    unexplained = sum(asks_for_reason(row) for row in rows)
    errors = _errors(schedule, rows, results)
    others = len(_other_warnings(schedule, rows, results))
    has_five = schedule.in_variances and schedule.has_total
    return Section(
        schedule.label,
        schedule.title,
        url,
        is_current=path == url,
        state=_state(schedule, filled, unexplained, errors, others),
        top=rows[0] if has_five else None,
        summary="" if has_five else _summary(schedule, rows, filled, unit),
        unexplained=unexplained,
        is_filled=bool(filled),
        is_missed=not filled and not schedule.is_optional,
    )


def _errors(schedule: Schedule, rows: list[MeasuredRow], results: Results) -> int:
    """How many errors the checks find, and stated totals that are wrong of which no check says more."""
    name = schedule.name.value
    found = results.in_schedule(name, Found.MEND)
    overruled = {
        (f"{name}/{row_id(row.row)}/{column}", figure.overruled)
        for row in rows
        for column, figure in row.row.figures.items()
        if figure.overruled is not None
    }
    others = {key for key, _ in overruled - results.disputed}
    return len(found) + len(others - {each.finding.outcome.place.key for each in found})


def _other_warnings(schedule: Schedule, rows: list[MeasuredRow], results: Results) -> list[Judged]:
    """What is to be explained but is not by the reason of a row that is asked for it anyway."""
    asked = {row_id(each.row) for each in rows if asks_for_reason(each)}
    return [
        each
        for each in results.in_schedule(schedule.name.value, Found.EXPLAIN)
        if not (each.finding.outcome.has_reason_field and each.finding.outcome.place.row in asked)
    ]


def _is_filled(row: Row) -> bool:
    """Whether something was entered in a row: a figure of this year, a stated total, or a name of its own."""
    if row.schedule.is_named and row.kind == RowKind.LINE:
        return True
    return row.kind != RowKind.RECONCILIATION and any(
        row.figures[column.name].origin in (Origin.ENTERED, Origin.STATED)
        for column in row.schedule.figures
        if not column.last_year_of
    )


def _state(schedule: Schedule, filled: int, unexplained: int, errors: int, others: int) -> State:
    """`unexplained` are rows that lack their reason, `others` what else is to be explained."""
    if errors or unexplained or others:
        return _in_the_way(errors, unexplained + others, "处" if others or errors else "行")
    if filled:
        return State("good", f"{filled} 行", f"已填 {filled} 行")
    return State("", "—", "未填，没有可不填" if schedule.is_optional else "未填")


def _summary(schedule: Schedule, rows: list[MeasuredRow], filled: int, unit: AmountUnit) -> str:
    """What is known of the total, else how many rows are filled; "" for nothing."""
    known = list(_known(schedule, rows[0].row, unit)) if rows and rows[0].row.code == TOTAL else []
    if known:
        return "，".join(known)
    return f"已填 {filled} 行" if filled else ""


def _known(schedule: Schedule, top: Row, unit: AmountUnit) -> Iterator[str]:
    for column in schedule.figures:
        value: Any = top.figures[column.name].value
        if value is not None and column.kind is ColumnKind.AMOUNT:
            yield f"{column.title} {amount_text(value, unit)}"
        elif value is not None:
            title, _, unit_name = column.title.removesuffix("）").partition("（")
            yield f"{title} {value:,} {unit_name}".strip()


def _report_sections(
    path: str, submission: Submission, texts: Sequence[ReturnText], results: Results
) -> Iterator[Section]:
    """The page of all sections of the report; each of them too, while one is open.

    Nobody has to write them, so that none is missed.
    """
    each = [
        replace(_text_section(path, submission, name, texts, results), is_missed=False) for name in SECTIONS
    ]
    written = sum(bool(section.summary) for section in each)
    spoken = f"已写 {written} 段，共 {len(each)} 段" if written else "还没有写"
    state = State("good", f"{written} 段", spoken) if written else State("", "—", spoken)
    state = _with_found(state, results, REPORT_PLACE.schedule, *SECTIONS)
    whole = _page(path, submission, "report_texts", REPORT, state)
    yield whole
    if path.startswith(whole.url) and (whole.is_current or any(section.is_current for section in each)):
        yield from (replace(section, is_below=True) for section in each)


def _with_found(state: State, results: Results, *names: str) -> State:
    """Say instead, where there is any, how much the checks find in texts, by their names."""
    errors, asks = (
        sum(len(results.in_schedule(name, group)) for name in names) for group in (Found.MEND, Found.EXPLAIN)
    )
    if not (errors or asks):
        return state
    found = _in_the_way(errors, asks)
    return replace(found, spoken=f"{state.spoken}，{found.spoken}")


def _text_section(
    path: str, submission: Submission, name: ReturnText.Name, texts: Sequence[ReturnText], results: Results
) -> Section:
    url = reverse("edit_text", args=[submission.pk, name])
    length = next((len(text.text) for text in texts if text.name == name), 0)
    state = State("good", f"{length} 字", f"已写 {length} 字") if length else State("", "—", "还没有写")
    title = str(name.label)
    summary = f"已写 {length} 字" if length else ""
    return Section(
        _TEXT_LABELS.get(name, title),
        title,
        url,
        is_current=path == url,
        state=_with_found(state, results, name),
        summary=summary,
        is_filled=bool(length),
        is_missed=not length,
    )


_TEXT_LABELS = {
    ReturnText.Name.THRIFT_MEASURES: "厉行节约措施",
    ReturnText.Name.OVERALL_SPENDING: "整体支出",
    ReturnText.Name.BUDGET_AND_OUTTURN: "收支预决算",
    ReturnText.Name.THREE_PUBLIC_USE: "“三公”经费情况",
    ReturnText.Name.GOVERNMENT_FUND: "政府性基金",
    ReturnText.Name.STATE_CAPITAL: "国有资本经营",
    ReturnText.Name.SOCIAL_INSURANCE: "社会保险基金",
    ReturnText.Name.RESULTS: "整体绩效情况",
    ReturnText.Name.PROBLEMS: "问题及原因",
    ReturnText.Name.IMPROVEMENTS: "改进措施",
    ReturnText.Name.DISCLOSURE: "应用和公开",
    ReturnText.Name.OTHER_MATTERS: "其他说明",
}
"""What the texts are called in the navigation, where that is shorter than their title."""
