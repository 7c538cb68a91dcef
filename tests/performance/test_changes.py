"""What the reviewer is shown of what changed since she gave a return back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from budgets.actions import Removal, save_text
from budgets.models import BudgetLine, ReturnText
from budgets.returns import BY_FUNCTION
from orgs.file_kinds import evidence_file
from submissions import actions
from submissions.attachment_actions import attach_file, remove_attachment
from submissions.point_actions import PointPlace
from tests.evidence_files import pdf
from tests.world import NOW, category, change, put_in_status, save, signed_in


@pytest.fixture
def returned(here, world):
    """Lin's return, with three rows, given back."""
    for code in ("2240101", "2240106", "2240199"):
        save(here, change(category(code), outturn="10000"))
    put_in_status(here, "in_review")
    actions.return_to_unit(submission=here, seen=0, comment="请改。", by=world.wu, at=NOW)
    return here


def changed(world, submission):
    """Row, column, old and new of each change she sees."""
    found = signed_in(world.wu).get(reverse("changes", args=[submission.pk])).context["changes"]
    return [(each.row, each.column, each.old, each.new) for each in found]


def version(code):
    """The version of a row as it is stored."""
    return BudgetLine.objects.get(category__code=code).row_version


def anew(code, outturn):
    """The row of a code with another outturn."""
    return change(category(code), outturn=outturn, version=version(code))


LATER = NOW + timedelta(minutes=1)


def test_a_cell_changed_twice_is_one_change_and_one_changed_back_is_none(returned, world):
    save(returned, anew("2240101", "20000"), at=LATER)
    save(returned, anew("2240101", "30000"), at=LATER)
    save(returned, anew("2240106", "90000"), at=LATER)
    save(returned, anew("2240106", "10000"), at=LATER)
    assert changed(world, returned) == [("2240101 科目2240101", "决算数", "1.00", "3.00")]


def test_a_row_that_is_gone_and_one_that_is_new_and_a_text(returned, world):
    removal = Removal(("", category("2240199").pk, None, "", ""), version("2240199"))
    save(returned, schedule=BY_FUNCTION, removed=[removal], at=LATER)
    save(returned, change(category("2240102"), initial_budget="50000"), at=LATER)
    name = ReturnText.Name.THRIFT_MEASURES
    save_text(submission=returned, name=name, text="压减办公费。", row_version=0, by=world.lin, at=LATER)
    assert changed(world, returned) == [
        ("已删除的行", "决算数", "1.00", "空"),
        ("2240102 科目2240102", "年初预算数", "空", "5.00"),
        ("", "", "空", "压减办公费。"),
    ]


def test_a_file_is_told_as_in_the_history_by_its_place(returned, world, settings, tmp_path):
    settings.ATTACHMENT_DIR = tmp_path

    def attach(name, *place):
        file = evidence_file(pdf(), name)
        return attach_file(submission=returned, file=file, place=PointPlace(*place), by=world.lin, at=LATER)

    attach("批复.pdf", BY_FUNCTION.title, BY_FUNCTION.name.value)
    attach("合同.pdf", "支出 · 2240101 科目2240101", BY_FUNCTION.name.value, "1")
    attach("目录.pdf", "整份填报")
    remove_attachment(attachment=attach("误传.pdf", "收入", "revenue"), by=world.lin, at=LATER)
    page = signed_in(world.wu).get(reverse("changes", args=[returned.pk])).context["changes"]
    assert [(each.section, each.row, each.column, each.old, each.new) for each in page] == [
        (BY_FUNCTION.title, "", "佐证材料", "空", "上传佐证材料“批复.pdf”"),
        (BY_FUNCTION.title, "支出 · 2240101 科目2240101", "佐证材料", "空", "上传佐证材料“合同.pdf”"),
        ("整份填报", "", "佐证材料", "空", "上传佐证材料“目录.pdf”"),
    ]
    assert {each.url for each in page} == {reverse("attachments", args=[returned.pk])}


def test_a_file_that_was_there_before_the_return_and_is_gone_is_told(here, world, settings, tmp_path):
    settings.ATTACHMENT_DIR = tmp_path
    file = attach_file(submission=here, file=evidence_file(pdf(), "批复.pdf"), by=world.lin, at=NOW)
    put_in_status(here, "in_review")
    actions.return_to_unit(submission=here, seen=0, comment="请改。", by=world.wu, at=NOW)
    remove_attachment(attachment=file, by=world.lin, at=LATER)
    assert changed(world, here) == [("", "佐证材料", "批复.pdf", "移除佐证材料“批复.pdf”")]


def test_what_was_entered_before_the_return_is_no_change(returned, world):
    assert changed(world, returned) == []
    page = signed_in(world.wu).get(reverse("changes", args=[returned.pk])).content.decode()
    assert "退回以后没有改动过数据" in page
