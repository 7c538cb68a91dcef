"""Check the returns of whose present state no result is stored, so that lists of many say it again.

Pages store what they change. This is for what changes many at once: other rules or thresholds of a round,
a loaded book of codes, a new version of the rules, last year's returns approved late.
"""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from budgets.checks.results import batches_of, newest_of
from budgets.checks.stored import numbers_without_present_result
from budgets.result_actions import check_many_again
from orgs.processes import done_in_processes
from submissions.models import Submission


class Command(BaseCommand):
    help = "重新检查结果已经不是最新的填报，供任务总览和待审核列表显示。可重复运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether all returns are checked."""
        parser.add_argument("--all", action="store_true", help="全部重新检查，例如科目表更新以后")

    def handle(self, *args: Any, all: bool, verbosity: int, **options: Any) -> None:
        """Check the newest revision of each return, and say how far it is."""
        newest = newest_of(Submission.objects.all())
        of = Submission.objects.filter(pk__in=newest)
        numbers = newest if all else numbers_without_present_result(of)
        batches, done = batches_of(numbers), 0
        for batch, _ in zip(batches, done_in_processes(_check, batches), strict=True):
            done += len(batch)
            if len(batches) > 1:
                self.stderr.write(f"已检查 {done} / {len(numbers)} 份")
        if verbosity:
            self.stdout.write(f"重新检查了 {len(numbers)} 份填报。")


def _check(numbers: Sequence[int]) -> None:
    check_many_again(numbers=numbers)
