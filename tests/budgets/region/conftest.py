"""The people of the tests, for this folder.

Imported late: Django is not set up when pytest reads this.
"""

import pytest


@pytest.fixture
def world(db):
    """Two counties, everybody, one round, and Lin's empty draft."""
    from tests.world import make_world

    return make_world()
