"""The page of the report: its figures lead to their cells, the unit's words stand as they are."""

import pytest
from django.urls import reverse

from budgets.actions import save_text
from budgets.models import ReturnText
from budgets.returns import BY_FUNCTION, REVENUE
from tests.world import NOW, category, change, numbered, save, signed_in, statements


def page(person, submission):
    """The page as somebody sees it."""
    return signed_in(person).get(reverse("report", args=[submission.pk])).content.decode()


def write(world, name, text):
    """Write a text of Lin's return."""
    stored = ReturnText.objects.filter(submission=world.submission, name=name).first()
    save_text(
        submission=world.submission,
        name=ReturnText.Name(name),
        text=text,
        row_version=stored.row_version if stored else 0,
        by=world.lin,
        at=NOW,
    )


def spend(world, **figures):
    """State the total of expenditure, in yuan."""
    save(world.submission, change("total", **figures), schedule=BY_FUNCTION)


def test_a_figure_leads_to_its_cell_and_says_which_it_is(world):
    spend(world, initial_budget="13855000", outturn="19680100")
    here = f"{reverse('edit_lines', args=[world.submission.pk, BY_FUNCTION])}#row-total"
    html = page(world.wu, world.submission)
    assert (
        f'href="{here}:variance_to_initial" title="支出（按功能分类） · 支出合计 · 较年初预算">582.51万元</a>'
        in html
    )
    assert f'href="{here}:variance_to_initial_rate"' in html and ">42.04%</a>" in html
    assert f'class="bound open" href="{here}:revised_budget"' in html


def test_what_is_missing_leads_to_where_it_is_written(world):
    html = page(world.lin, world.submission)
    assert f'href="{reverse("edit_text", args=[world.submission.pk, "duties"])}"' in html
    assert f'href="{reverse("edit_goal", args=[world.submission.pk])}"' in html
    assert "处尚未填写" in html


def test_the_units_words_stand_as_they_are(world):
    write(world, "problems", "1、<script>alert(1)</script>{{ 7 * 7 }}{% now %}\n2、第二个问题。")
    html = page(world.lin, world.submission)
    assert '<p class="own">1、&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}{% now %}</p>' in html
    assert '<p class="own">2、第二个问题。</p>' in html


def test_words_that_only_repeat_are_shown_folded(world):
    spend(world, outturn="19680100")
    write(world, "overall_spending", "2023年度支出1968.01万元。")
    html = page(world.lin, world.submission)
    assert "本单位写的 1 行没有重复印" in html and "<p>2023年度支出1968.01万元。</p>" in html
    assert '<p class="own">2023年度支出1968.01万元。</p>' not in html


def test_what_the_checks_say_of_a_text_stands_at_its_section(world):
    write(world, "results", "2020年全年没有发生事故。")
    html = page(world.lin, world.submission)
    section = html[html.index('id="results"') : html.index('id="problems"')]
    assert "写的是 2020 年，本报告是 2023 年度的" in section and "note" in section


@pytest.mark.parametrize(("person", "deed"), [("lin", "编写文字"), ("wu", "打开文字")])
def test_the_words_are_written_by_the_unit_alone(world, person, deed):
    assert f">{deed}</a>" in page(getattr(world, person), world.submission)


def test_it_costs_the_same_however_much_there_is(world):
    counts = []
    for number in (1, 4):
        rows = [change(category(f"22401{index:02}"), outturn="1000") for index in range(1, number + 1)]
        save(world.submission, *(rows if number == 1 else rows[1:]))
        save(world.submission, change("general_public", version=number > 1, outturn="4000"), schedule=REVENUE)
        write(world, "problems", "一。" * number)
        browser = signed_in(world.lin)
        with statements() as made:
            assert browser.get(reverse("report", args=[world.submission.pk])).status_code == 200
        counts.append((len(made), numbered(made)))
    assert counts[0][0] == counts[1][0], counts[1][1]
