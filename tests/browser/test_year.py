"""A year of the real report: from the opening of its round to what is put right after the correction."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from budgets.returns import BASE_ITEMS, THREE_PUBLIC
from orgs.models import Unit, User
from performance.snapshots import content_of
from submissions import round_actions
from submissions.models import Problem, Submission, Transition
from tests.browser.grid_page import (
    OUTTURN,
    REASON,
    cell,
    enter,
    open_return,
    open_schedule,
    save,
    tr,
    violations,
)
from tests.browser.seed_workbook import fill_in
from tests.browser.test_journey import (
    OFFICE,
    UNIT,
    answer,
    hand_in,
    pass_on,
    to_be_reviewed,
)
from tests.evidence_files import pdf
from tests.world import run

LEFT_BEHIND, NOTHING_ELSE = "[bookmark: _GoBack]", "其他需要说明的情况"
PUBLISHES_ITSELF = "自评结果用于改进下一年度的预算编制和项目安排，由本单位在区政府网站公开。"
EXPLAINED = {
    "C-026": "住房公积金和职业年金由区财政统一代缴，不在本单位列支。",
    "C-027": "部分人员经费按决算口径列在安全监管、森林草原防灾减灾等科目，与决算报表一致。",
    "C-029": "这 0.97 万元由一般公共预算安排，不是政府性基金支出。",
    "C-035": "年中追加的救灾和装备资金按决算口径列入基本支出，项目支出因此减少。",
    "C-063": "公用经费里有森林防灭火物资和应急值守的开支，人均因此偏高。",
    "C-102": "122 人为在职人员，8 名退休人员由社保发放养老金，不计入实有人数。",
    "C-105": "“三公”经费按公开的口径以元为单位，与公开表一致。",
}
"""What the bureau says of what the checks find in its report and is so, by the number of the check."""
REASONS = {
    "收入合计": "年中追加黄江源大火应急救灾和森林灭火装备资金，财政拨款增加。",
    "支出合计（按性质）": "追加的救灾、装备资金和人员经费都在年内支出。",
    "基本支出": "年初按 900 万元编列，年中追加人员经费，救灾物资列入公用经费。",
    "项目支出": "部分项目经费年底没有下达，追加的专项资金列入基本支出。",
}
"""Why the outturn differs from the budget where the report does not say so, by row."""
DIFFERS = "与明细账不一致，请核对后改正。"
AUDITED = "审计发现办公经费有误"
LEDGER_WANTED, LEDGER_KEPT = "请建立办公经费台账，按月核对", "六月起建立台账并按月核对，台账见附件。"


@pytest.fixture
def demo(transactional_db, live_server):
    """The county before the year: its people, its units, and last year's round, which has ended."""
    run("load_reference")
    run("load_demo", "--people-only")
    bureau, today = Unit.objects.get(code="100"), timezone.localdate()
    qian, wu = (User.objects.get(username=name) for name in ("qian", "wu"))
    opened, due = today - timedelta(days=380), today - timedelta(days=335)
    plan = round_actions.RoundPlan(2022, opened, due, None, True, True, True, 10, 100_000)
    round = round_actions.open_round(bureau=bureau, plan=plan, by=qian, at=timezone.now())
    round_actions.close_round(round=round, reason="收集结束", by=wu, at=timezone.now())
    return live_server.url


