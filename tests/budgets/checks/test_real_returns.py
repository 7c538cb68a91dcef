"""Real published documents as whole returns: what the checks find in them, miss, and accuse falsely.

`real_documents/` has their figures and indicators; real_findings.csv every statement of theirs that does not hold, by hand,
with the check that says so or why no figure of a return can show it, and what is rightly found beside.
Whatever else is called wrong or rounding there is a false accusation: all other statements hold.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from submissions.findings import State

pytestmark = pytest.mark.django_db

with (Path(__file__).parent / "real_findings.csv").open(encoding="utf-8", newline="") as file:
    STATEMENTS = list(csv.DictReader(file))

WITHOUT_SCHEDULES = {
    "hn_yueyang_gonglu_2019": "indicators and weights; nothing in it is wrong",
    "hn_yuhua_fgj_2022": "indicators and weights; nothing in it is wrong",
}
"""The documents that state nothing the schedules of a return hold, and what they have instead."""

CUT = {
    "ah_guichi_tangxi_2022_weituo": "the last row is cut off",
    "ah_jinzhai_chagu_2023": "output alone",
    "cq_kxc_rongmei_2021": "two rows under a framework of ours",
    "hb_ezhou_xzsp_2021": "output and one row of benefit",
}
"""The documents whose indicators were published or kept in part: what is asked of a whole form (C-070, C-078)
says nothing of them.
"""

ASKS = {
    "ah_guichi_tangxi_2022_cunji": {"C-045"},
    "gz_suiyang_taibai_2021": {"C-045"},
    "hb_ezhou_xzsp_2021": {"C-043", "C-045"},
    "hn_hengshan_guantang_2023": {"C-044", "C-045", "C-062"},
    "hn_unnamed_2018_basetable": {"C-034", "C-044", "C-045", "C-052", "C-053"},
    "sc_pidu_minzheng_2025": {"C-043", "C-044", "C-045"},
    "sh_putuo_shegongbu_2024": {"C-045"},
    "yn_shidian_2016_sangong_county": {"C-034"},
}
"""What asks for a reason, which these documents do not give: variances, low execution, posts exceeded."""

ACCUSES = (State.ERROR, State.WARNING, State.ROUNDING)


@pytest.fixture(scope="module")
def found(loaded, django_db_blocker):
    """What is called wrong, asked about or called rounding, by document. None is a whole report (C-107)."""
    from budgets.checks.results import results_of_many
    from submissions.models import Submission
    from tests.budgets.checks.real_returns import CASES, make_return
    from tests.world import make_region, make_unit

    with django_db_blocker.unblock():
        bureau = make_unit(make_region("310107", "普陀区"), "900", "普陀区财政局", kind="bureau")
        saved = {name: make_return(number, case, bureau) for number, (name, case) in enumerate(CASES.items())}
        read = Submission.objects.for_workspace().in_bulk([each.pk for each in saved.values()])
        results = {name: results_of_many([read[each.pk]])[each.pk].found for name, each in saved.items()}
    return {
        name: [
            each.finding
            for each in every
            if each.finding.state in ACCUSES
            and each.finding.check.code != "C-107"
            and not (name in CUT and each.finding.check.code in ("C-070", "C-078"))
        ]
        for name, every in results.items()
    }


def is_of(finding, statement):
    """Whether a finding says what was found by hand: check, state, place or words, and difference."""
    outcome, difference = finding.outcome, finding.outcome.difference
    said = f"{outcome.place.label} {outcome.sentence} {outcome.quotation}"
    figure = "" if difference is None else f"{difference.normalize():f}"
    return (
        (finding.check.code, finding.state) == (statement["code"], statement["state"])
        and statement["words"] in said
        and figure == statement["difference"]
    )


def of_case(name):
    return [each for each in STATEMENTS if each["case"] == name]


def falsely_accused(name, findings):
    """What is said of a document that nobody found in it by hand."""
    rows = [each for each in of_case(name) if each["code"]]
    asks = ASKS.get(name, set())
    others = [each for each in findings if not any(is_of(each, row) for row in rows)]
    return [each for each in others if each.state is not State.WARNING or each.check.code not in asks]


@pytest.mark.parametrize("name", dict.fromkeys(each["case"] for each in STATEMENTS))
def test_what_does_not_hold_is_found_with_its_difference_or_cannot_be_shown(found, name):
    for statement in of_case(name):
        if statement["code"]:
            assert len([each for each in found[name] if is_of(each, statement)]) == 1, statement
        else:
            assert statement["reason"], statement


def test_what_holds_raises_nothing(found):
    accused = {name: falsely_accused(name, findings) for name, findings in found.items()}
    assert {
        name: [(each.key, each.outcome.sentence) for each in every]
        for name, every in accused.items()
        if every
    } == {}


def test_what_asks_for_a_reason_is_what_the_documents_leave_open(found):
    listed = {(each["case"], each["code"]) for each in STATEMENTS if each["state"] == "warning"}
    asked = {
        name: {each.check.code for each in every if each.state is State.WARNING}
        - {code for case, code in listed if case == name}
        for name, every in found.items()
    }
    assert {name: codes for name, codes in asked.items() if codes} == ASKS


def test_found_missed_and_falsely_accused(found, capsys):
    """The table of the documents, and that none is left out."""
    table = [_counted(name, findings) for name, findings in sorted(found.items())]
    with capsys.disabled():
        print(
            f"\n{'document':<34}{'wrong':>7}{'found':>7}{'rounding':>10}{'found':>7}{'no figure':>11}{'missed':>8}{'false':>7}"
        )
        for name, count in [*table, ("all", sum((count for _, count in table), Counter()))]:
            columns = ("error", "error found", "rounding", "rounding found", "cannot", "missed", "false")
            widths = (7, 7, 10, 7, 11, 8, 7)
            print(
                f"{name:<34}"
                + "".join(f"{count[each]:>{width}}" for each, width in zip(columns, widths, strict=True))
            )
        print(f"{'; '.join(WITHOUT_SCHEDULES)}: no schedule of a return")
    assert len(found) + len(WITHOUT_SCHEDULES) == 22
    assert not any(count["missed"] or count["false"] for _, count in table)


def _counted(name, findings):
    """How many statements of a document are wrong or only rounded, and what the checks say of them."""
    count = Counter({"false": len(falsely_accused(name, findings))})
    for statement in of_case(name):
        if statement["statement"]:
            is_found = any(is_of(each, statement) for each in findings)
            kind = "rounding" if statement["state"] == "rounding" else "error"  # or asked to be explained
            count[kind] += 1
            count[f"{kind} found"] += is_found
            count["cannot"] += not statement["code"]
            count["missed"] += bool(statement["code"]) and not is_found
    return name, count
