"""A published return as everybody reads it: its figures, its correction, and nobody's name."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from budgets.book_plans import plan_of
from budgets.category_actions import apply_book, keep_book
from budgets.models import BudgetBook, BudgetLine, CategoryConfirmation, CellNote, ProjectLine
from budgets.returns import BASE_ITEMS, BY_FUNCTION
from orgs.models import Unit, User
from performance.models import PerformanceGoal
from performance.snapshots import content_of
from performance.views.public_file import FILES as KNOWN
from submissions.models import (
    Attachment,
    Explanation,
    Extension,
    Override,
    PointEntry,
    ReviewPoint,
    Snapshot,
    Submission,
    Transition,
)
from tests.performance.indicators import FULL_SET, fill, put
from tests.performance.public.pages import (
    FILES,
    address,
    ask,
    everything,
    inside,
    text_of,
)
from tests.world import (
    NOW,
    adjustment,
    category,
    change,
    make_public,
    make_submission,
    many_items,
    numbered,
    put_in_status,
    put_point,
    save,
    signed_in,
    statements,
    without_guards,
)

REPORT = address("public_report")


@pytest.fixture
def filled(here):
    """Lin's return with some figures, a full set of indicators and an execution rate of 98.5 %."""
    save(
        here,
        change(category("2240101"), initial_budget="1500000", revised_budget="2000000", outturn="1970000"),
    )
    fill(here, rate=False)
    return here


@pytest.fixture
def public(filled):
    """The same, made public."""
    make_public(filled, address="https://www.example.gov.cn/report")
    return filled


def test_the_page_shows_the_main_figures_and_what_it_is(public):
    page = text_of(REPORT)
    # 197 − 150 = 47, 47 ÷ 150 = 31.33 %, 197 ÷ 200 = 98.5 %, of 10 points 9.85, with 90 of 90: 99.85
    for words in ("150.00", "200.00", "197.00", "+47.00", "+31.33", "98.50", "99.85", "优"):
        assert words in page
    for words in ("零陵区应急管理局", "2023 年度", "2024年9月1日", "第 1 版", public.snapshot.sha256):
        assert words in page
    assert 'href="https://www.example.gov.cn/report"' in page
    assert "已更正" not in page
    assert text_of(address("public_version", 1)).count("已更正") == 0


def test_a_page_is_made_once_a_minute_whatever_stands_behind_its_address(public):
    first = ask(REPORT)
    with statements() as executed:
        again = ask(f"{REPORT}?x=2")
    assert again.content == first.content and len(executed) == 1, numbered(executed)
    Unit.objects.filter(pk=public.unit_id).update(name="零陵区应急管理和消防局")
    assert "零陵区应急管理和消防局" in text_of(REPORT)
    put_in_status(public, "approved")
    assert ask(REPORT).status_code == 404


def test_what_cannot_be_computed_says_why(here):
    save(here, change("total", outturn="19680100"), schedule=BY_FUNCTION)
    make_public(here)
    page = text_of(REPORT)
    for words in ("年初预算数未填", "全年预算数未填", "没有自评得分"):
        assert words in page


@pytest.mark.parametrize("status", Submission.Status)
def test_only_what_is_public_is_there_whatever_is_asked(public, status):
    put_in_status(public, status)
    expected = 200 if status == "published" else 404
    for path in everything():
        response = ask(path)
        assert response.status_code == (404 if "projects" in path else expected), path
        if response.status_code == 404:
            assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("status", [each for each in Submission.Status if each != "published"])
def test_a_correction_is_not_there_before_it_is_public(world, public, status):
    new = make_submission(world.round, world.emergency, world.lin, revision=2)
    save(new, change("total", outturn="7654321"), schedule=BY_FUNCTION)
    put_in_status(new, status)
    assert [ask(path).status_code for path in everything(2)[1:]] == [404] * (len(everything(2)) - 1)
    page = text_of(REPORT)
    assert "765.43" not in page and "第 2 版" not in page


@pytest.mark.parametrize(
    "place",
    [("431103", 2023, "224001"), ("431102", 2022, "224001"), ("431102", 2023, "224002"), ("1", 2023, "1")],
)
def test_nothing_is_guessed(public, place):
    assert {ask(path).status_code for path in everything(place=place)} == {404}
    for path in (f"{REPORT}2/", f"{REPORT}0/", f"{REPORT}01/", f"{REPORT}99999/", f"{REPORT}1/report.exe"):
        assert ask(path).status_code == 404


def test_a_public_page_that_is_not_there_leads_to_the_list(public):
    page = ask(f"{REPORT}2/").content.decode()
    assert "没有公开、不再公开" in page and 'href="/public/"' in page and "我的工作" not in page


# --- Corrections


