"""Which deeds are done and which are refused in which state of a return, over HTTP, written by hand.

tests/test_access.py says who reaches what at all. Here the return is somewhere on its way, and every deed on it
is tried by whoever may do it somewhere: it is done, or refused with its status, and then nothing has changed.
"""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import get_resolver, reverse
from django.urls.converters import IntConverter

from budgets.returns import Classification
from orgs.file_kinds import evidence_file
from orgs.models import User
from performance.models import IndicatorLine, ProjectIndicatorLine
from performance.project_rows import project_slug
from submissions import actions
from submissions.attachment_actions import attach_file
from submissions.models import Submission
from tests.evidence_files import pdf
from tests.performance import projects
from tests.performance.indicators import put
from tests.submissions.test_workflow import close, extend, today
from tests.test_access import BODY, INDICATOR, MATRIX, NEW_CODE, PEOPLE, addresses, filled_in, wanted
from tests.world import (
    NOTHING_LEFT,
    NOW,
    category,
    change,
    make_submission,
    make_world,
    put_in_status,
    put_point,
    put_problem,
    save,
    signed_in,
    without_guards,
)

EDITABLE = ("draft", "returned")
By = dict[str, tuple[str, ...]]
"""State → who."""
EDITING: By = dict.fromkeys(EDITABLE, ("lin",))
ON_THE_DESK: By = {"head": ("sun",), "division": ("he",), "last": ("wu",)}

SAVES_OF_A_PROJECT = ("save_project_indicators", "save_project_indicator_note")

OF_A_PROJECT = (*SAVES_OF_A_PROJECT, "edit_project", "pick_project_indicators", "adopt_project_scores")

# Deed → state → by whom it is done. Nothing else is.
DONE: dict[str, By] = {
    "save_lines": EDITING,
    "save_reason": EDITING,
    "save_note": EDITING,
    "save_indicators": EDITING,
    "save_indicator_note": EDITING,
    "pick_indicators": EDITING,
    "pick_project_indicators": EDITING,
    "adopt_scores": EDITING,
    "ask_for_target": EDITING | {"limited": ("lin",)},
    "answer_target": dict.fromkeys(EDITABLE, ("wu",)),
    "adopt_project_scores": EDITING,
    "edit_text": EDITING,
    "edit_goal": EDITING,
    "edit_project": EDITING,
    "save_project_indicators": EDITING,
    "save_project_indicator_note": EDITING,
    "move_project": EDITING,
    "drop_project": EDITING,
    "add_category": EDITING,
    "attach_file": EDITING,
    "remove_attachment": EDITING,
    "restate": {},
    "keep_reason": {},
    "apply_upload": {},
    "undo_upload": {},
    "carry_last_year": {},
    "read_text": {},
    "submit": EDITING,
    "withdraw": {"head": ("lin",)},
    "pass_on": {"head": ("sun",), "division": ("he",)},
    "return_to_unit": ON_THE_DESK,
    "approve": {"last": ("wu",)},
    "ask_point": ON_THE_DESK,
    "widen_return": {"limited": ("wu",)},
    "answer_point": EDITING | {"limited": ("lin",)},
    "ask_again": {"last": ("wu",)},
    "close_point": {"last": ("wu",)},
    "reopen": {"approved": ("wu",)},
    "publish": {"approved": ("lin", "sun", "wu")},
    "correct": {"published": ("lin",)},
}
NO_EFFECT_HERE = ("restate", "keep_reason", "apply_upload", "undo_upload", "carry_last_year", "read_text")
"""There is nothing of last year's and nothing new in the workbook: in no state do they change anything."""

STATES = {
    "draft": ("draft", ""),
    "head": ("in_review", "unit_head"),
    "division": ("in_review", "division"),
    "last": ("in_review", "performance_office"),
    "returned": ("returned", ""),
    "limited": ("returned", ""),
    "approved": ("approved", ""),
    "published": ("published", ""),
    "superseded": ("superseded", ""),
    "closed": ("draft", ""),
}
"""Where the return is; "limited" is given back for another row alone, "closed" a draft of a closed round."""

