"""An index is replaced by one rename, and so is going back; a build that fails leaves the old one in service."""

from __future__ import annotations

import json
import shutil
import time
from datetime import datetime
from pathlib import Path

import pytest

from documents.read import read_paths
from index.build import build_documents
from index.encoder import SHIPPED, load_encoder
from index.errors import IndexMismatch
from index.search import open_index
from index.store import MANIFEST, read_manifest
from rag import Assistant
from tests.ui.test_ui_server import command
from ui.admin import words
from ui.admin.publish import PREVIOUS, go_back, previous, promote, release, seed, take
from ui.admin.rebuild import Rebuild
from ui.errors import Busy, NotPublished
from ui.live import Live


def made(folder: Path, *titles: str) -> Path:
    """Build a small index of texts of these titles."""
    texts = folder.with_name(f"{folder.name}-texts")
    texts.mkdir(exist_ok=True)
    for title in titles:
        (texts / f"{title}.txt").write_text(f"{title}\n第一条 女职工产假九十八天。\n第二条 {title}。", encoding="utf-8")
    build_documents(read_paths([texts]).documents, folder, load_encoder(SHIPPED))
    return folder


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indexes")
    made(folder / "one", "甲市规定")
    made(folder / "two", "甲市规定", "乙市规定")
    return folder


@pytest.fixture
def home(both: Path, tmp_path: Path) -> Path:
    shutil.copytree(both / "one", tmp_path / "index")
    shutil.copytree(both / "two", tmp_path / "new")
    return tmp_path


def documents(folder: Path) -> int:
    return len(open_index(folder).cards)


def test_a_new_index_takes_the_place_and_the_old_one_waits(home: Path) -> None:
    index = home / "index"
    old = open_index(index)
    assert previous(index) is None
    promote(home / "new", index)
    assert documents(index) == 2
    assert not (home / "new").exists()
    assert previous(index).documents == 1  # type: ignore[union-attr]
    assert old.search("产假", 3)  # who opened the old one reads on
    assert go_back(index).documents == 1
    assert documents(index) == 1
    assert go_back(index).documents == 2
    assert documents(index) == 2


def test_only_the_present_one_and_the_one_before_are_kept(home: Path, both: Path) -> None:
    index = home / "index"
    promote(home / "new", index)
    for _ in range(3):
        made(home / "third", "丙市规定")
        promote(home / "third", index)
    assert len(list(index.glob("g-*"))) == 2
    assert previous(index)


def test_seeding_links_the_present_index_and_leaves_it_alone(home: Path) -> None:
    index, new = home / "index", home / "seeded"
    before = {p: p.read_bytes() for p in index.rglob("*") if p.is_file()}
    seed(index, new)
    made(new, "甲市规定", "丁市规定")
    assert {p: p.read_bytes() for p in index.rglob("*") if p.is_file()} == before
    assert documents(new) == 2


def test_there_is_nothing_to_go_back_to(home: Path) -> None:
    index = home / "index"
    for break_it in (
        lambda: None,
        lambda: (index / PREVIOUS).write_text("{", encoding="utf-8"),
        lambda: (index / PREVIOUS).write_text('{"a": 1}', encoding="utf-8"),
        lambda: shutil.copyfile(index / MANIFEST, index / PREVIOUS),
    ):
        break_it()
        with pytest.raises(NotPublished, match="没有上一个"):
            go_back(index)
    assert documents(index) == 1


def test_a_damaged_index_is_not_gone_back_to(home: Path) -> None:
    index = home / "index"
    promote(home / "new", index)
    (index / previous(index).generation / "rows.npy").write_bytes(b"x")  # type: ignore[union-attr]
    with pytest.raises(IndexMismatch):
        go_back(index)
    assert documents(index) == 2


def test_the_command_line_builds_into_the_same_folder(home: Path) -> None:
    index = home / "index"
    promote(home / "new", index)
    made(index, "戊市规定")
    assert documents(index) == 1
    assert previous(index) is None  # the command keeps no index before its own


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
    assert "「王芳」从" in refused.stderr


def test_only_one_at_a_time(home: Path) -> None:
    turn = take(home / "index", "王芳")
    live = Live(Assistant(open_index(home / "index")))
    with pytest.raises(Busy, match=f"「王芳」从 {datetime.now():%H}:"):
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
    row = json.loads(path.read_text(encoding="utf-8")) | {"engine": "milvus", "uri": "http://127.0.0.1:1"}
    path.write_text(json.dumps(row), encoding="utf-8")
    rebuild = Rebuild(live, home / "index")
    with pytest.raises(NotPublished, match="milvus"):
        rebuild.start("王芳")
    release(home / "index", take(home / "index", "李娟"))
