"""A reason that was written for other figures asks to be looked at again; one click keeps it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from budgets.actions import GapMoved, keep_reason, save_reason
from budgets.checks.results import Group, results_of_many
from budgets.models import BudgetLine
from budgets.money import AmountUnit
from budgets.returns import BY_FUNCTION, BY_NATURE
from budgets.rows import Moved, Row, RowKind, entered, measured, moved_since, return_rows
from performance.snapshots import content_of
from submissions.actions import NotPermitted
from submissions.models import Submission
from tests.world import NOW, category, change, key, line, save, signed_in

RATE, YUAN = Decimal(10), Decimal(100_000)
BUDGET = {"initial_budget": "1000000"}


def row_of(then, now, **last_year):
    """A row whose reason was written for an outturn, and that has another now; the budget is 1,000,000."""
    written = {"outturn": then, "initial_budget": "1000000"} if then else None
    stored = BudgetLine(variance_reason="项目推迟", reason_figures=written)
    found = Row(BY_FUNCTION, RowKind.LINE, "2240101", "行政运行", "", line=stored)
    figures = {"outturn": now, "initial_budget": "1000000", "last_year_outturn": None} | last_year
    found.figures = {name: entered(Decimal(text) if text else None) for name, text in figures.items()}
    return found


@pytest.mark.parametrize(
    ("then", "now", "moved"),
    [
        ("1500000", "1500000", None),
        ("1500000", "1549999.99", None),  # 10 % of +500,000, but not 100,000 yuan
        ("2500000", "2620000", None),  # 120,000 yuan, but 8 % of +1,500,000
        ("1500000", "1700000", (500_000, 700_000)),
        ("1500000", "1350000", (500_000, 350_000)),
        ("1000001", "999999", (1, -1)),  # another sign
        ("1000000", "1100000", (0, 100_000)),  # from nothing
        ("1500000", None, None),
        (None, "1700000", None),  # written before that was kept
    ],
)
def test_a_reason_is_for_the_difference_it_was_written_for(then, now, moved):
    assert moved_since(row_of(then, now), rate=RATE, yuan=YUAN) == (moved and Moved(*moved))


def test_without_the_initial_budget_it_is_held_against_last_year():
    row = row_of("1500000", "1700000", initial_budget=None, last_year_outturn="1000000")
    assert moved_since(row, rate=RATE, yuan=YUAN) is None  # then there was no figure of last year
    row.line.reason_figures = {"outturn": "1500000", "last_year_outturn": "1000000"}
    assert moved_since(row, rate=RATE, yuan=YUAN) == Moved(500_000, 700_000)


def test_it_is_said_in_the_readers_unit():
    assert Moved(Decimal(500_000), Decimal(-300)).said(AmountUnit.WAN) == (
        "原因是按 +50.00 写的，现在是 −0.03：请核对"
    )


@pytest.fixture
def here(world):
    """Lin's return with one row of 1,000,000 and 1,500,000, its reason, and that of the total."""
    save(
        world.submission,
        change(category("2240101"), **BUDGET, outturn="1500000", reason="项目推迟到本年实施"),
    )
    explain_total(world)
    return world.submission


def explain_total(world):
    stored = BudgetLine.objects.filter(submission=world.submission, item="total").first()
    version = stored.row_version if stored else 0
    about = {"submission": world.submission, "schedule": BY_FUNCTION, "key": key("total")}
    save_reason(**about, row_version=version, reason="主要是项目推迟", by=world.lin, at=NOW)


def move(world, outturn, version=1):
    """Another outturn, under the same reason."""
    row = change(category("2240101"), version=version, **BUDGET, outturn=outturn, reason="项目推迟到本年实施")
    save(world.submission, row)


def asked(submission):
    """What is to be explained by the reasons of rows: the sentences."""
    read = Submission.objects.for_workspace().get(pk=submission.pk)
    found = results_of_many([read])[submission.pk].by_group[Group.EXPLAIN]
    return [each.finding.outcome.sentence for each in found if each.finding.check.code == "C-045"]


def unexplained(submission):
    """The rows the variance page asks."""
    rows = measured(return_rows(submission), submission.round)[BY_FUNCTION.name]
    return [each.row.code for each in rows if each.needs_explanation]


def test_the_figures_are_kept_with_the_reason_of_a_row_and_of_a_sum(world, here):
    figures = {"outturn": "1500000", "initial_budget": "1000000"}
    row, total = line(here, category("2240101")), line(here, "total")
    assert row.reason_figures == total.reason_figures == figures
    assert (total.outturn, total.initial_budget) == (None, None)
    version = total.row_version
    stated = change("total", version=version, last_year_outturn="900000", reason="项目推迟到本年")
    below = change(category("2240101"), version=1, **BUDGET, outturn="1510000", reason="追加两个项目")
    save(here, stated, below, schedule=BY_FUNCTION)
    both = {"outturn": "1510000", "last_year_outturn": "900000"}
    assert line(here, "total").reason_figures == figures | both


