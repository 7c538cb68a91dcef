"""The reference data the project carries in fixtures/, as rows."""

import csv
from pathlib import Path

from django.conf import settings

from budgets.models import BudgetBook, EconomicCategory, FunctionalCategory, RevenueCategory

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file in fixtures/, every value as text."""
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def classifications() -> list[tuple[type, dict[str, str], list[dict[str, str]]]]:
    """Return, for each classification file, its model, what all its rows share, and its rows."""
    books = {label: value for value, label in BudgetBook.choices}
    functional = [
        (FunctionalCategory, {"budget_book": book}, rows_of(f"codes/functional_{book}.csv"))
        for book in BudgetBook.values
    ]
    economic = [
        (EconomicCategory, {"chart": chart}, rows_of(f"codes/economic_{chart}.csv"))
        for chart in EconomicCategory.Chart.values
    ]
    revenue = [row | {"budget_book": books[row["budget_book"]]} for row in rows_of("codes/revenue.csv")]
    return [*functional, *economic, (RevenueCategory, {}, revenue)]
