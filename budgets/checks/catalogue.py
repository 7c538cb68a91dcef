"""Every check of the money, the indicators and the texts of a return, in the order people look."""

from budgets.checks import (
    across,
    budget_and_final,
    coherence,
    evaluated,
    goals,
    indicators,
    procurement,
    sentences,
    splits,
    staff,
    texts,
    three_public,
    totals,
    units,
    years,
)
from submissions.findings import Check

CHECKS: tuple[Check, ...] = (
    *totals.CHECKS,
    *splits.CHECKS,
    *coherence.CHECKS,
    *years.CHECKS,
    *budget_and_final.CHECKS,
    *three_public.CHECKS,
    *units.CHECKS,
    *staff.CHECKS,
    *indicators.CHECKS,
    *goals.CHECKS,
    *evaluated.CHECKS,
    *procurement.CHECKS,
    *across.CHECKS,
    *sentences.CHECKS,
    *texts.CHECKS,
)
"""All checks."""

BY_CODE = {check.code: check for check in CHECKS}
