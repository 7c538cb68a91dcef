"""The deeds on the template of the report that a bureau makes for a round."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from orgs.event_actions import circumstances
from orgs.file_kinds import EvidenceFile
from orgs.models import User
from orgs.permissions import can_administer
from performance.word.context import KNOWN, SAMPLE
from performance.word.filling import check_template
from submissions.actions import NotPermitted
from submissions.models import CollectionRound, ReportTemplate


def keep_report_template(
    *, round: CollectionRound, file: EvidenceFile, by: User, at: datetime
) -> ReportTemplate:
    """Let the reports of a round be written in a template, once it was tried.

    `file` has passed the gate of Office files. Raises NotPermitted, and BadTemplate with all that is wrong in
    it; then the template stays as it was.
    """
    _check_may_change(round, by)
    check_template(file.content, KNOWN, SAMPLE)
    return _keep(round, file.name, file.content, by, at)


def drop_report_template(*, round: CollectionRound, by: User, at: datetime) -> ReportTemplate:
    """Let the reports of a round be written in the template that the product brings along.

    Raises NotPermitted.
    """
    _check_may_change(round, by)
    return _keep(round, "", b"", by, at)


def _check_may_change(round: CollectionRound, by: User) -> None:
    if not can_administer(by, round.bureau):
        raise NotPermitted("只有本财政局的管理员可以更换报告模板。")


@transaction.atomic
def _keep(round: CollectionRound, name: str, content: bytes, by: User, at: datetime) -> ReportTemplate:
    return ReportTemplate.objects.create(
        round=round,
        file_name=name,
        content=content,
        sha256=sha256(content).hexdigest() if content else "",
        actor=by,
        actor_name=by.full_name,
        **circumstances(by, round.bureau),
        at=at,
    )
