"""Hostile and broken files through the pages on which files are uploaded: a sentence each, and nothing written."""

import json
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from budgets.models import CategoryBook, FunctionalCategory, ReturnUpload
from orgs import spreadsheets
from orgs.spreadsheets import answer_of
from submissions.models import Edit
from tests.budgets.test_return_workbook import download, filled, stored
from tests.hostile_files import book_of_codes, inside, odd_names, outside
from tests.world import signed_in

__all__ = ["filled"]  # the fixture of the return

UPLOAD = "upload_return"


@pytest.fixture
def reader_here(monkeypatch):
    """Read in the test's own process what does not need the limits of another: that takes a tenth of the time."""
    elsewhere = spreadsheets.in_own_process
    here = {"is": True}

    def read(module, arguments, sent, seconds, refusal):
        if not here["is"]:
            return elsewhere(module, arguments, sent, seconds, refusal)
        answer = answer_of(lambda: spreadsheets._answer(sent, arguments), refusal)
        return json.dumps(answer).encode()

    monkeypatch.setattr(spreadsheets, "in_own_process", read)
    return here


def sentences(response):
    """What a page says is wrong: every sentence, and the cells they are about."""
    form = response.context["form"]
    found = [(str(error), "") for errors in form.errors.values() for error in errors]
    return found + [(each.message, each.cell) for each in response.context["mistakes"]]


def answer(browser, path, file, **fields):
    sent = SimpleUploadedFile(file.file_name, file.content)
    return browser.post(path, {"file": sent, **fields})


def wrong(response, said, cell):
    """What is not as it should be with an answer; "" when all is."""
    if said is None or said == "":
        return "" if response.status_code == 302 else f"{response.status_code} {sentences(response)}"
    if response.status_code != 422:
        return f"answered with {response.status_code}"
    page, found = response.content.decode(), sentences(response)
    fitting = [text for text, where in found if said in text and cell in (where, "", text[: len(cell)])]
    if not fitting or not all(text.endswith("。") for text, _ in found):
        return str(found)[:400]
    return "" if said in page and "Traceback" not in page else "not said on the page"


def test_a_file_that_is_wrong_as_a_file_is_refused_by_both_uploads_and_writes_nothing(
    filled, world, reader_here
):
    before, edits, codes = stored(filled), Edit.objects.count(), FunctionalCategory.objects.count()
    lin, qian = signed_in(world.lin), signed_in(world.qian)
    amiss, taken = {}, 0
    for file in outside():
        reader_here["is"] = not file.needs_limits
        response = answer(lin, reverse(UPLOAD, args=[filled.pk]), file)
        amiss[file.name, "return"] = wrong(response, file.said, file.cell)
        if file.is_costly:
            continue
        fields = {"book": "general_public", "fiscal_year": 2024, "sheet": ""}
        response = answer(qian, reverse("load_book"), file, **fields)
        amiss[file.name, "book"] = wrong(response, file.said_of_book, file.cell)
        taken += file.said_of_book is None
    assert {place: said for place, said in amiss.items() if said} == {}
    assert (stored(filled), Edit.objects.count()) == (before, edits)
    assert not ReturnUpload.objects.exists()
    assert CategoryBook.objects.filter(applied_at=None).count() == taken
    assert FunctionalCategory.objects.count() == codes


def test_what_is_wrong_in_the_cells_of_a_return_workbook_is_said_and_nothing_is_written(
    filled, world, reader_here
):
    before, edits = stored(filled), Edit.objects.count()
    lin = signed_in(world.lin)
    amiss, taken = {}, 0
    files = inside(download(filled, world.lin))
    names = [file.name for file in (*outside(), *files)]
    assert len(set(names)) == len(names) >= 120
    for file in files:
        response = answer(lin, reverse(UPLOAD, args=[filled.pk]), file)
        amiss[file.name] = wrong(response, file.said, file.cell)
        if response.status_code == 302:
            page = lin.get(response["Location"])
            amiss[file.name] = "" if page.status_code == 200 else f"preview {page.status_code}"
            assert b"<script>alert(1)" not in page.content
        taken += not file.said
    assert {name: said for name, said in amiss.items() if said} == {}
    assert (stored(filled), Edit.objects.count()) == (before, edits)
    assert ReturnUpload.objects.count() == taken


@pytest.mark.parametrize("name", odd_names())
def test_a_name_of_a_file_does_no_harm(filled, world, reader_here, name):
    lin = signed_in(world.lin)
    content = download(filled, world.lin)
    sent: Any = SimpleUploadedFile("x.xlsx", content)
    sent._name = name
    response = lin.post(reverse(UPLOAD, args=[filled.pk]), {"file": sent})
    assert response.status_code == 302
    page = lin.get(response["Location"]).content.decode()
    kept = ReturnUpload.objects.get().file_name
    assert kept.endswith(".xlsx") and len(kept) <= 255 and kept.isprintable()
    assert "/" not in kept and "<script>" not in page and "\u202e" not in unquote(page)


def test_the_book_of_codes_they_are_made_of_is_taken(filled, world, reader_here):
    sent = SimpleUploadedFile("科目.xlsx", book_of_codes())
    fields = {"book": "general_public", "fiscal_year": 2024, "sheet": "", "file": sent}
    assert signed_in(world.qian).post(reverse("load_book"), fields).status_code == 302
