"""Attachments: what is kept and where, who attaches, sees and removes when, and what the pages show."""

import re
import stat
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from budgets.cells import row_id
from budgets.returns import PROJECTS
from budgets.rows import return_rows
from orgs.file_kinds import evidence_file
from submissions import actions, attachment_actions, attachment_files
from submissions.attachment_actions import AttachedAlready, NoRoom, attach_file, remove_attachment
from submissions.models import Attachment, Edit, Submission
from submissions.point_actions import PointPlace
from tests.evidence_files import WHOLE, pdf
from tests.world import (
    NOW,
    make_submission,
    numbered,
    project,
    put_in_status,
    put_point,
    save,
    signed_in,
    statements,
    without_guards,
)

PEOPLE = ("lin", "sun", "chen", "he", "wu", "qian", "tang", "zhao", "feng")
STRANGERS = ("zhao", "feng")
GOAL = PointPlace("年度总体目标", "performance_goal")


@pytest.fixture
def folder(settings, tmp_path):
    """An empty place for the files of one test."""
    settings.ATTACHMENT_DIR = tmp_path / "attachments"
    return settings.ATTACHMENT_DIR


@pytest.fixture
def here(world, folder):
    """Lin's return."""
    return world.submission


def attach(submission, by=None, name="批复.pdf", content=None, **place):
    """Attach a PDF, as the preparer."""
    file = evidence_file(content or pdf(), name)
    return attach_file(submission=submission, file=file, by=by or submission.started_by, at=NOW, **place)


def files_in(folder):
    """Every file below a folder."""
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def upload(browser, submission, name="批复.pdf", content=None, **fields):
    """Send the form of the page."""
    file = SimpleUploadedFile(name, pdf() if content is None else content)
    return browser.post(reverse("attach_file", args=[submission.pk]), {"file": file, **fields}, follow=True)


def said(response):
    """The messages of the page that was led to."""
    return [str(message) for message in response.context["messages"]]


def page(browser, name, submission, query=""):
    """The main part of a page as text without markup, blanks closed up."""
    html = browser.get(reverse(name, args=[submission.pk]) + query).content.decode()
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


# --- Kept by content


def test_a_file_lies_under_the_digest_of_its_content_for_this_user_alone(here, folder):
    attachment = attach(here)
    digest = sha256(pdf()).hexdigest()
    assert files_in(folder) == [folder / digest[:2] / digest[2:4] / digest]
    assert files_in(folder)[0].read_bytes() == pdf()
    assert stat.S_IMODE(files_in(folder)[0].stat().st_mode) == 0o600
    assert (attachment.sha256, attachment.size, attachment.kind) == (digest, len(pdf()), "pdf")


def test_the_same_content_is_kept_once(world, here, folder):
    other = make_submission(world.round, world.rescue, world.lin)
    for submission, name in ((here, "甲.pdf"), (here, "乙.pdf"), (other, "丙.pdf")):
        attach(submission, name=name, place=GOAL if name == "乙.pdf" else PointPlace("整份填报"))
    assert Attachment.objects.count() == 3 and len(files_in(folder)) == 1


def test_a_file_that_is_not_written_to_its_end_is_not_there(here, folder, monkeypatch):
    def fail(*_):
        raise OSError("no space left")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(attachment_files.os, name, fail)
            with pytest.raises(NoRoom, match="存不下"):
                attach(here)
        assert files_in(folder) == []
    assert not Attachment.objects.exists() and not Edit.objects.exists()


# --- Who, when


def test_only_its_preparer_attaches_and_removes(world, here, folder):
    attachment = attach(here)
    for name in PEOPLE[1:]:
        by = getattr(world, name)
        with pytest.raises(actions.NotPermitted):
            attach(here, by, content=pdf(name))
        with pytest.raises(actions.NotPermitted):
            remove_attachment(attachment=attachment, by=by, at=NOW)
    assert len(files_in(folder)) == 1 and Attachment.objects.get().removed_at is None


@pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
def test_nothing_changes_once_the_return_has_left_its_unit(here, folder, status):
    attachment = attach(here)
    put_in_status(here, status)
    with pytest.raises(actions.NotEditable):
        attach(here, content=pdf("more"))
    with pytest.raises(actions.NotEditable):
        remove_attachment(attachment=attachment, by=here.started_by, at=NOW)
    assert len(files_in(folder)) == 1


def test_nothing_changes_once_the_round_is_closed(world, here, folder):
    attachment = attach(here)
    world.round.closed_at = NOW
    world.round.save()
    with pytest.raises(actions.NotEditable, match="关闭"):
        attach(here, content=pdf("more"))
    with pytest.raises(actions.NotEditable, match="关闭"):
        remove_attachment(attachment=attachment, by=here.started_by, at=NOW)
    with pytest.raises(DatabaseError, match="is closed"), transaction.atomic():
        Attachment.objects.update(removed_at=NOW, removed_by=world.lin)


