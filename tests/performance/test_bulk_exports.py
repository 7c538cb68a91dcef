"""Bulk exports: what is asked for, what the archive holds, who may, what ends one, and how the pages say it."""

import os
from datetime import UTC, datetime, timedelta
from errno import ENOSPC
from threading import Barrier, Thread
from urllib.parse import unquote

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from budgets.models import BudgetLine
from orgs.models import Event, Membership
from performance import bulk_export_actions as actions
from performance import bulk_export_files as files
from performance import packages
from performance.bulk_exports import percent_of, remaining_of, size_text, span_text
from performance.models import BulkExport
from performance.packages import PARTS, files_of
from performance.snapshots import content_of
from submissions.actions import NotPermitted, Unfinished
from submissions.models import Notice, Snapshot, Submission
from tests.performance.exported import as_packages, files_in, note_in, packages_in
from tests.world import (
    NOW,
    Role,
    change,
    make_person,
    make_round,
    make_submission,
    make_unit,
    make_world,
    numbered,
    put_in_status,
    run,
    save,
    signed_in,
    statements,
    without_guards,
)

EMERGENCY, RESCUE, CULTURE = "224001 零陵区应急管理局", "224002 应急救援中心", "225001 零陵区文化馆"
FORMS = ("基础数据表", "部门整体支出绩效自评表", "部门决算公开表")  # no projects


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path, monkeypatch):
    """Exports in a folder of their own; no LibreOffice, which takes seconds."""
    settings.EXPORT_DIR = tmp_path / "exports"
    monkeypatch.setattr(packages, "office", lambda: None)


@pytest.fixture
def three(world):
    """Lin's two returns and Zhao's: an approved one, a draft, an approved one."""
    put_in_status(world.submission, "approved")
    rescue = make_submission(world.round, world.rescue, world.lin)
    culture = make_submission(world.round, world.culture, world.zhao, status="approved")
    return [world.submission, rescue, culture]


def start(world, *, by=None, department=None, parts=PARTS, with_unapproved=True, round=None):
    return actions.start_bulk_export(
        round=round or world.round,
        department=department,
        parts=parts,
        with_unapproved=with_unapproved,
        by=by or world.qian,
        at=timezone.now(),
    )


def make(export, should_stop=lambda: False):
    """Let a worker take it, and return it as it is then."""
    actions.carry_on_export(export_id=export.pk, should_stop=should_stop)
    export.refresh_from_db()
    return export


def archive(export):
    return files.archive_of(export.pk, export.attempt)


def left_over(export):
    """What lies in the folder of an export."""
    folder = files.folder_of(export.pk)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder.exists() else []


def singles(submissions):
    """The packages of returns as each is downloaded alone."""
    found = Submission.objects.select_related("unit__region", "round__bureau__region")
    again = found.filter(pk__in=[each.pk for each in submissions])
    return as_packages((f"{each.unit.code} {each.unit.name}", files_of(each)) for each in again)


# --- What the archive holds


def test_it_holds_the_package_of_each_unit_as_it_is_downloaded_alone(world, three):
    export = make(start(world))
    assert (export.state, export.done, export.number) == ("done", 3, 3)
    assert packages_in(archive(export)) == singles(three)
    assert {*packages_in(archive(export))} == {EMERGENCY, RESCUE, CULTURE}
    assert export.size == archive(export).stat().st_size
    assert left_over(export) == ["1.zip"]


def test_of_a_department_come_it_and_what_is_below_it(world, three):
    export = make(start(world, department=world.emergency))
    assert {*packages_in(archive(export))} == {EMERGENCY, RESCUE}
    assert export.file_name == "2023年度 自评材料 零陵区应急管理局 2家（含未审核）.zip"


