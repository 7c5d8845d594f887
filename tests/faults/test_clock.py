"""A clock that is set back a year between two runs: nothing is taken for older or newer by its date that is not."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

import index.publish
from documents import own
from documents.disk import put_text, sweep
from documents.own import add, read_own, remove
from index import open_index
from index.build import build, build_documents, is_current
from index.encoder import load_encoder
from index.publish import go_back, previous, promote, turn
from index.store import MANIFEST, load, read_manifest
from rag import Assistant
from tests.faults.conftest import NEW, OLD
from tests.index.conftest import ToyEncoder
from tests.ui.store.test_approved import ANSWER, QUESTION
from ui.bench import report
from ui.live import PUBLISHED, WENT_BACK, Live, _state
from ui.seen import Seen
from ui.store.accounts import _IDLE, _SETUP, Accounts
from ui.store.approved import Act, ApprovalStore
from ui.store.database import open_store
from ui.store.feedback import Complaint
from ui.store.kept import Kept

DAY = 24 * 3600.0
YEAR = 365 * DAY
SAID = Complaint(False, "数字不对", "answered", ("产假",), "河南省", ())


class Clock:
    """Seconds since 1970 as a wrong clock says them; `back` seconds behind."""

    def __init__(self) -> None:
        self.back = 0.0

    def time(self) -> float:
        return time.time() - self.back

    def today(self) -> date:
        return datetime.fromtimestamp(self.time()).date()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What builds and libraries take for the time."""
    wrong = Clock()

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.fromtimestamp(wrong.time(), tz)

    monkeypatch.setattr(sys.modules["index.build"], "datetime", Wrong)  # the package has a function of that name
    monkeypatch.setattr(index.publish, "datetime", Wrong)
    monkeypatch.setattr(own, "datetime", Wrong)
    monkeypatch.setattr(own, "time", SimpleNamespace(time=wrong.time, sleep=time.sleep))
    return wrong


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield engine
    engine.dispose()


def titles(folder: Path) -> list[str]:
    return sorted({chunk.card.title for chunk in load(folder).chunks})


