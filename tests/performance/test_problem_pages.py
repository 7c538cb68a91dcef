"""The page of a return's problems: who sees what, what they are taken from, and answering with evidence."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from budgets.models import ReturnText
from orgs.file_kinds import evidence_file
from performance.problem_sources import numbered, own_problems
from submissions.attachment_actions import attach_file
from submissions.models import Problem, ProblemFile, Submission
from submissions.problem_actions import Answer, answer_problem, close_problem
from tests.evidence_files import pdf
from tests.performance.indicators import FULL_SET, fill
from tests.performance.test_rechecks import CUT, draw, finish
from tests.performance.test_rechecks import save as save_recheck
from tests.submissions.test_problems import write
from tests.world import (
    NOW,
    category,
    change,
    make_submission,
    put_in_status,
    save,
    signed_in,
    statements,
)

OWN = "一、预算执行率偏低。\n主要是项目开工晚。\n二、绩效指标量化不够。"
MEASURES = "一、按月通报进度。\n三、加强培训。\n二、修订指标。"
FORM = {"text": "执行率偏低", "demand": "加快支出", "due_date": "2099-05-31", "own_measure": ""}


@pytest.fixture
def here(world):
    """Lin's return, approved, with what it says of its problems and a file."""
    for name, text in (("problems", OWN), ("improvements", MEASURES)):
        ReturnText.objects.create(submission=world.submission, name=name, text=text)
    save(world.submission, change(category("2240101"), initial_budget="5", outturn="7"))
    attach_file(submission=world.submission, file=evidence_file(pdf(), "旧.pdf"), by=world.lin, at=NOW)
    put_in_status(world.submission, "approved")
    return Submission.objects.get(pk=world.submission.pk)


def page(person, submission, **asked):
    answer = signed_in(person).get(reverse("problems", args=[submission.pk]), asked)
    assert answer.status_code == 200
    return answer


def listed(person, submission):
    return [each.problem.text for each in page(person, submission).context["problems"]]


# --- What they are taken from


def test_numbered_lines_are_the_parts_of_a_text():
    said = numbered("一、甲。\n说明。\n（二）乙\n3.丙\n（4）丁\n十一、戊")
    assert [(each.number, each.text) for each in said] == [
        (1, "甲。\n说明。"),
        (2, "乙"),
        (3, "丙"),
        (4, "丁"),
        (11, "戊"),
    ]
    assert [each.text for each in numbered("执行率 3.5 %\n没有编号")] == ["执行率 3.5 %", "没有编号"]
    assert numbered("2023年开工晚")[0].number is None and numbered("3.5 万元没有用")[0].number is None


@pytest.mark.parametrize(
    ("problems", "improvements", "expected"),
    [
        (OWN, MEASURES, ["按月通报进度。", "修订指标。"]),
        (OWN, "一并改进。", ["", ""]),
        ("甲\n乙", "改甲\n改乙", ["改甲", "改乙"]),
        ("甲\n乙", "一起改", ["", ""]),
        ("", MEASURES, []),
    ],
)
def test_each_has_the_measure_of_its_number_beside_it(problems, improvements, expected):
    found = list(own_problems({"problems": problems, "improvements": improvements}))
    assert [each.own_measure for each in found] == expected


def test_the_bureau_takes_over_what_the_return_says(world, here):
    answer = page(world.wu, here, **{"from": "own-1"})
    offered = answer.context["offered"]
    assert [(each.source_text, each.text) for each in offered[:2]] == [
        ("自评报告", "预算执行率偏低。\n主要是项目开工晚。"),
        ("自评报告", "绩效指标量化不够。"),
    ]
    begun = answer.context["form"].initial
    assert (begun["text"], begun["own_measure"], begun["origin"]) == (
        "绩效指标量化不够。",
        "修订指标。",
        "own_words",
    )


