"""The pages of goal and indicators, beside those of the money of the same submission."""

from django.urls import path, register_converter

from performance.official.editions import FormName
from performance.views.approved_version import approved_version
from performance.views.attachments import attach_file, attachments
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
from performance.views.recheck import download_recheck, finish_recheck, recheck, save_recheck
from performance.views.rechecks import download_rechecks, draw_sample, rechecks
from performance.views.report import download_report, report
from performance.views.report_template import (
    download_report_template,
    drop_report_template,
    report_template,
)
from performance.views.round_scoring import round_scoring, set_scoring
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


register_converter(FormConverter, "form")

_PROJECT = "submissions/<int:submission_id>/project-forms/<slug:project>"

urlpatterns = [
    path("submissions/<int:submission_id>/forms/", official_forms, name="official_forms"),
    path("submissions/<int:submission_id>/forms/<form:form>/", official_form, name="official_form"),
    path("submissions/<int:submission_id>/forms/<form:form>/download/", download_form, name="download_form"),
    path("submissions/<int:submission_id>/forms/download/", download_package, name="download_package"),
    path("rounds/<int:round_id>/forms/download/", download_round, name="download_round"),
    path("approved-version/", approved_version, name="approved_version"),
    path("submissions/<int:submission_id>/report/", report, name="report"),
    path("submissions/<int:submission_id>/report/download/", download_report, name="download_report"),
    path("rounds/<int:round_id>/scoring/", round_scoring, name="round_scoring"),
    path("rounds/<int:round_id>/scoring/set/", set_scoring, name="set_scoring"),
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
