"""Whether a file is the approved version: the page, by workbooks as they were exported and as they were changed."""

from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from budgets.returns import BASE_ITEMS, BY_FUNCTION
from orgs.models import Unit
from performance.snapshots import content_of
from performance.word.reading import words_of
from submissions.models import Snapshot, Submission
from tests.performance.indicators import fill, put
from tests.world import NOW, change, make_submission, put_in_status, save, signed_in


@pytest.fixture
def approved(world):
    """Lin's return with figures, indicators and words, as it was approved."""
    fill(world.submission)
    put(world.submission, "=1+1", second_level="quantity", target_value="_x0041_", deviation_reason="一\n二")
    save(world.submission, change("office", outturn="1234567.89"), schedule=BASE_ITEMS)
    return approve(world.submission)


def approve(submission):
    """The return, approved with its snapshot."""
    put_in_status(submission, "in_review")
    read = Submission.objects.for_workspace().get(pk=submission.pk)
    content = content_of(read)
    Snapshot.objects.create(submission=read, content=content, sha256=Snapshot.digest(content), at=NOW)
    put_in_status(submission, "approved")
    return read


def exported(person, submission, form="department"):
    """A form as it is downloaded."""
    return signed_in(person).get(reverse("download_form", args=[submission.pk, form])).content


def changed(content, change: Callable[[Any], None]):
    """A workbook after somebody changed it and saved it by another program."""
    book = openpyxl.load_workbook(BytesIO(content))
    change(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def ask(person, content, name="表.xlsx"):
    """What the page says of a file."""
    return signed_in(person).post(reverse("approved_version"), {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("form", ["department", "base-data"])
def test_a_file_as_it_was_exported_is_the_approved_version(world, approved, form):
    content = exported(world.lin, approved, form)
    for each in (content, changed(content, lambda book: None)):
        answer = ask(world.wu, each)
        assert answer.status_code == 200 and answer.context["found"].differences == []
        assert "是审定版。" in answer.text and "零陵区应急管理局 2023 年度第 1 版" in answer.text


def test_every_cell_that_was_changed_is_named_with_both_figures(world, approved):
    def forge(book):
        sheet = book.active
        sheet["E4"], sheet["C2"], sheet["A30"] = 999, None, "添了一行"

    answer = ask(world.wu, changed(exported(world.lin, approved), forge))
    found = [(each.cell, each.in_file, each.approved) for each in answer.context["found"].differences]
    # 200 yuan are 0.02 万元
    assert found == [("C2", "", "零陵区应急管理局"), ("E4", "999", "0.02"), ("A30", "添了一行", "")]
    assert "不是审定版：有 3 格与审定的不同" in answer.text


def test_a_sheet_that_is_none_of_ours_is_named(world, approved):
    forged = changed(exported(world.lin, approved), lambda book: book.create_sheet("真的表", 0))
    answer = ask(world.wu, forged)
    assert answer.context["found"].others == ["真的表"] and "没有核对：</strong>真的表" in answer.text


def test_a_draft_of_another_revision_is_held_against_the_approved_one(world, approved):
    draft = make_submission(world.round, world.emergency, world.lin, revision=2)
    save(draft, change("total", revised_budget="300"), schedule=BY_FUNCTION)
    answer = ask(world.lin, exported(world.lin, draft))
    assert "这个文件是第 2 版的，现在有效的是第 1 版" in answer.text
    assert ("E4", "0.03", "0.02") in {
        (each.cell, each.in_file, each.approved) for each in answer.context["found"].differences
    }


def test_who_may_not_see_the_return_learns_nothing_until_it_is_public(world, approved):
    content = exported(world.lin, approved)
    answer = ask(world.zhao, content)
    assert answer.status_code == 422 and "没有找到编号 431102-2023-224001-1 的审定数据" in answer.text
    assert "零陵区应急管理局" not in answer.text
    put_in_status(approved, "published")
    assert "是审定版。" in ask(world.zhao, content).text
    make_submission(world.round, world.emergency, world.lin, revision=2, status="approved")
    assert "是审定版。" in ask(world.zhao, content).text  # the correction is not public yet


def test_before_it_is_approved_there_is_nothing_to_hold_it_against(world):
    answer = ask(world.lin, exported(world.lin, world.submission))
    assert answer.status_code == 422 and "可能还没有审核通过" in answer.text


def strip(book):
    """Take the properties out."""
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]


def rename(book):
    """Call the sheet otherwise."""
    book.active.title = "别的"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(strip, "文件里没有填报编号，看不出是哪一份填报的"), (rename, "文件里没有本系统的上报表格")],
)
def test_a_file_that_does_not_say_what_it_is_of_is_said_to_be_so(world, approved, change, sentence):
    answer = ask(world.lin, changed(exported(world.lin, approved), change))
    assert answer.status_code == 422 and sentence in answer.text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"PK\x03\x04", "a.xlsx", "文件不完整或已损坏"),
        (b"%PDF-", "a.xlsx", "不是 Excel 工作簿"),
        (b"", "a.xlsx", "文件是空的"),
    ],
)
def test_what_cannot_be_read_is_said_so(world, content, name, sentence):
    answer = ask(world.lin, content, name)
    assert answer.status_code == 422 and sentence in answer.text


