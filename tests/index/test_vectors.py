"""Dense search: exact below a size, an inverted file above it that is held against the exact one."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import Vectors
from index.vectors import WANTED_RECALL, DenseVectors


def clouds(count: int, width: int = 32, seed: int = 1) -> Vectors:
    """Unit vectors in clusters, as texts are."""
    middles = np.random.default_rng(0).normal(size=(40, width))
    dice = np.random.default_rng(seed + 100)
    rows = middles[dice.integers(0, 40, count)] + 0.5 * dice.normal(size=(count, width))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def pair() -> tuple[DenseVectors, DenseVectors, Vectors]:
    rows = clouds(6000)
    return DenseVectors.build(rows), DenseVectors.build(rows, exact_under=1000), rows


def test_which_one(pair: tuple[DenseVectors, DenseVectors, Vectors]) -> None:
    exact, approximate, _ = pair
    assert (exact.exact, approximate.exact, exact.recall) == (True, False, 1.0)
    assert WANTED_RECALL <= approximate.recall <= 1.0


def test_recall_on_other_queries(pair: tuple[DenseVectors, DenseVectors, Vectors]) -> None:
    exact, approximate, _ = pair
    found = [
        len(set(exact.search(q, 10)[0].tolist()) & set(approximate.search(q, 10)[0].tolist()))
        for q in clouds(200, seed=2)
    ]
    assert sum(found) / 2000 >= WANTED_RECALL - 0.03


def test_a_narrow_filter_misses_nothing(pair: tuple[DenseVectors, DenseVectors, Vectors]) -> None:
    exact, approximate, rows = pair
    allowed = np.zeros(len(rows), dtype=np.bool_)
    allowed[np.random.default_rng(3).choice(len(rows), 15, replace=False)] = True
    for query in clouds(20, seed=4):
        numbers, cosines = approximate.search(query, 10, allowed)
        wanted, best = exact.search(query, 10, allowed)
        assert numbers.tolist() == wanted.tolist()
        assert np.allclose(cosines, best, atol=1e-5)
    assert len(approximate.search(rows[0], 10, np.zeros(len(rows), dtype=np.bool_))[0]) == 0


def test_saved_and_mapped(pair: tuple[DenseVectors, DenseVectors, Vectors], tmp_path: Path) -> None:
    _, approximate, rows = pair
    approximate.save(tmp_path / "v.faiss")
    again = DenseVectors.load(tmp_path / "v.faiss")
    assert not again.exact
    assert np.allclose(again.rows(), rows)
    assert again.search(rows[7], 5)[0].tolist() == approximate.search(rows[7], 5)[0].tolist()


@settings(max_examples=30, deadline=None)
@given(count=st.integers(1, 60), k=st.integers(1, 80), seed=st.integers(0, 5))
def test_exact_is_a_sort(count: int, k: int, seed: int) -> None:
    rows, query = clouds(count, seed=seed), clouds(1, seed=seed + 9)[0]
    numbers, cosines = DenseVectors.build(rows).search(query, k)
    assert len(numbers) == min(k, count)
    assert np.allclose(cosines, np.sort(rows @ query)[::-1][:k], atol=1e-5)
