"""The re-check in the browser: drawn, written, finished; nothing axe complains of, and the page stays in its width."""

from django.core.management import call_command
from django.utils import timezone

from performance.recheck_actions import draw_sample
from performance.sampling import Plan
from submissions.models import Submission
from tests.browser.test_pages import complaints, demo, scrolls_sideways, sign_in
from tests.world import User, put_in_status

__all__ = ["demo"]


def test_a_recheck_is_written_and_finished(demo, page):
    call_command("load_demo_indicators", verbosity=0)
    submission = Submission.objects.get(unit__code="226001")
    put_in_status(submission, "approved")
    by = User.objects.get(username="wu")
    facts = {"plan": Plan(1), "seed": "7f3a", "reason": "零财绩〔2024〕8号", "at": timezone.now()}
    draw_sample(round=submission.round, **facts, by=by)
    sign_in(page, demo, "wu")
    page.goto(f"{demo}/rounds/{submission.round_id}/rechecks/")
    assert complaints(page) == [] and not scrolls_sideways(page)
    page.get_by_role("link", name="示例单位").click()
    assert complaints(page) == [] and not scrolls_sideways(page)
    page.get_by_role("button", name="其余同自评").click()
    page.get_by_role("button", name="完成复核").click()
    page.locator("dialog").get_by_role("button", name="完成复核").click()
    page.get_by_text("已通知填报单位").wait_for()
    assert complaints(page) == [] and not scrolls_sideways(page)
