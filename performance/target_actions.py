"""The deeds on targets: the bureau approves them, a unit asks for another one, and is answered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from budgets.cells import row_key
from budgets.models import CellNote
from budgets.money import figure_text, shorten
from budgets.row_names import line_id
from orgs.event_actions import circumstances
from orgs.models import Unit, User
from orgs.permissions import can_prepare, can_review
from orgs.words import has_words
from performance.actions import check_is_listed
from performance.models import IndicatorFields, IndicatorLine, ProjectIndicatorLine
from performance.returns import INDICATORS, PROJECT_INDICATORS, TARGET_COLUMNS
from performance.target_models import TargetAnswer, TargetApproval, TargetRequest
from performance.targets import (
    Target,
    as_columns,
    deed_of,
    is_stated,
    lines_of,
    place_words,
    request_words,
    target_of,
)
from submissions.actions import (
    NotNow,
    NotPermitted,
    NotYours,
    Unfinished,
    WrongDate,
    lock_editable,
    lock_for_step,
    record_edit,
)
from submissions.findings import explanation_mistake
from submissions.models import CollectionRound, Edit, Notice, Submission
from submissions.notice_actions import see_target_requests, tell_of_target_request, tell_of_targets
from submissions.permissions import was_prepared_by

Kind = TargetAnswer.Kind


def check_may_approve(round: CollectionRound, *, by: User) -> None:
    """Raise NotPermitted when targets of a round are not hers to approve."""
    if not can_review(by, round.bureau):
        raise NotPermitted("只有财政局绩效股可以批复绩效目标。")


@transaction.atomic
def approve_targets(
    *, round: CollectionRound, unit: Unit, document: str, approved_on: date, by: User, at: datetime
) -> TargetApproval:
    """Approve the targets of a unit's return as they stand: from now on they are locked.

    Raises NotPermitted; NotYours when she prepared the return; NotNow when there is none, it lies on a desk,
    the round is closed for it, or its targets are approved already; Unfinished when it has no indicator, or
    one without a value to be reached; WrongDate when the day has not come.
    """
    check_may_approve(round, by=by)
    newest = round.submissions.filter(unit=unit).order_by("-revision").first()
    if newest is None:
        raise NotNow("还没有开始填报，没有可以批复的目标。")
    locked = lock_for_step(newest.pk)
    if was_prepared_by(locked, by):
        raise NotYours("您填报过这份材料，不能批复自己填报的目标，请由其他人办理。")
    _check_is_with_unit(locked, "批复目标")
    if TargetApproval.objects.of_return(locked).exists():
        raise NotNow("目标已经批复过，要改的由单位申请调整。")
    targets = [{"project": project, **target_of(line)} for project, line in lines_of(locked)]
    if not targets:
        raise Unfinished("还没有绩效指标，没有可以批复的目标。")
    if unstated := [each for each in targets if not is_stated(each)]:
        raise Unfinished(f"{_listed(unstated)}还没有填年度指标值，或里面还有“＿＿”，请单位填好再批复。")
    if approved_on > timezone.localdate(at):
        raise WrongDate("批复日期还没有到，请核对。")
    approval = TargetApproval.objects.create(
        submission=locked,
        document=document,
        approved_on=approved_on,
        targets=targets,
        **_by(by, locked.unit),
        at=at,
    )
    kind, words = Notice.Kind.TARGETS_APPROVED, f"绩效目标已批复，共 {len(targets)} 个指标，此后锁定。"
    tell_of_targets(submission=locked, kind=kind, words=words, details=approval.words, by=by, at=at)
    return approval


@transaction.atomic
def ask_for_target(
    *,
    submission: Submission,
    line: int | None,
    after: Target,
    reason: str,
    document: str,
    by: User,
    at: datetime,
    project: str = "",
) -> TargetRequest:
    """Ask the bureau for another target than was approved; the return stays as it is.

    `line` is the number of the indicator, of a `project` or of the department; None is one to be added. {} in
    `after` takes it out. Raises what `lock_editable` raises; NotNow when no targets are approved, the
    indicator is not there, or a request for it is open; NotListed when one is to be added to a project that
    is not there; Unfinished when nothing would change, another indicator has the name, the value is blank or
    left open, or the reason is none.
    """
    locked = lock_editable(submission.pk, by=by)
    if not TargetApproval.objects.of_return(locked).exists():
        raise NotNow("目标还没有批复，可以直接修改，不用申请。")
    stored = [each for place, each in lines_of(locked) if place == project]
    old = next((each for each in stored if each.pk == line), None)
    if line is not None and old is None:
        raise NotNow("这个指标已经不在了，请刷新页面再看。")
    if project and old is None:
        check_is_listed(locked, project)
    before = target_of(old) if old else {}
    if before == after:
        raise Unfinished("与现在的目标一样，没有要调整的。")
    if after:
        _check_is_free(after, [each for each in stored if each is not old])
        if not is_stated(after):
            raise Unfinished("年度指标值还没有填，或里面还有“＿＿”，请填好再申请。")
    if mistake := explanation_mistake(reason):
        raise Unfinished(mistake.replace("说明有", "理由有", 1))
    waiting = TargetRequest.objects.of_return(locked).filter(project=project, answer=None)
    if any(_name_of(each.old or each.new) == _name_of(before or after) for each in waiting):
        raise NotNow("这个指标已经有一份申请在等答复，要改的请先撤回那一份。")
    request = TargetRequest.objects.create(
        submission=locked,
        project=project,
        old=before,
        new=dict(after),
        reason=reason.strip(),
        document=document,
        **_by(by, locked.unit),
        at=at,
    )
    words = f"申请{_told(request)}，请答复。"
    tell_of_target_request(submission=locked, words=words, details=request_words(request), by=by, at=at)
    return request


@transaction.atomic
def answer_target(
    *, request: TargetRequest, approves: bool, remark: str, by: User, at: datetime
) -> TargetAnswer:
    """Approve a request, which changes the return, or refuse it, and tell the unit.

    The change is recorded as an `Edit` of who asked for it, marked as approved: who approves it prepares
    nothing. Raises NotPermitted; NotYours when she prepared the return or asked herself; NotNow when it is
    answered, the return does not lie with its unit, or its indicators are others by now; Unfinished when a
    refusal says nothing; NotReopened when a limited return does not open the place.
    """
    locked = _lock(request)
    check_may_approve(locked.round, by=by)
    if request.actor_id == by.pk or was_prepared_by(locked, by):
        raise NotYours("您填报过这份材料，不能答复自己的申请，请由其他人办理。")
    _check_is_open(request)
    if not approves and not has_words(remark):
        raise Unfinished("不批准的，请写明原因。")
    if approves:
        _check_is_with_unit(locked, "批准调整")
        _apply(request, locked, at)
    answer = _answer(request, Kind.APPROVED if approves else Kind.REFUSED, remark, by, at)
    words = f"{'批准' if approves else '没有批准'}{_told(request)}。"
    kind = Notice.Kind.TARGET_ANSWERED
    tell_of_targets(submission=locked, kind=kind, words=words, details=answer.remark, by=by, at=at)
    return answer


@transaction.atomic
def withdraw_target(*, request: TargetRequest, by: User, at: datetime) -> TargetAnswer:
    """Take back a request nobody has answered. Raises NotPermitted, NotNow when it is answered."""
    locked = _lock(request)
    if not can_prepare(by, locked.unit):
        raise NotPermitted("只有本单位的填报人可以撤回申请。")
    _check_is_open(request)
    return _answer(request, Kind.WITHDRAWN, "", by, at)


def _lock(request: TargetRequest) -> Submission:
    """Lock the newest revision of a request's return, which it is about, and return it."""
    asked = request.submission
    revisions = Submission.objects.filter(round=asked.round_id, unit=asked.unit_id)
    return lock_for_step(revisions.order_by("-revision").values_list("pk", flat=True)[0])


