"""The figures of many returns added up by department, unit, function, fund, nature, 款 or project.

Within a return a figure counts as `budgets.rows` rolls it up: a total that is stated counts only where
everything below it is blank. Here PostgreSQL does that for all returns in one statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connection

from budgets.measures import FIGURES, change_rate, difference
from budgets.returns import BY_ECONOMIC, BY_FUNCTION, BY_NATURE, ECONOMIC_GROUPS, TOTAL


class Dimension(StrEnum):
    """By what returns are added up."""

    DEPARTMENT = "department"
    UNIT = "unit"
    FUNCTION = "function"
    FUND = "fund"
    NATURE = "nature"
    ECONOMIC = "economic"
    PROJECT = "project"

    @property
    def label(self) -> str:
        """What it is called."""
        return {
            "department": "部门",
            "unit": "单位",
            "function": "功能分类",
            "fund": "资金性质",
            "nature": "支出性质",
            "economic": "经济分类",
            "project": "项目",
        }[self.value]

    @property
    def adds_functions(self) -> bool:
        """Whether rows by function are added up, so that one can ask for a part of the functions."""
        return self in (Dimension.DEPARTMENT, Dimension.UNIT, Dimension.FUNCTION, Dimension.FUND)


@dataclass(frozen=True, slots=True)
class Sum:
    """Figures of one group, or of all, in yuan; None where none of the returns states one."""

    key: str
    """The code, number or name of the group; "" for what states none."""
    returns: int
    """How many returns have anything of it."""
    last_year_budget: Decimal | None
    last_year_outturn: Decimal | None
    initial_budget: Decimal | None
    revised_budget: Decimal | None
    outturn: Decimal | None
    without_last_year: int = 0
    """How many of these returns do not state last year's outturn."""

    @property
    def gap(self) -> Decimal | None:
        """Outturn less initial budget."""
        return difference(self.outturn, self.initial_budget)

    @property
    def gap_rate(self) -> Decimal | None:
        """That in percent of the initial budget: the rate of the sums, not a mean of rates."""
        return change_rate(self.outturn, self.initial_budget)

    @property
    def change(self) -> Decimal | None:
        """Outturn less last year's."""
        return difference(self.outturn, self.last_year_outturn)

    @property
    def change_rate(self) -> Decimal | None:
        """That in percent of last year's."""
        return change_rate(self.outturn, self.last_year_outturn)


@dataclass(frozen=True, slots=True)
class Sums:
    """What was added up: each group, and all together."""

    groups: list[Sum]
    whole: Sum


