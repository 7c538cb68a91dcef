"""Days as people write them; the script of the entry page reads them alike (tests/browser/test_bridge.py)."""

from datetime import date

import pytest

from budgets.dates import DateError, parse_date

WRITTEN = {
    "2023-06-01": (6, 1),
    "2023-6-1": (6, 1),
    "2023/6/1": (6, 1),
    "2023.6.1": (6, 1),
    "2023。6。1": (6, 1),
    "2023年6月1日": (6, 1),
    "2023 年 6 月 1 号": (6, 1),
    "6月1日": (6, 1),
    "20230601": (6, 1),
    "２０２３－１２－３１": (12, 31),
    " 2023-01-01 ": (1, 1),
    "": None,
    " ": None,
    "—": None,
    "-": None,
}
REFUSED = {
    "2023-2-29": "没有“2023-2-29”这一天，请核对。",
    "2023-13-1": "没有“2023-13-1”这一天，请核对。",
    "2023-0-1": "没有“2023-0-1”这一天，请核对。",
    "0000-01-01": "没有“0000-01-01”这一天，请核对。",
    "4月31日": "没有“4月31日”这一天，请核对。",
    "2024-06-01": "“2024-06-01”不在 2023 年内，请核对。",
    "2022年12月31日": "“2022年12月31日”不在 2023 年内，请核对。",
    "2023-6/1": "“2023-6/1”不是日期，请写成 2023-06-01 这样。",
    "六月一日": "“六月一日”不是日期，请写成 2023-06-01 这样。",
    "6-1": "“6-1”不是日期，请写成 2023-06-01 这样。",
    "230601": "“230601”不是日期，请写成 2023-06-01 这样。",
    "2023-6-1 10:00": "“2023-6-1 10:00”不是日期，请写成 2023-06-01 这样。",
    "②0230601": "“②0230601”不是日期，请写成 2023-06-01 这样。",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_day_is_understood(text):
    expected = WRITTEN[text]
    assert parse_date(text, 2023) == (date(2023, *expected) if expected else None)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_day_of_the_year_is_refused_with_a_sentence(text):
    with pytest.raises(DateError) as refusal:
        parse_date(text, 2023)
    assert str(refusal.value) == REFUSED[text]


def test_the_29th_of_february_is_a_day_of_a_leap_year():
    assert parse_date("2月29日", 2024) == date(2024, 2, 29)
