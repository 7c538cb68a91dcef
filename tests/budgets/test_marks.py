"""What the entry table is told of findings, when it is loaded and with the answer of each save."""

import json

import pytest
from django.urls import reverse

from budgets.checks.results import Group, results_of_many
from budgets.returns import BY_FUNCTION
from submissions import finding_actions
from submissions.models import Submission
from tests.budgets.test_save_page import payload, row
from tests.world import NOW, category, change, save, signed_in

WORDS = "决算口径与预算口径不同，已报财政局备案"


@pytest.fixture
def here(world):
    """Lin's return, whose stated total of revenue is 1 万元 too much."""
    save(world.submission, change("total", outturn="60000"), change("other", outturn="50000"))
    return world.submission


def loaded(world, submission, slug="revenue"):
    """The findings of a page as it is loaded, by their code."""
    page = signed_in(world.lin).get(reverse("edit_lines", args=[submission.pk, slug]))
    return by_code(page.context["grid"]["findings"])


def by_code(findings):
    return {each["text"][-6:-1]: each for each in findings}


def test_a_wrong_cell_is_named_with_what_is_wrong_and_how_to_mend_it(world, here):
    mark = loaded(world, here)["C-001"]
    assert (mark["row"], mark["column"], mark["mark"]) == ("total", "outturn", "wrong")
    assert mark["text"].startswith("错误：要改。收入合计填 6.00，应为 5.00，相差 1.00 万元。核对各项；")
    assert "C-001" not in loaded(world, here, "function")


def test_the_answer_of_a_save_has_those_of_what_is_stored_now(world, here):
    sent = json.dumps(payload(row("other", version=1, outturn="6")))
    path = reverse("save_lines", args=[here.pk, "revenue"])
    answer = signed_in(world.lin).post(path, sent, "application/json").json()
    assert "C-001" not in by_code(answer["findings"])
    assert {each["title"]: each["spoken"] for each in answer["sections"]}["收入（按来源）"] == "已填 1 行"


def test_what_was_explained_or_let_pass_is_calm_and_says_so(world, here):
    read = Submission.objects.for_workspace().get(pk=here.pk)
    [error] = results_of_many([read])[here.pk].by_group[Group.MEND]
    finding_actions.override(submission=here, finding=error.finding, reason="批复如此", by=world.wu, at=NOW)
    mark = loaded(world, here)["C-001"]
    assert mark["mark"] == "calm" and "吴芳放行：批复如此" in mark["text"]


def test_what_a_reason_explains_stands_at_the_reason(world, here):
    save(here, change(category("2240101"), initial_budget="1000000", outturn="3000000"), schedule=BY_FUNCTION)
    mark = loaded(world, here, "function")["C-045"]
    assert (mark["column"], mark["mark"]) == ("variance_reason", "ask")
