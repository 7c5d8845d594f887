"""Dense search: exact below a size, an inverted file above it that is held against the exact one."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import build_documents
from index.encoder import Vectors
from index.store import load
from index.vectors import WANTED_RECALL, DenseVectors
from tests.index.conftest import ToyEncoder, document


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


@pytest.mark.parametrize("exact_under", [10**6, 1000])
def test_an_opened_index_is_the_mapped_file(exact_under: int, tmp_path: Path) -> None:
    """60 MB of vectors are read where they lie, exact or not: another process that opens them grows by little."""
    rows, path = clouds(60_000, 256), tmp_path / "v.faiss"
    DenseVectors.build(rows, exact_under).save(path)
    code = (
        "import sys, psutil, faiss\nfrom pathlib import Path\nfrom index.vectors import DenseVectors\n"
        "own = psutil.Process(); before = own.memory_info().rss; path = Path(sys.argv[1])\n"
        "opened = DenseVectors.load(path)\n"
        "print(own.memory_info().rss - before, any(m.path == str(path) for m in own.memory_maps()), len(opened))"
    )
    said = subprocess.run([sys.executable, "-c", code, str(path.resolve())], capture_output=True, text=True, check=True)
    grown, mapped, count = said.stdout.split()
    assert (mapped, count) == ("True", "60000")
    assert int(grown) < rows.nbytes / 4


def test_recall_is_kept_with_the_index(folder: Path, toy: ToyEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vectors.WANTED_RECALL", 0.5)
    build = DenseVectors.build
    monkeypatch.setattr(DenseVectors, "build", classmethod(lambda cls, rows: build(rows, exact_under=10)))
    manifest = build_documents([document(f"条例{n}", f"第一条 产假{n}天。") for n in range(60)], folder, toy)
    assert manifest.recall is not None
    assert 0.5 <= manifest.recall <= 1.0
    vectors = load(folder).vectors
    assert isinstance(vectors, DenseVectors)
    assert (vectors.exact, vectors.recall) == (False, manifest.recall)


@settings(max_examples=30, deadline=None)
@given(count=st.integers(1, 60), k=st.integers(1, 80), seed=st.integers(0, 5))
def test_exact_is_a_sort(count: int, k: int, seed: int) -> None:
    rows, query = clouds(count, seed=seed), clouds(1, seed=seed + 9)[0]
    numbers, cosines = DenseVectors.build(rows).search(query, k)
    assert len(numbers) == min(k, count)
    assert np.allclose(cosines, np.sort(rows @ query)[::-1][:k], atol=1e-5)
