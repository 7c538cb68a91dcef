"""The deed on how a round is scored."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from orgs.event_actions import circumstances
from orgs.models import User
from orgs.permissions import can_review
from orgs.words import has_words
from performance.bases import basis_of_round, said_of
from performance.indicator_points import Overrun
from performance.models import RoundScoring
from submissions.actions import NotNow, NotPermitted, Unfinished
from submissions.models import CollectionRound, Snapshot
from submissions.notice_actions import tell_of_scoring


def check_may_set_scoring(round: CollectionRound, *, by: User) -> None:
    """Raise NotPermitted when choosing how a round is scored is not hers."""
    if not can_review(by, round.bureau):
        raise NotPermitted("只有财政局绩效股可以选定指标框架和评分办法。")


@transaction.atomic
def set_scoring(
    *,
    round: CollectionRound,
    framework: str,
    scheme: str,
    mode: str,
    overrun: str = Overrun.BY_RATIO,
    bands: str = "national",
    reason: str,
    by: User,
    at: datetime,
) -> RoundScoring:
    """Choose by what the returns of a round are scored; where that is another way, tell its units.

    They are told while the round is collected. Raises NotPermitted; Unfinished without a reason; NotNow once
    a return of the round was approved, for its points would become others. Approving holds the round, so that
    none passes meanwhile.
    """
    check_may_set_scoring(round, by=by)
    if not has_words(reason):
        raise Unfinished("请写明依据，如县财政局通知的文号。")
    locked = CollectionRound.objects.select_for_update().get(pk=round.pk)
    if Snapshot.objects.filter(submission__round=locked).exists():
        raise NotNow("本次收集已有审核通过的填报，它们已按原来的办法计分，不能再改。")
    before = basis_of_round(locked)
    chosen = RoundScoring.objects.create(
        round=locked,
        framework=framework,
        scheme=scheme,
        mode=mode,
        overrun=overrun,
        bands=bands,
        reason=reason,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, locked.bureau),
        at=at,
    )
    is_collected = locked.closed_at is None and not locked.is_ahead(timezone.localdate(at))
    if is_collected and replace(before, is_open=False) != basis_of_round(locked):
        words = said_of(framework, scheme, mode, overrun, bands)
        tell_of_scoring(round=locked, words=words, reason=reason, by=by, at=at)
    return chosen
