"""The upload of a filled-in workbook, understood: every mistake at once, each with its sheet and cell."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from budgets.actions import LineChange, LineKey
from budgets.adjustment_places import with_places
from budgets.books import Mistake, tidy_code
from budgets.final_accounts import Remark, read_accounts
from budgets.forms import LinesForm, Malformed
from budgets.import_plans import (
    TEXT_COLUMN,
    Entry,
    Texts,
    ValidCode,
    meant_code,
    unknown_code_text,
    valid_codes,
)
from budgets.last_year import last_year_of
from budgets.models import FUND_AND_NATURE, REMARKS, BudgetLine, ReturnText
from budgets.money import AmountUnit, exact_text, figure_text, shorten
from budgets.return_sheets import (
    COVER,
    EXPORTED,
    FIRST_ROW,
    PLACE_SHEETS,
    TEXT_LABEL,
    ReturnSheet,
    all_sheet_names,
    sheet_name,
    sheet_of,
)
from budgets.returns import (
    ADJUSTMENTS,
    BY_ECONOMIC,
    ECONOMIC_GROUPS,
    REASON,
    SCHEDULES,
    TOTAL,
    Column,
    ColumnKind,
    Schedule,
)
from budgets.rows import return_rows
from budgets.sheet_reading import (
    Cover,
    Exported,
    ExportedRow,
    SheetRow,
    Sheets,
    WrongWorkbook,
    cell_mistake,
    check_cover,
    entered,
    entered_text,
    is_computed,
    read_cover,
    read_exported,
    read_rows,
    rows_by_parent,
)
from budgets.text_sheets import TEXT_SHEETS, find_text, text_address, text_sheet
from orgs.marked_sheets import LIST_SHEET
from orgs.spreadsheets import EVERY_SHEET, MOST_BYTES, NotASpreadsheet, read_typed_sheets
from orgs.words import in_one_line, storable
from submissions.models import Submission


@dataclass(slots=True)
class ReturnReading:
    """What a workbook says: its cover, its entries by schedule, every mistake; of use without any alone.

    `remarks` are made on final-accounts tables, which have no cover: theirs holds their unit of amounts.
    """

    cover: Cover
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """Return the entries and remarks as an upload keeps them."""
        kept = {name: [entry.as_json() for entry in entries] for name, entries in self.entries.items()}
        return kept | ({REMARKS: [each.as_json() for each in self.remarks]} if self.remarks else {})


class ReturnUploadForm(forms.Form):
    """The filled-in workbook of one return, or its unit's final-accounts tables: `reading` has its rows.

    A file that was understood and has mistakes in its cells leaves the form valid; they are in `reading`.
    """

    file = forms.FileField(
        label="填好的 Excel 填报表，或部门决算公开表",
        help_text=(
            "从本系统下载的填报表；或收入支出决算总表、支出决算表等九张决算公开表，整本、单张，元、万元都行。"
            "一个 .xlsx 文件，不超过 5 MB。"
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的，请重新选择。",
            "missing": "请选择文件。",
        },
    )

    reading: ReturnReading
    sha256 = ""

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.submission = submission

    def clean_file(self) -> UploadedFile:
        """Take the file's bytes, one more than are allowed at most."""
        file: UploadedFile = self.cleaned_data["file"]
        self.content = file.read(MOST_BYTES + 1)
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        return file

    def clean(self) -> dict[str, Any]:
        """Read the workbook; one that is not of this return is refused before anything else is said."""
        data = super().clean() or {}
        if self.errors:
            return data
        names = all_sheet_names(TEXT_SHEETS)
        try:
            sheets = read_typed_sheets(self.content, data["file"].name, names)
            if COVER in sheets or EXPORTED in sheets:
                self.reading = read_return(sheets, self.submission)
            else:
                self.reading = _read_accounts(self.content, data["file"].name, self.submission)
        except (NotASpreadsheet, WrongWorkbook) as refusal:
            self.add_error("file", str(refusal))
        return data


def _read_accounts(content: bytes, file_name: str, submission: Submission) -> ReturnReading:
    """Read a workbook that is not ours: final-accounts tables, or nothing that is known."""
    sheets = read_typed_sheets(content, file_name, EVERY_SHEET)
    sheets.pop(LIST_SHEET, None)  # it names the sheets, which may be called as their tables are
    accounts = read_accounts(sheets, submission, file_name)
    cover = Cover(
        unit=submission.unit.name,
        unit_code=submission.unit.code,
        year=str(submission.round.fiscal_year),
        revision=str(submission.revision),
        number=str(submission.pk),
        amount_unit=accounts.unit,
        exported_at="",
        row_version=submission.row_version,
    )
    return ReturnReading(cover, accounts.entries, accounts.mistakes, accounts.remarks)


