"""The saved index: refused when anything is off, replaced whole or not at all, embedded again only where it changed."""

import json
from pathlib import Path

import numpy as np
import pytest

from documents import Document
from index import IndexMismatch, IndexNotFound, SearchIndex, build_documents
from index.errors import IndexRoomError
from index.store import load, read_manifest
from tests.index.conftest import ToyEncoder, document


def test_round_trip(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    manifest = build_documents(documents, folder, toy)
    stored = load(folder)
    assert (manifest.documents, manifest.provisions, manifest.chunks) == (7, 9, 9)
    assert [c.id for c in stored.chunks][:2] == ["产假规定#第一条", "产假规定#第二条"]
    assert stored.chunks[0].card.region.name == "全国"
    assert stored.chunks[3].card.ended is not None
    assert stored.chunks[0].provision.check is not None
    assert not list(folder.rglob("*.pkl"))


def test_no_index(folder: Path) -> None:
    with pytest.raises(IndexNotFound, match="python -m index build"):
        load(folder)


def test_other_format_version(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy)
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format": 99}), encoding="utf-8")
    with pytest.raises(IndexMismatch, match=r"99.*python -m index build"):
        load(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}'])
def test_broken_manifest(documents: list[Document], folder: Path, toy: ToyEncoder, content: str) -> None:
    build_documents(documents, folder, toy)
    (folder / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(IndexRoomError, match="python -m index build"):
        load(folder)


def test_one_changed_byte_in_any_file_is_refused(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    manifest = build_documents(documents, folder, toy)
    assert len(manifest.files) >= 8
    for name in manifest.files:
        path = folder / manifest.generation / name
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :])
        with pytest.raises(IndexMismatch, match=path.name.replace(".", r"\.")):
            load(folder)
        path.unlink()
        with pytest.raises(IndexMismatch, match=path.name.replace(".", r"\.")):
            load(folder)
        path.write_bytes(whole)
    load(folder)


def test_one_changed_byte_in_the_manifest_is_refused(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy)
    path = folder / "manifest.json"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(IndexMismatch, match="manifest.json|版本"):
            read_manifest(folder)
    path.write_bytes(whole)
    load(folder)


def test_other_encoder_is_refused(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    from index import open_index

    build_documents(documents, folder, toy)
    with pytest.raises(IndexMismatch, match="python -m index build"):
        open_index(folder, "niangjiaren-static")


def test_failed_build_leaves_the_old_index(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy)
    before = read_manifest(folder)

    class Broken(ToyEncoder):
        def encode(self, texts: list[str]) -> np.ndarray:
            raise MemoryError

    with pytest.raises(MemoryError):
        build_documents([*documents, document("新", "第一条 新。")], folder, Broken("other"))
    assert read_manifest(folder) == before
    load(folder)
    assert len(list(folder.glob("g-*"))) == 1


def test_only_what_changed_is_embedded(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy)
    first = load(folder).vectors.rows()
    toy.encoded.clear()
    build_documents([*documents, document("新规定", "第一条 全新的一条。")], folder, toy)
    assert len(toy.encoded) == 1
    assert "全新的一条" in toy.encoded[0]
    assert np.array_equal(load(folder).vectors.rows()[: len(first)], first)
    assert len(list(folder.glob("g-*"))) == 2  # it and the one before


def test_another_encoder_embeds_all_again(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy)
    other = ToyEncoder("other", 32)
    build_documents(documents, folder, other)
    assert len(other.encoded) == len(load(folder).rows)


def test_searcher_over_a_replaced_index_still_answers(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy)
    old = SearchIndex(load(folder), toy)
    build_documents(documents[:2], folder, toy)
    assert old.search("哺乳时间", 1)[0].chunk.id == "产假规定#第二条"
