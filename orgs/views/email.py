"""Where one's own notices are sent to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from orgs import actions
from orgs.people_forms import MailForm
from orgs.requests import Request, client_address


@require_http_methods(["GET", "HEAD", "POST"])
def change_email(request: Request) -> HttpResponse:
    """Ask for an address and keep it; the page again with what is wrong (422)."""
    initial = {"email": request.user.email}
    form = MailForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        return render(request, "orgs/change_email.html", {"form": form}, status=422 if form.is_bound else 200)
    email = form.cleaned_data["email"]
    actions.change_email(email=email, by=request.user, at=timezone.now(), address=client_address(request))
    messages.success(request, f"通知和回执会发到 {email}。" if email else "通知不再发邮件，仍在这里显示。")
    return redirect("change_email")
