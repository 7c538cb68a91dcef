"""The people of the tests, by role, with their units, a round and a submission; and what they do.

In one county: Lin prepares (填报人) for the emergency bureau 应急局 and for its rescue centre 救援中心;
Sun heads the bureau (单位负责人), Chen reviews for the department (部门审核人); He (财政业务股室),
Wu (财政绩效股), Qian (管理员) and Tang (审计) sit in or above the finance bureau. Zhao prepares for the
culture house 文化馆, Feng reviews in the next county's finance bureau: both must see nothing of Lin's.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from budgets import actions
from budgets.actions import LineChange, LineKey, Removal
from budgets.measures import FIGURES
from budgets.models import (
    LINE_MODELS,
    BudgetBook,
    BudgetLine,
    EconomicCategory,
    FunctionalCategory,
    Level,
    ScheduleLine,
)
from budgets.money import AmountUnit
from budgets.returns import ADJUSTMENTS, BY_ECONOMIC, BY_FUNCTION, PROJECTS, REVENUE, ColumnKind, Schedule
from orgs.models import Membership, Region, Unit, User
from orgs.sessions import begin
from performance.snapshots import content_of
from submissions.models import CollectionRound, Problem, Publication, ReviewPoint, Snapshot, Submission
from submissions.point_actions import answer_point, close_point

Role = Membership.Role
NOW = datetime(2024, 3, 1, 10, 32, 5, tzinfo=UTC)
YEAR = 2023
PASSWORD = "一个很长的密码 2024"
NOTHING_LEFT: Any = {
    "in_the_way": lambda submission: [],
    "content_of": lambda submission: "{}",
    "totals_of": lambda submission: [("决算数（万元）", "1,968.01")],
}
"""What `submissions.actions.submit` asks of the apps above: nothing stands in the way, little is said."""


@dataclass(slots=True)
class World:
    """Everybody and everything, for `world.lin` in a test."""

    lin: User
    sun: User
    chen: User
    he: User
    wu: User
    qian: User
    tang: User
    zhao: User
    feng: User
    finance: Unit
    """The county's finance bureau, the root of its tree."""
    emergency: Unit
    """The department whose return this is about."""
    rescue: Unit
    """A unit below the emergency bureau."""
    culture: Unit
    """Another department, Zhao's."""
    next_county: Unit
    """The finance bureau of another county, Feng's."""
    round: CollectionRound
    submission: Submission
    """The emergency bureau's return, a draft without a row."""


def make_world() -> World:
    """Save the two counties with everybody, one round, and Lin's empty draft."""
    here, there = make_region("431102", "零陵区"), make_region("431103", "冷水滩区")
    finance = make_unit(here, "100", "零陵区财政局", kind=Unit.Kind.BUREAU)
    emergency = make_unit(here, "224001", "零陵区应急管理局", parent=finance)
    rescue = make_unit(here, "224002", "应急救援中心", parent=emergency, kind=Unit.Kind.UNIT)
    culture = make_unit(here, "225001", "零陵区文化馆", parent=finance)
    next_county = make_unit(there, "100", "冷水滩区财政局", kind=Unit.Kind.BUREAU)
    lin = make_person("lin", "林晓", (Role.PREPARER, emergency), (Role.PREPARER, rescue))
    round = make_round(finance)
    return World(
        lin=lin,
        sun=make_person("sun", "孙立", (Role.UNIT_HEAD, emergency)),
        chen=make_person("chen", "陈敏", (Role.DEPARTMENT, emergency)),
        he=make_person("he", "何军", (Role.DIVISION, finance)),
        wu=make_person("wu", "吴芳", (Role.PERFORMANCE_OFFICE, finance)),
        qian=make_person("qian", "钱宁", (Role.ADMINISTRATOR, finance)),
        tang=make_person("tang", "唐正", (Role.AUDITOR, finance)),
        zhao=make_person("zhao", "赵青", (Role.PREPARER, culture)),
        feng=make_person("feng", "冯远", (Role.PERFORMANCE_OFFICE, next_county)),
        finance=finance,
        emergency=emergency,
        rescue=rescue,
        culture=culture,
        next_county=next_county,
        round=round,
        submission=make_submission(round, emergency, lin),
    )


