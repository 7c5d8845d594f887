"""One real server for all tests of this room, with its data and its temporary files in a folder of its own; a browser a module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.serving import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def server_home(tmp_path_factory: pytest.TempPathFactory, library_index: Path) -> Path:
    """A folder whose `home` holds the index over the shipped library, which other tests built."""
    folder = tmp_path_factory.mktemp("ui")
    shutil.copytree(library_index, folder / "home" / "index")
    return folder


@pytest.fixture(scope="session")
def server(server_home: Path) -> Iterator[Server]:
    with serving(server_home / "home", server_home) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, closed with its module: while Playwright runs, no other test of this process can use asyncio."""
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # as long as playwright waits elsewhere: a busy machine is no fault of the page
    from tests.ui.screens import chromium

    with chromium() as running:
        yield running
