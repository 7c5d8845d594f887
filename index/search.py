"""Search a loaded index: BM25 and dense candidates under one filter, fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.region import NATION, Region
from index.chunk import Card, Chunk
from index.encoder import SHIPPED, Encoder, StaticEncoder, load_encoder
from index.errors import IndexMismatch
from index.lexical import Lexical
from index.store import Manifest, Stored, load
from index.vectors import DenseVectors, Mask
from index.words import STOP_WORDS, cut

# Reciprocal-rank fusion (Cormack et al. 2009): small k trusts the first ranks; weights from the training log.
RANK_CONSTANT = 10
DENSE_WEIGHT = 1.0
WORD_WEIGHT = 0.6
# A word that stands in the index but that the encoder never learnt (a brand, a factory's own leave): only BM25 sees it.
UNLEARNT_WEIGHT = 2.0
DEPTH = 400


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be found: where the person is, the day on which law must be in force, and whether law or plans are wanted.

    No region means national law and all plans; `as_of` None switches the validity filter off. An unknown date passes.
    `plans` True finds only plans and news, False only what is neither, None both.
    """

    regions: tuple[Region, ...] = ()
    as_of: date | None = None
    plans: bool | None = None

    def allows(self, card: Card) -> bool:
        """Whether a document may be found."""
        if self.plans is not None and card.level.is_plan != self.plans:
            return False
        if self.as_of is not None and card.in_force(self.as_of) is False:
            return False
        if not self.regions:
            return card.level.is_plan or card.region == NATION
        if card.level.is_plan:  # a plan is never a right: a province's question may also see its cities' plans
            return any(card.region.applies_to(r) or r.applies_to(card.region) for r in self.regions)
        return any(card.region.applies_to(r) for r in self.regions)


@dataclass(frozen=True, slots=True)
class Hit:
    """One found chunk with its fused score, and why: best cosine and BM25 score of its rows, its rank in each list (None: not there)."""

    chunk: Chunk
    score: float
    cosine: float
    bm25: float
    dense_rank: int | None
    word_rank: int | None


