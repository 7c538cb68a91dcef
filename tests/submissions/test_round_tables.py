"""The lists of a round a bureau takes away: where every unit stands, what is public."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from submissions.models import Extension, Publication, Reminder, Transition
from tests.world import (
    NOW,
    make_submission,
    make_unit,
    put_in_status,
    signed_in,
    statements,
    without_guards,
)


def rows_of(world, table, **asked):
    """The rows of a list below its heads, by unit."""
    address = reverse("download_round_table", args=[world.round.pk, table])
    answer = signed_in(world.wu).get(address, asked)
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.content)).active
    title, said, heads, *rows = sheet.iter_rows(values_only=True)
    named = [dict(zip(heads, row, strict=True)) for row in rows]
    return title[0], said[0], {row["单位"]: row for row in named}


def given_back(submission, times):
    """Let a return have been given back so often."""
    with without_guards("submissions_transition"):
        for _ in range(times):
            Transition.objects.create(
                submission=submission,
                action="return",
                from_status="in_review",
                to_status="returned",
                actor=submission.started_by,
                actor_name="吴芳",
                at=datetime(2024, 4, 2, 20, tzinfo=UTC),  # the 3rd in China
            )
    put_in_status(submission, "returned")


def test_where_every_unit_stands(world):
    given_back(world.submission, 2)
    about = {"round": world.round, "actor": world.wu, "actor_name": "吴芳", "at": NOW}
    Extension.objects.create(unit=world.emergency, until_date=date(2024, 5, 31), reason="批复调整", **about)
    Reminder.objects.create(unit=world.culture, text="请报送", **about)
    title, said, rows = rows_of(world, "progress")
    assert title == "报送进度表" and "3 个单位" in said
    mine = rows["零陵区应急管理局"]
    assert mine | {"逾期天数": 0} == {
        "单位编码": "224001",
        "单位": "零陵区应急管理局",
        "主管部门": "本级",
        "状态": "已退回",
        "最近动作": "2024-04-03",
        "退回次数": 2,
        "截止日": "2024-05-31",
        "逾期天数": 0,
        "延期至": "2024-05-31",
        "延期原因": "批复调整",
        "最近催报": None,
    }
    assert rows["应急救援中心"]["主管部门"] == "零陵区应急管理局"
    assert rows["零陵区文化馆"]["状态"] == "未开始" and rows["零陵区文化馆"]["最近催报"] == "2024-03-01"
    late = (date.today() - date(2024, 4, 30)).days
    assert abs(rows["零陵区文化馆"]["逾期天数"] - late) <= 1  # whichever day it is in China


def publish(submission, day, revision_status="published"):
    """Let a return be public."""
    with without_guards("submissions_publication"):
        Publication.objects.create(
            submission=submission,
            reply_date=date(2024, 8, 1),
            secrecy_reviewer="孙立",
            secrecy_review_date=date(2024, 8, 20),
            signatory="王局",
            sign_off_date=date(2024, 8, 21),
            published_date=day,
            address="https://example.cn/1",
            actor=submission.started_by,
            actor_name="林晓",
            at=NOW,
        )
    put_in_status(submission, revision_status)


def test_what_is_public_and_since_when(world):
    publish(world.submission, date(2024, 8, 25))
    title, _, rows = rows_of(world, "publications")
    assert title == "公开情况表"
    mine = rows["零陵区应急管理局"]
    assert (mine["公开日期"], mine["公开网址"], mine["批复日期"]) == (
        "2024-08-25",
        "https://example.cn/1",
        "2024-08-01",
    )
    assert mine["超过 20 日的天数"] == 4  # the 21st was the last day
    assert (mine["审签人"], mine["决算批准日期"]) == ("王局", None)
    assert rows["零陵区文化馆"]["公开日期"] is None


def test_what_is_approved_and_not_yet_public_is_not_called_public(world):
    publish(world.submission, date(2024, 8, 25), revision_status="approved")
    _, _, rows = rows_of(world, "publications")
    assert rows["零陵区应急管理局"]["公开日期"] is None


@pytest.mark.parametrize("table", ["progress", "publications"])
def test_however_many_units_it_takes_the_same_statements(world, table):
    browser, address = signed_in(world.wu), reverse("download_round_table", args=[world.round.pk, table])
    browser.get(address)
    with statements() as few:
        browser.get(address)
    for at in range(5):
        unit = make_unit(world.finance.region, f"2270{at:02}", f"单位{at}", parent=world.finance)
        given_back(make_submission(world.round, unit, world.lin), 1)
    with statements() as many:
        browser.get(address)
    assert len(few) == len(many) <= 14


def test_there_is_no_other_list(world):
    address = reverse("download_round_table", args=[world.round.pk, "wages"])
    assert signed_in(world.wu).get(address).status_code == 404


def test_where_every_unit_stood_on_a_past_day(world):
    """Given back on the 3rd of April, so on the 2nd it had not been."""
    given_back(world.submission, 1)
    for day, status, times in (("2024-04-02", "填报中", 0), ("2024-04-03", "已退回", 1)):
        _, said, rows = rows_of(world, "progress", day=day)
        mine = rows["零陵区应急管理局"]
        assert f"截至 {day}" in said and (mine["状态"], mine["退回次数"]) == (status, times)


def test_what_is_public_is_told_of_today_alone(world):
    address = reverse("download_round_table", args=[world.round.pk, "publications"])
    assert signed_in(world.wu).get(address, {"day": "2024-04-02"}).status_code == 404
