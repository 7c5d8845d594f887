"""Two plain systems answered in the same run, so that a figure says how much is ours: random, and BM25 alone.

Both search the open index for the question as understood (a follow-up with the turn before it) under the same filters of
place and validity. `random` draws provisions; `bm25` ranks by words only. Both give the first passage of their first
provision as the answer, always as `answered`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np

from evals.measures import LONGEST
from index.chunk import Chunk
from index.search import SearchIndex
from index.words import STOP_WORDS, cut
from rag.model import Question
from rag.retrieve import scope_of

BASELINES = ("random", "bm25")
K = 10
_SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]?")


def baseline_rows(index: SearchIndex, question: Question, case_id: str, seed: int) -> dict[str, dict[str, Any]]:
    """Answer a question with each baseline.

    Parameters: the index; the understood question; the case's id, which with the seed fixes the random draw whatever the
    order of the cases. Returns a row of ANSWERS for each baseline by name.
    """
    mask = index.allowed(scope_of(question))
    allowed = np.flatnonzero(mask)
    drawn = np.random.default_rng([seed, *case_id.encode()]).permutation(allowed)
    words = cut(question.search)
    scores = index.lexical.scores([word for word in words if word not in STOP_WORDS] or words)
    scores = np.where(mask[index.rows], scores, 0.0)
    best = np.argsort(-scores, kind="stable")
    ranked = index.rows[best[scores[best] > 0]]
    return {"random": _row(case_id, _distinct(index, drawn)), "bm25": _row(case_id, _distinct(index, ranked))}


def passage(text: str) -> str:
    """Return the first sentences of a text that fit a conclusion, at least one."""
    said = ""
    for match in _SENTENCE.finditer(text):
        if said.strip() and len(said) + len(match[0]) > LONGEST:
            break
        said += match[0]
    return said.strip()


def _distinct(index: SearchIndex, numbers: Iterable[int]) -> list[Chunk]:
    def distinct() -> Iterable[Chunk]:
        seen: set[str] = set()
        for number in numbers:
            chunk = index.chunks[int(number)]
            if chunk.provision.id not in seen:
                seen.add(chunk.provision.id)
                yield chunk

    return list(islice(distinct(), K))


def _row(case_id: str, found: list[Chunk]) -> dict[str, Any]:
    said = passage(found[0].text) if found else ""
    return {
        "id": case_id,
        "status": "answered" if found else "refused",
        "conclusion": said,
        "answer": said,
        "citations": [_named(found[0]) | {"quote": said}] if found else [],
        "retrieved": [_named(chunk) for chunk in found],
    }


def _named(chunk: Chunk) -> dict[str, Any]:
    return {
        "document_id": chunk.card.id,
        "chunk_id": chunk.id,
        "title": chunk.card.title,
        "article": chunk.provision.article,
    }
