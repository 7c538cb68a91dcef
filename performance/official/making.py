"""The forms of a return, made by the edition that its region uses in its year."""

from collections.abc import Callable

from budgets.base_data import base_data_form
from budgets.official_forms import OfficialForm
from budgets.public_tables import public_tables
from performance.official.department import department_form
from performance.official.editions import FormName, FormsEdition, edition_of
from performance.official.given import Given
from performance.official.projects import project_forms

Sheets = list[OfficialForm]
"""A form may have several sheets; that of the projects has one for each, and none without projects."""


def _base_data(_: FormsEdition, given: Given) -> Sheets:
    return [base_data_form(given.year, given.plain_rows, given.thrift_measures)]


def _department(edition: FormsEdition, given: Given) -> Sheets:
    return [department_form(edition.department, given)]


def _projects(edition: FormsEdition, given: Given) -> Sheets:
    return project_forms(edition.project, given)


def _public(edition: FormsEdition, given: Given) -> Sheets:
    return public_tables(edition.public, given.unit_name, given.plain_rows)


_MAKERS: dict[FormName, Callable[[FormsEdition, Given], Sheets]] = {
    FormName.BASE_DATA: _base_data,
    FormName.DEPARTMENT: _department,
    FormName.PROJECTS: _projects,
    FormName.PUBLIC: _public,
}


def form_of(name: FormName, given: Given) -> Sheets:
    """Return the sheets of one form of a return."""
    return _MAKERS[name](edition_of(given.region, given.year), given)


def forms_of(given: Given) -> dict[FormName, Sheets]:
    """Return the sheets of every form that the edition has and that has any, in the order of the package."""
    edition = edition_of(given.region, given.year)
    made = {name: _MAKERS[name](edition, given) for name in edition.forms}
    return {name: sheets for name, sheets in made.items() if sheets}
