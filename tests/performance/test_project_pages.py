"""The pages of projects: the list, one project's money and goal, its indicators, and what becomes of those gone."""

import json

import pytest
from django.urls import reverse

from budgets.models import CellNote, ProjectLine
from performance.models import ProjectGoal, ProjectIndicatorLine
from performance.project_actions import drop_project, move_project
from performance.project_rows import project_slug
from performance.views.point_places import place_url, project_row
from performance.views.points import place_of
from performance.views.sections import in_the_way
from submissions import actions, point_actions
from submissions.actions import NotEditable, NotNow, NotPermitted
from tests.performance.indicators import sent
from tests.performance.projects import OUTSOURCED, aim, fill, put, spend
from tests.world import NOW, numbered, put_in_status, signed_in, statements


def at(submission, name, project=OUTSOURCED):
    """The address of a page of a project."""
    return reverse(name, args=[submission.pk, project_slug(project)])


def post(browser, submission, *rows, project=OUTSOURCED, removed=()):
    """Send indicators as the page does."""
    body = {"unit": "wan", "rows": list(rows), "removed": list(removed)}
    path = at(submission, "save_project_indicators", project)
    return browser.post(path, json.dumps(body), content_type="application/json")


def read(browser, path):
    return browser.get(path).content.decode()


def keys(submission):
    """Project and name of each indicator."""
    return list(
        ProjectIndicatorLine.objects.filter(submission=submission)
        .order_by("pk")
        .values_list("project", "name")
    )


# --- The list


def test_the_list_shows_money_points_grade_and_what_is_missing(lin, here):
    fill(here)
    spend(here, "没有填的", "", initial_budget=10000)
    page = read(lin, reverse("projects", args=[here.pk]))
    for words in (OUTSOURCED, "89.97", "90 / 90", "100.00", "优", "已填好", "未填", "有资金没有选来源"):
        assert words in page
    assert '<span aria-hidden="true">1 / 2</span>' in page


def test_a_list_without_projects_says_where_to_begin(lin, here):
    assert "还没有项目" in read(lin, reverse("projects", args=[here.pk]))


@pytest.mark.parametrize("name", ["projects", "edit_project", "edit_project_indicators"])
def test_a_page_takes_the_same_statements_for_one_and_twelve_projects(lin, here, name):
    counts = []
    for projects in (["甲"], [f"项目{number}" for number in range(11)]):
        for project in projects:
            fill(here, project)
        path = reverse("projects", args=[here.pk]) if name == "projects" else at(here, name, "甲")
        with statements() as texts:
            assert lin.get(path).status_code == 200
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


# --- One project


def test_the_page_of_a_project_has_its_fund_block_and_leads_to_its_neighbours(lin, here):
    for name in ("甲", OUTSOURCED, "乙"):
        fill(here, name)
    page = read(lin, at(here, "edit_project"))
    for words in ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金", "全年执行数", "89.97"):
        assert words in page
    assert at(here, "edit_project", "甲") in page and at(here, "edit_project", "乙") in page
    assert at(here, "edit_project_indicators") in page and "办了五十个。" in page


def test_a_goal_is_written_by_itself_and_conflicts_as_the_departments_does(lin, here):
    spend(here, revised_budget=1)
    path = at(here, "edit_project")
    texts = {"expected": "目标", "achieved": "完成", "row_version": 0}
    answer = lin.post(path, texts, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["row_version"]) == (200, 1)
    assert {"title": "项目绩效", "text": "待完善 1"}.items() <= answer.json()["sections"][-1].items()
    again = lin.post(path, texts | {"expected": "别的"}, headers={"accept": "application/json"})
    assert (again.status_code, again.json()["texts"]["expected"]) == (409, "目标")
    [edit] = here.edits.all()
    assert (edit.schedule, edit.changes[0]["row"]) == ("project_goal", {"project": OUTSOURCED})
    assert lin.post(path, texts | {"row_version": 1, "achieved": "都完成"})["Location"] == path
    assert ProjectGoal.objects.get(submission=here).achieved == "都完成"


