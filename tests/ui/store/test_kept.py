"""What is kept, in a real SQLite file: nothing unless switched on, masked, counted, erased."""

from __future__ import annotations

import stat
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from tests.ui.test_ui_server import command
from ui.errors import StoreFault
from ui.store import kept as module
from ui.store.database import FILE, open_store
from ui.store.feedback import Complaint, Feedback
from ui.store.kept import Kept
from ui.store.tables import Base

SAID = "我叫赵小燕，电话13800138000，在南京大地服装有限公司上班，产假几天"
BAD = Complaint(False, "数字不对", "answered", ("产假",), "江苏", ("某规定#第七条",), SAID, SAID)


class Today:
    day = date(2026, 11, 21)

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def today() -> Today:
    return Today()


@pytest.fixture
def store(engine: Engine, today: Today) -> Kept:
    return Kept(engine, today)


def test_nothing_is_written_where_keeping_is_off(store: Kept) -> None:
    feedback: Feedback = store
    assert not feedback.keeping
    feedback.complain(BAD)
    feedback.unanswered(("产假",), "江苏", "refused", SAID)
    assert not store.complaints()
    assert not store.in_vain()


def test_what_is_kept_is_masked(store: Kept, tmp_path: Path) -> None:
    store.set(True, 90)
    store.complain(BAD)
    store.unanswered(("产假",), "江苏", "refused", SAID)
    row = store.complaints()[0]
    assert (row.reason, row.topics, row.province, row.citations) == ("数字不对", "产假", "江苏", "某规定#第七条")
    assert "产假几天" in row.question
    for said in (row.question, row.said, store.in_vain()[0].question):
        assert not any(secret in said for secret in ("赵小燕", "13800138000", "大地服装"))
    for path in tmp_path.iterdir():
        data = path.read_bytes()
        assert not any(secret.encode() in data for secret in ("赵小燕", "13800138000"))


def test_questions_in_vain_are_counted_by_day_topic_and_province(store: Kept, today: Today) -> None:
    store.set(True, 90)
    for _ in range(3):
        store.unanswered(("产假", "哺乳"), "江苏", "refused")
    store.unanswered((), "", "refused")
    store.unanswered(("产假",), "江苏", "refused", "产假到底几天")
    today.day += timedelta(days=1)
    store.unanswered(("产假",), "江苏", "refused")
    store.complain(BAD)
    assert [(row.count, row.question) for row in store.in_vain()] == [(1, ""), (1, "产假到底几天"), (1, ""), (3, "")]
    found = {(c.topic, c.province): (c.unanswered, c.bad, c.good) for c in store.counts()}
    assert found == {
        ("产假", "江苏"): (5, 1, 0),
        ("哺乳", "江苏"): (3, 0, 0),
        (module.NO_TOPIC, module.NO_PROVINCE): (1, 0, 0),
    }
    assert store.counts()[0].topic == "产假"


def test_many_at_once_are_all_counted(store: Kept) -> None:
    store.set(True, 90)

    def ask() -> None:
        for _ in range(20):
            store.unanswered(("产假",), "江苏", "refused")

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.count for row in store.in_vain()] == [100]


def test_old_rows_are_erased(store: Kept, today: Today) -> None:
    store.set(True, 30)
    store.complain(BAD)
    today.day += timedelta(days=30)
    store.unanswered(("产假",), "江苏", "refused")
    assert store.erase_old() == 0
    today.day += timedelta(days=1)
    assert store.erase_old() == 1
    assert store.forget(today.day - timedelta(days=1)) == 0
    assert store.forget() == 1
    store.set(False, 100_000)
    assert (store.keeping, store.retention) == (False, module.LONGEST_RETENTION)


def test_a_shorter_retention_erases_at_once(store: Kept, today: Today) -> None:
    store.set(True, 90)
    store.complain(BAD)
    today.day += timedelta(days=10)
    store.set(True, 7)
    assert not store.complaints()


def test_nobody_fills_the_disk(store: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_A_DAY", 3)
    store.set(True, 90)
    for number in range(5):
        store.complain(BAD)
        store.unanswered(("产假",), "江苏", "refused", f"第{number}问")
    assert len(store.complaints()) == len(store.in_vain()) == 3


def test_words_that_no_database_holds_are_kept_without_them(store: Kept) -> None:
    store.set(True, 90)
    store.complain(
        Complaint(True, "好\x00\ud800的" * 400, "x" * 99, ("a",) * 99, "省" * 99, ("c",) * 99, "问\x00", "\ud800")
    )
    assert store.complaints()[0].question == "问"


def test_a_broken_store_says_so(store: Kept, engine: Engine) -> None:
    store.set(True, 90)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE complaint"))
        connection.execute(text("DROP TABLE unanswered"))
    with pytest.raises(StoreFault, match="没有存上"):
        store.complain(BAD)
    store.unanswered(("产假",), "江苏", "refused")  # an answer is not lost over it


def test_only_the_owner_reads_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "new" / "home"))
    monkeypatch.delenv("NIANGJIA_DATABASE_URL", raising=False)
    engine = open_store()
    Kept(engine).set(True, 90)
    files = list((tmp_path / "new" / "home").iterdir())
    assert {path.name for path in files} >= {FILE, f"{FILE}-wal"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    engine.dispose()


def test_another_version_is_not_touched(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / FILE}"
    engine = open_store(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    engine.dispose()
    with pytest.raises(StoreFault, match="版本 99"):
        open_store(url)


@pytest.mark.parametrize("url", ["nonsense", "nonsense://x", "sqlite:////no/such/folder/x.db"])
def test_a_database_that_cannot_be_opened_is_one_sentence(url: str) -> None:
    with pytest.raises(StoreFault, match="打不开"):
        open_store(url)


def test_the_tables_can_be_made_in_postgresql() -> None:
    made = [str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in Base.metadata.sorted_tables]
    assert len(made) == 9
    assert any("BIGSERIAL" in sql for sql in made)


@pytest.mark.slow
def test_the_command_erases(tmp_path: Path, today: Today) -> None:
    engine = open_store(f"sqlite:///{tmp_path / FILE}")
    store = Kept(engine, today)
    store.set(True, 90)
    store.complain(BAD)
    today.day += timedelta(days=5)
    store.complain(BAD)
    engine.dispose()
    assert "1 行" in command("forget", "--before", "2026-11-24", home=tmp_path).stdout
    assert "1 行" in command("forget", home=tmp_path).stdout
    wrong = command("forget", "--before", "昨天", home=tmp_path)
    assert wrong.returncode == 2
    assert "日期「昨天」不对" in wrong.stderr


def test_the_command_prints_a_link_that_sets_the_admin(tmp_path: Path) -> None:
    from ui.store.accounts import Accounts

    said = command("admin", "--reset", "--port", "1234", home=tmp_path).stdout
    assert "http://127.0.0.1:1234/signin?setup=" in said
    engine = open_store(f"sqlite:///{tmp_path / FILE}")
    assert Accounts(engine).setup_valid(said.strip().rpartition("=")[2])
    engine.dispose()
