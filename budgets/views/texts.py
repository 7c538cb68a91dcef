"""The pages of the texts of a return: one to be written, and the sections of the report in their order."""

from dataclasses import asdict, dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import actions, text_actions
from budgets.checks.results import Group
from budgets.last_year import is_last_years
from budgets.models import SECTIONS, ReturnText
from budgets.text_forms import TextForm
from budgets.views.workspace import Workspace, open_workspace, visible_submission, workspace_after
from budgets.views.writing import texts_disputed, texts_mistaken, texts_refused, texts_saved
from orgs.requests import Request, back_to, wants_json
from submissions.actions import NotEditable, NotPermitted, Refused, check_may_edit

OUTLINE = dict(
    zip(
        SECTIONS,
        (
            "一（一）1",
            "一（一）2",
            "一（一）3",
            "一（二）1",
            "一（二）2",
            "一（二）3",
            "二（一）",
            "二（二）",
            *"三四五六七八九十",
        ),
        strict=True,
    )
)
"""The number each section has in the report."""


@dataclass(frozen=True, slots=True)
class ReportPart:
    """One section of the report, to be read."""

    number: str
    title: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class FoundInText:
    """What a check finds in a text: `style` is that of its mark, `url` where it is explained or let pass."""

    style: str
    label: str
    sentence: str
    quotation: str
    remedy: str
    url: str


_MARKS = {Group.MEND: ("wrong", "错误"), Group.EXPLAIN: ("ask", "待说明")}


# Source: what each section of the report must state, forms.md d.
HINTS = {
    ReturnText.Name.THRIFT_MEASURES: (
        "写本年度为厉行节约采取的做法和效果：压减了哪些支出、建立了哪些制度、节约了多少。"
        "基础数据表的“厉行节约保障措施”一栏原样印出这段文字。"
    ),
    ReturnText.Name.DUTIES: "按“三定”规定逐条写。",
    ReturnText.Name.ORGANISATION: "写内设机构和所属单位各几个、叫什么，哪些独立核算；个数要与列出的一致。",
    ReturnText.Name.STAFFING: "写核定编制数（分类别）和年末在职人数；离退休人员另写，不计入在职。",
    ReturnText.Name.OVERALL_SPENDING: "写支出合计，各项支出的金额和占总支出的比例。",
    ReturnText.Name.BUDGET_AND_OUTTURN: (
        "写年初预算、决算，与上年比、与年初预算比的增减额、增减率和主要原因，以及年初、年末结转结余。"
    ),
    ReturnText.Name.THREE_PUBLIC_USE: (
        "分项写上年决算、本年预算、本年决算、增减额、增减率和原因，以及团组、车辆、接待批次人次；金额用同一个单位。"
    ),
    ReturnText.Name.BASIC_SPENDING: "写基本支出及其中的人员经费、公用经费，各包括哪些款项。",
    ReturnText.Name.PROJECT_SPENDING: "写项目支出年初批复数、实际支出数和项目个数，逐个列名称和金额。",
    ReturnText.Name.GOVERNMENT_FUND: "写收入、支出和用途；没有的写“我单位无政府性基金预算支出情况。”",
    ReturnText.Name.STATE_CAPITAL: "写收入、支出和用途；没有的写“我单位无国有资本经营预算支出情况。”",
    ReturnText.Name.SOCIAL_INSURANCE: "写收入、支出和用途；没有的写“我单位无社会保险基金预算支出情况。”",
    ReturnText.Name.RESULTS: "写年度绩效目标、实际完成情况，产出、效益和满意度，自评得分和等级。",
    ReturnText.Name.PROBLEMS: "逐条写问题和原因，编号与改进措施对应。",
    ReturnText.Name.IMPROVEMENTS: "每个问题写一条措施，编号与问题对应。",
    ReturnText.Name.DISCLOSURE: "写自评结果怎样用于改进管理和安排预算，何时在本单位哪里公开。",
    ReturnText.Name.OTHER_MATTERS: "没有的写“无”。",
}