def test_indicators_are_kept_with_their_project_and_the_answer_brings_its_result(lin, here):
    spend(here, revised_budget=100, outturn=98)
    spend(here, "乙")
    put(here, "办理事项", "乙", second_level="quantity")
    answer = post(lin, here, sent("办理事项", "quantity", "50", "50"))
    assert answer.status_code == 200, answer.content
    assert keys(here) == [("乙", "办理事项"), (OUTSOURCED, "办理事项")]
    assert [row["name"] for row in answer.json()["rows"]] == ["办理事项"]
    assert "9.80" in answer.json()["result"]
    line = ProjectIndicatorLine.objects.get(project=OUTSOURCED)
    edit = here.edits.get()
    key = {"project": OUTSOURCED, "second_level": "quantity", "name": "办理事项"}
    assert (edit.changes[0]["row"], edit.changes[0]["line"]) == (key, line.pk)
    cell = f"{at(here, 'project_indicator_record')}?row=line-{line.pk}&column=score"
    assert [each["new"] for each in lin.get(cell).json()["records"]] == ["50.00"]


def test_a_row_of_another_project_is_not_there_for_this_one(lin, here):
    spend(here)
    theirs = put(here, "别的", "乙", second_level="quantity")
    answer = post(lin, here, sent("改名", "quantity", version=1, id=theirs.pk))
    assert (answer.status_code, answer.json()["conflicts"]) == (409, [{"row": "r1", "theirs": None}])
    gone = {"row": "r1", "id": theirs.pk, "row_version": 1}
    post(lin, here, removed=[gone])
    assert keys(here) == [("乙", "别的")]


def test_computed_scores_are_taken_over_in_this_project_alone(lin, here):
    given = {"second_level": "quantity", "target_value": "≥10 件", "actual_value": "9 件", "max_score": 50}
    for name in (OUTSOURCED, "乙"):
        spend(here, name)
        put(here, "办理事项", name, **given)
    page = at(here, "edit_project_indicators")
    assert at(here, "adopt_project_scores") in read(lin, page)
    assert lin.post(at(here, "adopt_project_scores"))["Location"] == page
    scores = ProjectIndicatorLine.objects.filter(submission=here).values_list("project", "score")
    assert dict(scores) == {OUTSOURCED: 45, "乙": None}
    assert here.edits.get().changes[0]["row"]["project"] == OUTSOURCED


def test_a_note_says_of_which_project_it_is(lin, here):
    spend(here)
    line = put(here, "指标", second_level="quantity")
    fields = {"row": f"line-{line.pk}", "column": "score", "row_version": 0, "text": "见附件"}
    assert lin.post(at(here, "save_project_indicator_note"), fields).status_code == 200
    assert here.edits.get().changes[0]["part"] == {"project": OUTSOURCED}
    assert "项目“委托业务项目”的绩效指标" in read(lin, reverse("journey", args=[here.pk])) + read(
        lin, reverse("history", args=[here.pk])
    )


def test_a_project_that_nobody_knows_leads_to_the_list_and_says_so_to_scripts(lin, here):
    for name in ("edit_project", "edit_project_indicators"):
        assert lin.get(at(here, name, "谁"))["Location"] == reverse("projects", args=[here.pk])
    answer = post(lin, here, sent("甲", "quantity"), project="谁")
    assert (answer.status_code, "改了名" in answer.json()["message"]) == (403, True)


# --- What becomes of a project that is gone


@pytest.fixture
def renamed(here):
    """A project with everything, renamed in 项目支出 since."""
    fill(here)
    ProjectLine.objects.filter(submission=here).update(name="新名称", row_version=2)
    return here


def test_a_renamed_project_stays_to_be_read_and_is_neither_written_nor_lost(lin, renamed):
    page = read(lin, reverse("projects", args=[renamed.pk]))
    assert "项目“委托业务项目”已不在项目支出表里" in page and '<option value="新名称">' in page
    assert "<textarea" not in read(lin, at(renamed, "edit_project"))
    assert not lin.get(at(renamed, "edit_project_indicators")).context["grid"]["can_edit"]
    assert post(lin, renamed, sent("甲", "quantity")).status_code == 403
    texts = {"expected": "x", "achieved": "", "row_version": 1}
    assert lin.post(at(renamed, "edit_project"), texts).status_code == 403
    assert len(keys(renamed)) == 10


