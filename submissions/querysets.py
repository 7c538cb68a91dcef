"""The vocabulary of queries on submissions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Subquery

from orgs.querysets import paths_to, visible_units
from submissions.workflow import EFFECTIVE, Action

if TYPE_CHECKING:
    from orgs.models import Unit, User


class SubmissionQuerySet(models.QuerySet):
    """Submissions (单位填报)."""

    def visible_to(self, user: "User") -> Self:
        """Keep the submissions of units `user` may see; the others do not exist for her."""
        return self.filter(visible_units(user, prefix="unit__"))

    def effective(self) -> Self:
        """Keep the approved returns (审核通过, 已公开), one a unit and round: of two the newer revision."""
        newer = self.model._base_manager.filter(
            round=OuterRef("round"),
            unit=OuterRef("unit"),
            revision__gt=OuterRef("revision"),
            status__in=EFFECTIVE,
        )
        return self.filter(~Exists(newer), status__in=EFFECTIVE)

    def for_workspace(self) -> Self:
        """Bring what every page of a submission needs: unit, region, round, last year's return,
        extension, how much of it was given back, how many files are attached.
        """
        last_year = (
            self.model._base_manager.filter(
                unit=OuterRef("unit"),
                round__bureau=OuterRef("round__bureau"),
                round__fiscal_year=OuterRef("round__fiscal_year") - 1,
                status__in=EFFECTIVE,
            )
            .order_by("-revision")
            .values("pk")[:1]
        )
        until = (
            self.model._base_manager.filter(pk=OuterRef("pk"), round__extensions__unit=F("unit"))
            .order_by("-round__extensions__pk")
            .values("round__extensions__until_date")[:1]
        )
        limited = (
            self.model._base_manager.filter(pk=OuterRef("pk"), transitions__action=Action.RETURN)
            .order_by("-transitions__pk")
            .values("transitions__opens_points_only")[:1]
        )
        attached = (
            self.model._base_manager.filter(pk=OuterRef("pk"), attachments__removed_at=None)
            .values("pk")
            .annotate(files=Count("attachments"))
            .values("files")
        )
        return self.select_related("unit__region", "round__bureau").annotate(
            last_year_id=Subquery(last_year),
            extended_until=Subquery(until),
            limited_to_points=Subquery(limited),
            attachment_count=Subquery(attached),
        )

    def with_steps(self) -> Self:
        """Bring the steps they took along, in one query for any number."""
        return self.prefetch_related("transitions")

    def of_unit(self, code: str, year: int) -> Self:
        """Keep the submissions of one unit code and fiscal year, newest revision first."""
        return self.filter(unit__code=code, round__fiscal_year=year).order_by("-revision")

    def newest_first(self) -> Self:
        """Order by year, unit and revision, the newest before the older ones."""
        return self.order_by("-round__fiscal_year", "unit__path", "-revision")


class CollectionRoundQuerySet(models.QuerySet):
    """Collection rounds (收集任务)."""

    def reaching(self, units: "Iterable[Unit]") -> Self:
        """Keep the rounds of the bureaux above these units; none for no units."""
        paths = {above for unit in units for above in paths_to(unit.path)}
        return self.filter(bureau__path__in=paths)