def test_a_year_from_the_opening_of_its_round_to_what_is_put_right_after_the_correction(
    open_as, new_context, demo, tmp_path
):
    qian, lin, sun, he, wu = (open_as(name) for name in ("qian", "lin", "sun", "he", "wu"))

    # Qian opens the round of the year as the last one was. Lin finds it among her work.
    open_the_round_as_last_year(qian)
    start_her_return(lin)

    # She fills in the workbook offline and brings it back; one figure more she types.
    fill_in_the_workbook(lin, tmp_path / "填报表.xlsx")
    expect(lin.locator("[data-head=variance_to_initial]")).to_have_text("+582.51")
    type_the_office_expenses(lin, "12.34")

    # What the checks find stands in her way. She corrects what is wrong, and explains what is so.
    is_not_let_hand_in(lin)
    correct_the_words(lin, NOTHING_ELSE, LEFT_BEHIND, "")
    correct_the_words(lin, "部门整体支出绩效情况", "四是强化安全宣传", "三是强化安全宣传")
    correct_the_words(lin, "部门整体支出绩效情况", "2022年历经9轮强降雨", "2023年历经9轮强降雨")
    correct_the_words(lin, "绩效自评结果拟应用和公开情况", "请财政代为公开。", PUBLISHES_ITSELF)
    say_how_often_guests_came(lin)
    explain_the_differences(lin)
    explain_what_is_so(lin)

    # She hands it in and has a receipt.
    hand_in(lin)
    keep_the_receipt(lin, "431102-2023-224001-1-01")

    # Sun passes it on. He asks about one cell, and gives back that alone.
    pass_on(sun)
    ask_about_the_office_expenses(he)
    give_back_what_was_asked_about(he)

    # Lin corrects the figure, answers, and hands it in again.
    take_her_return_up_again(lin)
    type_the_office_expenses(lin, "23.45")
    answer(lin, "已按明细账改为 23.45 万元。")
    hand_in(lin)
    keep_the_receipt(lin, "431102-2023-224001-1-02")

    # He sees what changed since, and is content. It passes every desk, and Wu approves it.
    pass_on(sun)
    see_what_changed(he, "12.34", "23.45")
    close_the_point(he)
    pass_on(he)
    approve(wu)

    # It was reviewed for secrets and signed; Lin records that it is public, and a citizen reads it.
    citizen = new_context().new_page()
    finds_nothing_in_public(citizen, demo)
    publish(lin)
    read_in_public(citizen, demo, "23.45")
    first = Submission.objects.get(unit__code="224001")
    made_public = content_of(first)

    # The auditors find a mistake. Wu gives the unit time, which is her leave to correct it.
    give_time_to_correct(wu)

    # Lin corrects it in the second revision, which goes the same way; until it is public, the first one is.
    start_the_correction(lin)
    type_the_office_expenses(lin, "34.56")
    hand_in(lin)
    keep_the_receipt(lin, "431102-2023-224001-2-01")
    pass_on(sun)
    pass_on(he)
    approve(wu)
    assert status_of(first) == "published"
    read_in_public(citizen, demo, "23.45")
    publish(lin)
    see_the_correction(citizen)

    # Wu wants the unit to put right what the auditors found, and writes that down before she issues it.
    write_a_problem(wu)
    is_told_of_no_problem(lin)
    issue_the_problem(wu)

    # Lin answers with what was done and its evidence. Wu reads it and closes the problem.
    answer_the_problem(lin, tmp_path / "台账.pdf")
    close_the_problem(wu)
    find_it_in_the_list_of_the_year(wu)
    read_that_it_is_closed(lin)
    assert done_with_problems() == PUT_RIGHT

    # The first revision can be read afterwards as it was, and every step was kept.
    lin.get_by_role("link", name="报送与审核").click()
    lin.get_by_role("link", name="第 1 版").click()
    expect(lin.get_by_text("这一版已经由后面的一版代替，留存备查。")).to_be_visible()
    open_schedule(lin, BASE_ITEMS)
    expect(tr(lin, OFFICE)).to_contain_text("23.45")
    assert status_of(first) == "superseded"
    assert content_of(first) == made_public == first.snapshot.content
    assert steps_taken() == ALL_STEPS


ALL_STEPS = [
    (1, "submit", "林晓"),
    (1, "pass_on", "孙立"),
    (1, "return", "何军"),
    (1, "submit", "林晓"),
    (1, "pass_on", "孙立"),
    (1, "pass_on", "何军"),
    (1, "approve", "吴芳"),
    (1, "publish", "林晓"),
    (1, "correct", "林晓"),
    (2, "submit", "林晓"),
    (2, "pass_on", "孙立"),
    (2, "pass_on", "何军"),
    (2, "approve", "吴芳"),
    (2, "publish", "林晓"),
]


PUT_RIGHT = [("issued", "吴芳"), ("answered", "林晓"), ("closed", "吴芳")]


def done_with_problems():
    """All that was done with the unit's one problem: what, who."""
    problem = Problem.objects.get(submission__unit__code="224001", submission__revision=2)
    return list(problem.entries.order_by("pk").values_list("kind", "actor_name"))


def steps_taken():
    """Every step of the unit's return: revision, what, who."""
    taken = Transition.objects.exclude(action="supersede").order_by("pk")
    return list(taken.values_list("submission__revision", "action", "actor_name"))


def status_of(submission):
    """Where it is by now."""
    submission.refresh_from_db()
    return submission.status


