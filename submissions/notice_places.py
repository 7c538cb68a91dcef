"""Where a notice leads."""

from django.urls import reverse

from submissions.models import Notice

_PAGES = {
    Notice.Kind.ASKED_AGAIN: "points",
    Notice.Kind.POINT_CLOSED: "points",
    Notice.Kind.WIDENED: "points",
    Notice.Kind.RECHECKED: "recheck",
    Notice.Kind.TARGETS_APPROVED: "targets",
    Notice.Kind.TARGET_ASKED: "targets",
    Notice.Kind.TARGET_ANSWERED: "targets",
    Notice.Kind.PROBLEM_ISSUED: "problems",
    Notice.Kind.PROBLEM_ANSWERED: "problems",
    Notice.Kind.PROBLEM_AGAIN: "problems",
    Notice.Kind.PROBLEM_CLOSED: "problems",
}
_LISTS = {Notice.Kind.EXPORTED: "bulk_exports"}
"""Where those lead that are about no return; others to her work."""


def place_of(notice: Notice) -> str:
    """Return the path of the page a notice is about: by default the journey of its return, or her work."""
    if notice.receipt_id:
        return reverse("receipt", args=[notice.submission_id, notice.receipt_id])
    if notice.submission_id:
        return reverse(_PAGES.get(Notice.Kind(notice.kind), "journey"), args=[notice.submission_id])
    return reverse(_LISTS.get(Notice.Kind(notice.kind), "my_work"))
