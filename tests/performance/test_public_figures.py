"""The figures of the real report as the public takes them away: hand-listed, in CSV and in JSON."""

import json

import pytest

from performance.public.figures import documented
from submissions.models import Submission
from tests.budgets.test_seed import LINES, ORGANISATION
from tests.performance.public.pages import address, ask, csv_rows
from tests.world import make_public


@pytest.fixture
def seed(settings, tmp_path, loaded, db):
    """The real report, made public."""
    settings.PUBLIC_FILES_DIR = tmp_path / "public"
    real = Submission.objects.get(unit__code="224001", round__fiscal_year=2023)
    make_public(real)
    return real


def test_json_has_the_figures_of_the_report_to_the_fen(seed):
    said = json.loads(ask(address("public_file", 1, "figures.json")).content)
    rows = said["schedules"]["expenditure_by_function"]["rows"]
    total = next(row for row in rows if row["level"] == "total")
    assert {name: total[name] for name in ORGANISATION} == ORGANISATION
    lines = {row["code"]: (row["outturn"], row["share"]) for row in rows if row["level"] == "line"}
    assert lines == LINES
    assert total["revised_budget"] is None and total["execution_rate"] is None  # not reported: null, not 0
    head = {name: said[name] for name in ("unit_code", "fiscal_year", "revision", "status", "is_synthetic")}
    assert head == {
        "unit_code": "224001",
        "fiscal_year": 2023,
        "revision": 1,
        "status": "published",
        "is_synthetic": False,
    }
    assert said["sha256"] == seed.snapshot.sha256


def test_csv_has_the_same_figures_one_a_line(seed):
    rows = csv_rows(ask(address("public_file", 1, "figures.csv")))
    of_total = [row for row in rows if (row["表"], row["层次"]) == ("支出（按功能分类）", "total")]
    figures = {row["字段"]: row["数值"] for row in of_total}
    assert {name: figures[name] for name in ORGANISATION} == ORGANISATION
    assert figures["revised_budget"] == ""
    lines = [row for row in rows if (row["表"], row["层次"]) == ("支出（按功能分类）", "line")]
    assert {row["编码"]: row["数值"] for row in lines if row["字段"] == "outturn"} == {
        code: outturn for code, (outturn, _) in LINES.items()
    }


def test_every_name_in_the_data_is_documented_in_the_file_and_on_the_page(seed):
    said = json.loads(ask(address("public_file", 1, "figures.json")).content)
    names = {name for each in said["schedules"].values() for row in each["rows"] for name in row}
    names |= {
        name for name in said if name not in ("format", "fields", "schedules", "performance", "projects")
    }
    names |= {name for row in said["performance"]["indicators"] for name in row}
    assert names <= set(said["fields"]) == set(documented())
    page = ask(address("public_report")).content.decode()
    assert all(f"<code>{name}</code>" in page for name in documented())
