"""Training data: statutes, answered lay questions and our own lay questions, cut into words and tied to each other."""

from __future__ import annotations

import json
import lzma
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.library import gather, shipped
from index.chunk import Card, Chunk, Text, chunks_of, indexed_text
from index.errors import IndexRoomError
from index.questions import written_questions
from index.words import cut

_SENTENCE = re.compile(r"(?<=[。；\n])")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NAMED = re.compile(r"《([^》]+)》\s*(第[零〇一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?)")
MIN_COUNT = 3
MAX_WORDS = 30_000


@dataclass(frozen=True, slots=True)
class Statute:
    """One chunk of the corpus as words: what it is, its title and headings, its sentences."""

    chunk: Chunk
    head: list[str]
    sentences: list[list[str]]

    @property
    def words(self) -> list[str]:
        """All words, as the index holds them."""
        return [*self.head, *(word for sentence in self.sentences for word in sentence)]


@dataclass(frozen=True, slots=True)
class Answered:
    """One answered lay question as words.

    `gold` are the chunks that people named as its answer, `named` those that its answer names, `quoted` those of the law texts that
    stand beside it; `keys` are (title, article) of what is remembered of it: gold where there is any, else what the answer names.
    """

    question: list[str]
    answer: list[str]
    gold: tuple[int, ...]
    named: tuple[int, ...]
    quoted: tuple[int, ...]
    keys: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that is learnt from, cut into words; `judged` questions have gold provisions, `others` have none."""

    statutes: list[Statute]
    judged: list[Answered]
    others: list[Answered]
    own: list[tuple[list[str], list[str]]]


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise IndexRoomError(f"读不了训练数据「{path}」：{error}") from error


def load(data: Path, corpus: Path) -> Corpus:
    """Read and cut the training folder (`lecoqa-train.jsonl`, `lawyer-llama.jsonl.xz`), the statutes and our own library."""
    chunks: list[Chunk] = []
    by_id: dict[str, list[int]] = {}
    by_article: dict[tuple[str, str], list[int]] = {}
    for document in gather([corpus]).documents:
        card = Card.of(document)
        for chunk in chunks_of(card, tuple(Text.of(p) for p in document.provisions if p.text)):
            by_id.setdefault(chunk.provision.id, []).append(len(chunks))
            by_article.setdefault((card.title, chunk.provision.article), []).append(len(chunks))
            chunks.append(chunk)

    def answered(row: dict[str, Any]) -> Answered:
        gold = tuple(number for key in row.get("gold") or () for number in by_id.get(key, ()))
        named = _named([row.get("answer") or ""], by_article)
        quoted = _named(row.get("laws") or (), by_article)
        keys = dict.fromkeys((chunks[n].card.title, chunks[n].provision.article) for n in gold or named)
        return Answered(cut(row["question"]), cut(row.get("answer") or ""), gold, named, quoted, tuple(keys))

    judged, others = (
        [answered(row) for row in _rows(data / name)] for name in ("lecoqa-train.jsonl", "lawyer-llama.jsonl.xz")
    )
    return Corpus([_statute(chunk) for chunk in chunks], judged, others, _own())


def _statute(chunk: Chunk) -> Statute:
    head, _, _ = indexed_text(chunk).partition("\n")
    return Statute(chunk, cut(head), [words for part in _SENTENCE.split(chunk.text) if (words := cut(part))])


def _named(texts: list[str] | tuple[str, ...], by_article: dict[tuple[str, str], list[int]]) -> tuple[int, ...]:
    """Return the chunks of the provisions that some texts name as 《title》第…条, each once."""
    found: dict[int, None] = {}
    for text in texts:
        for match in _NAMED.finditer(text):
            key = (match[1].replace("中华人民共和国", ""), match[2])
            found.update(dict.fromkeys(by_article.get(key, ())))
    return tuple(found)


def _own() -> list[tuple[list[str], list[str]]]:
    questions = written_questions()
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
        counts.update(statute.words)
    for asked in [*corpus.judged, *corpus.others]:
        counts.update(asked.question)
        counts.update(asked.answer)
    for question, text in corpus.own:
        counts.update(question)
        counts.update(text)
    words = [word for word, count in counts.most_common(MAX_WORDS) if count >= MIN_COUNT]
    characters = sorted({char for word in counts for char in word if _CHINESE.match(char)})
    return {word: number for number, word in enumerate(dict.fromkeys([*words, *characters]))}
