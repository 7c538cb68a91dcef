"""The library of indicators: what the product brings along, what a bureau keeps, what a return picks."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from performance.actions import NotListed
from performance.frameworks import FOUR_BLOCKS, THREE_BLOCKS
from performance.library import common, kind_of, own_library, shelves_of
from performance.library_actions import keep_library_indicator, pick_indicators, withdraw_library_indicator
from performance.models import LibraryIndicator, ProjectIndicatorLine
from performance.project_rows import project_slug
from performance.readings import read
from performance.returns import DIRECTION_CHOICES, INDICATORS
from performance.scoring import Basis
from submissions.actions import NotEditable, NotNow, NotPermitted, Unfinished
from submissions.models import Edit, Submission
from tests.performance import projects
from tests.performance.indicators import put, stored
from tests.world import (
    NOW,
    make_round,
    make_submission,
    numbered,
    put_in_status,
    signed_in,
    statements,
)

WORDS = {
    "name": "企业开办时间",
    "second_level": "timeliness",
    "direction": "at_most",
    "target": "1",
    "measuring_unit": "天",
    "weight": Decimal("5.00"),
    "data_source": "登记系统",
    "kinds": "government township",
}


def read_anew(submission):
    return Submission.objects.for_workspace().get(pk=submission.pk)


def keep(world, number=0, version=0, by=None, **words):
    facts = {"number": number, "version": version, "words": WORDS | words}
    return keep_library_indicator(bureau=world.finance, **facts, by=by or world.qian, at=NOW)


def codes(submission, kind="", framework=THREE_BLOCKS):
    """What can be picked, by code: its second level, its name, and whether it is there already."""
    shelves = shelves_of(read_anew(submission), framework, kind)
    return {
        pick.code: (*pick.change.key, pick.is_present)
        for shelf in shelves
        for pick in shelf.picks
        if not pick.code.startswith("common")
    }


def pick(world, *codes, by=None, basis=None, project=""):
    facts = {"codes": codes, "basis": basis or Basis(), "project": project}
    return pick_indicators(submission=read_anew(world.submission), **facts, by=by or world.lin, at=NOW)


# --- The common ones


def test_every_common_indicator_is_one_that_can_be_scored():
    ways = dict(DIRECTION_CHOICES)
    for row in common():
        assert row["second_level"] in THREE_BLOCKS.second_levels and row["direction"] in ways, row
        target = {"target_value": row["target"], "measuring_unit": row["unit"], "actual_value": ""}
        stated = SimpleNamespace(direction=row["direction"], max_score=None, **target)
        assert not read(stated).mistakes, row
    keys = [(row["second_level"], row["name"]) for row in common()]
    assert len(set(keys)) == len(keys) >= 20


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("零陵区应急管理局", "government"),
        ("衡山县贯塘乡", "township"),
        ("菱角塘镇人民政府", "township"),
        ("南津渡街道办事处", "township"),
        ("永州市第一中学", "school"),
        ("柳子街小学", "school"),
        ("零陵区人民医院", "hospital"),
        ("珠山镇卫生院", "hospital"),
        ("乡村振兴局", "government"),
        ("冷水滩区小学（合成）", "school"),
        ("珠山镇卫生院(本级)", "hospital"),
        ("教育局（小学）", "government"),
    ],
)
def test_the_kind_of_a_unit_is_told_by_the_end_of_its_name(name, kind):
    assert kind_of(name) == kind


# --- The bureau's own


def test_an_indicator_is_kept_in_versions_and_withdrawn(world):
    keep(world)
    keep(world, name="注销时间")
    keep(world, 1, 1, target="0.5")
    assert [(each.number, each.version, each.target) for each in own_library(world.finance)] == [
        (1, 2, "0.5"),
        (2, 1, "1"),
    ]
    withdraw_library_indicator(bureau=world.finance, number=2, version=1, by=world.qian, at=NOW)
    assert [each.number for each in own_library(world.finance)] == [1]
    assert keep(world, name="注销时间").number == 3  # a number is not used again
    assert LibraryIndicator.objects.count() == 5 and own_library(world.next_county) == []


def test_what_is_not_kept(world):
    keep(world)
    for person in (world.wu, world.lin, world.feng):
        with pytest.raises(NotPermitted, match="只有本财政局的管理员"):
            keep(world, by=person)
    with pytest.raises(Unfinished, match="已经有“企业开办时间”"):
        keep(world)
    keep(world, 1, 1, target="2")
    for deed in (
        lambda: keep(world, 1, 1, target="3"),
        lambda: keep(world, 9, 1, name="别的"),
        lambda: withdraw_library_indicator(bureau=world.finance, number=1, version=1, by=world.qian, at=NOW),
    ):
        with pytest.raises(NotNow, match="刚被别人修改或停用"):
            deed()


# --- Picking


def test_what_is_picked_becomes_rows_once_and_says_where_it_is_from(world, here):
    keep(world)
    put(here, "信访事项办结率", second_level="social", target_value="99")
    numbers = {row["name"]: f"common-{number}" for number, row in enumerate(common())}
    asked = ("own-1", numbers["信访事项办结率"], numbers["患者满意度"])
    assert pick(world, *asked) == 2
    assert pick(world, *asked) == 0
    rows = stored(here)
    assert set(rows) == {"信访事项办结率", "企业开办时间", "患者满意度"}
    assert rows["信访事项办结率"].target_value == "99"
    line = rows["企业开办时间"]
    filled = {column.name: getattr(line, column.name) for column in INDICATORS.columns}
    assert {name: value for name, value in filled.items() if value not in ("", None)} == {
        "name": "企业开办时间",
        "second_level": "timeliness",
        "direction": "at_most",
        "target_value": "1",
        "measuring_unit": "天",
        "max_score": 5,
        "data_source": "登记系统",
    }
    [edit] = Edit.objects.all()
    assert (edit.source, edit.get_source_display(), len(edit.changes)) == ("picked", "指标库选取", 2)


def test_last_years_own_come_without_what_was_reached(world, here):
    before = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    put(before, "办理件数", second_level="quantity", target_value="≥120 件", actual_value="130", score=9)
    put_in_status(before, "approved")
    [code] = codes(here)
    assert pick(world, code) == 1
    line = stored(here)["办理件数"]
    assert (line.target_value, line.actual_value, line.score) == ("≥＿＿ 件", "", None)
    assert codes(here) == {}


def test_only_what_is_for_the_kind_and_in_the_framework_can_be_picked(world, here):
    keep(world)
    keep(world, name="成本", second_level="cost", kinds="")
    assert codes(here) == {
        "own-1": ("timeliness", "企业开办时间", False),
        "own-2": ("cost", "成本", False),
    }
    assert list(codes(here, "school")) == ["own-2"]
    assert codes(here, "school", FOUR_BLOCKS) == {"own-2": ("cost_economic", "成本", False)}
    pick(world, "own-2", basis=Basis(FOUR_BLOCKS))
    assert stored(here)["成本"].second_level == "cost_economic"
    assert codes(here, "school", FOUR_BLOCKS) == {"own-2": ("cost_economic", "成本", True)}


def test_nobody_else_picks_and_nothing_is_picked_for_what_is_handed_in(world, here):
    keep(world)
    with pytest.raises(NotPermitted):
        pick(world, "own-1", by=world.zhao)
    put_in_status(here, "in_review")
    with pytest.raises(NotEditable):
        pick(world, "own-1")
    assert not stored(here)


def test_a_project_picks_for_itself(world, here):
    before = make_submission(make_round(world.finance, 2022), world.emergency, world.lin)
    for name in ("巡查", "设备"):
        projects.spend(before, name)
        projects.put(before, f"{name}次数", name, second_level="quantity", target_value="≥8 次", score=9)
    put_in_status(before, "approved")
    keep(world)
    put(here, "企业开办时间", second_level="timeliness")  # the department's, which the project has not
    projects.spend(here, "巡查")
    assert pick(world, "year-quantity-巡查次数", "own-1", project="巡查") == 2
    assert pick(world, "year-quantity-巡查次数", "own-1", project="巡查") == 0
    rows = ProjectIndicatorLine.objects.filter(submission=here).order_by("name")
    assert [(each.project, each.name, each.target_value, each.score) for each in rows] == [
        ("巡查", "企业开办时间", "1", None),
        ("巡查", "巡查次数", "≥＿＿ 次", None),
    ]
    assert set(stored(here)) == {"企业开办时间"}
    with pytest.raises(NotListed):
        pick(world, "own-1", project="设备")


# --- The pages


def test_the_page_of_a_project_leads_back_to_it(world, here, lin):
    projects.spend(here, "巡查")
    page, back = (
        reverse(name, args=[here.pk, project_slug("巡查")])
        for name in ("pick_project_indicators", "edit_project_indicators")
    )
    assert page in lin.get(back).content.decode()
    assert reverse("pick_indicators", args=[here.pk]) not in lin.get(back).content.decode()
    assert "项目“巡查”的绩效指标" in lin.get(page).content.decode()
    assert lin.post(page, {"picks": "common-0"})["Location"] == back
    [line] = ProjectIndicatorLine.objects.filter(submission=here)
    assert (line.project, line.name) == ("巡查", common()[0]["name"])
    gone = reverse("pick_project_indicators", args=[here.pk, "0" * 12])
    assert lin.get(gone)["Location"] == reverse("projects", args=[here.pk])


def test_the_page_offers_what_fits_the_unit_and_adds_what_is_ticked(world, here, lin):
    keep(world)
    page = reverse("pick_indicators", args=[here.pk])
    with statements() as few:
        html = lin.get(page).content.decode()
    assert "企业开办时间" in html and "服务对象满意度" in html and "患者满意度" not in html
    assert "患者满意度" in lin.get(f"{page}?kind=hospital").content.decode()
    assert (
        reverse("pick_indicators", args=[here.pk])
        in lin.get(reverse("edit_indicators", args=[here.pk])).content.decode()
    )
    for name in ("甲", "乙"):
        keep(world, name=name)
    with statements() as many:
        lin.get(page)
    assert len(few) == len(many), numbered(many)
    for sent, said in (({}, "请先勾选指标。"), ({"picks": "own-99"}, "已经不在指标库里")):
        answer = lin.post(page, sent)
        assert answer.status_code == 422 and said in answer.content.decode()
    answer = lin.post(page, {"picks": ["own-1", "own-2"]})
    assert answer["Location"] == reverse("edit_indicators", args=[here.pk])
    assert set(stored(here)) == {"企业开办时间", "甲"}
    assert lin.get(page).content.decode().count("已有") >= 2


def test_the_administrator_adds_changes_and_withdraws(world):
    browser = signed_in(world.qian)
    page, keep_it, withdraw = (
        reverse(name, args=[world.finance.pk])
        for name in ("library", "keep_library_indicator", "withdraw_library_indicator")
    )
    given = {"number": 0, "version": 0, "name": " ", "weight": "x", "target": "1", "kinds": ["school", "bad"]}
    answer = browser.post(keep_it, given)
    html = answer.content.decode()
    assert answer.status_code == 422 and "请填写三级指标" in html and "请选择二级指标" in html
    assert "“x”不是分数" in html and "请从列出的适用单位里选" in html
    given |= {"name": "升学率", "second_level": "quality", "weight": "12.5", "kinds": ["school"]}
    assert browser.post(keep_it, given)["Location"] == page
    html = browser.get(f"{page}?number=1").content.decode()
    assert "修改指标" in html and 'value="升学率"' in html and "12.5" in html
    answer = browser.post(keep_it, given)  # once more
    assert answer.status_code == 422 and "已经有“升学率”" in answer.content.decode()
    browser.post(keep_it, given | {"number": 1, "version": 1, "name": "毕业率"})
    [kept] = own_library(world.finance)
    assert (kept.name, kept.version, kept.kinds, kept.weight) == ("毕业率", 2, "school", Decimal("12.5"))
    browser.post(withdraw, {"number": 1, "version": 1})
    assert own_library(world.finance)
    assert browser.post(withdraw, {"number": 1, "version": 2})["Location"] == page
    assert own_library(world.finance) == []
