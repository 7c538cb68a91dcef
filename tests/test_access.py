"""Who gets what on every address of the product, written by hand."""

import json
import re
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from budgets.category_actions import keep_book, propose_category
from budgets.import_actions import keep_file, keep_upload
from budgets.initial_budget_actions import keep_budget_upload
from budgets.initial_budget_sheets import read_budgets
from budgets.measures import FIGURES
from budgets.models import ProjectLine
from budgets.money import AmountUnit
from budgets.returns import SCHEDULES, Classification
from orgs.file_kinds import evidence_file
from orgs.marked_sheets import Mark
from orgs.people_import_actions import keep_people_upload
from orgs.people_sheets import read_people
from performance.bulk_export_actions import start_bulk_export
from performance.models import (
    IndicatorLine,
    ProjectIndicatorLine,
    RecheckVersion,
    SampleDraw,
    TargetApproval,
    TargetRequest,
)
from performance.packages import PARTS
from performance.project_rows import project_slug
from performance.returns import INDICATORS, TARGET_COLUMNS
from submissions.actions import submit
from submissions.attachment_actions import attach_file
from submissions.problem_actions import Answer, ProblemPlan, answer_problem, write_problem
from tests.budgets.own_rules import written
from tests.evidence_files import pdf
from tests.orgs.test_spreadsheets import workbook
from tests.performance.indicators import put
from tests.world import (
    NOTHING_LEFT,
    NOW,
    PASSWORD,
    YEAR,
    Role,
    make_person,
    make_public,
    make_world,
    put_in_status,
    put_point,
    signed_in,
    statements,
    without_guards,
)

DOOR = "door"
"""Sent to sign in."""

PEOPLE = ("nobody", "lin", "sun", "chen", "he", "wu", "qian", "tang", "zhao", "feng")
#          -         preparer head  dept   div.  perf. admin  audit  another's preparer, another county


def everybody(nobody, others):
    """The same for all who are signed in."""
    return dict.fromkeys(PEOPLE, others) | {"nobody": nobody}


def of_the_unit(lin, readers):
    """For a page of Lin's return: Lin, those who may read it, and strangers."""
    return everybody(DOOR, readers) | {"lin": lin, "zhao": 404, "feng": 404}


def of_the_bureau(administrator, others):
    """For a page of the finance bureau: its administrator, its other people, and everybody else."""
    return everybody(DOOR, 404) | {"qian": administrator, "he": others, "wu": others, "tang": others}


def of_bureaux(administrator, others):
    """For a page that every finance bureau has: its administrator, others who work in one, everybody else."""
    return of_the_bureau(administrator, others) | {"feng": others}


READ = of_the_unit(200, 200)
OF_QIANS_BUREAU = of_the_bureau(302, 403)
JUDGED = of_the_unit(403, 403) | {"he": 302, "wu": 302}
"""For what the division and the performance office do with a problem that its unit knows of."""
OF_WRITERS = of_the_unit(404, 404) | {"he": 302, "wu": 302}
"""For what they do with one that it does not know of yet."""

