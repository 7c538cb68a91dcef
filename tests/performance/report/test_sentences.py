"""What the report writes of figures: the word by the sign, no rate from zero, what is missing named."""

import pytest

from budgets.models import ReturnText
from budgets.returns import BY_FUNCTION, BY_NATURE, REVENUE, THREE_PUBLIC
from performance.report.outline import EDITIONS, edition_of
from performance.report.sections import WRITERS
from performance.report.writing import report_of
from tests.performance.report.returns import by_function, facts, money, project, staff, written


def total(*, reason="", **figures):
    """The stated total of expenditure."""
    return money("total", schedule=BY_FUNCTION, reason=reason, **figures)


@pytest.mark.parametrize(
    ("last_year", "this_year", "sentence"),
    [
        ("1000000", "1500000", "支出决算比上年增加了50.00万元，相比增加了50.00%，主要原因是新增专项。"),
        ("1500000", "1000000", "支出决算比上年减少了50.00万元，相比减少了33.33%，主要原因是新增专项。"),
        ("1000000", "1000000", "支出决算与上年持平。"),
        ("1000000", "1000040", "支出决算与上年基本持平，主要原因是新增专项。"),  # 40 yuan print as 0.00 万元
        ("0", "1500000", "支出决算比上年增加了150.00万元，主要原因是新增专项。"),
        ("-1000000", "500000", "支出决算比上年增加了150.00万元，相比增加了150.00%，主要原因是新增专项。"),
    ],
)
def test_the_word_follows_the_sign_and_a_zero_base_has_no_rate(last_year, this_year, sentence):
    said = written(
        "budget_and_outturn", total(last_year_outturn=last_year, outturn=this_year, reason="新增专项。")
    )
    assert f"；{sentence}\n" in said


def test_a_blank_figure_is_named_and_never_made_up():
    said = written("budget_and_outturn", total(outturn="1000000"))
    assert "2023年收入年初预算（尚未填写：年初预算数），支出年初预算（尚未填写：年初预算数）；" in said
    assert "支出决算（无法计算：上年决算数未填）。" in said
    assert "调整后的全年预算（尚未填写：全年预算数），预算执行率（无法计算：全年预算数未填）。" in said
    assert "年初结转和结余（尚未填写），年末结转和结余（尚未填写）。" in said


def test_a_reason_is_asked_for_from_the_rounds_threshold_on():
    small = written("budget_and_outturn", total(initial_budget="1000000", outturn="1099999"))
    large = written("budget_and_outturn", total(initial_budget="1000000", outturn="1100000"))
    assert "2023年度支出决算比年初预算增加了10.00万元，相比增加了10.00%。" in small  # 9.9999, below the rule
    assert "比年初预算增加了10.00万元，相比增加了10.00%，主要原因是（尚未填写）。" in large


def test_a_reason_stands_once_where_both_comparisons_have_the_same():
    figures = {"initial_budget": "1000000", "last_year_outturn": "1000000", "outturn": "2000000"}
    said = written("budget_and_outturn", total(**figures, reason="主要原因是：灾情较重。"))
    assert said.count("灾情较重") == 1 and said.count("，主要原因同上。") == 1


def test_every_line_by_function_with_its_share():
    said = written(
        "overall_spending",
        by_function("2240106", "安全监管", "750000"),
        by_function("2240101", "行政运行", "250000"),
    )
    assert said == (
        "2023年度支出100.00万元，其中：行政运行25.00万元，占总支出25.00%；安全监管75.00万元，占总支出75.00%。"
    )


def test_without_lines_by_function_it_says_so():
    assert written("overall_spending") == (
        "2023年度支出（尚未填写：决算数），其中：（尚未填写：按功能分类的支出）。"
    )


def test_three_public_expenses_in_whole_yuan_and_the_level_ones_without_a_comparison():
    said = written(
        "three_public_use",
        money("overseas", schedule=THREE_PUBLIC, last_year_outturn="0", outturn="0"),
        money("hospitality", schedule=THREE_PUBLIC, last_year_outturn="100", outturn="150.5"),
    )
    assert "因公出国（境）费0元；公务用车购置费（尚未填写：决算数）；" in said
    assert "公务接待费150.50元，比上年增加了50.50元，相比增加了50.50%。" in said
    assert "合计2022年度决算100元，2023年度年初预算（尚未填写：年初预算数）、决算150.50元" in said


def test_staff_by_kind_and_those_retired_beside():
    said = written(
        "staffing", staff("administrative", 20, 19), staff("support", 1, 1), staff("retired", None, 6)
    )
    assert said == (
        "2023年末核定编制数21名，其中：行政编制20名，机关工勤编制1名；"
        "年末实有在职人员20人（另有退休人员6人，不计入在职人数），在职人员控制率95.24%。"
    )


@pytest.mark.parametrize(
    ("section", "title"),
    [
        ("government_fund", "政府性基金"),
        ("state_capital", "国有资本经营"),
        ("social_insurance", "社会保险基金"),
    ],
)
def test_a_budget_the_unit_has_not_is_said_to_be_none(section, title):
    assert written(section, by_function("2240106", "安全监管", "1")) == f"我单位无{title}预算支出情况。"


def test_a_budget_it_has_is_told_from_the_lines():
    lines = [
        money("government_fund", schedule=REVENUE, outturn="300000"),
        by_function("2120801", "征地和拆迁补偿", "200000", book="government_fund"),
        by_function("2296002", "用于社会福利的彩票公益金支出", "50000", fund="government_fund"),
    ]
    assert written("government_fund", *lines) == (
        "2023年度政府性基金预算收入30.00万元，支出25.00万元，"
        "其中：征地和拆迁补偿20.00万元，用于社会福利的彩票公益金支出5.00万元。"
    )


def test_projects_are_counted_by_name_and_listed():
    said = written(
        "project_spending", project("甲", initial_budget="100000", outturn="150000"), project("乙")
    )
    assert said == (
        "2023年项目支出年初批复预算10.00万元，项目实际支出15.00万元，"
        "比年初预算增加了5.00万元，相比增加了50.00%。项目共2个，主要包括：甲、乙。"
    )


def test_money_of_other_income_is_named_beside_the_appropriation():
    said = written(
        "basic_spending",
        by_function("2240106", "安全监管", "1000000"),
        money("other", schedule=REVENUE, outturn="200000"),
        money("basic_personnel", schedule=BY_NATURE, outturn="800000"),
    )
    assert (
        "2023年实际财政拨款支出80.00万元，另有由其他收入安排的支出20.00万元；财政拨款基本支出80.00万元"
        in said
    )


def test_every_section_of_the_outline_is_a_text_of_the_return_once():
    names = [name for name in ReturnText.Name.values if name != "thrift_measures"]
    for edition in EDITIONS:
        assert [each.section for each in edition.headings if each.section] == names
        assert set(WRITERS) <= set(names)


def test_a_year_before_all_editions_has_the_earliest_and_another_region_the_general_one():
    assert edition_of("110000", 2001).code == "hunan"


def test_every_heading_stays_and_an_empty_return_says_what_is_missing():
    report = report_of(facts())
    assert [part.heading for part in report.parts][:3] == [
        "一、基本情况",
        "（一）单位基本情况",
        "1、主要职能",
    ]
    assert all(
        part.missing for part in report.parts if part.section and "我单位无" not in part.paragraphs[0].text
    )
    assert report.figures == []
