"""Training data: pairs of texts that belong together, from statutes, answered lay questions and our own lay questions."""

from __future__ import annotations

import json
import lzma
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexRoomError
from index.questions import lay_questions
from index.words import cut

Ids = NDArray[np.int64]
_SENTENCE = re.compile(r"(?<=[。；\n])")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LONGEST = 400
MIN_COUNT = 3
MAX_WORDS = 30_000


@dataclass(frozen=True, slots=True)
class Statute:
    """One provision as words: its id, title, whole text and sentences."""

    id: str
    title: list[str]
    text: list[str]
    sentences: list[list[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One answered lay question as words, with the ids of its gold provisions and the texts of the law it quotes."""

    question: list[str]
    answer: list[str]
    gold: tuple[str, ...]
    laws: list[list[str]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that the encoder learns from, cut into words."""

    statutes: list[Statute]
    lecoqa: list[Asked]
    llama: list[Asked]
    own: list[tuple[list[str], list[str]]]


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise IndexRoomError(f"读不了训练数据「{path}」：{error}") from error


def load(data: Path, corpus: Path) -> Corpus:
    """Read and cut the training folder (`lecoqa-train.jsonl`, `lawyer-llama.jsonl.xz`), the statutes and our own library."""
    statutes = [
        Statute(
            r["id"],
            cut(r["title"]),
            cut(f"{r['title']} {r['text']}"),
            [cut(s) for s in _SENTENCE.split(r["text"]) if len(s) > 5],
        )
        for r in _rows(corpus)
    ]
    lecoqa, llama = (
        [_asked(row) for row in _rows(data / name)] for name in ("lecoqa-train.jsonl", "lawyer-llama.jsonl.xz")
    )
    return Corpus(statutes, lecoqa, llama, _own())


def _asked(row: dict[str, Any]) -> Asked:
    return Asked(
        cut(row["question"]),
        cut(row.get("answer") or ""),
        tuple(row.get("gold") or ()),
        [cut(x) for x in row.get("laws") or ()],
    )


def _own() -> list[tuple[list[str], list[str]]]:
    from documents.library import shipped

    questions = lay_questions()
    return [
        (cut(asked), cut(f"{document.title} {provision.text}"))
        for document in shipped()
        for provision in document.provisions
        for asked in questions.get((document.title, provision.article), ())
    ]


def vocabulary(corpus: Corpus) -> dict[str, int]:
    """Number the words that occur at least three times, most frequent first, and every Chinese character."""
    counts: Counter[str] = Counter()
    for statute in corpus.statutes:
        counts.update(statute.text)
    for asked in [*corpus.lecoqa, *corpus.llama]:
        counts.update(asked.question)
        counts.update(asked.answer)
        for law in asked.laws:
            counts.update(law)
    for question, text in corpus.own:
        counts.update(question)
        counts.update(text)
    words = [word for word, count in counts.most_common(MAX_WORDS) if count >= MIN_COUNT]
    characters = sorted({char for word in counts for char in word if _CHINESE.match(char)})
    return {word: number for number, word in enumerate(dict.fromkeys([*words, *characters]))}


class Sampler:
    """Draws training pairs: a sentence of a provision with the rest of it, and questions with what answers them."""

    def __init__(self, corpus: Corpus, vocab: dict[str, int], held: frozenset[int], seed: int) -> None:
        """Parameters: corpus; vocabulary; numbers of the lecoqa questions that are not to be learnt from; seed."""
        self._vocab = vocab
        self._random = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self.texts = [self.ids(s.text) for s in corpus.statutes]
        self._titles = [self.ids(s.title) for s in corpus.statutes]
        self._sentences = [[self.ids(x) for x in s.sentences] for s in corpus.statutes]
        place = {s.id: n for n, s in enumerate(corpus.statutes)}
        self._pairs: list[tuple[Ids, Ids]] = []
        for number, asked in enumerate(corpus.lecoqa):
            if number in held:
                continue
            question, answer = self.ids(asked.question), self.ids(asked.answer)
            self._pairs.append((question, answer))
            for gold in asked.gold:
                self._pairs += [(question, self.texts[place[gold]])] * 6 + [(answer, self.texts[place[gold]])]
        for asked in corpus.llama:
            question = self.ids(asked.question)
            self._pairs += [(question, self.ids(text)) for text in (asked.answer, *asked.laws)]
        self._pairs += [(self.ids(q), self.ids(t)) for q, t in corpus.own]

    def ids(self, words: list[str]) -> Ids:
        """Number a text's words and then their characters, as `segment` writes them; unknown ones are left out."""
        known = [self._vocab[w] for w in words if w in self._vocab]
        known += [self._vocab[c] for w in words if len(w) > 1 for c in w if c in self._vocab]
        return np.array(known[: 2 * _LONGEST] or [0], dtype=np.int64)

    def batch(self, size: int, questions: float, dropout: float) -> list[tuple[Ids, Ids]]:
        """Draw `size` pairs, the share `questions` of them from questions; each word is dropped with probability `dropout`."""
        pairs: list[tuple[Ids, Ids]] = self._random.choices(self._pairs, k=int(size * questions))
        while len(pairs) < size:
            if pair := self._sentence():
                pairs.append(pair)
        return [(self._thin(a, dropout), self._thin(b, dropout)) for a, b in pairs]

    def _sentence(self) -> tuple[Ids, Ids] | None:
        place = self._random.randrange(len(self.texts))
        sentences = self._sentences[place]
        if len(sentences) < 2:
            return (self._titles[place], self.texts[place]) if self._random.random() < 0.3 else None
        chosen = self._random.randrange(len(sentences))
        rest = [self._titles[place], *(s for n, s in enumerate(sentences) if n != chosen)]
        return sentences[chosen], np.concatenate(rest)[:_LONGEST]

    def _thin(self, ids: Ids, dropout: float) -> Ids:
        if len(ids) <= 3:
            return ids
        kept = ids[self._noise.random(len(ids)) >= dropout]
        return kept if len(kept) else ids[:1]

    def frequencies(self) -> NDArray[np.float32]:
        """Return each word's inverse document frequency over the statutes, ln(1 + N / (1 + df))."""
        counts = np.zeros(len(self._vocab), dtype=np.int64)
        for ids in self.texts:
            counts[np.unique(ids)] += 1
        return np.log1p(len(self.texts) / (1 + counts)).astype(np.float32)
