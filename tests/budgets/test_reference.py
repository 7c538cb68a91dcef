"""The classifications: loaded completely and again without a trace, and found as people look for them."""

import csv
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Count
from django.urls import reverse

from budgets.models import (
    BudgetBook,
    BudgetLine,
    EconomicCategory,
    FunctionalCategory,
    Level,
    RevenueCategory,
)
from budgets.views.categories import MOST_RESULTS
from orgs.models import Region, User
from submissions.models import CollectionRound
from tests.world import category, change, make_person, run, save, signed_in, without_guards

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
MODELS = (Region, FunctionalCategory, EconomicCategory, RevenueCategory)

pytestmark = pytest.mark.usefixtures("loaded")


def rows_of(name):
    """The rows of a CSV file."""
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything():
    """All reference data as it is stored."""
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


COUNTS = [
    (FunctionalCategory, {"budget_book": "general_public"}, "codes/functional_general_public.csv", 1382),
    (FunctionalCategory, {"budget_book": "government_fund"}, "codes/functional_government_fund.csv", 307),
    (FunctionalCategory, {"budget_book": "state_capital"}, "codes/functional_state_capital.csv", 32),
    (FunctionalCategory, {"budget_book": "social_insurance"}, "codes/functional_social_insurance.csv", 9),
    (EconomicCategory, {"chart": "department"}, "codes/economic_department.csv", 110),
    (EconomicCategory, {"chart": "government"}, "codes/economic_government.csv", 73),
    (RevenueCategory, {}, "codes/revenue.csv", 146),
    (Region, {}, "regions_hunan.csv", 165),
]


@pytest.mark.parametrize(("model", "where", "file", "number"), COUNTS, ids=lambda value: str(value)[-40:])
def test_every_row_of_every_file_is_loaded(db, model, where, file, number):
    assert model.objects.filter(**where).count() == len(rows_of(file)) == number


@pytest.mark.parametrize(
    ("model", "where", "file"), [row[:3] for row in COUNTS[:6]], ids=[row[2] for row in COUNTS[:6]]
)
def test_codes_names_levels_and_years_are_the_files(db, model, where, file):
    expected = {
        (row["code"], row["name"], Level(_level(row)).value, row["valid_from"], row["valid_to"])
        for row in rows_of(file)
    }
    found = model.objects.filter(**where).values_list("code", "name", "level", "valid_from", "valid_to")
    assert {(code, name, level, str(a or ""), str(b or "")) for code, name, level, a, b in found} == expected


def _level(row):
    return {"类": "class", "款": "subclass", "项": "item"}[row["level"]]


def test_levels_are_as_many_as_the_source_says(db):
    general = FunctionalCategory.objects.filter(budget_book="general_public")
    assert dict(general.values_list("level").annotate(Count("pk"))) == {
        "class": 27,
        "subclass": 206,
        "item": 1149,
    }
    levels = dict(Region.objects.values_list("level").annotate(Count("pk")))
    assert levels == {"province": 1, "city": 14, "county": 122, "zone": 12, "township": 16}


def test_every_region_but_the_province_has_a_parent(db):
    assert list(Region.objects.filter(parent=None).values_list("name", flat=True)) == ["湖南省"]
    assert Region.objects.get(code="431102").parent.name == "永州市"


def test_every_code_has_the_code_above_it(db):
    for book in BudgetBook.values:
        codes = set(FunctionalCategory.objects.filter(budget_book=book).values_list("code", flat=True))
        assert {code[:-2] for code in codes if len(code) > 3} <= codes


def test_loading_again_changes_nothing(db):
    before = everything()
    run("load_reference")
    assert everything() == before


def test_loading_again_repairs_a_name_in_its_place(db):
    code = FunctionalCategory.objects.get(code="2240106")
    before = everything()
    FunctionalCategory.objects.filter(pk=code.pk).update(name="错", initials="c", former_names="x")
    run("load_reference")
    assert everything() == before


def test_loading_keeps_what_is_not_in_the_files(db):
    own = category("9990101", name="待确认科目")
    run("load_reference")
    own.refresh_from_db()
    assert own.name == "待确认科目"


def test_the_same_name_stands_under_many_parents(db):
    same = FunctionalCategory.objects.filter(name="行政运行", budget_book="general_public")
    assert same.count() > 50
    assert len({found.code[:5] for found in same}) == same.count()


def test_the_same_name_under_two_parents_takes_money_twice(seed):
    codes = ("2010101", "2010301")
    items = [FunctionalCategory.objects.get(code=code, valid_from=None) for code in codes]
    assert {item.name for item in items} == {"行政运行"}
    save(seed, *(change(item, outturn="1") for item in items))
    assert BudgetLine.objects.filter(submission=seed, category__in=items).count() == 2


