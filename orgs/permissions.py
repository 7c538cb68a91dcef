"""Who may do what in a unit: the only place that reads roles."""

from django.conf import settings

from orgs.models import Membership, Unit, User

Role = Membership.Role


def can_prepare(user: User, unit: Unit) -> bool:
    """Whether she enters figures for exactly this unit (填报人)."""
    return any(m.role == Role.PREPARER and m.unit_id == unit.pk for m in user.active_memberships)


def can_review(user: User, bureau: Unit) -> bool:
    """Whether she decides on the returns that exactly this finance bureau collects (财政绩效股)."""
    return any(
        m.role == Role.PERFORMANCE_OFFICE and _is_of_bureau(m) and m.unit_id == bureau.pk
        for m in user.active_memberships
    )


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


def can_administer(user: User, unit: Unit | None = None) -> bool:
    """Whether she is an administrator (管理员) of a finance bureau; with `unit`, of the bureau above it."""
    return any(
        m.role == Role.ADMINISTRATOR
        and _is_of_bureau(m)
        and (unit is None or unit.path.startswith(m.unit.path))
        for m in user.active_memberships
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
