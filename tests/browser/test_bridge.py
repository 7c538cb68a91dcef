"""Adjustments of the year in a real browser: entered, counted at once, and found again from the gap."""

import random
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.grid_page import (
    INITIAL,
    OUTTURN,
    REVISED,
    cell,
    enter,
    open_return,
    open_schedule,
    save,
    save_and_reload,
    state,
    tr,
    violations,
)
from tests.budgets.test_dates import REFUSED, WRITTEN

UNIT, DEED = "永州市零陵区应急管理局", "继续填报"


def test_the_script_reads_days_as_the_server_does(page, live_server):
    from budgets.dates import DateError, parse_date

    chance = random.Random(20230601)
    made = [
        "".join(chance.choice("0123456789-/.年月日号 １") for _ in range(chance.randrange(4, 11)))
        for _ in range(3000)
    ]
    texts = [*WRITTEN, *REFUSED, *made]
    page.goto(f"{live_server.url}/static/grid/dates.js")
    read = """async (texts) => {
      const { parseDate } = await import(location.href);
      return texts.map((text) => [2023, 2024].map((year) => Object.values(parseDate(text, year))));
    }"""

    def expected(text, year):
        try:
            day = parse_date(text, year)
        except DateError as error:
            return ["", str(error)]
        return [f"{day:%F}" if day else "", ""]

    found = page.evaluate(read, texts)
    assert found == [[expected(text, year) for year in (2023, 2024)] for text in texts]
    assert sum(bool(one[0]) for one, _ in found) > 10


@pytest.fixture
def lin(open_as):
    """Lin in her bureau's return."""
    page = open_as("lin")
    open_return(page, UNIT, DEED)
    return page


def open_named(page, name):
    from budgets import returns

    open_schedule(page, getattr(returns, name))


def test_a_document_is_entered_counted_marked_and_found_from_the_gap(lin):
    page = lin
    line = "2240106 安全监管"
    open_named(page, "BY_FUNCTION")
    enter(page, line, INITIAL, "700")
    save(page)
    open_named(page, "ADJUSTMENTS")
    cell(page, "第 1 行", "文号").click()
    page.keyboard.type("零财预〔2023〕12号")
    enter(page, "零财预〔2023〕12号", "日期", "6月1日")
    cell(page, "零财预〔2023〕12号", "类别").select_option("追加")
    cell(page, "零财预〔2023〕12号 追加", "资金来源").select_option("省级资金")
    label = "零财预〔2023〕12号 追加 省级资金"
    cell(page, label, "功能科目").select_option("2240106 安全监管")
    label += f" {line}"
    cell(page, label, "基本支出或项目").select_option("人员经费")
    label += " 人员经费"
    enter(page, label, "金额", "-240")
    expect(tr(page, label)).to_contain_text("请填正数：是增是减由“类别”说明。")
    cell(page, label, "金额").fill("240")
    save_and_reload(page)
    expect(cell(page, label, "日期")).to_have_value("2023-06-01")
    assert violations(page) == []

    open_named(page, "BY_FUNCTION")
    revised = cell(page, line, REVISED)
    expect(revised).to_have_value("")
    expect(revised).to_have_attribute("placeholder", "940.00")
    expect(cell(page, "支出合计", REVISED)).to_have_value("940.00")
    assert violations(page) == []
    # Typed anew at the beginning of the year: 710 + 240; typed itself, it is kept and marked.
    enter(page, line, INITIAL, "710")
    expect(revised).to_have_attribute("placeholder", "950.00")
    enter(page, line, REVISED, "950.001")
    expect(tr(page, line)).to_contain_text("与调整文件差 +0.001")
    page.keyboard.press("Enter")
    enter(page, line, REVISED, "945")
    expect(tr(page, line)).to_contain_text("与调整文件差 −5.00")
    expect(cell(page, "支出合计", REVISED)).to_have_value("945.00")
    revised.fill("")
    page.keyboard.press("Enter")
    expect(cell(page, "支出合计", REVISED)).to_have_value("950.00")
    save(page)

    page.get_by_role("navigation", name="填报各部分").get_by_text("预决算差异", exact=True).click()
    bridge = page.get_by_role("region", name="差额是怎么来的")
    step = bridge.get_by_role("link", name="追加 零财预〔2023〕12号")
    expect(bridge.locator("tr", has=page.get_by_role("link", name="追加 零财预"))).to_contain_text("+240.00")
    assert violations(page) == []
    step.click()
    expect(cell(page, label, "文号")).to_be_focused()


