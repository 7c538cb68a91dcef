"""Problems of approved returns: written down, issued, answered with evidence, sent back, closed; and the list."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from orgs.file_kinds import evidence_file
from performance.revision_actions import copy_return
from submissions import actions, problem_actions
from submissions.actions import NotNow, NotPermitted, NotYours, Unfinished, WrongDate
from submissions.attachment_actions import NoRoom, attach_file
from submissions.attachment_files import path_of
from submissions.models import Notice, Problem, ProblemEntry, ProblemFile, Submission
from submissions.permissions import problems_seen_by
from submissions.point_actions import TooMany
from submissions.problem_actions import Answer, ProblemPlan
from submissions.problems import told_of_problems
from tests.evidence_files import pdf
from tests.world import (
    NOW,
    Role,
    make_person,
    make_round,
    make_submission,
    numbered,
    put_in_status,
    signed_in,
    statements,
)

DUE = date(2099, 5, 31)
PLAN = ProblemPlan("预算执行率偏低", "建立支出台账，按月通报", DUE)
DONE = Answer("已按月通报，年底执行率 97 %", "done")


@pytest.fixture
def here(world):
    """Lin's return, approved, with a file that was attached before."""
    attach_file(submission=world.submission, file=evidence_file(pdf(), "旧.pdf"), by=world.lin, at=NOW)
    put_in_status(world.submission, "approved")
    return Submission.objects.get(pk=world.submission.pk)


def write(world, *, issues=True, by=None, at=NOW, submission=None, **plan):
    said = {"text": PLAN.text, "demand": PLAN.demand, "due_date": DUE} | plan
    return problem_actions.write_problem(
        submission=submission or world.submission,
        plan=ProblemPlan(**said),
        issues=issues,
        by=by or world.wu,
        at=at,
    )


def answer(world, problem, said=DONE, by=None):
    return problem_actions.answer_problem(problem=problem, answer=said, by=by or world.lin, at=NOW)


def send_back(world, problem, text="缺台账", due_date=None, by=None):
    return problem_actions.ask_problem_again(
        problem=problem, text=text, due_date=due_date, by=by or world.wu, at=NOW
    )


def close(world, problem, text="", by=None):
    return problem_actions.close_problem(problem=problem, text=text, by=by or world.wu, at=NOW)


def issue(world, problem, by=None):
    return problem_actions.issue_problem(problem=problem, by=by or world.wu, at=NOW)


def drop(world, problem, by=None):
    return problem_actions.drop_problem(problem=problem, by=by or world.wu, at=NOW)


def state(problem):
    return Problem.objects.get(pk=problem.pk).state


def told(person):
    return [(each.kind, each.text) for each in Notice.objects.filter(recipient=person).order_by("pk")]


# --- The way


def test_the_whole_way_from_writing_it_down_to_closing(world, here):
    problem = write(world, issues=False)
    assert (state(problem), told(world.lin)) == ("written", [])
    issue(world, problem)
    assert state(problem) == "open"
    answer(world, problem)
    assert state(problem) == "answered"
    send_back(world, problem, due_date=date(2099, 6, 30))
    assert (state(problem), Problem.objects.get().due_date) == ("asked_again", date(2099, 6, 30))
    answer(world, problem, Answer("台账见附件", "lasting"))
    close(world, problem)
    assert state(problem) == "closed"
    kinds = list(problem.entries.order_by("pk").values_list("kind", "progress", "roles"))
    office, lin = "财政绩效股", "填报人"
    assert kinds == [
        ("issued", "", office),
        ("answered", "done", lin),
        ("asked_again", "", office),
        ("answered", "lasting", lin),
        ("closed", "", office),
    ]


def test_who_is_told_what(world, here):
    problem = write(world, by=world.he)
    answer(world, problem)
    send_back(world, problem, by=world.wu)
    answer(world, problem)
    close(world, problem, by=world.he)
    called = "零陵区应急管理局 2023 年度："
    assert told(world.lin) == [
        ("problem_issued", f"{called}财政局下达了整改问题，请在 2099-05-31 前反馈。"),
        ("problem_again", f"{called}整改问题被退回，请在 2099-05-31 前再反馈。"),
        ("problem_closed", f"{called}整改问题已销号。"),
    ]
    of_answer = ("problem_answered", f"{called}单位反馈了整改问题，请审核。")
    assert told(world.wu) == told(world.he) == [of_answer, of_answer]
    assert told(world.zhao) == told(world.feng) == told(world.sun) == []
    assert not Notice.objects.filter(kind="problem_answered", seen_at=None).exists()