def test_only_approved_ones_come_where_only_they_are_wanted_and_the_others_are_named(world, three):
    export = make(start(world, with_unapproved=False))
    assert {*packages_in(archive(export))} == {EMERGENCY, CULTURE}
    assert export.file_name == "2023年度 自评材料 全部单位 2家.zip"
    assert export.left_out == [["224002", "应急救援中心", "还没有审核通过的填报"]]
    assert note_in(archive(export))[-2:] == [
        "没有导出：1 个单位",
        "  224002 应急救援中心：还没有审核通过的填报",
    ]


def test_the_approved_revision_goes_before_a_newer_draft(world):
    put_in_status(world.submission, "approved")
    make_submission(world.round, world.emergency, world.lin, revision=2)
    export = start(world)
    assert export.returns == [world.submission.pk]
    assert [code for code, *_ in export.left_out] == ["224002", "225001"]


def test_of_two_drafts_the_newest_comes(world):
    put_in_status(world.submission, "superseded")
    newer = make_submission(world.round, world.emergency, world.lin, revision=2)
    assert start(world).returns == [newer.pk]


def test_it_holds_the_parts_that_were_asked_for_and_no_others(world, three):
    export = make(start(world, parts=["report", "base-data"]))
    assert export.parts == ["base-data", "report"]
    assert [*packages_in(archive(export))[CULTURE]] == [
        f"{CULTURE} 2023年度 基础数据表.xlsx",
        f"{CULTURE} 2023年度 自评报告.docx",
    ]


def test_what_cannot_be_made_is_named_and_keeps_nothing_else_back(world, three, monkeypatch):
    """One was changed behind its approval, one breaks its maker."""
    emergency, rescue, _ = three
    put_in_status(emergency, "draft")
    save(emergency, change("other", outturn="1"))
    put_in_status(emergency, "in_review")
    content = content_of(emergency)
    digest = Snapshot.digest(content)
    Snapshot.objects.create(submission=emergency, content=content, sha256=digest, at=NOW)
    put_in_status(emergency, "approved")
    with without_guards("budgets_budgetline"):
        BudgetLine.objects.update(outturn=2)
    make_files = packages.ReadTogether.files_of

    def broken(read, submission, parts):
        if submission.pk == rescue.pk:
            raise ZeroDivisionError
        return make_files(read, submission, parts)

    monkeypatch.setattr(packages.ReadTogether, "files_of", broken)
    export = make(start(world))
    assert (export.state, export.done) == ("done", 3)
    [changed, (code, _, why)] = export.problems
    assert changed[0] == "224001" and "数据与审核通过时的审定数据不一致，不能导出" in changed[2]
    assert (code, why) == ("224002", "生成文件时出错，请联系管理员")
    assert packages_in(archive(export)) == singles(three[2:])
    assert note_in(archive(export))[-4:-1] == [
        "已导出：1 个单位",
        "没有导出：2 个单位",
        f"  224001 零陵区应急管理局：{changed[2]}",
    ]
    page = signed_in(world.qian).get(reverse("bulk_export", args=[export.pk])).text
    assert changed[2] in page and "1 个单位；保留到" in page


def test_what_is_taken_back_meanwhile_is_not_exported_as_approved(world, three):
    export = start(world, with_unapproved=False)
    put_in_status(three[2], "draft")
    make(export)
    assert {*packages_in(archive(export))} == {EMERGENCY}
    assert export.problems == [["225001", "零陵区文化馆", "导出时已经不是审核通过的填报"]]


def test_without_the_form_that_alone_is_wanted_nothing_is_there_and_it_says_so(world, three):
    export = make(start(world, parts=["projects"]))
    assert export.state == "failed"
    assert "零陵区文化馆：没有所选的表格（还没有项目）" in export.error
    assert left_over(export) == []


def test_where_no_unit_has_a_return_nothing_is_started(world):
    with pytest.raises(Unfinished, match="都没有审核通过的填报"):
        start(world, with_unapproved=False)
    with pytest.raises(Unfinished, match="都没有填报"):
        start(world, department=world.culture)


