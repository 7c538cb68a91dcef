"""Templates of the report filled in, and tried before they are kept: in a process of their own.

What a county changed in Word is a program of loops and conditions: it runs within limits of memory and time,
in Jinja's sandbox, and sees plain texts, lists and dictionaries alone. This module is that process's whole
program, and so imports nothing of Django. With `performance.word.template` the one door to docxtpl.
"""

import json
import re
import sys
import traceback
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from orgs.spreadsheets import answer_of, in_own_process, keep_within

SECONDS = 7
"""Of the processor; twice that by the clock. A report takes a tenth of it."""
_TOO_MUCH = "报告模板太复杂，没有在规定时间内填完。请删去模板里多余的循环和内容，或恢复自带的模板。"
_BROKEN = "报告模板填不出来，可能已损坏。请重新下载模板，在它上面改，再上传。"
MOST_MISTAKES = 20

Context = Mapping[str, Any]


class BadTemplate(ValueError):
    """A template cannot be used; carries Chinese sentences that say where and what to do."""

    def __init__(self, mistakes: list[str]):
        super().__init__("".join(mistakes))
        self.mistakes = mistakes


def filled_in(template: bytes, context: Context, *, for_print: bool = False) -> bytes:
    """Return a template filled in, as .docx. Raises BadTemplate where that cannot be done within limits.

    `for_print` for LibreOffice, which works out the pages of plain references but not of a table of contents.
    """
    question = {"template": b64encode(template).decode(), "context": context, "for_print": for_print}
    return b64decode(_asked(question)["docx"])


def check_template(template: bytes, known: frozenset[str], sample: Context) -> None:
    """Raise BadTemplate with everything that is wrong in a template; it may use the `known` names alone.

    `sample` is a report with which it is tried.
    """
    _asked({"template": b64encode(template).decode(), "context": sample, "known": sorted(known)})


def _asked(question: Mapping[str, Any]) -> dict[str, Any]:
    sent = json.dumps(question).encode()
    try:
        raw = in_own_process("performance.word.filling", [], sent, SECONDS, _TOO_MUCH)
    except ValueError as refusal:  # NotASpreadsheet: it took too long, or too many do the same
        raise BadTemplate([str(refusal)]) from None
    answer: dict[str, Any] = json.loads(raw)
    if mistakes := answer.get("mistakes") or ([answer["refusal"]] if "refusal" in answer else []):
        raise BadTemplate(mistakes)
    return answer


# --- What follows runs in a process of its own


def main() -> None:
    """Fill in, or try, the template from stdin within limits; print the document or its mistakes as JSON."""
    keep_within(SECONDS)
    question = json.loads(sys.stdin.buffer.read())
    print(json.dumps(answer_of(lambda: _answer(**question), _TOO_MUCH, _BROKEN)))


def _answer(
    template: str, context: dict[str, Any], known: list[str] | None = None, *, for_print: bool = False
) -> dict[str, Any]:
    content = b64decode(template)
    if known is not None and (mistakes := list(_mistakes(content, set(known), context))):
        return {"mistakes": mistakes[:MOST_MISTAKES]}
    return {"docx": b64encode(filled(content, context, for_print=for_print)).decode()}


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.globals = {}  # no range, no lipsum: nothing that makes much out of little
    return environment


