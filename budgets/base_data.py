"""The base data form (部门整体支出绩效评价基础数据表) of a return, row by row, before it is a workbook.

Source: Hunan annex 1, labels and order as printed by 衡山县 2023; amounts in 万元, persons, ㎡. The leading
blanks of a label are printed. A building has no name on this form.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from budgets.cells import place_of, place_of_schedule
from budgets.measures import (
    AREA_CONTROL_RATE,
    INVESTMENT_CONTROL_RATE,
    STAFF_CONTROL_RATE,
    Measure,
    total,
)
from budgets.models import ReturnText
from budgets.official_forms import FormCell, FormRow, Kind, OfficialForm, spread
from budgets.returns import BASE_ITEMS, BUILDINGS, BY_NATURE, PROJECTS, STAFF, THREE_PUBLIC, TOTAL, Schedule
from budgets.rows import PROJECT_ITEM, Row, RowKind
from submissions.findings import Place

WIDTHS = (30, 16, 16, 16, 14, 14, 16)
COLUMNS = len(WIDTHS)

AMOUNTS = ("last_year_outturn", "initial_budget", "outturn")
"""What stands in B:C, D:E and F:G of an amount row."""

FIRST_KINDS = {"operation": "    1、业务工作经费", "maintenance": "    2、运行维护经费"}
PROVINCIAL = "provincial"
PROVINCIAL_LABEL = "    3、省级专项资金（每个专项一行）"
MORE_LABEL = "    ……"
"""Printed where projects would stand, and there are none."""
BESIDE_KINDS, BELOW_KIND = 1, 3
"""How far the name of a project is indented, in steps of three blanks: as the kinds are, or below one."""

NOTE = (
    "说明：“项目支出”需要填报基本支出以外的所有项目支出情况，“公用经费”填报基本支出中的一般商品和服务支出。"
)
_BY_HAND = "　" * 6
SIGNATURES = (
    f"填表人（签名）：{_BY_HAND}    填报日期：{_BY_HAND}    联系电话：{_BY_HAND}    单位负责人（签名）："
)

FEWEST_BUILDINGS = 2


def base_data_form(year: int, rows: Mapping[str, list[Row]], thrift_measures: str) -> OfficialForm:
    """Return the form of one return from its rows; as many project and building rows as there are."""
    heads = (f"{year - 1}年决算数", f"{year}年预算数", f"{year}年决算数")
    form_rows = [
        [FormCell(1, f"{year}年度部门整体支出绩效评价基础数据表", Kind.TITLE, COLUMNS)],
        *_staff(year, rows),
        _thirds("经费控制情况（万元）", ((head, None) for head in heads), Kind.HEAD),
        *_three_public(rows),
        *_projects(rows),
        *_operating(rows),
        *_buildings(year, rows),
        *_thrift(thrift_measures),
        [FormCell(1, NOTE, Kind.FOOT, COLUMNS)],
        [FormCell(1, SIGNATURES, Kind.FOOT, COLUMNS)],
    ]
    return OfficialForm("基础数据表", WIDTHS, form_rows)


Said = tuple[Any, Place | None]
"""A value of the form, and where it was entered."""


def _thirds(label: str, values: Iterable[Said], kind: Kind, indent: int = 0) -> FormRow:
    """A label in A and three values in B:C, D:E and F:G."""
    cells = [
        FormCell(2 + 2 * number, value, kind, columns=2, place=place)
        for number, (value, place) in enumerate(values)
    ]
    return [FormCell(1, label, Kind.LABEL, indent=indent), *cells]


def _amounts(label: str, rows: Mapping[str, list[Row]], schedule: Schedule, code: str) -> FormRow:
    row = _row(rows, schedule, code)
    return _thirds(label, (_said(row, name) for name in AMOUNTS), Kind.YUAN)


def _said(row: Row, column: str) -> Said:
    return row.values[column], place_of(row, column)


def _row(rows: Mapping[str, list[Row]], schedule: Schedule, code: str) -> Row:
    return next(row for row in rows[schedule.name] if row.code == code)


def _staff(year: int, rows: Mapping[str, list[Row]]) -> Iterator[FormRow]:
    row = _row(rows, STAFF, TOTAL)
    yield [
        FormCell(1, "财政供养人员情况（人）", Kind.LABEL, rows=2),
        FormCell(2, "编制数", Kind.HEAD, columns=2),
        FormCell(4, f"{year}年实际在职人数", Kind.HEAD, columns=2),
        FormCell(6, "控制率", Kind.HEAD, columns=2),
    ]
    yield [
        _figure(2, row, "authorized", Kind.COUNT, columns=2),
        _figure(4, row, "in_service", Kind.COUNT, columns=2),
        _measure(6, row, STAFF_CONTROL_RATE, columns=2),
    ]


def _three_public(rows: Mapping[str, list[Row]]) -> Iterator[FormRow]:
    for label, code in (
        ("三公经费", TOTAL),
        ("    1、公务用车购置和维护经费", "vehicles"),
        ("      其中：公车购置", "vehicle_purchase"),
        ("            公车运行维护", "vehicle_operation"),
        ("    2、出国经费", "overseas"),
        ("    3、公务接待", "hospitality"),
    ):
        yield _amounts(label, rows, THREE_PUBLIC, code)


def _projects(rows: Mapping[str, list[Row]]) -> Iterator[FormRow]:
    """The total, the kinds with their sums, and a row for each project.

    City, county and other projects, and those of no stated kind, stand where the form prints “……” first.
    """
    yield _amounts("项目支出：", rows, BY_NATURE, PROJECT_ITEM)
    by_kind: dict[str, list[Row]] = {}
    for row in rows[PROJECTS.name]:
        if row.kind == RowKind.LINE:
            by_kind.setdefault(row.own("kind"), []).append(row)
    for kind, label in FIRST_KINDS.items():
        projects = by_kind.pop(kind, [])
        yield _sum(label, projects)
        yield from _each(projects, BELOW_KIND)
    provincial = by_kind.pop(PROVINCIAL, [])
    others = [row for projects in by_kind.values() for row in projects]
    yield from _each(others, BESIDE_KINDS) if others else [_sum(MORE_LABEL, [])]
    yield _sum(PROVINCIAL_LABEL, provincial)
    yield from _each(provincial, BELOW_KIND) if provincial else [_sum(MORE_LABEL, [])]


def _each(projects: list[Row], indent: int) -> Iterator[FormRow]:
    """A row for each project, in the order they were added.

    The form has one line for a project (每个专项一行). A project paid from several funds is several rows of
    ours, one for each fund; printed apart, its name would stand there twice and no line would be its total.
    """
    by_name: dict[tuple[str, str], list[Row]] = {}
    for row in projects:
        by_name.setdefault((row.own("kind"), row.name), []).append(row)
    for (_, name), parts in by_name.items():
        yield _sum(name, parts, indent)


def _sum(label: str, projects: list[Row], indent: int = 0) -> FormRow:
    """A label and the sums over projects; a sum is blank where all its figures are."""
    return _thirds(label, (_summed(projects, name) for name in AMOUNTS), Kind.YUAN, indent)


def _summed(projects: list[Row], column: str) -> Said:
    """The sum over projects, and where it is entered: the cell of a single one, else their page."""
    value = total(None, [row.figures[column] for row in projects]).value
    return value, place_of(projects[0], column) if len(projects) == 1 else place_of_schedule(PROJECTS)


def _operating(rows: Mapping[str, list[Row]]) -> Iterator[FormRow]:
    yield _amounts("公用经费", rows, BY_NATURE, "basic_operating")
    for label, code in (
        ("    其中：办公经费", "office"),
        ("          水费、电费、差旅费", "utilities_and_travel"),
        ("          会议费、培训费", "meetings_and_training"),
        ("政府采购金额", "procurement"),
        ("部门基本支出预算调整", "budget_adjustment"),
    ):
        yield _amounts(label, rows, BASE_ITEMS, code)


def _buildings(year: int, rows: Mapping[str, list[Row]]) -> Iterator[FormRow]:
    """The head, and a row for each building finished in the year; at least the two the form prints."""
    buildings: list[Row | None] = list(rows[BUILDINGS.name])
    buildings += [None] * (FEWEST_BUILDINGS - len(buildings))
    heads = (
        "批复规模（㎡）",
        "实际规模（㎡）",
        "规模控制率",
        "预算投资（万元）",
        "实际投资（万元）",
        "投资概算控制率",
    )
    yield [
        FormCell(1, f"楼堂馆所控制情况（{year}年完工项目）", Kind.LABEL, rows=len(buildings) + 1),
        *(FormCell(place, head, Kind.HEAD) for place, head in enumerate(heads, 2)),
    ]
    for building in buildings:
        yield _building(building)


def _building(row: Row | None) -> FormRow:
    """One building; the row the form prints for none leads to where one is entered."""
    kinds = (Kind.AREA, Kind.AREA, Kind.RATE, Kind.YUAN, Kind.YUAN, Kind.RATE)
    if row is None:
        place = place_of_schedule(BUILDINGS)
        return [FormCell(column, None, kind, place=place) for column, kind in enumerate(kinds, 2)]
    return [
        _figure(2, row, "approved_area", Kind.AREA),
        _figure(3, row, "actual_area", Kind.AREA),
        _measure(4, row, AREA_CONTROL_RATE),
        _figure(5, row, "planned_investment", Kind.YUAN),
        _figure(6, row, "actual_investment", Kind.YUAN),
        _measure(7, row, INVESTMENT_CONTROL_RATE),
    ]


def _figure(at: int, row: Row, column: str, kind: Kind, *, columns: int = 1) -> FormCell:
    return FormCell(at, row.values[column], kind, columns=columns, place=place_of(row, column))


def _measure(at: int, row: Row, measure: Measure, *, columns: int = 1) -> FormCell:
    value = measure.compute(row.values)
    return FormCell(at, value, Kind.RATE, columns=columns, place=place_of(row, measure.name))


def _thrift(text: str) -> list[FormRow]:
    """The text in B:G, over as many rows as show all of it."""
    name = ReturnText.Name.THRIFT_MEASURES
    place = Place(name.value, schedule_title=str(name.label))
    return spread(
        [
            FormCell(1, "厉行节约保障措施", Kind.LABEL),
            FormCell(2, text, Kind.TEXT, columns=COLUMNS - 1, place=place),
        ],
        WIDTHS,
    )
