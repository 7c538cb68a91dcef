"""Files that people attach as evidence: their kind by what is in them, and a gate before they are kept.

Nothing of a file is run or shown here. A picture or a PDF is looked at from outside; a Word or Excel file is
a zip, and passes the gate of `orgs.spreadsheets` in a process of its own, whose whole program this is: so
this module imports nothing of Django.
"""

import json
import re
import struct
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from orgs.spreadsheets import (
    MEGABYTE,
    SECONDS,
    WORKBOOK,
    NotASpreadsheet,
    Package,
    PartReader,
    RawRows,
    answer_of,
    check_package,
    in_own_process,
    is_active,
    keep_within,
)
from orgs.words import in_one_line, storable

MOST_FILE_BYTES = 20 * MEGABYTE
LONGEST_NAME = 120


class FileKind(StrEnum):
    """What a file is by its content."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    JPG = "jpg"
    PNG = "png"

    @property
    def label(self) -> str:
        """What people call it."""
        return {"docx": "Word 文档", "xlsx": "Excel 工作簿", "jpg": "JPG 图片", "png": "PNG 图片"}.get(
            self, "PDF"
        )

    @property
    def content_type(self) -> str:
        """What browsers call it."""
        return _CONTENT_TYPES[self]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileKind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    FileKind.JPG: "image/jpeg",
    FileKind.PNG: "image/png",
}
SUFFIXES = {f".{kind}": kind for kind in FileKind} | {".jpeg": FileKind.JPG}
"""How the names of files end, by kind."""
_WANTED = "请上传 PDF、Word（.docx）、Excel（.xlsx）或图片（.jpg、.png）。"
_WITH_MACROS = (".docm", ".dotm", ".xlsm", ".xltm", ".xlsb")
_OLD = (".doc", ".dot", ".xls", ".xlt", ".wps", ".et", ".rtf")

_AS_DOCX = "请用 Word 或 WPS 另存为“Word 文档（.docx）”或 PDF 再上传。"
_DOCUMENT = Package(
    main_type=b"wordprocessingml.document.main+xml",
    is_none=f"这个文件里没有正文，不是 Word 文档（可能是别的文件改了名）。{_AS_DOCX}",
    too_much="文件内容太多或太复杂，没有读完。请删去多余的内容和图片，或者分成几个文件再上传。",
    remedy=_AS_DOCX,
)


class NotEvidence(ValueError):
    """The file is not taken; carries one Chinese sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that passed the gate: its name cleaned, its kind, its bytes. `evidence_file` makes it."""

    name: str
    kind: FileKind
    content: bytes


def evidence_file(content: bytes, file_name: str) -> EvidenceFile:
    """Return a file with its kind, which its content says and its name must agree with.

    Raises NotEvidence for an empty or too large one, one of another kind, a damaged one, and for an Office
    file with macros, embedded objects or links that fetch something.
    """
    name = clean_name(file_name)
    check_size(name, len(content))
    kind = _kind_by_name(name)
    found = _kind_by_content(content, kind)
    if found != kind:
        raise NotEvidence(_disagrees(name, kind, found, content))
    _check_structure(content, name, kind)
    return EvidenceFile(name, kind, content)


def clean_name(file_name: str) -> str:
    """Return a file's name as it can be kept and printed: no folders, one line, not too long; never blank."""
    last = re.split(r"[\\/]", in_one_line(storable(file_name)))[-1]
    plain = re.sub(r'[<>:"|?*]', "_", last).strip(" .") or "未命名"
    suffix = PurePosixPath(plain).suffix[:10]
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - len(suffix)] + suffix


def check_size(name: str, size: int) -> None:
    """Raise NotEvidence for a file without a byte, or with too many; for who has not read it yet."""
    if not size:
        raise NotEvidence(f"“{name}”是空的，没有内容。请重新选择文件。")
    if size > MOST_FILE_BYTES:
        raise NotEvidence(
            f"“{name}”超过 {MOST_FILE_BYTES // MEGABYTE} MB，不能上传。请压缩图片，或者分成几个文件。"
        )


def _kind_by_name(name: str) -> FileKind:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _WITH_MACROS:
        raise NotEvidence(f"“{name}”可能带宏，不能上传。请另存为不带宏的 .docx、.xlsx，或者 PDF。")
    if suffix in _OLD:
        raise NotEvidence(f"“{name}”是旧格式，不能上传。请另存为 .docx、.xlsx，或者 PDF。")
    if suffix not in SUFFIXES:
        raise NotEvidence(f"“{name}”不能作为佐证材料。{_WANTED}")
    return SUFFIXES[suffix]


_PNG = b"\x89PNG\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_BEGINNINGS = {b"%PDF-": FileKind.PDF, _PNG: FileKind.PNG, b"\xff\xd8\xff": FileKind.JPG}


def _kind_by_content(content: bytes, named: FileKind) -> FileKind | None:
    """The kind by the first bytes; which of the two zips it is, its gate says."""
    if content.startswith(_ZIP):
        return named if named in _PACKAGES else None
    return next((kind for begins, kind in _BEGINNINGS.items() if content.startswith(begins)), None)


def _disagrees(name: str, kind: FileKind, found: FileKind | None, content: bytes) -> str:
    if content.startswith(_OLE):
        return f"“{name}”是旧版 Office 文件，或设了打开密码。请去掉密码，另存为 .docx、.xlsx，或者 PDF。"
    if found:
        return f"“{name}”的内容是 {found.label}，和扩展名不一致。请把扩展名改为 .{found}，或者换一个文件。"
    return f"“{name}”的内容不是 {kind.label}，可能改过扩展名或已损坏。{_WANTED}"


