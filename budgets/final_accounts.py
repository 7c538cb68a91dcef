"""The final-accounts tables the accountant already has, understood for one return: what they fill, what not.

Only what a table states is filled: the outturn, and a budget where it has one. What is blank in it leaves the
return as it is, and a total is never written over the rows it sums. Where the return keeps a code less finely
than the tables do, by neither fund nor nature, the figures are added up for it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from budgets.accounts_checks import (
    CLOSING,
    FUNDS,
    NATURES,
    OPENING,
    SPENT,
    Tables,
    findings,
    money,
    rounding,
)
from budgets.accounts_tables import (
    Amount,
    Side,
    Table,
    TableKind,
    TableLine,
    TablesReading,
    is_same_unit,
    read_tables,
    year_in,
)
from budgets.actions import LineKey
from budgets.books import Mistake, is_same_name
from budgets.import_plans import Entry, Texts, ValidCode, meant_code, unknown_code_text, valid_codes
from budgets.last_year import LastYear, last_year_of
from budgets.models import (
    BudgetLine,
    CarryoverLine,
    ExpenditureNature,
    Fund,
    ProjectLine,
    ReturnText,
)
from budgets.money import AmountUnit, figure_text, shorten
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    REVENUE,
    SCHEDULES,
    THREE_PUBLIC,
    TOTAL,
    Classification,
    Schedule,
)
from budgets.rows import PROJECT_ITEM
from budgets.sheet_reading import Sheets, WrongWorkbook
from submissions.models import Submission

MOST_FINDINGS = 200
"""How many findings are listed: those of a real workbook are a few dozen."""

WANTED = "请上传填报表，或部门决算公开表（收入支出决算总表、支出决算表等九张，整本或单张都可以）。"


@dataclass(frozen=True, slots=True)
class Remark:
    """What the preview says beside the changes: a table that was found, a finding, what is not filled."""

    TABLE, FINDING, LEFT = "table", "finding", "left"

    kind: str
    title: str
    """The table, the sheet, or the schedule it is about."""
    text: str
    cell: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as an upload keeps it."""
        return asdict(self)


@dataclass(slots=True)
class AccountsReading:
    """What final-accounts tables say of a return: entries by schedule, remarks, and every mistake."""

    unit: AmountUnit
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read_accounts(sheets: Sheets, submission: Submission, file_name: str) -> AccountsReading:
    """Return what final-accounts tables say of a return, in a constant number of queries.

    Raises WrongWorkbook when none of the tables is in the workbook, or they are of another unit or year.
    """
    reading = read_tables(sheets)
    if not reading.tables:
        raise WrongWorkbook(f"这个文件不是从本系统下载的填报表，也没有认出决算公开表。{WANTED}")
    _check_owner(reading, submission, file_name)
    tables = {kind: reading.tables[kind] for kind in TableKind if kind in reading.tables}
    filler = _Filler(tables, submission)
    filler.fill()
    first = next(iter(tables.values()))
    return AccountsReading(
        first.unit,
        filler.entries,
        [*_found(reading, tables, submission), *filler.remarks, *filler.left()],
        [*reading.mistakes, *filler.mistakes],
    )


def _check_owner(reading: TablesReading, submission: Submission, file_name: str) -> None:
    year = submission.round.fiscal_year
    years = reading.years or ({found: "文件名"} if (found := year_in(file_name)) else {})
    for named, sheet in years.items():
        if named != year:
            where = "按文件名" if sheet == "文件名" else f"工作表“{shorten(sheet)}”"
            raise WrongWorkbook(f"{where}是 {named} 年度的决算公开表，现在填的是 {year} 年度，请核对文件。")
    for name in reading.units:
        if not is_same_unit(name, submission.unit.name):
            raise WrongWorkbook(
                f"这是“{shorten(name, 40)}”的决算公开表，不是“{submission.unit.name}”的，请核对文件。"
            )


