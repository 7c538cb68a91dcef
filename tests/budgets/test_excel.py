"""The workbook of the variances, read back with hand-written values, and its download."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db.models import F
from django.urls import reverse

from budgets.models import BudgetLine, CarryoverLine, ProjectLine, ThreePublicCountLine
from orgs.models import Unit, User
from tests.world import make_submission, put_in_status, signed_in

HEADS = (
    "编码", "名称", "上年年初预算数", "上年决算数", "年初预算数", "全年预算数", "决算数",
    "较年初预算", "较年初预算 %", "较全年预算", "执行率 %", "较上年决算", "较上年决算 %",
    "预算较上年", "预算较上年 %", "占比 %", "差异原因",
)  # fmt: skip


def download(submission, unit="wan", person="lin"):
    """The response to somebody who reads in `unit`."""
    user = User.objects.get(username=person)
    user.amount_unit = unit
    user.save()
    return signed_in(user).get(reverse("download_variances", args=[submission.pk]))


def workbook(submission, unit="wan"):
    return openpyxl.load_workbook(BytesIO(download(submission, unit).content))


def by_name(sheet):
    """Values of the rows by name, each by its head; the first of a name."""
    heads = [cell.value for cell in sheet[3]]
    name = heads.index("名称") if "名称" in heads else 0
    found: dict = {}
    for row in sheet.iter_rows(min_row=4, values_only=True):
        found.setdefault(row[name], dict(zip(heads, row, strict=True)))
    return found


@pytest.fixture
def book(seed):
    return workbook(seed)


def number(text):
    """A number as a person would type it; "—" and None as they are."""
    return text if text in (None, "—") else Decimal(text)


def kept(value):
    """A cell's value with exactly the digits the file keeps."""
    return value if value is None or isinstance(value, str) else Decimal(repr(value))


def row_of(*texts):
    """A row's figures and measures from the report, in 万元 and as fractions of one."""
    return dict(zip(HEADS[2:-1], [None if text == "" else text for text in texts], strict=True))


EXPECTED = {
    ("收入按来源", "收入合计"): (
        "1446.95", "1285.25", "1385.50", "", "1968.01", "582.51", ".4204", "—", "—", "682.76", ".5312",
        "-61.45", "-.0425", "1",
    ),
    ("收入按来源", "一般公共预算财政拨款"): ("", "", "", "", "1967.69", *["—"] * 8, ".9998"),
    ("收入按来源", "其他收入"): ("", "", "", "", "0.32", *["—"] * 8, ".0002"),
    ("收入按来源", "事业收入"): ("", "", "", "", "", *["—"] * 9),
    ("支出按功能分类", "支出合计"): (
        "1446.95", "1285.25", "1385.50", "", "1968.01", "582.51", ".4204", "—", "—", "682.76", ".5312",
        "-61.45", "-.0425", "1",
    ),
    ("支出按支出性质", "支出合计（按性质）"): (
        "", "", "1385.50", "", "1967.69", "582.19", ".4202", *["—"] * 6, ".9998",
    ),
    ("支出按支出性质", "基本支出"): ("", "", "900", "", "1726.32", "826.32", ".9181", *["—"] * 6, ".8772"),
    ("支出按支出性质", "人员经费"): ("", "", "", "", "1030.52", *["—"] * 8, ".5236"),
    ("支出按支出性质", "公用经费"): ("", "", "", "", "695.80", *["—"] * 8, ".3536"),
    ("支出按支出性质", "项目支出"): (
        "", "", "485.50", "", "241.37", "-244.13", "-.5028", *["—"] * 6, ".1226",
    ),
    ("支出按支出性质", "支出中由其他收入安排"): ("", "", "", "", "0.32", *["—"] * 8, ".0002"),
    ("三公经费", "“三公”经费合计"): (
        "", "8.8986", "", "", "9.1423", "—", "—", "—", "—", "0.2437", ".0274", "—", "—", ".0046",
    ),
    ("三公经费", "因公出国（境）费"): ("", "0", "", "", "0", "—", "—", "—", "—", "0", "—", "—", "—", "0"),
    ("三公经费", "公务用车购置费"): ("", "0", "", "", "0", "—", "—", "—", "—", "0", "—", "—", "—", "0"),
    ("三公经费", "公务用车运行维护费"): ("", "5", "", "", "0", "—", "—", "—", "—", "-5", "-1", "—", "—", "0"),
    ("三公经费", "公务接待费"): (
        "", "3.8986", "", "", "9.1423", "—", "—", "—", "—", "5.2437", "1.345", "—", "—", ".0046",
    ),
    ("项目支出", "项目支出合计"): ("", "", "485.50", "", "241.37", "-244.13", "-.5028", *["—"] * 6, ".1226"),
    ("项目支出", "安监津贴"): ("", "", "", "", "", *["—"] * 9),
}  # fmt: skip

