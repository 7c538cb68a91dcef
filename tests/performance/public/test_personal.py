"""Personal data among the words of a return: what is covered, and what only looks like it and stays."""

import pytest

from performance.public.personal import COVERED, covered_in, masked

# 11010519491231002X is the example of GB 11643-1999; in the other number the last digit is another one.
IDENTITY, NO_IDENTITY = "11010519491231002X", "110105194912310021"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+8613812341234", "138****1234"),
        ("+86 13812341234", "138****1234"),
        ("138-1234-1234", "138****1234"),
        ("138 1234 1234", "138****1234"),
        ("１３８１２３４１２３４", "138****1234"),
        ("0746-8666123", "0746-****123"),
        ("07468666123", "0746-****123"),
        ("（0746）8666123", "0746-****123"),
        ("010-65251234", "010-****234"),
        (IDENTITY, "110*************2X"),
        (IDENTITY.lower(), "110*************2x"),
        ("138.1234.1234", "138****1234"),
        ("138 12341234", "138****1234"),
        ("138-12341234", "138****1234"),
        ("1381 234 1234", "138****1234"),
        ("138\u200b12341234", "138****1234"),
        ("0746 - 8666123", "0746-****123"),
        ("0746——8666123", "0746-****123"),
        ("138\u30001234\u30001234", "138****1234"),
        ("110105 19491231 002X", "110*************2X"),
        ("zhang.san@example.com.cn", "z***@example.com.cn"),
        ("zhang＠example.com", "z***@example.com"),
    ],
)
def test_what_is_personal_is_covered_wherever_it_stands(words, shown):
    for before, after in (("联系人：", ""), ("", "，周一至周五"), ("电话", "转办公室"), ("请与", "联系。")):
        text = f"{before}{words}{after}"
        assert covered_in(text) == [shown], text
        covered = masked(text)
        assert covered.endswith(f"{shown}{COVERED}{after}") and covered.startswith(before)
        assert masked(covered) == covered, "what is covered is not covered again"


@pytest.mark.parametrize("words", ["13812341234", "0746-8666123"])
@pytest.mark.parametrize(
    ("before", "after"),
    [("Tel:", "万建国"), ("[电话]", "千人"), ("〔联系人〕", "元旦值班"), ("1、", "百事通")],
)
def test_a_name_or_a_bracket_beside_it_hides_nothing(before, words, after):
    assert len(covered_in(f"{before}{words}{after}")) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("Tel.13812341234", "tel13812341234", "1.13812341234", "2-13812341234", "13812341234.2024年"),
        *("13812341234 万主任", "13812341234\n百姓满意", "13812341234\n元旦"),
    ],
)
def test_a_mobile_number_may_have_points_lists_names_and_lines_around_it(text):
    assert covered_in(text) == ["138****1234"]


def test_both_of_a_pair_are_covered_and_a_number_without_an_area_behind_the_word():
    assert covered_in("13812341234-13912341234") == ["138****1234", "139****1234"]
    assert covered_in("联系电话：8666123，传真86661234") == ["****123", "****234"]
    assert covered_in(f"ID{IDENTITY}") == ["110*************2X"]


@pytest.mark.parametrize(
    "text",
    [
        "永财绩〔2024〕1号",
        "湘财预〔2023〕13812341234号",
        "支出13800000000.00元",
        "支出13812341234元",
        "支出 13812341234 元",
        "资产13812341234.56",
        "湘〔2023〕13812341234",
        "支出13812341234万元",
        "¥ 13812341234",
        "RMB13812341234",
        "支出13812341234余元",
        "支出13812341234（元）",
        "服务13812341234人次",
        "合同编号0201234567",
        "编号012-20240115",
        "项目编码43110223P13812341234",
        "HT13812341234A",
        "预算8666123",
        "¥13812341234",
        "13,812,341,234.00",
        "2240106 安全监管",
        "功能科目2240106、2240199",
        "2023年12月31日至2024-01-15",
        "20231231",
        "2023-12-31 13:30",
        NO_IDENTITY,
        "114311020063310021",  # such are the codes of authorities: no day of birth in it
        "43110223P000000138123",
        "431102230000138123412345",
        "1,385.50 − 1,968.01",
        "12812341234",
        "预算@决算",
        "1381234123",
        "0.0746866612",
        "400-810-8100",
        "",
    ],
)
def test_what_only_looks_like_it_stays(text):
    assert masked(text) == text and covered_in(text) == []


def test_each_of_several_is_covered():
    text = f"张某 13812341234，{IDENTITY}；李某 0746-8666123 或 li@example.com"
    assert covered_in(text) == ["138****1234", "110*************2X", "0746-****123", "l***@example.com"]
    assert masked(text).count(COVERED) == 4 and "1234123" not in masked(text)
