"""The tables of codes as an administrator uses them: the official book loaded, a unit's code confirmed."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from openpyxl import Workbook
from playwright.sync_api import Page, expect

BOOK = [
    ("2024年政府收支分类科目",),
    ("科目编码", None, None, "科目名称"),
    ("类", "款", "项", None),
    (224, None, None, "灾害防治及应急管理支出"),
    (None, 1, None, "应急管理事务（新）"),
    (None, None, 1, "行政运行"),
    (None, None, 88, "应急科技"),
]


def workbook(rows) -> bytes:
    """A workbook of one sheet."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "科目"
    for row in rows:
        sheet.append(row)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


@pytest.fixture
def demo(transactional_db, live_server):
    """The demonstration, loaded; its address."""
    from tests.world import run

    run("load_reference")
    run("load_demo")
    return live_server.url


@pytest.fixture
def qian(page, demo) -> Page:
    """The administrator 钱宁, signed in."""
    page.goto(f"{demo}/sign-in/")
    page.get_by_label("用户名").fill("qian")
    page.get_by_label("密码").fill(settings.DEMO_PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{demo}/")
    return page


def choose(page: Page, rows, name: str = "2024年科目.xlsx") -> None:
    """Choose the year and a file, and send them."""
    page.get_by_label("年度").fill("2024")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.get_by_label("文件", exact=True).set_input_files(
        {"name": name, "mimeType": kind, "buffer": workbook(rows)}
    )
    page.get_by_role("button", name="上传并预览").click()


def complaints(page: Page) -> list[str]:
    """What axe finds wrong, and whether the page itself scrolls sideways."""
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return found + (["scrolls sideways"] if wide else [])


def test_the_official_book_is_previewed_and_then_loaded(qian):
    from budgets.models import FunctionalCategory

    def codes():
        return FunctionalCategory.objects.filter(budget_book="general_public", code__startswith="22401")

    before = list(codes().order_by("pk").values())
    qian.locator("[data-menu] summary").click()
    qian.get_by_role("link", name="科目表").click()
    qian.get_by_role("link", name="装入年度科目书").click()
    choose(qian, BOOK)

    expect(qian.get_by_role("heading", name="支出功能分类 · 一般公共预算 2024 年")).to_be_visible()
    renamed = qian.get_by_role("group", name="改名")
    expect(renamed.get_by_role("row", name="22401 应急管理事务 应急管理事务（新）")).to_be_visible()
    expect(
        qian.get_by_role("group", name="新增").get_by_role("row", name="2240188 项 应急科技")
    ).to_be_visible()
    missing = qian.get_by_role("group", name="书中没有的科目").get_by_role("row", name="2240106 安全监管")
    expect(missing).to_be_visible()
    assert list(codes().order_by("pk").values()) == before
    assert complaints(qian) == []

    qian.get_by_role("button", name="确认装入").click()
    expect(qian.get_by_text("已装入支出功能分类 · 一般公共预算 2024 年科目。")).to_be_visible()
    assert complaints(qian) == []
    qian.get_by_role("link", name="看科目表").click()
    qian.get_by_label("查找").fill("yjkj")
    qian.get_by_role("button", name="查找").click()
    expect(qian.get_by_role("row", name="2240188 项 应急科技")).to_contain_text("2024 年科目书")
    assert complaints(qian) == []
    renamed = codes().get(code="22401", valid_to=None)
    assert (renamed.name, renamed.former_names) == ("应急管理事务（新）", "应急管理事务")


def test_mistakes_are_shown_and_a_file_that_is_none_is_answered(qian, demo):
    qian.goto(f"{demo}/categories/load/")
    choose(qian, [("科目编码", "科目名称"), (2010, "位数不对"), ("20101", None)])
    expect(qian.get_by_role("heading", name="文件里有 2 处要改")).to_be_visible()
    expect(qian.get_by_text("科目!A2")).to_be_visible()
    expect(qian.get_by_text("科目!B3")).to_be_visible()
    assert complaints(qian) == []
    choose(qian, BOOK, name="科目.xlsm")
    expect(qian.get_by_text(".xlsm 工作簿可能带宏，不能上传。")).to_be_visible()


def test_a_units_code_is_confirmed_with_one_click(qian, demo):
    from budgets.category_actions import propose_category
    from budgets.returns import Classification
    from submissions.models import Submission
    from tests.world import NOW

    submission = Submission.objects.get(unit__code="224001")
    propose_category(
        submission=submission,
        classification=Classification.FUNCTION,
        code="2240188",
        name="应急科技",
        by=submission.started_by,
        at=NOW,
    )
    qian.goto(f"{demo}/categories/")
    proposal = qian.get_by_role("row", name="2240188 应急科技")
    expect(proposal).to_contain_text("永州市零陵区应急管理局")
    assert complaints(qian) == []
    qian.get_by_role("button", name="确认 2240188 应急科技").click()
    expect(qian.get_by_text("已确认科目 2240188 应急科技，各单位都可以使用。")).to_be_visible()
    expect(qian.get_by_text("没有待确认的科目。")).to_be_visible()
