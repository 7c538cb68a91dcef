"""The people and the synthetic unit, for this folder.

Imported late: Django is not set up when pytest reads this.
"""

import pytest


@pytest.fixture
def world(db):
    """Two counties, everybody, one round, and Lin's empty draft."""
    from tests.world import make_world

    return make_world()


@pytest.fixture
def here(world):
    """Lin's return."""
    return world.submission


@pytest.fixture
def lin(world):
    """Lin's browser."""
    from tests.world import signed_in

    return signed_in(world.lin)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """All reference data and the whole demonstration, loaded by the commands once for a module."""
    from tests.world import loaded_for_a_module

    commands = ("load_reference", "load_demo", "load_demo_indicators")
    with loaded_for_a_module(django_db_blocker, *commands):
        yield


@pytest.fixture
def synthetic(loaded, db):
    """The return of the synthetic unit."""
    from submissions.models import Submission

    return Submission.objects.get(unit__code="226001")
