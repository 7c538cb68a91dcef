"""What a person is told once a day: which returns of her units are due, and which wait at her desk."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from orgs.models import User
from orgs.people import working
from orgs.permissions import Holders
from submissions.permissions import preparers_among
from submissions.standings import RoundStandings, Standing
from submissions.workflow import Side

DUE_WITHIN = timedelta(days=7)
"""How long before a due date it is named; once it has passed it is named until the return is handed in."""


@dataclass(frozen=True, slots=True)
class Digest:
    """One person's day."""

    person: User
    day: date
    due: list[Standing]
    waiting: list[Standing]

    @property
    def text(self) -> str:
        """How many there are of each on that day, which may have passed when it is read."""
        late = sum(each.days_late > 0 for each in self.due)
        parts = [
            f"{len(self.due)} 份待报送" + (f"（{late} 份已过截止日）" if late else "") if self.due else "",
            f"{len(self.waiting)} 份等您审核" if self.waiting else "",
        ]
        return f"{self.day.month}月{self.day.day}日：" + "，".join(filter(None, parts)) + "。"

    @property
    def details(self) -> str:
        """Which they are, a line each."""
        return "\n".join([*map(_due_line, self.due), *map(_waiting_line, self.waiting)])


def _due_line(standing: Standing) -> str:
    days = (standing.due_date - standing.today).days
    left = f"还有 {days} 天" if days > 0 else f"已过 {-days} 天" if days else "当天截止"
    return f"{_called(standing)}：{standing.due_date} 截止，{left}，{standing.state_text}。"


def _waiting_line(standing: Standing) -> str:
    return f"{_called(standing)}：{standing.since} 起等您审核。"


def _called(standing: Standing) -> str:
    return f"{standing.unit} {standing.round.fiscal_year} 年度"


def digests_of(rounds: Sequence[RoundStandings], day: date) -> Iterator[Digest]:
    """Yield the day of everybody who has something to do, in a constant number of queries.

    People are found by the roles they hold where a return is: nobody is asked about every return.
    """
    people = working()
    held, prepared = Holders(people), preparers_among([each.round for each in rounds])
    due, waiting = defaultdict[int, list[Standing]](list), defaultdict[int, list[Standing]](list)
    for each in (each for round in rounds for each in round.units):
        place = (each.unit, each.round.bureau)
        if _is_due(each):
            for person in held.of(Side.PREPARER, *place):
                due[person.pk].append(each)
        elif each.submission and each.submission.desk:
            for person in held.of(each.submission.desk, *place):
                if (person.pk, each.round.pk, each.unit.pk) not in prepared:
                    waiting[person.pk].append(each)
    for person in people:
        if person.pk in due or person.pk in waiting:
            yield Digest(person, day, due[person.pk], waiting[person.pk])


def _is_due(standing: Standing) -> bool:
    is_near = standing.due_date - standing.today <= DUE_WITHIN
    return standing.is_its_turn and not standing.is_closed and is_near