def test_it_is_moved_with_its_goal_its_notes_and_a_record(lin, renamed, world):
    line = ProjectIndicatorLine.objects.filter(submission=renamed).first()
    note = {"row": f"line-{line.pk}", "column": "score", "text": "注"}
    CellNote.objects.create(
        submission=renamed, schedule="project_indicators", **note, author=world.lin, author_name="林", at=NOW
    )
    ProjectGoal.objects.create(submission=renamed, project="新名称")  # written once, and emptied
    answer = lin.post(at(renamed, "move_project"), {"to": "新名称"})
    assert answer["Location"] == reverse("projects", args=[renamed.pk])
    assert {project for project, _ in keys(renamed)} == {"新名称"}
    assert ProjectGoal.objects.get(submission=renamed).expected == "办好五十个项目。"
    goal, indicators = renamed.edits.order_by("pk")
    assert goal.changes == [{"row": {"project": "新名称"}, "cells": {"project": [OUTSOURCED, "新名称"]}}]
    assert len(indicators.changes) == 10 and indicators.changes[0]["line"] == line.pk
    assert CellNote.objects.get(submission=renamed).row == f"line-{line.pk}"


def test_it_is_deleted_and_the_records_keep_what_it_said(lin, renamed):
    lin.post(at(renamed, "drop_project"))
    assert keys(renamed) == [] and not ProjectGoal.objects.filter(submission=renamed).exists()
    goal, indicators = renamed.edits.order_by("pk")
    assert goal.changes[0]["removed"]["expected"] == "办好五十个项目。"
    assert len(indicators.changes) == 10 and indicators.changes[0]["removed"]["target_value"] == "≥50个"


def test_a_project_with_something_of_its_own_takes_nothing_over(lin, renamed):
    put(renamed, "它的", "新名称", second_level="cost")
    lin.post(at(renamed, "move_project"), {"to": "新名称"})
    assert sum(project == OUTSOURCED for project, _ in keys(renamed)) == 10
    page = read(lin, reverse("projects", args=[renamed.pk]))
    assert "已经有绩效目标或指标" in page


@pytest.mark.parametrize("to", ["", "没有的", "a\x00"])
def test_it_is_moved_to_a_project_that_is_there_alone(lin, renamed, to):
    assert lin.post(at(renamed, "move_project"), {"to": to}).status_code == 302
    assert {project for project, _ in keys(renamed)} == {OUTSOURCED}


def test_what_is_there_is_neither_moved_nor_deleted(here, world):
    fill(here)
    spend(here, "乙")
    with pytest.raises(NotNow, match="在项目支出表里"):
        move_project(submission=here, project=OUTSOURCED, to="乙", by=world.lin, at=NOW)
    with pytest.raises(NotNow, match="在项目支出表里"):
        drop_project(submission=here, project=OUTSOURCED, by=world.lin, at=NOW)


@pytest.mark.parametrize("deed", ["move_project", "drop_project"])
def test_a_reader_and_a_return_under_review_change_nothing(renamed, world, deed):
    do = {"move_project": move_project, "drop_project": drop_project}[deed]
    more = {"to": "新名称"} if deed == "move_project" else {}
    with pytest.raises(NotPermitted):
        do(submission=renamed, project=OUTSOURCED, by=world.wu, at=NOW, **more)
    put_in_status(renamed, "in_review")
    with pytest.raises(NotEditable):
        do(submission=renamed, project=OUTSOURCED, by=world.lin, at=NOW, **more)
    assert len(keys(renamed)) == 10


# --- What becomes of one that has no money any more


@pytest.mark.parametrize("figures", [{}, {"initial_budget": 0, "revised_budget": 0, "outturn": 0}])
def test_a_project_without_money_is_in_nobodys_way_and_what_is_said_of_it_may_go(lin, here, figures):
    spend(here, **figures)
    aim(here)
    put(here, "指标", second_level="cost")
    assert titles(here) == []
    for path in (reverse("projects", args=[here.pk]), at(here, "edit_project")):
        assert "不用填项目自评表。" in read(lin, path)
    assert "删除目标和指标" in read(lin, reverse("projects", args=[here.pk]))
    lin.post(at(here, "drop_project"))
    assert keys(here) == [] and not ProjectGoal.objects.filter(submission=here).exists()
    assert "个项目还没有填绩效目标和指标" not in read(lin, reverse("workspace", args=[here.pk]))


# --- In the way


def titles(submission):
    return [task.title for task in in_the_way(submission) if "项目“" in task.title]


