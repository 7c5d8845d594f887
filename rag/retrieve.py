"""Retrieve evidence for an understood question: the index's search under the design's region and validity rules."""

from __future__ import annotations

from collections.abc import Iterable

from index.chunk import Chunk
from index.search import Hit, Scope, SearchIndex
from rag.model import Evidence, Question
from rag.stages import Stage, stage

K = 12


def scope_of(question: Question, plans: bool | None = None) -> Scope:
    """Say what may be found for a question: its places, its day, and plans or law where one of them is asked for."""
    return Scope(question.regions, question.as_of, plans)


def retrieve(index: SearchIndex, question: Question, k: int = K, plans: bool | None = None) -> list[Evidence]:
    """Find the best k chunks for a question, best first, each with why it is there."""
    with stage(Stage.RETRIEVE):
        hits = index.search(question.search, k, scope_of(question, plans))
    return [Evidence(hit.chunk, hit.score, _why(hit), hit.cosine, hit.chance) for hit in hits]


def fetch(index: SearchIndex, question: Question, title: str, article: str, why: str) -> list[Evidence]:
    """Fetch a provision by name, if the index holds it and the question's scope allows it; counts as retrieved."""
    scope = scope_of(question)
    chunks = index.by_article.get((title, article), ())
    return [Evidence(chunk, 0.0, why) for chunk in chunks if scope.allows(chunk.card)]


def merge(*groups: Iterable[Evidence]) -> list[Evidence]:
    """Put evidence together, first come first, each chunk once."""
    found: dict[str, Evidence] = {}
    for group in groups:
        for item in group:
            found.setdefault(item.chunk.id, item)
    return list(found.values())


def whole(index: SearchIndex, chunk: Chunk) -> list[Chunk]:
    """Return all chunks of a chunk's provision, in order."""
    return index.by_provision[chunk.provision.id]


def _why(hit: Hit) -> str:
    parts = []
    if hit.dense_rank is not None:
        parts.append(f"向量第{hit.dense_rank}（{hit.cosine:.2f}）")
    if hit.word_rank is not None:
        parts.append(f"词第{hit.word_rank}（{hit.bm25:.1f}）")
    if hit.chance is not None:
        parts.append(f"能答的把握{hit.chance:.2f}")
    return "，".join(parts)
