"""The bureau's rounds: all of them, one with where its units stand, and the deeds on it and on them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orgs.attachments import XLSX, attachment
from orgs.models import Unit, User
from orgs.permissions import bureaux_collecting, bureaux_of, can_administer, can_collect, can_review
from orgs.requests import Request, back_to
from orgs.spreadsheets import list_workbook
from submissions import actions, round_actions
from submissions.curves import curve_of
from submissions.models import CollectionRound
from submissions.problems import counts_of
from submissions.round_forms import (
    ExtendForm,
    RemindForm,
    RoundForm,
    RoundReasonForm,
    StandingFilterForm,
    next_round_after,
)
from submissions.round_tables import TABLES
from submissions.standings import STATES, CountsFor, RoundStandings, standings_of
from submissions.views.many import do_each, say_each

ROWS_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class BureauRounds:
    """A bureau with its rounds, the latest year first, and for its administrator the form of the next."""

    bureau: Unit
    rounds: list[RoundStandings]
    form: RoundForm | None


@require_safe
def rounds(request: Request) -> HttpResponse:
    """List the rounds of the bureaux she looks after, with how many units are where."""
    return _show_rounds(request)


@require_POST
def open_round(request: Request, bureau_id: int) -> HttpResponse:
    """Open a bureau's next round and go to it; the list again with what is wrong."""
    bureau = _bureau(request, bureau_id)
    permit(round_actions.check_may_open, bureau, by=request.user)
    form = RoundForm(bureau, request.POST)
    if not form.is_valid():
        return _show_rounds(request, form)
    plan = round_actions.RoundPlan(**form.cleaned_data)
    try:
        round = round_actions.open_round(bureau=bureau, plan=plan, by=request.user, at=timezone.now())
    except actions.Refused as refusal:
        form.add_error(None, str(refusal))
        return _show_rounds(request, form)
    messages.success(request, f"{round.fiscal_year} 年度的收集已开始，各单位的填报人在“我的工作”里可以看到。")
    return redirect("round_overview", round.pk)


def _show_rounds(request: Request, mistaken: RoundForm | None = None) -> HttpResponse:
    """Show the list, with the form that has mistakes in its place (422)."""
    if not bureaux_of(request.user):
        raise Http404
    bureaux = bureaux_collecting(request.user)
    if not bureaux:
        raise PermissionDenied("只有财政局绩效股和管理员可以看任务总览。")
    found = CollectionRound.objects.filter(bureau__in=bureaux).select_related("bureau")
    standings = standings_of(list(found.order_by("-fiscal_year")), timezone.localdate())
    context = {"bureaux": [_bureau_rounds(request, each, standings, mistaken) for each in bureaux]}
    return render(request, "submissions/rounds.html", context, status=422 if mistaken else 200)


def _bureau_rounds(
    request: Request, bureau: Unit, standings: list[RoundStandings], mistaken: RoundForm | None
) -> BureauRounds:
    mine = [each for each in standings if each.round.bureau == bureau]
    if not can_administer(request.user, bureau):
        return BureauRounds(bureau, mine, form=None)
    if mistaken and mistaken.bureau == bureau:
        return BureauRounds(bureau, mine, mistaken)
    filled = next_round_after(mine[0].round if mine else None, timezone.localdate())
    return BureauRounds(bureau, mine, RoundForm(bureau, initial=filled))


@dataclass(frozen=True, slots=True)
class Share:
    """One state of the units in the bar of a round: how many, and after how many others it begins."""

    state: str
    label: str
    start: int
    number: int


