"""The re-check (复核) of a return, read: what the unit stated beside what was found, and what it comes to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from budgets.measures import EXECUTION_RATE
from budgets.money import rate_text, round_half_up, shorten
from budgets.returns import BY_FUNCTION
from budgets.rows import head_figures, measured_of_many
from orgs.models import User
from orgs.permissions import can_review
from performance.models import IndicatorLine
from performance.recheck_models import RecheckVersion, SampledReturn
from performance.recheck_rules import GROUNDS, Rechecked, deviation, gaps_of
from performance.rows import Performance, performances_of
from performance.sampling import Candidate
from performance.schemes import Cap
from performance.scoring import FULL, MOST_NAMED, Basis, Indicator, Result, grade_of
from submissions.history import Told, who
from submissions.models import CollectionRound, Submission
from submissions.workflow import Side

EXECUTION = "预算执行率"

Key = tuple[str, str]
"""What tells an indicator apart: its second level and its name."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the unit stated of one indicator in its self-evaluation, as the official table prints it."""

    key: Key
    first_level: str
    second_level: str
    name: str
    nature: str
    """Which way it counts (指标性质)."""
    target: str
    unit: str
    weight: Decimal
    value: str
    score: Decimal


def stated_of(performance: Performance) -> list[Stated]:
    """Return the indicators in the order of the form, each with the score that counts; blank is "" or 0."""
    counted = performance.result.indicators
    return [_stated(each, performance.basis) for each in counted]


def _stated(line: Indicator, basis: Basis) -> Stated:
    first = basis.framework.first_of(line.second_level)
    return Stated(
        key=(line.second_level, line.name),
        first_level=first.name if first else "",
        second_level=basis.framework.second_levels.get(line.second_level, ""),
        name=line.name,
        nature=dict(IndicatorLine._meta.get_field("direction").flatchoices).get(line.direction, ""),
        target=line.target_value,
        unit=line.measuring_unit,
        weight=line.max_score or Decimal(0),
        value=line.actual_value,
        score=line.score or Decimal(0),
    )


def execution_of(result: Result, rate: Decimal | None) -> Stated:
    """Return the execution rate as a row like the others, its rate in percent."""
    return Stated(
        key=("", EXECUTION),
        first_level=EXECUTION,
        second_level=EXECUTION,
        name=EXECUTION,
        nature="≥ 正向",
        target="100",
        unit="%",
        weight=result.execution_points,
        value="" if rate is None else rate_text(rate),
        score=round_half_up(result.execution_score or Decimal(0)),
    )


@dataclass(frozen=True, slots=True)
class RecheckRow:
    """One indicator: what the unit stated, and what was found."""

    stated: Stated
    checked: Rechecked

    @property
    def deviation(self) -> Decimal | None:
        """How far the score of the unit is above that of the re-check, in percent; None without one."""
        return deviation(self.stated.score, self.checked.score)

    @property
    def ground_text(self) -> str:
        """The reason of a deduction or mark in words; "" without one."""
        ground = GROUNDS.get(self.checked.ground)
        return ground.sentence if ground else ""

    @property
    def gaps(self) -> list[str]:
        """What is to be done before the re-check is finished."""
        return gaps_of(self.checked, self.stated.score, self.stated.weight)


@dataclass(frozen=True, slots=True)
class Recheck:
    """The re-check of one return."""

    rows: list[RecheckRow]
    own_total: Decimal
    """What the unit has of the hundred points."""
    cap: Cap | None = None
    version: RecheckVersion | None = None
    """What was saved last; None before."""

    @property
    def number(self) -> int:
        """How often it was saved: what somebody's changes start from."""
        return self.version.number if self.version else 0

    @property
    def is_finished(self) -> bool:
        """Whether it is read only."""
        return self.version is not None and self.version.is_finished

    @property
    def found_total(self) -> Decimal | None:
        """The points found, at most what the scheme allows; None while one is blank."""
        scores = [row.checked.score for row in self.rows]
        known = [score for score in scores if score is not None]
        if len(known) < len(scores):
            return None
        total = sum(known, Decimal(0))
        return total if self.cap is None else min(total, self.cap.most)

    @property
    def deviation(self) -> Decimal | None:
        """That of the totals, in percent."""
        return deviation(self.own_total, self.found_total)

    @property
    def own_grade(self) -> str:
        """The grade the unit has by its own points."""
        return grade_of(self.own_total)

    @property
    def grade(self) -> str:
        """The grade by the points found; "" while one is blank."""
        return "" if self.found_total is None else grade_of(self.found_total)

    def with_checked(self, checked: Sequence[Rechecked]) -> "Recheck":
        """Return it with other findings, in the order of its rows."""
        rows = [RecheckRow(row.stated, each) for row, each in zip(self.rows, checked, strict=True)]
        return Recheck(rows, self.own_total, self.cap, self.version)

    @property
    def gaps(self) -> list[str]:
        """What is to be done before it is finished, one sentence each; what nobody has looked at is one."""
        untouched = [row for row in self.rows if row.checked == Rechecked()]
        others = [row for row in self.rows if row.gaps and row not in untouched]
        said = [f"“{shorten(row.stated.name)}”{'，'.join(row.gaps)}，请改正。" for row in others]
        return [*_untouched(untouched), *said]


