"""The deeds on people and units."""

from datetime import datetime

from django.db import transaction

from orgs.event_actions import record_event
from orgs.models import Event, Membership, PasswordRecord, Region, Unit, User

REMEMBERED = 5
"""How many passwords of a person are kept, hashed: as many as the strictest profile asks about."""


def remember_amount_unit(*, unit: str, by: User) -> None:
    """Show and take her amounts in `unit` ("yuan" or "wan") from now on. Raises ValueError for others."""
    by.amount_unit = User.AmountUnit(unit)
    by.save(update_fields=["amount_unit"])


@transaction.atomic
def change_password(*, password: str, by: User, at: datetime) -> None:
    """Set one's own password, and remember it; the one she was given before is remembered too.

    It ends her other sessions, and a one-time password.
    """
    known = PasswordRecord.objects.filter(user=by, hashed=by.password).exists()
    before = [] if known else [PasswordRecord(user=by, hashed=by.password, at=by.password_changed_at)]
    by.set_password(password)
    by.password_changed_at, by.must_change_password = at, False
    by.save(update_fields=["password", "password_changed_at", "must_change_password"])
    PasswordRecord.objects.bulk_create([*before, PasswordRecord(user=by, hashed=by.password, at=at)])
    kept = PasswordRecord.objects.last_of(by, REMEMBERED).values("pk")
    PasswordRecord.objects.filter(user=by).exclude(pk__in=kept).delete()


@transaction.atomic
def change_email(*, email: str, by: User, at: datetime, address: str = "") -> None:
    """Say where one's own notices are sent to, "" for nowhere; `address` is where the request came from."""
    by.email = email
    by.save(update_fields=["email"])
    what = f"{by.full_name}（{by.username}）：{email or '无'}"
    record_event(action=Event.Action.EMAIL_CHANGED, what=what, address=address, by=by, at=at)


@transaction.atomic
def load_regions(rows: list[dict[str, str]]) -> int:
    """Create or update regions from rows of code, name, level, parent code; return how many there are.

    One statement per level. Idempotent; nothing is deleted. Raises KeyError when a parent is missing.
    """
    known: dict[str, Region | None] = {"": None}
    for level, label in Region.Level.choices:
        regions = [
            Region(code=row["code"], name=row["name"], level=level, parent=known[row["parent"]])
            for row in rows
            if row["level"] == label
        ]
        Region.objects.bulk_create(
            regions, update_conflicts=True, unique_fields=["code"], update_fields=["name", "level", "parent"]
        )
        known |= {region.code: region for region in regions}
    return len(known) - 1


def appoint(*, user: User, unit: Unit, role: str, at: datetime) -> Membership:
    """Give `user` a role in a unit from `at` on; return the active membership when she has it already."""
    membership, _ = Membership.objects.get_or_create(
        user=user, unit=unit, role=role, ended_at=None, defaults={"started_at": at}
    )
    return membership
