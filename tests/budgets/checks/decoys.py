"""What must not matter to a check: another unit's return, full of mistakes."""

from budgets.returns import BASE_ITEMS, BY_NATURE, CARRYOVER
from submissions.models import Submission
from tests.world import World, category, change, economic, make_submission, project, row, save


def save_decoys(world: World) -> Submission:
    """Save and return a return of another unit in which nothing agrees."""
    other = make_submission(world.round, world.rescue, world.lin)
    save(other, change("total", outturn="1"), change("general_public", outturn="2"))
    save(other, change(category("2240106"), outturn="-5"), change(category("2299999"), outturn="9"))
    save(other, change("project", outturn="3"), change("basic_operating", outturn="4"), schedule=BY_NATURE)
    save(other, change(economic("30108"), outturn="7"))
    save(other, project("别的项目", outturn="8"), project("别的项目", "other", outturn="8"))
    save(other, row(CARRYOVER, "general_public", received="1", spent="9"), schedule=CARRYOVER)
    save(other, change("office", outturn="99"), schedule=BASE_ITEMS)
    return other
