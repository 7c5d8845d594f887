"""One byte that flips in what a union keeps beside the index: a sentence that names the file, and every page goes on."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

import index.__main__
from documents.catalog import read_catalog
from documents.errors import CatalogError, UnreadableFile
from documents.own import CATALOG_NAME, add, read_own
from documents.resting import record, rests
from rag.approved import Approved
from rag.desk.errors import UnreadablePack
from tests.ui.store.test_approved import ANSWER, QUESTION
from ui.admin import catalogue
from ui.approve import show
from ui.desk import shelf
from ui.errors import StoreFault
from ui.store.approved import Act, ApprovalStore
from ui.store.database import FILE, open_store

Command = Callable[..., tuple[int, str]]
PACK = {
    "format": "niangjia-lesson",
    "version": 1,
    "topic": "孕期和产假保护",
    "regions": ["河南省"],
    "minutes": 10,
    "audience": "女职工工作干部",
    "day": "2026-11-21",
    "made": "2026-11-21",
    "library_digest": "1" * 64,
    "library_built": "2026-11-20",
    "model": "",
    "seed": 1,
    "outline": [{"title": "要点", "minutes": 10}],
    "statements": [
        {
            "where": "讲稿第一节",
            "kind": "要点",
            "text": "产假98天。",
            "figures": ["98天"],
            "asked": "产假多少天",
            "answer": "98天。",
            "sources": [dict.fromkeys(("title", "article", "part", "document_id", "chunk_id", "quote", "digest"), "x")],
        }
    ],
}


def flips(whole: bytes, count: int, seed: int = 9) -> Iterator[bytes]:
    """A file with one byte changed to any other, many times."""
    chance = random.Random(seed)
    for _ in range(count):
        place = chance.randrange(len(whole))
        yield whole[:place] + bytes([whole[place] ^ chance.randrange(1, 256)]) + whole[place + 1 :]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "home"))
    for name in ("甲", "乙"):
        paper = tmp_path / f"{name}市女职工办法.txt"
        paper.write_text(f"{name}市女职工办法\n（2024年5月1日起施行）\n第一条 产假98天。", encoding="utf-8")
        add([paper], tmp_path / "home")
    return tmp_path / "home"


def test_the_librarys_own_catalogue(home: Path) -> None:
    path = home / CATALOG_NAME
    whole, refused = path.read_bytes(), 0
    for half in (
        *flips(whole, 400),
        whole[: len(whole) // 2],
        b"",
        b"\0" * 50,
        whole.replace(b",", b'"', 1),
        whole + b'"' + b"x" * 200_000,
    ):
        path.write_bytes(half)
        try:
            rows = read_catalog(path)
        except CatalogError as error:
            refused += 1
            said = str(error)
            assert CATALOG_NAME in said
            continue
        read_own(home)
        shown = catalogue.cells(rows)
        count, faults = catalogue.save(home, shown, shown)
        assert (count, faults) in ((0, []),) or all(isinstance(fault, str) for fault in faults)
    assert refused > 50


def test_a_damaged_catalogue_stops_a_build_with_its_name(home: Path, command: Command) -> None:
    path = home / CATALOG_NAME
    path.write_bytes(path.read_bytes().replace("办法".encode(), b"\xff\xfe\xff", 1)[:-40])
    path.write_bytes(path.read_bytes().replace(b"title", b"tit\xffle", 1))
    code, said = command(index.__main__.main, "build")
    assert code == 2
    assert CATALOG_NAME in said


def test_what_rests_on_provisions(tmp_path: Path) -> None:
    record(
        tmp_path, "approved", "产假多少天（河南省）", [("某规定", "第七条", "d" * 64), ("某条例", "第一条", "e" * 64)]
    )
    path, refused = tmp_path / "resting" / "approved.jsonl", 0
    for half in flips(path.read_bytes(), 300):
        path.write_bytes(half)
        try:
            assert len(rests(tmp_path, "approved")) <= 3
        except UnreadableFile as error:
            refused += 1
            said = str(error)
            assert path.name in said
            with pytest.raises(UnreadableFile):
                record(tmp_path, "approved", "另一问", [])
    assert refused > 30


def test_a_lesson_pack(home: Path) -> None:
    folder = home / "lessons" / "2026-11-21-孕期-0123456789ab"
    folder.mkdir(parents=True)
    path = folder / "pack.json"
    whole, refused = json.dumps(PACK, ensure_ascii=False).encode(), 0
    path.write_bytes(whole)
    assert not shelf.standing()[0].fault
    for half in (*flips(whole, 400), whole[:99], b"", b"[" * 100_000):
        path.write_bytes(half)
        (found,) = shelf.standing()
        try:
            shelf.pack_of(found)
            assert not found.fault
        except UnreadablePack as error:
            refused += 1
            said = str(error)
            assert path.name in said
            assert found.fault
    assert refused > 100
    shelf.delete(found)
    assert shelf.standing() == []


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / FILE}")
    yield engine
    engine.dispose()


def looked(store: ApprovalStore) -> None:
    """Open the page and ask, as far as both go: what cannot be read is a sentence there, and a fresh answer here."""
    found = store.find(QUESTION)
    assert found is None or isinstance(found, Approved)
    try:
        steps = store.listed()
        assert show.listed(steps, store.history)
    except StoreFault as error:
        said = str(error)
        assert FILE in said


def test_an_approved_answers_row(engine: Engine, tmp_path: Path) -> None:
    store = ApprovalStore(engine, tmp_path)
    store.approve(ANSWER, "")
    columns = ("act", "day", "regions", "request", "status", "verdict", "conclusion", "cited", "question", "at")
    with Session(engine) as session:
        there = dict(session.execute(text("select * from approval")).mappings().one())
    for column in columns:
        for half in flips(str(there[column]).encode(), 6):
            with Session(engine) as session, session.begin():
                session.execute(text(f"update approval set {column} = cast(:half as text)"), {"half": half})
            looked(store)
            with Session(engine) as session, session.begin():
                session.execute(text(f"update approval set {column} = :whole"), {"whole": there[column]})
    assert store.find(QUESTION)
    with Session(engine) as session, session.begin():
        session.execute(text("update approval set cited = 'not json'"))
    (step,) = store.listed()
    assert (step.act, FILE in step.why, "第 1 行" in step.why) == (Act.DAMAGED, True, True)
    assert "已损坏" in show.listed([step], store.history)
    assert store.approve(ANSWER, "").conclusion == ANSWER.conclusion  # approved anew it holds again
    assert store.find(QUESTION)


def test_any_byte_of_the_database(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path / FILE}")
    ApprovalStore(engine, tmp_path).approve(ANSWER, "")
    engine.dispose()
    shutil.copy(tmp_path / FILE, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    refused = 0
    for half in flips(whole, 60):
        for left in tmp_path.glob(f"{FILE}*"):
            left.unlink()
        (tmp_path / FILE).write_bytes(half)
        try:
            engine = open_store(f"sqlite:///{tmp_path / FILE}")
        except StoreFault:
            refused += 1
            continue
        looked(ApprovalStore(engine, tmp_path))
        engine.dispose()
    print(f"{refused} of 60 were not even opened")
