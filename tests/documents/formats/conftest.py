"""A reader of hand-written Word files."""

from pathlib import Path

import pytest

from documents.formats.extract import Extract
from documents.formats.word import read_docx
from tests.documents.formats.docx_parts import Reader, docx_of


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def reader(*blocks: str, **parts: str) -> Extract:
        return read_docx(docx_of(tmp_path / "甲.docx", *blocks, **parts))

    return reader