# Address, method → person → status.
MATRIX = {
    ("health", "GET"): everybody(200, 200),
    ("health", "POST"): everybody(405, 405),
    ("robots", "GET"): everybody(200, 200),
    ("robots", "POST"): everybody(405, 405),
    **{
        row: everybody(status, status)
        for name in ("public_reports", "public_report", "public_version", "public_form", "public_file")
        for row, status in (((name, "GET"), 200), ((name, "POST"), 405))
    },
    ("sign_in", "GET"): everybody(200, 302),
    ("sign_in", "POST"): everybody(200, 302),
    ("sign_out", "POST"): everybody(DOOR, DOOR),
    ("sign_out", "GET"): everybody(DOOR, 405),
    ("change_password", "GET"): everybody(DOOR, 200),
    ("change_password", "POST"): everybody(DOOR, 200),
    ("second_factor", "GET"): everybody(DOOR, 200),
    ("second_factor", "POST"): everybody(DOOR, 405),
    ("begin_second_factor", "POST"): everybody(DOOR, 302),
    ("begin_second_factor", "GET"): everybody(DOOR, 405),
    ("confirm_second_factor", "POST"): everybody(DOOR, 302),
    ("confirm_second_factor", "GET"): everybody(DOOR, 405),
    ("stop_second_factor", "POST"): everybody(DOOR, 302),
    ("stop_second_factor", "GET"): everybody(DOOR, 405),
    ("change_email", "GET"): everybody(DOOR, 200),
    ("change_email", "POST"): everybody(DOOR, 302),
    ("change_email", "DELETE"): everybody(DOOR, 405),
    ("enter_code", "GET"): everybody(DOOR, 302),
    ("enter_code", "POST"): everybody(DOOR, 302),
    ("enter_code", "DELETE"): everybody(DOOR, 405),
    ("choose_amount_unit", "POST"): everybody(DOOR, 302),
    ("choose_amount_unit", "GET"): everybody(DOOR, 405),
    ("my_work", "GET"): everybody(DOOR, 200),
    ("my_work", "POST"): everybody(DOOR, 405),
    ("notices", "GET"): everybody(DOOR, 200),
    ("notices", "POST"): everybody(DOOR, 405),
    ("see_notices", "POST"): everybody(DOOR, 302),
    ("see_notices", "GET"): everybody(DOOR, 405),
    ("open_notice", "POST"): everybody(DOOR, 404) | {"lin": 302},
    ("open_notice", "GET"): everybody(DOOR, 405),
    ("audit", "GET"): of_the_bureau(200, 403) | {"tang": 200, "feng": 403},
    ("audit", "POST"): everybody(DOOR, 405),
    ("download_audit", "GET"): of_the_bureau(200, 403) | {"tang": 200, "feng": 403},
    ("download_audit", "POST"): everybody(DOOR, 405),
    ("start_submission", "POST"): of_the_unit(302, 403),
    ("start_submission", "GET"): everybody(DOOR, 405),
    ("journey", "GET"): READ,
    ("journey", "POST"): everybody(DOOR, 405),
    ("history", "GET"): READ,
    ("history", "POST"): everybody(DOOR, 405),
    ("submit", "POST"): of_the_unit(302, 403),
    ("submit", "GET"): everybody(DOOR, 405),
    ("withdraw", "POST"): of_the_unit(302, 403),
    ("withdraw", "GET"): everybody(DOOR, 405),
    ("pass_on", "POST"): of_the_unit(403, 403) | {"sun": 302, "he": 302},
    ("pass_on", "GET"): everybody(DOOR, 405),
    ("return_to_unit", "POST"): of_the_unit(403, 403) | {"sun": 302, "he": 302, "wu": 302},
    ("return_to_unit", "GET"): everybody(DOOR, 405),
    ("problems", "GET"): READ,
    ("problems", "POST"): everybody(DOOR, 405),
    ("write_problem", "POST"): JUDGED | {"he": 422, "wu": 422},  # which says that nothing is written
    ("write_problem", "GET"): everybody(DOOR, 405),
    ("issue_problem", "POST"): OF_WRITERS,
    ("issue_problem", "GET"): everybody(DOOR, 405),
    ("drop_problem", "POST"): OF_WRITERS,
    ("drop_problem", "GET"): everybody(DOOR, 405),
    ("answer_problem", "POST"): of_the_unit(302, 403),
    ("answer_problem", "GET"): everybody(DOOR, 405),
    ("ask_problem_again", "POST"): JUDGED,
    ("ask_problem_again", "GET"): everybody(DOOR, 405),
    ("close_problem", "POST"): JUDGED,
    ("close_problem", "GET"): everybody(DOOR, 405),
    ("download_problem_file", "GET"): READ,
    ("download_problem_file", "POST"): everybody(DOOR, 405),
    ("round_problems", "GET"): of_the_bureau(200, 200) | {"tang": 403},
    ("round_problems", "POST"): everybody(DOOR, 405),
    ("download_problems", "GET"): of_the_bureau(200, 200) | {"tang": 403},
    ("download_problems", "POST"): everybody(DOOR, 405),
    ("changes", "GET"): READ,
    ("changes", "POST"): everybody(DOOR, 405),
    ("points", "GET"): READ,
    ("points", "POST"): everybody(DOOR, 405),
    ("attachments", "GET"): READ,
    ("attachments", "POST"): everybody(DOOR, 405),
    ("attach_file", "POST"): of_the_unit(302, 403),
    ("attach_file", "GET"): everybody(DOOR, 405),
    ("download_attachment", "GET"): READ,
    ("download_attachment", "POST"): everybody(DOOR, 405),
    ("remove_attachment", "POST"): of_the_unit(302, 403),
    ("remove_attachment", "GET"): everybody(DOOR, 405),
    ("receipt", "GET"): READ,
    ("receipt", "POST"): everybody(DOOR, 405),
    ("download_receipt", "GET"): READ,
    ("download_receipt", "POST"): everybody(DOOR, 405),
    ("ask_point", "POST"): of_the_unit(403, 403) | {"sun": 302, "he": 302, "wu": 302},
    ("ask_point", "GET"): everybody(DOOR, 405),
    ("widen_return", "POST"): of_the_unit(403, 403) | {"sun": 302, "he": 302, "wu": 302},
    ("widen_return", "GET"): everybody(DOOR, 405),
    ("answer_point", "POST"): of_the_unit(302, 403),
    ("answer_point", "GET"): everybody(DOOR, 405),
    ("ask_again", "POST"): of_the_unit(403, 403) | {"wu": 302},
    ("ask_again", "GET"): everybody(DOOR, 405),
    ("close_point", "POST"): of_the_unit(403, 403) | {"wu": 302},
    ("close_point", "GET"): everybody(DOOR, 405),
    ("approve", "POST"): of_the_unit(403, 403) | {"wu": 302},
    ("approve", "GET"): everybody(DOOR, 405),
    ("reopen", "POST"): of_the_unit(403, 403) | {"wu": 302},
    ("reopen", "GET"): everybody(DOOR, 405),
    ("correct", "POST"): of_the_unit(302, 403),
    ("correct", "GET"): everybody(DOOR, 405),
    ("publish", "GET"): of_the_unit(302, 403) | {"sun": 302, "wu": 302},
    ("publish", "POST"): of_the_unit(302, 403) | {"sun": 302, "wu": 302},
    ("publish", "DELETE"): everybody(DOOR, 405),
    ("pass_on_many", "POST"): everybody(DOOR, 302)
    | {"lin": 403, "qian": 403, "tang": 403, "zhao": 403, "feng": 404},
    ("pass_on_many", "GET"): everybody(DOOR, 405),
    ("look", "POST"): of_the_unit(403, 403) | {"sun": 200, "he": 200, "wu": 200},
    ("look", "GET"): everybody(DOOR, 405),
    ("rounds", "GET"): of_the_bureau(200, 403) | {"wu": 200, "feng": 200},
    ("rounds", "POST"): everybody(DOOR, 405),
    ("open_round", "POST"): of_the_bureau(422, 403),
    ("open_round", "GET"): everybody(DOOR, 405),
    ("round_overview", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("round_overview", "POST"): everybody(DOOR, 405),
    ("remind", "POST"): of_the_bureau(302, 403) | {"wu": 302},
    ("remind", "GET"): everybody(DOOR, 405),
    ("extend", "POST"): of_the_bureau(403, 403) | {"wu": 302},
    ("extend", "GET"): everybody(DOOR, 405),
    ("check_round_again", "POST"): of_the_bureau(302, 403) | {"wu": 302},
    ("check_round_again", "GET"): everybody(DOOR, 405),
    ("close_round", "POST"): of_the_bureau(403, 403) | {"wu": 302},
    ("close_round", "GET"): everybody(DOOR, 405),
    ("reopen_round", "POST"): of_the_bureau(403, 403) | {"wu": 302},
    ("reopen_round", "GET"): everybody(DOOR, 405),
    ("findings", "GET"): READ,
    ("findings", "POST"): everybody(DOOR, 405),
    ("explain_finding", "POST"): of_the_unit(302, 403),
    ("explain_finding", "GET"): everybody(DOOR, 405),
    ("override_finding", "POST"): of_the_unit(403, 403) | {"wu": 302},
    ("override_finding", "GET"): everybody(DOOR, 405),
    ("download_findings", "GET"): READ,
    ("download_findings", "POST"): everybody(DOOR, 405),
    ("download_round_findings", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("download_round_findings", "POST"): everybody(DOOR, 405),
    ("checks", "GET"): everybody(DOOR, 200),
    ("checks", "POST"): everybody(DOOR, 405),
    ("round_variances", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("round_variances", "POST"): everybody(DOOR, 405),
    ("download_round_table", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("download_round_table", "POST"): everybody(DOOR, 405),
    ("round_charts", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("round_charts", "POST"): everybody(DOOR, 405),
    ("download_round_variances", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("download_round_variances", "POST"): everybody(DOOR, 405),
    **{
        (name, method): of_the_bureau(200, 403) | {"wu": 200} if method == "GET" else everybody(DOOR, 405)
        for name in ("round_scores", "round_summary", "download_round_summary")
        for method in ("GET", "POST")
    },
    ("round_checks", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("round_checks", "POST"): everybody(DOOR, 405),
    ("round_scoring", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("round_scoring", "POST"): everybody(DOOR, 405),
    ("set_scoring", "POST"): of_the_bureau(403, 403) | {"wu": 422},  # which says that nothing is chosen
    ("set_scoring", "GET"): everybody(DOOR, 405),
    ("exceptions", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("exceptions", "POST"): everybody(DOOR, 405),
    ("download_exceptions", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("download_exceptions", "POST"): everybody(DOOR, 405),
    ("rechecks", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("rechecks", "POST"): everybody(DOOR, 405),
    ("draw_sample", "POST"): of_the_bureau(403, 403) | {"wu": 422},  # which says that nothing is asked for
    ("draw_sample", "GET"): everybody(DOOR, 405),
    ("download_rechecks", "GET"): of_the_bureau(302, 403) | {"wu": 302},
    ("download_rechecks", "POST"): everybody(DOOR, 405),
    ("recheck", "GET"): READ,
    ("recheck", "POST"): everybody(DOOR, 405),
    ("save_recheck", "POST"): of_the_unit(403, 403) | {"wu": 302},
    ("save_recheck", "GET"): everybody(DOOR, 405),
    ("finish_recheck", "POST"): of_the_unit(403, 403) | {"wu": 302},
    ("finish_recheck", "GET"): everybody(DOOR, 405),
    ("download_recheck", "GET"): READ,
    ("download_recheck", "POST"): everybody(DOOR, 405),
    ("set_check", "POST"): of_the_bureau(403, 403) | {"wu": 302},
    ("set_check", "GET"): everybody(DOOR, 405),
    ("set_threshold", "POST"): of_the_bureau(403, 403) | {"wu": 302},
    ("set_threshold", "GET"): everybody(DOOR, 405),
    ("own_rule", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("own_rule", "POST"): everybody(DOOR, 405),
    ("write_rule", "GET"): of_the_bureau(403, 403) | {"wu": 200},
    ("write_rule", "POST"): of_the_bureau(403, 403) | {"wu": 422},
    ("write_rule", "DELETE"): everybody(DOOR, 405),
    ("change_rule", "GET"): of_the_bureau(403, 403) | {"wu": 200},
    ("change_rule", "POST"): of_the_bureau(403, 403) | {"wu": 422},
    ("change_rule", "DELETE"): everybody(DOOR, 405),
    ("read_rule", "POST"): of_the_bureau(403, 403) | {"wu": 200},
    ("read_rule", "GET"): everybody(DOOR, 405),
    ("try_rule", "POST"): of_the_bureau(403, 403) | {"wu": 302},
    ("try_rule", "GET"): everybody(DOOR, 405),
    ("switch_rule", "POST"): of_the_bureau(403, 403) | {"wu": 302},
    ("switch_rule", "GET"): everybody(DOOR, 405),
    ("workspace", "GET"): READ,
    ("workspace", "POST"): everybody(DOOR, 405),
    ("variances", "GET"): READ,
    ("variances", "POST"): everybody(DOOR, 405),
    ("edit_lines", "GET"): READ,
    ("edit_lines", "POST"): everybody(DOOR, 405),
    ("save_lines", "POST"): of_the_unit(200, 403),
    ("save_lines", "GET"): everybody(DOOR, 405),
    ("cell_record", "GET"): READ,
    ("cell_record", "POST"): everybody(DOOR, 405),
    ("save_note", "POST"): of_the_unit(200, 403),
    ("save_note", "GET"): everybody(DOOR, 405),
    ("indicator_record", "GET"): READ,
    ("indicator_record", "POST"): everybody(DOOR, 405),
    ("save_indicator_note", "POST"): of_the_unit(200, 403),
    ("save_indicator_note", "GET"): everybody(DOOR, 405),
    ("restate", "POST"): of_the_unit(422, 403),
    ("restate", "GET"): everybody(DOOR, 405),
    ("carry_last_year", "GET"): of_the_unit(200, 403),
    ("carry_last_year", "POST"): of_the_unit(200, 403),
    ("carry_last_year", "DELETE"): everybody(DOOR, 405),
    ("save_reason", "POST"): of_the_unit(200, 403),
    ("save_reason", "GET"): everybody(DOOR, 405),
    ("keep_reason", "POST"): of_the_unit(302, 403),
    ("keep_reason", "GET"): everybody(DOOR, 405),
    ("report_texts", "GET"): READ,
    ("report_texts", "POST"): everybody(DOOR, 405),
    ("edit_text", "GET"): READ,
    ("edit_text", "POST"): of_the_unit(302, 403),
    ("edit_text", "DELETE"): everybody(DOOR, 405),
    ("read_text", "POST"): of_the_unit(302, 403),
    ("read_text", "GET"): everybody(DOOR, 405),
    ("report", "GET"): READ,
    ("report", "POST"): everybody(DOOR, 405),
    ("download_report", "GET"): READ,
    ("download_report", "POST"): everybody(DOOR, 405),
    ("report_template", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("report_template", "POST"): of_the_bureau(422, 403) | {"feng": 403},
    ("report_template", "DELETE"): everybody(DOOR, 405),
    ("download_report_template", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("download_report_template", "POST"): everybody(DOOR, 405),
    ("drop_report_template", "POST"): of_the_bureau(302, 403) | {"feng": 403},
    ("drop_report_template", "GET"): everybody(DOOR, 405),
    ("edit_goal", "GET"): READ,
    ("edit_goal", "POST"): of_the_unit(302, 403),
    ("edit_goal", "DELETE"): everybody(DOOR, 405),
    ("edit_indicators", "GET"): READ,
    ("edit_indicators", "POST"): everybody(DOOR, 405),
    ("save_indicators", "POST"): of_the_unit(200, 403),
    ("save_indicators", "GET"): everybody(DOOR, 405),
    ("targets", "GET"): READ,
    ("targets", "POST"): everybody(DOOR, 405),
    ("ask_for_target", "POST"): of_the_unit(422, 403),  # which says that nothing is chosen
    ("ask_for_target", "GET"): everybody(DOOR, 405),
    ("answer_target", "POST"): of_the_unit(403, 403) | {"wu": 302},
    ("answer_target", "GET"): everybody(DOOR, 405),
    ("withdraw_target", "POST"): of_the_unit(302, 403),
    ("withdraw_target", "GET"): everybody(DOOR, 405),
    ("round_targets", "GET"): of_the_bureau(200, 403) | {"wu": 200},
    ("round_targets", "POST"): everybody(DOOR, 405),
    ("approve_targets", "POST"): of_the_bureau(403, 403) | {"wu": 302},
    ("approve_targets", "GET"): everybody(DOOR, 405),
    ("adopt_scores", "POST"): of_the_unit(302, 403),
    ("adopt_scores", "GET"): everybody(DOOR, 405),
    ("projects", "GET"): READ,
    ("projects", "POST"): everybody(DOOR, 405),
    ("edit_project", "GET"): READ,
    ("edit_project", "POST"): of_the_unit(302, 403),
    ("edit_project", "DELETE"): everybody(DOOR, 405),
    ("move_project", "POST"): of_the_unit(302, 403),
    ("move_project", "GET"): everybody(DOOR, 405),
    ("drop_project", "POST"): of_the_unit(302, 403),
    ("drop_project", "GET"): everybody(DOOR, 405),
    ("edit_project_indicators", "GET"): READ,
    ("edit_project_indicators", "POST"): everybody(DOOR, 405),
    ("save_project_indicators", "POST"): of_the_unit(200, 403),
    ("save_project_indicators", "GET"): everybody(DOOR, 405),
    ("adopt_project_scores", "POST"): of_the_unit(302, 403),
    ("adopt_project_scores", "GET"): everybody(DOOR, 405),
    ("project_indicator_record", "GET"): READ,
    ("project_indicator_record", "POST"): everybody(DOOR, 405),
    ("save_project_indicator_note", "POST"): of_the_unit(200, 403),
    ("save_project_indicator_note", "GET"): everybody(DOOR, 405),
    ("pick_indicators", "GET"): of_the_unit(200, 403),
    ("pick_indicators", "POST"): of_the_unit(422, 403),  # which says that nothing is ticked
    ("pick_indicators", "DELETE"): everybody(DOOR, 405),
    ("pick_project_indicators", "GET"): of_the_unit(200, 403),
    ("pick_project_indicators", "POST"): of_the_unit(422, 403),  # as above
    ("pick_project_indicators", "DELETE"): everybody(DOOR, 405),
    ("library", "GET"): of_the_bureau(200, 403),
    ("library", "POST"): everybody(DOOR, 405),
    ("keep_library_indicator", "POST"): of_the_bureau(422, 403),
    ("keep_library_indicator", "GET"): everybody(DOOR, 405),
    ("withdraw_library_indicator", "POST"): OF_QIANS_BUREAU,
    ("withdraw_library_indicator", "GET"): everybody(DOOR, 405),
    ("ratios", "GET"): READ,
    ("ratios", "POST"): everybody(DOOR, 405),
    ("charts", "GET"): READ,
    ("charts", "POST"): everybody(DOOR, 405),
    ("download_variances", "GET"): READ,
    ("download_variances", "POST"): everybody(DOOR, 405),
    ("official_forms", "GET"): READ,
    ("official_forms", "POST"): everybody(DOOR, 405),
    ("official_form", "GET"): READ,
    ("official_form", "POST"): everybody(DOOR, 405),
    ("download_form", "GET"): READ,
    ("download_form", "POST"): everybody(DOOR, 405),
    ("download_package", "GET"): READ,
    ("download_package", "POST"): everybody(DOOR, 405),
    ("approved_version", "GET"): everybody(DOOR, 200),
    ("approved_version", "POST"): everybody(DOOR, 422),
    ("approved_version", "DELETE"): everybody(DOOR, 405),
    ("exports", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("exports", "POST"): everybody(DOOR, 405),
    ("download_round", "GET"): of_the_bureau(302, 403) | {"feng": 403},
    ("download_round", "POST"): everybody(DOOR, 405),
    ("start_bulk_export", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("start_bulk_export", "POST"): of_the_bureau(422, 403) | {"feng": 403},
    ("start_bulk_export", "DELETE"): everybody(DOOR, 405),
    ("bulk_exports", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("bulk_exports", "POST"): everybody(DOOR, 405),
    ("bulk_export", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("bulk_export", "POST"): everybody(DOOR, 405),
    ("cancel_bulk_export", "POST"): of_the_bureau(302, 403) | {"feng": 403},
    ("cancel_bulk_export", "GET"): everybody(DOOR, 405),
    ("download_bulk_export", "GET"): of_the_bureau(302, 403) | {"feng": 403},  # it is not made yet
    ("download_bulk_export", "POST"): everybody(DOOR, 405),
    ("download_return", "GET"): READ,
    ("download_return", "POST"): everybody(DOOR, 405),
    ("upload_return", "GET"): of_the_unit(200, 403),
    ("upload_return", "POST"): of_the_unit(422, 403),
    ("upload_return", "DELETE"): everybody(DOOR, 405),
    ("download_marked", "GET"): of_the_unit(200, 403),
    ("download_marked", "POST"): everybody(DOOR, 405),
    ("preview_upload", "GET"): of_the_unit(200, 403),
    ("preview_upload", "POST"): everybody(DOOR, 405),
    ("apply_upload", "POST"): of_the_unit(302, 403),
    ("apply_upload", "GET"): everybody(DOOR, 405),
    ("undo_upload", "POST"): of_the_unit(302, 403),
    ("undo_upload", "GET"): everybody(DOOR, 405),
    ("search_categories", "GET"): READ,
    ("search_categories", "POST"): everybody(DOOR, 405),
    ("find_categories", "POST"): READ,
    ("find_categories", "GET"): everybody(DOOR, 405),
    ("add_category", "POST"): of_the_unit(201, 403),
    ("add_category", "GET"): everybody(DOOR, 405),
    ("categories", "GET"): of_the_bureau(200, 200) | {"feng": 200},
    ("categories", "POST"): everybody(DOOR, 405),
    ("confirm_category", "POST"): OF_QIANS_BUREAU,
    ("confirm_category", "GET"): everybody(DOOR, 405),
    ("load_book", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("load_book", "POST"): of_the_bureau(422, 403) | {"feng": 403},
    ("preview_book", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("preview_book", "POST"): everybody(DOOR, 405),
    ("apply_book", "POST"): of_the_bureau(302, 403) | {"feng": 403},
    ("apply_book", "GET"): everybody(DOOR, 405),
    ("people", "GET"): of_bureaux(200, 403),
    ("people", "POST"): everybody(DOOR, 405),
    ("add_person", "GET"): of_bureaux(200, 403),
    ("add_person", "POST"): of_bureaux(422, 403),
    ("add_person", "DELETE"): everybody(DOOR, 405),
    ("person", "GET"): of_the_bureau(200, 403),
    ("person", "POST"): everybody(DOOR, 405),
    ("give_role", "POST"): of_the_bureau(422, 403),
    ("give_role", "GET"): everybody(DOOR, 405),
    ("end_role", "POST"): OF_QIANS_BUREAU,
    ("end_role", "GET"): everybody(DOOR, 405),
    ("reset_password", "POST"): of_the_bureau(200, 403),
    ("reset_password", "GET"): everybody(DOOR, 405),
    ("set_email", "POST"): OF_QIANS_BUREAU,
    ("set_email", "GET"): everybody(DOOR, 405),
    ("stop_factor", "POST"): OF_QIANS_BUREAU,
    ("stop_factor", "GET"): everybody(DOOR, 405),
    ("lock_account", "POST"): OF_QIANS_BUREAU,
    ("lock_account", "GET"): everybody(DOOR, 405),
    ("unlock_account", "POST"): OF_QIANS_BUREAU,
    ("unlock_account", "GET"): everybody(DOOR, 405),
    ("download_people_template", "GET"): of_bureaux(200, 403),
    ("download_people_template", "POST"): everybody(DOOR, 405),
    ("upload_people", "GET"): of_bureaux(200, 403),
    ("upload_people", "POST"): of_bureaux(422, 403),
    ("upload_people", "DELETE"): everybody(DOOR, 405),
    ("preview_people", "GET"): of_bureaux(200, 403),
    ("preview_people", "POST"): everybody(DOOR, 405),
    ("apply_people", "POST"): of_bureaux(302, 403),
    ("apply_people", "GET"): everybody(DOOR, 405),
    ("download_budgets_template", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("download_budgets_template", "POST"): everybody(DOOR, 405),
    ("upload_budgets", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("upload_budgets", "POST"): of_the_bureau(422, 403) | {"feng": 403},
    ("upload_budgets", "DELETE"): everybody(DOOR, 405),
    ("preview_budgets", "GET"): of_the_bureau(200, 403) | {"feng": 403},
    ("preview_budgets", "POST"): everybody(DOOR, 405),
    ("apply_budgets", "POST"): of_the_bureau(302, 403) | {"feng": 403},
    ("apply_budgets", "GET"): everybody(DOOR, 405),
    ("units", "GET"): of_bureaux(200, 403),
    ("units", "POST"): everybody(DOOR, 405),
    ("add_unit", "GET"): of_bureaux(200, 403),
    ("add_unit", "POST"): of_bureaux(422, 403),
    ("add_unit", "DELETE"): everybody(DOOR, 405),
    ("rename_unit", "GET"): of_the_bureau(200, 403),
    ("rename_unit", "POST"): of_the_bureau(422, 403),
    ("rename_unit", "DELETE"): everybody(DOOR, 405),
}


@pytest.fixture
def world(db):
    """Two counties, everybody, one round, and Lin's empty draft."""
    return make_world()


def arguments(world, name):
    """What an address is about: Lin's return, with what the address names in it."""
    if name in OF_A_PROJECT:
        project_indicator(name, world)
    return {
        **{
            each: [*published(world, is_asked=name == each), *more]
            for each, more in (
                ("public_report", ()),
                ("public_version", (1,)),
                ("public_form", (1, "department")),
                ("public_file", (1, "figures.csv")),
            )
        },
        "start_submission": [world.round.pk, world.emergency.pk],
        "workspace": [world.submission.pk],
        **{name: [world.submission.pk] for name in ("variances", "ratios", "charts", "download_variances")},
        **{
            name: [world.submission.pk]
            for name in ("journey", "submit", "withdraw", "pass_on", "return_to_unit", "approve")
        },
        **{
            name: [world.submission.pk]
            for name in (
                *("points", "ask_point", "widen_return", "changes", "look", "history"),
                *("reopen", "correct", "publish"),
            )
        },
        "open_notice": [told(world).pk if name == "open_notice" else 0],
        **{
            name: [world.submission.pk]
            for name in ("findings", "explain_finding", "override_finding", "download_findings")
        },
        **{
            name: [world.round.pk]
            for name in ("round_variances", "round_charts", "download_round_variances", "round_checks")
        },
        **{name: [world.round.pk] for name in ("set_check", "set_threshold")},
        **{name: [world.round.pk] for name in ("write_rule", "read_rule")},
        **{
            each: [world.round.pk, written(world).number if name == each else 0]
            for each in ("own_rule", "change_rule", "try_rule", "switch_rule")
        },
        **{name: [world.round.pk] for name in ("round_scoring", "set_scoring")},
        **{name: [world.round.pk] for name in ("exceptions", "download_exceptions")},
        **{name: [world.round.pk] for name in ("rechecks", "draw_sample", "download_rechecks")},
        **{
            each: [rechecked(world).pk if name == each else 0]
            for each in ("recheck", "save_recheck", "finish_recheck", "download_recheck")
        },
        "download_round_findings": [world.round.pk],
        "round_scores": [world.round.pk],
        **{name: [world.round.pk, "departments"] for name in ("round_summary", "download_round_summary")},
        "download_round_table": [world.round.pk, "progress"],
        "open_round": [world.finance.pk],
        **{
            name: [world.round.pk]
            for name in (
                "round_overview",
                "remind",
                "extend",
                "check_round_again",
                "close_round",
                "reopen_round",
            )
        },
        **{
            each: [world.submission.pk, asked(world).pk if name == each else 0]
            for each in ("answer_point", "ask_again", "close_point")
        },
        **{name: [world.submission.pk] for name in ("problems", "write_problem")},
        **{name: [world.round.pk] for name in ("round_problems", "download_problems")},
        **{
            each: [world.submission.pk, written_down(world, is_issued=False).pk if name == each else 0]
            for each in ("issue_problem", "drop_problem")
        },
        **{
            each: [world.submission.pk, written_down(world).pk if name == each else 0]
            for each in ("answer_problem", "close_problem", "ask_problem_again")
        },
        "download_problem_file": [
            world.submission.pk,
            proved(world).pk if name == "download_problem_file" else 0,
        ],
        **{name: [world.submission.pk] for name in ("attachments", "attach_file")},
        **{
            each: [world.submission.pk, attached(world).pk if name == each else 0]
            for each in ("download_attachment", "remove_attachment")
        },
        **{
            each: [world.submission.pk, handed_in(world).pk if name == each else 0]
            for each in ("receipt", "download_receipt")
        },
        **{name: [world.submission.pk, "base-data"] for name in ("official_form", "download_form")},
        **{name: [world.submission.pk] for name in ("official_forms", "download_package")},
        "download_round": [world.round.pk],
        "start_bulk_export": [world.round.pk],
        **{
            each: [exported(world).pk if name == each else 0]
            for each in ("bulk_export", "cancel_bulk_export", "download_bulk_export")
        },
        "download_return": [world.submission.pk],
        "upload_return": [world.submission.pk],
        **{
            each: [world.submission.pk, filled_in(world).pk if name == each else 0]
            for each in ("preview_upload", "apply_upload", "undo_upload")
        },
        "download_marked": [filed(world).pk if name == "download_marked" else 0],
        "edit_lines": [world.submission.pk, "revenue"],
        "save_lines": [world.submission.pk, "revenue"],
        **{name: [world.submission.pk, "revenue"] for name in ("save_reason", "keep_reason")},
        **{name: [world.submission.pk, "revenue"] for name in ("cell_record", "save_note")},
        "restate": [world.submission.pk, "revenue"],
        "carry_last_year": [world.submission.pk],
        "pick_indicators": [world.submission.pk],
        **{
            name: [world.finance.pk]
            for name in ("library", "keep_library_indicator", "withdraw_library_indicator")
        },
        **{name: [world.submission.pk] for name in ("edit_goal", "edit_indicators", "save_indicators")},
        "adopt_scores": [world.submission.pk],
        **{name: [world.submission.pk] for name in ("targets", "ask_for_target")},
        **{name: [world.round.pk] for name in ("round_targets", "approve_targets")},
        **{
            each: [world.submission.pk, wanted(world.submission).pk if name == each else 0]
            for each in ("answer_target", "withdraw_target")
        },
        **{name: [world.submission.pk] for name in ("indicator_record", "save_indicator_note")},
        "projects": [world.submission.pk],
        **{each: [world.submission.pk, project_slug("项目")] for each in OF_A_PROJECT},
        "report_texts": [world.submission.pk],
        **{name: [world.submission.pk] for name in ("report", "download_report")},
        **{
            name: [world.round.pk]
            for name in ("report_template", "download_report_template", "drop_report_template")
        },
        **{name: [world.submission.pk, "thrift_measures"] for name in ("edit_text", "read_text")},
        "search_categories": [world.submission.pk, "function"],
        "find_categories": [world.submission.pk, "function"],
        "add_category": [world.submission.pk, "function"],
        "confirm_category": ["function", proposed(world).pk if name == "confirm_category" else 0],
        "preview_book": [waiting(world).pk if name == "preview_book" else 0],
        "apply_book": [waiting(world).pk if name == "apply_book" else 0],
        **{each: [world.zhao.pk] for each in ("person", "give_role", "reset_password")},
        **{each: [world.zhao.pk] for each in ("lock_account", "unlock_account", "stop_factor", "set_email")},
        "end_role": [world.zhao.pk, world.zhao.memberships.get().pk],
        **{each: [listed(world).pk if name == each else 0] for each in ("preview_people", "apply_people")},
        **{each: [world.round.pk] for each in ("upload_budgets", "download_budgets_template")},
        **{
            each: [world.round.pk, budgeted(world).pk if name == each else 0]
            for each in ("preview_budgets", "apply_budgets")
        },
        "rename_unit": [world.culture.pk],
    }.get(name, [])


OF_A_PROJECT = (
    *("edit_project", "edit_project_indicators", "move_project", "drop_project"),
    *("save_project_indicators", "project_indicator_record", "save_project_indicator_note"),
    *("adopt_project_scores", "pick_project_indicators"),
)


NEW_CODE = {"code": "2240188", "name": "应急科技"}


def proposed(world):
    """A code that Lin's unit added."""
    return propose_category(
        submission=world.submission, classification=Classification.FUNCTION, **NEW_CODE, by=world.lin, at=NOW
    )


def waiting(world):
    """An official book that Qian uploaded."""
    rows, file = [("224", "灾害防治及应急管理支出")], {"file_name": "科目.xlsx", "sha256": "0" * 64}
    return keep_book(book="general_public", fiscal_year=2024, rows=rows, **file, by=world.qian, at=NOW)


def listed(world):
    """A workbook of units and people that Qian uploaded."""
    rows = read_people(
        [("人员", [["用户名", "姓名", "角色", "单位编码"], ["new", "新", "填报人", "224001"]])]
    )
    file = {"file_name": "人员.xlsx", "sha256": "0" * 64}
    return keep_people_upload(bureau=world.finance, rows=rows.as_json(), **file, by=world.qian, at=NOW)


def budgeted(world):
    """A workbook of initial budgets that Qian uploaded."""
    rows = read_budgets(
        [("年初预算", [["单位：万元"], ["单位编码", "科目编码", "年初预算数"], ["224001", "2240101", "1"]])],
        YEAR,
    )
    file = {"file_name": "批复.xlsx", "sha256": "0" * 64, "amount_unit": AmountUnit.WAN}
    return keep_budget_upload(round=world.round, rows=rows.as_json(), **file, by=world.qian, at=NOW)


def filled_in(world):
    """A workbook that Lin uploaded."""
    return keep_upload(
        submission=world.submission,
        rows={},
        amount_unit=AmountUnit.WAN,
        exported_at="2024-03-01 10:00:00",
        exported_version=0,
        file_name="填报表.xlsx",
        sha256="0" * 64,
        by=world.lin,
        at=NOW,
    )


def asked(world):
    """A review point of the performance office."""
    return put_point(world.submission, "performance_office")


def wanted(submission):
    """A request of Lin's for another indicator than was approved, in whatever state her return is."""
    with without_guards("performance_targetapproval"), without_guards("performance_targetrequest"):
        by = {"actor": submission.started_by, "actor_name": "林晓", "at": NOW}
        TargetApproval.objects.create(submission=submission, approved_on=NOW.date(), targets=[], **by)
        after = dict.fromkeys(TARGET_COLUMNS, "") | {"name": "另一个指标", "target_value": "1"}
        return TargetRequest.objects.create(
            submission=submission, new=after, reason="上级年中调整了任务", **by
        )


def written_down(world, *, is_issued=True):
    """A problem that Wu wrote down of Lin's return, which is approved."""
    put_in_status(world.submission, "approved")
    plan = ProblemPlan("执行率偏低", "加快支出", date(2099, 5, 31))
    return write_problem(submission=world.submission, plan=plan, issues=is_issued, by=world.wu, at=NOW)


def proved(world):
    """The file of Lin's answer to it."""
    answer = Answer("已经加快", "done", files=[evidence_file(pdf(), "a.pdf")])
    return answer_problem(problem=written_down(world), answer=answer, by=world.lin, at=NOW).files.get()


def handed_in(world):
    """The receipt of Lin's return."""
    return submit(submission=world.submission, **NOTHING_LEFT, by=world.lin, at=NOW).receipt


def rechecked(world):
    """Lin's return, approved and checked again."""
    put_in_status(world.submission, "approved")
    by = {"actor": world.wu, "actor_name": "吴芳", "at": NOW}
    rules = {"size": 1, "largest": 0, "full_marks": 0, "low_execution": 0}
    draw = SampleDraw.objects.create(
        round=world.round, seed="7f3a", **rules, candidates=[], reason="文号", **by
    )
    draw.sampled.create(draw=draw, submission=world.submission, rule="random")
    totals = {"own_total": 90, "found_total": 80}
    RecheckVersion.objects.create(
        submission=world.submission, number=1, checked=[], **totals, is_finished=True, **by
    )
    return world.submission


def published(world, *, is_asked):
    """By what the public finds Lin's return, which is made public where it is asked for."""
    if is_asked:
        make_public(world.submission)
    return ["431102", 2023, "224001"]


def told(world):
    """A notice of Lin's."""
    return handed_in(world).step.submission.notices.get(recipient=world.lin)


def attached(world):
    """A file that Lin attached to her return."""
    return attach_file(submission=world.submission, file=evidence_file(pdf(), "a.pdf"), by=world.lin, at=NOW)


def exported(world):
    """An export that Qian asked for."""
    return start_bulk_export(
        round=world.round, department=None, parts=PARTS, with_unapproved=True, by=world.qian, at=NOW
    )


def filed(world):
    """Lin's return, with a file she uploaded that has a mistake in it."""
    file = {"file_name": "填报表.xlsx", "sha256": "0" * 64, "content": workbook(["x"], name="甲")}
    keep_file(submission=world.submission, marks=[Mark("甲", "A1", "错。")], **file, by=world.lin, at=NOW)
    return world.submission


BODY = {
    "unit": "yuan",
    "rows": [
        {
            "row": "r1",
            "item": "other",
            "row_version": 0,
            "values": {**dict.fromkeys(FIGURES, "1"), "variance_reason": ""},
        }
    ],
}


INDICATOR = {
    "unit": "yuan",
    "rows": [
        {
            "row": "r1",
            "id": None,
            "row_version": 0,
            "values": dict.fromkeys((column.name for column in INDICATORS.columns), "") | {"name": "指标"},
        }
    ],
}


def cell(name, world):
    """A cell as the pages call it: of the revenue's total, or of an indicator."""
    if name in OF_A_PROJECT:
        return f"row=line-{project_indicator(name, world).pk}&column=score"
    if not name.endswith(("indicator_record", "indicator_note")):
        return "row=total&column=outturn"
    line = IndicatorLine.objects.filter(submission=world.submission).first() or put(world.submission)
    return f"row=line-{line.pk}&column=score"


def project_indicator(name, world):
    """An indicator of a project; of one that is not there any more for what is done with those."""
    if name not in ("move_project", "drop_project"):
        ProjectLine.objects.get_or_create(submission=world.submission, name="项目", entered_in="yuan")
    of_project = {"submission": world.submission, "project": "项目", "name": "别的指标"}
    return ProjectIndicatorLine.objects.get_or_create(**of_project)[0]


def send(browser, method, name, path, world):
    """Send what the page would send."""
    if name.endswith(("cell_record", "indicator_record")):
        path = f"{path}?{cell(name, world)}"
    if name in ("save_note", "save_indicator_note", "save_project_indicator_note"):
        fields = f"{cell(name, world)}&row_version=0&text=x"
        return browser.generic(method, path, fields, content_type="application/x-www-form-urlencoded")
    if name == "save_lines" and method == "POST":
        return browser.post(path, json.dumps(BODY), content_type="application/json")
    if name == "restate" and method == "POST":
        asked = json.dumps(BODY | {"column": "last_year_outturn", "reason": "更正差错"})
        return browser.post(path, asked, content_type="application/json")
    if name in ("save_indicators", "save_project_indicators") and method == "POST":
        return browser.post(path, json.dumps(INDICATOR), content_type="application/json")
    if name == "find_categories" and method == "POST":
        wanted = {"codes": ["2240101"], "names": []}
        return browser.post(path, json.dumps(wanted), content_type="application/json")
    if name == "add_category" and method == "POST":
        return browser.post(path, json.dumps(NEW_CODE), content_type="application/json")
    fields = "unit=wan&row=total&row_version=0&reason=x&text=x&seen=0&comment=x&expected=x"
    if name == "pass_on_many":
        fields = f"returns={world.submission.pk}:0"
    return browser.generic(method, path, fields, content_type="application/x-www-form-urlencoded")


def outcome(response):
    """The status, or the door."""
    at_the_door = response.status_code == 302 and response.url.split("?")[0] == reverse("sign_in")
    return DOOR if at_the_door else response.status_code


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("name", "method"), MATRIX, ids=[" ".join(key) for key in MATRIX])
def test_everybody_gets_what_the_matrix_says(world, name, method, person):
    browser = Client() if person == "nobody" else signed_in(getattr(world, person))
    path = reverse(name, args=arguments(world, name))
    cell(name, world)  # what is asked about is there before
    with statements() as executed:
        response = send(browser, method, name, path, world)
    assert outcome(response) == MATRIX[name, method][person]
    if method == "GET":
        assert tables_written(executed) <= may_be_written(response)


def tables_written(executed):
    """The tables that statements write."""
    found = (
        re.findall(r'(?<!FOR )(?<!KEY )\b(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE) "?(\w+)', text)
        for text in executed
    )
    return {table for tables in found for table in tables}


def may_be_written(response):
    """What a GET leaves behind: that she was seen, and that a file was taken out or refused."""
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    return {"django_session"} | ({"orgs_event"} if is_file or response.status_code == 403 else set())


def test_a_get_that_writes_would_be_found():
    writes = ['UPDATE "orgs_user" SET "x" = 1', "WITH a AS (DELETE FROM b)"]
    assert tables_written([*writes, "SELECT 1 FOR NO KEY UPDATE OF c"]) == {"orgs_user", "b"}


@pytest.mark.parametrize("name", sorted({name for name, _ in MATRIX}))
def test_no_method_is_taken_that_is_not_in_the_matrix(world, name):
    path = reverse(name, args=arguments(world, name))
    mine = {method for each, method in MATRIX if each == name}
    assert {"GET", "POST"} <= mine
    refused = MATRIX["sign_in", "POST"]["lin"] if name == "sign_in" else 405  # who is signed in is sent on
    for method in {"PUT", "PATCH", "DELETE"} - mine:
        assert outcome(send(Client(), method, name, path, world)) in (DOOR, 405), method
        assert send(signed_in(world.lin), method, name, path, world).status_code == refused, method


@pytest.mark.parametrize("unit", ["emergency", "culture"])
def test_a_division_gets_the_returns_it_looks_after_and_nothing_of_others(world, unit):
    """Of Lin's department she gets what He gets but the bureau's own pages; of another what Zhao gets."""
    person, like = make_person("bai", "白", (Role.DIVISION, getattr(world, unit))), "he"
    otherwise = {(name, "POST"): 302 for name in ("pass_on_many", "issue_problem", "drop_problem")}
    if unit == "culture":
        like, otherwise = "zhao", {("pass_on_many", "POST"): 404}  # she is a reviewer, but not of this return
    wrong = {}
    for (name, method), foretold in MATRIX.items():
        of_the_bureau = foretold["sun"] == 404
        expected = otherwise.get((name, method), foretold["sun"] if of_the_bureau else foretold[like])
        if len({foretold[each] for each in PEOPLE[1:]}) == 1:
            continue  # the same for everybody
        with transaction.atomic():
            path = reverse(name, args=arguments(world, name))
            got = outcome(send(signed_in(person), method, name, path, world))
            transaction.set_rollback(True)
        if got != expected:
            wrong[name, method] = (got, expected)
    assert not wrong


def test_a_forbidden_deed_is_refused_before_what_was_sent_is_read(world):
    """By the first in the row who may see it and not do it; what she sends is no form and no JSON."""
    for (name, method), row in MATRIX.items():
        person = next((each for each in PEOPLE if row[each] == 403), None)
        if method != "POST" or person is None:
            continue
        with transaction.atomic():
            path = reverse(name, args=arguments(world, name))
            browser = signed_in(getattr(world, person))
            answer = browser.generic("POST", path, b"{\xff", content_type="application/json")
            assert answer.status_code == 403, (name, person)
            transaction.set_rollback(True)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.slug)
def test_every_schedule_is_read_by_readers_and_filled_in_by_the_preparer_alone(world, schedule):
    for name, allowed in (("edit_lines", READ), ("save_lines", of_the_unit(200, 403))):
        path = reverse(name, args=[world.submission.pk, schedule])
        for person in PEOPLE[1:]:
            browser = signed_in(getattr(world, person))
            empty = json.dumps({"unit": "yuan", "rows": []})
            response = (
                browser.post(path, empty, content_type="application/json")
                if name == "save_lines"
                else browser.get(path)
            )
            assert response.status_code == allowed[person], (name, person)


def addresses(resolver):
    """Every address below a resolver."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each)
        elif isinstance(each, URLPattern):
            yield each


def test_every_address_has_a_name_of_its_own_and_a_row_in_the_matrix():
    names = [address.name for address in addresses(get_resolver())]
    assert len(set(names)) == len(names)
    assert set(names) == {name for name, _ in MATRIX}


def test_a_view_and_its_address_have_the_same_name():
    views = [(address.name, address.callback) for address in addresses(get_resolver())]
    functions = [(name, view.__name__) for name, view in views if not hasattr(view, "view_class")]
    assert all(name == called for name, called in functions) and len(functions) > 5


@pytest.mark.parametrize("path", ["/submissions/", "/admin/", "/nothing/", "/submissions/1/nothing/"])
@pytest.mark.parametrize("person", ["nobody", "lin"])
def test_an_address_that_does_not_exist_is_not_there_for_anybody(world, path, person):
    browser = Client() if person == "nobody" else signed_in(world.lin)
    assert browser.get(path).status_code == 404


def test_the_way_back_to_the_page_leads_through_the_door(world):
    path = reverse("workspace", args=[world.submission.pk])
    door = Client().get(path)["Location"]
    response = Client().post(door, {"username": "lin", "password": PASSWORD, "next": path})
    assert (response.status_code, response["Location"]) == (302, path)


def test_pages_of_signed_in_people_stay_out_of_every_cache(world):
    response = signed_in(world.lin).get(reverse("workspace", args=[world.submission.pk]))
    assert "no-store" in response.headers["Cache-Control"]
