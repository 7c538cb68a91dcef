"""What a save says of the part of a section it is about: a point opens it, and records name it."""

import pytest

from submissions.history import title_of
from submissions.models import ReviewPoint

PART = {"part": {"project": "甲"}}
ROW = {"row": {"project": "甲", "name": "指标"}, "line": 5}


def point(row, recorded, schedule="project_indicators"):
    return ReviewPoint(schedule=schedule, row=row, recorded_row=recorded)


@pytest.mark.parametrize(
    ("change", "is_open"),
    [
        (ROW, True),
        ({"row": {"project": "甲"}}, True),
        ({"row": {"project": "乙", "name": "指标"}, "line": 6}, False),
        ({"note": {"row": "line-5", "column": "score"}, "part": {"project": "甲"}}, True),
        ({"note": {"row": "line-6", "column": "score"}, "part": {"project": "乙"}}, False),
        ({"note": {"row": "line-5", "column": "score"}}, False),
        ({"attachment": {"row": "project-1"}}, True),
        ({"attachment": {"row": "project-2"}}, False),
        ({"attachment": {"row": "line-5"}, "part": {"project": "甲", "name": "指标"}}, True),
        ({"attachment": {"row": "line-6"}, "part": {"project": "乙", "name": "指标"}}, False),
        ({"attachment": {"row": "line-5"}, "row": {"attachment": 1}}, False),
    ],
)
def test_a_point_on_a_part_opens_what_is_of_it_and_nothing_else(change, is_open):
    assert point("project-1", PART).reopens("project_indicators", change) == is_open
    assert not point("project-1", PART).reopens("project_goal", change)


def test_a_point_on_a_row_opens_that_row_alone_and_one_on_the_section_all_parts():
    of_row = point("line-5", {"key": ROW["row"], "line": 5})
    assert of_row.reopens("project_indicators", ROW)
    assert not of_row.reopens("project_indicators", {"row": {"project": "甲"}})
    assert not of_row.reopens("project_indicators", ROW | {"line": 6})
    assert point("", {}).reopens("project_indicators", {"row": {"project": "乙"}})


def test_a_save_of_a_part_is_called_by_its_project():
    titles = {"project_indicators": "项目绩效指标", "staff": "人员与编制"}
    assert title_of("project_indicators", titles, "甲") == "项目“甲”的绩效指标"
    assert title_of("project_indicators", titles) == "项目绩效指标"
    assert title_of("staff", titles) == "人员与编制"
