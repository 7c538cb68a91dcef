"""Final-accounts workbooks uploaded by the accountant: recognised, previewed, confirmed; real figures, by hand."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from budgets import import_actions
from budgets.accounts_tables import TableKind
from budgets.checks.results import results_of_many
from budgets.import_plans import plan_of
from budgets.models import BudgetLine, CarryoverLine, EconomicCategory, FunctionalCategory, ReturnUpload
from budgets.money import AmountUnit
from budgets.returns import (
    BY_ECONOMIC,
    BY_FUNCTION,
    BY_NATURE,
    CARRYOVER,
    REVENUE,
    THREE_PUBLIC,
)
from orgs.marked_sheets import LIST_SHEET
from orgs.models import Membership, User
from submissions.findings import State
from submissions.models import Edit, Submission
from tests.accounts_cases import FINANCE, PLANNING, SEED, SOCIAL_WORK, Writer, alone, changed, saved
from tests.world import (
    NOW,
    change,
    lines_of,
    make_person,
    make_region,
    make_round,
    make_submission,
    make_unit,
    numbered,
    project,
    put_in_status,
    row,
    save,
    signed_in,
    statements,
)


@pytest.fixture
def returns(loaded, db):
    """An empty return of 2024 of each of the three units, by case; their preparer is gao."""
    bureau = make_unit(make_region("310107", "普陀区"), "100", "普陀区财政局", kind="bureau")
    round = make_round(bureau, 2024)
    found = {}
    units = [
        make_unit(bureau.region, f"00{number}", case.unit, parent=bureau)
        for number, case in enumerate((FINANCE, PLANNING, SOCIAL_WORK), 1)
    ]
    gao = make_person("gao", "高宁", *((Membership.Role.PREPARER, unit) for unit in units))
    for case, unit in zip((FINANCE, PLANNING, SOCIAL_WORK), units, strict=True):
        found[case.unit] = make_submission(round, unit, gao)
    return found


def send(submission, content, name="部门决算公开表.xlsx"):
    path = reverse("upload_return", args=[submission.pk])
    return signed_in(submission.started_by).post(path, {"file": SimpleUploadedFile(name, content)})


def uploaded(submission, content, name="部门决算公开表.xlsx"):
    response = send(submission, content, name)
    assert response.status_code == 302, wrong(response)
    return ReturnUpload.objects.latest("pk")


def wrong(response):
    """Every mistake as (sheet, cell, sentence), or what the form says."""
    found = [(each.sheet, each.cell, each.message) for each in response.context["mistakes"]]
    return found or response.context["form"].errors.as_text()


def refused(submission, content, name="部门决算公开表.xlsx"):
    response = send(submission, content, name)
    assert response.status_code == 422 and not ReturnUpload.objects.exists()
    return wrong(response)


def apply(upload):
    seen = plan_of(upload).digest
    import_actions.apply_upload(upload=upload, chosen=(), seen=seen, by=upload.uploaded_by, at=NOW)


def brought_in(submission, content):
    upload = uploaded(submission, content)
    apply(upload)
    return upload


def remarks(upload, kind):
    return [(each["title"], each["text"]) for each in upload.rows["final_accounts"] if each["kind"] == kind]


def outturns(submission, schedule):
    """What is stored of a schedule: outturns in 万元 by code or item, fund and nature."""
    return {
        (code_of(line), line.fund, line.nature): line.outturn / 10_000
        for line in lines_of(submission, schedule)
        if line.outturn is not None
    }


def code_of(line):
    category = line.category or line.economic_category
    return category.code if category else line.item


def wan(text):
    return Decimal(text)


def test_the_finance_bureau_fills_all_the_tables_reach(returns):
    one = returns[FINANCE.unit]
    upload = brought_in(one, Writer(FINANCE, "national").all())
    assert outturns(one, REVENUE) == {
        ("general_public", "", ""): wan("2940.05"),
        ("other", "", ""): wan("6.20"),
    }
    by_function = outturns(one, BY_FUNCTION)
    assert by_function[("2010601", "general_public", "basic")] == wan("1503.52")
    assert by_function[("2010601", "general_public", "project")] == wan("8.37")
    assert by_function[("2210203", "general_public", "basic")] == wan("258.50")
    assert sum(by_function.values()) == wan("2940.06")  # of the 项; the printed total is 2940.05
    assert len(by_function) == 12  # 2010601 twice, ten codes once
    assert outturns(one, BY_NATURE) == {
        ("basic_personnel", "", ""): wan("2152.26"),
        ("basic_operating", "", ""): wan("184.65"),
        ("project", "", ""): wan("603.14"),
    }
    by_economic = outturns(one, BY_ECONOMIC)
    assert by_economic[("30102", "", "")] == wan("1238.58") and by_economic[("31002", "", "")] == wan("13.58")
    assert len(by_economic) == 23 and ("301", "", "") not in by_economic
    [hospitality] = lines_of(one, THREE_PUBLIC)
    assert (hospitality.item, hospitality.initial_budget, hospitality.outturn) == ("hospitality", 9500, 0)
    [carried] = lines_of(one, CARRYOVER)
    assert (carried.item, carried.opening, carried.received, carried.spent, carried.closing) == (
        "general_public",
        216300,
        29400500,
        29400500,
        None,
    )
    other = "年初结转和结余总表是 49.14 万元，其中财政拨款 21.63 万元，其余 27.51 万元没有单列"
    assert any(other in text for _, text in remarks(upload, "left"))
    edits = Edit.objects.filter(submission=one)
    assert {edit.source for edit in edits} == {Edit.Source.IMPORTED} and len(edits) == 6
    assert {line.entered_in for line in lines_of(one, REVENUE)} == {AmountUnit.WAN}


def test_it_is_listed_as_what_it_is_without_what_it_holds(returns):
    one = returns[FINANCE.unit]
    brought_in(one, alone(FINANCE, "revenue"))
    with CaptureQueriesContext(connection) as queries:
        page = signed_in(one.started_by).get(reverse("upload_return", args=[one.pk])).content.decode()
    assert "<td>决算公开表</td>" in page and "<td>填报表</td>" not in page
    assert not any('"budgets_returnupload"."rows"' in query["sql"] for query in queries)


def test_a_budget_of_the_whole_year_goes_to_its_own_column(returns):
    one = returns[FINANCE.unit]
    writer = Writer(FINANCE)
    writer.three_public(7)
    writer.row("注：本表反映部门本年度“三公”经费支出预决算情况。其中，预算数为“三公”经费全年预算数。")
    upload = brought_in(one, writer.saved())
    [line] = lines_of(one, THREE_PUBLIC)
    assert (line.initial_budget, line.revised_budget, line.outturn) == (None, 9500, 0)
    assert any("当作全年预算数填" in text for _, text in remarks(upload, "left"))


def test_money_beside_the_funds_is_not_given_to_one_of_them(returns):
    one = returns[PLANNING.unit]
    upload = brought_in(one, Writer(PLANNING).all())
    by_function = outturns(one, BY_FUNCTION)
    assert by_function[("2120101", "", "basic")] == wan("1096.91")
    assert by_function[("2120101", "", "project")] == wan("8.77")
    assert by_function[("2120201", "general_public", "project")] == wan("2250.88")
    assert ("2080501", "general_public", "project") not in by_function  # 0 beside a basic expenditure
    # 4884.09 + 480.66 is 12.89 short of 5377.64: both are of the general public budget alone.
    assert outturns(one, BY_NATURE) == {
        ("basic", "", ""): wan("5377.64"),
        ("project", "", ""): wan("4381.74"),
    }
    left = dict(remarks(upload, "left"))
    assert "2120101 行政运行" in left["支出（按功能分类）"]
    assert "少 12.89 万元" in left["支出（按支出性质）"]
    assert not CarryoverLine.objects.filter(submission=one).exists()


def test_parts_off_by_rounding_are_taken_and_their_sum_is_not_mended(returns):
    one = returns[SOCIAL_WORK.unit]
    brought_in(one, Writer(SOCIAL_WORK, "national").all())
    assert outturns(one, BY_NATURE) == {
        ("basic_personnel", "", ""): wan("95.36"),
        ("basic_operating", "", ""): wan("10.23"),
        ("project", "", ""): wan("202.24"),
    }
    assert outturns(one, BY_FUNCTION)[("2013999", "general_public", "project")] == wan("202.24")
    [total] = lines_of(one, THREE_PUBLIC)  # nothing but the total is printed
    assert (total.item, total.initial_budget, total.outturn) == ("total", 0, 0)


@pytest.fixture
def empty_seed(seed):
    """A second, empty revision of the seed's unit."""
    put_in_status(seed, "superseded")
    return make_submission(seed.round, seed.unit, User.objects.get(username="lin"), revision=2)