@pytest.mark.parametrize(
    ("asked", "opened"),
    [
        # A point's place → the places that take files then.
        ({}, {"whole", "goal", "row"}),
        ({"schedule": "performance_goal"}, {"goal"}),
        ({"schedule": "projects"}, {"row"}),
        (
            {"schedule": "projects", "row": "line-1", "column": "outturn", "recorded_row": {"line": 1}},
            {"row"},
        ),
        ({"schedule": "projects", "row": "line-2", "recorded_row": {"line": 2}}, set()),
    ],
)
def test_a_limited_return_takes_files_where_it_was_reopened(here, folder, monkeypatch, asked, opened):
    point = put_point(here, "performance_office", **asked)
    monkeypatch.setattr(Submission, "is_limited", True)
    places = {"whole": PointPlace("整份填报"), "goal": GOAL, "row": PointPlace("项目", "projects", "line-1")}
    for name, place in places.items():
        if name in opened:
            remove_attachment(attachment=attach(here, place=place), by=here.started_by, at=NOW)
        else:
            with pytest.raises(actions.NotReopened):
                attach(here, place=place, content=pdf(name))
    assert attach(here, point=point, content=pdf("answer")).place_name == point.place_name
    contents = {pdf("answer"), *([pdf()] if opened else [])}
    assert {path.read_bytes() for path in files_in(folder)} == contents  # a refused one left nothing


def test_a_file_on_a_point_has_its_place_and_none_is_taken_for_a_closed_one(here):
    point = put_point(here, "division", schedule="performance_goal", place_name="年度总体目标")
    attachment = attach(here, point=point)
    assert (attachment.schedule, attachment.row, attachment.place_name) == (
        "performance_goal",
        "",
        "年度总体目标",
    )
    closed = put_point(here, "division", state="closed")
    with pytest.raises(actions.NotNow, match="已经销号"):
        attach(here, point=closed)


def test_each_deed_is_one_edit(here):
    attachment = attach(here, place=GOAL)
    remove_attachment(attachment=attachment, by=here.started_by, at=NOW + timedelta(hours=1))
    whole = attach(here)
    place = {"row": "", "place": "年度总体目标"}
    assert list(Edit.objects.order_by("pk").values_list("schedule", "changes", "actor_name")) == [
        (
            "performance_goal",
            [
                {
                    "row": {"attachment": attachment.pk},
                    "attachment": place,
                    "cells": {"file": ["", "批复.pdf"]},
                }
            ],
            "林晓",
        ),
        (
            "performance_goal",
            [
                {
                    "row": {"attachment": attachment.pk},
                    "attachment": place,
                    "cells": {"file": ["批复.pdf", ""]},
                }
            ],
            "林晓",
        ),
        (
            "attachments",
            [
                {
                    "row": {"attachment": whole.pk},
                    "attachment": {"row": "", "place": "整份填报"},
                    "cells": {"file": ["", "批复.pdf"]},
                }
            ],
            "林晓",
        ),
    ]


# --- How much


def test_a_return_has_room_for_so_many_files_and_so_many_bytes(here, folder, monkeypatch):
    monkeypatch.setattr(attachment_actions, "MOST_FILES", 2)
    first = attach(here, content=pdf("1"))
    attach(here, content=pdf("2"))
    with pytest.raises(NoRoom, match="最多附 2 个文件"):
        attach(here, content=pdf("3"))
    remove_attachment(attachment=first, by=here.started_by, at=NOW)
    attach(here, content=pdf("3"))
    monkeypatch.setattr(attachment_actions, "MOST_FILES", 9)
    monkeypatch.setattr(attachment_actions, "MOST_BYTES", 3 * len(pdf("4")))
    attach(here, content=pdf("4"))
    with pytest.raises(NoRoom, match="合计最多"):
        attach(here, content=pdf("5"))
    assert len(files_in(folder)) == 4


def test_the_limits_are_those_that_are_told(lin_page):
    assert (attachment_actions.MOST_FILES, attachment_actions.MOST_BYTES) == (100, 200 * 1024 * 1024)
    assert "一份填报最多 100 个、200 MB" in lin_page and "每个不超过 20 MB" in lin_page


@pytest.fixture
def lin_page(world, here):
    """The page as Lin sees it, empty."""
    return page(signed_in(world.lin), "attachments", here)


def test_the_same_file_is_not_attached_to_a_place_twice_until_it_was_removed(here):
    attachment = attach(here)
    with pytest.raises(AttachedAlready):
        attach(here, name="另一个名字.pdf")
    remove_attachment(attachment=attachment, by=here.started_by, at=NOW)
    attach(here)


# --- Sent