@require_safe
def round_overview(request: Request, round_id: int, counts_for: CountsFor) -> HttpResponse:
    """Show where every unit of a round stands, filtered, and the deeds that are hers.

    As of a past day there are no deeds, and nothing that is known of now alone.
    """
    round, day = visible_round(request, round_id), _asked_day(request)
    standings = _standings(round, counts_for, day)
    asked = StandingFilterForm(request.GET)
    found = asked.found(standings)
    today = timezone.localdate()
    context = {
        "round": round,
        "standings": standings,
        "shares": _shares(standings),
        "curve": curve_of(round, len(standings.units), day or today),
        "departments": [each.unit for each in standings.units if each.department is None],
        "asked": asked.cleaned_data,
        "is_filtered": any(value for name, value in asked.cleaned_data.items() if name != "day"),
        "today": today,
        "of_day": f"day={day:%Y-%m-%d}&" if day else "",
        "waiting": [each for each in found if each.is_its_turn],
        "page": Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "events": round.events.order_by("-pk"),
        "problems": None if day else counts_of(round, None, today),
        "can_extend": can_review(request.user, round.bureau),
        "can_import": can_administer(request.user, round.bureau),
    }
    return render(request, "submissions/round_overview.html", context)


@require_safe
def download_round_table(request: Request, round_id: int, table: str) -> HttpResponse:
    """Send a list of the units of a round as a workbook; 404 for one there is not, or not of a past day."""
    found, day = TABLES.get(table), _asked_day(request)
    if found is None or (day and not found.of_past):
        raise Http404
    round = visible_round(request, round_id)
    [standings] = standings_of([round], timezone.localdate(), day)
    rows = found.rows_of(standings)
    at = f"截至 {day:%Y-%m-%d}" if day else f"{timezone.localtime():%Y-%m-%d %H:%M}"
    said = f"{round.bureau} {round.fiscal_year} 年度，{at}，{len(rows):,} 个单位"
    book = list_workbook(found.title, said, found.columns, rows)
    of_day = f" {day:%Y-%m-%d}" if day else ""
    return attachment(book, f"{round.bureau.name} {round.fiscal_year} 年度{found.title}{of_day}.xlsx", XLSX)


def _asked_day(request: Request) -> date | None:
    """Return the past day an address asks for; as `past_or_404`."""
    return past_or_404(StandingFilterForm(request.GET))


def past_or_404(form: forms.Form) -> date | None:
    """Return the `day` to look back on that a form asks for, None for today.

    Raises Http404 for one that is to come, long gone or none at all.
    """
    form.is_valid()
    day, today = form.cleaned_data.get("day"), timezone.localdate()
    if "day" in form.errors:
        raise Http404
    if day and not date(2000, 1, 1) <= day <= today:
        raise Http404
    return day if day != today else None


def _standings(round: CollectionRound, counts_for: CountsFor, day: date | None = None) -> RoundStandings:
    """Where the units of a round stand, with how many findings their returns have; of a past day without."""
    [found] = standings_of([round], timezone.localdate(), day)
    return found if day else found.with_findings(counts_for(found.returns))


def _shares(standings: RoundStandings) -> list[Share]:
    """Return the states units are in, in the order of their way."""
    shares: list[Share] = []
    for state, label in STATES.items():
        if number := standings.counts[state]:
            start = shares[-1].start + shares[-1].number if shares else 0
            shares.append(Share(state, label, start, number))
    return shares


@require_POST
def remind(request: Request, round_id: int, counts_for: CountsFor) -> HttpResponse:
    """Remind the units that were chosen of their returns."""
    round = visible_round(request, round_id)
    permit(round_actions.check_may_remind, round, by=request.user)
    return do_to_units(request, round, round_actions.remind, RemindForm(request.POST), "催报", counts_for)


@require_POST
def extend(request: Request, round_id: int, counts_for: CountsFor) -> HttpResponse:
    """Give the units that were chosen more time."""
    round = visible_round(request, round_id)
    permit(round_actions.check_may_extend, round, by=request.user)
    return do_to_units(request, round, round_actions.extend, ExtendForm(request.POST), "延期", counts_for)