def _found(reading: TablesReading, tables: Tables, submission: Submission) -> list[Remark]:
    """The tables that were recognised, what they do not say of themselves, and where they do not agree."""
    found = []
    units = {table.unit for table in tables.values()}
    for kind, table in tables.items():
        words = [
            table.sheet,
            table.unit.label if len(units) > 1 else "",
            "" if table.has_figures else "没有数",
        ]
        found.append(Remark(Remark.TABLE, kind.value, "，".join(filter(None, words))))
    unsaid = [word for word, said in (("年度", reading.years), ("单位名称", reading.units)) if not said]
    if unsaid:
        whose = f"“{submission.unit.name}”{submission.round.fiscal_year} 年度的表"
        text = f"表里没有写{'和'.join(unsaid)}，请自己核对是{whose}。"
        found.append(Remark(Remark.FINDING, "整个文件", text))
    differing = findings(tables)
    found += [
        Remark(Remark.FINDING, each.sheet, each.message, each.cell) for each in differing[:MOST_FINDINGS]
    ]
    if len(differing) > MOST_FINDINGS:
        text = f"一共有 {len(differing)} 处对不上，这里只列前 {MOST_FINDINGS} 处。"
        found.append(Remark(Remark.FINDING, "整个文件", text))
    return found


_NEEDED = {
    REVENUE.name: TableKind.TOTALS,
    BY_FUNCTION.name: TableKind.EXPENDITURE,
    BY_NATURE.name: TableKind.EXPENDITURE,
    BY_ECONOMIC.name: TableKind.BASIC,
    THREE_PUBLIC.name: TableKind.THREE_PUBLIC,
    CARRYOVER.name: TableKind.FISCAL_TOTALS,
}
"""The table a schedule is filled from."""

_NOT_THERE = "决算公开表里没有，请在网页或填报表里填。"
_BASIC_ITEMS = ("basic_personnel", "basic_operating")
_SOURCES = {
    "general_public": "一般公共预算财政拨款(收入)?",
    "government_fund": "政府性基金(预算)?(财政拨款)?(收入)?",
    "state_capital": "国有资本经营(预算)?(财政拨款)?(收入)?",
    "from_superior": "上级补助收入",
    "institutional": "事业收入",
    "operating": "经营收入",
    "from_subordinate": "附属单位上缴收入",
    "other": "其他收入",
}
_FUND_OF_TABLE = {
    TableKind.GENERAL_PUBLIC: Fund.GENERAL_PUBLIC.value,
    TableKind.GOVERNMENT_FUND: Fund.GOVERNMENT_FUND.value,
    TableKind.STATE_CAPITAL: Fund.STATE_CAPITAL.value,
}
_FUNDS = dict(Fund.choices)
_NATURES = dict(ExpenditureNature.choices)

Figures = Mapping[str, Sequence[Amount]]
"""What a row is told, by column; several figures are added up."""
Parts = dict[tuple[str, str], list[Amount]]
"""The figures of a code by fund and nature; "" is not stated."""

_GRANULARITIES = ((True, True), (True, False), (False, True), (False, False))
"""Whether rows tell funds apart and natures apart, from the finest."""


