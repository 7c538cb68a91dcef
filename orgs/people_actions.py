"""The deeds of a finance bureau's administrator on accounts and roles.

They stand in line for the bureau, so that two administrators do not take each other's role at once. Each
leaves one event; `address` is where the request came from.
"""

from datetime import datetime

from axes.utils import reset as forget_wrong_passwords
from django.db import transaction

from orgs.actions import appoint
from orgs.event_actions import record_event
from orgs.models import Event, Membership, Unit, User
from orgs.one_time import one_time_password
from orgs.people import people_of
from orgs.permissions import (
    administered_by,
    can_administer,
    can_manage_account,
    clash_mistake,
    is_own_administrator,
    role_mistake,
)
from orgs.second_factor_actions import drop_second_factor
from orgs.untimely import Untimely


class PeopleRefused(Exception):
    """A deed that is not done; carries one Chinese sentence that says what to do."""


class NotAsThingsAre(PeopleRefused, Untimely):
    """What is asked was done already, was overtaken, or is never done to this person by her."""


class NotAdministrator(PeopleRefused):
    """She does not administer the bureau this is about."""


def working_alone(by: User) -> User:
    """Let nobody else change people, roles or units of her bureaux until the transaction ends.

    Returns her as she is now. Raises NotAdministrator when she administers none any more.
    """
    bureaux = [unit.pk for unit in administered_by(by)]
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=bureaux).order_by("pk"))
    administrator = User.objects.get(pk=by.pk)
    if not administered_by(administrator):
        raise NotAdministrator("只有财政局的管理员可以管理人员和单位。")
    return administrator


@transaction.atomic
def add_person(
    *,
    username: str,
    full_name: str,
    unit: Unit,
    role: str,
    email: str = "",
    by: User,
    at: datetime,
    address: str = "",
) -> tuple[User, str]:
    """Open an account with its first role; return the person, and the password she signs in with once.

    Raises NotAdministrator, and PeopleRefused when the name is taken or there is no such role in the unit.
    """
    administrator = working_alone(by)
    _check_role(administrator, None, full_name, unit, role)
    if User.objects.filter(username__iexact=username).exists():
        raise PeopleRefused(f"用户名 {username} 已经有人使用，请换一个。")
    password = one_time_password()
    person = User.objects.create_user(
        username, password, full_name=full_name, email=email, must_change_password=True
    )
    given = appoint(user=person, unit=unit, role=role, at=at)
    what = f"{_called(person)}：{given.get_role_display()}{f'，邮箱 {email}' if email else ''}"
    record_event(action=Event.Action.ACCOUNT_CREATED, what=what, unit=unit, address=address, by=by, at=at)
    return person, password


@transaction.atomic
def give_role(
    *, person: User, unit: Unit, role: str, by: User, at: datetime, address: str = ""
) -> Membership:
    """Give a person of the region one more role from `at` on.

    Raises NotAdministrator, and PeopleRefused where there is no such role, she has it already, it clashes
    with another, or it would be the administrator's own.
    """
    administrator = working_alone(by)
    person = _of_the_region(administrator, person)
    if person == administrator:
        raise NotAsThingsAre("不能给自己加角色，请让另一名管理员办理。")
    _check_role(administrator, person, person.full_name, unit, role)
    given = appoint(user=person, unit=unit, role=role, at=at)
    what = f"{_called(person)}：{given.get_role_display()}"
    record_event(action=Event.Action.ROLE_GRANTED, what=what, unit=unit, address=address, by=by, at=at)
    return given


@transaction.atomic
def end_role(*, membership: Membership, by: User, at: datetime, address: str = "") -> None:
    """End a role at `at`; it stays on record.

    Raises NotAdministrator, and PeopleRefused when it has ended or is what makes `by` an administrator.
    """
    administrator = working_alone(by)
    membership = Membership.objects.select_related("unit", "user").get(pk=membership.pk)
    if not can_administer(administrator, membership.unit):
        raise NotAdministrator("只有单位所在财政局的管理员可以结束这个角色。")
    if is_own_administrator(administrator, membership):
        raise NotAsThingsAre("不能结束自己的管理员角色，请让另一名管理员办理。")
    if membership.ended_at:
        raise NotAsThingsAre("这个角色已经结束了。")
    membership.ended_at = max(at, membership.started_at)
    membership.save(update_fields=["ended_at"])
    what = f"{_called(membership.user)}：{membership.get_role_display()}"
    unit = membership.unit
    record_event(action=Event.Action.ROLE_WITHDRAWN, what=what, unit=unit, address=address, by=by, at=at)


