"""Published returns found by region, year, name, code and pinyin: one query for any number of units."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Replace

from orgs.models import Unit
from orgs.words import storable
from submissions.models import Submission
from submissions.workflow import PUBLISHED, SUPERSEDED

MADE_UP = "合成"
"""Stands in the name of every unit whose data are made up."""
A_PAGE = 50
LONGEST = 60
"""So many characters of what is searched for are read."""
MOST_WORDS = 5

_REST_OF_SYLLABLE = "[a-z0-9]*[^a-z0-9]+"
"""In a stored pinyin key: what follows the first letter of a syllable, up to the next one."""
_ONE_SYLLABLE = re.compile("[a-z]|[0-9]+")
"""What initials say of a syllable; a number is one. No character of it means anything in a pattern."""
_BETWEEN_LETTERS = re.compile(r"[\s'’·]+")


@dataclass(frozen=True, slots=True)
class PublicRegion:
    """A region in which something is public: of which years, the newest first, and whether it is made up."""

    code: str
    name: str
    years: Sequence[int]
    returns: int
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for; "" and None for all."""

    region: str = ""
    year: int | None = None
    words: str = ""


def public_regions() -> list[PublicRegion]:
    """Return the regions in which something is public by their codes, in one query."""
    by_region: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    counted = (
        _public()
        .order_by("unit__region__code", "-round__fiscal_year")
        .values_list("unit__region__code", "unit__region__name", "round__fiscal_year")
        .annotate(returns=Count("pk"), made_up=Count("pk", filter=Q(unit__name__contains=MADE_UP)))
    )
    for code, name, year, returns, made_up in counted:
        by_region.setdefault((code, name), []).append((year, returns, made_up))
    return [
        PublicRegion(
            code,
            name,
            [year for year, _, _ in found],
            sum(returns for _, returns, _ in found),
            is_synthetic=all(returns == made_up for _, returns, made_up in found),
        )
        for (code, name), found in by_region.items()
    ]


def public_returns(sought: Sought) -> QuerySet[Submission]:
    """Return what is found, department by department and by name, the newest year first.

    Each says whether it is a correction (`is_correction`); its digest is read.
    """
    found = _public()
    if sought.region:
        found = found.filter(unit__region__code=sought.region)
    if sought.year:
        found = found.filter(round__fiscal_year=sought.year)
    for word in words_of(sought.words):
        found = _matching(found, word)
    replaced = Submission.objects.filter(
        round=OuterRef("round"), unit=OuterRef("unit"), status=SUPERSEDED, publication__isnull=False
    )
    is_below_department = Q(unit__parent__kind=Unit.Kind.DEPARTMENT)
    return (
        found.select_related("unit__region", "unit__parent", "round", "publication", "snapshot")
        .defer("snapshot__content")
        .annotate(
            is_correction=Exists(replaced),
            department_pinyin=Case(
                When(is_below_department, then=F("unit__parent__name_pinyin")),
                default=F("unit__name_pinyin"),
                output_field=CharField(db_collation="C"),
            ),
            department=Case(When(is_below_department, then=F("unit__parent_id")), default=F("unit_id")),
            is_below=Case(When(is_below_department, then=1), default=0),
        )
        .order_by(
            *("unit__region__code", "department_pinyin", "department", "is_below"),
            *("unit__name_pinyin", "unit_id", "-round__fiscal_year"),
        )
    )


def words_of(text: str) -> list[str]:
    """Return what is searched for word by word: full-width letters and capitals are as good as others."""
    plain = storable(unicodedata.normalize("NFKC", text)).lower()[:LONGEST]
    whole = _BETWEEN_LETTERS.sub("", plain)
    return [whole] if _is_latin(whole) else plain.split()[:MOST_WORDS]


def _public() -> QuerySet[Submission]:
    return Submission.objects.public().filter(status=PUBLISHED)


def _is_latin(word: str) -> bool:
    return bool(word) and word.isascii() and word.isalnum()


def _matching(found: QuerySet[Submission], word: str) -> QuerySet[Submission]:
    """Keep what has a word in its name; letters may be pinyin, its initials, or how a code begins."""
    matches = Q(unit__name__icontains=word)
    if not _is_latin(word):
        return found.filter(matches)
    begins = r"\m" + _REST_OF_SYLLABLE.join(_ONE_SYLLABLE.findall(word))
    found = found.alias(letters=Replace("unit__name_pinyin", Value(" ")))
    by_pinyin = Q(unit__name_pinyin__regex=begins) | Q(letters__contains=word)
    return found.filter(matches | Q(unit__code__istartswith=word) | by_pinyin)
