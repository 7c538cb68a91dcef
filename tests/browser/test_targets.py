"""Approved targets in the browser: approved, locked in the table, asked for, approved, changed."""

import re
from datetime import date

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from orgs.models import User
from performance.target_actions import approve_targets
from submissions.models import Submission
from tests.browser.grid_page import cell, enter, state
from tests.browser.test_pages import complaints, demo, scrolls_sideways, sign_in

__all__ = ["demo"]

FIRST, TARGET, REACHED = "办理政务服务事项", "年度指标值", "实际完成值"
SECOND, THIRD = "组织业务培训", "巡查便民服务点"
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
    asked = wu.get_by_role("dialog")
    expect(asked).to_contain_text("批复不能撤回")
    asked.get_by_role("button", name="批复", exact=True).click()
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


def test_what_was_typed_before_the_approval_and_not_saved_is_told(demo, new_context):
    call_command("load_demo_indicators", verbosity=0)
    here = Submission.objects.get(unit__code="226001", round__fiscal_year=2023)
    zhou = new_context().new_page()
    sign_in(zhou, demo, "zhou")
    zhou.goto(f"{demo}/submissions/{here.pk}/indicators/")
    zhou.context.route("**/save/", lambda route: route.abort())
    enter(zhou, ROW, TARGET, "9000")
    enter(zhou, ROW, REACHED, "9100")
    enter(zhou, f"{SECOND} 数量指标", TARGET, "7")
    zhou.get_by_role("button", name=f"删除这一行：{THIRD}").click()
    zhou.get_by_role("button", name="添加一行").click()
    zhou.keyboard.type("新的指标")
    expect(state(zhou)).to_have_text("离线，有 4 行待保存")
    zhou.wait_for_timeout(300)  # until the journal has it
    approve_targets(
        round=here.round,
        unit=here.unit,
        document="",
        approved_on=date(2023, 3, 10),
        by=User.objects.get(username="wu"),
        at=timezone.now(),
    )
    zhou.context.unroute("**/save/")
    zhou.once("dialog", lambda dialog: dialog.accept())
    zhou.reload()
    told = zhou.get_by_role("alert")
    expect(told).to_contain_text("上次没来得及保存的 4 处没有找回")
    lost = [
        f"{FIRST}：{TARGET} 9000",
        f"{SECOND}：{TARGET} 7",
        f"{THIRD}：删除这一行",
        "新的指标：三级指标 新的指标",
    ]
    assert sorted(told.get_by_role("listitem").all_inner_texts()) == sorted(lost)
    expect(told).to_contain_text("目标已批复（2023年3月10日，吴芳），改动请申请调整。")
    expect(cell(zhou, ROW, TARGET)).to_have_value("12000")
    expect(cell(zhou, f"{SECOND} 数量指标", TARGET)).to_have_value("6")
    expect(cell(zhou, "新的指标", TARGET)).to_have_count(0)
    expect(cell(zhou, ROW, REACHED)).to_have_value("9100")
    expect(state(zhou)).to_contain_text("已保存")
    expect(told).to_contain_text("没有找回")
    assert complaints(zhou) == [] and not scrolls_sideways(zhou)
    told.get_by_role("button", name="知道了").click()
    expect(told).to_be_empty()
