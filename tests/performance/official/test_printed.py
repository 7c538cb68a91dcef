"""The forms as they are printed: opened by a real office program, the page laid out, hostile words inert."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.packaging.custom import StringProperty

from budgets.excel_forms import form_workbook
from budgets.official_forms import Imprint
from performance.official.department import department_form
from performance.official.editions import HUNAN
from tests.office import A4_UPRIGHT, converted, pages
from tests.performance.official.forms import given, indicator
from tests.performance.official.test_department import HENGSHAN

EDITION = HUNAN
DIGEST = "ab12" * 16
IMPRINT = Imprint("431102-2023-224001-1", "", f"第 1 版 · 审核通过 · 审定数据 SHA-256 {DIGEST}", DIGEST)
WORDS = ["=1+1", "+86", "-1", "@x", '=HYPERLINK("http://x")', "{{ 7*7 }}", "<a>&amp;", "'x", "一\n二"]


def hostile():
    """A form in whose every text something stands that a program could take for its own, at its full length."""
    lines = [
        indicator(
            f"{words}{number}",
            level,
            "5",
            "5",
            target_value=words,
            actual_value=words,
            deviation_reason=(words + "因" * 500)[:500],
        )
        for number, (words, level) in enumerate(zip(WORDS, ["quantity"] * 5 + ["social"] * 4, strict=True))
    ]
    return department_form(
        EDITION.department, given(*HENGSHAN, goal=("=1+1\n" * 400, "@x"), indicators=lines, unit="=1+1")
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder in which LibreOffice is at home."""
    return tmp_path_factory.mktemp("office")


def sheet_of(content):
    """The one sheet of a workbook."""
    [sheet] = openpyxl.load_workbook(BytesIO(content))
    return sheet


def words_of(sheet):
    """The texts of a sheet by address, and that they are texts."""
    return {
        cell.coordinate: (cell.value, cell.data_type)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }


def test_an_ordinary_form_prints_on_one_upright_page(home):
    form = department_form(EDITION.department, given(*HENGSHAN, goal=("平安。", "平安。")))
    assert pages(converted(form_workbook(form, IMPRINT), "pdf", home)) == [A4_UPRIGHT]


def test_an_office_program_keeps_hostile_words_and_takes_them_for_what_they_are(home):
    written = form_workbook(hostile(), IMPRINT)
    ours = words_of(sheet_of(written))
    assert ours["C2"] == ("=1+1", "s") and {kind for _, kind in ours.values()} == {"s"}
    assert words_of(sheet_of(converted(written, "xlsx", home))) == ours


def test_the_page_repeats_the_heads_and_says_version_digest_and_number():
    book: Any = openpyxl.load_workbook(BytesIO(form_workbook(hostile(), IMPRINT)))
    [sheet] = book
    # 2,000 characters in 400 lines take 17 rows, from row 11 on; then come the heads.
    assert (sheet.print_title_rows, sheet["B28"].value) == ("$28:$28", "一级指标")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("portrait", 1)
    assert (sheet.oddFooter.left.text, sheet.oddFooter.right.text) == (IMPRINT.version, "第 &P 页，共 &N 页")
    assert max(each.height for each in sheet.row_dimensions.values()) <= 409
    assert list(book.custom_doc_props) == [
        StringProperty(name="填报编号", value=IMPRINT.number),
        StringProperty(name="审定数据SHA-256", value=DIGEST),
    ]


def test_the_sheet_of_a_draft_says_its_number_and_nothing_else():
    draft = Imprint("431102-2023-224001-1", "草稿", "草稿，未经审核 · 第 1 版")
    sheet = sheet_of(form_workbook(hostile(), draft))
    assert sheet.oddFooter.left.text is None and sheet.oddFooter.right.text == "第 &P 页，共 &N 页"
