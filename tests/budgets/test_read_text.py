"""A text that came over from last year is marked until somebody has read it; then it may stand."""

import pytest
from django.urls import reverse

from budgets.actions import save_text
from budgets.models import ReturnText, TextReading
from budgets.text_actions import read_text
from submissions.actions import NotEditable, NotNow, NotPermitted
from tests.budgets.past import last_year_of, read
from tests.world import NOW, put_in_status, signed_in

DUTIES = ReturnText.Name.DUTIES
MARK = "一字不差"


@pytest.fixture
def here(world):
    """This year's return with last year's words in it."""
    past = last_year_of(world, status="draft")
    for submission in (past, world.submission):
        write(submission, world, "负责应急管理。")
    put_in_status(past, "approved")
    return read(world.submission)


def write(submission, world, text, version=0):
    """Write what its duties are."""
    save_text(submission=submission, name=DUTIES, text=text, row_version=version, by=world.lin, at=NOW)


def pages(world, here, person=None):
    """The page of the text and that of the report."""
    browser = signed_in(person or world.lin)
    text, report = reverse("edit_text", args=[here.pk, DUTIES]), reverse("report", args=[here.pk])
    return browser.get(text).content.decode(), browser.get(report).content.decode()


def test_it_is_marked_on_both_pages_until_it_was_read(world, here):
    assert all(MARK in page and "读过了，仍适用" in page for page in pages(world, here))
    sent = {"row_version": 1, "next": reverse("report", args=[here.pk])}
    answer = signed_in(world.lin).post(reverse("read_text", args=[here.pk, DUTIES]), sent)
    assert (answer.status_code, answer["Location"]) == (302, sent["next"])
    assert not any(MARK in page for page in pages(world, here))
    found = TextReading.objects.get()
    assert (found.text.name, found.row_version, found.actor_name) == ("duties", 1, "林晓")


def test_who_only_reads_the_return_sees_the_mark_without_the_button(world, here):
    _, report = pages(world, here, world.wu)
    assert MARK in report and "读过了，仍适用" not in report


def test_what_is_changed_and_changed_back_is_to_be_read_again(world, here):
    read_text(submission=here, name=DUTIES, row_version=1, by=world.lin, at=NOW)
    write(here, world, "别的。", 1)
    write(here, world, "负责应急管理。", 2)
    assert all(MARK in page for page in pages(world, here))


def test_reading_it_twice_is_recorded_once(world, here):
    for _ in range(2):
        read_text(submission=here, name=DUTIES, row_version=1, by=world.lin, at=NOW)
    assert TextReading.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status", "version", "refused"),
    [
        ("wu", "draft", 1, NotPermitted),
        ("lin", "approved", 1, NotEditable),
        ("lin", "draft", 2, NotNow),
    ],
)
def test_it_is_refused_to_others_when_it_is_not_hers_any_more_and_of_other_words(
    world, here, who, status, version, refused
):
    put_in_status(here, status)
    with pytest.raises(refused):
        read_text(submission=here, name=DUTIES, row_version=version, by=getattr(world, who), at=NOW)
    assert not TextReading.objects.exists()


def test_a_blank_text_is_not_read(world, here):
    with pytest.raises(NotNow):
        read_text(submission=here, name=ReturnText.Name.RESULTS, row_version=1, by=world.lin, at=NOW)
