"""The pages of goal and indicators, beside those of the money of the same submission."""

import re

from django.urls import path, register_converter

from performance.bureau_tables.catalogue import SUMMARIES
from performance.official.editions import FormName
from performance.views.approved_version import approved_version
from performance.views.attachments import attach_file, attachments
from performance.views.bulk_exports import (
    bulk_export,
    bulk_exports,
    cancel_bulk_export,
    download_bulk_export,
    start_bulk_export,
)
from performance.views.carry_last_year import carry_last_year
from performance.views.changes import changes
from performance.views.exceptions import download_exceptions, exceptions
from performance.views.goal import edit_goal
from performance.views.indicators import (
    adopt_scores,
    edit_indicators,
    indicator_record,
    save_indicator_note,
    save_indicators,
)
from performance.views.library import (
    keep_library_indicator,
    library,
    pick_indicators,
    pick_project_indicators,
    withdraw_library_indicator,
)
from performance.views.official_forms import (
    download_form,
    download_package,
    download_round,
    official_form,
    official_forms,
)
from performance.views.points import ask_point, points, widen_return
from performance.views.problems import problems, write_problem
from performance.views.project import edit_project
from performance.views.project_indicators import (
    adopt_project_scores,
    edit_project_indicators,
    project_indicator_record,
    save_project_indicator_note,
    save_project_indicators,
)
from performance.views.projects import drop_project, move_project, projects
from performance.views.public_file import FILES, public_file
from performance.views.public_report import public_form, public_report, public_version
from performance.views.public_reports import public_reports
from performance.views.recheck import download_recheck, finish_recheck, recheck, save_recheck
from performance.views.rechecks import download_rechecks, draw_sample, rechecks
from performance.views.report import download_report, report
from performance.views.report_template import (
    download_report_template,
    drop_report_template,
    report_template,
)
from performance.views.round_scores import round_scores
from performance.views.round_scoring import round_scoring, set_scoring
from performance.views.round_summary import download_round_summary, round_summary
from performance.views.round_targets import round_targets
from performance.views.targets import answer_target, ask_for_target, targets, withdraw_target


class FormConverter:
    """An official form in an address, by its name."""

    regex = "|".join(FormName)

    def to_python(self, value: str) -> FormName:
        """Return the form of a name."""
        return FormName(value)

    def to_url(self, value: str) -> str:
        """Return its name."""
        return str(value)


class PublicFileConverter:
    """A file of a published return in an address, by its name."""

    regex = "|".join(map(re.escape, FILES))

    def to_python(self, value: str) -> str:
        """Return its name."""
        return value

    def to_url(self, value: str) -> str:
        """Return its name."""
        return value


class CodeConverter:
    """A code of a region or a unit in an address: digits and letters."""

    regex = "[0-9A-Za-z]{1,20}"

    def to_python(self, value: str) -> str:
        """Return the code."""
        return value

    def to_url(self, value: str) -> str:
        """Return the code."""
        return value


class YearConverter:
    """A fiscal year in an address."""

    regex = "2[0-9]{3}"

    def to_python(self, value: str) -> int:
        """Return the year."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return it as it is written."""
        return str(value)


class RevisionConverter(YearConverter):
    """The number of a version in an address."""

    regex = "[1-9][0-9]{0,3}"


class SummaryConverter:
    """A summary of a round in an address, by its name."""

    regex = "|".join(SUMMARIES)

    def to_python(self, value: str) -> str:
        """Return the name."""
        return value

    def to_url(self, value: str) -> str:
        """Return it again."""
        return value


register_converter(FormConverter, "form")
register_converter(PublicFileConverter, "public_file")
register_converter(CodeConverter, "code")
register_converter(YearConverter, "year")
register_converter(RevisionConverter, "revision")
register_converter(SummaryConverter, "summary")

_PROJECT = "submissions/<int:submission_id>/project-forms/<slug:project>"
_PUBLIC = "public/<code:region>/<year:year>/<code:unit>"

