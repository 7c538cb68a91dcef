"""The block of indicators that the forms of a department and of a project share.

Pure: imports neither Django nor openpyxl.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgets.official_forms import FormCell, FormRow, Kind, beside, spread
from performance.frameworks import Framework
from performance.official.editions import IndicatorHeads
from performance.scoring import FULL, points_text
from submissions.findings import Place


@dataclass(frozen=True, slots=True)
class PrintedIndicator:
    """One third-level indicator as the forms print it; None and "" are blank."""

    second_level: str
    name: str = ""
    target: str = ""
    actual: str = ""
    weight: Decimal | None = None
    score: Decimal | None = None
    deviation: str = ""
    places: Mapping[str, Place] | None = None
    """Where each is entered, by the names above."""

    def place(self, name: str) -> Place | None:
        """Return where one of its columns is entered; None where nobody says."""
        return (self.places or {}).get(name)


_COLUMNS = (
    ("name", Kind.TEXT),
    ("target", Kind.TEXT),
    ("actual", Kind.TEXT),
    ("weight", Kind.WEIGHT),
    ("score", Kind.SCORE),
    ("deviation", Kind.TEXT),
)
"""What stands in D to I."""


def indicator_rows(
    words: IndicatorHeads,
    framework: Framework,
    points: Mapping[str, Decimal],
    indicators: Sequence[PrintedIndicator],
    widths: Sequence[int],
) -> list[FormRow]:
    """Return the heads and a row for each indicator below its first and second level, with A beside all.

    `points` are those of each first level, by its code. Every second level of the framework is printed, with
    a blank row where it has no indicator; those that belong to none of it stand last, without levels.
    """
    rows: list[FormRow] = [[FormCell(column, head, Kind.HEAD) for column, head in enumerate(words.heads, 2)]]
    for first in framework.first_levels:
        below: list[FormRow] = []
        for code, name in first.second_levels.items():
            found = [each for each in indicators if each.second_level == code] or [PrintedIndicator(code)]
            label = FormCell(3, name, Kind.HEAD)
            below += beside(label, [row for each in found for row in _rows(each, widths)])
        label = FormCell(2, f"{first.name}（{points_text(points[first.code])}分）", Kind.HEAD)
        rows += beside(label, below)
    homeless = [each for each in indicators if framework.first_of(each.second_level) is None]
    for each in homeless:
        own = _rows(each, widths)
        rows += beside(FormCell(2, None, Kind.HEAD), beside(FormCell(3, None, Kind.HEAD), own))
    return beside(FormCell(1, words.label, Kind.HEAD), rows)


def _rows(indicator: PrintedIndicator, widths: Sequence[int]) -> list[FormRow]:
    """One indicator, over as many rows as show all of its words."""
    return spread(
        [
            FormCell(column, getattr(indicator, name), kind, place=indicator.place(name))
            for column, (name, kind) in enumerate(_COLUMNS, 4)
        ],
        widths,
    )


def total_row(words: IndicatorHeads, total: Decimal | None, place: Place | None) -> FormRow:
    """Return the last row: the hundred, and what was reached of it; blank while anything is missing."""
    return [
        FormCell(1, words.total, Kind.HEAD, columns=6),
        FormCell(7, FULL, Kind.WEIGHT),
        FormCell(8, total, Kind.SCORE, place=place),
        FormCell(9, None, Kind.TEXT),
    ]


def goal_rows(
    words: tuple[str, str, str],
    expected: str,
    achieved: str,
    place: Place | None,
    widths: Sequence[int],
) -> list[FormRow]:
    """Return the goal of the year and beside it what was reached, over as many rows as show both."""
    label, *heads = words
    rows: list[FormRow] = [
        [FormCell(2, heads[0], Kind.HEAD, columns=4), FormCell(6, heads[1], Kind.HEAD, columns=4)],
        *spread(
            [
                FormCell(2, expected, Kind.TEXT, columns=4, place=place),
                FormCell(6, achieved, Kind.TEXT, columns=4, place=place),
            ],
            widths,
        ),
    ]
    return beside(FormCell(1, label, Kind.HEAD), rows)
