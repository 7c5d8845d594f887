"""What `tests.killing` kills: a build, a publishing, a going back, taking documents in, keeping feedback."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from documents.library import gather
from documents.own import add, read_own
from documents.read import read_paths
from index.build import build_documents
from index.publish import go_back, promote, turn
from index.search import SearchIndex
from index.store import MANIFEST, load
from tests.index.conftest import ToyEncoder, document
from tests.killing import Case
from ui.store.database import open_store
from ui.store.feedback import Complaint
from ui.store.kept import Kept

__all__ = ["CASES", "gather"]

OLD = [document("甲市规定", "第一条 产假98天。\n第二条 哺乳时间每天1小时。")]
NEW = [*OLD, document("乙市规定", "第一条 产假158天。")]


def _build(folder: Path, which: list[Any]) -> None:
    with contextlib.redirect_stderr(io.StringIO()):
        build_documents(which, folder, ToyEncoder())


def _titles(folder: Path) -> list[str]:
    """What the index in use holds; an index whose titles and answers do not fit is half."""
    index = SearchIndex(load(folder), ToyEncoder())
    titles = sorted({chunk.card.title for chunk in index.chunks})
    found = {hit.chunk.card.title for hit in index.search("产假多少天", 10)}
    assert found <= set(titles)
    assert index.search("产假", 1)
    return titles


def _publish(home: Path) -> None:
    if not (home / "new" / MANIFEST).is_file():  # it is in place already, or the run before did not come to its end
        shutil.rmtree(home / "new", ignore_errors=True)
        _build(home / "new", NEW)
    with turn(home / "index", "王芳"):
        promote(home / "new", home / "index")


def _both(home: Path) -> None:
    _build(home / "index", OLD)
    _build(home / "new", NEW)


def _back(home: Path) -> None:
    with turn(home / "index", "王芳"):
        if _titles(home / "index") != ["甲市规定"]:
            go_back(home / "index")


def _twice(home: Path) -> None:
    _build(home / "index", OLD)
    _build(home / "index", NEW)


def _library(home: Path) -> None:
    papers = home / "papers"
    papers.mkdir()
    for name, days in (("甲", 98), ("乙", 158), ("丙", 188)):
        paper = papers / f"{name}市女职工办法.txt"
        paper.write_text(f"{name}市女职工办法\n第一条 产假{days}天。", encoding="utf-8")
        os.utime(paper, (0, 0))  # it is not being written any more: nothing waits for it to settle
    add([papers / "甲市女职工办法.txt"], home / "library")


def _add(home: Path) -> None:
    add([home / "papers"], home / "library")


def _taken(home: Path) -> list[str]:
    """Titles in her library, each once; a document without a row, or a row without its document, is half."""
    own = read_own(home / "library")
    assert not own.reading.problems, own.reading.problems[0].message
    assert len({row.sha256 for row in own.rows}) == len(own.rows)
    return sorted(document.title for document in own.reading.documents)


def _kept(home: Path) -> Kept:
    return Kept(open_store(f"sqlite:///{home / 'store.db'}"), today=lambda: date(2026, 11, 21))


def _keep(home: Path) -> None:
    kept = _kept(home)
    kept.set(True, 90)
    kept.complain(Complaint(True, "", "answered", ("产假",), "河南省", ()))


def _complain(home: Path) -> None:
    said = Complaint(False, "数字不对", "answered", ("产假",), "河南省", ("女职工劳动保护特别规定#第七条",))
    kept = _kept(home)
    if sum(count.bad for count in kept.counts()) < 1:
        kept.complain(said)


def _counted(home: Path) -> list[int]:
    counts = _kept(home).counts()
    return [sum(count.good for count in counts), sum(count.bad for count in counts)]


CASES = {
    "index": Case(lambda f: _build(f, OLD), lambda f: _build(f, NEW), _titles),
    "publish": Case(_both, _publish, lambda f: _titles(f / "index")),
    "back": Case(_twice, _back, lambda f: _titles(f / "index")),
    "add": Case(_library, _add, _taken, piecewise=True),
    "feedback": Case(_keep, _complain, _counted),
}


def warm() -> None:
    """Do once what every fork would do again: word lists, readers, networks."""
    assert read_paths
    with tempfile.TemporaryDirectory() as scratch:
        _build(Path(scratch), OLD)
        _titles(Path(scratch))