def test_a_file_is_sent_to_be_saved_under_its_name_and_never_to_be_shown(world, here):
    content = pdf("<script>alert(1)</script>")
    attachment = attach(here, name="批复 2023.pdf", content=content)
    response = signed_in(world.wu).get(reverse("download_attachment", args=[here.pk, attachment.pk]))
    assert response.getvalue() == content
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    name = "%E6%89%B9%E5%A4%8D%202023.pdf"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.jpg", "image/jpeg"),
        ("a.png", "image/png"),
    ],
)
def test_a_file_is_sent_as_its_kind(world, here, name, content_type):
    attachment = attach(here, name=name, content=WHOLE[name])
    response = signed_in(world.lin).get(reverse("download_attachment", args=[here.pk, attachment.pk]))
    assert (response["Content-Type"], response.getvalue()) == (content_type, WHOLE[name])


def test_whoever_may_see_the_return_has_its_files_and_for_a_stranger_there_are_none(world, here):
    path = reverse("download_attachment", args=[here.pk, attach(here).pk])
    for name in PEOPLE:
        expected = 404 if name in STRANGERS else 200
        assert signed_in(getattr(world, name)).get(path).status_code == expected, name


def test_a_file_of_another_return_is_not_found_by_way_of_mine(world, here):
    others = make_submission(world.round, world.culture, world.zhao)
    attachment = attach(others)
    assert (
        signed_in(world.lin).get(reverse("download_attachment", args=[here.pk, attachment.pk])).status_code
        == 404
    )
    path = reverse("remove_attachment", args=[here.pk, attachment.pk])
    assert signed_in(world.lin).post(path).status_code == 404
    assert Attachment.objects.get().removed_at is None


def test_a_removed_file_is_kept_and_no_longer_sent(world, here, folder):
    attachment = attach(here)
    lin = signed_in(world.lin)
    response = lin.post(reverse("remove_attachment", args=[here.pk, attachment.pk]), follow=True)
    assert said(response) == ["已移除“批复.pdf”。记录仍然保留。"]
    assert [path.read_bytes() for path in files_in(folder)] == [pdf()]
    kept = Attachment.objects.get()
    assert (kept.removed_by, kept.removed_by_name) == (world.lin, "林晓")
    assert lin.get(reverse("download_attachment", args=[here.pk, attachment.pk])).status_code == 404
    assert "已移除 1 个 批复.pdf （整份填报，" in page(lin, "attachments", here).replace("pdf（", "pdf （")
    with pytest.raises(actions.NotNow, match="已经由林晓移除"):
        remove_attachment(attachment=attachment, by=world.lin, at=NOW)


# --- The page


def test_a_file_is_attached_by_the_form_to_the_place_that_was_chosen(world, here):
    save(here, project("防汛物资"))
    row = next(each for each in return_rows(here)[PROJECTS.name] if each.line)
    lin = signed_in(world.lin)
    response = upload(lin, here, place=f"projects {row_id(row)}")
    assert said(response) == ["已上传“批复.pdf”，附在“项目支出 · 防汛物资”。"]
    upload(lin, here, name="目标.pdf", place="performance_goal")
    upload(lin, here, name="全部.pdf", place="")
    places = Attachment.objects.order_by("pk").values_list("file_name", "schedule", "row", "place_name")
    assert list(places) == [
        ("批复.pdf", "projects", row_id(row), "项目支出 · 防汛物资"),
        ("目标.pdf", "performance_goal", "", "年度总体目标"),
        ("全部.pdf", "", "", "整份填报"),
    ]
    text = page(signed_in(world.wu), "attachments", here)
    assert re.search("整份填报 1 个 全部.pdf .* 项目支出 1 个 批复.pdf .* 年度总体目标 1 个 目标.pdf", text)
    assert "移除" not in text and "附在哪里" not in text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"content": b""}, "“批复.pdf”是空的，没有内容。请重新选择文件。"),
        ({"content": b"MZ" * 400}, "“批复.pdf”的内容不是 PDF，可能改过扩展名或已损坏。请上传"),
        ({"name": "批复.exe"}, "“批复.exe”不能作为佐证材料。请上传 PDF、Word"),
        ({"content": b"x" * (20 * 1024 * 1024 + 1)}, "“批复.pdf”超过 20 MB，不能上传。"),
        ({"place": "nowhere"}, "没有找到这个部分，请刷新页面重试。"),
        ({"place": "projects line-99"}, "这一行或这一列已经不在表里，请刷新页面重试。"),
    ],
)
def test_a_refused_upload_is_told_why_and_leaves_nothing(world, here, folder, fields, sentence):
    response = upload(signed_in(world.lin), here, **fields)
    [message] = said(response)
    assert message.startswith(sentence)
    assert files_in(folder) == [] and not Attachment.objects.exists() and not Edit.objects.exists()


