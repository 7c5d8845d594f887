"""Jobs in a real database: one an account in whatever process, few at once, called lost when their process is gone."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, select, text, update
from sqlalchemy.orm import Session

from ui.errors import StoreFault, UiError
from ui.server import _erase_daily
from ui.store import jobs as module
from ui.store.accounts import Accounts
from ui.store.database import open_store
from ui.store.jobs import DEAD, DESK, INDEX, JobStore, Kind, State, Taken, TooMany
from ui.store.kept import Kept
from ui.store.tables import AccountRow, JobRow

ROOT = Path(__file__).resolve().parents[3]
NAMES = [f"王芳{number}" for number in range(8)]
WANG, LI = NAMES[:2]
DAY = 24 * 3600
ROUNDS = 20


@pytest.fixture(autouse=True)
def accounts(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.add_all(AccountRow(name=name, password="scrypt$", created=0) for name in NAMES)


@pytest.fixture
def store(engine: Engine) -> JobStore:
    return JobStore(engine)


@pytest.fixture
def other(engine: Engine) -> JobStore:
    """What another process has: it shares nothing with `store` but the database."""
    return JobStore(engine)


def desk(store: JobStore, account: str, most: int = 5) -> int:
    return store.begin(Kind.LESSON, account, among=DESK, most=most)


def left(
    engine: Engine, kind: Kind = Kind.LESSON, account: int = 1, beat: float = -DEAD - 5, began: float = -60
) -> int:
    """What a process leaves that was killed: its last sign of life so many seconds from now."""
    now = int(time.time())
    row = JobRow(
        kind=kind.value, account_id=account, process="x", state="running", began=now + int(began), beat=now + int(beat), ended=0,
        phase="正在分词", part=0.4, said="",
    )  # fmt: skip
    with Session(engine) as session, session.begin():
        session.add(row)
        session.flush()
        return row.id


def states(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(select(JobRow.state).order_by(JobRow.id)))


def wait(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_account_has_one_job_in_all_processes(store: JobStore, other: JobStore) -> None:
    first = desk(store, WANG)
    with pytest.raises(Taken):
        other.begin(Kind.COMPARE, WANG, among=DESK, most=5)
    second = desk(other, LI)
    index = other.begin(Kind.REBUILD, WANG)  # the lock of the index says who may; the desk goes on meanwhile
    assert [(j.kind, j.account, j.state) for j in store.recent(5)] == [
        ("rebuild", WANG, State.RUNNING), ("lesson", LI, State.RUNNING), ("lesson", WANG, State.RUNNING)
    ]  # fmt: skip
    store.end(first, State.DONE, "做好了。")
    again = desk(other, WANG)
    for job in (second, index, again):
        other.end(job, State.FAILED)
    found = store.last(DESK, WANG)
    assert found
    assert (found.id, found.state) == (again, State.FAILED)
    assert store.last(INDEX) == store.recent(2)[1]
    assert [j.said for j in store.recent(9)] == ["", "", "", "做好了。"]


def test_few_at_once_in_all_processes(store: JobStore, other: JobStore) -> None:
    jobs = [desk(store, NAMES[0], most=2), desk(other, NAMES[1], most=2)]
    with pytest.raises(TooMany):
        desk(store, NAMES[2], most=2)
    store.end(jobs[0], State.DONE)
    store.end(desk(other, NAMES[2], most=2), State.DONE)
    other.end(jobs[1], State.DONE)


def attempt(store: JobStore, account: str, most: int) -> int | UiError:
    try:
        return desk(store, account, most)
    except UiError as error:
        return error


@pytest.mark.parametrize(("accounts_of_them", "most", "wanted"), [(1, 9, 1), (8, 3, 3)])
def test_threads_that_begin_in_the_same_moment(address: str, accounts_of_them: int, most: int, wanted: int) -> None:
    engines = [open_store(address) for _ in range(8)]
    stores = [JobStore(engine) for engine in engines]
    for _ in range(6):
        got: dict[int, int | UiError] = {}
        go = threading.Barrier(len(stores))

        def begin(number: int, go: threading.Barrier = go, got: dict[int, int | UiError] = got) -> None:
            go.wait()
            got[number] = attempt(stores[number], NAMES[number % accounts_of_them], most)

        threads = [threading.Thread(target=begin, args=(number,)) for number in range(len(stores))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == len(stores)
        assert all(isinstance(one, int | Taken | TooMany) for one in got.values()), got
        begun = {number: one for number, one in got.items() if isinstance(one, int)}
        assert len(begun) == wanted
        for number, job in begun.items():
            stores[number].end(job, State.DONE)
    assert set(states(engines[0])) == {"done"}
    for engine in engines:
        engine.dispose()


def begin_and_end(address: str, go: Any, said: Any) -> None:
    engine = open_store(address)
    store = JobStore(engine)
    for _ in range(ROUNDS):
        go.wait(60)
        got = attempt(store, WANG, 9)
        said.put("" if isinstance(got, int) else type(got).__name__)
        go.wait(60)  # who ends at once might make room for the other
        if isinstance(got, int):
            store.end(got, State.DONE)
    engine.dispose()


@pytest.mark.slow
def test_processes_that_begin_in_the_same_moment(address: str, engine: Engine) -> None:
    spawn = multiprocessing.get_context("spawn")
    said: Any = spawn.Queue()
    go = spawn.Barrier(2)
    processes = [spawn.Process(target=begin_and_end, args=(address, go, said)) for _ in range(2)]
    for process in processes:
        process.start()
    got = sorted(said.get(timeout=120) for _ in range(2 * ROUNDS))
    for process in processes:
        process.join()
    assert got == [""] * ROUNDS + ["Taken"] * ROUNDS
    assert states(engine) == ["done"] * ROUNDS


def test_a_job_without_sign_of_life_is_called_lost(store: JobStore, engine: Engine) -> None:
    fresh, gone = left(engine, account=2, beat=-DEAD / 2), left(engine, Kind.REBUILD)
    found = store.last(INDEX)
    assert found
    assert (found.id, found.state, found.phase, found.ended - found.began) == (gone, State.LOST, "正在分词", 25)
    assert states(engine) == ["running", "lost"]  # whoever looked wrote it down
    assert [j.state for j in store.recent(9)] == [State.LOST, State.RUNNING]
    assert store.recent(9)[1].id == fresh


def test_a_lost_job_blocks_nobody(store: JobStore, engine: Engine) -> None:
    with Session(engine) as session:
        number = session.scalar(select(AccountRow.id).where(AccountRow.name == WANG)) or 0
    left(engine, account=number, beat=-1)
    with pytest.raises(Taken):
        desk(store, WANG)
    left(engine, account=number)
    with Session(engine) as session, session.begin():
        session.execute(update(JobRow).values(beat=JobRow.beat - DEAD - 1))
    job = desk(store, WANG, most=1)
    store.end(job, State.DONE)
    assert states(engine) == ["lost", "lost", "done"]


def test_a_clock_set_back_keeps_no_dead_job_running(store: JobStore, engine: Engine) -> None:
    left(engine, beat=3600, began=3540)
    left(engine, account=2, beat=DEAD / 2)  # a moment ahead is no reason yet
    assert [(j.state, j.ended - j.began) for j in store.recent(2)][1] == (State.LOST, 60)
    assert states(engine) == ["lost", "running"]


def test_a_process_that_was_only_slow_is_taken_back(
    store: JobStore, other: JobStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = desk(store, WANG)
    with Session(engine) as session, session.begin():
        session.execute(update(JobRow).values(beat=JobRow.beat - DEAD - 5))
    assert other.recent(1)[0].state is State.LOST
    monkeypatch.setattr(module, "BEAT", 0.05)
    store.at(job, "正在写", 0.5)  # a sign of life
    wait(lambda: other.recent(1)[0].state is State.RUNNING)
    found = other.recent(1)[0]
    assert (found.phase, found.part, found.ended) == ("正在写", 0.5, 0)
    with Session(engine) as session, session.begin():
        session.execute(update(JobRow).values(state="lost"))
    store.end(job, State.DONE, "做好了。")
    time.sleep(0.2)  # no beat that was on its way makes it run again
    found = other.recent(1)[0]
    assert (found.state, found.said, found.part) == (State.DONE, "做好了。", 1.0)
    assert found.ended >= found.began


def test_signs_of_life_come_by_themselves_and_end_with_the_job(
    store: JobStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEAT", 0.05)
    job = desk(store, WANG)

    def age() -> None:
        with Session(engine) as session, session.begin():
            session.execute(update(JobRow).values(beat=0))

    def beats() -> bool:
        with Session(engine) as session:
            return bool(session.scalar(select(JobRow.beat)))

    age()
    wait(beats)
    age()
    wait(beats)
    store.end(job, State.DONE)
    wait(lambda: not store._beating)
    age()
    time.sleep(0.2)
    assert not beats()


def test_a_database_that_goes_in_the_middle_breaks_no_work(
    store: JobStore, engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "BEAT", 0.05)
    job = desk(store, WANG)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE job RENAME TO gone"))
    store.at(job, "正在写", 0.5)
    store.end(job, State.DONE, "做好了。")
    with pytest.raises(StoreFault, match="没有开始"):
        desk(store, LI)
    with pytest.raises(StoreFault, match="看不到"):
        store.recent(3)
    wait(lambda: "could not be written" in caplog.text)
    assert "做好了" not in caplog.text
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO job"))
    wait(lambda: states(engine) == ["done"])  # said when the database was back
    assert store.recent(1)[0].said == "做好了。"
    wait(lambda: not store._beating)


def test_who_ends_calls_lost_what_it_leaves(store: JobStore, other: JobStore) -> None:
    broken, finished, elsewhere = desk(store, NAMES[0]), desk(store, NAMES[1]), desk(other, NAMES[2])
    store.leave()
    assert [j.state for j in other.recent(3)] == [State.RUNNING, State.LOST, State.LOST]
    store.end(broken, State.FAILED, "没有换成。")  # what it works with is taken away just now
    store.end(finished, State.DONE, "做好了。")
    assert [j.state for j in other.recent(3)] == [State.RUNNING, State.DONE, State.LOST]
    other.end(elsewhere, State.DONE)


CHILD = """
import sys, time
from ui.store.database import open_store
from ui.store.jobs import DESK, JobStore, Kind
JobStore(open_store(sys.argv[1])).begin(Kind.LESSON, sys.argv[2], among=DESK, most=5)
print("begun", flush=True)
time.sleep(60)
"""


def test_a_killed_process_leaves_a_job_that_is_soon_lost(address: str, store: JobStore, engine: Engine) -> None:
    command = [sys.executable, "-c", CHILD, address, WANG]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGKILL)
    with pytest.raises(Taken):
        desk(store, WANG)
    with Session(engine) as session, session.begin():  # half a minute later
        session.execute(update(JobRow).values(beat=JobRow.beat - DEAD - 1))
    store.end(desk(store, WANG), State.DONE)
    assert states(engine) == ["lost", "done"]


def test_old_jobs_go_with_the_daily_erasing(store: JobStore, engine: Engine) -> None:
    Kept(engine).set(True, 30)
    for began in (-31 * DAY, -29 * DAY, 2 * DAY):  # the last one by a clock that was wrong
        left(engine, began=began)
    over = threading.Event()
    over.set()
    _erase_daily(Kept(engine), Accounts(engine), store, over)
    assert len(states(engine)) == 1
    assert store.erase_old(28) == 1


def test_forgetting_leaves_jobs_for_they_hold_nobody_s_words(store: JobStore, engine: Engine) -> None:
    job = store.begin(Kind.REBUILD, WANG, "正在读文件", 0.02)
    store.end(job, State.DONE, "新索引已经在用。")
    Kept(engine).forget()
    assert len(states(engine)) == 1
    columns = {column["name"] for column in inspect(engine).get_columns("job")}
    assert columns == {
        "id", "kind", "account_id", "process", "state", "began", "beat", "ended", "phase", "part", "said",
    }  # fmt: skip
    with Session(engine) as session:
        row = session.scalars(select(JobRow)).one()
        assert WANG not in f"{row.process}{row.phase}{row.said}"
        assert not inspect(engine).get_foreign_keys("job")


def test_an_account_that_is_gone_is_nobody(store: JobStore) -> None:
    store.end(store.begin(Kind.REBUILD, "走了的人"), State.DONE)
    assert store.recent(1)[0].account == ""
    assert store.last(INDEX, WANG) is None
