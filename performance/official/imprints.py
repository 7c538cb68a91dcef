"""What the files made from a return say of it: which revision it is, and the digest of what was approved."""

from collections.abc import Sequence

from budgets.official_forms import Imprint
from submissions.models import Snapshot, Submission

Status = Submission.Status


def imprints_of(submissions: Sequence[Submission]) -> dict[int, Imprint]:
    """Return the imprints by submission id, in one query; units, regions and rounds are read already.

    The digest is that of the approved data, from which the rows are proved to come before a file is made.
    """
    digests = dict(Snapshot.objects.filter(submission__in=submissions).values_list("submission_id", "sha256"))
    return {each.pk: _imprint(each, digests.get(each.pk, "")) for each in submissions}


def _imprint(submission: Submission, digest: str) -> Imprint:
    number, revision = number_of(submission), f"第 {submission.revision} 版"
    if not digest:
        return Imprint(number, "草稿", f"草稿，未经审核 · {revision}")
    state = "已更正" if submission.status == Status.SUPERSEDED else ""
    return Imprint(number, state, f"{revision} · {state or '审核通过'} · 审定数据 SHA-256 {digest}", digest)


def number_of(submission: Submission) -> str:
    """Return the number of a revision of a return, with which the numbers of its receipts begin."""
    unit, year = submission.unit, submission.round.fiscal_year
    return f"{unit.region.code}-{year}-{unit.code}-{submission.revision}"
