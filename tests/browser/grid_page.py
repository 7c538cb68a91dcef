"""The entry page in words: what a person does there and where she looks."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

LAST_BUDGET, LAST_OUTTURN, INITIAL, REVISED, OUTTURN = (
    "上年年初预算数", "上年决算数", "年初预算数", "全年预算数", "决算数",
)  # fmt: skip
REASON = "差异原因"


def sign_in(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(settings.DEMO_PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"{address}/")


def open_return(page: Page, unit: str, deed: str) -> None:
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=unit))
    card.get_by_text(deed, exact=True).click()


def open_schedule(page: Page, schedule: Any) -> None:
    """Go to a schedule (budgets.returns.Schedule) by the navigation."""
    page.get_by_role("navigation", name="填报各部分").locator(f"a[href$='/{schedule.slug}/']").click()
    expect(page.get_by_role("heading", name=schedule.title, level=1)).to_be_visible()
    expect(page.locator("table.grid")).to_be_visible()


def cell(page: Page, row: str, column: str = OUTTURN) -> Locator:
    return page.get_by_label(f"{row} {column}", exact=True)


def enter(page: Page, row: str, column: str, text: str) -> None:
    """Click into a cell and type, as a person does: what was there is replaced."""
    cell(page, row, column).click()
    page.keyboard.type(text)


def measure(page: Page, row: str, name: str) -> Locator:
    """A computed cell of a row."""
    return tr(page, row).locator(f"[data-measure={name}]")


def tr(page: Page, row: str) -> Locator:
    """A row by what its head is called."""
    return page.locator("table.grid tbody tr").filter(has=page.locator(f"th[aria-label='{row}']"))


def head(page: Page, name: str) -> Locator:
    return page.locator(f"[data-head={name}]")


def state(page: Page) -> Locator:
    return page.locator("[data-grid=state]")


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(state(page)).to_have_text(re.compile(r"^已保存 \d\d:\d\d:\d\d$"))


def let_nothing_be_saved_any_more(page: Page) -> None:
    """Before the database is emptied: what a page sends on being closed would meet it half empty."""
    for each in [] if page.is_closed() else page.context.pages:
        each.evaluate("() => { window.fetch = () => Promise.reject(); }")
        expect(state(each).filter(has_text="保存中")).to_have_count(0)


def save_and_reload(page: Page) -> None:
    save(page)
    page.reload()
    expect(page.locator("table.grid")).to_be_visible()


def add_category(page: Page, text: str, row: str, column: str = LAST_BUDGET) -> None:
    """Find a category and add its row: the cursor stands in its first figure."""
    page.get_by_label("添加科目").click()
    page.keyboard.type(text)
    expect(found(page)).to_contain_text(row.split()[1])
    page.keyboard.press("Enter")
    expect(cell(page, row, column)).to_be_focused()


def found(page: Page) -> Locator:
    """What the search box would take."""
    return page.locator("#found").get_by_role("option", selected=True)


def codes(page: Page) -> list[str]:
    return page.locator("table.grid tbody .code").all_text_contents()


def outline(page: Page) -> list[tuple[str, str, str]]:
    """Every row that is shown: its depth, its name and its first figure."""
    page.locator("h1").click()  # out of the cells
    return [
        (head.get_attribute("class").split()[-1], head.get_attribute("aria-label"), field.input_value())
        for row in page.locator("table.grid tbody tr:not([hidden])").all()
        for head, field in [(row.locator("th"), row.locator("td.figure input").first)]
    ]


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands, and whether the page itself scrolls sideways."""
    wrong = [
        f"{found['id']}: {found['help']} {[node['html'][:120] for node in found['nodes'][:3]]}"
        for found in Axe().run(page).response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wrong + (["scrolls sideways"] if wide else [])
