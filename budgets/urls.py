"""The pages of one submission and what they call; tables of codes and exports for the finance bureau."""

from django.urls import path, register_converter

from budgets.models import ReturnText
from budgets.returns import SCHEDULES, Classification, Schedule
from budgets.views.books import apply_book, load_book, preview_book
from budgets.views.categories import add_category, find_categories, search_categories
from budgets.views.category_table import categories, confirm_category
from budgets.views.cells import cell_record, save_note
from budgets.views.charts import charts
from budgets.views.checks import check_round_again, checks, round_checks, set_check, set_threshold
from budgets.views.exports import exports
from budgets.views.findings import (
    download_findings,
    download_round_findings,
    explain_finding,
    findings,
    override_finding,
)
from budgets.views.initial_budgets import (
    apply_budgets,
    download_budgets_template,
    preview_budgets,
    upload_budgets,
)
from budgets.views.journey import journey
from budgets.views.lines import edit_lines, save_lines
from budgets.views.publish import publish
from budgets.views.ratios import ratios
from budgets.views.restate import restate
from budgets.views.round_charts import round_charts
from budgets.views.round_variances import download_round_variances, round_variances
from budgets.views.rules import change_rule, own_rule, read_rule, switch_rule, try_rule, write_rule
from budgets.views.texts import edit_text, read_text, report_texts
from budgets.views.variances import download_variances, keep_reason, save_reason, variances
from budgets.views.workbooks import (
    apply_upload,
    download_marked,
    download_return,
    preview_upload,
    undo_upload,
    upload_return,
)
from budgets.views.workspace import workspace


class ScheduleConverter:
    """A schedule in an address, by its slug."""

    regex = "|".join(schedule.slug for schedule in SCHEDULES)
    _by_slug = {schedule.slug: schedule for schedule in SCHEDULES}

    def to_python(self, value: str) -> Schedule:
        """Return the schedule of a slug."""
        return self._by_slug[value]

    def to_url(self, value: Schedule | str) -> str:
        """Return the slug of a schedule."""
        return value.slug if isinstance(value, Schedule) else value


class ClassificationConverter:
    """A classification in an address, by its name."""

    regex = "|".join(Classification)

    def to_python(self, value: str) -> Classification:
        """Return the classification of a name."""
        return Classification(value)

    def to_url(self, value: str) -> str:
        """Return its name."""
        return str(value)


class TextConverter:
    """A text of the return in an address, by its name."""

    regex = "|".join(ReturnText.Name)

    def to_python(self, value: str) -> ReturnText.Name:
        """Return the name of a text."""
        return ReturnText.Name(value)

    def to_url(self, value: str) -> str:
        """Return it as it is."""
        return str(value)


register_converter(ScheduleConverter, "schedule")
register_converter(ClassificationConverter, "classification")
register_converter(TextConverter, "text")

