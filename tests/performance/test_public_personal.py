"""Personal data that a unit wrote into its return: covered in all that is public, told of before that."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from budgets.models import BudgetLine, ProjectLine, ReturnText
from budgets.returns import BY_FUNCTION
from orgs.models import User
from performance.models import IndicatorLine, PerformanceGoal, ProjectGoal, ProjectIndicatorLine
from performance.project_rows import project_slug
from performance.public.personal import COVERED, personal_of
from performance.snapshots import content_of
from submissions.models import Submission, Transition
from tests.performance.indicators import fill, put
from tests.performance.public.pages import address, ask, everything, inside, text_of
from tests.world import (
    NOW,
    category,
    change,
    make_public,
    make_submission,
    numbered,
    put_in_status,
    save,
    signed_in,
    statements,
    without_guards,
)

IDENTITY = "11010519491231002X"
"""The example of GB 11643-1999."""
PERSONAL = (
    *("13800001111", "13800002222", "13800003333", "13800004444", "13800005555", "13800006666"),
    *("13800007777", "13800008888", "13800009999", "0746-8666123", IDENTITY, "zhangsan@example.com"),
)
"""One for each place below, and three kinds of others."""
STAYS = ("永财绩〔2024〕1号", "13800000000.00", "2240106", "2023年12月31日", "13800001234元")


@pytest.fixture
def written(settings, tmp_path, here):
    """Lin's return, in whose every text that becomes public something personal stands."""
    settings.PUBLIC_FILES_DIR = tmp_path / "public"
    figures = {"initial_budget": "1500000", "revised_budget": "2000000", "outturn": "1970000"}
    BudgetLine.objects.create(
        submission=here,
        schedule=BY_FUNCTION.name,
        category=category("2240101"),
        entered_in="yuan",
        variance_reason="差旅减少，问13800001111",
        **figures,
    )
    fill(here, rate=False)
    put(
        here,
        "服务热线13800002222",
        second_level="quantity",
        target_value="公布13800003333",
        actual_value="公布13800003333",
        deviation_reason="问13800004444",
        improvement_measure="问0746-8666123",
    )
    goal = {"expected": "办好一百件，问13800005555。", "achieved": "办了九十件。"}
    PerformanceGoal.objects.create(submission=here, **goal)
    project = "设备购置13800006666"
    ProjectLine.objects.create(submission=here, name=project, entered_in="yuan", outturn=5)
    ProjectGoal.objects.create(submission=here, project=project, expected="买13800007777", achieved="买了")
    ProjectIndicatorLine.objects.create(
        submission=here, project=project, name="数量13800008888", second_level="quantity", target_value="1"
    )
    words = f"职能见{STAYS[0]}、{STAYS[1]}、{STAYS[2]}、{STAYS[3]}、{STAYS[4]}。联系人{IDENTITY}，13800009999"
    for name, text in (("duties", words), ("thrift_measures", "写信到 zhangsan@example.com")):
        ReturnText.objects.create(submission=here, name=name, text=text)
    return here


@pytest.fixture
def public(written):
    """The same, made public."""
    make_public(written)
    return written


def said(path):
    """All that a page or file says, with what is hidden in the files of an archive."""
    response = ask(path)
    assert response.status_code == 200, path
    return inside(response.content).decode(errors="ignore")


def test_nothing_personal_is_in_any_page_or_file(public):
    addresses = everything()
    whole = {path: said(path) for path in addresses}
    for path, text in whole.items():
        assert [each for each in PERSONAL if each in text] == [], path
    together = "".join(whole.values())
    shown = ("0746-****123", "110*************2X", "z***@example.com")
    for covered in (*(f"138****{4 * str(number)}" for number in range(2, 10)), *shown):
        assert f"{covered}{COVERED}" in together
    assert whole[address("public_report")].count(COVERED) > 5


def test_what_only_looks_like_it_stays(public):
    for path in (address("public_report"), address("public_file", 1, "report.docx")):
        text = said(path)
        for words in STAYS:
            assert words in text, path


def test_nor_is_it_in_what_the_pdf_is_made_of(monkeypatch, public):
    monkeypatch.setattr("performance.word.making.pdf_of", lambda word: word)
    monkeypatch.setattr("performance.views.public_file.office", lambda: "office")
    text = said(address("public_file", 1, "report.pdf"))
    assert "138****9999" in text and [each for each in PERSONAL if each in text] == []


