"""Days on which a return can have been replied to, reviewed, signed off and made public."""

from datetime import date

import pytest

from submissions.publications import mistaken_days

TODAY = date(2024, 9, 10)
RIGHT = {
    "approval_date": date(2024, 8, 1),
    "reply_date": date(2024, 8, 20),
    "secrecy_review_date": date(2024, 9, 1),
    "sign_off_date": date(2024, 9, 2),
    "published_date": TODAY,
}
WRONG = {
    "public tomorrow": ({"published_date": date(2024, 9, 11)}, {"published_date": "公开日期还没有到"}),
    "public in the year 9999": (
        {"published_date": date.max, "reply_date": date.max},
        {"published_date": "公开日期还没有到"},
    ),
    "replied to in the year 1": (
        {"reply_date": date.min},
        {"reply_date": "批复日期不会在 2023 年度结束以前", "approval_date": "不能晚于批复日期"},
    ),
    "reviewed in its own year": (
        {"secrecy_review_date": date(2023, 12, 31)},
        {"secrecy_review_date": "保密审查日期不会在 2023 年度结束以前"},
    ),
    "signed off after it was public": (
        {"sign_off_date": date(2024, 9, 11)},
        {"sign_off_date": "审签日期不能晚于公开日期"},
    ),
}


def test_days_in_order_are_right_and_those_not_given_are_left_alone():
    assert mistaken_days(RIGHT, 2023, TODAY) == {}
    assert mistaken_days(dict.fromkeys(RIGHT, date(2024, 1, 1)), 2023, TODAY) == {}
    assert mistaken_days({"sign_off_date": date(2024, 9, 11)}, 2023, TODAY) == {}


@pytest.mark.parametrize("case", WRONG)
def test_days_that_cannot_be_are_told_by_their_field(case):
    changed, said = WRONG[case]
    found = mistaken_days(RIGHT | changed, 2023, TODAY)
    assert set(found) == set(said)
    assert all(said[name] in found[name] for name in said)
