"""What is benchmarked in a real Chromium: a list of (what, {name: figure with its unit}, aim)."""

import os
import re
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from budgets.models import BudgetLine
from orgs.models import User
from submissions.models import Submission
from tests.prepare import CHROMIUM_NAMES

KEYS = 200
BETWEEN_KEYS = 60
"""Milliseconds: a quick typist."""
PASTES = 5

_WATCH = """() => {
    window.took = [];
    addEventListener("keydown", ({ timeStamp }) => {
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.took.push(performance.now() - timeStamp);
            port2.postMessage(null); // taken up after the frame is painted
        });
    }, true);
}"""


def browser_cases(submission: Submission) -> Iterator[tuple[str, dict[str, str], str]]:
    """Measure a table by function of 500 rows, in the browser of lin, who fills it in."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop in our thread
    with page_of(User.objects.get(username="lin")) as (page, address):
        page.goto(f"{address}/submissions/{submission.pk}/function/")
        page.wait_for_selector("table.grid")
        yield "key → painted, 500 rows", _typing(page), "≤ 50 ms"
        yield "500 × 5 cells, pasted → saved", _pasting(page, submission), "≤ 3 s"


@contextmanager
def page_of(person: User) -> Iterator[tuple[Page, str]]:
    """A page of a browser in which somebody is signed in, and the address of a server for it."""
    server = LiveServer("localhost")
    client = Client()
    client.force_login(person, "config.backends.PeopleBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
        browser = playwright.chromium.launch(executable_path=found, args=["--disable-gpu", *sandbox])
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
        try:
            yield context.new_page(), server.url
        finally:
            browser.close()
            server.stop()
            connection.close()  # Playwright's loop has made this one another than that of whoever drops the database


def _typing(page: Page) -> dict[str, str]:
    """Digits into one cell after another of the last column that all others sum up: key to the next frame painted."""
    page.evaluate(_WATCH)
    page.locator("tr.line td.figure input").nth(204).click()
    for number in range(KEYS):
        page.keyboard.press("Enter" if number % 8 == 7 else str(number % 8 + 1))
        page.wait_for_timeout(BETWEEN_KEYS)
    took = page.evaluate("window.took")
    page.keyboard.press("Control+s")
    _until_saved(page)
    share = statistics.quantiles(took, n=20)
    return {"median": f"{statistics.median(took):.0f} ms", "95 %": f"{share[-1]:.0f} ms"}


def _until_saved(page: Page) -> None:
    expect(page.locator("[data-grid=state]")).to_have_text(re.compile("^已保存"), timeout=30_000)


def _pasting(page: Page, submission: Submission) -> dict[str, str]:
    """Every figure of 500 rows anew, by their codes, until the server's answer is there, the pause of 0.8 s included."""
    codes = BudgetLine.objects.of_submission(submission).exclude(category=None)
    names = list(codes.order_by("category__code").values_list("category__code", "category__name"))
    seconds = []
    for at in range(1, PASTES + 1):
        lines = (
            "\t".join((code, name, *(str(at * 1000 + row + place) for place in range(5))))
            for row, (code, name) in enumerate(names)
        )
        page.evaluate("text => navigator.clipboard.writeText(text)", "\r\n".join(lines))
        page.locator("tr.line td.figure input").first.click()
        with page.expect_response("**/save/") as answer:
            started = time.perf_counter()
            page.keyboard.press("Control+v")
        answer.value.finished()
        seconds.append(time.perf_counter() - started)
    _until_saved(page)
    saved = BudgetLine.objects.filter(submission=submission, outturn=(PASTES * 1000 + 4) * 10000)
    assert len(names) == 500 and saved.exists()
    return {"median": f"{statistics.median(seconds):.2f} s", "longest": f"{max(seconds):.2f} s"}