urlpatterns = [
    path("submissions/<int:submission_id>/", workspace, name="workspace"),
    path("submissions/<int:submission_id>/variances/", variances, name="variances"),
    path(
        "submissions/<int:submission_id>/variances/download/", download_variances, name="download_variances"
    ),
    path("submissions/<int:submission_id>/workbook/", download_return, name="download_return"),
    path("submissions/<int:submission_id>/workbook/upload/", upload_return, name="upload_return"),
    path("submissions/<int:submission_id>/workbook/marked/", download_marked, name="download_marked"),
    path(
        "submissions/<int:submission_id>/workbook/upload/<int:upload_id>/",
        preview_upload,
        name="preview_upload",
    ),
    path(
        "submissions/<int:submission_id>/workbook/upload/<int:upload_id>/apply/",
        apply_upload,
        name="apply_upload",
    ),
    path(
        "submissions/<int:submission_id>/workbook/upload/<int:upload_id>/undo/",
        undo_upload,
        name="undo_upload",
    ),
    path("submissions/<int:submission_id>/findings/", findings, name="findings"),
    path("submissions/<int:submission_id>/findings/explain/", explain_finding, name="explain_finding"),
    path("submissions/<int:submission_id>/findings/override/", override_finding, name="override_finding"),
    path("submissions/<int:submission_id>/findings/download/", download_findings, name="download_findings"),
    path("submissions/<int:submission_id>/journey/", journey, name="journey"),
    path("submissions/<int:submission_id>/publish/", publish, name="publish"),
    path("submissions/<int:submission_id>/ratios/", ratios, name="ratios"),
    path("submissions/<int:submission_id>/charts/", charts, name="charts"),
    path("submissions/<int:submission_id>/texts/", report_texts, name="report_texts"),
    path("submissions/<int:submission_id>/texts/<text:name>/", edit_text, name="edit_text"),
    path("submissions/<int:submission_id>/texts/<text:name>/read/", read_text, name="read_text"),
    path("submissions/<int:submission_id>/<schedule:schedule>/", edit_lines, name="edit_lines"),
    path("submissions/<int:submission_id>/<schedule:schedule>/save/", save_lines, name="save_lines"),
    path("submissions/<int:submission_id>/<schedule:schedule>/restate/", restate, name="restate"),
    path("submissions/<int:submission_id>/<schedule:schedule>/reason/", save_reason, name="save_reason"),
    path("submissions/<int:submission_id>/<schedule:schedule>/reason/keep/", keep_reason, name="keep_reason"),
    path("submissions/<int:submission_id>/<schedule:schedule>/cell/", cell_record, name="cell_record"),
    path("submissions/<int:submission_id>/<schedule:schedule>/note/", save_note, name="save_note"),
    path(
        "submissions/<int:submission_id>/categories/<classification:classification>/",
        search_categories,
        name="search_categories",
    ),
    path(
        "submissions/<int:submission_id>/categories/<classification:classification>/find/",
        find_categories,
        name="find_categories",
    ),
    path(
        "submissions/<int:submission_id>/categories/<classification:classification>/add/",
        add_category,
        name="add_category",
    ),
    path("checks/", checks, name="checks"),
    path("rounds/<int:round_id>/findings/download/", download_round_findings, name="download_round_findings"),
    path("rounds/<int:round_id>/variances/", round_variances, name="round_variances"),
    path("rounds/<int:round_id>/charts/", round_charts, name="round_charts"),
    path(
        "rounds/<int:round_id>/variances/download/",
        download_round_variances,
        name="download_round_variances",
    ),
    path("rounds/<int:round_id>/budgets/", upload_budgets, name="upload_budgets"),
    path(
        "rounds/<int:round_id>/budgets/template/",
        download_budgets_template,
        name="download_budgets_template",
    ),
    path("rounds/<int:round_id>/budgets/<int:upload_id>/", preview_budgets, name="preview_budgets"),
    path("rounds/<int:round_id>/budgets/<int:upload_id>/apply/", apply_budgets, name="apply_budgets"),
    path("rounds/<int:round_id>/checks/", round_checks, name="round_checks"),
    path("rounds/<int:round_id>/checks/set/", set_check, name="set_check"),
    path("rounds/<int:round_id>/checks/again/", check_round_again, name="check_round_again"),
    path("rounds/<int:round_id>/checks/threshold/", set_threshold, name="set_threshold"),
    path("rounds/<int:round_id>/rules/write/", write_rule, name="write_rule"),
    path("rounds/<int:round_id>/rules/read/", read_rule, name="read_rule"),
    path("rounds/<int:round_id>/rules/<int:number>/", own_rule, name="own_rule"),
    path("rounds/<int:round_id>/rules/<int:number>/change/", change_rule, name="change_rule"),
    path("rounds/<int:round_id>/rules/<int:number>/try/", try_rule, name="try_rule"),
    path("rounds/<int:round_id>/rules/<int:number>/switch/", switch_rule, name="switch_rule"),
    path("exports/", exports, name="exports"),
    path("categories/", categories, name="categories"),
    path(
        "categories/<classification:classification>/<int:category_id>/confirm/",
        confirm_category,
        name="confirm_category",
    ),
    path("categories/load/", load_book, name="load_book"),
    path("categories/load/<int:book_id>/", preview_book, name="preview_book"),
    path("categories/load/<int:book_id>/apply/", apply_book, name="apply_book"),
]
