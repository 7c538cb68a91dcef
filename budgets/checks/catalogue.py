"""Every check of the money and the texts of a return, in the order people look."""

from budgets.checks import sentences, splits, texts, totals
from submissions.findings import Check

CHECKS: tuple[Check, ...] = (
    *totals.CHECKS,
    *splits.CHECKS,
    *sentences.CHECKS,
    *texts.CHECKS,
)
"""All checks of this app; `performance.checks` adds those of goals and indicators."""

BY_CODE = {check.code: check for check in CHECKS}
