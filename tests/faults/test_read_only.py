"""A folder that cannot be written: each command says so in a sentence, and asking goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

import documents.__main__
import index.__main__
import rag.__main__
import ui.__main__
import ui.server
import ui.store.accounts
import ui.store.approved
import ui.store.database
import ui.store.kept  # here, since another user may not be let read Python's own modules
from index.publish import being_changed
from index.store import load
from rag import Assistant
from tests.faults.conftest import another_user, mounted
from tests.ui.serving import ROOT, serving

Command = Callable[..., tuple[int, str]]
SAYS = ("没有权限", "让管理员改权限")


@pytest.fixture
def home(open_folder: Path, library_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder with an index, which nobody but its owner can write."""
    home = open_folder / "home"
    shutil.copytree(library_index, home / "index")
    subprocess.run(["chmod", "-R", "a=rX", home], check=True)
    monkeypatch.setenv("NIANGJIA_HOME", str(home))
    monkeypatch.delenv("NIANGJIA_DATABASE_URL", raising=False)
    return home


def test_commands_that_write_say_where_and_what_to_do(
    home: Path, open_folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.server.logs.set_up", lambda: None)  # of the whole process, which is pytest's
    monkeypatch.setattr("ui.server.signal.signal", lambda *_: None)
    paper = open_folder / "甲市女职工办法.txt"
    paper.write_text("甲市女职工办法\n第一条 产假98天。", encoding="utf-8")
    before = sorted(path.name for path in home.rglob("*"))
    with another_user():
        for given in (
            (index.__main__.main, "build", "--documents", paper),
            (documents.__main__.main, "add", paper),
            (ui.__main__.main, "rollback"),
        ):
            code, said = command(*given)
            assert code == 2, given
            assert all(word in said for word in (*SAYS, str(home))), said
        code, said = command(ui.__main__.main, "forget")
        assert (code, "store.db" in said, "权限" in said) == (2, True, True)
        code, said = command(ui.__main__.main, "--port", 0)
        assert (code, "store.db" in said, "NIANGJIA_DATABASE_URL" in said) == (2, True, True)
    assert sorted(path.name for path in home.rglob("*")) == before


def test_asking_needs_nothing_to_be_written(home: Path, command: Command) -> None:
    with another_user():
        assert not being_changed(home / "index")
        assert load(home / "index").chunks
        code, said = command(rag.__main__.main, "ask", "产假多少天", "--json")
        assert code == 0
        assert json.loads(said.splitlines()[-1])["citations"]
        assert command(documents.__main__.main, "list")[0] == 0


def test_what_a_stranger_may_not_read_is_a_sentence(
    home: Path, open_folder: Path, command: Command, assistant: Assistant
) -> None:
    secret = open_folder / "secret"
    secret.mkdir(mode=0o700)
    (secret / "甲市女职工办法.txt").write_text("甲市女职工办法\n第一条 产假98天。", encoding="utf-8")
    with another_user():
        if os.access(secret, os.R_OK, effective_ids=True):
            pytest.skip("whoever runs this may read everything")
        code, said = command(
            index.__main__.main, "build", "--documents", secret / "甲市女职工办法.txt", "--out", open_folder / "x"
        )
    assert code == 2
    assert "没有权限" in said or "权限" in said


@pytest.mark.slow
def test_a_server_over_a_read_only_disk(tmp_path: Path, library_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container into which a union mounts the index: only the database is elsewhere."""
    with mounted(tmp_path / "disk", "200m") as disk:
        shutil.copytree(library_index, disk / "index")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        monkeypatch.setenv("NIANGJIA_HOME", str(disk))
        monkeypatch.setenv("NIANGJIA_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere.db'}")
        told = subprocess.run(
            [sys.executable, "-m", "ui", "doctor", "--port", "0"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert told.returncode in (1, 2)
        assert "写不进" in told.stdout
        assert "Traceback" not in told.stderr
        amiss = [line.strip() for line in told.stdout.splitlines() if line.strip().startswith("✗")]
        assert not [line for line in amiss if line.startswith(("✗ 锁", "✗ 索引", "✗ 试问"))], told.stdout
        build = subprocess.run(
            [sys.executable, "-m", "index", "build"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert build.returncode == 2
        assert "只读" in build.stderr
        assert str(disk) in build.stderr
        (tmp_path / "scratch").mkdir()
        with serving(disk, tmp_path / "scratch") as server:
            body = json.dumps({"question": "产假多少天？"}).encode()
            asked = urllib.request.Request(
                f"{server.address}api/ask", body, {"Content-Type": "application/json"}, method="POST"
            )
            with urllib.request.urlopen(asked, timeout=30) as answer:
                assert json.load(answer)["citations"]
            for page in ("", "library", "readyz"):
                with urllib.request.urlopen(f"{server.address}{page}", timeout=30) as got:
                    assert got.status == 200
            log = server.log.read_text(encoding="utf-8")
        assert "uncaught" not in log
