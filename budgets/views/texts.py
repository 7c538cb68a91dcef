"""The page on which a text of the return is written."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from budgets import actions
from budgets.last_year import is_last_years
from budgets.models import ReturnText
from budgets.text_forms import LONGEST_TEXT, TextForm
from budgets.views.workspace import Workspace, open_workspace, workspace_of
from budgets.views.writing import texts_disputed, texts_mistaken, texts_refused, texts_saved
from orgs.requests import Request, wants_json
from submissions.actions import NotEditable, NotPermitted

HINTS = {
    ReturnText.Name.THRIFT_MEASURES: (
        "写本年度为厉行节约采取的做法和效果：压减了哪些支出、建立了哪些制度、节约了多少。"
        "基础数据表的“厉行节约保障措施”一栏原样印出这段文字。"
    )
}


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
    return _page(request, workspace, name, TextForm(initial=texts | {"row_version": version}))


def _save(request: Request, workspace: Workspace, name: ReturnText.Name) -> HttpResponse:
    form = TextForm(request.POST)
    is_script = wants_json(request)
    if not form.is_valid():
        return texts_mistaken(form) if is_script else _page(request, workspace, name, form, status=422)
    now = timezone.now()
    try:
        actions.save_text(
            submission=workspace.submission, name=name, **form.cleaned_data, by=request.user, at=now
        )
    except (NotPermitted, NotEditable) as refusal:
        if is_script:
            return texts_refused(refusal)
        return _page(request, workspace, name, form, refusal=str(refusal), status=403)
    except actions.TextConflict as conflict:
        if is_script:
            return texts_disputed(*_stored(conflict.theirs), conflict.last_edit)
        return _page(request, workspace, name, _on_top_of(form, conflict), conflict=conflict, status=409)
    if is_script:
        saved = workspace_of(workspace.submission, request)
        return texts_saved(now, *_stored(_text(saved, name)), saved.progress)
    messages.success(request, f"{name.label}已保存。")
    return redirect("edit_text", workspace.submission.pk, name)


def _text(workspace: Workspace, name: ReturnText.Name) -> ReturnText | None:
    return next((text for text in workspace.texts if text.name == name), None)


def _stored(text: ReturnText | None) -> tuple[int, dict[str, str]]:
    """The version of a text and what it says, by its field."""
    return (text.row_version, {"text": text.text}) if text else (0, {"text": ""})


def _on_top_of(form: TextForm, conflict: actions.TextConflict) -> TextForm:
    """Her text, to be saved over the other's when she saves it again."""
    version = conflict.theirs.row_version if conflict.theirs else 0
    return TextForm({"text": form.cleaned_data["text"], "row_version": version})


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
        "is_last_years": is_last_years(workspace.submission, name, workspace.texts),
        "title": name.label,
        "hint": HINTS[name],
        "longest": LONGEST_TEXT,
        "form": form,
        "refusal": refusal,
        "conflict": conflict,
    }
    return render(request, "budgets/edit_text.html", context, status=status)
