"""What importing approved initial budgets would change in the returns of a round."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from budgets.books import FUNCTIONAL
from budgets.import_plans import ValidCode, meant_code
from budgets.initial_budget_sheets import BudgetReading
from budgets.models import BudgetLine, ExpenditureNature, FunctionalCategory, Fund, Level
from budgets.money import AmountError, figure_text, parse_amount
from budgets.returns import BY_FUNCTION
from orgs.models import Unit
from orgs.people_sheets import Mistake, SheetRow
from submissions.models import CollectionRound, Extension, Submission
from submissions.standings import newest
from submissions.workflow import EDITABLE

_FUNDS = {label: value for value, label in Fund.choices}
_NATURES = {label: value for value, label in ExpenditureNature.choices}
ITEM_DIGITS = 7
OR_TAKE_OUT = "或先从文件里删去这个单位的行"


class Kind(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    """The return has no such row."""
    FILLED = "filled"
    """It has the row, and no initial budget in it."""
    SAME = "same"
    DIFFERS = "differs"
    """It has another figure, which stays unless the import shall count."""

    @property
    def label(self) -> str:
        """What it is called."""
        return _KINDS[self]


_KINDS = {Kind.ADDED: "新增一行", Kind.FILLED: "补填", Kind.SAME: "一致", Kind.DIFFERS: "不同"}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One approved figure, in yuan, and what the return has in its place."""

    number: int
    unit: Unit
    code: ValidCode
    fund: str
    nature: str
    new: Decimal
    line: Any = None
    """The row of the return (BudgetLine); None where there is none yet."""

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells the row apart in its return."""
        return ("", self.code.pk, None, self.fund, self.nature)

    @property
    def old(self) -> Decimal | None:
        """What the return says."""
        return self.line.initial_budget if self.line else None

    @property
    def kind(self) -> Kind:
        """What becomes of it."""
        if self.line is None:
            return Kind.ADDED
        if self.old is None:
            return Kind.FILLED
        return Kind.SAME if self.old == self.new else Kind.DIFFERS

    def is_written(self, *, replaces: bool) -> bool:
        """Whether it changes anything."""
        return self.kind in (Kind.ADDED, Kind.FILLED) or (replaces and self.kind is Kind.DIFFERS)

    @property
    def difference(self) -> Decimal:
        """How much more was approved than the return says."""
        return self.new - (self.old or Decimal(0))

    @property
    def label(self) -> str:
        """Code, name, fund and nature as people call them."""
        words = [self.code.code, self.code.name]
        words += [str(Fund(self.fund).label)] if self.fund else []
        words += [str(ExpenditureNature(self.nature).label)] if self.nature else []
        return " ".join(words)


@dataclass(slots=True)
class PlannedUnit:
    """A unit with its rows, its newest return, and what stands in the way of writing them."""

    unit: Unit
    submission: Submission | None
    obstacle: str = ""
    """Why nothing of it can be written, and what to do; "" where it can, or nothing would be."""
    rows: list[PlannedRow] = field(default_factory=list)
    others: list[Decimal] = field(default_factory=list)
    """The initial budgets of its rows that the file does not name."""

    def number_of(self, kind: Kind) -> int:
        """How many rows there are of a kind."""
        return sum(row.kind is kind for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind, by its name."""
        return {kind.value: self.number_of(kind) for kind in Kind}

    @property
    def state_text(self) -> str:
        """Where its return is."""
        return self.submission.state_text if self.submission else "未开始"

    @property
    def approved(self) -> Decimal:
        """The total of the file."""
        return sum((row.new for row in self.rows), Decimal(0))

    @property
    def held(self) -> Decimal | None:
        """The total of the return's own rows; None where none has a figure."""
        figures = [row.old for row in self.rows if row.old is not None] + self.others
        return sum(figures, Decimal(0)) if figures else None

    def after(self, *, replaces: bool) -> Decimal:
        """The total of the return's rows when the import is done."""
        rows = (row.new if replaces or row.old is None else row.old for row in self.rows)
        return sum(rows, Decimal(0)) + sum(self.others, Decimal(0))

    @property
    def after_kept(self) -> Decimal:
        """That, where other figures stay."""
        return self.after(replaces=False)

    @property
    def after_replaced(self) -> Decimal:
        """That, where the import counts."""
        return self.after(replaces=True)

    def written(self, *, replaces: bool) -> list[PlannedRow]:
        """The rows that change anything."""
        return [row for row in self.rows if row.is_written(replaces=replaces)]


