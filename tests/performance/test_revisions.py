"""What is approved is kept as it was, taken back, made public and corrected, always as a whole."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from budgets.models import AdjustmentLine, BudgetLine, CellNote, FunctionalCategory, ProjectLine
from budgets.receipts import totals_of
from orgs.models import Unit
from performance.models import IndicatorLine, PerformanceGoal, ProjectGoal, ProjectIndicatorLine
from performance.revision_actions import copy_return
from performance.snapshots import NotAsApproved, check_as_approved, content_of, entries_of, texts_of
from performance.views.sections import in_the_way
from submissions import actions
from submissions.journey import journey_of
from submissions.models import (
    Attachment,
    Explanation,
    Extension,
    Override,
    Publication,
    Snapshot,
    Submission,
    Transition,
)
from submissions.workflow import LAST_DESK
from tests.world import NOW, put_in_status, signed_in, without_guards

DAY = date(2024, 9, 1)
LATER = datetime(2024, 9, 1, 15, 59, tzinfo=UTC)
"""A minute before that day is over in Shanghai."""
OF_ROWS = (
    *(BudgetLine, ProjectLine, AdjustmentLine, CellNote),
    *(IndicatorLine, PerformanceGoal, ProjectIndicatorLine, ProjectGoal),
)


def person(name):
    """One of the demonstration's people."""
    from orgs.models import User

    return User.objects.get(username=name)


def fresh(submission):
    """The return as the next request reads it."""
    return Submission.objects.for_workspace().get(pk=submission.pk)


def seen(submission):
    """What a decision says it saw."""
    return fresh(submission).last_step_number


NOTED = {
    "projects": ProjectLine,
    "indicators": IndicatorLine,
    "project_indicators": ProjectIndicatorLine,
}
"""Schedules whose rows are called by their numbers, with where they are stored."""


@pytest.fixture
def noted(synthetic):
    """The synthetic return, with a note on a project, on an indicator and on one of a project."""
    for schedule, model in NOTED.items():
        line = model.objects.filter(submission=synthetic).first()
        CellNote.objects.create(
            submission=synthetic,
            schedule=schedule,
            row=f"line-{line.pk}",
            column="name",
            text="附说明",
            author=person("zhou"),
            at=NOW,
        )
    project = ProjectLine.objects.filter(submission=synthetic).first()
    for name, removed in (("合同.pdf", None), ("旧合同.pdf", NOW)):
        Attachment.objects.create(
            submission=synthetic,
            schedule="projects",
            row=f"line-{project.pk}",
            place_name="项目支出",
            file_name=name,
            kind="pdf",
            size=9,
            sha256="0" * 64,
            uploaded_by=person("zhou"),
            uploaded_by_name="周悦",
            at=NOW,
            removed_at=removed,
            removed_by=person("zhou") if removed else None,
        )
    of_finding = {"code": "C-034", "rule_version": 1, "schedule": "projects", "row": f"line-{project.pk}"}
    said = of_finding | {"column": "outturn", "digest": "0" * 64, "submission": synthetic, "at": NOW}
    Explanation.objects.create(**said, text="项目推迟到下年实施，已批复", actor=person("zhou"))
    Override.objects.create(**said, reason="批复如此", actor=person("wu"))
    return synthetic


@pytest.fixture
def approved(noted):
    """The return, handed in and approved."""
    actions.submit(
        submission=noted,
        in_the_way=in_the_way,
        content_of=content_of,
        totals_of=totals_of,
        by=person("zhou"),
        at=NOW,
    )
    put_in_status(noted, "in_review", LAST_DESK)
    actions.approve(
        submission=noted, seen=seen(noted), comment="", content_of=content_of, by=person("wu"), at=NOW
    )
    return fresh(noted)


def reopened(approved):
    """What comes of taking the approval back."""
    return actions.reopen(
        submission=approved,
        seen=seen(approved),
        comment="批复调整",
        copy=copy_return,
        by=person("wu"),
        at=NOW,
    )


def published(submission, by="zhou", at=LATER, **fields):
    """Make it public."""
    fields = {"reply_date": DAY, "published_date": DAY, "authorisation": ""} | fields
    record = publication(**fields)
    actions.publish(submission=submission, seen=seen(submission), record=record, by=person(by), at=at)
    return fresh(submission)