def test_the_reason_of_a_sum_is_for_the_sum_whatever_is_stated_in_its_row(world):
    outturn = "1500000"
    save(
        world.submission,
        change("total", outturn="9000000", reason="主要是项目推迟"),
        change(category("224"), outturn="8000000", reason="项目推迟"),
        change(category("22401"), outturn="7000000", reason="项目推迟"),
        change(category("2240101"), **BUDGET, outturn=outturn, reason="项目推迟到本年实施"),
        schedule=BY_FUNCTION,
    )
    for place in ("total", category("224"), category("22401"), category("2240101")):
        figures = {"outturn": outturn, "initial_budget": "1000000"}
        assert line(world.submission, place).reason_figures == figures


def test_a_sum_counts_what_is_stated_below_it_in_the_same_save(world):
    parts = (("basic", "100"), ("project", "50"), ("total", "170"))
    save(
        world.submission,
        *(change(name, outturn=n, reason="人员增加") for name, n in parts),
        schedule=BY_NATURE,
    )
    found = {name: line(world.submission, name).reason_figures for name, _ in parts}
    assert found == {
        "basic": {"outturn": "100"},
        "project": {"outturn": "50"},
        "total": {"outturn": "150"},
    }
    save(world.submission, change("project", version=1, outturn="80", reason="项目增加"), schedule=BY_NATURE)
    assert line(world.submission, "project").reason_figures == {"outturn": "80"}


def test_a_reason_that_stays_keeps_the_figures_it_was_written_for(world, here):
    figures = {"outturn": "1500000", "initial_budget": "1000000"}
    move(world, "1510000")
    assert line(here, category("2240101")).reason_figures == figures  # the reason is as it was
    assert asked(here) == [] and unexplained(here) == []


def test_far_from_them_row_and_sum_ask_again_until_there_are_other_words(world, here):
    move(world, "1800000")
    said = "原因是按 +50.00 写的，现在是 +80.00：请核对。"
    assert len(asked(here)) == 2 and all(sentence.endswith(said) for sentence in asked(here))
    assert unexplained(here) == ["total", "2240101"]
    row = change(category("2240101"), version=2, **BUDGET, outturn="1800000", reason="项目推迟，追加两个")
    save(world.submission, row)
    assert unexplained(here) == ["total"]
    save(world.submission, change(category("2240101"), version=3, **BUDGET, outturn="1800000"))
    assert line(here, category("2240101")).reason_figures is None


def keep(world, seen="800000", by=None, place="total"):
    """Let the reason of a row stand for what it differs by now."""
    about = {"submission": world.submission, "schedule": BY_FUNCTION, "key": key(place)}
    return keep_reason(**about, seen=seen, by=by or world.lin, at=NOW)


def test_one_click_keeps_it_for_the_figures_she_saw(world, here):
    with pytest.raises(GapMoved):
        keep(world, seen="500000")  # it fits
    move(world, "1800000")
    with pytest.raises(GapMoved, match="请刷新页面"):
        keep(world, seen="700000")
    with pytest.raises(NotPermitted):
        keep(world, by=world.wu)
    keep(world)
    keep(world, place=category("2240101"))
    assert asked(here) == [] and unexplained(here) == []
    edit = here.edits.order_by("-pk").first()
    assert edit.changes[0]["reason_kept"] == ["500000", "800000"] and edit.actor == world.lin
    assert "项目推迟到本年实施" in content_of(Submission.objects.for_workspace().get(pk=here.pk))


def test_both_pages_ask_and_keep(world, here):
    move(world, "1800000")
    lin = signed_in(world.lin)
    for name in ("variances", "findings", "workspace"):
        html = lin.get(reverse(name, args=[here.pk])).content.decode()
        assert "原因是按 +50.00 写的，现在是 +80.00：请核对" in html, name
        assert ("原因仍适用" in html) is (name != "workspace")
    assert "原因仍适用" not in signed_in(world.wu).get(reverse("variances", args=[here.pk])).content.decode()
    path = reverse("keep_reason", args=[here.pk, BY_FUNCTION])
    answer = lin.post(path, {"row": "total", "seen": "800000"}, follow=True)
    assert "仍适用。" in answer.content.decode() and unexplained(here) == ["2240101"]
    again = lin.post(path, {"row": "total", "seen": "800000"}, follow=True)
    assert "请刷新页面" in again.content.decode()