def test_the_codes_of_the_seed_have_the_reports_names(db):
    names = {
        "2240106": "安全监管",
        "2240101": "行政运行",
        "2069999": "其他科学技术支出",
        "2079999": "其他文化旅游体育与传媒支出",
        "2089999": "其他社会保障和就业支出",
        "2080505": "机关事业单位基本养老保险缴费支出",
        "2101101": "行政单位医疗",
        "2240199": "其他应急管理支出",
        "2240602": "森林草原防灾减灾",
        "2240699": "其他自然灾害防治支出",
        "2240703": "自然灾害救灾补助",
        "2249999": "其他灾害防治及应急管理支出",
        "2299999": "其他支出",
        "2019999": "其他一般公共服务支出",
    }
    found = FunctionalCategory.objects.filter(code__in=names, budget_book="general_public")
    assert dict(found.values_list("code", "name")) == names


# --- Finding


@pytest.fixture
def search(seed):
    """What is found for a text in the return of the demonstration, as if it were of another year."""
    browser = signed_in(User.objects.get(username="lin"))

    def ask(text, year=2023, classification="function"):
        with without_guards("submissions_collectionround"):
            CollectionRound.objects.filter(pk=seed.round_id).update(fiscal_year=year)
        address = reverse("search_categories", args=[seed.pk, classification])
        response = browser.get(address, {"q": text})
        assert response.status_code == 200
        return response.json()

    return ask


def codes(found):
    """The codes of an answer."""
    return [result["code"] for result in found["results"]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2240106", "2240106"),
        ("安全监管", "2240106"),
        ("aqjg", "2240106"),
        ("AQJG", "2240106"),
        (" 安全监管 ", "2240106"),
        ("森林草原防灾", "2240602"),
        ("2240602", "2240602"),
        ("slcyfzjz", "2240602"),
        ("自然灾害 救灾", "2240703"),
        ("机关事业单位基本养老保险缴费", "2080505"),
    ],
)
def test_a_category_is_found_by_code_name_and_pinyin_initials(search, text, first):
    assert codes(search(text))[0] == first


def test_xzyx_finds_administrative_operation_under_its_many_parents(search):
    found = search("xzyx")
    assert len(found["results"]) == MOST_RESULTS and found["more"]
    assert {result["name"] for result in found["results"]} == {"行政运行"}


def test_a_code_prefix_narrows_a_name(search):
    assert (
        codes(search("224 xzyx"))
        == codes(search("224 行政运行"))
        == ["2240101", "2240201", "2240401", "2240501"]
    )


def test_a_code_prefix_finds_the_items_below_in_their_order(search):
    found = codes(search("22407"))
    assert found == sorted(found) and "2240703" in found
    assert all(code.startswith("22407") and len(code) == 7 for code in found)


def test_a_former_name_finds_the_code_of_today(search):
    assert codes(search("用于扶贫的彩票公益金")) == ["2296011"]


def test_former_names_are_loaded(db):
    found = FunctionalCategory.objects.get(code="22402", budget_book="general_public")
    assert (found.name, found.former_names) == ("消防救援事务", "消防事务")


def test_only_items_and_subclasses_without_items_take_money(search):
    assert codes(search("224")) and all(len(code) == 7 for code in codes(search("224")))
    assert set(map(len, codes(search("209")))) == {5}  # social insurance: no 项 is known
    assert codes(search("22401")) and "22401" not in codes(search("22401"))


def test_items_of_one_book_do_not_hide_a_subclass_of_another(search):
    category("9910101", "general_public", name="一般的项")
    category("99101", "general_public", name="一般的款")
    category("99101", "government_fund", name="基金的款")
    found = [(result["code"], result["budget_book"]) for result in search("99101")["results"]]
    assert found == [("99101", "政府性基金预算"), ("9910101", "一般公共预算")]


def test_a_229_code_says_of_which_book_it_is(search):
    found = {result["code"]: result for result in search("其他支出")["results"]}
    assert found["2299999"]["budget_book"] == "一般公共预算"
    assert search("2296002")["results"][0]["budget_book"] == "政府性基金预算"


def test_what_is_above_a_category_comes_with_it(search):
    [found] = search("2240106")["results"]
    assert [(above["code"], above["name"]) for above in found["above"]] == [
        ("224", "灾害防治及应急管理支出"),
        ("22401", "应急管理事务"),
    ]


@pytest.mark.parametrize(("year", "found"), [(2023, False), (2024, True), (2025, True)])
def test_a_code_of_a_later_year_is_not_found_before(search, year, found):
    assert (codes(search("20139", year)) != []) is found  # 社会工作事务, since 2024


