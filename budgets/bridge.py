"""The way from the initial budget to the outturn, step by step: why a gap is as wide as it is.

Initial budget, each document of the year, revised budget, over- and under-execution by line, outturn; the
steps add up exactly. Without a revised budget the way leads from the initial budget to the outturn by line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from budgets.adjustments import signed
from budgets.cells import full_label
from budgets.measures import FIGURE_TITLES, Origin, change_rate
from budgets.returns import ADJUSTMENTS, BY_FUNCTION, BY_NATURE
from budgets.rows import Row, RowKind

INITIAL, REVISED, OUTTURN = "initial_budget", "revised_budget", "outturn"
WITH_DOCUMENTS = "with_documents"
"""As a base: the initial budget and what documents change in it, where revised budgets are not filled in."""
MOST_OF_IT = Decimal("0.8")
"""The steps that make this part of all changes stand first; the others are folded."""
Zero = Decimal(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what changes, by how many yuan, and the row in which that is entered or stated."""

    label: str
    change: Decimal
    row: Row
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Steps of one kind from one total to the next: those that matter, the greatest first, and the others."""

    first: list[Step] = field(default_factory=list)
    others: list[Step] = field(default_factory=list)

    @property
    def steps(self) -> list[Step]:
        """All its steps, the greatest first."""
        return [*self.first, *self.others]

    @property
    def change(self) -> Decimal:
        """What all its steps change together, in yuan."""
        return sum((step.change for step in self.steps), Zero)

    @property
    def rest(self) -> Decimal:
        """What the others change together, in yuan."""
        return sum((step.change for step in self.others), Zero)


@dataclass(frozen=True, slots=True)
class Bridge:
    """The way of one return, in yuan: `adjusted` leads to the revised budget, `executed` to the outturn.

    Without a revised budget there is only `executed`, from the initial budget. Where rows lack theirs, what
    the documents make of the initial budget stands for it (`lacking` says how many rows).
    """

    top: Row
    initial: Decimal
    revised: Decimal | None
    outturn: Decimal
    adjusted: Stretch
    executed: Stretch
    lacking: int = 0

    @property
    def revised_title(self) -> str:
        """What the level between the two stretches is called."""
        return "年初预算加调整" if self.lacking else "全年预算"

    @property
    def gap(self) -> Decimal:
        """Outturn less initial budget."""
        return self.outturn - self.initial

    @property
    def rate(self) -> Decimal | None:
        """The gap in percent of the initial budget, unrounded; None from a budget of 0."""
        return change_rate(self.outturn, self.initial)


def bridge_of(rows: Mapping[str, Sequence[Row]]) -> Bridge | None:
    """Return the way from initial budget to outturn; None when the total by function lacks one of the two."""
    top = rows[BY_FUNCTION.name][0]
    initial, revised, outturn = (top.values[name] for name in (INITIAL, REVISED, OUTTURN))
    if initial is None or outturn is None:
        return None
    documents = list(_documents(rows[ADJUSTMENTS.name]))
    told = initial + sum((step.change for step in documents), Zero)
    lacking = _lacking(rows[BY_FUNCTION.name])
    if lacking:
        revised = told if documents else None
    if revised is None:
        executed = _stretch(_executed(rows, INITIAL, outturn - initial))
        return Bridge(top, initial, None, outturn, Stretch(), executed, lacking)
    if revised != told:
        documents.append(Step("没有调整文件的变动", revised - told, top, _WITHOUT))
    executed = _stretch(_executed(rows, WITH_DOCUMENTS if lacking else REVISED, outturn - revised))
    return Bridge(top, initial, revised, outturn, _stretch(documents), executed, lacking)


def _lacking(rows: Sequence[Row]) -> int:
    """How many lines with figures of this year have no revised budget, where the total sums others."""
    if rows[0].figures[REVISED].origin is not Origin.COMPUTED:
        return 0
    return sum(
        row.kind == RowKind.LINE
        and row.values[REVISED] is None
        and bool(row.values[INITIAL] or row.values[OUTTURN])
        for row in rows
    )


_WITHOUT = "全年预算数减去年初预算数和各份调整文件"


def _stretch(steps: Sequence[Step]) -> Stretch:
    """Part the steps into the few that make most of all changes, the greatest first, and the others."""
    ordered = sorted(steps, key=lambda step: -abs(step.change))
    whole, reached = sum((abs(step.change) for step in ordered), Zero), Zero
    first: list[Step] = []
    for step in ordered:
        if reached >= whole * MOST_OF_IT:
            break
        first.append(step)
        reached += abs(step.change)
    others = ordered[len(first) :]
    if len(others) == 1:  # one line takes no more room than the line that stands for it
        return Stretch(ordered)
    return Stretch(first, others)


def _documents(rows: Sequence[Row]) -> Iterator[Step]:
    for row in rows:
        change = signed(row.line)
        if change:
            yield Step(f"{row.qualifiers} {row.name}", change, row, getattr(row.line, "reason", ""))


def _executed(rows: Mapping[str, Sequence[Row]], base: str, whole: Decimal) -> list[Step]:
    """The steps from a budget to the outturn, by line; `whole` is what they change together.

    By function where both totals are sums of its lines, else by nature.
    """
    top, by_nature = rows[BY_FUNCTION.name][0], rows[BY_NATURE.name]
    steps: list[Step] = []
    if _is_summed(top, base):
        steps = list(_parts(top, rows[BY_FUNCTION.name], base))
    elif all(by_nature[0].values[name] is not None for name in (_column(base), OUTTURN)):
        steps = list(_parts(by_nature[0], by_nature, base))
    rest = whole - sum((step.change for step in steps), Zero)
    return [*steps, _rest(by_nature, rest, base, top)] if rest else steps


def _column(base: str) -> str:
    """The figure that must be known for a base."""
    return INITIAL if base == WITH_DOCUMENTS else base


def _parts(whole: Row, rows: Sequence[Row], base: str) -> Iterator[Step]:
    """What each row below a whole changes; one that is itself a sum in both columns says it by its parts."""
    below = whole.elsewhere or [row for row in rows if row.parent == whole.code and row is not whole]
    for row in below:
        if (row.kind != RowKind.LINE or row.elsewhere) and _is_summed(row, base):
            yield from _parts(row, rows, base)
        elif change := _change(row, base):
            yield Step(full_label(row), change, row, _said(row, base))


def _is_summed(row: Row, base: str) -> bool:
    return all(row.figures[name].origin is Origin.COMPUTED for name in (_column(base), OUTTURN))


def _change(row: Row, base: str) -> Decimal:
    """Outturn less budget; a blank one counts for nothing, as it does in the totals."""
    documents = row.adjusted if base == WITH_DOCUMENTS else None
    return (row.values[OUTTURN] or Zero) - (row.values[_column(base)] or Zero) - (documents or Zero)


def _said(row: Row, base: str) -> str:
    """Which figure is blank, if one is; else the reason that was given."""
    blank = [FIGURE_TITLES[name] for name in (_column(base), OUTTURN) if row.values[name] is None]
    return f"{'、'.join(blank)}未填" if blank else row.variance_reason


def _rest(by_nature: Sequence[Row], rest: Decimal, base: str, top: Row) -> Step:
    """What the lines do not explain: the row that reconciles the totals where it is that, else the total."""
    found = next((row for row in by_nature if row.kind == RowKind.RECONCILIATION), None)
    if found and _change(found, base) == rest:
        return Step(found.name, rest, found)
    figure = FIGURE_TITLES[_column(base)]
    return Step("没有分到行的部分", rest, top, f"各行没有填全{figure}或决算数，只知道合计")
