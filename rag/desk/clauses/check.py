"""Hold a paper's clauses against the law of a place on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from documents.region import Region
from rag.answer import Assistant
from rag.desk.clauses.model import Report


def check_paper(assistant: Assistant, path: Path, regions: tuple[Region, ...], day: date) -> Report:
    """Check a file. Raises UnreadablePaper."""
    return check_text(assistant, path.name, path.read_text(encoding="utf-8"), regions, day)


def check_text(assistant: Assistant, name: str, text: str, regions: tuple[Region, ...], day: date) -> Report:
    """Check a paper's words."""
    return Report(name, regions, day, (), (), assistant.index.manifest.corpus_digest)
