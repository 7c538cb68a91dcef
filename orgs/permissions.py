"""Who may do what in a unit: the only place that reads roles."""

from orgs.models import Membership, Unit, User

Role = Membership.Role


def can_prepare(user: User, unit: Unit) -> bool:
    """Whether she enters figures for exactly this unit (填报人)."""
    return any(m.role == Role.PREPARER and m.unit_id == unit.pk for m in user.active_memberships)


def roles_in(user: User, unit: Unit) -> list[str]:
    """The names of her roles that reach this unit, in Chinese; empty for a stranger."""
    return [
        m.get_role_display()
        for m in user.active_memberships
        if m.unit_id == unit.pk or (m.oversees and unit.path.startswith(m.unit.path))
    ]
