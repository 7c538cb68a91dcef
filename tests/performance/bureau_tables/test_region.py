"""The summaries of a synthetic region equal what an independent script adds up from the stored rows, to the fen."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from orgs.models import Unit, User
from performance.bureau_tables.catalogue import SUMMARIES
from performance.models import IndicatorLine
from submissions.models import CollectionRound, Submission
from tests.performance.bureau_tables.by_hand import Region, letter, percent, plus, two
from tests.performance.bureau_tables.returns import scope_of
from tests.world import loaded_for_a_module, signed_in, without_guards


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Twenty units over two years, and another bureau with three; made once for this module."""
    with loaded_for_a_module(django_db_blocker, "load_reference"):
        call_command("load_demo", verbosity=0, people_only=True)
        call_command("seed_region", units=20, years=2, seed=5, region="431123", verbosity=0)
        call_command("seed_region", units=3, years=2, seed=6, region="431124", verbosity=0)
        yield


@pytest.fixture(params=[2022, 2023])
def round(made, db, request):
    """A round of the region; in the later one many returns are not approved. One return has no score."""
    bureau = Unit.objects.get(region__code="431123", kind="bureau")
    found = CollectionRound.objects.get(bureau=bureau, fiscal_year=request.param)
    first = Submission.objects.filter(round=found).effective().order_by("unit__path").first()
    with without_guards("performance_indicatorline"):
        line = IndicatorLine.objects.filter(submission=first).order_by("pk").first()
        IndicatorLine.objects.filter(pk=line.pk).update(score=None)
    return found


@pytest.fixture
def region(round):
    """What the script says of it."""
    return Region(round)


def made_of(round, name):
    found = SUMMARIES[name].make(scope_of(round))
    return found, [list(line.cells) for line in found.lines]


def by_code(region, lines, at):
    """Lines by the number of their return; `at` is where the code of the unit stands."""
    codes = {region.units[each.unit_id].code: pk for pk, each in region.returns.items()}
    assert sorted(line[at] for line in lines) == sorted(codes)
    return {codes[line[at]]: line for line in lines}


def test_there_is_something_to_add_and_something_to_leave_out(round, region):
    assert 5 < len(region.returns) <= 20 == len(region.units)
    assert Submission.objects.filter(round=round).count() >= len(region.returns)
    assert [total for total in region.totals.values() if total is None] == [None]
    if round.fiscal_year == 2023:
        assert len(region.returns) < 20


def test_departments(round, region):
    found, lines = made_of(round, "departments")
    submitted = region.submitted()
    for pk, line in by_code(region, lines, 1).items():
        money, points = region.money[pk], region.points[pk]
        assert line[3:6] == [money["initial_budget"], money["revised_budget"], money["outturn"]]
        assert line[6] == percent(money["outturn"], money["revised_budget"])
        assert line[7:12] == [two(points["执行率"]), None, points["产出"], points["效益"], points["满意度"]]
        assert line[12] == points["产出"] + points["效益"] + points["满意度"]
        assert line[13:15] == [region.totals[pk], letter(region.totals[pk])]
        assert line[15] == timezone.localdate(submitted[pk])
    sums, (simple, weighted) = region.sums(), region.means()
    assert found.foot[3:7] == [
        *(sums[name] for name in ("initial_budget", "revised_budget", "outturn")),
        percent(sums["outturn"], sums["revised_budget"]),
    ]
    assert found.foot[13:15] == [simple, f"加权 {weighted}"]


def test_projects(round, region):
    found, lines = made_of(round, "projects")
    codes = {region.units[each.unit_id].code: pk for pk, each in region.returns.items()}
    assert {(codes[line[1]], line[3]) for line in lines} == set(region.projects)
    assert len(lines) == len(region.projects)
    whole = dict.fromkeys(("initial_budget", "revised_budget", "outturn"))
    for line in lines:
        key = (codes[line[1]], line[3])
        money, total = region.projects[key], region.project_totals[key]
        assert line[6:9] == [money[name] for name in whole]
        assert line[9] == percent(money["outturn"], money["revised_budget"])
        assert line[10:12] == [total, letter(total)]
        whole = {name: plus(figure, money[name]) for name, figure in whole.items()}
    totals = [total for total in region.project_totals.values() if total is not None]
    assert found.foot[6:9] == [*whole.values()]
    assert found.foot[10] == two(sum(totals) / len(totals))


