"""BM25 over jieba words, with bm25s; saved as numpy arrays and JSON, no pickle."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


class Lexical:
    """A BM25 index (Lucene's variant, k1 1.5, b 0.75) over chunks given as lists of words."""

    def __init__(self, model: Any) -> None:
        self._model = model

    @classmethod
    def build(cls, texts: list[list[str]]) -> Lexical:
        """Index chunks in order."""
        import bm25s

        model = bm25s.BM25()
        model.index(texts, show_progress=False)
        return cls(model)

    @classmethod
    def load(cls, folder: Path) -> Lexical:
        """Read an index that `save` wrote; its arrays are memory-mapped."""
        import bm25s

        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False, allow_pickle=False))

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._model.save(folder, show_progress=False, allow_pickle=False)

    def scores(self, words: list[str]) -> Scores:
        """Return the BM25 score of every chunk for some query words (zeros where no word is known)."""
        ids = self._model.get_tokens_ids(words)
        if not ids:
            return np.zeros(self._model.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._model.get_scores_from_ids(ids), dtype=np.float32)

    def weight(self, word: str) -> float:
        """Return a word's inverse document frequency, ln(1 + (N - df + .5) / (df + .5)); unknown words get the largest."""
        place = self._model.vocab_dict.get(word)
        return float(self._weights[place]) if place is not None else self._largest

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        """The inverse document frequency of every known word."""
        pointers = np.asarray(self._model.scores["indptr"], dtype=np.int64)
        return _inverse(np.diff(pointers), int(self._model.scores["num_docs"]))

    @cached_property
    def _largest(self) -> float:
        return float(_inverse(np.zeros(1), int(self._model.scores["num_docs"]))[0])

    def knows(self, word: str) -> bool:
        """Whether any chunk has the word."""
        return word in self._model.vocab_dict


def _inverse(frequencies: NDArray[Any], total: int) -> NDArray[np.float64]:
    return np.asarray(np.log1p((total - frequencies + 0.5) / (frequencies + 0.5)), dtype=np.float64)