@require_safe
def report_texts(request: Request, submission_id: int) -> HttpResponse:
    """Show the sections of the report as they will follow each other, each with the way to write it."""
    workspace = open_workspace(request, submission_id)
    texts = {text.name: text.text for text in workspace.texts}
    parts = [
        ReportPart(
            OUTLINE[name],
            str(name.label),
            reverse("edit_text", args=[submission_id, name]),
            texts.get(name, ""),
        )
        for name in SECTIONS
    ]
    return render(request, "budgets/report_texts.html", {"workspace": workspace, "parts": parts})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_text(request: Request, submission_id: int, name: ReturnText.Name) -> HttpResponse:
    """Show a text to be written, or read; on POST save it and show it again, or say why it was not saved.

    409 when somebody else changed it meanwhile, 422 when it is too long, 403 when she may not: what she
    wrote stays on the page. The page's script saves by itself and is answered as
    `budgets.views.writing` says.
    """
    workspace = open_workspace(request, submission_id)
    if request.method == "POST":
        return _save(request, workspace, name)
    version, texts = _stored(_text(workspace, name))
    return _page(request, workspace, name, TextForm(initial=texts | {"row_version": version}, name=name))


def _save(request: Request, workspace: Workspace, name: ReturnText.Name) -> HttpResponse:
    form = TextForm(request.POST, name=name)
    is_script = wants_json(request)
    now = timezone.now()
    try:
        check_may_edit(workspace.submission, by=request.user)
        if not form.is_valid():
            return texts_mistaken(form) if is_script else _page(request, workspace, name, form, status=422)
        with transaction.atomic():
            actions.save_text(
                submission=workspace.submission, name=name, **form.cleaned_data, by=request.user, at=now
            )
            saved = workspace_after(workspace.submission, request)
    except (NotPermitted, NotEditable) as refusal:
        if is_script:
            return texts_refused(refusal)
        return _page(request, workspace, name, form, refusal=str(refusal), status=403)
    except actions.TextConflict as conflict:
        if is_script:
            return texts_disputed(*_stored(conflict.theirs), conflict.last_edit)
        return _page(
            request, workspace, name, _on_top_of(form, name, conflict), conflict=conflict, status=409
        )
    if is_script:
        found = [asdict(each) for each in _found(saved, name)]
        return texts_saved(now, *_stored(_text(saved, name)), saved.progress, found)
    messages.success(request, f"{name.label}已保存。")
    return redirect("edit_text", workspace.submission.pk, name)


@require_POST
def read_text(request: Request, submission_id: int, name: ReturnText.Name) -> HttpResponse:
    """Let a text of last year stand as it was read, and go back to where that was; say a refusal there."""
    submission = visible_submission(request, submission_id)
    sent = request.POST.get("row_version", "")
    version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    try:
        text_actions.read_text(
            submission=submission, name=name, row_version=version, by=request.user, at=timezone.now()
        )
    except NotPermitted as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{name.label}：已读过，仍适用。")
    return back_to(request, request.POST.get("next", ""), reverse("edit_text", args=[submission_id, name]))


def _text(workspace: Workspace, name: ReturnText.Name) -> ReturnText | None:
    return next((text for text in workspace.texts if text.name == name), None)


def _found(workspace: Workspace, name: ReturnText.Name) -> list[FoundInText]:
    """What is to be mended or explained in a text, errors first."""
    page = reverse("findings", args=[workspace.submission.pk])
    return [
        FoundInText(
            *_MARKS[each.group],
            each.finding.outcome.sentence,
            each.finding.outcome.quotation,
            each.finding.outcome.remedy,
            f"{page}#finding-{each.finding.name}",
        )
        for each in workspace.results.in_schedule(name, *_MARKS)
    ]


def _stored(text: ReturnText | None) -> tuple[int, dict[str, str]]:
    """The version of a text and what it says, by its field."""
    return (text.row_version, {"text": text.text}) if text else (0, {"text": ""})


def _on_top_of(form: TextForm, name: ReturnText.Name, conflict: actions.TextConflict) -> TextForm:
    """Her text, to be saved over the other's when she saves it again."""
    version = conflict.theirs.row_version if conflict.theirs else 0
    return TextForm({"text": form.cleaned_data["text"], "row_version": version}, name=name)


def _page(
    request: Request,
    workspace: Workspace,
    name: ReturnText.Name,
    form: TextForm,
    *,
    refusal: str = "",
    conflict: actions.TextConflict | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "workspace": workspace,
        "name": name.value,
        "can_write": workspace.can_edit_in(name),
        "is_last_years": is_last_years(workspace.submission, name, workspace.texts),
        "title": name.label,
        "hint": HINTS[name],
        "longest": name.longest,
        "rows": 24 if name.is_section else 12,
        "form": form,
        "found": _found(workspace, name),
        "refusal": refusal,
        "conflict": conflict,
    }
    return render(request, "budgets/edit_text.html", context, status=status)
