"""The command that checks returns: what it prints in each format, of whom, and its exit status."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from budgets.checks import results
from budgets.checks.results import Group, results_of_many
from submissions import finding_actions
from submissions.models import Submission
from tests.world import NOW, change, make_submission, put_in_status, run, save

KEYS = ["unit", "year", "code", "state", "severity", "place", "expected", "actual", "difference", "sentence"]


@pytest.fixture
def here(world):
    """Lin's return, whose stated total of revenue is 1 yuan too much."""
    save(world.submission, change("total", outturn="6"), change("other", outturn="5"))
    return world.submission


def printed(*arguments):
    """What it prints, and its exit status."""
    out, err = StringIO(), StringIO()
    try:
        call_command("check_submissions", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), end.code
    return out.getvalue(), err.getvalue(), 0


def test_json_has_what_is_promised_and_the_status_says_that_there_is_an_error(here):
    text, _, status = printed("--unit", "224001", "--year", "2023", "--format", "json")
    objects = json.loads(text)
    assert all(list(each) == KEYS for each in objects) and status == 1
    [error] = [each for each in objects if each["state"] == "error"]
    assert error == {
        "unit": "224001",
        "year": 2023,
        "code": "C-001",
        "state": "error",
        "severity": "error",
        "place": "收入（按来源） · 收入合计 · 决算数",
        "expected": "5.00",
        "actual": "6.00",
        "difference": "1.00",
        "sentence": "收入合计填 0.0006，应为 0.0005，相差 0.0001 万元。",
    }


def test_csv_has_the_same(here):
    text, _, status = printed("--format", "csv")
    rows = list(csv.DictReader(StringIO(text)))
    assert list(rows[0]) == KEYS and status == 1
    assert [row["difference"] for row in rows if row["state"] == "error"] == ["1.00"]


def test_the_table_leaves_out_what_passed(here):
    text, _, _ = printed()
    assert (
        "  错误  C-001  收入（按来源） · 收入合计 · 决算数  收入合计填 0.0006" in text and "通过" not in text
    )


def test_without_an_error_the_status_is_0(world):
    text, progress, status = printed("--format", "json")
    assert (status, progress) == (0, "") and json.loads(text)


def test_an_error_that_was_let_pass_is_told_and_fails_nothing(world, here):
    read = Submission.objects.for_workspace().get(pk=here.pk)
    [error] = results_of_many([read])[here.pk].by_group[Group.MEND]
    finding_actions.override(submission=here, finding=error.finding, reason="批复如此", by=world.wu, at=NOW)
    text, _, status = printed("--format", "json")
    assert status == 0 and "error" in {each["state"] for each in json.loads(text)}


def test_of_several_revisions_the_newest_is_checked(world, here):
    put_in_status(here, "superseded")
    make_submission(world.round, world.emergency, world.lin, revision=2)
    assert printed()[2] == 0


def test_it_goes_by_unit_year_and_region(world, here):
    make_submission(world.round, world.rescue, world.lin)
    units = {each["unit"] for each in json.loads(printed("--region", "431102", "--format", "json")[0])}
    assert units == {"224001", "224002"}
    assert printed("--unit", "224002")[2] == 0
    for nobody in (("--year", "2001"), ("--region", "431103"), ("--unit", "1")):
        with pytest.raises(CommandError, match="没有找到"):
            run("check_submissions", *nobody)


def test_many_are_checked_in_batches_and_it_says_how_far_it_is(world, here, monkeypatch):
    monkeypatch.setattr(results, "BATCH", 1)
    make_submission(world.round, world.rescue, world.lin)
    text, progress, status = printed("--format", "json")
    assert progress.splitlines() == ["已检查 1 / 2 份", "已检查 2 / 2 份"] and status == 1
    assert {each["unit"] for each in json.loads(text)} == {"224001", "224002"}
