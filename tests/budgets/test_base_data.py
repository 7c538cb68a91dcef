"""The base data form, read back cell by cell with hand-written values, and opened in a real office program.

The labels are annex 1's; the figures are the report's, in 万元.
"""

import csv
import re
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from budgets.base_data import base_data_form
from budgets.excel_forms import form_workbook
from budgets.models import ReturnText
from budgets.returns import BASE_ITEMS, BUILDINGS, BY_NATURE, STAFF, THREE_PUBLIC
from budgets.rows import return_rows
from orgs.models import Unit
from submissions.models import Submission
from tests.office import A4_UPRIGHT, converted, pages
from tests.world import change, make_submission, project, row, save


def content(submission) -> bytes:
    """The workbook of a return."""
    written = ReturnText.objects.filter(submission=submission, name="thrift_measures").first()
    rows, year = return_rows(submission), submission.round.fiscal_year
    return form_workbook(base_data_form(year, rows, written.text if written else ""))


def sheet_of(submission):
    """The one sheet of the workbook of a return, read back."""
    [sheet] = openpyxl.load_workbook(BytesIO(content(submission)))
    return sheet


def kept(value):
    """A cell's value with exactly the digits the file keeps."""
    return value if value is None or isinstance(value, str) else Decimal(repr(value))


