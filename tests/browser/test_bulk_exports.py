"""A bulk export as an administrator lives it, made by a real worker beside the server."""

import os
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.browser.test_exports import complaints, saved
from tests.config.processes import started

EMERGENCY, SYNTHETIC = "224001 永州市零陵区应急管理局", "226001 示例单位（合成数据）"


@pytest.fixture
def worker(demo, settings, tmp_path):
    """Start the worker on the database of the tests, and end it with the test."""
    from django.db import connection

    settings.EXPORT_DIR = tmp_path / "exports"
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    own = {
        "DATABASE_URL": address.geturl().replace("postgresql:/?", "postgresql:///?"),
        "EXPORT_DIR": str(settings.EXPORT_DIR),
        "DATA_DIR": str(tmp_path),
        "DEMO": "1",
    }

    def start():
        return started("manage.py", "run_jobs", log=tmp_path / "log", **own)

    return start


@pytest.mark.parametrize("has_script", [True, False], ids=["with a script", "without"])
def test_an_export_is_started_left_found_again_and_downloaded(worker, open_as, new_context, demo, has_script):
    from tests.browser.grid_page import sign_in
    from tests.world import run

    run("load_demo_indicators")
    page = new_context(java_script_enabled=has_script, accept_downloads=True).new_page()
    if has_script:
        sign_in(page, demo, "qian")
    else:
        page.goto(demo)
        page.locator("button.demo-person").filter(has_text="钱宁").click()
    page.goto(f"{demo}/exports/")
    page.get_by_role("link", name="批量导出 2023 年度").first.click()
    page.get_by_label("项目支出绩效自评表").uncheck()
    page.get_by_label("没有审核通过的也要").check()
    if has_script:
        assert complaints(page) == []
    page.get_by_role("button", name="开始导出").click()
    expect(page.get_by_text("等待中 0 / 2")).to_be_visible()
    if has_script:
        assert complaints(page) == []

    page.goto(demo)
    with worker():
        page.goto(f"{demo}/exports/")
        page.get_by_role("link", name="我的导出").click()
        page.get_by_role("row").nth(1).get_by_role("link").first.click()
        link = page.get_by_role("link", name="下载（zip")
        expect(link).to_be_visible(timeout=60_000)
    if has_script:
        assert complaints(page) == []
    name, content = saved(page, link)
    assert name == "2023年度 自评材料 全部单位 2家（含未审核）.zip"
    with ZipFile(BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == sorted(
            [
                "说明.txt",
                *(
                    f"{unit}/{unit} 2023年度 {what}（未审核）{kind}"
                    for unit in (EMERGENCY, SYNTHETIC)
                    for what, kind in (
                        ("基础数据表", ".xlsx"),
                        ("部门整体支出绩效自评表", ".xlsx"),
                        ("部门决算公开表", ".xlsx"),
                        ("自评报告", ".docx"),
                    )
                ),
            ]
        )
    page.get_by_role("link", name="我的导出").click()
    expect(page.get_by_role("cell", name="已完成")).to_be_visible()


def test_one_that_waits_is_cancelled_and_leaves_nothing(open_as, settings, tmp_path):
    settings.EXPORT_DIR = tmp_path / "exports"
    page = open_as("qian")
    page.get_by_role("link", name="报表导出").click()
    page.get_by_role("link", name="批量导出 2023 年度").click()
    page.get_by_label("没有审核通过的也要").check()
    page.get_by_role("button", name="开始导出").click()
    page.get_by_role("button", name="取消导出").click()
    page.get_by_role("button", name="取消导出").last.click()
    expect(page.get_by_text("没有留下文件").first).to_be_visible()
    assert not Path(settings.EXPORT_DIR).exists()