# --- What they do


def open_the_round_as_last_year(page):
    """Open the round that the page proposes: the last one, a year later."""
    page.get_by_role("link", name="任务总览").click()
    expect(page.get_by_role("row").filter(has_text="2022 年度")).to_contain_text("关闭")
    expect(page.get_by_label("年度", exact=True)).to_have_value("2023")
    for desk in ("单位负责人", "主管部门", "财政业务股室"):
        expect(page.get_by_role("checkbox", name=desk)).to_be_checked()
    page.get_by_role("button", name="开始收集").click()
    expect(page.get_by_role("status")).to_contain_text("2023 年度的收集已开始")


def start_her_return(page):
    """Begin the return of her bureau."""
    page.get_by_role("link", name="我的工作").click()
    open_return(page, UNIT, "开始填报")
    expect(page.get_by_role("heading", name="填报总览")).to_be_visible()


def fill_in_the_workbook(page, path):
    """Take the workbook away, fill in the report, upload it, look at what it changes, and confirm."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel 填报表").click()
    download.value.save_as(path)
    fill_in(path)
    page.get_by_role("link", name="上传填好的 Excel").click()
    page.get_by_label("填好的 Excel 填报表").set_input_files(path)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_role("heading", name="导入预览")).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("status")).to_contain_text("已导入填报表")


def type_the_office_expenses(page, figure):
    """Type one figure into the table of other base data."""
    open_schedule(page, BASE_ITEMS)
    enter(page, OFFICE, OUTTURN, figure)
    save(page)
    expect(cell(page, OFFICE)).to_have_value(figure)


def is_not_let_hand_in(page):
    """See on the page where it is handed in what stands in the way."""
    page.get_by_role("link", name="报送与审核").click()
    expect(page.get_by_role("heading", name="报送前要做完")).to_be_visible()
    expect(page.get_by_role("button", name="报送", exact=True)).to_be_disabled()
    page.get_by_role("link", name="检查与说明").first.click()
    expect(page.get_by_role("group", name="错误：要改")).to_contain_text(LEFT_BEHIND)


def correct_the_words(page, section, wrong, right):
    """Correct some words in a section of the report."""
    page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="报告文字").click()
    page.get_by_role("link", name=section).first.click()
    field = page.get_by_label(section, exact=True)
    words = field.input_value()
    assert wrong in words
    field.fill(words.replace(wrong, right))
    page.keyboard.press("Control+s")
    expect(page.locator("[data-writing=state]")).to_contain_text("已保存")


def say_how_often_guests_came(page):
    """Give the reason of what was spent on guests with its figures."""
    open_schedule(page, THREE_PUBLIC)
    enter(page, "公务接待费", REASON, "公务活动增加，公务接待批次由上年 20 批增加到 45 批。")
    save(page)


def explain_the_differences(page):
    """Write the reason of each difference that asks for one, of every row its own."""
    page.get_by_role("link", name="预决算差异").click()
    expect(page.get_by_role("heading", name="预决算差异")).to_be_visible()
    page.wait_for_load_state()  # its script listens
    for row, reason in REASONS.items():
        before = page.locator("[data-left]").inner_text()
        page.locator(f"form[data-asks] textarea[aria-label$=' {row}']").fill(reason)
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-left]")).not_to_have_text(before)
    page.reload()
    expect(page.locator("form[data-asks]")).to_have_count(0)


def explain_what_is_so(page):
    """Find no error any more, and say of each warning why it is so."""
    page.get_by_role("navigation", name="填报各部分").get_by_role("link", name="检查与说明").click()
    expect(page.get_by_role("heading", name="错误：要改")).to_have_count(0)
    page.wait_for_load_state()  # its script listens
    asked = page.locator("section[aria-labelledby=group-explain] tr:has(form[data-explains])")
    found = [row.locator("td.rule").inner_text() for row in asked.all()]
    assert set(found) == set(EXPLAINED)
    for row, code in zip(asked.all(), found, strict=True):
        row.locator("textarea").fill(EXPLAINED[code])
        page.keyboard.press("Control+Enter")
        expect(row.locator("[data-state]")).to_contain_text("已保存")
    assert violations(page) == []


def keep_the_receipt(page, number):
    """Open the receipt of what was just handed in, and take it away as a file."""
    page.get_by_role("link", name=f"回执 {number}").click()
    expect(page.get_by_role("article")).to_contain_text(number)
    expect(page.get_by_text("一致。", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="返回报送与审核").click()


def ask_about_the_office_expenses(page):
    """Ask about the figure in its cell."""
    to_be_reviewed(page)
    open_schedule(page, BASE_ITEMS)
    tr(page, OFFICE).locator("td", has_text="12.34").click()
    page.keyboard.press("Shift+F2")
    box = page.get_by_role("dialog")
    box.get_by_label("原因").select_option(label="与决算、预算批复不一致")
    box.get_by_label("要求").fill(DIFFERS)
    box.get_by_role("button", name="提要点").click()
    expect(tr(page, OFFICE).locator(".point-mark")).to_contain_text(DIFFERS)
    page.keyboard.press("Escape")


def take_her_return_up_again(page):
    """Go to what was given back."""
    page.get_by_role("link", name="我的工作").click()
    expect(page.get_by_text("1 条审核要点待答复")).to_be_visible()
    open_return(page, UNIT, "处理退回意见")


def give_back_what_was_asked_about(page):
    """Return the return, of which no more than that cell is opened."""
    expect(page.get_by_label("审核意见")).to_have_value("请按 1 条审核要点逐条修改、答复。")
    expect(page.locator("[data-passes]")).to_be_disabled()
    page.get_by_label("只改要点处").check()
    page.get_by_role("button", name="退回").click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("只能修改 1 条审核要点所在的地方")
    box.get_by_role("button", name="退回").click()
    expect(page.get_by_role("status")).to_contain_text(f"已退回{UNIT}")


def see_what_changed(page, old, new):
    """Read what the unit changed since it was given back: one figure, and nothing else."""
    to_be_reviewed(page)
    page.get_by_role("link", name="退回后的改动").click()
    [changed] = page.get_by_role("group", name="退回后的改动").locator("tbody tr").all()
    expect(changed).to_contain_text(OFFICE)
    assert changed.locator("td.number").all_inner_texts() == [old, new]


def close_the_point(page):
    """Read the answer, and ask no more."""
    page.get_by_role("link", name="审核要点").click()
    expect(page.get_by_text("已按明细账改为 23.45 万元。")).to_be_visible()
    page.get_by_role("button", name="销号").click()
    expect(page.get_by_role("status")).to_contain_text("已销号")


def approve(page):
    """Approve it on the last desk."""
    to_be_reviewed(page)
    page.get_by_role("button", name="审核通过").click()
    page.get_by_role("dialog").get_by_role("button", name="审核通过").click()
    expect(page.get_by_role("status")).to_contain_text(f"{UNIT}已审核通过")


def publish(page):
    """Record who reviewed and signed it, and when it was made public."""
    today = timezone.localdate().isoformat()
    page.reload()  # it was approved meanwhile
    page.get_by_role("link", name="登记公开").click()
    page.get_by_label("批复日期").fill(today)
    page.get_by_label("保密审查人").fill("李敏")
    page.get_by_label("保密审查日期").fill(today)
    page.get_by_label("审签人（部门主要负责人）").fill("王局")
    page.get_by_label("审签日期").fill(today)
    page.get_by_label("公开日期").fill(today)
    page.get_by_role("button", name="登记公开").click()
    page.get_by_role("dialog").get_by_role("button", name="登记公开").click()
    expect(page.get_by_role("heading", name="公开", exact=True)).to_be_visible()


def finds_nothing_in_public(page, address):
    """Look for the unit as a citizen before anything of it is public."""
    page.goto(f"{address}/public/?q=llqyjglj")
    expect(page.get_by_role("link", name=UNIT)).to_have_count(0)


def read_in_public(page, address, figure):
    """Find the unit as a citizen, and read one figure in its form."""
    page.goto(f"{address}/public/?q=llqyjglj")
    page.reload()  # her browser may show for a minute what it has
    page.get_by_role("link", name=UNIT).click()
    expect(page.locator(".public-figures")).to_contain_text("+582.51")
    expect(page.get_by_text("已更正")).to_have_count(0)
    page.get_by_role("link", name="基础数据表", exact=True).click()
    expect(page.get_by_role("row", name="办公经费")).to_contain_text(figure)
    page.get_by_role("link", name=UNIT).click()


def see_the_correction(page):
    """Read as a citizen what was corrected, why, and what stood there before."""
    page.goto(page.url.removesuffix("1/"))
    page.reload()  # as above
    expect(page.get_by_role("heading", name="已更正：第 2 版替代第 1 版")).to_be_visible()
    part = page.locator("#correction")
    expect(part).to_contain_text(AUDITED)
    changed = part.get_by_role("row", name="公用经费其中：办公经费")
    expect(changed).to_contain_text("23.45 万元")
    expect(changed).to_contain_text("34.56 万元")
    page.get_by_role("link", name="看第 1 版全文").click()
    expect(page).to_have_url(re.compile("/1/$"))
    page.reload()
    expect(page.get_by_text("第 2 版替代第 1 版")).to_be_visible()


def give_time_to_correct(page):
    """Extend the unit's time, with the reason why."""
    page.get_by_role("link", name="任务总览").click()
    page.get_by_role("link", name="2023 年度").click()
    page.get_by_label(f"勾选{UNIT}").check()
    page.get_by_label("延至").fill((timezone.localdate() + timedelta(days=60)).isoformat())
    page.get_by_role("group").get_by_label("原因").fill(AUDITED)
    page.get_by_role("button", name="延期").click()
    expect(page.get_by_role("status")).to_contain_text("已延期 1 个单位")


