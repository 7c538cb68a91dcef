"""Classifications and the rows of a return."""

from budgets.models.books import BOOKS, CategoryBook, CategoryConfirmation, model_of, rules_of
from budgets.models.classification import (
    BudgetBook,
    Category,
    EconomicCategory,
    FunctionalCategory,
    Level,
    RevenueCategory,
)
from budgets.models.lines import (
    FUND_AND_NATURE,
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
from budgets.models.uploads import ReturnUpload, UploadedFile

__all__ = [
    "BOOKS",
    "FUND_AND_NATURE",
    "LINE_MODELS",
    "AmountLine",
    "BudgetBook",
    "BudgetLine",
    "BuildingLine",
    "CarryoverLine",
    "Category",
    "CategoryBook",
    "CategoryConfirmation",
    "EconomicCategory",
    "ExpenditureNature",
    "FunctionalCategory",
    "Fund",
    "Level",
    "ProjectLine",
    "ReturnText",
    "ReturnUpload",
    "RevenueCategory",
    "ScheduleLine",
    "StaffLine",
    "ThreePublicCountLine",
    "UploadedFile",
    "model_of",
    "rules_of",
]
