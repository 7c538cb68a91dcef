"""The demonstration in several browsers. Ours is imported late: Django is not set up when this is read."""

import pytest
from playwright.sync_api import expect

expect.set_options(timeout=20_000)  # in ms, for slow machines


@pytest.fixture
def demo(transactional_db, live_server):
    """The demonstration: the real report in the bureau, nothing yet in the rescue centre; its address."""
    from tests.world import run

    run("load_reference")
    run("load_demo")
    return live_server.url


@pytest.fixture
def open_as(new_context, demo):
    """Open a browser of her own for a person and take her to her work."""
    from tests.browser.grid_page import let_nothing_be_saved_any_more, sign_in

    pages = []

    def open_browser(username: str):
        page = new_context().new_page()
        pages.append(page)
        sign_in(page, demo, username)
        return page

    yield open_browser
    for page in pages:
        let_nothing_be_saved_any_more(page)
