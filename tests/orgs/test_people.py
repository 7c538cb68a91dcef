"""The people of a region: who is listed, how they are found, and how they come in."""

import pytest
from django.urls import reverse

from orgs.models import Membership, User
from tests.world import NOW, Role, make_person, make_unit, numbered, signed_in, statements


def listed(world, q="", **more):
    """The names on the page, in its order."""
    page = signed_in(world.qian).get(reverse("people"), {"q": q, **more}).context["page"]
    return [person.full_name for person in page]


def test_everybody_of_the_region_is_listed_in_the_order_of_pinyin_and_nobody_else(world):
    assert listed(world) == ["陈敏", "何军", "林晓", "钱宁", "孙立", "唐正", "吴芳", "赵青"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("林", ["林晓"]),
        ("LIN", ["林晓"]),
        ("lx", ["林晓"]),
        ("linxiao", ["林晓"]),
        ("lin xiao", ["林晓"]),
        ("qian", ["钱宁"]),
        ("文化馆", ["赵青"]),
        ("224002", ["林晓"]),
        ("224", ["陈敏", "林晓", "孙立"]),
        ("冯", []),
        ("feng", []),
        ("%", []),
        ("\x00林", ["林晓"]),
        ("  林晓  ", ["林晓"]),
    ],
)
def test_people_are_found_by_name_user_name_pinyin_and_unit(world, q, found):
    assert listed(world, q) == found


def test_who_has_left_is_still_listed_without_a_role_and_not_found_by_her_unit(world):
    Membership.objects.filter(user=world.zhao).update(ended_at=NOW)
    assert "赵青" in listed(world)
    assert listed(world, "文化馆") == []
    assert "现在没有角色" in signed_in(world.qian).get(reverse("people")).content.decode()


def test_the_list_says_how_it_stands_with_each_account(world):
    User.objects.filter(username="lin").update(is_active=False)
    User.objects.filter(username="sun").update(must_change_password=True)
    page = signed_in(world.qian).get(reverse("people")).content.decode()
    assert [page.count(f">{word}<") for word in ("已停用", "首次登录须改密码", "可以登录")] == [1, 1, 6]


def test_a_role_in_another_region_is_not_listed(world):
    Membership.objects.create(user=world.lin, unit=world.next_county, role=Role.DIVISION, started_at=NOW)
    assert "冷水滩区财政局" not in signed_in(world.qian).get(reverse("people")).content.decode()


def test_fifty_stand_on_a_page_and_the_next_page_keeps_what_was_asked(world):
    for number in range(60):
        make_person(f"zhang{number}", "张三", (Role.PREPARER, world.culture))
    response = signed_in(world.qian).get(reverse("people"), {"q": "张"})
    assert len(response.context["page"].object_list) == 50
    assert "?q=%E5%BC%A0&amp;page=2" in response.content.decode()
    assert len(listed(world, "张", page=2)) == 10


def test_the_list_takes_the_same_queries_for_few_and_for_many(world):
    counts = []
    for number in (0, 40):
        for each in range(number):
            unit = make_unit(world.finance.region, f"9{each:05}", f"单位{each}", parent=world.finance)
            make_person(f"p{each}", "张三", (Role.PREPARER, unit), (Role.UNIT_HEAD, unit))
        browser = signed_in(world.qian)
        with statements() as texts:
            assert browser.get(reverse("people")).status_code == 200
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]) <= 8, numbered(counts[1])


FIELDS = {"full_name": "周琪", "username": "zhouqi", "unit": "224002", "role": "unit_head"}


def add(world, by=None, **fields):
    """Send the form of a new person."""
    return signed_in(by or world.qian).post(reverse("add_person"), FIELDS | fields)


def test_a_new_person_has_her_role_and_a_password_that_is_shown_once(world):
    answer = add(world)
    person, password = User.objects.get(username="zhouqi"), answer.context["password"]
    assert (answer.status_code, person.full_name, person.name_initials) == (200, "周琪", "zq")
    assert person.check_password(password) and person.must_change_password
    assert [str(each) for each in person.memberships.all()] == ["周琪 · 单位负责人 · 应急救援中心"]
    assert answer.content.decode().count(password) == 1
    again = signed_in(world.qian).get(reverse("person", args=[person.pk]))
    assert password not in again.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"full_name": " "}, "请填写姓名。"),
        ({"full_name": "长" * 51}, "姓名有 51 字，最多 50 字"),
        ({"username": ""}, "请填写用户名。"),
        ({"username": "zhou qi"}, "用户名只能用文字、数字"),
        ({"username": "lin"}, "用户名 lin 已经有人使用，请换一个。"),
        ({"username": "LIN"}, "用户名 LIN 已经有人使用，请换一个。"),
        ({"username": "feng"}, "用户名 feng 已经有人使用，请换一个。"),
        ({"unit": ""}, "请填写单位。"),
        ({"unit": "没有的局"}, "没有找到“没有的局”"),
        ({"unit": "冷水滩区财政局"}, "没有找到“冷水滩区财政局”"),
        ({"role": ""}, "请选择角色。"),
        ({"role": "boss"}, "请从列表里选择角色。"),
        ({"role": "auditor"}, "应急救援中心是单位，没有“审计”这个角色"),
    ],
)
def test_what_is_wrong_with_a_new_person_is_said_and_nobody_is_added(world, fields, said):
    before = User.objects.count()
    answer = add(world, **fields)
    assert (answer.status_code, User.objects.count()) == (422, before)
    assert said in answer.content.decode()


def test_all_that_is_wrong_is_said_at_once(world):
    page = add(world, full_name="", username="", unit="", role="").content.decode()
    assert [page.count(f"请填写{field}。") for field in ("姓名", "用户名", "单位")] == [1, 1, 1]


@pytest.mark.parametrize("unit", ["224002", "应急救援中心", "224002 应急救援中心"])
def test_a_unit_is_named_by_code_or_name_or_as_the_list_offers_it(world, unit):
    assert add(world, unit=unit).status_code == 200


def test_a_name_that_two_units_have_is_asked_about(world):
    make_unit(world.finance.region, "225002", "应急救援中心", parent=world.culture)
    assert "有 2 个单位都符合“应急救援中心”" in add(world, unit="应急救援中心").content.decode()
