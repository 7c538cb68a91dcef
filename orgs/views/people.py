"""The people of a region, and what its administrator does with an account: roles, password, lock."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs import people_actions
from orgs.models import Membership, Unit, User
from orgs.people import matching, people_of, with_roles
from orgs.people_actions import NotAdministrator, PeopleRefused
from orgs.people_forms import MailForm, PersonForm, RoleForm
from orgs.permissions import administered_by, can_administer, can_manage_account, is_own_administrator
from orgs.requests import Request, client_address
from orgs.second_factor import device_of
from orgs.views.access import for_administrators, own_bureaux

PEOPLE_ON_A_PAGE = 50
LONGEST_SEARCH = 50


@require_safe
def people(request: Request) -> HttpResponse:
    """Show the people of her region with their roles, those found by `q` where something is asked."""
    bureaux = for_administrators(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    found = with_roles(matching(people_of(bureaux), bureaux, text), bureaux)
    page = Paginator(found, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "orgs/people.html", {"bureaux": bureaux, "q": text, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: Request) -> HttpResponse:
    """Ask for a new person; once her account is open, show it with the password, which is shown once."""
    units = _units(for_administrators(request))
    form = PersonForm(units, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person, password = people_actions.add_person(
                **form.cleaned_data, by=request.user, at=timezone.now(), address=client_address(request)
            )
        except NotAdministrator as refusal:
            raise PermissionDenied from refusal
        except PeopleRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _show(request, person, password=password)
    return render(
        request,
        "orgs/add_person.html",
        {"form": form, "units": units},
        status=422 if form.is_bound else 200,
    )


@require_safe
def person(request: Request, person_id: int) -> HttpResponse:
    """Show one person's roles and account."""
    return _show(request, _person(request, person_id))


def _person(request: Request, person_id: int) -> User:
    """A person of her region: others do not exist (404), and are not her colleagues' to manage (403)."""
    found = get_object_or_404(people_of(own_bureaux(request)), pk=person_id)
    if not people_of(administered_by(request.user)).filter(pk=person_id).exists():
        raise PermissionDenied
    return found


def _units(bureaux: list[Unit]) -> list[Unit]:
    return list(Unit.objects.within_any(bureaux).select_related("region").order_by("path"))


def _show(
    request: Request,
    person: User,
    form: RoleForm | None = None,
    *,
    mail_form: MailForm | None = None,
    password: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show a person; with a one-time password after a deed, which is kept nowhere else."""
    bureaux = administered_by(request.user)
    units = _units(bureaux)
    memberships = list(
        Membership.objects.within(bureaux)
        .filter(user=person)
        .select_related("unit")
        .order_by(F("ended_at").desc(nulls_first=True), "unit__path", "pk")
    )
    context = {
        "person": person,
        "memberships": [(each, not is_own_administrator(request.user, each)) for each in memberships],
        "works_elsewhere": any(not can_administer(request.user, m.unit) for m in person.active_memberships),
        "is_herself": person == request.user,
        "can_manage": person != request.user and can_manage_account(request.user, person),
        "form": form or RoleForm(units),
        "mail_form": mail_form or MailForm(initial={"email": person.email}),
        "units": units,
        "password": password,
        "has_factor": device_of(person) is not None,
    }
    return render(request, "orgs/person.html", context, status=status)


@require_POST
def give_role(request: Request, person_id: int) -> HttpResponse:
    """Give a person one more role; what is wrong is said on her page (422)."""
    person = _person(request, person_id)
    form = RoleForm(_units(administered_by(request.user)), request.POST)
    if form.is_valid():
        try:
            given = people_actions.give_role(
                person=person,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
                address=client_address(request),
            )
        except NotAdministrator as refusal:
            raise PermissionDenied from refusal
        except PeopleRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"{person.full_name}从现在起是{given.unit.name}的{given.get_role_display()}。"
            )
            return redirect("person", person.pk)
    return _show(request, person, form, status=422)


@require_POST
def end_role(request: Request, person_id: int, membership_id: int) -> HttpResponse:
    """End one of a person's roles; a refusal is said on her page."""
    person = _person(request, person_id)
    of_region = Membership.objects.within(administered_by(request.user)).select_related("unit")
    membership = get_object_or_404(of_region, pk=membership_id, user=person)
    done = f"{person.full_name}不再是{membership.unit.name}的{membership.get_role_display()}，记录保留。"
    return _done(request, person, partial(people_actions.end_role, membership=membership), done)


@require_POST
def reset_password(request: Request, person_id: int) -> HttpResponse:
    """Give a person a one-time password and show it: in this answer alone, so that it is kept nowhere."""
    person = _person(request, person_id)
    try:
        password = people_actions.reset_password(
            person=person, by=request.user, at=timezone.now(), address=client_address(request)
        )
    except NotAdministrator as refusal:
        raise PermissionDenied from refusal
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("person", person.pk)
    person.refresh_from_db()
    return _show(request, person, password=password)


@require_POST
def set_email(request: Request, person_id: int) -> HttpResponse:
    """Say where a person's notices are sent to; what is wrong is said on her page (422)."""
    person = _person(request, person_id)
    form = MailForm(request.POST)
    if not form.is_valid():
        return _show(request, person, mail_form=form, status=422)
    email = form.cleaned_data["email"]
    done = f"{person.full_name}的通知会发到 {email}。" if email else f"{person.full_name}的通知不再发邮件。"
    return _done(request, person, partial(people_actions.set_email, person=person, email=email), done)


@require_POST
def lock_account(request: Request, person_id: int) -> HttpResponse:
    """Let a person sign in no more; a refusal is said on her page."""
    person = _person(request, person_id)
    done = f"{person.full_name}的账号已停用，正在使用的登录已经失效。"
    return _done(request, person, partial(people_actions.lock_account, person=person), done)


@require_POST
def unlock_account(request: Request, person_id: int) -> HttpResponse:
    """Let a person sign in again; a refusal is said on her page."""
    person = _person(request, person_id)
    done = f"{person.full_name}的账号已启用，可以用原来的密码登录。"
    return _done(request, person, partial(people_actions.unlock_account, person=person), done)


@require_POST
def stop_factor(request: Request, person_id: int) -> HttpResponse:
    """Take a person's second factor away; a refusal is said on her page."""
    person = _person(request, person_id)
    done = f"{person.full_name}的二次验证已停用，可以重新启用。"
    return _done(request, person, partial(people_actions.stop_factor, person=person), done)


def _done(request: Request, person: User, deed: Callable[..., None], done: str) -> HttpResponse:
    """Do something with a person and go back to her page, where it is said that it is done, or why not."""
    try:
        deed(by=request.user, at=timezone.now(), address=client_address(request))
    except NotAdministrator as refusal:
        raise PermissionDenied from refusal
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("person", person.pk)