def start_the_correction(page):
    """Begin the second revision, with the reason why."""
    page.reload()  # the leave was given meanwhile
    page.get_by_label("更正的原因").fill(AUDITED)
    page.get_by_role("button", name="开始更正").click()
    expect(page.get_by_role("status")).to_contain_text("已开始更正")


def write_a_problem(page):
    """Write down what is to be put right of the approved return, without issuing it."""
    page.get_by_role("link", name="任务总览").click()
    page.get_by_role("link", name="2023 年度").click()
    page.get_by_role("link", name=UNIT, exact=True).click()
    page.get_by_role("link", name="问题整改").click()
    page.get_by_label("问题", exact=True).fill(AUDITED)
    page.get_by_label("整改要求").fill(LEDGER_WANTED)
    page.get_by_label("时限").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="先登记").click()
    expect(page.get_by_role("status")).to_contain_text("已登记，下达以后单位才看得到。")


def is_told_of_no_problem(page):
    """Find nothing among her work that is to be put right."""
    page.get_by_role("link", name="我的工作").click()
    expect(page.get_by_role("heading", name="我的工作")).to_be_visible()
    expect(page.get_by_text("整改问题待反馈")).to_have_count(0)


def issue_the_problem(page):
    """Issue what was written down."""
    page.get_by_role("listitem").filter(has_text=AUDITED).get_by_role("button", name="下达").click()
    expect(page.get_by_role("status")).to_contain_text("已下达")