class _Filler:
    """Turns tables into the entries of one return, on what is stored in it now."""

    def __init__(self, tables: Tables, submission: Submission):
        self.tables = tables
        self.entries: dict[str, list[Entry]] = {}
        self.remarks: list[Remark] = []
        self.mistakes: list[Mistake] = []
        self._submission = submission
        self._stated: dict[str, set[str]] = {}
        self._lines: dict[tuple[str, LineKey], Any] = {}
        self._on_code: dict[tuple[str, str], list[Any]] = {}
        line: Any
        for line in BudgetLine.objects.of_submission(submission).with_codes():
            self._lines[line.schedule, line.key] = line
            self._on_code.setdefault((line.schedule, line.code), []).append(line)
        for carried in CarryoverLine.objects.of_submission(submission):
            self._lines[CARRYOVER.name.value, carried.key] = carried

    def fill(self) -> None:
        """Fill every schedule the tables reach; a code that is not valid is a mistake, as in our workbook."""
        self._fill_revenue()
        self._fill_by_function()
        self._fill_by_nature()
        self._fill_by_economic()
        self._fill_three_public()
        self._fill_carryover()

    def left(self) -> Iterator[Remark]:
        """What is left to be filled in by hand: schedules that lack the same are named together."""
        lacking: dict[str, list[str]] = {}
        for schedule in SCHEDULES:
            lacking.setdefault(self._lacks(schedule), []).append(schedule.title)
        lacking.pop("", None)
        lacking.setdefault(_NOT_THERE, []).extend(
            (ReturnText.Name.THRIFT_MEASURES.label, "报告文字", "年度总体目标", "绩效指标")
        )
        for text, titles in sorted(lacking.items(), key=lambda pair: pair[0] == _NOT_THERE):
            yield Remark(Remark.LEFT, "、".join(titles), text)

    def _lacks(self, schedule: Schedule) -> str:
        """What is lacking in a schedule; "" for nothing."""
        kind, stated = _NEEDED.get(schedule.name), self._stated.get(schedule.name.value)
        blank = [column.title for column in schedule.columns if column.name not in (stated or ())]
        if kind is None:
            return _NOT_THERE
        if not stated:
            text = f"“{kind}”里没有数" if kind in self.tables else f"这个文件里没有“{kind}”"
            return f"{text}，这一节没有填。"
        return f"表里没有{'、'.join(blank)}，请自己填。" if blank else ""

    def _say_left(self, schedule: Schedule, text: str) -> None:
        self.remarks.append(Remark(Remark.LEFT, schedule.title, text))

    def _say_found(self, line: TableLine, sheet: str, text: str) -> None:
        self.remarks.append(Remark(Remark.FINDING, sheet, text, line.cell))

    # --- Entries

    def _stored(self, schedule: Schedule, item: str) -> Any:
        """The stored line of a fixed row; None when nobody has filled it."""
        return self._lines.get((schedule.name.value, _fixed(schedule, item)))

    def _holds(self, schedule: Schedule, items: Iterable[str], column: str) -> bool:
        """Whether a figure is stored in one of these fixed rows."""
        lines = (self._stored(schedule, item) for item in items)
        return any(line is not None and getattr(line, column) is not None for line in lines)

    def _put_item(self, schedule: Schedule, item: str, figures: Figures) -> None:
        names = {each.code: each.name for each in schedule.items} | {TOTAL: schedule.total_name}
        self._put(schedule, _fixed(schedule, item), names[item], figures)

    def _mark(self, schedule: Schedule, *columns: str) -> None:
        """Note which columns of a schedule the tables state, whether or not it is changed by them."""
        name = schedule.name.value
        self._stated[name] = self._stated.get(name, set()) | set(columns)

    def _put(self, schedule: Schedule, key: LineKey, label: str, figures: Figures) -> None:
        """Take figures for a row, several for one cell added up; its other cells stay as they are."""
        if not figures:
            return
        self._mark(schedule, *figures)
        line = self._lines.get((schedule.name.value, key))
        names = [column.name for column in schedule.columns]
        base: Texts = [figure_text(getattr(line, name)) if line else "" for name in names]
        sums = {name: figure_text(_sum(part)) for name, part in figures.items()}
        values = [sums.get(name, text) for name, text in zip(names, base, strict=True)]
        is_new = line is None and not key[0]
        if values == base and not is_new:
            return
        entries = self.entries.setdefault(schedule.name.value, [])
        entries.append(
            Entry(
                label=label,
                key=list(key),
                at=len(entries) + 1,
                version=line.row_version if line else 0,
                base=None if is_new else base,
                values=values,
                places={name: _place(part) for name, part in figures.items()},
            )
        )

    # --- Revenue

    def _fill_revenue(self) -> None:
        totals, fiscal = self.tables.get(TableKind.TOTALS), self.tables.get(TableKind.FISCAL_TOTALS)
        by_code = self.tables.get(TableKind.REVENUE)
        total = by_code.total() if by_code else None
        for item in REVENUE.items:
            lines = [
                each.named(f"(其中:)?{_SOURCES[item.code]}", Side.REVENUE)
                for each in (totals, fiscal)
                if each
            ]
            figures = _first_figures(lines)
            if not figures and total and item.code in total.amounts:
                figures = {"outturn": [total.amounts[item.code]]}
            self._put_item(REVENUE, item.code, figures)
        if not totals and not fiscal and total and "fiscal" in total.amounts:
            self._say_left(
                REVENUE,
                f"“{TableKind.REVENUE}”里的财政拨款收入没有分一般公共预算、政府性基金和国有资本经营，没有填；"
                f"请连同“{TableKind.TOTALS}”上传，或自己填。",
            )

    # --- Expenditure by function

    def _fill_by_function(self) -> None:
        whole = self.tables.get(TableKind.EXPENDITURE)
        parts = {fund: self.tables[kind] for kind, fund in _FUND_OF_TABLE.items() if kind in self.tables}
        funds = {fund: table.by_code() for fund, table in parts.items()}
        codes = _Codes(Classification.FUNCTION, self._submission)
        seen: set[str] = set()
        for table in [whole] if whole else parts.values():
            for line in table.leaves():
                if line.code not in seen:
                    seen.add(line.code)
                    self._fill_code(line, table, funds, codes, is_whole=table is whole)
        if whole:
            self._say_unnamed(whole)

    def _fill_code(
        self, line: TableLine, table: Table, funds: "_ByFund", codes: "_Codes", *, is_whole: bool
    ) -> None:
        """Take the figures of a code, as finely as the return keeps it."""
        parts = _by_fund(line.code, funds)
        if is_whole:
            parts = self._attributed(line, parts)
        if not parts:
            return
        lines = self._on_code.get((BY_FUNCTION.name.value, line.code), [])
        stored = {(each.fund, each.nature): each for each in lines}
        grouped = _grouped(parts, set(stored), is_whole=is_whole)
        said = _sum(each for part in parts.values() for each in part)
        self._mark(BY_FUNCTION, "outturn")
        if grouped is None:
            kept = sum((each.outturn or Decimal(0) for each in stored.values()), Decimal(0))
            if kept != said:
                self._say_found(
                    line,
                    table.sheet,
                    f"“{line.code} {line.name}”表里是 {money(said, table.unit)}，系统里分了资金或支出性质，"
                    f"各行共 {money(kept, table.unit)}，对不上号，没有改，请自己核对。",
                )
            return
        first = next(iter(stored.values()), None)
        category = first.category_id if first else codes.of(line, [fund for fund, _ in grouped])
        if not category:
            self.mistakes.append(codes.mistake(line, table, BY_FUNCTION))
            return
        name = first.code_name if first else codes.name_of(line)
        self._say_other_name(line, table, name)
        for (fund, nature), amounts in grouped.items():
            if not _sum(amounts) and said and (fund, nature) not in stored:
                continue  # nothing was spent on this nature: the other rows of the code say so
            words = [f"{line.code} {name}", _FUNDS.get(fund, ""), _NATURES.get(nature, "")]
            key = ("", category, None, fund, nature)
            self._put(BY_FUNCTION, key, " · ".join(filter(None, words)), {"outturn": amounts})

    def _attributed(self, line: TableLine, by_fund: Parts) -> Parts:
        """The figures of a code of 支出决算表 by fund, where the tables of the funds make up all of it."""
        whole = _by_nature(line, "")
        if not by_fund or _natures(by_fund) == _natures(whole):
            return by_fund or whole
        self._say_left(
            BY_FUNCTION,
            f"“{line.code} {line.name}”在“{TableKind.EXPENDITURE}”里的数和财政拨款各表的不同，"
            "按全部资金填，没有分资金性质。",
        )
        return whole

    def _say_other_name(self, line: TableLine, table: Table, name: str) -> None:
        if line.name and not is_same_name(line.name, name):
            text = f"科目 {line.code} 在表里叫“{shorten(line.name)}”，科目表里叫“{shorten(name)}”，按编码填。"
            self._say_found(line, table.sheet, text)

    def _say_unnamed(self, whole: Table) -> None:
        """Say which codes the return has figures on that the table does not name."""
        named = {code[:length] for code in whole.by_code() for length in (3, 5, 7)}
        for (schedule, code), lines in self._on_code.items():
            kept = sum((line.outturn or Decimal(0) for line in lines), Decimal(0))
            if schedule == BY_FUNCTION.name.value and code and kept and code not in named:
                name = f"{code} {lines[0].code_name}"
                text = f"系统里“{name}”有决算数 {money(kept, whole.unit)}，表里没有这个科目，没有改。"
                self.remarks.append(Remark(Remark.FINDING, whole.sheet, text))

    # --- Expenditure by nature

    def _fill_by_nature(self) -> None:
        tables = [self.tables.get(kind) for kind in (TableKind.EXPENDITURE, TableKind.GENERAL_PUBLIC)]
        split = [
            (table, total)
            for table in tables
            if table and (total := table.total()) and total.amounts.keys() & {"basic", "project"}
        ]
        table, total = split[0] if split else (None, None)
        if table and table.kind is TableKind.GENERAL_PUBLIC and TableKind.EXPENDITURE in self.tables:
            self._say_left(
                BY_NATURE,
                f"“{TableKind.EXPENDITURE}”没有分基本支出和项目支出，按“{table.kind}”填，只含一般公共预算。",
            )
        self._fill_basic(table, total)
        if total is None:
            return
        self._mark(BY_NATURE, "outturn")
        for nature in ("to_superior", "operating", "to_subordinate"):
            if nature in total.amounts:
                self._put_item(BY_NATURE, nature, {"outturn": [total.amounts[nature]]})
        if table and "project" in total.amounts:
            self._fill_projects(table, total.amounts["project"])

    def _fill_basic(self, table: Table | None, total: TableLine | None) -> None:
        """Personnel and operating costs where they make up the basic expenditure, else that alone."""
        basic = self.tables.get(TableKind.BASIC)
        lines = [basic.named(words) for words in ("人员经费合计", "(日常)?公用经费合计")] if basic else []
        parts = [line.amounts["outturn"] for line in lines if line and "outturn" in line.amounts]
        stated = total.amounts.get("basic") if total else None
        unit = table.unit if table else AmountUnit.YUAN
        gap = stated.yuan - _sum(parts) if stated else Decimal(0)
        if len(parts) == 2 and abs(gap) <= rounding(unit, 3):
            for item, part in zip(_BASIC_ITEMS, parts, strict=True):
                self._put_item(BY_NATURE, item, {"outturn": [part]})
            return
        if stated is None or total is None or table is None:
            return
        if self._holds(BY_NATURE, _BASIC_ITEMS, "outturn"):
            self._say_left(BY_NATURE, "系统里已分别填了人员经费和公用经费，基本支出由它们相加，没有改。")
            return
        self._put_item(BY_NATURE, "basic", {"outturn": [stated]})
        if len(parts) == 2:
            self._say_left(
                BY_NATURE,
                f"人员经费和公用经费只有一般公共预算的，比全部基本支出{'少' if gap > 0 else '多'} "
                f"{money(abs(gap), unit)}，没有填；请自己把基本支出分成两项。",
            )

    def _fill_projects(self, table: Table, stated: Amount) -> None:
        """The total of the projects, which is stated only while none of them has its figure."""
        projects = ProjectLine.objects.of_submission(self._submission).exclude(outturn=None)
        figures = list(projects.values_list("outturn", flat=True))
        known = sum(figures, Decimal(0))
        if not figures:
            self._put_item(BY_NATURE, PROJECT_ITEM, {"outturn": [stated]})
        elif known != stated.yuan:
            text = (
                f"项目支出在表里是 {money(stated.yuan, table.unit)}，系统里各项目相加是 "
                f"{money(known, table.unit)}，没有改，请核对各项目。"
            )
            self.remarks.append(Remark(Remark.FINDING, table.sheet, text, stated.cell))

    # --- Basic expenditure by economic category

    def _fill_by_economic(self) -> None:
        table = self.tables.get(TableKind.BASIC)
        codes = _Codes(Classification.ECONOMIC, self._submission)
        for line in sorted(table.leaves(), key=lambda each: each.code) if table else ():
            if table is None or "outturn" not in line.amounts:
                continue
            own = next(iter(self._on_code.get((BY_ECONOMIC.name.value, line.code), [])), None)
            category = own.economic_category_id if own else codes.of(line, ())
            if not category:
                self.mistakes.append(codes.mistake(line, table, BY_ECONOMIC))
                continue
            name = own.code_name if own else codes.name_of(line)
            self._say_other_name(line, table, name)
            figures = {"outturn": [line.amounts["outturn"]]}
            key = ("", None, category, "", "")
            self._put(BY_ECONOMIC, key, f"{line.code} {name}", figures)

    # --- The three public expenses

    def _fill_three_public(self) -> None:
        table = self.tables.get(TableKind.THREE_PUBLIC)
        if table is None:
            return
        budget = "revised_budget" if table.is_revised else "initial_budget"
        lines = {line.name: line for line in table.lines}
        items = THREE_PUBLIC.items
        below = {item.code: [each.code for each in items if each.parent == item.code] for item in items}
        below[TOTAL] = list(below)
        for item, parts in below.items():
            line = lines.get(item)
            figures: dict[str, list[Amount]] = {}
            for said, amount in line.amounts.items() if line else ():
                column = budget if said == "budget" else said
                is_summed = any(said in lines[part].amounts for part in parts if part in lines)
                if not is_summed and not self._holds(THREE_PUBLIC, parts, column):
                    figures[column] = [amount]
            self._put_item(THREE_PUBLIC, item, figures)
        if any("budget" in line.amounts for line in table.lines):
            meant, other = ("全年", "年初") if table.is_revised else ("年初", "全年")
            text = f"表里的“预算数”当作{meant}预算数填；如果是{other}预算数，请导入后改到那一栏。"
            self._say_left(THREE_PUBLIC, text)

    # --- Carried over

    def _fill_carryover(self) -> None:
        """Each fund's row that says what was carried over; without that, its other figures say nothing."""
        fiscal, totals = self.tables.get(TableKind.FISCAL_TOTALS), self.tables.get(TableKind.TOTALS)
        last_year = last_year_of(self._submission, CARRYOVER)
        for fund in FUNDS:
            table = fiscal
            figures: dict[str, Sequence[Amount]] = _carried(fiscal, fund) if fiscal else {}
            own = next((self.tables.get(kind) for kind, each in _FUND_OF_TABLE.items() if each == fund), None)
            if not figures.keys() & {"opening", "closing"} and own and (total := own.total()):
                names = {"opening": "opening", "received": "received", "total": "spent", "closing": "closing"}
                table = own
                figures = {names[name]: [each] for name, each in total.amounts.items() if name in names}
            if not figures.keys() & {"opening", "closing"}:
                continue
            if {"opening", "received", "spent"} <= figures.keys():
                figures.pop("closing", None)  # it follows from the three, and is not stored beside them
                self._mark(CARRYOVER, "closing")
            if table:
                self._hold(figures, fund, last_year, table.unit)
            self._put_item(CARRYOVER, fund, figures)
        if fiscal and totals:
            self._say_other_funds(fiscal, totals)

    def _hold(
        self, figures: dict[str, Sequence[Amount]], fund: str, last_year: LastYear, unit: AmountUnit
    ) -> None:
        """Take out what comes from last year's approved return; say where the table has another figure."""
        for column in last_year.columns:
            printed = figures.pop(column.name, None)
            if not printed:
                continue
            self._mark(CARRYOVER, column.name)
            stored: Decimal | None = getattr(self._stored(CARRYOVER, fund), column.name, None)
            approved: Any = last_year.by_key().get((fund,), {}).get(column.name)
            ours = approved if stored is None else stored
            if abs(_sum(printed) - (ours or Decimal(0))) <= rounding(unit, len(printed)):
                continue
            said = "没有这个数" if ours is None else f"是 {money(ours, AmountUnit.YUAN)}"
            text = (
                f"{_FUNDS[fund]}的{column.title}在表里是 {money(_sum(printed), unit)}，系统里{said}，"
                f"取自 {last_year.source}，没有改；确有变动的，请在网页上重述。"
            )
            self.remarks.append(Remark(Remark.FINDING, printed[0].sheet, text, printed[0].cell))

    def _say_other_funds(self, fiscal: Table, totals: Table) -> None:
        """Say what was carried over of other money: no table has it by itself."""
        for words, side, name in (
            (OPENING, Side.REVENUE, "年初结转和结余"),
            (CLOSING, Side.EXPENDITURE, "年末结转和结余"),
        ):
            whole, part = totals.named(words, side), fiscal.named(words, side)
            column = "outturn" if side == Side.REVENUE else "total"
            known = part.yuan(column) if part else None
            if whole is None or known is None or whole.yuan("outturn") in (None, known):
                continue
            stated = whole.amounts["outturn"].yuan
            self._say_left(
                CARRYOVER,
                f"{name}总表是 {money(stated, totals.unit)}，其中财政拨款 {money(known, totals.unit)}，其余 "
                f"{money(stated - known, totals.unit)}没有单列，请自己填在“其他资金”或“财政专户管理资金”。",
            )


