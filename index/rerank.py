"""Re-rank what words and vectors found: the memory of answered questions, a forest and small networks over features, for one encoder.

MODEL/rerank.safetensors   memory (vectors as bytes, pairs), rarity of words, forest, networks
MODEL/rerank.json          the encoder's digest, names of the forest's and the networks' features, (title, article) of what is remembered
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.beside import facts_of, write_facts
from index.encoder import StaticEncoder
from index.features import Asked, Floats, Ground, Lexicon, Sheet
from index.forest import Forest
from index.memory import Ints, Memory, Recalled
from index.networks import Networks, standardised

WEIGHTS = "rerank.safetensors"
FACTS = "rerank.json"


@dataclass(frozen=True, slots=True)
class Reranker:
    """Memory, forest and networks, as they were made with one encoder."""

    memory: Memory
    rarity: Floats
    forest: Forest
    networks: Networks

    def bound(
        self, encoder: StaticEncoder, ground: Ground, by_article: Mapping[tuple[str, str], Sequence[int]]
    ) -> BoundReranker:
        """Fit it to an index. Parameters: its encoder; its ground; its chunk numbers by (title, article)."""
        table = encoder.table[: len(self.rarity)]
        norms = np.linalg.norm(table.astype(np.float32), axis=1)
        lexicon = Lexicon(table, norms, self.rarity)
        return BoundReranker(ground, Recalled.bind(self.memory, by_article), lexicon, self.forest, self.networks)


@dataclass(frozen=True, slots=True)
class BoundReranker:
    """A re-ranker in one index."""

    ground: Ground
    recalled: Recalled
    lexicon: Lexicon
    forest: Forest
    networks: Networks

    def rank(self, asked: Asked, by_forest: bool = True, by_networks: bool = True) -> tuple[Ints, Floats]:
        """Return the best chunks of a question and their scores, best first: by forest, networks or both, or by the linear score alone."""
        sheet = Sheet(self.ground, self.recalled, self.lexicon, asked)
        scores = sheet.linear[sheet.candidates]
        if (by_forest or by_networks) and len(sheet.candidates):
            scores = scored(*sheet.matrix(), self.forest if by_forest else None, self.networks if by_networks else None)
        order = np.lexsort((sheet.candidates, -scores))
        return sheet.candidates[order], scores[order]


def scored(names: tuple[str, ...], rows: Floats, forest: Forest | None, networks: Networks | None) -> Floats:
    """Return the candidates' scores: the sum of the forest's and the networks' standardised ones; one of the two may be left out.

    Parameters: the features' names; the candidates' rows; forest; networks.
    """
    total = np.zeros(len(rows), dtype=np.float32)
    if forest is not None:
        total += standardised(forest.scores(rows[:, [names.index(name) for name in forest.names]]))
    if networks is not None:
        total += networks.scores(rows[:, [names.index(name) for name in networks.names]])
    return total


def write_reranker(
    folder: Path, encoder_digest: str, memory: Memory, rarity: Floats, forest: Forest, networks: Networks
) -> None:
    """Write memory, rarity of words, forest and networks beside the encoder that they belong to."""
    from safetensors.numpy import save_file

    arrays: dict[str, NDArray[np.generic]] = {"rarity": rarity.astype(np.float16)}
    arrays |= {f"memory.{name}": array for name, array in memory.arrays().items()}
    arrays |= {f"forest.{name}": array for name, array in forest.arrays().items()}
    arrays |= {f"networks.{name}": array for name, array in networks.arrays().items()}
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, str(folder / WEIGHTS))
    facts = {
        "features": list(forest.names),
        "networks": list(networks.names),
        "keys": [list(key) for key in memory.keys],
    }
    write_facts(folder / FACTS, encoder_digest, facts)


@cache
def load_reranker(folder: Path, encoder_digest: str) -> Reranker | None:
    """Read the re-ranker beside an encoder, None where there is none.

    Raises EncoderUnavailable where it is broken or was made with other weights.
    """
    from safetensors.numpy import load_file

    if not (folder / FACTS).is_file():
        return None
    with facts_of(folder / FACTS, "重排的文件", encoder_digest) as facts:
        arrays = load_file(str(folder / WEIGHTS))
        return Reranker(
            Memory.of(_under(arrays, "memory."), [(title, article) for title, article in facts["keys"]]),
            arrays["rarity"].astype(np.float32),
            Forest.of(tuple(facts["features"]), _under(arrays, "forest.")),
            Networks.of(tuple(facts["networks"]), _under(arrays, "networks.")),
        )


def _under(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> dict[str, NDArray[np.generic]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
