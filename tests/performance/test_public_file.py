"""What the public takes away: harmless, made once and kept."""

import json
import threading
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from docx import Document

from budgets.models import ProjectLine
from budgets.returns import BY_FUNCTION
from performance.public import kept_files, versions
from performance.public.kept_files import Busy, kept
from performance.views import public_file
from performance.word.pdf import NoPdf
from submissions.models import ReportTemplate
from tests.performance.indicators import put
from tests.performance.public.pages import address, ask, csv_rows, inside
from tests.performance.word.documents import template
from tests.world import NOW, change, make_public, numbered, put_in_status, save, statements


@pytest.fixture
def kept_in(settings, tmp_path):
    """An empty folder for the files of the public."""
    settings.PUBLIC_FILES_DIR = tmp_path / "public"
    return settings.PUBLIC_FILES_DIR


@pytest.fixture
def public(kept_in, here):
    """Lin's return with a figure, made public."""
    save(here, change("total", initial_budget="13855000", outturn="19680100"), schedule=BY_FUNCTION)
    make_public(here)
    return here


def test_files_are_called_by_unit_and_year(public):
    response = ask(address("public_file", 1, "department.xlsx"))
    name = unquote(response["Content-Disposition"].partition("utf-8''")[2])
    assert name == "224001 零陵区应急管理局 2023年度 部门整体支出绩效自评表.xlsx"


# --- Harmless


@pytest.mark.parametrize("words", ["=cmd|'/C calc'!A0", "+1+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1"])
def test_what_people_write_becomes_no_formula(kept_in, here, words):
    ProjectLine.objects.create(submission=here, name=words, entered_in="yuan", outturn="-5")
    put(here, words, second_level="quantity", target_value="1", max_score="50", score="50")
    make_public(here)
    rows = csv_rows(ask(address("public_file", 1, "figures.csv")))
    written = [row["行"] for row in rows if words.strip() in row["行"]]
    assert len(written) > 2
    assert all(text.startswith("'") for text in written), written
    assert "-50000.00" not in {row["数值"] for row in rows} and "-5.00" in {row["数值"] for row in rows}
    said = json.loads(ask(address("public_file", 1, "figures.json")).content)
    assert words.strip() in json.dumps(said, ensure_ascii=False)
    for form in ("base-data", "department", "projects", "public-tables"):
        book = openpyxl.load_workbook(BytesIO(ask(address("public_file", 1, f"{form}.xlsx")).content))
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"], form


def test_whoever_made_the_template_in_word_is_not_named(world, public):
    named = Document(BytesIO(template("{{ 标题 }}")))
    named.core_properties.author = named.core_properties.last_modified_by = "甄不露"
    named.core_properties.comments = "电话 13900001234"
    file = BytesIO()
    named.save(file)
    by = {"actor": world.qian, "actor_name": "钱宁", "at": NOW}
    ReportTemplate.objects.create(
        round=world.round, content=file.getvalue(), file_name="模板.docx", sha256="0" * 64, **by
    )
    content = inside(ask(address("public_file", 1, "report.docx")).content).decode(errors="ignore")
    assert "2023年度部门整体支出绩效自评报告" in content
    assert not any(words in content for words in ("甄不露", "13900001234", "钱宁"))


# --- Made once and kept


def counting(monkeypatch, file, content=b"made"):
    """Count how often a file is made."""
    made = []

    def make(version):
        made.append(version.pk)
        return content

    kind = public_file.FILES[file]
    monkeypatch.setitem(public_file.FILES, file, public_file.PublicFile(kind.what, kind.content_type, make))
    return made


def test_a_file_is_made_once_and_then_one_query_away(monkeypatch, public):
    made = counting(monkeypatch, "report.docx")
    path = address("public_file", 1, "report.docx")
    first = ask(path)
    with statements() as executed:
        again = ask(path)
    assert first.content == again.content == b"made" and made == [public.pk]
    assert len(executed) == 1, numbered(executed)
    assert ask(path, if_none_match=first["ETag"]).status_code == 304


def test_to_delete_what_is_kept_is_harmless(monkeypatch, kept_in, public):
    made = counting(monkeypatch, "report.docx")
    path = address("public_file", 1, "report.docx")
    ask(path)
    for each in kept_in.rglob("*-report.docx"):
        each.unlink()
    assert ask(path).content == b"made" and len(made) == 2


