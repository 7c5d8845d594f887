"""BM25 over jieba words, with bm25s; saved as numpy arrays and JSON, no pickle."""

from __future__ import annotations

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
        total = int(self._model.scores["num_docs"])
        place = self._model.vocab_dict.get(word)
        pointers = self._model.scores["indptr"]
        frequency = int(pointers[place + 1] - pointers[place]) if place is not None else 0
        return float(np.log1p((total - frequency + 0.5) / (frequency + 0.5)))

    def knows(self, word: str) -> bool:
        """Whether any chunk has the word."""
        return word in self._model.vocab_dict
