"""What the checks found in returns when they were checked last: for lists of many, read in one query.

What is stored says what it was found from. It is used only as long as that is still so; whatever it may
depend on and what nobody thought of when it changed makes it no longer present, and never wrong.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Func, JSONField, Max, OuterRef, Subquery, TextField, Value
from django.db.models.functions import MD5, Cast, Coalesce
from django.utils import timezone

from budgets.checks.copies import TEXTS, with_copies
from budgets.checks.printed import PARTS
from budgets.checks.results import Group, Results
from budgets.models import CategoryBook, CategoryConfirmation, RuleSwitch
from budgets.reference import FIXTURES
from submissions import findings
from submissions.models import (
    CheckSetting,
    CollectionRound,
    Explanation,
    Override,
    Publication,
    RoundThreshold,
    Submission,
)
from submissions.querysets import SubmissionQuerySet

SOURCES = (
    *sorted(Path(__file__).parent.glob("*.py")),
    *sorted((settings.BASE_DIR / "performance").glob("*.py")),
    Path(findings.__file__),
    *sorted((FIXTURES / "codes").glob("*.csv")),
)
"""The files that say what is found: the rules, those that score indicators too, and the codes that an upgrade
brings along.
"""


def digest_of(files: Iterable[Path]) -> str:
    """Return a digest of what files say, in their order."""
    return sha256(b"".join(sha256(each.read_bytes()).digest() for each in files)).hexdigest()[:16]


RULES = digest_of(SOURCES)
"""The version of all rules together: another one when a rule comes, goes, or reads otherwise. Read once."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the findings of a return depend on: its own saves, and a digest of everything else."""

    row_version: int
    digest: str
    read_at: datetime
    """When it was read, in a deed under its lock: the later has seen more."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many findings a return has, by what is to be done about them."""

    errors: int = 0
    to_explain: int = 0
    overridden: int = 0
    explained: int = 0
    noted: int = 0
    missing: int = 0

    @classmethod
    def of(cls, results: Results) -> Self:
        """Count what was found."""
        return cls(*(len(results.by_group[group]) for group in GROUPS))

    @property
    def in_the_way(self) -> int:
        """How many stand in the way of handing in."""
        return self.errors + self.to_explain

    @property
    def warning(self) -> str:
        """What nobody has mended or explained, for who is about to pass the return; "" for nothing."""
        left = {"还有 {} 条错误没有改": self.errors, "还有 {} 条预警没有说明": self.to_explain}
        return "，".join(words.format(count) for words, count in left.items() if count)

    @property
    def to_be_seen(self) -> int:
        """How many a reviewer looks at: what stands in the way, what was let pass, what was explained."""
        return self.in_the_way + self.overridden + self.explained


GROUPS = (Group.MEND, Group.EXPLAIN, Group.OVERRIDDEN, Group.EXPLAINED, Group.NOTE, Group.MISSING)
"""What is counted and stored, in the order of `Counted`: all but what passed and what does not apply."""

_AT = {name: number for number, name in enumerate(PARTS)}
_DONE = " || ".join(
    f'@[{_AT["group"]}] == "{group}"' for group in (Group.OVERRIDDEN, Group.EXPLAINED, Group.NOTE)
)
_SETTLED_IN = f"strict $[*] ? (@[{_AT['schedule']}] == $schedule && ({_DONE}))"
"""Picks the findings of one schedule that stand in nobody's way from all that are stored."""

COUNTS = tuple(each.name for each in fields(Counted))


def with_basis(submissions: SubmissionQuerySet) -> SubmissionQuerySet:
    """Bring a digest of everything beside its own saves that the findings of a return depend on.

    Every record it names is only ever added, so that the newest one says whether there is a newer one.
    """
    parts: tuple[Any, ...] = (
        _newest(Explanation, "submission", submission=OuterRef("pk")),
        _newest(Override, "submission", submission=OuterRef("pk")),
        _newest(Publication, "submission", submission=OuterRef("pk")),
        _newest(CheckSetting, "round", round=OuterRef("round")),
        _newest(RoundThreshold, "round", round=OuterRef("round")),
        _newest(RuleSwitch, "round", round=OuterRef("round")),
        _newest(CategoryConfirmation, "unit", unit=OuterRef("unit")),
        _newest(Submission, "unit", unit=OuterRef("unit"), round__fiscal_year=OuterRef("round__fiscal_year")),
        _chosen_scoring(),
        *(f"copied_{text}" for text in TEXTS),
        _loaded_books(),
        submissions.last_year(),
        "round__explain_rate",
        "round__explain_yuan",
        "unit__name",
    )
    texts = [Coalesce(Cast(part, TextField()), Value("")) for part in parts]
    said = Func(Value("/"), *texts, function="CONCAT_WS", output_field=TextField())
    return with_copies(submissions).annotate(basis=MD5(said))


