"""Approved targets in the browser: approved, locked in the table, asked for, approved, changed."""

import re

from django.core.management import call_command
from playwright.sync_api import expect

from submissions.models import Submission
from tests.browser.grid_page import cell
from tests.browser.test_pages import complaints, demo, scrolls_sideways, sign_in

__all__ = ["demo"]

FIRST, TARGET, REACHED = "办理政务服务事项", "年度指标值", "实际完成值"
ROW = f"{FIRST} 数量指标"


def test_a_target_is_approved_locked_asked_for_and_changed(demo, new_context):
    call_command("load_demo_indicators", verbosity=0)
    here = Submission.objects.get(unit__code="226001", round__fiscal_year=2023)
    wu, zhou = (new_context().new_page() for _ in range(2))
    sign_in(wu, demo, "wu")
    wu.goto(f"{demo}/rounds/{here.round_id}/")
    wu.get_by_role("checkbox", name="勾选示例单位（合成数据）").check()
    wu.get_by_label("批复日期").fill("2023-03-10")
    wu.get_by_label("批复文号").fill("零财绩〔2023〕5号")
    wu.get_by_role("button", name="批复绩效目标").click()
    expect(wu.get_by_text("已批复目标 1 个单位：示例单位")).to_be_visible()

    sign_in(zhou, demo, "zhou")
    zhou.goto(f"{demo}/submissions/{here.pk}/indicators/")
    words = "目标已批复（零财绩〔2023〕5号，2023年3月10日，吴芳），改动请申请调整。"
    expect(zhou.get_by_text(words)).to_be_visible()
    target, reached = cell(zhou, ROW, TARGET), cell(zhou, ROW, REACHED)
    expect(target).to_have_value("12000")
    expect(target).not_to_be_editable()
    expect(target).to_have_attribute("title", words)
    expect(reached).to_be_editable()
    assert zhou.get_by_role("button", name="添加一行").count() == 0
    assert zhou.get_by_role("button", name=re.compile("删除这一行")).count() == 0
    assert complaints(zhou) == [] and not scrolls_sideways(zhou)

    zhou.get_by_role("link", name="申请调整目标").click()
    zhou.get_by_label("哪个指标").select_option(label=FIRST)
    zhou.get_by_role("button", name="下一步").click()
    zhou.get_by_label(TARGET).fill("10000")
    zhou.get_by_label("理由").fill("上级年中下调了任务，见文件第三条")
    assert complaints(zhou) == [] and not scrolls_sideways(zhou)
    zhou.get_by_role("button", name="提交申请").click()
    expect(zhou.get_by_text(f"已申请调整“{FIRST}”")).to_be_visible()

    wu.goto(f"{demo}/rounds/{here.round_id}/targets/")
    assert complaints(wu) == [] and not scrolls_sideways(wu)
    wu.get_by_role("link", name=re.compile(FIRST)).click()
    assert complaints(wu) == [] and not scrolls_sideways(wu)
    wu.get_by_role("button", name="批准", exact=True).click()
    expect(wu.get_by_text(f"已批准：“{FIRST}”。")).to_be_visible()

    zhou.goto(f"{demo}/submissions/{here.pk}/indicators/")
    expect(cell(zhou, ROW, TARGET)).to_have_value("10000")
    expect(cell(zhou, ROW, TARGET)).not_to_be_editable()
    zhou.get_by_text("经批准调整 1 次").click()
    expect(zhou.get_by_text("年度指标值 12000 → 10000")).to_be_visible()
