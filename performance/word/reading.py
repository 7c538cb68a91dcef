"""The words of a report somebody holds, line by line, and what its foot says: read in a process of its own.

This module is that process's whole program, and so imports nothing of Django.
"""

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from orgs.spreadsheets import NotASpreadsheet, answer_of, in_own_process, keep_within
from performance.word.filling import contents_of

SECONDS = 7
"""Of the processor; twice that by the clock. A report takes a tenth of it."""
MOST_LINES = 5_000
"""A report has some hundred."""
_TOO_MUCH = "文件太大，读不完。请上传从本系统下载的自评报告。"
_BROKEN = "这个 Word 文件读不出来，可能已损坏。请重新取得文件再核对。"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph with words, of the body or of a cell of a table."""

    place: str
    """Where it stands: 正文第 12 段, 表 2 第 3 行第 1 格."""
    text: str
    """Its words; blanks in a row are one, those at the ends are none."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a report says."""

    lines: list[Line]
    """Without the table of contents, which Word makes anew."""
    foot: str
    """The words of all its feet."""


def words_of(content: bytes) -> Words:
    """Return what a .docx says that passed the gate; raises NotASpreadsheet for one that cannot be read."""
    raw = in_own_process(
        "performance.word.reading", [], json.dumps(b64encode(content).decode()).encode(), SECONDS, _TOO_MUCH
    )
    answer = json.loads(raw)
    if "refusal" in answer:
        raise NotASpreadsheet(answer["refusal"])
    return Words([Line(*each) for each in answer["lines"]], answer["foot"])


# --- What follows runs in a process of its own


def main() -> None:
    """Read the document from stdin within limits; print what it says, or why it cannot be read, as JSON."""
    keep_within(SECONDS)
    content = b64decode(json.loads(sys.stdin.buffer.read()))
    print(json.dumps(answer_of(lambda: _answer(content), _TOO_MUCH, _BROKEN)))


def _answer(content: bytes) -> dict[str, Any]:
    document = Document(BytesIO(content))
    lines = list(_lines(document.element.body))
    if len(lines) > MOST_LINES:
        raise NotASpreadsheet(_TOO_MUCH)
    feet = [_said(part) for section in document.sections for part in section.footer._element.iter(qn("w:p"))]
    return {"lines": lines, "foot": " ".join(feet)}


def _lines(body: Any) -> Iterator[tuple[str, str]]:
    contents, tables, number = contents_of(body), 0, 0
    for element in body.iterchildren():
        if element.tag == qn("w:tbl"):
            tables += 1
            yield from _cells(element, tables)
        for paragraph in element.iter(*_BLOCKS) if element.tag != qn("w:tbl") else ():
            if text := _said(paragraph) if paragraph not in contents else "":
                number += 1
                yield f"正文第 {number} 段", text


def _cells(table: Any, number: int) -> Iterator[tuple[str, str]]:
    for row, cells in enumerate(_below(table, qn("w:tr")), 1):
        for column, cell in enumerate(_below(cells, qn("w:tc")), 1):
            text = " ".join(filter(None, (_said(each) for each in cell.iter(*_BLOCKS))))
            if text:
                yield f"表 {number} 第 {row} 行第 {column} 格", text


def _below(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, those in content controls too; none of inner tables."""
    for child in element.iterchildren():
        if child.tag == tag:
            yield child
        else:
            yield from _below(child, tag)


def _said(block: Any) -> str:
    """The words of a paragraph; what was struck out under tracked changes is none."""
    return " ".join("".join(_shown(each) for each in block.iter(*_WORDS, *_MARKS)).split())


def _shown(element: Any) -> str:
    return element.text or "" if element.tag in _WORDS else _MARKS[element.tag]


_BLOCKS = (qn("w:p"), qn("w:altChunk"))
_WORDS = (qn("w:t"), qn("m:t"))
_MARKS = {
    qn("w:tab"): " ",
    qn("w:br"): " ",
    qn("w:noBreakHyphen"): "-",
    qn("w:sym"): "［符号］",
    qn("w:footnoteReference"): "［注］",
    qn("w:endnoteReference"): "［注］",
    qn("w:altChunk"): "［嵌入的文件］",
}
"""What Word shows of something that is no text, so that nothing can be written between the words by it."""

if __name__ == "__main__":
    main()