def test_what_was_begun_stands_in_the_way_and_what_was_not_is_a_hint(lin, here):
    spend(here, "没有填的", revised_budget=1)
    assert titles(here) == []
    assert "1 个项目还没有填绩效目标和指标" in read(lin, reverse("workspace", args=[here.pk]))
    aim(here, "没有填的")
    assert titles(here) == ["项目“没有填的”：还没有绩效指标，请填写"]


def test_a_whole_form_is_in_nobodys_way_and_one_of_a_project_that_is_gone_is(renamed):
    assert titles(renamed) == ["项目“委托业务项目”：已不在项目支出表里：请改到现在的项目，或者删除"]
    ProjectLine.objects.filter(submission=renamed).update(name=OUTSOURCED, row_version=3)
    assert titles(renamed) == []


# --- Review points


@pytest.fixture
def asked(here, world):
    """Lin's return with two projects, given back for one place alone."""
    fill(here)
    fill(here, "乙")

    def give_back(section, row, column=""):
        put_in_status(here, "in_review")
        point = point_actions.ask_point(
            submission=here,
            place=place_of(here, section, row, column),
            reason="other",
            demand="请核对。",
            by=world.wu,
            at=NOW,
        )
        actions.return_to_unit(submission=here, seen=0, comment="", points_only=True, by=world.wu, at=NOW)
        return point

    return give_back


def grid(browser, submission, project=OUTSOURCED):
    """Whether rows can be changed, whether they can be added, and how many are open."""
    found = browser.get(at(submission, "edit_project_indicators", project)).context["grid"]
    return found["can_edit"], found["can_add"], sum(row["is_open"] for row in found["rows"])


def test_a_point_on_the_indicators_of_a_project_opens_these_and_locks_others(asked, here, lin):
    point = asked("project_indicators", project_row(OUTSOURCED))
    assert point.place_name == "项目“委托业务项目”的绩效指标"
    assert place_url(point) == at(here, "edit_project_indicators")
    assert grid(lin, here) == (True, True, 10)
    assert grid(lin, here, "乙") == (False, False, 0)
    assert post(lin, here, sent("新的", "cost")).status_code == 200
    assert post(lin, here, sent("新的", "cost"), project="乙").status_code == 403
    assert "请核对。" in read(lin, at(here, "edit_project_indicators"))
    assert 'class="points-here"' not in read(lin, at(here, "edit_project_indicators", "乙"))


def test_a_point_on_a_cell_opens_its_row_and_says_of_which_project_it_is(asked, here, lin):
    line = ProjectIndicatorLine.objects.filter(project=OUTSOURCED, submission=here).first()
    point = asked("project_indicators", f"line-{line.pk}", "score")
    assert point.place_name == "项目“委托业务项目”的绩效指标 · 基建工程委托业务项目数量 · 得分"
    assert place_url(point) == f"{at(here, 'edit_project_indicators')}#row-line-{line.pk}:score"
    assert grid(lin, here) == (True, False, 1)


def test_a_point_on_the_goal_of_a_project_opens_it_alone(asked, here, lin):
    point = asked("project_goal", project_row(OUTSOURCED))
    assert place_url(point) == at(here, "edit_project")
    assert "<textarea" in read(lin, at(here, "edit_project"))
    assert "<textarea" not in read(lin, at(here, "edit_project", "乙"))
    texts = {"expected": "新", "achieved": "新", "row_version": 1}
    assert lin.post(at(here, "edit_project"), texts).status_code == 302
    assert lin.post(at(here, "edit_project", "乙"), texts).status_code == 403


def test_a_reviewer_asks_about_the_project_of_the_page(here, world):
    fill(here)
    put_in_status(here, "in_review")
    page = read(signed_in(world.wu), at(here, "edit_project"))
    assert f'name="row" value="{project_row(OUTSOURCED)}"' in page
    assert "项目“委托业务项目”的绩效目标" in page


def test_what_changed_since_the_return_is_called_by_its_project(asked, here, world, lin):
    asked("project_indicators", "")
    line = ProjectIndicatorLine.objects.filter(project=OUTSOURCED, submission=here).first()
    values = {name: getattr(line, name) for name in ("target_value", "actual_value")}
    post(lin, here, sent(line.name, "quantity", "8", "7", version=1, id=line.pk, **values))
    page = read(signed_in(world.wu), reverse("changes", args=[here.pk]))
    for words in ("项目“委托业务项目”的绩效指标", line.name, at(here, "edit_project_indicators")):
        assert words in page