def make_region(code: str, name: str) -> Region:
    """Return the county of this code, saved if it was not."""
    return Region.objects.get_or_create(code=code, defaults={"name": name, "level": Region.Level.COUNTY})[0]


def make_unit(
    region: Region, code: str, name: str, *, parent: Unit | None = None, kind: str = Unit.Kind.DEPARTMENT
) -> Unit:
    """Save and return a unit."""
    return Unit.objects.create(region=region, code=code, name=name, parent=parent, kind=kind)


def make_person(username: str, full_name: str, *roles: tuple[str, Unit]) -> User:
    """Save and return a person with her roles; her password is PASSWORD."""
    person = User.objects.create_user(username, PASSWORD, full_name=full_name)
    for role, unit in roles:
        Membership.objects.create(user=person, unit=unit, role=role, started_at=NOW)
    return person


def make_round(bureau: Unit, year: int = YEAR, *, every_desk: bool = False) -> CollectionRound:
    """Save and return a round with the thresholds of the rule: 10 % and 10 万元.

    It has the last desk alone unless it shall have every desk.
    """
    return CollectionRound.objects.create(
        bureau=bureau,
        fiscal_year=year,
        opens_date=date(year + 1, 1, 1),
        due_date=date(year + 1, 4, 30),
        unit_head_desk=every_desk,
        department_desk=every_desk,
        division_desk=every_desk,
    )


def make_submission(
    round: CollectionRound, unit: Unit, by: User, *, revision: int = 1, status: str = "draft"
) -> Submission:
    """Save and return a submission in any status, without rows."""
    with without_guards("submissions_submission"):
        return Submission.objects.create(
            round=round,
            unit=unit,
            started_by=by,
            started_at=NOW,
            revision=revision,
            status=status,
            desk="performance_office" if status == "in_review" else "",
        )


def category(
    code: str, book: str = BudgetBook.GENERAL_PUBLIC, name: str = "", **years: int
) -> FunctionalCategory:
    """Return the functional category of a code, saved if it was not."""
    level = {3: Level.CLASS, 5: Level.SUBCLASS, 7: Level.ITEM}[len(code)]
    found, _ = FunctionalCategory.objects.get_or_create(
        code=code, budget_book=book, **years, defaults={"name": name or f"科目{code}", "level": level}
    )
    return found


def economic(code: str, name: str = "", *, chart: str = "department", **years: int) -> EconomicCategory:
    """Return the economic category of a code, saved if it was not."""
    level = {3: Level.CLASS, 5: Level.SUBCLASS}[len(code)]
    found, _ = EconomicCategory.objects.get_or_create(
        code=code, chart=chart, **years, defaults={"name": name or f"科目{code}", "level": level}
    )
    return found


def many_items(number: int) -> list[FunctionalCategory]:
    """Return that many 项 of 224, saved if they were not, in two statements."""
    codes = [f"224{index:04}" for index in range(number)]
    FunctionalCategory.objects.bulk_create(
        [
            FunctionalCategory(code=code, name=code, level=Level.ITEM, budget_book=BudgetBook.GENERAL_PUBLIC)
            for code in codes
        ],
        ignore_conflicts=True,
    )
    return list(FunctionalCategory.objects.filter(code__in=codes).order_by("code"))


def yuan(text: str | None) -> Decimal | None:
    """Return an amount in yuan; None for None."""
    return None if text is None else Decimal(text)


Place = str | FunctionalCategory | EconomicCategory
"""Where a row of money stands: a fixed row's code, or a category."""


