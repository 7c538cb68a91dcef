"""The lists of a round that a bureau takes away: where every unit stands, and what is public.

Source: forms.md f5 (报送进度表) and f6 (公开情况表).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone

from submissions.models import Publication, Transition
from submissions.standings import RoundStandings, Standing, end_of
from submissions.workflow import PUBLISHED, Action

Cells = list[str | int]


@dataclass(frozen=True, slots=True)
class RoundTable:
    """A list of the units of a round: its columns with their widths, and a row for each."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows_of: Callable[[RoundStandings], list[Cells]]
    """In one query for any number of units."""
    of_past: bool = False
    """Whether there is one of a past day."""


def _progress(standings: RoundStandings) -> list[Cells]:
    returned = Transition.objects.filter(action=Action.RETURN, submission__round=standings.round)
    if standings.day:
        returned = returned.filter(at__lt=end_of(standings.day))
    counts = dict(returned.values_list("submission__unit").annotate(Count("pk")))
    return [_progress_of(each, counts.get(each.unit.pk, 0)) for each in standings.units]


def _progress_of(standing: Standing, times_returned: int) -> Cells:
    reminded = timezone.localdate(standing.reminder.at) if standing.reminder else None
    return [
        *_unit(standing),
        standing.state_text,
        _day(standing.since),
        times_returned,
        _day(standing.due_date),
        standing.days_late or "",
        _day(standing.extension.until_date if standing.extension else None),
        standing.extension.reason if standing.extension else "",
        _day(reminded),
    ]


def _publications(standings: RoundStandings) -> list[Cells]:
    of_returns = Publication.objects.filter(submission__round=standings.round)
    newest = of_returns.order_by("submission__unit", "-submission__revision").distinct("submission__unit")
    by_unit = {each.submission.unit_id: each for each in newest.select_related("submission")}
    return [_publication_of(each, by_unit.get(each.unit.pk)) for each in standings.units]


def _publication_of(standing: Standing, publication: Publication | None) -> Cells:
    """What is public: of a unit that is correcting what it made public, still that."""
    if publication is None or publication.submission.status not in (PUBLISHED, "superseded"):
        return [*_unit(standing), standing.state_text, *[""] * 9]
    return [
        *_unit(standing),
        standing.state_text,
        _day(publication.published_date),
        publication.address,
        _day(publication.approval_date),
        _day(publication.reply_date),
        publication.days_late or "",
        publication.secrecy_reviewer,
        _day(publication.secrecy_review_date),
        publication.signatory,
        _day(publication.sign_off_date),
    ]


def _unit(standing: Standing) -> Cells:
    return [
        standing.unit.code,
        standing.unit.name,
        standing.department.name if standing.department else "本级",
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


_UNIT = (("单位编码", 12), ("单位", 34), ("主管部门", 30), ("状态", 18))

TABLES = {
    "progress": RoundTable(
        "报送进度表",
        (
            *_UNIT,
            ("最近动作", 12),
            ("退回次数", 10),
            ("截止日", 12),
            ("逾期天数", 10),
            ("延期至", 12),
            ("延期原因", 30),
            ("最近催报", 12),
        ),
        _progress,
        of_past=True,
    ),
    "publications": RoundTable(
        "公开情况表",
        (
            *_UNIT,
            ("公开日期", 12),
            ("公开网址", 40),
            ("决算批准日期", 14),
            ("批复日期", 12),
            ("超过 20 日的天数", 16),
            ("保密审查人", 12),
            ("保密审查日期", 14),
            ("审签人", 12),
            ("审签日期", 12),
        ),
        _publications,
    ),
}
"""The lists by their names in addresses."""