def stated(submission):
    """The outturns of a return by schedule and key."""
    return {
        (line.schedule, line.key): line.outturn
        for line in BudgetLine.objects.filter(submission=submission).exclude(outturn=None)
    }


@pytest.mark.parametrize("case", [FINANCE, PLANNING, SOCIAL_WORK], ids=["finance", "planning", "social work"])
def test_no_check_accuses_what_real_tables_bring_in(returns, case):
    """Of the other revenue they do not say what became of it, which C-008 asks for."""
    submission = returns[case.unit]
    brought_in(submission, Writer(case).all())
    read = Submission.objects.for_workspace().get(pk=submission.pk)
    found = [each.finding for each in results_of_many([read])[submission.pk].found]
    accused = [each for each in found if each.state in (State.ERROR, State.WARNING)]
    assert [each.check.code for each in accused] == (["C-008"] if case is FINANCE else [])


@pytest.mark.parametrize("layout", ["shanghai", "national"])
def test_the_seed_is_filled_row_for_row_and_what_is_left_is_said(seed, empty_seed, layout):
    upload = brought_in(empty_seed, Writer(SEED, layout).all())
    assert stated(empty_seed) == stated(seed)
    left = dict(remarks(upload, "left"))
    alone = "人员与编制、“三公”团组、车辆与接待、项目支出、预算调整、其他基础数据、楼堂馆所"
    assert left[f"{alone}、厉行节约保障措施、报告文字、年度总体目标、绩效指标"].startswith("决算公开表里没有")
    five = "上年年初预算数、上年决算数、年初预算数、全年预算数、差异原因"
    same = "收入（按来源）、支出（按功能分类）、支出（按支出性质）、“三公”经费"
    assert left[same] == f"表里没有{five}，请自己填。"
    assert left["支出（按经济分类）"] == f"“{TableKind.BASIC}”里没有数，这一节没有填。"
    assert left["结转结余"] == f"“{TableKind.FISCAL_TOTALS}”里没有数，这一节没有填。"


