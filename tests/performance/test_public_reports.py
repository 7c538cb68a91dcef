"""The list of what is public: who finds what, by which words, in which order, with how many queries."""

from shutil import rmtree

import pytest
from django.test import Client
from django.urls import reverse

from budgets.models import BudgetLine
from budgets.returns import BY_FUNCTION
from performance.public import listing
from performance.public.kept_files import turn
from submissions.models import Submission
from tests.performance.public.pages import address, ask, text_of
from tests.world import (
    change,
    make_public,
    make_round,
    make_submission,
    make_unit,
    numbered,
    put_in_status,
    save,
    signed_in,
    statements,
    without_guards,
)

LIST = "/public/"
NAME = "零陵区应急管理局"


@pytest.fixture(autouse=True)
def kept_in(settings, tmp_path):
    """An empty folder for the files of the public."""
    settings.PUBLIC_FILES_DIR = tmp_path / "public"


@pytest.fixture
def public(here):
    """Lin's return, made public."""
    save(here, change("total", initial_budget="13855000", outturn="19680100"), schedule=BY_FUNCTION)
    make_public(here)
    return here


def found(**asked):
    """The names that are listed, in their order."""
    query = "&".join(f"{name}={text}" for name, text in asked.items())
    return listed(text_of(f"{LIST}?{query}"))


def listed(page):
    """The units that a page leads to, as they are called."""
    links = [part.partition("</a>")[0].partition(">")[2] for part in page.split('<a href="/public/')[1:]]
    return [name for name in links if name]


def test_a_citizen_reads_what_is_public_with_its_figures(public):
    page = text_of(LIST)
    assert listed(page) == [NAME]
    for figure in ("1,385.50", "1,968.01", "+582.51", "+42.04", "2024-09-01"):
        assert figure in page
    assert "合成数据" not in page


@pytest.mark.parametrize("status", [each for each in Submission.Status if each != "published"])
def test_what_is_in_any_other_status_is_not_there(public, status):
    put_in_status(public, status)
    assert NAME not in text_of(LIST)
    assert ask(address("public_report")).status_code == 404


@pytest.mark.parametrize(
    "words",
    [
        *("应急管理", "零陵 应急", "224001", "2240"),
        *(
            "llqyjglj",
            "yjglj",
            "LLQYJGLJ",
            "ｌｌｑｙｊ",
            "lingling",
            "ling ling qu",
            "yingjiguanliju",
            "ying'ji",
        ),
    ],
)
def test_a_unit_is_found_by_name_code_and_pinyin(public, words):
    assert found(q=words) == [NAME]


def test_numbers_in_a_name_are_one_syllable(world):
    unit = make_unit(world.finance.region, "401", "零陵区第12中学", parent=world.finance)
    make_public(make_submission(world.round, unit, world.lin))
    assert found(q="llqd12zx") == found(q="d12") == found(q="12zx") == found(q="lingqudi12") == [unit.name]
    assert found(q="llqd2zx") == found(q="d1zx2") == []


@pytest.mark.parametrize(
    "words", ["llqjyj", "lyj", "教育", "240", "零陵 教育", "%25", "_", "'", "\\", "llq%25"]
)
def test_words_that_fit_no_unit_find_none(public, words):
    assert found(q=words) == []


def test_nobody_can_ask_too_much(public):
    assert ask(LIST, cookie="x").status_code == 200
    assert found(q="字" * 5000) == []
    for odd in (
        "year=99999999999999999999",
        "year=²",
        "region=%00",
        "page=-1",
        "page=x",
        "year=2099",
        "year=20231",
        "q=%00",
    ):
        assert ask(f"{LIST}?{odd}").status_code == 200


def test_departments_stand_with_their_units_by_pinyin(world, public):
    for unit in (world.rescue, world.culture):
        make_public(make_submission(world.round, unit, world.lin))
    page = text_of(LIST)
    # wen hua guan comes before ying ji guan li ju, whose own return stands before its units'
    assert listed(page) == ["零陵区文化馆", NAME, "应急救援中心"]
    assert page.count("及所属单位") == 1


def test_regions_and_years_are_chosen(world, public):
    make_public(make_submission(make_round(world.finance, 2022), world.emergency, world.lin))
    bureau = make_round(world.next_county)
    other = make_unit(world.next_county.region, "301", "冷水滩区粮食局（合成）", parent=world.next_county)
    make_public(make_submission(bureau, other, world.feng))
    assert found() == [NAME, other.name]  # the newest year
    assert found(year="2022") == [NAME]
    assert found(year="") == [NAME, NAME, other.name]  # the newest first
    assert found(region="431103") == [other.name]
    assert "合成数据" in text_of(f"{LIST}?region=431103")
    assert "合成数据</span>" not in text_of(f"{LIST}?region=431102")


@pytest.fixture
def fifty_more(world, public):
    """So many units that they take a second page."""
    for number in range(50):
        unit = make_unit(world.finance.region, f"3{number:03}", f"甲单位{number:03}", parent=world.finance)
        make_public(make_submission(world.round, unit, world.lin))


