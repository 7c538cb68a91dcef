"""Classifications and money rows."""

from budgets.models.classification import (
    BudgetBook,
    Category,
    EconomicCategory,
    FunctionalCategory,
    Level,
    RevenueCategory,
)
from budgets.models.lines import BudgetLine, ExpenditureNature, Fund, YuanField

__all__ = [
    "BudgetBook",
    "BudgetLine",
    "Category",
    "EconomicCategory",
    "ExpenditureNature",
    "FunctionalCategory",
    "Fund",
    "Level",
    "RevenueCategory",
    "YuanField",
]
