"""Official forms of returns that stand in no database, and what stands in their cells."""

from decimal import Decimal

from openpyxl.utils import get_column_letter

from budgets.measures import EXECUTION_RATE
from budgets.official_forms import form_text, placed
from budgets.returns import BY_FUNCTION
from budgets.rows import schedule_rows
from performance.models import IndicatorLine, PerformanceGoal
from performance.official.given import Given
from performance.returns import INDICATORS
from performance.rows import Performance
from performance.scoring import NATIONAL, Indicator, result_of
from tests.performance.report.returns import facts


def given(*lines, goal=None, indicators=(), basis=NATIONAL, unit="示例单位", weights_reason=""):
    """What the forms of a return are made of: its rows, goal (expected, achieved) and indicators."""
    rows = facts(*lines).rows
    rate = rows[BY_FUNCTION.name][0].measures[EXECUTION_RATE.name]
    result = result_of([scored(each) for each in indicators], rate, basis, weights_reason)
    expected, achieved = goal or ("", "")
    written = PerformanceGoal(expected=expected, achieved=achieved, weights_reason=weights_reason)
    performance = Performance(written, schedule_rows(INDICATORS, list(indicators), {}), result, basis)
    return Given(2023, "224001", unit, "224-主管部门", "431102", rows, (), performance)


def indicator(name, second_level, points="", score="", **others):
    """An indicator; points as text."""
    points, score = (Decimal(text) if text else None for text in (points, score))
    return IndicatorLine(
        pk=len(name), name=name, second_level=second_level, max_score=points, score=score, **others
    )


def scored(line):
    """An indicator as scoring reads it."""
    return Indicator(
        line.name,
        line.second_level,
        line.max_score,
        line.score,
        line.target_value,
        line.actual_value,
        line.deviation_reason,
    )


def address(number, cell):
    """Where a cell stands: B12."""
    return f"{get_column_letter(cell.column)}{number}"


def texts(form):
    """What the cells show that are not blank, by address."""
    found = {address(number, cell): form_text(cell) for number, cell in placed(form)}
    return {where: text for where, text in found.items() if text}


def merges(form):
    """The merged cells."""
    return {
        f"{address(number, cell)}:{get_column_letter(cell.column + cell.columns - 1)}{number + cell.rows - 1}"
        for number, cell in placed(form)
        if (cell.columns, cell.rows) != (1, 1)
    }


def places(form):
    """Where each figure is entered, by address: schedule, row and column."""
    return {
        address(number, cell): (cell.place.schedule, cell.place.row, cell.place.column)
        for number, cell in placed(form)
        if cell.place
    }
