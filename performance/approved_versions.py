"""Whether the figures of a file are the approved ones: an exported workbook or report against it made anew.

A workbook says in its properties which return it was made from, a report by the digest in its foot. What
stands in cells and paragraphs is compared, so that a file that another program opened and saved again is
still the same; so is one of the public, in which personal data are covered.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from django.db.models import Q

from budgets.books import column_letters
from budgets.excel_forms import NUMBER, value_of
from budgets.official_forms import FormCell, OfficialForm, placed
from orgs.file_kinds import NotEvidence, evidence_file
from orgs.models import User
from orgs.spreadsheets import Book, TypedSheet, number_text, read_book
from orgs.words import storable
from performance.official.given import given_of_many
from performance.official.imprints import number_of
from performance.official.making import forms_of
from performance.public.personal import masked
from performance.snapshots import check_as_approved
from performance.word.making import report_docx
from performance.word.reading import Line, Words, words_of
from submissions.actions import Refused
from submissions.models import Snapshot, Submission

_NUMBER = re.compile(r"(\d+)-(\d{4})-(.+)-(\d{1,4})", re.ASCII)
_ONLY_OURS = "请上传从本系统“上报表格”下载的 Excel 文件，不要把内容复制到别的文件里再上传。"


class NothingToCompare(Refused):
    """The file cannot be compared; carries one Chinese sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell or paragraph that says something else; "" is blank."""

    sheet: str
    """"" for a report."""
    cell: str
    in_file: str
    approved: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A file held against the approved version of its return."""

    submission: Submission
    """The approved version."""
    revision: int
    """The one the file says it was made from."""
    sheets: list[str]
    """The forms that were compared; 自评报告 alone for a report."""
    others: list[str]
    """What else is in the file: no form of ours, and held against nothing."""
    cells: int
    """How many cells of them are filled, or paragraphs written, in the file or as approved."""
    differences: list[Difference]

    @property
    def measure(self) -> str:
        """What its cells are called: 格, or 段 of a report."""
        return "段" if self.sheets == [REPORT] else "格"


REPORT = "自评报告"


def compare(*, content: bytes, file_name: str, asked_by: User) -> Comparison:
    """Hold a workbook or a report against the approved version of the return it says it was made from.

    Anybody may ask about a return that was made public, and else who may see it. Raises NotASpreadsheet for
    what cannot be read, NothingToCompare where there is nothing to hold it against, and NotAsApproved.
    """
    if file_name.lower().endswith(".docx"):
        return _compare_report(content, file_name, asked_by)
    book = read_book(content, file_name)
    submission, revision = _approved(book.properties.get(NUMBER, ""), asked_by)
    check_as_approved([submission])
    return _closest(submission, lambda: _compare_book(book, submission, revision))


def _closest(submission: Submission, compared: Callable[[], Comparison]) -> Comparison:
    """Compare with the unit called as it is now, and as it was when it was approved: a new name is none.

    What comes closer counts: the file may be from before the new name or from after it.
    """
    found = [compared()]
    named = json.loads(Snapshot.objects.get(submission=submission).content)["unit"]["name"]
    if found[0].differences and named != submission.unit.name:
        submission.unit.name = named
        found.append(compared())
    return min(found, key=lambda each: len(each.differences))


def _compare_book(book: Book, submission: Submission, revision: int) -> Comparison:
    made = forms_of(given_of_many([submission])[submission.pk])
    known = [form for sheets in made.values() for form in sheets if form.sheet_name in book.sheets]
    if not known:
        raise NothingToCompare(f"文件里没有本系统的上报表格。{_ONLY_OURS}")
    pairs = [(form, cells_of(form), _cells_in(book.sheets[form.sheet_name])) for form in known]
    return Comparison(
        submission,
        revision,
        [form.sheet_name for form in known],
        [name for name in book.sheets if name not in {form.sheet_name for form in known}],
        sum(len(approved.keys() | found.keys()) for _, approved, found in pairs),
        [each for form, approved, found in pairs for each in _differences(form, approved, found)],
    )


def _compare_report(content: bytes, file_name: str, asked_by: User) -> Comparison:
    try:
        evidence_file(content, file_name)
    except NotEvidence as refusal:
        raise NothingToCompare(str(refusal)) from refusal
    said = words_of(content)
    number = _number_in(said.foot)
    try:
        submission, revision = _approved(number, asked_by)
    except NothingToCompare as refusal:  # it names the number, which only who may see the return is told
        raise NothingToCompare(_NOT_HERS) from refusal
    check_as_approved([submission])
    return _closest(submission, lambda: _compare_words(said, submission, revision))


