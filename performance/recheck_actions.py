"""The deeds of the re-check (复核): drawing a sample, saving what was found, finishing it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from orgs.event_actions import circumstances
from orgs.models import User
from orgs.permissions import can_review
from orgs.untimely import Untimely
from orgs.words import has_words
from performance.recheck_models import RecheckVersion, SampleDraw, SampledReturn
from performance.recheck_rules import Rechecked, mistake_of
from performance.rechecks import Recheck, as_json, candidates_of, recheck_of
from performance.sampling import Plan, drawn
from submissions.actions import NotEditable, NotNow, NotPermitted, NotYours, Refused, Unfinished
from submissions.models import CollectionRound, Submission
from submissions.notice_actions import tell_of_recheck
from submissions.permissions import was_prepared_by


class RecheckConflict(Refused, Untimely):
    """Somebody else saved meanwhile; nothing was saved. Carries the re-check as it stands now."""

    def __init__(self, theirs: Recheck):
        super().__init__("有人在您之后保存过复核，本次没有保存。请对照后再保存。")
        self.theirs = theirs


class RecheckGaps(Refused):
    """The re-check is not whole, or says what cannot be; carries what is to be done, one sentence each."""

    def __init__(self, gaps: Sequence[str]):
        super().__init__("复核里还有要改的，没有保存。请按下面改好后再办理。")
        self.gaps = gaps


def check_may_draw(round: CollectionRound, *, by: User) -> None:
    """Raise NotPermitted when drawing a sample of a round is not hers."""
    if not can_review(by, round.bureau):
        raise NotPermitted("只有财政局绩效股可以抽取复核的样本。")


@transaction.atomic
def draw_sample(
    *,
    round: CollectionRound,
    plan: Plan,
    seed: str,
    reason: str,
    seen: int | None = None,
    by: User,
    at: datetime,
) -> SampleDraw:
    """Draw a sample of a round's approved returns; it takes the place of one that was drawn before.

    `seen` is the number of the newest draw she saw, 0 for none, lest a form that is sent twice draws twice;
    None asks nothing. Raises NotPermitted; Unfinished without a reason; NotNow where there is another draw by
    now, or while no return with a total was approved.
    """
    check_may_draw(round, by=by)
    if not has_words(reason):
        raise Unfinished("请写明依据，如县财政局通知的文号；重新抽样的，写明原因。")
    locked = CollectionRound.objects.select_for_update(no_key=True).get(pk=round.pk)
    newest = locked.draws.order_by("-pk").first()
    if seen is not None and seen != (newest.pk if newest else 0):
        raise NotNow("您打开之后已经抽过样本，没有再抽一次。请刷新页面看过新的样本；要重新抽的，再写明原因。")
    found = candidates_of(locked)
    if not found:
        raise NotNow("还没有审核通过、算出自评总分的填报，抽不出样本。请等有填报审核通过后再抽。")
    draw = SampleDraw.objects.create(
        round=locked,
        seed=seed,
        size=plan.size,
        is_percent=plan.is_percent,
        largest=plan.largest,
        full_marks=plan.full_marks,
        low_execution=plan.low_execution,
        candidates=[candidate.as_json() for _, candidate in found.values()],
        reason=reason,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, locked.bureau),
        at=at,
    )
    SampledReturn.objects.bulk_create(
        SampledReturn(draw=draw, submission=found[candidate.code][0], rule=rule)
        for candidate, rule in drawn((candidate for _, candidate in found.values()), plan, seed)
    )
    return draw


def check_may_recheck(submission: Submission, *, by: User) -> None:
    """Raise NotPermitted when checking a return again is not hers, NotYours when she prepared it."""
    if not can_review(by, submission.round.bureau):
        raise NotPermitted("您可以查看复核结果，但只有财政局绩效股可以复核。")
    if was_prepared_by(submission, by):
        raise NotYours("您参与填报过这份材料，不能由您复核。请由绩效股的同事办理。")


@transaction.atomic
def save_recheck(
    *, submission: Submission, seen: int, checked: Sequence[Rechecked], by: User, at: datetime
) -> Recheck:
    """Save what was found of each indicator, in the order of `recheck_of`, and return the re-check.

    `seen` is the number of the version it was written from; what is as it was costs nothing. The return
    stays as it was approved. Raises what `_locked` raises.
    """
    present = _locked(submission, seen, checked, by)
    new = present.with_checked(checked)
    if new.rows != present.rows:
        _add(submission, new, by, at)
    return new


@transaction.atomic
def finish_recheck(
    *, submission: Submission, seen: int, checked: Sequence[Rechecked], by: User, at: datetime
) -> RecheckVersion:
    """Save what was found for good and tell the unit.

    Raises what `_locked` raises, and RecheckGaps with all that is still to be done.
    """
    new = _locked(submission, seen, checked, by).with_checked(checked)
    if new.gaps:
        raise RecheckGaps(new.gaps)
    version = _add(submission, new, by, at, is_finished=True)
    words = f"复核得分 {version.found_total}（{new.grade}），自评得分 {version.own_total}（{new.own_grade}）"
    tell_of_recheck(submission=submission, words=words, by=by, at=at)
    return version


def _locked(submission: Submission, seen: int, checked: Sequence[Rechecked], by: User) -> Recheck:
    """Lock the re-check of a return for the rest of the transaction and return it.

    Raises NotPermitted, NotYours, NotEditable once it is finished, NotNow where it is not approved any
    more, RecheckConflict when it was saved since, and RecheckGaps where a score is above its weight.
    A return outside every sample the database refuses.
    """
    check_may_recheck(submission, by=by)
    locked = Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    present = recheck_of(submission)
    if present.is_finished:
        raise NotEditable("复核已经完成，不能再修改。")
    if not locked.is_effective:
        raise NotNow("这份填报已不是审定的版本（撤销了审核，或已更正），不再复核。需要的，请重新抽样。")
    if seen != present.number:
        raise RecheckConflict(present)
    mistakes = [
        f"“{row.stated.name}”：{mistake}"
        for row in present.with_checked(checked).rows
        if (mistake := mistake_of(row.checked, row.stated.weight))
    ]
    if mistakes:
        raise RecheckGaps(mistakes)
    return present


def _add(
    submission: Submission, recheck: Recheck, by: User, at: datetime, *, is_finished: bool = False
) -> RecheckVersion:
    return RecheckVersion.objects.create(
        submission=submission,
        number=recheck.number + 1,
        checked=as_json(recheck.rows),
        own_total=recheck.own_total,
        found_total=recheck.found_total,
        is_finished=is_finished,
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, submission.round.bureau),
        at=at,
    )