@transaction.atomic
def reset_password(*, person: User, by: User, at: datetime, address: str = "") -> str:
    """Return a new one-time password for a person; it ends her sessions, and lets her in at once.

    Raises NotAdministrator, and PeopleRefused for one's own, a demo person's, and an account that another
    region's administrator shares.
    """
    account = _account(working_alone(by), person)
    if account.is_demo:
        raise NotAsThingsAre("演示账号用公开的密码登录，不能重置。")
    password = one_time_password()
    account.set_password(password)
    account.must_change_password, account.password_changed_at = True, at
    account.save(update_fields=["password", "must_change_password", "password_changed_at"])
    forget_wrong_passwords(username=account.username)
    what = _called(account)
    record_event(action=Event.Action.PASSWORD_RESET, what=what, address=address, by=by, at=at)
    return password


@transaction.atomic
def set_email(*, person: User, email: str, by: User, at: datetime, address: str = "") -> None:
    """Say where a person's notices are sent to, "" for nowhere.

    Raises NotAdministrator, and PeopleRefused for one's own and an account that another region's
    administrator shares.
    """
    account = _account(working_alone(by), person)
    account.email = email
    account.save(update_fields=["email"])
    what = f"{_called(account)}：{email or '无'}"
    record_event(action=Event.Action.EMAIL_CHANGED, what=what, address=address, by=by, at=at)


@transaction.atomic
def lock_account(*, person: User, by: User, at: datetime, address: str = "") -> None:
    """Let a person sign in no more, and end her sessions. Raises as `reset_password` does."""
    account = _account(working_alone(by), person)
    account.is_active = False
    account.save(update_fields=["is_active"])
    what = _called(account)
    record_event(action=Event.Action.ACCOUNT_STOPPED, what=what, address=address, by=by, at=at)


@transaction.atomic
def unlock_account(*, person: User, by: User, at: datetime, address: str = "") -> None:
    """Let a person sign in again, with the password she had. Raises as `reset_password` does."""
    account = _account(working_alone(by), person)
    account.is_active = True
    account.save(update_fields=["is_active"])
    what = _called(account)
    record_event(action=Event.Action.ACCOUNT_STARTED, what=what, address=address, by=by, at=at)


@transaction.atomic
def stop_factor(*, person: User, by: User, at: datetime, address: str = "") -> None:
    """Take a person's second factor away, who has lost her phone. Raises as `reset_password` does."""
    account = _account(working_alone(by), person)
    drop_second_factor(user=account, by=by, at=at)
    what = _called(account)
    record_event(action=Event.Action.FACTOR_STOPPED, what=what, address=address, by=by, at=at)


def _called(person: User) -> str:
    return f"{person.full_name}（{person.username}）"


def _of_the_region(administrator: User, person: User) -> User:
    """The person as she is now, once nobody else changes her account; refuse a stranger to the region."""
    found = people_of(administered_by(administrator)).select_for_update(no_key=True).filter(pk=person.pk)
    if not found:
        raise NotAdministrator("这个人不在您管理的地区任职。")
    return found[0]


def _account(administrator: User, person: User) -> User:
    """The person whose account is the administrator's to manage."""
    account = _of_the_region(administrator, person)
    if account == administrator:
        raise NotAsThingsAre("这是您自己的账号：密码请用“修改密码”，停用请让另一名管理员办理。")
    if not can_manage_account(administrator, account):
        raise NotAsThingsAre(
            f"{account.full_name}在本地区以外也有任职，不能在这里停用账号或重置密码；"
            "可以结束在本地区的角色，账号请由那边的管理员办理。"
        )
    return account


def _check_role(administrator: User, person: User | None, full_name: str, unit: Unit, role: str) -> None:
    if not can_administer(administrator, unit):
        raise NotAdministrator("只有单位所在财政局的管理员可以给人这个单位的角色。")
    held = person.active_memberships if person else []
    if any(m.role == role and m.unit_id == unit.pk for m in held):
        raise PeopleRefused(f"{full_name}已经是{unit.name}的{Membership.Role(role).label}。")
    mistake = role_mistake(role, unit) or clash_mistake(full_name, [m.role for m in held], role)
    if mistake:
        raise PeopleRefused(mistake)
