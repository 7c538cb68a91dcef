"""What figures are called in a bureau's own rules."""

from decimal import Decimal

import pytest

from budgets.checks.loading import given_for
from budgets.checks.names import FigureNames, place_named, term_named
from budgets.returns import STAFF, THREE_PUBLIC
from submissions.models import Submission
from tests.world import category, change, row, save


@pytest.fixture
def given(world):
    """Lin's return with a few figures."""
    here = world.submission
    save(here, change(category("2080505"), outturn="997500"), change(category("2240106"), outturn="9480600"))
    save(here, change("hospitality", outturn="91423"), schedule=THREE_PUBLIC)
    save(here, row(STAFF, "fully_funded", authorized=127, in_service=122), schedule=STAFF)
    return given_for(Submission.objects.for_workspace().get(pk=here.pk))


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("支出按功能分类.支出合计.决算数", "10478100"),
        ("支出按功能分类.2080505.决算数", "997500"),
        ("支出按功能分类.208.决算数", "997500"),
        ("三公经费.公务接待费.决算数", "91423"),
        ("人员与编制.全额拨款事业编制.年末实有人数", "122"),
    ],
)
def test_a_name_finds_its_figure(given, name, figure):
    assert term_named(given, name).figure == Decimal(figure)


@pytest.mark.parametrize(
    "name",
    ["支出按功能分类.支出合计.年初预算数", "支出按功能分类.2240101.决算数", "收入.收入合计.决算数", "没有"],
)
def test_a_blank_a_row_that_is_not_there_and_no_name_are_nothing(given, name):
    assert term_named(given, name).figure is None


def test_a_name_leads_to_its_cell_or_where_there_is_none_to_its_schedule(given):
    assert place_named(given, "三公经费.公务接待费.决算数").label == "“三公”经费 · 公务接待费 · 决算数"
    assert place_named(given, "支出按功能分类.2240101.决算数").label == "支出（按功能分类） · 决算数"


def test_there_are_names_for_all_figures_of_fixed_rows_and_for_codes():
    names = FigureNames()
    listed = list(names)
    assert len(listed) == len(set(listed)) and all(name in names for name in listed)
    assert "收入按来源.其他收入.全年预算数" in listed and "结转结余.结转结余合计.年初结转和结余" in listed
    assert "支出按经济分类.30217.决算数" in names and "支出按经济分类.30217.决算数" not in listed


@pytest.mark.parametrize(
    "name",
    [
        "人员与编制.退休人员.编制数",
        "收入按来源.其他收入.没有",
        "收入按来源.2080505.决算数",
        "没有.合计.决算数",
        "",
        ".",
    ],
)
def test_what_is_no_name(name):
    assert name not in FigureNames()
