"""The rows that explain their variances, and how a change is said: what several checks ask in one way."""

from collections.abc import Iterator
from decimal import Decimal

from budgets.cells import row_label
from budgets.checks.given import Given, Term
from budgets.measures import Origin, change_rate, exceeds
from budgets.money import rate_text
from budgets.returns import VARIANCE_SCHEDULES, Schedule
from budgets.rows import Row, RowKind, explains_itself

REASON_REMEDY = "在这一行的“差异原因”里写明原因和金额。"


def rows_to_explain(given: Given, *schedules: Schedule) -> Iterator[Row]:
    """The rows the variance page asks for reasons: each once, the projects' total as the row by nature."""
    for schedule in schedules or VARIANCE_SCHEDULES:
        for row in given.rows[schedule.name.value]:
            if explains_itself(row) and not row.is_kept_elsewhere:
                yield row


def stands_for_itself(row: Row) -> bool:
    """Whether what is said of a row is not said of its parts already: it is no subtotal that was summed."""
    return row.kind != RowKind.SUBTOTAL or row.figures["outturn"].origin is Origin.STATED


def needs_reason(given: Given, row: Row, base: str) -> bool:
    """Whether the outturn of a row is so far from another figure of it that the round asks for the reason."""
    outturn = row.figures["outturn"].value
    return exceeds(outturn, row.figures[base].value, rate=given.explain_rate, yuan=given.explain_yuan)


def in_words(given: Given, now: Decimal, before: Decimal) -> str:
    """Say how a figure changed: 增加 582.51 万元（+42.04%）; without the rate where the base is zero."""
    gap = now - before
    rate = change_rate(now, before)
    said_rate = "" if rate is None else f"（{rate_text(rate, signed=True)}%）"
    return f"{'增加' if gap >= 0 else '减少'} {given.said_with_unit(abs(gap))}{said_rate}"


def figure_of(given: Given, row: Row, column: str, title: str) -> Term:
    """Return a figure of a row, called by row and column: 支出合计决算数."""
    return given.term_of(row, column, f"{row_label(row)}{title}")
