"""Whether the figures of a file are the approved ones: an exported workbook against its forms made anew.

A file says in its properties which return it was made from. What stands in the cells is compared, so that a
file that another program opened and saved again is still the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from budgets.books import column_letters
from budgets.excel_forms import NUMBER, value_of
from budgets.official_forms import FormCell, OfficialForm, placed
from orgs.models import User
from orgs.spreadsheets import TypedSheet, number_text, read_book
from orgs.words import storable
from performance.official.given import given_of_many
from performance.official.making import forms_of
from performance.snapshots import check_as_approved
from submissions.actions import Refused
from submissions.models import Submission

_NUMBER = re.compile(r"(\d+)-(\d{4})-(.+)-(\d{1,4})", re.ASCII)
_ONLY_OURS = "请上传从本系统“上报表格”下载的 Excel 文件，不要把内容复制到别的文件里再上传。"


class NothingToCompare(Refused):
    """The file cannot be compared; carries one Chinese sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that says something else; "" is blank."""

    sheet: str
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
    """The forms that were compared."""
    others: list[str]
    """What else is in the file: no form of ours, and held against nothing."""
    cells: int
    """How many cells of them are filled, in the file or as approved."""
    differences: list[Difference]


def compare(*, content: bytes, file_name: str, asked_by: User) -> Comparison:
    """Hold a workbook against the approved version of the return it says it was made from.

    Anybody may ask about a return that was made public, and else who may see it. Raises NotASpreadsheet for
    what cannot be read, NothingToCompare where there is nothing to hold it against, and NotAsApproved.
    """
    book = read_book(content, file_name)
    submission, revision = _approved(book.properties.get(NUMBER, ""), asked_by)
    check_as_approved([submission])
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
        if was != now:
            row, column = at
            yield Difference(form.sheet_name, f"{column_letters(column - 1)}{row}", now, was)