def read_return(sheets: Sheets, submission: Submission) -> ReturnReading:
    """Return what a workbook says of a return, in a constant number of queries.

    Raises WrongWorkbook when it is the workbook of something else.
    """
    reading = ReturnReading(read_cover(sheets))
    check_cover(
        reading.cover,
        unit=submission.unit.name,
        unit_code=submission.unit.code,
        year=submission.round.fiscal_year,
        revision=submission.revision,
        number=submission.pk,
    )
    exported = read_exported(sheets[EXPORTED])
    adjustments = _adjustments(sheets, submission)
    for schedule in SCHEDULES:
        layout = sheet_of(adjustments if schedule == ADJUSTMENTS else schedule, FUND_AND_NATURE)
        sheet = _ScheduleSheet(sheets, layout, exported, submission, reading.cover)
        reading.mistakes += sorted(sheet.mistakes, key=_place)
        reading.entries[schedule.name.value] = sheet.entries
    reading.entries[TEXT_LABEL] = list(_texts(sheets, exported, reading.mistakes))
    return reading


def _adjustments(sheets: Sheets, submission: Submission) -> Schedule:
    """The adjustments with the rows they may name, called as the workbook calls them and as they are now.

    Where the workbook has none, nothing is named, and the rows of the return are not read for it.
    """
    own = sheets.get(sheet_name(ADJUSTMENTS))
    if not own or len(own.rows) < FIRST_ROW:
        return ADJUSTMENTS
    schedule = with_places(ADJUSTMENTS, return_rows(submission))
    columns = (
        replace(column, choices=(*column.choices, *_choices_in(sheets, column)))
        if column.name in PLACE_SHEETS
        else column
        for column in schedule.columns
    )
    return replace(schedule, columns=tuple(columns))


def _choices_in(sheets: Sheets, column: Column) -> Iterator[tuple[str, str]]:
    """What a workbook calls the rows that may be named; a row may have another name since its download."""
    known = dict(column.choices)
    rows = sheets[PLACE_SHEETS[column.name]].rows[1:] if PLACE_SHEETS[column.name] in sheets else []
    for row in rows:
        label, value = (row[at].text if at < len(row) else "" for at in (0, 1))
        if value in known:
            yield value, label


def _texts(sheets: Sheets, exported: Exported, mistakes: list[Mistake]) -> Iterator[Entry]:
    """The texts of the return; a sheet or a row that is gone leaves its text as it is."""
    for name in ReturnText.Name:
        base = exported.get(TEXT_LABEL, {}).get(name.value)
        if text_sheet(name) not in sheets or base is None:
            continue
        row, cell = find_text(sheets[text_sheet(name)], name)
        if not row:
            continue
        words = storable(cell.text).strip()
        wrong = cell_mistake(cell, TEXT_COLUMN)
        if len(words) > name.longest:
            wrong = f"{name.label}有 {len(words)} 字，最多 {name.longest} 字，请写短些。"
        if wrong:
            mistakes.append(Mistake(text_sheet(name), text_address(name, row), wrong))
        yield Entry(
            str(name.label),
            [name.value],
            row,
            version=base.tag.version,
            base=[base.values[0]],
            values=_changed([words], [base.values[0]]),
        )


def _place(mistake: Mistake) -> tuple[int, int, str]:
    """Where a mistake is in its sheet, by row and then by column."""
    letters = mistake.cell.rstrip("0123456789")
    return int(mistake.cell[len(letters) :]), len(letters), letters


def _changed(values: Texts, base: Texts | None) -> Texts | None:
    return None if values == base else values


