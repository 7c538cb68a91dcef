"""The page on which a finance bureau finds the forms of its rounds."""

from urllib.parse import unquote

from django.urls import reverse

from budgets.returns import BASE_ITEMS
from orgs.models import User
from tests.world import (
    Role,
    category,
    change,
    economic,
    make_person,
    make_round,
    make_submission,
    make_unit,
    numbered,
    put_in_status,
    save,
    signed_in,
    statements,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_name(response):
    """The name the browser saves a file under."""
    return unquote(response.headers["Content-Disposition"].partition("utf-8''")[2])


def get(person, name, *arguments):
    """What a person gets from an address."""
    return signed_in(person).get(reverse(name, args=arguments))


def counted(person, name, *arguments):
    """What she gets, and the statements it takes from nothing read yet."""
    browser = signed_in(User.objects.get(pk=person.pk))
    with statements() as texts:
        response = browser.get(reverse(name, args=arguments))
    return response, texts


def procure(submission, outturn):
    """Fill in the one figure 政府采购金额, in yuan."""
    save(submission, change("procurement", outturn=outturn), schedule=BASE_ITEMS)


def classify(submission):
    """Fill in a row by function and one by economic category, which have headings."""
    save(submission, change(category("2240106"), outturn="1"))
    save(submission, change(economic("30101"), outturn="1"))


def unit_of(world, number, status, *, outturn):
    """A unit's return in a status: what it procured, and a row of each classification."""
    unit = make_unit(world.finance.region, f"3{number:05}", f"单位{number}", parent=world.finance)
    person = make_person(f"p{number}", "某某", (Role.PREPARER, unit))
    submission = make_submission(world.round, unit, person)
    procure(submission, outturn)
    classify(submission)
    put_in_status(submission, status)
    return submission


# --- The page


def test_rounds_stand_with_the_latest_first_and_their_counts(world):
    make_round(world.finance, 2024)
    unit_of(world, 1, "approved", outturn="1")
    page = get(world.qian, "exports").text
    assert page.index("2024 年度") < page.index("2023 年度")
    assert "共 0 个单位有填报，已审核通过 0 个" in page
    assert "共 2 个单位有填报，已审核通过 1 个" in page
    assert "下载全部已通过单位的自评材料（zip，1 家）" in page
    assert reverse("download_round", args=[world.round.pk]) in page
    assert "还没有审核通过的填报" in page  # of 2024, beside its button


def test_a_unit_stands_once_with_its_latest_revision_and_what_is_approved(world):
    put_in_status(world.submission, "superseded")
    approved = make_submission(world.round, world.emergency, world.lin, revision=2, status="approved")
    draft = make_submission(world.round, world.emergency, world.lin, revision=3)
    page = get(world.qian, "exports").text
    assert page.count('<th scope="row"') == 1
    assert "共 1 个单位有填报，已审核通过 1 个" in page
    assert "填报中" in page and "第 3 版" in page and "已通过的第 2 版" in page
    for submission, is_there in ((draft, True), (approved, True), (world.submission, False)):
        assert (reverse("download_package", args=[submission.pk]) in page) is is_there


def test_the_page_takes_the_same_queries_for_1_and_9_returns_in_two_rounds(world):
    first, few = counted(world.qian, "exports")
    make_round(world.finance, 2024)
    for number in range(8):
        unit_of(world, number, "approved", outturn="1")
    second, many = counted(world.qian, "exports")
    assert second.text.count('<th scope="row"') == 9 > first.text.count('<th scope="row"')
    # Session, person, memberships, rounds and returns.
    assert len(few) == len(many) == 5, numbered(many)


def test_without_a_round_the_page_says_what_will_stand_there(world):
    there = make_person("wen", "文静", (Role.ADMINISTRATOR, world.next_county))
    assert "还没有收集任务" in get(there, "exports").text


def test_the_way_to_the_page_is_in_the_administrators_menu_alone(world):
    for person in ("qian", "wu", "lin"):
        found = reverse("exports") in get(getattr(world, person), "my_work").text
        assert found is (person == "qian"), person


def test_the_overview_leads_to_the_forms_for_all_who_read_it(world):
    for person in ("lin", "sun", "wu"):
        page = get(getattr(world, person), "workspace", world.submission.pk).text
        assert reverse("official_forms", args=[world.submission.pk]) in page
