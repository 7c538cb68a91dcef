"""100,000 random amounts through the doors by which amounts come in and go out: equal to the fen.

The same amounts are read by the script of the entry page in `tests/browser/test_grid_arithmetic.py`.
"""

import json
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from budgets.forms import LinesForm
from budgets.import_plans import plan_of
from budgets.measures import FIGURES
from budgets.models import ProjectLine
from budgets.money import AmountUnit, amount_text, exact_text, in_unit, parse_amount
from budgets.returns import PROJECTS
from orgs import spreadsheets
from orgs.models import User
from orgs.spreadsheets import read_typed_sheets
from tests.amounts import as_typed, random_amounts
from tests.budgets.test_return_workbook import uploaded
from tests.world import make_submission, signed_in

COUNT = 100_000


@pytest.fixture(scope="module")
def amounts():
    return random_amounts(COUNT)


@pytest.mark.parametrize("unit", AmountUnit)
def test_every_way_of_typing_an_amount_is_read_to_the_fen(amounts, unit):
    typed = [as_typed(amount, unit, way) for way, amount in enumerate(amounts)]
    assert [parse_amount(text, unit) for text in typed] == amounts


@pytest.mark.parametrize("unit", AmountUnit)
def test_the_cells_of_a_workbook_keep_every_amount(amounts, unit):
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("数")
    for start in range(0, COUNT, 20):
        page.append([in_unit(amount, unit) for amount in amounts[start : start + 20]])
    file = BytesIO()
    book.save(file)
    rows = read_typed_sheets(file.getvalue(), "数.xlsx", ["数"])["数"].rows
    assert [parse_amount(cell.text, unit) for row in rows for cell in row] == amounts


def test_the_database_keeps_every_amount(db, amounts):
    with connection.cursor() as cursor:
        cursor.execute("SELECT amount::yuan FROM unnest(%s::numeric[]) AS amount", [amounts])
        assert [amount for (amount,) in cursor.fetchall()] == amounts


def project_rows(amounts, unit):
    """Rows of projects as the entry page sends them, five amounts each."""
    return [
        {
            "row": str(number),
            "id": None,
            "row_version": 0,
            "values": {column.name: "" for column in PROJECTS.columns}
            | {"name": f"项目{number}", "variance_reason": "原因"}
            | {
                name: as_typed(amount, unit, number)
                for name, amount in zip(FIGURES, amounts[number * 5 : number * 5 + 5], strict=True)
            },
        }
        for number in range(len(amounts) // 5)
    ]


def test_what_the_entry_page_sends_is_understood_to_the_fen(db, world, amounts):
    for start in range(0, COUNT, 25_000):
        part = amounts[start : start + 25_000]
        form = LinesForm(
            {"unit": "wan", "rows": project_rows(part, AmountUnit.WAN)}, PROJECTS, world.submission
        )
        assert form.is_valid()
        assert [change.values[name] for change in form.changes for name in FIGURES] == part


def there_and_everywhere(submission, lin, amounts, unit):
    """Amounts saved by the entry page, and how they stand in the database and in all that leaves the product."""
    User.objects.filter(pk=lin.pk).update(amount_unit=unit)
    browser = signed_in(lin)
    sent = {"unit": unit.value, "rows": project_rows(amounts, unit), "removed": []}
    path = reverse("save_lines", args=[submission.pk, PROJECTS])
    assert browser.post(path, json.dumps(sent), content_type="application/json").status_code == 200
    stored = ProjectLine.objects.filter(submission=submission).order_by("pk").values_list(*FIGURES)
    assert [amount for row in stored for amount in row] == amounts
    content = browser.get(reverse("download_return", args=[submission.pk])).content
    assert plan_of(uploaded(submission, lin, content)).does_nothing
    # What is read.
    variances = opened(browser.get(reverse("download_variances", args=[submission.pk])).content)["项目支出"]
    found = {row[1]: [exactly(cell, unit) for cell in row[2:7]] for row in variances if row[1]}
    forms = opened(browser.get(reverse("download_form", args=[submission.pk, "base-data"])).content)[
        "基础数据表"
    ]
    printed = {
        str(row[0]).strip(): [exactly(row[at], AmountUnit.WAN) for at in (1, 3, 5)] for row in forms if row[0]
    }
    page = browser.get(reverse("variances", args=[submission.pk])).content.decode()
    for number in range(len(amounts) // 5):
        five = amounts[number * 5 : number * 5 + 5]
        assert found[f"项目{number}"] == five
        of_form = dict(zip(FIGURES, five, strict=True))
        assert printed[f"项目{number}"] == [
            of_form[name] for name in ("last_year_outturn", "initial_budget", "outturn")
        ]
        assert amount_text(of_form["outturn"], unit) in page


def opened(content):
    return list_of(openpyxl.load_workbook(BytesIO(content)))


def list_of(book):
    return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}


def exactly(value, unit):
    """What Excel keeps of a cell, in yuan; what is no number as it is."""
    return (
        Decimal(f"{value:.15g}").scaleb(unit.shift).quantize(Decimal("0.01"))
        if isinstance(value, int | float)
        else value
    )


@pytest.mark.parametrize("unit", AmountUnit)
def test_saved_amounts_leave_by_every_export_as_they_came(world, unit):
    there_and_everywhere(world.submission, world.lin, random_amounts(1000, seed=unit.places), unit)


@pytest.fixture
def patience(monkeypatch):
    """Let a workbook be read for as long as a busy machine takes; of the processor the reader has what it had."""
    monkeypatch.setattr(spreadsheets, "SECONDS", 60)
    monkeypatch.setattr(spreadsheets, "MOST_SECONDS", 600)


@pytest.mark.drill
@pytest.mark.parametrize("seed", range(5))
def test_100_000_saved_amounts_leave_by_every_export_as_they_came(world, patience, seed):
    submission = make_submission(world.round, world.rescue, world.lin)
    there_and_everywhere(submission, world.lin, random_amounts(20_000, seed=seed), AmountUnit.WAN)


def test_the_exact_text_is_the_amount(amounts):
    assert [Decimal(exact_text(amount)) for amount in amounts] == amounts
