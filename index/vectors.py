"""Dense vectors in FAISS: exact inner product, with a filter applied before the top k."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

Mask = NDArray[np.bool_]


def _faiss() -> Any:
    """FAISS as it is at run time: its Python wrappers take other arguments than its stubs say."""
    import faiss

    return faiss


class FlatVectors:
    """Exact search over unit vectors (so inner product is cosine), `faiss.IndexFlatIP`."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> FlatVectors:
        """Index (n, d) float32 unit rows; row numbers are chunk numbers."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> FlatVectors:
        """Read an index that `save` wrote, memory-mapped."""
        import faiss

        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY))

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        import faiss

        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def rows(self) -> Vectors:
        """Return a copy of all vectors, (n, d)."""
        import faiss

        flat = faiss.rev_swig_ptr(self._index.get_xb(), len(self) * self._index.d)
        return np.array(flat, dtype=np.float32).reshape(
            len(self), self._index.d
        )  # the index owns what `flat` points at

    def search(
        self, query: Vectors, k: int, allowed: Mask | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return (numbers, cosines) of the best k chunks for one (d,) query, best first; only chunks that `allowed` marks count."""
        parameters = None
        if allowed is not None:
            faiss: Any = _faiss()
            bits = np.packbits(allowed, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        cosines, numbers = self._index.search(query.reshape(1, -1), min(k, max(len(self), 1)), params=parameters)
        order = np.lexsort((numbers[0], -cosines[0]))  # FAISS leaves the order of equal cosines open
        numbers, cosines = numbers[0][order], cosines[0][order]
        return numbers[numbers >= 0], cosines[numbers >= 0]
