"""What comes after the approval: made public, corrected with the bureau's leave, and public again."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from budgets.returns import BASE_ITEMS
from performance.snapshots import content_of
from submissions.models import Submission
from tests.browser.grid_page import OUTTURN, enter, open_schedule, save
from tests.browser.test_journey import OFFICE, UNIT, explain_all, hand_in, pass_on, to_be_reviewed


@pytest.fixture
def seed(demo):
    """The return of the report."""
    return Submission.objects.get(unit__code="224001")


def approve(page):
    """Approve it on the last desk."""
    to_be_reviewed(page)
    page.get_by_role("button", name="审核通过").click()
    page.get_by_role("dialog").get_by_role("button", name="审核通过").click()
    expect(page.get_by_role("status")).to_contain_text(f"{UNIT}已审核通过")


def publish(page):
    """Record who reviewed and signed it, and when it was made public."""
    today = timezone.localdate().isoformat()
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


def test_approved_published_corrected_and_published_again(open_as, seed, demo):
    lin, sun, he, wu = (open_as(name) for name in ("lin", "sun", "he", "wu"))
    journey = demo + reverse("journey", args=[seed.pk])

    # Lin explains the variances and hands the return in; every desk lets it pass; Wu approves it.
    lin.goto(demo + reverse("workspace", args=[seed.pk]))
    explain_all(lin)
    hand_in(lin)
    pass_on(sun)
    pass_on(he)
    approve(wu)

    # It was reviewed for secrets and signed; Lin records that it is public.
    lin.goto(journey)
    publish(lin)
    first = content_of(Submission.objects.get(pk=seed.pk))

    # The auditors find a mistake. Wu gives the unit time, which is her leave to correct it.
    wu.goto(demo + reverse("round_overview", args=[seed.round_id]))
    wu.get_by_label(f"勾选{UNIT}").check()
    wu.get_by_label("延至").fill(max(timezone.localdate(), seed.round.due_date).isoformat())
    wu.get_by_role("group").get_by_label("原因").fill("审计发现办公经费有误")
    wu.get_by_role("button", name="延期").click()
    expect(wu.get_by_role("status")).to_contain_text("已延期 1 个单位")

    # Lin corrects it in the second revision, and hands that in.
    lin.goto(journey)
    lin.get_by_label("更正的原因").fill("审计发现办公经费有误")
    lin.get_by_role("button", name="开始更正").click()
    expect(lin.get_by_role("status")).to_contain_text("已开始更正")
    open_schedule(lin, BASE_ITEMS)
    enter(lin, OFFICE, OUTTURN, "23.45")
    save(lin)
    hand_in(lin)
    pass_on(sun)
    pass_on(he)
    approve(wu)

    # The first revision is public until the second one is, and can be read afterwards as it was.
    second = Submission.objects.get(revision=2)
    assert Submission.objects.get(pk=seed.pk).status == "published"
    lin.goto(demo + reverse("journey", args=[second.pk]))
    publish(lin)
    lin.get_by_role("link", name="第 1 版").click()
    expect(lin.get_by_text("这一版已经由后面的一版代替，留存备查。")).to_be_visible()
    seed.refresh_from_db()
    assert (seed.status, content_of(seed)) == ("superseded", first) == ("superseded", seed.snapshot.content)