def test_no_other_user_of_the_machine_reads_what_lies_there(world, three, settings):
    export = start(world)
    answers = iter([False, True])
    with pytest.raises(actions.Stopped):
        make(export, lambda: next(answers))
    folder = files.folder_of(export.pk)
    for path in (settings.EXPORT_DIR, folder, folder / "parts"):
        assert oct(path.stat().st_mode & 0o777) == "0o700", path


# --- Killed, stopped, cancelled, overtaken


class Killed(BaseException):
    """The worker is gone at this moment."""


MOMENTS = range(1, 60)


def killed_before(monkeypatch, moment):
    """Let the worker be gone before its so-manieth write to the row, or renaming of a file."""
    left = iter(range(1, moment))

    def count(write):
        def counted(*given, **named):
            if next(left, None) is None:
                raise Killed
            return write(*given, **named)

        return counted

    monkeypatch.setattr(actions, "_write", count(actions._write))
    monkeypatch.setattr(os, "replace", count(os.replace))
    monkeypatch.setattr(actions, "drop_all_but", count(actions.drop_all_but))


def test_killed_at_any_moment_it_is_whole_in_the_end(world, three, monkeypatch):
    """Each time another worker takes it up; what is written already is not written again."""
    alone, moments, kept = singles(three), 0, []
    keep = files.keep_part
    monkeypatch.setattr(actions, "keep_part", lambda *given: (kept.append(given[1]), keep(*given)))
    for moment in MOMENTS:
        export = start(world)
        with monkeypatch.context() as while_killed:
            killed_before(while_killed, moment)
            try:
                make(export)
            except Killed:
                moments += 1
            else:
                break
        parts = files.parts_there(export.pk)
        kept.clear()
        make(export)
        assert export.state == "done" and export.done == 3
        assert packages_in(archive(export)) == alone
        assert left_over(export) == [f"{export.attempt}.zip"]
        assert not parts & {*kept}, moment
        if parts and export.attempt == 2:
            assert export.resumed_done == len(parts)
    assert moments >= 3 * 3 + 3  # before each look, part and note of a return, and around the archive


def test_a_worker_that_is_told_to_stop_finishes_the_return_it_is_at(world, three):
    export = start(world)
    answers = iter([False, True])
    with pytest.raises(actions.Stopped):
        make(export, lambda: next(answers))
    export.refresh_from_db()
    assert (export.state, export.done, len(files.parts_there(export.pk))) == ("running", 1, 1)
    make(export)
    assert (export.state, export.resumed_done, export.attempt) == ("done", 1, 2)


def test_cancelled_before_its_turn_it_is_never_made(world, three):
    export = start(world)
    assert actions.cancel_bulk_export(export=export, by=world.qian, at=NOW + timedelta(days=1))
    make(export)
    assert (export.state, export.attempt, left_over(export)) == ("cancelled", 0, [])


def test_cancelled_in_the_middle_it_stops_and_leaves_nothing(world, three, monkeypatch):
    export = start(world)
    kept = []

    def keep_and_cancel(*given):
        files.keep_part(*given)
        kept.append(given)
        actions.cancel_bulk_export(export=export, by=world.qian, at=timezone.now())

    monkeypatch.setattr(actions, "keep_part", keep_and_cancel)
    make(export)
    assert (export.state, len(kept), left_over(export)) == ("cancelled", 1, [])


def test_nobody_else_cancels_it(world, three):
    export = start(world)
    with pytest.raises(NotPermitted, match="只能取消自己的批量导出"):
        actions.cancel_bulk_export(export=export, by=world.wu, at=timezone.now())
    export.refresh_from_db()
    assert export.state == "waiting"


def test_a_part_that_was_damaged_ends_it_in_words_and_is_never_sent(world, three, monkeypatch):
    def keep_and_damage(*given):
        files.keep_part(*given)
        files.part_of(*given[:2]).write_bytes(b"PK damaged")

    monkeypatch.setattr(actions, "keep_part", keep_and_damage)
    export = make(start(world))
    assert export.state == "failed" and "已损坏" in export.error and left_over(export) == []


