"""The self-evaluation form of a project (项目支出绩效自评表), cell by cell, before it is a workbook.

Pure: imports neither Django nor openpyxl. What it is made of is a plain record, whatever keeps it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from budgets.measures import EXECUTION_RATE
from budgets.official_forms import FormCell, FormRow, Kind, OfficialForm
from performance.frameworks import Framework
from performance.indicator_points import execution_points
from performance.official.blocks import PrintedIndicator, goal_rows, indicator_rows, total_row
from performance.official.editions import PROJECT_FIGURES, ProjectEdition
from submissions.findings import Place

WIDTHS = (8, 17, 15, 20, 12, 12, 7, 11, 20)
COLUMNS = len(WIDTHS)

Amounts = Mapping[str, Decimal | None]
"""The figures of one funding in yuan, by the names of `PROJECT_FIGURES`; None is blank."""

WHOLE = "whole"
"""What 年度资金总额 is called beside the codes of the fundings."""


@dataclass(frozen=True, slots=True)
class ProjectPlaces:
    """Where what the form of a project prints is entered; of its indicators each knows itself."""

    money: Mapping[str, Mapping[str, Place]] = field(default_factory=dict)
    """Of the figures and the execution rate by their names, for each funding and for WHOLE."""
    goal: Place | None = None
    total: Place | None = None

    def of(self, code: str, name: str) -> Place | None:
        """Return where a figure of a row of money is entered; None where nobody says."""
        return self.money.get(code, {}).get(name)


@dataclass(frozen=True, slots=True)
class ProjectEvaluation:
    """What a project says of itself: its money by funding, its goal, its indicators."""

    year: int
    name: str
    department: str
    unit: str
    funds: Mapping[str, Amounts]
    """The amounts of each funding, by its code (budgets.returns.FUNDINGS); "" for what has none."""
    framework: Framework
    expected: str = ""
    achieved: str = ""
    indicators: Sequence[PrintedIndicator] = field(default=())
    points: Mapping[str, Decimal] | None = None
    """The points of each first level by its code, where they are not the framework's."""
    total: Decimal | None = None
    """The points of all, by whoever scores it; None while anything is missing."""
    places: ProjectPlaces = field(default=ProjectPlaces())

    @property
    def whole(self) -> Amounts:
        """年度资金总额: the sum of the fundings in each figure; blank where all of them are."""
        parts = self.funds.values()
        return {name: _sum([part.get(name) for part in parts]) for name in PROJECT_FIGURES}

    @property
    def execution_score(self) -> Decimal | None:
        """What the execution rate of the whole is worth; None where it cannot be computed."""
        return execution_points(EXECUTION_RATE.compute(self.whole), self.framework.execution_points)


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def project_form(edition: ProjectEdition, project: ProjectEvaluation, number: int = 1) -> OfficialForm:
    """Return the form of one project; the row 年度资金总额 is computed and alone is scored.

    `number` is that of its sheet.
    """
    opening: list[FormRow] = [
        [FormCell(1, edition.title, Kind.TITLE, COLUMNS)],
        [FormCell(1, edition.subtitle.format(year=project.year), Kind.SUBTITLE, COLUMNS)],
        [FormCell(1, edition.name, Kind.HEAD, 2), FormCell(3, project.name, Kind.TEXT, 7)],
        [
            FormCell(1, edition.department, Kind.HEAD, 2),
            FormCell(3, project.department, Kind.TEXT, 3),
            FormCell(6, edition.unit, Kind.HEAD, 2),
            FormCell(8, project.unit, Kind.TEXT, 2),
        ],
        *_funds(edition, project),
        *goal_rows(edition.goals, project.expected, project.achieved, project.places.goal, WIDTHS),
    ]
    points = project.points or {first.code: first.points for first in project.framework.first_levels}
    rows = [
        *opening,
        *indicator_rows(edition.indicators, project.framework, points, project.indicators, WIDTHS),
        total_row(edition.indicators, project.total, project.places.total),
    ]
    return OfficialForm(f"项目{number}", WIDTHS, rows, head=len(opening) + 1)


def _funds(edition: ProjectEdition, project: ProjectEvaluation) -> list[FormRow]:
    places = project.places
    heads = [FormCell(column, head, Kind.HEAD) for column, head in enumerate(edition.fund_heads, 4)]
    label = FormCell(1, edition.funds, Kind.HEAD, rows=2 + len(edition.fundings))
    points = [
        FormCell(7, project.framework.execution_points, Kind.WEIGHT),
        FormCell(9, project.execution_score, Kind.SCORE, place=places.of(WHOLE, EXECUTION_RATE.name)),
    ]
    unscored = [FormCell(column, edition.no_points, Kind.NOTHING) for column in (7, 9)]
    return [
        [label, FormCell(2, None, Kind.HEAD, columns=2), *heads],
        _amounts(edition.whole, project.whole, partial(places.of, WHOLE), points),
        *(
            _amounts(words, project.funds.get(code, {}), partial(places.of, code), unscored)
            for code, words in edition.fundings.items()
        ),
    ]


def _amounts(
    label: str, amounts: Amounts, place: Callable[[str], Place | None], points: Sequence[FormCell]
) -> FormRow:
    """One row of money, with what it is worth."""
    figures = {name: amounts.get(name) for name in PROJECT_FIGURES}
    rate = EXECUTION_RATE.name
    weight, score = points
    return [
        FormCell(2, label, Kind.LABEL, columns=2),
        *(
            FormCell(column, value, Kind.YUAN, place=place(name))
            for column, (name, value) in enumerate(figures.items(), 4)
        ),
        weight,
        FormCell(8, EXECUTION_RATE.compute(figures), Kind.RATE, place=place(rate)),
        score,
    ]