def corrected(world, old, because="审计发现办公经费有误"):
    """The second revision, with a figure, a text and an indicator that read otherwise, made public."""
    with without_guards("submissions_transition"):
        Transition.objects.create(
            submission=old,
            action="correct",
            from_status="published",
            to_status="published",
            actor=world.lin,
            actor_name="林晓",
            comment=because,
            at=NOW,
        )
    new = make_submission(world.round, world.emergency, world.lin, revision=2)
    save(
        new,
        change(category("2240101"), initial_budget="1500000", revised_budget="2000000", outturn="1960000"),
    )
    save(new, change("office", outturn="345600"), schedule=BASE_ITEMS)
    for name, second_level, points in FULL_SET:
        done, score = ("99 %", "49") if name == "办理事项" else ("100 %", points)
        given = {"target_value": "100 %", "actual_value": done, "max_score": points, "score": score}
        put(new, name, second_level=second_level, **given)
    PerformanceGoal.objects.create(submission=new, expected="办好一百件。", achieved="办了九十九件。")
    make_public(new, day=date(2024, 11, 5))
    return new


def test_a_correction_shows_both_versions_and_what_changed(world, public):
    corrected(world, public)
    page = text_of(REPORT)
    assert "已更正：第 2 版替代第 1 版" in page
    assert "2024年9月1日 公开，第 2 版 2024年11月5日 公开" in page
    assert "审计发现办公经费有误" in page
    part = page[page.index('id="correction"') : page.index('id="charts"')]
    rows = [[cell.partition("<")[0] for cell in row.split(">")] for row in part.split("<tr>")]
    shown = [[text for text in row if text.strip()] for row in rows]
    # 196 − 150 = 46 and 46 ÷ 150 = 30.67 %; 98.00 % of 10 points are 9.80, with 89 of 90: 98.80
    for expected in (
        ["决算（万元）", "197.00", "196.00", "−1.00"],
        ["年初预算（万元）", "150.00", "150.00", "不变"],
        ["差异率（%）", "+31.33", "+30.67", "−0.67"],
        ["自评得分（分）", "99.85", "98.80", "−1.05"],
        ["2240101 科目2240101", "支出（按功能分类）", "决算数", "197 万元", "196 万元"],
        ["公用经费其中：办公经费", "其他基础数据", "决算数", "（空）", "34.56 万元"],
        ["办理事项", "绩效指标", "实际完成值", "100 %", "99 %"],
        ["办理事项", "绩效指标", "得分", "50.00", "49.00"],
    ):
        assert expected in [[_plain(text) for text in row][: len(expected)] for row in shown], shown
    assert "年度总体目标和偏差原因" in part


def _plain(text):
    return text.strip().replace("197.00 万元", "197 万元").replace("196.00 万元", "196 万元")


def test_the_version_that_was_replaced_stays_to_be_read_and_says_so(world, public):
    corrected(world, public)
    page = text_of(address("public_version", 1))
    assert "第 2 版替代第 1 版" in page and "197.00" in page and "196.00" not in page
    assert b"197" in inside(ask(address("public_file", 1, "department.xlsx")).content)
    again = text_of(address("public_version", 2))
    assert "196.00" in again
    assert "已更正" in text_of("/public/")


def test_a_revision_that_was_taken_back_before_it_was_public_is_never_shown(world, public):
    """Revision 2 was approved and taken back, revision 3 is public: 3 replaces 1."""
    taken_back = make_submission(world.round, world.emergency, world.lin, revision=2)
    save(taken_back, change("total", outturn="7654321"), schedule=BY_FUNCTION)
    put_in_status(taken_back, "in_review")
    content = content_of(taken_back)
    Snapshot.objects.create(submission=taken_back, content=content, sha256=Snapshot.digest(content), at=NOW)
    put_in_status(taken_back, "superseded")
    third = make_submission(world.round, world.emergency, world.lin, revision=3)
    make_public(third)
    page = text_of(REPORT)
    assert "第 3 版替代第 1 版" in page and "第 2 版" not in page and "765.43" not in page
    assert ask(address("public_version", 2)).status_code == 404


def test_when_the_correction_is_taken_back_nothing_of_it_is_there(world, public):
    new = corrected(world, public)
    put_in_status(new, "approved")
    assert {ask(path).status_code for path in (*everything(1), *everything(2))} == {404}


# --- Nobody's name

NAME, PHONE, MAIL = "甄不露", "13900001234", "zhen@example.com"
DECOY = f"{NAME} {PHONE} {MAIL}"


