"""What the entry page sends, understood: every mistake at once, each with its row and column."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from budgets.actions import LineChange, LineKey, Removal
from budgets.arithmetic import LONGEST
from budgets.dates import DateError, parse_date
from budgets.models import (
    LINE_MODELS,
    BudgetLine,
    EconomicCategory,
    ExpenditureNature,
    FunctionalCategory,
    Fund,
    ScheduleLine,
)
from budgets.money import (
    AmountError,
    AmountUnit,
    parse_amount,
    parse_area,
    parse_count,
    parse_points,
    shorten,
)
from budgets.querysets import CategoryQuerySet
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    ECONOMIC_GROUPS,
    TOTAL,
    Classification,
    Column,
    ColumnKind,
    Schedule,
)
from orgs.words import in_one_line, storable
from submissions.models import Submission

MOST_ROWS = 5000
UNSIGNED = "请填正数：是增是减由“类别”说明。"
"""What is said of a minus where another column says which way an amount counts. static/grid/rows.js too."""


class Malformed(ValueError):
    """The request is not of the agreed shape: a fault of a program, not of a person."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One mistake: the client's id of the row, the column's name, and a Chinese sentence."""

    row: str
    column: str
    message: str

    def as_json(self) -> dict[str, str]:
        """Return it as the page reads it."""
        return asdict(self)


