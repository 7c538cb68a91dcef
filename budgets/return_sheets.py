"""The workbook of a return (填报表) laid out: which sheet, column and row is what.

Writer and reader share this. Pure: imports neither Django nor openpyxl.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from budgets.books import column_letters
from budgets.returns import (
    BUILDINGS,
    BY_FUNCTION,
    BY_NATURE,
    SCHEDULES,
    Classification,
    Column,
    ColumnKind,
    Schedule,
)

FORM = "部门整体支出绩效自评填报表 第2版"
"""What the cover calls the workbook; another layout is called otherwise."""
OLDER_FORMS = ("部门整体支出绩效自评填报表 第1版",)
"""What it was called before there was a sheet of adjustments."""
COVER = "封面"
EXPORTED = "_导出"
"""The hidden sheet that keeps what every row said when the workbook was downloaded."""
CODE_SHEETS = {Classification.FUNCTION: "_功能科目", Classification.ECONOMIC: "_经济科目"}
"""The hidden sheets of the codes that are valid for the return."""

PLACE_SHEETS = {"function": "_可选科目", "use": "_可选支出"}
"""The hidden sheets of the rows an adjustment may name, by column: labels with the names of the rows."""

HEAD_ROW = 3
FIRST_ROW = 4
TAG_COLUMN = 0
"""The hidden column that says which row of the return a row of the sheet is; counted from 0."""
TEXT_LABEL = "text"
"""What stands in the place of a schedule's name for the texts of a return."""
COMPUTED = "="
"""Before an exported value: the cell showed a formula, and this is what was stated beneath it."""

LABEL = Column("label", "名称", ColumnKind.TEXT)
CODE = Column("code", "科目编码", ColumnKind.TEXT)
CODE_LABEL = Column("label", "科目名称", ColumnKind.TEXT)


class CoverField:
    """What the fields of the cover are called."""

    FORM = "表样"
    UNIT = "单位"
    UNIT_CODE = "单位编码"
    YEAR = "年度"
    ROUND = "填报任务"
    REVISION = "版次"
    AMOUNT_UNIT = "金额单位"
    EXPORTED_AT = "下载时间"
    ROW_VERSION = "下载时的保存次数"
    NUMBER = "填报编号"


@dataclass(frozen=True, slots=True)
class ReturnSheet:
    """The sheet of one schedule. `columns` stand from column B on; the rows from `FIRST_ROW` down."""

    schedule: Schedule
    name: str
    columns: tuple[Column, ...]
    spare_rows: int

    def column(self, name: str) -> int:
        """Return where a column is, counted from 0 as `column_letters` counts."""
        return 1 + next(number for number, column in enumerate(self.columns) if column.name == name)

    def address(self, name: str, row: int) -> str:
        """Return the address of a cell; what has no column of its own is shown at the row's name."""
        names = [column.name for column in self.columns]
        return f"{column_letters(1 + (names.index(name) if name in names else 0))}{row}"


def sheet_of(schedule: Schedule, fund_and_nature: Sequence[Column]) -> ReturnSheet:
    """Return the sheet of a schedule; the rows by function have fund and nature beside their code."""
    return ReturnSheet(schedule, sheet_name(schedule), _columns(schedule, fund_and_nature), _spare(schedule))


def sheet_name(schedule: Schedule) -> str:
    """Return what a schedule's sheet is called."""
    return schedule.short_title.replace("“", "").replace("”", "")


def _columns(schedule: Schedule, fund_and_nature: Sequence[Column]) -> tuple[Column, ...]:
    if schedule.is_named:
        return schedule.columns
    if not schedule.is_classified:
        return (LABEL, *schedule.columns)
    qualifiers = tuple(fund_and_nature) if schedule == BY_FUNCTION else ()
    return (CODE, CODE_LABEL, *qualifiers, *schedule.columns)


def _spare(schedule: Schedule) -> int:
    """How many empty rows wait below the last to be filled."""
    if not schedule.is_named and not schedule.is_classified:
        return 0
    return 10 if schedule == BUILDINGS else 60


def all_sheet_names(texts: Sequence[str]) -> list[str]:
    """Return the sheets that are read: the cover, what was exported, the schedules, and the texts' sheets."""
    schedules = (sheet_name(schedule) for schedule in SCHEDULES)
    return [COVER, EXPORTED, *PLACE_SHEETS.values(), *schedules, *texts]


class Tag(NamedTuple):
    """Which row of the return a row of a sheet is, and the version it was downloaded in (0: nothing stored).

    `name` is the code of a fixed row, "c12-fund-nature" of a row by category, "line-12" of a named one.
    """

    name: str
    version: int

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


def tag_from(text: str) -> Tag:
    """Return the tag a cell holds; one without a name for anything else."""
    name, _, version = text.rpartition("@")
    return (
        Tag(name, int(version)) if version.isascii() and version.isdigit() and len(version) < 10 else NO_TAG
    )


NO_TAG = Tag("", 0)
ELSEWHERE = Tag("elsewhere", 0)
"""The tag of a row that is entered in another sheet, or stands there to be read: it is not read."""


def is_shown_only(schedule: Schedule, code: str) -> bool:
    """Whether a row is entered in another sheet: the projects' total has its own there."""
    return schedule == BY_NATURE and code == "project"