def change(
    place: Place,
    *,
    version: int = 0,
    fund: str = "",
    nature: str = "",
    reason: str = "",
    **figures: str | None,
) -> LineChange:
    """Return a valid LineChange of the five figures; in yuan, the others blank."""
    values = {name: yuan(figures.pop(name, None)) for name in FIGURES}
    assert not figures, figures
    return LineChange(key(place, fund, nature), version, values | {"variance_reason": reason}, row="r")


def key(place: Place, fund: str = "", nature: str = "") -> LineKey:
    """Return what identifies a row of money of a fixed row's code or a category."""
    if isinstance(place, str):
        return (place, None, None, "", "")
    by_function = isinstance(place, FunctionalCategory)
    return ("", *((place.pk, None) if by_function else (None, place.pk)), fund, nature)


def row(
    schedule: Schedule, *key: str, version: int = 0, line: ScheduleLine | None = None, **values: Any
) -> LineChange:
    """Return a valid LineChange of any schedule: figures as text or numbers, what is not given is blank.

    `line` is the stored row it changes, where its key itself may change.
    """
    filled = {column.name: _value(column.kind, values.pop(column.name, None)) for column in schedule.columns}
    assert not values, values
    if line:
        version = version or line.row_version
    return LineChange(key, version, filled, line.pk if line else None, "r")


def _value(kind: ColumnKind, value: Any) -> Any:
    if kind in (ColumnKind.TEXT, ColumnKind.CHOICE):
        return value or ""
    if value is None or kind is ColumnKind.DATE:
        return value
    return int(value) if kind is ColumnKind.COUNT else Decimal(value)


def project(name: str, funding: str = "", **values: Any) -> LineChange:
    """Return a valid LineChange of a project."""
    return row(PROJECTS, name, funding, name=name, funding=funding, **values)


def adjustment(name: str, *, day: date | None = date(YEAR, 6, 1), **values: Any) -> LineChange:
    """Return a valid LineChange of what one document changes in one row; `adjusted` in yuan."""
    key = (name, *(values.get(part, "") for part in ("kind", "source", "function", "use")))
    return row(ADJUSTMENTS, *key, name=name, adjusted_on=day, **values)


def save(
    submission: Submission,
    *changes: LineChange,
    schedule: Schedule | None = None,
    removed: Sequence[Removal] = (),
    unit: AmountUnit = AmountUnit.YUAN,
    by: User | None = None,
    at: datetime = NOW,
) -> None:
    """Save rows as the submission's preparer; where no schedule is said, the one the first row's key fits."""
    actions.save_lines(
        submission=submission,
        schedule=schedule or _schedule_of(changes),
        rows=changes,
        removed=removed,
        unit=unit,
        by=by or submission.started_by,
        at=at,
    )


def _schedule_of(changes: Sequence[LineChange]) -> Schedule:
    if not changes:
        return REVENUE
    first = changes[0].key
    if len(first) == 2:
        return PROJECTS
    if changes[0].values.keys() == {column.name for column in ADJUSTMENTS.columns}:
        return ADJUSTMENTS
    _, category, economic_category, *_ = first
    return BY_FUNCTION if category else BY_ECONOMIC if economic_category else REVENUE


def line(submission: Submission, place: Place, **key: str) -> BudgetLine:
    """Return a stored row of money by its fixed code or category."""
    names = {FunctionalCategory: "category", EconomicCategory: "economic_category", str: "item"}
    return BudgetLine.objects.get(submission=submission, **{names[type(place)]: place}, **key)


def lines_of(submission: Submission, schedule: Schedule) -> list[Any]:
    """Return what is stored of a schedule, in the order it was added."""
    return list(LINE_MODELS[schedule.name].objects.of_schedule(submission, schedule))


def put_in_status(submission: Submission, status: str, desk: str = "performance_office") -> None:
    """Set a status whatever the workflow says; under review it lies on `desk`."""
    place = [status, desk if status == "in_review" else "", submission.pk]
    with without_guards("submissions_submission"), connection.cursor() as cursor:
        cursor.execute("UPDATE submissions_submission SET status = %s, desk = %s WHERE id = %s", place)