def test_nobodys_name_phone_or_mail_is_public(world, filled):
    """Each place of the product that holds a person, or words between unit and reviewers."""
    here = filled
    for person in (world.lin, world.wu):
        User.objects.filter(pk=person.pk).update(full_name=NAME, email=MAIL, username=f"{PHONE}{person.pk}")
    line = put(here, "另一个", explanation=DECOY, evidence=DECOY, data_source=DECOY)
    save(here, adjustment("零财预〔2023〕1号", kind="increase", adjusted="1", reason=DECOY))
    by = {"actor": world.lin, "actor_name": NAME, "at": NOW}
    of_line = {"submission": here, "schedule": "indicators", "row": f"line-{line.pk}"}
    CellNote.objects.create(**of_line, column="score", text=DECOY, author=world.lin, at=NOW)
    said = of_line | {"code": "C-034", "rule_version": 1, "column": "score", "digest": "0" * 64}
    Explanation.objects.create(**said, **by, text=DECOY)
    Override.objects.create(**said, **by, reason=DECOY)
    with without_guards("submissions_attachment"):
        Attachment.objects.create(
            **of_line,
            place_name="指标",
            file_name=f"{NAME}{PHONE}.pdf",
            kind="pdf",
            size=9,
            sha256="0" * 64,
            uploaded_by=world.lin,
            uploaded_by_name=NAME,
            at=NOW,
        )
    point = put_point(here, "performance_office", place_name=DECOY)
    with without_guards("submissions_reviewpoint"):
        ReviewPoint.objects.update(demand=DECOY, actor_name=NAME)
    with without_guards("submissions_pointentry"):
        PointEntry.objects.create(point=point, kind="answered", text=DECOY, **by)
    with without_guards("submissions_transition"):
        step = {
            "submission": here,
            "from_status": "draft",
            "to_status": "in_review",
            "to_desk": "performance_office",
        }
        Transition.objects.create(**step, action="submit", comment=DECOY, **by)
    Extension.objects.create(
        round=world.round, unit=world.emergency, until_date=timezone.localdate(), reason=DECOY, **by
    )
    make_public(here, secrecy_reviewer=NAME, signatory=NAME, actor_name=NAME, authorisation=DECOY)
    paths = ["/public/", *everything()]
    for path in paths:
        response = ask(path)
        if response.status_code == 404:
            assert "projects" in path
            continue
        said_there = inside(response.content)
        for decoy in (NAME.encode(), PHONE.encode(), MAIL.encode(), NAME.encode("unicode_escape")):
            assert decoy not in said_there, path
    # The decoys are where a person of the inside would find them: without that nothing was proved.
    inner = signed_in(world.lin).get(f"/submissions/{here.pk}/history/").content.decode()
    assert NAME in inner and PHONE in inner


@pytest.mark.parametrize("form", ["department", "base-data"])
def test_lines_for_names_are_left_out_of_the_page_and_blank_in_the_workbook(public, form):
    page = text_of(address("public_form", 1, form))
    assert not any(words in page for words in ("填表人", "联系电话", "单位负责人"))
    book = inside(ask(address("public_file", 1, f"{form}.xlsx")).content).decode()
    by_hand = book[book.index("填表人") :].partition("<")[0]
    for label in ("填表人", "（签名）", "填报日期", "联系电话", "单位负责人", "签字", "："):
        by_hand = by_hand.replace(label, "")
    assert not by_hand.strip(" \u3000")


# --- Kept, and gone