DONE["withdraw_target"] = dict.fromkeys(STATES, ("lin",))
"""Nothing of the return hangs on it."""

OF_A_PROBLEM = {
    "issue_problem": "written",
    "drop_problem": "written",
    "answer_problem": "open",
    "ask_problem_again": "answered",
    "close_problem": "answered",
}
"""What is done with a problem, and the state it is in before."""
DONE |= {name: dict.fromkeys(STATES, ("wu",)) for name in OF_A_PROBLEM}
DONE["answer_problem"] = dict.fromkeys(STATES, ("lin",))
"""A problem outlasts the revision it was written of: nothing of the return hangs on it."""
DONE["write_problem"] = {"approved": ("wu",), "published": ("wu",)}

SAYS_403 = (
    *("save_lines", "save_reason", "save_note", "save_indicators", "save_indicator_note", "restate"),
    *("edit_text", "edit_goal", "edit_project", "add_category", "pick_indicators"),
    *("pick_project_indicators", "ask_for_target"),
    *("save_project_indicators", "save_project_indicator_note"),
)
"""These answer 403 when they are refused; the others go back to their page (302), which says why."""

OTHERWISE = {("answer_point", "head"): 404} | {("write_problem", state): 422 for state in STATES}
"""What a desk asks does not exist for the unit until it is given back; a form says what is wrong with it."""

ARGUMENTS = {
    **{name: ["revenue"] for name in ("save_lines", "save_reason", "save_note", "restate", "keep_reason")},
    **{name: ["thrift_measures"] for name in ("edit_text", "read_text")},
    "add_category": [Classification.FUNCTION],
    **{name: [project_slug("项目")] for name in OF_A_PROJECT},
    **{name: [project_slug("不在的")] for name in ("move_project", "drop_project")},
}
NESTED = {
    "remove_attachment": "attachment",
    "apply_upload": "upload",
    "undo_upload": "upload",
    **dict.fromkeys(("answer_point", "ask_again", "close_point"), "point"),
    **dict.fromkeys(("answer_target", "withdraw_target"), "wanted"),
    **dict.fromkeys(OF_A_PROBLEM, "problem"),
}
PUBLICATION = {
    "reply_date": "2024-09-01",
    "secrecy_reviewer": "李敏",
    "secrecy_review_date": "2024-09-01",
    "signatory": "王局",
    "sign_off_date": "2024-09-01",
    "published_date": "2024-09-01",
    "authorisation": "零应急函〔2024〕3号",
}


SCORELESS = {"direction": "at_least", "target_value": "1", "actual_value": "1", "max_score": 5}
"""An indicator whose score can be taken over."""