def filled(sheet):
    """What stands in the cells that are not blank, by address."""
    return {
        cell.coordinate: kept(cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def printed(sheet, label):
    """The three amounts of the only row with this label."""
    [number] = [cell.row for cell in sheet["A"] if cell.value == label]
    return [kept(sheet[f"{column}{number}"].value) for column in "BDF"]


def wan(*texts):
    """Amounts in 万元 as a person would type them; "" is blank."""
    return [Decimal(text) if text else None for text in texts]


NOTE = (
    "说明：“项目支出”需要填报基本支出以外的所有项目支出情况，“公用经费”填报基本支出中的一般商品和服务支出。"
)
SIGNATURES = (
    "填表人（签名）：　　　　　　    填报日期：　　　　　　    联系电话：　　　　　　    单位负责人（签名）："
)

# The printed form has 28 rows. Ten projects of no stated kind take the place of “……” in row 14, so that all
# from row 15 on stands nine rows lower.
SEED = {
    "A1": "2023年度部门整体支出绩效评价基础数据表",
    "A2": "财政供养人员情况（人）", "B2": "编制数", "D2": "2023年实际在职人数", "F2": "控制率",
    "B3": Decimal(127), "D3": Decimal(122), "F3": Decimal("0.9606"),
    "A4": "经费控制情况（万元）", "B4": "2022年决算数", "D4": "2023年预算数", "F4": "2023年决算数",
    "A5": "三公经费", "B5": Decimal("8.8986"), "F5": Decimal("9.1423"),
    "A6": "    1、公务用车购置和维护经费", "B6": Decimal(5), "F6": Decimal(0),
    "A7": "      其中：公车购置", "B7": Decimal(0), "F7": Decimal(0),
    "A8": "            公车运行维护", "B8": Decimal(5), "F8": Decimal(0),
    "A9": "    2、出国经费", "B9": Decimal(0), "F9": Decimal(0),
    "A10": "    3、公务接待", "B10": Decimal("3.8986"), "F10": Decimal("9.1423"),
    "A11": "项目支出：", "D11": Decimal("485.5"), "F11": Decimal("241.37"),
    "A12": "    1、业务工作经费",
    "A13": "    2、运行维护经费",
    "A14": "市统筹划缴森林消防直升飞机众筹资金",
    "A15": "安全生产月经费",
    "A16": "矿山管理工资",
    "A17": "应急管理和安全生产专项资金",
    "A18": "乡镇应急平台建设资金",
    "A19": "应急执法值班用车经费",
    "A20": "安监津贴",
    "A21": "应急指挥平台建设经费",
    "A22": "森林灭火装备及物资采购经费",
    "A23": "省级自然灾害风险普查经费",
    "A24": "    3、省级专项资金（每个专项一行）",
    "A25": "    ……",
    "A26": "公用经费", "F26": Decimal("695.8"),
    "A27": "    其中：办公经费",
    "A28": "          水费、电费、差旅费",
    "A29": "          会议费、培训费",
    "A30": "政府采购金额",
    "A31": "部门基本支出预算调整",
    "A32": "楼堂馆所控制情况（2023年完工项目）",
    "B32": "批复规模（㎡）", "C32": "实际规模（㎡）", "D32": "规模控制率",
    "E32": "预算投资（万元）", "F32": "实际投资（万元）", "G32": "投资概算控制率",
    "A35": "厉行节约保障措施",
    "A36": NOTE,
    "A37": SIGNATURES,
}  # fmt: skip

IN_THIRDS = range(2, 32)
"""The rows of B:C, D:E and F:G, of which 2 and 3 share their A."""

MERGED = {
    "A1:G1", "A2:A3", "A32:A34", "B35:G35", "A36:G36", "A37:G37",
    *(f"{pair[0]}{number}:{pair[1]}{number}" for number in IN_THIRDS for pair in ("BC", "DE", "FG")),
}  # fmt: skip


class TestTheReport:
    """The form of the seed report."""

    @pytest.fixture
    def sheet(self, seed):
        return sheet_of(seed)

    def test_every_cell_is_the_reports_or_blank(self, sheet):
        assert filled(sheet) == SEED
        assert (sheet.title, sheet.dimensions) == ("基础数据表", "A1:G37")

    def test_the_cells_are_merged_as_printed(self, sheet):
        assert {str(each) for each in sheet.merged_cells.ranges} == MERGED

    def test_numbers_are_numbers_in_the_forms_formats(self, sheet):
        assert {sheet[f"{column}3"].number_format for column in "BD"} == {"0"}
        assert sheet["F3"].number_format == "0.00%"
        amounts = [sheet[f"{column}{number}"] for number in range(5, 32) for column in "BDF"]
        assert {cell.number_format for cell in amounts} == {"#,##0.00"}
        building = [sheet[f"{column}{number}"].number_format for number in (33, 34) for column in "BCDEFG"]
        assert building == ["#,##0.00", "#,##0.00", "0.00%", "#,##0.00", "#,##0.00", "0.00%"] * 2
        assert {cell.data_type for cell in amounts} == {"n"}

    def test_zero_is_zero_and_blank_is_an_empty_cell(self, sheet):
        assert (sheet["F6"].value, sheet["F6"].data_type) == (0, "n")
        assert [sheet[address].value for address in ("D5", "D6", "B11", "B12", "D26", "B33")] == [None] * 6

    def test_lines_are_drawn_round_every_cell_between_title_and_foot(self, seed):
        with ZipFile(BytesIO(content(seed))) as file:
            cells = file.read("xl/worksheets/sheet1.xml").decode()
            styles = file.read("xl/styles.xml").decode()
        drawn = re.findall(r"<xf [^>]*borderId=\"(\d)\"", styles.partition("<cellXfs")[2])
        found = {address: drawn[int(look)] for address, look in re.findall(r'<c r="(\w+)" s="(\d+)"', cells)}
        framed = {f"{letter}{number}" for letter in "ABCDEFG" for number in range(2, 36)}
        assert {found.pop(address) for address in framed} == {"1"}
        assert set(found) == {f"{letter}{number}" for letter in "ABCDEFG" for number in (1, 36, 37)}
        assert set(found.values()) == {"0"}
        nothing, frame = re.findall(r"<border>(.*?)</border>", styles)
        assert (nothing.count("thin"), frame.count('style="thin"')) == (0, 4)

    def test_page_columns_and_letters(self, sheet):
        page = sheet.page_setup
        assert (page.paperSize, page.orientation, page.fitToWidth, page.fitToHeight) == (9, "portrait", 1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_options.horizontalCentered
        widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFG"]
        assert widths == [30, 16, 16, 16, 14, 14, 16]
        assert (sheet["A1"].font.name, sheet["A1"].font.size) == ("方正小标宋简体", 18)
        body = {(sheet[address].font.name, sheet[address].font.size) for address in SEED if address != "A1"}
        assert body == {("宋体", 11)}

    def test_what_is_wrapped_has_a_row_that_shows_it(self, sheet):
        heights = {number: sheet.row_dimensions[number].height for number in range(1, 38)}
        # 34 half-width characters and 3 for the indent in 29; 35 and 16 in 29 and 13
        assert {number for number, height in heights.items() if height == 5 + 2 * 16} == {14, 24, 32}
        assert heights.pop(1) == 36
        assert set(heights.values()) == {21, 37}


# --- Figures, projects and buildings of a full return


@pytest.fixture
def here(seed) -> Submission:
    """An empty return beside the report's."""
    return make_submission(seed.round, Unit.objects.get(code="224002"), seed.started_by)


@pytest.fixture
def full(here) -> Submission:
    """A return in which every part of the form holds something."""
    save(here, row(STAFF, "administrative", authorized=46, in_service=50), schedule=STAFF)
    save(here, change("hospitality", last_year_outturn="1234567.89", outturn="0.01"), schedule=THREE_PUBLIC)
    save(
        here,
        project("省级应急物资", "appropriation", kind="provincial", outturn="30000"),
        project("办案", "appropriation", kind="operation", initial_budget="10000", outturn="0"),
        project("办案", "carried_forward", kind="operation", outturn="20000.50"),
        project("县级补助", kind="county", initial_budget="50000"),
        project("机房", kind="maintenance", last_year_outturn="-10000"),
        project("省级普查", kind="provincial"),
        project("没有类别"),
        project("值班", kind="operation", last_year_outturn="70000"),
    )
    save(here, change("basic_operating", outturn="9876543210.12"), schedule=BY_NATURE)
    items = {"office": "1", "utilities_and_travel": "2", "meetings_and_training": "3", "procured_goods": "4"}
    lines = [change(item, initial_budget=f"{figure}0000") for item, figure in items.items()]
    adjustment = change("budget_adjustment", last_year_outturn="60000", outturn="-80000")
    save(here, *lines, adjustment, schedule=BASE_ITEMS)
    save(
        here,
        row(BUILDINGS, "办公楼", name="办公楼", approved_area="1200", actual_area="1260.5"),
        row(BUILDINGS, "仓库", name="仓库", planned_investment="3000000", actual_investment="1000000"),
        row(BUILDINGS, "车库", name="车库", approved_area="0", actual_area="0"),
        schedule=BUILDINGS,
    )
    ReturnText.objects.create(
        submission=here, name="thrift_measures", text="一、公务接待从简。\n二、会议合并召开。"
    )
    return here


class TestAFullReturn:
    """Every part filled in."""

    @pytest.fixture
    def sheet(self, full):
        return sheet_of(full)

    def test_projects_stand_below_their_kinds_and_the_others_where_dots_are_printed(self, sheet):
        assert [cell.value for cell in sheet["A"][10:22]] == [
            "项目支出：",
            "    1、业务工作经费", "办案", "值班",
            "    2、运行维护经费", "机房",
            "县级补助", "没有类别",
            "    3、省级专项资金（每个专项一行）", "省级应急物资", "省级普查",
            "公用经费",
        ]  # fmt: skip
        indents = [cell.alignment.indent for cell in sheet["A"][10:22]]
        assert indents == [0, 0, 3, 3, 0, 3, 1, 1, 0, 3, 3, 0]

    def test_a_project_of_several_fundings_is_one_row_with_their_sums(self, sheet):
        assert printed(sheet, "办案") == wan("", "1", "2.00005")

    def test_kinds_are_summed_and_a_sum_over_blanks_is_blank(self, sheet):
        assert printed(sheet, "    1、业务工作经费") == wan("7", "1", "2.00005")
        assert printed(sheet, "    2、运行维护经费") == wan("-1", "", "")
        assert printed(sheet, "    3、省级专项资金（每个专项一行）") == wan("", "", "3")
        assert printed(sheet, "省级普查") == printed(sheet, "没有类别") == wan("", "", "")
        assert printed(sheet, "项目支出：") == wan("6", "6", "5.00005")

    def test_amounts_are_exact_to_the_last_digit(self, sheet):
        assert printed(sheet, "    3、公务接待") == wan("123.456789", "", "0.000001")
        assert printed(sheet, "公用经费") == wan("", "", "987654.321012")

    def test_the_other_base_data(self, sheet):
        assert printed(sheet, "    其中：办公经费") == wan("", "1", "")
        assert printed(sheet, "          水费、电费、差旅费") == wan("", "2", "")
        assert printed(sheet, "          会议费、培训费") == wan("", "3", "")
        assert printed(sheet, "政府采购金额") == wan("", "4", "")
        assert printed(sheet, "部门基本支出预算调整") == wan("6", "", "-8")

    def test_more_posts_filled_than_there_are(self, sheet):
        # 50 ÷ 46 = 108.695…%
        assert [kept(sheet[address].value) for address in ("B3", "D3", "F3")] == wan("46", "50", "1.087")

    def test_each_building_has_a_row_and_what_cannot_be_computed_is_blank(self, sheet):
        head = next(cell.row for cell in sheet["A"] if cell.value == "楼堂馆所控制情况（2023年完工项目）")
        assert head == 28 and "A28:A31" in {str(each) for each in sheet.merged_cells.ranges}
        rows = [[kept(cell.value) for cell in sheet[number][1:]] for number in (29, 30, 31)]
        assert rows == [
            wan("1200", "1260.5", "1.0504", "", "", ""),  # 1260.5 ÷ 1200 = 105.0416…%
            wan("", "", "", "300", "100", "0.3333"),
            wan("0", "0", "", "", "", ""),
        ]
        assert sheet["A32"].value == "厉行节约保障措施"

    def test_the_text_keeps_its_lines(self, sheet):
        assert sheet["B32"].value == "一、公务接待从简。\n二、会议合并召开。"
        assert (sheet["B32"].alignment.wrap_text, sheet.row_dimensions[32].height) == (True, 5 + 2 * 16)


def test_an_empty_return_is_the_form_as_printed(here):
    sheet = sheet_of(here)
    assert sheet.dimensions == "A1:G28"
    labels = [cell.value for cell in sheet["A"]]
    assert (labels[13], labels[14], labels[15]) == ("    ……", "    3、省级专项资金（每个专项一行）", "    ……")
    assert (labels[16], labels[21], labels[25]) == ("公用经费", "部门基本支出预算调整", "厉行节约保障措施")
    assert not [
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "n" and cell.value
    ]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", '=HYPERLINK("http://x")'])
def test_what_people_write_never_becomes_a_formula(here, text):
    save(here, project(text))
    ReturnText.objects.create(submission=here, name="thrift_measures", text=text)
    sheet = sheet_of(here)
    for address in ("A14", "B26"):
        cell = sheet[address]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_a_text_longer_than_a_row_can_be_high_is_shown_over_several(here):
    # 2,000 characters are 4,000 half-width ones: 44 lines of 91, in two rows
    ReturnText.objects.create(submission=here, name="thrift_measures", text="节" * 2000)
    sheet = sheet_of(here)
    merged = {str(each) for each in sheet.merged_cells.ranges}
    assert {"A26:A27", "B26:G27", "A28:G28", "A29:G29"} <= merged
    heights = [sheet.row_dimensions[number].height for number in (26, 27)]
    assert sum(heights) >= 44 * 16 and max(heights) <= 409


def test_names_of_a_hundred_characters_are_shown_whole(here):
    save(here, project("长" * 100))
    sheet = sheet_of(here)
    # 200 half-width characters in lines of 26: eight
    assert (sheet["A14"].value, sheet.row_dimensions[14].height) == ("长" * 100, 5 + 8 * 16)


# --- In a real office program


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Convert a workbook with LibreOffice, as somebody else who has never run it; return the new file's bytes."""
    home = tmp_path_factory.mktemp("office")
    return lambda book, kind: converted(book, kind, home)


def test_it_prints_on_one_upright_page(office, seed):
    assert pages(office(content(seed), "pdf")) == [A4_UPRIGHT]


def test_an_office_program_shows_the_reports_figures(office, seed):
    text = office(content(seed), "csv:Text - txt - csv (StarCalc):44,34,76").decode()
    rows = list(csv.reader(text.splitlines()))
    assert [rows[2][at] for at in (1, 3, 5)] == ["127", "122", "96.06%"]
    assert [rows[4][at] for at in (1, 3, 5)] == ["8.90", "", "9.14"]
    assert [rows[5][at] for at in (1, 3, 5)] == ["5.00", "", "0.00"]
    assert [rows[10][at] for at in (0, 1, 3, 5)] == ["项目支出：", "", "485.50", "241.37"]
    assert [rows[13][at] for at in (0, 1, 3, 5)] == ["市统筹划缴森林消防直升飞机众筹资金", "", "", ""]
    assert [rows[25][at] for at in (0, 1, 3, 5)] == ["公用经费", "", "", "695.80"]


def test_an_office_program_keeps_every_cell(office, seed):
    [sheet] = openpyxl.load_workbook(BytesIO(office(content(seed), "xlsx")))
    assert filled(sheet) == SEED
    assert {str(each) for each in sheet.merged_cells.ranges} == MERGED


def test_an_office_program_takes_a_formula_for_the_text_it_is(office, here):
    save(here, project("=1+1"), project("@x"))
    [sheet] = openpyxl.load_workbook(BytesIO(office(content(here), "xlsx")))
    assert [(cell.value, cell.data_type) for cell in sheet["A"][13:15]] == [("=1+1", "s"), ("@x", "s")]


def test_projects_of_one_name_and_two_kinds_are_two_rows(here):
    save(here, project("补助", "appropriation", kind="city", outturn="10000"))
    save(here, project("补助", "other", kind="county", outturn="20000"))
    sheet = sheet_of(here)
    found = [row[5].value for row in sheet.iter_rows() if row[0].value == "补助"]
    assert found == [1, 2]


def test_what_excel_would_decode_or_cannot_hold_is_written_so_that_it_reads_as_typed(here):
    ReturnText.objects.create(submission=here, name="thrift_measures", text="_x0041_ 和 \ufffe")
    sheet = sheet_of(here)
    assert next(cell.value for cell in sheet["B"] if "x0041" in str(cell.value)) == "_x005F_x0041_ 和 "


def test_no_row_is_higher_than_excel_can_show(here):
    save(here, project("长\n" * 49 + "长", outturn="1"))
    sheet = sheet_of(here)
    assert max(each.height for each in sheet.row_dimensions.values()) == 409
