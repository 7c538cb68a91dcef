"""The deeds of a finance bureau's administrator on units: added and renamed, never moved."""

from datetime import datetime

from django.db import transaction

from orgs.event_actions import record_event
from orgs.models import Event, Unit, User
from orgs.people_actions import NotAdministrator, PeopleRefused, working_alone
from orgs.permissions import can_administer
from orgs.unit_rules import place_mistake


@transaction.atomic
def add_unit(
    *, parent: Unit, code: str, name: str, kind: str, by: User, at: datetime, address: str = ""
) -> Unit:
    """Add a unit below `parent` and return it.

    Raises NotAdministrator, and PeopleRefused when the code is taken in the region or the place is wrong.
    """
    if not can_administer(working_alone(by), parent):
        raise NotAdministrator("只有财政局的管理员可以添加单位。")
    if taken := Unit.objects.filter(region=parent.region_id, code=code).first():
        raise PeopleRefused(f"编码 {code} 已经是{taken.name}的，请换一个编码。")
    if mistake := place_mistake(parent, code, kind):
        raise PeopleRefused(mistake)
    unit = Unit.objects.create(region=parent.region, parent=parent, code=code, name=name, kind=kind)
    what = f"添加 {code} {name}"
    record_event(action=Event.Action.UNIT_CHANGED, what=what, unit=unit, address=address, by=by, at=at)
    return unit


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, by: User, at: datetime, address: str = "") -> None:
    """Give a unit another name; its code and its place stay. Raises NotAdministrator."""
    if not can_administer(working_alone(by), unit):
        raise NotAdministrator("只有财政局的管理员可以改单位名称。")
    locked = (
        Unit.objects.select_related("parent", "region")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=unit.pk)
    )
    what = f"{locked.name} 改名为 {name}"
    locked.name = name
    locked.save(update_fields=["name", "name_pinyin"])
    record_event(action=Event.Action.UNIT_CHANGED, what=what, unit=locked, address=address, by=by, at=at)
