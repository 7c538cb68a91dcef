"""A receipt as a PDF: one page to be printed and filed.

The one door to reportlab. Its font STSong-Light is one that every reader of Chinese PDF brings along, so that
none is embedded and none has to be installed.
"""

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from submissions.models import Receipt
from submissions.receipts import HOW_TO_CHECK, digest_parts, facts_of

FONT = "STSong-Light"
registerFont(UnicodeCIDFont(FONT))

_TEXT = ParagraphStyle("text", fontName=FONT, fontSize=11, leading=17, wordWrap="CJK")
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=9, leading=14)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontSize=18, leading=26, alignment=TA_CENTER)
_LINES = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), FONT, 11),
        ("GRID", (0, 0), (-1, -1), 1, HexColor("#aebac6")),
        ("BACKGROUND", (0, 0), (0, -1), HexColor("#eaf0f6")),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
)


def receipt_pdf(receipt: Receipt) -> bytes:
    """Return a receipt as a PDF of one A4 page; its step, submission, unit and round are read already."""
    file = BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 22 * mm)
    title = f"部门整体支出绩效自评报送回执 {receipt.number}"
    SimpleDocTemplate(file, pagesize=A4, title=title, lang="zh-CN", **margins).build(_story(receipt))
    return file.getvalue()


def _story(receipt: Receipt) -> list[Flowable]:
    facts = [(label, _paragraph(text)) for label, text in facts_of(receipt)]
    totals = [(label, _paragraph(text)) for label, text in receipt.totals]
    return [
        Paragraph("部门整体支出绩效自评报送回执", _TITLE),
        Spacer(1, 6 * mm),
        _table(facts),
        Spacer(1, 6 * mm),
        _paragraph("主要数据（支出合计，报送时的填报数）"),
        Spacer(1, 2 * mm),
        _table(totals),
        Spacer(1, 6 * mm),
        _paragraph("数据摘要（SHA-256）"),
        Paragraph(" ".join(digest_parts(receipt)), _SMALL),
        Spacer(1, 3 * mm),
        Paragraph(HOW_TO_CHECK, _SMALL),
    ]


def _paragraph(text: str) -> Paragraph:
    """Return words that break where they must and mean no markup."""
    return Paragraph(text.replace("&", "&amp;").replace("<", "&lt;"), _TEXT)


def _table(rows: list[tuple[str, Paragraph]]) -> Table:
    return Table(rows, colWidths=[48 * mm, 118 * mm], style=_LINES)
