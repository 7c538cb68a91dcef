"""The words of the seed report: what a good reviewer finds in them (checks.md §2.2), and that they add up."""

import pytest

from budgets.checks import sentences, texts
from budgets.checks.loading import given_for
from submissions.findings import State, run
from submissions.models import Submission
from tests.budgets.checks.written import findings

FOUND = {
    1: ("C-102", "staffing", "实有人数122人，其中：在职人员122人，退休人员8人"),
    10: ("C-105", "three_public_use", "公务用车运行维护费50000元"),
    13: ("C-100", "results", "2022年历经9轮强降雨"),
    15: ("C-101", "results", "四是强化安全宣传"),
    24: ("C-107", "disclosure", "请财政代为公开"),
    30: ("C-104", "other_matters", "[bookmark: _GoBack]"),
}
"""What the checks of texts find, by its number: the check, the text, and words that are quoted."""

BY_FIGURES = {
    **dict.fromkeys((2, 3, 4, 5, 6, 8, 20, 21, 22, 25), "checks of coherence, years, 三公 and staff"),
    **dict.fromkeys((9, 11, 12, 26, 27, 31), "missing figures: checks of budget and final, 三公 and staff"),
}
"""What concerns figures: the checks of the schedules find it, or say which figure is missing."""

JUDGEMENT = {
    7: "that 执法值班用车 is a car of the unit is no figure, and one sentence denies none of another",
    14: "when a fire was is not in the report",
    16: "18 teams and 16 townships, 332 and 334: other things are counted, so that neither is wrong by itself",
    17: "513 was obtained and 223 spent: what was obtained may be for others",
    18: "the two accidents may be on the road",
    19: "one case may be opened without a campaign",
    23: "that a work report is no evaluation is not said by words that are missing; goal and score are asked for",
    28: "a promise that cannot be kept is no contradiction in words",
    29: "typing errors: no list of right words is at hand that would not accuse names",
}


@pytest.fixture
def given(seed):
    return given_for(Submission.objects.for_workspace().get(pk=seed.pk))


def test_every_finding_of_the_reviewer_is_accounted_for():
    numbers = [*FOUND, *BY_FIGURES, *JUDGEMENT]
    assert sorted(numbers) == list(range(1, 32))


def test_what_concerns_years_numbering_counts_and_units_is_found_and_nothing_else(given):
    found = findings(given, *(check.code for check in texts.CHECKS))
    wrong = [each for each in found if each.state in (State.ERROR, State.WARNING)]
    assert len(wrong) == len(FOUND)
    for code, name, words in FOUND.values():
        [each] = [each for each in wrong if each.check.code == code]
        assert each.outcome.place.schedule == name and words in each.outcome.quotation
        assert words in given.texts[name]


def test_its_arithmetic_is_clean(given):
    """Every stated difference, rate, share, part and figure of the tables: nothing is said of any."""
    checks = run(sentences.CHECKS, given, year=given.year, region=given.region)
    assert {each.state for each in checks} == {State.PASS}
    assert len({each.check.code for each in checks}) == len(sentences.CHECKS)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "code"),
    [
        ("budget_and_outturn", "减少了61.45万元", "减少了64.15万元", "C-030"),
        ("budget_and_outturn", "增加了682.76万元", "减少了682.76万元", "C-030"),
        ("budget_and_outturn", "减少了4.25%", "减少了4.35%", "C-031"),
        ("budget_and_outturn", "增加了53.12%", "增加了35.12%", "C-031"),
        ("budget_and_outturn", "增加了582.51万元", "增加了528.51万元", "C-030"),
        ("budget_and_outturn", "增加了42.04%", "增加了24.04%", "C-031"),
        ("budget_and_outturn", "占总收入99.98%", "占总收入98.99%", "C-031"),
        (
            "budget_and_outturn",
            "2022年收入1285.25万元，支出1285.25万元",
            "2022年收入1285.25万元，支出1258.25万元",
            "C-103",
        ),
        ("overall_spending", "占总支出18.7%", "占总支出17.8%", "C-031"),
        ("overall_spending", "行政运行207.56万元", "行政运行270.56万元", "C-103"),
        ("three_public_use", "比上年增加52437元", "比上年减少52437元，", "C-030"),
        ("three_public_use", "相比增加134.5%", "相比增加57.36%", "C-031"),
        ("three_public_use", "公务接待费91423元", "公务接待费94123元", "C-058"),
        ("basic_spending", "项目支出485.5万元。", "项目支出458.5万元。", "C-103"),
        ("basic_spending", "公用经费695.80万元", "公用经费659.80万元", "C-103"),
        ("project_spending", "项目实际支出241.37万元", "项目实际支出214.37万元", "C-103"),
    ],
)
def test_a_figure_of_it_that_is_changed_is_found(given, name, right, wrong, code):
    assert right in given.texts[name]
    given.texts[name] = given.texts[name].replace(right, wrong)
    assert code in {each.check.code for each in findings(given, *(check.code for check in sentences.CHECKS))}
