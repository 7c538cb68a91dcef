"""Signing in and out, the password, and the unit amounts are shown in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from orgs import actions
from orgs.forms import SignInForm
from orgs.models import User
from orgs.requests import Request


class SignIn(LoginView):
    """Ask for name and password; in the demonstration, offer the demo people with one click each."""

    template_name = "orgs/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo people when there are any to offer."""
        return super().get_context_data(demo_people=demo_people() if settings.DEMO else [], **kwargs)


def demo_people() -> list[User]:
    """Return the demo accounts with their memberships, in the order they were made."""
    return list(
        User.objects.filter(is_demo=True, is_active=True).prefetch_related("memberships__unit").order_by("pk")
    )


class ChangePassword(PasswordChangeView):
    """Change one's own password; the old one is asked for."""

    template_name = "orgs/change_password.html"
    success_url = reverse_lazy("my_work")

    def form_valid(self, form: Any) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, "密码已修改，下次请用新密码登录。")
        return super().form_valid(form)


sign_in = SignIn.as_view()  # LoginView is public by itself
sign_out = LogoutView.as_view()
change_password = ChangePassword.as_view()


@require_POST
def choose_amount_unit(request: Request) -> HttpResponse:
    """Remember 元 or 万元 for this person and go back to the page she came from."""
    try:
        actions.remember_amount_unit(unit=request.POST.get("unit", ""), by=request.user)
    except ValueError:
        return HttpResponseBadRequest("金额单位只能是元或万元")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "my_work")
