"""How the parts are joined: every address of the product."""

from django.urls import include, path

from budgets.rows import head_figures
from config.health import health
from submissions.views import my_work

urlpatterns = [
    path("", my_work, {"figures_for": head_figures}, name="my_work"),
    path("", include("orgs.urls")),
    path("", include("submissions.urls")),
    path("", include("budgets.urls")),
    path("", include("performance.urls")),
    path("health/", health, name="health"),
]