class _ScheduleSheet:
    """The sheet of one schedule against what was exported: its entries and its mistakes."""

    def __init__(
        self,
        sheets: Sheets,
        layout: ReturnSheet,
        exported: Exported,
        submission: Submission,
        cover: Cover,
    ):
        self.layout, self.schedule = layout, layout.schedule
        self.unit = cover.amount_unit
        self.exported = {
            name: row
            for name, row in exported.get(self.schedule.name.value, {}).items()
            if self._is_lasting(name) or self._is_ours(name)
        }
        self.entries: list[Entry] = []
        locked = {column.name for column in last_year_of(submission, self.schedule).columns}
        self._cleared_by = [column for column in entered(layout) if column.name not in locked]
        reading = read_rows(sheets, layout)
        self.mistakes = reading.mistakes
        if not self.mistakes:
            self._codes = _Codes(self.schedule, submission)
            self._read(reading.rows, submission)

    def _read(self, rows: list[SheetRow], submission: Submission) -> None:
        self._parts = rows_by_parent(rows, self.exported)
        self._taken: set[str] = set()
        filled = [row for row in rows if not self._is_cleared(row) and self._is_known(row)]
        sent = [self._payload(row) for row in filled]
        try:
            form = LinesForm(
                {"unit": self.unit.value, "rows": sent},
                self.schedule,
                submission,
                categories=self._codes.known,
            )
        except Malformed:
            self._mistake("A1", f"“{self.layout.name}”的行数太多，请删去多余的行再上传。")
            return
        self._add_mistakes(form, {str(row.number): row for row in filled})
        seen = set()
        for row, change, asked in zip(filled, form.changes, sent, strict=True):
            base = self._base(row, change.key, asked["id"])
            seen.add(base.tag.name if base else "")
            self.entries.append(self._entry(row, change, base, asked["id"]))
        self._add_missing(seen)

    def _add_mistakes(self, form: LinesForm, rows: dict[str, SheetRow]) -> None:
        for error in form.errors:
            row = rows[error.row]
            message = self._codes.sentence(row) if error.column == "code" else ""
            self._mistake(self.layout.address(error.column, row.number), message or error.message)

    def _entry(self, row: SheetRow, change: LineChange, base: ExportedRow | None, line: int | None) -> Entry:
        values = [figure_text(change.values[column.name]) for column in self.schedule.columns]
        texts = self._texts(base) if base else None
        if texts:  # words of several lines stored before their column took one line are not changed by that
            pairs = zip(values, texts, strict=True)
            values = [was if "\n" in was and in_one_line(was) == said else said for said, was in pairs]
        return Entry(
            label=base.label if base else self._label(row),
            key=list(change.key),
            at=row.number,
            line=line,
            version=base.tag.version if base else 0,
            base=texts,
            values=_changed(values, texts),
        )

    def _is_cleared(self, row: SheetRow) -> bool:
        """Whether everything that can be was deleted from a row that can be taken out: it is taken out."""
        return not self._is_lasting(row.tag.name) and row.is_blank(self._cleared_by)

    def _is_lasting(self, name: str) -> bool:
        """Whether a row is there whatever is filled in: a fixed row, a group, the total."""
        if not self.schedule.is_named and not self.schedule.is_classified:
            return True
        return name == TOTAL or (self.schedule == BY_ECONOMIC and name in ECONOMIC_GROUPS)

    def _is_ours(self, name: str) -> bool:
        """Whether a tag can be that of a row which may be taken out."""
        if self.schedule.is_named:
            return _line_of(name) is not None
        return bool(_OF_CATEGORY.fullmatch(name))

    def _is_known(self, row: SheetRow) -> bool:
        """Whether a row is one that was downloaded, or a new one where there may be new ones."""
        name = row.tag.name
        if name in self.exported or (not name and (self.schedule.is_named or self.schedule.is_classified)):
            return True
        self._mistake(
            self.layout.address("", row.number),
            "这一行认不出是表里的哪一行，请不要在固定的行之间加行，也不要从别的表整行粘贴；请删去这一行。",
        )
        return False

    def _payload(self, row: SheetRow) -> dict[str, Any]:
        """A row as the entry page would send it."""
        base = self.exported.get(row.tag.name)
        columns = self.schedule.columns
        sent: dict[str, Any] = {
            "row": str(row.number),
            "id": None,
            "row_version": 0,
            "values": {column.name: self._typed(row, at, column, base) for at, column in enumerate(columns)},
        }
        if self.schedule.is_named:
            return sent | self._named(row)
        if not self.schedule.is_classified or self._is_lasting(row.tag.name):
            return sent | {"item": row.tag.name}
        qualifiers = {
            column.name: self._words(row, column) for column in FUND_AND_NATURE if column.name in row.cells
        }
        category = self._codes.of(row, base, qualifiers.get("fund", ""))
        return sent | {"category": category} | qualifiers

    def _named(self, row: SheetRow) -> dict[str, Any]:
        """Which stored row a named one is; a row that was copied with its hidden cell is a new one."""
        name = row.tag.name
        if name == TOTAL:
            return {"item": TOTAL}
        if not name or name in self._taken:
            return {}
        self._taken |= {name}
        return {"id": _line_of(name)}

    def _typed(self, row: SheetRow, at: int, column: Column, base: ExportedRow | None) -> str:
        if base and is_computed(row, column, base, at, self._parts.get(base.code, [])):
            return _in_unit(base.values[at], column, self.unit)
        is_name_of_total = self.schedule.is_named and row.tag.name == TOTAL and not column.is_figure
        return "" if is_name_of_total and column != REASON else self._words(row, column)

    def _words(self, row: SheetRow, column: Column) -> str:
        cell = row.cells[column.name]
        wrong = cell_mistake(cell, column)
        if wrong:
            self._mistake(self.layout.address(column.name, row.number), f"{column.title}：{wrong}")
            return ""
        return entered_text(cell, column)

    def _base(self, row: SheetRow, key: LineKey, line: int | None) -> ExportedRow | None:
        """The row that was downloaded: by its tag, or, where the key is in the sheet, by that."""
        if not self.schedule.is_classified or key[0]:
            is_own = not self.schedule.is_named or key[0] == TOTAL or line
            return self.exported.get(row.tag.name) if is_own else None
        category = key[1] or key[2]
        return self.exported.get(f"c{category}-{key[3]}-{key[4]}")

    def _texts(self, base: ExportedRow) -> Texts:
        return list(base.values[: len(self.schedule.columns)])

    def _label(self, row: SheetRow) -> str:
        """What a new row is called."""
        if self.schedule.is_named:
            return row.text("name")
        parts = [row.text(column.name) for column in FUND_AND_NATURE if row.text(column.name)]
        return " · ".join([f"{tidy_code(row.text('code'))} {self._codes.name_of(row)}", *parts])

    def _add_missing(self, seen: set[str]) -> None:
        """What was downloaded and is in the sheet no more is taken out; a row that lasts must be there."""
        for name, base in self.exported.items():
            if name in seen:
                continue
            if self._is_lasting(name):
                self._mistake("A1", f"“{base.label}”这一行不见了。请不要删除固定的行，补回后再上传。")
            elif base.tag.version:
                self.entries.append(
                    Entry(
                        base.label,
                        _key_of(self.schedule, name),
                        line=_line_of(name),
                        version=base.tag.version,
                        base=self._texts(base),
                        is_removed=True,
                    )
                )

    def _mistake(self, cell: str, message: str) -> None:
        self.mistakes.append(Mistake(self.layout.name, cell, message))


