"""The sample of a round: how it is drawn, which returns are in it, and how far each re-check is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from secrets import token_hex

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orgs.attachments import XLSX, attachment
from orgs.permissions import can_review
from orgs.requests import Request
from performance import recheck_actions
from performance.recheck_forms import DrawForm
from performance.recheck_models import RecheckVersion, SampleDraw, SampledReturn
from performance.recheck_rules import deviation
from performance.recheck_sheets import round_workbook
from performance.rechecks import newest_of, rechecks_of
from performance.sampling import Candidate, drawn
from submissions.actions import NotPermitted, Refused
from submissions.models import CollectionRound, Submission
from submissions.views.rounds import visible_round

USUAL = {"size": 10, "unit": "percent", "largest": 1, "full_marks": 1, "low_execution": 1}
"""What the form begins with: 10 % of the returns, one by each rule."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """A return in the sample: why, what it was when it was drawn, and how far its re-check is."""

    submission: Submission
    rule: str
    candidate: Candidate | None
    """None of what was not in the list it was drawn from."""
    version: RecheckVersion | None

    @property
    def found_total(self) -> Decimal | None:
        """The points found; None while one is blank."""
        return self.version.found_total if self.version else None

    @property
    def own_total(self) -> Decimal | None:
        """What the unit gave itself."""
        return self.candidate.own_total if self.candidate else None

    @property
    def deviation(self) -> Decimal | None:
        """That of the totals, in percent; None while points are blank."""
        return deviation(self.own_total, self.found_total)


@require_safe
def rechecks(request: Request, round_id: int) -> HttpResponse:
    """Show the sample of a round, and to the performance office the form of drawing one."""
    return _page(request, visible_round(request, round_id))


@require_POST
def draw_sample(request: Request, round_id: int) -> HttpResponse:
    """Draw a sample with a new seed; 422 with her words where it cannot be."""
    round = visible_round(request, round_id)
    form = DrawForm(request.POST)
    try:
        recheck_actions.check_may_draw(round, by=request.user)
        if not form.is_valid():
            return _page(request, round, form, status=422)
        draw = recheck_actions.draw_sample(
            round=round,
            plan=form.plan,
            seed=token_hex(8),
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=request.user,
            at=timezone.now(),
        )
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, round, form, status=422)
    messages.success(request, f"已从 {len(draw.candidates)} 份中抽出 {draw.sampled.count()} 份。")
    return redirect("rechecks", round.pk)


@require_safe
def download_rechecks(request: Request, round_id: int) -> HttpResponse:
    """Send the finished re-checks of a round as one list; without any, say so on the page."""
    round = visible_round(request, round_id)
    finished = RecheckVersion.objects.filter(submission__round=round, is_finished=True)
    related = finished.select_related("submission__unit__region", "submission__round__bureau")
    found = rechecks_of([each.submission for each in related.order_by("submission__unit__path")])
    if not found:
        messages.warning(request, f"{round.fiscal_year} 年度还没有完成的复核，没有可下载的结果表。")
        return redirect("rechecks", round.pk)
    book = round_workbook(round, found, timezone.localtime())
    return attachment(book, f"{round.fiscal_year}年度 复核结果表 {len(found)}家.xlsx", XLSX)


def _page(
    request: Request, round: CollectionRound, form: DrawForm | None = None, *, status: int = 200
) -> HttpResponse:
    draws = list(round.draws.order_by("-pk"))
    draw = draws[0] if draws else None
    sampled = _sampled(draw) if draw else []
    context = {
        "round": round,
        "draws": draws,
        "draw": draw,
        "sampled": sampled,
        "finished": sum(each.version is not None and each.version.is_finished for each in sampled),
        "is_reproduced": draw is not None and _is_reproduced(draw, sampled),
        "earlier": _earlier(round, sampled),
        "form": form or DrawForm(initial=USUAL),
        "can_draw": can_review(request.user, round.bureau),
        "unit": request.user.amount_unit,
    }
    return render(request, "performance/rechecks.html", context, status=status)


def _sampled(draw: SampleDraw) -> list[Sampled]:
    """The returns in a sample in the order of the draw, in two queries."""
    rows = SampledReturn.objects.filter(draw=draw).select_related("submission__unit").order_by("pk")
    versions = newest_of([row.submission for row in rows])
    candidates = {each.code: each for each in draw.drawn_from}
    return [
        Sampled(
            row.submission,
            row.get_rule_display(),
            candidates.get(row.submission.unit.code),
            versions.get(row.submission_id),
        )
        for row in rows
    ]


def _is_reproduced(draw: SampleDraw, sampled: Sequence[Sampled]) -> bool:
    """Whether seed and list give the sample that is kept."""
    again = [candidate.code for candidate, _ in drawn(draw.drawn_from, draw.plan, draw.seed)]
    return again == [each.submission.unit.code for each in sampled]


def _earlier(round: CollectionRound, sampled: Sequence[Sampled]) -> list[RecheckVersion]:
    """The re-checks of returns that were in an earlier sample alone, as they were saved last."""
    now = [each.submission.pk for each in sampled]
    others = RecheckVersion.objects.filter(submission__round=round).exclude(submission__in=now)
    newest = {
        each.submission_id: each for each in others.select_related("submission__unit").order_by("number")
    }
    return list(newest.values())
