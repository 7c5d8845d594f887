"""A browser for all tests of this page, and a page that fails its test where it asked another host or wrote an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.ui.serving import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def page(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at a width (parameter: its name), closed after the test."""
    yield from watched(browser, server.address, getattr(request, "param", "wide"))


def watched(browser: Browser, address: str, width: str) -> Iterator[Page]:
    """Open a page, yield it, then fail where it asked another host or wrote an error to the console."""
    from tests.ui.screens import WIDTHS
    from tests.ui.watching import watching

    size = WIDTHS[width]
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="en-US", color_scheme="light")
    with watching(page, address):
        page.goto(address)
        page.locator("#nj-send").wait_for()
        yield page
        page.wait_for_timeout(200)
