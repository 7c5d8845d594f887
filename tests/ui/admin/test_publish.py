"""An index is replaced by one rename, and so is going back; a build that fails leaves the old one in service."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from index.errors import IndexBusy
from index.publish import previous, promote, release, take
from index.search import open_index
from index.store import MANIFEST, manifest_text, read_manifest
from rag import Assistant
from tests.index.test_publish import both, documents, home
from tests.ui.test_ui_server import command
from ui.admin import words
from ui.admin.rebuild import Rebuild
from ui.errors import NotPublished
from ui.live import Live

__all__ = ["both", "home"]


def test_the_command_goes_back(home: Path) -> None:
    promote(home / "new", home / "index")
    done = command("rollback", home=home)
    assert done.returncode == 0
    assert "1份文件" in done.stdout
    assert read_manifest(home / "index").documents == 1
    turn = take(home / "index", "王芳")
    refused = command("rollback", home=home)
    release(home / "index", turn)
    assert refused.returncode == 2
    assert "「王芳」（进程" in refused.stderr


def test_only_one_at_a_time(home: Path) -> None:
    turn = take(home / "index", "王芳")
    live = Live(Assistant(open_index(home / "index")))
    with pytest.raises(IndexBusy, match=f"「王芳」（进程 \\d+）从 {datetime.now():%H}:"):
        Rebuild(live, home / "index").start("李娟")
    release(home / "index", turn)
    release(home / "index", take(home / "index", "李娟"))


def wait(rebuild: Rebuild) -> None:
    end = time.monotonic() + 120
    while rebuild.progress.running and time.monotonic() < end:
        time.sleep(0.05)
    assert not rebuild.progress.running


def test_a_failed_build_leaves_the_old_in_service(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(home))
    (home / "catalog.csv").write_text("nonsense\n", encoding="utf-8")
    live = Live(Assistant(open_index(home / "index")))
    old, before = live.edition, (home / "index" / MANIFEST).read_bytes()
    rebuild = Rebuild(live, home / "index")
    rebuild.start("王芳")
    wait(rebuild)
    assert rebuild.progress.fault.startswith(words.FAILED.split("{")[0])
    assert "catalog.csv" in rebuild.progress.fault
    assert live.edition is old
    assert (home / "index" / MANIFEST).read_bytes() == before
    assert not list(home.glob(".index-*"))
    release(home / "index", take(home / "index", "李娟"))  # the turn was given back


def test_an_index_that_cannot_be_opened_is_not_published(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = Live(Assistant(open_index(home / "index")))
    old = live.edition
    rebuild = Rebuild(live, home / "index")

    def build(new: Path, encoder: str) -> tuple[str, ...]:
        shutil.rmtree(new)
        shutil.copytree(home / "new", new)
        next(new.glob("g-*/rows.npy")).write_bytes(b"x")
        return ()

    monkeypatch.setattr(rebuild, "_build", build)
    rebuild.start("王芳")
    wait(rebuild)
    assert "不符" in rebuild.progress.fault
    assert live.edition is old
    assert documents(home / "index") == 1


def test_going_back_puts_the_index_before_in_service(home: Path) -> None:
    promote(home / "new", home / "index")
    live = Live(Assistant(open_index(home / "index")))
    rebuild = Rebuild(live, home / "index")
    rebuild.go_back("王芳")
    assert len(live.edition.index.cards) == 1
    assert "换回" in rebuild.progress.done
    rebuild.go_back("王芳")
    assert len(live.edition.index.cards) == 2
    shutil.rmtree(home / "index" / previous(home / "index").generation)  # type: ignore[union-attr]
    rebuild.go_back("王芳")
    assert "没有上一个" in rebuild.progress.fault
    assert len(live.edition.index.cards) == 2


def test_an_index_in_milvus_is_left_to_the_command_line(home: Path) -> None:
    live = Live(Assistant(open_index(home / "index")))
    path = home / "index" / MANIFEST
    other = replace(read_manifest(home / "index"), engine="milvus", uri="http://127.0.0.1:1")
    path.write_text(manifest_text(other), encoding="utf-8")
    rebuild = Rebuild(live, home / "index")
    with pytest.raises(NotPublished, match="milvus"):
        rebuild.start("王芳")
    release(home / "index", take(home / "index", "李娟"))
