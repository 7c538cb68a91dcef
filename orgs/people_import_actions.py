"""The deeds on an uploaded workbook of units and people: kept, then applied as a whole or not at all."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction

from orgs.event_actions import Change, record_changes
from orgs.models import Event, Membership, PeopleUpload, Unit, User
from orgs.one_time import one_time_password
from orgs.people_actions import NotAdministrator, NotAsThingsAre, working_alone
from orgs.people_plans import NewRole, PeoplePlan, plan_of
from orgs.people_sheets import reading_from
from orgs.permissions import can_administer


class Opened(NamedTuple):
    """An account that was opened, with the password that is known now and never again."""

    person: User
    password: str


def keep_people_upload(
    *, bureau: Unit, rows: dict[str, Any], file_name: str, sha256: str, by: User, at: datetime
) -> PeopleUpload:
    """Keep a workbook until it is confirmed, and return it. Raises NotAdministrator."""
    if not can_administer(by, bureau):
        raise NotAdministrator("只有财政局的管理员可以导入单位和人员。")
    return PeopleUpload.objects.create(
        bureau=bureau, rows=rows, file_name=file_name[-255:], sha256=sha256, uploaded_by=by, uploaded_at=at
    )


def apply_people_upload(
    *, upload: PeopleUpload, seen: str, by: User, at: datetime, address: str = ""
) -> list[Opened]:
    """Do what a workbook of units and people says, all or nothing; return the accounts that were opened.

    `seen` is the digest of the plan she has looked at. Passwords are hashed before anybody is made to wait.
    Raises NotAdministrator, and PeopleRefused when it was applied before, has mistakes, or the plan is no
    longer the one she saw.
    """
    planned = plan_of(reading_from(upload.rows), upload.bureau)
    passwords = {person.username: one_time_password() for person in planned.new_people}
    hashes = {name: make_password(password) for name, password in passwords.items()}
    plan = _apply(upload, seen, hashes, by, at, address)
    return [Opened(person, passwords[person.username]) for person in plan.new_people]


@transaction.atomic
def _apply(
    upload: PeopleUpload, seen: str, hashes: dict[str, str], by: User, at: datetime, address: str
) -> PeoplePlan:
    """Write what was planned, if it is what she saw and nothing has changed since."""
    if not can_administer(working_alone(by), upload.bureau):
        raise NotAdministrator("只有财政局的管理员可以导入单位和人员。")
    uploads = PeopleUpload.objects.select_related("bureau__region").select_for_update(of=("self",))
    locked = uploads.get(pk=upload.pk)
    if locked.applied_at:
        raise NotAsThingsAre("这个文件已经导入过了，没有再导入一遍。")
    plan = plan_of(reading_from(locked.rows), locked.bureau)
    if plan.digest != seen or plan.mistakes or {each.username for each in plan.new_people} != {*hashes}:
        raise NotAsThingsAre("您预览之后单位或人员有变化，这次没有导入。请核对新的预览再确认。")
    _write(plan, hashes, at)
    locked.changes, locked.applied_by, locked.applied_at = plan.changes(), by, at
    locked.save(update_fields=["changes", "applied_by", "applied_at"])
    _record(plan, locked.bureau, by, at, address)
    return plan


def _record(plan: PeoplePlan, bureau: Unit, by: User, at: datetime, address: str) -> None:
    """Leave one event for each new unit, account, role and address, as if each had been entered by itself.

    That of an account is about the bureau, which opened it; where the person serves say those of her roles.
    """
    changes: list[Change] = [
        (Event.Action.UNIT_CHANGED, f"导入 {each.code} {each.name}", bureau) for each in plan.new_units
    ]
    for opened in plan.new_people:
        email = f"，邮箱 {opened.email}" if opened.email else ""
        what = f"导入 {opened.full_name}（{opened.username}）{email}"
        changes.append((Event.Action.ACCOUNT_CREATED, what, bureau))
    for each in plan.new_roles:
        person, label = each.person, Membership.Role(each.role).label
        what = f"导入 {person.full_name}（{person.username}）：{label}"
        changes.append((Event.Action.ROLE_GRANTED, what, each.unit))
    for person, before, email in plan.new_emails:
        what = f"导入 {person.full_name}（{person.username}）：{before or '无'} → {email}"
        changes.append((Event.Action.EMAIL_CHANGED, what, None))
    record_changes(changes, address=address, by=by, at=at)


def _write(plan: PeoplePlan, hashes: dict[str, str], at: datetime) -> None:
    """Save new units, a statement for each level of the tree; then all people, addresses and roles."""
    by_depth = sorted(plan.new_units, key=lambda unit: unit.depth)
    for _, units in groupby(by_depth, key=lambda unit: unit.depth):
        Unit.objects.bulk_create(list(units))
    for person in plan.new_people:
        person.password = hashes[person.username]
    User.objects.bulk_create(plan.new_people)
    for person, _, email in plan.new_emails:
        person.email = email
    User.objects.bulk_update([each.person for each in plan.new_emails], ["email"])
    Membership.objects.bulk_create(_memberships(plan.new_roles, at))


def _memberships(roles: Sequence[NewRole], at: datetime) -> list[Membership]:
    return [Membership(user=each.person, unit=each.unit, role=each.role, started_at=at) for each in roles]