def test_a_form_without_a_file_says_so_and_keeps_its_place(world, here):
    response = signed_in(world.lin).post(
        reverse("attach_file", args=[here.pk]), {"place": "performance_goal"}, follow=True
    )
    assert said(response) == ["请选择要上传的文件。"]
    assert [each.value for each in response.context["places"] if each.is_chosen] == ["performance_goal"]


def test_more_fields_than_the_form_has_change_nothing(world, here):
    upload(signed_in(world.lin), here, submission_id=1, kind="png", uploaded_by=world.wu.pk, sha256="0" * 64)
    kept = Attachment.objects.get()
    assert (kept.submission, kept.kind, kept.uploaded_by) == (here, "pdf", world.lin)


def test_evidence_on_a_point_is_asked_for_on_its_page_and_listed_there(world, here):
    put_in_status(here, "returned")
    point = put_point(here, "performance_office", schedule="performance_goal", place_name="年度总体目标")
    lin = signed_in(world.lin)
    step(here, world.wu)
    assert "附上材料" in page(lin, "points", here)
    query = f"?point={point.pk}"
    assert "为审核要点附上材料 年度总体目标 请核对。" in page(lin, "attachments", here, query)
    response = upload(lin, here, point=point.pk)
    assert response.redirect_chain == [(f"{reverse('points', args=[here.pk])}#point-{point.pk}", 302)]
    assert Attachment.objects.get().point == point
    assert "批复.pdf" in page(lin, "points", here)
    reader = page(signed_in(world.wu), "points", here)
    assert "批复.pdf" in reader and "附上材料" not in reader


def step(submission, by):
    """Leave a step in the record: a draft without one has no points on its pages."""
    with without_guards("submissions_transition"):
        submission.transitions.create(
            action="return",
            from_status="in_review",
            from_desk="performance_office",
            to_status="returned",
            actor=by,
            actor_name=by.full_name,
            comment="请改。",
            at=NOW,
        )


def test_a_point_of_another_return_is_not_found(world, here):
    others = make_submission(world.round, world.culture, world.zhao)
    point = put_point(others, "performance_office")
    lin = signed_in(world.lin)
    assert upload(lin, here, point=point.pk).status_code == 404
    for asked in (point.pk, "x", "0"):
        assert lin.get(reverse("attachments", args=[here.pk]), {"point": asked}).status_code == 404


def test_the_navigation_counts_the_files_that_are_there(world, here):
    lin = signed_in(world.lin)

    def count():
        html = lin.get(reverse("workspace", args=[here.pk])).content.decode()
        return re.search(
            r"佐证材料</span>\s*(?:<span class=\"state\" title=\"佐证材料：(.*?)\")?", html
        ).group(1)

    assert count() is None
    attachment = attach(here)
    attach(here, place=GOAL)
    assert count() == "已上传 2 个"
    remove_attachment(attachment=attachment, by=here.started_by, at=NOW)
    assert count() == "已上传 1 个"


MOST_QUERIES = 28
"""Those of every page of a return, whose count comes with the return, and the files."""


def test_the_page_takes_the_same_queries_for_1_and_40_files(world, here):
    attach(here)
    counts = []
    for number in (1, 40):
        for at in range(Attachment.objects.count(), number):
            attach(here, content=pdf(str(at)), place=GOAL if at % 2 else PointPlace("整份填报"))
        browser = signed_in(world.lin.__class__.objects.get(username="wu"))
        with statements() as texts:
            browser.get(reverse("attachments", args=[here.pk]))
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]) <= MOST_QUERIES, numbered(counts[1])


def test_the_points_take_the_same_queries_for_1_and_9_with_files(world, here):
    put_in_status(here, "returned")
    step(here, world.wu)
    counts = []
    for number in (1, 8):
        for _ in range(number):
            point = put_point(here, "performance_office")
            attach(here, point=point, content=pdf(str(point.pk)))
        browser = signed_in(world.lin.__class__.objects.get(username="lin"))
        with statements() as texts:
            html = browser.get(reverse("points", args=[here.pk])).content.decode()
        assert html.count("批复.pdf") == here.points.count()
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])


# --- Straight in SQL


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "exe"},
        {"size": 0},
        {"size": 20 * 1024 * 1024 + 1},
        {"sha256": "../../etc/passwd".ljust(64, "a")},
        {"schedule": "", "row": "line-1"},
        {"removed_at": NOW},
        {"at": NOW - timedelta(days=40000)},
    ],
)
def test_the_database_refuses_what_no_file_is(world, here, values):
    fields = {
        "submission": here,
        "place_name": "整份填报",
        "file_name": "a.pdf",
        "kind": "pdf",
        "size": 1,
        "sha256": "0" * 64,
        "uploaded_by": world.lin,
        "at": NOW,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.create(**fields | values)
    Attachment.objects.create(**fields)
