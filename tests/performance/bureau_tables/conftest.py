"""A round whose summaries were worked out by hand.

Imported late: Django is not set up when pytest reads this.
"""

import pytest


@pytest.fixture
def three(world):
    """Three approved returns of four units, and what must not be added."""
    from tests.performance.bureau_tables.returns import three_returns

    return three_returns(world)
