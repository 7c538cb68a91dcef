"""The steps of a return. `my_work` and `submit` are joined in config.urls, with what they ask from above."""

from django.urls import path

from submissions.views.steps import approve, return_to_unit, start_submission

urlpatterns = [
    path("rounds/<int:round_id>/units/<int:unit_id>/start/", start_submission, name="start_submission"),
    path("submissions/<int:submission_id>/return/", return_to_unit, name="return_to_unit"),
    path("submissions/<int:submission_id>/approve/", approve, name="approve"),
]
