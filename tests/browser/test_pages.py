"""The pages as people see them, in a real browser, on the demonstration: the case of 零陵区应急管理局."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from orgs.models import User
from performance.project_rows import project_slug
from submissions.actions import submit
from submissions.models import Submission
from tests.world import NOTHING_LEFT


@pytest.fixture
def demo(transactional_db, live_server):
    """The demonstration, loaded; yields its address."""
    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0)
    return live_server.url


def sign_in(page, demo: str, username: str) -> None:
    """Sign in with one click on a demo person."""
    page.goto(f"{demo}/sign-in/")
    page.locator(f"form:has(input[name=username][value={username}])").get_by_role("button").click()
    page.wait_for_url(f"{demo}/")


def seed_url(demo: str) -> str:
    """The address of the seed case."""
    return f"{demo}/submissions/{Submission.objects.get(unit__code='224001').pk}/"


def scrolls_sideways(page) -> bool:
    """Whether the page itself, not a table in it, is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def complaints(page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    return [
        f"{found['id']}: {node['html'][:200]}"
        for found in Axe().run(page).response["violations"]
        for node in found["nodes"]
    ]


def test_no_page_has_an_accessibility_violation_or_scrolls_sideways(demo, page):
    """Every page, for the one who fills it in and for the one who only reads."""
    wrong: dict[str, list[str]] = {}
    strange: list[str] = []
    page.on("console", lambda message: strange.append(message.text) if message.type == "error" else None)

    def look(name: str, address: str) -> None:
        page.goto(address)
        found = complaints(page) + (["scrolls sideways"] if scrolls_sideways(page) else [])
        if found:
            wrong[name] = found

    look("sign in", f"{demo}/sign-in/")
    for username in ("lin", "wu"):
        sign_in(page, demo, username)
        seed = seed_url(demo)
        look(f"{username}: my work", f"{demo}/")
        look(f"{username}: overview", seed)
        look(f"{username}: variances", f"{seed}variances/")
        look(f"{username}: variances sorted", f"{seed}variances/?sort=-outturn&schedule=function")
        look(f"{username}: ratios", f"{seed}ratios/")
        look(f"{username}: charts", f"{seed}charts/")
        look(f"{username}: text", f"{seed}texts/thrift_measures/")
        look(f"{username}: section", f"{seed}texts/results/")
        look(f"{username}: texts of the report", f"{seed}texts/")
        look(f"{username}: report", f"{seed}report/")
        look(f"{username}: goal", f"{seed}goal/")
        look(f"{username}: indicators", f"{seed}indicators/")
        project = f"{seed}project-forms/{project_slug('安监津贴')}/"
        look(f"{username}: projects", f"{seed}project-forms/")
        look(f"{username}: project", project)
        look(f"{username}: indicators of a project", f"{project}indicators/")
        look(f"{username}: change password", f"{demo}/password/")
        look(f"{username}: second factor", f"{demo}/second-factor/")
        page.get_by_role("button", name="启用二次验证").click()
        look(f"{username}: second factor begun", f"{demo}/second-factor/")
        look(f"{username}: e-mail", f"{demo}/email/")
        page.context.clear_cookies()
    lin, returned = User.objects.get(username="lin"), Submission.objects.get(unit__code="224001")
    receipt = submit(submission=returned, **NOTHING_LEFT, by=lin, at=timezone.now()).receipt
    sign_in(page, demo, "sun")
    look("sun: receipt", f"{demo}/submissions/{returned.pk}/receipts/{receipt.pk}/")
    look("sun: notices", f"{demo}/notices/")
    page.get_by_role("button", name="请审核").click()
    page.wait_for_url(f"{demo}/submissions/{returned.pk}/journey/")
    page.context.clear_cookies()
    sign_in(page, demo, "qian")
    look("qian: audit", f"{demo}/audit/?person=林")
    assert not wrong
    assert not strange
    look("not found", f"{demo}/nowhere/")
    assert not wrong


def test_head_shows_the_figures_of_the_report(demo, page):
    sign_in(page, demo, "lin")
    page.get_by_role("link", name="继续填报").click()
    head = {
        name: page.locator(f"[data-head={name}]").text_content()
        for name in (
            "initial_budget",
            "revised_budget",
            "outturn",
            "variance_to_initial",
            "variance_to_initial_rate",
            "variance_to_last_year",
            "variance_to_last_year_rate",
        )
    }
    assert head == {
        "initial_budget": "1,385.50",
        "revised_budget": "—",
        "outturn": "1,968.01",
        "variance_to_initial": "+582.51",
        "variance_to_initial_rate": "+42.04 %",
        "variance_to_last_year": "+682.76",
        "variance_to_last_year_rate": "+53.12 %",
    }


def test_switching_to_yuan_stays_on_the_page(demo, page):
    sign_in(page, demo, "wu")
    page.goto(f"{seed_url(demo)}variances/?schedule=function&sort=-outturn")
    address = page.url
    page.locator("[data-unit-switch]").get_by_role("button", name="元", exact=True).click()
    expect(page.locator("[data-head=variance_to_initial]")).to_have_text("+5,825,100.00")
    assert page.url == address
    assert page.locator("[aria-pressed=true]").text_content() == "元"


def test_overview_names_what_is_left_and_the_reconciliation(demo, page):
    sign_in(page, demo, "lin")
    page.goto(seed_url(demo))
    tasks = page.locator(".tasks").first
    assert tasks.get_by_text("收入合计：要写差异原因").is_visible()
    assert tasks.get_by_text("项目支出：要写差异原因").is_visible()
    assert tasks.get_by_text("项目支出合计：要写差异原因").count() == 0  # the same reason as 项目支出
    tasks = page.locator(".tasks").nth(1)
    assert tasks.get_by_text("各表的合计：全年预算数未填").is_visible()
    assert tasks.get_by_text("全年预算数").count() == 1  # once, not once for each schedule
    assert page.get_by_text("支出中由其他收入安排 0.32 万元").is_visible()


def test_overview_shows_amounts_where_there_are_and_else_what_is_filled(demo, page):
    sign_in(page, demo, "lin")
    page.goto(seed_url(demo))
    rows = page.locator(".overview table tbody tr")
    texts = [" ".join(text.split()) for text in rows.all_inner_texts()]
    assert texts[0] == "人员与编制 编制数 127 人，年末实有人数 122 人 已填 3 行"
    assert texts[1] == "收入（按来源） 1,385.50 — 1,968.01 +42.04 % +53.12 % 待说明 1 行"
    assert texts[7] == "项目支出 485.50 — 241.37 −50.28 % — 已填 11 行"
    assert texts[8] == "预算调整 未填，没有可不填"
    assert texts[11:-1] == [
        "楼堂馆所 未填，没有可不填",
        "厉行节约保障措施 还没有写",
        "年度总体目标 还没有写",
        "绩效指标 未填",
        "项目绩效 未填",
    ]
    assert texts[-1].startswith("报告文字 已写 16 段，共 16 段，错误 1 条，待说明 ")


def test_sorting_keeps_the_total_first_and_says_so_to_screen_readers(demo, page):
    sign_in(page, demo, "lin")
    page.goto(f"{seed_url(demo)}variances/?schedule=function")
    page.get_by_role("link", name="决算数", exact=True).click()
    page.get_by_role("link", name="决算数", exact=True).click()
    expect(page.locator("[aria-sort=descending]")).to_have_count(1)
    assert "schedule=function" in page.url
    rows = page.locator(".variances tbody th").all_text_contents()
    assert "支出合计" in rows[0]
    assert "灾害防治及应急管理支出" in rows[1]


def test_blank_figures_come_last_in_either_direction(demo, page):
    sign_in(page, demo, "lin")
    for sort in ("outturn", "-outturn"):
        page.goto(f"{seed_url(demo)}variances/?schedule=revenue&sort={sort}")
        names = [name.strip() for name in page.locator(".variances tbody th").all_text_contents()]
        assert set(names[1:3]) == {"一般公共预算财政拨款", "其他收入"}, sort


def test_rows_to_explain_come_first_and_lead_to_their_entry(demo, page):
    sign_in(page, demo, "lin")
    page.goto(f"{seed_url(demo)}variances/?schedule=nature")
    page.get_by_role("link", name="先列需说明的").click()
    asked = page.locator(".variances tr.asks")
    expect(asked).to_have_count(3)
    link = asked.last.get_by_role("link", name="需说明").get_attribute("href")
    assert link.endswith(("/nature/#row-project", "/nature/#row-basic"))


def test_reader_finds_no_button_that_is_not_hers(demo, page):
    sign_in(page, demo, "wu")
    assert page.get_by_role("link", name="永州市零陵区应急管理局").is_visible()
    assert page.get_by_text("继续填报").count() == 0
    page.goto(seed_url(demo))
    assert page.get_by_text("只读", exact=True).is_visible()


def test_starting_an_empty_return_says_what_to_do_next(demo, page):
    sign_in(page, demo, "lin")
    page.get_by_role("button", name="开始填报").click()
    expect(page.get_by_role("link", name="收入（按来源）：还没有填")).to_be_visible()
    assert page.locator("[data-head=variance_to_initial]").get_attribute("title").startswith("无法计算")
    assert complaints(page) == []


def test_wrong_password_says_what_to_do(demo, page):
    page.goto(f"{demo}/sign-in/")
    page.get_by_label("用户名").fill("lin")
    page.get_by_label("密码").fill(settings.DEMO_PASSWORD + "x")
    page.get_by_role("button", name="登录", exact=True).click()
    assert "请重新输入" in page.get_by_role("alert").text_content()
    assert page.get_by_label("用户名").input_value() == "lin"
    assert complaints(page) == []


def test_menu_works_by_keyboard_and_signs_out(demo, page):
    sign_in(page, demo, "lin")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.locator(".menu summary").press("Enter")
    expect(page.get_by_role("link", name="修改密码")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="修改密码")).not_to_be_visible()
    page.locator(".menu summary").press("Enter")
    page.get_by_role("button", name="退出登录").press("Enter")
    page.wait_for_url("**/sign-in/")
