"""Files attached as evidence: their kind by content, and what is not taken, each with its sentence."""

import struct

import pytest

from orgs import file_kinds
from orgs.file_kinds import (
    LONGEST_NAME,
    MOST_FILE_BYTES,
    FileKind,
    NotEvidence,
    check_size,
    clean_name,
    evidence_file,
)
from tests.evidence_files import WHOLE, docx, jpg, link, pdf, png, xlsx
from tests.orgs.test_spreadsheets import rebuilt


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_taken_for_what_it_is(name):
    file = evidence_file(WHOLE[name], name.upper())
    assert (file.kind, file.content) == (FileKind(name[2:]), WHOLE[name])


def test_jpeg_is_jpg_and_what_a_camera_puts_behind_its_end_does_not_matter():
    assert evidence_file(jpg() + b"ftypmp42" * 9, "照片.jpeg").kind == FileKind.JPG


@pytest.mark.parametrize("named", WHOLE)
@pytest.mark.parametrize("name", WHOLE)
def test_a_name_that_does_not_agree_with_the_content_is_refused(name, named):
    if name != named:
        with pytest.raises(NotEvidence, match=r"扩展名|没有工作表|没有正文|可能改过"):
            evidence_file(WHOLE[name], named)


def test_what_fills_the_way_to_a_marker_is_passed_in_one_step(monkeypatch):
    monkeypatch.setattr(file_kinds, "_MOST_PARTS", 3)
    filled = jpg()[:2] + b"\xff" * 5000 + jpg()[2:]
    assert evidence_file(filled, "a.jpg").kind == FileKind.JPG
    with pytest.raises(NotEvidence, match="不完整"):
        evidence_file(b"\xff\xd8" + b"\xff" * 5000, "a.jpg")


@pytest.mark.parametrize(
    ("name", "whole", "after", "part"),
    [
        ("a.png", png(), 33, b"\0\0\0\0tEXt" + struct.pack(">I", 0x6A)),
        ("a.jpg", jpg(), 2, b"\xff\xfe\0\2"),
    ],
    ids=["chunks", "segments"],
)
def test_a_picture_cut_into_too_many_parts_is_not_followed(monkeypatch, name, whole, after, part):
    """Both have three parts of their own."""
    monkeypatch.setattr(file_kinds, "_MOST_PARTS", 50)
    evidence_file(whole[:after] + part * 47 + whole[after:], name)
    with pytest.raises(NotEvidence, match="不完整"):
        evidence_file(whole[:after] + part * 48 + whole[after:], name)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
