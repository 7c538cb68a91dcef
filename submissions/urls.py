"""Starting a return. The page `my_work` is joined in config.urls, with the figures from above."""

from django.urls import path

from submissions.views import start_submission

urlpatterns = [
    path("rounds/<int:round_id>/units/<int:unit_id>/start/", start_submission, name="start_submission"),
]
