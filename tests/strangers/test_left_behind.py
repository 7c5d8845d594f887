"""What is left of whoever asked: a name, a phone, an identity number and the words of a question, looked for byte by byte.

With keeping off they are nowhere on disk; with keeping on they are masked, where docs/privacy.md says, and gone once they are erased.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from rag import Assistant
from tests.strangers.conftest import AT_HOME, application
from ui.ask import words
from ui.ask.chat import Chat
from ui.live import Live
from ui.store.accounts import Accounts
from ui.store.database import FILE, open_store
from ui.store.kept import Kept
from ui.store.tables import ComplaintRow, SessionRow, SetupRow, UnansweredRow

ROOT = Path(__file__).resolve().parents[2]
NAME, PHONE, IDENTITY, EMPLOYER = "欧阳小燕", "13955557788", "320105199202305643", "宏远昌达服装"
PLAIN = "第三十七床"  # words that name nobody: kept only where she ticks that the question may stay
ASKED = f"我叫{NAME}，电话{PHONE}，身份证{IDENTITY}，在南京{EMPLOYER}有限公司上班，住{PLAIN}，产假几天？"
SECRETS = (NAME, PHONE, IDENTITY, EMPLOYER)


def found(folder: Path, *secrets: str) -> list[tuple[str, Path]]:
    """Which of the words stand in which file of a folder, in any encoding that something here writes."""
    hits = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for secret in secrets:
                for spelt in (
                    secret.encode(),
                    secret.encode("utf-16-le"),
                    secret.encode("gb18030"),
                    secret.encode("unicode_escape"),
                ):
                    if spelt in data:
                        hits.append((secret, path))
    return hits


class Clock:
    """A day and a time that tests move."""

    day = date(2026, 11, 21)
    now = 1_795_000_000.0

    def today(self) -> date:
        return self.day

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / FILE}")
    yield engine
    engine.dispose()


@pytest.fixture
def home_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The store as the program itself opens it, with its own settings of SQLite."""
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    monkeypatch.delenv("NIANGJIA_DATABASE_URL", raising=False)
    engine = open_store()
    yield engine
    engine.dispose()


def complained(assistant: Assistant, kept: Kept, keep: bool, asked: str = ASKED) -> None:
    """Ask on the page, and send a thumb down with a sentence."""
    chat = Chat(Live(assistant, kept))
    now = chat.ask((), asked)
    assert now[-1].answer is not None, now[-1].fault
    told = chat.complain(now, 1, {"good": False, "reason": 0, "said": asked, "keep": keep})
    assert told[-1].told == (words.THANKS if kept.keeping else words.NOT_KEPT)


