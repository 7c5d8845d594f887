"""Fit the encoder's word vectors: a latent-semantic start, then in-batch contrastive learning, on CPU.

Deerwester et al. 1990 (the start), Henderson et al. 2017 (in-batch negatives, symmetric cross-entropy over scaled cosines). Two stages, so
that many folds cost little: the first sees everything but the judged questions, the second adds those that are not held back.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
import torch
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

from index.encoder import Vectors, unit
from index.training.data import Answered, Corpus

Ids = NDArray[np.int64]
DIMENSION = 256
BATCH = 1024
SCALE = 20.0
DROPOUT = 0.5
_LONGEST = 800
_REST = 400
_TITLES = 0.07


@dataclass(frozen=True, slots=True)
class Course:
    """One stage of learning: steps, first rate (it falls to nothing) and the share of each batch that is questions."""

    steps: int
    rate: float
    questions: float


BASE = Course(1200, 0.02, 0.25)
TUNE = Course(500, 0.01, 0.4)
# How often each kind of pair is drawn, against each other.
GOLD, TO_ANSWER, ANSWER_TO_GOLD = 6.0, 1.0, 1.0
OTHER_TO_ANSWER, OTHER_TO_NAMED, ANSWER_TO_NAMED, OTHER_TO_QUOTED = 1.0, 2.0, 1.0, 0.5
OWN = 0.3


class Texts:
    """Every text of the corpus as numbers of its words and characters."""

    def __init__(self, corpus: Corpus, vocabulary: dict[str, int]) -> None:
        self.vocabulary = vocabulary
        self.heads = [self.ids(s.head) for s in corpus.statutes]
        self.sentences = [[self.ids(x) for x in s.sentences] for s in corpus.statutes]
        self.statutes = [
            np.concatenate([head, *sentences])[:_LONGEST]
            for head, sentences in zip(self.heads, self.sentences, strict=True)
        ]
        self.judged, self.others = (
            [(self.ids(a.question), self.ids(a.answer)) for a in answered]
            for answered in (corpus.judged, corpus.others)
        )
        self.own = [(self.ids(question), self.ids(text)) for question, text in corpus.own]
        self.counts = self.matrix(self.statutes)
        frequency = np.bincount(self.counts.indices, minlength=len(vocabulary))
        # in the precision in which it is saved
        self.rarity = np.log1p(len(self.statutes) / (1 + frequency)).astype(np.float16).astype(np.float32)

    def ids(self, words: list[str]) -> Ids:
        """Number a text's words and then their characters, as `segment` writes them; unknown ones are left out."""
        known = [self.vocabulary[w] for w in words if w in self.vocabulary]
        known += [self.vocabulary[c] for w in words if len(w) > 1 for c in w if c in self.vocabulary]
        return np.array(known, dtype=np.int64)

    def matrix(self, texts: list[Ids]) -> sparse.csr_matrix:
        """Count words: (texts, words)."""
        rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        values = np.ones(len(rows), dtype=np.float32)
        columns = np.concatenate(texts) if texts else np.zeros(0, dtype=np.int64)
        return sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(self.vocabulary)))


def encode(table: Vectors, counts: sparse.csr_matrix) -> Vectors:
    """Return the unit rows of texts given as word counts."""
    return unit(np.asarray(counts @ table, dtype=np.float32))


def first_vectors(texts: Texts, seed: int) -> Vectors:
    """Word vectors to begin with: latent semantics of statutes and of the others' questions and answers, rare words longer."""
    counts = texts.matrix([*texts.statutes, *(text for pair in texts.others for text in pair)])
    counts.data = np.log1p(counts.data)
    weighted = counts @ sparse.diags(texts.rarity)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted = sparse.diags(1 / np.maximum(lengths, 1e-6)) @ weighted
    width = min(DIMENSION, min(weighted.shape) - 1)
    _, strengths, words = randomized_svd(weighted, width, n_iter=2, random_state=seed)
    vectors = np.zeros((len(texts.vocabulary), DIMENSION), dtype=np.float32)
    vectors[:, :width] = words.T / np.sqrt(np.maximum(strengths, 1e-6))
    vectors *= 1.6 / max(float(np.linalg.norm(vectors, axis=1).mean()), 1e-9)
    return np.asarray(vectors * (texts.rarity / texts.rarity.mean())[:, None], dtype=np.float32)


