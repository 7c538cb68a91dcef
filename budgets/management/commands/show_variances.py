"""Print the variances of a unit's return as the variance page shows them."""

import csv
import json
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from budgets.measures import FIGURES, FIVE_FIGURE_MEASURES
from budgets.money import exact_text, round_half_up
from budgets.ratios import RATIOS, RatioResult, ratios_of
from budgets.returns import VARIANCE_SCHEDULES
from budgets.rows import MeasuredRow, measured, return_rows
from submissions.models import Submission

RATIO_COLUMNS = ("rate", "formula", "inputs", "obstacle")
COLUMNS = (
    "schedule",
    "code",
    "name",
    *FIGURES,
    *(measure.name for measure in FIVE_FIGURE_MEASURES),
    *RATIO_COLUMNS,
)


class Command(BaseCommand):
    help = "输出一个单位某年度的预决算差异（金额：元；比率：%）；无法计算的为空。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the unit's code, the fiscal year and the format."""
        parser.add_argument("unit_code", help="预算单位编码，如 224001")
        parser.add_argument("year", type=int, help="年度，如 2023")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")
        parser.add_argument("--region", default="", help="行政区划代码；不同地区有相同单位编码时需要")

    def handle(self, *args: Any, unit_code: str, year: int, format: str, region: str, **options: Any) -> None:
        """Print the newest revision; raise CommandError when there is none, or more than one unit."""
        submission = _submission(unit_code, year, region)
        rows = return_rows(submission)
        by_schedule = measured(rows, submission.round)
        printed = [_row(row) for schedule in VARIANCE_SCHEDULES for row in by_schedule[schedule.name]]
        printed += [_ratio(result) for result in ratios_of(rows)]
        getattr(self, f"_print_{format}")(printed)

    def _print_json(self, rows: list[dict[str, Any]]) -> None:
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))

    def _print_csv(self, rows: list[dict[str, Any]]) -> None:
        writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_flat(row) for row in rows)

    def _print_table(self, rows: list[dict[str, Any]]) -> None:
        for row in map(_flat, rows):
            self.stdout.write("  ".join(f"{'—' if row[name] is None else row[name]}" for name in COLUMNS))


def _submission(code: str, year: int, region: str) -> Submission:
    found = Submission.objects.of_unit(code, year).for_workspace()
    if region:
        found = found.filter(unit__region__code=region)
    submissions = list(found)
    if not submissions:
        raise CommandError(f"没有找到单位 {code} 的 {year} 年度填报。")
    if len({submission.unit_id for submission in submissions}) > 1:
        raise CommandError(f"有几个地区都有编码为 {code} 的单位，请用 --region 指定行政区划代码。")
    return submissions[0]


def _row(row: MeasuredRow) -> dict[str, Any]:
    """A row as text: yuan and percent with two decimals, ASCII minus; None where not computable."""
    values: dict[str, Any] = {name: exact_text(row.values[name]) or None for name in FIGURES}
    values |= {name: _percent(number) for name, number in row.measures.items()}
    return {
        **dict.fromkeys(COLUMNS),
        "schedule": str(row.row.schedule.name),
        "code": row.row.code,
        "name": row.row.name,
        **values,
    }


def _ratio(result: RatioResult) -> dict[str, Any]:
    """A ratio as a row: its rate in percent, its formula, its figures in yuan or persons, what is missing."""
    inputs = {each.title: None if value is None else str(value) for each, value in result.figures.items()}
    return {
        **dict.fromkeys(COLUMNS),
        "schedule": RATIOS,
        "code": result.ratio.code,
        "name": result.ratio.name,
        "rate": _percent(result.rate),
        "formula": result.ratio.formula,
        "inputs": inputs,
        "obstacle": result.obstacle or None,
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose cells are text or None: the figures of a ratio in one cell."""
    inputs = row["inputs"] and "；".join(
        f"{title} {value or '未填'}" for title, value in row["inputs"].items()
    )
    return row | {"inputs": inputs}


def _percent(number: Decimal | None) -> str | None:
    return None if number is None else f"{round_half_up(number):.2f}"
