"""What every guard has in common: no setting of a session switches it off, and TRUNCATE passes by none."""

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from tests.world import change, make_submission, make_world, save


@pytest.fixture
def world(db):
    """Lin's return with one row and the record of its saving."""
    world = make_world()
    save(world.submission, change("other", outturn="1"))
    return world


def test_the_session_setting_of_the_trigger_library_switches_nothing_off(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname::text) FROM pg_trigger WHERE NOT tgisinternal")
        names = cursor.fetchone()[0]
        assert len(names) > 20
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])
    with pytest.raises(DatabaseError, match="edits are only added"), connection.cursor() as cursor:
        cursor.execute("UPDATE submissions_edit SET actor_name = ''")


KEPT = [
    "orgs_membership",
    "orgs_event",
    "orgs_passwordrecord",
    "submissions_submission",
    "submissions_edit",
    "submissions_transition",
    "submissions_receipt",
    "submissions_extension",
    "submissions_reminder",
    "submissions_roundevent",
    "submissions_reviewpoint",
    "submissions_pointentry",
    "submissions_problem",
    "submissions_problementry",
    "submissions_problemfile",
    "submissions_snapshot",
    "submissions_publication",
    "submissions_attachment",
    "submissions_explanation",
    "submissions_override",
    "submissions_checksetting",
    "submissions_roundthreshold",
    "submissions_reporttemplate",
    "budgets_textreading",
    "budgets_budgetline",
    "budgets_projectline",
    "budgets_adjustmentline",
    "budgets_staffline",
    "budgets_threepubliccountline",
    "budgets_carryoverline",
    "budgets_buildingline",
    "budgets_returntext",
    "budgets_categorybook",
    "budgets_categoryconfirmation",
    "performance_performancegoal",
    "performance_indicatorline",
    "performance_projectgoal",
    "performance_projectindicatorline",
    "performance_roundscoring",
    "performance_sampledraw",
    "performance_sampledreturn",
    "performance_recheckversion",
    "performance_libraryindicator",
    "performance_targetapproval",
    "performance_targetrequest",
    "performance_targetanswer",
    "performance_bulkexport",
    "budgets_returnupload",
    "budgets_uploadedfile",
    "budgets_cellnote",
    "budgets_restatement",
    "budgets_uploadundo",
    "budgets_bureaurule",
    "budgets_ruletrial",
    "budgets_ruleswitch",
    "orgs_peopleupload",
    "budgets_budgetupload",
]


