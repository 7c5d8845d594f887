"""Search under the design's region and validity rules; filters come before the top k and fail closed."""

import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from documents import Document, Region, parse_region
from index import Scope, SearchIndex, build_documents
from index.store import load
from index.vectors import DenseVectors
from tests.index.conftest import ToyEncoder

TODAY = date(2026, 11, 21)


@pytest.fixture
def index(documents: list[Document], folder: Path, toy: ToyEncoder) -> SearchIndex:
    build_documents(documents, folder, toy)
    return SearchIndex(load(folder), toy)


def titles(index: SearchIndex, scope: Scope) -> set[str]:
    return {hit.chunk.card.title for hit in index.search("产假", 20, scope)}


def test_no_region_finds_national_law_and_all_plans(index: SearchIndex) -> None:
    assert titles(index, Scope((), TODAY)) == {"产假规定", "大连工会计划", "无日期办法"}


def test_city_also_gets_its_province_and_the_nation(index: SearchIndex) -> None:
    found = titles(index, Scope((parse_region("南京"),), TODAY, plans=False))
    assert found == {"产假规定", "无日期办法", "江苏条例", "南京办法"}


def test_citys_document_needs_the_city(index: SearchIndex) -> None:
    assert "南京办法" not in titles(index, Scope((parse_region("江苏"),), TODAY))
    assert "南京办法" not in titles(index, Scope((parse_region("苏州"),), TODAY))


def test_repealed_text_is_found_only_as_history(index: SearchIndex) -> None:
    assert "旧产假规定" not in titles(index, Scope((), TODAY))
    assert "旧产假规定" in titles(index, Scope((), None))
    assert "旧产假规定" in titles(index, Scope((), date(2000, 1, 1)))
    assert "产假规定" not in titles(index, Scope((), date(2000, 1, 1)))


def test_unknown_date_passes(index: SearchIndex) -> None:
    assert "无日期办法" in titles(index, Scope((), date(1950, 1, 1)))


def test_a_scope_that_allows_nothing_finds_nothing(index: SearchIndex) -> None:
    nowhere = Scope((Region("无此省"),), date(1900, 1, 1), plans=True)
    assert not index.allowed(nowhere).any()
    assert index.search("产假", 5, nowhere) == []


def test_filter_comes_before_the_top_k(index: SearchIndex) -> None:
    found = index.search("女职工生育产假", 1, Scope((parse_region("浙江"),), TODAY))
    assert len(found) == 1
    only = [hit.chunk.card.title for hit in index.search("女职工生育产假", 1, Scope((), TODAY, plans=True))]
    assert only == ["大连工会计划"]


def test_vectors_filter_before_the_top_k() -> None:
    rows = np.eye(8, dtype=np.float32)
    vectors = DenseVectors.build(rows)
    allowed = np.zeros(8, dtype=bool)
    allowed[7] = True
    numbers, cosines = vectors.search(rows[0], 3, allowed)
    assert numbers.tolist() == [7]
    assert cosines.tolist() == [0.0]
    assert vectors.search(rows[0], 3, np.zeros(8, dtype=bool))[0].tolist() == []


def test_equal_input_gives_equal_output(index: SearchIndex) -> None:
    first, second = (index.search("产假延长多少天", 9, Scope((), TODAY)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("query", ["", "？？", "😀", "zzzz qqqq"])
def test_odd_queries(index: SearchIndex, query: str) -> None:
    assert all(np.isfinite(hit.score) for hit in index.search(query, 3, Scope((), TODAY)))


def test_a_documents_sentences_are_read_once_and_a_question_is_never_kept(index: SearchIndex) -> None:
    index.read_document.cache_clear()
    for _ in range(2):
        read = index.read_document(("哺乳时间每天1小时。", "产假98天。"))
    assert index.read_document.cache_info().hits == 1
    assert np.allclose(read.vectors, index.encoder.encode(["哺乳时间每天1小时。", "产假98天。"]))
    assert "哺乳" in read.words[0]
    before = index.read_document.cache_info().currsize, index.words_of.cache_info().currsize
    index.search("我叫张三，哺乳时间多长", 3)
    assert (index.read_document.cache_info().currsize, index.words_of.cache_info().currsize) == before


def test_coverage(index: SearchIndex) -> None:
    assert index.coverage("哺乳时间", index.words_of(("哺乳时间每天1小时",))) == 1.0
    assert index.coverage("哺乳时间", index.words_of(("工伤",))) == 0.0
    assert index.coverage("的了", index.words_of(("的",))) == 0.0
    assert 0.0 < index.coverage("哺乳津贴", index.words_of(("哺乳",))) < 1.0


def test_lay_questions_lead_to_their_provision(
    folder: Path, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch, documents: list[Document]
) -> None:
    asked = {("产假规定", "第二条"): ("在厂里喂奶给时间不",)}
    monkeypatch.setattr(sys.modules["index.chunk"], "lay_questions", lambda: asked)
    build_documents(documents, folder, toy)
    index = SearchIndex(load(folder), toy)
    hits = index.search("厂里喂奶给时间不", 3, Scope((), TODAY))
    assert hits[0].chunk.id == "产假规定#第二条"
    assert "喂奶" not in hits[0].chunk.text
    assert len({hit.chunk.id for hit in hits}) == len(hits)