MZ = b"MZ" + b"\0" * 600
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
RUN = "<w:r><w:instrText>{}</w:instrText></w:r>"
ACTIVE = "宏、嵌入的对象或指向别的文件的链接"
REFUSED = {
    # File name, content, a part of the sentence.
    "nothing": ("a.pdf", b"", "是空的"),
    "program": ("a.exe", MZ, "不能作为佐证材料"),
    "program as PDF": ("a.pdf", MZ, "内容不是 PDF"),
    "program as Word": ("a.docx", MZ, "内容不是 Word"),
    "web page": ("a.html", HTML, "不能作为佐证材料"),
    "web page as PDF": ("a.pdf", HTML, "内容不是 PDF"),
    "SVG": ("a.svg", b"<svg/>", "不能作为佐证材料"),
    "without a suffix": ("附件", pdf(), "不能作为佐证材料"),
    "old Word": ("a.doc", OLE, "旧格式"),
    "old Word as docx": ("a.docx", OLE, "旧版 Office 文件，或设了打开密码"),
    "Word with macros by name": ("a.docm", docx(), "可能带宏"),
    "PDF without an end": ("a.pdf", pdf().replace(b"%%EOF", b""), "不完整"),
    "PDF with its end far away": ("a.pdf", pdf() + b"x" * 2000, "不完整"),
    "PDF of no version": ("a.pdf", b"%PDF-x\n%%EOF", "不完整"),
    "half a PNG": ("a.png", png()[:40], "不完整"),
    "PNG of signature alone": ("a.png", png()[:8], "不完整"),
    "PNG without pixels": ("a.png", png()[:33] + png()[-12:], "不完整"),
    "PNG of no width": ("a.png", png(width=0), "不完整"),
    "JPEG without an end": ("a.jpg", jpg()[:-2], "不完整"),
    "JPEG of beginning alone": ("a.jpg", b"\xff\xd8\xff\xd9", "不完整"),
    "JPEG of no height": ("a.jpg", jpg(height=0), "不完整"),
    "half a Word document": ("a.docx", docx()[:300], "已损坏"),
    "a zip of anything": ("a.docx", docx(types="text/plain"), "没有正文"),
    "Word with macros by type": ("a.docx", docx(types=MACROS), "带宏"),
    "Word with a macro part": ("a.docx", docx(**{"word/vbaProject.bin": "x"}), ACTIVE),
    "Word with an embedded file": ("a.docx", docx(**{"word/embeddings/1.bin": "x"}), ACTIVE),
    "Word with an object by its link": ("a.docx", docx(links=link("oleObject", "x.bin", "Internal")), ACTIVE),
    "Word with a remote template": (
        "a.docx",
        docx(links=link("attachedTemplate", "https://x/a.dotm")),
        ACTIVE,
    ),
    "Word with a template on a share": (
        "a.docx",
        docx(links=link("attachedTemplate", "file://host/a.dotm")),
        ACTIVE,
    ),
    "Word with a remote picture": ("a.docx", docx(links=link("image", "https://x/a.png")), ACTIVE),
    "Word with a DTD": ("a.docx", docx(**{"word/a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "DOCTYPE"),
    "Word with a DDE field": ("a.docx", docx(RUN.format("DDEAUTO c:\\x")), "DDE"),
    "Word with a DDE field in two runs": ("a.docx", docx(RUN.format("DD") + RUN.format("E c:\\x")), "DDE"),
    "Word with a simple DDE field": ("a.docx", docx('<w:fldSimple w:instr="dde c:\\x"/>'), "DDE"),
    "Word that unpacks without end": ("a.docx", docx("x" * 60_000_000), "太多"),
    "Word with a path out": ("a.docx", docx(**{"../a.xml": "<a/>"}), "已损坏"),
    "Excel with macros by name": ("a.xlsm", xlsx(), "可能带宏"),
    "Excel with a macro part": ("a.xlsx", rebuilt(xlsx(), added={"xl/vbaProject.bin": b"x"}), ACTIVE),
    "Excel with an outside link": (
        "a.xlsx",
        rebuilt(xlsx(), added={"xl/externalLinks/a.xml": b"<a/>"}),
        ACTIVE,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_taken_is_told_why(case):
    name, content, said = REFUSED[case]
    with pytest.raises(NotEvidence) as refused:
        evidence_file(content, name)
    assert said in str(refused.value) and str(refused.value).endswith("。")


TAKEN = {
    "a hyperlink": docx(links=link("hyperlink", "https://example.org/")),
    "a template on its author's disk": docx(links=link("attachedTemplate", "file:///C:\\a.dotx")),
    "a field of pages": docx(RUN.format(" PAGE ")),
    "a fraction with a bar": docx('<m:f xmlns:m="m"><m:t>a|b</m:t></m:f>'),
    "the word DDE": docx("<w:t>DDE</w:t>"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_an_innocent_document_has_is_taken(case):
    assert evidence_file(TAKEN[case], "a.docx").kind == FileKind.DOCX


def test_the_largest_file_is_taken_and_one_byte_more_is_not():
    check_size("a.pdf", MOST_FILE_BYTES)
    for check in (
        lambda: check_size("a.pdf", MOST_FILE_BYTES + 1),
        lambda: evidence_file(b"x" * (MOST_FILE_BYTES + 1), "a.pdf"),
    ):
        with pytest.raises(NotEvidence, match="超过 20 MB"):
            check()


def test_a_polyglot_is_taken_for_what_it_begins_as():
    assert evidence_file(pdf("<script>alert(1)</script>"), "a.pdf").kind == FileKind.PDF


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("批复 2023.pdf", "批复 2023.pdf"),
        ("C:\\桌面\\批复.pdf", "批复.pdf"),
        ("../../etc/批复.pdf", "批复.pdf"),
        ("批\u202e复\x00.pdf", "批复.pdf"),
        ("第一行\n第二行.pdf", "第一行 第二行.pdf"),
        ('a"<b>.pdf', "a__b_.pdf"),
        ("   ", "未命名"),
        ("字" * 300 + ".pdf", "字" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_kept_as_it_can_be_printed(name, clean):
    assert clean_name(name) == clean
