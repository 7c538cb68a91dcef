"""The figures of many returns added up: by department, unit, function, fund, nature, 款, project, “三公”.

Within a return a figure counts as `budgets.rows` rolls it up: a total that is stated counts only where
everything below it is blank. Here PostgreSQL does that for all returns in one statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db import connection

from budgets.measures import FIGURES, change_rate, difference
from budgets.returns import BY_ECONOMIC, BY_FUNCTION, BY_NATURE, ECONOMIC_GROUPS, THREE_PUBLIC, TOTAL


class Dimension(StrEnum):
    """By what returns are added up."""

    DEPARTMENT = "department"
    UNIT = "unit"
    FUNCTION = "function"
    FUND = "fund"
    NATURE = "nature"
    ECONOMIC = "economic"
    PROJECT = "project"
    THREE_PUBLIC = "three_public"

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
            "three_public": "“三公”经费",
        }[self.value]

    @property
    def is_of_units(self) -> bool:
        """Whether a group is one or more units, and not a part of what each of them spends."""
        return self in (Dimension.DEPARTMENT, Dimension.UNIT)


@dataclass(frozen=True, slots=True)
class Within:
    """A group of one dimension, of which alone the figures are looked at."""

    dimension: Dimension
    key: str

    def combines_with(self, by: Dimension) -> bool:
        """Whether it can be parted that way: among units always, a function by those below, by fund too."""
        return by.is_of_units or (
            self.dimension is Dimension.FUNCTION and by in (Dimension.FUNCTION, Dimension.FUND)
        )


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


def sums_of(returns: Sequence[int], by: Dimension, within: Within | None = None) -> Sums:
    """Return the figures of returns, by their numbers, added up in one statement.

    `within` keeps the figures of one group: of a 类, 款 or 项 what is below it; by function that is parted
    into the next level below, and into 类 without it. Raises ValueError where the two do not combine.
    """
    if within and not within.combines_with(by):
        raise ValueError(f"{within} is not parted by {by}")
    if not returns:
        return Sums([], Sum("", 0, None, None, None, None, None))
    counted, key = _SOURCES[within.dimension if within else _source_of(by)]
    group, wanted, wanted_key = key, "true", ""
    if within:
        of_function = within.dimension is Dimension.FUNCTION and within.key != ""
        wanted = f"coalesce({key}, '') {'LIKE' if of_function else '='} %(key)s"
        wanted_key = f"{within.key}%" if of_function else within.key
    if by is Dimension.FUNCTION:
        group = f"left({key}, {_level_below(within.key if within else '')})"
    elif by in _OF_UNITS:
        group = _OF_UNITS[by]
    elif by is Dimension.FUND:
        group = "counted.fund"
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
        cursor.execute(statement, {"returns": list(returns), "key": wanted_key})
        rows = cursor.fetchall()
    groups = [Sum(*row[1:]) for row in rows if not row[0]]
    [whole] = [Sum(*row[1:]) for row in rows if row[0]]
    return Sums(groups, whole)


_FIGURES = ", ".join(FIGURES)
_OF_UNITS = {Dimension.DEPARTMENT: "split_part(unit.path, '/', 4)", Dimension.UNIT: "unit.id::text"}
"""The code of the department below the bureau (/region/bureau/department/…), and the number of the unit."""


def _source_of(by: Dimension) -> Dimension:
    """The dimension whose rows are added up: units and funds are told of the rows by function."""
    return Dimension.FUNCTION if by.is_of_units or by is Dimension.FUND else by


def _level_below(code: str) -> int:
    """How long the codes of the level below a code are; a 项 has none below it."""
    return {0: 3, 3: 5}.get(len(code), 7)


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


def _functions() -> tuple[str, str]:
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
    return counted, "counted.code"


def _nature() -> tuple[str, str]:
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
            SELECT submission_id, part, {", ".join(map(_by_part, FIGURES))}
              FROM rows
            WINDOW whole AS (PARTITION BY submission_id), part AS (PARTITION BY submission_id, part)
        )"""
    return counted, f"nullif(counted.part, '{TOTAL}')"


def _by_part(column: str) -> str:
    """A figure of a fixed row: one that is the whole of a part counts where nothing else of it is stated."""
    return f"""
        CASE WHEN is_total THEN {_stated_total(column)}
             WHEN item = part THEN {_alone(column, "part")}
             ELSE {column} END AS {column}"""


def _economic() -> tuple[str, str]:
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
    return counted, f"coalesce(counted.code, nullif(counted.item, '{TOTAL}'))"


def _by_economic(column: str) -> str:
    return f"""
        CASE WHEN is_total THEN {_stated_total(column)}
             WHEN code IS NULL THEN {_alone(column, "part")}
             WHEN length(code) = 3 THEN {_alone(column, "class")}
             ELSE {column} END AS {column}"""


def _three_public() -> tuple[str, str]:
    """The three public expenses by what they are for; vehicles as bought and as run where that is stated."""
    counted = f"""
        rows AS (
            SELECT submission_id, item, item = '{TOTAL}' AS is_total,
                   CASE WHEN item LIKE 'vehicle%%' THEN 'vehicles' ELSE item END AS part, {_FIGURES}
              FROM budgets_budgetline
             WHERE schedule = '{THREE_PUBLIC.name.value}' AND submission_id = ANY(%(returns)s)
        ), counted AS (
            SELECT submission_id, item, {", ".join(map(_by_part, FIGURES))}
              FROM rows
            WINDOW whole AS (PARTITION BY submission_id), part AS (PARTITION BY submission_id, part)
        )"""
    return counted, f"nullif(counted.item, '{TOTAL}')"


def _project() -> tuple[str, str]:
    """The projects by their names: those of several units that are called the same are one group."""
    counted = f"""
        counted AS (
            SELECT submission_id, name, {_FIGURES}
              FROM budgets_projectline WHERE submission_id = ANY(%(returns)s)
        )"""
    return counted, "counted.name"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_SOURCES = {
    Dimension.FUNCTION: _functions(),
    Dimension.NATURE: _nature(),
    Dimension.ECONOMIC: _economic(),
    Dimension.PROJECT: _project(),
    Dimension.THREE_PUBLIC: _three_public(),
}
"""What counts of each return, and the key of its groups."""
