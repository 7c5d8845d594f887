"""A disk that is really full: every command ends in a sentence that says where and what to do, and what was there still serves."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import documents.__main__
import index.__main__
import rag.__main__
import rag.desk.compare.command as compare
import rag.desk.lesson.command as lesson
import ui.__main__
from documents.own import add, read_own
from documents.resting import rests
from index.build import build_documents
from index.errors import NotWritten
from index.search import SearchIndex
from index.store import load, read_manifest
from rag import Assistant
from tests.faults.conftest import NEW, OLD, PAGE, full
from tests.index.conftest import ToyEncoder
from tests.ui.load import Chatting, Waited
from tests.ui.serving import serving
from tests.ui.store.test_approved import ANSWER, QUESTION
from ui.errors import StoreFault
from ui.store.approved import ApprovalStore
from ui.store.database import FILE, open_store
from ui.store.feedback import Complaint
from ui.store.kept import Kept

Command = Callable[..., tuple[int, str]]
SAYS = ("磁盘满了", "清理出空间")
SAID = Complaint(False, "数字不对", "answered", ("产假",), "河南省", ())


def titles(folder: Path) -> list[str]:
    """What an index holds and finds; raises where it is half."""
    opened = SearchIndex(load(folder), ToyEncoder())
    assert opened.search("产假", 1)
    return sorted({chunk.card.title for chunk in opened.chunks})


def paper(folder: Path, name: str, days: int) -> Path:
    path = folder / f"{name}市女职工办法.txt"
    path.write_text(f"{name}市女职工办法\n第一条 产假{days}天。", encoding="utf-8")
    return path


def test_a_build(small_home: Path, tmp_path: Path, command: Command) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    paper(papers, "甲", 98)
    build = (index.__main__.main, "build", "--documents", papers)
    assert command(*build)[0] == 0
    before = read_manifest(small_home / "index")
    paper(papers, "乙", 158)
    for leave in (0, 2 * PAGE, 6 * PAGE):
        with full(small_home, leave):
            code, said = command(*build)
        assert code == 2, leave
        assert all(word in said for word in (*SAYS, str(small_home / "index")))
        assert read_manifest(small_home / "index") == before
        assert len(list((small_home / "index").glob("g-*"))) == 1
        load(small_home / "index")
    assert command(*build)[0] == 0
    assert read_manifest(small_home / "index").documents == 2


def test_a_build_with_every_page_less_than_it_needs(disk: Path) -> None:
    """Small arrays end inside one page, large ones over several: whichever file is cut, nothing half comes into service."""
    folder = disk / "index"
    build_documents(OLD, folder, ToyEncoder())
    for pages in range(200):
        with full(disk, pages * PAGE):
            try:
                build_documents(NEW, folder, ToyEncoder())
            except NotWritten as error:
                said = str(error)
                assert all(word in said for word in SAYS)
                assert titles(folder) == ["甲市规定"]
                continue
        break
    assert pages > 10
    assert titles(folder) == ["乙市规定", "甲市规定"]


def test_going_back(small_home: Path, command: Command) -> None:
    folder = small_home / "index"
    build_documents(OLD, folder, ToyEncoder())
    build_documents(NEW, folder, ToyEncoder())
    with full(small_home):
        code, said = command(ui.__main__.main, "rollback")
    assert code == 2
    assert all(word in said for word in (*SAYS, str(folder)))
    assert titles(folder) == ["乙市规定", "甲市规定"]
    assert command(ui.__main__.main, "rollback")[0] == 0
    assert titles(folder) == ["甲市规定"]


@pytest.mark.parametrize("leave", [0, PAGE, 2 * PAGE])
def test_taking_documents_in(small_home: Path, tmp_path: Path, command: Command, leave: int) -> None:
    add([paper(tmp_path, "甲", 98)], small_home)
    whole = (small_home / "catalog.csv").read_bytes()
    more = paper(tmp_path, "乙", 158)
    more.write_text(more.read_text(encoding="utf-8") + "\n".join(f"第{n}条 …" for n in range(2, 900)), encoding="utf-8")
    with full(small_home, leave):
        code, said = command(documents.__main__.main, "add", more)
        assert code == 2
        assert all(word in said for word in (*SAYS, str(small_home)))
        mine = read_own(small_home)
        assert [document.title for document in mine.reading.documents] == ["甲市女职工办法"]
        assert not mine.reading.problems
        assert (small_home / "catalog.csv").read_bytes() == whole
    assert command(documents.__main__.main, "add", more)[0] == 0
    assert len(read_own(small_home).rows) == 2


def test_what_is_kept_in_the_database(small_home: Path, command: Command) -> None:
    engine = open_store()
    kept, store = Kept(engine), ApprovalStore(engine, small_home)
    kept.set(True, 90)
    for _ in range(40):
        kept.complain(SAID)
    approved = store.approve(ANSWER, "")
    edited = replace(ANSWER, conclusion="产假188天，一孩二孩一样。" * 3000)
    with full(small_home):
        with pytest.raises(StoreFault, match="磁盘满了，请先清理出空间"):
            store.approve(edited, "")
        for _ in range(60):  # the log has room for some
            try:
                kept.complain(replace(SAID, said="不对。" * 2000))
            except StoreFault as error:
                said = str(error)
                assert "没有存上" in said
                break
        else:
            raise AssertionError("it was never full")
        assert store.find(QUESTION) == approved
        assert {rest.name for rest in rests(small_home, "approved")} == {ANSWER.name}
        there = len(kept.complaints())
        code, said = command(ui.__main__.main, "forget", "--before", "2000-01-01")
        assert code == 0 or all(word in said for word in (*SAYS, FILE))
    assert len(kept.complaints()) == there
    assert store.approve(edited, "").conclusion == edited.conclusion
    assert command(ui.__main__.main, "forget")[0] == 0
    assert kept.complaints() == []
    engine.dispose()


def test_a_lesson_pack_and_a_comparison(
    small_home: Path, assistant: Assistant, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (lesson, compare):
        monkeypatch.setattr(module, "open_or_build", lambda _: assistant.index)
    make = (rag.__main__.main, "lesson", "孕期和产假保护", "--region", "河南", "--minutes", "10", "--out")
    held = (rag.__main__.main, "compare", "--regions", "河南,江苏", "--topics", "托管", "--out")
    good = small_home / "比较.xlsx"
    assert command(*held, good)[0] == 0
    whole = good.read_bytes()
    with full(small_home, PAGE):
        for run, place in ((make, small_home / "包"), (held, good), (held, small_home / "比较.md")):
            code, said = command(*run, place)
            assert code == 2, said
            assert all(word in said for word in (*SAYS, str(place))), said
    assert good.read_bytes() == whole
    assert sorted(path.name for path in small_home.iterdir() if path.name != "resting") == ["比较.xlsx"]
    assert not rests(small_home, "lessons")
    assert command(*make, small_home / "包")[0] == 0
    assert rests(small_home, "lessons")


async def _pressed(session: aiohttp.ClientSession, config: dict[str, Any], name: str) -> str:
    """Send the thumb under the first answer of a conversation. Returns what the page says then."""
    talk = next(p["id"] for p in config["components"] if p["props"].get("elem_id") == "nj-chat")
    call = next(d for d in config["dependencies"] if [talk, "submit"] in [list(t) for t in d["targets"]])
    body = {
        "data": [None for _ in call["inputs"]],
        "event_data": {"number": "1", "good": True},
        "fn_index": call["id"],
        "trigger_id": talk,
        "session_hash": name,
    }
    async with session.post("/gradio_api/queue/join", json=body) as joined:
        assert joined.status == 200
    async with session.get("/gradio_api/queue/data", params={"session_hash": name}) as stream:
        return (await stream.content.read()).decode()


async def _visit(address: str, disk: Path) -> tuple[int, str]:
    """Ask on the page and over the API and give a thumb, while the disk is full. Returns the API's status and what the page said."""
    async with aiohttp.ClientSession(address.rstrip("/")) as session:
        async with session.get("/config") as answer:
            config = await answer.json()
        chatting = Chatting(config)
        with full(disk):
            await chatting.ask(session, "somebody", "产假多少天？", Waited())
            for question in ("火星上的工会有几家？", "女职工产假多少天？"):  # one without an answer is counted
                await chatting.ask(session, "other", question, Waited())
            said = await _pressed(session, config, "somebody")
            async with session.post("/api/ask", json={"question": "产假多少天？"}) as answered:
                assert (await answered.json())["citations"]
                return answered.status, said


@pytest.mark.slow
def test_a_server_goes_on_answering(disk: Path, tmp_path: Path, library_index: Path) -> None:
    shutil.copytree(library_index, tmp_path / "index")
    (disk / "index").symlink_to(tmp_path / "index")
    engine = open_store(f"sqlite:///{disk / FILE}")
    Kept(engine).set(True, 90)
    engine.dispose()
    with serving(disk, tmp_path) as server:
        status, said = asyncio.run(_visit(server.address, disk))
        log = server.log.read_text(encoding="utf-8")
    assert status == 200
    assert '"success":true' in said.replace(" ", "")
    assert "nj-told" in said or "没有" in said
    assert "uncaught" not in log
    assert "page_fault" not in log