def sums_of(returns: Sequence[int], by: Dimension, *, function: str = "") -> Sums:
    """Return the figures of returns, by their numbers, added up in one statement.

    `function` keeps what is below a 类, 款 or 项; grouped by function it gives the next level below it, and
    the 类 where it is "". Only dimensions that add functions take it.
    """
    if not returns:
        return Sums([], Sum("", 0, None, None, None, None, None))
    counted, group, wanted = _PARTS[by](function)
    statement = f"""
        WITH {counted}, grouped AS (
            SELECT counted.submission_id, coalesce({group}, '') AS key,
                   {", ".join(f"sum({name}) AS {name}" for name in FIGURES)}
              FROM counted
              JOIN submissions_submission AS submission ON submission.id = counted.submission_id
              JOIN orgs_unit AS unit ON unit.id = submission.unit_id
             WHERE {wanted}
             GROUP BY counted.submission_id, coalesce({group}, '')
        )
        SELECT grouping(key), coalesce(key, ''), count(DISTINCT submission_id),
               {", ".join(f"sum({name})" for name in FIGURES)},
               count(DISTINCT submission_id)
                   - count(DISTINCT submission_id) FILTER (WHERE last_year_outturn IS NOT NULL)
          FROM grouped
         WHERE {" OR ".join(f"{name} IS NOT NULL" for name in FIGURES)}
         GROUP BY GROUPING SETS ((key), ())
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"returns": list(returns), "function": f"{function}%"})
        rows = cursor.fetchall()
    groups = [Sum(*row[1:]) for row in rows if not row[0]]
    [whole] = [Sum(*row[1:]) for row in rows if row[0]]
    return Sums(groups, whole)


_FIGURES = ", ".join(FIGURES)
_DEPARTMENT = "split_part(unit.path, '/', 4)"
"""The code of the department a unit is of, below the bureau: /region/bureau/department/…."""


def _alone(column: str, window: str) -> str:
    """A figure of a row, NULL where another row of its window states one: what is below it, of a subtotal."""
    return f"CASE WHEN count({column}) OVER {window} = ({column} IS NOT NULL)::int THEN {column} END"


def _stated_total(column: str) -> str:
    """A total that is stated, NULL where any row below it states a figure."""
    return f"CASE WHEN count({column}) FILTER (WHERE NOT is_total) OVER whole = 0 THEN {column} END"


def _by_function(column: str) -> str:
    return f"""
        CASE WHEN is_total THEN {_stated_total(column)}
             WHEN NOT is_plain OR length(code) = 7 THEN {column}
             WHEN length(code) = 3 THEN {_alone(column, "class")}
             ELSE {_alone(column, "subclass")} END AS {column}"""


def _functions(group: str, function: str) -> tuple[str, str, str]:
    """What counts of the rows by function of each return."""
    counted = f"""
        rows AS (
            SELECT line.submission_id, category.code, line.fund, line.item = '{TOTAL}' AS is_total,
                   line.fund = '' AND line.nature = '' AS is_plain, {_FIGURES}
              FROM budgets_budgetline AS line
              LEFT JOIN budgets_functionalcategory AS category ON category.id = line.category_id
             WHERE line.schedule = '{BY_FUNCTION.name.value}' AND line.submission_id = ANY(%(returns)s)
        ), counted AS (
            SELECT submission_id, code, fund, {", ".join(map(_by_function, FIGURES))}
              FROM rows
            WINDOW whole AS (PARTITION BY submission_id),
                   class AS (PARTITION BY submission_id, left(code, 3)),
                   subclass AS (PARTITION BY submission_id, left(code, 5))
        )"""
    return counted, group, "counted.code LIKE %(function)s" if function else "true"


def _function(function: str) -> tuple[str, str, str]:
    level = {0: 3, 3: 5}.get(len(function), 7)
    return _functions(f"left(counted.code, {level})", function)


def _nature(_: str) -> tuple[str, str, str]:
    """Basic expenditure by its two parts where one is stated, the projects by their rows; else as stated.

    What a return states of the total alone has no nature.
    """
    counted = f"""
        rows AS (
            SELECT submission_id, item, item = '{TOTAL}' AS is_total,
                   CASE WHEN item LIKE 'basic%%' THEN 'basic' ELSE item END AS part, {_FIGURES}
              FROM budgets_budgetline
             WHERE schedule = '{BY_NATURE.name.value}' AND submission_id = ANY(%(returns)s)
             UNION ALL
            SELECT submission_id, name, false, 'project', {_FIGURES}
              FROM budgets_projectline WHERE submission_id = ANY(%(returns)s)
        ), counted AS (
            SELECT submission_id, part, {", ".join(map(_by_nature, FIGURES))}
              FROM rows
            WINDOW whole AS (PARTITION BY submission_id), part AS (PARTITION BY submission_id, part)
        )"""
    return counted, f"nullif(counted.part, '{TOTAL}')", "true"


def _by_nature(column: str) -> str:
    return f"""
        CASE WHEN is_total THEN {_stated_total(column)}
             WHEN item = part THEN {_alone(column, "part")}
             ELSE {column} END AS {column}"""


def _economic(_: str) -> tuple[str, str, str]:
    """The 款 of the economic classification; what is stated above them alone by its 类 or group."""
    groups = " ".join(
        f"WHEN left(category.code, 3) IN ({_quoted(classes)}) THEN '{name}'"
        for name, (_, classes) in ECONOMIC_GROUPS.items()
    )
    counted = f"""
        rows AS (
            SELECT line.submission_id, line.item, category.code, line.item = '{TOTAL}' AS is_total,
                   CASE {groups} ELSE line.item END AS part, {_FIGURES}
              FROM budgets_budgetline AS line
              LEFT JOIN budgets_economiccategory AS category ON category.id = line.economic_category_id
             WHERE line.schedule = '{BY_ECONOMIC.name.value}' AND line.submission_id = ANY(%(returns)s)
        ), counted AS (
            SELECT submission_id, code, item, {", ".join(map(_by_economic, FIGURES))}
              FROM rows
            WINDOW whole AS (PARTITION BY submission_id),
                   class AS (PARTITION BY submission_id, left(code, 3)),
                   part AS (PARTITION BY submission_id, part)
        )"""
    return counted, f"coalesce(counted.code, nullif(counted.item, '{TOTAL}'))", "true"


def _by_economic(column: str) -> str:
    return f"""
        CASE WHEN is_total THEN {_stated_total(column)}
             WHEN code IS NULL THEN {_alone(column, "part")}
             WHEN length(code) = 3 THEN {_alone(column, "class")}
             ELSE {column} END AS {column}"""


def _project(_: str) -> tuple[str, str, str]:
    """The projects by their names: those of several units that are called the same are one group."""
    counted = f"""
        counted AS (
            SELECT submission_id, name, {_FIGURES}
              FROM budgets_projectline WHERE submission_id = ANY(%(returns)s)
        )"""
    return counted, "counted.name", "true"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_PARTS: dict[Dimension, Any] = {
    Dimension.DEPARTMENT: lambda function: _functions(_DEPARTMENT, function),
    Dimension.UNIT: lambda function: _functions("unit.id::text", function),
    Dimension.FUNCTION: _function,
    Dimension.FUND: lambda function: _functions("fund", function),
    Dimension.NATURE: _nature,
    Dimension.ECONOMIC: _economic,
    Dimension.PROJECT: _project,
}
"""What counts, by what it is grouped, and what is wanted of it."""
