"""The loaded demonstration, for this folder. Imported late: Django is not set up when pytest reads this."""

import pytest


@pytest.fixture
def seed(loaded, db):
    """The return of the real report."""
    from submissions.models import Submission

    return Submission.objects.for_workspace().get(unit__code="224001")
