"""A database of an earlier state of the product is brought forward with everything that is in it."""

import os
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests.config.processes import ROOT, run

FIRST = {"orgs": "0001", "submissions": "0001", "budgets": "0002"}
"""What the ground floor, the first state anybody ran, had applied."""

A_RETURN = """
    INSERT INTO orgs_region (code, name, level) VALUES ('431102', '零陵区', 'county');
    INSERT INTO orgs_unit (region_id, kind, code, name, name_pinyin, path)
        SELECT id, 'bureau', '100', '财政局', 'x', '/431102/100/' FROM orgs_region;
    INSERT INTO orgs_user (password, username, full_name, is_active, is_demo, amount_unit)
        VALUES ('', 'lin', '林晓', true, false, 'wan');
    INSERT INTO submissions_collectionround (bureau_id, fiscal_year, opens_date, due_date, explain_rate,
            explain_yuan)
        SELECT id, 2023, '2024-01-01', '2024-04-30', 10, 100000 FROM orgs_unit;
    INSERT INTO submissions_submission (round_id, unit_id, revision, status, row_version, started_by_id,
            started_at)
        SELECT r.id, r.bureau_id, 1, 'draft', 1, u.id, now()
          FROM submissions_collectionround r, orgs_user u;
    INSERT INTO budgets_functionalcategory (code, name, former_names, initials, level, source_count,
            budget_book)
        VALUES ('2240106', '安全监管', '', 'aqjg', 'item', 4, 'general_public');
    INSERT INTO budgets_budgetline (submission_id, schedule, item, category_id, fund, nature, outturn,
            variance_reason, entered_in, row_version)
        SELECT s.id, 'expenditure_by_function', '', c.id, 'other', 'basic', 9480600.01, '原因', 'wan', 3
          FROM submissions_submission s, budgets_functionalcategory c;
    INSERT INTO budgets_budgetline (submission_id, schedule, item, fund, nature, initial_budget,
            variance_reason, entered_in, row_version)
        SELECT id, 'expenditure_by_nature', 'project', '', '', 4855000, '', 'wan', 1
          FROM submissions_submission;
    INSERT INTO submissions_edit (submission_id, schedule, actor_id, actor_name, at, changes)
        SELECT s.id, 'expenditure_by_nature', u.id, '林晓', now(), '[]'
          FROM submissions_submission s, orgs_user u;
"""

KEPT = """
    SELECT coalesce(c.code, l.item), l.fund, l.nature, l.initial_budget::text, l.outturn::text,
           l.variance_reason, l.entered_in, l.row_version
      FROM budgets_budgetline l LEFT JOIN budgets_functionalcategory c ON c.id = l.category_id ORDER BY l.id
"""


@contextmanager
def empty_database():
    """A new database on the tests' server; its address."""
    name, server = f"earlier_{uuid4().hex[:12]}", os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(address, *arguments):
    """Run a management command on that database; what it printed."""
    found = run("manage.py", *arguments, DEMO="1", DATABASE_URL=address)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


