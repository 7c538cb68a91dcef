"""Every file that is taken out and every refusal is recorded, whatever page it is of."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from orgs.models import Event
from orgs.untimely import final_of, noted_refusals
from performance.bulk_export_actions import carry_on_export
from performance.models import BulkExport
from submissions.actions import NotNow, NotYours
from tests.budgets.test_save_page import payload, row
from tests.test_access import addresses, arguments, rechecked
from tests.world import make_world, put_in_status, signed_in

DOWNLOADS = [name for each in addresses(get_resolver()) if (name := each.name).startswith("download_")]
TAKERS = {"download_marked": "lin"}
"""Who may take a file out; the administrator takes the others."""
OF_THE_RETURN = [
    "download_variances",
    "download_form",
    "download_package",
    "download_return",
    "download_marked",
]


@pytest.fixture
def world(db):
    """Two counties, everybody, one round, and Lin's empty draft."""
    return make_world()


def taken(world, name, method="get"):
    """Take a file out."""
    path = reverse(name, args=arguments(world, name))
    if name == "download_round":
        put_in_status(world.submission, "approved")
    if name == "download_bulk_export":
        carry_on_export(export_id=BulkExport.objects.get().pk, should_stop=lambda: False)
    if name == "download_rechecks":
        rechecked(world)
    answer = getattr(signed_in(getattr(world, TAKERS.get(name, "qian"))), method)(path)
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize("name", DOWNLOADS)
def test_every_download_is_recorded(world, name):
    answer = taken(world, name)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    found = Event.objects.exclude(action=Event.Action.EXPORT_STARTED).get()
    assert (found.action, found.result, found.address) == ("exported", "done", "127.0.0.1")
    assert found.what.endswith((".xlsx", ".docx", ".zip", ".pdf"))


@pytest.mark.parametrize("name", OF_THE_RETURN)
def test_a_file_of_a_return_is_recorded_with_its_unit(world, name):
    taken(world, name)
    assert Event.objects.get().unit == world.emergency


def test_the_files_of_a_round_are_recorded_with_its_bureau(world):
    taken(world, "download_round")
    found = Event.objects.get()
    assert (found.unit, found.what) == (world.finance, "2023年度 自评材料 1家.zip")


def test_a_refusal_is_recorded_with_what_was_asked_for(world):
    path = reverse("approve", args=[world.submission.pk])
    signed_in(world.lin).post(path, REMOTE_ADDR="203.0.113.9")
    found = Event.objects.get()
    assert (found.action, found.result, found.actor) == ("access_refused", "refused", world.lin)
    assert (found.what, found.unit, found.address) == (f"POST {path}", world.emergency, "203.0.113.9")


def test_a_refusal_to_a_script_is_recorded_too(world):
    path = reverse("save_lines", args=[world.submission.pk, "revenue"])
    asked = {"unit": "yuan", "rows": []}
    assert signed_in(world.wu).post(path, asked, content_type="application/json").status_code == 403
    assert Event.objects.get().what == f"POST {path}"


def test_a_refused_token_is_recorded_of_who_is_signed_in(world):
    browser = signed_in(world.lin, enforce_csrf_checks=True)
    assert browser.post(reverse("choose_amount_unit")).status_code == 403
    assert Event.objects.get().actor == world.lin


# --- Refused by the state of things: told in whatever way, recorded after the transaction has ended


def told():
    """The refused deeds on record, with whose, of which unit and from where."""
    return [
        (each.what, each.actor.username, each.roles, each.unit, each.address)
        for each in Event.objects.filter(action="deed_refused", result="refused").order_by("pk")
    ]


def approve(world, seen):
    path = reverse("approve", args=[world.submission.pk])
    signed_in(world.wu).post(path, {"seen": seen}, REMOTE_ADDR="203.0.113.9")
    return path