urlpatterns = [
    path("public/", public_reports, name="public_reports"),
    path(f"{_PUBLIC}/", public_report, name="public_report"),
    path(f"{_PUBLIC}/<revision:revision>/", public_version, name="public_version"),
    path(f"{_PUBLIC}/<revision:revision>/forms/<form:form>/", public_form, name="public_form"),
    path(f"{_PUBLIC}/<revision:revision>/<public_file:file>", public_file, name="public_file"),
    path("submissions/<int:submission_id>/forms/", official_forms, name="official_forms"),
    path("submissions/<int:submission_id>/forms/<form:form>/", official_form, name="official_form"),
    path("submissions/<int:submission_id>/forms/<form:form>/download/", download_form, name="download_form"),
    path("submissions/<int:submission_id>/forms/download/", download_package, name="download_package"),
    path("rounds/<int:round_id>/forms/download/", download_round, name="download_round"),
    path("rounds/<int:round_id>/bulk-export/", start_bulk_export, name="start_bulk_export"),
    path("bulk-exports/", bulk_exports, name="bulk_exports"),
    path("bulk-exports/<int:export_id>/", bulk_export, name="bulk_export"),
    path("bulk-exports/<int:export_id>/cancel/", cancel_bulk_export, name="cancel_bulk_export"),
    path("bulk-exports/<int:export_id>/download/", download_bulk_export, name="download_bulk_export"),
    path("approved-version/", approved_version, name="approved_version"),
    path("submissions/<int:submission_id>/report/", report, name="report"),
    path("submissions/<int:submission_id>/report/download/", download_report, name="download_report"),
    path("rounds/<int:round_id>/scoring/", round_scoring, name="round_scoring"),
    path("rounds/<int:round_id>/scoring/set/", set_scoring, name="set_scoring"),
    path("rounds/<int:round_id>/scores/", round_scores, name="round_scores"),
    path("rounds/<int:round_id>/summaries/<summary:summary>/", round_summary, name="round_summary"),
    path(
        "rounds/<int:round_id>/summaries/<summary:summary>/download/",
        download_round_summary,
        name="download_round_summary",
    ),
    path("rounds/<int:round_id>/exceptions/", exceptions, name="exceptions"),
    path("rounds/<int:round_id>/exceptions/download/", download_exceptions, name="download_exceptions"),
    path("rounds/<int:round_id>/rechecks/", rechecks, name="rechecks"),
    path("rounds/<int:round_id>/rechecks/draw/", draw_sample, name="draw_sample"),
    path("rounds/<int:round_id>/rechecks/download/", download_rechecks, name="download_rechecks"),
    path("submissions/<int:submission_id>/recheck/", recheck, name="recheck"),
    path("submissions/<int:submission_id>/recheck/save/", save_recheck, name="save_recheck"),
    path("submissions/<int:submission_id>/recheck/finish/", finish_recheck, name="finish_recheck"),
    path("submissions/<int:submission_id>/recheck/download/", download_recheck, name="download_recheck"),
    path("submissions/<int:submission_id>/attachments/", attachments, name="attachments"),
    path("submissions/<int:submission_id>/attachments/attach/", attach_file, name="attach_file"),
    path("submissions/<int:submission_id>/points/", points, name="points"),
    path("submissions/<int:submission_id>/problems/", problems, name="problems"),
    path("submissions/<int:submission_id>/problems/write/", write_problem, name="write_problem"),
    path("submissions/<int:submission_id>/changes/", changes, name="changes"),
    path("submissions/<int:submission_id>/points/ask/", ask_point, name="ask_point"),
    path("submissions/<int:submission_id>/points/widen/", widen_return, name="widen_return"),
    path("submissions/<int:submission_id>/last-year/", carry_last_year, name="carry_last_year"),
    path("submissions/<int:submission_id>/goal/", edit_goal, name="edit_goal"),
    path("submissions/<int:submission_id>/indicators/", edit_indicators, name="edit_indicators"),
    path("submissions/<int:submission_id>/indicators/targets/", targets, name="targets"),
    path("submissions/<int:submission_id>/indicators/targets/ask/", ask_for_target, name="ask_for_target"),
    path(
        "submissions/<int:submission_id>/indicators/targets/<int:request_id>/answer/",
        answer_target,
        name="answer_target",
    ),
    path(
        "submissions/<int:submission_id>/indicators/targets/<int:request_id>/withdraw/",
        withdraw_target,
        name="withdraw_target",
    ),
    path("rounds/<int:round_id>/targets/", round_targets, name="round_targets"),
    path("submissions/<int:submission_id>/indicators/save/", save_indicators, name="save_indicators"),
    path("submissions/<int:submission_id>/indicators/adopt/", adopt_scores, name="adopt_scores"),
    path("submissions/<int:submission_id>/indicators/pick/", pick_indicators, name="pick_indicators"),
    path("bureaux/<int:bureau_id>/library/", library, name="library"),
    path("bureaux/<int:bureau_id>/library/keep/", keep_library_indicator, name="keep_library_indicator"),
    path(
        "bureaux/<int:bureau_id>/library/withdraw/",
        withdraw_library_indicator,
        name="withdraw_library_indicator",
    ),
    path("submissions/<int:submission_id>/indicators/cell/", indicator_record, name="indicator_record"),
    path("submissions/<int:submission_id>/indicators/note/", save_indicator_note, name="save_indicator_note"),
    path("submissions/<int:submission_id>/project-forms/", projects, name="projects"),
    path(f"{_PROJECT}/", edit_project, name="edit_project"),
    path(f"{_PROJECT}/move/", move_project, name="move_project"),
    path(f"{_PROJECT}/drop/", drop_project, name="drop_project"),
    path(f"{_PROJECT}/indicators/", edit_project_indicators, name="edit_project_indicators"),
    path(f"{_PROJECT}/indicators/pick/", pick_project_indicators, name="pick_project_indicators"),
    path(f"{_PROJECT}/indicators/save/", save_project_indicators, name="save_project_indicators"),
    path(f"{_PROJECT}/indicators/adopt/", adopt_project_scores, name="adopt_project_scores"),
    path(f"{_PROJECT}/indicators/cell/", project_indicator_record, name="project_indicator_record"),
    path(f"{_PROJECT}/indicators/note/", save_project_indicator_note, name="save_project_indicator_note"),
    path("rounds/<int:round_id>/report-template/", report_template, name="report_template"),
    path(
        "rounds/<int:round_id>/report-template/download/",
        download_report_template,
        name="download_report_template",
    ),
    path("rounds/<int:round_id>/report-template/drop/", drop_report_template, name="drop_report_template"),
]