def test_it_takes_over_what_the_checks_found(world, here):
    found = [each for each in page(world.wu, here).context["offered"] if each.source == "finding"]
    assert found and all(each.text.startswith("C-") for each in found)
    begun = page(world.wu, here, **{"from": found[0].key}).context["form"].initial
    assert (begun["text"], begun["origin"]) == (found[0].text, "finding")


def test_it_takes_over_what_a_finished_recheck_deducted(world):
    fill(world.submission)
    put_in_status(world.submission, "approved")
    draw(world)
    here = Submission.objects.get(pk=world.submission.pk)
    save_recheck(world, here, CUT)
    assert not [each for each in page(world.wu, here).context["offered"] if each.source == "recheck"]
    finish(world, here, CUT, seen=1)
    [found] = [each for each in page(world.wu, here).context["offered"] if each.source == "recheck"]
    assert found.text == f"{FULL_SET[-1][0]}：自评 10 分，复核 0 分。满意度没有调查材料，不得分"


# --- Who sees what


def test_the_unit_sees_what_was_issued_and_no_other_unit_any(world, here):
    write(world, text="没有下达", issues=False)
    problem = write(world, text="下达了")
    for person in (world.lin, world.sun, world.chen, world.qian, world.tang):
        assert listed(person, here) == ["下达了"]
    for person in (world.wu, world.he):
        assert set(listed(person, here)) == {"没有下达", "下达了"}
    for person in (world.zhao, world.feng):
        browser = signed_in(person)
        assert browser.get(reverse("problems", args=[here.pk])).status_code == 404
        answered = browser.post(reverse("answer_problem", args=[here.pk, problem.pk]))
        assert answered.status_code == 404


def test_what_was_not_issued_does_not_exist_for_the_unit(world, here):
    problem = write(world, issues=False)
    lin = signed_in(world.lin)
    for name in ("answer_problem", "close_problem", "issue_problem"):
        assert lin.post(reverse(name, args=[here.pk, problem.pk])).status_code == 404
    assert "执行率偏低" not in lin.get(reverse("history", args=[here.pk])).content.decode()


def test_only_who_writes_them_has_the_form_and_what_is_offered(world, here):
    for person, can in ((world.wu, True), (world.he, True), (world.lin, False), (world.qian, False)):
        context = page(person, here).context
        assert (context["can_write"], bool(context["offered"])) == (can, can)


def test_the_navigation_says_how_many_wait(world, here):
    def state():
        part = page(world.lin, here).context["workspace"].groups[-1].sections
        return next(each.state and each.state.text for each in part if each.label == "问题整改")

    assert state() is None
    problem = write(world)
    assert state() == "1 待反馈"
    answer_problem(problem=problem, answer=Answer("做了", "done"), by=world.lin, at=NOW)
    close_problem(problem=problem, text="", by=world.wu, at=NOW)
    assert state() == "1 条"


def test_a_draft_has_no_page_of_problems_among_its_sections(world):
    answer = signed_in(world.lin).get(reverse("workspace", args=[world.submission.pk]))
    assert "问题整改" not in answer.content.decode()


def test_my_work_says_how_many_problems_wait_for_an_answer(world, here):
    assert "整改问题待反馈" not in signed_in(world.lin).get(reverse("my_work")).content.decode()
    write(world)
    write(world, issues=False)
    html = signed_in(world.lin).get(reverse("my_work")).content.decode()
    assert f'<a href="{reverse("problems", args=[here.pk])}">1 条整改问题待反馈</a>' in html


# --- What is sent


def test_it_is_written_down_and_issued_or_kept_back(world, here):
    path, wu = reverse("write_problem", args=[here.pk]), signed_in(world.wu)
    assert wu.post(path, FORM).status_code == 302
    assert (
        wu.post(path, FORM | {"issue": "yes", "origin": "own_words", "own_measure": "按月通报"}).status_code
        == 302
    )
    kept = Problem.objects.order_by("pk").values_list("text", "own_measure", "state", "source")
    assert list(kept) == [
        ("执行率偏低", "", "written", "free"),
        ("执行率偏低", "按月通报", "open", "own_words"),
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, "请写明问题和整改要求"),
        ({"due_date": "2024-02-29"}, "时限已经过去"),
        ({"due_date": "x"}, "时限请写成"),
        ({"demand": "长" * 1001}, "整改要求有 1001 字，最多 1000 字"),
    ],
)
def test_what_is_wrong_is_said_and_her_words_stay(world, here, fields, said):
    answer = signed_in(world.wu).post(reverse("write_problem", args=[here.pk]), FORM | fields)
    html = answer.content.decode()
    assert answer.status_code == 422 and said in html
    assert fields.get("demand", "加快支出") in html
    assert not Problem.objects.exists()