class SearchIndex:
    """A loaded index with the encoder that made it."""

    def __init__(self, stored: Stored, encoder: Encoder) -> None:
        self.folder: Path = stored.folder
        self.manifest: Manifest = stored.manifest
        self.chunks: list[Chunk] = stored.chunks
        self.rows: NDArray[np.int32] = stored.rows
        self.lexical: Lexical = stored.lexical
        self.vectors: DenseVectors = stored.vectors
        self.encoder = encoder

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """The documents of the index, in order."""
        return tuple({chunk.card.id: chunk.card for chunk in self.chunks}.values())

    @cached_property
    def _card_numbers(self) -> NDArray[np.int32]:
        place = {card.id: number for number, card in enumerate(self.cards)}
        return np.array([place[chunk.card.id] for chunk in self.chunks], dtype=np.int32)

    @cached_property
    def by_provision(self) -> dict[str, list[Chunk]]:
        """Chunks by provision id."""
        found: dict[str, list[Chunk]] = {}
        for chunk in self.chunks:
            found.setdefault(chunk.provision.id, []).append(chunk)
        return found

    @cached_property
    def by_article(self) -> dict[tuple[str, str], list[Chunk]]:
        """Chunks by (title, article)."""
        found: dict[tuple[str, str], list[Chunk]] = {}
        for chunk in self.chunks:
            found.setdefault((chunk.card.title, chunk.provision.article), []).append(chunk)
        return found

    def allowed(self, scope: Scope) -> Mask:
        """Return the (n,) mask of the chunks that a scope allows."""
        cards = np.array([scope.allows(card) for card in self.cards], dtype=np.bool_)
        return cards[self._card_numbers]

    def search(self, query: str, k: int = 10, scope: Scope | None = None) -> list[Hit]:
        """Find the best k chunks.

        The filter is applied before ranking and fails closed: a scope that allows nothing finds nothing. `scope` None
        searches everything. Ties are broken by the order of the index, so equal input gives equal output.
        """
        mask = np.ones(len(self.chunks), dtype=np.bool_) if scope is None else self.allowed(scope)
        words = cut(query)
        if not words or not mask.any():
            return []
        content = [word for word in words if word not in STOP_WORDS] or words
        row_mask = mask[self.rows]
        bm25 = np.where(row_mask, self.lexical.scores(content), 0.0)
        by_words = _best(bm25, max(DEPTH, k))
        vector = self._encode(query, words)
        by_vector, cosines = self.vectors.search(vector, max(DEPTH, k), row_mask if scope is not None else None)
        dense = self._chunks_of(by_vector, cosines)
        lexical = self._chunks_of(by_words, bm25[by_words])
        fused: dict[int, float] = {}
        for weight, found in ((DENSE_WEIGHT, dense), (self._word_weight(content), lexical)):
            for rank, number in enumerate(found, 1):
                fused[number] = fused.get(number, 0.0) + weight / (RANK_CONSTANT + rank)
        ranks = [{number: rank for rank, number in enumerate(found, 1)} for found in (dense, lexical)]
        return [
            Hit(self.chunks[n], fused[n], dense.get(n, 0.0), lexical.get(n, 0.0), ranks[0].get(n), ranks[1].get(n))
            for n in sorted(fused, key=lambda n: (-fused[n], n))[:k]
        ]

    def _word_weight(self, words: list[str]) -> float:
        encoder = self.encoder
        if isinstance(encoder, StaticEncoder) and any(self.lexical.knows(w) and not encoder.knows(w) for w in words):
            return UNLEARNT_WEIGHT
        return WORD_WEIGHT

    def _chunks_of(self, rows: NDArray[np.int64], scores: NDArray[np.float32]) -> dict[int, float]:
        """Best score of each chunk among some rows given best first; the order stays."""
        found: dict[int, float] = {}
        for number, score in zip(self.rows[rows].tolist(), scores.tolist(), strict=True):
            found.setdefault(number, score)
        return found

    def _encode(self, query: str, words: list[str]) -> NDArray[np.float32]:
        encoder = self.encoder
        rows = encoder.encode_words([words]) if isinstance(encoder, StaticEncoder) else encoder.encode([query])
        return np.asarray(rows[0], dtype=np.float32)

    def coverage(self, query: str, texts: Iterable[str]) -> float:
        """Return the share of a question's words that stand in some texts, each weighted by its inverse document frequency."""
        words = {word for word in cut(query) if word not in STOP_WORDS}
        weights = {word: self.lexical.weight(word) for word in words}
        found = set().union(*(cut(text) for text in texts)) if words else set()
        total = sum(weights.values())
        return sum(weight for word, weight in weights.items() if word in found) / total if total else 0.0


def _best(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the numbers of the k best positive scores, best first, ties in order."""
    positive = int((scores > 0).sum())
    k = min(k, positive)
    if not k:
        return np.zeros(0, dtype=np.int64)
    top = np.argpartition(-scores, k - 1)[:k]
    return top[np.lexsort((top, -scores[top]))]


def open_index(folder: Path, encoder: str | None = None) -> SearchIndex:
    """Load a saved index with the encoder that its manifest names (or the given one, which must be the same).

    Raises IndexNotFound, IndexMismatch or EncoderUnavailable.
    """
    stored = load(folder)
    wanted = encoder or stored.manifest.encoder
    loaded = load_encoder(wanted)
    if loaded.digest != stored.manifest.encoder_digest:
        raise IndexMismatch(
            f"「{folder}」是用编码器「{stored.manifest.encoder}」建的，和现在的「{wanted}」不同，向量不能混用。"
            f"请运行 python -m index build --out {folder}"
            + (f" --encoder {wanted}" if wanted != SHIPPED else "")
            + " 重建。"
        )
    return SearchIndex(stored, loaded)
