"""The page on which an administrator changes the template of a round's reports."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from orgs.file_kinds import evidence_file
from performance.template_actions import drop_report_template, keep_report_template
from performance.word.filling import BadTemplate
from submissions.actions import NotPermitted
from submissions.models import ReportTemplate
from tests.performance.word.documents import template, texts
from tests.world import NOW, signed_in

OWN = template("{{ 单位名称 }}：{{ 状态 }}")


def send(world, content, name="模板.docx"):
    """Send a file as the page does."""
    path = reverse("report_template", args=[world.round.pk])
    return signed_in(world.qian).post(path, {"file": SimpleUploadedFile(name, content)}, follow=True)


def report(world):
    """The report of Lin's return as she downloads it."""
    answer = signed_in(world.lin).get(reverse("download_report", args=[world.submission.pk]))
    return answer.content


def test_reports_are_written_in_the_template_that_was_sent_and_again_in_ours(world):
    answer = send(world, OWN)
    assert "已换用“模板.docx”" in answer.content.decode()
    assert texts(report(world)) == ["零陵区应急管理局：草稿"]
    kept = signed_in(world.qian).get(reverse("download_report_template", args=[world.round.pk]))
    assert kept.content == OWN
    signed_in(world.qian).post(reverse("drop_report_template", args=[world.round.pk]))
    assert "一、基本情况" in texts(report(world))
    assert [str(each) for each in ReportTemplate.objects.order_by("pk")] == ["模板.docx", "自带的模板"]


def test_one_with_mistakes_is_not_taken_and_every_mistake_is_said(world):
    answer = send(world, template("{{ 单位 }}", "{{ 年 }}"))
    html = answer.content.decode()
    assert answer.status_code == 422 and "模板里有 2 处要改" in html
    assert "正文第 1 段“{{ 单位 }}”：没有“单位”这个名称" in html and "没有“年”这个名称" in html
    assert not ReportTemplate.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"%PDF-1.4\n%%EOF", "a.pdf", "报告模板应当是 Word 文档（.docx）"),
        (b"", "a.docx", "文件是空的"),
        (b"PK\x03\x04nothing", "a.docx", "损坏"),
        (OWN, "a.docm", "可能带宏"),
    ],
)
def test_a_file_that_is_no_word_document_is_refused(world, content, name, said):
    answer = send(world, content, name)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_without_a_file_it_asks_for_one(world):
    answer = signed_in(world.qian).post(reverse("report_template", args=[world.round.pk]))
    assert answer.status_code == 422 and "请选择文件。" in answer.content.decode()


def test_only_the_administrator_of_the_bureau_changes_it(world):
    file = evidence_file(OWN, "a.docx")
    for person in (world.wu, world.lin, world.feng):
        with pytest.raises(NotPermitted):
            keep_report_template(round=world.round, file=file, by=person, at=NOW)
        with pytest.raises(NotPermitted):
            drop_report_template(round=world.round, by=person, at=NOW)
    assert not ReportTemplate.objects.exists()


def test_a_deed_with_a_bad_template_leaves_nothing_behind(world):
    with pytest.raises(BadTemplate):
        keep_report_template(
            round=world.round, file=evidence_file(template("{{ x }}"), "a.docx"), by=world.qian, at=NOW
        )
    assert not ReportTemplate.objects.exists()
