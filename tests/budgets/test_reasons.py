"""The reason of a row: saved alone, by the deed and from the variance page."""

import json

import pytest
from django.urls import reverse

from budgets.actions import LinesConflict, save_reason
from budgets.models import LINE_MODELS, BudgetLine, ProjectLine
from budgets.returns import BASE_ITEMS, BY_FUNCTION, BY_NATURE, PROJECTS, REVENUE, TOTAL
from orgs.models import User
from submissions.actions import NotEditable, NotPermitted
from tests.budgets.variance_page import VariancePage
from tests.world import NOW, numbered, put_in_status, signed_in, statements

NATURE_PROJECT = ("project", None, None, "", "")
REVENUE_TOTAL = NATURE_TOTAL = (TOTAL, None, None, "", "")


@pytest.fixture
def lin(seed):
    """The preparer of the seed case."""
    return User.objects.get(username="lin")


def version_of(seed, schedule, key):
    """The version of a row as it is now; 0 where nothing is stored."""
    if schedule == PROJECTS and key == (TOTAL, ""):
        schedule, key = BY_NATURE, NATURE_PROJECT
    lines = LINE_MODELS[schedule.name].objects.of_schedule(seed, schedule)
    return next((line.row_version for line in lines if line.key == key), 0)


def explain(seed, by, schedule, key, reason="因为", version=None, line_id=None):
    """Save a reason as the deed takes it; of the row as it is now unless a version is given."""
    save_reason(
        submission=seed,
        schedule=schedule,
        key=key,
        line_id=line_id,
        row_version=version_of(seed, schedule, key) if version is None else version,
        reason=reason,
        by=by,
        at=NOW,
    )


def stored(seed, schedule, item):
    return BudgetLine.objects.get(submission=seed, schedule=schedule.name, item=item)


def figures(line):
    return [
        line.last_year_budget,
        line.last_year_outturn,
        line.initial_budget,
        line.revised_budget,
        line.outturn,
    ]


def test_a_reason_leaves_the_figures_and_the_unit_as_they_are(seed, lin):
    before = stored(seed, REVENUE, TOTAL)
    explain(seed, lin, REVENUE, REVENUE_TOTAL, "专项资金增加。")
    after = stored(seed, REVENUE, TOTAL)
    assert (after.variance_reason, after.row_version) == ("专项资金增加。", before.row_version + 1)
    assert (figures(after), after.entered_in) == (figures(before), before.entered_in)
    assert before.initial_budget == 13_855_000 and before.entered_in == "wan"


def test_a_reason_is_one_edit_with_nothing_else_in_it(seed, lin):
    before = seed.edits.count()
    explain(seed, lin, REVENUE, REVENUE_TOTAL, "专项资金增加。")
    edit = seed.edits.order_by("-pk").first()
    assert seed.edits.count() == before + 1
    assert (edit.schedule, edit.actor, edit.at) == ("revenue", lin, NOW)
    assert edit.changes == [{"row": {"item": "total"}, "cells": {"variance_reason": ["", "专项资金增加。"]}}]
    seed.refresh_from_db()
    assert seed.saved_at == NOW


def test_a_row_without_a_line_gets_one_that_holds_nothing_but_the_reason(seed, lin):
    explain(seed, lin, BY_NATURE, NATURE_TOTAL, "支出结构变化。")
    line = stored(seed, BY_NATURE, TOTAL)
    assert (figures(line), line.variance_reason) == ([None] * 5, "支出结构变化。")
    explain(seed, lin, BASE_ITEMS, ("office", None, None, "", ""), "购置设备。")
    assert stored(seed, BASE_ITEMS, "office").variance_reason == "购置设备。"


def test_nothing_to_say_about_a_row_without_a_line_stores_nothing(seed, lin):
    before = (BudgetLine.objects.count(), seed.edits.count())
    explain(seed, lin, BY_NATURE, NATURE_TOTAL, "")
    assert (BudgetLine.objects.count(), seed.edits.count()) == before


def test_the_reason_of_the_projects_total_is_that_of_the_row_by_nature(seed, lin):
    before = stored(seed, BY_NATURE, "project").row_version
    explain(seed, lin, PROJECTS, (TOTAL, ""), "项目未实施完。")
    line = stored(seed, BY_NATURE, "project")
    assert (line.variance_reason, line.row_version) == ("项目未实施完。", before + 1)
    assert (line.initial_budget, line.outturn) == (4_855_000, 2_413_700)
    assert not ProjectLine.objects.filter(name=TOTAL).exists()


