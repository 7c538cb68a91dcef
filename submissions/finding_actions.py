"""The deeds on findings: explaining a warning, letting an error pass; and on the checks of a round."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from orgs.event_actions import circumstances
from orgs.models import Unit, User
from orgs.permissions import can_prepare, can_review
from orgs.words import has_words
from submissions.actions import (
    NotNow,
    NotPermitted,
    NotYours,
    Unfinished,
    lock_editable,
    lock_for_step,
)
from submissions.findings import Finding, State, explanation_mistake
from submissions.models import (
    CheckSetting,
    CollectionRound,
    Explanation,
    Override,
    RoundThreshold,
    Submission,
)
from submissions.permissions import was_prepared_by
from submissions.workflow import OPEN


def check_may_explain(submission: Submission, *, by: User) -> None:
    """Raise NotPermitted when explaining is not hers."""
    if not can_prepare(by, submission.unit):
        raise NotPermitted("您可以查看这份填报，但只有本单位的填报人可以说明。")


@transaction.atomic
def explain(*, submission: Submission, finding: Finding, text: str, by: User, at: datetime) -> Explanation:
    """Keep why a warning is as it is. It may be explained anew; the newest counts.

    Raises what `lock_editable` raises, NotNow when the finding asks for no explanation or is explained at its
    row, Unfinished when the text explains nothing.
    """
    locked = lock_editable(submission.pk, by=by)
    if finding.state is State.ERROR:
        raise NotNow("错误不能用说明代替，请改数；确属特殊情况的，请联系财政局绩效股放行。")
    if not finding.asks:
        raise NotNow("这一条不需要说明。")
    if finding.outcome.has_reason_field:
        raise NotNow("这一条在所在行的“差异原因”里说明。")
    if mistake := explanation_mistake(text):
        raise Unfinished(mistake)
    return Explanation.objects.create(
        submission=locked, text=text.strip(), **kept_of_finding(finding), **_by(by, locked.unit), at=at
    )


def check_may_override(submission: Submission, *, by: User) -> None:
    """Raise NotPermitted when letting errors pass is not hers."""
    if not can_review(by, submission.round.bureau):
        raise NotPermitted("只有财政局绩效股可以放行错误。")


@transaction.atomic
def override(*, submission: Submission, finding: Finding, reason: str, by: User, at: datetime) -> Override:
    """Let an error pass, for as long as its figures are the same and the round lasts.

    Raises NotPermitted, NotYours when she prepared the return, NotNow when it is no error or the return is
    approved, Unfinished without a reason.
    """
    locked = lock_for_step(submission.pk)
    check_may_override(locked, by=by)
    if was_prepared_by(locked, by):
        raise NotYours("您填报过这份材料，不能放行自己填报的错误，请由其他审核人办理。")
    if finding.state is not State.ERROR or locked.status not in OPEN:
        raise NotNow("这一条现在不是挡住报送的错误，不用放行。")
    if not has_words(reason):
        raise Unfinished("请写明放行的原因。")
    return Override.objects.create(
        submission=locked, reason=reason.strip(), **kept_of_finding(finding), **_by(by, locked.unit), at=at
    )


def kept_of_finding(finding: Finding) -> dict[str, Any]:
    """Return what records keep of a finding."""
    place = finding.outcome.place
    return {
        "code": finding.check.code,
        "rule_version": finding.check.version,
        "schedule": place.schedule,
        "row": place.row,
        "column": place.column,
        "digest": finding.digest,
    }


def _by(user: User, unit: Unit) -> dict[str, Any]:
    """What records keep of who did it, for a return of a unit or for a bureau's round."""
    return {"actor": user, "actor_name": user.full_name, **circumstances(user, unit)}


def check_may_set(round: CollectionRound, *, by: User) -> None:
    """Raise NotPermitted when setting the checks of a round is not hers."""
    if not can_review(by, round.bureau):
        raise NotPermitted("只有财政局绩效股可以设置检查规则。")


def _set_alone(round: CollectionRound) -> None:
    """Let nobody else set anything of a round, nor a deed on its returns be done, until the transaction ends.

    So the newest record is the one with the highest number, and no other with a lower one comes after it.
    """
    CollectionRound.objects.select_for_update(no_key=True).get(pk=round.pk)


@transaction.atomic
def set_check(
    *, round: CollectionRound, code: str, severity: str, reason: str, by: User, at: datetime
) -> CheckSetting:
    """Set how grave a check is in a round, switch it off, or let it be as it is by itself.

    Raises NotPermitted, Unfinished without a reason.
    """
    check_may_set(round, by=by)
    if not has_words(reason):
        raise Unfinished("请写明调整这条规则的原因。")
    _set_alone(round)
    return CheckSetting.objects.create(
        round=round, code=code, severity=severity, reason=reason, **_by(by, round.bureau), at=at
    )


@transaction.atomic
def carry_settings(*, old: CollectionRound, new: CollectionRound, by: User, at: datetime) -> str:
    """Let the checks of a round that is being opened be as they are in the one before, with the same reasons.

    Return in words what was carried: not what was set back to what it usually is. "" for nothing.
    """
    severities = old.check_settings.order_by("code", "-pk").distinct("code")
    limits = old.thresholds.order_by("name", "-pk").distinct("name")
    said = {"round": new, **_by(by, new.bureau), "at": at}
    checks = CheckSetting.objects.bulk_create(
        CheckSetting(code=each.code, severity=each.severity, reason=each.reason, **said)
        for each in severities
        if each.severity != CheckSetting.OF_ITSELF
    )
    thresholds = RoundThreshold.objects.bulk_create(
        RoundThreshold(name=each.name, limit=each.limit, reason=each.reason, **said)
        for each in limits
        if each.limit is not None
    )
    counts = {f"规则 {len(checks)} 条": checks, f"界限 {len(thresholds)} 项": thresholds}
    carried = "、".join(words for words, records in counts.items() if records)
    return f"沿用 {old.fiscal_year} 年度调整过的{carried}，原因不变。" if carried else ""


@transaction.atomic
def set_threshold(
    *, round: CollectionRound, name: str, limit: Decimal | None, reason: str, by: User, at: datetime
) -> RoundThreshold:
    """Set from when on the checks of a round speak up; without a limit from where they usually do.

    Raises NotPermitted, Unfinished without a reason.
    """
    check_may_set(round, by=by)
    if not has_words(reason):
        raise Unfinished("请写明调整界限的原因。")
    _set_alone(round)
    return RoundThreshold.objects.create(
        round=round, name=name, limit=limit, reason=reason, **_by(by, round.bureau), at=at
    )