def test_with_keeping_off_nothing_of_a_question_is_on_disk(
    assistant: Assistant,
    home_engine: Engine,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    complained(assistant, Kept(home_engine), keep=True)
    with TestClient(application(assistant), AT_HOME) as client:
        assert client.post("/api/ask", json={"question": ASKED}).status_code == 200
        for wrong in (
            {"question": ASKED, "region": NAME},
            {"question": ASKED, "as_of": PHONE[:10]},
            {"question": ASKED * 99},
        ):
            assert client.post("/api/ask", json=wrong).status_code == 422
        client.get(f"/doc/{NAME}")
        client.get("/api/documents", params={"title": PHONE})
        assert not [secret for secret in SECRETS if secret in client.get("/metrics").text]
    assert found(tmp_path, *SECRETS, PLAIN) == []
    assert {path for path in tmp_path.rglob("*") if path.is_file()} <= before | {
        tmp_path / f"{FILE}-{end}" for end in ("wal", "shm")
    }
    said = caplog.text + "".join(capfd.readouterr())
    assert not [secret for secret in (*SECRETS, PLAIN) if secret in said]


@pytest.mark.parametrize("keep", [False, True])
def test_with_keeping_on_it_is_masked_and_only_in_the_database(
    assistant: Assistant, home_engine: Engine, tmp_path: Path, keep: bool
) -> None:
    kept = Kept(home_engine)
    kept.set(True, 90)
    complained(assistant, kept, keep)
    assert found(tmp_path, *SECRETS) == []
    where = {path.name for _, path in found(tmp_path, PLAIN)}
    assert where
    assert where <= {FILE, f"{FILE}-wal"}  # her own sentence stays; the question only where she ticked it
    row = kept.complaints()[0]
    assert bool(row.question) is keep
    assert PLAIN in row.said


def test_forgetting_leaves_no_byte(assistant: Assistant, home_engine: Engine, tmp_path: Path) -> None:
    """Also in the log that SQLite writes ahead, while the server has the file open, and in pages that many rows shared."""
    kept = Kept(home_engine)
    kept.set(True, 90)
    complained(assistant, kept, True)
    for number in range(60):
        kept.unanswered(("产假",), "江苏省", "refused", f"{PLAIN}{number}" + "长" * (number * 37 % 1900))
    assert found(tmp_path, PLAIN)
    done = subprocess.run(
        [sys.executable, "-m", "ui", "forget"], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env=os.environ | {"NIANGJIA_HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert "61 行" in done.stdout, done.stderr
    assert found(tmp_path, PLAIN) == []
    assert kept.complaints() == []


def test_after_the_retention_no_byte_is_left(home_engine: Engine, tmp_path: Path, clock: Clock) -> None:
    kept = Kept(home_engine, clock.today)
    kept.set(True, 30)
    for number in range(40):
        clock.day += timedelta(days=1)
        kept.unanswered(("产假",), "江苏省", "refused", f"第{number}天说的{PLAIN}")
    kept.erase_old()
    assert {row.day for row in kept.in_vain()} == {clock.day - timedelta(days=n) for n in range(31)}
    assert found(tmp_path, f"第0天说的{PLAIN}", f"第8天说的{PLAIN}") == []
    clock.day += timedelta(days=31)
    assert kept.erase_old() == 31
    assert found(tmp_path, PLAIN) == []


def test_a_clock_that_jumps_keeps_nothing_for_ever(engine: Engine, clock: Clock) -> None:
    kept = Kept(engine, clock.today)
    kept.set(True, 20)
    right, clock.day = clock.day, date(2099, 1, 1)
    kept.unanswered(("产假",), "江苏省", "refused", "")
    clock.day = right
    assert [kept.erase_old() for _ in range(25)] == [0] * 25  # started often on one day
    for _ in range(20):
        clock.day = right = right + timedelta(days=1)
        kept.erase_old()
    kept.unanswered(("哺乳",), "江苏省", "refused", "")
    assert [row.topics for row in kept.in_vain()] == ["哺乳"]
    clock.day = right - timedelta(days=1)  # back over midnight, as a clock that is set right may go
    assert kept.erase_old() == 0


def test_ended_sessions_and_links_are_erased(engine: Engine, clock: Clock) -> None:
    accounts = Accounts(engine, clock.time)
    token = accounts.set_up(accounts.new_setup(), "王芳", "correct horse 九月")
    assert token
    accounts.new_setup()
    assert accounts.erase_old() == 0
    clock.now += 8 * 24 * 3600
    assert accounts.who(token) == ""
    assert accounts.erase_old() == 2
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 0
        assert session.scalar(select(func.count()).select_from(SetupRow)) == 0


def test_nobody_floods_the_store_by_thumbs(
    assistant: Assistant, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One thumb an answer, and a bound of rows a day."""
    monkeypatch.setattr("ui.store.kept.MOST_A_DAY", 3)
    kept = Kept(engine)
    kept.set(True, 90)
    chat = Chat(Live(assistant, kept))
    now = chat.ask((), "产假几天？")
    for _ in range(3):
        now = chat.complain(now, 1, {"good": True})
    assert len(kept.complaints()) == 1
    for _ in range(5):
        complained(assistant, kept, True, "产假几天？")
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(ComplaintRow)) == 3
        assert session.scalar(select(func.count()).select_from(UnansweredRow)) == 0


def test_what_a_table_holds_is_told_in_the_privacy_page() -> None:
    """Every table, every cookie and every key of the browser's storage has its row in docs/privacy.md."""
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    tables = re.findall(r'__tablename__ = "(\w+)"', (ROOT / "ui/store/tables.py").read_text(encoding="utf-8"))
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "ui").rglob("*.*") if path.suffix in (".js", ".py")]
    keys = {
        key for text in scripts for key in re.findall(r"(?:localStorage|sessionStorage)\.\w+Item\('([\w-]+)'", text)
    }
    cookies = re.findall(r'"(niangjia_\w+)"', (ROOT / "ui/signin.py").read_text(encoding="utf-8"))
    assert len(tables) >= 7
    assert len(cookies) == 2
    missing = [name for name in (*tables, *keys, *cookies) if f"`{name}`" not in page]
    assert not missing


def test_the_chinese_part_agrees_with_the_page() -> None:
    from ui import words as frame

    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    told = page[page.index("## 给使用者") :]
    for sentence in (words.NOTHING_KEPT, words.KEPT_IF_TICKED, frame.PRIVACY):
        assert sentence in told, sentence
