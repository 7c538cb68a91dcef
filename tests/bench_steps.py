"""What the steps of a return and the queue of a desk cost, as statements and milliseconds.

The statements hold for every machine; a queue takes as many however long it is.
"""

import statistics
import time
from collections.abc import Iterator
from decimal import Decimal

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budgets.measures import FIGURES
from budgets.models import BudgetLine, FunctionalCategory
from budgets.returns import BY_FUNCTION
from orgs.models import Unit, User
from submissions.models import CollectionRound, Submission
from tests.world import NOW, Role, make_person, make_submission, make_unit, signed_in, without_guards

RETURNS, ROWS = 5, 200
Cost = tuple[int, float]
"""Statements and seconds."""


def step_cases() -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield what each costs, of a database with the demonstration: name, figures, aim."""
    costs = [_pass_every_desk(number) for number in range(RETURNS)]
    for step in costs[0]:
        most = max(each[step][0] for each in costs)
        milliseconds = statistics.median(each[step][1] for each in costs) * 1000
        yield (
            f"a return of {ROWS} lines: {step}",
            {"statements": str(most), "ms": f"{milliseconds:.0f}"},
            "constant",
        )
    for number in (10, 1000):
        _wait_in_the_queue(number)
        browser = signed_in(User.objects.get(username="wu"))
        _cost(browser, "/")  # warm
        statements, seconds = _cost(signed_in(User.objects.get(username="wu")), "/")
        figures = {"statements": str(statements), "ms": f"{seconds * 1000:.0f}"}
        yield f"the queue of {number} returns", figures, "constant"


def _pass_every_desk(number: int) -> dict[str, Cost]:
    """Hand in a new return, pass it on three desks and approve it; what each step costs."""
    submission = _return_without_variances(number)
    people = {
        "submit": f"preparer{number}",
        "pass-on by the head": f"head{number}",
        "pass-on by the department": "chen",
        "pass-on by the division": "he",
        "approve": "wu",
    }
    costs = {}
    for step, username in people.items():
        browser = signed_in(User.objects.get(username=username))
        seen = Submission.objects.get(pk=submission.pk).last_step_number
        path = f"/submissions/{submission.pk}/{step.split()[0]}/"
        costs[step] = _cost(browser, path, {"seen": seen, "comment": ""})
    assert Submission.objects.get(pk=submission.pk).status == "approved"
    return costs


def _return_without_variances(number: int) -> Submission:
    department = Unit.objects.get(code="224001")
    unit = make_unit(
        department.region, f"39900{number}", f"单位{number}", parent=department, kind=Unit.Kind.UNIT
    )
    preparer = make_person(f"preparer{number}", "填报人", (Role.PREPARER, unit))
    make_person(f"head{number}", "负责人", (Role.UNIT_HEAD, unit))
    submission = make_submission(_round(), unit, preparer)
    items = FunctionalCategory.objects.in_force(2023).filter(level="item")[:ROWS]
    BudgetLine.objects.bulk_create(
        BudgetLine(
            submission=submission,
            schedule=BY_FUNCTION.name,
            category=item,
            entered_in="yuan",
            **dict.fromkeys(FIGURES, Decimal(1000)),
        )
        for item in items
    )
    return submission


def _wait_in_the_queue(number: int) -> None:
    """Put that many more returns on the last desk."""
    bureau, lin = _round().bureau, User.objects.get(username="lin")
    units = [
        make_unit(bureau.region, f"38{number:04}{each:04}", f"排队单位{each}", parent=bureau)
        for each in range(number)
    ]
    with without_guards("submissions_submission"):
        Submission.objects.bulk_create(
            Submission(
                round=_round(),
                unit=unit,
                started_by=lin,
                started_at=NOW,
                status="in_review",
                desk="performance_office",
            )
            for unit in units
        )


def _round() -> CollectionRound:
    return CollectionRound.objects.get(fiscal_year=2023)


def _cost(browser: Client, path: str, sent: dict[str, object] | None = None) -> Cost:
    with CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        answer = browser.get(path) if sent is None else browser.post(path, sent)
        seconds = time.perf_counter() - started
    assert answer.status_code == (200 if sent is None else 302), path
    return len(queries), seconds