def test_what_has_ended_is_not_cancelled(world, three):
    export = make(start(world))
    assert not actions.cancel_bulk_export(export=export, by=world.qian, at=timezone.now())
    export.refresh_from_db()
    assert export.has_file and archive(export).exists()


def test_a_worker_that_was_overtaken_writes_nothing_more(world, three, monkeypatch):
    """It hung so long that another took it; then it goes on."""
    export = start(world)
    keep = files.keep_part

    def overtaken(*given):
        monkeypatch.setattr(actions, "keep_part", keep)
        make(export)  # by the other
        keep(*given)

    monkeypatch.setattr(actions, "keep_part", overtaken)
    make(export)
    assert (export.state, export.attempt, export.done) == ("done", 2, 3)
    assert len(packages_in(archive(export))) == 3
    assert len(told(world.qian)) == 1


def test_what_kills_its_worker_each_time_is_given_up(world, three):
    export = start(world)
    BulkExport.objects.filter(pk=export.pk).update(attempt=actions.MOST_ATTEMPTS, state="running")
    make(export)
    assert export.state == "failed" and "请联系管理员" in export.error


def test_a_full_disk_ends_it_in_words(world, three, monkeypatch):
    def full(*given):
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(actions, "keep_part", full)
    export = make(start(world))
    assert export.state == "failed" and left_over(export) == []
    assert export.error == "服务器写不了文件（No space left on device），请联系管理员后重新导出。"


# --- Who asked for it is told


def told(person):
    """What somebody was told of her exports, the oldest first."""
    return list(Notice.objects.filter(recipient=person, kind="exported").order_by("pk"))


def test_who_asked_for_it_is_told_when_it_is_there_and_led_to_it(world, three):
    before = signed_in(world.qian).get(reverse("bulk_exports"))
    export = start(world, with_unapproved=False)
    assert told(world.qian) == []
    make(export)
    (notice,) = told(world.qian)
    assert notice.text == "批量导出已完成：2023年度 自评材料 全部单位 2家.zip"
    until = timezone.localtime(export.ended_at + timedelta(days=7))
    assert notice.details == f"文件保留到 {until:%Y-%m-%d %H:%M}。1 个单位没有导出。"
    assert (notice.at, notice.unit, notice.seen_at) == (export.ended_at, world.finance, None)
    assert Notice.objects.filter(kind="exported").count() == 1
    browser = signed_in(world.qian)
    page = browser.get(reverse("notices")).text
    assert notice.text in page and "未读 1 条" in page and "未读" not in before.text
    answer = browser.post(reverse("open_notice", args=[notice.pk]))
    assert answer["Location"] == reverse("bulk_exports")
    assert export.file_name in browser.get(answer["Location"]).text


def test_of_one_that_failed_she_is_told_why(world, three, monkeypatch):
    monkeypatch.setattr(actions, "keep_part", lambda *_: (_ for _ in ()).throw(OSError(ENOSPC, "full")))
    export = make(start(world))
    (notice,) = told(world.qian)
    assert notice.text == f"批量导出没有完成：{export.file_name}"
    assert notice.details == "服务器写不了文件（full），请联系管理员后重新导出。"


def test_who_cancels_it_is_told_nothing(world, three):
    export = start(world)
    actions.cancel_bulk_export(export=export, by=world.qian, at=timezone.now())
    make(export)
    assert told(world.qian) == []


