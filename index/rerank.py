"""Re-rank what words and vectors found: the memory of answered questions and a forest over features, for the encoder they were made with.

MODEL/rerank.safetensors   memory (vectors as bytes, pairs), rarity of words, forest
MODEL/rerank.json          the encoder's digest, names of the features, (title, article) of what is remembered
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import StaticEncoder
from index.errors import EncoderUnavailable
from index.features import Asked, Floats, Ground, Lexicon, Sheet
from index.forest import Forest
from index.memory import Ints, Memory, Recalled

WEIGHTS = "rerank.safetensors"
FACTS = "rerank.json"


@dataclass(frozen=True, slots=True)
class Reranker:
    """Memory and forest, as they were made with one encoder."""

    memory: Memory
    rarity: Floats
    forest: Forest

    def bound(
        self, encoder: StaticEncoder, ground: Ground, by_article: Mapping[tuple[str, str], Sequence[int]]
    ) -> BoundReranker:
        """Fit it to an index. Parameters: its encoder; its ground; its chunk numbers by (title, article)."""
        table = encoder.table[: len(self.rarity)]
        norms = np.linalg.norm(table.astype(np.float32), axis=1)
        return BoundReranker(
            ground, Recalled.bind(self.memory, by_article), Lexicon(table, norms, self.rarity), self.forest
        )


@dataclass(frozen=True, slots=True)
class BoundReranker:
    """A re-ranker in one index."""

    ground: Ground
    recalled: Recalled
    lexicon: Lexicon
    forest: Forest

    def rank(self, asked: Asked, by_forest: bool = True) -> tuple[Ints, Floats]:
        """Return the best chunks of a question and their scores, best first: by the forest, or by the first linear score alone."""
        sheet = Sheet(self.ground, self.recalled, self.lexicon, asked)
        scores = sheet.linear[sheet.candidates]
        if by_forest and len(sheet.candidates):
            names, rows = sheet.matrix()
            scores = self.forest.scores(rows[:, [names.index(name) for name in self.forest.names]])
        order = np.lexsort((sheet.candidates, -scores))
        return sheet.candidates[order], scores[order]


def write_reranker(folder: Path, encoder_digest: str, memory: Memory, rarity: Floats, forest: Forest) -> None:
    """Write memory, rarity of words and forest beside the encoder that they belong to."""
    from safetensors.numpy import save_file

    arrays: dict[str, NDArray[np.generic]] = {"rarity": rarity.astype(np.float16)}
    arrays |= {f"memory.{name}": array for name, array in memory.arrays().items()}
    arrays |= {f"forest.{name}": array for name, array in forest.arrays().items()}
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, str(folder / WEIGHTS))
    facts = {"encoder": encoder_digest, "features": list(forest.names), "keys": [list(key) for key in memory.keys]}
    (folder / FACTS).write_text(json.dumps(facts, ensure_ascii=False) + "\n", encoding="utf-8")


@cache
def load_reranker(folder: Path, encoder_digest: str) -> Reranker | None:
    """Read the re-ranker beside an encoder, None where there is none.

    Raises EncoderUnavailable where it is broken or was made with other weights.
    """
    from safetensors.numpy import load_file

    if not (folder / FACTS).is_file():
        return None
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        arrays = load_file(str(folder / WEIGHTS))
        made_with, features = facts["encoder"], tuple(facts["features"])
        keys = [(title, article) for title, article in facts["keys"]]
        memory = Memory.of(_under(arrays, "memory."), keys)
        forest = Forest.of(features, _under(arrays, "forest."))
        rarity = arrays["rarity"].astype(np.float32)
    except EncoderUnavailable:
        raise
    except Exception as error:  # safetensors raises its own kind where a file is broken
        raise EncoderUnavailable(
            f"读不了重排的文件「{folder}」：{error}。请重新取一份代码，或运行 python -m index train 重新训练。"
        ) from error
    if made_with != encoder_digest:
        raise EncoderUnavailable(
            f"「{folder}」里的重排文件和编码器不是一起训练的。请重新取一份代码，或运行 python -m index train 重新训练。"
        )
    return Reranker(memory, rarity, forest)


def _under(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> dict[str, NDArray[np.generic]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
