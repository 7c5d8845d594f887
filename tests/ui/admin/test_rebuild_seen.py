"""A rebuild as other processes and later ones see it: how far, how it ended, or that it was broken off; and a database that fails."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, text, update
from sqlalchemy.orm import Session

from index.publish import promote, release, take
from index.search import open_index
from rag import Assistant
from tests.index.test_publish import both, documents, home
from tests.ui.admin.test_publish import wait
from ui.admin import show, words
from ui.admin.rebuild import Progress, Rebuild
from ui.errors import StoreFault
from ui.live import Live
from ui.store import jobs as module
from ui.store.database import FILE, open_store
from ui.store.jobs import INDEX, JobStore, Kind, State
from ui.store.tables import AccountRow, JobRow

__all__ = ["both", "home"]
WHO = "王芳"
NOTES = ("「坏的.pdf」读不了。", "「合同.docx」没有条文。")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / FILE}")
    with Session(engine) as session, session.begin():
        session.add(AccountRow(name=WHO, password="scrypt$", created=0))
    yield engine
    engine.dispose()


def process(home: Path, engine: Engine) -> Rebuild:
    """What one process of the page has."""
    live = Live(Assistant(open_index(home / "index")))
    live.jobs = JobStore(engine)
    return Rebuild(live, home / "index")


class Held:
    """A build that goes on when it is told to, and puts the index of two documents there."""

    def __init__(self, rebuild: Rebuild, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.begun, self.go = home, threading.Event(), threading.Event()
        self.rebuild = rebuild
        monkeypatch.setattr(rebuild, "_build", self)

    def __call__(self, new: Path, encoder: str) -> tuple[str, ...]:
        self.rebuild._at("正在分词", 0.35)
        self.begun.set()
        assert self.go.wait(20)
        shutil.rmtree(new)
        shutil.copytree(self.home / "new", new)
        return NOTES


def test_another_process_sees_how_far_it_is_and_how_it_ended(
    home: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = process(home, engine), process(home, engine)
    assert there.progress == Progress()
    build = Held(here, home, monkeypatch)
    here.start(WHO)
    assert build.begun.wait(10)
    for _ in range(500):
        if there.progress.phase == "正在分词":
            break
        threading.Event().wait(0.01)
    assert there.progress == Progress(True, WHO, "正在分词", 0.35)
    build.go.set()
    wait(here)
    assert here.progress.notes == NOTES
    for _ in range(500):  # the end is written after it shows here
        if not there.progress.running:
            break
        threading.Event().wait(0.01)
    seen = there.progress
    assert words.REBUILT.split("{")[0] in seen.done
    assert words.LEFT_OUT_COUNT.format(count=2) in seen.done
    assert process(home, engine).progress == seen  # and after a restart
    with Session(engine) as session:
        assert not any(name in session.scalars(select(JobRow.said)).one() for name in ("坏的", "合同"))


def test_a_fault_s_words_stay_in_the_process_that_met_it(
    home: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(home))
    (home / "catalog.csv").write_text("nonsense\n", encoding="utf-8")
    here, there = process(home, engine), process(home, engine)
    here.start(WHO)
    wait(here)
    assert "catalog.csv" in here.progress.fault
    release(home / "index", take(home / "index", "李娟"))  # given back after the end was written
    assert words.FAILED_BRIEF in there.progress.fault
    assert "catalog.csv" not in there.progress.fault


def test_going_back_is_seen_elsewhere_and_a_later_one_is_shown(home: Path, engine: Engine) -> None:
    promote(home / "new", home / "index")
    here, there = process(home, engine), process(home, engine)
    here.go_back(WHO)
    assert here.progress.done in there.progress.done
    there.go_back(WHO)
    assert there.progress.done.startswith(words.WENT_BACK.split("{")[0])
    assert there.progress.done in here.progress.done  # the newest, not its own


def lost(engine: Engine, kind: Kind, phase: str) -> None:
    store = JobStore(engine)
    store.begin(kind, WHO, phase, 0.4)
    store.leave()


def test_that_it_was_broken_off_is_said(home: Path, engine: Engine) -> None:
    lost(engine, Kind.REBUILD, "正在分词")
    seen = process(home, engine).progress
    assert not seen.running
    assert "被中断了：进程停了。原来的索引还在用" in seen.fault
    assert words.JOBS["rebuild"] in seen.fault
    lost(engine, Kind.REBUILD, words.OPENING)  # it may have been put in place just then
    assert "原来的索引还在用" not in process(home, engine).progress.fault
    lost(engine, Kind.BACK, words.GOING_BACK)
    assert words.JOBS["back"] in process(home, engine).progress.fault


def test_nothing_is_looked_up_while_one_runs_here_and_once_else(
    home: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(str(given[2])))
    here, there = process(home, engine), process(home, engine)
    build = Held(here, home, monkeypatch)
    here.start(WHO)
    assert build.begun.wait(10)
    threading.Event().wait(0.3)  # what was said last is written
    asked.clear()
    for _ in range(5):
        assert here.progress.running
    assert asked == []
    assert there.progress.running
    assert len(asked) == 1
    build.go.set()
    wait(here)


def test_a_database_that_fails_breaks_no_rebuild(home: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT", 0.05)
    here = process(home, engine)
    build = Held(here, home, monkeypatch)
    here.start(WHO)
    assert build.begun.wait(10)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE job RENAME TO gone"))
    build.go.set()
    wait(here)
    assert documents(home / "index") == 2
    assert here.progress.done.startswith(words.PUBLISHED.split("{")[0])
    for begin in (here.start, here.go_back):
        with pytest.raises(StoreFault, match="没有开始"):
            begin(WHO)
    assert documents(home / "index") == 2
    assert "看不到" in process(home, engine).progress.fault
    release(home / "index", take(home / "index", "李娟"))  # the turn was given back
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO job"))
    for _ in range(500):
        if not process(home, engine).progress.running:
            break
        threading.Event().wait(0.02)
    assert here.progress.kept in process(home, engine).progress.done  # written when the database was back


def test_the_list_says_what_was_done(engine: Engine) -> None:
    store = JobStore(engine)
    assert words.NOTHING_YET in show.jobs(store.recent(10))
    store.end(store.begin(Kind.REBUILD, WHO), State.DONE, "<b>新索引</b>已经在用。")
    store.end(store.begin(Kind.CLAUSES, WHO), State.FAILED)
    lost(engine, Kind.LESSON, "")
    running = store.begin(Kind.COMPARE, WHO)
    with Session(engine) as session, session.begin():
        session.execute(update(JobRow).where(JobRow.kind == "clauses").values(ended=JobRow.began + 125))
        session.execute(update(JobRow).where(JobRow.kind == "rebuild").values(ended=JobRow.began + 7_320))
        session.execute(
            update(JobRow).where(JobRow.kind == "lesson").values(ended=JobRow.began - 99)
        )  # a clock set back
    shown = show.jobs(store.recent(10))
    for said in (
        "&lt;b&gt;新索引",
        "2小时2分",
        "2分5秒",
        "被中断了",
        "正在做",
        "不到1秒",
        *(words.JOBS[k] for k in ("lesson", "compare")),
    ):
        assert said in shown, said
    assert shown.index(words.JOBS["compare"]) < shown.index(words.JOBS["rebuild"])
    store.end(running, State.DONE)
    assert store.last(INDEX)