def _plain(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context as a template sees it: the pieces that are XML already are put in as they are."""
    return {
        name: Markup(value["xml"]) if isinstance(value, dict) else value  # our own, escaped where it was made
        for name, value in context.items()
        if name != "chart"
    }


class _Template(DocxTemplate):
    """docxtpl's, without its own escapes: it would read “{_{” in what people wrote as “{{”."""

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        """Return a part of the document filled in."""
        self.current_rendering_part = part
        return str(jinja_env.from_string(src_xml).render(context))


def filled(content: bytes, context: Context, *, for_print: bool = False) -> bytes:
    """Fill in a template of our own in this process, as `filled_in` does one that others made."""
    template = _Template(BytesIO(content))
    template.render(_plain(context), _environment(), autoescape=True)
    _write_contents(template.docx.element.body, is_field=not for_print)
    _draw(template.docx, context["chart"])
    _forget_people(template.docx)
    file = BytesIO()
    template.docx.save(file)
    return file.getvalue()


def _draw(document: Any, chart: str) -> None:
    """Put the bars into the document's chart; a template without one has none."""
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.CHART:
            relation.target_part._blob = chart.encode()


_PEOPLE = re.compile(rb'(?<= w:)(author|initials)="[^"]*"')
_FIRM = re.compile(rb"<(Manager|Company)>[^<]*</\1>")


def _forget_people(document: Any) -> None:
    """Leave out who made the template and remarked on it in Word: a report goes out to everybody."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    for element in document.element.iter():
        for name in {qn("w:author"), qn("w:initials")} & set(element.attrib):
            element.set(name, "")
    for part in document.part.package.iter_parts():
        if part.partname.startswith("/docProps/app"):
            part._blob = _FIRM.sub(rb"<\1></\1>", part.blob)
        elif part.partname.startswith(("/word/comments", "/word/people")) and not hasattr(part, "element"):
            part._blob = _PEOPLE.sub(rb'\1=""', part.blob)


# --- The table of contents


def _write_contents(body: Any, *, is_field: bool) -> None:
    """Write the entries of the table of contents, which Word would only write when it is asked to.

    The field stays: Word and WPS make it anew from the headings. Without such a field nothing is written.
    """
    old, headings = contents_of(body), list(_headings(body))
    if not old or not headings:
        return
    for number, (level, words, paragraph) in enumerate(headings):
        _mark(paragraph, number)
        opens, closes = is_field and not number, is_field and number + 1 == len(headings)
        old[0].addprevious(_entry(level, words, f"{_MARK}{number}", opens=opens, closes=closes))
    for paragraph in old:
        parent = paragraph.getparent()
        parent.remove(paragraph)


def contents_of(body: Any) -> list[Any]:
    """The paragraphs of the field of the table of contents; [] for none."""
    found: list[Any] = []
    depth = 0
    for paragraph in body.iter(qn("w:p")):
        codes = "".join(code.text or "" for code in paragraph.iter(qn("w:instrText")))
        if not found and not codes.strip().upper().startswith("TOC"):
            continue
        found.append(paragraph)
        kinds = [mark.get(qn("w:fldCharType")) for mark in paragraph.iter(qn("w:fldChar"))]
        depth += kinds.count("begin") - kinds.count("end")
        if depth <= 0:
            break
    return found


def _headings(body: Any) -> Iterator[tuple[int, str, Any]]:
    """The headings with their levels and words; blank ones are none."""
    for paragraph in body.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        found = _HEADING.fullmatch(style.get(qn("w:val"))) if style is not None else None
        words = "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
        if found and words.strip():
            yield int(found[1]), words, paragraph


_HEADING = re.compile(r"(?:Heading|标题)? ?([1-3])")
"""How Word and WPS call the styles of headings within the file."""
_MARK = "_TocReport"


def _mark(paragraph: Any, number: int) -> None:
    """Mark a heading, so that its entry can tell its page."""
    identity = f'w:id="{9000 + number}"'
    paragraph.find(qn("w:pPr")).addnext(
        parse_xml(f'<w:bookmarkStart {nsdecls("w")} {identity} w:name="{_MARK}{number}"/>')
    )
    paragraph.append(parse_xml(f"<w:bookmarkEnd {nsdecls('w')} {identity}/>"))


def _entry(level: int, words: str, mark: str, *, opens: bool, closes: bool) -> Any:
    """One entry, leading to its heading; the first opens the field, the last closes it."""
    first = _field_begins(_CONTENTS, is_stale=True) if opens else ""
    link = f'<w:hyperlink w:anchor="{mark}" w:history="1">'
    page = f"{_field_begins(f' PAGEREF {mark} ')}<w:r><w:t> </w:t></w:r>{_FIELD_ENDS}"
    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="TOC{level}"/></w:pPr>{first}{link}'
        f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r><w:r><w:tab/></w:r>{page}</w:hyperlink>'
        f"{_FIELD_ENDS if closes else ''}</w:p>"
    )


_CONTENTS = ' TOC \\o "1-3" \\h \\z \\u '


def _field_begins(code: str, *, is_stale: bool = False) -> str:
    """The beginning of a field; Word works a stale one out anew when it opens the file."""
    stale = ' w:dirty="true"' if is_stale else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"{stale}/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{escape(code)}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


_FIELD_ENDS = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


# --- Trying a template

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_PREFIX = re.compile(r"^\{([{%#])(?:p|tr|tc|r)\s")
_HALVES = ("{{", "}}", "{%", "%}")
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_FORBIDDEN = (
    nodes.Call,
    nodes.CallBlock,
    nodes.Macro,
    nodes.Include,
    nodes.Import,
    nodes.FromImport,
    nodes.Extends,
)


def _mistakes(content: bytes, known: set[str], sample: dict[str, Any]) -> Iterator[str]:
    """Say everything that is wrong with the tags of a template, each with its place."""
    for where, element in _parts(Document(BytesIO(content))):
        lines = [_words(paragraph) for paragraph in element.iter(qn("w:p"))]
        yield from _mistakes_in(where, lines, known, _plain(sample))


def _parts(document: Any) -> Iterator[tuple[str, Any]]:
    yield "正文", document.element.body
    for section in document.sections:
        yield "页眉", section.header._element
        yield "页脚", section.footer._element


def _words(paragraph: Any) -> str:
    return "".join(text.text or "" for text in paragraph.iter(qn("w:t")))


def _mistakes_in(where: str, lines: list[str], known: set[str], sample: dict[str, Any]) -> Iterator[str]:
    halved = [number for number, line in enumerate(lines, 1) if _is_halved(line)]
    yield from (f"{_place(where, lines, number)}：花括号没有成对，请补全或删去。" for number in halved)
    if halved:
        return
    source = "\n".join(" ".join(_tags(line)) for line in lines)  # a line for each paragraph
    environment = _environment()
    try:
        tree = environment.parse(source)
        found = [*_unknown(where, lines, tree, known), *_forbidden(where, lines, tree)]
        yield from found
        if not found:
            environment.from_string(source).render(sample)
    except TemplateSyntaxError as error:
        place = _place(where, lines, error.lineno)
        yield f"{place}：标记写得不对（{error.message}）。请对照自带的模板改正。"
    except TemplateError as error:
        yield f"{_place(where, lines, _line_of(error))}：填不出来（{error}）。请对照自带的模板改正。"


def _is_halved(line: str) -> bool:
    rest = _TAG.sub("", line)
    return any(half in rest for half in _HALVES)


def _tags(line: str) -> list[str]:
    return [_PREFIX.sub(r"{\1 ", tag).translate(_QUOTES) for tag in _TAG.findall(line)]


def _unknown(where: str, lines: list[str], tree: nodes.Template, known: set[str]) -> Iterator[str]:
    unknown = find_undeclared_variables(tree) - known
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            yield f"{_place(where, lines, name.lineno)}：没有“{name.name}”这个名称，请用说明里列出的名称。"


def _forbidden(where: str, lines: list[str], tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(_FORBIDDEN):
        yield f"{_place(where, lines, node.lineno)}：模板里不能调用函数、引用别的文件，请删去。"


def _line_of(error: BaseException) -> int:
    """The line of the template in which an error arose; 1 where that is not known."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 1 for frame in reversed(frames) if frame.filename == "<template>"), 1)


def _place(where: str, lines: list[str], number: int) -> str:
    """Say which paragraph: its number in the part, and its words."""
    words = lines[number - 1] if 0 < number <= len(lines) else ""
    return f"{where}第 {number} 段“{words[:40]}{'…' if len(words) > 40 else ''}”"


if __name__ == "__main__":
    main()