def test_the_seed_itself_has_nothing_to_change(seed):
    before = list(BudgetLine.objects.filter(submission=seed).order_by("pk").values())
    upload = uploaded(seed, Writer(SEED).all())
    assert plan_of(upload).does_nothing
    apply(upload)
    assert list(BudgetLine.objects.filter(submission=seed).order_by("pk").values()) == before


def test_only_what_the_tables_state_changes_and_is_shown_before(seed):
    case = replace(SEED, revenue={"一": "1967.70"}, three_public={"hospitality": ("10", "9.15")})
    upload = uploaded(seed, Writer(case).all())
    plan = plan_of(upload)
    assert sorted(
        (each.label, each.column.name, each.old, each.new, each.place) for each in plan.changed
    ) == [
        ("一般公共预算财政拨款", "outturn", "19676900.00", "19677000.00", "表1 B5"),
        ("公务接待费", "initial_budget", "", "100000.00", "表7 K6"),
        ("公务接待费", "outturn", "91423.00", "91500.00", "表7 L6"),
    ]
    assert not (plan.added or plan.removed or plan.conflicts)
    page = signed_in(upload.uploaded_by).get(reverse("preview_upload", args=[seed.pk, upload.pk]))
    text = page.content.decode()
    for words in ("表1 B5", "1,967.69", "1,967.70", "还要自己填的", "部门决算公开表", "确认导入"):
        assert words in text
    apply(upload)
    line = BudgetLine.objects.get(submission=seed, schedule=THREE_PUBLIC.name, item="hospitality")
    assert (line.last_year_outturn, line.initial_budget, line.outturn) == (38986, 100000, 91500)
    assert line.variance_reason == "公务活动增加，公务接待批次增多。"
    other = BudgetLine.objects.get(submission=seed, schedule=REVENUE.name, item="other")
    assert other.outturn == 3200  # blank in the table


