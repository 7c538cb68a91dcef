"""Indicators as the page sends them and as they are stored."""

import json

from django.urls import reverse

from budgets.returns import BY_FUNCTION
from performance.models import IndicatorLine
from performance.returns import INDICATORS
from performance.rows import performances_of
from tests.world import change, save

FULL_SET = (
    ("办理事项", "quantity", "50"),
    ("减少等候", "social", "30"),
    ("群众满意", "satisfaction", "10"),
)
"""Name, second level and weight of indicators that fill the framework."""


def sent(name, second_level="", max_score="", score="", *, row="r1", version=0, id=None, **others):
    """One indicator as the page sends it; what is not given is blank."""
    given = {"name": name, "second_level": second_level, "max_score": max_score, "score": score}
    values = dict.fromkeys((column.name for column in INDICATORS.columns), "") | given | others
    return {"row": row, "id": id, "item": "", "row_version": version, "values": values}


def post(browser, submission, *rows, removed=()):
    """Send rows as the page does."""
    body = {"unit": "wan", "rows": list(rows), "removed": list(removed)}
    path = reverse("save_indicators", args=[submission.pk])
    return browser.post(path, json.dumps(body), content_type="application/json")


def stored(submission):
    """The stored indicators by name."""
    return {line.name: line for line in IndicatorLine.objects.filter(submission=submission)}


def put(submission, name="指标", **columns):
    """Store an indicator past the deeds."""
    return IndicatorLine.objects.create(submission=submission, name=name, **columns)


def fill(submission, *, rate=True):
    """Give a return a full set of indicators with full marks, and an execution rate of 98.5 %."""
    for name, second_level, points in FULL_SET:
        put(
            submission,
            name,
            second_level=second_level,
            target_value="100 %",
            actual_value="100 %",
            max_score=points,
            score=points,
        )
    if rate:
        spend(submission, revised="200", outturn="197")


def spend(submission, *, revised, outturn):
    """State the total by function."""
    total = change("total", revised_budget=revised, outturn=outturn)
    save(submission, total, schedule=BY_FUNCTION)


def performance_of(submission, rate):
    """Goal and indicators of a return with their result, by an execution rate in percent."""
    return performances_of([submission], {submission.pk: rate})[submission.pk]
