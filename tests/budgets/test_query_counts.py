"""Every page takes the same number of queries however much there is on it."""

import json

import pytest
from django.urls import reverse

from budgets.measures import FIGURES
from budgets.models import BudgetLine, EconomicCategory, FunctionalCategory, ProjectLine
from budgets.returns import BY_ECONOMIC, BY_FUNCTION, SCHEDULES
from orgs.models import Unit, User
from submissions.models import Submission
from tests.world import NOW, make_submission, make_unit, numbered, put_in_status, run, signed_in, statements

MOST_OF_MY_WORK = 30
"""Fifteen for who she is and which returns she sees, a page of them with their totals; and for those that wait for her,
all their rows, texts, goals and indicators: a query per table. Then the review points, what she has looked at, and what the checks found last."""
MOST_QUERIES = 30
"""Session, person, memberships and return; seven tables of rows, two of headings, the texts, the steps, the notes, and of
what is no money the goals and the indicators; for the checks the texts, the restatements, the official book, what the
bureau has set, which of its own rules are on, what was explained and let pass."""


def fill(submission, number):
    """Give a return that many rows by function, spread over the classification, that many projects, and 款."""
    items = FunctionalCategory.objects.filter(level="item", budget_book="general_public").order_by("code")
    BudgetLine.objects.bulk_create(
        BudgetLine(
            submission=submission,
            schedule=BY_FUNCTION.name,
            category=item,
            entered_in="yuan",
            **dict.fromkeys(FIGURES, 100),
        )
        for item in list(items)[:: len(items) // number][:number]
    )
    assert BudgetLine.objects.filter(submission=submission).count() == number
    ProjectLine.objects.bulk_create(
        ProjectLine(submission=submission, name=f"项目{at}", entered_in="yuan", **dict.fromkeys(FIGURES, 100))
        for at in range(number)
    )
    codes = EconomicCategory.objects.filter(level="subclass", chart="department").order_by("code")
    BudgetLine.objects.bulk_create(
        BudgetLine(
            submission=submission,
            schedule=BY_ECONOMIC.name,
            economic_category=code,
            entered_in="yuan",
            **dict.fromkeys(FIGURES, 100),
        )
        for code in codes[:number]
    )


def count(username, path):
    """The statements of a page for somebody of whom nothing has been read yet, and the page's size."""
    browser = signed_in(User.objects.get(username=username))
    with statements() as texts:
        response = browser.get(path)
    assert response.status_code == 200
    return texts, len(response.content)


PAGES = {
    "workspace": ("workspace", []),
    **{schedule.slug: ("edit_lines", [schedule.slug]) for schedule in SCHEDULES},
    "variances": ("variances", []),
}


@pytest.mark.parametrize("person", ["lin", "wu"])
@pytest.mark.parametrize("place", PAGES)
def test_a_page_takes_the_same_queries_for_10_and_500_rows(seed, place, person):
    name, arguments = PAGES[place]
    counts, sizes = [], []
    lin = User.objects.get(username="lin")
    put_in_status(seed, "superseded")
    for number in (10, 500):
        submission = make_submission(seed.round, seed.unit, lin, revision=number)
        fill(submission, number)
        texts, size = count(person, reverse(name, args=[submission.pk, *arguments]))
        counts.append(texts)
        sizes.append(size)
        put_in_status(submission, "superseded")
    assert len(counts[0]) == len(counts[1]) <= MOST_QUERIES, numbered(counts[1])
    if place in ("function", "projects", "variances"):
        assert sizes[1] > 5 * sizes[0]  # the 500 rows are on the page


@pytest.mark.parametrize(("person", "status"), [("lin", "draft"), ("wu", "draft"), ("wu", "in_review")])
def test_my_work_takes_the_same_queries_for_1_and_30_returns(seed, person, status):
    put_in_status(seed, status)
    few, size = count(person, reverse("my_work"))
    more = Unit.objects.get(code="224001")
    lin = User.objects.get(username="lin")
    for number in range(29):
        unit = make_unit(more.region, f"3{number:03}", f"单位{number}", parent=more, kind=Unit.Kind.UNIT)
        if person == "lin":
            lin.memberships.create(unit=unit, role="preparer", started_at=NOW)
        fill(submission := make_submission(seed.round, unit, lin), 1)
        put_in_status(submission, status)
    many, larger = count(person, reverse("my_work"))
    assert Submission.objects.count() == 30 and larger > size
    assert len(few) == len(many) <= MOST_OF_MY_WORK, numbered(many)


def test_a_search_takes_the_same_queries_for_1_and_30_results(seed):
    path = reverse("search_categories", args=[seed.pk, "function"])
    few, size = count("lin", f"{path}?q=2240106")
    many, larger = count("lin", f"{path}?q=xzyx")
    # Session, person, memberships, return, the codes, and what is above them.
    assert len(few) == len(many) <= 6, numbered(many)
    assert larger > 10 * size


def test_codes_of_a_pasted_block_take_the_same_queries_for_1_and_300(seed):
    path = reverse("find_categories", args=[seed.pk, "function"])
    codes = list(FunctionalCategory.objects.in_force(2023).values_list("code", flat=True)[:300])
    browser = signed_in(User.objects.get(username="lin"))
    counts = []
    for wanted in (codes[:1], codes):
        with statements() as taken:
            body = json.dumps({"codes": wanted, "names": ["行政运行"]})
            response = browser.post(path, body, content_type="application/json")
        counts.append((len(taken), len(response.json()["results"])))
    (few, found), (many, all_found) = counts
    assert few == many <= 6 and all_found > found + 250


def test_the_command_takes_the_same_queries_for_10_and_500_rows(seed):
    BudgetLine.objects.create(
        submission=seed,
        schedule=BY_ECONOMIC.name,
        economic_category=EconomicCategory.objects.get(code="30101"),
        entered_in="yuan",
    )
    with statements() as few:
        run("show_variances", "224001", "2023")
    BudgetLine.objects.filter(submission=seed).delete()
    ProjectLine.objects.filter(submission=seed).delete()
    fill(seed, 500)
    with statements() as many:
        run("show_variances", "224001", "2023")
    assert len(few) == len(many), numbered(many)