def test_what_a_colleague_changes_meanwhile_is_a_conflict(seed):
    upload = uploaded(seed, Writer(replace(SEED, revenue={"一": "1967.70", "八": "0.33"})).all())
    line = BudgetLine.objects.get(submission=seed, schedule=REVENUE.name, item="other")
    save(seed, change("other", version=line.row_version, outturn="5000"))
    plan = plan_of(upload)
    assert [(each.label, each.old, each.new) for each in plan.conflicts] == [
        ("其他收入", "5000.00", "3300.00")
    ]
    apply(upload)
    assert outturns(seed, REVENUE)[("other", "", "")] == wan("0.50")
    assert outturns(seed, REVENUE)[("general_public", "", "")] == wan("1967.70")


# --- On rows that are there


def codes(code):
    return FunctionalCategory.objects.get(code=code, budget_book="general_public")


def test_a_return_without_funds_and_natures_gets_the_sums(returns):
    one = returns[FINANCE.unit]
    save(one, change(codes("2010601"), initial_budget="15600500", outturn="1"))
    save(one, change(codes("2010602"), nature="project", outturn="100000"))
    brought_in(one, Writer(FINANCE).all())
    found = outturns(one, BY_FUNCTION)
    assert {key: value for key, value in found.items() if key[0] in ("2010601", "2010602")} == {
        ("2010601", "", ""): wan("1511.89"),
        ("2010602", "", "project"): wan("10"),
    }
    line = BudgetLine.objects.get(submission=one, category__code="2010601")
    assert line.initial_budget == 15600500


@pytest.mark.parametrize("first, second", [("expenditure", "general"), ("general", "expenditure")])
def test_two_tables_one_after_the_other_count_nothing_twice(returns, first, second):
    one = returns[PLANNING.unit]
    brought_in(one, alone(PLANNING, first))
    before = outturns(one, BY_FUNCTION)
    upload = brought_in(one, alone(PLANNING, second))
    assert outturns(one, BY_FUNCTION) == before
    [(_, text)] = [pair for pair in remarks(upload, "finding") if "对不上号" in pair[1]]
    assert "2120101 行政运行" in text and "1,105.68" in text and "1,092.79" in text


def test_totals_are_not_written_over_the_rows_they_sum(returns):
    one = returns[FINANCE.unit]
    save(one, project("信息化", outturn="1352500"))
    save(one, change("basic_personnel", outturn="1"), schedule=BY_NATURE)
    upload = brought_in(one, alone(FINANCE, "expenditure"))
    assert outturns(one, BY_NATURE) == {("basic_personnel", "", ""): wan("0.0001")}
    texts = [text for _, text in remarks(upload, "finding")]
    assert any("603.14 万元，系统里各项目相加是 135.25 万元" in text for text in texts)
    assert any("已分别填了人员经费" in text for _, text in remarks(upload, "left"))


def test_codes_the_table_does_not_name_are_left_and_named(returns):
    one = returns[FINANCE.unit]
    save(one, change(codes("2101103"), outturn="100"))
    upload = brought_in(one, alone(FINANCE, "expenditure"))
    assert outturns(one, BY_FUNCTION)[("2101103", "", "")] == wan("0.01")
    assert any("系统里“2101103" in text for _, text in remarks(upload, "finding"))


def test_one_table_says_which_are_missing(returns):
    upload = uploaded(returns[FINANCE.unit], alone(FINANCE, "revenue"))
    left = dict(remarks(upload, "left"))
    assert any("没有分一般公共预算" in text for _, text in remarks(upload, "left"))
    assert left["结转结余"] == "这个文件里没有“财政拨款收入支出决算总表”，这一节没有填。"
    assert left["支出（按功能分类）、支出（按支出性质）"].startswith("这个文件里没有“支出决算表”")
    assert remarks(upload, "table") == [("收入决算表", "公开02表")]


# --- Recognised and said, before anything else


