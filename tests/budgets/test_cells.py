"""The history of a cell: who changed it when, how, from what to what; read where the cell is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from budgets.actions import Removal, save_lines
from budgets.models import ProjectLine
from budgets.money import AmountUnit
from budgets.returns import ADJUSTMENTS, BUILDINGS, BY_FUNCTION, PROJECTS, REVENUE, STAFF
from orgs.models import User
from submissions.models import Edit
from tests.performance.indicators import post as post_indicators
from tests.performance.indicators import sent, stored
from tests.world import (
    NOW,
    adjustment,
    category,
    change,
    line,
    lines_of,
    numbered,
    project,
    row,
    save,
    signed_in,
    statements,
)


def record(world, place, column="outturn", schedule="revenue", person="lin", name="cell_record"):
    """What the page reads of a cell."""
    arguments = [world.submission.pk, *([schedule] if schedule else [])]
    path = f"{reverse(name, args=arguments)}?row={place}&column={column}"
    return signed_in(getattr(world, person)).get(path)


def history(world, *place, **more):
    """Who, how, old, new of each change of a cell, the latest first."""
    found = record(world, *place, **more).json()["records"]
    return [(each["by"], each["how"], each["old"], each["new"]) for each in found]


def test_every_change_of_a_cell_is_told_the_latest_first(world):
    save(world.submission, change("other", outturn="3200.00", initial_budget="1"), unit=AmountUnit.WAN)
    save(world.submission, change("other", version=1, outturn="3200.00", initial_budget="2"))
    save(world.submission, change("other", version=2, initial_budget="2"), at=NOW + timedelta(hours=1))
    User.objects.update(amount_unit="yuan")
    assert history(world, "other") == [
        ("林晓", "网页填写", "3,200.00", "空"),
        ("林晓", "网页填写", "空", "3,200.00"),
    ]
    found = record(world, "other").json()["records"]
    assert [each["at"] for each in found] == ["2024-03-01 19:32", "2024-03-01 18:32"]
    User.objects.update(amount_unit="wan")
    assert history(world, "other")[0] == ("林晓", "网页填写", "0.32", "空")
    assert history(world, "operating") == []


@pytest.mark.parametrize("person", ["sun", "chen", "wu", "tang"])
def test_whoever_sees_the_return_reads_it(world, person):
    save(world.submission, change("other", outturn="-1234567.89"))
    User.objects.update(amount_unit="yuan")
    assert history(world, "other", person=person) == [("林晓", "网页填写", "空", "−1,234,567.89")]
    assert record(world, "other", person="zhao").status_code == 404


def test_the_rows_a_document_names_are_told_by_their_names_and_gone_when_they_are(world):
    item, other = category("2240101"), category("2240106")
    save(world.submission, change(item, nature="basic", outturn="1"), change(other, outturn="2"))
    named = {"kind": "increase", "use": "basic_personnel"}
    save(world.submission, adjustment("1 号", function=f"{item.pk}--basic", **named))
    [stored] = lines_of(world.submission, ADJUSTMENTS)
    moved = {"name": "1 号", "kind": "increase", "function": f"{other.pk}--", "use": "basic_personnel"}
    values = (moved["name"], moved["kind"], "", moved["function"], moved["use"])
    save(world.submission, row(ADJUSTMENTS, *values, line=stored, **moved), schedule=ADJUSTMENTS)
    told = {"schedule": ADJUSTMENTS}
    assert [each[2:] for each in history(world, f"line-{stored.pk}", "function", **told)] == [
        ("2240101 科目2240101（基本支出）", "2240106 科目2240106"),
        ("空", "2240101 科目2240101（基本支出）"),
    ]
    assert history(world, f"line-{stored.pk}", "use", **told)[0][3] == "人员经费"
    there = line(world.submission, item)
    save(world.submission, schedule=BY_FUNCTION, removed=[Removal(there.key, there.row_version)])
    assert history(world, f"line-{stored.pk}", "function", **told)[1][3] == "已不在表里的行"


def test_rows_of_one_code_have_each_their_own(world):
    """The key of the row without a fund is a part of that with one."""
    item = category("2240101")
    save(world.submission, change(item, outturn="1"), change(item, fund="general_public", outturn="2"))
    assert history(world, f"{item.pk}--", schedule="function")[0][3] == "0.0001"
    assert history(world, f"{item.pk}-general_public-", schedule="function")[0][3] == "0.0002"


def test_a_project_keeps_its_history_under_another_name(world):
    save(world.submission, project("甲", outturn="10000"))
    old = ProjectLine.objects.get()
    save(world.submission, project("乙", line=old, outturn="20000"))
    old.refresh_from_db()
    save(world.submission, project("甲", outturn="90000"))
    cell = f"line-{old.pk}"
    assert [each[2:] for each in history(world, cell, schedule="projects")] == [
        ("1.00", "2.00"),
        ("空", "1.00"),
    ]
    assert [each[2:] for each in history(world, cell, "name", "projects")] == [("甲", "乙"), ("空", "甲")]


def test_edits_from_before_rows_had_numbers_in_them_are_found_by_name(world):
    save(world.submission, project("甲", outturn="10000"))
    line = ProjectLine.objects.get()
    Edit.objects.bulk_create(
        [
            Edit(
                submission=world.submission, schedule="projects", actor=world.lin, actor_name="林晓", at=NOW,
                changes=[{"row": {"name": "甲"}, "cells": {"outturn": ["5.00", "10000.00"]}}],
            )
        ]
    )  # fmt: skip
    found = history(world, f"line-{line.pk}", schedule="projects")
    assert [each[2:] for each in found] == [("0.0005", "1.00"), ("空", "1.00")]


def test_what_went_with_its_row_is_told_when_the_row_is_there_again(world):
    item = category("2240101")
    save(world.submission, change(item, outturn="10000"))
    there = line(world.submission, item)
    save(world.submission, removed=[Removal(there.key, there.row_version)], schedule=BY_FUNCTION)
    save(world.submission, change(item, outturn="20000"))
    found = history(world, f"{item.pk}--", schedule="function")
    assert [each[2:] for each in found] == [("空", "2.00"), ("1.00", "随行删除"), ("空", "1.00")]


def test_the_total_of_the_projects_has_one_history_on_both_pages(world):
    top = row(PROJECTS, "total", "", initial_budget="10000")
    save(world.submission, top, schedule=PROJECTS)
    expected = [("林晓", "网页填写", "空", "1.00")]
    assert history(world, "total", "initial_budget", "projects") == expected
    assert history(world, "project", "initial_budget", "nature") == expected


def test_persons_square_metres_and_indicators_have_no_unit_of_money(world):
    save(world.submission, row(STAFF, "administrative", in_service=1200), schedule=STAFF)
    assert history(world, "administrative", "in_service", "staff")[0][3] == "1,200"
    save(world.submission, row(BUILDINGS, "楼", name="楼", actual_area="1500.5"), schedule=BUILDINGS)
    building = lines_of(world.submission, BUILDINGS)[0]
    assert history(world, f"line-{building.pk}", "actual_area", "buildings")[0][3] == "1,500.50"
    post_indicators(signed_in(world.lin), world.submission, sent("办理事项", "quantity", "8", "7.5"))
    indicator = f"line-{stored(world.submission)['办理事项'].pk}"
    found = {"schedule": None, "name": "indicator_record"}
    assert history(world, indicator, "score", **found)[0][3] == "7.50"
    assert history(world, indicator, "second_level", **found)[0][3] == "数量指标"


def test_what_was_typed_is_told_with_what_it_came_to(world):
    said = {"outturn": {"text": "=120+35.5", "unit": "yuan"}}
    save(world.submission, change("other", outturn="155.50"))
    save(world.submission, replace(change("other", version=1, outturn="155.50"), expressions=said))
    save(world.submission, replace(change("other", version=2, outturn="155.60"), expressions={}))
    again = {"outturn": {"text": "=120+35.6", "unit": "yuan"}}
    save(world.submission, replace(change("other", version=3, outturn="155.6"), expressions=again))
    User.objects.update(amount_unit="yuan")
    found = record(world, "other").json()["records"]
    assert [(each["old"], each["new"], each["expression"]) for each in found] == [
        ("", "数未变", "=120+35.6"),
        ("155.50", "155.60", ""),
        ("", "数未变", "=120+35.5"),
        ("空", "155.50", ""),
    ]


@pytest.mark.parametrize("source", ["pasted", "imported", "carried"])
def test_how_a_cell_was_changed_is_told_for_each(world, source):
    pasted = frozenset({"outturn"} if source == "pasted" else ())
    new = replace(change("other", outturn="1", initial_budget="2"), pasted=pasted)
    save_lines(
        submission=world.submission, schedule=REVENUE, rows=[new], unit=AmountUnit.YUAN, by=world.lin, at=NOW,
        source=Edit.Source.TYPED if source == "pasted" else Edit.Source(source),
    )  # fmt: skip
    label = {"pasted": "粘贴", "imported": "表格导入", "carried": "上年带入"}[source]
    assert history(world, "other")[0][1] == label
    assert history(world, "other", "initial_budget")[0][1] == ("网页填写" if source == "pasted" else label)


@pytest.mark.parametrize("place", [("nothing",), ("other", "nothing"), ("",), ("other", "")])
def test_a_cell_that_is_not_there_has_none(world, place):
    assert record(world, *place).status_code == 404


def test_it_takes_one_query_however_many_edits_there_are(world):
    counts = []
    for number in (1, 30):
        for _ in range(number):
            edit = {"row": {"item": "other"}, "cells": {"outturn": ["1.00", "2.00"]}}
            Edit.objects.create(
                submission=world.submission,
                schedule="revenue",
                actor=world.lin,
                actor_name="林晓",
                at=NOW,
                changes=[edit],
            )
        with statements() as texts:
            assert record(world, "other").status_code == 200
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]) and sum("submissions_edit" in text for text in counts[1]) == 1, (
        numbered(counts[1])
    )