def test_what_is_folded_is_listed_when_asked_for(lin):
    page = lin
    open_named(page, "BY_NATURE")
    enter(page, "人员经费", INITIAL, "500")
    enter(page, "公用经费", INITIAL, "390")
    enter(page, "上缴上级支出", OUTTURN, "0.5")
    save(page)
    page.get_by_role("navigation", name="填报各部分").get_by_text("预决算差异", exact=True).click()
    bridge = page.get_by_role("region", name="差额是怎么来的")
    folded = bridge.locator("tr.folded")
    count = folded.count()
    assert count > 1
    expect(bridge.get_by_text(f"其余 {count} 项", exact=True).first).to_be_visible()
    expect(folded.first).to_be_hidden()
    bridge.get_by_label("列出").check()
    expect(folded.first).to_be_visible()
    bridge.get_by_label("列出").uncheck()
    page.emulate_media(media="print")
    expect(folded.first).to_be_visible()


def fill(submission):
    """Lines, projects and documents of every kind, by chance: blanks, zeros, stated totals."""
    from budgets.models import FunctionalCategory
    from budgets.returns import ADJUSTMENTS, BY_FUNCTION, BY_NATURE, PROJECTS
    from tests.world import adjustment, change, lines_of, project
    from tests.world import save as store

    chance = random.Random(12)

    def some(names):
        return {name: chance.choice([None, "0", str(chance.randrange(10**6))]) for name in names}

    names = ("initial_budget", "revised_budget", "outturn")
    codes = list(FunctionalCategory.objects.in_force(2023).filter(code__startswith="2080"))[:12]
    store(submission, *(change(code, **some(names)) for code in codes), schedule=BY_FUNCTION)
    store(submission, change("total", **some(names)), schedule=BY_FUNCTION)
    items = ("total", "basic", "basic_personnel", "basic_operating", "to_superior")
    store(submission, *(change(item, **some(names)) for item in items), schedule=BY_NATURE)
    store(submission, *(project(f"项目{at}", **some(names)) for at in range(6)), schedule=PROJECTS)
    projects = [f"line-{line.pk}" for line in lines_of(submission, PROJECTS)]
    places = [f"{code.pk}--" for code in codes[:6]]
    documents = [
        adjustment(
            f"{at} 号",
            kind=chance.choice(["increase", "decrease", "moved_in", "moved_out"]),
            function=chance.choice([*places, "total"]) if at < 8 else places[at % 6],
            use=chance.choice([*projects[:3], "basic_personnel", "basic_operating"]),
            adjusted=Decimal(chance.randrange(10**7)).scaleb(-2),
        )
        for at in range(10)
    ]
    store(submission, *documents, schedule=ADJUSTMENTS)


@pytest.mark.parametrize("name", ["BY_FUNCTION", "BY_NATURE", "PROJECTS"])
def test_the_script_counts_documents_as_the_server_does(open_as, name):
    from budgets import returns
    from budgets.money import AmountUnit, exact_text
    from budgets.rows import RowKind, return_rows
    from budgets.tables import undocumented_text
    from orgs.models import Unit, User
    from submissions.models import CollectionRound, Submission
    from tests.world import NOW

    round, unit = CollectionRound.objects.get(), Unit.objects.get(code="224002")
    submission = Submission.objects.create(
        round=round, unit=unit, started_by=User.objects.get(username="lin"), started_at=NOW
    )
    fill(submission)
    schedule = getattr(returns, name)
    expected = [
        (
            exact_text(row.figures["revised_budget"].value, AmountUnit.WAN),
            undocumented_text(row, AmountUnit.WAN),
        )
        for row in return_rows(submission)[schedule.name]
        if row.kind != RowKind.RECONCILIATION
    ]
    page = open_as("lin")
    page.goto(f"{page.url}submissions/{submission.pk}/{schedule.slug}/")
    expect(page.locator("table.grid")).to_be_visible()
    seen = page.locator("tbody tr:not(.reconciliation)").evaluate_all(
        """(rows) => rows.map((row) => {
            const field = row.querySelector("[aria-label$=' 全年预算数']");
            const note = field.closest("td").querySelector(".odd")?.textContent ?? "";
            return [(field.value || field.placeholder).replace("−", "-").replaceAll(",", ""), note];
        })"""
    )
    assert [tuple(each) for each in seen] == expected
    assert len({note for _, note in expected}) > 2 or name == "PROJECTS"
    expect(state(page)).to_have_text("没有改动")
