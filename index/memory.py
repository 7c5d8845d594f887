"""The memory of answered questions: which law and article lay questions like this one were answered with.

It is keyed by official title and article, so it serves any corpus that holds them. It keeps vectors of questions and answers, never
their words, and so belongs to the encoder that made it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

Ints = NDArray[np.int64]
_SCALE = 127.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Answered questions, each with the provisions that answer it.

    `questions` and `answers` are (n, dimension) unit rows; `owner` and `key` are pairs (question number, number in `keys`);
    `keys` are (title, article).
    """

    questions: Vectors
    answers: Vectors
    owner: Ints
    key: Ints
    keys: tuple[tuple[str, str], ...]

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return what is saved: vectors as bytes, pairs as integers."""
        return {
            "questions": np.round(self.questions * _SCALE).astype(np.int8),
            "answers": np.round(self.answers * _SCALE).astype(np.int8),
            "owner": self.owner.astype(np.int32),
            "key": self.key.astype(np.int32),
        }

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]], keys: Sequence[tuple[str, str]]) -> Memory:
        """Put saved arrays together."""
        questions, answers = (np.asarray(arrays[name], dtype=np.float32) / _SCALE for name in ("questions", "answers"))
        owner, key = (arrays[name].astype(np.int64) for name in ("owner", "key"))
        return cls(questions, answers, owner, key, tuple(keys))


@dataclass(frozen=True, slots=True)
class Recalled:
    """The memory as it fits one index: pairs of a remembered question's number and the number of a chunk that answers it."""

    memory: Memory
    owner: Ints
    chunk: Ints

    @classmethod
    def bind(cls, memory: Memory, by_article: Mapping[tuple[str, str], Sequence[int]]) -> Recalled:
        """Find the chunks of an index that a memory names.

        Parameters: the memory; the index's chunk numbers by (title, article).
        """
        owner: list[int] = []
        chunk: list[int] = []
        for question, key in zip(memory.owner.tolist(), memory.key.tolist(), strict=True):
            for number in by_article.get(memory.keys[key], ()):
                owner.append(question)
                chunk.append(number)
        return cls(memory, np.array(owner, dtype=np.int64), np.array(chunk, dtype=np.int64))

    @property
    def share(self) -> float:
        """Share of what is remembered that this index holds."""
        return len(np.unique(self.owner)) / max(len(self.memory.questions), 1)