def test_what_was_approved_is_as_it_was(public):
    before = content_of(public)
    for path in everything():
        ask(path)
    kept = Submission.objects.get(pk=public.pk)
    assert content_of(kept) == before and "13800001111" in before
    file = signed_in(User.objects.get(username="lin")).get(reverse("download_report", args=[public.pk]))
    words = "\n".join(each.text for each in Document(BytesIO(file.content)).paragraphs)
    assert "13800009999" in words and COVERED not in words


def test_the_reason_of_a_correction_is_covered_too(world, public):
    with without_guards("submissions_transition"):
        Transition.objects.create(
            submission=public,
            action="correct",
            from_status="published",
            to_status="published",
            actor=world.lin,
            actor_name="林晓",
            comment="群众13800001111指出有误",
            at=NOW,
        )
    new = make_submission(world.round, world.emergency, world.lin, revision=2)
    save(new, change("total", initial_budget="1", outturn="2"), schedule=BY_FUNCTION)
    put_in_status(new, "approved")
    told = publishing(world, new).text
    assert "更正的原因</a>：138****1111" in told and "13800001111" not in told
    make_public(new)
    page = text_of(address("public_report"))
    assert f"群众138****1111{COVERED}指出有误" in page and "13800001111" not in page


# --- Who publishes is told before


def publishing(world, submission):
    return signed_in(world.lin).get(reverse("publish", args=[submission.pk]))


def test_who_publishes_sees_each_place_covered_with_a_link_to_it(world, written):
    put_in_status(written, "approved")
    page = publishing(world, written)
    part = page.text[page.text.index("要公开的内容里有个人信息") :]
    assert "下列 12 处" in part
    assert [each for each in PERSONAL if each in page.text] == []
    for url in (
        reverse("edit_text", args=[written.pk, "duties"]),
        reverse("edit_lines", args=[written.pk, "function"]),
        reverse("edit_indicators", args=[written.pk]),
        reverse("edit_goal", args=[written.pk]),
        reverse("edit_project", args=[written.pk, project_slug("设备购置13800006666")]),
        reverse("edit_project_indicators", args=[written.pk, project_slug("设备购置13800006666")]),
    ):
        assert f'href="{url}' in part, url
    for words in ("主要职能</a>：110*************2X、138****9999", "厉行节约保障措施</a>：z***@example.com"):
        assert words in part


def test_a_return_without_any_says_nothing_of_it(world, here):
    put_in_status(here, "approved")
    page = publishing(world, here)
    assert page.status_code == 200 and "个人信息" not in page.text


def test_the_page_takes_no_query_more_for_many_places(world, written):
    for number in range(10):
        put(written, f"热线1390000{number:04}", second_level="quantity", target_value="问13800003333")
    put_in_status(written, "approved")
    browser = signed_in(world.lin)
    with statements() as many:
        page = browser.get(reverse("publish", args=[written.pk]))
    assert "139****0009" in page.text
    with without_guards("performance_indicatorline"):
        IndicatorLine.objects.filter(submission=written, name__startswith="热线").delete()
    with statements() as few:
        browser.get(reverse("publish", args=[written.pk]))
    assert len(many) == len(few) <= 43, numbered(many)


def test_the_code_of_a_project_is_free_text_too(here):
    ProjectLine.objects.create(
        submission=here, name="设备购置", code="13800001111", entered_in="yuan", outturn=5
    )
    assert [each.shown for each in personal_of(here)] == [["138****1111"]]
    make_public(here)
    for file in ("figures.csv", "figures.json"):
        assert "13800001111" not in ask(address("public_file", 1, file)).content.decode("utf-8-sig")


def test_a_number_in_a_unit_or_as_a_target_is_covered_and_an_amount_of_money_is_not(here):
    """The unit of an indicator is free text; ≥13812341234 元 is 138 亿元."""
    for at, (target, unit) in enumerate(
        (("1", "次，问13800001111"), ("13812341234", "号"), ("≥13812341234", "元"))
    ):
        put(here, f"指标{at}", second_level="quantity", target_value=target, measuring_unit=unit)
    shown = [each.shown for each in personal_of(here)]
    assert shown == [["138****1111"], ["138****1234"]]


# --- A file of the public held against the approved version


@pytest.mark.parametrize("file", ["report.docx", "department.xlsx", "projects.xlsx", "base-data.xlsx"])
def test_a_file_in_which_it_is_covered_is_the_approved_version(world, public, file):
    content = ask(address("public_file", 1, file)).content
    answer = signed_in(world.wu).post(
        reverse("approved_version"), {"file": SimpleUploadedFile(file, content)}
    )
    assert answer.status_code == 200 and answer.context["found"].differences == []
