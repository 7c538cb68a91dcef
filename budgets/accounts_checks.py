"""Where published final-accounts tables do not agree with themselves or with each other: said, never mended.

Pure: takes tables as `accounts_tables` reads them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from budgets.accounts_tables import Amount, Side, Table, TableKind, TableLine
from budgets.books import Mistake
from budgets.money import AmountUnit, exact_text, parted
from budgets.returns import ECONOMIC_GROUPS

Tables = Mapping[TableKind, Table]

NATURES = {
    "basic": "基本支出",
    "project": "项目支出",
    "to_superior": "上缴上级支出",
    "operating": "经营支出",
    "to_subordinate": "对附属单位补助支出",
}
SOURCES = {
    "fiscal": "财政拨款收入",
    "from_superior": "上级补助收入",
    "institutional": "事业收入",
    "operating": "经营收入",
    "from_subordinate": "附属单位上缴收入",
    "other": "其他收入",
}
FUNDS = {
    "general_public": "一般公共预算财政拨款",
    "government_fund": "政府性基金预算财政拨款",
    "state_capital": "国有资本经营预算财政拨款",
}
_TITLES = {
    **NATURES,
    **FUNDS,
    "total": "合计",
    "fiscal": "财政拨款收入",
    "outturn": "决算数",
    "initial_budget": "年初预算数",
    "revised_budget": "全年预算数",
    "budget": "预算数",
    "opening": "年初结转和结余",
    "received": "本年收入",
    "closing": "年末结转和结余",
}
RECEIVED, SPENT = "本年收入合计", "本年支出合计"
OPENING, CLOSING = "年初(财政拨款)?结转(和|及)?结余", "年末(财政拨款)?结转(和|及)?结余"
_NAMES = {
    "overseas": "因公出国（境）费",
    "vehicles": "公务用车购置及运行维护费",
    "vehicle_purchase": "公务用车购置费",
    "vehicle_operation": "公务用车运行维护费",
    "hospitality": "公务接待费",
    "total": "“三公”经费合计",
}


def findings(tables: Tables) -> list[Mistake]:
    """Return every total that is not the sum of its parts, and every figure two tables state differently."""
    found: list[Mistake] = []
    for kind, table in tables.items():
        if kind in (TableKind.TOTALS, TableKind.FISCAL_TOTALS):
            found += _halves(table)
        elif kind is TableKind.THREE_PUBLIC:
            found += _three_public(table)
        else:
            found += _coded(table)
    return [*found, *_across(tables)]


def money(yuan: Decimal, unit: AmountUnit) -> str:
    """Return an amount as a sentence says it: exact, thousands parted, with its unit."""
    return f"{parted(exact_text(yuan, unit))} {unit.label}"


def rounding(unit: AmountUnit, figures: int) -> Decimal:
    """Return how many yuan so many figures printed to 0.01 万元 may be apart by rounding alone."""
    return Decimal(50) * figures if unit is AmountUnit.WAN else Decimal(0)


def _differing(
    table: Table, what: str, stated: Amount | None, of: str, parts: Sequence[Decimal | None]
) -> Iterator[Mistake]:
    """The finding that `stated` is not the sum of `parts`; none where it or all of them are blank."""
    known = [part for part in parts if part is not None]
    if stated is None or not known:
        return
    computed = sum(known, Decimal(0))
    gap = stated.yuan - computed
    if gap:
        is_rounding = abs(gap) <= rounding(table.unit, len(known) + 1)
        numbers = f"{what} {money(stated.yuan, table.unit)}，{of} {money(computed, table.unit)}"
        cause = "，在四舍五入的范围内" if is_rounding else ""
        message = f"{numbers}，相差 {money(gap, table.unit)}{cause}。"
        yield Mistake(table.sheet, stated.cell, message)


def _title(line: TableLine, column: str) -> str:
    name = " ".join(part for part in (line.code, _NAMES.get(line.name, line.name)) if part)
    return f"“{name}”的{_TITLES.get(column, column)}" if column not in ("outturn", "total") else f"“{name}”"


def _columns(lines: Sequence[TableLine]) -> list[str]:
    return list(dict.fromkeys(column for line in lines for column in line.amounts))


def _coded(table: Table) -> Iterator[Mistake]:
    """Each code against those right below it, the total against the topmost, and each line across."""
    codes = table.by_code()
    parts: dict[str, list[TableLine]] = {}
    for code, line in codes.items():
        above = next(
            (code[:length] for length in (5, 3) if length < len(code) and code[:length] in codes), ""
        )
        parts.setdefault(above, []).append(line)
    total = table.total()
    heads = [(codes[code], below) for code, below in parts.items() if code]
    for line, below in [*heads, *([(total, parts.get("", []))] if total else [])]:
        for column in _columns([line]):
            figures = [each.yuan(column) for each in below]
            yield from _differing(table, _title(line, column), line.amounts[column], "下面各行相加", figures)
    columns = SOURCES if table.kind is TableKind.REVENUE else NATURES
    for line in table.lines:
        figures = [line.yuan(column) for column in columns]
        yield from _differing(table, _title(line, "total"), line.amounts.get("total"), "各栏相加", figures)
        flow = [line.yuan("opening"), line.yuan("received"), line.yuan("total")]
        if None not in flow:
            opening, received, spent = (figure or Decimal(0) for figure in flow)
            closing = [opening + received - spent]
            what = _title(line, "closing")
            yield from _differing(table, what, line.amounts.get("closing"), "年初加收入减支出", closing)
    if table.kind is TableKind.BASIC:
        for words, group in (("人员经费合计", "personnel"), ("(日常)?公用经费合计", "operating")):
            line_of_sum = table.named(words)
            classes = ECONOMIC_GROUPS[group][1]
            tops = [each for each in parts.get("", []) if each.code[:3] in classes]
            if line_of_sum:
                said = "、".join(each.code for each in tops)
                figures = [each.yuan("outturn") for each in tops]
                stated = line_of_sum.amounts.get("outturn")
                yield from _differing(table, _title(line_of_sum, "outturn"), stated, f"{said} 相加", figures)


def _halves(table: Table) -> Iterator[Mistake]:
    """Each half: its total of the year against the lines above it, the grand total, and each line across."""
    for side, name, opening in (
        (Side.REVENUE, RECEIVED, f"{OPENING}|使用非财政拨款结余.*|使用专用结余"),
        (Side.EXPENDITURE, SPENT, f"{CLOSING}|结余分配"),
    ):
        lines = [line for line in table.lines if line.side == side]
        total, grand = table.named(name, side), table.named("总计", side)
        for column in _columns(lines):
            above = lines[: lines.index(total)] if total else []
            figures = [line.yuan(column) for line in above if not line.name.startswith("其中")]
            if total:
                stated = total.amounts.get(column)
                yield from _differing(table, _title(total, column), stated, "上面各行相加", figures)
            if grand and total and total.yuan(column) is not None:
                rest = [line for line in lines if re.fullmatch(opening, line.name)]
                parts = [total.yuan(column), *(line.yuan(column) for line in rest)]
                stated = grand.amounts.get(column)
                yield from _differing(table, _title(grand, column), stated, "本年合计加结转结余", parts)
        for line in lines:
            figures = [line.yuan(fund) for fund in FUNDS]
            yield from _differing(
                table, _title(line, "total"), line.amounts.get("total"), "各栏相加", figures
            )
    revenue, expenditure = (table.named("总计", side) for side in (Side.REVENUE, Side.EXPENDITURE))
    if revenue and expenditure:
        spent = expenditure.yuan("outturn" if table.kind is TableKind.TOTALS else "total")
        yield from _differing(table, "收入的“总计”", revenue.amounts.get("outturn"), "支出的“总计”", [spent])


def _three_public(table: Table) -> Iterator[Mistake]:
    lines = {line.name: line for line in table.lines}
    for whole, parts in (
        ("vehicles", ("vehicle_purchase", "vehicle_operation")),
        ("total", ("overseas", "vehicles", "hospitality")),
    ):
        if whole in lines:
            for column, stated in lines[whole].amounts.items():
                figures = [lines[part].yuan(column) for part in parts if part in lines]
                yield from _differing(table, _title(lines[whole], column), stated, "各项相加", figures)


def _across(tables: Tables) -> Iterator[Mistake]:
    """What two tables state of the same figure."""
    totals, fiscal = tables.get(TableKind.TOTALS), tables.get(TableKind.FISCAL_TOTALS)
    by_function = tables.get(TableKind.EXPENDITURE)
    for kind, name, side in (
        (TableKind.REVENUE, RECEIVED, Side.REVENUE),
        (TableKind.EXPENDITURE, SPENT, Side.EXPENDITURE),
    ):
        yield from _same(
            totals, totals.named(name, side) if totals else None, "outturn", tables.get(kind), "total"
        )
    if totals and by_function:
        classes = {line.name: line for code, line in by_function.by_code().items() if len(code) == 3}
        for line in totals.lines:
            if line.side == Side.EXPENDITURE and line.name in classes:
                of = f"“{by_function.kind}”里"
                figure = classes[line.name].yuan("total")
                yield from _differing(
                    totals, _title(line, "outturn"), line.amounts.get("outturn"), of, [figure]
                )
    for kind, fund in (
        (TableKind.GENERAL_PUBLIC, "general_public"),
        (TableKind.GOVERNMENT_FUND, "government_fund"),
        (TableKind.STATE_CAPITAL, "state_capital"),
    ):
        spent = fiscal.named(SPENT, Side.EXPENDITURE) if fiscal else None
        yield from _same(fiscal, spent, fund, tables.get(kind), "total")
    yield from _basic(tables.get(TableKind.BASIC), tables.get(TableKind.GENERAL_PUBLIC))


def _same(
    table: Table | None, line: TableLine | None, column: str, other: Table | None, other_column: str
) -> Iterator[Mistake]:
    total = other.total() if other else None
    if table and line and other and total:
        of = f"“{other.kind}”合计"
        yield from _differing(
            table, _title(line, column), line.amounts.get(column), of, [total.yuan(other_column)]
        )


def _basic(basic: Table | None, general: Table | None) -> Iterator[Mistake]:
    """Personnel and operating costs against the basic expenditure of the general public budget."""
    total = general.total() if general else None
    if basic and general and total:
        lines = [basic.named("人员经费合计"), basic.named("(日常)?公用经费合计")]
        parts = [line.yuan("outturn") if line else None for line in lines]
        if None not in parts:
            of = "“人员经费合计”与“公用经费合计”相加"
            stated = total.amounts.get("basic")
            yield from _differing(general, _title(total, "basic"), stated, of, parts)
