"""The figures of a published return as data: CSV and JSON, with names that are documented.

Amounts are yuan with two decimals, rates percent with two decimals, both as text; blank is null (JSON) or
empty (CSV). What a unit wrote in words is no figure and not here, but for the names of rows, projects and
indicators, and (JSON) the targets of these and what was reached.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any

from budgets.measures import COUNT_CHANGE
from budgets.money import round_half_up
from budgets.returns import ADJUSTMENTS, SCHEDULES, ColumnKind, Schedule
from budgets.rows import MeasuredRow
from orgs.words import storable
from performance.official.department import printed_indicators
from performance.official.given import Given
from performance.returns import SECOND_LEVELS
from performance.rows import Performance
from submissions.models import Submission

FORMAT = 1
"""The form of the data; another one reads otherwise."""
PUBLIC_SCHEDULES = tuple(schedule for schedule in SCHEDULES if schedule != ADJUSTMENTS)
"""The schedules that are public: the documents of adjustments are no part of the published forms."""

HEAD_FIELDS = {
    "region_code": "行政区划代码",
    "region_name": "行政区划",
    "unit_code": "预算单位编码",
    "unit_name": "单位名称",
    "department": "主管部门（没有的是单位本身）",
    "fiscal_year": "年度",
    "revision": "版次；大于 1 的是更正版",
    "status": "published 现行公开版，superseded 已由更正版代替",
    "published_date": "公开日期",
    "sha256": "审定数据的 SHA-256 摘要",
    "is_synthetic": "是否为编造的演示数据",
}
ROW_FIELDS = {
    "code": "编码：科目编码，或固定行的名称",
    "name": "行的名称",
    "detail": "同名的行以此区分：资金、性质、类别、来源",
    "level": "total 合计，subtotal 小计，line 明细，reconciliation 差额",
}
EFFECT_FIELDS = {
    "score": "自评得分，满分 100",
    "grade": "等级：优、良、中、差",
    "execution_score": "预算执行率的得分",
    "second_level": "二级指标",
    "target": "年度指标值",
    "actual": "实际完成值",
    "weight": "分值",
}

YUAN, NUMBER, AREA, PERCENT = "元", "个", "㎡", "%"
_UNITS = {ColumnKind.AMOUNT: YUAN, ColumnKind.COUNT: NUMBER, ColumnKind.AREA: AREA}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of figures: its name in the data, its title and in what it is counted."""

    name: str
    title: str
    unit: str

    def text(self, row: MeasuredRow) -> str | None:
        """Return a figure of a row as plain digits; None for a blank one and for what cannot be computed."""
        value: Decimal | int | None = row.values.get(self.name, row.measures.get(self.name))
        return None if value is None else plain_text(value, self.unit)


def plain_text(value: Decimal | int, unit: str) -> str:
    """Return a number as plain digits with the minus of the keyboard."""
    return str(int(value)) if unit == NUMBER else f"{round_half_up(Decimal(value)):f}"


def fields_of(schedule: Schedule) -> list[Field]:
    """Return the columns of figures of a schedule, what is computed too."""
    entered = [Field(each.name, each.title, _UNITS[each.kind]) for each in schedule.figures]
    computed = [
        Field(
            each.name,
            each.title.removesuffix(" %"),
            PERCENT if each.is_rate else NUMBER if each is COUNT_CHANGE else YUAN,
        )
        for each in schedule.measures
    ]
    return entered + computed


def documented() -> dict[str, str]:
    """Return every name that stands in the data with what it means, in Chinese."""
    figures = {
        each.name: f"{each.title}（{each.unit}）"
        for schedule in PUBLIC_SCHEDULES
        for each in fields_of(schedule)
    }
    return HEAD_FIELDS | ROW_FIELDS | figures | EFFECT_FIELDS


def head_of(version: Submission, given: Given, *, is_synthetic: bool) -> dict[str, Any]:
    """Return what the data are about."""
    unit = version.unit
    return {
        "region_code": unit.region.code,
        "region_name": unit.region.name,
        "unit_code": unit.code,
        "unit_name": unit.name,
        "department": given.department.partition("-")[2],
        "fiscal_year": given.year,
        "revision": version.revision,
        "status": version.status,
        "published_date": version.publication.published_date.isoformat(),
        "sha256": version.snapshot.sha256,
        "is_synthetic": is_synthetic,
    }


def figures_json(version: Submission, given: Given, *, is_synthetic: bool) -> bytes:
    """Return the figures of a version as JSON; it says itself what each name means."""
    said = {
        "format": FORMAT,
        "fields": documented(),
        **head_of(version, given, is_synthetic=is_synthetic),
        "schedules": {
            schedule.name.value: {
                "title": schedule.title,
                "rows": [_row(schedule, row) for row in given.rows[schedule.name]],
            }
            for schedule in PUBLIC_SCHEDULES
        },
        "performance": _effect(given.performance),
        "projects": [{"name": each.name, **_effect(each)} for each in given.projects if not each.is_empty],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _row(schedule: Schedule, row: MeasuredRow) -> dict[str, str | None]:
    named = {
        "code": row.row.code,
        "name": row.row.name,
        "detail": row.row.qualifiers,
        "level": row.row.kind.value,
    }
    return named | {field.name: field.text(row) for field in fields_of(schedule)}


def _effect(found: Performance) -> dict[str, Any]:
    levels = dict(SECOND_LEVELS)
    return {
        "score": _points(found.result.total),
        "grade": found.result.grade or None,
        "execution_score": _points(found.result.execution_score),
        "indicators": [
            {
                "second_level": levels.get(each.second_level, each.second_level),
                "name": each.name,
                "target": each.target,
                "actual": each.actual,
                "weight": _points(each.weight),
                "score": _points(each.score),
            }
            for each in printed_indicators(found)
        ],
    }


def _points(value: Decimal | None) -> str | None:
    return None if value is None else f"{round_half_up(value):f}"


# --- CSV

CSV_HEADS = (
    "年度",
    "单位编码",
    "单位名称",
    "版次",
    "表",
    "编码",
    "行",
    "层次",
    "栏目",
    "字段",
    "数值",
    "计量",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def figures_csv(version: Submission, given: Given) -> bytes:
    """Return the figures of a version as CSV, a line for each: UTF-8 with the mark that Excel wants."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(CSV_HEADS)
    opening = (given.year, *map(inert, (given.unit_code, given.unit_name)), version.revision)
    writer.writerows((*opening, *line) for line in _lines(given))
    return file.getvalue().encode("utf-8-sig")


def _lines(given: Given) -> Iterator[tuple[str, ...]]:
    for schedule in PUBLIC_SCHEDULES:
        fields = fields_of(schedule)
        for row in given.rows[schedule.name]:
            called = (schedule.title, row.row.code, row.row.full_name, row.row.kind.value)
            for field in fields:
                text = field.text(row)
                yield (*map(inert, called), field.title, field.name, text or "", field.unit)
    result = given.performance.result
    for title, name, points in (
        ("预算执行率得分", "execution_score", result.execution_score),
        ("自评得分", "score", result.total),
    ):
        yield ("绩效自评", "", "总分", "total", title, name, _points(points) or "", "分")
    for each in printed_indicators(given.performance):
        called = ("绩效指标", "", inert(each.name), "line")
        yield (*called, "分值", "weight", _points(each.weight) or "", "分")
        yield (*called, "得分", "score", _points(each.score) or "", "分")


def inert(text: str) -> str:
    """Return a text that no program of tables takes for a formula."""
    plain = storable(text)
    return f"'{plain}" if plain.lstrip().startswith(_FORMULA) or plain.startswith(_FORMULA) else plain
