"""The official forms of a return as pages and as files: one, a package, the packages of a round."""

from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

import openpyxl
import pytest
from django.urls import reverse

from budgets.returns import BASE_ITEMS, BY_FUNCTION
from orgs.models import Unit, User
from performance import packages
from performance.models import IndicatorLine, ProjectIndicatorLine
from performance.word.pdf import NoPdf
from tests.performance.indicators import put
from tests.performance.word.documents import tables
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
    project,
    put_in_status,
    save,
    signed_in,
    statements,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def _without_libreoffice(monkeypatch):
    """No LibreOffice, which takes seconds: the tests that are about it say so."""
    monkeypatch.setattr(packages, "office", lambda: None)


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


def content_of(response):
    """The bytes of an answer, streamed or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def base_data(submission):
    """The arguments of its base data form."""
    return ["download_form", submission.pk, "base-data"]


# --- One return


def test_one_form_is_named_by_code_unit_and_year(world):
    put_in_status(world.submission, "approved")
    response = get(world.lin, *base_data(world.submission))
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
    response = get(world.wu, *base_data(world.submission))
    assert file_name(response) == f"224001 零陵区应急管理局 2023年度 基础数据表{caution}.xlsx"
    [sheet] = openpyxl.load_workbook(BytesIO(response.content))
    assert not any(caution and caution in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_amounts_are_in_ten_thousand_yuan_whatever_unit_she_reads_in(world):
    procure(world.submission, "1234567.89")
    for unit in ("yuan", "wan"):
        world.lin.amount_unit = unit
        world.lin.save()
        response = get(world.lin, *base_data(world.submission))
        [sheet] = openpyxl.load_workbook(BytesIO(response.content))
        assert (sheet["A21"].value, sheet["F21"].value) == ("政府采购金额", 123.456789)


def test_what_no_system_takes_in_a_file_name_is_left_out(world):
    Unit.objects.filter(pk=world.emergency.pk).update(name='../应急<管理>:"局"\\|?*')
    response = get(world.lin, *base_data(world.submission))
    assert file_name(response) == "224001 ..应急管理局 2023年度 基础数据表（未审核）.xlsx"


def test_the_longest_name_of_a_unit_still_fits(world):
    Unit.objects.filter(pk=world.emergency.pk).update(name="长" * 100)
    name = file_name(get(world.lin, *base_data(world.submission)))
    assert name.startswith("224001 长") and len(name.encode()) <= 255


def test_a_form_takes_the_same_queries_for_one_row_and_many(world):
    classify(world.submission)
    counts = []
    for names in (["office"], ["procured_goods", "procured_works", "procured_services"]):
        save(world.submission, *(change(name, outturn="1") for name in names), schedule=BASE_ITEMS)
        counts.append(counted(world.lin, *base_data(world.submission))[1])
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


# --- The page of a form


def page_of(person, submission, form):
    """The page of a form as somebody sees it."""
    return get(person, "official_form", submission.pk, form).text


def test_each_figure_leads_to_its_cell_and_a_blank_one_too(world):
    save(world.submission, change("total", initial_budget="13855000"), schedule=BY_FUNCTION)
    here = f"{reverse('edit_lines', args=[world.submission.pk, BY_FUNCTION])}#row-total"
    html = page_of(world.wu, world.submission, "department")
    title = "支出（按功能分类） · 支出合计 · "
    assert f'<a class="bound" href="{here}:initial_budget" title="{title}年初预算数">1,385.50</a>' in html
    blank = f'<a class="bound open" href="{here}:outturn" title="{title}决算数" aria-label="没有填：{title}决算数">'
    assert f"{blank}</a>" in html


def test_an_indicator_leads_to_its_cell_and_words_stay_words(world):
    line = put(world.submission, "<b>=1+1", second_level="quantity", max_score="12.5")
    html = page_of(world.lin, world.submission, "department")
    address = f"{reverse('edit_indicators', args=[world.submission.pk])}#row-line-{line.pk}:max_score"
    assert f'href="{address}"' in html and ">12.5</a>" in html
    assert "&lt;b&gt;=1+1</a>" in html and "产出指标（50分）" in html


def test_the_page_takes_the_same_queries_for_one_indicator_and_many(world):
    counts = []
    for number in (1, 5):
        IndicatorLine.objects.bulk_create(
            IndicatorLine(submission=world.submission, name=f"指标{number}-{at}") for at in range(number)
        )
        counts.append(counted(world.lin, "official_form", world.submission.pk, "department")[1])
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


def test_the_list_leads_to_every_form_and_says_what_is_not_approved(world):
    html = get(world.lin, "official_forms", world.submission.pk).text
    for form in ("base-data", "department", "projects", "public-tables"):
        for name in ("official_form", "download_form"):
            assert reverse(name, args=[world.submission.pk, form]) in html
    assert "这一版还没有审核通过" in html and "未审核" in html
    put_in_status(world.submission, "approved")
    assert "这一版还没有审核通过" not in get(world.lin, "official_forms", world.submission.pk).text


def test_a_form_there_is_not_does_not_exist(world):
    path = f"/submissions/{world.submission.pk}/forms/nothing/"
    assert signed_in(world.lin).get(path).status_code == 404


# --- A package


def names_in(response):
    """The names of the files in an archive."""
    return ZipFile(BytesIO(content_of(response))).namelist()


def test_a_package_holds_every_form_and_the_report(world):
    response = get(world.lin, "download_package", world.submission.pk)
    assert file_name(response) == "224001 零陵区应急管理局 2023年度 全套自评材料（未审核）.zip"
    assert names_in(response) == [
        "224001 零陵区应急管理局 2023年度 基础数据表（未审核）.xlsx",
        "224001 零陵区应急管理局 2023年度 部门整体支出绩效自评表（未审核）.xlsx",
        "224001 零陵区应急管理局 2023年度 部门决算公开表（未审核）.xlsx",
        "224001 零陵区应急管理局 2023年度 自评报告（未审核）.docx",
    ]


def test_with_libreoffice_it_holds_the_report_as_pdf(world, monkeypatch):
    monkeypatch.setattr(packages, "office", lambda: "soffice")
    monkeypatch.setattr(packages, "pdf_of", lambda document: b"%PDF-")
    archive = ZipFile(BytesIO(get(world.lin, "download_package", world.submission.pk).content))
    assert archive.read("224001 零陵区应急管理局 2023年度 自评报告（未审核）.pdf") == b"%PDF-"


def test_where_libreoffice_fails_a_note_says_so_and_the_rest_is_there(world, monkeypatch):
    def fail(document):
        raise NoPdf("请过一会儿再试。")

    monkeypatch.setattr(packages, "office", lambda: "soffice")
    monkeypatch.setattr(packages, "pdf_of", fail)
    archive = ZipFile(BytesIO(get(world.lin, "download_package", world.submission.pk).content))
    [*others, note] = archive.namelist()
    assert len(others) == 4 and note.endswith("自评报告没有PDF（未审核）.txt")
    assert archive.read(note).decode("utf-8-sig") == "请过一会儿再试。"


def test_the_report_in_it_has_the_forms_as_its_annexes(world):
    put(world.submission, "排查单位数量", second_level="quantity")
    archive = ZipFile(BytesIO(get(world.lin, "download_package", world.submission.pk).content))
    base_data_table, opening, indicators = tables(archive.read(archive.namelist()[-1]))[-3:]
    assert base_data_table[0][0] == "财政供养人员情况（人）"
    assert opening[0][0] == "预算部门、单位名称"
    assert indicators[0][1] == "一级指标"  # its head is printed again on every page
    assert any("排查单位数量" in row for row in indicators)


def test_each_project_has_its_form_and_without_any_it_is_said(world):
    path = reverse("download_form", args=[world.submission.pk, "projects"])
    assert "还没有项目" in signed_in(world.lin).get(path, follow=True).text
    assert "还没有项目" in page_of(world.lin, world.submission, "projects")
    fund = project(
        "演练", "appropriation", initial_budget="900000", revised_budget="899740", outturn="899740"
    )
    save(world.submission, fund, project("演练", "other", outturn="260"), project("普查", "", outturn="1"))
    ProjectIndicatorLine.objects.create(
        submission=world.submission,
        project="演练",
        name="演练场次",
        second_level="quantity",
        direction="at_least",
        target_value="12",
        measuring_unit="场",
        deviation_reason="汛期。",
        improvement_measure="提前。",
    )
    book = openpyxl.load_workbook(BytesIO(signed_in(world.lin).get(path).content))
    assert book.sheetnames == ["项目1", "项目2"]
    sheet = book["项目1"]
    assert (sheet["C3"].value, sheet["C4"].value) == ("演练", "224001-零陵区应急管理局")
    # 89.974 and 0.026 of other money; row 6 is their sum, as each row of the form adds up
    assert [[sheet[f"{column}{row}"].value for column in "DEF"] for row in (6, 7, 8, 9)] == [
        [90, 89.974, 90], [90, 89.974, 89.974], [None] * 3, [None, None, 0.026],
    ]  # fmt: skip
    assert [sheet[f"{column}13"].value for column in "DEI"] == ["演练场次", "≥12场", "汛期。\n提前。"]
    assert book["项目2"]["F6"].value == 0.0001  # of no funding: in the whole, and in no row below it


def test_a_package_takes_the_same_queries_for_one_row_and_many(world):
    classify(world.submission)
    counts = []
    for names in (["office"], ["procured_goods", "procured_works", "procured_services"]):
        save(world.submission, *(change(name, outturn="1") for name in names), schedule=BASE_ITEMS)
        counts.append(counted(world.lin, "download_package", world.submission.pk)[1])
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


# --- A round


def in_folders(number, year=2023):
    """The names of the files of a unit of `unit_of` in the archive of a round."""
    folder = f"30000{number} 单位{number}"
    kinds = ("基础数据表.xlsx", "部门整体支出绩效自评表.xlsx", "部门决算公开表.xlsx", "自评报告.docx")
    return [f"{folder}/{folder} {year}年度 {kind}" for kind in kinds]


def procured(response):
    """政府采购金额 in each base data form of an archive."""
    archive = ZipFile(BytesIO(content_of(response)))
    books = [BytesIO(archive.read(name)) for name in archive.namelist() if "基础数据表" in name]
    return [openpyxl.load_workbook(book)["基础数据表"]["F21"].value for book in books]


def test_a_round_holds_the_approved_and_published_and_nothing_else(world):
    unit_of(world, 1, "approved", outturn="10000")
    unit_of(world, 2, "published", outturn="20000")
    unit_of(world, 3, "draft", outturn="30000")
    response = get(world.qian, "download_round", world.round.pk)
    assert response.headers["Content-Type"] == "application/zip"
    assert file_name(response) == "2023年度 自评材料 2家.zip"
    content = content_of(response)
    archive = ZipFile(BytesIO(content))
    assert archive.namelist() == [*in_folders(1), *in_folders(2)]
    assert archive.testzip() is None and all(each.flag_bits & 0x800 for each in archive.infolist())  # UTF-8


def test_each_unit_has_its_own_figures(world, monkeypatch):
    monkeypatch.setattr(packages, "AT_ONCE", 2)
    for number in (1, 2, 3):
        unit_of(world, number, "approved", outturn=f"{number}0000")
    assert procured(get(world.qian, "download_round", world.round.pk)) == [1, 2, 3]


def test_of_a_return_under_correction_it_holds_the_approved_revision(world):
    procure(world.submission, "10000")
    put_in_status(world.submission, "approved")
    draft = make_submission(world.round, world.emergency, world.lin, revision=2)
    procure(draft, "99990000")
    assert procured(get(world.qian, "download_round", world.round.pk)) == [1]


def test_units_of_one_name_are_told_apart_by_their_codes(world):
    for number in (1, 2):
        submission = unit_of(world, number, "approved", outturn="1")
        Unit.objects.filter(pk=submission.unit_id).update(name="同/名")
    names = names_in(get(world.qian, "download_round", world.round.pk))
    assert {name.partition("/")[0] for name in names} == {"300001 同名", "300002 同名"}
    assert "300001 同名/300001 同名 2023年度 基础数据表.xlsx" in names


def test_a_round_takes_the_same_queries_for_2_and_6_units(world):
    counts = []
    for numbers in (range(2), range(2, 6)):
        for number in numbers:
            unit_of(world, number, "approved", outturn="1")
        response, texts = counted(world.qian, "download_round", world.round.pk)
        counts.append(texts)
    assert len(names_in(response)) == 24
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


def test_without_an_approved_return_the_page_says_so(world):
    browser = signed_in(world.qian)
    response = browser.get(reverse("download_round", args=[world.round.pk]), follow=True)
    assert response.redirect_chain == [(reverse("exports"), 302)]
    assert "2023 年度还没有审核通过的填报，没有可下载的自评材料。" in response.text


def test_a_round_of_another_bureau_does_not_exist_for_an_administrator(world):
    theirs = make_round(world.next_county)
    assert get(world.qian, "download_round", theirs.pk).status_code == 404
    assert get(world.qian, "download_round", 0).status_code == 404


def test_who_only_reads_in_one_bureau_gets_nothing_of_it_by_administering_another(world):
    wen = make_person("wen", "文静", (Role.ADMINISTRATOR, world.next_county), (Role.AUDITOR, world.finance))
    assert get(wen, "download_round", world.round.pk).status_code == 404
    assert "还没有收集任务" in get(wen, "exports").text
