"""What a person is told once a day: which returns of her units are due, and which wait at her desk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from orgs.models import User
from orgs.people import working
from orgs.permissions import can_prepare, reviews
from submissions.models import Submission
from submissions.permissions import preparers_among, sides_held
from submissions.standings import RoundStandings, Standing

DUE_WITHIN = timedelta(days=7)
"""How long before a due date it is named; once it has passed it is named until the return is handed in."""


@dataclass(frozen=True, slots=True)
class Digest:
    """One person's day."""

    person: User
    due: list[Standing]
    waiting: list[Standing]

    @property
    def text(self) -> str:
        """How many there are of each."""
        late = sum(each.days_late > 0 for each in self.due)
        parts = [
            f"{len(self.due)} 份待报送" + (f"（{late} 份已过截止日）" if late else "") if self.due else "",
            f"{len(self.waiting)} 份等您审核" if self.waiting else "",
        ]
        return "今天：" + "，".join(filter(None, parts)) + "。"

    @property
    def details(self) -> str:
        """Which they are, a line each."""
        return "\n".join([*map(_due_line, self.due), *map(_waiting_line, self.waiting)])


def _due_line(standing: Standing) -> str:
    days = (standing.due_date - standing.today).days
    left = f"还有 {days} 天" if days > 0 else f"已过 {-days} 天" if days else "今天截止"
    return f"{_called(standing)}：{standing.due_date} 截止，{left}，{standing.state_text}。"


def _waiting_line(standing: Standing) -> str:
    return f"{_called(standing)}：{standing.since} 起等您审核。"


def _called(standing: Standing) -> str:
    return f"{standing.unit} {standing.round.fiscal_year} 年度"


def digests_of(rounds: Sequence[RoundStandings]) -> Iterator[Digest]:
    """Yield the day of everybody who has something to do, in a constant number of queries."""
    standings = [each for round in rounds for each in round.units]
    due = [each for each in standings if _is_due(each)]
    waiting = [each for each in standings if each.submission and each.submission.desk]
    prepared = preparers_among([each.round for each in rounds])
    for person in working():
        digest = Digest(
            person,
            [each for each in due if can_prepare(person, each.unit)],
            [each for each in waiting if reviews(person) and _is_hers(each, person, prepared)],
        )
        if digest.due or digest.waiting:
            yield digest


def _is_due(standing: Standing) -> bool:
    is_near = standing.due_date - standing.today <= DUE_WITHIN
    return standing.is_its_turn and not standing.is_closed and is_near


def _is_hers(standing: Standing, person: User, prepared: set[tuple[int, int, int]]) -> bool:
    """Whether a return under review waits for her: her desk has it, and she did not prepare it."""
    round, unit = standing.round, standing.unit
    place = Submission(round=round, unit=unit)  # with both read already
    return standing.state in sides_held(person, place) and (person.pk, round.pk, unit.pk) not in prepared
