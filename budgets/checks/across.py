"""Across units, as far as one return says it: C-110 to C-113. Source: checks.md §1; confirmations.md W-01."""

from collections.abc import Iterator
from decimal import Decimal

from budgets.checks.given import Given
from submissions.findings import Check, Outcome, Severity, Tolerance
from submissions.models.approved import DAYS_TO_PUBLISH


def region_is_sum_of_units(given: Given) -> Iterator[Outcome]:
    """C-110: a region is the sum of its units: here it is never stated, always added up."""
    yield given.not_applicable(given.whole, "地区合计由系统从各单位的填报相加，没有另外填的合计。")


def revisions_are_complete(given: Given) -> Iterator[Outcome]:
    """C-111: a unit has one return of a year in each revision, and none is lacking before it."""
    revisions = [number for number in sorted(given.revisions) if number <= given.revision]
    lacking = [number for number in range(1, given.revision + 1) if number not in revisions]
    twice = sorted({number for number in revisions if revisions.count(number) > 1})
    if not lacking and not twice:
        yield given.holds(given.whole, actual=Decimal(given.revision))
        return
    words = [f"第 {number} 版没有" for number in lacking] + [f"第 {number} 版有几份" for number in twice]
    yield given.fails(
        given.whole,
        f"本单位 {given.year} 年度的填报版次不完整：{'、'.join(words)}。",
        actual=Decimal(len(revisions)),
        expected=Decimal(given.revision),
        remedy="请管理员查操作记录，补齐缺少的版次。",
    )


def published_is_what_was_approved(given: Given) -> Iterator[Outcome]:
    """C-112: what was made public is what was approved; the file that was made public is not kept here."""
    if given.publication is None:
        yield given.not_applicable(given.whole, "还没有公开。")
    else:
        yield given.cannot(given.whole, "公开在网上的文件没有存入系统；系统里的审定数据不会再变")


def published_in_time(given: Given) -> Iterator[Outcome]:
    """C-113: it was made public within 20 days of the reply (批复)."""
    publication = given.publication
    if publication is None:
        yield given.not_applicable(given.whole, "还没有公开。")
    elif not publication.days_late:
        yield given.holds(given.whole)
    else:
        yield given.fails(
            given.whole,
            f"{publication.published_date} 公开，晚了 {publication.days_late} 天："
            f"应在批复后 {DAYS_TO_PUBLISH} 日内，到 {publication.due_date} 为止。",
            actual=Decimal((publication.published_date - publication.reply_date).days),
            expected=Decimal(DAYS_TO_PUBLISH),
            remedy="写明逾期公开的原因。",
        )


CHECKS = (
    Check(
        "C-110",
        "各单位之和等于地区合计",
        Severity.ERROR,
        Tolerance.SUM,
        formula="Σ 各单位 = 地区合计；单位名单 = 当年预算单位名册",
        source="部门决算汇总口径",
        example="两个单位 100.00 和 200.00，地区合计为 300.00。",
        test=region_is_sum_of_units,
    ),
    Check(
        "C-111",
        "每个单位每年每版只有一份填报，版次连续",
        Severity.ERROR,
        Tolerance.EXACT,
        formula="版次 = 1, 2, …, n，各一份",
        source="审核记录管理要求",
        example="有第 1 版、第 3 版而没有第 2 版的，版次不完整。",
        test=revisions_are_complete,
    ),
    Check(
        "C-112",
        "公开的就是审核通过的",
        Severity.ERROR,
        Tolerance.EXACT,
        formula="公开文件 = 审定数据",
        source="《预算法》第十四条",
        example="公开的决算数为 1,968.10，审定数据为 1,968.01 的，不一致。",
        test=published_is_what_was_approved,
    ),
    Check(
        "C-113",
        "批复后 20 日内公开",
        Severity.WARNING,
        Tolerance.NONE,
        formula="公开日期 ≤ 批复日期 + 20 日",
        source="《预算法》第十四条",
        example="8 月 1 日批复、8 月 25 日公开，晚了 4 天。",
        test=published_in_time,
    ),
)
