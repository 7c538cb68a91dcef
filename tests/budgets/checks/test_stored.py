"""What the checks found last, as it is stored: with each deed, and never shown when it is no longer so."""

import inspect
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from budgets.checks import stored
from budgets.checks.catalogue import CHECKS
from budgets.checks.results import Group, results_of_many
from budgets.checks.stored import Basis, Counted, bases_of, counts_of, digest_of, listed_of
from budgets.models import BudgetBook, CategoryBook, CategoryConfirmation
from budgets.money import AmountUnit
from budgets.result_actions import check_again, store_results
from budgets.returns import BY_FUNCTION
from budgets.views.workspace import workspace_after
from performance.revision_actions import copy_return
from performance.scoring_actions import set_scoring
from submissions import finding_actions
from submissions.models import CheckResult, Publication, Submission
from tests.budgets.own_rules import switched_on
from tests.budgets.test_save_page import payload, row
from tests.evidence_files import pdf
from tests.world import (
    NOW,
    category,
    change,
    make_region,
    make_submission,
    make_unit,
    put_in_status,
    run,
    save,
    signed_in,
    statements,
)

WORDS = "决算口径与预算口径不同，已报财政局备案"


@pytest.fixture
def here(world):
    """Lin's return, whose stated total of revenue is 1 万元 too much; checked, and the result stored."""
    save(world.submission, change("total", outturn="60000"), change("other", outturn="50000"))
    save(world.submission, change(category("2240101"), initial_budget="50000", outturn="50000"))
    check_again(submission_id=world.submission.pk)
    return world.submission


def counted(submission):
    """What lists show of a return; None for what they do not know."""
    return counts_of([submission]).get(submission.pk)


def computed(submission):
    """What the checks find in it now."""
    read = Submission.objects.for_workspace().get(pk=submission.pk)
    return results_of_many([read])[submission.pk]


def finding(submission, group):
    [each] = computed(submission).by_group[group]
    return each.finding


def page(name, submission, *more):
    return reverse(name, args=[submission.pk, *more])


def save_in_browser(person, submission, version=1, **figures):
    """Save the row 其他收入 as the page does."""
    sent = json.dumps(payload(row("other", version=version, **figures)))
    return signed_in(person).post(page("save_lines", submission, "revenue"), sent, "application/json")


def test_what_is_stored_is_what_is_found(here):
    assert counted(here) == Counted.of(computed(here))
    assert counted(here).errors == 1 and counted(here).missing > 3
    unit, listed = listed_of([here.pk])[here.pk]
    assert unit == "wan" and len(listed) == sum(len(computed(here).by_group[g]) for g in stored.GROUPS)


def test_a_save_of_the_page_stores_it_in_its_transaction(world, here):
    assert save_in_browser(world.lin, here, outturn="6").status_code == 200
    assert counted(here) == Counted.of(computed(here)) and counted(here).errors == 0
    before = CheckResult.objects.get()
    assert save_in_browser(world.lin, here, outturn="7").status_code == 409  # from an old version
    assert CheckResult.objects.get().at == before.at and counted(here).errors == 0


def test_a_save_takes_two_statements_to_store_it_however_many_findings_there_are(world, here):
    counts: list[int] = []
    for version, number in enumerate((1, 30), 1):
        lines = [change(category(f"22401{each:02}"), outturn="6") for each in range(2, 2 + number)]
        save(here, *[each for each in lines if counts or each is lines[0]])
        with statements() as texts:
            response = save_in_browser(world.lin, here, version, outturn=str(number))
        assert response.status_code == 200
        counts.append(len(texts))
        mine = [text for text in texts if "checkresult" in text or "CONCAT_WS" in text]
        assert len(mine) == 2
    assert counts[0] == counts[1]