def test_a_browser_that_has_the_page_is_told_so_without_the_page_being_made(public):
    first = ask(REPORT)
    with statements() as executed:
        again = ask(REPORT, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert len(executed) == 1, numbered(executed)


@pytest.mark.parametrize("number", range(len(everything())))
def test_what_is_taken_back_is_gone_from_the_server_at_once_and_from_caches_in_a_minute(public, number):
    path = everything()[number]
    first = ask(path)
    put_in_status(public, "approved")
    again = ask(path, if_none_match=first.headers.get("ETag", "x"))
    assert again.status_code == 404 and "no-store" in again["Cache-Control"]
    if first.status_code == 200:
        [seconds] = [part[8:] for part in first["Cache-Control"].split(", ") if part.startswith("max-age=")]
        assert int(seconds) <= 60


@pytest.mark.parametrize("tag", ["*", " * "])
def test_whoever_has_anything_is_told_so_of_what_is_there_and_of_nothing_else(public, tag):
    kept = ask(REPORT, if_none_match=tag)
    assert (kept.status_code, kept.content, kept["ETag"]) == (304, b"", ask(REPORT)["ETag"])
    assert ask(address("public_file", 1, "figures.csv"), if_none_match=tag).status_code == 304
    without_projects = [
        address("public_form", 1, "projects"),
        address("public_file", 1, "projects.xlsx"),
        address("public_version", 2),
        address("public_report", place=("431102", 2022, "224001")),
    ]
    for path in without_projects:
        assert ask(path, if_none_match=tag).status_code == 404, path
    with without_guards("budgets_budgetline"):
        BudgetLine.objects.filter(submission=public).update(outturn="1")
    assert ask(address("public_form", 1, "department"), if_none_match=tag).status_code == 503


def test_a_correction_changes_the_tag_of_the_page(world, public):
    first = ask(REPORT)
    corrected(world, public)
    assert ask(REPORT, if_none_match=first["ETag"]).status_code == 200


def call_by_a_book(world, name):
    """Call 2240101 otherwise by an official book, as an administrator does."""
    facts = {"book": BudgetBook.GENERAL_PUBLIC, "fiscal_year": 2023, "rows": [("2240101", name)]}
    kept = keep_book(**facts, file_name="科目.xlsx", sha256="0" * 64, by=world.qian, at=NOW)
    apply_book(book=kept, retire_missing=False, seen=plan_of(kept).digest, by=world.qian, at=NOW)


def confirm_a_code(world, name):
    """Confirm a code that Lin's bureau added; it may head the rows of anybody."""
    CategoryConfirmation.objects.create(
        book=BudgetBook.GENERAL_PUBLIC,
        code="2249998",
        name=name,
        unit=world.emergency,
        actor=world.qian,
        actor_name="钱宁",
        at=NOW,
    )


def test_a_name_that_a_book_puts_right_is_on_the_page_and_in_the_files(world, public):
    paths = [REPORT, address("public_file", 1, "figures.csv"), address("public_file", 1, "report.docx")]
    before = [ask(path) for path in paths]
    call_by_a_book(world, "改正后的名称")
    for path, first in zip(paths, before, strict=True):
        again = ask(path, if_none_match=first["ETag"])
        assert again.status_code == 200 and "改正后的名称" in inside(again.content).decode(errors="ignore"), (
            path
        )


def test_a_code_that_was_confirmed_changes_the_tag(world, public):
    first = ask(REPORT)
    confirm_a_code(world, "某项")
    assert ask(REPORT, if_none_match=first["ETag"]).status_code == 200


def test_rows_that_are_not_what_was_approved_are_not_shown(public):
    with without_guards("budgets_budgetline"), connection.cursor() as cursor:
        cursor.execute("UPDATE budgets_budgetline SET outturn = 9876543 WHERE outturn = 1970000")
    for path in everything():
        response = ask(path)
        assert response.status_code == 503, path
        assert "no-store" in response["Cache-Control"]
        assert "987.65" not in response.content.decode()


# --- How much it takes


def test_the_pages_take_as_many_queries_for_many_rows_as_for_few(world, public):
    pages = [REPORT, address("public_form", 1, "department"), address("public_file", 1, "figures.json")]
    few = [counted(path) for path in pages]
    new = make_submission(world.round, world.rescue, world.lin)
    save(new, *(change(item, initial_budget="1", outturn="2") for item in many_items(60)))
    for number in range(20):
        ProjectLine.objects.create(submission=new, name=f"项目{number}", entered_in="yuan", outturn="1")
        put(new, f"指标{number}", second_level="quantity", max_score="1", score="1")
    make_public(new)
    many = [counted(path.replace("224001", "224002")) for path in pages]
    assert BudgetLine.objects.filter(submission=new).count() == 60
    assert many == few and few[0] <= 40, (few, many)


def test_a_corrected_page_takes_no_query_more(world, public):
    plain = counted(REPORT)
    corrected(world, public)
    assert counted(REPORT) == plain


def counted(path):
    """How many statements an address takes."""
    with statements() as executed:
        assert ask(path).status_code == 200
    return len(executed)


# --- What people write


def test_what_people_write_is_harmless_on_every_page(world, here):
    hostile = "<script>alert(1)</script>{{ 1 }}\"'>"
    world.emergency.name = f"局{hostile}"
    world.emergency.save()
    ProjectLine.objects.create(submission=here, name=f"=1+1{hostile}", entered_in="yuan", outturn="1")
    put(here, f"@SUM(1){hostile}", second_level="quantity", target_value=hostile, max_score="50", score="50")
    PerformanceGoal.objects.create(submission=here, expected=hostile, achieved=hostile)
    make_public(here)
    for path in ("/public/", *everything()):
        response = ask(path)
        assert response.status_code == 200, path
        if "html" in response["Content-Type"]:
            assert b"<script>" not in response.content, path
        else:
            assert response["Content-Disposition"].startswith("attachment"), path
            assert response["X-Content-Type-Options"] == "nosniff"


def test_the_files_that_are_asked_for_here_are_all_but_the_pdf():
    assert {*FILES, "report.pdf"} == set(KNOWN)
