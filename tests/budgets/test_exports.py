"""Base data forms as they are downloaded: one, and all approved ones of a round."""

from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

import openpyxl
import pytest
from django.urls import reverse

from budgets.returns import BASE_ITEMS
from orgs.models import Unit, User
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


# --- One return


def test_one_form_is_named_by_code_unit_and_year(world):
    put_in_status(world.submission, "approved")
    response = get(world.lin, "download_base_data", world.submission.pk)
    assert response.headers["Content-Type"] == XLSX
    assert file_name(response) == "224001 零陵区应急管理局 2023年度 基础数据表.xlsx"
    [sheet] = openpyxl.load_workbook(BytesIO(response.content))
    assert sheet["A1"].value == "2023年度部门整体支出绩效评价基础数据表"


@pytest.mark.parametrize(
    ("status", "caution"),
    [
        ("draft", "（未审核）"),
        ("in_review", "（未审核）"),
        ("returned", "（未审核）"),
        ("approved", ""),
        ("published", ""),
        ("superseded", "（已更正）"),
    ],
)
def test_the_name_says_what_is_not_the_approved_return_and_the_sheet_does_not(world, status, caution):
    put_in_status(world.submission, status)
    response = get(world.wu, "download_base_data", world.submission.pk)
    assert file_name(response) == f"224001 零陵区应急管理局 2023年度 基础数据表{caution}.xlsx"
    [sheet] = openpyxl.load_workbook(BytesIO(response.content))
    assert not any(caution and caution in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_amounts_are_in_ten_thousand_yuan_whatever_unit_she_reads_in(world):
    procure(world.submission, "1234567.89")
    for unit in ("yuan", "wan"):
        world.lin.amount_unit = unit
        world.lin.save()
        response = get(world.lin, "download_base_data", world.submission.pk)
        [sheet] = openpyxl.load_workbook(BytesIO(response.content))
        assert (sheet["A21"].value, sheet["F21"].value) == ("政府采购金额", 123.456789)


def test_what_no_system_takes_in_a_file_name_is_left_out(world):
    Unit.objects.filter(pk=world.emergency.pk).update(name='../应急<管理>:"局"\\|?*')
    response = get(world.lin, "download_base_data", world.submission.pk)
    assert file_name(response) == "224001 ..应急管理局 2023年度 基础数据表（未审核）.xlsx"


def test_the_longest_name_of_a_unit_still_fits(world):
    Unit.objects.filter(pk=world.emergency.pk).update(name="长" * 100)
    name = file_name(get(world.lin, "download_base_data", world.submission.pk))
    assert name.startswith("224001 长") and len(name.encode()) <= 255


def test_a_form_takes_the_same_queries_for_one_row_and_many(world):
    classify(world.submission)
    counts = []
    for names in (["office"], ["procured_goods", "procured_works", "procured_services"]):
        save(world.submission, *(change(name, outturn="1") for name in names), schedule=BASE_ITEMS)
        counts.append(counted(world.lin, "download_base_data", world.submission.pk)[1])
    # Session, person, memberships, return and what was approved of it; seven tables of rows, two of headings,
    # and the text; then the unit, and what is recorded of it.
    assert len(counts[0]) == len(counts[1]) == 19, numbered(counts[1])


# --- A round


def names_in(response):
    """The names of the files in an archive."""
    return ZipFile(BytesIO(response.content)).namelist()


def test_a_round_holds_the_approved_and_published_and_nothing_else(world):
    unit_of(world, 1, "approved", outturn="10000")
    unit_of(world, 2, "published", outturn="20000")
    unit_of(world, 3, "draft", outturn="30000")
    response = get(world.qian, "download_round", world.round.pk)
    assert response.headers["Content-Type"] == "application/zip"
    assert file_name(response) == "2023年度 基础数据表 2家.zip"
    assert names_in(response) == [
        "300001 单位1 2023年度 基础数据表.xlsx",
        "300002 单位2 2023年度 基础数据表.xlsx",
    ]
    archive = ZipFile(BytesIO(response.content))
    assert archive.testzip() is None and all(each.flag_bits & 0x800 for each in archive.infolist())  # UTF-8
    figures = []
    for name in archive.namelist():
        [sheet] = openpyxl.load_workbook(BytesIO(archive.read(name)))
        figures.append((sheet["A21"].value, sheet["F21"].value))
    assert figures == [("政府采购金额", 1), ("政府采购金额", 2)]


def test_of_a_return_under_correction_it_holds_the_approved_revision(world):
    procure(world.submission, "10000")
    put_in_status(world.submission, "approved")
    draft = make_submission(world.round, world.emergency, world.lin, revision=2)
    procure(draft, "99990000")
    archive = ZipFile(BytesIO(get(world.qian, "download_round", world.round.pk).content))
    [name] = archive.namelist()
    [sheet] = openpyxl.load_workbook(BytesIO(archive.read(name)))
    assert sheet["F21"].value == 1


def test_units_of_one_name_are_told_apart_by_their_codes(world):
    for number in (1, 2):
        submission = unit_of(world, number, "approved", outturn="1")
        Unit.objects.filter(pk=submission.unit_id).update(name="同/名")
    assert names_in(get(world.qian, "download_round", world.round.pk)) == [
        "300001 同名 2023年度 基础数据表.xlsx",
        "300002 同名 2023年度 基础数据表.xlsx",
    ]


def test_a_round_takes_the_same_queries_for_2_and_6_units(world):
    counts = []
    for numbers in (range(2), range(2, 6)):
        for number in numbers:
            unit_of(world, number, "approved", outturn="1")
        response, texts = counted(world.qian, "download_round", world.round.pk)
        counts.append(texts)
    assert len(names_in(response)) == 6
    # Session, person, memberships, round, returns and what was approved of them; seven tables of rows, two of
    # headings, and the texts; then the bureau, and what is recorded of it.
    assert len(counts[0]) == len(counts[1]) == 20, numbered(counts[1])


def test_without_an_approved_return_the_page_says_so(world):
    browser = signed_in(world.qian)
    response = browser.get(reverse("download_round", args=[world.round.pk]), follow=True)
    assert response.redirect_chain == [(reverse("exports"), 302)]
    assert "2023 年度还没有审核通过的填报，没有可下载的基础数据表。" in response.text


def test_a_round_of_another_bureau_does_not_exist_for_an_administrator(world):
    theirs = make_round(world.next_county)
    assert get(world.qian, "download_round", theirs.pk).status_code == 404
    assert get(world.qian, "download_round", 0).status_code == 404


def test_who_only_reads_in_one_bureau_gets_nothing_of_it_by_administering_another(world):
    wen = make_person("wen", "文静", (Role.ADMINISTRATOR, world.next_county), (Role.AUDITOR, world.finance))
    assert get(wen, "download_round", world.round.pk).status_code == 404
    assert "还没有收集任务" in get(wen, "exports").text


# --- The page


def test_rounds_stand_with_the_latest_first_and_their_counts(world):
    make_round(world.finance, 2024)
    unit_of(world, 1, "approved", outturn="1")
    page = get(world.qian, "exports").text
    assert page.index("2024 年度") < page.index("2023 年度")
    assert "共 0 个单位有填报，已审核通过 0 个" in page
    assert "共 2 个单位有填报，已审核通过 1 个" in page
    assert "下载全部已通过单位的基础数据表（zip，1 家）" in page
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
        assert (reverse("download_base_data", args=[submission.pk]) in page) is is_there


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


def test_the_overview_leads_to_the_form_for_all_who_read_it(world):
    for person in ("lin", "sun", "wu"):
        page = get(getattr(world, person), "workspace", world.submission.pk).text
        assert reverse("download_base_data", args=[world.submission.pk]) in page
