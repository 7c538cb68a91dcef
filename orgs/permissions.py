"""Who may do what in a unit: the only place that reads roles."""

from orgs.models import Membership, Unit, User

Role = Membership.Role


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


def can_review_first(user: User, bureau: Unit) -> bool:
    """Whether she is of a division of exactly this finance bureau (财政业务股室)."""
    return _is_at_bureau(user, Role.DIVISION, bureau)


def can_review(user: User, bureau: Unit) -> bool:
    """Whether she decides on the returns that exactly this finance bureau collects (财政绩效股)."""
    return _is_at_bureau(user, Role.PERFORMANCE_OFFICE, bureau)


def reviews(user: User) -> bool:
    """Whether returns may come to her desk, in whatever role."""
    desks = (Role.UNIT_HEAD, Role.DEPARTMENT, Role.DIVISION, Role.PERFORMANCE_OFFICE)
    return any(m.role in desks for m in user.active_memberships)


def roles_in(user: User, unit: Unit) -> list[str]:
    """The names of her roles that reach this unit, in Chinese; empty for a stranger."""
    return [
        m.get_role_display()
        for m in user.active_memberships
        if m.unit_id == unit.pk or (m.oversees and unit.path.startswith(m.unit.path))
    ]


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


def _is_at_bureau(user: User, role: str, bureau: Unit) -> bool:
    return any(
        m.role == role and _is_of_bureau(m) and m.unit_id == bureau.pk for m in user.active_memberships
    )


def _is_of_bureau(membership: Membership) -> bool:
    return membership.unit.kind == Unit.Kind.BUREAU