def test_an_answer_comes_with_new_files_and_those_of_the_return(world, here):
    problem, kept = write(world), here.attachments.get()
    path, lin = reverse("answer_problem", args=[here.pk, problem.pk]), signed_in(world.lin)
    files = [SimpleUploadedFile(f"{name}.pdf", pdf() + name.encode()) for name in "ab"]
    sent = {"text": "做了", "progress": "done", "files": files, "attachments": [kept.pk]}
    assert lin.post(path, sent)["Location"].endswith(f"/problems/#problem-{problem.pk}")
    names = list(ProblemFile.objects.order_by("pk").values_list("file_name", flat=True))
    assert names == ["a.pdf", "b.pdf", "旧.pdf"]
    for file, content in zip(ProblemFile.objects.order_by("pk"), [b"a", b"b", b""], strict=True):
        answer: Any = lin.get(reverse("download_problem_file", args=[here.pk, file.pk]))
        assert b"".join(answer.streaming_content) == pdf() + content
        assert answer["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_none_is_refused_and_nothing_is_answered(world, here):
    problem = write(world)
    path, lin = reverse("answer_problem", args=[here.pk, problem.pk]), signed_in(world.lin)
    sent = {"text": "做了", "progress": "done", "files": [SimpleUploadedFile("a.pdf", b"MZ")]}
    answer = lin.post(path, sent, follow=True)
    assert "您写的：做了" in answer.content.decode()
    assert Problem.objects.get().state == "open" and not ProblemFile.objects.exists()


def test_the_file_of_another_return_does_not_exist(world, here):
    theirs = make_submission(world.round, world.culture, world.zhao)
    other = attach_file(submission=theirs, file=evidence_file(pdf(), "别.pdf"), by=world.zhao, at=NOW)
    problem = write(world)
    path = reverse("answer_problem", args=[here.pk, problem.pk])
    sent = {"text": "做了", "progress": "done", "attachments": [other.pk]}
    assert signed_in(world.lin).post(path, sent).status_code == 404
    assert Problem.objects.get().state == "open"


def test_it_is_sent_back_with_a_new_day(world, here):
    problem = write(world)
    answer_problem(problem=problem, answer=Answer("做了", "under_way"), by=world.lin, at=NOW)
    path, he = reverse("ask_problem_again", args=[here.pk, problem.pk]), signed_in(world.he)
    assert he.post(path, {"text": "缺台账", "due_date": "2099-07-31"}).status_code == 302
    kept = Problem.objects.get()
    assert (kept.state, kept.due_date.isoformat()) == ("asked_again", "2099-07-31")


MOST_QUERIES = 34


@pytest.mark.parametrize("person", ["lin", "wu"])
def test_the_page_costs_the_same_however_many_there_are(world, here, person):
    counts = []
    for _ in range(2):
        problem = write(world)
        said = Answer("做了", "done", [evidence_file(pdf(), "a.pdf")])
        answer_problem(problem=problem, answer=said, by=world.lin, at=NOW)
        write(world)
        browser = signed_in(getattr(world, person))
        with statements() as executed:
            browser.get(reverse("problems", args=[here.pk]))
        assert len(executed) <= MOST_QUERIES, "\n".join(executed)
        counts.append(len(executed))
        for _ in range(20):
            problem = write(world)
            answer_problem(problem=problem, answer=said, by=world.lin, at=NOW)
    assert counts[0] == counts[1]