def test_every_other_deed_on_a_return_leaves_a_present_result(world, here):
    """Texts, goal, notes, files, explanations, what is let pass."""
    lin, wu = signed_in(world.lin), signed_in(world.wu)
    told = {}

    def tell(what, response):
        assert response.status_code in (200, 302), response.content.decode()
        told[what] = counted(here) == Counted.of(computed(here))

    text = {"text": "厉行节约，压减会议费。", "row_version": 0}
    tell("text", lin.post(page("edit_text", here, "thrift_measures"), text))
    goal = {
        "expected": "完成",
        "achieved": "已完成",
        "row_version": 0,
        "expected_was": "",
        "achieved_was": "",
    }
    tell("goal", lin.post(page("edit_goal", here), goal))
    note = {"row": "other", "column": "outturn", "text": "含利息", "row_version": 0}
    tell("note", lin.post(page("save_note", here, "revenue"), note))
    file = {"file": SimpleUploadedFile("批复.pdf", pdf()), "place": ""}
    tell("file", lin.post(page("attach_file", here), file))
    error = {"finding": finding(here, Group.MEND).name, "text": "批复如此"}
    tell("override", wu.post(page("override_finding", here), error))
    assert told == dict.fromkeys(told, True) and counted(here).overridden == 1
    finding_actions.set_check(
        round=world.round, code="C-001", severity="warning", reason="本地", by=world.wu, at=NOW
    )
    assert counted(here) is None
    warned = {"finding": finding(here, Group.EXPLAIN).name, "text": WORDS}
    tell("explanation", lin.post(page("explain_finding", here), warned))
    assert told["explanation"] and counted(here).explained == 1


def test_handing_in_and_the_next_revision_leave_a_present_result(world, here):
    error = finding(here, Group.MEND)
    finding_actions.override(submission=here, finding=error, reason="批复如此", by=world.wu, at=NOW)
    assert counted(here) is None
    signed_in(world.lin).post(page("submit", here))
    here.refresh_from_db()
    assert (here.status, counted(here).overridden) == ("in_review", 1)
    put_in_status(here, "superseded")
    new = make_submission(world.round, world.emergency, world.lin, revision=2)
    copy_return(old=here, new=new)
    assert (counted(new).errors, counted(new).overridden) == (0, 1)


def test_what_a_new_return_lacks_is_known_from_the_start(world):
    path = reverse("start_submission", args=[world.round.pk, world.rescue.pk])
    signed_in(world.lin).post(path)
    assert counted(Submission.objects.get(unit=world.rescue)).errors == 0


def confirm(world):
    CategoryConfirmation.objects.create(
        book=BudgetBook.GENERAL_PUBLIC, code="2249901", name="其他", unit=world.emergency,
        actor=world.qian, actor_name="钱宁", at=NOW,
    )  # fmt: skip


def load_book(world):
    CategoryBook.objects.create(
        book=BudgetBook.GENERAL_PUBLIC, fiscal_year=2023, rows=[], file_name="", sha256="", changes={},
        uploaded_by=world.qian, uploaded_at=NOW, applied_by=world.qian, applied_at=NOW,
    )  # fmt: skip


def approve_last_year(world):
    round = world.round.__class__.objects.create(
        bureau=world.finance, fiscal_year=2022, opens_date="2023-01-01", due_date="2023-04-30"
    )
    make_submission(round, world.emergency, world.lin, status="approved")


def publish(world):
    Publication.objects.create(
        submission=world.submission, published_date="2024-05-01", url="https://example.gov.cn", actor=world.lin,
        actor_name="林晓", at=NOW,
    )  # fmt: skip


CHANGES = {
    "a threshold": lambda world: finding_actions.set_threshold(
        round=world.round, name="change_rate", limit=20, reason="本地", by=world.wu, at=NOW
    ),
    "a rule of the bureau's own": switched_on,
    "a save": lambda world: save(world.submission, change("other", version=1, outturn="1")),
    "a confirmed code": confirm,
    "a loaded book": load_book,
    "last year": approve_last_year,
    "the unit's name": lambda world: world.emergency.__class__.objects.filter(pk=world.emergency.pk).update(
        name="零陵区应急局"
    ),
    "another revision": lambda world: make_submission(
        world.round, world.emergency, world.lin, revision=2, status="superseded"
    ),
    "another way of scoring": lambda world: set_scoring(
        round=world.round,
        framework="three_blocks",
        scheme="no_caps",
        mode="locked",
        reason="文号",
        by=world.wu,
        at=NOW,
    ),
    "another rule": lambda world: CheckResult.objects.update(rules="others"),
}


