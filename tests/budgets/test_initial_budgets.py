"""Approved initial budgets of a round's units from a workbook: read, previewed, imported wholly or not at all."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from budgets import initial_budget_actions as actions
from budgets.initial_budget_plans import Kind, plan_of
from budgets.initial_budget_sheets import COLUMNS, BudgetReading, read_budgets, reading_from
from budgets.models import BudgetLine, BudgetUpload, FunctionalCategory
from budgets.money import AmountUnit
from orgs.models import Membership
from submissions.actions import NotPermitted
from submissions.history import told_of
from submissions.models import CollectionRound, Edit, Notice, Submission
from tests.budgets.test_hostile_files import answer, reader_here, wrong
from tests.hostile_files import NOT_OURS, outside
from tests.orgs.test_spreadsheets import workbook
from tests.submissions.test_workflow import close, extend
from tests.world import (
    NOW,
    YEAR,
    Role,
    category,
    change,
    line,
    make_person,
    make_round,
    make_submission,
    make_unit,
    numbered,
    put_in_status,
    put_point,
    save,
    signed_in,
    statements,
    without_guards,
)

__all__ = ["reader_here"]  # the fixture

HEAD = [titles[0] for titles in COLUMNS.values()]
TITLE = ["2023 年度部门预算批复", "", "", "金额单位：万元"]
TODAY = date(2024, 3, 1)
LIMIT = 10
"""Statements of a plan: what is needed besides its five are none."""


@pytest.fixture(autouse=True)
def _codes(world):
    """Two 项 and the 款 above them; the round is open."""
    category("22401")
    category("2240101", name="行政运行")
    category("2240106", name="安全监管")


def row(unit="224001", code="2240101", amount="10", *, name="", fund="", nature=""):
    """A row of the sheet, as it is read."""
    return [unit, name, code, "", fund, nature, amount]


def reading(*rows, title=TITLE, head=HEAD):
    return read_budgets([("年初预算", [list(title), list(head), *map(list, rows)])], YEAR)


def plan(world, *rows, **sheet):
    return plan_of(reading(*rows, **sheet), fresh(world.round), TODAY)


def fresh(round):
    return CollectionRound.objects.select_related("bureau__region").get(pk=round.pk)


def said(plan):
    """What is wrong, by cell."""
    return {each.cell: each.message for each in plan.mistakes}


def kept(world, *rows, by=None):
    """A workbook that Qian uploaded."""
    found = reading(*rows)
    assert not found.mistakes
    return actions.keep_budget_upload(
        round=world.round,
        rows=found.as_json(),
        amount_unit=found.unit,
        file_name="批复.xlsx",
        sha256="0" * 64,
        by=by or world.qian,
        at=NOW,
    )


def seen_of(upload):
    found = plan_of(reading_from(upload.rows, AmountUnit(upload.amount_unit)), fresh(upload.round), TODAY)
    return found.digest


def confirm(world, upload, *, replaces=False, seen=None, by=None):
    """Confirm a workbook right after its preview."""
    seen = seen_of(upload) if seen is None else seen
    return actions.confirm_budget_upload(
        upload=upload, replaces=replaces, seen=seen, by=by or world.qian, at=NOW
    )


def figures():
    """Every initial budget there is, by unit and code, in yuan."""
    found = BudgetLine.objects.values_list("submission__unit__code", "category__code", "initial_budget")
    return sorted(found.order_by("pk"))


def everything():
    """What an import could have written."""
    counted = (Submission, BudgetLine, Edit, Notice)
    return [each.objects.count() for each in counted], figures()


# --- What a workbook says


def test_a_sheet_is_understood_wherever_its_head_stands_and_however_it_is_called():
    rows = [
        ["附件 2"],
        ["零陵区 2023 年部门预算批复表"],
        ["", "", "单位：元"],
        ["序号", "单 位 编码", "科目编码", "科目名称", "年初预算数（元）"],
        ["1", " ２２４ 001 ", "２２４０１０１", "行政运行", "13,855,000.00"],
        ["", "", "", "", ""],
        ["2", "224002", "", "", ""],
    ]
    found = read_budgets([("说明", [["填表说明"]]), ("批复", rows)], YEAR)
    assert found.mistakes == [] and (found.sheet, found.unit) == ("批复", AmountUnit.YUAN)
    assert found.letters == {"unit": "B", "function": "C", "function_name": "D", "amount": "E"}
    texts = {"unit": "224001", "function": "2240101", "function_name": "行政运行", "amount": "13,855,000.00"}
    assert [tuple(each) for each in found.rows] == [(5, texts)]
    assert reading_from(found.as_json(), found.unit) == found


@pytest.mark.parametrize(
    ("title", "head", "cell", "words"),
    [
        (TITLE, ["单位编码", "金额"], "A2", "表头缺少“功能科目编码”“年初预算数”"),
        (["2023 年度"], HEAD, "A2", "表头没有写明金额单位"),
        (["金额单位：万元"], [*HEAD[:-1], "年初预算数（元）"], "A2", "既写了“万元”又写了“元”"),
        (["2022 年度部门预算批复，单位：万元"], HEAD, "A1", "表头写的是 2022 年，这里导入的是 2023 年度"),
    ],
)
def test_a_sheet_whose_head_does_not_do_is_sent_back(title, head, cell, words):
    found = reading(row(), title=title, head=head)
    assert [each.cell for each in found.mistakes] == [cell]
    assert words in found.mistakes[0].message


def test_two_such_sheets_are_not_chosen_from_unless_one_has_the_name():
    rows = [TITLE, HEAD, row()]
    assert "都有这样的表" in read_budgets([("甲", rows), ("乙", rows)], YEAR).mistakes[0].message
    assert read_budgets([("甲", rows), ("年初预算", rows)], YEAR).sheet == "年初预算"


# --- What it would do


def test_the_plan_tells_what_is_new_blank_the_same_and_different(world):
    running, safety = category("2240101"), category("2240106")
    third = category("2240109", name="应急管理")
    save(world.submission, change(running, initial_budget="100000.00"), change(safety, outturn="5.00"))
    save(world.submission, change(third, initial_budget="20000"))
    found = plan(
        world,
        row(amount="12.5"),
        row(code="2240106", amount="3"),
        row(unit="224002", amount="1"),
        row(unit="225001", code="2240106", amount=""),
    )
    assert found.mistakes == [] and found.blank == 1
    assert [(each.unit.code, each.label, each.old, each.new, each.kind) for each in found.rows] == [
        ("224001", "2240101 行政运行", Decimal("100000.00"), Decimal("125000.00"), Kind.DIFFERS),
        ("224001", "2240106 安全监管", None, Decimal("30000.00"), Kind.FILLED),
        ("224002", "2240101 行政运行", None, Decimal("10000.00"), Kind.ADDED),
    ]
    bureau, rescue = found.units
    # The file says 12.5 + 3; the return 10 + 2 of a row the file does not name.
    assert (bureau.approved, bureau.held) == (Decimal("155000"), Decimal("120000"))
    assert (bureau.after_kept, bureau.after_replaced) == (Decimal("150000"), Decimal("175000"))
    assert (rescue.approved, rescue.held, rescue.after_kept) == (Decimal("10000"), None, Decimal("10000"))
    assert (found.approved, found.held) == (Decimal("165000"), Decimal("120000"))
    assert (found.after_kept, found.after_replaced) == (Decimal("160000"), Decimal("185000"))
    assert found.beginning == [rescue] and found.stuck == [] and not found.does_nothing


def test_every_mistake_is_said_at_its_cell(world):
    found = plan(
        world,
        row(unit="224001", name="零陵区文化馆"),
        row(unit="999999"),
        row(unit="100"),
        row(unit=""),
        row(code="22401"),
        row(code="2249999"),
        row(code="22x"),
        row(code=""),
        row(amount="十万"),
        row(amount="0.0000001"),
        row(fund="财政拨款", nature="经常"),
        row(unit="224002", amount="1"),
        row(unit="224002", amount="2"),
    )
    assert said(found) == {
        "B3": "编码 224001 的单位是“零陵区应急管理局”，不是“零陵区文化馆”。请核对编码；名称可以留空。",
        "A4": "没有编码为 999999 的单位：零陵区财政局没有这个单位，请核对编码。",
        "A5": "没有编码为 100 的单位：零陵区财政局没有这个单位，请核对编码。",
        "A6": "请填写单位编码。",
        "C7": "科目编码 22401 是类或款，年初预算请按“项”（7 位）填写。",
        "C8": "科目编码 2249999 在 2023 年度的科目表里没有，请核对；"
        "确实要用的，先由单位在“支出 · 按功能”里添加这个科目。",
        "C9": "科目编码“22x”不全是数字，请核对。",
        "C10": "请填写科目编码。",
        "G11": "“十万”不是金额，请只填数字，例如 1,385.50；没有数就留空。",
        "G12": "最多填 6 位小数（精确到分），系统不替您四舍五入，请核对后重填。",
        "E13": "没有“财政拨款”这种资金性质，可以是：一般公共预算、政府性基金、国有资本经营、"
        "社会保险基金、财政专户、其他资金；不分的就留空。",
        "F13": "没有“经常”这种支出性质，可以是：基本支出、项目支出、上缴上级支出、经营支出、"
        "对附属单位补助；不分的就留空。",
        "C15": "与第 14 行是同一个单位的同一科目，请只留一行。",
    }


def test_a_unit_of_another_bureau_and_a_code_of_another_year_are_not_there(world):
    make_unit(world.next_county.region, "330001", "冷水滩区教育局", parent=world.next_county)
    category("2240190", valid_from=2024)
    category("2240191", valid_to=2022)
    found = said(plan(world, row(unit="330001"), row(code="2240190"), row(code="2240191")))
    assert "没有编码为 330001 的单位" in found["A3"]
    assert "在 2023 年度的科目表里没有" in found["C4"] and "在 2023 年度的科目表里没有" in found["C5"]


def test_a_code_that_a_unit_added_is_its_own_alone(world):
    FunctionalCategory.objects.create(
        code="2240188",
        name="应急科技",
        level="item",
        budget_book="general_public",
        proposed_by=world.emergency,
    )
    assert said(plan(world, row(code="2240188"))) == {}
    assert list(said(plan(world, row(unit="225001", code="2240188")))) == ["C3"]


def test_what_would_count_an_amount_twice_is_a_mistake(world):
    save(world.submission, change(category("2240101"), initial_budget="100000", fund="general_public"))
    found = said(plan(world, row(), row(code="2240106"), row(code="2240106", nature="基本支出")))
    assert found == {
        "C3": "零陵区应急管理局的填报里这个科目是按“一般公共预算”填的，照文件导入会重复计算。"
        "请在文件里写成一样的资金性质和支出性质。",
        "C5": "与第 4 行是同一科目，一行写明了资金性质或支出性质，另一行没有，会重复计算。"
        "请都写明，或都不写。",
    }
    apart = plan(world, row(fund="一般公共预算"), row(fund="政府性基金"))
    assert not apart.mistakes and [each.kind for each in apart.rows] == [Kind.SAME, Kind.ADDED]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("in_review", "财政绩效股审核中”：请审核人退回"),
        ("approved", "审核通过”：请绩效股取消终审并退回"),
        ("published", "已公开”：要改的由单位办理更正"),
        ("closed", "本次收集已经关闭：请绩效股为这个单位延期"),
        ("ahead", "本次收集从 2024-06-01 开始"),
        ("limited", "审核人只退回了有审核要点的部分"),
    ],
)
def test_a_unit_whose_return_cannot_be_written_is_named_with_what_to_do(world, status, words):
    unit = "224001"
    if status == "closed":
        close(world.round)
    elif status == "ahead":
        world.round.opens_date, world.round.due_date, unit = date(2024, 6, 1), date(2024, 7, 1), "225001"
        world.round.save()
    elif status == "limited":
        give_back_points_only(world)
    else:
        put_in_status(world.submission, status)
    found = plan(world, row(unit=unit))
    assert [each.unit.code for each in found.stuck] == [unit] and words in found.stuck[0].obstacle
    before = everything()
    upload = kept(world, row(unit=unit), row(unit="224002", code="2240106"))
    with pytest.raises(actions.ImportRefused, match="什么都没有导入"):
        confirm(world, upload)
    assert everything() == before


def give_back_points_only(world):
    put_point(world.submission, "performance_office", schedule="revenue", place_name="收入")
    put_in_status(world.submission, "returned")
    with without_guards("submissions_transition"):
        world.submission.transitions.create(
            action="return",
            from_status="in_review",
            from_desk="performance_office",
            to_status="returned",
            actor=world.wu,
            actor_name="吴芳",
            comment="请改",
            opens_points_only=True,
            at=NOW,
        )


def test_figures_that_are_there_already_stand_in_nobodys_way(world):
    save(world.submission, change(category("2240101"), initial_budget="100000"))
    put_in_status(world.submission, "approved")
    found = plan(world, row(amount="10"))
    assert found.does_nothing and found.stuck == []


def test_with_more_time_a_unit_of_a_closed_round_is_imported(world):
    close(world.round)
    extend(world.submission, date(2099, 1, 1))
    assert plan(world, row()).stuck == []


def test_a_plan_takes_a_constant_number_of_queries(world, django_assert_max_num_queries):
    numbers = []
    for count in (1, 12):
        units = [
            make_unit(
                world.finance.region, f"4{count:02}{each:03}", f"单位{count}-{each}", parent=world.finance
            )
            for each in range(count)
        ]
        for unit in units:
            of_unit = make_submission(
                world.round, unit, make_person(f"p{unit.code}", "某", (Role.PREPARER, unit))
            )
            save(of_unit, change(category("2240101"), initial_budget="1"))
        found = reading(
            *(row(unit=unit.code, code=code) for unit in units for code in ("2240101", "2240106"))
        )
        round = fresh(world.round)
        with statements() as executed:
            assert len(plan_of(found, round, TODAY).rows) == 2 * count
        numbers.append(len(executed))
    assert numbers[0] == numbers[1] <= LIMIT, numbered(executed)


# --- What it does


def test_an_import_writes_through_the_save_path_and_says_whose_it_is(world):
    running, safety = category("2240101"), category("2240106")
    save(world.submission, change(running, outturn="5.00", reason="原因"))
    done = confirm(
        world, kept(world, row(amount="12.5"), row(code="2240106", amount="3", fund="一般公共预算"))
    )
    there, added = line(world.submission, running), line(world.submission, safety)
    assert (there.initial_budget, there.outturn, there.variance_reason) == (
        Decimal("125000.00"),
        Decimal("5.00"),
        "原因",
    )
    assert (added.initial_budget, added.fund, added.outturn, added.entered_in) == (
        Decimal("30000.00"),
        "general_public",
        None,
        "wan",
    )
    edit = Edit.objects.latest("pk")
    assert (edit.actor, edit.actor_name, edit.source, edit.roles) == (
        world.qian,
        "钱宁",
        "budgeted",
        "管理员",
    )
    assert [each["cells"] for each in edit.changes] == [
        {"initial_budget": ["", "30000.00"]},
        {"initial_budget": ["", "125000.00"]},
    ]
    assert done.applied_at and (done.changes["added"], done.changes["filled"]) == (1, 1)


def test_a_figure_of_the_units_own_stays_unless_the_import_shall_count(world):
    running, safety = category("2240101"), category("2240106")
    save(world.submission, change(running, initial_budget="100000"))
    rows = row(amount="12.5"), row(code="2240106", amount="3")
    confirm(world, kept(world, *rows))
    assert figures() == [
        ("224001", "2240101", Decimal("100000.00")),
        ("224001", "2240106", Decimal("30000.00")),
    ]
    told = Notice.objects.get(kind="budgets", recipient=world.lin)
    assert told.text == (
        "零陵区应急管理局 2023 年度：财政局导入了批复的年初预算数，写入 1 行。"
        "有 1 行与原来填的不同，保留了原来填的，请核对。"
    )
    assert told.details == "2240101 行政运行：原为 10.00，批复 12.50 万元"
    confirm(world, kept(world, *rows), replaces=True)
    assert line(world.submission, running).initial_budget == Decimal("125000.00")
    assert line(world.submission, safety).initial_budget == Decimal("30000.00")
    assert "已改为批复数" in Notice.objects.filter(kind="budgets").latest("pk").text


def test_a_return_that_is_not_begun_is_begun_for_its_unit(world):
    confirm(world, kept(world, row(unit="225001", amount="1")))
    begun = Submission.objects.get(unit=world.culture)
    assert (begun.status, begun.revision, begun.started_by) == ("draft", 1, world.qian)
    assert figures() == [("225001", "2240101", Decimal("10000.00"))]
    assert Notice.objects.get(kind="budgets").recipient == world.zhao
    told = [each.said for each in told_of(begun, (), {})]
    assert told[-2:] == [
        "管理员钱宁（零陵区财政局）开始填报。",
        "管理员钱宁（零陵区财政局）导入批复的年初预算数，写入 1 行。",
    ]
    save(begun, change(category("2240106"), outturn="1"), by=world.zhao)


def test_units_in_which_nothing_changes_are_told_nothing(world):
    save(world.submission, change(category("2240101"), initial_budget="100000"))
    confirm(world, kept(world, row(), row(unit="225001")))
    assert [each.unit.code for each in Notice.objects.filter(kind="budgets")] == ["225001"]


def test_all_or_nothing_where_the_last_unit_cannot_be_written(world, monkeypatch):
    before = everything()
    upload = kept(world, row(), row(unit="224002"), row(unit="225001"))
    seen, path = seen_of(upload), world.culture.path
    monkeypatch.setattr(
        actions,
        "tell_of_budgets",
        lambda **told: (
            (_ for _ in ()).throw(actions.ImportRefused("不行。"))
            if told["submission"].unit.path == path
            else None
        ),
    )
    with pytest.raises(actions.ImportRefused):
        confirm(world, upload, seen=seen)
    upload.refresh_from_db()
    assert everything() == before and upload.confirmed_at is None


def test_a_mistake_in_the_last_row_keeps_the_whole_file_out(world):
    rows = [TITLE, HEAD, row(), row(unit="224002"), row(unit="225001", amount="十")]
    path = reverse("upload_budgets", args=[world.round.pk])
    before = everything()
    file = SimpleUploadedFile("批复.xlsx", workbook(*rows, name="年初预算"))
    response = signed_in(world.qian).post(path, {"file": file})
    assert response.status_code == 422 and ">G5<" in response.text
    assert everything() == before and not BudgetUpload.objects.exists()


def test_what_changed_since_the_preview_is_looked_at_again(world):
    upload = kept(world, row())
    seen = seen_of(upload)
    save(world.submission, change(category("2240101"), initial_budget="1"))
    before = everything()
    with pytest.raises(actions.ImportRefused, match="预览之后"):
        confirm(world, upload, seen=seen, replaces=True)
    assert everything() == before


def test_a_file_is_imported_once(world):
    upload = kept(world, row())
    confirm(world, upload)
    with pytest.raises(actions.ImportRefused, match="已经确认"):
        confirm(world, upload)
    assert Edit.objects.count() == 1


@pytest.mark.parametrize("name", ["wu", "he", "tang", "lin", "feng"])
def test_nobody_but_the_bureaus_administrator_imports(world, name):
    by = getattr(world, name)
    with pytest.raises(NotPermitted):
        kept(world, row(), by=by)
    upload = kept(world, row())
    with pytest.raises(NotPermitted):
        confirm(world, upload, by=by)
    [planned] = plan(world, row()).rows
    with pytest.raises(NotPermitted):
        actions.save_initial_budgets(
            submission=world.submission, rows=[planned], unit=AmountUnit.WAN, by=by, at=NOW
        )
    assert not Edit.objects.exists()


def test_she_imports_for_no_round_of_another_bureau(world):
    theirs = make_round(world.next_county)
    unit = make_unit(world.next_county.region, "330001", "冷水滩区教育局", parent=world.next_county)
    there = make_submission(theirs, unit, make_person("p", "某", (Role.PREPARER, unit)))
    [planned] = plan(world, row()).rows
    with pytest.raises(NotPermitted):
        actions.save_initial_budgets(
            submission=there, rows=[planned], unit=AmountUnit.WAN, by=world.qian, at=NOW
        )


def test_who_is_administrator_no_more_when_the_job_comes_imports_nothing(world, monkeypatch):
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 0)
    upload = confirm(world, kept(world, row()))
    Membership.objects.filter(user=world.qian).update(ended_at=NOW)
    before = everything()
    actions.carry_out_budget_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert everything() == before and upload.refusal == "只有财政局的管理员可以导入年初预算。"


# --- In the background


@pytest.fixture
def large(world, monkeypatch):
    """A confirmed import that is too large to be waited for."""
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 1)
    return confirm(world, kept(world, row(), row(unit="225001", amount="2")))


def test_many_units_are_left_to_the_job(world, large):
    assert large.is_under_way and figures() == []
    assert [job.args for job in ProcrastinateJob.objects.filter(task_name=actions.JOB)] == [
        {"upload_id": large.pk}
    ]
    page = signed_in(world.qian).get(reverse("preview_budgets", args=[world.round.pk, large.pk]))
    assert "正在后台导入" in page.text and page["Refresh"] == "3"
    actions.carry_out_budget_upload(upload_id=large.pk)
    large.refresh_from_db()
    assert large.applied_at and figures() == [
        ("224001", "2240101", Decimal("100000.00")),
        ("225001", "2240101", Decimal("20000.00")),
    ]
    assert {each.actor for each in Edit.objects.all()} == {world.qian}
    actions.carry_out_budget_upload(upload_id=large.pk)  # a job that comes again
    assert Edit.objects.count() == 2


def test_what_the_job_cannot_do_is_said_and_can_be_confirmed_again(world, large):
    save(world.submission, change(category("2240106"), initial_budget="1"))
    before = everything()
    actions.carry_out_budget_upload(upload_id=large.pk)
    large.refresh_from_db()
    assert everything() == before and large.confirmed_at is None and "预览之后" in large.refusal
    page = signed_in(world.qian).get(reverse("preview_budgets", args=[world.round.pk, large.pk])).text
    assert "上一次确认后没有导入，什么都没有写" in page and "确认导入</button>" in page
    confirm(world, large)
    actions.carry_out_budget_upload(upload_id=large.pk)
    large.refresh_from_db()
    assert large.applied_at


def test_an_error_nobody_thought_of_writes_nothing_and_is_said(world, large, monkeypatch):
    def break_down(**told):
        raise ZeroDivisionError

    monkeypatch.setattr(actions, "tell_of_budgets", break_down)
    before = everything()
    actions.carry_out_budget_upload(upload_id=large.pk)
    large.refresh_from_db()
    assert everything() == before and large.refusal.startswith("导入时出错，什么都没有写入。")


def test_a_job_that_fails_again_and_again_is_given_up(world, large):
    actions.carry_out_budget_upload(upload_id=large.pk, attempt=actions.MOST_ATTEMPTS + 1)
    large.refresh_from_db()
    assert "已经试了 5 次" in large.refusal and figures() == []


# --- The pages


def test_the_template_brings_what_the_returns_say_and_comes_back_without_a_change(world):
    save(world.submission, change(category("2240101"), initial_budget="100000.01", fund="general_public"))
    browser = signed_in(world.qian)
    answered = browser.get(reverse("download_budgets_template", args=[world.round.pk]))
    rows = [list(each) for each in load_workbook(BytesIO(answered.content)).active.values]
    assert rows[2:] == [
        HEAD,
        ["224001", "零陵区应急管理局", "2240101", "行政运行", "一般公共预算", None, 10.000001],
        ["224002", "应急救援中心", None, None, None, None, None],
        ["225001", "零陵区文化馆", None, None, None, None, None],
    ]
    file = SimpleUploadedFile("模板.xlsx", answered.content)
    page = browser.post(reverse("upload_budgets", args=[world.round.pk]), {"file": file}, follow=True)
    assert page.context["plan"].does_nothing and "确认导入</button>" not in page.text


def test_a_workbook_goes_by_its_preview_to_what_it_did(world, django_assert_max_num_queries):
    save(world.submission, change(category("2240101"), initial_budget="100000"))
    rows = [TITLE, HEAD, row(amount=12.5), row(unit="225001", code="2240106", amount=3)]
    browser = signed_in(world.qian)
    file = SimpleUploadedFile("批复.xlsx", workbook(*rows, name="年初预算"))
    answered = browser.post(reverse("upload_budgets", args=[world.round.pk]), {"file": file})
    with django_assert_max_num_queries(14):
        page = browser.get(answered["Location"])
    assert "15.50" in page.text and "10.00" in page.text
    differing = browser.get(f"{answered['Location']}?show=differs").text
    assert "12.50" in differing and "+2.50" in differing and "零陵区文化馆" not in differing
    of_unit = browser.get(f"{answered['Location']}?show=rows&unit=225001").text
    assert "零陵区文化馆" in of_unit and "2240106 安全监管" in of_unit
    seen = page.context["plan"].digest
    upload = BudgetUpload.objects.get()
    done = browser.post(
        reverse("apply_budgets", args=[world.round.pk, upload.pk]),
        {"seen": seen, "replaces": "on"},
        follow=True,
    ).text
    assert "已导入" in done and "12.50" in done and "3.00" in done
    assert figures() == [
        ("224001", "2240101", Decimal("125000.00")),
        ("225001", "2240106", Decimal("30000.00")),
    ]
    again = browser.get(reverse("upload_budgets", args=[world.round.pk])).text
    assert "批复.xlsx" in again and "1 行，改为批复数" in again


def test_a_preview_is_of_her_who_uploaded_it(world):
    upload = kept(world, row())
    second = signed_in(make_person("second", "第二人", (Role.ADMINISTRATOR, world.finance)))
    assert second.get(reverse("preview_budgets", args=[world.round.pk, upload.pk])).status_code == 404
    assert second.post(reverse("apply_budgets", args=[world.round.pk, upload.pk])).status_code == 404


def test_a_preview_is_found_under_its_own_round_alone(world):
    upload, other = kept(world, row()), make_round(world.finance, YEAR - 1)
    path = reverse("preview_budgets", args=[other.pk, upload.pk])
    assert signed_in(world.qian).get(path).status_code == 404


def test_files_that_are_wrong_as_files_are_refused_and_write_nothing(world, reader_here):
    path = reverse("upload_budgets", args=[world.round.pk])
    browser, before, amiss = signed_in(world.qian), everything(), {}
    for file in outside():
        if file.is_costly or file.needs_limits:  # of which the tests of the other uploads are
            continue
        # What is a workbook, but none of a return, has no table of ours either.
        is_workbook = file.said == NOT_OURS and not file.said_of_book
        said = "表头缺少“单位编码" if is_workbook else file.said_of_book or file.said
        amiss[file.name] = wrong(answer(browser, path, file), said, file.cell)
    assert len(amiss) >= 40 and {name: words for name, words in amiss.items() if words} == {}
    assert everything() == before and not BudgetUpload.objects.exists()


def test_text_of_a_sheet_stays_text_on_the_page(world):
    rows = [TITLE, HEAD, row(unit="<script>alert(1)</script>", amount=1)]
    file = SimpleUploadedFile("a.xlsx", workbook(*rows, name="年初预算"))
    page = signed_in(world.qian).post(reverse("upload_budgets", args=[world.round.pk]), {"file": file})
    assert page.status_code == 422 and b"<script>alert(1)" not in page.content


def test_the_way_there_is_the_administrators_alone(world):
    path = reverse("round_overview", args=[world.round.pk])
    link = reverse("upload_budgets", args=[world.round.pk])
    assert link in signed_in(world.qian).get(path).text
    assert link not in signed_in(world.wu).get(path).text


def test_a_reading_of_nothing_is_a_mistake_of_its_own():
    assert read_budgets([], YEAR).mistakes[0].cell == "A1"
    assert BudgetReading().rows == []