def test_another_unit_another_year_and_another_workbook_are_said(returns):
    one = returns[FINANCE.unit]
    assert "这是“上海市普陀区规划和自然资源局”的决算公开表，不是“上海市普陀区财政局”的" in refused(
        one, Writer(PLANNING).all()
    )
    assert "是 2023 年度的决算公开表，现在填的是 2024 年度" in refused(
        one, Writer(replace(FINANCE, year=2023)).all()
    )
    book = Workbook()
    book.active.append(["工资表"])
    sentence = refused(one, saved(book))
    assert "不是从本系统下载的填报表，也没有认出决算公开表" in sentence and "收入支出决算总表" in sentence


def test_the_year_of_the_file_counts_where_no_table_says_one(returns):
    one = returns[FINANCE.unit]
    content = changed(changed(alone(FINANCE, "expenditure"), "公开03表!C3", None), "公开03表!A3", None)
    assert "按文件名是 2022 年度" in refused(one, content, "2022年度决算.xlsx")
    upload = uploaded(one, content)
    assert "没有写年度和单位名称" in dict(remarks(upload, "finding"))["整个文件"]


@pytest.mark.parametrize(
    "published",
    ["公开时间：2025年9月1日", "公开时间：2025 年 9 月", "二〇二五年十二月三日公开"],
)
def test_the_day_of_publication_is_not_the_year_of_the_tables(returns, published):
    one = returns[FINANCE.unit]
    content = changed(alone(FINANCE, "expenditure"), "公开03表!E1", published)
    unsaid = changed(changed(content, "公开03表!C3", None), "公开03表!A3", None)
    assert "按文件名是 2022 年度" in refused(one, unsaid, "2025年9月公开2022年度决算.xlsx")
    brought_in(one, content)


def test_a_marked_workbook_whose_sheet_is_called_as_its_table_is_mended_and_taken_as_it_is(returns):
    one = returns[FINANCE.unit]
    book = load_workbook(BytesIO(changed(alone(FINANCE, "expenditure"), "公开03表!F11", "一千")))
    book["公开03表"].title = "支出决算表"
    assert [found[:2] for found in refused(one, saved(book))] == [("支出决算表", "F11")]
    marked = signed_in(one.started_by).get(reverse("download_marked", args=[one.pk]))
    book = load_workbook(BytesIO(marked.content))
    assert book[LIST_SHEET]["A5"].value == "支出决算表"
    book["支出决算表"]["F11"] = 1503.52
    brought_in(one, saved(book))
    assert outturns(one, BY_FUNCTION)[("2010601", "", "basic")] == wan("1503.52")


@pytest.mark.parametrize(
    "place, value, cell, words",
    [
        ("公开03表!D3", "2024年度", "A1", "没有写“单位：万元”"),
        ("公开03表!A5", "序号", "A1", "没有找到“科目编码”的表头"),
        ("公开03表!F11", 1503.1234567, "F11", "最多填 6 位小数"),
        ("公开03表!F11", "一千", "F11", "不是金额"),
        ("公开03表!F11", True, "F11", "是/否"),
        ("公开03表!F11", NOW.replace(tzinfo=None), "F11", "日期"),
        ("公开03表!F11", "=1+1", "F11", "还没有算出结果"),
        ("公开03表!F11", "#REF!", "F11", "公式算不出来"),
        ("公开03表!A11", "2010677", "A11", "先在网页“支出 · 按功能”里添加这个科目"),
        ("公开03表!A12", "2010601", "A12", "出现了两次"),
        ("公开03表!A11", "20106011", "A11", "应是 3、5 或 7 位"),
    ],
)
def test_a_mistake_is_named_with_its_cell_and_nothing_is_kept(returns, place, value, cell, words):
    content = changed(alone(FINANCE, "expenditure"), place, value)
    [(sheet, at, sentence)] = refused(returns[FINANCE.unit], content)
    assert (sheet, at) == ("公开03表", cell) and words in sentence


def test_two_tables_of_a_kind_are_refused(returns):
    writer = Writer(FINANCE)
    writer.expenditure(3)
    writer.expenditure(4)
    [(sheet, _, sentence)] = refused(returns[FINANCE.unit], writer.saved())
    assert sheet == "表4" and "工作表“表3”和“表4”有两张“支出决算表”" in sentence


