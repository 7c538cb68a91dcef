"""The vocabulary of queries on submissions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from orgs.models import Membership
from orgs.querysets import paths_to, visible_units
from submissions.workflow import EFFECTIVE, PUBLISHED, SUPERSEDED, Action

if TYPE_CHECKING:
    from orgs.models import Unit, User
    from submissions.models import Submission


NEWS_FOR = timedelta(days=3)
"""How long a notice is worth an e-mail: who is given an address later is not sent what was."""
AGAIN_AFTER = timedelta(minutes=10)
MOST_TRIES = 6


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
        extension, how much of it was given back, how many files are attached, how many problems there are.
        """
        extended = self.model._base_manager.filter(
            pk=OuterRef("pk"), round__extensions__unit=F("unit")
        ).order_by("-round__extensions__pk")
        limited = (
            self.model._base_manager.filter(pk=OuterRef("pk"), transitions__action=Action.RETURN)
            .order_by("-transitions__pk")
            .values("transitions__opens_points_only")[:1]
        )
        of_the_whole = self.model._base_manager.filter(
            pk=OuterRef("pk"), points__schedule="", points__state__in=["open", "answered"]
        )
        attached = (
            self.model._base_manager.filter(pk=OuterRef("pk"), attachments__removed_at=None)
            .values("pk")
            .annotate(files=Count("attachments"))
            .values("files")
        )
        return self.select_related("unit__region", "round__bureau").annotate(
            problem_count=self._problems("open", "answered", "asked_again", "closed"),
            problems_left=self._problems("open", "asked_again"),
            last_year_id=self.last_year(),
            extended_until=Subquery(extended.values("round__extensions__until_date")[:1]),
            extended_at=Subquery(extended.values("round__extensions__at")[:1]),
            limited_to_points=Case(When(Exists(of_the_whole), then=False), default=Subquery(limited)),
            attachment_count=Subquery(attached),
        )

    def _problems(self, *states: str) -> Subquery:
        """Return how many problems of a return, in all revisions, are in such a state; NULL for none."""
        found = self.model._base_manager.filter(
            round=OuterRef("round"), unit=OuterRef("unit"), problems__state__in=states
        )
        counted = found.order_by().values("round").annotate(number=Count("problems"))
        return Subquery(counted.values("number"))

    def last_year(self) -> Subquery:
        """Return the unit's approved return of the year before, as an expression; NULL without one."""
        found = self.model._base_manager.filter(
            unit=OuterRef("unit"),
            round__bureau=OuterRef("round__bureau"),
            round__fiscal_year=OuterRef("round__fiscal_year") - 1,
            status__in=EFFECTIVE,
        )
        return Subquery(found.order_by("-revision").values("pk")[:1])

    def public(self) -> Self:
        """Keep what everybody may read now: what is public (已公开), and what it replaced as its correction.

        What was public once and is so no more, with nothing in its place, is not there.
        """
        in_its_place = self.model._base_manager.filter(
            round=OuterRef("round"), unit=OuterRef("unit"), status=PUBLISHED
        )
        is_public = Q(status=PUBLISHED) | Q(Exists(in_its_place), status=SUPERSEDED)
        return self.filter(is_public, publication__isnull=False, snapshot__isnull=False)

    def corrected_because(self) -> Subquery:
        """Return why the unit began a correction of what was public last, as an expression; NULL for none."""
        begun = self.model._base_manager.filter(pk=OuterRef("pk"), transitions__action=Action.CORRECT)
        return Subquery(begun.order_by("-transitions__pk").values("transitions__comment")[:1])

    def with_steps(self) -> Self:
        """Bring the steps they took along, in one query for any number."""
        return self.prefetch_related("transitions")

    def of_unit(self, code: str, year: int) -> Self:
        """Keep the submissions of one unit code and fiscal year, newest revision first."""
        return self.filter(unit__code=code, round__fiscal_year=year).order_by("-revision")

    def newest_first(self) -> Self:
        """Order by year, unit and revision, the newest before the older ones."""
        return self.order_by("-round__fiscal_year", "unit__path", "-revision")


class OfFindingQuerySet(models.QuerySet):
    """What was said of findings (检查说明、放行)."""

    def said_here(self) -> Self:
        """Keep what was said of the revision itself; what came along from the one before was said there."""
        return self.filter(Q(submission__revision=1) | Q(at__gte=F("submission__started_at")))


class ReviewPointQuerySet(models.QuerySet):
    """Review points (审核要点)."""

    def with_newest_demand(self) -> Self:
        """Bring what was asked of each last (追问), in the same query."""
        asked = self.model._base_manager.filter(pk=OuterRef("pk"), entries__kind="asked_again")
        newest = asked.order_by("-entries__pk").values("entries__text")[:1]
        return self.annotate(asked_again=Subquery(newest))


class ProblemQuerySet(models.QuerySet):
    """Problems to be put right (问题整改)."""

    def of_return(self, submission: "Submission") -> Self:
        """Keep those of a return, of whatever revision they were written."""
        return self.filter(submission__round=submission.round_id, submission__unit=submission.unit_id)

    def issued(self) -> Self:
        """Keep those its unit knows of."""
        return self.exclude(state__in=["written", "dropped"])


class NoticeQuerySet(models.QuerySet):
    """Notices (通知)."""

    def visible(self) -> Self:
        """Keep those about a unit that their recipient may see now, and those about no single one."""
        memberships = Membership.objects.active().reaching("unit").filter(user=OuterRef("recipient"))
        return self.filter(Q(unit=None) | Exists(memberships))

    def seen_by(self, user: "User") -> Self:
        """Keep those a person has before her on her page, read or not."""
        return self.visible().filter(recipient=user)

    def to_be_mailed(self, at: datetime) -> Self:
        """Keep what is still to be mailed: news, to an address, not tried just now nor too often.

        What she has seen, or what is past, is no news; a receipt is sent in any case.
        """
        is_news = Q(seen_at=None) | Q(receipt__isnull=False)
        is_due = Q(tried_at=None) | Q(tried_at__lte=at - AGAIN_AFTER)
        reachable = ~Q(recipient__email="") & Q(recipient__is_active=True)
        waiting = self.visible().filter(is_news, is_due, reachable, mailed_at=None, tries__lt=MOST_TRIES)
        return waiting.filter(at__gt=at - NEWS_FOR)

    def number_unseen(self) -> Coalesce:
        """Return how many of them a person has not seen, as an expression of a query on people."""
        unseen = self.visible().filter(recipient=OuterRef("pk"), seen_at=None).order_by()
        counted = unseen.values("recipient").annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(counted), 0)


class CollectionRoundQuerySet(models.QuerySet):
    """Collection rounds (收集任务)."""

    def reaching(self, units: "Iterable[Unit]") -> Self:
        """Keep the rounds of the bureaux above these units; none for no units."""
        paths = {above for unit in units for above in paths_to(unit.path)}
        return self.filter(bureau__path__in=paths)