class Case:
    """Lin's return in a state, with a file, an indicator and a workbook on it."""

    def __init__(self, state):
        self.world = world = make_world()
        self.state, self.here = state, world.submission
        world.round.unit_head_desk = world.round.division_desk = True
        world.round.save()
        save(self.here, change(category("2240101"), initial_budget="1000", outturn="1000"))
        self.indicator = put(self.here, "别的指标", **SCORELESS)
        projects.spend(self.here, "项目")
        self.of_project = projects.put(self.here, "别的指标", "项目", **SCORELESS)
        projects.put(self.here, "别的指标", "不在的")
        projects.spend(self.here, "空着的")
        file = evidence_file(pdf(), "a.pdf")
        self.attachment = attach_file(submission=self.here, file=file, by=world.lin, at=NOW)
        self.upload = filled_in(world)
        self.go_there()

    def go_there(self):
        """Take the return where it shall be."""
        status, desk = STATES[self.state]
        if self.state == "head":
            actions.submit(submission=self.here, **NOTHING_LEFT, by=self.world.lin, at=NOW)
        elif self.state == "limited":
            self.give_back_another_row()
        else:
            put_in_status(self.here, status, desk)
        if self.state == "closed":
            close(self.world.round)
        if self.state == "published":
            extend(self.here, today())

    def give_back_another_row(self):
        """Return the return for one row that nobody here touches."""
        put_in_status(self.here, "in_review", "performance_office")
        of_another_row = {"schedule": "revenue", "row": "operating", "column": "outturn"}
        put_point(
            self.here, "performance_office", **of_another_row, recorded_row={"key": {"item": "operating"}}
        )
        actions.return_to_unit(
            submission=self.here, seen=0, comment="", points_only=True, by=self.world.wu, at=NOW
        )

    def address(self, name):
        """The address of a deed on the return, with what the deed needs there."""
        nested = []
        if name == "submit" and STATES[self.state][0] in EDITABLE and self.state != "closed":
            for model in (IndicatorLine, ProjectIndicatorLine):  # what is begun stands in the way
                model.objects.filter(submission=self.here).delete()
        if name == "ask_for_target":
            wanted(self.here)
        if name in NESTED:
            of_its_own = {
                "point": lambda: self.point(name),
                "wanted": lambda: wanted(self.here).pk,
                "problem": lambda: put_problem(self.here, OF_A_PROBLEM[name]).pk,
            }
            nested = [of_its_own.get(NESTED[name], lambda: getattr(self, NESTED[name]).pk)()]
        return reverse(name, args=[self.here.pk, *ARGUMENTS.get(name, []), *nested])

    def send(self, browser, name, path, **more):
        """Send what the page would send, and more."""
        as_json = {
            "save_lines": BODY,
            "save_indicators": INDICATOR,
            "save_project_indicators": INDICATOR,
            "add_category": NEW_CODE,
            "restate": BODY | {"column": "last_year_outturn", "reason": "更正差错"},
        }
        if name in as_json:
            return browser.post(path, json.dumps(as_json[name] | more), content_type="application/json")
        return browser.post(path, self.fields(name) | more)

    def point(self, name):
        """A point of the last desk of which this can be said."""
        if name == "answer_point":
            return put_point(self.here, "performance_office").pk
        return put_point(self.here, "performance_office", "answered").pk

    def fields(self, name):
        """The fields of a form."""
        seen = fresh(self.here).last_step_number
        return {
            "publish": PUBLICATION | {"seen": seen},
            "attach_file": {"file": SimpleUploadedFile("b.pdf", pdf() + b"\n")},
            "ask_point": {"reason": "other", "demand": "请核对。"},
            "widen_return": {"section": "", "demand": "别处也要改。"},
            "save_indicator_note": {
                "row": f"line-{self.indicator.pk}",
                "column": "score",
                "row_version": 0,
                "text": "x",
            },
            "save_project_indicator_note": {
                "row": f"line-{self.of_project.pk}",
                "column": "score",
                "row_version": 0,
                "text": "x",
            },
            "write_problem": {"text": "问题", "demand": "改", "due_date": "2099-05-31", "issue": "yes"},
            "answer_problem": {"text": "做了", "progress": "done"},
            "ask_for_target": {
                "of": f"department-{self.indicator.pk}",
                **{"name": "别的指标", "direction": "at_least", "target_value": "2", "max_score": "5"},
                "second_level": "quantity",
                "reason": "上级年中调整了任务，有文件",
            },
            "answer_target": {"approves": "yes"},
            "move_project": {"to": "空着的"},
            "edit_project": {"expected": "x", "achieved": "", "row_version": 0},
            "save_note": {"row": "total", "column": "outturn", "row_version": 0, "text": "x"},
            "pick_indicators": {"picks": "common-0"},
            "pick_project_indicators": {"picks": "common-0"},
            "edit_goal": {"expected": "x", "achieved": "", "row_version": 0},
        }.get(
            name, {"row": "total", "row_version": 0, "seen": seen, "reason": "x", "text": "x", "comment": "x"}
        )


def fresh(submission):
    """The return as the next request reads it."""
    return Submission.objects.for_workspace().get(pk=submission.pk)


