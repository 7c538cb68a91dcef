"""Returns that stand in no database, for what is worked out of their rows alone."""

from decimal import Decimal
from typing import Any

from budgets.models import BudgetLine, CarryoverLine, ProjectLine, StaffLine
from budgets.returns import BY_FUNCTION, CARRYOVER, PROJECTS, SCHEDULES, STAFF
from budgets.rows import _assembled, measured
from performance.report.facts import Facts
from performance.report.outline import edition_of
from performance.report.writing import report_of
from performance.rows import Performance
from performance.scoring import result_of
from submissions.models import CollectionRound

CODES = iter(range(1, 10_000))


def money(item, *, schedule, reason="", **figures):
    """A row of a fixed item; figures as text in yuan."""
    values = {name: Decimal(text) for name, text in figures.items()}
    return BudgetLine(schedule=schedule.name, item=item, variance_reason=reason, **values)


def by_function(code, name, outturn, *, book="general_public", fund="", reason=""):
    """A row by function, with what `with_codes` would have read."""
    line: Any = BudgetLine(
        schedule=BY_FUNCTION.name,
        category_id=next(CODES),
        fund=fund,
        outturn=Decimal(outturn),
        variance_reason=reason,
    )
    line.code, line.code_name, line.code_book = code, name, book
    line.code_proposed_by_id = line.code_valid_from = line.code_valid_to = None
    return line


def project(name, **figures):
    """A project."""
    return ProjectLine(pk=next(CODES), name=name, **{key: Decimal(text) for key, text in figures.items()})


def staff(item, authorized=None, in_service=None):
    """A row of staff."""
    return StaffLine(item=item, authorized=authorized, in_service=in_service)


def facts(*lines, texts=None, performance=None):
    """The facts of a return that holds some rows; the round asks for a reason from 10 % and 10 万元 on."""
    stored: dict[Any, Any] = {schedule.name: [] for schedule in SCHEDULES}
    for line in lines:
        others = {ProjectLine: PROJECTS.name, StaffLine: STAFF.name, CarryoverLine: CARRYOVER.name}
        stored[others.get(type(line)) or line.schedule].append(line)
    round = CollectionRound(explain_rate=Decimal(10), explain_yuan=Decimal(100_000))
    return Facts(
        2023,
        "示例单位",
        edition_of("431102", 2023),
        measured(_assembled(stored, {}), round),  # what return_rows does with the lines it has read
        texts or {},
        performance or Performance(None, [], result_of([], None)),
        round.explain_rate,
        round.explain_yuan,
    )


def written(section, *lines, **options):
    """What a report writes in a section, its paragraphs in one text; the unit's own printed lines after it."""
    part = next(part for part in report_of(facts(*lines, **options)).parts if part.section == section)
    return "\n".join([*(paragraph.text for paragraph in part.paragraphs), *part.own_printed])
