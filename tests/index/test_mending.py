"""A damaged or half-replaced index: said in one sentence, mended by the command that the sentence names."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from documents import Document
from index import EncoderUnavailable, IndexRoomError, SearchIndex, build_documents
from index import store as store_room
from index.build import is_current
from index.encoder import StaticEncoder, TransformerEncoder, load_encoder, shipped_folder
from index.errors import NotWritten
from index.publish import previous
from index.search import open_index
from index.store import Manifest, load, manifest_text, read_manifest
from index.words import cut, segment
from tests.index.conftest import ToyEncoder, document, save_encoder


def edit(folder: Path, **fields: object) -> None:
    """Change the manifest as a program of ours would write it, seal and all."""
    path = folder / "manifest.json"
    row = json.loads(path.read_text(encoding="utf-8")) | fields
    del row["seal"]
    path.write_text(manifest_text(Manifest(**row)), encoding="utf-8")


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def generation(folder: Path) -> Path:
    return folder / read_manifest(folder).generation


DAMAGE: list[Callable[[Path], object]] = [
    lambda folder: edit(folder, files=[]),
    lambda folder: edit(folder, files={}),
    lambda folder: edit(folder, files={"vectors.faiss": "0"}),
    lambda folder: edit(folder, generation=None),
    lambda folder: edit(folder, generation="g-0"),
    lambda folder: edit(folder, generation="../g-0"),
    lambda folder: edit(folder, files={"../other": "0"}),
    lambda folder: edit(folder, format=None),
    lambda folder: (folder / "manifest.json").unlink(),
    lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe\x00"),
    lambda folder: (generation(folder) / "rows.npy").write_bytes(b""),
    lambda folder: shutil.rmtree(generation(folder) / "bm25"),
    lambda folder: shutil.rmtree(generation(folder)),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_said_and_build_mends_it(
    damage: Callable[[Path], object], documents: list[Document], folder: Path, toy: ToyEncoder
) -> None:
    build_documents(documents, folder, toy)
    damage(folder)
    with pytest.raises(IndexRoomError, match="python -m index build"):
        load(folder)
    toy.encoded.clear()
    build_documents(documents, folder, toy)
    assert len(load(folder).chunks) == 9
    assert len(toy.encoded) >= 9, "vectors of a damaged index must not be used again"
    needed = {read_manifest(folder).generation, getattr(previous(folder), "generation", "")}
    assert {name for name in left(folder) if name.startswith((".", "g-"))} <= needed


def test_counts_that_do_not_fit_are_refused(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy)
    edit(folder, chunks=8)
    with pytest.raises(IndexRoomError, match="数目对不上"):
        load(folder)


def test_reader_between_manifest_and_files_gets_the_new_index(
    documents: list[Document], folder: Path, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_documents(documents, folder, toy)
    verify = store_room.verify

    def replaced_meanwhile(where: Path, manifest: Manifest) -> None:
        monkeypatch.setattr(store_room, "verify", verify)
        for _ in range(2):  # the index before the present one is still whole
            build_documents(documents[:2], folder, toy)
        verify(where, manifest)

    monkeypatch.setattr(store_room, "verify", replaced_meanwhile)
    assert len({chunk.card.id for chunk in load(folder).chunks}) == 2


def test_interrupted_build_leaves_no_half(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy)
    before = read_manifest(folder)

    class Interrupted(ToyEncoder):
        def encode(self, texts: list[str]) -> np.ndarray:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_documents([document("新", "第一条 新。")], folder, Interrupted())
    assert left(folder) == [before.generation, "manifest.json"]
    assert SearchIndex(load(folder), toy).search("哺乳时间", 1)[0].chunk.id == "产假规定#第二条"


def test_writing_fails_halfway(
    documents: list[Document], folder: Path, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_documents(documents, folder, toy)
    before = read_manifest(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys.modules["index.lexical"].Lexical, "save", full)
    with pytest.raises(NotWritten, match="空间"):
        build_documents(documents[:1], folder, toy)
    assert read_manifest(folder) == before
    assert left(folder) == [before.generation, "manifest.json"]


def test_equal_documents_make_equal_files(documents: list[Document], tmp_path: Path, toy: ToyEncoder) -> None:
    first, second = (build_documents(documents, tmp_path / name, toy) for name in "ab")
    assert first.files == second.files
    assert first.corpus_digest == second.corpus_digest


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d[1:],
        lambda d: d[::-1],
        lambda d: [document(d[0].title, "第一条 女职工生育享受97天产假。"), *d[1:]],
        lambda d: [document(d[0].title, "\n".join(p.raw for p in d[0].provisions), start=None), *d[1:]],
    ],
)
def test_any_change_changes_the_corpus_digest(
    change: Callable[[list[Document]], list[Document]], documents: list[Document], tmp_path: Path, toy: ToyEncoder
) -> None:
    first = build_documents(documents, tmp_path / "a", toy)
    assert build_documents(change(documents), tmp_path / "b", toy).corpus_digest != first.corpus_digest


def test_changed_facts_need_no_new_vectors(documents: list[Document], folder: Path, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy)
    toy.encoded.clear()
    build_documents([document(d.title, d.body, start=None) for d in documents], folder, toy)
    assert toy.encoded == []


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    table = np.random.default_rng(1).normal(size=(5, 16)).astype(np.float32)
    save_encoder(table, {"产假": 0, "多少": 1, "天": 2, "产": 3, "假": 4}, folder)
    return folder


def test_is_current_only_while_nothing_changed(tmp_path: Path, trained: Path) -> None:
    text, out, encoder = tmp_path / "某市女职工办法.txt", tmp_path / "out", str(trained)
    text.write_text("第一条 产假98天。", encoding="utf-8")

    def build() -> None:
        from index import build

        build([text], out, encoder)

    assert not is_current([text], out, encoder)
    build()
    assert is_current([text], out, encoder)
    assert not is_current([text], out), "another encoder"
    text.write_text("第一条 产假158天。", encoding="utf-8")
    assert not is_current([text], out, encoder)
    build()
    (generation(out) / "rows.npy").write_bytes(b"")
    assert not is_current([text], out, encoder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("keep", [0, 0.5])
def test_cut_off_encoder_is_one_sentence(trained: Path, tmp_path: Path, name: str, keep: float) -> None:
    folder = tmp_path / "e"
    shutil.copytree(trained, folder)
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(EncoderUnavailable, match="编码器"):
        StaticEncoder(folder)


def test_encoder_given_by_a_relative_path_is_found_from_elsewhere(
    tmp_path: Path, trained: Path, monkeypatch: pytest.MonkeyPatch, documents: list[Document]
) -> None:
    monkeypatch.chdir(trained.parent)
    build_documents(documents, tmp_path / "out", load_encoder(trained.name))
    monkeypatch.chdir(tmp_path)
    load_encoder.cache_clear()
    assert open_index(tmp_path / "out").search("产假", 1)


def test_retrained_encoder_at_the_same_path_is_refused(tmp_path: Path, trained: Path) -> None:
    folder = tmp_path / "e"
    shutil.copytree(trained, folder)
    build_documents([document("某", "第一条 产假。")], tmp_path / "out", StaticEncoder(folder))
    save_encoder(np.ones((2, 16), dtype=np.float32), {"产假": 0, "天": 1}, folder)
    load_encoder.cache_clear()
    with pytest.raises(IndexRoomError, match=r"编码器.*--encoder"):
        open_index(tmp_path / "out")


def test_plain_sentence_transformers_folder_is_read_too(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    shutil.copytree(trained, folder)
    (folder / "niangjiaren.json").unlink()
    encoder = load_encoder(str(folder))
    assert isinstance(encoder, TransformerEncoder)
    texts = [segment(cut(text)) for text in ("产假多少天", "产假")]
    assert np.allclose(encoder.encode(texts), StaticEncoder(trained).encode_segmented(texts), atol=2e-3)
    assert encoder.dimension == 16
    assert encoder.digest == TransformerEncoder(str(folder)).digest


def test_static_encoder_does_not_mind_the_company(trained: Path) -> None:
    """A text's vector does not depend on the batch it is in; words in any order mean the same."""
    encoder = StaticEncoder(trained)
    together = encoder.encode(["产假多少天", "", "天" * 500])
    assert np.array_equal(together[0], encoder.encode(["产假多少天"])[0])
    assert not together[1].any()
    assert np.allclose(encoder.encode(["产假 天"]), encoder.encode(["天 产假"]), atol=1e-6)
    assert encoder.encode([]).shape == (0, 16)


def test_shipped_encoder_is_numbers_only() -> None:
    names = {path.suffix for path in shipped_folder().iterdir()}
    assert names <= {".json", ".safetensors", ".md"}
