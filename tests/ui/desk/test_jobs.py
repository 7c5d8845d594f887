"""The desk's jobs as all processes see them: one an account, what came of it in words that are nobody's, and a database that fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from rag.desk.errors import BadWish
from ui.desk import words
from ui.desk.jobs import Fault, Jobs
from ui.store import jobs as module
from ui.store.database import FILE, open_store
from ui.store.jobs import DEAD, JobStore, Kind, State
from ui.store.tables import AccountRow, JobRow

WANG, LI, ZHAO = "王芳", "李霞", "赵敏"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / FILE}")
    with Session(engine) as session, session.begin():
        session.add_all(AccountRow(name=name, password="scrypt$", created=0) for name in (WANG, LI, ZHAO))
    yield engine
    engine.dispose()


class Slow:
    """Work of an account that lasts until it is told to go on."""

    def __init__(self, jobs: Jobs, account: str, kind: Kind) -> None:
        self.result: str | Fault = ""
        self._begun, self._go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(jobs, account, kind))
        self._thread.start()
        assert self._begun.wait(10)

    def _run(self, jobs: Jobs, account: str, kind: Kind) -> None:
        self.result = jobs.attempt(account, self._work, kind, said=lambda found: f"{found}。")

    def _work(self) -> str:
        self._begun.set()
        assert self._go.wait(10)
        return "做好了"

    def end(self) -> str | Fault:
        self._go.set()
        self._thread.join()
        return self.result


def back(engine: Engine) -> None:
    """The table is there again, and what waited to be written is."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO job"))
    end = time.monotonic() + 20
    while rows(engine) != [("lesson", "done", "做好了。")]:
        assert time.monotonic() < end
        time.sleep(0.05)


def rows(engine: Engine) -> list[tuple[str, str, str]]:
    with Session(engine) as session:
        return [(r.kind, r.state, r.said) for r in session.scalars(select(JobRow).order_by(JobRow.id))]


def test_an_account_works_in_one_process_at_a_time(engine: Engine) -> None:
    here, there = (Jobs(JobStore(engine), at_once=2, most=2) for _ in range(2))
    slow = Slow(here, WANG, Kind.LESSON)
    assert there.attempt(WANG, lambda: "x", Kind.COMPARE) == Fault(words.BUSY)
    other = Slow(there, LI, Kind.CLAUSES)
    assert there.attempt(ZHAO, lambda: "x", Kind.COMPARE) == Fault(words.FULL)
    assert there.attempt(WANG, lambda: "打开了") == "打开了"  # a moment's work is only counted where it is done
    assert (slow.end(), other.end()) == ("做好了", "做好了")
    assert there.attempt(WANG, lambda: "又来", Kind.COMPARE) == "又来"
    assert rows(engine) == [("lesson", "done", "做好了。"), ("clauses", "done", "做好了。"), ("compare", "done", "")]


def test_what_went_wrong_is_told_to_her_and_not_written_down(engine: Engine) -> None:
    jobs = Jobs(JobStore(engine))

    def wish() -> None:
        raise BadWish("日期「她写的话」不对。")

    def bug() -> None:
        raise KeyError("她写的话")

    assert jobs.attempt(WANG, wish, Kind.LESSON) == Fault("日期「她写的话」不对。")
    assert jobs.attempt(WANG, bug, Kind.LESSON) == Fault(words.FAILED)
    assert rows(engine) == [("lesson", "failed", "")] * 2
    assert jobs.broken_off(WANG) == ""  # it failed, and she was told


def test_she_is_told_that_her_last_job_was_broken_off(engine: Engine) -> None:
    gone, jobs = JobStore(engine), Jobs(JobStore(engine))
    assert jobs.broken_off(WANG) == ""
    gone.begin(Kind.COMPARE, WANG)
    assert jobs.broken_off(WANG) == ""
    gone.leave()
    assert jobs.broken_off(WANG) == words.BROKEN_OFF.format(what=words.COMPARE)
    assert jobs.broken_off(LI) == ""
    assert jobs.attempt(WANG, lambda: "好", Kind.COMPARE) == "好"
    assert jobs.broken_off(WANG) == ""


def test_a_job_whose_process_died_blocks_nobody(engine: Engine) -> None:
    dead = JobStore(engine)
    dead.begin(Kind.LESSON, WANG)
    dead._mine.clear()  # it gives no sign of life any more
    jobs = Jobs(JobStore(engine))
    assert jobs.attempt(WANG, lambda: "x", Kind.LESSON) == Fault(words.BUSY)
    with Session(engine) as session, session.begin():
        session.execute(update(JobRow).values(beat=JobRow.beat - DEAD - 1))
    assert jobs.attempt(WANG, lambda: "好", Kind.LESSON) == "好"
    assert [state for _, state, _ in rows(engine)] == ["lost", "done"]


def test_a_database_that_fails_costs_nobody_what_was_made(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that began is finished and given; work that cannot be written down does not begin, and says so."""
    monkeypatch.setattr(module, "BEAT", 0.05)
    jobs = Jobs(JobStore(engine))
    slow = Slow(jobs, WANG, Kind.LESSON)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE job RENAME TO gone"))
    assert slow.end() == "做好了"
    refused = jobs.attempt(WANG, lambda: "x", Kind.LESSON)
    assert isinstance(refused, Fault)
    assert "没有开始" in refused.text
    assert "看不到" in jobs.broken_off(WANG)
    assert jobs.attempt(WANG, lambda: "打开了") == "打开了"
    back(engine)


def test_without_a_database_one_process_keeps_order_alone() -> None:
    jobs = Jobs()
    assert jobs.attempt(WANG, lambda: "好", Kind.LESSON) == "好"
    assert jobs.broken_off(WANG) == ""


def test_every_kind_of_the_desk_has_its_word() -> None:
    from ui.admin import words as admin
    from ui.store.jobs import DESK

    assert set(words.KINDS) == set(DESK)
    assert set(admin.JOBS) == set(Kind)
    assert set(admin.JOB_STATES) == set(admin.JOB_SIGNS) == set(State)
