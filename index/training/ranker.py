"""Fit the re-ranker: LightGBM's lambdarank over the features of each question's candidates.

A question's features come from an encoder that has not learnt from that question and from a memory without it, so that they look as they will
for a question never seen before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.encoder import Vectors
from index.features import POOL, SECOND_LOOK, Asked, Floats, Ground, Lexicon, Sheet
from index.forest import Forest, read_lightgbm
from index.lexical import Lexical
from index.memory import Ints, Memory, Recalled
from index.training.data import Corpus
from index.training.fit import Texts, encode
from index.words import STOP_WORDS

TREES = 300
# What the memory of answered questions tells; the forest "without memory" may not use it (the linear score chose its candidates).
MEMORY_FEATURES = frozenset(
    {f"linear{part}" for part in ("", "_rank", "_below_first", "_below_tenth", "_below_law", "_beside")}
    | {"same", "same_below_first", "same_first", "same_answer", "same_mass", "same_soft", "law_same", "law_same_mass"}
    | {"chapter_same", "chapter_same_mass", "beside_same"}
)
_SETTINGS: dict[str, Any] = {
    "objective": "lambdarank",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "lambdarank_truncation_level": 60,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


@dataclass(frozen=True, slots=True)
class Sheets:
    """Filled sheets of some questions: their numbers, candidates, features."""

    names: tuple[str, ...]
    questions: list[int]
    candidates: list[Ints]
    rows: list[Floats]


class Room:
    """The statutes and judged questions as numbers, whatever the encoder."""

    def __init__(self, corpus: Corpus, texts: Texts) -> None:
        self.corpus, self.texts = corpus, texts
        self.lexical = Lexical.build([_content(statute.words) for statute in corpus.statutes])
        self.words = [_content(asked.question) for asked in corpus.judged]
        self._counts = [texts.matrix([ids[part] for ids in texts.judged]) for part in (0, 1)]
        known = texts.vocabulary
        self.known = [
            np.array(list(dict.fromkeys(known[w] for w in words if w in known)) or [0], dtype=np.int64)
            for words in self.words
        ]
        own = [sorted({known[w] for w in statute.words if w in known}) for statute in corpus.statutes]
        ends = np.cumsum([0, *(len(words) for words in own)])
        flat = np.array([word for words in own for word in words], dtype=np.uint16)
        keys = dict.fromkeys(key for asked in corpus.judged for key in asked.keys)
        self._keys = {key: number for number, key in enumerate(keys)}
        self._by_article: dict[tuple[str, str], list[int]] = {}
        for number, statute in enumerate(corpus.statutes):
            key = (statute.chunk.card.title, statute.chunk.provision.article)
            self._by_article.setdefault(key, []).append(number)
        self.ground = Ground.of([s.chunk for s in corpus.statutes], flat, ends)

    def memory(self, table: Vectors) -> Memory:
        """Make the memory of all judged questions for an encoder."""
        questions, answers = (encode(table, counts) for counts in self._counts)
        pairs = [(number, self._keys[key]) for number, asked in enumerate(self.corpus.judged) for key in asked.keys]
        owner, key = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
        made = Memory(questions, answers, owner, key, tuple(self._keys))
        return Memory.of(made.arrays(), made.keys)  # as it will be read

    def seen_by(self, table: Vectors) -> Seen:
        """Look at everything through one encoder."""
        half = table.astype(np.float16)
        table = half.astype(np.float32)
        vectors = encode(table, self.texts.counts)
        lexicon = Lexicon(half, np.linalg.norm(table, axis=1), self.texts.rarity)
        recalled = Recalled.bind(self.memory(table), self._by_article)
        questions = encode(table, self._counts[0])
        return Seen(self, lexicon, recalled, vectors, questions)


def _content(words: list[str]) -> list[str]:
    return [word for word in words if word not in STOP_WORDS] or words


@dataclass(frozen=True, slots=True)
class Seen:
    """Statutes and questions as one encoder sees them."""

    room: Room
    lexicon: Lexicon
    recalled: Recalled
    vectors: Vectors
    questions: Vectors

    def asked(self, number: int, left_out: Collection[int]) -> Asked:
        """One judged question, with the remembered questions that do not count."""
        cosines = self.vectors @ self.questions[number]
        least = np.partition(cosines, -POOL)[-POOL] if len(cosines) > POOL else -1.0
        bm25 = self.room.lexical.scores(self.room.words[number])
        return Asked(
            self.questions[number],
            self.room.known[number],
            np.maximum(cosines, least),
            bm25,
            None,
            left_out,
        )

    def sheets(self, questions: Iterable[int], left_out: Collection[int]) -> Sheets:
        """Fill in the sheets of some questions; each leaves itself out of the memory, and all of them `left_out`."""
        numbers, candidates, rows = [], [], []
        names: tuple[str, ...] = ()
        for number in questions:
            sheet = Sheet(self.room.ground, self.recalled, self.lexicon, self.asked(number, {*left_out, number}))
            names, matrix = sheet.matrix()
            numbers.append(number)
            candidates.append(sheet.candidates)
            rows.append(matrix)
        return Sheets(names, numbers, candidates, rows)


def joined(parts: Sequence[Sheets]) -> Sheets:
    """Put sheets together."""
    return Sheets(
        parts[0].names,
        [n for part in parts for n in part.questions],
        [c for part in parts for c in part.candidates],
        [r for part in parts for r in part.rows],
    )


def grow(sheets: Sheets, corpus: Corpus, seed: int, without: Collection[str] = ()) -> Forest:
    """Grow the forest that puts a question's gold provisions first; `without` names features that it may not use.

    It has no use for the second look (training log).
    """
    import lightgbm

    kept = [
        place for place, name in enumerate(sheets.names) if name not in without and not name.startswith(SECOND_LOOK)
    ]
    labels = [
        np.isin(candidates, corpus.judged[number].gold)
        for number, candidates in zip(sheets.questions, sheets.candidates, strict=True)
    ]
    dataset = lightgbm.Dataset(
        np.concatenate([rows[:, kept] for rows in sheets.rows]),
        np.concatenate(labels).astype(np.int32),
        group=[len(candidates) for candidates in sheets.candidates],
    )
    model = lightgbm.train({**_SETTINGS, "seed": seed}, dataset, TREES)
    return read_lightgbm(model.model_to_string(), tuple(sheets.names[place] for place in kept))
