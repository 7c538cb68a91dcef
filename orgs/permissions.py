"""Who may do what in a unit: the only place that reads roles."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q, QuerySet

from orgs.models import Membership, Unit, User
from orgs.querysets import paths_to

Role = Membership.Role

ROLES_AT = {
    Unit.Kind.BUREAU: (Role.DIVISION, Role.PERFORMANCE_OFFICE, Role.ADMINISTRATOR, Role.AUDITOR),
    Unit.Kind.DEPARTMENT: (Role.PREPARER, Role.UNIT_HEAD, Role.DEPARTMENT, Role.DIVISION),
    Unit.Kind.UNIT: (Role.PREPARER, Role.UNIT_HEAD, Role.DIVISION),
}
"""Which roles there are in a unit of each kind.

Who is of a division (财政业务股室) has the role at the bureau for all of its units, or at the departments and
units her division looks after (归口), each with what is below it: then no other returns come to her.
"""


def can_prepare(user: User, unit: Unit) -> bool:
    """Whether she enters figures for exactly this unit (填报人)."""
    return any(m.role == Role.PREPARER and m.unit_id == unit.pk for m in user.active_memberships)


def can_head(user: User, unit: Unit) -> bool:
    """Whether she answers for exactly this unit (单位负责人)."""
    return any(m.role == Role.UNIT_HEAD and m.unit_id == unit.pk for m in user.active_memberships)


def can_review_below(user: User, unit: Unit) -> bool:
    """Whether she reviews this unit's return for a department above it (主管部门); never her own one's."""
    return any(
        m.role == Role.DEPARTMENT and m.unit_id != unit.pk and unit.path.startswith(m.unit.path)
        for m in user.active_memberships
    )


def can_review_first(user: User, unit: Unit) -> bool:
    """Whether she is of the division that looks after this unit (财政业务股室)."""
    return any(m.role == Role.DIVISION and unit.path.startswith(m.unit.path) for m in user.active_memberships)


def can_review(user: User, bureau: Unit) -> bool:
    """Whether she decides on the returns that exactly this finance bureau collects (财政绩效股)."""
    return _is_at_bureau(user, Role.PERFORMANCE_OFFICE, bureau)


def preparers_of(units: Iterable[Unit]) -> QuerySet[User]:
    """Return who prepares for one of these units now and may sign in; each once."""
    return _holding(Q(role=Role.PREPARER, unit__in=units))


def reviews(user: User) -> bool:
    """Whether returns may come to her desk, in whatever role."""
    return bool(desks_held(user))


def desks_held(user: User) -> set[str]:
    """Return the desks (审核环节) she decides at, of some units or all: they are called as her roles."""
    desks = (Role.UNIT_HEAD, Role.DEPARTMENT, Role.DIVISION, Role.PERFORMANCE_OFFICE)
    return {str(m.role) for m in user.active_memberships if m.role in desks}


def _places(role: str, unit: Unit, bureau: Unit) -> list[str]:
    """Where a role is held that counts for the returns of a unit to a bureau, as the functions above say."""
    *above, own = paths_to(unit.path)
    places = {
        Role.PREPARER: [own],
        Role.UNIT_HEAD: [own],
        Role.DEPARTMENT: above,
        Role.DIVISION: [*above, own],
    }
    return places.get(Role(role), [bureau.path])


def _reach(role: str, unit: Unit, bureau: Unit) -> Q:
    """Which memberships are such a role."""
    return Q(role=role, unit__path__in=_places(role, unit, bureau))


class Holders:
    """Who of some people has which role where, to be asked about many returns; they come with their roles."""

    def __init__(self, people: Iterable[User]):
        self._there: defaultdict[tuple[str, str], list[User]] = defaultdict(list)
        for person in people:
            for each in person.active_memberships:
                self._there[each.role, each.unit.path].append(person)

    def of(self, role: str, unit: Unit, bureau: Unit) -> list[User]:
        """Return who has the role for the returns of a unit to a bureau; each once."""
        paths = _places(role, unit, bureau)
        found = (person for path in paths for person in self._there.get((role, path), ()))
        return list({person.pk: person for person in found}.values())


def _holding(held: Q) -> QuerySet[User]:
    memberships = Membership.objects.active().filter(held)
    return User.objects.filter(is_active=True, pk__in=memberships.values("user")).order_by("pk")


def holders_of(role: str, unit: Unit, bureau: Unit) -> QuerySet[User]:
    """Return who has one of the roles of `holders`; each once."""
    return _holding(_reach(role, unit, bureau))


_OF_A_RETURN = (
    *(Role.UNIT_HEAD, Role.DEPARTMENT, Role.DIVISION),
    *(Role.PERFORMANCE_OFFICE, Role.ADMINISTRATOR),
)


def holders(unit: Unit, bureau: Unit) -> dict[str, list[User]]:
    """Return who may act on the returns of a unit to a bureau, and who administers it, by role, by name.

    One query, each person once in a role; [] for a role that nobody holds who can sign in.
    """
    found: dict[str, dict[int, User]] = {role: {} for role in _OF_A_RETURN}
    wanted = reduce(or_, (_reach(role, unit, bureau) for role in _OF_A_RETURN))
    for each in Membership.objects.active().filter(wanted, user__is_active=True).by_name():
        found[each.role].setdefault(each.user_id, each.user)
    return {role: list(people.values()) for role, people in found.items()}


def roles_in(user: User, unit: Unit) -> list[str]:
    """The names of her roles that reach this unit, in Chinese; empty for a stranger."""
    return [
        m.get_role_display()
        for m in user.active_memberships
        if m.unit_id == unit.pk or (m.oversees and unit.path.startswith(m.unit.path))
    ]


def roles_held(user: User) -> list[str]:
    """The names of all her roles with their units, in Chinese; empty without any."""
    return [f"{m.get_role_display()}（{m.unit}）" for m in user.active_memberships]


def bureaux_of(user: User) -> list[Unit]:
    """The finance bureaux (财政局) she works in, in a role that reaches all units below; empty for others."""
    return list(dict.fromkeys(m.unit for m in user.active_memberships if m.oversees and _is_of_bureau(m)))


def bureaux_collecting(user: User) -> list[Unit]:
    """The finance bureaux whose rounds she looks after (财政绩效股, 管理员); empty for others."""
    roles = (Role.PERFORMANCE_OFFICE, Role.ADMINISTRATOR)
    there = [m.unit for m in user.active_memberships if m.role in roles and _is_of_bureau(m)]
    return list(dict.fromkeys(there))


def can_collect(user: User, bureau: Unit) -> bool:
    """Whether she looks after the rounds of exactly this finance bureau."""
    return bureau in bureaux_collecting(user)


def can_administer(user: User, unit: Unit | None = None) -> bool:
    """Whether she is an administrator (管理员) of a finance bureau; with `unit`, of the bureau above it."""
    return any(
        m.role == Role.ADMINISTRATOR
        and _is_of_bureau(m)
        and (unit is None or unit.path.startswith(m.unit.path))
        for m in user.active_memberships
    )


def administered_by(user: User) -> list[Unit]:
    """The finance bureaux whose administrator (管理员) she is; empty for others."""
    return [m.unit for m in user.active_memberships if m.role == Role.ADMINISTRATOR and _is_of_bureau(m)]


def can_manage_account(user: User, person: User) -> bool:
    """Whether she administers every unit `person` has a role in, so that the account is in her hands."""
    return can_administer(user) and all(can_administer(user, m.unit) for m in person.active_memberships)


def role_mistake(role: str, unit: Unit) -> str:
    """Say why there is no such role in a unit of this kind; "" when there is."""
    possible = ROLES_AT[Unit.Kind(unit.kind)]
    if role in possible:
        return ""
    kind, names = Unit.Kind(unit.kind).label, "、".join(each.label for each in possible)
    return f"{unit.name}是{kind}，没有“{Role(role).label}”这个角色；可以是{names}。"


def clash_mistake(name: str, held: Collection[str], role: str) -> str:
    """Say why somebody who holds these roles may not have one more; "" when she may.

    An administrator gives roles and opens accounts: she neither fills in, nor decides, nor audits.
    """
    others = {*held, role} - {Role.ADMINISTRATOR}
    if not others or Role.ADMINISTRATOR not in (*held, role):
        return ""
    return f"管理员不填报、不审核，也不审计：{name}不能同时担任管理员和别的角色。请先结束一个，或换一个人。"


def is_own_administrator(user: User, membership: Membership) -> bool:
    """Whether it is what makes her an administrator, which she cannot give up herself."""
    return membership.user_id == user.pk and membership.role == Role.ADMINISTRATOR


def _is_at_bureau(user: User, role: str, bureau: Unit) -> bool:
    return any(
        m.role == role and _is_of_bureau(m) and m.unit_id == bureau.pk for m in user.active_memberships
    )


def can_audit(user: User, bureau: Unit | None = None) -> bool:
    """Whether she reads the records of a finance bureau (管理员, 审计); with `bureau`, of exactly this."""
    return any(
        m.role in (Role.ADMINISTRATOR, Role.AUDITOR)
        and _is_of_bureau(m)
        and (bureau is None or m.unit_id == bureau.pk)
        for m in user.active_memberships
    )


def needs_second_factor(user: User) -> bool:
    """Whether one of her roles demands a second factor."""
    return any(m.role in settings.SECOND_FACTOR_ROLES for m in user.active_memberships)


def _is_of_bureau(membership: Membership) -> bool:
    return membership.unit.kind == Unit.Kind.BUREAU
