"""Loading the official book of a year: its file, the preview of what would change, the confirmation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from budgets import category_actions
from budgets.book_plans import plan_of
from budgets.category_actions import BookRefused
from budgets.category_forms import BookForm
from budgets.models import CategoryBook
from budgets.views.category_table import latest_year
from orgs.requests import Request
from orgs.views.access import for_administrators

BOOKS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def load_book(request: Request) -> HttpResponse:
    """Ask for the file of a book; with one that has no mistake go to its preview, else show every mistake."""
    bureaux = for_administrators(request)
    form = BookForm(initial={"fiscal_year": latest_year(bureaux)})
    if request.method == "POST":
        form = BookForm(request.POST, request.FILES)
        if form.is_valid() and not form.reading.mistakes:
            return redirect("preview_book", _kept(form, request).pk)
    context = {
        "form": form,
        "mistakes": form.reading.mistakes if form.is_valid() else [],
        "books": CategoryBook.objects.exclude(applied_at=None)
        .select_related("applied_by")
        .defer("rows", "changes")
        .order_by("-applied_at")[:BOOKS_SHOWN],
    }
    return render(request, "budgets/load_book.html", context, status=422 if form.is_bound else 200)


def _kept(form: BookForm, request: Request) -> CategoryBook:
    data = form.cleaned_data
    return category_actions.keep_book(
        book=data["book"],
        fiscal_year=data["fiscal_year"],
        rows=form.reading.rows,
        file_name=data["file"].name,
        sha256=form.sha256,
        by=request.user,
        at=timezone.now(),
    )


def _own_book(request: Request, book_id: int) -> CategoryBook:
    """A book she uploaded herself; another's preview does not exist for her (404)."""
    for_administrators(request)
    books = CategoryBook.objects.filter(uploaded_by=request.user).select_related("applied_by")
    return get_object_or_404(books, pk=book_id)


@require_safe
def preview_book(request: Request, book_id: int) -> HttpResponse:
    """Show what loading a book would change; of one that is loaded, what it did."""
    book = _own_book(request, book_id)
    plan = None if book.applied_at else plan_of(book)
    return render(request, "budgets/preview_book.html", {"book": book, "plan": plan})


@require_POST
def apply_book(request: Request, book_id: int) -> HttpResponse:
    """Load a book as it was previewed, and show what it did; a refusal is said on the new preview."""
    book = _own_book(request, book_id)
    try:
        category_actions.apply_book(
            book=book,
            retire_missing=request.POST.get("retire_missing") == "on",
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        )
    except BookRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已装入{book}科目。")
    return redirect("preview_book", book.pk)
