"""Which of the found provisions comes first, in an index of local law, plans and lay questions: a forest over features of its rows.

A chunk has several rows: its own text and the lay questions written for it. The forest weighs how well its text fits, its best rows, its words,
and what kind of text it is; its value is the chance that a chunk answers the question, 0 to 1. It has learnt from judged questions of our own
(`index/training/judged`), which the bench does not hold.

MODEL/lead.safetensors   the forest
MODEL/lead.json          the encoder's digest and the names of the features
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.model import Level
from documents.region import NATION
from index.beside import facts_of, write_facts
from index.chunk import Chunk
from index.features import Floats, Ground, Lexicon
from index.forest import Forest
from index.memory import Ints

WEIGHTS = "lead.safetensors"
FACTS = "lead.json"
CANDIDATES = 40
_UNSEEN = -0.2  # a cosine below all that are found
_NEAR_ROWS = 4
_SHARPNESS = 15.0
_LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Found:
    """A question with what words and vectors found for it.

    `chunks` are (n,) chunk numbers, best first, with their `fused` scores; `cosines` and `bm25` hold the values of their rows one chunk after another, a
    chunk's own text first, and `ends` where each chunk's rows end; `words` are the encoder's numbers of the question's words.
    """

    chunks: Ints
    fused: Floats
    cosines: Floats
    bm25: Floats
    ends: Ints
    words: Ints
    has_region: bool
    asks_figure: bool
    wants_plans: bool


@dataclass(frozen=True, slots=True)
class Kinds:
    """What kind of text each chunk of an index is: (chunks,) arrays."""

    level: NDArray[np.int8]
    local: NDArray[np.bool_]
    figure: NDArray[np.bool_]
    first: NDArray[np.bool_]
    title: Ints
    length: Floats

    @classmethod
    def of(cls, chunks: Sequence[Chunk]) -> Kinds:
        """Read the kinds of an index's chunks."""
        titles: dict[str, int] = {}
        return cls(
            np.array([_LEVELS.index(chunk.card.level) for chunk in chunks], dtype=np.int8),
            np.array([chunk.card.region != NATION for chunk in chunks], dtype=np.bool_),
            np.array([any(c.isdigit() for c in chunk.text) for chunk in chunks], dtype=np.bool_),
            np.array([chunk.start == 0 for chunk in chunks], dtype=np.bool_),
            np.array([titles.setdefault(chunk.card.title, len(titles)) for chunk in chunks], dtype=np.int64),
            np.log1p(np.array([len(chunk.text) for chunk in chunks], dtype=np.float32)),
        )


