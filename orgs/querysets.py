"""The vocabulary of queries on units and memberships."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import CharField, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from orgs.models import Unit, User


class UserManager(BaseUserManager["User"]):
    """Creates people; reads nothing special."""

    def create_user(self, username: str, password: str, **fields: Any) -> "User":
        """Save and return a person who signs in as `username`; the password is stored hashed."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class MembershipQuerySet(models.QuerySet):
    """Memberships (任职)."""

    def within(self, units: Iterable["Unit"]) -> Self:
        """Keep the memberships in one of `units` or below; none where there are no units."""
        conditions = [Q(unit__path__startswith=unit.path) for unit in units]
        return self.filter(reduce(or_, conditions, Q(pk__in=[])))

    def active(self) -> Self:
        """Keep the memberships that have begun and not ended, by the database's clock."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=Now()), started_at__lte=Now())

    def by_name(self) -> Self:
        """Bring the people along, by their names, one who serves in several units once for each role."""
        return (
            self.select_related("user")
            .order_by("user__name_pinyin", "user", "role")
            .distinct("user__name_pinyin", "user", "role")
        )

    def reaching(self, unit: str) -> Self:
        """Keep those that let their holder see a unit: that of the outer query at the lookup path `unit`.

        The counterpart of `visible_units`, for queries on what many people see.
        """
        there = ExpressionWrapper(OuterRef(f"{unit}__path"), output_field=CharField())
        of_one: Any = self.model.OF_ONE_UNIT  # type: ignore[attr-defined]
        oversees = ~Q(role__in=of_one) & Q(there__startswith=F("unit__path"))
        return self.alias(there=there).filter(Q(unit=OuterRef(unit)) | oversees)


class PasswordRecordQuerySet(models.QuerySet):
    """Passwords that people had, hashed."""

    def last_of(self, user: "User", number: int) -> Self:
        """Keep those a person had last, that many at most, the newest first."""
        return self.filter(user=user).order_by("-pk")[:number]


class UnitQuerySet(models.QuerySet):
    """Units (单位) of the tree."""

    def within(self, unit: "Unit") -> Self:
        """Keep `unit` and all that is below it in the tree."""
        return self.filter(path__startswith=unit.path)

    def below(self, units: "Iterable[Unit]") -> Self:
        """Keep what is below any of these units, without themselves; nothing for no units."""
        conditions = [Q(path__startswith=unit.path) & ~Q(path=unit.path) for unit in units]
        return self.filter(reduce(or_, conditions, Q(pk__in=[])))

    def visible_to(self, user: "User") -> Self:
        """Keep what `user` may see; everything else does not exist for her. Nothing for a stranger.

        Who prepares or heads a unit sees that unit; who oversees one (department, finance bureau, auditor)
        sees it and everything below it.
        """
        return self.filter(visible_units(user, prefix=""))

    def within_any(self, units: Iterable["Unit"]) -> Self:
        """Keep these units and all that is below them; nothing for no units."""
        conditions = [Q(path__startswith=unit.path) for unit in units]
        return self.filter(reduce(or_, conditions, Q(pk__in=[])))

    def matching(self, text: str) -> Self:
        """Keep the units whose name has `text` in it or whose code begins with it."""
        return self.filter(Q(name__icontains=text) | Q(code__startswith=text))


def paths_to(path: str) -> list[str]:
    """Return the paths of a unit and all above it: "/a/b/" gives "/a/" and "/a/b/"."""
    codes = path.strip("/").split("/")
    return [f"/{'/'.join(codes[: depth + 1])}/" for depth in range(len(codes))]


def visible_units(user: "User", *, prefix: str) -> Q:
    """Return the condition "the unit at `prefix` is visible to `user`", for querysets of other models.

    `prefix` is the lookup path to the unit with its trailing underscores, as in "unit__"; "" for units.
    """
    conditions = [
        Q(**{f"{prefix}path__startswith": membership.unit.path})
        if membership.oversees
        else Q(**{f"{prefix}pk": membership.unit_id})
        for membership in user.active_memberships
    ]
    return reduce(or_, conditions, Q(pk__in=[]))
