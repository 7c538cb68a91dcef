"""The page of the report: its figures lead to their cells, the unit's words stand as they are."""

from urllib.parse import unquote

import pytest
from django.db import connection
from django.urls import reverse

from budgets.actions import save_text
from budgets.models import ReturnText
from budgets.returns import BY_FUNCTION, REVENUE
from performance.scoring_actions import set_scoring
from performance.snapshots import content_of
from performance.views import report as views
from performance.word import pdf
from submissions.models import Snapshot, Submission
from tests.performance.indicators import put
from tests.performance.word.documents import read
from tests.world import (
    NOW,
    category,
    change,
    numbered,
    put_in_status,
    save,
    signed_in,
    statements,
    without_guards,
)


def page(person, submission):
    """The page as somebody sees it."""
    return signed_in(person).get(reverse("report", args=[submission.pk])).content.decode()


def write(world, name, text):
    """Write a text of Lin's return."""
    stored = ReturnText.objects.filter(submission=world.submission, name=name).first()
    save_text(
        submission=world.submission,
        name=ReturnText.Name(name),
        text=text,
        row_version=stored.row_version if stored else 0,
        by=world.lin,
        at=NOW,
    )


def spend(world, **figures):
    """State the total of expenditure, in yuan."""
    save(world.submission, change("total", **figures), schedule=BY_FUNCTION)


def test_a_figure_leads_to_its_cell_and_says_which_it_is(world):
    spend(world, initial_budget="13855000", outturn="19680100")
    here = f"{reverse('edit_lines', args=[world.submission.pk, BY_FUNCTION])}#row-total"
    html = page(world.wu, world.submission)
    assert (
        f'href="{here}:variance_to_initial" title="支出（按功能分类） · 支出合计 · 较年初预算">582.51万元</a>'
        in html
    )
    assert f'href="{here}:variance_to_initial_rate"' in html and ">42.04%</a>" in html
    assert f'class="bound open" href="{here}:revised_budget"' in html


def test_what_is_missing_leads_to_where_it_is_written(world):
    html = page(world.lin, world.submission)
    assert f'href="{reverse("edit_text", args=[world.submission.pk, "duties"])}"' in html
    assert f'href="{reverse("edit_goal", args=[world.submission.pk])}"' in html
    assert "处尚未填写" in html


def test_the_units_words_stand_as_they_are(world):
    write(world, "problems", "1、<script>alert(1)</script>{{ 7 * 7 }}{% now %}\n2、第二个问题。")
    html = page(world.lin, world.submission)
    assert '<p class="own">1、&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}{% now %}</p>' in html
    assert '<p class="own">2、第二个问题。</p>' in html


def test_words_that_only_repeat_are_shown_folded(world):
    spend(world, outturn="19680100")
    write(world, "overall_spending", "2023年度支出1968.01万元。")
    html = page(world.lin, world.submission)
    assert "本单位写的 1 行没有重复印" in html and "<p>2023年度支出1968.01万元。</p>" in html
    assert '<p class="own">2023年度支出1968.01万元。</p>' not in html


def test_what_the_checks_say_of_a_text_stands_at_its_section(world):
    write(world, "results", "2020年全年没有发生事故。")
    html = page(world.lin, world.submission)
    section = html[html.index('id="results"') : html.index('id="problems"')]
    assert "写的是 2020 年，本报告是 2023 年度的" in section and "note" in section


@pytest.mark.parametrize(("person", "deed"), [("lin", "编写文字"), ("wu", "打开文字")])
def test_the_words_are_written_by_the_unit_alone(world, person, deed):
    assert f">{deed}</a>" in page(getattr(world, person), world.submission)


def test_it_costs_the_same_however_much_there_is(world):
    counts = []
    for number in (1, 4):
        rows = [change(category(f"22401{index:02}"), outturn="1000") for index in range(1, number + 1)]
        save(world.submission, *(rows if number == 1 else rows[1:]))
        save(world.submission, change("general_public", version=number > 1, outturn="4000"), schedule=REVENUE)
        write(world, "problems", "一。" * number)
        browser = signed_in(world.lin)
        with statements() as made:
            assert browser.get(reverse("report", args=[world.submission.pk])).status_code == 200
        counts.append((len(made), numbered(made)))
    assert counts[0][0] == counts[1][0], counts[1][1]


@pytest.fixture
def approved(world):
    """Lin's return with a total, as it was approved; and who reads it."""
    spend(world, outturn="19680100")
    put_in_status(world.submission, "in_review")
    submission = Submission.objects.for_workspace().get(pk=world.submission.pk)
    content = content_of(submission)
    Snapshot.objects.create(submission=submission, content=content, sha256=Snapshot.digest(content), at=NOW)
    put_in_status(world.submission, "approved")
    return submission, world.wu


def test_a_draft_says_so_in_its_name_and_on_its_pages(world):
    answer = signed_in(world.wu).get(reverse("download_report", args=[world.submission.pk]))
    assert "224001 零陵区应急管理局 2023年度 自评报告（未审核）.docx" in unquote(
        answer["Content-Disposition"]
    )
    [section] = read(answer.content).sections
    assert section.header.paragraphs[0].text == "草稿"
    assert section.footer.paragraphs[1].text == "草稿，未经审核 · 第 1 版"


def test_an_approved_one_says_its_version_and_the_digest_of_what_was_approved(approved):
    submission, reader = approved
    answer = signed_in(reader).get(reverse("download_report", args=[submission.pk]))
    [section] = read(answer.content).sections
    digest = submission.snapshot.sha256
    assert section.header.paragraphs[0].text == ""
    assert section.footer.paragraphs[1].text == f"第 1 版 · 审核通过 · 审定数据 SHA-256 {digest}"


def test_one_that_is_not_as_it_was_approved_is_not_made(approved):
    submission, reader = approved
    with without_guards("budgets_budgetline"), connection.cursor() as cursor:
        cursor.execute("UPDATE budgets_budgetline SET outturn = 1 WHERE submission_id = %s", [submission.pk])
    answer = signed_in(reader).get(reverse("download_report", args=[submission.pk]), follow=True)
    assert "数据与审核通过时的审定数据不一致" in answer.content.decode()


def test_without_libreoffice_there_is_the_word_file_and_a_sentence(world, monkeypatch):
    monkeypatch.setattr(pdf, "office", lambda: None)
    monkeypatch.setattr(views, "office", lambda: None)
    answer = signed_in(world.lin).get(
        reverse("download_report", args=[world.submission.pk]) + "?as=pdf", follow=True
    )
    html = answer.content.decode()
    assert "没有安装 LibreOffice" in html and "下载 Word" in html and "下载 PDF" not in html


def test_an_indicator_stands_there_as_on_the_form_with_the_score_that_counts(world):
    measured = {
        "direction": "at_least",
        "target_value": "12,000",
        "measuring_unit": "件",
        "actual_value": "9000",
    }
    put(world.submission, "办理事项", second_level="quantity", max_score=50, score=48, **measured)
    assert ">≥12000件<" in page(world.lin, world.submission) and ">48.00<" in page(
        world.lin, world.submission
    )
    locked = {"framework": "three_blocks", "scheme": "no_caps", "mode": "locked"}
    set_scoring(round=world.round, **locked, reason="文号", by=world.wu, at=NOW)
    html = page(world.lin, world.submission)
    assert ">9000件<" in html and ">37.50<" in html and ">48.00<" not in html  # 50 × 9000 ÷ 12000
