"""The people and the loaded data, for this folder.

Imported late: Django is not set up when pytest reads this.
"""

import pytest


@pytest.fixture
def world(db):
    """Two counties, everybody, one round, and Lin's empty draft."""
    from tests.world import make_world

    return make_world()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """All reference data and the demonstration, loaded by the commands once for a module."""
    from tests.world import loaded_for_a_module

    with loaded_for_a_module(django_db_blocker, "load_reference", "load_demo"):
        yield


@pytest.fixture
def seed(loaded, db):
    """The return of the seed report."""
    from submissions.models import Submission

    return Submission.objects.get(unit__code="224001")
