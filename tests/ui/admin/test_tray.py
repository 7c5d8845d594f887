"""Dropped files are read, shown, and taken in or thrown away, each apart; with real files and the real library."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from documents.catalog import read_catalog
from documents.errors import CatalogError
from tests.ui.admin.papers import TITLE, broken, hostile, regulation
from tests.ui.samples import chunk
from ui.admin.show import card
from ui.admin.tray import Tray, plain_name


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def tray(home: Path) -> Tray:
    return Tray(home)


def drop(tray: Tray, *paths: Path, folder: Path) -> list[object]:
    """Drop copies, as an upload leaves them."""
    files = []
    for number, path in enumerate(paths):
        copy = folder / f"upload-{number}"
        shutil.copyfile(path, copy)
        files.append((copy, path.name))
    return list(tray.stage(files))


def test_each_file_is_read_and_taken_in_apart(tray: Tray, home: Path, tmp_path: Path) -> None:
    paper = regulation(tmp_path)
    good, bad, odd = drop(tray, paper, broken(tmp_path), hostile(tmp_path), folder=tmp_path)
    assert (good.usable, bad.usable, odd.usable) == (True, False, True)
    document = good.documents[0]
    assert (document.title, document.region, str(document.effective)) == (TITLE, "江苏省南京市", "2024-05-01")
    assert bad.faults[0].startswith("「坏的.pdf」")
    assert not list(tmp_path.glob("upload-*"))
    assert not home.exists()  # looking changes nothing
    added = tray.take_in([good.id])
    assert [d.title for d, _ in added.documents] == [TITLE]
    assert [row.title for row in read_catalog(home / "catalog.csv")] == [TITLE]
    assert (home / "documents" / f"{TITLE}.docx").is_file()
    assert len(list((home / "extracted").iterdir())) == 1
    assert not tray.held([good.id])
    assert tray.held([odd.id])
    again = drop(tray, paper, folder=tmp_path)[0]
    assert not again.usable
    assert again.present == f"{TITLE}.docx"


def test_what_is_thrown_away_leaves_nothing(tray: Tray, home: Path, tmp_path: Path) -> None:
    good = drop(tray, regulation(tmp_path), folder=tmp_path)[0]
    tray.drop([good.id])
    assert not good.path.exists()
    assert not tray.take_in([good.id]).documents
    assert not (home / "catalog.csv").exists()


def test_a_zip_gives_a_candidate_a_file_and_keeps_its_folders(tray: Tray, home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "两份.zip", "w") as archive:
        archive.writestr("江苏省/托管班安排.txt", "2026年托管班安排\n一、时间\n七月开班。")
        archive.writestr("坏.pdf", b"%PDF-1.4 nothing")
    read = drop(tray, tmp_path / "两份.zip", folder=tmp_path)
    assert [c.name for c in read] == ["两份.zip/坏.pdf", "两份.zip/江苏省/托管班安排.txt"]
    plan = read[1]
    assert plan.documents[0].region == "江苏省"
    added = tray.take_in([plan.id])
    assert [(d.region, d.path) for d, _ in added.documents] == [("江苏省", "两份.zip/江苏省/托管班安排.txt")]


def test_a_broken_catalogue_loses_nothing(tray: Tray, home: Path, tmp_path: Path) -> None:
    good = drop(tray, regulation(tmp_path), folder=tmp_path)[0]
    home.mkdir()
    (home / "catalog.csv").write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="缺少列"):
        tray.take_in([good.id])
    assert tray.held([good.id])
    (home / "catalog.csv").unlink()
    assert tray.take_in([good.id]).documents


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\办法.docx", "办法.docx"),
        ("a\x00\n<b>|?.txt", "a___b___.txt"),
        ("", "没有名字的文件"),
        ("..", "没有名字的文件"),
        ("gpj.\u202e办法.exe", "gpj._办法.exe"),
        ("长" * 300 + ".docx", "长" * 95 + ".docx"),
    ],
)
def test_names_are_plain(given: str, name: str) -> None:
    assert plain_name(given) == name


def test_a_card_shows_what_was_recognised_as_text(tray: Tray, tmp_path: Path) -> None:
    odd, good = drop(tray, hostile(tmp_path), regulation(tmp_path), folder=tmp_path)
    shown = card(odd, ())
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;img" in shown
    assert "日期未知" in shown
    library = [chunk(title=TITLE, region=good.documents[0] and _nanjing()).card]
    shown = card(good, library)
    assert "地方政府规章" in shown
    assert "2024-05-01" in shown
    assert "第二条" in shown
    assert f"库里已有《{TITLE}》" in shown


def _nanjing() -> object:
    from documents.region import parse_region

    return parse_region("南京")