def publication(**fields):
    """The record of a publication, not saved yet."""
    reviewed = {"secrecy_reviewer": "李敏", "secrecy_review_date": DAY}
    return Publication(**reviewed, signatory="王局", sign_off_date=DAY, **fields)


def test_approval_keeps_everything_the_return_says_with_its_digest(approved):
    kept = Snapshot.objects.get(submission=approved)
    content = json.loads(kept.content)
    assert kept.sha256 == sha256(kept.content.encode()).hexdigest()
    assert content["unit"] == {"code": "226001", "name": "示例单位（合成数据）"}
    assert (content["fiscal_year"], content["revision"]) == (2023, 1)
    assert len(content["tables"]["performance_indicatorline"]) == 12
    [running] = [
        row
        for row in content["tables"]["budgets_budgetline"]
        if row["category__code"] == "2010301" and row["schedule"] == "expenditure_by_function"
    ]
    assert (running["initial_budget"], running["outturn"]) == ("3250000.00", "3300000.00")


def test_what_things_are_called_by_now_is_no_entry(approved):
    said = entries_of(approved)
    Unit.objects.filter(pk=approved.unit_id).update(name="改名后单位")
    FunctionalCategory.objects.filter(code="2010301").update(name="行政运行（新名）")
    check_as_approved([fresh(approved)])
    assert said == entries_of(fresh(approved)) == texts_of(fresh(approved))[0]
    [running] = [
        row
        for row in json.loads(said)["tables"]["budgets_budgetline"]
        if row.get("category__code") == "2010301" and row["schedule"] == "expenditure_by_function"
    ]
    assert (running["initial_budget"], running["outturn"]) == ("3250000.00", "3300000.00")
    assert not [value for value in running.values() if value in ("", None, "行政运行")]


def test_a_figure_that_became_blank_is_another_entry(approved):
    Unit.objects.filter(pk=approved.unit_id).update(name="改名后单位")
    with without_guards("budgets_budgetline"):
        BudgetLine.objects.filter(submission=approved, outturn__isnull=False).update(outturn=None)
    with pytest.raises(NotAsApproved, match="改名后单位：数据与审核通过时的审定数据不一致"):
        check_as_approved([fresh(approved)])


def test_what_is_approved_is_exported_only_as_it_was_approved(approved):
    check_as_approved([approved])
    with without_guards("budgets_budgetline"):
        BudgetLine.objects.filter(submission=approved, outturn__isnull=False).update(outturn=1)
    with pytest.raises(NotAsApproved, match="与审核通过时的审定数据不一致"):
        check_as_approved([approved])
    response = signed_in(person("zhou")).get(
        reverse("download_form", args=[approved.pk, "base-data"]), follow=True
    )
    assert "与审核通过时的审定数据不一致" in response.content.decode()


def test_nothing_is_approved_without_its_snapshot(noted):
    put_in_status(noted, "in_review", LAST_DESK)
    with pytest.raises(DatabaseError, match="without a snapshot"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO submissions_transition (submission_id, action, from_status, from_desk, to_status,"
            " to_desk, actor_id, actor_name, comment, at) VALUES (%s, 'approve', 'in_review', %s, 'approved',"
            " '', %s, '', '', now())",
            [noted.pk, LAST_DESK, person("wu").pk],
        )


@pytest.mark.parametrize("model", OF_ROWS)
def test_no_row_of_what_is_approved_changes(approved, model):
    table = model._meta.db_table
    with pytest.raises(DatabaseError, match="cannot be edited"), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET row_version = row_version + 1 WHERE submission_id = {approved.pk}"
        )


def test_taking_an_approval_back_makes_a_revision_on_the_desk_that_says_the_same(approved):
    new = reopened(approved)
    old = fresh(approved)
    assert (old.status, old.revision) == ("superseded", 1)
    assert (fresh(new).status, fresh(new).desk, new.revision) == ("in_review", LAST_DESK, 2)
    assert Snapshot.objects.filter(submission=old).exists()
    for model in OF_ROWS:
        ours = model.objects.filter(submission=new)
        assert ours.count() == model.objects.filter(submission=old).count() > 0, model
        assert not set(ours.values_list("pk", flat=True)) & set(
            model.objects.filter(submission=old).values_list("pk", flat=True)
        )


