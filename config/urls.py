"""How the parts are joined: every address of the product."""

from django.urls import include, path

from budgets.checks.stored import counts_of
from budgets.last_year_actions import fill_last_year
from budgets.receipts import totals_of
from budgets.result_actions import check_again
from budgets.rows import head_figures
from budgets.views.category_table import codes_to_confirm
from budgets.views.history import history
from config.health import health
from config.robots import robots
from performance.histories import told_beside
from performance.revision_actions import copy_return
from performance.snapshots import content_of, entries_of, texts_of
from performance.surveys import surveys_of
from performance.trail import TRAIL
from performance.views.round_targets import approve_targets
from performance.views.sections import in_the_way, titles_of_records
from submissions.views.audit import audit, download_audit
from submissions.views.my_work import my_work
from submissions.views.queue import pass_on_many
from submissions.views.receipts import receipt
from submissions.views.rounds import extend, remind, round_overview
from submissions.views.steps import approve, correct, reopen, start_submission, submit

urlpatterns = [
    path(
        "",
        my_work,
        {
            "figures_for": head_figures,
            "surveys_for": surveys_of,
            "counts_for": counts_of,
            "codes_for": codes_to_confirm,
        },
        name="my_work",
    ),
    path("rounds/<int:round_id>/", round_overview, {"counts_for": counts_of}, name="round_overview"),
    path("rounds/<int:round_id>/remind/", remind, {"counts_for": counts_of}, name="remind"),
    path("rounds/<int:round_id>/extend/", extend, {"counts_for": counts_of}, name="extend"),
    path(
        "rounds/<int:round_id>/targets/approve/",
        approve_targets,
        {"counts_for": counts_of},
        name="approve_targets",
    ),
    path(
        "rounds/<int:round_id>/units/<int:unit_id>/start/",
        start_submission,
        {"begin": fill_last_year},
        name="start_submission",
    ),
    path(
        "submissions/<int:submission_id>/submit/",
        submit,
        {
            "in_the_way": in_the_way,
            "content_of": entries_of,
            "totals_of": totals_of,
            "check_again": check_again,
        },
        name="submit",
    ),
    path(
        "submissions/<int:submission_id>/receipts/<int:receipt_id>/",
        receipt,
        {"texts_of": texts_of},
        name="receipt",
    ),
    path("submissions/<int:submission_id>/approve/", approve, {"content_of": content_of}, name="approve"),
    path("queue/pass-on/", pass_on_many, {"content_of": content_of}, name="pass_on_many"),
    path("submissions/<int:submission_id>/reopen/", reopen, {"copy": copy_return}, name="reopen"),
    path("submissions/<int:submission_id>/correct/", correct, {"copy": copy_return}, name="correct"),
    path(
        "submissions/<int:submission_id>/history/",
        history,
        {"titles": titles_of_records(), "more_of": told_beside},
        name="history",
    ),
    path("audit/", audit, {"titles": titles_of_records(), "beside": TRAIL}, name="audit"),
    path(
        "audit/download/",
        download_audit,
        {"titles": titles_of_records(), "beside": TRAIL},
        name="download_audit",
    ),
    path("", include("orgs.urls")),
    path("", include("submissions.urls")),
    path("", include("budgets.urls")),
    path("", include("performance.urls")),
    path("health/", health, name="health"),
    path("robots.txt", robots, name="robots"),
]
