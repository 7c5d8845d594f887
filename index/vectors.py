"""Dense vectors in FAISS: exact under 200,000 of them, above that an inverted file; a filter is applied before the top k."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.scope import Scope

Mask = NDArray[np.bool_]
EXACT_UNDER = 200_000
WANTED_RECALL = 0.98
_SAMPLE = 256
_PER_LIST = 500  # vectors an inverted list holds on average
_NOISE = 0.6  # length of what is added to a unit row to make a query of it: cosine about .86


def _faiss() -> Any:
    """FAISS as it is at run time: its Python wrappers take other arguments than its stubs say."""
    import faiss

    return faiss


class VectorIndex(Protocol):
    """Dense search over an index's rows, in whichever engine: FAISS here, Milvus in `index.milvus`."""

    def __len__(self) -> int:
        """How many rows it holds."""
        ...

    def search(
        self, query: Vectors, k: int, allowed: Mask | None = None, scope: Scope | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return (row numbers, cosines) of the best k rows for one (d,) query, best first.

        `allowed`, the (n,) mask of the rows that may be found, and `scope` say the same: an engine filters by the one it can.
        """
        ...

    def take(self, numbers: NDArray[np.int64]) -> Vectors:
        """Return the vectors of some row numbers, (n, d)."""
        ...


class DenseVectors:
    """Search over unit vectors (so inner product is cosine): `IndexFlatIP`, or `IndexIVFFlat` for many.

    `recall` is the share of the exact best 10 that an inverted file found for sampled queries when it was built.
    """

    def __init__(self, index: Any, recall: float = 1.0) -> None:
        self._index = index
        self.recall = recall

    @classmethod
    def build(cls, vectors: Vectors, exact_under: int = EXACT_UNDER) -> DenseVectors:
        """Index (n, d) float32 unit rows; row numbers are chunk numbers."""
        faiss = _faiss()
        vectors = np.ascontiguousarray(vectors)
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)
        return cls(flat) if len(vectors) < exact_under else cls(*_inverted(vectors, flat))

    @classmethod
    def load(cls, path: Path, recall: float = 1.0) -> DenseVectors:
        """Read an index that `save` wrote, memory-mapped; `recall` is what was measured when it was built."""
        faiss = _faiss()
        # MMAP alone maps inverted lists only and copies an exact index into memory; MMAP_IFC maps both.
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY), recall)

    def save(self, path: Path) -> None:
        """Write the index to a file. Raises OSError where there is no room, of which FAISS itself may say nothing."""
        faiss, faults = _faiss(), []
        with path.open("wb") as out:

            def write(data: bytes) -> None:
                try:
                    out.write(data)
                except OSError as error:
                    faults.append(error)
                    raise

            try:
                faiss.write_index(self._index, faiss.PyCallbackIOWriter(write))
            except RuntimeError as error:
                raise faults[0] if faults else error from None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def exact(self) -> bool:
        """Whether every vector is looked at."""
        return not hasattr(self._index, "nprobe")

    def rows(self) -> Vectors:
        """Return a copy of all vectors, (n, d)."""
        return np.asarray(self._index.reconstruct_n(0, len(self)), dtype=np.float32)

    def take(self, numbers: NDArray[np.int64]) -> Vectors:
        """Return the vectors of some numbers, (n, d)."""
        return np.asarray(self._index.reconstruct_batch(np.ascontiguousarray(numbers)), dtype=np.float32)

    def search(
        self, query: Vectors, k: int, allowed: Mask | None = None, scope: Scope | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return (numbers, cosines) of the best k chunks for one (d,) query, best first; only chunks that `allowed` marks count."""
        cosines, numbers = self._index.search(
            query.reshape(1, -1), min(k, max(len(self), 1)), params=self._parameters(allowed)
        )
        order = np.lexsort((numbers[0], -cosines[0]))  # FAISS leaves the order of equal cosines open
        numbers, cosines = numbers[0][order], cosines[0][order]
        return numbers[numbers >= 0], cosines[numbers >= 0]

    def _parameters(self, allowed: Mask | None) -> Any:
        """The filter; a narrow one has more lists looked at, all of them where little is allowed, so that nothing is missed."""
        if allowed is None:
            return None
        faiss = _faiss()
        chosen = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self.exact:
            return faiss.SearchParameters(sel=chosen)
        share = max(float(allowed.mean()), 1e-9)
        probes = min(self._index.nlist, round(self._index.nprobe / share))
        return faiss.SearchParametersIVF(sel=chosen, nprobe=probes)


def _inverted(vectors: Vectors, flat: Any) -> tuple[Any, float]:
    """Build an inverted file that looks at as few lists as reach `WANTED_RECALL` of the exact top 10. Returns (index, recall)."""
    faiss = _faiss()
    count, width = vectors.shape
    inverted = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(width), width, max(1, count // _PER_LIST), faiss.METRIC_INNER_PRODUCT
    )
    inverted.cp.niter, inverted.cp.max_points_per_centroid, inverted.cp.seed = 10, 64, 1
    inverted.train(vectors)
    inverted.add(vectors)
    dice = np.random.default_rng(1)
    noise = dice.normal(size=(min(_SAMPLE, count), width)).astype(np.float32) / np.float32(width**0.5)
    queries = vectors[dice.choice(count, len(noise), replace=False)] + np.float32(_NOISE) * noise
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    exact = flat.search(queries, 10)[1]
    inverted.nprobe, recall = 4, 0.0
    while True:
        found = inverted.search(queries, 10)[1]
        recall = float(
            np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact.tolist(), found.tolist(), strict=True)])
        )
        if recall >= WANTED_RECALL or inverted.nprobe >= inverted.nlist:
            return inverted, recall
        inverted.nprobe = min(inverted.nlist, inverted.nprobe * 2)