LINES = {
    "2240106": ("948.06", ".4817"), "2240101": ("207.56", ".1055"), "2069999": ("36.94", ".0188"),
    "2079999": ("6", ".0030"), "2089999": ("2.81", ".0014"), "2080505": ("99.75", ".0507"),
    "2101101": ("44.64", ".0227"), "2240199": ("8", ".0041"), "2240602": ("367.96", ".1870"),
    "2240699": ("17.2", ".0087"), "2240703": ("223", ".1133"), "2249999": ("4.8", ".0024"),
    "2299999": ("0.97", ".0005"), "2019999": ("0.32", ".0002"),
}  # fmt: skip


@pytest.mark.parametrize("key", EXPECTED, ids=" ".join)
def test_every_row_has_the_reports_figures_as_numbers(book, key):
    sheet, name = key
    found = by_name(book[sheet])[name]
    for head, expected in row_of(*EXPECTED[key]).items():
        assert kept(found[head]) == number(expected), head


def test_the_14_lines_with_their_shares(book):
    rows = {row[0]: row for row in book["支出按功能分类"].iter_rows(min_row=4, values_only=True)}
    found = {code: (kept(rows[code][6]), kept(rows[code][15])) for code in LINES}
    assert found == {code: (number(outturn), number(share)) for code, (outturn, share) in LINES.items()}
    assert len(rows) == 1 + 14 + 18  # total, lines, and 类 and 款 above them


def test_in_yuan_every_figure_is_the_reports_to_the_fen(seed):
    book = workbook(seed, "yuan")
    total, hospitality = by_name(book["支出按功能分类"])["支出合计"], by_name(book["三公经费"])["公务接待费"]
    assert (total["较年初预算"], total["决算数"]) == (5_825_100, 19_680_100)
    assert (hospitality["决算数"], hospitality["较上年决算"]) == (91_423, 52_437)
    assert by_name(book["三公经费"])["“三公”经费合计"]["较上年决算"] == 2_437
    assert {sheet["A2"].value for sheet in book} == {"金额单位：元"}


def test_the_ten_projects_are_there_and_blank(book):
    rows = list(book["项目支出"].iter_rows(min_row=5, values_only=True))
    assert len(rows) == 10 and rows[0][1] == "市统筹划缴森林消防直升飞机众筹资金"
    assert {value for row in rows for value in row[2:7]} == {None}


def test_staff_and_ratios_are_there(book):
    staff = by_name(book["人员与编制"])
    assert (staff["财政供养人员合计"]["编制数（人）"], staff["财政供养人员合计"]["年末实有人数（人）"]) == (
        127,
        122,
    )
    assert staff["退休人员"]["年末实有人数（人）"] == 8
    assert kept(staff["财政供养人员合计"]["在职人员控制率 %"]) == number(".9606")
    ratios = by_name(book["比率"])
    assert kept(ratios["在职人员控制率"]["数值"]) == number(".9606")
    assert ratios["在职人员控制率"]["代入的数"] == "年末在职人数 122 人；编制数 127 人"
    assert ratios["“三公”经费控制率"]["数值"] == "—"
    assert ratios["预算执行率"]["代入的数"].startswith(
        "无法计算：支出全年预算数未填（支出决算数 1,968.01 万元"
    )


def test_schedules_without_five_figures_are_there_only_when_filled(seed, book):
    assert book.sheetnames == [
        "收入按来源", "支出按功能分类", "支出按支出性质", "支出按经济分类", "三公经费", "项目支出",
        "其他基础数据", "人员与编制", "差额构成", "比率",
    ]  # fmt: skip
    CarryoverLine.objects.create(
        submission=seed,
        item="general_public",
        entered_in="yuan",
        opening=50_000,
        received=20_000,
        spent=10_000,
    )
    ThreePublicCountLine.objects.create(
        submission=seed, item="receptions", last_year_count=80_000, this_year_count=110_000
    )
    book = workbook(seed)
    assert by_name(book["结转结余"])["一般公共预算"] == {
        "名称": "一般公共预算", "年初结转和结余": 5, "本年收入": 2, "本年支出": 1, "年末结转和结余": 6,
    }  # fmt: skip
    counts = by_name(book["三公团组、车辆与接待"])["公务接待批次（批）"]
    assert (counts["上年"], counts["本年"], counts["较上年"]) == (
        80_000,
        110_000,
        30_000,
    )  # no 万元 of receptions


