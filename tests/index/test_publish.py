"""An index is replaced by one rename, and so is going back; a broken one is neither put in place nor gone back to."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from documents.read import read_paths
from index.build import build_documents
from index.encoder import SHIPPED, load_encoder
from index.errors import IndexBusy, IndexMismatch, NothingBefore
from index.publish import go_back, previous, promote, seed, turn
from index.search import open_index


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
    with pytest.raises(NothingBefore, match="没有上一个"):
        go_back(index)
    promote(home / "new", index)
    shutil.rmtree(index / previous(index).generation)  # type: ignore[union-attr]
    with pytest.raises(NothingBefore, match="没有上一个"):
        go_back(index)
    assert documents(index) == 2


def test_a_damaged_index_is_not_gone_back_to(home: Path) -> None:
    index = home / "index"
    promote(home / "new", index)
    (index / previous(index).generation / "rows.npy").write_bytes(b"x")  # type: ignore[union-attr]
    with pytest.raises(IndexMismatch):
        go_back(index)
    assert documents(index) == 2


def test_a_build_keeps_the_index_before(home: Path) -> None:
    index = home / "index"
    made(index, "戊市规定")
    assert documents(index) == 1
    assert [card.title for card in open_index(index).cards] == ["戊市规定"]
    go_back(index)
    assert [card.title for card in open_index(index).cards] == ["甲市规定"]


def test_only_one_at_a_time_and_the_holder_is_named(home: Path) -> None:
    index = home / "index"
    with turn(index, "王芳"):
        with pytest.raises(IndexBusy, match=f"「王芳」（进程 \\d+）从 {datetime.now():%H}:"):
            made(index, "戊市规定")
        (index / ".holder.json").write_text("{", encoding="utf-8")
        with pytest.raises(IndexBusy, match="有人正在"), turn(index, "李娟"):
            pass
    assert documents(index) == 1
    made(index, "戊市规定")
