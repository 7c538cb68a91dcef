"""An administrator's work with people: one added, a school from a workbook, and the first day of one of them."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

OWN = "我自己的新密码 Ab2024"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def qian(open_as) -> Page:
    """The administrator 钱宁, signed in."""
    page: Page = open_as("qian")
    page.get_by_role("link", name="系统管理").click()
    return page


def complaints(page: Page) -> list[str]:
    """What axe finds wrong, and whether the page itself scrolls sideways."""
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return found + (["scrolls sideways"] if wide else [])


def sign_in(page: Page, demo: str, username: str, password: str) -> None:
    """Type name and password at the door."""
    page.goto(f"{demo}/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def test_a_new_person_is_let_in_by_her_one_time_password_and_out_by_the_lock(qian, demo, new_context):
    assert complaints(qian) == []
    qian.get_by_role("link", name="添加人员").click()
    assert complaints(qian) == []
    qian.get_by_label("姓名").fill("周琪")
    qian.get_by_label("用户名").fill("zhouqi")
    qian.get_by_label("单位", exact=True).fill("224002 零陵区应急救援中心（演示）")
    qian.get_by_label("角色", exact=True).select_option("单位负责人")
    qian.get_by_role("button", name="开通账号").click()
    password = qian.get_by_role("alert").locator("code").text_content()
    assert complaints(qian) == []

    hers = new_context().new_page()
    sign_in(hers, demo, "zhouqi", password)
    expect(hers.get_by_text("您用的是管理员给的一次性密码。")).to_be_visible()
    hers.goto(f"{demo}/")
    expect(hers).to_have_url(f"{demo}/password/?next=%2F")
    hers.get_by_label("旧密码").fill(password)
    hers.get_by_label("新密码", exact=True).fill(OWN)
    hers.get_by_label("新密码确认").fill(OWN)
    hers.get_by_role("button", name="修改密码").click()
    expect(hers.get_by_role("heading", name="零陵区应急救援中心（演示）")).to_be_visible()

    qian.get_by_role("link", name="返回人员").click()
    qian.get_by_label("查找人员").fill("zq")
    qian.get_by_role("button", name="查找").click()
    qian.get_by_role("link", name="周琪").click()
    qian.get_by_role("button", name="停用账号").click()
    qian.get_by_role("dialog").get_by_role("button", name="停用账号").click()
    expect(qian.get_by_text("周琪的账号已停用")).to_be_visible()
    assert complaints(qian) == []
    hers.reload()
    expect(hers.get_by_role("heading", name="登录", exact=True)).to_be_visible()


def test_the_template_comes_back_and_its_passwords_are_kept_as_a_file(qian, demo):
    qian.get_by_role("link", name="从 Excel 导入").click()
    assert complaints(qian) == []
    with qian.expect_download() as started:
        qian.get_by_role("link", name="下载模板").click()
    book = load_workbook(BytesIO(started.value.path().read_bytes()))
    for sheet, row in (
        ("单位", ("301001", "零陵区教育局", "部门", "100")),
        ("人员", ("wangfang", "王芳", "填报人", "301001")),
    ):
        for column, text in enumerate(row, 1):
            book[sheet].cell(2, column).value = text
    file = BytesIO()
    book.save(file)
    qian.get_by_label("文件", exact=True).set_input_files(
        {"name": "人员.xlsx", "mimeType": XLSX, "buffer": file.getvalue()}
    )
    qian.get_by_role("button", name="上传并预览").click()
    expect(qian.get_by_role("group", name="新增单位")).to_contain_text("零陵区教育局")
    assert complaints(qian) == []
    qian.get_by_role("button", name="确认导入").click()
    shown = qian.get_by_role("row", name="王芳").locator("code").text_content()
    assert complaints(qian) == []
    with qian.expect_download() as started:
        qian.get_by_role("link", name="保存名单").click()
    rows = [tuple(row) for row in load_workbook(BytesIO(started.value.path().read_bytes())).active.values]
    assert rows[1:] == [("王芳", "wangfang", shown)]
    qian.get_by_role("link", name="看导入结果").click()
    assert complaints(qian) == [] and shown not in qian.content()
    qian.get_by_role("link", name="单位", exact=True).click()
    expect(qian.get_by_role("row", name="零陵区教育局")).to_contain_text("301001")
    assert complaints(qian) == []
