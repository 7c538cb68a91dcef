"""A reviewer goes through her queue by keyboard alone."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from orgs.models import Unit, User
from submissions.actions import submit
from submissions.models import CollectionRound, Submission
from tests.browser.grid_page import violations
from tests.world import NOTHING_LEFT, make_submission


@pytest.fixture
def queue(demo):
    """The returns of two units on the desk of their bureau's performance office."""
    round = CollectionRound.objects.get(fiscal_year=2023, submissions__unit__code="224001")
    CollectionRound.objects.update(unit_head_desk=False, department_desk=False, division_desk=False)
    lin = User.objects.get(username="lin")
    first = Submission.objects.get(unit__code="224001")
    second = make_submission(round, Unit.objects.exclude(pk=first.unit_id).get(memberships__user=lin), lin)
    for each in (first, second):
        submit(submission=each, **NOTHING_LEFT, by=lin, at=timezone.now())
    return [first, second]


def test_rows_are_gone_through_ticked_opened_and_decided_on_by_keyboard(open_as, queue):
    wu = open_as("wu")
    names = [wu.get_by_role("rowheader", name=each.unit.name).get_by_role("link") for each in queue]
    ticks = wu.get_by_role("checkbox")
    expect(wu.get_by_text("键盘：")).to_be_visible()
    assert violations(wu) == []
    wu.keyboard.press("j")
    expect(names[0]).to_be_focused()
    for key, row in (("ArrowDown", 1), ("j", 1), ("k", 0), ("ArrowUp", 0), ("ArrowDown", 1)):
        wu.keyboard.press(key)
        expect(names[row]).to_be_focused()
    wu.keyboard.press("x")
    expect(ticks.nth(1)).to_be_checked()
    wu.get_by_role("button", name="一起通过").click()
    asked = wu.get_by_role("dialog")
    expect(asked).to_contain_text(f"注意：{queue[1].unit.name}（2023 年度）检查结果不是最新的。")
    asked.get_by_role("button", name="再看看").click()
    expect(asked).to_have_count(0)
    expect(wu.get_by_role("button", name="一起通过")).to_be_focused()  # where she was before she was asked
    names[1].focus()
    wu.keyboard.press("Space")
    expect(ticks.nth(1)).not_to_be_checked()
    expect(wu.get_by_role("row").nth(1).get_by_text("新", exact=True)).to_be_visible()
    wu.keyboard.press("k")
    with wu.expect_response(lambda answer: answer.url.endswith("/look/")) as sent:
        wu.keyboard.press("Enter")
    assert sent.value.status == 200
    wu.get_by_label("审核意见").fill("请核对。")
    wu.get_by_role("button", name="退回").press("Enter")
    wu.get_by_role("dialog").get_by_role("button", name="退回").press("Enter")
    expect(wu.get_by_role("status")).to_contain_text(f"已退回{queue[0].unit}")
    expect(wu.get_by_role("rowheader", name=queue[1].unit.name).get_by_role("link")).to_be_focused()


def test_the_whole_queue_is_on_the_screen_with_what_the_checks_found(open_as, queue):
    call_command("store_results", verbosity=0)
    wu = open_as("wu")
    expect(wu.locator(".queue .mark", has_text="错误").first).to_be_visible()
    expect(wu.locator(".queue .mark", has_text="待说明").first).to_be_visible()
    assert wu.viewport_size == {"width": 1366, "height": 768}
    cut = "(table) => table.parentElement.scrollWidth - table.parentElement.clientWidth"
    assert wu.locator("table.queue").evaluate(cut) <= 0