def test_text_numbers_are_understood_and_another_name_is_said(returns):
    one = returns[FINANCE.unit]
    content = changed(alone(FINANCE, "expenditure"), "公开03表!F11", "１，５０３．５２ ")
    content = changed(content, "公开03表!D12", "一般行政管理")
    upload = brought_in(one, content)
    assert outturns(one, BY_FUNCTION)[("2010601", "", "basic")] == wan("1503.52")
    assert any("科目 2010602 在表里叫“一般行政管理”" in text for _, text in remarks(upload, "finding"))


def test_a_return_that_is_handed_in_takes_nothing(returns):
    one = returns[FINANCE.unit]
    put_in_status(one, "superseded")
    assert send(one, Writer(FINANCE).all()).status_code == 403


def test_a_fund_with_its_own_table_goes_to_its_own_row_and_code(returns):
    one = returns[SOCIAL_WORK.unit]
    code = FunctionalCategory.objects.filter(budget_book="government_fund", level="item").order_by("code")[0]
    book = Workbook()
    sheet = book.active
    for cells in (
        ["2024年度政府性基金预算财政拨款收入支出决算表"],
        ["单位：元"],
        ["科目编码", "科目名称", "年初结转和结余", "本年收入", "本年支出", None, None, "年末结转和结余"],
        [None, None, None, None, "小计", "基本支出", "项目支出"],
        ["合计", None, 10, 100, 90, 0, 90, 20],
        [code.code, code.name, 10, 100, 90, 0, 90, 20],
    ):
        sheet.append(cells)
    brought_in(one, saved(book))
    [line] = lines_of(one, BY_FUNCTION)
    assert (line.category, line.fund, line.nature, line.outturn) == (code, "government_fund", "project", 90)
    [carried] = lines_of(one, CARRYOVER)
    assert (carried.item, carried.opening, carried.received, carried.spent) == (
        "government_fund",
        10,
        100,
        90,
    )


@pytest.mark.parametrize(
    ("approved", "differs"), [("216310.55", False), ("216349.99", False), ("216350.01", True), (None, True)]
)
def test_what_was_carried_over_is_last_years_approved_figure_and_another_is_said(returns, approved, differs):
    one = returns[FINANCE.unit]
    before = make_submission(make_round(one.round.bureau, 2023), one.unit, one.started_by)
    fund = "general_public" if approved else "other"
    save(before, row(CARRYOVER, fund, closing=approved or "1"), schedule=CARRYOVER)
    put_in_status(before, "approved")
    upload = uploaded(one, Writer(FINANCE).all())
    preview = signed_in(one.started_by).get(reverse("preview_upload", args=[one.pk, upload.pk]))
    assert preview.context["plan"].problems == []
    found = [each for each in upload.rows["final_accounts"] if "年初结转和结余在表里" in each["text"]]
    assert len(found) == differs
    if differs:
        said = "是 216,350.01 元" if approved else "没有这个数"
        assert "一般公共预算的年初结转和结余在表里是 21.63 万元" in found[0]["text"]
        assert f"系统里{said}，取自 2023 年度已审核的填报（第 1 版），没有改" in found[0]["text"]
        assert found[0]["cell"]
    assert not any("表里没有年初结转和结余" in text for _, text in remarks(upload, "left"))
    apply(upload)
    [carried] = lines_of(one, CARRYOVER)
    assert carried.opening == (approved and Decimal(approved))


def test_an_unknown_economic_code_is_named(returns):
    content = alone(SOCIAL_WORK, "basic")
    EconomicCategory.objects.filter(code="30229").update(valid_to=2020)
    [(_, cell, sentence)] = refused(returns[SOCIAL_WORK.unit], content)
    assert cell == "D12" and "30229" in sentence and "支出 · 按经济分类" in sentence


def test_reading_takes_the_same_statements_however_much_there_is(returns):
    counts = []
    for case in (SOCIAL_WORK, PLANNING):
        content = Writer(case).all()
        with statements() as texts:
            uploaded(returns[case.unit], content)
        counts.append(texts)
    assert len(counts[0]) == len(counts[1]), numbered(counts[1])
