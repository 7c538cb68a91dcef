"""Classifications and the rows of a return."""

from budgets.models.classification import (
    BudgetBook,
    Category,
    EconomicCategory,
    FunctionalCategory,
    Level,
    RevenueCategory,
)
from budgets.models.lines import (
    LINE_MODELS,
    AmountLine,
    BudgetLine,
    BuildingLine,
    CarryoverLine,
    ExpenditureNature,
    Fund,
    ProjectLine,
    ScheduleLine,
    StaffLine,
    ThreePublicCountLine,
)
from budgets.models.texts import ReturnText

__all__ = [
    "LINE_MODELS",
    "AmountLine",
    "BudgetBook",
    "BudgetLine",
    "BuildingLine",
    "CarryoverLine",
    "Category",
    "EconomicCategory",
    "ExpenditureNature",
    "FunctionalCategory",
    "Fund",
    "Level",
    "ProjectLine",
    "ReturnText",
    "RevenueCategory",
    "ScheduleLine",
    "StaffLine",
    "ThreePublicCountLine",
]
