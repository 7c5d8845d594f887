"""Memory, features, forest and networks: what is saved is what was made, filters hold, and other weights are refused."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import Document
from index import IndexRoomError, Scope, SearchIndex, build_documents
from index.encoder import StaticEncoder, shipped_folder
from index.errors import EncoderUnavailable
from index.features import SECOND_LOOK, Asked, Ground, Lexicon, Sheet
from index.forest import MOST_LEAVES, Forest, read_lightgbm
from index.memory import Memory, Recalled
from index.networks import Networks, inputs
from index.rerank import FACTS, WEIGHTS, load_reranker, scored, write_reranker
from index.search import EVERY_STAGE, LIBRARY, PLAIN, Stages
from index.store import load
from tests.index.conftest import save_encoder

TODAY = date(2026, 11, 21)
VOCABULARY = {
    word: number for number, word in enumerate(["产假", "哺乳", "流产", "天", "补充", "延长", "女职工", "生育"])
}
SMALL = """tree
version=v4

Tree=0
num_leaves=3
num_cat=0
split_feature=0 1
threshold=0.5 2.5
decision_type=2 2
left_child=1 -1
right_child=-2 -3
leaf_value=1 10 100

Tree=1
num_leaves=1
num_cat=0
leaf_value=0.25

end of trees
"""


def test_forest_walks_as_written() -> None:
    forest = read_lightgbm(SMALL, ("a", "b"))
    rows = np.array([[0, 0], [0, 3], [1, 0], [0.5, 2.5]], dtype=np.float32)
    assert forest.scores(rows).tolist() == [1.25, 100.25, 10.25, 1.25]


def test_forest_of_lightgbm_scores_as_lightgbm_does() -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="pip install lightgbm")
    dice = np.random.default_rng(1)
    rows = dice.normal(size=(800, 12)).astype(np.float32)
    labels = (rows[:, 0] * rows[:, 1] > 0.1).astype(int)
    settings = {"objective": "binary", "num_leaves": 15, "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 5}
    model = lightgbm.train(settings, lightgbm.Dataset(rows, labels), 40)
    forest = read_lightgbm(model.model_to_string(), tuple("abcdefghijkl"))
    assert np.allclose(forest.scores(rows), model.predict(rows, raw_score=True), atol=1e-5)
    again = Forest.of(forest.names, forest.arrays())
    assert np.array_equal(again.scores(rows), forest.scores(rows))


def test_trees_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(ValueError, match="sixteen"):
        read_lightgbm(SMALL.replace("leaf_value=0.25", "leaf_value=" + "1 " * (MOST_LEAVES + 1)), ("a", "b"))
    with pytest.raises(ValueError, match="numeric"):
        read_lightgbm(SMALL.replace("num_cat=0", "num_cat=1"), ("a", "b"))


def test_forest_with_an_unnamed_feature_is_refused() -> None:
    with pytest.raises(EncoderUnavailable, match="决策树"):
        Forest.of(("a",), read_lightgbm(SMALL, ("a", "b")).arrays())


def networks(names: tuple[str, ...], weight: float, count: int = 1) -> Networks:
    """Networks of one unit a layer that rise with `weight` times their first feature."""
    first = np.zeros((count, 2 * len(names), 1), dtype=np.float32)
    first[:, 0] = 1
    one, zero = np.ones((count, 1, 1), dtype=np.float32), np.zeros((count, 1, 1), dtype=np.float32)
    measures = np.zeros(len(names), dtype=np.float32), np.ones(len(names), dtype=np.float32)
    return Networks(names, *measures, first, one, one, zero, weight * one, zero)


def test_networks_score_as_torch_does() -> None:
    torch = pytest.importorskip("torch", reason="pip install torch")
    dice = np.random.default_rng(1)
    shapes = ((2, 6, 5), (2, 1, 5), (2, 5, 4), (2, 1, 4), (2, 4, 1), (2, 1, 1))
    parts = [dice.normal(size=shape).astype(np.float32) for shape in shapes]
    mean, deviation = dice.normal(size=3).astype(np.float32), np.array([1, 2, 0.5], dtype=np.float32)
    made = Networks(("a", "b", "c"), mean, deviation, *parts)
    rows = dice.normal(size=(9, 3)).astype(np.float32)
    gelu = torch.nn.GELU(approximate="tanh")
    first, first_bias, second, second_bias, last, last_bias = map(torch.from_numpy, parts)
    hidden = gelu(torch.from_numpy(inputs(rows, mean, deviation)) @ first + first_bias)
    values = ((gelu(hidden @ second + second_bias) @ last) + last_bias)[..., 0].numpy()
    alone = (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, keepdims=True)
    total = alone.sum(axis=0)
    assert np.allclose(made.scores(rows), (total - total.mean()) / total.std(), atol=1e-4)
    again = Networks.of(made.names, made.arrays())
    assert np.allclose(again.scores(rows), made.scores(rows), atol=0.02)


def test_networks_see_a_feature_against_the_other_candidates() -> None:
    rows = np.array([[0, 7], [2, 7], [4, 7]], dtype=np.float32)
    seen = inputs(rows, np.array([2, 0], dtype=np.float32), np.array([1, 1], dtype=np.float32))
    assert seen[:, 0].tolist() == [-2, 0, 2]
    assert seen[:, 1].tolist() == [4, 4, 4]
    assert seen[0, 2] == pytest.approx(-2 / (np.sqrt(8 / 3) + 0.05))
    assert seen[:, 3].tolist() == [0, 0, 0]


def test_networks_that_do_not_fit_are_refused() -> None:
    arrays = networks(("a", "b"), 1.0).arrays()
    with pytest.raises(EncoderUnavailable, match="网络"):
        Networks.of(("a",), arrays)
    with pytest.raises(EncoderUnavailable, match="网络"):
        Networks.of(("a", "b"), arrays | {"last": arrays["last"][:, :, :0]})


def test_forest_and_networks_count_alike() -> None:
    forest = read_lightgbm(SMALL, ("a", "b"))
    rows = np.array([[0, 0], [0, 3], [1, 0]], dtype=np.float32)
    judge = networks(("b",), 1000.0)
    alone, other = scored(("a", "b"), rows, forest, None), scored(("a", "b"), rows, None, judge)
    assert np.allclose(scored(("a", "b"), rows, forest, judge), alone + other)
    assert alone.std() == pytest.approx(1, abs=1e-4)
    assert other.std() == pytest.approx(1, abs=1e-4)
    assert other.argmax() == 1
    assert not networks(("b",), 1.0).scores(rows[:1, 1:]).any()


def remembered() -> Memory:
    rows = np.eye(16, dtype=np.float32)[:2]
    pairs = np.array([0, 1, 1]), np.array([0, 1, 2])
    return Memory(rows, rows, *pairs, (("产假规定", "第二条"), ("江苏条例", "第一条"), ("没有的法", "第一条")))


def test_memory_is_keyed_by_title_and_article() -> None:
    recalled = Recalled.bind(
        remembered(), {("产假规定", "第二条"): [4, 5], ("江苏条例", "第一条"): [7], ("别的", "第一条"): [0]}
    )
    assert list(zip(recalled.owner.tolist(), recalled.chunk.tolist(), strict=True)) == [(0, 4), (0, 5), (1, 7)]


def test_memory_is_read_as_it_was_written() -> None:
    memory = remembered()
    again = Memory.of(memory.arrays(), memory.keys)
    assert np.allclose(again.questions, memory.questions, atol=1 / 127)
    assert again.keys == memory.keys
    assert again.owner.tolist() == memory.owner.tolist()


@given(st.lists(st.lists(st.integers(0, 9), max_size=4, unique=True), min_size=1, max_size=6), st.data())
def test_words_of_chunks(words: list[list[int]], data: st.DataObject) -> None:
    ends = np.cumsum([0, *(len(own) for own in words)])
    flat = np.array([word for own in words for word in own], dtype=np.uint16)
    zeros = np.zeros(len(words))
    ground = Ground(zeros.astype(int), zeros.astype(int), np.array([len(words)]), zeros, zeros, flat, ends)
    chosen = data.draw(st.lists(st.integers(0, len(words) - 1), min_size=1, max_size=5))
    taken, starts = ground.words_of(np.array(chosen))
    parts = np.split(taken, starts[1:])
    assert [part.tolist() for part in parts] == [words[chunk] or [0] for chunk in chosen]


@pytest.fixture
def encoder(tmp_path: Path) -> StaticEncoder:
    """Word vectors of a tiny encoder, with a memory and a forest that prefers what was answered before."""
    folder = tmp_path / "model"
    table = np.random.default_rng(1).normal(size=(len(VOCABULARY), 16)).astype(np.float32)
    save_encoder(table, VOCABULARY, folder)
    made = StaticEncoder(folder)
    asked = made.encode(["女职工哺乳", "产假延长"])
    memory = replace(remembered(), questions=asked, answers=asked)
    forest = read_lightgbm(SMALL.replace("threshold=0.5 2.5", "threshold=0.9 -9"), ("same", "cosine"))
    judge = networks(("same", SECOND_LOOK + "law_mass"), -1.0, 2)
    write_reranker(folder, made.digest, memory, np.ones(len(VOCABULARY), dtype=np.float32), forest, judge)
    return made


@pytest.fixture
def index(documents: list[Document], folder: Path, encoder: StaticEncoder) -> SearchIndex:
    build_documents(documents, folder, encoder)
    return SearchIndex(load(folder), encoder)


def test_forest_decides_the_order(index: SearchIndex) -> None:
    hits = index.search("女职工哺乳", 5, Scope((), TODAY), EVERY_STAGE)
    plain = index.search("女职工哺乳", 5, Scope((), TODAY), PLAIN)
    assert index.reranker is not None
    assert {hit.chunk.id for hit in hits} == {hit.chunk.id for hit in plain}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    # the tree gives 100 to what no remembered question like this one was answered with, 10 to what one was
    assert hits[-1].chunk.id == "产假规定#第二条"


def test_filter_holds_for_what_is_remembered(index: SearchIndex) -> None:
    found = {hit.chunk.card.title for hit in index.search("产假延长", 20, Scope((), TODAY), EVERY_STAGE)}
    assert "江苏条例" not in found
    assert "旧产假规定" not in found
    assert "产假规定" in found


@pytest.mark.parametrize(
    "stages",
    [
        Stages(forest=False),
        Stages(networks=False),
        Stages(forest=False, networks=False),
        Stages(words=False),
        Stages(dense=False),
        Stages(),
    ],
)
def test_each_stage_can_be_switched_off(index: SearchIndex, stages: Stages) -> None:
    hits = index.search("产假延长", 9, Scope((), TODAY), stages)
    assert hits
    assert len({hit.chunk.id for hit in hits}) == len(hits)
    assert stages.words or all(hit.word_rank is None for hit in hits)
    assert stages.dense or all(hit.dense_rank is None for hit in hits)


@pytest.mark.parametrize("query", ["", "？？", "不认识的词", "的了吗", "zzz"])
def test_odd_queries(index: SearchIndex, query: str) -> None:
    assert all(np.isfinite(hit.score) for hit in index.search(query, 3, Scope((), TODAY), EVERY_STAGE))


def test_what_is_left_out_does_not_count(index: SearchIndex, encoder: StaticEncoder) -> None:
    assert index.reranker is not None
    bound = index.reranker
    vector = encoder.encode(["产假延长"])[0]
    zeros = np.zeros(len(index.chunks), dtype=np.float32)
    asked = Asked(vector, np.array([0]), zeros, zeros)
    lexicon: Lexicon = bound.lexicon
    whole = Sheet(bound.ground, bound.recalled, lexicon, asked)
    without = Sheet(bound.ground, bound.recalled, lexicon, replace(asked, left_out=(0, 1)))
    names, rows = whole.matrix()
    assert rows[:, names.index("same")].max() > 0.9
    assert without.matrix()[1][:, names.index("same")].max() == 0.0
    assert np.isfinite(rows).all()


def test_second_look_by_hand(index: SearchIndex) -> None:
    """Two chunks of one law that the same remembered question was answered with stand first and third."""
    bound = index.reranker
    assert bound is not None
    three = replace(
        bound.ground,
        law=np.array([0, 0, 1]),
        chapter=np.array([0, 1, 2]),
        law_size=np.array([2.0, 1.0], dtype=np.float32),
        place=np.array([0, 1, 0], dtype=np.float32),
        level=np.zeros(3, dtype=np.float32),
        words=np.zeros(0, dtype=np.uint16),
        ends=np.zeros(4, dtype=np.int64),
    )
    cosines = np.array([9.0, 1.0, 5.0], dtype=np.float32)
    recalled = replace(bound.recalled, owner=np.array([0, 0]), chunk=np.array([0, 2]))
    asked = Asked(bound.recalled.memory.questions[0], np.array([0]), cosines, np.zeros(3, dtype=np.float32))
    names, rows = Sheet(three, recalled, bound.lexicon, asked).matrix()
    seen = {name.removeprefix(SECOND_LOOK): row.tolist() for name, row in zip(names, rows.T, strict=True)}
    assert seen["law_above"] == [0, 1, 0]
    assert seen["chapter_above"] == [0, 0, 0]
    assert seen["near_3"] == [1, 1, 50]
    assert seen["law_3"] == pytest.approx([2 / 3, 2 / 3, 1 / 3])
    assert seen["cited_3"] == pytest.approx([0, 0, 1], abs=1e-6)  # the first stands for all of the weight
    assert seen["same_mean"] == pytest.approx([1, 0, 1], abs=0.02)


def test_other_weights_are_refused(encoder: StaticEncoder) -> None:
    with pytest.raises(EncoderUnavailable, match="一起训练"):
        load_reranker(encoder.folder, "another digest")


@pytest.mark.parametrize("name", [FACTS, WEIGHTS])
def test_broken_reranker_is_one_sentence(encoder: StaticEncoder, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(encoder.folder, folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:40])
    with pytest.raises(IndexRoomError, match="重排"):
        load_reranker(folder, encoder.digest)


def test_encoder_without_reranker_searches_as_before(
    documents: list[Document], folder: Path, encoder: StaticEncoder
) -> None:
    for name in (FACTS, WEIGHTS):
        (encoder.folder / name).unlink()
    build_documents(documents, folder, encoder)
    index = SearchIndex(load(folder), encoder)
    assert index.reranker is None
    assert index.search("产假延长", 3, None, EVERY_STAGE) == index.search("产假延长", 3, None, PLAIN)


def test_forest_stays_out_of_local_law(index: SearchIndex) -> None:
    assert index.usual_stages == LIBRARY
    assert index.search("产假延长", 9) == index.search("产假延长", 9, None, LIBRARY)


def test_forest_ranks_national_law_that_is_remembered(
    documents: list[Document], folder: Path, encoder: StaticEncoder
) -> None:
    build_documents([d for d in documents if d.title == "产假规定"], folder, encoder)
    index = SearchIndex(load(folder), encoder)
    assert index.usual_stages == EVERY_STAGE
    assert index.search("女职工哺乳", 3)[-1].chunk.id == "产假规定#第二条"


def test_shipped_weights_fit_each_other_and_the_limit() -> None:
    folder = shipped_folder()
    encoder = StaticEncoder(folder)
    made = load_reranker(folder, encoder.digest)
    assert made is not None
    assert made.memory.questions.shape[1] == encoder.dimension
    assert len(made.rarity) == len(encoder.table) - 1
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 24 * 2**20
