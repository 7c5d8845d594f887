"""What the re-ranker looks at: numbers that say how a chunk fits a question, the same in training and at run time.

Seven groups: dense and word scores with their ranks; a first linear score that chooses the candidates; the memory of answered
questions, of this provision, its chapter, its law and its neighbours; how often provision, chapter and law are asked about; late
interaction of single words (the best match of each word of the question among the chunk's words); the law's structure; and a second look
at each candidate beside those that the linear score puts first (only the networks see it: the forest gains nothing by it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.model import Level
from index.chunk import Chunk
from index.memory import Ints, Recalled

Floats = NDArray[np.float32]
CANDIDATES = 400
POOL = 2000  # chunks whose cosine is looked at; all others count as the last of them
# The first linear score: cosine, then these of log(1 + how often the law is asked about per thousand questions), BM25 by its
# best, and the likeness of the most similar answered question of this provision and of this chapter. From the training log.
LAW_ASKED, WORDS, SAME_PROVISION, SAME_CHAPTER = 0.03, 0.2, 0.15, 0.2
# What the second look's features begin with, and at how many first candidates it looks.
SECOND_LOOK = "beside_best_"
_FIRST = (3, 10)
_FAR = 50  # articles; further is not told apart
_BINS = (0.3, 0.4, 0.5, 0.6, 0.7)
_LEVELS = {level: number for number, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Ground:
    """What does not depend on the question: law, chapter, place and length of each chunk, and its distinct words.

    `words[ends[i]:ends[i + 1]]` are the encoder's numbers of chunk i's words.
    """

    law: Ints
    chapter: Ints
    law_size: Floats
    place: Floats
    level: Floats
    words: NDArray[np.uint16]
    ends: Ints

    @classmethod
    def of(cls, chunks: Sequence[Chunk], words: NDArray[np.uint16], ends: Ints) -> Ground:
        """Number laws and chapters of an index's chunks."""
        laws: dict[str, int] = {}
        chapters: dict[tuple[int, tuple[str, ...]], int] = {}
        law = np.array([laws.setdefault(chunk.card.title, len(laws)) for chunk in chunks], dtype=np.int64)
        chapter = np.array(
            [
                chapters.setdefault((number, chunk.provision.headings), len(chapters))
                for number, chunk in zip(law.tolist(), chunks, strict=True)
            ],
            dtype=np.int64,
        )
        level = np.array([_LEVELS[chunk.card.level] for chunk in chunks], dtype=np.float32)
        size = np.bincount(law).astype(np.float32)
        seen: dict[int, int] = {}
        place = np.zeros(len(chunks), dtype=np.float32)
        for number, own in enumerate(law.tolist()):
            place[number] = seen[own] = seen.get(own, -1) + 1
        return cls(law, chapter, size, place, level, words, ends)

    def __len__(self) -> int:
        return len(self.law)

    def words_of(self, chunks: Ints) -> tuple[Ints, Ints]:
        """Return the words of some chunks one after another, and where each chunk's begin (a chunk without words gets word 0)."""
        counts = self.ends[chunks + 1] - self.ends[chunks]
        filled = np.maximum(counts, 1)
        starts = np.concatenate(([0], np.cumsum(filled)[:-1])).astype(np.int64)
        taken = np.zeros(int(filled.sum()), dtype=np.int64)
        present = np.repeat(counts > 0, filled)
        places = np.repeat(self.ends[chunks] - starts, filled) + np.arange(len(taken))
        taken[present] = self.words[places[present]]
        return taken, starts


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The encoder's words: (words, dimension) vectors, their lengths, and each word's rarity over the training statutes."""

    table: NDArray[np.float16]
    norms: Floats
    rarity: Floats


@dataclass(frozen=True, slots=True)
class Asked:
    """One question before a ground.

    `vector` is its unit row; `words` the encoder's numbers of its distinct words that say something; `cosines` and `bm25` hold a value for each chunk (unseen: the lowest cosine, 0);
    `allowed` marks the chunks that may be found; `left_out` are numbers of remembered questions that do not count.
    """

    vector: Floats
    words: Ints
    cosines: Floats
    bm25: Floats
    allowed: NDArray[np.bool_] | None = None
    left_out: Iterable[int] = ()


def _best(values: Floats, places: Ints, size: int) -> Floats:
    """Return the largest value at each of `size` places, 0 where there is none."""
    best = np.zeros(size, dtype=np.float32)
    np.maximum.at(best, places, values)
    return best


def _ranks(values: Floats) -> NDArray[np.float32]:
    ranks = np.empty(len(values), dtype=np.float32)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks


def _above(group: Ints, order: Ints) -> Floats:
    """Return for each candidate how many of its group stand before it in an order."""
    by_group = order[np.argsort(group[order], kind="stable")]
    sorted_ = group[by_group]
    above = np.empty(len(group), dtype=np.float32)
    above[by_group] = np.arange(len(group)) - np.searchsorted(sorted_, sorted_)
    return above


class Sheet:
    """Chooses a question's candidates and fills in their features."""

    def __init__(self, ground: Ground, recalled: Recalled, lexicon: Lexicon, asked: Asked) -> None:
        self._ground, self._recalled, self._lexicon, self._asked = ground, recalled, lexicon, asked
        self._values: dict[str, Floats] = {}
        memory = recalled.memory
        likeness = memory.questions @ asked.vector
        left_out = list(asked.left_out)
        likeness[left_out] = -1.0
        self._likeness = likeness
        kept = ~np.isin(recalled.owner, left_out) if left_out else np.ones(len(recalled.owner), dtype=np.bool_)
        self._thousand = max(len(likeness) - len(left_out), 1) / 1000
        self._owner, self._chunk = owner, chunk = recalled.owner[kept], recalled.chunk[kept]
        laws, chapters = len(ground.law_size), int(ground.chapter.max(initial=-1)) + 1
        self._same = _best(likeness[owner], chunk, len(ground))
        self._same_chapter = _best(likeness[owner], ground.chapter[chunk], chapters)
        self._law_asked = np.bincount(ground.law[chunk], minlength=laws) / self._thousand
        self.linear = (
            asked.cosines
            + LAW_ASKED * np.log1p(self._law_asked)[ground.law]
            + WORDS * asked.bm25 / max(float(asked.bm25.max(initial=0.0)), 1e-6)
            + SAME_PROVISION * self._same
            + SAME_CHAPTER * self._same_chapter[ground.chapter]
        ).astype(np.float32)
        open_ = self.linear if asked.allowed is None else np.where(asked.allowed, self.linear, -np.inf)
        count = min(CANDIDATES, len(ground) if asked.allowed is None else int(asked.allowed.sum()))
        self.candidates: Ints = np.sort(np.argpartition(-open_, count - 1)[:count]) if count else np.zeros(0, np.int64)

    def matrix(self) -> tuple[tuple[str, ...], Floats]:
        """Return the features' names and the candidates' (n, features) rows."""
        self._scores()
        self._memory()
        self._late()
        self._structure()
        self._second_look()
        return tuple(self._values), np.stack(list(self._values.values()), axis=1)

    def _put(self, name: str, values: NDArray[np.generic] | float) -> None:
        self._values[name] = np.broadcast_to(np.asarray(values, dtype=np.float32), self.candidates.shape)

    def _by_law(self, values: Floats) -> Floats:
        """How far each candidate is below the best of its law."""
        law = self._ground.law[self.candidates]
        best = np.full(len(self._ground.law_size), -np.inf, dtype=np.float32)
        np.maximum.at(best, law, values)
        return np.asarray(values - best[law], dtype=np.float32)

    def _beside(self, values: Floats, low: float) -> Floats:
        """The better value of the two neighbours in the same law."""
        ground, own = self._ground, self.candidates
        before, after = np.maximum(own - 1, 0), np.minimum(own + 1, len(ground) - 1)
        sides = [
            np.where((ground.law[side] == ground.law[own]) & (side != own), values[side], low)
            for side in (before, after)
        ]
        return np.asarray(np.maximum(*sides), dtype=np.float32)

    def _scores(self) -> None:
        own, asked, ground = self.candidates, self._asked, self._ground
        for name, all_values in (("linear", self.linear), ("cosine", asked.cosines)):
            values = all_values[own]
            sorted_values = np.sort(values)[::-1]
            self._put(name, values)
            self._put(f"{name}_rank", np.log(_ranks(values)))
            self._put(f"{name}_below_first", values - sorted_values[0])
            self._put(f"{name}_below_tenth", values - sorted_values[min(9, len(own) - 1)])
            self._put(f"{name}_below_law", self._by_law(values))
            self._put(f"{name}_beside", self._beside(all_values, float(sorted_values[-1])))
        self._put("cosine_first", float(asked.cosines[own].max()))
        words = asked.bm25[own]
        self._put("bm25", words)
        self._put("bm25_share", words / max(float(asked.bm25.max()), 1e-6))
        self._put("bm25_rank", np.log(_ranks(words)))
        self._put("bm25_beside", self._beside(asked.bm25, 0.0))
        mass = np.exp(20 * (asked.cosines[own] - asked.cosines[own].max()))
        mass /= mass.sum()
        self._put("law_mass", np.bincount(ground.law[own], mass)[ground.law[own]])
        self._put("chapter_mass", np.bincount(ground.chapter[own], mass)[ground.chapter[own]])

    def _memory(self) -> None:
        own, ground, recalled = self.candidates, self._ground, self._recalled
        owner, chunk, like = self._owner, self._chunk, self._likeness
        law, chapter = ground.law[own], ground.chapter[own]
        laws, chapters = len(ground.law_size), len(self._same_chapter)
        first = float(like.max(initial=0.0))
        same = self._same[own]
        self._put("same", same)
        self._put("same_below_first", same - first)
        self._put("same_first", first)
        self._answers = answers = recalled.memory.answers @ self._asked.vector
        self._put("same_answer", _best(answers[owner], chunk, len(ground))[own])
        near = np.exp(15 * (like - first))
        total = float(near.sum()) or 1.0
        self._put("same_mass", np.bincount(chunk, near[owner], minlength=len(ground))[own] / total)
        soft = np.bincount(chunk, np.exp(8 * like[owner]), minlength=len(ground))
        self._put("same_soft", np.log1p(soft)[own])
        self._put("law_same", _best(like[owner], ground.law[chunk], laws)[law])
        self._put("law_same_mass", np.bincount(ground.law[chunk], near[owner], minlength=laws)[law] / total)
        self._put("chapter_same", self._same_chapter[chapter])
        self._put(
            "chapter_same_mass", np.bincount(ground.chapter[chunk], near[owner], minlength=chapters)[chapter] / total
        )
        beside = np.zeros(len(own), dtype=np.float32)
        for step, weight in ((-2, 0.9), (-1, 1.0), (1, 1.0), (2, 0.9)):
            there = np.clip(own + step, 0, len(ground) - 1)
            beside = np.maximum(beside, np.where(ground.law[there] == law, self._same[there] * weight, 0.0))
        self._put("beside_same", beside)
        self._put("asked", np.bincount(chunk, minlength=len(ground))[own] / self._thousand)
        self._put("law_asked", self._law_asked[law])
        chapter_asked = np.bincount(ground.chapter[chunk], minlength=chapters)
        self._put("chapter_asked", chapter_asked[chapter] / self._thousand)
        self._put("law_asked_share", self._law_asked[law] / ground.law_size[law])

    def _late(self) -> None:
        """Late interaction (Khattab and Zaharia 2020) over word vectors: each word's best match among the chunk's words."""
        lexicon, query = self._lexicon, self._asked.words
        taken, starts = self._ground.words_of(self.candidates)
        present = np.zeros(len(lexicon.norms), dtype=np.bool_)
        present[taken] = True
        distinct = np.flatnonzero(present)
        column = np.cumsum(present) - 1
        rows = (
            np.asarray(lexicon.table[distinct], dtype=np.float32) / np.maximum(lexicon.norms[distinct], 1e-9)[:, None]
        )
        asked = np.asarray(lexicon.table[query], dtype=np.float32) / np.maximum(lexicon.norms[query], 1e-9)[:, None]
        likeness = asked @ rows.T
        best = np.maximum.reduceat(likeness[:, column[taken]], starts, axis=1)
        by_norm, by_rarity = (
            values / max(float(values.sum()), 1e-9) for values in (lexicon.norms[query], lexicon.rarity[query])
        )
        self._put("words_by_norm", by_norm @ best)
        self._put("words_by_rarity", by_rarity @ best)
        self._put("words_least", best.min(axis=0))
        self._put("words_mean", best.mean(axis=0))
        self._put("words_half", (best > 0.5).mean(axis=0))
        exact = best > 0.999
        self._put("words_exact", by_rarity @ exact)
        self._put("words_exact_count", exact.sum(axis=0))
        strongest = np.sort(best * lexicon.norms[query][:, None], axis=0)[::-1][:3]
        self._put("words_strongest", strongest.mean(axis=0))
        rare = np.argsort(-lexicon.rarity[query], kind="stable")[:3]
        self._put("words_rarest", best[rare[0]])
        self._put("words_rare", best[rare].mean(axis=0))
        for low in _BINS:
            self._put(f"words_from_{low}", by_rarity @ ((best > low) & (best <= low + 0.1)))
        back = likeness.max(axis=0)[column[taken]]
        weight = lexicon.norms[taken]
        self._put("back", np.add.reduceat(back * weight, starts) / np.maximum(np.add.reduceat(weight, starts), 1e-9))
        self._put("back_best", np.maximum.reduceat(back * lexicon.rarity[taken], starts))
        self._put("asked_words", float(len(query)))

    def _structure(self) -> None:
        own, ground = self.candidates, self._ground
        self._put("length", np.log1p(ground.ends[own + 1] - ground.ends[own]))
        size = ground.law_size[ground.law[own]]
        self._put("place", np.log1p(ground.place[own]))
        self._put("place_share", ground.place[own] / size)
        self._put("law_size", np.log(size))
        self._put("level", ground.level[own])

    def _second_look(self) -> None:
        """Each candidate beside the first of the linear score: their laws, chapters, places, and the questions that both answer."""
        own, ground = self.candidates, self._ground
        law, chapter, linear = ground.law[own], ground.chapter[own], self.linear[own]
        order = np.argsort(-linear, kind="stable")
        mass = np.exp(15 * (linear - linear.max()))
        mass /= mass.sum()
        self._look("law_mass", np.bincount(law, mass)[law])
        self._look("chapter_mass", np.bincount(chapter, mass)[chapter])
        self._look("law_above", _above(law, order))
        self._look("chapter_above", _above(chapter, order))
        for count in _FIRST:
            first = own[order[:count]]
            same_law = law[:, None] == ground.law[first]
            apart = np.abs(own[:, None] - first)
            self._look(f"near_{count}", np.where(same_law & (apart > 0), np.minimum(apart, _FAR), _FAR).min(axis=1))
            self._look(f"law_{count}", same_law.mean(axis=1))
            self._look(f"chapter_{count}", (chapter[:, None] == ground.chapter[first]).mean(axis=1))
        asked = np.bincount(self._chunk, minlength=len(ground)).astype(np.float32)
        for count in _FIRST:
            first = own[order[:count]]
            weight = np.zeros(len(ground), dtype=np.float32)
            weight[first] = np.exp(10 * (linear[order[:count]] - linear[order[0]]))
            weight /= weight.sum()
            self._look(
                f"cited_share_{count}", self._cited_with((weight / np.maximum(asked, 1)).astype(np.float32), asked)
            )
            self._look(f"cited_{count}", self._cited_with(weight, asked))
        self._by_answers()

    def _look(self, name: str, values: NDArray[np.generic]) -> None:
        self._put(SECOND_LOOK + name, values)

    def _cited_with(self, weight: Floats, asked: Floats) -> Floats:
        """Sum, over the remembered questions that a candidate answers, the weights of the other chunks that answer them."""
        by_question = np.bincount(self._owner, weight[self._chunk], minlength=len(self._likeness))
        sums = np.bincount(self._chunk, by_question[self._owner], minlength=len(asked)) - weight * asked
        return np.asarray(sums[self.candidates], dtype=np.float32)

    def _by_answers(self) -> None:
        """Mean likeness of all questions of the provision, chapter and law, and likeness of their answers."""
        own, ground, owner, chunk = self.candidates, self._ground, self._owner, self._chunk
        like, answers = self._likeness, self._answers
        kinds = (
            ("same_mean", chunk, own, len(ground)),
            ("chapter_mean", ground.chapter[chunk], ground.chapter[own], len(self._same_chapter)),
            ("law_mean", ground.law[chunk], ground.law[own], len(ground.law_size)),
        )
        for name, of_pair, of_candidate, size in kinds:
            sums = np.bincount(of_pair, like[owner], minlength=size)
            self._look(name, (sums / np.maximum(np.bincount(of_pair, minlength=size), 1))[of_candidate])
        for name, (_, of_pair, of_candidate, size) in zip(("chapter_answer", "law_answer"), kinds[1:], strict=True):
            self._look(name, _best(answers[owner], of_pair, size)[of_candidate])
        near = np.exp(15 * (answers - answers.max(initial=0.0)))
        total = float(near.sum()) or 1.0
        self._look("answer_mass", np.bincount(chunk, near[owner], minlength=len(ground))[own] / total)
