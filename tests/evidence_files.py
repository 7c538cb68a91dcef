"""Small whole files of every kind that is taken as evidence, made byte by byte."""

import struct
import zipfile
import zlib
from io import BytesIO

from tests.orgs.test_spreadsheets import workbook

TYPES, RELS = "[Content_Types].xml", "word/_rels/document.xml.rels"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(words=""):
    """A PDF of one empty page."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        b"%" + words.encode() + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def png(width=1, height=1):
    """A PNG of one white pixel, whatever size it claims."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0\xff")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(text)) + name + text + struct.pack(">I", zlib.crc32(name + text))
        for name, text in chunks
    )


def jpg(width=1, height=1):
    """The segments of a JPEG, with a scan of nothing."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    segments = ((0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), (0xC0, frame), (0xDA, b"\x01\x01\x00\x00\x3f\x00"))
    body = b"".join(b"\xff" + bytes([kind]) + struct.pack(">H", len(s) + 2) + s for kind, s in segments)
    return b"\xff\xd8" + body + b"\x00\xff\xd9"


def docx(text="经费批复", *, types=MAIN, links="", **added):
    """A Word document: its body in XML, the type of its main part, links of it, other parts by name."""
    parts = {
        TYPES: f'<Types xmlns="a"><Override PartName="/word/document.xml" ContentType="{types}"/></Types>',
        "word/document.xml": f'<w:document xmlns:w="w"><w:body><w:p>{text}</w:p></w:body></w:document>',
        RELS: f'<Relationships xmlns="r">{links}</Relationships>',
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **added}.items():
            archive.writestr(name, content)
    return file.getvalue()


def link(kind, target, mode="External"):
    """A link of a Word document."""
    return f'<Relationship Id="a" Type="{LINK}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def xlsx():
    """A workbook of one cell."""
    return workbook(["经费批复"])


WHOLE = {"a.pdf": pdf(), "a.png": png(), "a.jpg": jpg(), "a.docx": docx(), "a.xlsx": xlsx()}
"""One of each kind, by a name that fits it."""
