"""The figures of many returns added up: by department, unit, function, fund, nature, 款, project, “三公”.

Within a return a figure that is stated counts as `budgets.rows` rolls it up: a total that is stated counts
only where everything below it is blank. A revised budget that follows from documents alone is not stated, and
not added. Differences are of the returns that state both figures. PostgreSQL does it in one statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db import connection

from budgets.measures import FIGURES, change_rate
from budgets.returns import (
    BEYOND_BASIC,
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    ECONOMIC_GROUPS,
    THREE_PUBLIC,
    TOTAL,
)
from budgets.rows import TOLD_BY_CODE


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
    gap: Decimal | None = None
    """Outturn less initial budget, of the returns that state both."""
    planned: Decimal | None = None
    """The initial budgets of these returns."""
    change: Decimal | None = None
    """Outturn less last year's, of the returns that state both."""
    spent_before: Decimal | None = None
    """Last year's outturns of these returns."""
    without_budget: int = 0
    """How many returns state only one of initial budget and outturn: their difference is not known."""
    without_last_year: int = 0
    """How many returns state only one of outturn and last year's."""
    without_revised: int = 0
    """How many returns state no revised budget: none, or one that follows from documents alone."""

    @property
    def gap_rate(self) -> Decimal | None:
        """The gap in percent of the initial budgets it is of: the rate of the sums, not a mean of rates."""
        return _rate(self.gap, self.planned)

    @property
    def change_rate(self) -> Decimal | None:
        """The change in percent of last year's outturns it is of."""
        return _rate(self.change, self.spent_before)


def _rate(change: Decimal | None, base: Decimal | None) -> Decimal | None:
    return None if change is None or base is None else change_rate(base + change, base)


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
        group = "counted.fund_spent"
    statement = f"""
        WITH {counted}, grouped AS (
            SELECT counted.submission_id, coalesce({group}, '') AS key,
                   {ADDED}
              FROM counted
              JOIN submissions_submission AS submission ON submission.id = counted.submission_id
              JOIN orgs_unit AS unit ON unit.id = submission.unit_id
             WHERE {wanted}
             GROUP BY counted.submission_id, coalesce({group}, '')
        )
        SELECT false, key, {SUMMED} FROM grouped WHERE {STATED} GROUP BY key
         UNION ALL
        SELECT true, '', {SUMMED}
          FROM (SELECT submission_id, {ADDED} FROM grouped GROUP BY submission_id) AS by_return
         WHERE {STATED}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"returns": list(returns), "key": wanted_key})
        rows = cursor.fetchall()
    groups = [Sum(*row[1:]) for row in rows if not row[0]]
    [whole] = [Sum(*row[1:]) for row in rows if row[0]]
    return Sums(groups, whole)


def parts_of(returns: Sequence[int], by: Dimension) -> dict[tuple[int, str], dict[str, Decimal | None]]:
    """Return the figures of each return, by its number and the key of a group, in one statement.

    By what a return itself is parted: not by department, unit or fund.
    """
    if not returns:
        return {}
    counted, key = _SOURCES[by]
    statement = f"""
        WITH {counted}, grouped AS (
            SELECT submission_id, coalesce({key}, '') AS key, {ADDED}
              FROM counted GROUP BY submission_id, coalesce({key}, '')
        )
        SELECT submission_id, key, {_FIGURES} FROM grouped WHERE {STATED}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"returns": list(returns)})
        return {(pk, key): dict(zip(FIGURES, figures, strict=True)) for pk, key, *figures in cursor}


_FIGURES = ", ".join(FIGURES)
ADDED = ", ".join(f"sum({name}) AS {name}" for name in FIGURES)
STATED = "(" + " OR ".join(f"{name} IS NOT NULL" for name in FIGURES) + ")"


def _compared(base: str) -> str:
    """The sum of the differences of outturn and a base, that of the bases, where both are known."""
    both = f"FILTER (WHERE outturn IS NOT NULL AND {base} IS NOT NULL)"
    return f"sum(outturn - {base}) {both}, sum({base}) {both}"


def _lacking_one(base: str) -> str:
    return f"count(*) FILTER (WHERE (outturn IS NULL) <> ({base} IS NULL))"


SUMMED = ", ".join(
    (
        "count(*)",
        *(f"sum({name})" for name in FIGURES),
        _compared("initial_budget"),
        _compared("last_year_outturn"),
        _lacking_one("initial_budget"),
        _lacking_one("last_year_outturn"),
        "count(*) FILTER (WHERE revised_budget IS NULL)",
    )
)
"""What is said of one group, of what each return states of it: the fields of `Sum` after its key."""
DEPARTMENT = "split_part(unit.path, '/', 4)"
"""The code of the department below the bureau (/region/bureau/department/…)."""
_OF_UNITS = {Dimension.DEPARTMENT: DEPARTMENT, Dimension.UNIT: "unit.id::text"}


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


_FUND = (
    "coalesce(nullif(line.fund, ''), CASE category.budget_book "
    + " ".join(f"WHEN '{book}' THEN '{fund}'" for fund, book in TOLD_BY_CODE.items())
    + " END)"
)
"""The fund a row states, else the one its code tells, as `rows.is_of` has it; NULL where neither does."""


def _functions() -> tuple[str, str]:
    """What counts of the rows by function of each return."""
    counted = f"""
        rows AS (
            SELECT line.submission_id, category.code, {_FUND} AS fund_spent,
                   line.item = '{TOTAL}' AS is_total, line.fund = '' AND line.nature = '' AS is_plain,
                   {_FIGURES}
              FROM budgets_budgetline AS line
              LEFT JOIN budgets_functionalcategory AS category ON category.id = line.category_id
             WHERE line.schedule = '{BY_FUNCTION.name.value}' AND line.submission_id = ANY(%(returns)s)
        ), counted AS (
            SELECT submission_id, code, fund_spent, {", ".join(map(_by_function, FIGURES))}
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
                   CASE {groups} WHEN category.code IS NULL THEN line.item ELSE '{BEYOND_BASIC}' END
                       AS part, {_FIGURES}
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


BY_FUNCTIONS = _functions()
_SOURCES = {
    Dimension.FUNCTION: BY_FUNCTIONS,
    Dimension.NATURE: _nature(),
    Dimension.ECONOMIC: _economic(),
    Dimension.PROJECT: _project(),
    Dimension.THREE_PUBLIC: _three_public(),
}
"""What counts of each return, and the key of its groups."""
