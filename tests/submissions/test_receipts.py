"""What a unit is given for having handed its return in."""

import hashlib
import re

import pytest
from django.urls import reverse
from reportlab import rl_config

from orgs.models import Event, Unit
from performance.snapshots import content_of, entries_of
from submissions import actions
from submissions.models import Receipt, Submission
from submissions.receipt_pdf import receipt_pdf
from tests.world import (
    NOTHING_LEFT,
    NOW,
    answer_all,
    category,
    change,
    make_submission,
    numbered,
    save,
    signed_in,
    statements,
)


def fresh(submission):
    """The return as it is now."""
    return Submission.objects.get(pk=submission.pk)


def hand_in(submission, by):
    """Hand a return in with what it really says; return its receipt."""
    known = NOTHING_LEFT | {"content_of": entries_of}
    return actions.submit(submission=fresh(submission), **known, by=by, at=NOW).receipt


def give_back(submission, by):
    """Return what was handed in, and answer as its unit."""
    seen = fresh(submission).last_step_number
    actions.return_to_unit(submission=submission, seen=seen, comment="请核对。", by=by, at=NOW)
    answer_all(fresh(submission), submission.started_by)


def page(receipt, by):
    """The page of a receipt for somebody."""
    return signed_in(by).get(reverse("receipt", args=[receipt.submission_id, receipt.pk]))


def test_handing_in_yields_one_receipt_of_the_step(world):
    receipt = hand_in(world.submission, world.lin)
    assert Receipt.objects.get() == receipt
    assert receipt.number == "431102-2023-224001-1-01"
    assert (receipt.step.action, receipt.step.actor, receipt.step.at) == ("submit", world.lin, NOW)
    assert (receipt.unit_name, receipt.totals) == ("零陵区应急管理局", [["决算数（万元）", "1,968.01"]])
    said = entries_of(fresh(world.submission))
    assert receipt.sha256 == hashlib.sha256(said.encode()).hexdigest()


def test_what_is_refused_leaves_no_receipt(world):
    known = NOTHING_LEFT | {"in_the_way": lambda submission: ["决算数"]}
    with pytest.raises(actions.Unfinished):
        actions.submit(submission=world.submission, **known, by=world.lin, at=NOW)
    assert not Receipt.objects.exists()


def test_each_handing_in_has_a_number_of_its_own(world):
    first = hand_in(world.submission, world.lin)
    give_back(world.submission, world.wu)
    second = hand_in(world.submission, world.lin)
    corrected = hand_in(make_submission(world.round, world.rescue, world.lin, revision=2), world.lin)
    assert [each.number for each in (first, second, corrected)] == [
        "431102-2023-224001-1-01",
        "431102-2023-224001-1-02",
        "431102-2023-224002-2-01",
    ]


def test_who_sees_the_return_reads_it_and_the_next_desk(world):
    receipt = hand_in(world.submission, world.lin)
    for reader in (world.lin, world.sun, world.tang):
        text = page(receipt, reader).content.decode()
        for words in (
            "431102-2023-224001-1-01",
            "零陵区应急管理局（224001）",
            "2023 年度，第 1 版",
            "2024-03-01 18:32:05（北京时间）",  # ten o'clock in Greenwich
            "林晓",
            "由财政绩效股审核",
            "1,968.01",
            receipt.sha256[:8],
        ):
            assert words in text, words


def test_the_page_says_whether_the_return_still_says_the_same(world):
    receipt = hand_in(world.submission, world.lin)
    assert page(receipt, world.wu).context["is_unchanged"]
    give_back(world.submission, world.wu)
    answer = page(receipt, world.wu)
    assert answer.context["is_unchanged"]  # nothing was changed yet
    assert "<strong>一致。</strong>" in answer.content.decode()
    save(fresh(world.submission), change("other", outturn="1"))
    text = page(receipt, world.wu).content.decode()
    assert "<strong>已改动。</strong>" in text and "<strong>一致。</strong>" not in text


