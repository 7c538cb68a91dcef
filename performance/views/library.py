"""The library of indicators: the bureau's own, kept by its administrator, and picking from it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets.result_actions import results_stored
from budgets.views.workspace import visible_submission, workspace_of
from orgs.models import Unit
from orgs.permissions import can_prepare
from orgs.requests import Request
from orgs.views.access import for_administrators, own_bureaux
from performance import library_actions
from performance.actions import is_listed
from performance.bases import basis_of_round
from performance.library import KINDS, common, kind_of, kinds_text, own_library, shelves_of
from performance.library_forms import LibraryForm, PickForm, WithdrawForm
from performance.models import IndicatorLine
from performance.project_rows import project_named
from performance.returns import DIRECTION_CHOICES, INDICATORS, SECOND_LEVELS
from performance.views.project import gone
from submissions.actions import NotEditable, NotPermitted, Refused
from submissions.models import Submission


@require_safe
def library(request: Request, bureau_id: int) -> HttpResponse:
    """Show a bureau's own indicators with the form of one (?number=) or a new one, and the common ones."""
    bureau = _bureau(request, bureau_id)
    number = request.GET.get("number", "")
    chosen = [each for each in own_library(bureau) if str(each.number) == number]
    return _page(request, bureau, LibraryForm.of(chosen[0] if chosen else None))


@require_POST
def keep_library_indicator(request: Request, bureau_id: int) -> HttpResponse:
    """Add an indicator or change one; 422 with her words where it cannot be."""
    bureau = _bureau(request, bureau_id)
    form = LibraryForm(request.POST)
    if not form.is_valid():
        return _page(request, bureau, form, status=422)
    try:
        library_actions.keep_library_indicator(
            bureau=bureau, **form.facts, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, bureau, form, status=422)
    messages.success(request, f"已保存“{form.cleaned_data['name']}”。")
    return redirect("library", bureau.pk)


@require_POST
def withdraw_library_indicator(request: Request, bureau_id: int) -> HttpResponse:
    """Take an indicator out of the library."""
    bureau = _bureau(request, bureau_id)
    form = WithdrawForm(request.POST)
    try:
        if form.is_valid():
            old = library_actions.withdraw_library_indicator(
                bureau=bureau, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(request, f"已停用“{old.name}”。已经选用的不受影响。")
        else:
            messages.error(request, "没有看懂要停用哪一个指标，请刷新页面重试。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("library", bureau.pk)


def _bureau(request: Request, bureau_id: int) -> Unit:
    """Return a bureau she administers; 403 for others who work there, 404 for everybody else."""
    found = [each for each in own_bureaux(request) if each.pk == bureau_id]
    if not found:
        raise Http404
    if found[0] not in for_administrators(request):
        raise PermissionDenied
    return found[0]


def _page(request: Request, bureau: Unit, form: LibraryForm, *, status: int = 200) -> HttpResponse:
    levels, directions = dict(SECOND_LEVELS), dict(DIRECTION_CHOICES)
    context = {
        "bureau": bureau,
        "own": [(each, kinds_text(each.kinds)) for each in own_library(bureau)],
        "common": [
            row
            | {
                "level": levels[row["second_level"]],
                "way": directions[row["direction"]],
                "for": kinds_text(row["kinds"]),
            }
            for row in common()
        ],
        "form": form,
    }
    return render(request, "performance/library.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def pick_indicators(request: Request, submission_id: int) -> HttpResponse:
    """Show what a return can pick from (?kind=, usually by the unit's name); on POST add what is ticked.

    403 when she may see the return but not fill it in, or its state does not let it be edited; 422 with
    nothing ticked. Then the page says why.
    """
    submission = visible_submission(request, submission_id)
    return _picking(request, submission, reverse("edit_indicators", args=[submission_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def pick_project_indicators(request: Request, submission_id: int, project: str) -> HttpResponse:
    """Show what a project can pick from, and add what is ticked, as `pick_indicators` does.

    A project that is not there any more leads to the list of them.
    """
    submission = visible_submission(request, submission_id)
    name = project_named(submission, project)
    if name is None or not is_listed(submission, name):
        return gone(request, submission_id)
    back = reverse("edit_project_indicators", args=[submission_id, project])
    return _picking(request, submission, back, name)


def _picking(request: Request, submission: Submission, back: str, project: str = "") -> HttpResponse:
    if not can_prepare(request.user, submission.unit):
        raise PermissionDenied("只有本单位的填报人可以选取指标。")
    kind = request.GET.get("kind", kind_of(submission.unit.name))
    basis = basis_of_round(submission.round)
    shelves = shelves_of(submission, basis.framework, kind if kind in KINDS else "", project)
    held = IndicatorLine.held_in(submission)
    form, status = PickForm(shelves), 200 if submission.is_editable and not held else 403
    if request.method == "POST":
        form = PickForm(shelves_of(submission, basis.framework, "", project), request.POST)
        status = 422
        try:
            if form.is_valid():
                with results_stored(submission.pk):
                    count = library_actions.pick_indicators(
                        submission=submission,
                        codes=form.cleaned_data["picks"],
                        basis=basis,
                        by=request.user,
                        at=timezone.now(),
                        project=project,
                    )
                messages.success(request, f"已添加 {count} 个指标，“＿＿”处请填本年的目标。")
                return redirect(back)
        except NotPermitted as refusal:  # her role ended while she waited
            raise PermissionDenied(str(refusal)) from refusal
        except NotEditable as refusal:
            form.add_error(None, str(refusal))
            status = 403
    context = {
        "workspace": workspace_of(submission, request),
        "held": held.words if held else "",
        "can_pick": submission.is_editable and not held,
        "shelves": shelves,
        "kinds": KINDS,
        "kind": kind if kind in KINDS else "",
        "form": form,
        "ticked": set(request.POST.getlist("picks")),
        "title": f"项目“{project}”的绩效指标" if project else INDICATORS.title,
        "back": back,
    }
    return render(request, "performance/pick_indicators.html", context, status=status)