def _fixed(schedule: Schedule, item: str) -> LineKey:
    return (item,) if schedule == CARRYOVER else (item, None, None, "", "")


def _sum(amounts: Iterable[Amount]) -> Decimal:
    return sum((each.yuan for each in amounts), Decimal(0))


def _place(amounts: Sequence[Amount]) -> str:
    """Where figures stand: 支出决算表 E8、F8."""
    sheets = dict.fromkeys(each.sheet for each in amounts)
    cells = {sheet: "、".join(each.cell for each in amounts if each.sheet == sheet) for sheet in sheets}
    return "；".join(f"{sheet} {part}" for sheet, part in cells.items())


def _first_figures(lines: Iterable[TableLine | None]) -> dict[str, list[Amount]]:
    """The figures of the first of these lines that has any."""
    amounts = next((line.amounts for line in lines if line and line.amounts), {})
    return {name: [amount] for name, amount in amounts.items()}


def _by_nature(line: TableLine, fund: str) -> Parts:
    """What was spent on a code by nature; where the table does not split it, in one."""
    found = {(fund, nature): [line.amounts[nature]] for nature in NATURES if nature in line.amounts}
    return found or ({(fund, ""): [line.amounts["total"]]} if "total" in line.amounts else {})


_ByFund = Mapping[str, Mapping[str, TableLine]]
"""The lines of the tables of the funds, by fund and code."""