def test_without_a_file_it_asks_for_one(world):
    answer = signed_in(world.lin).post(reverse("approved_version"))
    assert answer.status_code == 422 and "请选择文件。" in answer.text


# --- The report


def written(person, submission):
    """The report as it is downloaded."""
    return signed_in(person).get(reverse("download_report", args=[submission.pk])).content


def rewritten(content, change: Callable[[Any], None]):
    """A report after somebody changed it and saved it by another program."""
    document = docx.Document(BytesIO(content))
    change(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def of_the_accounts(document):
    """A paragraph on the final accounts, not its entry in the table of contents."""
    return [each for each in document.paragraphs if "支出决算" in each.text][-1]


def test_a_report_as_it_was_exported_is_the_approved_version(world, approved):
    content = written(world.lin, approved)
    for each in (content, rewritten(content, lambda document: None)):
        answer = ask(world.wu, each, "报告.docx")
        found = answer.context["found"]
        assert (answer.status_code, found.differences, found.sheets) == (200, [], ["自评报告"])
        assert found.cells > 60 and f"共核对 {found.cells} 段，全部一致" in answer.text


def test_every_paragraph_and_cell_of_a_report_that_was_changed_is_named(world, approved):
    said = {}

    def forge(document):
        sentence = of_the_accounts(document)
        said["was"] = " ".join(sentence.text.split())
        sentence.runs[0].text = f"改过的数 9,999.99 万元。{sentence.runs[0].text}"
        cell = document.tables[0].rows[2].cells[1]
        said["cell"] = " ".join(cell.text.split())
        cell.paragraphs[0].text = "88888"
        document.add_paragraph("添了一段")

    answer = ask(world.wu, rewritten(written(world.lin, approved), forge), "报告.docx")
    found = answer.context["found"].differences
    assert [(each.in_file[:8], each.approved) for each in found] == [
        ("改过的数 9,9", said["was"]),
        ("88888", said["cell"]),
        ("添了一段", ""),
    ]
    assert found[1].cell == "表 1 第 3 行第 2 格" and found[2].cell.startswith("正文第 ")
    assert "不是审定版：有 3 段与审定的不同" in answer.text


@pytest.mark.parametrize("wrapped", ["row", "cell"])
def test_what_a_content_control_brings_into_a_table_is_named(world, approved, wrapped):
    def forge(document):
        row = document.tables[0].rows[1]._tr
        added = deepcopy(row if wrapped == "row" else row.tc_lst[1])
        texts = list(added.iter(qn("w:t")))
        texts[0].text = "77777"
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        control.append(content)
        content.append(added)
        (row if wrapped == "row" else row.tc_lst[1]).addnext(control)

    answer = ask(world.wu, rewritten(written(world.lin, approved), forge), "报告.docx")
    assert "77777" in {each.in_file for each in answer.context["found"].differences}


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("m:t", "9"),
        ("w:sym", "［符号］"),
        ("w:noBreakHyphen", "-"),
        ("w:footnoteReference", "［注］"),
        ("w:altChunk", "［嵌入的文件］"),
    ],
)
def test_what_word_shows_beside_text_is_named(world, approved, tag, shown):
    def forge(document):
        added = OxmlElement(tag)
        if tag == "m:t":
            added.text = "9"
        if tag == "w:altChunk":
            document.element.body.insert(0, added)
        else:
            of_the_accounts(document).runs[0]._element.insert(0, added)

    answer = ask(world.wu, rewritten(written(world.lin, approved), forge), "报告.docx")
    [found] = answer.context["found"].differences
    assert found.in_file.startswith(shown)


