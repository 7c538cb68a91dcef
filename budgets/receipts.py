"""The main figures of a return as its receipt prints them."""

from budgets.money import AmountUnit
from budgets.rows import head_figures
from budgets.tables import cells_by_name
from submissions.models import Submission

IN_WAN = {
    "initial_budget": "年初预算数",
    "revised_budget": "全年预算数",
    "outturn": "决算数",
    "variance_to_initial": "预决算差异",
}


def totals_of(submission: Submission) -> list[tuple[str, str]]:
    """Return total expenditure by its labels: amounts in 万元, the change rate in percent; "—" for none."""
    cells = cells_by_name(head_figures([submission])[submission.pk], AmountUnit.WAN)
    rate = cells["variance_to_initial_rate"].text
    amounts = [(f"{label}（万元）", cells[name].text) for name, label in IN_WAN.items()]
    return [*amounts, ("预决算差异率", rate if rate == "—" else f"{rate} %")]
