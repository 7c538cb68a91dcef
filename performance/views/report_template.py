"""The page on which an administrator changes the template of the report of a round."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs.attachments import DOCX, attachment
from orgs.requests import Request
from orgs.views.access import for_administrators
from performance import template_actions
from performance.template_forms import TemplateForm
from performance.word.context import FORMS, NAMES, SHOWS_CHART, TABLES, WORDS
from performance.word.filling import BadTemplate
from performance.word.making import edition_for, own_template
from performance.word.template import report_template as built_in
from submissions.models import CollectionRound

SHOWN = 20
"""So many of the templates a round had are listed."""


@require_http_methods(["GET", "HEAD", "POST"])
def report_template(request: Request, round_id: int) -> HttpResponse:
    """Show the template of a round's reports and how it is changed; on POST take another one.

    422 with everything that is wrong in it, each with its place; then the present one stays.
    """
    round = _round(request, round_id)
    is_sent, mistakes = request.method == "POST", []
    form = TemplateForm(request.POST, request.FILES) if is_sent else TemplateForm()
    if form.is_valid():
        mistakes = _kept(request, round, form)
        if not mistakes:
            return redirect("report_template", round.pk)
    context = {
        "round": round,
        "form": form,
        "mistakes": mistakes,
        "own": own_template(round),
        "edition": edition_for(round.bureau, round),
        "kept": round.report_templates.defer("content").order_by("-pk")[:SHOWN],
        "sections": NAMES.values(),
        "tables": TABLES.items(),
        "words": WORDS.items(),
        "others": (*FORMS, SHOWS_CHART),
    }
    return render(request, "performance/report_template.html", context, status=422 if is_sent else 200)


def _kept(request: Request, round: CollectionRound, form: TemplateForm) -> list[str]:
    """Keep the template that was sent, or return what is wrong in it."""
    file = form.cleaned_data["file"]
    try:
        template_actions.keep_report_template(round=round, file=file, by=request.user, at=timezone.now())
    except BadTemplate as refusal:
        return refusal.mistakes
    messages.success(request, f"已换用“{file.name}”。以后下载的报告都用它写。")
    return []


@require_POST
def drop_report_template(request: Request, round_id: int) -> HttpResponse:
    """Go back to the template that the product brings along."""
    round = _round(request, round_id)
    template_actions.drop_report_template(round=round, by=request.user, at=timezone.now())
    messages.success(request, "已恢复自带的模板。")
    return redirect("report_template", round.pk)


@require_safe
def download_report_template(request: Request, round_id: int) -> HttpResponse:
    """Send the template of a round's reports; with ?built_in=1 the one that the product brings along."""
    round = _round(request, round_id)
    own = None if request.GET.get("built_in") else own_template(round)
    content = bytes(own.content) if own else built_in(edition_for(round.bureau, round))
    return attachment(content, f"{round.fiscal_year}年度 自评报告模板.docx", DOCX)


def _round(request: Request, round_id: int) -> CollectionRound:
    rounds = CollectionRound.objects.filter(bureau__in=for_administrators(request))
    return get_object_or_404(rounds.select_related("bureau__region"), pk=round_id)
