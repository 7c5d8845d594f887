"""Hold both engines against each other on one index: the same dense top ten, how far the word searches overlap, and how fast each is."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import numpy as np

from index.chunk import indexed_text
from index.errors import EngineUnavailable
from index.milvus import Collection, connect, drop, row_keys
from index.milvus_build import Writer
from index.milvus_search import MilvusVectors
from index.scope import Scope
from index.search import SearchIndex
from index.vectors import DenseVectors
from index.words import STOP_WORDS, cut

TOP = 10
_WORDS = "niangjiaren_compare_words"
_DENSE = "niangjiaren_compare_dense"
_LONGEST = 60_000  # bytes of a text that Milvus keeps
_EQUAL = 1e-5  # cosines nearer than this may change places


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of search on both engines: share of the top ten that is the same, and median milliseconds of a question on each."""

    overlap: float
    ours_ms: float
    milvus_ms: float


def dense(index: SearchIndex, place: Collection, questions: list[tuple[str, Scope]]) -> Compared:
    """Compare FAISS with a collection of the same vectors, under each question's scope. Raises EngineUnavailable."""
    if not isinstance(index.vectors, DenseVectors):
        raise EngineUnavailable("比较要从 faiss 的索引开始：--index 请给用 --engine faiss 建的索引。")
    place = Collection(place.uri, _DENSE)
    digests = np.load(index.folder / index.manifest.generation / "digests.npy", allow_pickle=False)
    keys = row_keys(index.chunks, index.rows, digests, index.encoder.digest)
    drop(place)
    try:
        with closing(Writer(place, index.encoder, len(keys))) as writer:
            writer.write(keys, index.vectors.rows(), [index.chunks[n].card for n in index.rows.tolist()])
        with closing(MilvusVectors(place, keys, index.encoder.digest, index.encoder.dimension, "")) as theirs:
            same, times = [], []
            for question, scope in questions:
                vector = index.encoder.encode_queries([question])[0]
                mask = index.allowed(scope)[index.rows]
                (numbers, cosines), ours_ms = _timed(partial(index.vectors.search, vector, TOP, mask))
                (others, _), their_ms = _timed(partial(theirs.search, vector, TOP, None, scope))
                least = float(cosines[-1]) if len(cosines) else 0.0
                tied = {n for n, c in zip(numbers.tolist(), cosines.tolist(), strict=True) if c - least < _EQUAL}
                sure = set(numbers.tolist()) - tied
                same.append(_share(sure, tied, others.tolist(), len(numbers)))
                times.append((ours_ms, their_ms))
    finally:
        drop(place)
    return _compared(same, times)


def _share(sure: set[int], tied: set[int], others: list[int], count: int) -> float:
    """Share of a top ten found again; of rows as far away as the last one any may stand for another."""
    if len(others) != count or not count:
        return float(len(others) == count)
    rest = len(set(others) - sure)
    return (len(sure & set(others)) + min(len(tied), rest if sure <= set(others) else len(tied & set(others)))) / count


def words(index: SearchIndex, place: Collection, questions: list[tuple[str, Scope]]) -> Compared | None:
    """Compare our BM25 with Milvus' own (its jieba analyzer) over all chunks, without scopes; None where the server has none."""
    from pymilvus import MilvusException

    place = Collection(place.uri, _WORDS)
    drop(place)
    with closing(connect(place)) as client:
        try:
            _word_collection(client, index)
        except MilvusException:
            client.drop_collection(_WORDS)
            return None  # 2.3 accepts such a collection and refuses its rows
        try:
            same, times = [], []
            for question, _ in questions:
                ours, ours_ms = _timed(partial(_our_words, index, question))
                hits, their_ms = _timed(partial(_their_words, client, question))
                if ours:
                    same.append(len(set(ours) & set(hits)) / len(ours))
                    times.append((ours_ms, their_ms))
        finally:
            client.drop_collection(_WORDS)
    return _compared(same, times)


def _word_collection(client: Any, index: SearchIndex) -> None:
    from pymilvus import DataType, Function, FunctionType

    schema = client.create_schema(auto_id=False)
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field(
        "text", DataType.VARCHAR, max_length=_LONGEST, enable_analyzer=True, analyzer_params={"tokenizer": "jieba"}
    )
    schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        Function(name="bm25", function_type=FunctionType.BM25, input_field_names=["text"], output_field_names=["words"])
    )
    params = client.prepare_index_params()
    more = {"bm25_k1": 1.5, "bm25_b": 0.75}
    params.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=more)
    client.create_collection(_WORDS, schema=schema, index_params=params, consistency_level="Strong")
    rows = [{"key": number, "text": indexed_text(chunk)} for number, chunk in enumerate(index.chunks)]
    for start in range(0, len(rows), 1000):
        client.upsert(_WORDS, rows[start : start + 1000])


def _our_words(index: SearchIndex, question: str) -> list[int]:
    content = [word for word in cut(question) if word not in STOP_WORDS]
    scores = index.lexical.scores(content)[: len(index.chunks)]  # the first rows are the chunks themselves
    order = np.lexsort((np.arange(len(scores)), -scores))[:TOP]
    return [int(number) for number in order if scores[number] > 0]


def _their_words(client: Any, question: str) -> list[int]:
    params = {"metric_type": "BM25"}
    hits = client.search(
        _WORDS, data=[question], anns_field="words", limit=TOP, search_params=params, output_fields=["key"]
    )[0]
    return [int(hit["key"]) for hit in hits]


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - started) * 1000


def _compared(same: list[float], times: list[tuple[float, float]]) -> Compared:
    if not same:
        raise EngineUnavailable("没有能比较的问题。请检查 --queries。")
    return Compared(sum(same) / len(same), median(t for t, _ in times), median(t for _, t in times))
