"""The tree of units: shown, added to, renamed."""

import pytest
from django.urls import reverse

from orgs import unit_actions
from orgs.models import Membership, Unit
from orgs.people_actions import NotAdministrator
from tests.world import NOW, Role, make_person, make_unit, numbered, signed_in, statements

FIELDS = {"parent": "225001", "code": "225002", "name": "零陵区图书馆", "kind": "unit"}


def add(world, **fields):
    """Send the form of a new unit."""
    return signed_in(world.qian).post(reverse("add_unit"), FIELDS | fields)


def test_the_tree_is_shown_with_the_people_of_today(world):
    Membership.objects.filter(user=world.zhao).update(ended_at=NOW)
    Membership.objects.create(user=world.lin, unit=world.emergency, role=Role.UNIT_HEAD, started_at=NOW)
    units = signed_in(world.qian).get(reverse("units")).context["units"]
    assert [(unit.code, unit.depth, unit.people) for unit in units] == [
        ("100", 0, 4),
        ("224001", 1, 3),
        ("224002", 2, 1),
        ("225001", 1, 0),
    ]


def test_the_tree_takes_the_same_queries_for_few_and_for_many(world):
    counts = []
    for number in (0, 40):
        for each in range(number):
            unit = make_unit(world.finance.region, f"9{each:05}", f"单位{each}", parent=world.culture)
            make_person(f"p{each}", "张三", (Role.PREPARER, unit))
        browser = signed_in(world.qian)
        with statements() as texts:
            browser.get(reverse("units"))
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]) <= 5, numbered(counts[1])


@pytest.mark.parametrize(
    ("parent", "kind", "path"),
    [
        ("225001", "unit", "/431102/100/225001/225002/"),
        ("100 零陵区财政局", "department", "/431102/100/225002/"),
        ("零陵区财政局", "unit", "/431102/100/225002/"),
        ("224002", "unit", "/431102/100/224001/224002/225002/"),
    ],
)
def test_a_unit_is_added_below_its_parent(world, parent, kind, path):
    assert add(world, parent=parent, kind=kind).url == reverse("units")
    unit = Unit.objects.get(code="225002")
    assert (unit.path, unit.name, unit.kind) == (path, "零陵区图书馆", kind)
    assert unit.name_pinyin == "ling ling qu tu shu guan"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"parent": ""}, "请填写上级。"),
        ({"parent": "冷水滩区财政局"}, "没有找到"),
        ({"parent": "224001", "kind": "department"}, "部门直接归财政局管，上级不能是零陵区应急管理局"),
        ({"code": ""}, "请填写单位编码。"),
        ({"code": "22-5"}, "单位编码只能用数字和字母"),
        ({"code": "2" * 21}, "单位编码有 21 字，最多 20 字"),
        ({"code": "224001"}, "编码 224001 已经是零陵区应急管理局的，请换一个编码。"),
        ({"name": "\u200b"}, "请填写单位名称。"),
        ({"name": "长" * 101}, "单位名称有 101 字，最多 100 字"),
        ({"kind": "bureau"}, "请从列表里选择类别。"),
        ({"kind": ""}, "请选择类别。"),
    ],
)
def test_what_is_wrong_with_a_new_unit_is_said_and_nothing_is_added(world, fields, said):
    before = Unit.objects.count()
    answer = add(world, **fields)
    assert (answer.status_code, Unit.objects.count()) == (422, before)
    assert said in answer.content.decode()


def test_a_tree_that_gets_too_deep_is_refused_in_words(world):
    parent = world.culture
    for number in range(8):
        parent = make_unit(
            world.finance.region, f"{number}" * 20, f"第{number}层", parent=parent, kind=Unit.Kind.UNIT
        )
    answer = add(world, parent="7" * 20, code="8" * 20)
    assert "上下级的层数太多" in answer.content.decode()


def test_a_unit_is_renamed_and_stays_where_it_is(world):
    page = reverse("rename_unit", args=[world.culture.pk])
    assert "零陵区文化馆" in signed_in(world.qian).get(page).content.decode()
    assert signed_in(world.qian).post(page, {"name": " 零陵区文化旅游馆 "})["Location"] == reverse("units")
    unit = Unit.objects.get(pk=world.culture.pk)
    assert (unit.name, unit.code, unit.path) == ("零陵区文化旅游馆", "225001", "/431102/100/225001/")
    assert unit.name_pinyin.startswith("ling ling qu wen hua lv you")


def test_no_field_of_a_unit_but_its_name_is_changed_by_renaming(world):
    page = reverse("rename_unit", args=[world.culture.pk])
    signed_in(world.qian).post(page, {"name": "x", "code": "9", "kind": "unit", "parent": "224001"})
    unit = Unit.objects.get(pk=world.culture.pk)
    assert (unit.code, unit.kind, unit.parent) == ("225001", "department", world.finance)


@pytest.mark.parametrize("name", ["", "   ", "长" * 101])
def test_a_name_that_is_none_is_refused(world, name):
    page = reverse("rename_unit", args=[world.culture.pk])
    assert signed_in(world.qian).post(page, {"name": name}).status_code == 422
    assert Unit.objects.get(pk=world.culture.pk).name == "零陵区文化馆"


@pytest.mark.parametrize("by", ["he", "wu", "tang", "lin", "sun", "other"])
def test_the_deeds_themselves_refuse_whoever_does_not_administer_the_tree(world, by):
    other = make_person("other", "外人", (Role.ADMINISTRATOR, world.next_county))
    person = other if by == "other" else getattr(world, by)
    with pytest.raises(NotAdministrator):
        unit_actions.rename_unit(unit=world.culture, name="x", by=person, at=NOW)
    with pytest.raises(NotAdministrator):
        unit_actions.add_unit(parent=world.culture, code="9", name="x", kind="unit", by=person, at=NOW)


def test_another_regions_unit_does_not_exist(world):
    page = reverse("rename_unit", args=[world.next_county.pk])
    assert signed_in(world.qian).post(page, {"name": "x"}).status_code == 404