class Sampler:
    """Draws training pairs: a sentence of a provision with the rest of it, and questions with what answers them."""

    def __init__(self, texts: Texts, corpus: Corpus, held: Collection[int], seed: int) -> None:
        """Parameters: texts; corpus; numbers of the judged questions that are not to be learnt from; seed."""
        self._texts = texts
        self._random = np.random.default_rng(seed)
        self._pairs: list[tuple[Ids, Ids, int]] = []
        weights: list[float] = []

        def add(first: Ids, second: Ids, statute: int, weight: float) -> None:
            if len(first) and len(second):
                self._pairs.append((first, second, statute))
                weights.append(weight)

        def add_all(first: Ids, statutes: tuple[int, ...], weight: float) -> None:
            for statute in statutes:
                add(first, texts.statutes[statute], statute, weight)

        asked: Answered
        for number, (asked, (question, answer)) in enumerate(zip(corpus.judged, texts.judged, strict=True)):
            if number not in held:
                add(question, answer, -1, TO_ANSWER)
                add_all(question, asked.gold, GOLD)
                add_all(answer, asked.gold, ANSWER_TO_GOLD)
        for asked, (question, answer) in zip(corpus.others, texts.others, strict=True):
            add(question, answer, -1, OTHER_TO_ANSWER)
            add_all(question, asked.named, OTHER_TO_NAMED)
            add_all(answer, asked.named, ANSWER_TO_NAMED)
            add_all(question, asked.quoted, OTHER_TO_QUOTED)
        for question, text in texts.own:
            add(question, text, -1, OWN)
        self._drawn = np.cumsum(weights) / max(sum(weights), 1e-9)
        self._several = np.array([n for n, s in enumerate(texts.sentences) if len(s) >= 2], dtype=np.int64)
        self._single = np.array([n for n, s in enumerate(texts.sentences) if len(s) == 1], dtype=np.int64)

    def batch(self, size: int, questions: float) -> tuple[list[Ids], list[Ids], NDArray[np.bool_]]:
        """Draw `size` pairs, the share `questions` of them from questions.

        Returns both sides, thinned, and the (size, size) mask of what is no negative: another pair's provision that also
        belongs to this question.
        """
        places = np.searchsorted(self._drawn, self._random.random(int(size * questions) if self._pairs else 0))
        pairs = [self._pairs[place] for place in places.tolist()]
        several = int((size - len(pairs)) * (1 - _TITLES)) if len(self._single) else size - len(pairs)
        for statute in self._choose(self._several, several):
            sentences = self._texts.sentences[statute]
            left = int(self._random.integers(len(sentences)))
            rest = [self._texts.heads[statute], *(s for n, s in enumerate(sentences) if n != left)]
            pairs.append((sentences[left], np.concatenate(rest)[:_REST], -1))
        for statute in self._choose(self._single, size - len(pairs)):
            pairs.append((self._texts.heads[statute], self._texts.statutes[statute], -1))
        statutes = np.array([statute for *_, statute in pairs])
        firsts = np.array([id(first) for first, *_ in pairs])
        same = ((statutes[:, None] == statutes) & (statutes >= 0)) | (firsts[:, None] == firsts)
        np.fill_diagonal(same, False)
        return [self._thin(a) for a, *_ in pairs], [self._thin(b) for _, b, _ in pairs], same

    def _choose(self, statutes: Ids, count: int) -> list[int]:
        return statutes[self._random.integers(len(statutes), size=count)].tolist() if len(statutes) else []

    def _thin(self, ids: Ids) -> Ids:
        if len(ids) <= 3:
            return ids if len(ids) else np.zeros(1, dtype=np.int64)
        kept = ids[self._random.random(len(ids)) >= DROPOUT]
        return kept if len(kept) else ids[:1]


def fit(table: Vectors, sampler: Sampler, course: Course) -> Vectors:
    """Learn from one stage's pairs. Returns the new word vectors."""
    weights = torch.nn.Parameter(torch.from_numpy(table.copy()))
    optimiser = torch.optim.Adam([weights], lr=course.rate, fused=True)
    cross_entropy = torch.nn.functional.cross_entropy
    started, mean_loss = time.perf_counter(), 0.0
    for step in range(course.steps):
        for group in optimiser.param_groups:
            group["lr"] = course.rate * max(0.02, 1 - step / course.steps)
        first, second, same = sampler.batch(BATCH, course.questions)
        scores = SCALE * _bag(weights, first) @ _bag(weights, second).T
        scores = scores.masked_fill(torch.from_numpy(same), -1e4)
        target = torch.arange(len(first))
        loss = (cross_entropy(scores, target) + cross_entropy(scores.T, target)) / 2
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        mean_loss = loss.item() if step == 0 else 0.98 * mean_loss + 0.02 * loss.item()
        if (step + 1) % 200 == 0 or step + 1 == course.steps:
            print(f"  step {step + 1} loss {mean_loss:.3f} {time.perf_counter() - started:.0f} s", flush=True)
    return weights.detach().numpy().copy()


def _bag(weights: torch.Tensor, texts: list[Ids]) -> torch.Tensor:
    offsets = np.cumsum([0] + [len(text) for text in texts[:-1]])
    rows = torch.nn.functional.embedding_bag(
        torch.from_numpy(np.concatenate(texts)), weights, torch.from_numpy(offsets), mode="mean"
    )
    return torch.nn.functional.normalize(rows, dim=-1)
