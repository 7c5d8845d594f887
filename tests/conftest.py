"""One index over the shipped library for all tests that ask it, and the order in which two processes take the tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from documents import shipped
from documents.validity import resolve
from index import build_documents, open_index
from index.encoder import load_encoder
from rag import Assistant
from tests import lanes


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    return lanes.scheduler(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        lanes.longest_first(items)


@pytest.fixture(scope="session")
def library_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index, built once for all processes of a run; who wants to change it makes a copy."""
    several = "PYTEST_XDIST_WORKER" in os.environ
    folder = tmp_path_factory.getbasetemp().parent / "library" if several else tmp_path_factory.mktemp("library")
    with FileLock(f"{folder}.lock"):
        if not (folder / "index" / "manifest.json").is_file():
            build_documents(resolve(list(shipped())), folder / "index", load_encoder())
    return folder / "index"


@pytest.fixture(scope="session")
def assistant(library_index: Path) -> Assistant:
    return Assistant(open_index(library_index))
