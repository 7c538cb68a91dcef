"""The goal of the year: its deed, its page, and what PostgreSQL refuses."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from performance.actions import GoalConflict, save_goal
from performance.models import PerformanceGoal
from submissions.actions import NotEditable, NotPermitted
from tests.world import NOW, put_in_status, signed_in


def write(world, expected, achieved, version=0, by=None, weights_reason=""):
    save_goal(
        submission=world.submission,
        expected=expected,
        achieved=achieved,
        weights_reason=weights_reason,
        row_version=version,
        by=by or world.lin,
        at=NOW,
    )


def stored(world):
    found = PerformanceGoal.objects.filter(submission=world.submission)
    return found.values_list("expected", "achieved", "row_version").first()


# --- The deed


def test_both_texts_are_kept_and_step_one_version(world):
    write(world, "目标。", "")
    assert stored(world) == ("目标。", "", 1)
    write(world, "目标。", "完成。", version=1)
    assert stored(world) == ("目标。", "完成。", 2)


def test_a_save_is_one_edit_with_what_changed(world):
    write(world, "目标。", "完成。")
    write(world, "目标。", "都完成。", version=1)
    first, second = world.submission.edits.order_by("pk")
    assert first.changes[0]["cells"] == {"expected": ["", "目标。"], "achieved": ["", "完成。"]}
    assert second.changes[0]["cells"] == {"achieved": ["完成。", "都完成。"]}
    assert (second.schedule, second.actor_name, second.at) == ("performance_goal", "林晓", NOW)
    world.submission.refresh_from_db()
    assert (world.submission.row_version, world.submission.saved_at) == (2, NOW)


def test_the_same_texts_cost_nothing_whatever_the_version(world):
    write(world, "", "")
    assert stored(world) is None
    write(world, "目标。", "完成。")
    write(world, "目标。", "完成。", version=7)
    assert stored(world) == ("目标。", "完成。", 1) and world.submission.edits.count() == 1


@pytest.mark.parametrize("version", [0, 2])
def test_anothers_goal_is_not_written_over(world, version):
    write(world, "同事的。", "")
    with pytest.raises(GoalConflict) as conflict:
        write(world, "我的。", "", version=version)
    assert conflict.value.theirs.expected == "同事的。" and conflict.value.last_edit.actor == world.lin
    assert stored(world) == ("同事的。", "", 1)


@pytest.mark.parametrize("person", ["sun", "wu", "zhao"])
def test_others_are_refused(world, person):
    with pytest.raises(NotPermitted):
        write(world, "目标。", "", by=getattr(world, person))
    assert stored(world) is None and not world.submission.edits.exists()


@pytest.mark.parametrize("status", ["in_review", "approved", "published", "superseded"])
def test_a_return_that_is_not_being_filled_in_is_refused(world, status):
    put_in_status(world.submission, status)
    with pytest.raises(NotEditable):
        write(world, "目标。", "")
    with pytest.raises(DatabaseError, match="cannot be edited"):
        PerformanceGoal.objects.create(submission=world.submission, expected="目标。")


def test_postgresql_keeps_one_goal_and_steps_its_version(world):
    write(world, "目标。", "")
    with pytest.raises(IntegrityError, match="submission_id"), transaction.atomic():
        PerformanceGoal.objects.create(submission=world.submission)
    for version in (1, 3):
        with (
            pytest.raises(DatabaseError, match="must step by one"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE performance_performancegoal SET row_version = %s", [version])
    with pytest.raises(IntegrityError, match="goal_version_from_one"):
        PerformanceGoal.objects.create(submission=world.submission, row_version=0)


# --- The page


@pytest.fixture
def address(here):
    return reverse("edit_goal", args=[here.pk])


def sent(expected, achieved, version=0, *, were=("", "")):
    """What the page sends; `were` is what it showed."""
    return {
        "expected": expected,
        "achieved": achieved,
        "row_version": version,
        "expected_was": were[0],
        "achieved_was": were[1],
    }


def test_saving_leads_back_to_the_page_which_shows_it(world, lin, address):
    response = lin.post(address, sent(" 一。\r\n二。 ", "做到。"), follow=True)
    html = response.content.decode()
    assert response.redirect_chain == [(address, 302)]
    assert "一。\n二。</textarea>" in html and "做到。</textarea>" in html
    assert 'name="row_version" value="1"' in html and "年度总体目标已保存。" in html
    assert stored(world) == ("一。\n二。", "做到。", 1)


@pytest.mark.parametrize(("name", "title"), [("expected", "预期目标"), ("achieved", "实际完成情况")])
def test_a_text_that_is_too_long_stays_on_the_page_with_the_limit(world, lin, address, name, title):
    response = lin.post(address, sent("", "") | {name: "长" * 2001})
    html = response.content.decode()
    assert response.status_code == 422 and stored(world) is None
    assert f"{title}有 2001 字，最多 2000 字" in html and "长" * 2001 in html
    assert lin.post(address, sent("", "") | {name: "长" * 2000}).status_code == 302


def test_a_conflict_shows_both_and_saving_again_puts_hers_over_the_others(world, lin, address):
    write(world, "同事的目标。", "同事的完成。")
    response = lin.post(address, sent("我的目标。", "我的完成。"))
    html = response.content.decode()
    assert response.status_code == 409
    assert "同事的目标。" in html and "同事的完成。" in html and "林晓" in html
    assert "我的目标。</textarea>" in html and 'name="row_version" value="1"' in html
    assert lin.post(address, sent("我的目标。", "我的完成。", 1)).status_code == 302
    assert stored(world) == ("我的目标。", "我的完成。", 2)


def test_a_text_she_left_as_it_was_is_not_put_over_the_others(world, lin, address):
    write(world, "目标。", "完成。")
    write(world, "同事改过的目标。", "完成。", version=1)
    response = lin.post(address, sent("目标。", "我的完成。", 1, were=("目标。", "完成。")))
    html = response.content.decode()
    assert response.status_code == 409
    assert "同事改过的目标。</textarea>" in html and "我的完成。</textarea>" in html
    again = response.context["form"]
    lin.post(address, {name: again[name].value() for name in again.fields})
    assert stored(world) == ("同事改过的目标。", "我的完成。", 3)


def test_the_script_that_saves_by_itself_is_answered(world, lin, address):
    write(world, "目标。", "完成。")
    accept = {"Accept": "application/json"}
    response = lin.post(
        address, {"expected": "目标！", "achieved": "完成。", "row_version": 1}, headers=accept
    )
    answer = response.json()
    assert response.status_code == 200 and answer["row_version"] == 2
    assert answer["texts"] == {"expected": "目标！", "achieved": "完成。", "weights_reason": ""}
    assert next(each["text"] for each in answer["sections"] if each["url"] == address) == "6 字"
    late = lin.post(address, {"expected": "我的", "achieved": "完成。", "row_version": 1}, headers=accept)
    assert late.status_code == 409 and late.json()["texts"]["expected"] == "目标！"
    long = lin.post(address, {"expected": "长" * 2001, "achieved": "", "row_version": 2}, headers=accept)
    assert long.status_code == 422 and list(long.json()["errors"]) == ["expected"]
    put_in_status(world.submission, "in_review")
    closed = lin.post(address, {"expected": "我的", "achieved": "", "row_version": 2}, headers=accept)
    assert closed.status_code == 403 and "不能修改" in closed.json()["message"]
    assert stored(world) == ("目标！", "完成。", 2)


def test_the_reason_of_other_weights_is_kept_beside_the_goal(world, lin, address):
    reason = {"weights_reason": "以工程为主。", "weights_reason_was": ""}
    assert lin.post(address, sent("目标。", "完成。") | reason).status_code == 302
    assert PerformanceGoal.objects.get().weights_reason == "以工程为主。"
    assert "以工程为主。</textarea>" in lin.get(address).content.decode()
    long = lin.post(address, sent("目标。", "完成。", 1) | {"weights_reason": "长" * 501})
    assert long.status_code == 422 and "有 501 字，最多 500 字" in long.content.decode()
    assert "以工程为主。" in signed_in(world.wu).get(address).content.decode()


def test_the_page_sends_what_it_showed(world, lin, address):
    write(world, "一。\n二。", "完成。")
    html = lin.get(address).content.decode()
    assert 'name="expected_was" value="一。\n二。"' in html and 'name="achieved_was" value="完成。"' in html


def test_a_reader_reads_and_may_not_write(world, address):
    write(world, "第一段。\n\n第二段。", "")
    reader = signed_in(world.wu)
    html = reader.get(address).content.decode()
    assert "<p>第一段。</p>" in html and "还没有写" in html and "<textarea" not in html
    assert reader.post(address, sent("她的。", "", 1)).status_code == 403
    assert stored(world) == ("第一段。\n\n第二段。", "", 1)


def test_when_it_is_closed_meanwhile_her_words_stay_on_the_page(world, lin, address):
    put_in_status(world.submission, "in_review")
    response = lin.post(address, sent("写了很久的。", ""))
    html = response.content.decode()
    assert response.status_code == 403 and "写了很久的。" in html and "不能修改" in html


@pytest.mark.parametrize("version", ["", "x", "-1"])
def test_what_no_page_sends_is_refused(lin, address, version):
    response = lin.post(address, sent("我的。", "", version))
    html = response.content.decode()
    assert response.status_code == 422 and "我的。" in html and "没有看懂" in html


def test_markup_is_text(world, lin, address):
    write(world, "<script>x</script>", "<script>y</script>")
    for browser in (lin, signed_in(world.wu)):
        html = browser.get(address).content.decode()
        assert "<script>x" not in html and "<script>y" not in html