def test_coverage(round, region):
    found, lines = made_of(round, "coverage")
    expected = region.coverage()
    assert {line[0]: line[1:7] for line in lines} == expected
    for line in lines:
        assert line[7] == percent(Decimal(line[5]), line[3])
    whole = [0, 0, 0, None, 0, None]
    for row in expected.values():
        whole = [plus(one, other) for one, other in zip(whole, row, strict=True)]
    assert found.foot[1:7] == whole


def test_grades(round, region):
    found, lines = made_of(round, "grades")
    expected = region.grades()
    names = ["优", "良", "中", "差", "未评"]
    for line in lines:
        for at, grade in enumerate(names):
            number, spent, share = line[2 + 3 * at : 5 + 3 * at]
            assert [number, spent] == expected.get((line[0], grade), [0, None]), (line[0], grade)
            assert share == percent(Decimal(number), line[1])
    assert {kind for kind, _ in expected} == {line[0] for line in lines}
    assert sum(found.foot[2::3]) == found.foot[1] == len(region.units)
    assert sum(number for number, _ in expected.values()) == len(region.units)


def test_the_three_public_expenses(round, region):
    of_units, lines = made_of(round, "three-public-units")
    of_items, items = made_of(round, "three-public")
    parts = ("overseas", "vehicle_purchase", "vehicle_operation", "hospitality")
    stated = region.three_public()
    for pk, line in by_code(region, lines, 0).items():
        for at, item in enumerate(parts, 1):
            assert line[2 + 5 * at : 5 + 5 * at] == [*stated[pk].get(item, (None,) * 3)]
        whole = [None] * 3
        for three in stated[pk].values():
            whole = [plus(one, other) for one, other in zip(whole, three, strict=True)]
        assert line[2:5] == whole
        assert line[5:7] == [whole[2] - whole[0], percent(whole[2] - whole[0], whole[0])]
    everything = [None] * 3
    for item in parts:
        whole = [None] * 3
        for mine in stated.values():
            whole = [plus(one, other) for one, other in zip(whole, mine.get(item, (None,) * 3), strict=True)]
        everything = [plus(one, other) for one, other in zip(everything, whole, strict=True)]
        [line] = [each for each in items if each[0].endswith(_TITLES[item])]
        assert line[1:4] == whole
    assert of_items.foot[1:4] == everything == of_units.foot[2:5]


_TITLES = {
    "overseas": "因公出国（境）费",
    "vehicle_purchase": "公务用车购置费",
    "vehicle_operation": "公务用车运行费",
    "hospitality": "公务接待费",
}


@pytest.mark.parametrize("name", ["staff", "operating"])
def test_what_is_spent_on_staff_and_running(round, region, name):
    found, lines = made_of(round, name)
    stated = getattr(region, name)()
    above = below = None
    for pk, line in by_code(region, lines, 0).items():
        assert line[2:] == [*stated[pk], percent(*stated[pk])]
        above, below = plus(above, stated[pk][0]), plus(below, stated[pk][1])
    assert found.foot[2:] == [above, below, percent(above, below)]
    rates = [line[4] for line in lines]
    assert rates == sorted(rates, reverse=True)


def test_the_workbook_says_the_same_to_the_fen(round, region):
    client = signed_in(User.objects.get(username="wu"))
    response = client.get(f"/rounds/{round.pk}/summaries/departments/download/")
    rows = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    lines = [row for row in rows if str(row[1]).isdigit()]
    for pk, line in by_code(region, lines, 1).items():
        wan = [region.money[pk][name] / 10_000 for name in ("initial_budget", "revised_budget", "outturn")]
        assert [Decimal(str(each)) for each in line[3:6]] == wan
    [foot] = [row for row in rows if row[0] == "合计"]
    assert Decimal(str(foot[5])) * 10_000 == region.sums()["outturn"]
