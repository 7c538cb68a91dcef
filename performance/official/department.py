"""The self-evaluation form of a department (部门整体支出绩效自评表), cell by cell, before it is a workbook.

Amounts are in 万元. The fund block is the expenditure by function of the return; what is below it is split by
income and by nature, label and number in one cell, as the form prints it.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from budgets.cells import place_of, place_of_schedule
from budgets.measures import EXECUTION_RATE, total
from budgets.official_forms import FormCell, FormRow, Kind, OfficialForm, labelled
from budgets.returns import BY_FUNCTION
from budgets.rows import MeasuredRow, Row
from performance.official.blocks import PrintedIndicator, goal_rows, indicator_rows, total_row
from performance.official.editions import DepartmentEdition, Part
from performance.official.given import Given
from performance.readings import composed_actual, composed_target
from performance.returns import GOAL, INDICATORS
from performance.rows import Performance
from submissions.findings import Place

WIDTHS = (8, 17, 15, 20, 12, 12, 7, 11, 20)
COLUMNS = len(WIDTHS)
GOAL_PLACE = Place(GOAL, schedule_title="年度总体目标")


def department_form(edition: DepartmentEdition, given: Given) -> OfficialForm:
    """Return the form of one return; what was not entered is blank, what is zero is zero."""
    found = given.performance
    opening: list[FormRow] = [
        [FormCell(1, edition.title.format(year=given.year), Kind.TITLE, COLUMNS)],
        [FormCell(1, edition.unit, Kind.HEAD, 2), FormCell(3, given.unit_name, Kind.TEXT, 7)],
        *_funds(edition, given),
        *goal_rows(edition.goals, found.expected, found.achieved, GOAL_PLACE, WIDTHS),
    ]
    rows = [
        *opening,
        *indicator_rows(
            edition.indicators,
            found.basis.framework,
            points_of(found),
            printed_indicators(found),
            WIDTHS,
        ),
        total_row(edition.indicators, found.result.total, place_of_schedule(INDICATORS)),
        [FormCell(1, edition.signatures, Kind.FOOT, COLUMNS)],
    ]
    return OfficialForm("部门整体支出绩效自评表", WIDTHS, rows, head=len(opening) + 1)


def printed_indicators(found: Performance) -> list[PrintedIndicator]:
    """Return the indicators of a return, or of one of its projects, each with the score that counts."""
    pairs = zip(found.rows, found.result.indicators, strict=True)
    return [replace(printed_indicator(row), score=counted.score) for row, counted in pairs]


def points_of(found: Performance) -> dict[str, Decimal]:
    """Return the points of each first level by its code: the framework's, or the unit's with its reason."""
    firsts, blocks = found.basis.framework.first_levels, found.result.blocks
    is_shared_out = not sum((block.gap for block in blocks), Decimal(0))
    if found.weights_reason.strip() and is_shared_out:
        return {first.code: block.given for first, block in zip(firsts, blocks, strict=True)}
    return {first.code: first.points for first in firsts}


def printed_indicator(row: Row) -> PrintedIndicator:
    """Return an indicator of a return as the forms print it: the one place that reads it for them.

    Operator, number and unit stand in one cell, as do the reason of a deviation and what is done about it.
    """
    line: Any = row.line
    said = (line.deviation_reason, line.improvement_measure)
    return PrintedIndicator(
        second_level=line.second_level,
        name=line.name,
        target=composed_target(line),
        actual=composed_actual(line),
        weight=line.max_score,
        score=line.score,
        deviation="\n".join(text for text in said if text),
        places={name: place_of(row, column) for name, column in _COLUMNS.items()},
    )


_COLUMNS = {
    "name": "name",
    "target": "target_value",
    "actual": "actual_value",
    "weight": "max_score",
    "score": "score",
    "deviation": "deviation_reason",
}
"""Where what is printed is entered."""


# --- The fund block


def _funds(edition: DepartmentEdition, given: Given) -> list[FormRow]:
    splits = edition.splits
    label = FormCell(1, edition.funds, Kind.HEAD, rows=2 + len(splits))
    heads = [FormCell(column, head, Kind.HEAD) for column, head in enumerate(edition.fund_heads, 4)]
    return [
        [label, FormCell(2, None, Kind.HEAD, columns=2), *heads],
        _whole(edition, given),
        *(_split(edition, given, *each) for each in splits),
    ]


def _whole(edition: DepartmentEdition, given: Given) -> FormRow:
    """The total of expenditure, and what its execution rate is worth: the one row that is scored."""
    top, result = given.rows[BY_FUNCTION.name][0], given.performance.result
    rate_place = place_of(top.row, EXECUTION_RATE.name)
    return [
        FormCell(2, edition.whole, Kind.HEAD, columns=2),
        *(
            FormCell(column, top.values[name], Kind.YUAN, place=place_of(top.row, name))
            for column, name in enumerate(edition.figures, 4)
        ),
        FormCell(7, result.execution_points, Kind.WEIGHT),
        FormCell(8, top.measures[EXECUTION_RATE.name], Kind.RATE, place=rate_place),
        FormCell(9, result.execution_score, Kind.SCORE, place=rate_place),
    ]


def _split(edition: DepartmentEdition, given: Given, left: Part, right: Part | None) -> FormRow:
    """One row of the split, label and number in one cell."""
    return [
        _labelled(2, left, edition.split_figure, given),
        _labelled(6, right, edition.split_figure, given),
    ]


def _labelled(column: int, part: Part | None, figure: str, given: Given) -> FormCell:
    """A part of the split; blank where the form prints nothing, the label alone where nothing is held."""
    if part is None:
        return FormCell(column, None, Kind.TEXT, columns=4)
    rows = [each for each in given.rows[part.schedule.name] if each.row.code in part.codes]
    text = labelled(part.label, _sum(rows, figure))
    place = place_of(rows[0].row, figure) if len(rows) == 1 else place_of_schedule(part.schedule)
    return FormCell(column, text, Kind.TEXT, columns=4, place=place if rows else None)


def _sum(rows: list[MeasuredRow], figure: str) -> Decimal | None:
    """The sum over rows; blank where all of its figures are, or where there is none."""
    return total(None, [each.row.figures[figure] for each in rows]).value if rows else None
