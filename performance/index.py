"""The Hunan index of a return, from the figures it holds: what scores, and what cannot be computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from budgets.ratios import ALL_RATIOS, THREE_PUBLIC_OUTTURN_CHANGE, ratio_of
from budgets.rows import Row
from performance.index_versions import REFERENCE
from performance.overall_index import IndexRow, IndexVersion

_RATIOS = {each.code: each for each in (*ALL_RATIOS, THREE_PUBLIC_OUTTURN_CHANGE)}

JUDGED = "由人工按佐证材料评分"
NO_BUILDINGS = "没有填楼堂馆所：本年度确实没有完工项目的得满分，请人工确认"
UNKNOWN_RULE = "没有收录这一行的扣分标准，请按县财政通知人工评分"
BUDGET_CUT = "预算是净调减，评分标准只说追加，请按县财政通知人工评分"
COUNTY_SAYS = "没有达到满分标准，扣多少分由县财政通知规定，请人工评分"


@dataclass(frozen=True, slots=True)
class IndexScore:
    """One row of the index as a return scores it: its points, or why it has none."""

    row: IndexRow
    rate: Decimal | None
    """In percent, unrounded; None for a row without a ratio, or where it cannot be computed."""
    points: Decimal | None
    obstacle: str
    """Why there are no points, without a full stop; "" where there are."""


@dataclass(frozen=True, slots=True)
class Index:
    """The index of a return in one version. Its total stands only when every one of its rows scores."""

    version: IndexVersion
    scores: list[IndexScore]

    @property
    def scored(self) -> Decimal:
        """The points of the rows that score."""
        return sum((each.points for each in self.scores if each.points is not None), Decimal(0))

    @property
    def scorable(self) -> Decimal:
        """What the rows that score could have at most."""
        known = (each.row.weight for each in self.scores if each.points is not None)
        return sum(known, Decimal(0))

    @property
    def missing(self) -> list[IndexScore]:
        """The rows without points."""
        return [each for each in self.scores if each.points is None]

    @property
    def total(self) -> Decimal | None:
        """The points of the whole index; None while any are missing or rows of the version are unknown."""
        return None if self.missing or not self.version.is_complete else self.scored


def index_of(rows: Mapping[str, list[Row]], version: IndexVersion = REFERENCE) -> Index:
    """Return the index of a return from its rows, as `return_rows` gives them."""
    return Index(version, [_score(row, rows) for row in version.rows])


def _score(row: IndexRow, rows: Mapping[str, list[Row]]) -> IndexScore:
    """Return what a row scores. Where no building is entered, nobody has said that none was finished."""
    if not row.ratio:
        return IndexScore(row, None, None, JUDGED)
    result = ratio_of(_RATIOS[row.ratio], rows)
    if result.rate is None:
        return IndexScore(row, None, None, NO_BUILDINGS if result.is_about_nothing else result.obstacle)
    points = row.rule.points(result.rate, row.weight) if row.rule else None
    return IndexScore(row, result.rate, points, "" if points is not None else _unsaid(row, result.rate))


def _unsaid(row: IndexRow, rate: Decimal) -> str:
    if row.rule is None:
        return UNKNOWN_RULE
    return BUDGET_CUT if rate < 0 else COUNTY_SAYS
