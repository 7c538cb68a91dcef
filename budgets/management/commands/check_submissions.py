"""Run all checks on returns and print what they find; exit status 1 where an error stands."""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser

from budgets.checks.printed import is_amount
from budgets.checks.results import Group, batches_of, newest_of, results_in_batches
from budgets.money import exact_text
from orgs.processes import done_in_processes
from submissions.findings import Finding, Outcome, State
from submissions.models import Submission
from submissions.querysets import SubmissionQuerySet

FIELDS = (
    "unit",
    "year",
    "code",
    "state",
    "severity",
    "place",
    "expected",
    "actual",
    "difference",
    "sentence",
)
"""What is printed of a finding. Amounts are yuan."""

QUIET = (State.PASS, State.NOT_APPLICABLE)
"""What the table leaves out."""


class Checked(NamedTuple):
    """What is printed of a finding in a return."""

    number: int
    """Of the return."""
    title: str
    """What the return is called."""
    facts: dict[str, Any]
    """By `FIELDS`."""
    is_error: bool
    """Whether it is an error that nobody let pass."""


class Command(BaseCommand):
    help = "对填报运行全部检查规则并输出结果（金额：元）；有没有放行的错误时，退出状态为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which returns: of a unit, a year, a region; and the format."""
        parser.add_argument("--unit", default="", help="预算单位编码，如 224001；默认所有单位")
        parser.add_argument("--year", type=int, help="年度，如 2023；默认所有年度")
        parser.add_argument("--region", default="", help="行政区划代码；默认所有地区")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

    def handle(
        self, *args: Any, unit: str, year: int | None, region: str, format: str, **options: Any
    ) -> None:
        """Check the newest revision of each return; raise CommandError when there is none."""
        numbers = newest_of(_wanted(unit, year, region))
        if not numbers:
            raise CommandError("没有找到这样的填报。请核对单位编码、年度和行政区划代码。")
        self.errors = 0
        getattr(self, f"_print_{format}")(self._counted(numbers))
        if self.errors:
            sys.exit(1)

    def _counted(self, numbers: list[int]) -> Iterator[Checked]:
        """Yield what is found, and count the errors that stand."""
        for each in self._checked(numbers):
            self.errors += each.is_error
            yield each

    def _checked(self, numbers: list[int]) -> Iterator[Checked]:
        """Check the returns batch by batch, and say on stderr how far it is."""
        batches, done = batches_of(numbers), 0
        for batch, checked in zip(batches, done_in_processes(_check, batches), strict=True):
            yield from checked
            done += len(batch)
            if len(batches) > 1:
                self.stderr.write(f"已检查 {done} / {len(numbers)} 份")

    def _print_json(self, checked: Iterator[Checked]) -> None:
        """Print an array, one object a line."""
        before = "[\n"
        for each in checked:
            self.stdout.write(before + json.dumps(each.facts, ensure_ascii=False), ending="")
            before = ",\n"
        self.stdout.write("\n]" if before == ",\n" else "[]")

    def _print_csv(self, checked: Iterator[Checked]) -> None:
        writer = csv.DictWriter(self.stdout, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(each.facts for each in checked)

    def _print_table(self, checked: Iterator[Checked]) -> None:
        """Print what did not pass, a return after the other."""
        for (_, title), found in groupby(checked, key=lambda each: (each.number, each.title)):
            self.stdout.write(title)
            for each in found:
                state, facts = State(each.facts["state"]), each.facts
                if state not in QUIET:
                    self.stdout.write(
                        f"  {state.label}  {facts['code']}  {facts['place']}  {facts['sentence']}"
                    )


def _check(numbers: Sequence[int]) -> list[Checked]:
    """Check a batch of returns and say what is printed of each finding."""
    return [
        Checked(
            submission.pk,
            f"{submission.unit.code} {submission}",
            _facts(submission, found.finding),
            found.group is Group.MEND,
        )
        for batch in results_in_batches(numbers)
        for submission, results in batch
        for found in results.found
    ]


def _facts(submission: Submission, finding: Finding) -> dict[str, Any]:
    outcome = finding.outcome
    return {
        "unit": submission.unit.code,
        "year": submission.round.fiscal_year,
        "code": finding.check.code,
        "state": finding.state.value,
        "severity": finding.severity.value,
        "place": outcome.place.label,
        "expected": _plain(outcome, outcome.expected),
        "actual": _plain(outcome, outcome.actual),
        "difference": _plain(outcome, outcome.difference),
        "sentence": outcome.sentence,
    }


def _wanted(unit: str, year: int | None, region: str) -> SubmissionQuerySet:
    wanted = {"unit__code": unit, "round__fiscal_year": year, "unit__region__code": region}
    return Submission.objects.filter(**{name: value for name, value in wanted.items() if value})


def _plain(outcome: Outcome, figure: Decimal | None) -> str | None:
    """A figure as plain digits: yuan with its fen, anything else as it is."""
    if figure is None:
        return None
    return exact_text(figure) if is_amount(outcome) else f"{figure:f}"