@pytest.mark.parametrize("table", KEPT)
def test_no_table_of_figures_or_records_is_emptied(world, table):
    with pytest.raises(DatabaseError, match="Cannot truncate"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_every_table_with_guards_of_rows_has_the_one_against_truncate():
    guarded = {model._meta.db_table for model, _ in pgtrigger.registered()}
    kept = {
        model._meta.db_table for model, guard in pgtrigger.registered() if guard.name == "never_truncated"
    }
    assert kept == set(KEPT)
    assert guarded - kept == {
        "orgs_unit",
        "submissions_collectionround",
    }  # emptying it would empty the submissions too


# --- Each guard is what refuses: with it off, the same statement passes

A_TRANSITION = """
    INSERT INTO submissions_transition
           (submission_id, action, from_status, from_desk, to_status, to_desk, actor_id, actor_name, comment,
            at)
    SELECT s.id, {action}, {source}, {target}, u.id, '', '好', now()
      FROM submissions_submission s, orgs_user u WHERE u.username = '{by}'
"""
AN_EVENT = """
    INSERT INTO orgs_event (action, what, result, actor_id, actor_name, roles, at)
    SELECT 'exported', 'a.xlsx', 'done', id, '林晓', '', now() FROM orgs_user WHERE username = 'lin'
"""
A_BOOK = """
    INSERT INTO budgets_categorybook (book, fiscal_year, file_name, sha256, rows, uploaded_by_id, uploaded_at)
    SELECT 'general_public', 2023, 'a.xlsx', repeat('0', 64), '[]', id, now() FROM orgs_user LIMIT 1
"""
A_CONFIRMATION = """
    INSERT INTO budgets_categoryconfirmation (book, code, name, unit_id, actor_id, actor_name, at)
    SELECT 'general_public', '2240188', '应急科技', unit.id, person.id, '钱宁', now()
      FROM orgs_unit unit, orgs_user person LIMIT 1
"""
AN_UPLOAD = """
    INSERT INTO budgets_returnupload
           (submission_id, file_name, sha256, amount_unit, exported_at, exported_version, rows, uploaded_by_id,
            uploaded_at)
    SELECT s.id, 'a.xlsx', repeat('0', 64), 'wan', '', 0, '{}', u.id, now()
      FROM submissions_submission s, orgs_user u LIMIT 1
"""
AN_UNDO = """
    INSERT INTO budgets_uploadundo (upload_id, actor_id, actor_name, at)
    SELECT id, uploaded_by_id, '林晓', now() FROM budgets_returnupload
"""
A_RESTATEMENT = """
    INSERT INTO budgets_restatement
           (submission_id, approved_in_id, schedule, line, "row", "column", approved_figure, restated_figure,
            reason, actor_id, actor_name, at)
    SELECT this.id, other.id, 'revenue', 1, '{}', 'last_year_outturn', 1, 2, '更正差错', u.id, '林晓', now()
      FROM submissions_submission this, submissions_submission other, orgs_user u
     WHERE this.id < other.id LIMIT 1
"""
PEOPLE_UPLOADED = """
    INSERT INTO orgs_peopleupload (bureau_id, file_name, sha256, rows, uploaded_by_id, uploaded_at)
    SELECT unit.id, 'a.xlsx', repeat('0', 64), '{}', person.id, now()
      FROM orgs_unit unit, orgs_user person LIMIT 1
"""
BUDGETS_UPLOADED = """
    INSERT INTO budgets_budgetupload
           (round_id, file_name, sha256, amount_unit, rows, uploaded_by_id, uploaded_at, replaces, seen, refusal)
    SELECT round.id, 'a.xlsx', repeat('0', 64), 'wan', '{}', person.id, now(), false, '', ''
      FROM submissions_collectionround round, orgs_user person LIMIT 1
"""
A_POINT = """
    INSERT INTO submissions_reviewpoint
           (submission_id, schedule, "row", "column", recorded_row, quote, place_name, reason, demand, desk, state,
            actor_id, actor_name, at)
    SELECT s.id, '', '', '', '{}', '', '整份填报', 'other', '请核对', 'performance_office', 'open', u.id, '吴芳',
           now()
      FROM submissions_submission s, orgs_user u WHERE u.username = 'wu' ORDER BY s.desk DESC LIMIT 1
"""
AN_ENTRY = """
    INSERT INTO submissions_pointentry (point_id, kind, text, actor_id, actor_name, at)
    SELECT id, 'closed', '', actor_id, '吴芳', now() FROM submissions_reviewpoint LIMIT 1
"""
AN_ATTACHMENT = """
    INSERT INTO submissions_attachment
           (submission_id, schedule, "row", point_id, place_name, file_name, kind, size, sha256, uploaded_by_id,
            uploaded_by_name, at, removed_by_name)
    SELECT s.id, '', '', {point}, '整份填报', 'a.pdf', 'pdf', 1, repeat('0', 64), u.id, '林晓', now(), ''
      FROM submissions_submission s LEFT JOIN submissions_reviewpoint point ON point.submission_id <> s.id,
           orgs_user u WHERE u.username = 'lin' ORDER BY point.id, s.id LIMIT 1
"""
ATTACHED = AN_ATTACHMENT.format(point="NULL")
OF_ANOTHERS_POINT = AN_ATTACHMENT.format(point="point.id")
A_REMOVAL = """
    UPDATE submissions_attachment SET removed_at = now(), removed_by_id = uploaded_by_id, removed_by_name = '林晓'
"""
OF_FINDING = """
    INSERT INTO submissions_{table}
           (submission_id, code, rule_version, schedule, "row", "column", digest, actor_id, actor_name, at, {words})
    SELECT s.id, 'C-001', 1, 'revenue', 'total', 'outturn', repeat('0', 64), s.started_by_id, '林晓', now(),
           '决算口径与预算口径不同'
      FROM submissions_submission s ORDER BY s.desk DESC LIMIT 1
"""
AN_EXPLANATION = OF_FINDING.format(table="explanation", words="text")
AN_OVERRIDE = OF_FINDING.format(table="override", words="reason")
OF_ROUND = """
    INSERT INTO submissions_{table} (round_id, {columns}, reason, actor_id, actor_name, at)
    SELECT round_id, {set}, '本地规定', started_by_id, '吴芳', now() FROM submissions_submission LIMIT 1
"""
A_CHECK_SETTING = OF_ROUND.format(table="checksetting", columns="code, severity", set="'C-001', 'off'")
A_THRESHOLD = OF_ROUND.format(table="roundthreshold", columns='name, "limit"', set="'change_rate', 20")
A_RULE = """
    INSERT INTO budgets_bureaurule
           (bureau_id, number, version, sentence, "left", sign, "right", tolerance, severity, actor_id,
            actor_name, at)
    SELECT unit.id, 1, 1, '其他收入不多', '1', '=', '1', 'exact', 'error', person.id, '吴芳', now()
      FROM orgs_unit unit, orgs_user person WHERE unit.code = '{bureau}' LIMIT 1
"""
OF_RULE = """
    INSERT INTO budgets_{table} (rule_id, round_id, {columns}, actor_id, actor_name, at)
    SELECT rule.id, round.id, {set}, rule.actor_id, '吴芳', now()
      FROM budgets_bureaurule rule, submissions_collectionround round
"""
OUR_RULE, OF_ANOTHER = A_RULE.format(bureau="100"), A_RULE.format(bureau="224001")
A_TRIAL = OF_RULE.format(
    table="ruletrial", columns="fiscal_year, holds, rounded, fails, missing", set="2022, 1, 0, 0, 0"
)
A_SWITCH = OF_RULE.format(table="ruleswitch", columns="is_on, reason", set="true, '本地规定'")
A_SCORING = OF_ROUND.replace("submissions_{table}", "performance_roundscoring").format(
    columns="framework, scheme", set="'three_blocks', 'no_caps'"
)
A_DRAW = OF_ROUND.replace("submissions_{table}", "performance_sampledraw").format(
    columns="seed, size, is_percent, largest, full_marks, low_execution, candidates",
    set="'7f3a', 1, false, 0, 0, 0, '[]'",
)
A_SAMPLED_RETURN = """
    INSERT INTO performance_sampledreturn (draw_id, submission_id, rule)
    SELECT draw.id, s.id, 'random' FROM performance_sampledraw draw, submissions_submission s
     ORDER BY s.status LIMIT 1
"""
A_RECHECK = """
    INSERT INTO performance_recheckversion
           (submission_id, number, checked, own_total, is_finished, actor_id, actor_name, at)
    SELECT id, 1, '[]', 90, false, started_by_id, '吴芳', now()
      FROM submissions_submission ORDER BY status LIMIT 1
"""
OF_A_DRAFT = "FROM submissions_submission WHERE status IN ('draft', 'in_review') ORDER BY desk DESC LIMIT 1"
AN_APPROVAL = f"""
    INSERT INTO performance_targetapproval
           (submission_id, document, approved_on, targets, actor_id, actor_name, at)
    SELECT id, '', '2024-02-01', '[]', started_by_id, '吴芳', now() {OF_A_DRAFT}
"""
A_TARGET_REQUEST = f"""
    INSERT INTO performance_targetrequest
           (submission_id, project, old, new, reason, document, actor_id, actor_name, at)
    SELECT id, '', '{{}}', '{{"name": "x"}}', '批复调整', '', started_by_id, '林晓', now() {OF_A_DRAFT}
"""
A_TARGET_ANSWER = """
    INSERT INTO performance_targetanswer (request_id, kind, remark, actor_id, actor_name, at)
    SELECT id, 'approved', '', actor_id, '吴芳', now() FROM performance_targetrequest
"""
OF_ONE_THAT_WAS = A_RECHECK.replace(
    "ORDER BY status LIMIT 1", "WHERE id IN (SELECT submission_id FROM performance_sampledreturn)"
)
UNDER_REVIEW = "'in_review', 'performance_office'"
SUBMITTED = A_TRANSITION.format(action="'submit'", source="'draft', ''", target=UNDER_REVIEW, by="lin")
WITHDRAWN = A_TRANSITION.format(action="'withdraw'", source=UNDER_REVIEW, target="'draft', ''", by="lin")

APPROVED = A_TRANSITION.format(
    action="'approve'", source=UNDER_REVIEW, target="'approved', ''", by="wu' AND s.desk <> '"
)
REOPENED = A_TRANSITION.format(
    action="'reopen'", source="'approved', ''", target="'superseded', ''", by="wu' AND s.status = 'approved"
)
A_SNAPSHOT = """
    INSERT INTO submissions_snapshot (submission_id, content, sha256, at)
    SELECT id, '{}', encode(sha256('{}'), 'hex'), now() FROM submissions_submission WHERE desk <> ''
"""
SAMPLED = f"{SUBMITTED}; {A_SNAPSHOT}; {APPROVED}; {A_DRAW}; {A_SAMPLED_RETURN}"
A_PROBLEM = """
    INSERT INTO submissions_problem
           (submission_id, source, text, own_measure, demand, due_date, state, actor_id, actor_name, at)
    SELECT s.id, 'free', '执行率偏低', '', '加快支出', '2099-05-31', 'written', u.id, '吴芳', now()
      FROM submissions_submission s, orgs_user u WHERE u.username = 'wu'
     ORDER BY s.status = 'approved' DESC LIMIT 1
"""
OF_A_PROBLEM = """
    INSERT INTO submissions_problementry (problem_id, kind, text, progress, actor_id, actor_name, at)
    SELECT id, '{kind}', '已办', '{progress}', actor_id, '吴芳', now() FROM submissions_problem LIMIT 1
"""
ISSUED = OF_A_PROBLEM.format(kind="issued", progress="")
ANSWERED = OF_A_PROBLEM.format(kind="answered", progress="done")
A_PROOF = """
    INSERT INTO submissions_problemfile (entry_id, file_name, kind, size, sha256)
    SELECT max(id), 'a.pdf', 'pdf', 1, repeat('0', 64) FROM submissions_problementry
"""
A_PUBLICATION = """
    INSERT INTO submissions_publication
           (submission_id, reply_date, secrecy_reviewer, secrecy_review_date, signatory, sign_off_date,
            published_date, address, authorisation, actor_id, actor_name, at)
    SELECT id, '2024-09-01', '保密员', '2024-09-01', '局长', '2024-09-01', '2024-09-01', '', '', started_by_id,
           '林晓', now()
      FROM submissions_submission ORDER BY status LIMIT 1
"""

WRITTEN_DOWN = f"{SUBMITTED}; {A_SNAPSHOT}; {APPROVED}; {A_PROBLEM}"

A_RECEIPT = """
    INSERT INTO submissions_receipt (submission_id, step_id, number, unit_name, totals, sha256)
    SELECT submission_id, id, id, '单位', '[]', repeat('0', 64) FROM submissions_transition
"""

AN_EXPORT = """
    INSERT INTO performance_bulkexport
           (round_id, parts, with_unapproved, returns, left_out, actor_id, actor_name, at, state, number, done,
            problems, attempt, resumed_done, error, file_name, sha256)
    SELECT round_id, '["report"]', true, jsonb_build_array(id), '[]', started_by_id, '钱宁', now(), 'waiting', 1,
           0, '[]', 0, 0, '', 'a.zip', ''
      FROM submissions_submission LIMIT 1
"""

GUARDED = {
    # Table, guard: what is done first, what the guard refuses.
    ("orgs_membership", "never_deleted"): ("", "DELETE FROM orgs_membership"),
    ("orgs_event", "append_only"): (AN_EVENT, "UPDATE orgs_event SET what = 'b.xlsx'"),
    ("orgs_passwordrecord", "never_changed"): (
        "INSERT INTO orgs_passwordrecord (user_id, hashed, at) SELECT id, password, now() FROM orgs_user",
        "UPDATE orgs_passwordrecord SET hashed = ''",
    ),
    ("orgs_unit", "path_begins_with_parent"): (
        "",
        "UPDATE orgs_unit SET path = '/elsewhere/225001/' WHERE code = '225001'",
    ),
    ("orgs_membership", "never_anothers"): (
        "",
        "UPDATE orgs_membership SET user_id = (SELECT id FROM orgs_user WHERE username = 'zhao')"
        " WHERE role = 'auditor'",
    ),
    ("orgs_peopleupload", "upload_never_changes"): (
        PEOPLE_UPLOADED,
        "UPDATE orgs_peopleupload SET rows = '{\"x\": 1}'",
    ),
    ("orgs_peopleupload", "append_only_once_applied"): (
        f"""{PEOPLE_UPLOADED};
        UPDATE orgs_peopleupload SET applied_at = now(), applied_by_id = uploaded_by_id, changes = '{{}}'""",
        "DELETE FROM orgs_peopleupload",
    ),
    ("budgets_budgetupload", "upload_never_changes"): (
        BUDGETS_UPLOADED,
        "UPDATE budgets_budgetupload SET rows = '{\"x\": 1}'",
    ),
    ("budgets_budgetupload", "append_only_once_applied"): (
        f"""{BUDGETS_UPLOADED};
        UPDATE budgets_budgetupload SET confirmed_at = now(), applied_at = now(), changes = '{{}}'""",
        "DELETE FROM budgets_budgetupload",
    ),
    ("submissions_collectionround", "stays_its_year"): (
        "",
        "UPDATE submissions_collectionround SET fiscal_year = 2020",
    ),
    ("submissions_edit", "append_only"): ("", "DELETE FROM submissions_edit"),
    ("submissions_edit", "editable_submission_only"): (
        SUBMITTED,
        """INSERT INTO submissions_edit
              (submission_id, schedule, actor_id, actor_name, at, changes, source, request_key)
           SELECT submission_id, schedule, actor_id, actor_name, at, '[]', 'typed', '' FROM submissions_edit""",
    ),
    ("submissions_submission", "never_deleted"): (
        "",
        "DELETE FROM submissions_submission WHERE unit_id IN (SELECT id FROM orgs_unit WHERE code = '224002')",
    ),
    ("submissions_submission", "status_by_transition"): (
        "",
        "UPDATE submissions_submission SET status = 'approved'",
    ),
    ("submissions_extension", "append_only"): (
        "INSERT INTO submissions_extension (round_id, unit_id, until_date, reason, actor_id, actor_name, at)"
        " SELECT round_id, unit_id, '2024-05-31', '批复调整', started_by_id, '吴芳', now()"
        " FROM submissions_submission LIMIT 1",
        "UPDATE submissions_extension SET until_date = '2024-06-30'",
    ),
    ("submissions_snapshot", "append_only"): (
        f"{SUBMITTED}; {A_SNAPSHOT}",
        "UPDATE submissions_snapshot SET content = ''",
    ),
    ("submissions_snapshot", "holds_what_it_says"): (
        SUBMITTED,
        A_SNAPSHOT.replace("encode(sha256('{}'), 'hex')", "repeat('0', 64)"),
    ),
    ("submissions_publication", "append_only"): (
        f"{SUBMITTED}; {A_SNAPSHOT}; {APPROVED}; {A_PUBLICATION}",
        "UPDATE submissions_publication SET signatory = '别人'",
    ),
    ("submissions_publication", "of_an_approved_return"): (SUBMITTED, A_PUBLICATION),
    ("submissions_receipt", "append_only"): (
        f"{SUBMITTED}; {A_RECEIPT}",
        "UPDATE submissions_receipt SET totals = '[[]]'",
    ),
    ("submissions_receipt", "of_a_handing_in"): (
        f"{SUBMITTED}; {WITHDRAWN}",
        f"{A_RECEIPT} WHERE action = 'withdraw'",
    ),
    ("submissions_reminder", "append_only"): (
        "INSERT INTO submissions_reminder (round_id, unit_id, text, actor_id, actor_name, at)"
        " SELECT round_id, unit_id, '请报送', started_by_id, '吴芳', now() FROM submissions_submission LIMIT 1",
        "DELETE FROM submissions_reminder",
    ),
    ("submissions_roundevent", "append_only"): (
        "INSERT INTO submissions_roundevent (round_id, kind, reason, actor_name, at)"
        " SELECT id, 'closed', '到期', '系统', now() FROM submissions_collectionround LIMIT 1",
        "UPDATE submissions_roundevent SET reason = '别的'",
    ),
    ("submissions_reviewpoint", "never_deleted"): (
        f"{SUBMITTED}; {A_POINT}",
        "DELETE FROM submissions_reviewpoint",
    ),
    ("submissions_reviewpoint", "asked_on_its_desk"): ("", A_POINT),
    ("submissions_reviewpoint", "moved_by_entry"): (
        f"{SUBMITTED}; {A_POINT}",
        "UPDATE submissions_reviewpoint SET state = 'closed'",
    ),
    ("submissions_pointentry", "append_only"): (
        f"{SUBMITTED}; {A_POINT}; {AN_ENTRY}",
        "UPDATE submissions_pointentry SET text = '别的'",
    ),
    ("submissions_pointentry", "moves_point"): (
        f"{SUBMITTED}; {A_POINT}; {AN_ENTRY}",
        AN_ENTRY,
    ),
    ("submissions_problem", "never_deleted"): (WRITTEN_DOWN, "DELETE FROM submissions_problem"),
    ("submissions_problem", "written_of_an_approved_return"): (SUBMITTED, A_PROBLEM),
    ("submissions_problem", "moved_by_entry"): (
        f"{WRITTEN_DOWN}; {ISSUED}",
        "UPDATE submissions_problem SET state = 'closed'",
    ),
    ("submissions_problementry", "append_only"): (
        f"{WRITTEN_DOWN}; {ISSUED}",
        "UPDATE submissions_problementry SET text = '别的'",
    ),
    ("submissions_problementry", "moves_problem"): (WRITTEN_DOWN, ANSWERED),
    ("submissions_problemfile", "append_only"): (
        f"{WRITTEN_DOWN}; {ISSUED}; {ANSWERED}; {A_PROOF}",
        "UPDATE submissions_problemfile SET file_name = 'b.pdf'",
    ),
    ("submissions_problemfile", "of_a_standing_answer"): (f"{WRITTEN_DOWN}; {ISSUED}", A_PROOF),
    ("submissions_attachment", "never_deleted"): (ATTACHED, "DELETE FROM submissions_attachment"),
    ("submissions_attachment", "editable_submission_only"): (f"{ATTACHED}; {SUBMITTED}", A_REMOVAL),
    ("submissions_attachment", "removal_alone_changes"): (
        ATTACHED,
        "UPDATE submissions_attachment SET file_name = 'b.pdf'",
    ),
    ("submissions_attachment", "removed_once"): (
        f"{ATTACHED}; {A_REMOVAL}",
        "UPDATE submissions_attachment SET removed_at = NULL, removed_by_id = NULL, removed_by_name = ''",
    ),
    ("submissions_attachment", "point_of_its_return"): (
        f"{SUBMITTED}; {A_POINT}; {WITHDRAWN}",
        OF_ANOTHERS_POINT,
    ),
    ("submissions_explanation", "append_only"): (
        AN_EXPLANATION,
        "UPDATE submissions_explanation SET text = '另外一段十个字以上的话'",
    ),
    ("submissions_explanation", "editable_submission_only"): (SUBMITTED, AN_EXPLANATION),
    ("submissions_override", "append_only"): (AN_OVERRIDE, "DELETE FROM submissions_override"),
    ("submissions_checksetting", "append_only"): (
        A_CHECK_SETTING,
        "UPDATE submissions_checksetting SET severity = 'error'",
    ),
    ("submissions_roundthreshold", "append_only"): (
        A_THRESHOLD,
        "DELETE FROM submissions_roundthreshold",
    ),
    ("budgets_bureaurule", "append_only"): (OUR_RULE, "UPDATE budgets_bureaurule SET sentence = '别的'"),
    ("budgets_ruletrial", "append_only"): (f"{OUR_RULE}; {A_TRIAL}", "DELETE FROM budgets_ruletrial"),
    ("budgets_ruletrial", "rule_of_the_bureau"): (OF_ANOTHER, A_TRIAL),
    ("budgets_ruleswitch", "append_only"): (
        f"{OUR_RULE}; {A_TRIAL}; {A_SWITCH}",
        "UPDATE budgets_ruleswitch SET is_on = false",
    ),
    ("budgets_ruleswitch", "tried_out_first"): (OUR_RULE, A_SWITCH),
    ("budgets_textreading", "append_only"): (
        "INSERT INTO budgets_returntext (submission_id, name, text, row_version)"
        " SELECT id, 'duties', '一', 1 FROM submissions_submission WHERE status = 'draft' LIMIT 1;"
        " INSERT INTO budgets_textreading (text_id, row_version, actor_id, actor_name, at)"
        " SELECT t.id, 1, u.id, '林晓', now() FROM budgets_returntext t, orgs_user u WHERE u.username = 'lin'",
        "DELETE FROM budgets_textreading",
    ),
    ("submissions_reporttemplate", "append_only"): (
        "INSERT INTO submissions_reporttemplate (round_id, file_name, content, sha256, actor_id, actor_name, at)"
        " SELECT id, 'a.docx', '', '', (SELECT id FROM orgs_user WHERE username = 'qian'), '钱宁', now()"
        " FROM submissions_collectionround LIMIT 1",
        "UPDATE submissions_reporttemplate SET file_name = 'b.docx'",
    ),
    ("performance_roundscoring", "append_only"): (
        A_SCORING,
        "UPDATE performance_roundscoring SET framework = 'four_blocks'",
    ),
    ("performance_sampledraw", "append_only"): (
        A_DRAW,
        "UPDATE performance_sampledraw SET seed = '9c'",
    ),
    ("performance_sampledreturn", "append_only"): (SAMPLED, "DELETE FROM performance_sampledreturn"),
    ("performance_sampledreturn", "of_an_approved_return"): (A_DRAW, A_SAMPLED_RETURN),
    ("performance_recheckversion", "append_only"): (
        f"{SAMPLED}; {A_RECHECK}",
        "UPDATE performance_recheckversion SET own_total = 80",
    ),
    ("performance_recheckversion", "one_after_another"): (
        f"{SUBMITTED}; {A_SNAPSHOT}; {APPROVED}",
        A_RECHECK,
    ),
    ("performance_recheckversion", "while_it_is_approved"): (f"{SAMPLED}; {REOPENED}", OF_ONE_THAT_WAS),
    ("performance_libraryindicator", "append_only"): (
        """INSERT INTO performance_libraryindicator
               (bureau_id, number, version, name, second_level, direction, target, measuring_unit, data_source,
                kinds, is_withdrawn, actor_id, actor_name, at)
           SELECT unit.id, 1, 1, '满意度', 'satisfaction', '', '', '', '', '', false, person.id, '钱宁', now()
             FROM orgs_unit unit, orgs_user person LIMIT 1""",
        "DELETE FROM performance_libraryindicator",
    ),
    ("performance_targetapproval", "append_only"): (
        AN_APPROVAL,
        "UPDATE performance_targetapproval SET document = '别的'",
    ),
    ("performance_targetapproval", "editable_submission_only"): (SUBMITTED, AN_APPROVAL),
    ("performance_targetrequest", "append_only"): (
        A_TARGET_REQUEST,
        "UPDATE performance_targetrequest SET reason = '别的'",
    ),
    ("performance_targetrequest", "editable_submission_only"): (SUBMITTED, A_TARGET_REQUEST),
    ("performance_targetanswer", "append_only"): (
        f"{A_TARGET_REQUEST}; {A_TARGET_ANSWER}",
        "DELETE FROM performance_targetanswer",
    ),
    ("performance_bulkexport", "never_deleted"): (AN_EXPORT, "DELETE FROM performance_bulkexport"),
    ("performance_bulkexport", "asked_never_changes"): (
        AN_EXPORT,
        "UPDATE performance_bulkexport SET with_unapproved = false",
    ),
    ("performance_bulkexport", "ended_is_ended"): (
        f"{AN_EXPORT}; UPDATE performance_bulkexport SET state = 'cancelled', ended_at = now()",
        "UPDATE performance_bulkexport SET state = 'waiting', ended_at = NULL",
    ),
    ("submissions_transition", "append_only"): (SUBMITTED, "UPDATE submissions_transition SET comment = 'x'"),
    ("submissions_transition", "takes_step"): (
        "",
        A_TRANSITION.format(action="'approve'", source="'draft', ''", target="'approved', ''", by="wu"),
    ),
    ("budgets_budgetline", "editable_submission_only"): (
        SUBMITTED,
        "UPDATE budgets_budgetline SET outturn = 2, row_version = row_version + 1",
    ),
    ("budgets_budgetline", "row_version_steps_by_one"): ("", "UPDATE budgets_budgetline SET outturn = 2"),
    ("budgets_categorybook", "upload_never_changes"): (
        A_BOOK,
        "UPDATE budgets_categorybook SET file_name = 'b.xlsx'",
    ),
    ("budgets_categorybook", "append_only_once_applied"): (
        f"""{A_BOOK}; UPDATE budgets_categorybook SET applied_at = now(), applied_by_id = uploaded_by_id,
            changes = '{{}}'""",
        "UPDATE budgets_categorybook SET applied_at = NULL, applied_by_id = NULL, changes = NULL",
    ),
    ("budgets_returnupload", "upload_never_changes"): (
        AN_UPLOAD,
        """UPDATE budgets_returnupload SET rows = '{"revenue": []}'""",
    ),
    ("budgets_returnupload", "append_only_once_applied"): (
        f"""{AN_UPLOAD}; UPDATE budgets_returnupload SET applied_at = now(), applied_by_id = uploaded_by_id,
            changes = '{{}}'""",
        "DELETE FROM budgets_returnupload",
    ),
    ("budgets_uploadundo", "append_only"): (
        f"{AN_UPLOAD}; {AN_UNDO}",
        "UPDATE budgets_uploadundo SET actor_name = '别人'",
    ),
    ("budgets_restatement", "append_only"): (A_RESTATEMENT, "UPDATE budgets_restatement SET reason = '别的'"),
    ("budgets_restatement", "editable_submission_only"): (SUBMITTED, A_RESTATEMENT),
    ("budgets_categoryconfirmation", "append_only"): (
        A_CONFIRMATION,
        "DELETE FROM budgets_categoryconfirmation",
    ),
}


@pytest.mark.parametrize("place", GUARDED, ids=lambda place: ".".join(place))
def test_with_a_guard_on_it_is_refused_and_with_it_off_it_passes(world, place):
    table, name = place
    before, refused = GUARDED[place]
    make_submission(world.round, world.rescue, world.lin)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if before:
            cursor.execute(before)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(refused)
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger_of(table, name)}")
        cursor.execute(refused)
        assert cursor.rowcount


