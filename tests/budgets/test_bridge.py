"""Where the gap between initial budget and outturn comes from: every step, to the fen.

The real report is in test_seed_bridge.py.
"""

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budgets.bridge import bridge_of
from budgets.measures import FIGURES
from budgets.money import AmountUnit
from budgets.returns import ADJUSTMENTS, BY_FUNCTION, BY_NATURE, PROJECTS
from budgets.rows import return_rows
from orgs.models import User
from tests.world import adjustment, category, change, lines_of, project, save, signed_in


def bridge(submission):
    return bridge_of(return_rows(submission))


def told(stretch):
    """The steps that stand first and those that are folded, as (label, yuan)."""
    return [[(step.label, step.change) for step in steps] for steps in (stretch.first, stretch.others)]


def page_of(submission, person="lin"):
    path = reverse("variances", args=[submission.pk])
    return signed_in(User.objects.get(username=person)).get(path)


@pytest.fixture
def adjusted(world):
    """583 万元 by hand: 100 + 20 − 5 and 50 + 30, 8 of which no document names, executed −3 and +1."""
    one = world.submission
    save(one, change(category("2240101", name="行政运行"), initial_budget="100", outturn="112"))
    save(
        one,
        change(category("2240106", name="安全监管"), initial_budget="50", revised_budget="88", outturn="89"),
    )
    place, other = (f"{category(code).pk}--" for code in ("2240101", "2240106"))
    save(
        one,
        adjustment("1 号", kind="increase", source="city", function=place, adjusted="20", reason="救灾"),
        adjustment("2 号", kind="decrease", function=place, adjusted="5"),
        adjustment("3 号", kind="increase", function=other, adjusted="30"),
    )
    return one


def test_initial_documents_what_has_none_revised_execution_and_outturn(adjusted):
    found = bridge(adjusted)
    assert (found.initial, found.revised, found.outturn) == (150, 203, 201)
    # 20 − 5 + 30 + 8 = 53. Of 63 yuan of changes 30 and 20 are 79 %, with 8 they are 92 %.
    assert told(found.adjusted) == [
        [("追加 3 号", 30), ("追加 1 号", 20), ("没有调整文件的变动", 8), ("调减 2 号", -5)],
        [],
    ]
    assert told(found.executed) == [[("2240101 行政运行", -3), ("2240106 安全监管", 1)], []]
    assert found.initial + found.adjusted.change == found.revised
    assert found.revised + found.executed.change == found.outturn


def test_the_page_leads_from_a_document_to_its_row_and_says_what_it_says(adjusted):
    User.objects.filter(username="lin").update(amount_unit=AmountUnit.YUAN)
    printed = page_of(adjusted).context["bridge"]
    line = next(line for line in lines_of(adjusted, ADJUSTMENTS) if line.name == "1 号")
    step = next(step for step in printed.steps if step.name == "追加 1 号")
    assert step.url == reverse("edit_lines", args=[adjusted.pk, "adjustments"]) + f"#row-line-{line.pk}"
    assert step.detail == "2023-06-01 · 市级资金 · 2240101 行政运行 · 救灾"
    assert "其中年度中调整 +53.00（追加 3 号 +30.00、追加 1 号 +20.00 等 4 项）" in printed.sentence


def test_the_few_that_make_four_fifths_stand_first_and_the_rest_is_one_line(world):
    one = world.submission
    for number, change_of in enumerate([50, 30, 8, 7, 5]):
        save(one, change(category(f"224010{number + 1}"), initial_budget="10", outturn=str(10 + change_of)))
    found = bridge(one)
    assert [[yuan for _, yuan in part] for part in told(found.executed)] == [[50, 30], [8, 7, 5]]
    assert found.executed.rest == 20
    User.objects.filter(username="lin").update(amount_unit=AmountUnit.YUAN)
    printed = page_of(one).context["bridge"]
    assert [(step.style, step.amount) for step in printed.steps] == [
        ("whole", "50.00"), ("", "+50.00"), ("", "+30.00"), ("rest", "+20.00"),
        ("folded", "+8.00"), ("folded", "+7.00"), ("folded", "+5.00"), ("whole", "150.00"),
    ]  # fmt: skip
    assert "其余 3 项 +20.00" in printed.sentence


def test_the_sentence_counts_as_others_what_the_table_folds(world):
    one = world.submission
    for number, change_of in enumerate([20, 19, 18, 17, 9, 8, 5, 4]):
        save(one, change(category(f"224010{number + 1}"), initial_budget="10", outturn=str(10 + change_of)))
    User.objects.filter(username="lin").update(amount_unit=AmountUnit.YUAN)
    page = page_of(one)
    printed = page.context["bridge"]
    rest = [(step.name, step.amount) for step in printed.steps if step.style == "rest"]
    assert rest == [("其余 3 项", "+17.00")]  # 83 of 100 yuan stand first
    assert printed.sentence.endswith(" +18.00 等 8 项。")
    assert "其余" not in printed.sentence


