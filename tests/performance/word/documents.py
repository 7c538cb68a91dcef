"""Word files as their readers see them, and templates made of a few paragraphs."""

from io import BytesIO
from zipfile import ZipFile

from docx import Document
from docx.oxml.ns import qn


def read(content):
    """The document of a .docx."""
    return Document(BytesIO(content))


def texts(content):
    """The words of every paragraph of the body outside tables, blank ones left out."""
    return [paragraph.text for paragraph in read(content).paragraphs if paragraph.text.strip()]


def sections(content):
    """The paragraphs below each heading, by the heading's words; the table of contents is below none."""
    found: dict[str, list[str]] = {}
    heading = None
    for paragraph in read(content).paragraphs:
        if paragraph.style.name.startswith("Heading"):
            heading = found.setdefault(paragraph.text, [])
        elif heading is not None and paragraph.text.strip():
            heading.append(paragraph.text)
    return found


def tables(content):
    """The words of every table, row by row."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in read(content).tables]


def part(content, name):
    """The bytes of a part."""
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(name)


def names(content):
    """The names of all parts."""
    with ZipFile(BytesIO(content)) as archive:
        return archive.namelist()


def fields(content):
    """The codes of all fields of the body."""
    return [each.text.strip() for each in read(content).element.body.iter(qn("w:instrText"))]


def template(*paragraphs):
    """A template of these paragraphs alone."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    file = BytesIO()
    document.save(file)
    return file.getvalue()
