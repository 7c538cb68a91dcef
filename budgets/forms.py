"""What the entry page sends, understood: every mistake at once, each with its row and column."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from budgets.actions import LineChange, LineKey, Removal
from budgets.measures import FIGURE_TITLES, FIGURES
from budgets.models import BudgetLine, ExpenditureNature, FunctionalCategory, Fund
from budgets.money import AmountError, AmountUnit, parse_amount, shorten
from budgets.returns import BY_FUNCTION, TOTAL, Schedule

MOST_ROWS = 5000
LONGEST_REASON = BudgetLine._meta.get_field("variance_reason").max_length


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

    `{"unit": "wan", "rows": [{"row", "item"|"category", "fund", "nature", "row_version", "figures":
    {five names: text}, "variance_reason"}], "removed": [{"row", "item"|"category", …, "row_version"}]}`.
    After `is_valid`, `changes` and `removals` are ready for `actions.save_lines`; else `errors` has all
    mistakes. Raises Malformed when the JSON has another shape.
    """

    def __init__(self, payload: Any, schedule: Schedule, year: int):
        self.schedule = schedule
        self.errors: list[RowError] = []
        self.changes: list[LineChange] = []
        self.removals: list[Removal] = []
        try:
            self.unit = AmountUnit(payload["unit"])
            rows, removed = _list(payload["rows"]), _list(payload.get("removed", []))
            self._categories = self._read_categories([*rows, *removed], year)
            self._read(rows, removed)
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
            raise Malformed("请求的格式不对") from error

    def is_valid(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.errors

    def _read(self, rows: list[dict], removed: list[dict]) -> None:
        if len(rows) + len(removed) > MOST_ROWS:
            raise Malformed("行数太多")
        seen: set[LineKey] = set()
        taken_out = {self._key(row): _whole(row["row_version"]) for row in removed}
        for row in rows:
            key = self._key(row)
            if key in seen:
                self._mistake(row, "code", "这一行与上面的一行科目、资金性质和支出性质都相同，请合并成一行。")
            seen.add(key)
            # A row taken out and entered again in one save is a change of that row.
            self.changes.append(self._change(row, key, _whole(row["row_version"]) or taken_out.get(key, 0)))
        self.removals = [Removal(key, version) for key, version in taken_out.items() if key not in seen]

    def _key(self, row: dict) -> LineKey:
        if row.get("category"):
            return ("", _whole(row["category"]), _text(row.get("fund", "")), _text(row.get("nature", "")))
        return (_text(row["item"]), None, "", "")

    def _change(self, row: dict, key: LineKey, version: int) -> LineChange:
        _text(row["row"])
        self._check_key(row, key)
        return LineChange(
            key=key,
            row_version=version,
            figures={name: self._amount(row, name) for name in FIGURES},
            variance_reason=self._reason(row),
            category=self._categories.get(key[1]),
        )

    def _check_key(self, row: dict, key: LineKey) -> None:
        item, category, fund, nature = key
        if category is None:
            if item != TOTAL and item not in {known.code for known in self.schedule.items}:
                self._mistake(row, "code", "这张表没有这一行，请刷新页面。")
        elif self.schedule != BY_FUNCTION or category not in self._categories:
            self._mistake(row, "code", "这个科目在本年度的科目表里没有，请重新选择。")
        if fund not in ("", *Fund.values):
            self._mistake(row, "fund", f"资金性质“{shorten(fund)}”不在可选项中，请重新选择。")
        if nature not in ("", *ExpenditureNature.values):
            self._mistake(row, "nature", f"支出性质“{shorten(nature)}”不在可选项中，请重新选择。")

    def _amount(self, row: dict, name: str) -> Any:
        try:
            return parse_amount(_text(row["figures"][name]), self.unit)
        except AmountError as error:
            self._mistake(row, name, f"{FIGURE_TITLES[name]}：{error}")
            return None

    def _reason(self, row: dict) -> str:
        reason = _storable(_text(row["variance_reason"])).strip()
        if LONGEST_REASON and len(reason) > LONGEST_REASON:
            self._mistake(
                row, "variance_reason", f"差异原因有 {len(reason)} 字，最多 {LONGEST_REASON} 字，请写短些。"
            )
        return reason

    def _mistake(self, row: dict, column: str, message: str) -> None:
        self.errors.append(RowError(_text(row["row"]), column, message))

    @staticmethod
    def _read_categories(rows: Iterable[dict], year: int) -> dict[int | None, FunctionalCategory]:
        """Read the categories the rows name, valid in the year, in one query; none when none is named."""
        wanted = {_whole(row["category"]) for row in rows if row.get("category")}
        found = FunctionalCategory.objects.in_force(year).filter(pk__in=wanted) if wanted else ()
        return {category.pk: category for category in found}


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


def _storable(text: str) -> str:
    """Leave out what PostgreSQL takes in no text: NUL, and halves of characters a cut emoji leaves behind."""
    return text.replace("\x00", "").encode(errors="ignore").decode()