def test_a_paragraph_that_is_gone_is_named_where_the_approved_version_has_it(world, approved):
    def forge(document):
        paragraph = of_the_accounts(document)._element
        paragraph.getparent().remove(paragraph)

    answer = ask(world.wu, rewritten(written(world.lin, approved), forge), "报告.docx")
    [gone] = answer.context["found"].differences
    assert gone.in_file == "" and "支出决算" in gone.approved and gone.cell.startswith("缺审定版的正文第 ")


NOT_HERS = "没有找到报告页脚里的校验值所指的审定数据：可能不是本系统的，也可能没有公开而您不能查看。"


def cut_feet(document):
    for section in document.sections:
        for paragraph in section.footer.paragraphs:
            paragraph.text = "第 1 页"


def forge_digest(document):
    for section in document.sections:
        for paragraph in section.footer.paragraphs:
            paragraph.text = f"SHA-256 {'0' * 64}"


@pytest.mark.parametrize(
    ("change", "words"),
    [(cut_feet, "页脚里没有审定数据的校验值"), (forge_digest, NOT_HERS)],
)
def test_a_report_that_does_not_say_what_it_is_is_refused(world, approved, change, words):
    answer = ask(world.wu, rewritten(written(world.lin, approved), change), "报告.docx")
    assert answer.status_code == 422 and words in answer.text


def test_a_draft_report_is_refused_and_another_file_by_that_name_too(world):
    fill(world.submission)
    answer = ask(world.lin, written(world.lin, world.submission), "报告.docx")
    assert answer.status_code == 422 and "可能是审核通过以前下载的草稿" in answer.text
    assert ask(world.lin, b"PK\x03\x04 nothing", "报告.docx").status_code == 422


def test_a_report_that_is_not_public_is_nobodys_who_may_not_see_it(world, approved):
    content = written(world.lin, approved)
    refused = ask(world.feng, content, "报告.docx").text
    assert NOT_HERS in refused and "431102-2023-224001" not in refused
    put_in_status(world.submission, "published")
    assert "是审定版。" in ask(world.feng, content, "报告.docx").text


@pytest.mark.parametrize("name", ["报告.pdf", "材料.ZIP", "报告.doc"])
def test_what_is_made_here_too_but_cannot_be_compared_is_refused_with_what_can(world, name):
    answer = ask(world.lin, b"%PDF-1.7", name)
    assert (
        answer.status_code == 422 and "请上传 Excel 上报表格（.xlsx）或 Word 自评报告（.docx）" in answer.text
    )


def test_a_new_name_of_the_unit_makes_no_file_another_one(world, approved):
    """Neither what was taken before it got the name, nor what was taken after."""
    before = exported(world.lin, approved), written(world.lin, approved)
    Unit.objects.filter(pk=world.emergency.pk).update(name="零陵区应急管理和消防局")
    after = exported(world.lin, approved), written(world.lin, approved)
    assert "零陵区应急管理和消防局" in " ".join(each.text for each in words_of(after[1]).lines)
    for book, report in (before, after):
        assert ask(world.wu, book).context["found"].differences == []
        assert ask(world.wu, report, "报告.docx").context["found"].differences == []
