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
from budgets.models.initial_budgets import LONGEST_REFUSAL, BudgetUpload
from budgets.models.lines import (
    FUND_AND_NATURE,
    LINE_MODELS,
    AdjustmentLine,
    AmountLine,
    BudgetLine,
    BuildingLine,
    CarryoverLine,
    ExpenditureNature,
    FiveFigures,
    Fund,
    ProjectLine,
    ScheduleLine,
    StaffLine,
    ThreePublicCountLine,
)
from budgets.models.notes import CellNote
from budgets.models.restatements import Restatement
from budgets.models.rules import BureauRule, RuleSwitch, RuleTrial
from budgets.models.texts import SECTIONS, ReturnText, TextReading
from budgets.models.uploads import REMARKS, ReturnUpload, UploadedFile, UploadUndo

__all__ = [
    "BOOKS",
    "FUND_AND_NATURE",
    "LINE_MODELS",
    "LONGEST_REFUSAL",
    "REMARKS",
    "SECTIONS",
    "AdjustmentLine",
    "AmountLine",
    "BudgetBook",
    "BudgetLine",
    "BudgetUpload",
    "BuildingLine",
    "BureauRule",
    "CarryoverLine",
    "Category",
    "CategoryBook",
    "CategoryConfirmation",
    "CellNote",
    "EconomicCategory",
    "ExpenditureNature",
    "FiveFigures",
    "FunctionalCategory",
    "Fund",
    "Level",
    "ProjectLine",
    "Restatement",
    "ReturnText",
    "ReturnUpload",
    "RevenueCategory",
    "RuleSwitch",
    "RuleTrial",
    "ScheduleLine",
    "StaffLine",
    "TextReading",
    "ThreePublicCountLine",
    "UploadUndo",
    "UploadedFile",
    "model_of",
    "rules_of",
]