def _check_is_open(request: TargetRequest) -> None:
    if TargetAnswer.objects.filter(request=request).exists():
        raise NotNow("这份申请已经答复或撤回了，请看最新情况。")


def _check_is_with_unit(submission: Submission, deed: str) -> None:
    """Raise NotNow when nobody can change the return."""
    if submission.is_closed:
        raise NotNow(f"收集已经关闭，不能{deed}，请先延期或重新打开。")
    if not submission.is_editable:
        raise NotNow(f"现在是“{submission.state_text}”，不在单位手里，不能{deed}。")


def _check_is_free(target: Target, others: list[IndicatorFields]) -> None:
    """Raise Unfinished when another indicator has the name and second level of a target."""
    if any(_name_of(target_of(each)) == _name_of(target) for each in others):
        raise Unfinished(f"已经有同一二级指标下的“{target['name']}”，请用别的名称。")


def _listed(targets: Sequence[Target]) -> str:
    """Name indicators with whose they are: three, and how many there are where there are more."""
    named = "、".join(
        f"{place_words(each['project'])}的指标“{shorten(each['name'])}”" for each in targets[:3]
    )
    return f"{named}等 {len(targets)} 个指标" if len(targets) > 3 else named


def _name_of(target: Target) -> tuple[str, str]:
    """What tells an indicator apart within a project or the department."""
    return target["second_level"], target["name"]