def _compare_words(said: Words, submission: Submission, revision: int) -> Comparison:
    approved = words_of(report_docx(submission))
    differences = list(_changed_lines(approved.lines, said.lines))
    lines = max(len(approved.lines), len(said.lines))
    return Comparison(submission, revision, [REPORT], [], lines, differences)


def _number_in(foot: str) -> str:
    """The number of the return whose digest stands in the foot of a report."""
    found = _DIGEST.search(foot)
    if not found:
        raise NothingToCompare(
            "报告的页脚里没有审定数据的校验值（SHA-256）：可能是审核通过以前下载的草稿，或页脚被删掉了。"
            "请上传审核通过后从本系统下载的 Word 报告。"
        )
    snapshot = Snapshot.objects.filter(sha256=found[1].lower()).select_related(*_NUMBERED).first()
    if snapshot is None:
        raise NothingToCompare(_NOT_HERS)
    return number_of(snapshot.submission)


_NOT_HERS = (
    "没有找到报告页脚里的校验值所指的审定数据：可能不是本系统的，也可能没有公开而您不能查看。"
    "请向出具文件的单位核实。"
)
_DIGEST = re.compile(r"SHA-256\s*([0-9a-fA-F]{64})")
_NUMBERED = ("submission__unit__region", "submission__round")


def _changed_lines(approved: Sequence[Line], found: Sequence[Line]) -> Iterator[Difference]:
    """Name each paragraph that is another one, was added or is gone; those that only moved are both."""
    said = {masked(each.text): each.text for each in approved}
    texts = [each.text for each in approved], [said.get(each.text, each.text) for each in found]
    for kind, was, was_end, now, now_end in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        pairs = () if kind == "equal" else zip_longest(approved[was:was_end], found[now:now_end])
        for before, after in pairs:
            place = after.place if after else f"缺审定版的{before.place}"
            yield Difference("", place, after.text if after else "", masked(before.text) if before else "")


def _approved(number: str, asked_by: User) -> tuple[Submission, int]:
    """The approved version, as far as she may know it, of the return a number names, and the named revision.

    Who may not see the return is told of what is public: that stays so while a correction is not.
    """
    found = _NUMBER.fullmatch(number)
    if not found:
        raise NothingToCompare(f"文件里没有填报编号，看不出是哪一份填报的。{_ONLY_OURS}")
    region, year, code, revision = found.groups()
    of_unit = Submission.objects.filter(
        unit__region__code=region, unit__code=code, round__fiscal_year=int(year)
    )
    visible = Submission.objects.effective().visible_to(asked_by)
    may_be_known = Q(pk__in=visible) | Q(status=Submission.Status.PUBLISHED)
    submission = of_unit.filter(may_be_known).for_workspace().order_by("-revision").first()
    if submission is None:
        raise NothingToCompare(
            f"没有找到编号 {number} 的审定数据：可能还没有审核通过，也可能没有公开而您不能查看。"
            "请向出具文件的单位核实。"
        )
    return submission, int(revision)


Cells = dict[tuple[int, int], str]
"""What stands in the cells that are filled, by row and column."""


def cells_of(form: OfficialForm) -> Cells:
    """Return what a form's workbook says in its cells, as it is read back."""
    found = {(number, cell.column): _text_of(cell) for number, cell in placed(form)}
    return {at: text for at, text in found.items() if text}


def _text_of(cell: FormCell) -> str:
    if isinstance(cell.value, str):
        return _comparable(storable(cell.value))
    value = value_of(cell)
    return "" if value is None else number_text(str(value))


def _cells_in(sheet: TypedSheet) -> Cells:
    found = {
        (row, column): _comparable(cell.text)
        for row, cells in enumerate(sheet.rows, 1)
        for column, cell in enumerate(cells, 1)
    }
    return {at: text for at, text in found.items() if text}


def _comparable(text: str) -> str:
    """A text without the blanks around it, which programs treat differently."""
    return text.strip()


def _differences(form: OfficialForm, approved: Cells, found: Cells) -> Iterator[Difference]:
    for at in sorted(approved.keys() | found.keys()):
        was, now = approved.get(at, ""), found.get(at, "")
        if now not in (was, shown := masked(was)):
            row, column = at
            yield Difference(form.sheet_name, f"{column_letters(column - 1)}{row}", now, shown)
