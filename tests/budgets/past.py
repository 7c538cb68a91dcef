"""Last year's approved return of Lin's unit, for the tests of what comes from there."""

from budgets.returns import BY_FUNCTION, CARRYOVER, PROJECTS, THREE_PUBLIC_COUNTS
from submissions.models import Submission
from tests.world import YEAR, category, change, make_round, make_submission, project, put_in_status, row, save

SAFETY, RESCUE = "2240106", "2240108"


def last_year_of(world, *, unit=None, by=None, status="approved", year=YEAR - 1, revision=1):
    """Last year's return: revenue, two codes, two projects, a count and a closing balance; amounts in yuan."""
    unit, by = unit or world.emergency, by or world.lin
    known = type(world.round).objects.filter(bureau=world.finance, fiscal_year=year).first()
    past = make_submission(known or make_round(world.finance, year), unit, by, revision=revision)
    save(past, change("general_public", initial_budget="500", outturn="560"), change("other", outturn="5"))
    save(
        past,
        change(category(SAFETY), initial_budget="300", outturn="310", reason="去年的原因"),
        change(category(RESCUE), nature="project", initial_budget="200", revised_budget="260", outturn="255"),
        schedule=BY_FUNCTION,
    )
    save(
        past,
        project("应急广播", "appropriation", code="P1", kind="operation", initial_budget="80", outturn="90"),
        project("防汛物资", "other", outturn="165"),
        schedule=PROJECTS,
    )
    save(past, row(THREE_PUBLIC_COUNTS, "receptions", this_year_count=24), schedule=THREE_PUBLIC_COUNTS)
    save(
        past,
        row(CARRYOVER, "general_public", opening="12", received="560", spent="555"),
        schedule=CARRYOVER,
    )
    put_in_status(past, status)
    return past


def read(submission):
    """A return as the pages read it."""
    return Submission.objects.for_workspace().get(pk=submission.pk)
