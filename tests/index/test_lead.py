"""The lead forest: its features, its chances, what it leaves alone, and the judged questions that it learns from."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import shipped
from documents.model import Document
from index import build_documents
from index.encoder import load_encoder, shipped_folder
from index.errors import EncoderUnavailable, IndexRoomError
from index.forest import Forest
from index.lead import CANDIDATES, chances, load_lead, write_lead
from index.questions import judged_questions, lay_questions, written_questions
from index.search import LIBRARY, PLAIN, Scope, SearchIndex
from index.store import load
from index.training.lead import ALSO, first_right, grow, sheets

LAWS = ("女职工劳动保护特别规定", "劳动合同法", "求助热线", "河南省女职工假期一览")


@pytest.fixture(scope="module")
def library() -> list[Document]:
    return [document for document in shipped() if document.title in LAWS]


@pytest.fixture(scope="module")
def index(library: list[Document], tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    folder = tmp_path_factory.mktemp("lead")
    encoder = load_encoder(str(shipped_folder()))
    build_documents(library, folder, encoder)
    return SearchIndex(load(folder), encoder)


def test_shipped_forest_belongs_to_the_shipped_encoder() -> None:
    folder = shipped_folder()
    forest = load_lead(folder, load_encoder(str(folder)).digest)
    assert forest is not None
    assert len(set(forest.names)) == len(forest.names)
    assert folder.joinpath("lead.safetensors").stat().st_size < 200_000


def test_a_library_is_ordered_by_chance(index: SearchIndex) -> None:
    assert index.usual_stages == LIBRARY
    hits = index.search("怀孕了公司能辞退我吗", 60)
    told = [hit.chance for hit in hits if hit.chance is not None]
    assert 0 < len(told) <= CANDIDATES
    assert all(0 <= value <= 1 for value in told)
    assert told == sorted(told, reverse=True)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.chance for hit in hits[len(told) :]] == [None] * (len(hits) - len(told))


def test_without_the_stage_no_chance_is_told(index: SearchIndex) -> None:
    assert all(hit.chance is None for hit in index.search("怀孕了公司能辞退我吗", 9, None, PLAIN))


def test_it_finds_the_same_chunks_as_the_stages_before(index: SearchIndex) -> None:
    question = "喂奶时间一天几小时"
    with_forest, without = (
        {hit.chunk.id for hit in index.search(question, 400, None, stages)} for stages in (LIBRARY, PLAIN)
    )
    assert with_forest == without


def test_the_filter_still_comes_first(index: SearchIndex) -> None:
    scope = Scope(plans=False)
    assert {hit.chunk.card.region.name for hit in index.search("产假多少天", 50, scope)} == {"全国"}


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_any_question_gets_finite_features(index: SearchIndex, question: str) -> None:
    found = index.candidates(question, Scope())
    if found is None:
        return
    names, rows = index.lead_features(found)
    assert rows.shape == (len(found.chunks), len(names))
    assert np.isfinite(rows).all()


def test_rows_left_out_are_not_looked_at(index: SearchIndex) -> None:
    asked = next(q for q in judged_questions() if any(title == LAWS[0] for title, _ in q.best))
    own = index.rows_of([asked.question])[asked.question]
    assert own
    with_own, without = (index.candidates(asked.question, Scope(), rows) for rows in ((), own))
    assert with_own is not None
    assert without is not None
    assert with_own.cosines.max() > 0.999
    assert without.cosines.max() < 0.999


def test_worth_of_candidates_follows_the_judgement(index: SearchIndex) -> None:
    pytest.importorskip("lightgbm", reason="pip install 'niangjiaren[train]'")
    questions = [q for q in judged_questions() if any(title == LAWS[0] for title, _ in q.best)][:30]
    names, made = sheets(index, questions)
    assert len(made) == len(questions)
    assert {float(w) for sheet in made for w in sheet.worth} == {0.0, ALSO, 1.0}
    forest = grow(names, made, 1)
    best, right = first_right(forest, made)
    fused = [sheet.worth[int(np.argmax(sheet.rows[:, names.index("fused")]))] for sheet in made]
    assert right >= best > np.mean([worth == 1 for worth in fused])
    again = grow(names, made, 1)
    assert np.array_equal(forest.leaves, again.leaves)


@pytest.fixture
def forest() -> Forest:
    return Forest(
        ("a", "b"),
        np.zeros((1, 1), np.uint8),
        np.full((1, 1), 0.5, np.float32),
        np.full((1, 1), 0xFFFE, np.uint16),
        np.array([[-2.0, 2.0, *[0.0] * 14]], np.float32),
    )


def test_chances_are_of_the_named_columns(forest: Forest) -> None:
    values = chances(forest, ("b", "a"), np.array([[0, 0.1], [0, 0.9]], np.float32))
    assert values.tolist() == pytest.approx([1 / (1 + np.exp(2)), 1 / (1 + np.exp(-2))])


def test_what_is_written_is_read_and_a_stranger_is_refused(forest: Forest, tmp_path: Path) -> None:
    assert load_lead(tmp_path / "none", "digest") is None
    write_lead(tmp_path, "digest", forest)
    read = load_lead(tmp_path, "digest")
    assert read is not None
    assert np.array_equal(read.leaves, forest.leaves)
    with pytest.raises(EncoderUnavailable, match="不是一起训练"):
        load_lead(tmp_path, "other")


def test_a_broken_file_is_one_sentence(forest: Forest, tmp_path: Path) -> None:
    write_lead(tmp_path, "digest", forest)
    (tmp_path / "lead.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderUnavailable, match="读不了"):
        load_lead(tmp_path, "digest")


def test_judged_questions_name_provisions_that_exist() -> None:
    known = {(document.title, p.article) for document in shipped() for p in document.provisions}
    assert len(judged_questions()) > 2000
    for judged in judged_questions():
        assert judged.best, judged.question
        assert not judged.best & judged.also
        assert judged.best | judged.also <= known, judged.question


def test_the_encoder_never_learns_from_judged_questions() -> None:
    written = {question for asked in written_questions().values() for question in asked}
    judged = {judged.question for judged in judged_questions()}
    assert len(judged & written) < len(judged) / 100
    assert judged <= {question for asked in lay_questions().values() for question in asked}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "questions" / "judged"
    folder.mkdir(parents=True)
    monkeypatch.setattr("index.questions.files", lambda _: tmp_path)
    judged_questions.cache_clear()
    yield folder
    judged_questions.cache_clear()


@pytest.mark.parametrize("row", ["no json", "[]", json.dumps({"question": "？", "region": "", "plan": False})])
def test_a_broken_row_is_named(broken: Path, row: str) -> None:
    good = json.dumps({"question": "产假几天", "region": "", "plan": False, "best": [["甲", "第一条"]], "also": []})
    (broken / "rows.jsonl").write_text(f"{good}\n{row}\n", encoding="utf-8")
    with pytest.raises(IndexRoomError, match=r"rows\.jsonl」第 2 行"):
        judged_questions()
