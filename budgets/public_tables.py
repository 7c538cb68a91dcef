"""The nine final-accounts tables a unit publishes (部门决算公开表), as far as a return holds their figures.

What it does not hold stays blank: income by function code, carry-overs of one fund, what has no fund. Titles,
order and numbers are data of an edition; `accounts_tables` reads what is written here. Amounts in 万元.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from budgets.cells import place_of, place_of_schedule
from budgets.measures import total
from budgets.models import ExpenditureNature, Fund
from budgets.official_forms import FormCell, FormRow, Kind, OfficialForm
from budgets.public_editions import PublicEdition, PublicKind, PublicTable
from budgets.returns import BY_ECONOMIC, BY_FUNCTION, CARRYOVER, REVENUE, THREE_PUBLIC, TOTAL, Schedule
from budgets.rows import Row, RowKind, is_of
from submissions.findings import Place

Rows = Mapping[str, Sequence[Row]]
UPRIGHT = 120
"""So many half-width characters are read on an upright page; a wider table lies."""

_FUNDS = {
    PublicKind.GENERAL_PUBLIC: Fund.GENERAL_PUBLIC,
    PublicKind.GOVERNMENT_FUND: Fund.GOVERNMENT_FUND,
    PublicKind.STATE_CAPITAL: Fund.STATE_CAPITAL,
}
"""The tables of one fund."""

Said = tuple[Decimal | None, Place | None]
NOTHING: Said = (None, None)
"""A figure the return does not hold."""


def public_tables(edition: PublicEdition, unit_name: str, rows: Rows) -> list[OfficialForm]:
    """Return the tables of one return, a sheet each."""
    return [
        _form(number, table, unit_name, rows, *_MAKERS[table.kind](edition, rows))
        for number, table in enumerate(edition.tables, 1)
    ]


Body = tuple[tuple[int, ...], list[FormRow]]
"""The widths of the columns, and the rows between the title and the foot."""


def _form(
    number: int,
    table: PublicTable,
    unit_name: str,
    rows: Rows,
    widths: tuple[int, ...],
    body: list[FormRow],
) -> OfficialForm:
    columns, name = len(widths), f"公开{number:02}表"
    printed: list[FormRow] = [
        [FormCell(1, table.title, Kind.TITLE, columns)],
        [
            FormCell(1, f"部门：{unit_name}", Kind.FOOT, columns - 1),
            FormCell(columns, "单位：万元", Kind.SUBTITLE),
        ],
        *body,
    ]
    is_blank = not any(cell.kind is Kind.YUAN and cell.value for row in body for cell in row)
    if table.nothing and is_blank and not _may_be_of(table.kind, rows):
        printed.append([FormCell(1, table.nothing, Kind.FOOT, columns)])
    return OfficialForm(name, widths, printed, is_landscape=sum(widths) > UPRIGHT, head=3)


def _may_be_of(kind: PublicKind, rows: Rows) -> bool:
    """Whether the return has income of the fund of a table, or spent what may have been of it."""
    fund = _FUNDS.get(kind)
    if fund is None:
        return False
    lines = [row for row in _lines(rows, "") if is_of(row, fund) or not row.own("fund")]
    return bool(_said(rows, REVENUE, fund.value)[0] or any(row.values["outturn"] for row in lines))


# --- Figures


def _row(rows: Rows, schedule: Schedule, code: str) -> Row:
    return next(row for row in rows[schedule.name] if row.code == code)


def _said(rows: Rows, schedule: Schedule, code: str, column: str = "outturn") -> Said:
    row = _row(rows, schedule, code)
    return row.values[column], place_of(row, column)


def _sum(found: Sequence[Row], schedule: Schedule) -> Said:
    """The sum over rows; blank where all of them are."""
    value = total(None, [row.figures["outturn"] for row in found]).value
    return value, place_of(found[0], "outturn") if len(found) == 1 else place_of_schedule(schedule)


def _added(*parts: Said) -> Said:
    """The sum of figures all of which are known; blank where one is not."""
    values = [value for value, _ in parts if value is not None]
    return (sum(values, Decimal(0)), None) if len(values) == len(parts) else NOTHING


def _yuan(column: int, said: Said) -> FormCell:
    return FormCell(column, said[0], Kind.YUAN, place=said[1])


def _heads(*titles: str) -> FormRow:
    return [FormCell(column, title, Kind.HEAD) for column, title in enumerate(titles, 1)]


# --- The two tables of totals

_SOURCES = tuple((item.code, f"{item.name.removesuffix('收入')}收入") for item in REVENUE.items)
_FISCAL = _SOURCES[:3]
_NUMERALS = ["一", "二", "三", "四", "五", "六", "七", "八"]
Half = list[tuple[str, list[Said]]]
"""The lines of one half of a table: name and figures."""


def _halves(left: Half, right: Half, start: int, *, figures: int) -> list[FormRow]:
    """Both halves side by side; the shorter one is blank at its end."""
    length = max(len(left), len(right))
    rows: list[FormRow] = []
    for at in range(length):
        name, (value,) = left[at] if at < len(left) else ("", [NOTHING])
        other, values = right[at] if at < len(right) else ("", [NOTHING] * figures)
        cells = [FormCell(1, name, Kind.LABEL), _yuan(2, value), FormCell(start, other, Kind.LABEL)]
        rows.append([*cells, *(_yuan(start + 1 + column, each) for column, each in enumerate(values))])
    return rows


def _totals(edition: PublicEdition, rows: Rows) -> Body:
    """收入支出决算总表: the sources, the functions, what was carried over."""
    received, spent = (_said(rows, schedule, TOTAL) for schedule in (REVENUE, BY_FUNCTION))
    opening, closing = (_said(rows, CARRYOVER, TOTAL, column) for column in ("opening", "closing"))
    left: Half = [
        (f"{numeral}、{name}", [_said(rows, REVENUE, code)])
        for numeral, (code, name) in zip(_NUMERALS, _SOURCES, strict=True)
    ]
    right: Half = [(name, [_of_class(rows, code)]) for code, name in edition.functions]
    left += [("", [NOTHING])] * (len(right) - len(left))
    left += [
        ("本年收入合计", [received]),
        ("使用非财政拨款结余（含专用结余）", [NOTHING]),
        ("年初结转和结余", [opening]),
        ("总计", [_added(received, opening)]),
    ]
    right += [
        ("本年支出合计", [spent]),
        ("结余分配", [NOTHING]),
        ("年末结转和结余", [closing]),
        ("总计", [_added(spent, closing)]),
    ]
    head: FormRow = [
        FormCell(1, "收入", Kind.HEAD, columns=2),
        FormCell(3, "支出", Kind.HEAD, columns=2),
    ]
    heads = _heads("项目", "决算数", "项目", "决算数")
    return (34, 16, 34, 16), [head, heads, *_halves(left, right, 3, figures=1)]


def _of_class(rows: Rows, code: str) -> Said:
    """The outturn of a 类: of its own row, else of what stands for it."""
    found = [row for row in rows[BY_FUNCTION.name] if row.code == code and row.kind != RowKind.TOTAL]
    return _sum(found, BY_FUNCTION) if found else NOTHING


def _fiscal_totals(edition: PublicEdition, rows: Rows) -> Body:
    """财政拨款收入支出决算总表: the three funds; expenditure as far as its lines say their fund."""
    funds = (Fund.GENERAL_PUBLIC, Fund.GOVERNMENT_FUND, Fund.STATE_CAPITAL)
    income = [_said(rows, REVENUE, code) for code, _ in _FISCAL]
    left: Half = [
        (f"{numeral}、{name.removesuffix('收入')}", [each])
        for numeral, (_, name), each in zip(_NUMERALS, _FISCAL, income, strict=False)
    ]
    right: Half = [(name, _by_fund(_lines(rows, code), funds)) for code, name in edition.functions]
    left += [("", [NOTHING])] * (len(right) - len(left))
    known = [each for each in income if each[0] is not None]
    left.append(("本年收入合计", [_added(*known) if known else NOTHING]))
    right.append(("本年支出合计", _by_fund(_lines(rows, ""), funds)))
    titles = tuple(name.removesuffix("收入") for _, name in _FISCAL)
    return (28, 12, 30, 11, 11, 11, 11), [
        _heads("项目", "决算数", "项目", "合计", *titles),
        *_halves(left, right, 3, figures=4),
    ]


def _lines(rows: Rows, code: str) -> list[Row]:
    """The lines by function of a 类, or of all for ""."""
    found = rows[BY_FUNCTION.name]
    return [row for row in found if row.kind == RowKind.LINE and row.code.startswith(code)]


def _by_fund(lines: Sequence[Row], funds: Iterable[Fund]) -> list[Said]:
    """The sum over the lines of the funds together, and of each; blank where there is none."""
    of_each = [[row for row in lines if is_of(row, fund)] for fund in funds]
    groups = [[row for part in of_each for row in part], *of_each]
    return [_sum(found, BY_FUNCTION) if found else NOTHING for found in groups]


# --- Tables by function code


def _revenue(_: PublicEdition, rows: Rows) -> Body:
    """收入决算表: the return holds its total alone, not the codes."""
    known = [each for code, _name in _FISCAL if (each := _said(rows, REVENUE, code))[0] is not None]
    figures = [_said(rows, REVENUE, TOTAL), _added(*known) if known else NOTHING]
    figures += [_said(rows, REVENUE, code) for code, _name in _SOURCES[3:]]
    titles = ("本年收入合计", "财政拨款收入", *(name for _, name in _SOURCES[3:]))
    return (14, 30, *[14] * len(titles)), [_coded_heads(*titles), _total_row(figures)]


def _coded_heads(*titles: str) -> FormRow:
    return _heads("功能分类科目编码", "科目名称", *titles)


def _total_row(figures: Sequence[Said]) -> FormRow:
    cells = [_yuan(column, each) for column, each in enumerate(figures, 3)]
    return [FormCell(1, "合计", Kind.HEAD, columns=2), *cells]


def _coded(
    rows: Rows, is_mine: Callable[[Row], bool], figures: Callable[[list[Row]], list[Said]]
) -> list[FormRow]:
    """A row for every 类, 款 and 项 that has lines of the table, in the order of their codes."""
    lines = [row for row in _lines(rows, "") if row.category and is_mine(row)]
    names = {row.code: row.name for row in rows[BY_FUNCTION.name] if row.category}
    codes = sorted({row.code[:length] for row in lines for length in (3, 5, 7)})
    return [
        [
            FormCell(1, code, Kind.TEXT),
            FormCell(2, names.get(code, ""), Kind.TEXT),
            *(
                _yuan(column, each)
                for column, each in enumerate(figures([row for row in lines if row.code.startswith(code)]), 3)
            ),
        ]
        for code in codes
    ]


_NATURES = (
    ExpenditureNature.BASIC,
    ExpenditureNature.PROJECT,
    ExpenditureNature.TO_SUPERIOR,
    ExpenditureNature.OPERATING,
    ExpenditureNature.TO_SUBORDINATE,
)


def _by_nature(natures: Sequence[ExpenditureNature]) -> Callable[[list[Row]], list[Said]]:
    """Return what states lines in all and by each nature; a nature that no line says is blank."""

    def figures(lines: list[Row]) -> list[Said]:
        groups = [lines, *([row for row in lines if row.own("nature") == each] for each in natures)]
        return [_sum(found, BY_FUNCTION) if found else NOTHING for found in groups]

    return figures


def _expenditure(_: PublicEdition, rows: Rows) -> Body:
    """支出决算表: all lines by nature; its total is that of the return."""
    figures = _by_nature(_NATURES)
    titles = ("本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")
    whole = [_said(rows, BY_FUNCTION, TOTAL), *figures(_lines(rows, ""))[1:]]
    body = [_coded_heads(*titles), _total_row(whole), *_coded(rows, lambda row: True, figures)]
    return (14, 34, *[14] * len(titles)), body


def _of_fund(fund: Fund) -> Callable[[PublicEdition, Rows], Body]:
    """Return the maker of the table of one fund: total, basic and project expenditure."""
    figures, is_mine = _by_nature(_NATURES[:2]), partial(is_of, fund=fund)

    def make(_: PublicEdition, rows: Rows) -> Body:
        whole = figures([row for row in _lines(rows, "") if is_mine(row)])
        heads = _coded_heads("合计", "基本支出", "项目支出")
        return (16, 40, 16, 16, 16), [heads, _total_row(whole), *_coded(rows, is_mine, figures)]

    return make


def _government_fund(_: PublicEdition, rows: Rows) -> Body:
    """政府性基金…收入支出决算表: what was carried over and received is held in all alone."""
    figures, is_mine = _by_nature(_NATURES[:2]), partial(is_of, fund=Fund.GOVERNMENT_FUND)

    def spent(lines: list[Row]) -> list[Said]:
        return [NOTHING, NOTHING, *figures(lines), NOTHING]

    of_all = figures([row for row in _lines(rows, "") if is_mine(row)])
    opening, closing = (
        _said(rows, CARRYOVER, "government_fund", column) for column in ("opening", "closing")
    )
    whole = [opening, _said(rows, REVENUE, "government_fund"), *of_all, closing]
    heads = [
        FormCell(1, "功能分类科目编码", Kind.HEAD, rows=2),
        FormCell(2, "科目名称", Kind.HEAD, rows=2),
        FormCell(3, "年初结转和结余", Kind.HEAD, rows=2),
        FormCell(4, "本年收入", Kind.HEAD, rows=2),
        FormCell(5, "本年支出", Kind.HEAD, columns=3),
        FormCell(8, "年末结转和结余", Kind.HEAD, rows=2),
    ]
    below = [
        FormCell(5, "合计", Kind.HEAD),
        FormCell(6, "基本支出", Kind.HEAD),
        FormCell(7, "项目支出", Kind.HEAD),
    ]
    return (14, 30, 16, 14, 14, 14, 14, 16), [heads, below, _total_row(whole), *_coded(rows, is_mine, spent)]


# --- Basic expenditure by economic code; the three public expenses


def _basic(_: PublicEdition, rows: Rows) -> Body:
    """基本支出决算明细表: personnel to the left, operating costs to the right."""
    left, right = _of_group(rows, "personnel"), _of_group(rows, "operating")
    body: list[FormRow] = [_heads(*["科目编码", "科目名称", "决算数"] * 2)]
    for at in range(max(len(left), len(right))):
        body.append([*_economic(left, at, 1), *_economic(right, at, 4)])
    sums: FormRow = [
        FormCell(1, "人员经费合计", Kind.HEAD, columns=2),
        _yuan(3, _said(rows, BY_ECONOMIC, "personnel")),
        FormCell(4, "公用经费合计", Kind.HEAD, columns=2),
        _yuan(6, _said(rows, BY_ECONOMIC, "operating")),
    ]
    return (12, 30, 14, 12, 30, 14), [*body, sums]


def _of_group(rows: Rows, group: str) -> list[Row]:
    """The rows of an economic group, 类 above its 款."""
    found: list[Row] = []
    is_within = False
    for row in rows[BY_ECONOMIC.name]:
        if row.depth == 1:
            is_within = row.code == group
        elif is_within:
            found.append(row)
    return found


def _economic(found: list[Row], at: int, column: int) -> FormRow:
    row = found[at] if at < len(found) else None
    said = (row.values["outturn"], place_of(row, "outturn")) if row else NOTHING
    return [
        FormCell(column, row.code if row else None, Kind.TEXT),
        FormCell(column + 1, row.name if row else None, Kind.TEXT),
        _yuan(column + 2, said),
    ]


_ITEMS = ("overseas", "vehicles", "vehicle_purchase", "vehicle_operation", "hospitality")


def _three_public(_: PublicEdition, rows: Rows) -> Body:
    """财政拨款“三公”经费支出决算表: budget and outturn of each item side by side."""
    whole = [FormCell(1, "财政拨款“三公”经费", Kind.HEAD, columns=12)]
    items = [
        FormCell(1, "合计", Kind.HEAD, columns=2, rows=2),
        FormCell(3, "因公出国（境）费", Kind.HEAD, columns=2, rows=2),
        FormCell(5, "公务用车购置及运行维护费", Kind.HEAD, columns=6),
        FormCell(11, "公务接待费", Kind.HEAD, columns=2, rows=2),
    ]
    below = [
        FormCell(column, name, Kind.HEAD, columns=2)
        for column, name in ((5, "小计"), (7, "公务用车购置费"), (9, "公务用车运行维护费"))
    ]
    figures = [
        _said(rows, THREE_PUBLIC, code, column)
        for code in (TOTAL, *_ITEMS)
        for column in ("initial_budget", "outturn")
    ]
    heads = _heads(*["预算数", "决算数"] * 6)
    return (12,) * 12, [whole, items, below, heads, [_yuan(at, each) for at, each in enumerate(figures, 1)]]


_MAKERS: dict[PublicKind, Callable[[PublicEdition, Rows], Body]] = {
    PublicKind.TOTALS: _totals,
    PublicKind.REVENUE: _revenue,
    PublicKind.EXPENDITURE: _expenditure,
    PublicKind.FISCAL_TOTALS: _fiscal_totals,
    PublicKind.GENERAL_PUBLIC: _of_fund(Fund.GENERAL_PUBLIC),
    PublicKind.BASIC: _basic,
    PublicKind.GOVERNMENT_FUND: _government_fund,
    PublicKind.STATE_CAPITAL: _of_fund(Fund.STATE_CAPITAL),
    PublicKind.THREE_PUBLIC: _three_public,
}