def test_an_answer_of_another_problem_still_waits(world, here):
    first, second = write(world), write(world)
    answer(world, first)
    answer(world, second)
    close(world, first)
    assert Notice.objects.filter(kind="problem_answered", seen_at=None).count() == 2
    close(world, second)
    assert not Notice.objects.filter(kind="problem_answered", seen_at=None).exists()


def test_a_step_of_the_return_leaves_what_was_told_of_problems(world, here):
    write(world)
    facts = {"comment": "漏了一笔", "copy": copy_return, "by": world.wu, "at": NOW}
    actions.reopen(submission=here, seen=0, **facts)
    assert Notice.objects.get(kind="problem_issued").seen_at is None


def test_it_outlasts_the_revision_it_was_written_of(world, here):
    problem = write(world)
    facts = {"comment": "漏了一笔", "copy": copy_return, "by": world.wu, "at": NOW}
    new = actions.reopen(submission=here, seen=0, **facts)
    assert list(problems_seen_by(world.lin, new)) == [problem]
    assert Submission.objects.for_workspace().get(pk=new.pk).problems_left == 1
    answer(world, problem)
    close(world, problem)
    assert Submission.objects.for_workspace().get(pk=new.pk).problems_left is None
    assert Submission.objects.for_workspace().get(pk=new.pk).problem_count == 1


# --- Guards of the deeds


@pytest.mark.parametrize("status", ["draft", "in_review", "returned", "superseded"])
def test_only_of_an_approved_return_is_one_written_down(world, here, status):
    put_in_status(here, status)
    with pytest.raises(NotNow, match="审核通过以后"):
        write(world)


def test_of_a_public_return_too(world, here):
    put_in_status(here, "published")
    assert state(write(world)) == "open"


def test_who_does_what(world, here):
    for person in (world.lin, world.sun, world.chen, world.qian, world.tang, world.zhao, world.feng):
        for issues in (False, True):
            with pytest.raises(NotPermitted):
                write(world, by=person, issues=issues)
    problem = write(world, issues=False)
    for person in (world.lin, world.sun, world.chen, world.qian, world.tang, world.feng):
        for deed in (issue, drop):
            with pytest.raises(NotPermitted):
                deed(world, problem, by=person)
    issue(world, problem, by=world.he)
    for person in (world.sun, world.chen, world.he, world.wu, world.qian, world.zhao):
        with pytest.raises(NotPermitted):
            answer(world, problem, by=person)
    answer(world, problem)
    for person in (world.lin, world.sun, world.chen, world.qian, world.tang, world.feng):
        for judge in (send_back, close):
            with pytest.raises(NotPermitted):
                judge(world, problem, by=person)


def test_a_division_looks_after_its_own_units_alone(world, here):
    ours = make_person("bai", "白", (Role.DIVISION, world.emergency))
    others = make_person("hei", "黑", (Role.DIVISION, world.culture))
    assert state(write(world, by=ours)) == "open"
    with pytest.raises(NotPermitted):
        write(world, by=others)


def test_nobody_judges_what_she_answered(world, here):
    world.lin.memberships.create(unit=world.finance, role=Role.PERFORMANCE_OFFICE, started_at=NOW)
    both = type(world.lin).objects.get(pk=world.lin.pk)
    problem = write(world)
    answer(world, problem, by=both)
    for deed in (send_back, close):
        with pytest.raises(NotYours, match="自己的反馈"):
            deed(world, problem, by=both)
    close(world, problem)


def test_what_its_state_does_not_allow(world, here):
    ways: dict[str, Any] = {
        "issue": issue,
        "drop": drop,
        "answer": answer,
        "send_back": send_back,
        "close": close,
    }
    allowed = {
        "written": {"issue", "drop"},
        "open": {"answer", "close"},
        "answered": {"send_back", "close"},
        "asked_again": {"answer", "close"},
        "closed": set(),
        "dropped": set(),
    }
    for there, names in allowed.items():
        for name, deed in ways.items():
            with transaction.atomic():
                problem = in_state(world, there)
                if name in names:
                    deed(world, problem, **({"text": "作罢"} if name == "close" else {}))
                else:
                    with pytest.raises(NotNow):
                        deed(world, problem)
                transaction.set_rollback(True)


