"""By what returns are scored: what the bureau chose for their round, else their region's edition."""

from collections.abc import Mapping

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from performance.frameworks import FRAMEWORKS, edition_of
from performance.indicator_points import BANDS, Overrun, Rules, rules_said
from performance.models import RoundScoring
from performance.schemes import MODES, SCHEMES, Mode
from performance.scoring import Basis
from submissions.models import CollectionRound, Submission

_NAMES = ("framework", "scheme", "mode", "overrun", "bands")

CHOSEN = Subquery(
    RoundScoring.objects.filter(round=OuterRef("round"))
    .order_by("-pk")
    .values(kept=JSONObject(**{name: name for name in _NAMES}))[:1]
)
"""What was chosen for the round of a submission, to be read along with it; None where nothing was."""


def basis_of(submission: Submission, chosen: Mapping[str, str] | None) -> Basis:
    """Return by what a submission is scored from what `CHOSEN` gave."""
    return _basis(chosen, submission.unit.region.code, submission.round.fiscal_year)


def basis_of_round(round: CollectionRound) -> Basis:
    """Return by what the returns of a round are scored."""
    newest = round.scorings.order_by("-pk").first()
    chosen = {name: getattr(newest, name) for name in _NAMES} if newest else None
    return _basis(chosen, round.bureau.region.code, round.fiscal_year)


def _basis(chosen: Mapping[str, str] | None, region: str, year: int) -> Basis:
    if chosen:
        rules = Rules(Overrun(chosen["overrun"]), BANDS[chosen["bands"]])
        return Basis(FRAMEWORKS[chosen["framework"]], SCHEMES[chosen["scheme"]], Mode(chosen["mode"]), rules)
    edition = edition_of(region, year)
    return Basis(edition.framework, is_open=edition.is_asked)


def said_of(framework: str, scheme: str, mode: str, overrun: str, bands: str) -> str:
    """Say in words by what a round is scored, from the names as they are kept.

    Of the rules of indicators only what is otherwise than in the country.
    """
    said = [f"指标框架 {FRAMEWORKS[framework].name}", f"评分办法 {SCHEMES[scheme].name}", MODES[Mode(mode)]]
    return "；".join([*said, *rules_said(overrun, bands)])