def _untouched(rows: Sequence[RecheckRow]) -> list[str]:
    if not rows:
        return []
    names = "".join(f"“{shorten(row.stated.name)}”" for row in rows[:MOST_NAMED])
    others = f"等 {len(rows)} 个指标" if len(rows) > MOST_NAMED else ""
    return [f"{names}{others}还没有复核，请填复核完成值和复核得分。"]


# --- Reading


def recheck_of(submission: Submission) -> Recheck:
    """Read the re-check of an approved return, in a constant number of queries."""
    [(_, found)] = rechecks_of([submission])
    return found


def rechecks_of(submissions: Sequence[Submission]) -> list[tuple[Submission, Recheck]]:
    """Read the re-checks of approved returns, in their order, in as many queries as one; [] for none."""
    figures = head_figures(list(submissions))
    rates = {pk: head.measures[EXECUTION_RATE.name] for pk, head in figures.items()}
    performances = performances_of(submissions, rates)
    versions = newest_of(submissions)
    return [
        (each, _recheck(performances[each.pk], rates[each.pk], versions.get(each.pk))) for each in submissions
    ]


def _recheck(performance: Performance, rate: Decimal | None, version: RecheckVersion | None) -> Recheck:
    stated = [execution_of(performance.result, rate), *stated_of(performance)]
    found = checked_in(version)
    rows = [RecheckRow(each, found.get(each.key, Rechecked())) for each in stated]
    return Recheck(rows, _own_total(performance) or Decimal(0), performance.result.cap, version)


def _own_total(performance: Performance) -> Decimal | None:
    total = performance.result.total
    return None if total is None else round_half_up(total)


def newest_of(submissions: Iterable[Submission]) -> dict[int, RecheckVersion]:
    """Return what was saved last of each re-check by the id of its return, in one query; {} for none."""
    versions = RecheckVersion.objects.filter(submission__in=submissions).order_by("number")
    return {version.submission_id: version for version in versions}


def checked_in(version: RecheckVersion | None) -> dict[Key, Rechecked]:
    """Return what a version says of each indicator; {} for None."""
    rows: list[dict[str, Any]] = version.checked if version else []
    return {
        (row["second_level"], row["name"]): Rechecked(
            row["value"],
            None if row["score"] is None else Decimal(row["score"]),
            row["ground"],
            row["remark"],
        )
        for row in rows
    }


def as_json(rows: Iterable[RecheckRow]) -> list[dict[str, Any]]:
    """Return what was found as a version keeps it."""
    return [
        {
            "second_level": row.stated.key[0],
            "name": row.stated.key[1],
            "value": row.checked.value,
            "score": None if row.checked.score is None else str(row.checked.score),
            "ground": row.checked.ground,
            "remark": row.checked.remark,
        }
        for row in rows
    ]


def sees_recheck(user: User, submission: Submission) -> bool:
    """Whether there is a re-check of a return for somebody who sees that.

    The performance office sees it from the draw on, others when it is finished. One query.
    """
    if can_review(user, submission.round.bureau):
        return SampledReturn.objects.filter(submission=submission).exists()
    return RecheckVersion.objects.filter(submission=submission, is_finished=True).exists()


def candidates_of(round: CollectionRound) -> dict[str, tuple[Submission, Candidate]]:
    """Return the approved returns of a round that have a total, by the code of their unit.

    A constant number of queries, however many returns.
    """
    found = list(round.submissions.effective().select_related("unit__region", "round__bureau"))
    totals = {pk: rows[BY_FUNCTION.name][0] for pk, rows in measured_of_many(found).items()}
    rates = {pk: total.measures[EXECUTION_RATE.name] for pk, total in totals.items()}
    performances = performances_of(found, rates)
    return {
        each.unit.code: (each, _candidate(each, totals[each.pk].row.values["outturn"], rates, performances))
        for each in found
        if _own_total(performances[each.pk]) is not None
    }


def _candidate(
    submission: Submission,
    outturn: Decimal | None,
    rates: Mapping[int, Decimal | None],
    performances: Mapping[int, Performance],
) -> Candidate:
    performance, rate = performances[submission.pk], rates[submission.pk]
    total = _own_total(performance) or Decimal(0)
    every = all(each.score == each.max_score for each in performance.result.indicators)
    rounded = None if rate is None else round_half_up(rate)
    return Candidate(submission.unit.code, outturn, rounded, total, every or total == FULL)


def told_of_rechecks(submission: Submission) -> Iterator[Told]:
    """Tell the finished re-check of a return, for its history; one query."""
    for version in submission.rechecks.filter(is_finished=True):
        person = who(version.actor_name, Side.PERFORMANCE_OFFICE.label, submission.round.bureau)
        assert version.found_total is not None  # as the database says of a finished one
        points = f"复核得分 {version.found_total}，自评得分 {version.own_total}"
        yield Told(version.at, f"{person}完成复核：{points}。")
