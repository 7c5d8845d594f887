"""One index over the shipped library for all tests that ask it."""

from pathlib import Path

import pytest

from documents import shipped
from documents.validity import resolve
from index import build_documents, open_index
from index.encoder import load_encoder
from rag import Assistant


@pytest.fixture(scope="session")
def library_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library") / "index"
    build_documents(resolve(list(shipped())), folder, load_encoder())
    return folder


@pytest.fixture(scope="session")
def assistant(library_index: Path) -> Assistant:
    return Assistant(open_index(library_index))