def _by_fund(code: str, funds: _ByFund) -> Parts:
    found: Parts = {}
    for fund, lines in funds.items():
        line = lines.get(code)
        found |= _by_nature(line, fund) if line else {}
    return found


def _natures(parts: Parts) -> dict[str, Decimal]:
    """What was spent by nature, whatever the fund; nothing where nothing was."""
    found: dict[str, Decimal] = {}
    for (_, nature), amounts in parts.items():
        found[nature] = found.get(nature, Decimal(0)) + _sum(amounts)
    return {nature: yuan for nature, yuan in found.items() if yuan}


def _grouped(parts: Parts, stored: set[tuple[str, str]], *, is_whole: bool) -> Parts | None:
    """Return the figures of a code as finely as its rows are kept; None where the two do not meet.

    Funds are added up only where the figures are those of all of them.
    """
    for keeps_fund, keeps_nature in _GRANULARITIES:
        grouped: Parts = {}
        for (fund, nature), amounts in parts.items():
            key = (fund if keeps_fund else "", nature if keeps_nature else "")
            grouped[key] = [*grouped.get(key, ()), *amounts]
        if stored <= grouped.keys() and (keeps_fund or is_whole):
            return grouped
    return None


def _carried(fiscal: Table, fund: str) -> dict[str, Sequence[Amount]]:
    """What 财政拨款收入支出决算总表 says of one fund."""
    left = [line for line in fiscal.lines if line.side == Side.REVENUE]
    start = next((at for at, line in enumerate(left) if re.fullmatch(OPENING, line.name)), len(left))
    pattern = f"(其中:)?{_SOURCES[fund]}"
    opening = next((line for line in left[start:] if re.fullmatch(pattern, line.name)), None)
    received = next((line for line in left[:start] if re.fullmatch(pattern, line.name)), None)
    spent, closing = (fiscal.named(words, Side.EXPENDITURE) for words in (SPENT, CLOSING))
    said = (
        ("opening", opening, "outturn"),
        ("received", received, "outturn"),
        ("spent", spent, fund),
        ("closing", closing, fund),
    )
    return {name: [line.amounts[column]] for name, line, column in said if line and column in line.amounts}


class _Codes:
    """The codes rows of a return may stand on."""

    def __init__(self, classification: Classification, submission: Submission):
        self._valid: dict[str, list[ValidCode]] = {}
        self._chosen: dict[str, ValidCode] = {}
        for each in valid_codes(classification, submission):
            self._valid.setdefault(each.code, []).append(each)

    def of(self, line: TableLine, funds: Sequence[str]) -> int | None:
        """Return the category of a line's code; None where it is not valid."""
        found = meant_code(self._valid.get(line.code, []), funds)
        if not found:
            return None
        self._chosen[line.code] = found
        return found.pk

    def name_of(self, line: TableLine) -> str:
        """Return the name of a code that is valid."""
        return self._chosen[line.code].name

    def mistake(self, line: TableLine, table: Table, schedule: Schedule) -> Mistake:
        """Say that a code is not valid, and what to do, as for our own workbook."""
        return Mistake(
            table.sheet,
            line.cell,
            unknown_code_text(f"“{line.code}”（{shorten(line.name)}）", schedule),
        )