PUBLISHED = {
    "orgs/migrations/0001_initial.py": "17665934c0275aea",
    "submissions/migrations/0001_initial.py": "12640bcabad09a2d",
    "budgets/migrations/0001_yuan.py": "5d0382ad202261e4",
    "budgets/migrations/0002_classification_and_lines.py": "36112130e6619c4f",
    "orgs/migrations/0002_known_roles.py": "a285b99bdb338463",
    "submissions/migrations/0002_bounded_thresholds.py": "cb21f19027450915",
    "budgets/migrations/0003_whole_return.py": "14c45ebea790dc93",
    "orgs/migrations/0003_guards.py": "cc5479af86a78e4d",
    "submissions/migrations/0003_transitions_and_guards.py": "bf5944bf533ef952",
    "submissions/migrations/0004_edit_source.py": "77ace75199ebf199",
    "budgets/migrations/0004_guards.py": "da6dcec4189e389e",
    "budgets/migrations/0005_return_upload.py": "a25d596f63f5dd33",
    "performance/migrations/0001_initial.py": "73dbbf4bff1f3cde",
    "submissions/migrations/0005_edit_request_key.py": "2235cda18a67758d",
    "submissions/migrations/0006_edit_sources.py": "0e619e8710d0d614",
    "budgets/migrations/0006_notes_and_expressions.py": "728e3b7e8552bc57",
    "budgets/migrations/0007_restatement.py": "561c141ac444a783",
    "budgets/migrations/0008_adjustments.py": "a0e8cc89fe4e3a8d",
    "budgets/migrations/0009_uploaded_file.py": "a701bc63329063d9",
    "performance/migrations/0002_expressions.py": "bda03f626bdd3bb7",
    "budgets/migrations/0010_upload_undo.py": "8249cc30ea52a213",
    "submissions/migrations/0007_desks_points_and_closing.py": "ee45b5711283c5e7",
    "submissions/migrations/0008_snapshots_publication_and_correction.py": "6d066794b3d39a98",
    "submissions/migrations/0009_attachments.py": "87792482a607ef13",
    "submissions/migrations/0010_reminders_and_round_events.py": "81805907dd54bb01",
    "submissions/migrations/0011_receipts_and_notices.py": "3f385571d12a99e7",
    "submissions/migrations/0012_looks.py": "301e46951e3647f3",
    "submissions/migrations/0013_address_and_roles.py": "a0256129732a3de0",
    "submissions/migrations/0014_findings.py": "715394af57709559",
    "budgets/migrations/0011_rows_stay_when_closed.py": "ce440d20d9578f2b",
    "budgets/migrations/0012_report_sections.py": "ee4d86ae9e50e58c",
    "performance/migrations/0003_rows_stay_when_closed.py": "2feb7472b741dbaa",
    "orgs/migrations/0004_people_accounts.py": "b0ed05391c6690f9",
    "orgs/migrations/0005_people_upload.py": "bea2fb0fd0162fd8",
    "orgs/migrations/0006_events.py": "219c66a27116e67c",
    "orgs/migrations/0007_password_records.py": "941534780ba2ba87",
    "orgs/migrations/0008_email.py": "624bcc8dba58d281",
    "submissions/migrations/0015_circumstances_of_points_and_findings.py": "80971ee6a2e14c27",
    "submissions/migrations/0016_preparing_by_words.py": "cc4b50982593cf6a",
    "submissions/migrations/0017_check_results.py": "a155a1248f04d8c4",
    "submissions/migrations/0018_report_templates.py": "fe5624af6dffd86d",
    "submissions/migrations/0019_leave_since_publication.py": "edbdcdeb54bcb32b",
    "budgets/migrations/0013_own_rules.py": "b8280430d4e3ea8a",
    "budgets/migrations/0014_text_readings.py": "2dec5a6883793d72",
    "orgs/migrations/0009_events_of_codes.py": "72b37931c33d393c",
    "orgs/migrations/0010_events_of_rules.py": "6e72b21bca8ba2e6",
    "performance/migrations/0004_frameworks_and_round_scoring.py": "37fd5473837950ed",
    "orgs/migrations/0011_refused_deeds.py": "16ad06253fb94f70",
    "submissions/migrations/0020_notice_of_recheck.py": "8fdda46d5309a0a3",
    "submissions/migrations/0021_widened_returns.py": "4a4a273287750050",
    "submissions/migrations/0022_disputed_figures.py": "c75032446722b22a",
    "submissions/migrations/0023_picked_edits.py": "424e0bf8d0a700d6",
    "submissions/migrations/0024_adjusted_targets.py": "af355be8e364bf1d",
    "submissions/migrations/0025_notice_of_scoring.py": "e10efa2b5f46a2a0",
    "budgets/migrations/0015_reason_figures.py": "608cf25fd1807c64",
    "performance/migrations/0005_project_goals_and_indicator_columns.py": "fb825b4d9c7d26f1",
    "performance/migrations/0006_rechecks.py": "154a430c98c36009",
    "performance/migrations/0007_library.py": "b0dfef2c2640659c",
    "performance/migrations/0008_goal_prints.py": "97d3e8a80cbbc004",
    "performance/migrations/0009_targets.py": "b426b8010b5f9986",
    "performance/migrations/0010_approved_rechecks_and_library_deeds.py": "807c34f10ce83fc6",
    "performance/migrations/0011_scoring_rules.py": "cc80094619cfa5bf",
}
"""What somebody's database may have applied already, with the beginning of its digest."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_migration_that_was_published_is_never_rewritten(name):
    assert sha256((ROOT / name).read_bytes()).hexdigest()[:16] == PUBLISHED[name]


@pytest.fixture(scope="module")
def brought_forward():
    """The address of a database that was filled in the first state and then migrated."""
    with empty_database() as address:
        for app, number in FIRST.items():
            manage(address, "migrate", app, number, "-v0")
        with psycopg.connect(address) as connection:
            connection.execute(A_RETURN)
        manage(address, "migrate", "-v0")
        yield address


def test_every_row_is_as_it_was(brought_forward):
    with psycopg.connect(brought_forward) as connection:
        found = connection.execute(KEPT).fetchall()
        edits = connection.execute("SELECT actor_name FROM submissions_edit").fetchall()
    assert found == [
        ("2240106", "other", "basic", None, "9480600.01", "原因", "wan", 3),
        ("project", "", "", "4855000", None, "", "wan", 1),
    ]
    assert edits == [("林晓",)]


def test_its_people_are_found_by_pinyin_and_keep_their_passwords(brought_forward):
    with psycopg.connect(brought_forward) as connection:
        found = connection.execute(
            "SELECT username, name_pinyin, name_initials, must_change_password FROM orgs_user"
        ).fetchall()
    assert found == [("lin", "lin xiao", "lx", False)]


def test_its_figures_are_printed(brought_forward):
    printed = manage(brought_forward, "show_variances", "100", "2023", "--format", "csv")
    assert "expenditure_by_function,2240106,安全监管,,,,,9480600.01," in printed
    assert "projects,total,项目支出合计,,,4855000.00," in printed


def test_its_rows_are_guarded_as_before(brought_forward):
    with psycopg.connect(brought_forward) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("UPDATE budgets_budgetline SET outturn = 1")
    with psycopg.connect(brought_forward) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(
            "INSERT INTO budgets_budgetline (submission_id, schedule, item, fund, nature, variance_reason,"
            " entered_in, row_version) SELECT submission_id, schedule, item, '', '', '', 'wan', 1"
            " FROM budgets_budgetline WHERE item = 'project'"
        )