def test_built_published_and_gone_back_under_a_wrong_clock(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "index"
    build_documents(OLD, folder, ToyEncoder())
    first = read_manifest(folder)
    clock.back = YEAR
    build_documents(NEW, folder, ToyEncoder())
    assert read_manifest(folder).built < first.built
    assert titles(folder) == ["乙市规定", "甲市规定"]
    assert previous(folder).generation == first.generation  # type: ignore[union-attr]
    clock.back = -YEAR
    assert go_back(folder).generation == first.generation
    assert titles(folder) == ["甲市规定"]
    clock.back = 2 * YEAR
    build_documents(NEW, tmp_path / "new", ToyEncoder())
    with turn(folder, "王芳"):
        promote(tmp_path / "new", folder)
    assert titles(folder) == ["乙市规定", "甲市规定"]
    assert go_back(folder).generation == first.generation


def test_what_is_current_is_told_by_content(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = tmp_path / "甲市女职工办法.txt"
    paper.write_text("甲市女职工办法\n第一条 产假98天。", encoding="utf-8")
    build([paper], tmp_path / "index")
    for back in (YEAR, -YEAR):
        clock.back = back
        os.utime(paper, (clock.time(), clock.time()))
        assert is_current([paper], tmp_path / "index")
    paper.write_text("甲市女职工办法\n第一条 产假99天。", encoding="utf-8")
    os.utime(paper, (0, 0))
    assert not is_current([paper], tmp_path / "index")


class Told:
    """Notes what was published, as the metrics do."""

    def __init__(self) -> None:
        self.how: list[str] = []

    def saw(self, seen: Seen) -> None:
        pass

    def busy(self, via: str, change: int) -> None:
        pass

    def published(self, how: str) -> None:
        self.how.append(how)


def test_a_publishing_is_no_rollback_for_its_date(tmp_path: Path, clock: Clock) -> None:
    folder, encoder = tmp_path / "index", load_encoder()
    build_documents(OLD, folder, encoder)
    live = Live(Assistant(open_index(folder)))
    live.watcher = told = Told()
    seen = _state(folder)
    for back, change in ((YEAR, "build"), (0.0, "back"), (-YEAR, "back"), (2 * YEAR, "build"), (0.0, "back")):
        clock.back = back
        if change == "build":
            build_documents(NEW if back == YEAR else OLD, folder, encoder)
            os.utime(folder / MANIFEST, (clock.time(), clock.time()))
        else:
            go_back(folder)
        now = _state(folder)
        assert now != seen  # what `follow` looks at
        seen = now
        live.publish(Assistant(open_index(folder)))
    assert told.how == [PUBLISHED, WENT_BACK, WENT_BACK, PUBLISHED, WENT_BACK]


def test_a_session_of_a_wrong_clock_ends_with_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.store.accounts._COST", 2**4)  # what a password costs is not what is tried here
    clock = Clock()
    accounts = Accounts(engine, clock.time)
    clock.back = -YEAR
    link = accounts.new_setup()
    token = accounts.set_up(link, "王芳", "correct horse 九月")
    late = accounts.new_setup()
    assert accounts.who(token or "") == "王芳"
    clock.back = 0.0
    assert accounts.who(token or "") == ""
    assert not accounts.setup_valid(late)
    assert accounts.set_up(late, "李娟", "battery staple 十月") is None
    assert accounts.erase_old() == 2
    token = accounts.sign_in("王芳", "correct horse 九月")
    clock.back = 300.0  # two computers that differ by minutes
    assert accounts.who(token or "") == "王芳"
    clock.back = -_IDLE + 300.0
    assert accounts.who(token or "") == "王芳"
    link = accounts.new_setup()
    clock.back = -_IDLE - _SETUP - 1.0
    assert not accounts.setup_valid(link)


def test_approvals_hold_in_the_order_in_which_they_were_made(engine: Engine, tmp_path: Path) -> None:
    clock = Clock()
    store = ApprovalStore(engine, tmp_path, clock.time, clock.today)
    store.approve(ANSWER, "")
    clock.back = YEAR
    kept = store.approve(ANSWER, "")
    assert store.find(QUESTION).id == kept.id  # type: ignore[union-attr]
    clock.back = 2 * YEAR
    store.withdraw(kept, "", "省总工会女职工部")
    assert store.find(QUESTION) is None
    assert [step.act for step in store.listed()] == [Act.WITHDRAWN]
    assert [step.at for step in store.history(ANSWER.key)] == sorted(step.at for step in store.history(ANSWER.key))


def later(clock: Clock, kept: Kept, days: int) -> list[int]:
    """Let so many days pass. Returns how many rows went on each."""
    gone = []
    for _ in range(days):
        clock.back -= DAY
        gone += [kept.erase_old(), kept.erase_old()]  # at the start and once more
    return gone


def test_retention_under_a_clock_that_was_ahead(engine: Engine) -> None:
    """What it has dated goes after the retention, not when that day comes."""
    clock = Clock()
    kept = Kept(engine, clock.today)
    kept.set(True, 30)
    clock.back = -10 * YEAR
    kept.complain(SAID)
    clock.back = 0.0
    kept.complain(SAID)
    clock.back = -DAY
    kept.complain(SAID)
    clock.back = 0.0
    assert kept.erase_old() == 0
    assert sum(later(clock, kept, 29)) == 0
    assert sum(later(clock, kept, 1)) == 1  # what was ahead
    assert sum(later(clock, kept, 1)) == 1  # what was kept at first
    assert sum(later(clock, kept, 1)) == 1
    assert not kept.complaints()


def test_a_clock_set_back_loses_nothing(engine: Engine) -> None:
    clock = Clock()
    kept = Kept(engine, clock.today)
    kept.set(True, 30)
    kept.complain(SAID)
    kept.unanswered(("产假",), "河南省", "refused")
    for back in (50 * YEAR, YEAR, 3 * YEAR, 0.0, YEAR):
        clock.back = back
        assert sum(later(clock, kept, 5)) == 0
    clock.back = 0.0
    assert sum(later(clock, kept, 30)) == 0
    assert len(kept.complaints()) == len(kept.in_vain()) == 1
    assert sum(later(clock, kept, 1)) == 2
    kept.complain(SAID)
    clock.back = YEAR  # wrong for longer than the retention: words are not kept for ever
    assert sum(later(clock, kept, 30)) == 0
    assert sum(later(clock, kept, 1)) == 1


def test_a_library_under_a_wrong_clock(tmp_path: Path, clock: Clock) -> None:
    paper = tmp_path / "甲市女职工办法.txt"
    for number, back in enumerate((0.0, YEAR, -YEAR)):
        clock.back = back
        paper.write_text(f"甲市女职工办法\n第一条 产假{98 + number}天。", encoding="utf-8")
        os.utime(paper, (clock.time(), clock.time()))
        started = time.monotonic()
        assert add([paper], tmp_path / "home").documents
        assert time.monotonic() - started < 10
        assert add([paper], tmp_path / "home").present
    assert len(read_own(tmp_path / "home").rows) == 3
    assert not read_own(tmp_path / "home").reading.problems


def test_two_files_of_one_name_taken_out_in_one_second(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, paper = tmp_path / "home", tmp_path / "甲市女职工办法.txt"
    monkeypatch.setattr(clock, "time", lambda: 1_800_000_000.0)
    for days in (98, 99, 100):
        paper.write_text(f"甲市女职工办法\n第一条 产假{days}天。", encoding="utf-8")
        os.utime(paper, (0, 0))
        add([paper], home)
        assert remove(home, read_own(home).rows[0].id)[1]
    assert len({path.read_text(encoding="utf-8") for path in (home / "removed").iterdir()}) == 3
    assert read_own(home).rows == ()


def test_leftovers_of_a_wrong_clock_are_swept(tmp_path: Path) -> None:
    names = [tmp_path / f".x.csv-0000000{n}" for n in range(3)]
    for path, age in zip(names, (YEAR, -YEAR, 0.0), strict=True):
        path.write_text("half")
        os.utime(path, (time.time() - age, time.time() - age))
    (tmp_path / ".x.csv-mine").write_text("not ours")
    put_text(tmp_path / "x.csv", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x.csv-00000002", ".x.csv-mine", "x.csv"]
    sweep(tmp_path / "none", ".*")


def test_a_report_of_other_figures_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def write(*given: str) -> None:
        made.append((tmp_path / "summary.json").read_text())
        (tmp_path / "report.html").write_text(made[-1])

    monkeypatch.setattr(report, "evals", write)
    for figures, back in (("1", 0.0), ("2", YEAR), ("3", -YEAR)):
        (tmp_path / "summary.json").write_text(figures)
        when = time.time() - back
        os.utime(tmp_path / "summary.json", (when, when))
        for _ in range(2):
            assert report.made(tmp_path).read_text() == figures
    assert made == ["1", "2", "3"]
