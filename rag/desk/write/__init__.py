"""write: papers and decks as docx, pptx, xlsx and md.

Every writer takes the model of `rag.desk.paper`, whatever text stands in it, and replaces its file at one stroke.
"""

from __future__ import annotations

from pathlib import Path

from rag.desk.paper import Deck, Paper
from rag.desk.write.files import replace
from rag.desk.write.markdown import write_md

__all__ = ["write_docx", "write_md", "write_pptx", "write_xlsx"]


def write_docx(paper: Paper, path: Path) -> None:
    """Write a paper as a Word file; text that was added or removed stands as tracked changes.

    Parameters: the paper, the file to write or replace. Raises DeskError where it cannot be written.
    """
    from rag.desk.write.word import document

    replace(path, document(paper).save)


def write_pptx(deck: Deck, path: Path) -> None:
    """Write a deck as 16:9 slides on our template; what does not fit on one slide goes on to a further one.

    Parameters: the deck, the file to write or replace. Raises DeskError where it cannot be written.
    """
    from rag.desk.write.slides import presentation

    replace(path, presentation(deck).save)


def write_xlsx(paper: Paper, path: Path) -> None:
    """Write the tables of a paper as a workbook, a sheet each, then 出处 and 说明; no cell is a formula.

    Parameters: the paper, the file to write or replace. Raises DeskError where it cannot be written.
    """
    from rag.desk.write.sheets import workbook

    replace(path, workbook(paper).save)