_OF_CATEGORY = re.compile(r"c([0-9]{1,18})-(\w*)-(\w*)")


def _key_of(schedule: Schedule, name: str) -> list[Any]:
    """The key of a row by category from its tag; named rows are known by their number."""
    found = _OF_CATEGORY.fullmatch(name)
    if not found:
        return [""]
    category, economic = int(found[1]), schedule == BY_ECONOMIC
    return ["", None if economic else category, category if economic else None, found[2], found[3]]


def _line_of(name: str) -> int | None:
    """The number of a stored row from its tag."""
    number = name.removeprefix("line-")
    return (
        int(number) if number != name and number.isascii() and number.isdigit() and len(number) < 19 else None
    )


class _Codes:
    """The codes that rows of a schedule may stand on: those valid for the return, and those it stands on."""

    def __init__(self, schedule: Schedule, submission: Submission):
        codes = []
        if schedule.classification:
            codes = [*_standing(schedule, submission), *valid_codes(schedule.classification, submission)]
        self.by_pk = {each.pk: each for each in codes}
        self.known = set(self.by_pk)
        self._by_code: dict[str, list[ValidCode]] = {}
        for each in self.by_pk.values():
            self._by_code.setdefault(each.code, []).append(each)
        self._schedule = schedule
        self._found: dict[int, ValidCode] = {}

    def of(self, row: SheetRow, base: ExportedRow | None, fund: str) -> int:
        """Return the category of a row's code; a negative number of its own for a code that is not valid."""
        code = tidy_code(row.text("code"))
        tag = _OF_CATEGORY.fullmatch(base.tag.name) if base else None
        own = int(tag[1]) if tag else 0
        found = meant_code(self._by_code.get(code, []), (fund,), own)
        if not found:
            return -row.number
        self._found[row.number] = found
        return found.pk

    def name_of(self, row: SheetRow) -> str:
        """Return the name of a row's code."""
        return self._found[row.number].name if row.number in self._found else ""

    def sentence(self, row: SheetRow) -> str:
        """Say what is wrong with a row's code; "" when it is valid, or the row has none."""
        if "label" not in row.cells or "code" not in row.cells or row.number in self._found:
            return ""
        code = tidy_code(row.text("code"))
        if not code:
            return "请填写科目编码；不要这一行，就把整行清空。"
        return unknown_code_text(f"“{shorten(code)}”", self._schedule)


def _standing(schedule: Schedule, submission: Submission) -> list[ValidCode]:
    """The codes that rows of the return stand on, whether or not they are valid still."""
    own, key = ("economic_category", "chart") if schedule == BY_ECONOMIC else ("category", "budget_book")
    lines = BudgetLine.objects.of_schedule(submission, schedule).exclude(**{own: None})
    names = ("pk", "code", "name", key)
    return [ValidCode(*each) for each in lines.values_list(*(f"{own}__{name}" for name in names))]


def _in_unit(text: str, column: Column, unit: AmountUnit) -> str:
    """An exact text in yuan as it would be typed."""
    return exact_text(Decimal(text), unit) if text and column.kind is ColumnKind.AMOUNT else text
