"""A report written from a return: every heading of its outline with what stands below it."""

from collections.abc import Mapping, Sequence

from budgets.charts import parts_of
from budgets.models import ReturnText
from budgets.returns import BY_FUNCTION
from budgets.rows import MeasuredRow
from orgs.words import storable
from performance.report.document import Document, OwnLine, Paragraph, Part, Share, Table
from performance.report.facts import Facts, missing
from performance.report.outline import Heading, edition_of
from performance.report.own_words import own_lines
from performance.report.sections import FIGURED, WRITERS
from performance.rows import Performance
from submissions.findings import Place
from submissions.models import Submission


def facts_of(
    submission: Submission,
    rows: Mapping[str, Sequence[MeasuredRow]],
    texts: Sequence[ReturnText],
    performance: Performance,
) -> Facts:
    """Return a return that was read as its report needs it; unit, region and round are read already."""
    round = submission.round
    return Facts(
        year=round.fiscal_year,
        unit_name=submission.unit.name,
        edition=edition_of(submission.unit.region.code, round.fiscal_year),
        rows=rows,
        texts={text.name: storable(text.text) for text in texts if text.text.strip()},
        performance=performance,
        explain_rate=round.explain_rate,
        explain_yuan=round.explain_yuan,
    )


def report_of(facts: Facts) -> Document:
    """Return the report of a return; what was not filled in is said in brackets, never invented."""
    parts = [_part(facts, heading) for heading in facts.edition.headings]
    shares = [Share(each.name, each.outturn) for each in parts_of(facts.rows[BY_FUNCTION.name])]
    return Document(facts.year, facts.unit_name, parts, shares)


def _part(facts: Facts, heading: Heading) -> Part:
    if not heading.section:
        return Part(heading.level, heading.title)
    writer, text = WRITERS.get(heading.section), facts.texts.get(heading.section, "")
    blocks = list(writer(facts)) if writer else []
    paragraphs = [each for each in blocks if isinstance(each, Paragraph)]
    tables = [each for each in blocks if isinstance(each, Table)]
    if not writer and not text:
        title = str(ReturnText.Name(heading.section).label)
        paragraphs = [Paragraph((missing(title, Place(heading.section)),))]
    return Part(
        heading.level,
        heading.title,
        heading.section,
        tuple(paragraphs),
        _own(heading.section, text, paragraphs),
        tuple(tables),
    )


def _own(section: str, text: str, paragraphs: Sequence[Paragraph]) -> tuple[OwnLine, ...]:
    """The unit's own lines; beside sentences of ours those that only repeat them are not printed."""
    if section not in FIGURED:
        return tuple(OwnLine(line.strip(), line.strip()) for line in text.split("\n") if line.strip())
    said = [run for paragraph in paragraphs for run in paragraph.runs if run.value is not None]
    return own_lines(text, said, "\n".join(paragraph.text for paragraph in paragraphs))
