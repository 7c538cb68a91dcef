"""What is to be done every day: close the rounds whose planned date has passed, say what is due, check again,
remove old exports.

It is said on the terminal, to everybody what is hers, and by e-mail where there is an address.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from submissions.digests import digests_of
from submissions.models import CollectionRound
from submissions.notice_actions import tell_daily
from submissions.round_actions import close_round
from submissions.standings import RoundStandings, standings_of

DAYS_BEFORE = (7, 3, 1)
"""How long before a due date it is said; once it has passed, every day."""


class Command(BaseCommand):
    help = (
        "每天运行一次：关闭到了计划关闭日期的收集，列出并通知临近和已过的截止日期，"
        "重新检查不是最新的结果。可重复运行。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Close what is to be closed, then print one line per due date with units that have to hand in."""
        now = timezone.now()
        today = timezone.localdate(now)
        for round in _to_be_closed(today):
            self._close(round, now)
        rounds = CollectionRound.objects.select_related("bureau").order_by("bureau__path", "fiscal_year")
        found = standings_of(list(rounds), today)
        for standings in found:
            for line in _lines(standings, today):
                self.stdout.write(line)
        tell_daily(digests=digests_of(found, today), day=today, at=now)
        call_command("store_results", verbosity=0)
        call_command("drop_old_exports", stdout=self.stdout)
        call_command("send_notices", stdout=self.stdout)

    def _close(self, round: CollectionRound, now: datetime) -> None:
        close_round(round=round, reason=f"已到计划关闭日期 {round.closes_date}。", by=None, at=now)
        self.stdout.write(f"{round.bureau} {round.fiscal_year} 年度：已到计划关闭日期，收集已关闭。")


def _to_be_closed(today: date) -> list[CollectionRound]:
    """Return the open rounds whose planned date has passed."""
    found = CollectionRound.objects.filter(closed_at=None, closes_date__lt=today)
    return list(found.select_related("bureau").order_by("bureau__path", "fiscal_year"))


def _lines(standings: RoundStandings, today: date) -> Iterator[str]:
    """Say of each due date that is near or has passed how many units have still to hand in by it."""
    waited_for = Counter(each.due_date for each in standings.units if each.is_its_turn and not each.is_closed)
    name = f"{standings.round.bureau} {standings.round.fiscal_year} 年度"
    for due_date, number in sorted(waited_for.items()):
        days = (due_date - today).days
        if days in DAYS_BEFORE:
            yield f"{name}：{due_date} 截止，还有 {days} 天，{number} 个单位没有报送。"
        elif days < 0:
            yield f"{name}：{due_date} 截止，已过 {-days} 天，{number} 个单位没有报送。"