KEPT = (
    "submissions_submission",
    "submissions_edit",
    "submissions_transition",
    "submissions_pointentry",
    "submissions_problem",
    "submissions_problementry",
    "submissions_attachment",
    "submissions_publication",
    "submissions_snapshot",
    "budgets_budgetline",
    "budgets_cellnote",
    "budgets_returntext",
    "performance_indicatorline",
    "performance_projectgoal",
    "performance_projectindicatorline",
    "performance_performancegoal",
    "performance_targetrequest",
    "performance_targetanswer",
)


def all_there_is():
    """Every row that a deed on a return may leave or change, but for the points, which a test may put there."""
    sums = " UNION ALL ".join(
        f"SELECT '{table}', count(*), sum(hashtext(this::text)::bigint) FROM {table} AS this"
        for table in KEPT
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{sums} UNION ALL SELECT 'points', count(*), 0 FROM submissions_reviewpoint")
        return cursor.fetchall()


def who_may(name):
    """Whoever does a deed in some state."""
    return {person for people in DONE[name].values() for person in people} or {"lin"}


@pytest.fixture
def world(db):
    """Two counties, everybody, one round, and Lin's empty draft."""
    return make_world()


@pytest.fixture(params=STATES)
def case(db, request):
    """The return in one of its states."""
    return Case(request.param)


def test_every_deed_is_done_where_the_table_says_and_refused_everywhere_else(case):
    browsers = {name: signed_in(User.objects.get(username=name)) for name in ("lin", "sun", "he", "wu")}
    for name in DONE:
        for person in who_may(name):
            with transaction.atomic():
                attempt(case, browsers[person], name, is_done=person in DONE[name].get(case.state, ()))
                transaction.set_rollback(True)


def attempt(case, browser, name, *, is_done):
    """Send a deed and look at what it answers and at what it leaves."""
    address = case.address(name)
    before = all_there_is()
    status = case.send(browser, name, address).status_code
    changed = all_there_is() != before
    assert changed is is_done, (name, status)
    if not is_done and name not in NO_EFFECT_HERE:
        refused = 403 if name in SAYS_403 else 302
        assert status == OTHERWISE.get((name, case.state), refused), name
    if name in NO_EFFECT_HERE and case.state not in (*EDITABLE, "limited"):
        assert status in (302, 403, 422), name


@pytest.mark.drill
def test_who_reaches_nothing_reaches_nothing_in_any_state(case):
    """The whole matrix of the deeds, and of the pages, once more in every state."""
    for person in PEOPLE[1:]:
        browser = signed_in(User.objects.get(username=person))
        for name in DONE:
            if MATRIX[name, "POST"][person] not in (403, 404):
                continue
            with transaction.atomic():
                address = case.address(name)
                before = all_there_is()
                response = case.send(browser, name, address)
                expected = 404 if (case.state, name, person) in UNSEEN else MATRIX[name, "POST"][person]
                assert response.status_code == expected, (name, person)
                assert all_there_is() == before, (name, person)
                transaction.set_rollback(True)


UNSEEN = {("head", "ask_again", "lin"), ("head", "close_point", "lin")}
"""A point that was never given back does not exist for the unit yet."""


MORE = {
    **{"status": "approved", "desk": "division", "revision": 7, "row_version_of": 3, "is_closed": ""},
    **{"unit_id": 1, "round": 1, "submission": 1, "submission_id": 1, "id": 1, "pk": 1, "by": 1, "user": 1},
    **{
        "actor": 1,
        "actor_name": "别人",
        "author": 1,
        "started_by": 1,
        "at": "2001-01-01",
        "action": "approve",
    },
    **{
        "to_status": "approved",
        "from_status": "draft",
        "sha256": "0",
        "source": "imported",
        "state": "closed",
    },
}
"""Fields that no form has, by the names of what they would change."""


def shape():
    """Every row there is, but for numbers and times, which differ from one deed to the next."""
    leaving_out = "ARRAY['id', 'at', 'saved_at', 'removed_at', 'started_at', 'content', 'sha256', 'point_id', 'request_id', 'problem_id']"
    rows = " UNION ALL ".join(
        f"SELECT '{table}', (to_jsonb(this) - {leaving_out})::text FROM {table} AS this"
        for table in (*KEPT, "submissions_reviewpoint")
    )
    revisions = {str(each.pk): f"{each.unit} {each.revision}" for each in Submission.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute(rows)
        return sorted(named(text, revisions) for text in map(str, cursor.fetchall()))


def named(text, revisions):
    """A row with its return by name, and without the numbers of lines."""
    text = re.sub(r'"submission_id": (\d+)', lambda found: revisions[found[1]], text)
    return re.sub(r'("(?:line|new_category|attachment)": |line-)\d+', "", text)


def test_more_fields_than_a_form_has_change_nothing(case):
    for name, states in DONE.items():
        if case.state != next(iter(states), None):
            continue
        browser = signed_in(User.objects.get(username=states[case.state][0]))
        left = []
        for more in ({}, MORE):
            with transaction.atomic():
                case.send(browser, name, case.address(name), **more)
                left.append(shape())
                transaction.set_rollback(True)
        assert left[0] == left[1], name


def nested_addresses():
    """The addresses that name a return and something that belongs to it."""
    found = {}
    for address in addresses(get_resolver()):
        numbers = [
            name for name, kind in address.pattern.converters.items() if isinstance(kind, IntConverter)
        ]
        if len(numbers) == 2 and "submission_id" in numbers:
            found[address.name] = next(name for name in numbers if name != "submission_id")
    return found


def receipt_of(world):
    """The receipt for handing Lin's return in, which is a draft again."""
    step = actions.submit(submission=world.submission, **NOTHING_LEFT, by=world.lin, at=NOW)
    put_in_status(world.submission, "draft")
    return step.receipt


def file_of(problem):
    """A file of an answer to a problem."""
    said = {"text": "做了", "progress": "done", "actor": problem.actor, "actor_name": "林晓", "at": NOW}
    with without_guards("submissions_problementry"), without_guards("submissions_problemfile"):
        entry = problem.entries.create(kind="answered", **said)
        return entry.files.create(file_name="a.pdf", kind="pdf", size=1, sha256="0" * 64)


def test_what_belongs_to_another_return_does_not_exist_below_mine(world):
    """Both are Lin's, and the other one is where everything could be done with it."""
    mine = make_submission(world.round, world.rescue, world.lin)
    theirs = world.submission
    belongs = {
        "receipt_id": receipt_of(world).pk,
        "point_id": put_point(theirs, "performance_office").pk,
        "attachment_id": attach_file(
            submission=theirs, file=evidence_file(pdf(), "a.pdf"), by=world.lin, at=NOW
        ).pk,
        "upload_id": filled_in(world).pk,
        "request_id": wanted(theirs).pk,
        "problem_id": put_problem(theirs).pk,
        "file_id": file_of(put_problem(theirs, "answered")).pk,
    }
    found = nested_addresses()
    assert len(found) >= 8 and set(found.values()) == set(belongs)
    lin = signed_in(world.lin)
    for name, what in found.items():
        before = all_there_is()
        for method in ("GET", "POST"):
            if MATRIX[name, method]["lin"] == 405:
                continue
            path = reverse(name, args=[mine.pk, belongs[what]])
            assert lin.generic(method, path).status_code == 404, name
        assert all_there_is() == before, name


def test_a_point_of_another_return_is_not_answered_with_a_file_on_mine(world):
    mine = make_submission(world.round, world.rescue, world.lin)
    point = put_point(world.submission, "performance_office")
    sent = {"point": point.pk, "file": SimpleUploadedFile("b.pdf", pdf())}
    assert signed_in(world.lin).post(reverse("attach_file", args=[mine.pk]), sent).status_code == 404
