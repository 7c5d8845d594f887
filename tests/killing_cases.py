"""What `tests.killing` kills: builds and publishing, the library of one's own, and what is kept in the database."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from documents.library import gather
from documents.own import add, read_own
from documents.read import read_paths
from documents.resting import rests
from index.build import build_documents
from index.publish import go_back, promote, turn
from index.search import SearchIndex
from index.store import MANIFEST, load
from tests.index.conftest import ToyEncoder, document
from tests.killing import Case
from tests.ui.store.test_approved import ANSWER, QUESTION
from ui.admin import catalogue
from ui.store import accounts
from ui.store.accounts import Accounts
from ui.store.approved import ApprovalStore
from ui.store.database import open_store
from ui.store.feedback import Complaint
from ui.store.kept import Kept

__all__ = ["CASES", "gather", "warm"]

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


def _own(home: Path) -> None:
    _library(home)
    add([home / "papers"], home / "library")


def _rows(home: Path) -> list[str]:
    """The catalogue's titles with their notes, and those of the library; each file of hers is somewhere."""
    titles = _taken(home)
    found = {path.name.split("-")[-1] for path in (home / "library").rglob("*.txt")}
    assert found == {path.name for path in (home / "papers").iterdir()}, found
    rows = catalogue.own_rows(home / "library")
    return [*titles, *sorted(f"{row.title}：{row.note}" for row in rows if row.title in titles)]


def _edit(home: Path) -> None:
    loaded = catalogue.cells(catalogue.own_rows(home / "library"))
    typed = [[*row] for row in loaded]
    for row in typed:
        row[catalogue.SHOWN.index("note")] = "核对过了"
    assert not catalogue.save(home / "library", loaded, typed)[1]


def _take_out(home: Path) -> None:
    for row in catalogue.own_rows(home / "library"):
        if row.title == "乙市女职工办法":
            catalogue.remove(home / "library", row.id)


EDITED = replace(ANSWER, conclusion="产假188天，一孩二孩一样。", cited=(replace(ANSWER.cited[0], article="第九条"),))


def _approvals(home: Path) -> ApprovalStore:
    return ApprovalStore(open_store(f"sqlite:///{home / 'store.db'}"), home)


def _approve(home: Path) -> None:
    _approvals(home).approve(ANSWER, "")


def _approve_again(home: Path) -> None:
    found = _approvals(home).find(QUESTION)
    if found is None or found.conclusion != EDITED.conclusion:
        _approvals(home).approve(EDITED, "")


def _withdraw(home: Path) -> None:
    if found := _approvals(home).find(QUESTION):
        _approvals(home).withdraw(found, "", "省总工会女职工部")


def _approved(home: Path) -> str:
    """What is answered; an approved answer whose provisions nobody would look up is half."""
    found = _approvals(home).find(QUESTION)
    noted = {(rest.name, rest.title, rest.article) for rest in rests(home, "approved")}
    wanted = {(found.name, cited.title, cited.article) for cited in found.cited} if found else set()
    assert wanted <= noted, (wanted, noted)
    return found.conclusion if found else ""


def _accounts(home: Path) -> Accounts:
    return Accounts(open_store(f"sqlite:///{home / 'store.db'}"))


def _account(home: Path) -> None:
    mine = _accounts(home)
    mine.set_up(mine.new_setup(), "王芳", "correct horse 九月")
    (home / "link").write_text(mine.new_setup())


def _sign_up(home: Path) -> None:
    _accounts(home).set_up((home / "link").read_text(), "李娟", "battery staple 十月")


def _signed(home: Path) -> list[bool]:
    """Whether the old one, the new one and the link are let in."""
    mine, link = _accounts(home), (home / "link").read_text()
    old, new = mine.sign_in("王芳", "correct horse 九月"), mine.sign_in("李娟", "battery staple 十月")
    return [bool(old), bool(new), mine.setup_valid(link)]


def _much(home: Path) -> None:
    kept = _kept(home)
    kept.set(True, 90)
    for _ in range(5):
        kept.complain(Complaint(False, "数字不对", "answered", ("产假",), "河南省", ()))
        kept.unanswered(("产假",), "河南省", "refused", "产假多少天")


def _left(home: Path) -> list[int]:
    kept = _kept(home)
    return [len(kept.complaints()), len(kept.in_vain())]


CASES = {
    "index": Case(lambda f: _build(f, OLD), lambda f: _build(f, NEW), _titles),
    "publish": Case(_both, _publish, lambda f: _titles(f / "index")),
    "back": Case(_twice, _back, lambda f: _titles(f / "index")),
    "add": Case(_library, _add, _taken, piecewise=True),
    "feedback": Case(_keep, _complain, _counted),
    "catalogue": Case(_own, _edit, _rows),
    "remove": Case(_own, _take_out, _rows),
    "approve": Case(_approve, _approve_again, _approved),
    "withdraw": Case(_approve, _withdraw, _approved),
    "account": Case(_account, _sign_up, _signed),
    "forget": Case(_much, lambda home: (_kept(home).forget(), None)[1], _left),
}


def warm() -> None:
    """Do once what every fork would do again: word lists, readers, networks."""
    assert read_paths
    accounts._COST = 2**4  # what a password costs is not what is tried here
    with tempfile.TemporaryDirectory() as scratch:
        _build(Path(scratch), OLD)
        _titles(Path(scratch))