def _newest(model: type[Any], by: str, **conditions: Any) -> Subquery:
    """The number of the newest record; NULL for none."""
    found = model._base_manager.filter(**conditions).order_by().values(by).annotate(newest=Max("pk"))
    return Subquery(found.values("newest"))


def _chosen_scoring() -> Subquery:
    """The number of the newest choice of how a round is scored, which an app above this one keeps."""
    found = CollectionRound._base_manager.filter(pk=OuterRef("round")).order_by().values("pk")
    return Subquery(found.annotate(newest=Max("scorings")).values("newest"))


def _loaded_books() -> Subquery:
    """How many official books of codes were loaded: a code may be known, or called otherwise, by each."""
    loaded = CategoryBook.objects.exclude(applied_at=None).order_by().values(all=Value(1))
    return Subquery(loaded.annotate(number=Count("pk")).values("number"))


def bases_of(numbers: Iterable[int]) -> dict[int, Basis]:
    """Return what the findings of returns depend on, by their numbers, in one query; {} for none.

    It is read before what is checked: what changes in between makes the findings look older than they are.
    """
    statement, parameters = _reading_bases()
    now = timezone.now()
    found = Submission.objects.raw(statement, [*parameters, list(numbers)])
    return {each.pk: Basis(each.row_version, vars(each)["basis"], now) for each in found}


Statement = tuple[str, tuple[Any, ...]]
"""A statement on some returns and what it is given first, made once: Django takes ten milliseconds for it."""


@cache
def _reading_bases() -> Statement:
    """What reads them, in every save."""
    found = with_basis(Submission.objects.all()).values("id", "row_version", "basis")
    statement, parameters = found.query.sql_with_params()
    return f"{statement} WHERE {_NUMBERS}", parameters


_NUMBERS = f"{Submission._meta.db_table}.id = ANY(%s)"


def counts_of(submissions: Iterable[Submission]) -> dict[int, Counted]:
    """Return how many findings returns have, by their numbers, in one query; {} for none.

    One whose stored result is not of its present state is not there.
    """
    return {pk: Counted(*counts) for pk, *counts in _rows(_reading_counts(), submissions)}


@cache
def _reading_counts() -> Statement:
    """What reads them."""
    return _of_numbers(_present(Submission.objects.all()), *(f"check_result__{name}" for name in COUNTS))


def _of_numbers(present: SubmissionQuerySet, *what: Any) -> Statement:
    statement, parameters = present.values_list("pk", *what).query.sql_with_params()
    return f"{statement} AND {_NUMBERS}", parameters


def _rows(reading: Statement, submissions: Iterable[Submission]) -> list[tuple[Any, ...]]:
    """What a statement reads of some returns, JSON as text; [] for none, without a query."""
    (statement, parameters), numbers = reading, [each.pk for each in submissions]
    if not numbers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, numbers])
        return cursor.fetchall()


def listed_of(numbers: Iterable[int]) -> dict[int, tuple[str, list[list[Any]]]]:
    """Return the unit and the findings that are stored of returns, by their numbers; as `counts_of`."""
    present = _present(Submission.objects.filter(pk__in=numbers))
    found = present.values_list("pk", "check_result__said_in", "check_result__findings")
    return {pk: (said_in, listed) for pk, said_in, listed in found}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of a return for who lists it without checking it."""

    disputed: set[tuple[str, Decimal]]
    """The figures of which a check says more, with the keys of their cells."""
    settled: list[tuple[str, str, str]]
    """What was found in one schedule and nobody has to do anything about: code, row and column."""


def kept_of(submissions: Iterable[Submission], schedule: str) -> dict[int, Kept]:
    """Return what is stored of returns, by their numbers, in one query; as `counts_of`.

    Of `schedule` comes what was found and explained, let pass, or is only worth knowing.
    """
    found = _rows(_reading_kept(schedule), submissions)
    return {
        pk: Kept(
            {(key, Decimal(figure)) for key, figure in json.loads(disputed)},
            [(each[_AT["code"]], each[_AT["row"]], each[_AT["column"]]) for each in json.loads(listed)],
        )
        for pk, disputed, listed in found
    }


@cache
def _reading_kept(schedule: str) -> Statement:
    """What reads it."""
    settled = Func(
        F("check_result__findings"),
        Value(_SETTLED_IN),
        Func(Value("schedule"), Value(schedule), function="jsonb_build_object"),
        function="jsonb_path_query_array",
        output_field=JSONField(),
    )
    return _of_numbers(_present(Submission.objects.all()), "check_result__disputed", settled)


def numbers_without_present_result(submissions: SubmissionQuerySet) -> list[int]:
    """Return the numbers of the returns of whose present state nothing is stored, in their order."""
    left = submissions.exclude(pk__in=_present(submissions).values("pk"))
    return list(left.order_by("pk").values_list("pk", flat=True))


def _present(submissions: SubmissionQuerySet) -> SubmissionQuerySet:
    from_same = {"check_result__row_version": F("row_version"), "check_result__basis": F("basis")}
    return with_basis(submissions).filter(check_result__rules=RULES, **from_same)