def test_another_version_of_the_product_makes_it_anew_and_forgets_the_former(monkeypatch, kept_in, public):
    made = counting(monkeypatch, "report.docx")
    path = address("public_file", 1, "report.docx")
    first = ask(path)
    monkeypatch.setattr(versions, "code_version", lambda: "another")
    assert ask(path)["ETag"] != first["ETag"] and len(made) == 2
    assert len(list(kept_in.rglob("*-report.docx"))) == 1


def test_a_correction_is_another_file(world, monkeypatch, public):
    path = address("public_file", 1, "figures.json")
    assert json.loads(ask(path).content)["status"] == "published"
    put_in_status(public, "superseded")
    from tests.world import make_submission

    make_public(make_submission(world.round, world.emergency, world.lin, revision=2))
    assert json.loads(ask(path).content)["status"] == "superseded"


def test_what_is_kept_of_a_return_that_is_no_more_public_is_not_sent(monkeypatch, kept_in, public):
    path = address("public_file", 1, "report.docx")
    assert ask(path).status_code == 200
    put_in_status(public, "approved")
    assert list(kept_in.rglob("*-report.docx")) and ask(path).status_code == 404


def test_two_at_once_make_it_once(monkeypatch, kept_in):
    """The second has looked in vain, too, and waits for its turn while the first makes the file."""
    made, found, lock, both_wait = [], [], kept_files._lock, threading.Barrier(2)

    def lock_together(number, patience):
        both_wait.wait(10)
        lock(number, patience)

    def make():
        made.append(1)
        return b"x" * 100_000

    monkeypatch.setattr(kept_files, "_lock", lock_together)
    threads = [
        threading.Thread(target=lambda: found.append(kept("d" * 64, "a.pdf", "k", make, NoPdf)))
        for _ in range(2)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [b"x" * 100_000] * 2 and made == [1]


def test_whoever_meets_too_many_others_is_asked_to_come_again(monkeypatch, public):
    monkeypatch.setattr(kept_files, "_HERE", threading.BoundedSemaphore(1))
    with kept_files._HERE:
        response = ask(address("public_file", 1, "report.docx"))
    assert response.status_code == 503 and int(response["Retry-After"]) > 0
    assert "no-store" in response["Cache-Control"]
    assert ask(address("public_file", 1, "report.docx")).status_code == 200


def test_another_process_that_makes_a_file_is_waited_for(monkeypatch, kept_in):
    monkeypatch.setattr(kept_files, "PATIENCE", 0)
    kept_in.mkdir(parents=True)
    with kept_files.turn(0), pytest.raises(Busy):
        kept("d" * 64, "a.pdf", "k", lambda: b"x", NoPdf)
    assert kept("d" * 64, "a.pdf", "k", lambda: b"x", NoPdf) == b"x"


def test_what_libreoffice_cannot_make_is_not_tried_again_and_again(monkeypatch, public):
    tried = []

    def fails(version):
        tried.append(version.pk)
        raise NoPdf("LibreOffice 没有生成 PDF。")

    monkeypatch.setattr(kept_files, "_FAILED", {})
    monkeypatch.setattr(public_file, "office", lambda: "/usr/bin/soffice")
    monkeypatch.setitem(
        public_file.FILES, "report.pdf", public_file.PublicFile("自评报告", "application/pdf", fails)
    )
    answers = [ask(address("public_file", 1, "report.pdf")) for _ in range(3)]
    assert [each.status_code for each in answers] == [503] * 3 and len(tried) == 1
    assert "请下载 Word" in answers[0].content.decode()


def test_without_libreoffice_there_is_no_pdf(monkeypatch, public):
    monkeypatch.setattr(public_file, "office", lambda: None)
    assert ask(address("public_file", 1, "report.pdf")).status_code == 404


def test_a_folder_that_takes_nothing_keeps_nobody_from_her_file(monkeypatch, kept_in, public):
    def full(*_):
        raise OSError

    monkeypatch.setattr(kept_files, "_put", full)
    assert ask(address("public_file", 1, "report.docx")).status_code == 200
    assert not list(Path(kept_in).rglob("*-report.docx"))
