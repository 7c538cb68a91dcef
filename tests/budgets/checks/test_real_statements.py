"""Sentences with the figures of real published documents: what the checks of sentences find and what they miss.

real_statements.csv holds, for each statement that was recomputed by hand (real-cases), a sentence of the
usual wording with its figures, and the state it should come to with the code of the check that says so.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from budgets.checks import sentences, texts
from submissions.findings import State
from tests.budgets.checks.written import findings, written

CODES = sorted({check.code for check in (*sentences.CHECKS, *texts.CHECKS)} - {"C-107", "C-109"})
MISSED = {
    # Nothing in the sentence contradicts it: beside the figures of the return it is found (test_real_returns).
    "财政拨款收入支出总计0.3万元，比上年持平。",
}

with (Path(__file__).parent / "real_statements.csv").open(encoding="utf-8", newline="") as file:
    STATEMENTS = list(csv.DictReader(file))


def judged(statement):
    """What the checks say of a sentence: (state, code) of each, without what is only worth nothing."""
    unit = "普陀区规划和自然资源局" if "guiziju" in statement["case"] else "某某单位"
    given = written(year=int(statement["year"]), unit=unit, budget_and_outturn=statement["text"])
    return {
        (each.state, each.check.code)
        for each in findings(given, *CODES)
        if each.state not in (State.NOT_APPLICABLE, State.CANNOT_BE_COMPUTED)
    }


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each["text"][:40])
def test_a_statement_comes_to_what_was_found_by_hand(statement):
    found = judged(statement)
    if statement["state"] == "pass" or statement["text"] in MISSED:
        assert not found
        return
    states = {state for state, code in found if code == statement["code"]}
    wanted = {State.ROUNDING} if statement["state"] == "rounding" else {State.ERROR, State.WARNING}
    assert states and states <= wanted
    assert {code for _, code in found} == {statement["code"]}


def test_found_missed_and_falsely_accused(capsys):
    counts: Counter[str] = Counter()
    for statement in STATEMENTS:
        is_wrong, found = statement["state"] == "error", judged(statement)
        accused = any(state in (State.ERROR, State.WARNING) for state, _ in found)
        counts[
            {True: "found", False: "missed"}[accused]
            if is_wrong
            else "falsely accused"
            if accused
            else "right"
        ] += 1
    with capsys.disabled():
        print(f"\n{len(STATEMENTS)} statements with real figures: {dict(counts)}")
    assert counts["falsely accused"] == 0
    assert counts["missed"] == len(MISSED)
