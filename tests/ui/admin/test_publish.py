"""An index is replaced by one rename, and so is going back; a build that fails leaves the old one in service."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import pytest

from documents.read import read_paths
from index import build_documents
from index.encoder import load_encoder
from index.errors import IndexBusy
from index.milvus import Collection
from index.publish import previous, promote, release, take
from index.search import open_index
from index.store import MANIFEST, read_manifest
from rag import Assistant
from tests.index.milvus_servers import running
from tests.index.test_publish import both, documents, home
from tests.ui.test_ui_server import command
from ui.admin import words
from ui.admin.rebuild import Rebuild
from ui.errors import NotPublished
from ui.live import Live

__all__ = ["both", "home"]
F = TypeVar("F", bound=Callable[..., None])


def milvus(test: F) -> F:
    """Mark a test that needs milvus-lite, whose packages warn about themselves."""
    for mark in (
        pytest.mark.skipif(find_spec("milvus_lite") is None, reason="pip install 'niangjiaren[milvus]'"),
        pytest.mark.filterwarnings("ignore::DeprecationWarning"),
        pytest.mark.filterwarnings("ignore::ResourceWarning"),
    ):
        test = mark(test)
    return test


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


@milvus
def test_an_index_in_a_milvus_file_is_not_rebuilt_here_but_gone_back_to(tmp_path: Path) -> None:
    place, folder = Collection.of(str(tmp_path / "m.db"), "niangjiaren"), tmp_path / "index"
    for title in ("甲市规定", "乙市规定"):
        text = tmp_path / f"{title}.txt"
        text.write_text(f"{title}\n第一条 女职工产假九十八天。", encoding="utf-8")
        build_documents(read_paths([text]).documents, folder, load_encoder(), place=place)
    live = Live(Assistant(open_index(folder)))
    rebuild = Rebuild(live, folder)
    with pytest.raises(NotPublished, match=rf"一次只能由一个程序打开.*--uri '{place.uri}' --collection niangjiaren"):
        rebuild.start("王芳")
    release(folder, take(folder, "李娟"))
    rebuild.go_back("王芳")
    assert "换回" in rebuild.progress.done
    assert [card.title for card in live.edition.index.cards] == ["甲市规定"]


@milvus
@pytest.mark.slow
@pytest.mark.parametrize("real", [pytest.param(False, id="lite"), pytest.param(True, id="real")])
def test_rebuilt_and_gone_back_on_a_milvus_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, real: bool) -> None:
    folder = tmp_path / "index"
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    papers = []
    for title in ("甲市规定", "乙市规定"):
        papers.append(tmp_path / f"{title}.txt")
        papers[-1].write_text(f"{title}\n第一条 女职工产假九十八天。", encoding="utf-8")
    with running(tmp_path, real) as server:
        build_documents(read_paths(papers[:1]).documents, folder, load_encoder(), place=server.place)
        live = Live(Assistant(open_index(folder)))
        old = live.edition.assistant
        rebuild = Rebuild(live, folder)

        def small(new: Path, encoder: str) -> tuple[str, ...]:
            """In the place of the command, which builds the whole library."""
            given = rebuild._engine()
            assert given == ("--engine", "milvus", "--uri", server.place.uri, "--collection", "niangjiaren")
            build_documents(read_paths(papers).documents, new, load_encoder(encoder), place=Collection(given[3]))
            return ()

        if not real:
            monkeypatch.setattr(rebuild, "_build", small)
        rebuild.start("王芳")
        wait(rebuild)
        assert rebuild.progress.done, rebuild.progress
        assert len(live.edition.index.cards) >= 2
        assert live.edition.index.manifest.engine == "milvus"
        assert live.edition.index.search("产假", 1)
        assert old.index.search("产假", 1), "who began on the old one ends on it"
        rebuild.go_back("王芳")
        assert [card.title for card in live.edition.index.cards] == ["甲市规定"]
        server.kill()
        rebuild.start("王芳")
        wait(rebuild)
        assert "连不上 milvus" in rebuild.progress.fault
        rebuild.go_back("王芳")
        assert "连不上 milvus" in rebuild.progress.fault
        assert [card.title for card in live.edition.index.cards] == ["甲市规定"]
