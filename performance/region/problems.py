"""The problems (整改问题) of approved returns of a synthetic region: how many, what of, what becomes of them.

Pure: imports neither Django nor openpyxl.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from performance.region.words import MADE_UP


class Course(StrEnum):
    """What becomes of a problem."""

    WRITTEN = "written"
    DROPPED = "dropped"
    OPEN = "open"
    OVERDUE = "overdue"
    """Issued, not answered, and its day has passed."""
    ANSWERED = "answered"
    ASKED_AGAIN = "asked_again"
    CLOSED = "closed"


_NUMBER = {0: 50, 1: 30, 2: 14, 3: 6}
"""Half of the approved returns have none."""
_THIS_YEAR = {
    Course.WRITTEN: 12,
    Course.DROPPED: 3,
    Course.OPEN: 22,
    Course.OVERDUE: 12,
    Course.ANSWERED: 18,
    Course.ASKED_AGAIN: 8,
    Course.CLOSED: 25,
}
_OF_LATE = {Course.WRITTEN: 1, Course.OPEN: 2}
_EARLIER = {Course.DROPPED: 3, Course.OVERDUE: 6, Course.ASKED_AGAIN: 3, Course.CLOSED: 88}

Say = tuple[str, str]
"""What is done with a problem, by the name that entries have, and the words."""
ISSUED, DROPPED, ANSWERED, ASKED_AGAIN, CLOSED = "issued", "dropped", "answered", "asked_again", "closed"
_DEEDS = {
    Course.WRITTEN: (),
    Course.DROPPED: (DROPPED,),
    Course.OPEN: (ISSUED,),
    Course.OVERDUE: (ISSUED,),
    Course.ANSWERED: (ISSUED, ANSWERED),
    Course.ASKED_AGAIN: (ISSUED, ANSWERED, ASKED_AGAIN),
    Course.CLOSED: (ISSUED, ANSWERED, CLOSED),
}
_WORDS = (
    (
        "部分项目支付进度偏慢，年底集中支付。",
        "请按月通报支付进度，附上支出台账。",
        "已建立支出台账，逐月通报支付进度；台账和通报留存本单位备查。",
    ),
    (
        "绩效指标量化程度不够，个别指标没有取数依据。",
        "请逐项量化指标，写明取数来源。",
        "已逐项修订指标，取数来源写入指标说明；修订稿留存本单位备查。",
    ),
    (
        "年初预算编制不够细化，年中追加较多。",
        "请细化下年度预算编制，减少年中追加。",
        "下年度预算已细化到具体项目，经班子会议审议；会议纪要留存本单位备查。",
    ),
    (
        "固定资产盘点不及时，账实不完全相符。",
        "请开展一次资产清查，据实调整账目。",
        "已完成资产清查并调整账目；盘点表留存本单位备查。",
    ),
    (
        "公务接待审批手续不齐全。",
        "请补齐审批手续，规范接待清单。",
        "审批单和接待清单已补齐，并明确专人审核；单据留存本单位备查。",
    ),
    (
        "自评报告公开不及时。",
        "请按规定时限公开自评结果。",
        "自评结果已在单位网站公开，并写入公开工作制度；公开截图留存本单位备查。",
    ),
)
"""A problem, what is asked, and what the unit did, with its evidence."""
_MORE = "材料不够完整，请再说明整改结果。"
_DAYS = timedelta(30)
"""So long a unit has as a rule."""
_A_WHILE = timedelta(12)
"""For so long nobody has answered anything yet."""
_WAITED = timedelta(20)
"""For so long at most a problem has waited, but where it is overdue."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem with all that was done with it, in order."""

    course: Course
    text: str
    demand: str
    is_half_way: bool
    """Whether its answer says that it is still under way."""
    deeds: tuple[Say, ...]


def problems_of(*, is_last_year: bool, since_approval: timedelta, chance: Random) -> list[Told]:
    """Draw the problems of an approved return, no two alike; those of earlier years are nearly all closed.

    Of what was approved of late none is answered or overdue.
    """
    [number] = chance.choices(list(_NUMBER), list(_NUMBER.values()))
    weights = _OF_LATE if since_approval < _A_WHILE else _THIS_YEAR if is_last_year else _EARLIER
    courses = chance.choices(list(weights), list(weights.values()), k=number)
    return tell_problems(courses, chance)


def tell_problems(courses: Sequence[Course], chance: Random) -> list[Told]:
    """Return a problem for each course. At most as many as there are different ones."""
    told = []
    for course, (text, demand, measure) in zip(courses, chance.sample(_WORDS, len(courses)), strict=True):
        words = {ANSWERED: f"{MADE_UP}{measure}", ASKED_AGAIN: f"{MADE_UP}{_MORE}"}
        deeds = tuple((deed, words.get(deed, "")) for deed in _DEEDS[course])
        is_half_way = course is not Course.CLOSED and chance.random() < 0.5
        told.append(Told(course, f"{MADE_UP}{text}", f"{MADE_UP}{demand}", is_half_way, deeds))
    return told


def days_of(course: Course, *, approved: date, today: date) -> tuple[date, date]:
    """Return when a problem was written down and until when it is due.

    What still waits was written down of late, so that it is not due yet, but for what is overdue: that may be
    of a return that was approved two days ago or before.
    """
    if course is Course.OVERDUE:
        return approved, approved + min(_DAYS, (today - approved) // 2)
    begun = approved if course is Course.CLOSED else max(approved, today - _WAITED)
    return begun, begun + _DAYS
