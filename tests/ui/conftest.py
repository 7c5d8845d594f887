"""One real server for all tests of this room, with its data and its temporary files in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.serving import Server, serving


@pytest.fixture(scope="session")
def server_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ui")


@pytest.fixture(scope="session")
def server(server_home: Path) -> Iterator[Server]:
    with serving(server_home / "home", server_home) as running:
        yield running
