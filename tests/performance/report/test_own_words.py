"""What is printed of the unit's own words beside the report's sentences: nothing twice, nothing lost."""

from decimal import Decimal

import pytest

from budgets.returns import BY_FUNCTION, BY_NATURE
from performance.report.own_words import list_beside
from performance.report.writing import report_of
from tests.performance.report.returns import by_function, facts, money, written

SPENT = (by_function("2240106", "安全监管", "9480600"), by_function("2240101", "行政运行", "519400"))
"""Together 1000.00 万元: 94.81 % (948.06 / 1000 = 94.806) and 5.19 %."""


def own(section, text, *lines):
    """The lines of a text of a section, each as it is and as it is printed."""
    report = report_of(facts(*lines, texts={section: text}))
    part = next(part for part in report.parts if part.section == section)
    return [(line.text, line.printed) for line in part.own]


@pytest.mark.parametrize(
    "line",
    [
        "2023年度支出1000万元，其中：安全监管支出948.06万元，占总支出94.8%；行政运行51.94万元，占总支出5.19%。",
        "全年支出10000000元。",
    ],
)
def test_a_line_that_only_repeats_is_not_printed_again(line):
    assert own("overall_spending", line, *SPENT) == [(line, "")]


def test_a_comma_between_thousands_ends_no_clause():
    """Every figure is said, so the clauses with one go whole, and the one without stays whole."""
    line = "2023年度支出10,000,000.00元，其中安全监管支出9,480,600.00元，均按规定用途使用。"
    assert own("overall_spending", line, *SPENT) == [(line, "均按规定用途使用。")]


def test_a_list_with_parted_thousands_is_taken_whole():
    text = "基本支出1,000.00万元，包括工资1,200.00元、津贴3,400.00元，均已支付。"
    assert list_beside(text, Decimal(10_000_000)) == "工资1,200.00元、津贴3,400.00元"


@pytest.mark.parametrize(
    "line",
    [
        "支出结构总体合理，保障了安全监管工作。",
        "2023年度支出1000万元，比2021年增加了300万元。",  # a figure that the report does not state
        "2023年度支出1001万元。",  # another figure than the return's: it stays, and a check says so
        "行政运行51.95万元，占总支出5.19%。",  # one fen of 万元 off
    ],
)
def test_a_line_that_says_more_or_something_else_is_printed_whole(line):
    assert own("overall_spending", line, *SPENT) == [(line, line)]


def test_what_stands_beside_repeated_figures_without_one_is_kept():
    line = "2023年度支出1000万元，主要用于基层能力建设；安全监管948.06万元。"
    assert own("overall_spending", line, *SPENT) == [(line, "主要用于基层能力建设。")]


def test_texts_of_other_sections_are_printed_as_they_are():
    text = "1、预算1000万元编得不细。\n\n2、另一个问题。"
    assert [printed for _, printed in own("problems", text, *SPENT)] == [
        "1、预算1000万元编得不细。",
        "2、另一个问题。",
    ]


FIGURES = {"last_year_budget": "14469500", "initial_budget": "13855000"}


def test_the_reason_behind_a_repeated_figure_goes_on_in_the_reports_sentence():
    text = "支出年初预算比上年减少了61.45万元，相比减少了4.25%，主要原因是项目经费缩减，导致减少；其他不变。"
    said = written(
        "budget_and_outturn",
        money("total", schedule=BY_FUNCTION, **FIGURES),
        texts={"budget_and_outturn": text},
    )
    assert "比上年减少了61.45万元，相比减少了4.25%，主要原因是项目经费缩减，导致减少。" in said
    assert said.count("项目经费缩减") == 1 and said.endswith("\n其他不变。")


def test_a_reason_in_the_next_sentence_belongs_to_the_figure_too():
    text = "比上年减少61.45万元。原因在于压减专项。"
    said = written(
        "budget_and_outturn",
        money("total", schedule=BY_FUNCTION, **FIGURES),
        texts={"budget_and_outturn": text},
    )
    assert "相比减少了4.25%，主要原因是压减专项。" in said


def test_a_list_behind_a_repeated_figure_goes_on_in_the_reports_sentence():
    line = money("basic_operating", schedule=BY_NATURE, outturn="6958000")
    text = "公用经费695.80万元，主要包括：办公费、差旅费。"
    assert written("basic_spending", line, texts={"basic_spending": text}).count("办公费、差旅费") == 1


def test_a_sentence_that_writes_itself_is_not_printed_twice():
    assert written("government_fund", texts={"government_fund": "我单位无政府性基金预算支出情况"}) == (
        "我单位无政府性基金预算支出情况。"
    )