def test_reasons_stand_beside_their_rows(book):
    total = by_name(book["支出按功能分类"])["支出合计"]
    assert total["差异原因"] == "黄江源大火应急救灾资金及森林灭火设备物资购置等专项资金增加。"
    assert by_name(book["收入按来源"])["收入合计"]["差异原因"] is None


def test_head_unit_formats_widths_and_frozen_panes(book):
    for sheet in book:
        assert sheet["A1"].value.startswith("永州市零陵区应急管理局 2023 年度")
        assert sheet["A2"].value == "金额单位：万元"
        assert sheet.freeze_panes in ("C4", "B4") and sheet.print_title_rows == "$1:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert all(sheet.column_dimensions[cell.column_letter].width >= 10 for cell in sheet[3])
    sheet = book["收入按来源"]
    assert tuple(cell.value for cell in sheet[3]) == HEADS
    formats = [cell.number_format for cell in sheet[4]]
    assert formats[2:7] == ["#,##0.00;-#,##0.00;0.00"] * 5
    assert formats[7:9] == ["+#,##0.00;-#,##0.00;0.00", "+0.00%;-0.00%;0.00%"]
    assert (formats[10], formats[15]) == ("0.00%", "0.00%")
    assert {cell.data_type for cell in sheet[4][2:16]} == {"n", "s"}  # "—" is text, all else numbers
    assert [cell.alignment.indent for cell in book["支出按功能分类"]["B"][3:7]] == [0, 1, 2, 3]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_what_people_write_never_becomes_a_formula(seed, text):
    ProjectLine.objects.create(submission=seed, name=text, code=text, variance_reason=text, entered_in="wan")
    sheet = workbook(seed)["项目支出"]
    [cells] = [row for row in sheet.iter_rows() if row[1].value == text]
    assert {(cells[at].value, cells[at].data_type, cells[at].quotePrefix) for at in (0, 1, 16)} == {
        (text, "s", True)
    }
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_long_words_get_a_row_that_holds_them(seed):
    BudgetLine.objects.filter(submission=seed, schedule="revenue", item="total").update(
        variance_reason="长" * 400, row_version=F("row_version") + 1
    )
    sheet = workbook(seed)["收入按来源"]
    # 800 half-width characters in lines of 38: 22 lines
    assert (sheet.row_dimensions[4].height, sheet.row_dimensions[5].height) == (4 + 14 * 22, 18)


def test_an_amount_of_15_digits_keeps_them(seed):
    BudgetLine.objects.filter(submission=seed, item="other").update(
        outturn="9999999999999.99", row_version=F("row_version") + 1
    )
    found = by_name(workbook(seed, "yuan")["收入按来源"])["其他收入"]["决算数"]
    assert Decimal(str(found)) == Decimal("9999999999999.99")


def test_no_number_is_wider_than_its_column(seed):
    BudgetLine.objects.filter(submission=seed, schedule="revenue", item="other").update(
        outturn="-9999999999999.99", row_version=F("row_version") + 1
    )
    for unit in ("wan", "yuan"):
        for sheet in workbook(seed, unit):
            for row in sheet.iter_rows(min_row=4):
                for cell in row:
                    if cell.data_type == "n" and cell.value is not None:
                        width = sheet.column_dimensions[cell.column_letter].width
                        assert width >= len(f"{cell.value:+,.2f}") * 1.1 + 1, (sheet.title, cell.coordinate)


# --- The download


def test_it_comes_as_a_file_named_after_unit_and_year(seed):
    response = download(seed)
    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''"
        "%E6%B0%B8%E5%B7%9E%E5%B8%82%E9%9B%B6%E9%99%B5%E5%8C%BA%E5%BA%94%E6%80%A5%E7%AE%A1%E7%90%86%E5%B1%80"
        "%202023%20%E5%B9%B4%E5%BA%A6%E9%A2%84%E5%86%B3%E7%AE%97%E5%B7%AE%E5%BC%82.xlsx"
    )


def test_readers_may_have_it_in_any_status_and_strangers_not(seed):
    put_in_status(seed, "approved")
    assert download(seed, person="wu").status_code == 200
    assert download(seed, person="zhao").status_code == 404
    assert (
        signed_in(User.objects.get(username="lin"))
        .post(reverse("download_variances", args=[seed.pk]))
        .status_code
        == 405
    )


def test_an_empty_return_makes_a_workbook_too(seed):
    empty = make_submission(seed.round, Unit.objects.get(code="224002"), User.objects.get(username="lin"))
    book = workbook(empty)
    assert by_name(book["收入按来源"])["收入合计"]["决算数"] is None and "人员与编制" not in book.sheetnames
