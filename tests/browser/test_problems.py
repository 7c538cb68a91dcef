"""A problem in the browser: written down from the report and issued, answered with evidence, closed."""

import re

from django.core.management import call_command
from playwright.sync_api import expect

from budgets.actions import save_text
from budgets.models import ReturnText
from submissions.models import Submission
from tests.browser.test_pages import complaints, demo, scrolls_sideways, sign_in
from tests.evidence_files import pdf
from tests.world import NOW, put_in_status

__all__ = ["demo"]

DEMAND = "建立按月通报的支出台账，附上台账"


def test_a_problem_is_issued_answered_with_evidence_and_closed(demo, new_context, tmp_path):
    call_command("load_demo_indicators", verbosity=0)
    here = Submission.objects.get(unit__code="226001", round__fiscal_year=2023)
    for name, text in (("problems", "一、项目开工晚。"), ("improvements", "一、按月通报支出进度。")):
        written = ReturnText.objects.get(submission=here, name=name)
        by, name = here.started_by, ReturnText.Name(name)
        save_text(submission=here, name=name, text=text, row_version=written.row_version, by=by, at=NOW)
    put_in_status(here, "approved")
    (tmp_path / "台账.pdf").write_bytes(pdf())
    wu, zhou = (new_context().new_page() for _ in range(2))

    sign_in(wu, demo, "wu")
    wu.goto(f"{demo}/rounds/{here.round_id}/")
    wu.get_by_role("link", name="问题整改").click()
    expect(wu.get_by_text("还没有登记整改问题")).to_be_visible()
    assert complaints(wu) == [] and not scrolls_sideways(wu)
    wu.goto(f"{demo}/submissions/{here.pk}/")
    wu.get_by_role("link", name="问题整改").click()
    wu.get_by_role("listitem").filter(has_text="项目开工晚").get_by_role("link", name="取用").click()
    expect(wu.get_by_label("问题", exact=True)).to_have_value("项目开工晚。")
    expect(wu.get_by_label("单位拟采取的措施")).to_have_value("按月通报支出进度。")
    wu.get_by_label("整改要求").fill(DEMAND)
    wu.get_by_label("时限").fill("2099-05-31")
    assert complaints(wu) == [] and not scrolls_sideways(wu)
    wu.get_by_role("button", name="下达").click()
    expect(wu.get_by_text("已下达，单位已收到通知。")).to_be_visible()

    sign_in(zhou, demo, "zhou")
    zhou.get_by_role("link", name="1 条整改问题待反馈").click()
    expect(zhou.get_by_text(DEMAND)).to_be_visible()
    zhou.get_by_label("整改措施").fill("三月起按月通报，台账见附件")
    zhou.get_by_label("已完成").check()
    zhou.get_by_label("佐证", exact=True).set_input_files(tmp_path / "台账.pdf")
    assert complaints(zhou) == [] and not scrolls_sideways(zhou)
    zhou.get_by_role("button", name="反馈", exact=True).click()
    expect(zhou.get_by_text("已反馈，等财政局审核。")).to_be_visible()

    wu.goto(f"{demo}/notices/")
    wu.get_by_role("button", name=re.compile("单位反馈了整改问题")).first.click()
    with wu.expect_download() as taken:
        wu.get_by_role("link", name="台账.pdf").click()
    assert taken.value.path().read_bytes() == pdf()
    assert complaints(wu) == [] and not scrolls_sideways(wu)
    wu.get_by_role("button", name="销号").click()
    expect(wu.get_by_text("已销号。")).to_be_visible()
    wu.goto(f"{demo}/rounds/{here.round_id}/problems/")
    row = wu.get_by_role("row").filter(has_text="项目开工晚")
    expect(row).to_contain_text("已销号")
    expect(row).to_contain_text("三月起按月通报")
    assert complaints(wu) == [] and not scrolls_sideways(wu)
