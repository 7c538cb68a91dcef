"""The main figures of a return as its receipt prints them."""

from budgets.money import AmountUnit
from budgets.rows import MeasuredRow, head_figures
from budgets.tables import Cells
from submissions.models import Submission

IN_WAN = {
    "initial_budget": "年初预算数",
    "revised_budget": "全年预算数",
    "outturn": "决算数",
    "variance_to_initial": "预决算差异",
}


def totals_of(submission: Submission) -> list[tuple[str, str]]:
    """Return total expenditure by its labels: amounts in 万元, the change rate in percent; "—" for none."""
    return totals_of_many([submission])[submission.pk]


def totals_of_many(submissions: list[Submission]) -> dict[int, list[tuple[str, str]]]:
    """Return what `totals_of` returns, by submission id, in two queries for any number."""
    return {pk: _totals(measured) for pk, measured in head_figures(submissions).items()}


def _totals(measured: MeasuredRow) -> list[tuple[str, str]]:
    cells = Cells(measured, AmountUnit.WAN)
    rate = cells["variance_to_initial_rate"].text
    amounts = [(f"{label}（万元）", cells[name].text) for name, label in IN_WAN.items()]
    return [*amounts, ("预决算差异率", rate if rate == "—" else f"{rate} %")]
