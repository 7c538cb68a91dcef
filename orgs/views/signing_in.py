"""Signing in and out, the password, and the unit amounts are shown in."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    JsonResponse,
)
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from orgs import actions
from orgs.devices import remember_device
from orgs.event_actions import record_failed_sign_in, try_to_record
from orgs.forms import NewPasswordForm, SignInForm
from orgs.models import Event, Membership, User
from orgs.passwords import has_guessed_too_often, password_is_due
from orgs.requests import Request, back_to, client_address, wants_json
from orgs.second_factor import State, ask
from orgs.sessions import begin

Role = Membership.Role
FORM_METHODS = ("get", "head", "post")
"""What a page with a form takes: Django's own would take a PUT for a POST."""
ENTER_CODE = "还要输入二次验证码：请另开一个窗口打开本系统，输入验证码，再回到这里点“继续”。"


class SignIn(LoginView):
    """Ask for name and password; in the demonstration, offer the demo people with one click each.

    A page whose session has ended asks for the password in place: it accepts JSON, and gets 200, 422 with the
    mistake, or 429 from `locked_out`.
    """

    http_method_names = FORM_METHODS
    template_name = "orgs/sign_in.html"
    authentication_form = SignInForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Send on who is signed in; a page that asks in place means this person, whoever it is by now."""
        super().setup(request, *args, **kwargs)
        self.redirect_authenticated_user = not wants_json(request)

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign her in, count her session from now, record it, and let the browser be known as hers.

        A page that asks in place is told where the code of a second factor is to be entered, if one is asked.
        """
        response = super().form_valid(form)
        begin(self.request.session, timezone.now())
        is_asked = ask(self.request.session, form.get_user()) is State.ASKED
        _record(self.request, Event.Action.SIGNED_IN, "等待二次验证" if is_asked else "")
        if wants_json(self.request):
            response = JsonResponse({"message": ENTER_CODE}, status=422) if is_asked else JsonResponse({})
        remember_device(self.request, response, form.get_user().username)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Record an attempt, and say what is wrong, on the page or to the page that asked.

        One that locks the door, or finds it locked, is recorded where that is answered.
        """
        if form.non_field_errors() and not getattr(self.request, "axes_locked_out", False):
            record_failed_sign_in(
                action=Event.Action.SIGN_IN_FAILED,
                username=form.data.get("username", ""),
                address=client_address(self.request),
                at=timezone.now(),
            )
        if not wants_json(self.request):
            return super().form_invalid(form)
        message = next((error for errors in form.errors.values() for error in errors), "")
        return JsonResponse({"message": message}, status=422)

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """Leave out a `next` that leads back here: who is signed in would go round in a circle."""
        url = super().get_redirect_url()
        return "" if url.split("?")[0] == self.request.path else url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo people, their groups and their password when there are any to offer."""
        people = demo_people() if settings.DEMO else []
        demo = {
            "demo_people": people,
            "demo_groups": demo_groups(people),
            "demo_password": settings.DEMO_PASSWORD if settings.DEMO else "",
        }
        return super().get_context_data(**demo, **kwargs)


def _record(
    request: HttpRequest, action: Event.Action, what: str = "", result: Event.Result = Event.Result.DONE
) -> None:
    """Record what the person who asks has just done with her own account, or was refused."""
    if isinstance(request.user, User):
        event = {"action": action, "what": what, "result": result}
        try_to_record(**event, address=client_address(request), by=request.user, at=timezone.now())


def demo_people() -> list[User]:
    """Return the demo accounts with their memberships, in the order they were made."""
    return list(
        User.objects.filter(is_demo=True, is_active=True).prefetch_related("memberships__unit").order_by("pk")
    )


DEMO_GROUPS = (
    ("填报单位", "录入预算和决算数，说明差异", (Role.PREPARER,)),
    ("单位负责人与主管部门", "审核本单位、所属单位的填报", (Role.UNIT_HEAD, Role.DEPARTMENT)),
    (
        "财政局",
        "审核、查看全区各单位的填报",
        (Role.DIVISION, Role.PERFORMANCE_OFFICE, Role.ADMINISTRATOR, Role.AUDITOR),
    ),
)
"""Title, what they do, and their roles."""


def demo_groups(people: list[User]) -> list[tuple[str, str, list[User]]]:
    """Return the demo people under what they do: title, sentence, people; each person once."""
    groups = [
        (title, deed, [user for user in people if user.memberships.all()[0].role in roles])
        for title, deed, roles in DEMO_GROUPS
        if people
    ]
    return [group for group in groups if group[2]]


class ChangePassword(PasswordChangeView):
    """Change one's own password; the old one is asked for. With a one-time one, or an old one, she must.

    Who does not know the old one is signed out after as many guesses as a sign-in has.
    """

    http_method_names = FORM_METHODS
    template_name = "orgs/change_password.html"
    form_class = NewPasswordForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether it is due, and after how many days it is."""
        user = cast(User, self.request.user)
        due = {"is_due": password_is_due(user), "days": settings.PASSWORD_RULES.days}
        return super().get_context_data(**due, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what is wrong; without the right old password record it, and sign her out in the end."""
        if "old_password" not in form.errors:
            return super().form_invalid(form)
        _record(self.request, Event.Action.PASSWORD_CHANGED, "原密码不对", Event.Result.REFUSED)
        if not has_guessed_too_often(form.user, timezone.now()):
            return super().form_invalid(form)
        _record(self.request, Event.Action.SIGNED_OUT, "原密码连续输错，自动退出")
        logout(self.request)
        said = "原密码连续输错，已退出。请用现在的密码重新登录；忘了的，请联系管理员重设。"
        messages.error(self.request, said)
        return redirect("sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, keep her signed in here and nowhere else, record it, and say that it is done."""
        actions.change_password(password=form.cleaned_data["new_password1"], by=form.user, at=timezone.now())
        update_session_auth_hash(self.request, form.user)
        _record(self.request, Event.Action.PASSWORD_CHANGED)
        messages.success(self.request, "密码已修改，下次请用新密码登录。")
        return redirect("my_work")


class SignOut(LogoutView):
    """End the session, and record it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record it while it is known who she is."""
        _record(request, Event.Action.SIGNED_OUT)
        return super().post(request, *args, **kwargs)


sign_in = SignIn.as_view()  # LoginView is public by itself
sign_out = SignOut.as_view()
change_password = ChangePassword.as_view()


@require_POST
def choose_amount_unit(request: Request) -> HttpResponse:
    """Remember 元 or 万元 for this person and go back to the page she came from."""
    try:
        actions.remember_amount_unit(unit=request.POST.get("unit", ""), by=request.user)
    except ValueError:
        return HttpResponseBadRequest("金额单位只能是元或万元")
    return back_to(request, request.POST.get("next", ""))
