"""The figures of a return by the names that a finance bureau's own rules call them: 报表.行.栏目.

Rows by category go by their code: 支出按功能分类.2080505.决算数.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from budgets.checks.given import Given, Term
from budgets.returns import SCHEDULES, TOTAL, Column, ColumnKind, Schedule
from submissions.findings import Place

_CODE = re.compile("[0-9]{3}(?:[0-9]{2}){0,2}")


def _title(schedule: Schedule) -> str:
    return schedule.short_title.translate({ord("“"): None, ord("”"): None})


def _column_title(column: Column) -> str:
    return column.title.partition("（")[0]


_SCHEDULES = {_title(schedule): schedule for schedule in SCHEDULES}


@dataclass(frozen=True, slots=True)
class NamesOfSchedule:
    """The names there are in one schedule: its rows, each with its columns."""

    title: str
    rows: dict[str, list[str]]
    is_classified: bool
    """Whether its rows go by their code too."""

    def name(self, row: str, column: str) -> str:
        """Return the name of a figure."""
        return f"{self.title}.{row}.{column}"


def names_by_schedule() -> list[NamesOfSchedule]:
    """Return the names of the schedules that have any, in their order."""
    found = [
        NamesOfSchedule(
            title, {row: list(_columns(schedule, row)) for row in _rows(schedule)}, schedule.is_classified
        )
        for title, schedule in _SCHEDULES.items()
    ]
    return [each for each in found if each.rows]


def _rows(schedule: Schedule) -> dict[str, str]:
    """The codes of a schedule's fixed rows by their name."""
    top = {schedule.total_name: TOTAL} if schedule.has_total else {}
    return top | {item.name: item.code for item in schedule.items}


def _columns(schedule: Schedule, row: str) -> dict[str, str]:
    """The names of the figures a row has by their title: all of the schedule's, or those that apply to it."""
    own = next((item.columns for item in schedule.items if item.name == row), ())
    return {_column_title(each): each.name for each in schedule.figures if not own or each.name in own}


class FigureNames:
    """Every name there is: `in` tells whether one is; iterating lists those of fixed rows, as printed."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _parts(name) is not None

    def __iter__(self) -> Iterator[str]:
        return (
            schedule.name(row, column)
            for schedule in names_by_schedule()
            for row, columns in schedule.rows.items()
            for column in columns
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)


def term_named(given: Given, name: str) -> Term:
    """Return a figure of a return, in yuan or a number; missing where it is blank or has no row."""
    parts = _parts(name)
    if parts is None:
        return Term(name, None)
    schedule, code, column = parts
    return given.term(schedule, code, column, name)


def is_amount_named(name: str) -> bool:
    """Whether a name is that of an amount, and not of a count or an area."""
    parts = _parts(name)
    if parts is None:
        return False
    schedule, _, column = parts
    return any(each.name == column and each.kind is ColumnKind.AMOUNT for each in schedule.columns)


def place_named(given: Given, name: str) -> Place:
    """Return where a figure stands; its schedule where the return has no such row."""
    parts = _parts(name)
    if parts is None:
        return Place("")
    schedule, code, column = parts
    row = given.row(schedule, code)
    return given.place(row, column) if row else given.schedule_place(schedule, column)


def _parts(name: str) -> tuple[Schedule, str, str] | None:
    """The schedule, the code of the row and the column a name stands for; None for no name."""
    title, _, rest = name.partition(".")
    row, _, column_title = rest.rpartition(".")
    schedule = _SCHEDULES.get(title)
    if schedule is None:
        return None
    columns = _columns(schedule, row)
    code = _rows(schedule).get(row)
    if code is None and schedule.is_classified and _CODE.fullmatch(row):
        code = row
    return (schedule, code, columns[column_title]) if code and column_title in columns else None