def test_a_project_is_known_by_its_number(seed, lin):
    project = ProjectLine.objects.get(submission=seed, name="安监津贴")
    explain(seed, lin, PROJECTS, project.key, "未安排。", line_id=project.pk)
    project.refresh_from_db()
    assert (project.variance_reason, project.name, project.outturn) == ("未安排。", "安监津贴", None)


def test_a_row_by_function_is_known_by_its_category(seed, lin):
    line = BudgetLine.objects.get(submission=seed, category__code="2240106")
    explain(seed, lin, BY_FUNCTION, line.key, "救灾。")
    line.refresh_from_db()
    assert line.variance_reason == "救灾。"


def test_what_is_as_it_was_costs_nothing_and_conflicts_with_nobody(seed, lin):
    old = version_of(seed, REVENUE, REVENUE_TOTAL)
    explain(seed, lin, REVENUE, REVENUE_TOTAL, "一。")
    edits = seed.edits.count()
    explain(seed, lin, REVENUE, REVENUE_TOTAL, "一。", version=old)
    assert seed.edits.count() == edits and version_of(seed, REVENUE, REVENUE_TOTAL) == old + 1


@pytest.mark.parametrize("later", [-1, 1])
def test_another_version_of_the_row_is_a_conflict_and_saves_nothing(seed, lin, later):
    explain(seed, lin, REVENUE, REVENUE_TOTAL, "一。")
    with pytest.raises(LinesConflict) as conflict:
        explain(
            seed,
            lin,
            REVENUE,
            REVENUE_TOTAL,
            "二。",
            version=version_of(seed, REVENUE, REVENUE_TOTAL) + later,
        )
    assert conflict.value.conflicts[0].theirs.variance_reason == "一。"
    assert stored(seed, REVENUE, TOTAL).variance_reason == "一。"


def test_a_row_that_is_gone_is_a_conflict(seed, lin):
    project = ProjectLine.objects.get(submission=seed, name="安监津贴")
    number = project.pk
    project.delete()
    with pytest.raises(LinesConflict) as conflict:
        explain(seed, lin, PROJECTS, project.key, "一。", version=1, line_id=number)
    assert conflict.value.conflicts[0].theirs is None


@pytest.mark.parametrize(("person", "refusal"), [("wu", NotPermitted), ("zhao", NotPermitted)])
def test_others_are_refused_and_nothing_is_left_behind(seed, person, refusal):
    edits = seed.edits.count()
    with pytest.raises(refusal):
        explain(seed, User.objects.get(username=person), REVENUE, REVENUE_TOTAL)
    assert stored(seed, REVENUE, TOTAL).variance_reason == "" and seed.edits.count() == edits


@pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
def test_a_return_that_is_not_being_filled_in_takes_no_reason(seed, lin, status):
    put_in_status(seed, status)
    with pytest.raises(NotEditable):
        explain(seed, lin, REVENUE, REVENUE_TOTAL)


# --- From the page


def post(seed, person="lin", schedule="revenue", **fields):
    """What the page's script sends; returns status and answer."""
    browser = signed_in(User.objects.get(username=person))
    response = browser.post(reverse("save_reason", args=[seed.pk, schedule]), fields)
    is_json = response.headers["Content-Type"].startswith("application/json")
    return response.status_code, json.loads(response.content) if is_json else None


def test_the_answer_is_what_is_stored_and_how_much_is_left(seed):
    before = version_of(seed, REVENUE, REVENUE_TOTAL)
    status, answer = post(seed, row="total", row_version=before, reason="  专项资金\r\n增加。\x07 ")
    sections = {section["url"]: section["text"] for section in answer.pop("sections")}
    assert (status, answer.pop("saved_at")[2]) == (200, ":")
    assert answer == {"left": 3, "row_version": before + 1, "reason": "专项资金\n增加。", "asks": False}
    assert sections[reverse("edit_lines", args=[seed.pk, "revenue"])] == "3 行"
    assert sections[reverse("variances", args=[seed.pk])] == "3 待说明"
    assert sections[reverse("edit_text", args=[seed.pk, "thrift_measures"])] == "—"


def test_the_last_one_leaves_nothing_and_taking_it_back_asks_again(seed):
    rows = [(REVENUE, TOTAL), (BY_NATURE, TOTAL), (BY_NATURE, "basic"), (PROJECTS, TOTAL)]
    for schedule, item in rows:
        key = (TOTAL, "") if schedule == PROJECTS else (item, None, None, "", "")
        version = version_of(seed, schedule, key)
        status, answer = post(seed, schedule=schedule.slug, row=item, row_version=version, reason="因为")
    assert (status, answer["left"]) == (200, 0)
    version = answer["row_version"]
    status, answer = post(seed, schedule="nature", row="project", row_version=version, reason="")
    assert (answer["left"], answer["asks"], answer["reason"]) == (1, True, "")