def test_documents_stand_in_for_revised_budgets_that_some_lines_lack(adjusted):
    """A line of 40 at first and 41 at the end, and a document that names no code: what it adds is nobody's."""
    save(adjusted, change(category("2080505", name="养老"), initial_budget="40", outturn="41"))
    save(adjusted, adjustment("4 号", kind="increase", use="basic_personnel", adjusted="6"))
    found = bridge(adjusted)
    assert (found.initial, found.revised, found.outturn, found.lacking) == (190, 241, 242, 1)
    assert [step.change for step in found.adjusted.steps] == [30, 20, 6, -5]
    # 112 − 115, 89 − 80, 41 − 40, and the 6 yuan of no line: 9 − 3 + 1 − 6 = 1.
    assert told(found.executed)[0] == [
        ("2240106 安全监管", 9), ("没有分到行的部分", -6), ("2240101 行政运行", -3),
        ("2080505 养老", 1),
    ]  # fmt: skip
    assert "还有 1 行没有全年预算数" in page_of(adjusted).context["bridge"].note


def test_without_documents_a_column_of_which_some_lines_lack_figures_is_no_level(world):
    one = world.submission
    save(one, change(category("2240101"), initial_budget="100", revised_budget="110", outturn="112"))
    save(one, change(category("2240106"), initial_budget="50", outturn="45"))
    found = bridge(one)
    assert (found.revised, found.adjusted.steps) == (None, [])
    assert [step.change for step in found.executed.steps] == [12, -5]
    assert page_of(one).context["bridge"].note.startswith("有 1 行没有全年预算数，也没有登记调整文件，")


def test_projects_stand_one_by_one_where_the_rows_by_nature_are_their_sums(world):
    one = world.submission
    save(one, change("total", initial_budget="100", outturn="130"), schedule=BY_FUNCTION)
    save(one, change("basic_personnel", initial_budget="60", outturn="70"), schedule=BY_NATURE)
    save(one, project("防汛", initial_budget="40", outturn="35"), project("救灾", outturn="25"))
    found = bridge(one)
    assert told(found.executed)[0] == [("救灾", 25), ("人员经费", 10), ("防汛", -5)]
    assert found.executed.first[0].detail == "年初预算数未填"


def test_two_stated_totals_are_one_step_to_the_total(world):
    save(world.submission, change("total", initial_budget="100", outturn="90"), schedule=BY_FUNCTION)
    assert told(bridge(world.submission).executed) == [[("没有分到行的部分", -10)], []]


@pytest.mark.parametrize(
    ("figures", "missing"),
    [({"outturn": "5"}, "年初预算数"), ({"initial_budget": "5"}, "决算数"), ({}, "年初预算数、决算数")],
)
def test_without_one_of_the_totals_the_page_says_which_is_missing(world, figures, missing):
    save(world.submission, change("total", **figures), schedule=BY_FUNCTION)
    assert bridge(world.submission) is None
    page = page_of(world.submission)
    assert page.context["bridge"].missing == (
        f"支出（按功能分类）的合计缺{missing}，还说不出差额是怎么来的。"
    )


AMOUNT = st.none() | st.decimals(-1000, 1000, places=2)
FIVE = st.fixed_dictionaries(dict.fromkeys(FIGURES, AMOUNT))


@given(
    lines=st.lists(FIVE, max_size=4),
    projects=st.lists(FIVE, max_size=3),
    nature=FIVE,
    top=FIVE,
    documents=st.lists(
        st.tuples(
            st.sampled_from(["", "increase", "decrease", "moved_in", "moved_out"]),
            st.none() | st.decimals(0, 1000, places=2),
            st.sampled_from(["", "total", "line"]),
            st.sampled_from(["", "basic_personnel"]),
        ),
        max_size=4,
    ),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_steps_of_any_return_add_up_exactly(world, lines, projects, nature, top, documents):
    with transaction.atomic():
        one = world.submission
        texts = [
            {name: None if value is None else str(value) for name, value in each.items()}
            for each in (*lines, *projects, nature, top)
        ]
        codes = [category(code) for code in ("2240101", "2240106", "2080505", "224")]
        save(one, *(change(code, **each) for code, each in zip(codes, texts[: len(lines)], strict=False)))
        made = texts[len(lines) : -2]
        save(one, *(project(f"项目{at}", **each) for at, each in enumerate(made)), schedule=PROJECTS)
        save(one, change("basic_personnel", **texts[-2]), schedule=BY_NATURE)
        save(one, change("total", **texts[-1]), schedule=BY_FUNCTION)
        place = f"{codes[0].pk}--"
        save(
            one,
            *(
                adjustment(
                    f"{at} 号",
                    kind=kind,
                    adjusted=amount,
                    function=place if code == "line" else code,
                    use=use,
                )
                for at, (kind, amount, code, use) in enumerate(documents)
            ),
            schedule=ADJUSTMENTS,
        )
        found = bridge(one)
        if found:
            assert found.initial + found.adjusted.change + found.executed.change == found.outturn
            if found.revised is not None:
                assert found.initial + found.adjusted.change == found.revised
            for stretch in (found.adjusted, found.executed):
                sizes = [abs(step.change) for step in stretch.steps]
                assert sizes == sorted(sizes, reverse=True) and 0 not in sizes
        transaction.set_rollback(True)
