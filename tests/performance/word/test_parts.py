"""Official forms as tables of a Word document: heads that are printed again, figures in one line."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from budgets.official_forms import FormCell, Kind, OfficialForm
from performance.report.writing import report_of
from performance.word.context import context_of
from performance.word.parts import form_table
from tests.performance.report.returns import facts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def form(*figures, head=0, kind=Kind.YUAN, width=10):
    """A form with a title, an opening row, and rows of one figure below the head."""
    rows = [
        [FormCell(1, "绩效自评表", Kind.TITLE, columns=2)],
        [FormCell(1, "单位", Kind.LABEL), FormCell(2, "某单位", Kind.TEXT)],
        [FormCell(1, "指标", Kind.HEAD), FormCell(2, "数", Kind.HEAD)],
        *([FormCell(1, "一项", Kind.LABEL), FormCell(2, figure, kind)] for figure in figures),
    ]
    return OfficialForm("表", (70, width), rows, head=head)


def body(xml):
    """The pieces of a document."""
    return ElementTree.fromstring(f'<w:body xmlns:w="{W[1:-1]}">{xml}</w:body>')


def words(row):
    return "|".join("".join(cell.itertext()) for cell in row.iter(f"{W}tc"))


def test_the_row_that_is_printed_on_every_page_begins_a_table_of_its_own():
    first, seam, second = body(form_table(form(Decimal(1), head=3)))
    assert [each.tag for each in (first, seam, second)] == [f"{W}tbl", f"{W}p", f"{W}tbl"]
    assert [words(row) for row in first.iter(f"{W}tr")] == ["单位|某单位"]
    assert not list(first.iter(f"{W}tblHeader"))
    head, *rest = second.iter(f"{W}tr")
    assert words(head) == "指标|数" and len(list(head.iter(f"{W}tblHeader"))) == 1
    assert not any(list(row.iter(f"{W}tblHeader")) for row in rest)


def test_a_form_without_such_a_row_is_one_table():
    [table] = body(form_table(form(Decimal(1))))
    assert len(list(table.iter(f"{W}tr"))) == 3 and not list(table.iter(f"{W}tblHeader"))


@pytest.mark.parametrize(
    ("yuan", "width", "is_narrowed"),
    [
        ("10000", 10, False),
        ("123456789012.34", 10, True),  # 12,345,678.90 in 万元: 13 characters in a column of 1,100 twips
        ("123456789012.34", 40, False),
    ],
)
def test_a_figure_is_narrowed_as_far_as_its_cell_asks_for(yuan, width, is_narrowed):
    found = body(form_table(form(Decimal(yuan), width=width)))
    scales = [int(each.get(f"{W}val")) for each in found.iter(f"{W}w")]
    assert bool(scales) is is_narrowed and all(50 <= scale < 100 for scale in scales)


def test_words_are_never_narrowed():
    assert not list(body(form_table(form("很长的一段文字" * 9, kind=Kind.TEXT))).iter(f"{W}w"))


def test_each_form_of_an_annex_begins_on_a_page_of_its_own():
    sheets = [form(Decimal(1)), form(Decimal(2)), form(Decimal(3))]
    context = context_of(report_of(facts()), state="", version="", forms=([], [], sheets))
    parts = list(body(context["附件3"]["xml"]))
    kinds = ["page" if list(each.iter(f"{W}pageBreakBefore")) else each.tag[len(W) :] for each in parts]
    assert kinds == ["tbl", "page", "tbl", "page", "tbl"]
