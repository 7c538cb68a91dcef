"""What is left to do about the adjustments of the year: sentences with links, for the list of tasks."""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from budgets.adjustment_places import GONE, with_places
from budgets.adjustments import signed
from budgets.cells import row_id, row_label
from budgets.money import AmountUnit, amount_text
from budgets.returns import ADJUSTABLE, ADJUSTMENTS, Schedule
from budgets.rows import Row
from budgets.tables import undocumented_text
from budgets.views.addresses import row_url, schedule_url
from submissions.models import Submission

MOST_NAMED = 3
"""So many rows are named in one sentence; of the others it says how many there are."""

Rows = dict[str, list[Row]]
Sentence = tuple[str, str, str]
"""What is to be done, in detail, and where."""


Disputed = Collection[tuple[str, Decimal]]
"""The figures of which a check says something by itself (budgets.checks.results.Results.disputed)."""


def adjustment_sentences(
    submission: Submission, rows: Rows, unit: AmountUnit, disputed: Disputed = ()
) -> Iterator[Sentence]:
    """Say which revised budgets no document accounts for, and what is missing or odd in the documents.

    A budget that is disputed is not asked about a second time.
    """
    documents = rows[ADJUSTMENTS.name]
    if documents:
        yield from _unfinished(submission, documents, with_places(ADJUSTMENTS, rows))
        yield from _unbalanced(submission, documents, unit)
    for name in ADJUSTABLE:
        found = [row for row in rows[name] if _is_asked(row, disputed)]
        if found:
            yield _undocumented(submission, found, unit)


def _is_asked(row: Row, disputed: Disputed) -> bool:
    """Whether no document accounts for the revised budget of a row, and nothing else says so."""
    place = f"{row.schedule.name}/{row_id(row)}/revised_budget"
    is_said = (place, row.values["revised_budget"]) in disputed
    return row.undocumented is not None and not row.is_kept_elsewhere and not is_said


def _undocumented(submission: Submission, found: Sequence[Row], unit: AmountUnit) -> Sentence:
    said = [f"{row_label(row)}：{undocumented_text(row, unit)}" for row in found[:MOST_NAMED]]
    more = f"；另有 {len(found) - MOST_NAMED} 行" if len(found) > MOST_NAMED else ""
    return (
        f"{found[0].schedule.short_title}：{len(found)} 行的全年预算数没有调整文件，或与文件不符",
        f"{'；'.join(said)}{more}。有文件的，在“{ADJUSTMENTS.title}”里登记；没有文件的可以不改。",
        row_url(submission, found[0]),
    )


def _unfinished(submission: Submission, rows: Sequence[Row], schedule: Schedule) -> Iterator[Sentence]:
    """Documents that cannot be counted: without a kind, an amount or a row, or naming a row that is gone."""
    labels = {column.name: dict(column.choices) for column in schedule.columns}
    titles = {column.name: column.title for column in schedule.columns}
    for row in rows:
        missing = [titles[name] for name in ("adjusted_on", "kind", "adjusted") if not _is_said(row, name)]
        if not row.own("function") and not row.own("use"):
            missing.append(f"{titles['function']}或{titles['use']}")
        gone = [
            titles[name]
            for name in ("function", "use")
            if labels[name].get(row.own(name), "").startswith(GONE)
        ]
        if missing or gone:
            parts = [f"{'、'.join(missing)}未填"] if missing else []
            parts += [f"{'、'.join(gone)}指的行已不在表里，请重新选择"] if gone else []
            effect = "，算不出全年预算数" if signed(row.line) is None else ""
            url = row_url(submission, row)
            yield f"{ADJUSTMENTS.title} · {row.name}：没有填全", f"{'；'.join(parts)}{effect}。", url


def _is_said(row: Row, name: str) -> bool:
    return row.own(name) not in (None, "")


def _unbalanced(submission: Submission, rows: Sequence[Row], unit: AmountUnit) -> Iterator[Sentence]:
    """Documents that move money between rows and do not take as much as they give."""
    moved: dict[str, Decimal] = {}
    for row in rows:
        change = signed(row.line)
        if change is not None and row.own("kind") in ("moved_in", "moved_out"):
            moved[row.name] = moved.get(row.name, Decimal(0)) + change
    for name, rest in moved.items():
        if rest:
            yield (
                f"{ADJUSTMENTS.title} · {name}：调入与调出不相等",
                f"调入比调出{'多' if rest > 0 else '少'} {amount_text(abs(rest), unit)} {unit.label}。"
                "调剂要写两行：调出一行、调入一行。",
                schedule_url(submission, ADJUSTMENTS),
            )
