"""Variances, ratios, charts, download and saving a reason take the same queries whatever the rows."""

import pytest
from django.urls import reverse

from budgets.measures import FIGURES
from budgets.models import BudgetLine, FunctionalCategory, ProjectLine
from orgs.models import User
from tests.world import make_submission, numbered, put_in_status, signed_in, statements


def fill(submission, number):
    """Rows by function, all above the threshold and half of them explained, and as many projects."""
    items = FunctionalCategory.objects.filter(level="item", budget_book="general_public").order_by("code")
    amounts = dict.fromkeys(FIGURES, 1_000_000) | {"outturn": 3_000_000}
    BudgetLine.objects.bulk_create(
        BudgetLine(
            submission=submission,
            schedule="expenditure_by_function",
            category=item,
            entered_in="yuan",
            variance_reason="因为" if at % 2 else "",
            **amounts,
        )
        for at, item in enumerate(list(items)[:: len(items) // number][:number])
    )
    ProjectLine.objects.bulk_create(
        ProjectLine(submission=submission, name=f"项目{at}", entered_in="yuan", **amounts)
        for at in range(number)
    )


def taken(person, name, submission):
    """The statements and the size of a page for somebody of whom nothing has been read yet."""
    browser = signed_in(User.objects.get(username=person))
    with statements() as texts:
        response = browser.get(reverse(name, args=[submission.pk]))
    assert response.status_code == 200
    return texts, len(response.content)


@pytest.mark.parametrize("person", ["lin", "wu"])
@pytest.mark.parametrize("name", ["workspace", "variances", "ratios", "charts", "download_variances"])
def test_a_page_takes_the_same_queries_for_10_and_500_rows(seed, name, person):
    found = []
    put_in_status(seed, "superseded")
    for number in (10, 500):
        lin = User.objects.get(username="lin")
        submission = make_submission(seed.round, seed.unit, lin, revision=number)
        fill(submission, number)
        found.append(taken(person, name, submission))
        put_in_status(submission, "superseded")
    (few, size), (many, larger) = found
    recorded = 4 if name == "download_variances" else 0  # the unit, and that she took it along
    assert len(few) == len(many) <= 29 + recorded, numbered(many)
    if name in ("variances", "download_variances"):
        assert larger > 4 * size  # the rows are really there


def test_saving_a_reason_takes_the_same_queries_for_10_and_500_rows(seed):
    counts = []
    put_in_status(seed, "superseded")
    for number in (10, 500):
        lin = User.objects.get(username="lin")
        submission = make_submission(seed.round, seed.unit, lin, revision=number)
        fill(submission, number)
        project = ProjectLine.objects.filter(submission=submission).order_by("pk").last()
        fields = {"row": f"line-{project.pk}", "row_version": 1, "reason": "因为"}
        browser = signed_in(lin)
        with statements() as texts:
            response = browser.post(reverse("save_reason", args=[submission.pk, "projects"]), fields)
        assert response.status_code == 200
        counts.append(texts)
        put_in_status(submission, "superseded")
    assert len(counts[0]) == len(counts[1]) <= 56, numbered(counts[1])  # with the forms of the projects
