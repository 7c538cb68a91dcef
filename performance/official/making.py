"""The forms of a return, made by the edition that its region uses in its year."""

from collections.abc import Callable

from budgets.base_data import base_data_form
from budgets.official_forms import OfficialForm
from performance.official.department import department_form
from performance.official.editions import FormName, FormsEdition, edition_of
from performance.official.given import Given

_MAKERS: dict[FormName, Callable[[FormsEdition, Given], OfficialForm]] = {
    FormName.BASE_DATA: lambda _, given: base_data_form(given.year, given.plain_rows, given.thrift_measures),
    FormName.DEPARTMENT: lambda edition, given: department_form(edition.department, given),
}


def form_of(name: FormName, given: Given) -> OfficialForm:
    """Return one form of a return."""
    return _MAKERS[name](edition_of(given.region, given.year), given)


def forms_of(given: Given) -> dict[FormName, OfficialForm]:
    """Return every form that the edition has, in the order of the package."""
    edition = edition_of(given.region, given.year)
    return {name: _MAKERS[name](edition, given) for name in edition.forms}
