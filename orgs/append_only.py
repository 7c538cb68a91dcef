"""What records have in common that are only ever added: what Python refuses, and when they may be of."""

from datetime import UTC, datetime
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q


class AppendOnly(models.Model):
    """A record that is only ever added: in Python here, in PostgreSQL by its guards."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new record; raise TypeError for an existing one."""
        if self.pk:
            raise TypeError(f"{self._meta.verbose_name}只增不改。")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError(f"{self._meta.verbose_name}只增不删。")


class Circumstances(models.Model):
    """With which roles somebody did what is recorded, and from which address.

    Both are "" and None of what no request did, and of what was done before they were kept;
    `orgs.event_actions.circumstances` gives them.
    """

    roles = models.CharField("角色", max_length=300, blank=True, default="", db_default="")
    address = models.GenericIPAddressField("地址", null=True, blank=True)

    class Meta:
        abstract = True


class Deed(AppendOnly, Circumstances):
    """A record of what somebody did, and in which circumstances."""

    class Meta:
        abstract = True


def at_some_time(prefix: str) -> models.CheckConstraint:
    """Return the rule that `at` is a time: PostgreSQL knows "infinity", which no page can print."""
    first, last = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    return models.CheckConstraint(condition=Q(at__gte=first, at__lt=last), name=f"{prefix}_at_some_time")
