"""A return on its whole way past every desk: entered, asked about, corrected, approved, exported."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from budgets.returns import BASE_ITEMS, THREE_PUBLIC
from orgs.models import User
from submissions import actions
from submissions.models import Submission, Transition
from tests.browser.grid_page import OUTTURN, enter, open_return, open_schedule, save, violations
from tests.world import NOTHING_LEFT

UNIT = "永州市零陵区应急管理局"
OFFICE = "公用经费其中：办公经费"
PROJECTS = ("B11", "D11", "F11")
OFFICE_OUTTURN = "F27"
"""In the form of the report: row 18 as printed, and nine rows more for its ten projects."""
REASON = "年中追加人员经费和项目资金，详见追加文件。"
EXPLANATION = "与财政局核对过，账面如此，明细附在佐证材料里。"
COMMENT = "办公经费决算数与明细账不一致，请核对后改正。"


@pytest.fixture
def seed(demo):
    """The return of the report."""
    return Submission.objects.get(unit__code="224001")


def explain_all(page):
    """Write every reason that is asked for on the variance page, and mend or explain what the checks found."""
    explain_variances(page)
    mend_the_words(page)
    open_schedule(page, THREE_PUBLIC)
    enter(page, "公务接待费", "差异原因", "2023 年公务接待批次由上年 20 批增加到 45 批。")
    save(page)
    explain_findings(page)


def mend_the_words(page):
    """Take what a template left behind out of the last section of the report."""
    page.get_by_role("link", name="报告文字").click()
    page.get_by_role("link", name="其他需要说明的情况").first.click()
    page.get_by_label("其他需要说明的情况").fill("无其他需要说明的情况。")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-writing=state]")).to_contain_text("已保存")


def explain_findings(page):
    """Say of each warning why it is so, on the page of the findings."""
    page.get_by_role("link", name="检查与说明").click()
    expect(page.get_by_role("heading", name="错误：要改")).to_have_count(0)
    page.wait_for_load_state()  # its script listens
    asked = page.locator("section[aria-labelledby=group-explain] form[data-explains]")
    assert asked.count()
    for form in asked.all():
        form.locator("textarea").fill(EXPLANATION)
        page.keyboard.press("Control+Enter")
        expect(form.locator("[data-state]")).to_contain_text("已保存")


def explain_variances(page):
    """Write every reason that is asked for on the variance page."""
    page.get_by_role("link", name="预决算差异").click()
    expect(page.get_by_role("heading", name="预决算差异")).to_be_visible()
    page.wait_for_load_state()  # its script listens
    while page.locator("form[data-asks]").count():
        before = page.locator("[data-left]").inner_text()
        page.locator("form[data-asks]").first.locator("textarea").fill(REASON)
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-left]")).not_to_have_text(before)
        page.reload()


def hand_in(page):
    page.get_by_role("link", name="报送与审核").click()
    page.get_by_role("button", name="报送单位负责人").click()
    page.get_by_role("dialog").get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已报送，现在由单位负责人审核")


def pass_on(page):
    """Let it go on to the next desk."""
    to_be_reviewed(page)
    page.get_by_role("button", name="通过，送").click()
    page.get_by_role("dialog").get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(f"{UNIT}已通过")


def give_back(page):
    """Return it, after what that opens was said."""
    page.get_by_role("button", name="退回").click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("将整份退回")
    box.get_by_role("button", name="退回").click()


def answer(page, text):
    """Answer the review point there is."""
    page.get_by_role("link", name="审核要点").click()
    page.get_by_label("答复").fill(text)
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_role("status")).to_contain_text("已答复")


def to_be_reviewed(page):
    """Open the return from the queue."""
    page.get_by_role("link", name="我的工作").click()
    page.get_by_role("link", name=f"审核{UNIT}").click()
    page.wait_for_url("**/submissions/**")  # and loaded: its scripts listen


def test_entered_handed_in_returned_corrected_approved_and_exported(open_as, seed, demo):
    lin, wu = open_as("lin"), open_as("wu")
    open_return(lin, UNIT, "继续填报")
    open_schedule(lin, BASE_ITEMS)
    enter(lin, OFFICE, OUTTURN, "12.34")
    save(lin)
    lin.get_by_role("link", name="报送与审核").click()
    expect(lin.get_by_role("heading", name="报送前要做完")).to_contain_text("项")
    expect(lin.get_by_role("button", name="报送", exact=True)).to_be_disabled()
    explain_all(lin)
    hand_in(lin)
    lin.goto(demo + reverse("edit_lines", args=[seed.pk, BASE_ITEMS]))
    expect(lin.get_by_text("只读", exact=True)).to_be_visible()
    assert lin.locator("table.grid input").count() == 0

    sun, he = open_as("sun"), open_as("he")
    pass_on(sun)
    pass_on(he)
    to_be_reviewed(wu)
    expect(wu.get_by_text("+582.51").first).to_be_visible()
    wu.get_by_label("审核意见").fill(COMMENT)
    give_back(wu)
    expect(wu.get_by_role("status")).to_contain_text(f"已退回{UNIT}")

    lin.get_by_role("link", name="我的工作").click()
    expect(lin.get_by_text(COMMENT)).to_be_visible()
    open_return(lin, UNIT, "处理退回意见")
    open_schedule(lin, BASE_ITEMS)
    expect(lin.get_by_text(COMMENT)).to_be_visible()
    enter(lin, OFFICE, OUTTURN, "23.45")
    save(lin)
    answer(lin, "已按明细账改为 23.45 万元。")
    hand_in(lin)

    pass_on(sun)
    pass_on(he)
    to_be_reviewed(wu)
    wu.get_by_role("link", name="审核要点").click()
    expect(wu.get_by_text("已按明细账改为 23.45 万元。")).to_be_visible()
    assert violations(wu) == []
    wu.get_by_role("button", name="销号").click()
    expect(wu.get_by_role("status")).to_contain_text("已销号")
    wu.get_by_role("button", name="审核通过").click()
    wu.get_by_role("dialog").get_by_role("button", name="审核通过").click()
    expect(wu.get_by_role("status")).to_contain_text(f"{UNIT}已审核通过")
    steps = Transition.objects.order_by("pk").values_list("action", "actor_name", "comment")
    assert list(steps) == [
        ("submit", "林晓", ""),
        ("pass_on", "孙立", ""),
        ("pass_on", "何军", ""),
        ("return", "吴芳", COMMENT),
        ("submit", "林晓", ""),
        ("pass_on", "孙立", ""),
        ("pass_on", "何军", ""),
        ("approve", "吴芳", ""),
    ]

    qian = open_as("qian")
    qian.get_by_text("钱宁").first.click()
    qian.get_by_role("link", name="报表导出").click()
    expect(qian.get_by_text("已审核通过 1 个")).to_be_visible()
    with qian.expect_download() as one:
        qian.get_by_role("link", name=f"下载{UNIT}的全套自评材料", exact=True).click()
    with qian.expect_download() as all_of_them:
        qian.get_by_role("link", name="下载全部已通过单位的自评材料").click()
    form = f"224001 {UNIT} 2023年度 基础数据表.xlsx"
    for download, name in ((one, form), (all_of_them, f"224001 {UNIT}/{form}")):
        with ZipFile(download.value.path()) as archive:
            file = archive.read(name)
        sheet = load_workbook(BytesIO(file))["基础数据表"]
        assert sheet["A1"].value == "2023年度部门整体支出绩效评价基础数据表"
        assert [sheet[place].value for place in ("B3", "D3")] == [127, 122]
        assert [sheet[place].value for place in PROJECTS] == [None, 485.5, 241.37]
        assert sheet[OFFICE_OUTTURN].value == 23.45  # as corrected


def test_a_return_is_not_given_back_without_words_and_nothing_is_sent(open_as, seed):
    lin, wu = open_as("lin"), open_as("wu")
    open_return(lin, UNIT, "继续填报")
    explain_all(lin)
    hand_in(lin)
    for name in ("sun", "he"):
        pass_on(open_as(name))
    to_be_reviewed(wu)
    wu.get_by_role("button", name="退回").click()
    said = wu.get_by_label("审核意见").evaluate("field => field.validationMessage")
    assert said == "退回时请写明意见：哪里不对、怎么改。"
    assert not Transition.objects.filter(action="return").exists()
    assert violations(wu) == []
    wu.get_by_role("button", name="审核通过").click()
    assert violations(wu) == []
    wu.keyboard.press("Escape")
    expect(wu.get_by_role("dialog")).to_have_count(0)
    expect(wu.get_by_role("button", name="审核通过")).to_be_focused()
    assert not Transition.objects.filter(action="approve").exists()
    wu.get_by_role("button", name="审核通过").click()
    wu.get_by_role("dialog").get_by_role("button", name="再看看").click()
    assert not Transition.objects.filter(action="approve").exists()


def cut_off(page):
    """By how much the sections are higher than the place they have."""
    sections = page.get_by_role("navigation", name="填报各部分")
    return sections.evaluate("element => element.scrollHeight - element.clientHeight")


def test_what_she_writes_stays_while_she_looks_through_the_pages(open_as, seed, demo):
    lin, sun = open_as("lin"), open_as("sun")
    open_return(lin, UNIT, "继续填报")
    assert cut_off(lin) <= 0
    explain_all(lin)
    hand_in(lin)
    to_be_reviewed(sun)
    sun.get_by_label("审核意见").fill(COMMENT)
    sun.get_by_role("navigation", name="填报各部分").get_by_text("支出 · 按功能").click()
    expect(sun.get_by_label("审核意见")).to_have_value(COMMENT)
    assert cut_off(sun) <= 0  # though the bar takes of the height
    sun.set_viewport_size({"width": 1366, "height": 560})
    sun.goto(demo + reverse("journey", args=[seed.pk]))
    assert cut_off(sun) > 0
    expect(sun.locator(".sections [aria-current]")).to_be_in_viewport(ratio=1)
    sun.set_viewport_size({"width": 1366, "height": 768})
    sun.get_by_role("navigation", name="填报各部分").get_by_text("图表").click()
    give_back(sun)
    expect(sun.get_by_role("status")).to_contain_text(f"已退回{UNIT}")
    assert Transition.objects.get(action="return").comment == COMMENT
    lin.goto(demo + reverse("workspace", args=[seed.pk]))
    assert violations(lin) == []
    answer(lin, "已改。")
    hand_in(lin)
    to_be_reviewed(sun)
    expect(sun.get_by_label("审核意见")).to_have_value("")


def test_the_pages_of_the_way_have_no_violation_of_accessibility(open_as, seed, demo):
    lin = open_as("lin")
    lin.goto(demo + reverse("journey", args=[seed.pk]))
    assert violations(lin) == []
    explain_all(lin)
    hand_in(lin)
    assert violations(lin) == []
    sun = open_as("sun")
    assert violations(sun) == []
    sun.goto(demo + reverse("journey", args=[seed.pk]))
    assert violations(sun) == []
    sun.get_by_role("button", name="提要点").click()
    assert violations(sun) == []


def test_the_bar_asks_about_the_cell_that_was_selected(open_as, seed, demo):
    actions.submit(submission=seed, **NOTHING_LEFT, by=User.objects.get(username="lin"), at=timezone.now())
    sun = open_as("sun")
    sun.goto(demo + reverse("edit_lines", args=[seed.pk, "staff"]))
    sun.locator("table.grid tbody tr").nth(1).locator("td.figure").first.click()
    sun.get_by_role("button", name="提要点").click()
    box = sun.get_by_role("dialog")
    chosen = box.get_by_role("radio").first
    expect(chosen).to_be_checked()
    assert violations(sun) == []
    box.get_by_label("原因").select_option(label="其他")
    box.get_by_label("要求").fill("请核对这一格。")
    box.get_by_role("button", name="提要点").click()
    expect(sun.locator("table.grid tbody tr").nth(1).locator("td.figure .point-mark")).to_have_count(1)
    point = seed.points.get()
    assert (point.schedule, point.column != "", point.demand) == ("staff", True, "请核对这一格。")
    sun.get_by_role("button", name="提要点").click()
    expect(sun.get_by_role("dialog").get_by_role("radio")).to_have_count(2)  # no cell is selected by now
