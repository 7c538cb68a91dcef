"""The steps of a return and the rounds of a bureau; what asks for something from above, config.urls joins."""

from django.urls import path

from submissions.views.attachments import download_attachment, remove_attachment
from submissions.views.looks import look
from submissions.views.notices import notices, open_notice, see_notices
from submissions.views.points import answer_point, ask_again, close_point
from submissions.views.problems import (
    answer_problem,
    ask_problem_again,
    close_problem,
    download_problem_file,
    download_problems,
    drop_problem,
    issue_problem,
    round_problems,
)
from submissions.views.receipts import download_receipt
from submissions.views.rounds import (
    close_round,
    download_round_table,
    open_round,
    reopen_round,
    rounds,
)
from submissions.views.steps import pass_on, return_to_unit, withdraw

_PROBLEM = "submissions/<int:submission_id>/problems/<int:problem_id>"

urlpatterns = [
    path(
        "submissions/<int:submission_id>/attachments/<int:attachment_id>/",
        download_attachment,
        name="download_attachment",
    ),
    path(
        "submissions/<int:submission_id>/attachments/<int:attachment_id>/remove/",
        remove_attachment,
        name="remove_attachment",
    ),
    path(
        "submissions/<int:submission_id>/receipts/<int:receipt_id>/download/",
        download_receipt,
        name="download_receipt",
    ),
    path("notices/", notices, name="notices"),
    path("notices/seen/", see_notices, name="see_notices"),
    path("notices/<int:notice_id>/open/", open_notice, name="open_notice"),
    path("rounds/", rounds, name="rounds"),
    path("rounds/<int:round_id>/close/", close_round, name="close_round"),
    path("rounds/<int:round_id>/reopen/", reopen_round, name="reopen_round"),
    path(
        "rounds/<int:round_id>/tables/<slug:table>/download/",
        download_round_table,
        name="download_round_table",
    ),
    path("rounds/<int:round_id>/problems/", round_problems, name="round_problems"),
    path("rounds/<int:round_id>/problems/download/", download_problems, name="download_problems"),
    path(f"{_PROBLEM}/issue/", issue_problem, name="issue_problem"),
    path(f"{_PROBLEM}/drop/", drop_problem, name="drop_problem"),
    path(f"{_PROBLEM}/answer/", answer_problem, name="answer_problem"),
    path(f"{_PROBLEM}/ask-again/", ask_problem_again, name="ask_problem_again"),
    path(f"{_PROBLEM}/close/", close_problem, name="close_problem"),
    path(
        "submissions/<int:submission_id>/problems/files/<int:file_id>/download/",
        download_problem_file,
        name="download_problem_file",
    ),
    path("bureaux/<int:bureau_id>/rounds/open/", open_round, name="open_round"),
    path("submissions/<int:submission_id>/points/<int:point_id>/answer/", answer_point, name="answer_point"),
    path("submissions/<int:submission_id>/points/<int:point_id>/ask-again/", ask_again, name="ask_again"),
    path("submissions/<int:submission_id>/points/<int:point_id>/close/", close_point, name="close_point"),
    path("submissions/<int:submission_id>/look/", look, name="look"),
    path("submissions/<int:submission_id>/withdraw/", withdraw, name="withdraw"),
    path("submissions/<int:submission_id>/pass-on/", pass_on, name="pass_on"),
    path("submissions/<int:submission_id>/return/", return_to_unit, name="return_to_unit"),
]