def without_numbers(content):
    """A content without what differs between revisions: their number, and rows called by theirs."""
    found = json.loads(content) | {"revision": 0}
    del found["tables"]["submissions_attachment"]
    for row in found["tables"]["submissions_explanation"]:
        row["row"] = row["row"].split("-")[0]
    for row in found["tables"]["budgets_adjustmentline"]:
        row["use"] = row["use"].split("-")[0]
    for row in found["tables"]["budgets_cellnote"]:
        row["row"] = row["row"].split("-")[0]
    return found


def test_the_copy_is_the_same_to_the_fen_and_what_names_a_row_names_its_copy(approved):
    new = fresh(reopened(approved))
    assert without_numbers(content_of(new)) == without_numbers(content_of(fresh(approved)))
    mine = {f"line-{line.pk}" for line in ProjectLine.objects.filter(submission=new)}
    named = {
        line.use for line in AdjustmentLine.objects.filter(submission=new) if line.use.startswith("line-")
    }
    assert named and named <= mine
    for schedule, model in NOTED.items():
        copies = {f"line-{line.pk}" for line in model.objects.filter(submission=new)}
        assert CellNote.objects.get(submission=new, schedule=schedule).row in copies, schedule


def test_what_was_said_of_findings_goes_along_to_the_copy_of_their_row(approved):
    new = reopened(approved)
    mine = {f"line-{line.pk}" for line in ProjectLine.objects.filter(submission=new)}
    for model in (Explanation, Override):
        [copy] = model.objects.filter(submission=new)
        [old] = model.objects.filter(submission=approved)
        assert copy.row in mine and old.row not in mine
        assert (copy.digest, copy.actor_name, copy.at) == (old.digest, old.actor_name, old.at)


def test_explanations_are_part_of_what_is_approved_where_there_are_any(approved):
    kept = json.loads(Snapshot.objects.get(submission=approved).content)["tables"]
    assert [each["text"] for each in kept["submissions_explanation"]] == ["项目推迟到下年实施，已批复"]
    assert not {"roles", "address"} & set(kept["submissions_explanation"][0])  # which are of the record alone
    # What was approved before there were any says the same as ever.
    seed = Submission.objects.for_workspace().get(unit__code="224001")
    assert "submissions_explanation" not in json.loads(content_of(seed))["tables"]


def test_files_go_along_to_the_copy_of_their_row_but_for_those_removed(approved):
    new = reopened(approved)
    [kept] = Attachment.objects.filter(submission=new)
    assert kept.file_name == "合同.pdf" and kept.point is None
    assert kept.row in {f"line-{line.pk}" for line in ProjectLine.objects.filter(submission=new)}


def test_a_publication_keeps_who_and_when_and_counts_the_days(approved):
    published(approved, reply_date=date(2024, 8, 1), published_date=date(2024, 9, 1))
    kept = fresh(approved).publication
    assert (kept.due_date, kept.days_late) == (date(2024, 8, 21), 11)
    assert (fresh(approved).status, kept.actor_name) == ("published", "周悦")


def test_the_bureau_publishes_on_the_units_authorisation_alone(approved):
    with pytest.raises(actions.Unfinished, match="委托公开的依据"):
        published(approved, by="wu")
    assert not Publication.objects.exists()
    published(approved, by="wu", authorisation="示例函〔2024〕3号")
    assert fresh(approved).status == "published"


def test_dates_come_in_an_order_that_can_be(approved):
    zhou = person("zhou")
    dates = {"reply_date": DAY + timedelta(days=1), "published_date": DAY}
    record = publication(submission=approved, actor=zhou, actor_name=zhou.full_name, at=NOW, **dates)
    with pytest.raises(IntegrityError, match="publication_comes_last"), transaction.atomic():
        record.save()


def test_nothing_is_published_ahead_of_its_day_or_before_its_year_is_over(approved):
    for wrong, said in (
        ({"published_date": DAY + timedelta(days=1)}, "公开日期还没有到"),
        ({"reply_date": date(2023, 12, 31)}, "批复日期不会在 2023 年度结束以前"),
        ({"reply_date": DAY + timedelta(days=1)}, "批复日期不能晚于公开日期"),
    ):
        with pytest.raises(actions.WrongDate, match=said):
            published(approved, **wrong)
    assert (fresh(approved).status, Publication.objects.count()) == ("approved", 0)