def in_state(world, there):
    problem = write(world, issues=there not in ("written", "dropped"))
    if there == "dropped":
        drop(world, problem)
    if there in ("answered", "asked_again", "closed"):
        answer(world, problem)
    if there == "asked_again":
        send_back(world, problem)
    if there == "closed":
        close(world, problem)
    assert state(problem) == there
    return problem


def test_what_is_not_said(world, here):
    for plan in ({"text": " "}, {"demand": "\n"}):
        with pytest.raises(Unfinished, match="请写明问题和整改要求"):
            write(world, **plan)
    with pytest.raises(WrongDate, match="已经过去"):
        write(world, due_date=date(2024, 2, 29))
    problem = write(world)
    with pytest.raises(Unfinished, match="直接销号的请写明理由"):
        close(world, problem)
    with pytest.raises(Unfinished, match="整改措施"):
        answer(world, problem, Answer(" ", "done"))
    with pytest.raises(Unfinished, match="完成情况"):
        answer(world, problem, Answer("做了", "nearly"))
    answer(world, problem)
    with pytest.raises(Unfinished, match="退回的理由"):
        send_back(world, problem, text="")
    with pytest.raises(WrongDate):
        send_back(world, problem, due_date=date(2024, 2, 29))
    assert state(problem) == "answered"


def test_a_hundred_are_enough(world, here, monkeypatch):
    monkeypatch.setattr(problem_actions, "MOST_PROBLEMS", 2)
    write(world)
    write(world)
    with pytest.raises(TooMany):
        write(world)


# --- Evidence


def test_evidence_goes_with_the_answer_and_changes_nothing_of_the_return(world, here):
    problem, kept = write(world), here.attachments.get()
    new = evidence_file(pdf() + b"\n", "台账.pdf")
    entry = answer(world, problem, Answer("见附件", "done", [new], [kept]))
    own, linked = entry.files.order_by("pk")
    assert (own.file_name, own.attachment, linked.file_name, linked.attachment) == (
        "台账.pdf",
        None,
        "旧.pdf",
        kept,
    )
    assert path_of(own.sha256).read_bytes() == pdf() + b"\n"
    assert list(here.attachments.all()) == [kept] and here.row_version == 1


def test_too_many_files_are_refused_and_leave_nothing(world, here, monkeypatch):
    monkeypatch.setattr(problem_actions, "MOST_FILES", 1)
    problem = write(world)
    files = [evidence_file(pdf() + each, "a.pdf") for each in (b"\n", b"\n\n")]
    with pytest.raises(NoRoom):
        answer(world, problem, Answer("见附件", "done", files))
    assert state(problem) == "open" and not ProblemFile.objects.exists()


def test_a_full_disk_leaves_no_answer(world, here, monkeypatch):
    def full(content):
        raise OSError

    monkeypatch.setattr(problem_actions, "keep_content", full)
    problem = write(world)
    with pytest.raises(NoRoom, match="存不下"):
        answer(world, problem, Answer("见附件", "done", [evidence_file(pdf(), "a.pdf")]))
    assert state(problem) == "open" and not ProblemEntry.objects.filter(kind="answered").exists()


# --- Guards of the database


def refused(sql, *values, match):
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


ENTRY = """INSERT INTO submissions_problementry (problem_id, kind, text, progress, actor_id, actor_name, at)
           VALUES (%s, %s, %s, %s, %s, '某人', now())"""


def test_the_database_moves_no_problem_against_its_way(world, here):
    for there, kinds in {
        "written": ("answered", "asked_again", "closed"),
        "open": ("issued", "dropped", "asked_again"),
        "answered": ("issued", "dropped", "answered"),
        "asked_again": ("issued", "dropped", "asked_again"),
        "closed": ("issued", "dropped", "answered", "asked_again", "closed"),
        "dropped": ("issued", "dropped", "answered", "asked_again", "closed"),
    }.items():
        problem = in_state(world, there)
        for kind in kinds:
            progress = "done" if kind == "answered" else ""
            refused(ENTRY, problem.pk, kind, "x", progress, world.wu.pk, match="is not")
    problem = in_state(world, "open")
    refused(ENTRY, problem.pk, "closed", "", "", world.wu.pk, match="is not")
    problem = in_state(world, "answered")
    refused(ENTRY, problem.pk, "closed", "", "", world.lin.pk, match="judges what they answered")
    refused(ENTRY, in_state(world, "open").pk, "answered", "做了", "", world.lin.pk, match="how_far")