@pytest.mark.parametrize(("year", "found"), [(2023, True), (2024, False)])
def test_a_code_that_has_ended_is_not_found_after(search, year, found):
    assert ("2010308" in codes(search("2010308", year))) is found


@pytest.mark.parametrize(
    "text", ["", " ", "没有这样的科目", "%", "_", "\\", "'", "zzzzzz", "９", "\x00", "😀"]
)
def test_nothing_is_found_for_nothing_or_nonsense(search, text):
    assert search(text) == {"results": [], "more": False}


def test_a_nul_in_what_is_looked_for_is_left_out(search):
    assert codes(search("2240106\x00")) == ["2240106"]


@pytest.mark.parametrize("year", [2000, 2100])
def test_the_first_and_the_last_year_of_a_round_are_no_error(search, year):
    assert isinstance(search("2240101", year)["results"], list)


@pytest.mark.parametrize("number", [0, 999_999_999, 2**31, 2**63, 10**30])
@pytest.mark.parametrize("classification", ["function", "economic"])
def test_in_a_return_that_is_not_there_nothing_is_looked_for(db, number, classification):
    browser = signed_in(make_person("searcher", "找"))
    assert browser.get(f"/submissions/{number}/categories/{classification}/?q=1").status_code == 404


def test_there_is_no_third_classification(seed):
    browser = signed_in(User.objects.get(username="lin"))
    assert browser.get(f"/submissions/{seed.pk}/categories/revenue/?q=1").status_code == 404


# --- Finding by what is above


@pytest.mark.parametrize(
    ("text", "below", "among"),
    [
        ("应急管理事务", "22401", "2240106"),  # the present name of a 款
        ("消防事务", "22402", "2240201"),  # its former name
        ("消防救援事务", "22402", "2240201"),
        ("灾害防治及应急管理支出", "224", "2240106"),  # a 类
    ],
)
def test_the_name_of_what_is_above_finds_what_takes_money_below(search, text, below, among):
    found = codes(search(text))
    assert among in found or search(text)["more"]
    assert found and {code[: len(below)] for code in found if len(code) == 7} >= {below}
    assert len(found) == len(set(found))


def test_what_has_the_name_itself_comes_before_what_is_below_the_name(search):
    found = search("应急管理")["results"]
    own = ["应急管理" in result["name"] for result in found]
    assert any(own) and not all(own)
    assert own == sorted(own, reverse=True)


def test_the_name_above_and_a_word_of_its_own_narrow_each_other(search):
    assert codes(search("应急管理事务 行政运行")) == ["2240101"]
    assert codes(search("行政运行 消防事务")) == ["2240201"]
    assert codes(search("应急管理事务 xzyx")) == ["2240101"]


def test_a_name_above_in_another_book_finds_nothing(search):
    category("99101", "government_fund", name="独一无二的款")
    category("9910101", "general_public", name="一般的项")
    category("9910102", "government_fund", name="基金的项")
    assert codes(search("独一无二")) == ["9910102"]


def test_a_name_above_that_has_ended_finds_nothing(search):
    category("99101", name="独一无二的款", valid_to=2022)
    category("9910101", name="一般的项")
    assert codes(search("独一无二", 2022)) == ["9910101"]
    assert codes(search("独一无二", 2023)) == []


# --- Finding by economic classification


@pytest.mark.parametrize(
    ("text", "first"), [("30101", "30101"), ("基本工资", "30101"), ("jbgz", "30101"), ("302", "30201")]
)
def test_an_economic_code_is_found_in_the_departments_chart(search, text, first):
    found = search(text, classification="economic")
    assert codes(found)[0] == first
    assert found["results"][0]["budget_book"] == ""


def test_the_name_of_an_economic_class_finds_what_is_below_it(search):
    found = codes(search("对个人和家庭的补助", classification="economic"))
    assert found and all(code.startswith("303") for code in found)


def test_the_governments_chart_is_not_searched(search):
    assert codes(search("501", classification="economic")) == []
    assert all(len(code) == 5 for code in codes(search("30", classification="economic")))


def test_what_is_above_an_economic_code_comes_with_it(search):
    [found] = search("30101", classification="economic")["results"]
    assert [above["code"] for above in found["above"]] == ["301"]


def test_a_long_text_is_no_error(search):
    assert search("长" * 5000)["results"] == []


def test_demo_people_are_nobody_where_there_is_no_demonstration(seed, client, settings):
    client.force_login(User.objects.get(username="lin"), backend="config.backends.PeopleBackend")
    assert client.get(reverse("my_work")).status_code == 200
    settings.DEMO = False
    assert client.get(reverse("my_work")).status_code == 302
