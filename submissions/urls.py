"""The steps of a return; those that ask for something from above are joined in config.urls with it."""

from django.urls import path

from submissions.views.attachments import download_attachment, remove_attachment
from submissions.views.points import answer_point, ask_again, close_point
from submissions.views.steps import pass_on, return_to_unit, withdraw

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
    path("submissions/<int:submission_id>/points/<int:point_id>/answer/", answer_point, name="answer_point"),
    path("submissions/<int:submission_id>/points/<int:point_id>/ask-again/", ask_again, name="ask_again"),
    path("submissions/<int:submission_id>/points/<int:point_id>/close/", close_point, name="close_point"),
    path("submissions/<int:submission_id>/withdraw/", withdraw, name="withdraw"),
    path("submissions/<int:submission_id>/pass-on/", pass_on, name="pass_on"),
    path("submissions/<int:submission_id>/return/", return_to_unit, name="return_to_unit"),
]