def test_what_is_public_stays_until_its_correction_is(approved):
    given_time(approved, at=NOW)  # for handing in late
    public = published(approved)
    with pytest.raises(actions.NotNow, match="同意"):
        corrected(public)
    with pytest.raises(DatabaseError, match="corrected without leave"), transaction.atomic():
        Transition.objects.create(
            submission=public,
            action="correct",
            **{"from_status": "published", "to_status": "published", "comment": "更正", "at": LATER},
            actor=person("zhou"),
            actor_name="周悦",
        )
    given_time(public, at=LATER + timedelta(seconds=1))
    new = corrected(fresh(public))
    assert (fresh(public).status, fresh(new).status, new.revision) == ("published", "draft", 2)
    with pytest.raises(actions.NotNow, match="已经在办理"):
        corrected(fresh(public))
    actions.submit(
        submission=fresh(new),
        in_the_way=in_the_way,
        content_of=content_of,
        totals_of=totals_of,
        by=person("zhou"),
        at=NOW,
    )
    put_in_status(new, "in_review", LAST_DESK)
    actions.approve(
        submission=new, seen=seen(new), comment="", content_of=content_of, by=person("wu"), at=NOW
    )
    assert (fresh(public).status, fresh(new).status) == ("published", "approved")
    assert list(Submission.objects.filter(unit=public.unit).effective()) == [new]
    published(fresh(new), at=LATER + timedelta(seconds=2))
    assert (fresh(public).status, fresh(new).status) == ("superseded", "published")
    with pytest.raises(actions.NotNow, match="同意"):  # one leave is for one correction
        corrected(fresh(new))
    assert not journey_of(fresh(new), person("zhou")).can_correct


def given_time(submission, at):
    """The bureau gives the unit time until today."""
    about = {"round": submission.round, "unit": submission.unit, "until_date": timezone.localdate()}
    Extension.objects.create(**about, reason="审计调整", actor=person("wu"), at=at)


def corrected(public):
    """Begin a correction."""
    return actions.correct(
        submission=public, seen=seen(public), comment="审计发现", copy=copy_return, by=person("zhou"), at=NOW
    )


def test_who_prepared_it_takes_no_approval_back(approved):
    from orgs.actions import appoint

    zhou = person("zhou")
    appoint(user=zhou, unit=approved.round.bureau, role="performance_office", at=NOW)
    with pytest.raises(actions.NotYours):
        actions.reopen(
            submission=approved,
            seen=seen(approved),
            comment="批复调整",
            copy=copy_return,
            by=person("zhou"),
            at=NOW,
        )


def test_the_pages_of_publication_and_correction(approved):
    zhou = signed_in(person("zhou"))
    page = zhou.get(reverse("publish", args=[approved.pk])).content.decode()
    assert "保密审查人" in page and "委托公开的依据" not in page
    wrong = zhou.post(reverse("publish", args=[approved.pk]), {"reply_date": "2024-09-01"})
    assert wrong.status_code == 422 and "请填写保密审查人。" in wrong.content.decode()
    fields = {
        "reply_date": "2024-09-01",
        "secrecy_reviewer": "李敏",
        "secrecy_review_date": "2024-09-02",
        "signatory": "王局",
        "sign_off_date": "2024-09-03",
        "published_date": "2024-09-02",
    }
    late = zhou.post(reverse("publish", args=[approved.pk]), fields)
    assert "审签日期不能晚于公开日期。" in late.content.decode()
    for name, day in (("published_date", "9999-12-31"), ("reply_date", "0001-01-01")):
        impossible = zhou.post(reverse("publish", args=[approved.pk]), fields | {name: day})
        assert impossible.status_code == 422 and 'class="mistake"' in impossible.content.decode()
    zhou.post(reverse("publish", args=[approved.pk]), fields | {"published_date": "2024-09-10"})
    assert fresh(approved).status == "published"
    journey = zhou.get(reverse("journey", args=[approved.pk])).content.decode()
    assert "已审查，李敏" in journey and "应于 9月21日 前公开" in journey