def test_approving_what_was_approved_meanwhile_is_recorded(world):
    put_in_status(world.submission, "approved")
    path = approve(world, seen=1)
    why = "这份填报现在是“审核通过”，不能审核通过。请看最新情况。"
    assert told() == [(f"POST {path}：{why}", "wu", "财政绩效股", world.emergency, "203.0.113.9")]


def test_a_save_after_the_submission_is_recorded_though_it_is_answered_403(world):
    put_in_status(world.submission, "in_review")
    path = reverse("save_lines", args=[world.submission.pk, "revenue"])
    body = payload(row("other", outturn="1"))
    assert signed_in(world.lin).post(path, body, content_type="application/json").status_code == 403
    [(what, *about)] = told()
    assert what.startswith(f"POST {path}：这份填报的状态是“") and what.endswith("不能修改。")
    assert about == ["lin", "填报人", world.emergency, "127.0.0.1"]
    assert Event.objects.count() == 1


def test_a_save_upon_another_is_recorded(world):
    path = reverse("edit_text", args=[world.submission.pk, "thrift_measures"])
    browser = signed_in(world.lin)
    browser.post(path, {"text": "压减会议费。", "row_version": 0})
    assert browser.post(path, {"text": "压减差旅费。", "row_version": 0}).status_code == 409
    assert [what for what, *_ in told()] == [
        f"POST {path}：有人在您之后改过这段文字，本次没有保存。请对照后再保存。"
    ]


def test_what_is_refused_of_many_is_recorded_of_each_with_its_unit(world):
    put_in_status(world.submission, "approved")
    signed_in(world.wu).post(reverse("pass_on_many"), {"returns": [f"{world.submission.pk}:1"]})
    path = reverse("pass_on_many")
    assert [(what, unit) for what, _, _, unit, _ in told()] == [
        (f"POST {path}：现在是“审核通过”，不在审核中。", world.emergency)
    ]


def test_a_round_that_is_closed_already_is_recorded_of_its_bureau(world):
    path, browser = reverse("close_round", args=[world.round.pk]), signed_in(world.wu)
    for _ in range(2):
        browser.post(path, {"reason": "结束"})
    assert [(what, unit) for what, _, _, unit, _ in told()] == [
        (f"POST {path}：这次收集已经关闭了。", world.finance)
    ]


def test_ones_own_role_is_not_ended_and_that_is_recorded(world):
    own = world.qian.memberships.get()
    path = reverse("end_role", args=[world.qian.pk, own.pk])
    signed_in(world.qian).post(path)
    assert [what for what, *_ in told()] == [f"POST {path}：不能结束自己的管理员角色，请让另一名管理员办理。"]


def test_a_form_with_mistakes_and_a_page_are_no_refused_deeds(world):
    path = reverse("edit_text", args=[world.submission.pk, "thrift_measures"])
    answer = signed_in(world.lin).post(path, {"text": "长" * 5001, "row_version": 0})
    assert answer.status_code == 422
    put_in_status(world.submission, "approved")
    assert signed_in(world.wu).get(reverse("journey", args=[world.submission.pk])).status_code == 200
    assert not Event.objects.exists()


def test_a_refusal_made_from_another_is_one():
    with noted_refusals() as noted:
        try:
            try:
                raise NotNow("第一")
            except NotNow as first:
                raise NotYours("第二") from first
        except NotYours:
            pass
    assert [str(each) for each in noted] == ["第一", "第二"]
    assert [str(each) for each in final_of(noted)] == ["第二"]
    NotNow("以后")  # nobody listens
    assert len(noted) == 2


def test_what_does_not_exist_and_what_nobody_asks_for_is_not_recorded(world):
    signed_in(world.zhao).get(reverse("workspace", args=[world.submission.pk]))
    signed_in(world.lin).get("/nothing/")
    signed_in(world.lin).get(reverse("workspace", args=[world.submission.pk]))
    Client(enforce_csrf_checks=True).post(reverse("sign_in"))
    assert not Event.objects.exists()
