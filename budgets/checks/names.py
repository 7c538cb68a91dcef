"""The figures of a return by the names that a finance bureau's own rules call them: 报表.行.栏目.

Rows by category go by their code: 支出按功能分类.2080505.决算数.
"""

import re
from collections.abc import Iterator

from budgets.checks.given import Given, Term
from budgets.returns import SCHEDULES, TOTAL, Column, Schedule
from submissions.findings import Place

_CODE = re.compile("[0-9]{3}(?:[0-9]{2}){0,2}")


def _title(schedule: Schedule) -> str:
    return schedule.short_title.translate({ord("“"): None, ord("”"): None})


def _column_title(column: Column) -> str:
    return column.title.partition("（")[0]


_SCHEDULES = {_title(schedule): schedule for schedule in SCHEDULES}


def _rows(schedule: Schedule) -> dict[str, str]:
    """The codes of a schedule's fixed rows by their name."""
    top = {schedule.total_name: TOTAL} if schedule.has_total else {}
    return top | {item.name: item.code for item in schedule.items}


class FigureNames:
    """Every name there is: `in` tells whether one is; iterating lists those of fixed rows, as printed."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _parts(name) is not None

    def __iter__(self) -> Iterator[str]:
        return (
            f"{title}.{row}.{_column_title(column)}"
            for title, schedule in _SCHEDULES.items()
            for row in _rows(schedule)
            for column in schedule.figures
        )


def term_named(given: Given, name: str) -> Term:
    """Return a figure of a return, in yuan or a number; missing where it is blank or has no row."""
    parts = _parts(name)
    if parts is None:
        return Term(name, None)
    schedule, code, column = parts
    return given.term(schedule, code, column, name)


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
    columns = {_column_title(column): column.name for column in schedule.figures}
    code = _rows(schedule).get(row)
    if code is None and schedule.is_classified and _CODE.fullmatch(row):
        code = row
    return (schedule, code, columns[column_title]) if code and column_title in columns else None
