"""A collection of its own for each build: who searches the old one ends on it, what a killed build left goes, what others made stays."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

import pytest

from documents import Document
from index import IndexMismatch, SearchIndex, build_documents
from index.build import Part, Rows, is_current
from index.errors import NothingBefore
from index.ledger import enter, entered, sweep
from index.milvus import Collection, connect, drop
from index.milvus_build import Writer
from index.publish import go_back, previous, promote, seed
from index.store import load, read_manifest
from tests.index.conftest import ToyEncoder, document

pytest.importorskip("pymilvus", reason="pip install 'niangjiaren[milvus]'")
pytest.importorskip("milvus_lite", reason="pip install 'niangjiaren[milvus]'")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def place(tmp_path: Path) -> Collection:
    return Collection.of(str(tmp_path / "m.db"), "niangjiaren")


def collections(place: Collection) -> set[str]:
    with closing(connect(place)) as client:
        return set(client.list_collections())


def found(index: SearchIndex) -> list[str]:
    return [hit.chunk.id for hit in index.search("女职工产假", 9)]


def opened(folder: Path, toy: ToyEncoder) -> SearchIndex:
    return SearchIndex(load(folder), toy)


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def kill_before_the_manifest(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:  # all rows are in, the manifest is not
        patched.setattr(sys.modules["index.build"], "save", killed)
        with pytest.raises(KeyboardInterrupt):
            build_documents(documents, folder, toy, place=place)


def test_a_search_ends_on_the_collection_it_began_on(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder
) -> None:
    first = build_documents(documents, folder, toy, place=place).collection
    old = opened(folder, toy)
    before = found(old)
    encoded = len(toy.encoded)
    second = build_documents(documents[1:], folder, toy, place=place).collection
    assert len(toy.encoded) == encoded, "what was embedded is taken over"
    assert len({first, second}) == 2
    assert found(old) == before
    assert before[0] not in found(opened(folder, toy))
    assert collections(place) == {first, second}
    third = build_documents(documents[2:], folder, toy, place=place).collection
    assert collections(place) == {second, third}
    assert previous(folder).collection == second  # type: ignore[union-attr]


def test_going_back_and_forth(documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder) -> None:
    build_documents(documents, folder, toy, place=place)
    with pytest.raises(NothingBefore):
        go_back(folder)
    one = found(opened(folder, toy))
    build_documents(documents[1:], folder, toy, place=place)
    two = found(opened(folder, toy))
    assert one != two
    for wanted in (one, two, one):
        go_back(folder)
        assert found(opened(folder, toy)) == wanted
    other = previous(folder)
    assert other is not None
    drop(Collection(other.uri, other.collection))
    with pytest.raises(IndexMismatch, match=f"集合「{other.collection}」不在了"):
        go_back(folder)
    assert found(opened(folder, toy)) == one


@pytest.mark.slow
def test_a_killed_build_changes_nothing_and_what_it_left_is_taken_over_and_goes(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_documents(documents[2:], folder, toy, place=place)
    build_documents(documents, folder, toy, place=place)
    one = found(opened(folder, toy))
    kept = collections(place)
    more = [*documents[1:], *(document(f"新{n}", f"第一条 产假{n}天。") for n in range(30))]
    kill_before_the_manifest(more, folder, place, toy, monkeypatch)
    assert len(collections(place)) == 3
    assert found(opened(folder, toy)) == one
    assert previous(folder)
    encoded = len(toy.encoded)
    manifest = build_documents(more, folder, toy, place=place)
    assert len(toy.encoded) == encoded, "what was in is not embedded again"
    assert len(opened(folder, toy).vectors) == manifest.rows
    assert len(collections(place)) == 2
    assert len(collections(place) & kept) == 1, "the one before stays"
    go_back(folder)
    assert found(opened(folder, toy)) == one


@pytest.mark.slow
def test_what_a_killed_build_left_goes_also_when_somebody_goes_back(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_documents(documents, folder, toy, place=place)
    build_documents(documents[1:], folder, toy, place=place)
    needed = collections(place)
    kill_before_the_manifest(documents[2:], folder, place, toy, monkeypatch)
    go_back(folder)
    assert collections(place) == needed


def test_a_collection_with_too_few_rows_is_not_put_in_service(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_documents(documents, folder, toy, place=place)
    one = found(opened(folder, toy))
    real = Writer.write
    monkeypatch.setattr(Writer, "write", lambda self, keys, *rest: real(self, keys[:-1], *(r[:-1] for r in rest)))
    with pytest.raises(Exception, match="行，应有"):
        build_documents(documents[1:], folder, toy, place=place)
    assert found(opened(folder, toy)) == one


@pytest.mark.slow
def test_what_others_made_under_the_same_name_stays(
    documents: list[Document], folder: Path, tmp_path: Path, place: Collection, toy: ToyEncoder
) -> None:
    other = tmp_path / "other"
    build_documents(documents, other, toy, place=place)
    one = found(opened(other, toy))
    for number in range(1, 4):
        build_documents(documents[number:], folder, toy, place=place)
    assert found(opened(other, toy)) == one
    assert len(collections(place)) == 3


@pytest.mark.slow
def test_built_beside_and_promoted_or_thrown_away(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder
) -> None:
    """As the page does: in a folder of its own, which may be thrown away with all that it knows."""
    build_documents(documents[2:], folder, toy, place=place)
    build_documents(documents, folder, toy, place=place)
    one, kept = found(opened(folder, toy)), collections(place)
    thrown = folder.parent / ".index-1"
    seed(folder, thrown)
    build_documents(documents[1:], thrown, toy, place=place)
    assert kept < collections(place), "the index before the present one is still there"
    assert len(entered(folder)) == 3
    new = folder.parent / ".index-2"
    seed(folder, new)
    made = build_documents(documents[3:], new, toy, place=place)
    promote(new, folder)
    assert collections(place) == {previous(folder).collection, made.collection}  # type: ignore[union-attr]
    go_back(folder)
    assert found(opened(folder, toy)) == one


@pytest.mark.slow
def test_another_encoder_makes_a_collection_of_its_own(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder
) -> None:
    build_documents(documents, folder, toy, place=place)
    wide = ToyEncoder("wide", 32)
    build_documents(documents, folder, wide, place=place)
    assert found(opened(folder, wide))  # type: ignore[arg-type]
    go_back(folder)
    assert found(opened(folder, toy))


@pytest.mark.slow
def test_moving_elsewhere_embeds_nothing_anew(
    documents: list[Document], folder: Path, tmp_path: Path, place: Collection, toy: ToyEncoder
) -> None:
    build_documents(documents, folder, toy, place=place)
    encoded = len(toy.encoded)
    moved = Collection.of(str(tmp_path / "n.db"), "niangjiaren")
    build_documents(documents, folder, toy, place=moved)
    assert len(toy.encoded) == encoded
    assert read_manifest(folder).uri == moved.uri
    build_documents(documents, folder, toy, place=moved)
    assert not collections(place), "the old place is left empty"


def test_parts_keep_what_these_documents_have(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder
) -> None:
    for number in (1, 2):
        rows = Rows.of([d for d in documents if Part(number, 2).takes(d.id)])
        with closing(Writer(place.parts, toy)) as writer:
            rows.upload(writer, toy, {})
    encoded = len(toy.encoded)
    for some in (documents, documents[:3]):
        manifest = build_documents(some, folder, toy, place=place)
        with closing(Writer(place.parts, toy)) as writer:
            assert len(writer.keys()) == manifest.rows
    assert len(toy.encoded) == encoded


def test_whether_it_is_current(
    folder: Path, tmp_path: Path, place: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from documents.read import read_paths
    from index.encoder import load_encoder

    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    text = tmp_path / "某厂规定.txt"
    text.write_text("某厂规定\n第一条 女职工产假九十八天。", encoding="utf-8")
    manifest = build_documents(read_paths([text]).documents, folder, load_encoder(), place=place)
    assert is_current([text], folder, place=place)
    assert not is_current([text], folder)
    assert not is_current([text], folder, place=Collection(place.uri, "other"))
    drop(Collection(place.uri, manifest.collection))
    assert not is_current([text], folder, place=place)


@pytest.mark.slow
def test_the_ledger_drops_only_what_it_wrote_itself(
    folder: Path, tmp_path: Path, place: Collection, toy: ToyEncoder
) -> None:
    ours = place.numbered()
    for one in (ours, place):
        Writer(one, toy).close()
    enter(folder, ours)
    book = folder / ".collections"
    away = {"uri": "http://127.0.0.1:9", "collection": "x_g00000000"}
    (book / "x_g00000000.json").write_text(json.dumps(away), encoding="utf-8")
    for name, text in {
        "niangjiaren": json.dumps({"uri": place.uri, "collection": "niangjiaren"}),
        "y_g00000000": json.dumps({"uri": place.uri, "collection": ours.name}),
        "z_g00000000": "[]",
        "a_g00000000": "{",
    }.items():
        (book / f"{name}.json").write_text(text, encoding="utf-8")
    sweep(folder, [])
    assert collections(place) == {"niangjiaren"}
    assert [one.uri for one in entered(folder)] == ["http://127.0.0.1:9"], "tried again the next time"