def test_the_database_changes_a_problem_by_an_entry_only(world, here):
    problem = in_state(world, "open")
    for change in ("state = 'closed'", "due_date = '2099-07-01'", "text = '别的'", "demand = '别的'"):
        refused(f"UPDATE submissions_problem SET {change}", match="problem")
    assert state(problem) == "open"


def test_a_file_is_added_to_no_answer_that_was_judged(world, here):
    problem = write(world)
    entry = answer(world, problem)
    file = {"file_name": "a.pdf", "kind": "pdf", "size": 1, "sha256": "0" * 64}
    theirs = make_submission(world.round, world.culture, world.zhao)
    other = attach_file(submission=theirs, file=evidence_file(pdf(), "b.pdf"), by=world.zhao, at=NOW)
    with pytest.raises(DatabaseError, match="of its return"), transaction.atomic():
        ProblemFile.objects.create(entry=entry, attachment=other, **file | {"sha256": other.sha256})
    ProblemFile.objects.create(entry=entry, **file)
    close(world, problem)
    with pytest.raises(DatabaseError, match="answer that stands"), transaction.atomic():
        ProblemFile.objects.create(entry=entry, **file)


# --- What is told


def test_the_history_tells_what_was_issued_and_nothing_else(world, here):
    write(world, issues=False)
    drop(world, write(world, issues=False))
    problem = write(world)
    answer(world, problem)
    send_back(world, problem, due_date=date(2099, 6, 30))
    answer(world, problem)
    close(world, problem, text="可以")
    said = [(each.said, each.words) for each in told_of_problems(here)]
    office = "财政绩效股吴芳（零陵区财政局）"
    assert said == [
        (f"{office}下达整改问题“预算执行率偏低”，2099年5月31日前反馈。", PLAN.demand),
        ("填报人林晓（零陵区应急管理局）反馈整改问题“预算执行率偏低”（已完成）。", DONE.text),
        (f"{office}将整改问题“预算执行率偏低”退回整改，2099年6月30日前再反馈。", "缺台账"),
        ("填报人林晓（零陵区应急管理局）反馈整改问题“预算执行率偏低”（已完成）。", DONE.text),
        (f"{office}将整改问题“预算执行率偏低”销号。", "可以"),
    ]
    html = signed_in(world.lin).get(reverse("history", args=[here.pk])).content.decode()
    assert "下达整改问题" in html


def test_the_trail_has_all_of_it(world, here):
    problem = write(world, issues=False)
    issue(world, problem)
    answer(world, problem)
    entries = signed_in(world.tang).get(reverse("audit")).context["entries"]
    mine = [(each.who, each.action, each.what) for each in entries if "整改问题" in each.action]
    assert sorted(mine) == sorted(
        [
            (
                "吴芳",
                "登记整改问题",
                "2023 年度：预算执行率偏低。要求：建立支出台账，按月通报",
            ),
            ("吴芳", "下达整改问题", "2023 年度：预算执行率偏低，时限 2099-05-31"),
            ("林晓", "反馈整改问题", f"2023 年度：预算执行率偏低。内容：{DONE.text}"),
        ]
    )
    only = signed_in(world.tang).get(reverse("audit"), {"action": "problem_say:answered"})
    assert [each.action for each in only.context["entries"]] == ["反馈整改问题"]


# --- The list of the bureau


@pytest.fixture
def book(world, here):
    """Problems of three units in several states, one of them late; others of another round and bureau."""
    for unit, by in ((world.rescue, world.lin), (world.culture, world.zhao)):
        make_submission(world.round, unit, by, status="approved")
    rescue, culture = (unit.submissions.get() for unit in (world.rescue, world.culture))
    write(world, text="甲", issues=False)
    answer(
        world,
        write(world, text="乙"),
        Answer("建了台账", "under_way", [evidence_file(pdf(), "台账.pdf")]),
    )
    write(world, text="丙", submission=rescue, due_date=date(2024, 3, 2))
    close(world, write(world, text="丁", submission=culture), text="不再需要")
    drop(world, write(world, text="戊", submission=culture, issues=False))
    last = make_submission(make_round(world.finance, 2022), world.emergency, world.lin, status="approved")
    write(world, text="去年的", submission=last)
    there = make_submission(make_round(world.next_county), world.next_county, world.feng, status="approved")
    write(world, text="别县的", submission=there, by=world.feng)
    return world


