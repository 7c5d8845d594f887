"""Milvus as a file: the same hits as FAISS, filters inside it, rows written once, and sentences where something is wrong."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import Document, Level, Region, parse_region
from index import EngineUnavailable, IndexMismatch, Scope, SearchIndex, build_documents, open_index
from index.__main__ import main
from index.build import Part, Rows
from index.encoder import load_encoder
from index.milvus import Collection, drop, expression, fields
from index.milvus_build import Writer
from index.milvus_search import MilvusVectors
from index.store import load
from tests.index.conftest import ToyEncoder, document

pytest.importorskip("pymilvus", reason="pip install 'niangjiaren[milvus]'")
pytest.importorskip("milvus_lite", reason="pip install 'niangjiaren[milvus]'")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Collection:
    return Collection.of(str(tmp_path / "m.db"), "niangjiaren")


def test_same_hits_as_faiss_and_a_manifest_without_secrets(
    documents: list[Document], tmp_path: Path, place: Collection, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANGJIA_MILVUS_TOKEN", "root:geheim")
    build_documents(documents, tmp_path / "f", toy)
    manifest = build_documents(documents, tmp_path / "m", toy, place=place)
    assert (manifest.engine, manifest.uri) == ("milvus", place.uri)
    assert Collection(manifest.uri, manifest.collection).family == place
    assert "geheim" not in (tmp_path / "m" / "manifest.json").read_text(encoding="utf-8")
    assert not list((tmp_path / "m").rglob("vectors.faiss"))
    ours, theirs = (SearchIndex(load(tmp_path / name), toy) for name in "fm")
    for scope in (
        None,
        Scope(),
        Scope((parse_region("南京"),), date(2026, 11, 21)),
        Scope((Region("无"),), None, True),
    ):
        one, two = (index.search("女职工产假", 9, scope) for index in (ours, theirs))
        assert [hit.chunk.id for hit in one] == [hit.chunk.id for hit in two]
        assert np.allclose([hit.cosine for hit in one], [hit.cosine for hit in two], atol=1e-5)


NAMES = st.sampled_from(["", "江苏省", "南京市", "浙江省", 'a"b', "a\\", "%", '" or plan == true or "'])
REGIONS = st.builds(Region, NAMES, NAMES, NAMES)
DAYS = st.one_of(st.none(), st.dates(date(1980, 1, 1), date(2040, 1, 1)), st.just(date(2012, 4, 28)))
SCOPES = st.builds(Scope, st.lists(REGIONS, max_size=3).map(tuple), DAYS, st.sampled_from([None, True, False]))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[MilvusVectors, list[object]]:
    """Rows of every kind of card, odd place names among them, with the cards in order."""
    from dataclasses import replace

    from index.chunk import Card

    base = [
        Card.of(document("某", "第一条 甲。", level, "全国", start, ended=ended))
        for level in (Level.LAW, Level.UNION)
        for start, ended in [
            (None, None),
            (date(2012, 4, 28), None),
            (None, date(2012, 4, 28)),
            (date(1990, 1, 1), date(2012, 4, 28)),
            (date(2030, 1, 1), None),
        ]
    ]
    places = [
        Region(),
        Region("江苏省"),
        Region("江苏省", "南京市"),
        Region("浙江省"),
        Region('a"b'),
        Region("a\\", "%"),
    ]
    cards = [replace(card, region=region) for card in base for region in places]
    encoder, place = ToyEncoder(dimension=8), Collection(str(tmp_path_factory.mktemp("many") / "m.db"))
    keys = [f"{number:032x}" for number in range(len(cards))]
    writer = Writer(place, encoder)
    writer.write(keys, np.eye(8, dtype=np.float32)[np.arange(len(cards)) % 8], cards)
    writer.close()
    return MilvusVectors(place, keys, encoder.digest, 8, ""), list(cards)


@settings(max_examples=120, deadline=None)
@given(scope=SCOPES)
def test_the_filter_passes_just_what_the_scope_allows(many: tuple[MilvusVectors, list], scope: Scope) -> None:
    vectors, cards = many
    found = vectors.search(np.ones(8, dtype=np.float32), len(cards), None, scope)[0].tolist()
    assert sorted(found) == [number for number, card in enumerate(cards) if scope.allows(card)], expression(scope)


def test_the_filter_comes_before_the_top_k(many: tuple[MilvusVectors, list]) -> None:
    vectors, cards = many
    scope = Scope((Region("浙江省"),), date(2020, 1, 1), True)
    allowed = {number for number, card in enumerate(cards) if scope.allows(card)}
    assert len(vectors.search(np.eye(8, dtype=np.float32)[0], 2, None, scope)[0]) == 2
    assert set(vectors.search(np.eye(8, dtype=np.float32)[0], 2, None, scope)[0].tolist()) <= allowed


def test_a_second_build_embeds_nothing(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder
) -> None:
    manifest = build_documents(documents, folder, toy, place=place)
    first = len(toy.encoded)
    build_documents(documents, folder, toy, place=place)
    assert len(toy.encoded) == first
    assert len(load(folder).vectors) == manifest.rows
    fewer = build_documents(documents[:3], folder, toy, place=place)
    assert len(load(folder).vectors) == fewer.rows < manifest.rows


def test_parts_of_several_builders_make_the_whole(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder
) -> None:
    taken = [[d.id for d in documents if Part(n, 3).takes(d.id)] for n in (1, 2, 3)]
    assert sorted(name for names in taken for name in names) == sorted(d.id for d in documents)
    for number in (1, 2, 3):
        rows = Rows.of([d for d in documents if Part(number, 3).takes(d.id)])
        writer = Writer(place.parts, toy)
        assert len(rows.upload(writer, toy, {}).new) == len(rows.rows)
        assert not rows.upload(writer, toy, {}).new
        writer.close()
    encoded = len(toy.encoded)
    manifest = build_documents(documents, folder, toy, place=place)
    assert len(toy.encoded) == encoded
    assert len(load(folder).vectors) == manifest.rows
    assert SearchIndex(load(folder), toy).search("哺乳", 1)


def test_another_encoder_or_a_gone_collection_is_refused(
    documents: list[Document], folder: Path, place: Collection, toy: ToyEncoder
) -> None:
    Writer(place.parts, toy).close()
    for other in (ToyEncoder("wide", 32), ToyEncoder("other")):
        rows = Rows.of(documents)
        if other.dimension == toy.dimension:  # only rows tell which encoder it was
            Rows.of(documents).upload(writer := Writer(place.parts, toy), toy, {})
            writer.close()
        with pytest.raises(IndexMismatch, match="--collection"):
            rows.upload(Writer(place.parts, other), other, {})
    manifest = build_documents(documents, folder, toy, place=place)
    drop(Collection(manifest.uri, manifest.collection))
    with pytest.raises(IndexMismatch, match=f"没有集合.*--uri {place.uri} --collection niangjiaren --out"):
        load(folder)
    build_documents(documents, folder, toy, place=place)
    assert load(folder).manifest.rows


def test_a_locked_file_an_unreachable_server_and_a_bad_address(
    place: Collection, toy: ToyEncoder, tmp_path: Path
) -> None:
    code = f"import sys; from pymilvus import MilvusClient; c = MilvusClient({place.uri!r}); print('ok', flush=True); sys.stdin.read()"
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdin is not None
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "ok\n"
        with pytest.raises(EngineUnavailable, match="正被另一个程序使用"):
            Writer(place, toy)
    finally:
        other.communicate()
    with pytest.raises(EngineUnavailable, match="连不上 milvus"):
        Writer(Collection("http://127.0.0.1:9"), toy)
    for uri in ("http://root:geheim@host:1", "http://host:1?token=x"):
        with pytest.raises(EngineUnavailable, match="NIANGJIA_MILVUS_TOKEN") as caught:
            Collection(uri)
        assert "geheim" not in str(caught.value)
    with pytest.raises(EngineUnavailable, match=".db"):
        Collection(str(tmp_path / "m.txt"))


def test_without_pymilvus_it_names_the_command(
    place: Collection, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.milvus.find_spec", lambda name: None)
    with pytest.raises(EngineUnavailable, match=r"pip install 'niangjiaren\[milvus\]'"):
        Writer(place, toy)


def test_nothing_imports_pymilvus_before_it_is_needed() -> None:
    code = "import sys, index, index.__main__, index.milvus; sys.exit('pymilvus' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_fields_fit_the_schema() -> None:
    from documents.region import divisions

    assert max(len(name.encode()) for r in divisions() for name in (r.province, r.city, r.county)) <= 256
    from index.chunk import Card

    assert fields(Card.of(document("某", "第一条 甲。", start=None)))["started"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--engine", "milvus"], "--uri"),
        (["--uri", "a.db"], "--engine milvus"),
        (["--engine", "milvus", "--uri", "a.db", "--part", "5/4"], "--part"),
    ],
)
def test_command_line_mistakes(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", *arguments]) == 2
    assert said in capsys.readouterr().err


def questions(number: int) -> list[str]:
    rows = [
        json.loads(line)
        for name in ("rights", "leave", "plans")
        for line in (ROOT / "evals" / "datasets" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    asked = [row["question"] for row in rows if isinstance(row.get("question"), str)]
    return asked[:: max(1, len(asked) // number)][:number]


@pytest.mark.slow
def test_dense_top_ten_over_the_shipped_library(tmp_path: Path, library_index: Path) -> None:
    from contextlib import closing

    from index.engines import dense

    asked = [(question, Scope((), date(2026, 11, 21))) for question in questions(40)]
    assert len(asked) == 40
    place = Collection.of(str(tmp_path / "m.db"), "x")
    assert dense(open_index(library_index), place, asked).overlap == 1.0
    with closing(Writer(Collection(place.uri, "after"), load_encoder())) as writer:
        assert writer._client.list_collections() == ["after"], "the comparison leaves nothing behind"