def test_a_reason_that_is_too_long_is_refused_with_its_length(seed):
    status, answer = post(
        seed, row="total", row_version=version_of(seed, REVENUE, REVENUE_TOTAL), reason="长" * 501
    )
    assert (status, answer["message"]) == (422, "差异原因有 501 字，最多 500 字，请写短些。")
    assert (
        post(seed, row="total", row_version=version_of(seed, REVENUE, REVENUE_TOTAL), reason="长" * 500)[0]
        == 200
    )


@pytest.mark.parametrize(
    "fields",
    [{}, {"row": "total"}, {"row": "total", "row_version": "x"}, {"row": "total", "row_version": -1}],
)
def test_what_no_page_sends_is_refused(seed, fields):
    status, answer = post(seed, reason="因为", **fields)
    assert (status, answer["message"][:6]) == (422, "没有看懂浏览")


def test_anothers_change_is_answered_with_it(seed):
    before = version_of(seed, REVENUE, REVENUE_TOTAL)
    post(seed, row="total", row_version=before, reason="同事写的。")
    status, answer = post(seed, row="total", row_version=before, reason="我写的。")
    assert (status, answer["by"]) == (409, "林晓")
    assert answer["theirs"] == {"row_version": before + 1, "reason": "同事写的。"}
    assert answer["message"].startswith("有人在您之后改过这一行")


@pytest.mark.parametrize("row", ["no-such-row", "reconciliation", "line-0"])
def test_a_row_that_is_not_there_is_a_conflict_without_theirs(seed, row):
    status, answer = post(seed, schedule="nature", row=row, row_version=0, reason="因为")
    assert (status, answer["theirs"]) == (409, None)


def test_a_schedule_without_variances_takes_no_reason(seed):
    assert post(seed, schedule="staff", row="total", row_version=1, reason="因为")[0] == 409


def test_a_reader_is_refused_and_a_stranger_sees_nothing(seed):
    assert post(seed, "wu", row="total", row_version=1, reason="因为")[0] == 403
    assert post(seed, "zhao", row="total", row_version=1, reason="因为") == (404, None)


def test_saving_takes_a_constant_number_of_statements(seed):
    browser = signed_in(User.objects.get(username="lin"))
    address = reverse("save_reason", args=[seed.pk, "revenue"])
    version = version_of(seed, REVENUE, REVENUE_TOTAL)
    with statements() as texts:
        response = browser.post(address, {"row": "total", "row_version": version, "reason": "因为"})
    assert response.status_code == 200
    # Five of them store what the checks find, eight read what the total comes to, which its reason is for, and
    # two the forms of the projects.
    assert len(texts) <= 64, numbered(texts)


# --- On the page


def shown(seed, person="lin", query=""):
    browser = signed_in(User.objects.get(username=person))
    html = browser.get(reverse("variances", args=[seed.pk]) + query).content.decode()
    return VariancePage(html), html


def test_a_reason_stands_under_every_row_above_the_threshold_and_under_no_other(seed):
    page, html = shown(seed)
    assert page.reasons == {
        "收入合计": "",
        "支出合计": "黄江源大火应急救灾资金及森林灭火设备物资购置等专项资金增加。",
        "支出合计（按性质）": "",
        "基本支出": "",
        "项目支出": "",
        "公务用车运行维护费": "上年度记账方式有误，上年度才有公务用车运行维护费。",
        "公务接待费": "公务活动增加，公务接待批次增多。",
        "项目支出合计": "",
    }
    assert "还有 4 行要说明" in html  # the projects' total and 项目支出 are one
    assert html.count('data-reason="nature-project"') == 2


def test_a_reader_sees_text_and_no_field(seed):
    page, html = shown(seed, "wu")
    assert page.reasons["支出合计"].startswith("黄江源大火")
    assert page.reasons["收入合计"] == "还没有说明"
    assert "<textarea" not in html and "variances.js" not in html


def test_words_of_people_stay_words(seed, lin):
    explain(seed, lin, REVENUE, REVENUE_TOTAL, '<script>"&')
    for person in ("lin", "wu"):
        page, html = shown(seed, person)
        assert page.reasons["收入合计"] == '<script>"&' and '<script>"' not in html