def do_to_units(
    request: Request,
    round: CollectionRound,
    deed: Callable[..., Any],
    form: forms.Form,
    name: str,
    counts_for: CountsFor,
) -> HttpResponse:
    """Do a deed to each unit that was chosen and go back; say what was done, and what was not and why."""
    units, lacking = _chosen_units(request, round, counts_for)
    if not units or not form.is_valid():
        _say_mistakes(request, [] if units else [lacking], form)
    else:
        facts = {**form.cleaned_data, "by": request.user, "at": timezone.now()}
        done, refused = do_each(units, lambda unit: deed(round=round, unit=unit, **facts), lambda unit: unit)
        say_each(request, name, "个单位", done, refused)
    overview = reverse("round_overview", args=[round.pk])
    return back_to(request, request.POST.get("next", ""), overview)


def _chosen_units(request: Request, round: CollectionRound, counts_for: CountsFor) -> tuple[list[Unit], str]:
    """Return the ticked units, or all that have still to hand in and that the filter shows; and why none.

    A filter that cannot be read shows nothing here, lest a deed reach those she did not mean. A unit that is
    none of the round's does not exist.
    """
    standings = _standings(round, counts_for)
    if "everyone" in request.POST:
        asked = StandingFilterForm(request.POST)
        if not asked.is_valid():
            return [], "没有看懂筛选条件，没有选中任何单位。请刷新任务总览，重新筛选。"
        return [each.unit for each in asked.found(standings) if each.is_its_turn], "没有要办理的单位。"
    ticked = set(request.POST.getlist("units"))
    chosen = [each.unit for each in standings.units if str(each.unit.pk) in ticked]
    if len(chosen) < len(ticked):
        raise Http404
    return chosen, "请先勾选单位。"


@require_POST
def close_round(request: Request, round_id: int) -> HttpResponse:
    """Close a round."""
    return _turn(request, round_id, round_actions.close_round, "已关闭，单位不能再填报和报送，审核照常进行。")


@require_POST
def reopen_round(request: Request, round_id: int) -> HttpResponse:
    """Let the units of a closed round go on."""
    return _turn(request, round_id, round_actions.reopen_round, "已重新打开，单位可以继续填报和报送。")


def _turn(request: Request, round_id: int, deed: Callable[..., Any], done: str) -> HttpResponse:
    """Close or reopen a round and show it."""
    round = visible_round(request, round_id)
    permit(round_actions.check_may_extend, round, by=request.user)
    form = RoundReasonForm(request.POST)
    try:
        if form.is_valid():
            deed(round=round, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, f"{round.fiscal_year} 年度的收集{done}")
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    _say_mistakes(request, [], form)
    return redirect("round_overview", round_id)


def _say_mistakes(request: Request, others: list[str], form: forms.Form) -> None:
    """Say on the next page what is wrong with a form, and hand back the words that were written."""
    mistakes = others + [str(mistake) for mistakes in form.errors.values() for mistake in mistakes]
    if not mistakes:
        return
    words = "".join(
        form.data.get(name, "")[:2000].strip() for name in ("text", "reason") if name in form.fields
    )
    messages.error(request, "".join(mistakes) + (f"您写的：{words}" if words else ""))


def visible_round(request: Request, round_id: int) -> CollectionRound:
    """Return a round of a bureau she works in (404 for others); refuse who does not look after it (403)."""
    rounds = CollectionRound.objects.filter(bureau__in=bureaux_of(request.user)).select_related("bureau")
    round = get_object_or_404(rounds, pk=round_id)
    if not can_collect(request.user, round.bureau):
        raise PermissionDenied("只有财政局绩效股和管理员可以看任务总览。")
    return round


def _bureau(request: Request, bureau_id: int) -> Unit:
    """Return a bureau she works in; others do not exist."""
    found = [each for each in bureaux_of(request.user) if each.pk == bureau_id]
    if not found:
        raise Http404
    return found[0]


def permit(check: Callable[..., None], *about: Any, by: User) -> None:
    """Answer 403 when a deed is not hers."""
    try:
        check(*about, by=by)
    except actions.NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
