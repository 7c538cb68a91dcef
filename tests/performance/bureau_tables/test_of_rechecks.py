"""The re-checks of a round in one table: how far points were off, worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from performance.bureau_tables.of_rechecks import deviations, rechecks
from performance.models import IndicatorLine
from performance.recheck_actions import draw_sample
from performance.recheck_models import RecheckVersion
from performance.sampling import Plan
from tests.performance.bureau_tables.returns import scope_of
from tests.performance.test_rechecks import checked, finish
from tests.world import NOW, without_guards

D = Decimal


@pytest.fixture
def drawn(three):
    """All three returns in a sample: 90, 75 and, once its blank score is there, 96.2 points."""
    with without_guards("performance_indicatorline"):
        IndicatorLine.objects.filter(submission__unit=three.culture, score=None).update(score=30)
    draw_sample(
        round=three.round, plan=Plan(100, is_percent=True), seed="1", reason="文号", by=three.wu, at=NOW
    )
    return three


def finished(world, unit, own, found, *, is_finished=True):
    """Store a re-check as it was saved first; finished, unless it is not."""
    submission = world.round.submissions.get(unit=unit)
    return RecheckVersion.objects.create(
        submission=submission,
        number=1,
        checked=[],
        own_total=D(own),
        found_total=D(found),
        is_finished=is_finished,
        actor=world.wu,
        actor_name="吴芳",
        at=NOW,
    )


def test_units_are_ranked_by_how_far_they_were_off(drawn):
    finished(drawn, drawn.emergency, "90", "81")
    finished(drawn, drawn.rescue, "75", "60")
    finished(drawn, drawn.culture, "96.2", "0", is_finished=False)
    found = deviations(scope_of(drawn.round))
    assert [line.cells[1:] for line in found.lines] == [
        # (75 − 60) ÷ 75
        [
            *("224002", "应急救援中心", "零陵区应急管理局", 75, 60, 20, "中", "中"),
            "偏离度超过 10 %",
        ],
        ["224001", "零陵区应急管理局", "零陵区应急管理局", 90, 81, 10, "优", "良", ""],
    ]
    # (90 + 75) / 2, (81 + 60) / 2; (165 − 141) ÷ 165; (20 + 10) / 2
    assert found.foot[2:7] == ["2 个单位", "", D("82.5"), D("70.5"), D(2400) / 165]
    assert [(note.said, note.names) for note in found.notes] == [
        ("抽中、复核还没有完成，没有列入", ["零陵区文化馆"]),
        ("合计的得分为简单平均，偏离度按它们计算；各单位偏离度的平均为 15.00 %", ()),
    ]


def test_who_gave_herself_too_little_comes_last_and_zero_has_no_deviation(drawn):
    finished(drawn, drawn.emergency, "0", "5")
    finished(drawn, drawn.rescue, "75", "90")
    found = deviations(scope_of(drawn.round))
    assert [line.cells[6] for line in found.lines] == [-20, "算不出"]
    assert found.foot[6] == D(-2000) / 75


def test_who_was_not_off_at_all_comes_before_who_gave_herself_too_little(drawn):
    finished(drawn, drawn.emergency, "90", "99")
    finished(drawn, drawn.rescue, "75", "75")
    finished(drawn, drawn.culture, "80", "60")
    found = deviations(scope_of(drawn.round))
    assert [(line.cells[0], line.cells[6]) for line in found.lines] == [(1, 25), (2, 0), (3, -10)]


def test_a_re_check_of_another_departments_return_is_left_out(drawn):
    finished(drawn, drawn.emergency, "90", "81")
    assert len(deviations(scope_of(drawn.round, department=drawn.culture)).lines) == 0


def test_on_a_past_day_what_was_finished_by_then_counts(drawn):
    finished(drawn, drawn.emergency, "90", "81")
    day = date(2024, 3, 2)
    assert len(deviations(scope_of(drawn.round, day=day)).lines) == 1
    assert len(deviations(scope_of(drawn.round, day=day - timedelta(days=1))).lines) == 0


def test_indicator_by_indicator_what_was_stated_stands_beside_what_was_found(drawn):
    assert len(rechecks(scope_of(drawn.round)).lines) == 0
    finish(drawn, drawn.submission, checked("9", "45", "27", "0", ground="no_survey"))
    found = rechecks(scope_of(drawn.round))
    titles = [column.title for column in found.columns]
    assert titles[2:] == [
        *("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "权重"),
        *("自评完成值", "自评得分", "复核完成值", "复核得分", "偏离度", "备注"),
    ]
    lines = [dict(zip(titles, line.cells, strict=True)) for line in found.lines]
    assert [(line["三级指标"], line["自评得分"], line["复核得分"], line["偏离度"]) for line in lines] == [
        ("预算执行率", 9, 9, "0.00 %"),
        ("产出", 45, 45, "0.00 %"),
        ("效益", 27, 27, "0.00 %"),
        ("满意", 9, 0, "100.00 %"),
        ("", 90, 81, "10.00 %"),
    ]
    assert found.foot[:2] == ["合计", "1 个单位"] and found.foot[10:14] == [90, "", 81, "10.00 %"]