def test_a_unit_that_is_called_otherwise_by_now_changed_nothing(world):
    receipt = hand_in(world.submission, world.lin)
    Unit.objects.filter(pk=world.submission.unit_id).update(name="改名后单位")
    assert page(receipt, world.wu).context["is_unchanged"]


def test_a_receipt_of_the_older_form_holds_as_well(world):
    known = NOTHING_LEFT | {"content_of": content_of}
    receipt = actions.submit(submission=world.submission, **known, by=world.lin, at=NOW).receipt
    assert page(receipt, world.wu).context["is_unchanged"]


def test_a_receipt_under_another_return_does_not_exist(world):
    receipt = hand_in(world.submission, world.lin)
    other = make_submission(world.round, world.rescue, world.lin)
    for name in ("receipt", "download_receipt"):
        assert signed_in(world.lin).get(reverse(name, args=[other.pk, receipt.pk])).status_code == 404


def test_the_journey_leads_to_the_receipt_of_each_handing_in(world):
    first = hand_in(world.submission, world.lin)
    give_back(world.submission, world.wu)
    second = hand_in(world.submission, world.lin)
    text = signed_in(world.lin).get(reverse("journey", args=[world.submission.pk])).content.decode()
    places = [text.index(reverse("receipt", args=[world.submission.pk, each.pk])) for each in (second, first)]
    assert places == sorted(places)
    assert text.count("回执 431102-2023-224001-1-") == 2


def test_handing_in_on_the_page_names_the_number_and_keeps_the_figures_as_printed(world):
    save(world.submission, change(category("2240101"), initial_budget="1000", outturn="1000"))
    answer = signed_in(world.lin).post(reverse("submit", args=[world.submission.pk]), follow=True)
    receipt = Receipt.objects.get()
    assert f"回执编号 {receipt.number}" in answer.content.decode()
    assert ["决算数（万元）", "0.10"] in receipt.totals


def words_of(pdf):
    """The words of an uncompressed PDF: its font keeps them as UTF-16, some bytes by their octal numbers."""
    found = b"".join(re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", pdf, re.S))
    plain = re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), found)
    return re.sub(rb"\\(.)", rb"\1", plain, flags=re.S).decode("utf-16-be", "replace")


def test_the_pdf_says_what_the_page_says(world, monkeypatch):
    monkeypatch.setattr(rl_config, "pageCompression", 0)
    receipt = hand_in(world.submission, world.lin)
    text = words_of(receipt_pdf(receipt))
    for words in ("零陵区应急管理局", "431102-2023-224001-1-01", "林晓", "1,968.01", receipt.sha256[:8]):
        assert words in text, words


def test_the_pdf_is_one_page_to_be_saved_and_taking_it_is_recorded(world):
    receipt = hand_in(world.submission, world.lin)
    path = reverse("download_receipt", args=[world.submission.pk, receipt.pk])
    answer = signed_in(world.wu).get(path)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "431102-2023-224001-1-01.pdf" in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"%PDF-") and answer.content.count(b"/Type /Page\n") == 1
    assert b"/STSong-Light" in answer.content
    assert Event.objects.get(action="exported").what.endswith("431102-2023-224001-1-01.pdf")


def test_names_that_look_like_markup_are_words_in_the_pdf(world):
    receipt = hand_in(world.submission, world.lin)
    receipt.unit_name = "<b>甲 & 乙"
    assert receipt_pdf(receipt).startswith(b"%PDF-")


def test_a_receipt_takes_the_same_queries_however_often_it_was_handed_in(world):
    receipt = hand_in(world.submission, world.lin)
    with statements() as few:
        page(receipt, world.lin)
    for _ in range(4):
        give_back(world.submission, world.wu)
        receipt = hand_in(world.submission, world.lin)
    with statements() as many:
        page(receipt, world.lin)
    assert len(few) == len(many), numbered(many)
