"""The result of re-checks (复核结果表) as workbooks.

Source: forms f 7, the columns of public review scripts; no official printed form was found.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from budgets.money import rate_text, round_half_up
from orgs.spreadsheets import list_workbook
from performance.recheck_rules import NO_RATE, is_large
from performance.rechecks import Recheck, RecheckRow
from submissions.models import CollectionRound, Submission

TITLE = "复核结果表"

COLUMNS = (
    ("一级指标", 13),
    ("二级指标", 16),
    ("三级指标", 26),
    ("指标性质", 10),
    ("指标值", 14),
    ("度量单位", 9),
    ("权重", 8),
    ("自评完成值", 16),
    ("自评得分", 9),
    ("复核完成值", 16),
    ("复核得分", 9),
    ("偏离度", 10),
    ("备注", 40),
)

Line = list[str | int | Decimal]


def recheck_workbook(submission: Submission, recheck: Recheck, at: datetime) -> bytes:
    """Return the result of one return: a line for each indicator, the totals last."""
    said = f"{submission}，{_said(recheck)}；{at:%Y-%m-%d %H:%M} 导出"
    return list_workbook(TITLE, said, COLUMNS, lines_of(recheck))


def round_workbook(
    round: CollectionRound, found: Sequence[tuple[Submission, Recheck]], at: datetime
) -> bytes:
    """Return the results of many returns in one list, each line with its unit; without any none."""
    columns = (("单位编码", 12), ("单位名称", 26), *COLUMNS)
    rows = [
        [submission.unit.code, submission.unit.name, *line]
        for submission, recheck in found
        for line in lines_of(recheck)
    ]
    said = f"{round.bureau.name} {round.fiscal_year} 年度，{len(found)} 个单位；{at:%Y-%m-%d %H:%M} 导出"
    return list_workbook(TITLE, said, columns, rows)


def _said(recheck: Recheck) -> str:
    version = recheck.version
    if version is None or not version.is_finished:
        return "复核尚未完成"
    return (
        f"{version.actor_name} {version.at:%Y-%m-%d} 完成复核，等级{recheck.grade}（自评{recheck.own_grade}）"
    )


def lines_of(recheck: Recheck) -> list[Line]:
    """Return the lines of a re-check: blanks as "", a deviation that cannot be computed in words."""
    total: Line = ["总分", "", "", "", "", "", Decimal(100), "", recheck.own_total, ""]
    found = "" if recheck.found_total is None else recheck.found_total
    remark = _large(recheck.deviation)
    return [
        *(_line(row) for row in recheck.rows),
        [*total, found, deviation_text(recheck.deviation, recheck.own_total), remark],
    ]


def _line(row: RecheckRow) -> Line:
    stated, checked = row.stated, row.checked
    return [
        stated.first_level,
        stated.second_level,
        stated.name,
        stated.nature,
        stated.target,
        stated.unit,
        stated.weight,
        stated.value,
        stated.score,
        checked.value,
        "" if checked.score is None else checked.score,
        "" if checked.score is None else deviation_text(row.deviation, stated.score),
        "；".join(each for each in (_large(row.deviation), row.ground_text, row.checked.remark) if each),
    ]


def _large(rate: Decimal | None) -> str:
    return "偏离度超过 10 %" if is_large(rate) else ""


def deviation_text(rate: Decimal | None, own: Decimal) -> str:
    """Print a deviation in percent; from a score of zero it cannot be computed, "" while it is blank."""
    if rate is not None:
        return f"{rate_text(round_half_up(rate))} %"
    return "" if own else NO_RATE