def make_public(submission: Submission, *, day: date = date(2024, 9, 1), **record: Any) -> Publication:
    """Approve a return as it is and make it public, whoever prepared it; what was public of it is superseded.

    The database proves digest and publication as it always does; only the desks are passed over.
    """
    put_in_status(submission, "in_review")
    content = content_of(submission)
    Snapshot.objects.create(submission=submission, content=content, sha256=Snapshot.digest(content), at=NOW)
    put_in_status(submission, "approved")
    days = dict.fromkeys(("reply_date", "secrecy_review_date", "sign_off_date", "published_date"), day)
    named = {
        "secrecy_reviewer": "李敏",
        "signatory": "王局",
        "actor": submission.started_by,
        "actor_name": "林晓",
    }
    kept = Publication.objects.create(submission=submission, at=NOW, **(days | named | record))
    for former in Submission.objects.filter(
        round=submission.round, unit=submission.unit, status="published"
    ).exclude(pk=submission.pk):
        put_in_status(former, "superseded")
    put_in_status(submission, "published")
    submission.refresh_from_db()
    return kept


def answer_all(submission: Submission, by: User) -> None:
    """Answer every open review point of a return that was given back."""
    for point in submission.points.filter(state="open"):
        answer_point(point=point, text="已核对。", by=by, at=NOW)


def close_all(submission: Submission, by: User) -> None:
    """Close every review point of a return on a desk."""
    for point in submission.points.exclude(state="closed"):
        close_point(point=point, text="", by=by, at=NOW)


def put_point(submission: Submission, desk: str, state: str = "open", **place: Any) -> ReviewPoint:
    """Save a review point on the whole return, or on a place, whatever its status."""
    place = {"place_name": "整份填报"} | place
    with without_guards("submissions_reviewpoint"):
        return ReviewPoint.objects.create(
            submission=submission,
            reason=ReviewPoint.Reason.OTHER,
            demand="请核对。",
            desk=desk,
            state=state,
            actor=submission.started_by,
            actor_name="审核人",
            at=NOW,
            **place,
        )


def put_problem(submission: Submission, state: str = "open") -> Problem:
    """Save a problem of a return, whatever its status."""
    with without_guards("submissions_problem"):
        return Problem.objects.create(
            submission=submission,
            text="预算执行率偏低",
            demand="加快支出",
            due_date=date(2099, 5, 31),
            state=state,
            actor=submission.started_by,
            actor_name="吴芳",
            at=NOW,
        )


@contextmanager
def without_guards(table: str) -> Iterator[None]:
    """Switch the guards of a table off for a block, as only its owner can."""
    with connection.cursor() as cursor:
        # PostgreSQL alters no table with deferred checks still to make.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def signed_in(user: User, **options: Any) -> Client:
    """Return a browser in which `user` has just signed in."""
    browser = Client(**options)
    browser.force_login(user, backend="config.backends.PeopleBackend")
    session = browser.session
    begin(session, timezone.now())
    session.save()
    return browser


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL statements of a block."""
    texts: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield texts
    texts += [query["sql"] for query in queries.captured_queries]


def numbered(texts: list[str]) -> str:
    """Return statements numbered and shortened, for the message of a failing count."""
    return "\n".join(f"{number:>3} {text[:160]}" for number, text in enumerate(texts, 1))


def run(command: str, *arguments: str) -> str:
    """Run a management command and return what it printed."""
    printed = StringIO()
    call_command(command, *arguments, stdout=printed)
    return printed.getvalue()


@contextmanager
def loaded_for_a_module(blocker: Any, *commands: str) -> Iterator[None]:
    """Run commands and keep what they load until a module's tests are done; each test sees it untouched."""
    with blocker.unblock(), transaction.atomic():
        for command in commands:
            run(command)
        yield
        transaction.set_rollback(True)