@dataclass(slots=True)
class BudgetPlan:
    """What an import would do, unit by unit in the order of the tree, and what is wrong with it."""

    units: list[PlannedUnit] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    blank: int = 0
    """How many rows have a code and no amount: they say nothing."""

    @property
    def rows(self) -> list[PlannedRow]:
        """All rows."""
        return [row for unit in self.units for row in unit.rows]

    @property
    def differing(self) -> list[PlannedRow]:
        """The rows in which the return has another figure."""
        return [row for row in self.rows if row.kind is Kind.DIFFERS]

    @property
    def stuck(self) -> list[PlannedUnit]:
        """The units whose returns cannot be written."""
        return [unit for unit in self.units if unit.obstacle]

    @property
    def beginning(self) -> list[PlannedUnit]:
        """The units whose returns would be begun."""
        return [each for each in self.units if each.submission is None]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind, by its name."""
        return {kind.value: sum(unit.number_of(kind) for unit in self.units) for kind in Kind}

    @property
    def approved(self) -> Decimal:
        """The total of the file."""
        return sum((unit.approved for unit in self.units), Decimal(0))

    @property
    def held(self) -> Decimal | None:
        """The total of what the units' returns say; None where none says anything."""
        held = [unit.held for unit in self.units if unit.held is not None]
        return sum(held, Decimal(0)) if held else None

    @property
    def after_kept(self) -> Decimal:
        """The total when the import is done, where other figures stay."""
        return sum((unit.after_kept for unit in self.units), Decimal(0))

    @property
    def after_replaced(self) -> Decimal:
        """The total when the import is done, where it counts."""
        return sum((unit.after_replaced for unit in self.units), Decimal(0))

    @property
    def does_nothing(self) -> bool:
        """Whether every figure is there already."""
        return all(row.kind is Kind.SAME for row in self.rows)

    @property
    def digest(self) -> str:
        """What tells this plan from the plan of other figures or other returns."""
        said = [
            [
                *(unit.unit.code, unit.submission.pk if unit.submission else 0, unit.obstacle),
                [[*row.key, figure_text(row.old), figure_text(row.new), row.kind] for row in unit.rows],
                [figure_text(each) for each in unit.others],
            ]
            for unit in self.units
        ]
        text = json.dumps([said, [list(each) for each in self.mistakes]], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_of(reading: BudgetReading, round: CollectionRound, today: date) -> BudgetPlan:
    """Return what importing a workbook would do today, in five queries however many its units and rows.

    The round comes with its bureau.
    """
    if reading.mistakes:
        return BudgetPlan(mistakes=list(reading.mistakes))
    return _Planner(reading, round, today).plan()


class _Planner:
    """Holds the rows of a workbook against the units of the round and their returns."""

    def __init__(self, reading: BudgetReading, round: CollectionRound, today: date):
        self._reading, self._round, self._today = reading, round, today
        self._units = {unit.code: unit for unit in Unit.objects.below([round.bureau])}
        named = [self._units[code] for code in {row.texts["unit"] for row in reading.rows} & {*self._units}]
        found = Submission.objects.for_workspace().filter(round=round, unit__in=named).order_by("revision")
        self._returns = {each.unit_id: each for each in found}  # of several the last one stays
        self._extensions = newest(Extension, round=round)
        self._codes = self._valid_codes(named)
        self._lines: dict[int, list[Any]] = {}
        lines = BudgetLine.objects.filter(
            submission__in=self._returns.values(), schedule=BY_FUNCTION.name, category__level=Level.ITEM
        )
        for line in lines.select_related("category").order_by("pk"):
            self._lines.setdefault(line.submission_id, []).append(line)

    def _valid_codes(self, units: Sequence[Unit]) -> dict[str, list[FunctionalCategory]]:
        codes: dict[str, list[FunctionalCategory]] = {}
        wanted = {row.texts["function"] for row in self._reading.rows}
        valid = FunctionalCategory.objects.in_force(self._round.fiscal_year, *units).filter(level=Level.ITEM)
        for each in valid.filter(code__in=wanted).order_by("code", "pk"):
            codes.setdefault(each.code, []).append(each)
        return codes

    def plan(self) -> BudgetPlan:
        """Return the plan."""
        plan = BudgetPlan()
        by_unit: dict[str, PlannedUnit] = {}
        firsts: dict[tuple[str, str, str, str], int] = {}
        for row in self._reading.rows:
            planned, mistakes = self._row(row)
            plan.mistakes += mistakes
            if not planned:
                plan.blank += not mistakes
                continue
            place = (planned.unit.code, planned.code.code, planned.fund, planned.nature)
            if first := firsts.get(place):
                said = f"与第 {first} 行是同一个单位的同一科目，请只留一行。"
                plan.mistakes.append(self._reading.mistake(row, "function", said))
                continue
            firsts[place] = row.number
            its = PlannedUnit(planned.unit, self._returns.get(planned.unit.pk))
            by_unit.setdefault(planned.unit.code, its).rows.append(planned)
        plan.units = sorted(by_unit.values(), key=lambda each: each.unit.path)
        numbers = {row.number: row for row in self._reading.rows}
        for unit in plan.units:
            for planned, message in self._doubled(unit):
                row = numbers[planned.number]
                plan.mistakes.append(self._reading.mistake(row, "function", message))
            unit.others = self._others(unit)
            if any(row.kind is not Kind.SAME for row in unit.rows):
                unit.obstacle = self._obstacle(unit)
        if not (plan.units or plan.mistakes):
            said = "表里没有填金额的行，没有要导入的。"
            plan.mistakes.append(Mistake(self._reading.sheet, "A1", said))
        return plan

    def _row(self, row: SheetRow) -> tuple[PlannedRow | None, list[Mistake]]:
        """A row understood; None for one that says nothing, or with what is wrong with it."""
        texts = {name: row.texts.get(name, "") for name in ("unit_name", "fund", "nature")} | row.texts
        wrong: list[Mistake] = []

        def refuse(column: str, message: str) -> None:
            if message:
                wrong.append(self._reading.mistake(row, column, message))

        unit = self._units.get(texts["unit"])
        refuse(*self._unit_mistake(unit, texts))
        refuse("fund", _choice_mistake("资金性质", texts["fund"], _FUNDS))
        refuse("nature", _choice_mistake("支出性质", texts["nature"], _NATURES))
        fund, nature = _FUNDS.get(texts["fund"], ""), _NATURES.get(texts["nature"], "")
        line = self._line(unit, texts["function"], fund, nature) if unit else None
        code = self._code(unit, texts["function"], fund, line)
        refuse("function", "" if code else self._code_mistake(texts["function"]))
        new = None
        try:
            new = parse_amount(texts["amount"], self._reading.unit)
        except AmountError as mistake:
            refuse("amount", str(mistake))
        if wrong or unit is None or code is None or new is None:
            return None, wrong
        return PlannedRow(row.number, unit, code, fund, nature, new, line), []

    def _unit_mistake(self, unit: Unit | None, texts: dict[str, str]) -> tuple[str, str]:
        code, name = texts["unit"], texts["unit_name"]
        if not code:
            return "unit", "请填写单位编码。"
        if unit is None:
            words = f"没有编码为 {code[:20]} 的单位：{self._round.bureau.name}没有这个单位，请核对编码。"
            return "unit", words
        if name and name != unit.name:
            words = f"编码 {code} 的单位是“{unit.name}”，不是“{name[:40]}”。请核对编码；名称可以留空。"
            return "unit_name", words
        return "unit", ""

    def _code_mistake(self, code: str) -> str:
        if mistake := FUNCTIONAL.mistake(code):
            return mistake
        if len(code) < ITEM_DIGITS:
            return f"科目编码 {code} 是类或款，年初预算请按“项”（{ITEM_DIGITS} 位）填写。"
        return (
            f"科目编码 {code} 在 {self._round.fiscal_year} 年度的科目表里没有，请核对；"
            "确实要用的，先由单位在“支出 · 按功能”里添加这个科目。"
        )

    def _line(self, unit: Unit, code: str, fund: str, nature: str) -> Any:
        """The row that the unit's return has in the place of one of the file."""
        submission = self._returns.get(unit.pk)
        lines = self._lines.get(submission.pk, []) if submission else []
        same = (each for each in lines if each.category.code == code)
        return next((each for each in same if (each.fund, each.nature) == (fund, nature)), None)

    def _code(self, unit: Unit | None, code: str, fund: str, line: Any) -> ValidCode | None:
        """The category that a row means: the one the return has it on, else one valid for the unit."""
        if line:
            return _valid(line.category)
        own = unit.pk if unit else None
        found = self._codes.get(code, ())
        return meant_code((_valid(each) for each in found if each.proposed_by_id in (None, own)), (fund,))

    def _doubled(self, unit: PlannedUnit) -> Iterator[tuple[PlannedRow, str]]:
        """The rows that would count an amount twice: one states fund or nature, another of its code not."""
        by_code: dict[str, list[PlannedRow]] = {}
        for row in unit.rows:
            by_code.setdefault(row.code.code, []).append(row)
        taken = {row.line.pk for row in unit.rows if row.line}
        lines = self._lines.get(unit.submission.pk, ()) if unit.submission else ()
        for row in unit.rows:
            beside = [each for each in by_code[row.code.code] if each.number < row.number]
            if first := next((each for each in beside if _overlaps(each, row)), None):
                words = "一行写明了资金性质或支出性质，另一行没有，会重复计算。请都写明，或都不写。"
                yield row, f"与第 {first.number} 行是同一科目，{words}"
            there = [each for each in lines if each.category.code == row.code.code and each.pk not in taken]
            if line := next((each for each in there if _overlaps(each, row)), None):
                labels = [_label(_FUNDS, line.fund), _label(_NATURES, line.nature)]
                said = "、".join(filter(None, labels)) or "不分资金性质和支出性质"
                words = "照文件导入会重复计算。请在文件里写成一样的资金性质和支出性质。"
                yield row, f"{unit.unit.name}的填报里这个科目是按“{said}”填的，{words}"

    def _others(self, unit: PlannedUnit) -> list[Decimal]:
        taken = {row.line.pk for row in unit.rows if row.line}
        lines = self._lines.get(unit.submission.pk, ()) if unit.submission else ()
        return [
            each.initial_budget for each in lines if each.pk not in taken and each.initial_budget is not None
        ]

    def _obstacle(self, unit: PlannedUnit) -> str:
        submission, round = unit.submission, self._round
        if submission is None and round.is_ahead(self._today):
            return f"本次收集从 {round.opens_date:%Y-%m-%d} 开始，请到那天再导入。"
        if submission and submission.status not in EDITABLE:
            return f"填报的状态是“{submission.state_text}”：{_WHAT_TO_DO[submission.status]}，{OR_TAKE_OUT}。"
        extension = self._extensions.get((round.pk, unit.unit.pk))
        if round.closed_at and (extension is None or extension.until_date < self._today):
            return f"本次收集已经关闭：请绩效股为这个单位延期以后再导入，{OR_TAKE_OUT}。"
        if submission and submission.is_limited:
            return f"审核人只退回了有审核要点的部分：请审核人扩大退回范围以后再导入，{OR_TAKE_OUT}。"
        return ""


_WHAT_TO_DO: dict[str, str] = {
    Submission.Status.IN_REVIEW: "请审核人退回（或填报人取消报送）以后再导入",
    Submission.Status.APPROVED: "请绩效股取消终审并退回以后再导入",
    Submission.Status.PUBLISHED: "要改的由单位办理更正，更正版可以导入",
    Submission.Status.SUPERSEDED: "请在更正版办理",
}


def _valid(category: FunctionalCategory) -> ValidCode:
    return ValidCode(category.pk, category.code, category.name, category.budget_book)


def _overlaps(one: Any, other: Any) -> bool:
    """Whether two rows of one code may be about the same money: they differ by what one leaves open."""
    pairs = ((one.fund, other.fund), (one.nature, other.nature))
    return any(a != b for a, b in pairs) and all(a == b or not (a and b) for a, b in pairs)


def _label(labels: dict[str, str], value: str) -> str:
    return next((label for label, each in labels.items() if each == value), "")


def _choice_mistake(what: str, text: str, choices: Iterable[str]) -> str:
    if not text or text in choices:
        return ""
    return f"没有“{text[:20]}”这种{what}，可以是：{'、'.join(choices)}；不分的就留空。"
