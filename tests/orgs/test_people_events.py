"""Every deed on people and units leaves one event: who, what, where from."""

import pytest
from django.urls import reverse

from orgs.models import Event, Membership
from tests.world import signed_in


def events(world):
    """What the administrator's deeds left: action, words and unit, the oldest first."""
    found = Event.objects.filter(actor=world.qian).order_by("pk")
    return [(each.action, each.what, each.unit and each.unit.code, each.address) for each in found]


DEEDS = {
    "give_role": ("role_granted", "赵青（zhao）：单位负责人", "225001"),
    "end_role": ("role_withdrawn", "赵青（zhao）：填报人", "225001"),
    "reset_password": ("password_reset", "赵青（zhao）", None),
    "lock_account": ("account_stopped", "赵青（zhao）", None),
    "unlock_account": ("account_started", "赵青（zhao）", None),
    "stop_factor": ("factor_stopped", "赵青（zhao）", None),
    "rename_unit": ("unit_changed", "零陵区文化馆 改名为 零陵区图书馆", "225001"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_leaves_one_event(world, deed):
    of_deed = {
        "end_role": [world.zhao.pk, Membership.objects.get(user=world.zhao).pk],
        "rename_unit": [world.culture.pk],
    }
    fields = {"role": "unit_head", "unit": "225001", "name": "零陵区图书馆"}
    signed_in(world.qian).post(reverse(deed, args=of_deed.get(deed, [world.zhao.pk])), fields)
    assert events(world) == [(*DEEDS[deed], "127.0.0.1")]


def test_a_refused_deed_leaves_nothing_but_its_refusal(world):
    path = reverse("lock_account", args=[world.qian.pk])
    signed_in(world.qian).post(path)
    why = "这是您自己的账号：密码请用“修改密码”，停用请让另一名管理员办理。"
    assert events(world) == [("deed_refused", f"POST {path}：{why}", None, "127.0.0.1")]