def answer_the_problem(page, evidence):
    """Find the problem among her work, and say what was done, with a file that proves it."""
    evidence.write_bytes(pdf())
    page.reload()  # it was issued meanwhile
    page.get_by_role("link", name="1 条整改问题待反馈").click()
    expect(page.get_by_text(LEDGER_WANTED)).to_be_visible()
    page.get_by_label("整改措施").fill(LEDGER_KEPT)
    page.get_by_label("已完成").check()
    page.get_by_label("佐证", exact=True).set_input_files(evidence)
    page.get_by_role("button", name="反馈", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已反馈，等财政局审核。")


def close_the_problem(page):
    """Come by the notice to what was answered, read its evidence, and close it."""
    page.get_by_role("link", name="通知").click()
    page.get_by_role("button", name="单位反馈了整改问题").click()
    expect(page.get_by_text(LEDGER_KEPT)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="台账.pdf").click()
    assert download.value.path().read_bytes() == pdf()
    page.get_by_role("button", name="销号").click()
    expect(page.get_by_role("status")).to_contain_text("已销号")


def find_it_in_the_list_of_the_year(page):
    """Read in the list of the year's problems what was wrong, what was done, and that it is closed."""
    page.get_by_role("link", name="本年度台账").click()
    row = page.get_by_role("row").filter(has_text=AUDITED)
    for said in (UNIT, LEDGER_KEPT, "已完成", "已销号", "台账.pdf"):
        expect(row).to_contain_text(said)


def read_that_it_is_closed(page):
    """Be told that it is closed, and see it on its page."""
    page.get_by_role("link", name="通知").click()
    page.get_by_role("button", name="整改问题已销号").click()
    expect(page.get_by_role("listitem").filter(has_text=AUDITED)).to_contain_text("已销号")