def test_the_version_of_the_rules_is_another_with_any_other_word_of_a_file(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1"), other.write_text("2")
    before = digest_of([one, other])
    assert before == digest_of([one, other]) != digest_of([one])
    other.write_text("3")
    assert digest_of([one, other]) != before


def test_the_rules_and_the_codes_are_among_those_files():
    names = {file.stem for file in stored.SOURCES}
    modules = {inspect.getmodule(getattr(each.test, "func", each.test)).__name__ for each in CHECKS}
    assert len(modules) > 8 and {module.rpartition(".")[2] for module in modules} <= names
    assert {"findings", "given", "results", "thresholds", "revenue", "functional_general_public"} <= names


def test_a_return_is_read_again_after_its_basis(world, here, rf):
    """Last year's return is approved while the deed of a page, which has read its own, waits for the lock."""
    request = rf.post(page("save_lines", here, "revenue"))
    request.user = world.lin
    read_before = Submission.objects.for_workspace().get(pk=here.pk)
    approve_last_year(world)
    workspace = workspace_after(read_before, request)
    assert workspace.submission.last_year_id and not read_before.last_year_id
    assert counted(here) == Counted.of(computed(here)) != Counted.of(results_of_many([read_before])[here.pk])


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_no_longer_so_is_not_shown_until_it_is_checked_again(world, here, what):
    CHANGES[what](world)
    assert counted(here) is None and listed_of([here.pk]) == {}
    signed_in(world.lin).get(page("findings", here))  # a GET stores nothing
    assert counted(here) is None
    if what != "another revision":  # then this one is the older
        assert "重新检查了 0 份" not in run("store_results")
        assert "重新检查了 0 份" in run("store_results")
    else:
        check_again(submission_id=here.pk)
    assert counted(here) == Counted.of(computed(here))


def test_what_others_do_elsewhere_leaves_it_present(world, here):
    save(make_submission(world.round, world.culture, world.zhao), change("other", outturn="1"))
    other = make_region("431104", "祁阳市")
    bureau = make_unit(other, "100", "祁阳市财政局", kind="bureau")
    finding_actions.set_check(
        round=world.round.__class__.objects.create(
            bureau=world.next_county, fiscal_year=2023, opens_date="2024-01-01", due_date="2024-04-30"
        ),
        code="C-001", severity="off", reason="本地", by=world.feng, at=NOW,
    )  # fmt: skip
    assert counted(here) and bureau


def test_what_was_found_earlier_never_takes_the_place_of_what_was_found_later(here):
    """What counts is when its basis was read, under the lock: not when somebody began to wait for it."""
    earlier, now = (bases_of([here.pk])[here.pk] for _ in range(2))
    found = {here.pk: computed(here)}

    def store(basis):
        store_results(results=found, bases={here.pk: basis}, unit=AmountUnit.WAN)
        return CheckResult.objects.get().basis

    assert store(now) == now.digest and CheckResult.objects.get().at == now.read_at
    assert store(Basis(now.row_version, "old", earlier.read_at)) == now.digest
    assert store(Basis(now.row_version - 1, "old", now.read_at + timedelta(1))) == now.digest
    assert counted(here)
    assert store(Basis(now.row_version, "new", bases_of([here.pk])[here.pk].read_at)) == "new"


def test_many_are_counted_in_one_query(world, here):
    others = [make_submission(world.round, unit, world.zhao) for unit in (world.rescue, world.culture)]
    with statements() as few:
        counts_of([here])
    for each in others:
        save(
            each,
            change("total", outturn="6"),
            change("other", outturn="5"),
            by=world.lin if each.unit == world.rescue else world.zhao,
        )
    run("store_results")
    with statements() as many:
        found = counts_of([here, *others])
    assert len(found) == 3 and len(few) == len(many) == 1


def test_the_list_of_a_round_is_made_of_what_is_stored(world, here, monkeypatch):
    path = reverse("download_round_findings", args=[world.round.pk])
    fresh = signed_in(world.wu).get(path).content
    CheckResult.objects.update(findings=[])
    assert len(signed_in(world.wu).get(path).content) < len(fresh)  # it reads what is stored, and it alone
    save(here, change(category("2240102"), outturn="1"), schedule=BY_FUNCTION)
    assert len(signed_in(world.wu).get(path).content) > len(fresh) - 500  # and checks what is not present