def _check_structure(content: bytes, name: str, kind: FileKind) -> None:
    if kind in _PACKAGES:
        _check_package(content, kind)
    elif not _IS_WHOLE[kind](content):
        raise NotEvidence(f"“{name}”不完整或已损坏，打不开。请重新保存或导出后再上传。")


def _is_whole_pdf(content: bytes) -> bool:
    """It names its version, and ends as a PDF does; readers look for that in the last 1,024 bytes."""
    return bool(re.match(rb"%PDF-[12]\.[0-9]", content)) and b"%%EOF" in content[-1024:]


_MOST_PARTS = 100_000
"""So many chunks or segments of a picture are followed: one that is cut finer is made to keep us busy."""


def _is_whole_png(content: bytes) -> bool:
    """Its chunks follow one another, the head with a width and a height first, pixels, and an end."""
    names: list[bytes] = []
    at = len(_PNG)
    while at + 12 <= len(content) and names[-1:] != [b"IEND"] and len(names) < _MOST_PARTS:
        length, name = struct.unpack_from(">I4s", content, at)
        names.append(name)
        at += 12 + length
    if at > len(content) or names[:1] != [b"IHDR"] or names[-1] != b"IEND" or b"IDAT" not in names:
        return False
    length, _, width, height = struct.unpack_from(">I4sII", content, len(_PNG))
    return length == 13 and width > 0 and height > 0


_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN = 0xDA
_FILL = re.compile(rb"\xff+")
"""What begins a marker: any number of these bytes."""


def _is_whole_jpg(content: bytes) -> bool:
    """Its segments follow one another, a frame with a width and a height among them, a scan, and an end.

    What cameras put behind the end is not looked at.
    """
    at, has_frame = 2, False
    for _ in range(_MOST_PARTS):
        fill = _FILL.match(content, at)
        at = fill.end() - 1 if fill else len(content)
        if at + 9 > len(content):
            break
        marker, length = struct.unpack_from(">xBH", content, at)
        if marker == _SCAN:
            return has_frame and content.find(b"\xff\xd9", at + 2 + length) > 0
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            has_frame = width > 0 and height > 0
        at += 2 + length
    return False


_IS_WHOLE = {FileKind.PDF: _is_whole_pdf, FileKind.PNG: _is_whole_png, FileKind.JPG: _is_whole_jpg}
_PACKAGES = {FileKind.DOCX: _DOCUMENT, FileKind.XLSX: WORKBOOK}


def _check_package(content: bytes, kind: FileKind) -> None:
    too_much = _PACKAGES[kind].too_much
    try:
        answer = json.loads(in_own_process("orgs.file_kinds", [kind], content, SECONDS, too_much))
    except NotASpreadsheet as refusal:
        raise NotEvidence(str(refusal)) from refusal
    if "refusal" in answer:
        raise NotEvidence(answer["refusal"])


# --- What follows runs in a process of its own


def main() -> None:
    """Pass the Office file from stdin through its gate, within limits; print {} or the refusal."""
    keep_within(SECONDS)
    content, kind = sys.stdin.buffer.read(), FileKind(sys.argv[1])
    package = _PACKAGES[kind]
    print(json.dumps(answer_of(lambda: _passed(content, kind), package.too_much, package.broken)))


def _passed(content: bytes, kind: FileKind) -> dict[str, str]:
    check_package(content, _PACKAGES[kind], _DocumentReader if kind == FileKind.DOCX else _LinkReader)
    return {}


_ACTIVE_LINKS = ("/vbaproject", "/oleobject", "/package", "/control", "/afchunk", "/externallinkpath")
_LOCAL_TEMPLATE = re.compile(r"file:///[a-z]:", re.IGNORECASE)


class _LinkReader(PartReader):
    """Refuses, beside what the gate refuses, a part that fetches or holds something its reader does not see.

    A hyperlink leads out when it is clicked and may stay; so may the template on its author's own disk.
    """

    def _check_link(self, attributes: dict[str, str]) -> None:
        super()._check_link(attributes)
        kind, target = attributes.get("Type", "").lower(), attributes.get("Target", "")
        leads_out = attributes.get("TargetMode", "").lower() == "external"
        may_stay = kind.endswith("/hyperlink") or (
            kind.endswith("/attachedtemplate") and _LOCAL_TEMPLATE.match(target)
        )
        if kind.endswith(_ACTIVE_LINKS) or (leads_out and not may_stay):
            raise NotASpreadsheet(is_active(self._package))


class _DocumentReader(_LinkReader):
    """Refuses a field of a Word document that calls another program (DDE), in however many runs it is cut."""

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        self._codes: list[str] = []
        self._parser.StartElementHandler = self._start_other
        self._start_other(name, attributes)

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        self._count()
        kind = name.rpartition(":")[2]
        if self._has_links:
            self._check_link(attributes)
        elif kind == "instrText":
            self._parser.CharacterDataHandler = self._codes.append
            self._parser.EndElementHandler = self._end_other
        elif kind in ("fldChar", "fldSimple"):
            self._codes += [" ", *(text for key, text in attributes.items() if key.endswith("instr")), " "]

    def _end_other(self, name: str) -> None:
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None

    def read(self, text: bytes) -> RawRows:
        """Go over a part; it has no cells."""
        super().read(text)
        if re.search(r"\bDDE(AUTO)?\b", "".join(self._codes), re.IGNORECASE):
            raise NotASpreadsheet(f"文件里有要调用别的程序的域（DDE），不能上传。请删去这个域。{_AS_DOCX}")
        return {}


if __name__ == "__main__":
    main()