class LinesForm:
    """The changed and removed rows of one schedule, from JSON.

    `{"unit": "wan", "rows": [{"row", "id", "item"|"category", "fund", "nature", "row_version", "values":
    {column: text}, "expressions": {column: {"text", "unit"}}, "pasted": [column]}], "removed": [{"row", "id",
    "item"|"category", …, "row_version"}], "key": 32 hexadecimal digits}`. After `is_valid`, `changes` and
    `removals` are ready for `actions.save_lines`; else `errors` has all mistakes. `key` names the request.
    Raises Malformed when the JSON has another shape. `model` is that
    of a schedule LINE_MODELS does not know; `categories` are the valid ones where they are read already;
    `part` is what all rows have in their keys and the page does not send, as in `actions.save_lines`.
    """

    def __init__(
        self,
        payload: Any,
        schedule: Schedule,
        submission: Submission,
        model: type[ScheduleLine] | None = None,
        categories: set[int] | None = None,
        part: Mapping[str, str] | None = None,
    ):
        self.schedule = schedule
        self.part = dict(part or {})
        self.year = submission.round.fiscal_year
        self.model = model or LINE_MODELS[schedule.name]
        self.errors: list[RowError] = []
        self.changes: list[LineChange] = []
        self.removals: list[Removal] = []
        try:
            self.unit = AmountUnit(payload["unit"])
            self.key = _request_key(payload.get("key", ""))
            rows, removed = _list(payload["rows"]), _list(payload.get("removed", []))
            if len(rows) + len(removed) > MOST_ROWS:
                raise Malformed("行数太多")
            if categories is None:
                categories = _read_categories(schedule, [*rows, *removed], submission)
            self._categories = categories
            self._read(rows, removed)
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
            raise Malformed("请求的格式不对") from error

    def is_valid(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.errors

    @property
    def _same(self) -> str:
        """What is said of two rows with one key: how they can be told apart, where they can."""
        if {"fund", "funding"}.isdisjoint(self.model.KEY) and self.schedule.is_named:
            return "有两行相同：已经有这个名称了，请改名，或合并成一行。"
        return "有两行相同，请合并成一行，或用资金性质、资金来源把它们分开。"

    def _read(self, rows: list[dict], removed: list[dict]) -> None:
        ids = [number for row in (*rows, *removed) if (number := self._id(row))]
        if len(set(ids)) < len(ids):
            raise Malformed("一行来了两次")
        for row in removed:
            self._check_removal(row)
        seen: set[LineKey] = set()
        taken_out = {self._key(row, {}): row for row in removed}
        left = {_text(row["row"]): key for key, row in taken_out.items()}
        for row in rows:
            values = {column.name: self._value(row, column) for column in self.schedule.columns}
            key = self._key(row, values)
            self._check_key(row, key)
            if key in seen:
                self._mistake(row, "code", self._same)
            seen.add(key)
            # A row taken out and entered again in one save is a change of that row, unless one moves there.
            is_moved = left.get(_text(row["row"]), key) != key
            before = {} if self.schedule.is_named or is_moved else taken_out.pop(key, {})
            version = _whole(row["row_version"]) or _whole(before.get("row_version", 0))
            change = LineChange(key, version, values, self._id(row), _text(row["row"]))
            expressions, pasted = self._expressions(row, values), self._pasted(row)
            self.changes.append(replace(change, expressions=expressions, pasted=pasted))
        self.removals = [
            Removal(key, _whole(row["row_version"]), self._id(row), _text(row["row"]))
            for key, row in ((self._key(row, {}), row) for row in removed)
            if self.schedule.is_named or key in taken_out
        ]

    def _check_removal(self, row: dict) -> None:
        """Only a stored row the unit names, or one on a category, is ever taken out; a fixed row stays."""
        named, chosen = self.schedule.is_named, self.schedule.is_classified
        if not (named and self._id(row)) and not (chosen and row.get("category")):
            raise Malformed("固定的行不能删除")
        fund, nature = row.get("fund", ""), row.get("nature", "")
        if fund not in ("", *Fund.values) or nature not in ("", *ExpenditureNature.values):
            raise Malformed("没有这样的资金性质或支出性质")

    def _expressions(self, row: dict, values: dict[str, Any]) -> dict[str, dict[str, str]]:
        """How figures were typed, those that are worth exactly what the row has; others are let go."""
        said = {
            name: (storable(_text(each["text"])).strip(), each["unit"])
            for name, each in row.get("expressions", {}).items()
        }
        return {
            column.name: {"text": said[column.name][0], "unit": AmountUnit(said[column.name][1]).value}
            for column in self.schedule.figures
            if column.name in said and self._is_worth(column, *said[column.name], values[column.name])
        }

    def _is_worth(self, column: Column, text: str, unit: str, value: Any) -> bool:
        """Whether an expression, in a unit, comes to a figure; what is longer than any is none."""
        if value is None or not text.startswith(("=", "＝")) or len(text) > LONGEST + 1:
            return False
        try:
            return value == self._parsed(column, text, AmountUnit(unit))
        except AmountError:
            return False

    def _pasted(self, row: dict) -> frozenset[str]:
        """The columns whose cells were pasted."""
        return frozenset(map(_text, _list(row.get("pasted", [])))) & {
            each.name for each in self.schedule.columns
        }

    def _id(self, row: dict) -> int | None:
        """The number of a stored row whose key may change; other rows are known by their key alone."""
        number = _whole(row["id"]) if row.get("id") else None
        return number if self.schedule.is_named else None

    def _key(self, row: dict, values: dict[str, Any]) -> LineKey:
        """The key of a row: what the page calls item, category, fund and nature, or columns of its own."""
        if self.schedule.is_named:
            if self._is_total(row):
                return (TOTAL, *("" for _ in self.model.KEY[1:]))
            return tuple((self.part | values).get(name, "") for name in self.model.KEY)
        if self.model is not BudgetLine:
            return (_text(row["item"]),)
        category = _whole(row["category"]) if row.get("category") else None
        item = "" if category else _text(row["item"])
        economic = self.schedule == BY_ECONOMIC
        return (
            item,
            None if economic else category,
            category if economic else None,
            _text(row.get("fund", "")) if category else "",
            _text(row.get("nature", "")) if category else "",
        )

    def _is_total(self, row: dict) -> bool:
        """Whether a row among those the unit names is their total."""
        return self.schedule.has_total and row.get("item") == TOTAL

    def _check_key(self, row: dict, key: LineKey) -> None:
        if self.schedule.is_named:
            if key[0] == TOTAL and not self._is_total(row):
                self._mistake(row, "name", f"“{TOTAL}”是合计行的代号，请写名称。")
            return
        if row.get("category"):
            self._check_category(row)
        elif key[0] not in _items(self.schedule):
            self._mistake(row, "code", "这张表没有这一行，请刷新页面。")

    def _check_category(self, row: dict) -> None:
        if _whole(row["category"]) not in self._categories:
            self._mistake(row, "code", "这个科目在本年度的科目表里没有，请重新选择。")
        qualified = self.schedule == BY_FUNCTION
        fund, nature = _text(row.get("fund", "")), _text(row.get("nature", ""))
        if fund not in ("", *Fund.values) or (fund and not qualified):
            self._mistake(row, "fund", f"资金性质“{shorten(fund)}”不在可选项中，请重新选择。")
        if nature not in ("", *ExpenditureNature.values) or (nature and not qualified):
            self._mistake(row, "nature", f"支出性质“{shorten(nature)}”不在可选项中，请重新选择。")

    def _value(self, row: dict, column: Column) -> Any:
        typed = _text(row["values"][column.name])
        if column.is_figure and typed.strip() and not self._applies(row, column):
            self._mistake(row, column.name, f"这一行没有{column.title}，请留空。")
        if column.kind is ColumnKind.DATE:
            return self._date(row, column, typed)
        return self._figure(row, column, typed) if column.is_figure else self._words(row, column, typed)

    def _applies(self, row: dict, column: Column) -> bool:
        """Whether a figure is one of those that its row has: the retired have no authorised posts."""
        item = next((item for item in self.schedule.items if item.code == row.get("item")), None)
        return item is None or not item.columns or column.name in item.columns

    def _figure(self, row: dict, column: Column, typed: str) -> Decimal | int | None:
        try:
            amount = self._parsed(column, typed, self.unit)
        except AmountError as error:
            self._mistake(row, column.name, f"{column.title}：{error}")
            return None
        if column.is_unsigned and amount is not None and amount < 0:
            self._mistake(row, column.name, f"{column.title}：{UNSIGNED}")
        return amount

    def _date(self, row: dict, column: Column, typed: str) -> date | None:
        try:
            return parse_date(typed, self.year)
        except DateError as error:
            self._mistake(row, column.name, f"{column.title}：{error}")
            return None

    def _parsed(self, column: Column, typed: str, unit: AmountUnit) -> Decimal | int | None:
        if column.kind is ColumnKind.AMOUNT:
            return parse_amount(typed, unit)
        return _PARSERS[column.kind](typed)

    def _words(self, row: dict, column: Column, typed: str) -> str:
        words = storable(typed).strip()
        if not column.has_lines:
            words = in_one_line(words)
        if column.required and not words and not self._is_total(row):
            self._mistake(row, column.name, f"请填写{column.title}。")
        if column.longest and len(words) > column.longest:
            self._mistake(
                row,
                column.name,
                f"{column.title}有 {len(words)} 字，最多 {column.longest} 字，请写短些。",
            )
        if column.kind is ColumnKind.CHOICE and words not in ("", *dict(column.choices)):
            self._mistake(row, column.name, f"{column.title}“{shorten(words)}”不在可选项中，请重新选择。")
        return words

    def _mistake(self, row: dict, column: str, message: str) -> None:
        self.errors.append(RowError(_text(row["row"]), column, message))


_PARSERS: dict[ColumnKind, Callable[[str], Decimal | int | None]] = {
    ColumnKind.COUNT: parse_count,
    ColumnKind.AREA: parse_area,
    ColumnKind.POINTS: parse_points,
}


def _request_key(value: Any) -> str:
    if not re.fullmatch("[0-9a-f]{32}|", _text(value)):
        raise Malformed("请求的编号不对")
    return str(value)


def _list(value: Any) -> list:
    if not isinstance(value, list):
        raise Malformed("应当是列表")
    return value


def _text(value: Any) -> str:
    """Return text as it is: a number in its place would have lost digits on its way, and 0 is not blank."""
    if not isinstance(value, str):
        raise Malformed("应当是文字")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed("应当是整数")
    return value


def _items(schedule: Schedule) -> set[str]:
    """The codes of the rows that have no category: fixed items, groups, and the total where there is one."""
    items = {item.code for item in schedule.items}
    if schedule.classification is Classification.ECONOMIC:
        items |= set(ECONOMIC_GROUPS)
    return items | {TOTAL} if schedule.has_total else items


def _read_categories(schedule: Schedule, rows: Iterable[dict], submission: Submission) -> set[int]:
    """Return which of the categories the rows name are valid in the year, in one query; none without any."""
    wanted = {_whole(row["category"]) for row in rows if row.get("category")}
    if not wanted or not schedule.classification:
        return set()
    year, unit = submission.round.fiscal_year, submission.unit
    known: CategoryQuerySet
    if schedule.classification is Classification.ECONOMIC:
        known = EconomicCategory.objects.in_force(year, unit).of_book(EconomicCategory.Chart.DEPARTMENT)
    else:
        known = FunctionalCategory.objects.in_force(year, unit)
    return set(known.filter(pk__in=wanted).values_list("pk", flat=True))