def test_it_ends_together_with_what_is_told_and_both_once(world, three, monkeypatch):
    """A worker dies between the two; the next one, and one more that comes too late, go on."""
    export = start(world)
    with monkeypatch.context() as broken:
        broken.setattr(actions, "tell_of_export", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            make(export)
    export.refresh_from_db()
    assert (export.state, told(world.qian)) == ("running", [])
    make(export)
    make(export)
    assert (export.state, export.attempt, len(told(world.qian))) == ("done", 2, 1)


# --- Who may


def end_roles(person):
    Membership.objects.filter(user=person).update(ended_at=timezone.now() - timedelta(seconds=1))


def test_who_loses_her_role_meanwhile_gets_nothing(world, three, monkeypatch):
    export = start(world)

    def keep_and_end(*given):
        files.keep_part(*given)
        end_roles(world.qian)

    monkeypatch.setattr(actions, "keep_part", keep_and_end)
    make(export)
    assert (export.state, export.done, left_over(export)) == ("failed", 1, [])
    assert export.error == "只有零陵区财政局的管理员可以批量导出。"


def test_whose_account_is_stopped_meanwhile_gets_nothing(world, three):
    export = start(world)
    world.qian.is_active = False
    world.qian.save()
    make(export)
    assert (export.state, left_over(export)) == ("failed", [])


def test_who_lost_her_role_since_cannot_download_it_and_it_does_not_exist_for_her(world, three):
    export = make(start(world))
    browser = signed_in(world.qian)
    for name in ("bulk_export", "download_bulk_export"):
        assert browser.get(reverse(name, args=[export.pk])).status_code == 200
    end_roles(world.qian)
    for name in ("bulk_export", "download_bulk_export"):
        assert browser.get(reverse(name, args=[export.pk])).status_code == 404


def test_what_another_administrator_asked_for_does_not_exist(world, three):
    export = make(start(world))
    other = signed_in(make_person("qu", "曲直", (Role.ADMINISTRATOR, world.finance)))
    assert other.get(reverse("bulk_exports")).status_code == 200
    assert export.file_name not in other.get(reverse("bulk_exports")).text
    for name in ("bulk_export", "download_bulk_export"):
        assert other.get(reverse(name, args=[export.pk])).status_code == 404
    assert other.post(reverse("cancel_bulk_export", args=[export.pk])).status_code == 404


def test_who_administers_another_bureau_now_sees_nothing_of_the_one_before(world, three):
    export = make(start(world))
    end_roles(world.qian)
    Membership.objects.create(
        user=world.qian, unit=world.next_county, role=Role.ADMINISTRATOR, started_at=NOW
    )
    assert signed_in(world.qian).get(reverse("download_bulk_export", args=[export.pk])).status_code == 404


def test_nobody_but_the_bureaus_administrator_starts_one(world, three):
    for name in ("lin", "he", "wu", "tang", "feng"):
        with pytest.raises(NotPermitted):
            start(world, by=getattr(world, name))
    assert not BulkExport.objects.exists()


# --- One at a time


ASKED = {"department": "", "parts": ["base-data"], "returns": "all"}


def test_a_second_one_is_refused_with_the_way_to_the_first(world, three):
    browser, path = signed_in(world.qian), reverse("start_bulk_export", args=[world.round.pk])
    before = ProcrastinateJob.objects.count()  # Django does not empty this table after a test that commits
    page = reverse("bulk_export", args=[browser.post(path, ASKED)["Location"].strip("/").split("/")[-1]])
    answer = browser.post(path, ASKED)
    assert answer.status_code == 409
    assert "您有一个批量导出还没有完成，同时只能有一个" in answer.text and page in answer.text
    assert page in browser.get(path).text
    assert (BulkExport.objects.count(), ProcrastinateJob.objects.count() - before) == (1, 1)
    [refused] = Event.objects.filter(action="deed_refused")
    assert "同时只能有一个" in refused.what
    browser.post(f"{page}cancel/")
    assert browser.post(path, ASKED).status_code == 302


def test_others_have_one_of_their_own(world, three):
    start(world)
    start(world, by=make_person("qu", "曲直", (Role.ADMINISTRATOR, world.finance)))
    assert BulkExport.objects.open().count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_posts_at_once_one_is_refused():
    world = make_world()
    browsers, together = [signed_in(world.qian) for _ in range(2)], Barrier(2)
    path, answers = reverse("start_bulk_export", args=[world.round.pk]), []

    def post(browser):
        together.wait()
        answers.append(browser.post(path, ASKED).status_code)
        connection.close()

    threads = [Thread(target=post, args=[browser]) for browser in browsers]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert sorted(answers) == [302, 409]
    assert BulkExport.objects.count() == 1


# --- The job


def test_the_job_is_there_with_the_row_and_its_arguments_are_all_it_knows(world, three):
    export = start(world)
    [job] = ProcrastinateJob.objects.filter(queueing_lock=f"{actions.JOB}-{export.pk}")
    assert (job.task_name, job.args, job.status) == ("carry_on_export", {"export_id": export.pk}, "todo")


def test_a_job_of_an_export_that_is_not_there_ends(world):
    actions.carry_on_export(export_id=0, should_stop=lambda: False)


# --- After a week


def aged(export, days):
    """Make it as if it had ended so many days ago."""
    with without_guards("performance_bulkexport"):
        BulkExport.objects.filter(pk=export.pk).update(ended_at=timezone.now() - timedelta(days=days))
    return export


def test_after_a_week_the_file_is_gone_and_the_page_says_so(world, three):
    old, young = make(start(world)), make(start(world))
    aged(old, 7), aged(young, 6)
    assert run("drop_old_exports") == "已删除 1 个到期的批量导出文件。\n"
    assert (left_over(old), left_over(young)) == ([], [f"{young.attempt}.zip"])
    browser = signed_in(world.qian)
    assert "文件只保留 7 天" in browser.get(reverse("bulk_export", args=[old.pk])).text
    answer = browser.get(reverse("download_bulk_export", args=[old.pk]), follow=True)
    assert "没有可以下载的文件" in answer.text
    assert browser.get(reverse("download_bulk_export", args=[young.pk])).status_code == 200
    assert run("drop_old_exports") == ""


def test_what_nobody_needs_any_more_goes_with_it_and_what_is_under_way_stays(world, three):
    stray = files.folder_of(10**6)
    stray.mkdir(parents=True)
    export = start(world)
    with pytest.raises(actions.Stopped):
        answers = iter([False, True])
        make(export, lambda: next(answers))
    run("drop_old_exports")
    assert not stray.exists() and len(files.parts_there(export.pk)) == 1


def test_the_daily_command_does_it(world, three):
    export = aged(make(start(world)), 8)
    assert "已删除 1 个到期的批量导出文件" in run("daily")
    assert left_over(export) == []


# --- The pages


def test_it_is_downloaded_under_its_name_and_that_is_recorded_at_the_bureau(world, three):
    export = make(start(world))
    answer = signed_in(world.qian).get(reverse("download_bulk_export", args=[export.pk]))
    assert len(files_in(b"".join(answer))) == 1 + 3 * (len(FORMS) + 1)
    assert export.file_name in unquote(answer.headers["Content-Disposition"])
    event = Event.objects.get(action="exported")
    assert (event.what, event.unit, event.actor) == (export.file_name, world.finance, world.qian)


def test_starting_and_cancelling_stand_in_the_trail(world, three):
    browser = signed_in(world.qian)
    browser.post(reverse("start_bulk_export", args=[world.round.pk]), ASKED)
    export = BulkExport.objects.get()
    browser.post(reverse("cancel_bulk_export", args=[export.pk]))
    told = Event.objects.filter(unit=world.finance, actor=world.qian).order_by("pk")
    assert [(each.action, each.what) for each in told] == [
        ("export_started", export.file_name),
        ("export_cancelled", export.file_name),
    ]
    page = signed_in(world.tang).get(reverse("audit")).text
    assert "开始批量导出" in page and "取消批量导出" in page


def progress(browser, export):
    return browser.get(
        reverse("bulk_export", args=[export.pk]), headers={"accept": "application/json"}
    ).json()


def test_a_script_is_told_how_far_it_is(world, three):
    export = start(world)
    browser = signed_in(world.qian)
    waiting = {"is_open": True, "percent": 0, "words": "等待中 0 / 3", "remaining": "马上开始"}
    assert progress(browser, export) == waiting
    answers = iter([False, True])
    with pytest.raises(actions.Stopped):
        make(export, lambda: next(answers))
    assert progress(browser, export) == waiting | {
        "percent": 33,
        "words": "正在导出 1 / 3",
        "remaining": "大约还要 1 秒",
    }
    make(export)
    assert progress(browser, export) == {"is_open": False, "percent": 100, "words": "已完成", "remaining": ""}


def test_who_waits_behind_others_is_told_so(world, three):
    start(world, by=make_person("qu", "曲直", (Role.ADMINISTRATOR, world.finance)))
    assert progress(signed_in(world.qian), start(world))["remaining"] == "前面还有 1 个导出"


def test_that_no_worker_takes_it_is_said(world, three):
    export = start(world)
    assert remaining_of(export, export.at + timedelta(seconds=60)) == "马上开始"
    said = remaining_of(export, export.at + timedelta(seconds=61))
    assert said == "后台作业好像没有运行，请告诉系统维护人员"


def test_without_a_script_the_page_asks_again_while_it_is_open(world, three):
    export = start(world)
    browser, path = signed_in(world.qian), reverse("bulk_export", args=[export.pk])
    assert '<noscript><meta http-equiv="refresh"' in browser.get(path).text
    make(export)
    assert 'http-equiv="refresh"' not in browser.get(path).text


def test_what_is_wrong_in_what_is_asked_is_said(world, three):
    browser, path = signed_in(world.qian), reverse("start_bulk_export", args=[world.round.pk])
    for wrong, sentence in (
        ({"parts": []}, "请至少选一种材料"),
        ({"parts": ["x"]}, "没有这种材料"),
        ({"returns": ""}, "请选择要哪些填报"),
        ({"department": str(world.next_county.pk)}, "没有这个部门"),
        ({"department": str(world.culture.pk), "returns": "approved"}, None),
    ):
        answer = browser.post(path, ASKED | wrong)
        assert answer.status_code == (422 if sentence else 302)
        assert sentence is None or sentence in answer.text


def test_a_year_of_which_nothing_is_approved_says_so_on_the_page(world):
    path = reverse("start_bulk_export", args=[world.round.pk])
    answer = signed_in(world.qian).post(path, ASKED | {"returns": "approved"})
    assert answer.status_code == 422 and "所选的单位都没有审核通过的填报" in answer.text


def counted(world, path):
    browser = signed_in(world.qian)
    with statements() as texts:
        page = browser.get(path)
    return page.text, texts


def test_the_pages_take_the_same_queries_for_any_number_of_exports_and_units(world, three):
    path = reverse("bulk_exports")
    export = make(start(world))
    one, few = counted(world, path)
    _, of_one = counted(world, reverse("bulk_export", args=[export.pk]))
    for number in range(8):
        unit = make_unit(world.finance.region, f"3{number:05}", f"单位{number}", parent=world.finance)
        make_submission(world.round, unit, world.lin)
        actions.cancel_bulk_export(export=start(world), by=world.qian, at=timezone.now())
    make_round(world.finance, 2024)
    many, all_ = counted(world, path)
    assert many.count('<th scope="row"') == 9 > one.count('<th scope="row"') == 1
    assert len(few) == len(all_), numbered(all_)
    newest = BulkExport.objects.order_by("pk").last()
    _, of_many = counted(world, reverse("bulk_export", args=[newest.pk]))
    assert len(of_one) == len(of_many) <= 5, numbered(of_many)


def test_the_list_has_at_most_25_on_a_page_the_newest_first(world, three):
    for _ in range(26):
        newest = start(world)
        actions.cancel_bulk_export(export=newest, by=world.qian, at=timezone.now())
    browser, path = signed_in(world.qian), reverse("bulk_exports")
    first, second = browser.get(path).text, browser.get(path, {"page": 2}).text
    assert (first.count('<th scope="row"'), second.count('<th scope="row"')) == (25, 1)
    assert reverse("bulk_export", args=[newest.pk]) in first
    assert "第 1 页，共 2 页，26 行" in first and 'href="?page=2"' in first
    assert "第 2 页，共 2 页" in second and 'href="?page=1"' in second


def test_asking_for_many_takes_no_more_statements_than_for_one(world):
    with statements() as few:
        export = start(world)
    actions.cancel_bulk_export(export=export, by=world.qian, at=timezone.now())
    for number in range(9):
        unit = make_unit(world.finance.region, f"3{number:05}", f"单位{number}", parent=world.finance)
        make_submission(world.round, unit, world.lin)
    with statements() as many:
        start(world)
    assert len(many) <= len(few), numbered(many)


def test_of_many_approved_returns_nobody_waits_for_the_packages(world, three, monkeypatch):
    """One more than are sent at once, which is set to one."""
    monkeypatch.setattr("budgets.views.exports.MOST_AT_ONCE", 1)
    monkeypatch.setattr("performance.views.official_forms.MOST_AT_ONCE", 1)
    browser, at_once = signed_in(world.qian), reverse("download_round", args=[world.round.pk])
    path = reverse("start_bulk_export", args=[world.round.pk])
    page = browser.get(reverse("exports")).text
    assert at_once not in page and path in page
    answer = browser.get(at_once)
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert "共 2 家，生成要一些时间" in browser.get(path).text
    put_in_status(three[0], "draft")
    assert at_once in browser.get(reverse("exports")).text
    assert browser.get(at_once).status_code == 200


# --- Words


def running(done, number, *, seconds, before=0):
    begun = datetime(2024, 3, 1, 8, tzinfo=UTC)
    now = begun + timedelta(seconds=seconds)
    export = BulkExport(state="running", done=done, number=number, resumed_at=begun, resumed_done=before)
    export.heartbeat_at = now
    return export, now


def test_that_its_worker_shows_no_sign_of_life_is_said_and_no_time_foretold():
    export, now = running(10, 100, seconds=10)
    assert "大约" in remaining_of(export, now + timedelta(seconds=15))
    assert remaining_of(export, now + timedelta(seconds=16)) == "后台作业中断了，一会儿会接着做"


@pytest.mark.parametrize(
    ("done", "number", "seconds", "before", "words"),
    [
        (10, 100, 10, 0, "大约还要 2 分钟"),  # 90 s
        (50, 100, 10, 40, "大约还要 50 秒"),  # ten took 10 s, fifty are left
        (40, 100, 10, 40, ""),
        (0, 100, 5, 0, ""),
        (99, 100, 10, 0, "大约还要 1 秒"),
        (100, 100, 10, 0, "正在合成一个文件"),
        (100, 1000, 800, 0, "大约还要 2 小时 0 分钟"),
    ],
)
def test_the_time_that_is_left_follows_from_what_was_done_since_it_was_taken(
    done, number, seconds, before, words
):
    export, now = running(done, number, seconds=seconds, before=before)
    assert remaining_of(export, now) == words


def test_a_percentage_is_never_more_than_what_is_done():
    assert [percent_of(BulkExport(done=done, number=3)) for done in (0, 1, 2, 3)] == [0, 33, 66, 100]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 秒"),
        (59, "59 秒"),
        (60, "1 分钟"),
        (61, "2 分钟"),
        (3600, "1 小时 0 分钟"),
        (3601, "1 小时 1 分钟"),
    ],
)
def test_spans_are_rounded_up(seconds, words):
    assert span_text(seconds) == words


@pytest.mark.parametrize(("size", "words"), [(1, "0.1 MB"), (2**20, "1.0 MB"), (2**20 + 1, "1.1 MB")])
def test_sizes_are_rounded_up(size, words):
    assert size_text(size) == words


def test_the_figures_are_those_of_the_moment_its_turn_comes(world):
    """A draft that is saved between the asking and its turn is exported as it is then."""
    export, before = start(world), singles([world.submission])
    save(world.submission, change("other", outturn="123456"))
    make(export)
    assert before != packages_in(archive(export)) == singles([world.submission])