def _told(request: TargetRequest) -> str:
    return f"{deed_of(request)}{place_words(request.project)}的指标“{request}”"


def _answer(request: TargetRequest, kind: Kind, remark: str, by: User, at: datetime) -> TargetAnswer:
    asked = request.submission
    who = _by(by, asked.unit)
    answer = TargetAnswer.objects.create(request=request, kind=kind, remark=remark.strip(), **who, at=at)
    if not TargetRequest.objects.of_return(asked).filter(answer=None).exists():
        see_target_requests(submission=asked, at=at)
    return answer


def _by(by: User, unit: Unit) -> dict[str, Any]:
    return {"actor": by, "actor_name": by.full_name, **circumstances(by, unit)}


def _apply(request: TargetRequest, submission: Submission, at: datetime) -> None:
    """Change the return as a request asks; the caller holds the lock."""
    project, after = request.project, request.new
    model: Any = ProjectIndicatorLine if project else IndicatorLine
    part = {"project": project} if project else {}
    stored = list(model.objects.of_submission(submission).filter(**part))
    line = next((each for each in stored if target_of(each) == request.old), None)
    if request.old and line is None:
        raise NotNow("这个指标在申请以后又变了，请单位撤回，另行申请。")
    if after:
        _check_is_free(after, [each for each in stored if each is not line])
    if project and line is None:
        check_is_listed(submission, project)
    if line and after:
        change = _changed(line, after)
    elif line:
        change = _removed(line, submission)
    else:
        change = _added(model, part, after, submission)
    record_edit(
        submission,
        schedule=(PROJECT_INDICATORS if project else INDICATORS).name,
        changes=[change],
        by=request.actor,
        at=at,
        source=Edit.Source.ADJUSTED,
    )


def _changed(line: IndicatorFields, after: Target) -> dict[str, Any]:
    """Let an indicator have another target; return the change as an `Edit` keeps it."""
    before, columns = target_of(line), as_columns(after)
    cells = {name: [before[name], after[name]] for name in TARGET_COLUMNS if before[name] != after[name]}
    worked_out = {name: how for name, how in line.expressions.items() if name not in cells}
    rows = type(line).objects.filter(pk=line.pk)
    rows.update(**columns, expressions=worked_out, row_version=F("row_version") + 1)
    key = tuple(columns.get(name, getattr(line, name)) for name in line.KEY)
    return {"row": row_key(type(line), key), "cells": cells, "line": line.pk}


def _added(
    model: type[IndicatorFields], part: Mapping[str, str], after: Target, submission: Submission
) -> dict[str, Any]:
    """Add an indicator; return the change."""
    version = submission.row_version + 1
    line = model(submission=submission, row_version=version, **part, **as_columns(after))
    line.save()
    cells = {name: ["", after[name]] for name in TARGET_COLUMNS if after[name]}
    return {"row": row_key(model, line.key), "cells": cells, "line": line.pk}


def _removed(line: IndicatorFields, submission: Submission) -> dict[str, Any]:
    """Take an indicator out with its notes; return the change."""
    schedule = INDICATORS if isinstance(line, IndicatorLine) else PROJECT_INDICATORS
    place = {"submission": submission, "schedule": schedule.name.value, "row": line_id(line)}
    notes = CellNote.objects.filter(**place)
    texts = {note.column: note.text for note in notes}
    removed = {column.name: figure_text(getattr(line, column.name)) for column in INDICATORS.columns}
    change = {"row": row_key(type(line), line.key), "removed": removed, "line": line.pk}
    notes.delete()
    line.delete()
    return change | ({"notes": texts} if texts else {})