def listed(world, person=None, **asked):
    page = signed_in(person or world.wu).get(reverse("round_problems", args=[world.round.pk]), asked)
    assert page.status_code == 200
    return [problem.text for problem, _ in page.context["rows"]]


def test_the_overview_is_offered_to_who_may_see_it(book):
    overview, page = (reverse(name, args=[book.round.pk]) for name in ("round_overview", "round_problems"))
    link = f'href="{overview}"'
    assert link in signed_in(book.wu).get(page).content.decode()
    assert link not in signed_in(book.he).get(page).content.decode()


def test_the_overview_says_what_waits_and_what_is_late_and_leads_there(book):
    overview, problems = (
        reverse(name, args=[book.round.pk]) for name in ("round_overview", "round_problems")
    )
    page = signed_in(book.wu).get(overview).content.decode()
    assert f'href="{problems}?state=answered">1 条待审核</a>' in page and listed(book, state="answered") == [
        "乙"
    ]
    assert f'href="{problems}?overdue=on">1 条逾期</a>' in page and listed(book, overdue="on") == ["丙"]


def test_the_list_has_the_problems_of_the_round_unit_by_unit(book):
    assert listed(book) == ["甲", "乙", "丙", "丁"]
    assert listed(book, person=book.he) == listed(book, person=book.qian) == ["甲", "乙", "丙", "丁"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"state": "written"}, ["甲"]),
        ({"state": "dropped"}, ["戊"]),
        ({"state": "open", "overdue": "on"}, ["丙"]),
        ({"overdue": "on"}, ["丙"]),
        ({"department": "emergency"}, ["甲", "乙", "丙"]),
        ({"department": "culture"}, ["丁"]),
        ({"department": "next_county"}, ["甲", "乙", "丙", "丁"]),
        ({"state": "nothing"}, ["甲", "乙", "丙", "丁"]),
    ],
)
def test_the_address_says_what_is_looked_at(book, asked, expected):
    if unit := getattr(book, asked.get("department", ""), None):
        asked = asked | {"department": unit.pk}
    assert listed(book, **asked) == expected


def test_how_many_there_are_in_each_state(book):
    counts = signed_in(book.wu).get(reverse("round_problems", args=[book.round.pk])).context["counts"]
    assert {state.value: number for state, number in counts.of.items()} == {
        "written": 1,
        "open": 1,
        "answered": 1,
        "asked_again": 0,
        "closed": 1,
        "dropped": 1,
    }
    assert (counts.all, counts.overdue) == (4, 1)


def test_the_list_is_taken_along_as_the_form_has_it(book):
    answer = signed_in(book.wu).get(reverse("download_problems", args=[book.round.pk]))
    title, said, heads, *rows = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert title[0] == "问题整改台账" and said[0].endswith("4 个问题")
    assert heads == ("序号", "问题", "责任单位", "整改措施", "时限", "完成情况", "佐证")
    late = (timezone.localdate() - date(2024, 3, 2)).days
    asked, unit = f"要求：{PLAN.demand}", "零陵区应急管理局"
    assert rows == [
        (1, "甲", unit, asked, "2099-05-31", "待下达", None),
        (2, "乙", unit, "建了台账", "2099-05-31", "正在整改，待审核", "台账.pdf"),
        (3, "丙", "应急救援中心", asked, "2024-03-02", f"待整改，逾期 {late} 天", None),
        (4, "丁", "零陵区文化馆", asked, "2099-05-31", "已销号", None),
    ]


MOST_QUERIES = 11


def test_the_list_costs_the_same_however_many_there_are(book):
    counts = []
    for _ in range(2):
        for path in (reverse(name, args=[book.round.pk]) for name in ("round_problems", "download_problems")):
            browser = signed_in(book.wu)
            with statements() as executed:
                assert browser.get(path).status_code == 200
            assert len(executed) <= MOST_QUERIES, numbered(executed)
            counts.append(len(executed))
        for number in range(30):
            problem = write(book, text=f"第 {number} 个")
            answer(book, problem, Answer("做了", "done", [evidence_file(pdf(), "a.pdf")]))
    assert counts[:2] == counts[2:]
    assert len(listed(book)) == 50 and len(listed(book, page=2)) == 14