def test_a_page_has_fifty(fifty_more):
    first, second = (listed(text_of(f"{LIST}?page={number}")) for number in (1, 2))
    assert (len(first), len(second)) == (50, 1)
    assert first[0] == "甲单位000" and second == [NAME]
    assert found(q="j") == first  # jia dan wei, and ying ji
    assert "q=j&amp;page=2" in text_of(f"{LIST}?q=j")


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(world, public, request):
    with statements() as for_one:
        text_of(LIST)
    request.getfixturevalue("fifty_more")
    with statements() as for_fifty:
        text_of(f"{LIST}?page=1")
    with statements() as once_proved:
        text_of(f"{LIST}?page=1&again")
    assert len(once_proved) <= 3, numbered(once_proved)
    assert len(for_fifty) == len(for_one) <= 22, numbered(for_fifty)


def test_figures_that_are_not_what_was_approved_are_not_shown(public):
    with without_guards("budgets_budgetline"):
        BudgetLine.objects.filter(submission=public).update(outturn="99990000")
    page = text_of(LIST)
    assert NAME in page and "数据与审定版不一致，暂不显示" in page and "9,999.00" not in page
    with statements() as again:
        text_of(f"{LIST}?again")
    assert len(again) <= 3, "what is not as approved is not looked at again for a while"


def test_who_has_the_list_with_figures_is_told_when_they_are_shown_no_more(public, settings):
    with_figures = ask(LIST)
    with without_guards("budgets_budgetline"):
        BudgetLine.objects.filter(submission=public).update(outturn="99990000")
    rmtree(settings.PUBLIC_FILES_DIR)
    again = ask(LIST, if_none_match=with_figures["ETag"])
    assert again.status_code == 200 and "暂不显示" in again.content.decode()


def test_while_something_else_is_made_nothing_is_proved_and_the_list_is_there_all_the_same(public):
    with turn(0):
        meanwhile = ask(LIST)
    page = meanwhile.content.decode()
    assert NAME in page and "数据核对中，请稍后再看" in page and "1,968.01" not in page
    after = ask(LIST, if_none_match=meanwhile["ETag"])
    assert after.status_code == 200 and "1,968.01" in after.content.decode()


@pytest.mark.parametrize("damaged", [b'{"initial": "1"', b"\xff\xfe", b"[]", b'{"initial": "1"}', b""])
def test_kept_figures_that_are_damaged_are_proved_anew(public, settings, damaged):
    text_of(LIST)
    [kept] = settings.PUBLIC_FILES_DIR.rglob("*-head.json")
    kept.write_bytes(damaged)
    assert "1,968.01" in text_of(f"{LIST}?again")


def test_what_was_proved_stays_as_it_was_approved(public):
    before = text_of(LIST)
    with without_guards("budgets_budgetline"):
        BudgetLine.objects.filter(submission=public).update(outturn="99990000")
    assert "9,999.00" not in text_of(f"{LIST}?again") and "暂不显示" not in before


def test_searching_is_one_query_and_one_that_counts(public):
    with statements() as executed:
        assert found(q="llq") == [NAME]
    assert sum("name_pinyin" in text and "~" in text for text in executed) == 2, numbered(executed)


def test_a_browser_that_has_the_list_is_told_that_nothing_changed(public):
    first = ask(LIST)
    with statements() as executed:
        again = ask(LIST, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert not any("budgets_budgetline" in text for text in executed), numbered(executed)
    put_in_status(public, "approved")
    assert ask(LIST, if_none_match=first["ETag"]).status_code == 200


def test_a_name_that_was_put_right_is_shown_at_once(world, public):
    first = ask(LIST)
    world.emergency.name = "零陵区应急局"
    world.emergency.save()
    again = ask(LIST, if_none_match=first["ETag"])
    assert again.status_code == 200 and "零陵区应急局" in again.content.decode()


def test_who_is_signed_in_gets_the_same_page_without_a_cookie(world, public):
    browser = signed_in(world.lin)
    with statements() as executed:
        response = browser.get(LIST)
    assert response.content == ask(LIST).content
    assert not response.cookies
    assert not any("session" in text for text in executed), numbered(executed)


def test_nobody_is_known_there_when_it_is_served_in_a_folder(world, public):
    browser = signed_in(world.lin)
    with statements() as executed:
        response = browser.get(LIST, SCRIPT_NAME="/finance")
    assert response.status_code == 200 and response.wsgi_request.path == f"/finance{LIST}"
    assert not response.cookies and "Vary" not in response.headers
    assert not any("session" in text for text in executed), numbered(executed)


@pytest.mark.parametrize("path", [LIST, "/public/431102/2023/224001/"])
def test_a_cache_may_keep_it_for_a_minute(public, path):
    response = ask(path)
    assert response["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert "Vary" not in response.headers


def test_the_door_and_the_page_of_the_return_lead_there(world, public):
    assert f'href="{LIST}"' in Client().get(reverse("sign_in")).content.decode()
    journey = reverse("journey", args=[public.pk])
    assert address("public_report") in signed_in(world.lin).get(journey).content.decode()


def test_search_engines_may_read_the_public_pages_and_nothing_else():
    assert ask("/robots.txt").content.decode().splitlines() == [
        "User-agent: *",
        "Allow: /public/",
        "Allow: /static/",
        "Disallow: /",
    ]


def test_without_anything_public_the_page_says_so(here):
    assert "还没有公开的自评报告" in text_of(LIST)


def test_the_words_that_are_read_are_few():
    assert listing.words_of("甲 " * 30) == ["甲"] * 5
    assert listing.words_of("  ") == []