def trigger_of(table, name):
    """What PostgreSQL calls a guard."""
    return next(
        guard.get_pgid(model)
        for model, guard in pgtrigger.registered()
        if (model._meta.db_table, guard.name) == (table, name)
    )


def test_with_the_guards_against_it_off_truncate_passes(world):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in KEPT:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger_of(table, 'never_truncated')}")
        cursor.execute("TRUNCATE budgets_budgetline")
        cursor.execute("SELECT count(*) FROM budgets_budgetline")
        assert cursor.fetchone() == (0,)


def test_every_guard_is_among_them_once():
    guards = {(model._meta.db_table, guard.name) for model, guard in pgtrigger.registered()}
    rows = ("editable_submission_only", "row_version_steps_by_one")  # the same for every kind of row
    of_lines = {table for table, name in guards if name == rows[1]}
    ours = {
        (table, name)
        for table, name in guards
        if name != "never_truncated" and not (name in rows and table in of_lines)
    }
    assert ours | {("budgets_budgetline", name) for name in rows} == set(GUARDED)


SHADOWS = {
    "a temporary table": """CREATE TEMPORARY TABLE submissions_submission AS
        SELECT id, 'draft'::text AS status FROM public.submissions_submission""",
    "a schema before ours": """CREATE SCHEMA shadow; CREATE TABLE shadow.submissions_submission AS
        SELECT id, 'draft'::text AS status FROM public.submissions_submission;
        SET search_path = shadow, public""",
}


@pytest.mark.parametrize("shadow", SHADOWS.values(), ids=SHADOWS)
def test_no_table_of_the_same_name_deceives_a_guard(world, shadow):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(SUBMITTED)
        cursor.execute(shadow)
        with pytest.raises(DatabaseError, match="cannot be edited"), transaction.atomic():
            cursor.execute("UPDATE budgets_budgetline SET outturn = 2, row_version = row_version + 1")
        transaction.set_rollback(True)


def test_a_line_of_a_return_that_does_not_exist_yet_is_refused(world):
    with pytest.raises(DatabaseError, match="cannot be edited"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO budgets_returntext (submission_id, name, text, row_version)"
            " VALUES (900002, 'thrift_measures', 'x', 1)"
        )