class _Columns:
    """Collects named columns of one question's candidates."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.values: dict[str, Floats] = {}

    def put(self, name: str, values: NDArray[np.generic] | float) -> Floats:
        column = np.broadcast_to(np.asarray(values, dtype=np.float32), (self.size,))
        self.values[name] = column
        return column

    def put_ranked(self, name: str, values: Floats) -> None:
        """A value, how far it is below the best one, and its rank."""
        own = self.put(name, values)
        self.put(f"{name}_below_first", own - own.max())
        places = np.empty(self.size, dtype=np.float32)
        places[np.argsort(-own, kind="stable")] = np.arange(1, self.size + 1)
        self.put(f"{name}_rank", np.log(places))


def features(found: Found, kinds: Kinds, ground: Ground, lexicon: Lexicon) -> tuple[tuple[str, ...], Floats]:
    """Return the features' names and the (n, features) rows of a question's candidates (at least one)."""
    columns = _Columns(len(found.chunks))
    _rows(columns, found)
    _words(columns, found, ground, lexicon)
    _kinds(columns, found, kinds)
    return tuple(columns.values), np.stack(list(columns.values.values()), axis=1)


def _rows(columns: _Columns, found: Found) -> None:
    starts = np.concatenate(([0], found.ends[:-1])).astype(np.int64)
    columns.put_ranked("fused", found.fused / max(float(found.fused.max()), 1e-9))
    best = np.maximum.reduceat(found.cosines, starts)
    columns.put_ranked("cosine", best)
    columns.put("cosine_first", float(best.max()))
    columns.put_ranked("text", found.cosines[starts])
    second, near, asked = (np.full(columns.size, _UNSEEN, dtype=np.float32) for _ in range(3))
    for place, (start, end) in enumerate(zip(starts.tolist(), found.ends.tolist(), strict=True)):
        values = np.sort(found.cosines[start:end])[::-1]
        near[place] = values[:_NEAR_ROWS].mean()
        if len(values) > 1:
            second[place] = values[1]
            asked[place] = found.cosines[start + 1 : end].max()
    for name, values in (("second", second), ("near", near), ("asked", asked)):
        columns.put(name, values)
        columns.put(f"{name}_below_first", values - values.max())
    columns.put("rows", np.log1p(found.ends - starts))
    words = np.maximum.reduceat(found.bm25, starts)
    columns.put_ranked("bm25", words)
    columns.put("bm25_share", words / max(float(words.max()), 1e-6))
    own = found.bm25[starts]
    columns.put("bm25_text", own)
    columns.put("bm25_text_share", own / max(float(own.max()), 1e-6))


def _words(columns: _Columns, found: Found, ground: Ground, lexicon: Lexicon) -> None:
    """Late interaction (Khattab and Zaharia 2020) over word vectors, both ways."""
    taken, starts = ground.words_of(found.chunks)
    query = found.words
    distinct, places = np.unique(taken, return_inverse=True)
    rows, asked = (
        np.asarray(lexicon.table[which], dtype=np.float32) / np.maximum(lexicon.norms[which], 1e-9)[:, None]
        for which in (distinct, query)
    )
    likeness = (asked @ rows.T)[:, places]
    best = np.maximum.reduceat(likeness, starts, axis=1)
    for name, weights in (("norm", lexicon.norms[query]), ("rarity", lexicon.rarity[query])):
        values = weights / max(float(weights.sum()), 1e-9) @ best
        columns.put(f"words_by_{name}", values)
        columns.put(f"words_by_{name}_below_first", values - values.max())
    columns.put("words_least", best.min(axis=0))
    columns.put("words_mean", best.mean(axis=0))
    weights = lexicon.norms[taken]
    back = np.add.reduceat(likeness.max(axis=0) * weights, starts)
    columns.put("back", back / np.maximum(np.add.reduceat(weights, starts), 1e-9))


def _kinds(columns: _Columns, found: Found, kinds: Kinds) -> None:
    own = found.chunks
    for number, level in enumerate(_LEVELS):
        columns.put(f"level_{level.name.lower()}", kinds.level[own] == number)
    columns.put("local", kinds.local[own])
    columns.put("figure", kinds.figure[own])
    columns.put("first_part", kinds.first[own])
    columns.put("length", kinds.length[own])
    best = columns.values["cosine"]
    mass = np.exp(_SHARPNESS * (best - best.max()))
    titles, places = np.unique(kinds.title[own], return_inverse=True)
    columns.put("title_mass", (np.bincount(places, mass, minlength=len(titles)) / mass.sum())[places])
    columns.put("has_region", found.has_region)
    columns.put("asks_figure", found.asks_figure)
    columns.put("wants_plans", found.wants_plans)
    columns.put("question_words", float(len(found.words)))


def chances(forest: Forest, names: tuple[str, ...], rows: Floats) -> Floats:
    """Return the chance of each of (n, features) candidates that it answers, 0 to 1."""
    margins = forest.scores(rows[:, [names.index(name) for name in forest.names]])
    return np.asarray(1 / (1 + np.exp(-margins)), dtype=np.float32)


def write_lead(folder: Path, encoder_digest: str, forest: Forest) -> None:
    """Write a forest beside the encoder that it belongs to."""
    from safetensors.numpy import save_file

    save_file({name: np.ascontiguousarray(array) for name, array in forest.arrays().items()}, str(folder / WEIGHTS))
    write_facts(folder / FACTS, encoder_digest, {"features": list(forest.names)})


@cache
def load_lead(folder: Path, encoder_digest: str) -> Forest | None:
    """Read the forest beside an encoder, None where there is none.

    Raises EncoderUnavailable where it is broken or was made with other weights.
    """
    from safetensors.numpy import load_file

    if not (folder / FACTS).is_file():
        return None
    with facts_of(folder / FACTS, "排首位的文件", encoder_digest) as facts:
        return Forest.of(tuple(facts["features"]), load_file(str(folder / WEIGHTS)))
