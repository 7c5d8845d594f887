"""Search a loaded index: BM25 and dense candidates under one filter, fused by reciprocal rank."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.region import NATION
from index.chunk import Card, Chunk, indexed_rows
from index.domain import OURS, load_domain
from index.encoder import SHIPPED, Encoder, StaticEncoder, Vectors, load_encoder
from index.errors import IndexMismatch
from index.features import POOL, Asked, Ground
from index.forest import Forest
from index.lead import CANDIDATES, Found, Kinds, chances, features, load_lead
from index.lexical import Lexical
from index.logistic import log_odds
from index.rerank import BoundReranker, load_reranker
from index.scope import Scope as Scope
from index.store import Manifest, Stored, load
from index.vectors import Mask, VectorIndex
from index.words import STOP_WORDS, cut

# Reciprocal-rank fusion (Cormack et al. 2009): small k trusts the first ranks; weights from the training log.
RANK_CONSTANT = 10
DENSE_WEIGHT = 1.0
WORD_WEIGHT = 0.6
# A word that stands in the index but that the encoder never learnt (a brand, a factory's own leave): only BM25 sees it.
UNLEARNT_WEIGHT = 2.0
DEPTH = 400


@dataclass(frozen=True, slots=True)
class Stages:
    """Which parts of a search are on: words (BM25), dense vectors, the memory of answered questions, forest and networks that re-rank.

    Memory, forest and networks need dense vectors and an encoder that they were made with; the last two use the memory. Where all three are
    off, `lead` has another forest, for local law, plans and lay questions, choose what comes first.
    """

    words: bool = True
    dense: bool = True
    memory: bool = True
    forest: bool = True
    networks: bool = True
    lead: bool = True


EVERY_STAGE = Stages()
LIBRARY = Stages(memory=False, forest=False, networks=False)
PLAIN = Stages(memory=False, forest=False, networks=False, lead=False)
_ASKS_FIGURE = re.compile(r"多少|几[天个次年月场人]|多久|多长|\d")
# Memory and forest have learnt national statutes: they are at home where nearly all is that, and most of what is remembered is there.
NATIONAL_SHARE, REMEMBERED_SHARE = 0.95, 0.5


# So many chunks are kept as read: of 300 words and ten sentences each, about 30 MB.
_READ = 1024


@dataclass(frozen=True, slots=True)
class Hit:
    """One found chunk with its score, and why: best cosine and BM25 score of its rows, its rank in each list (None: not there).

    `chance` is the lead forest's estimate that it answers, 0 to 1; None where that stage is off or did not look at it.
    """

    chunk: Chunk
    score: float
    cosine: float
    bm25: float
    dense_rank: int | None
    word_rank: int | None
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class _First:
    """What words and vectors found for a question: best rows of chunks in both lists, and the fused order."""

    query: str
    words: list[str]
    vector: NDArray[np.float32]
    mask: Mask
    bm25: NDArray[np.float32]
    dense: dict[int, float]
    lexical: dict[int, float]
    fused: dict[int, float]
    order: list[int]
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """Texts of a document as read: (n, d) unit vectors and the words of each."""

    vectors: Vectors
    words: tuple[frozenset[str], ...]


class SearchIndex:
    """A loaded index with the encoder that made it."""

    def __init__(self, stored: Stored, encoder: Encoder) -> None:
        self.folder: Path = stored.folder
        self.manifest: Manifest = stored.manifest
        self.chunks: list[Chunk] = stored.chunks
        self.rows: NDArray[np.int32] = stored.rows
        self.lexical: Lexical = stored.lexical
        self.vectors: VectorIndex = stored.vectors
        self.encoder = encoder
        self._words = stored.words
        # Texts of documents, sentence by sentence, are asked for again and again; a question is never kept so.
        self.read_document = lru_cache(maxsize=_READ)(self._read_document)
        self.words_of = lru_cache(maxsize=_READ)(_words_of)

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

    @cached_property
    def reranker(self) -> BoundReranker | None:
        """The re-ranker that was made with the encoder, None where there is none (another encoder)."""
        if not isinstance(self.encoder, StaticEncoder) or self._words is None:
            return None
        made = load_reranker(self.encoder.folder, self.encoder.digest)
        if made is None:
            return None
        by_article = {key: [self._numbers[chunk.id] for chunk in chunks] for key, chunks in self.by_article.items()}
        return made.bound(self.encoder, Ground.of(self.chunks, self._words.words, self._words.ends), by_article)

    @cached_property
    def usual_stages(self) -> Stages:
        """Every stage where memory and forest are at home; words and vectors where there is local law, plans or little that they know.

        On the shipped library, whose rows are mostly lay questions and local law, they cost a fifth of the first three hits (training log).
        """
        national = np.array([card.region == NATION and not card.level.is_plan for card in self.cards], dtype=np.bool_)
        if national[self._card_numbers].mean() < NATIONAL_SHARE or self.reranker is None:
            return LIBRARY
        return EVERY_STAGE if self.reranker.recalled.share >= REMEMBERED_SHARE else LIBRARY

    @cached_property
    def domain(self) -> NDArray[np.float32] | None:
        """The weights that tell questions about women at work, None where there are none (another encoder)."""
        if not isinstance(self.encoder, StaticEncoder):
            return None
        return load_domain(self.encoder.folder, self.encoder.digest)

    def stages_for(self, query: str) -> Stages:
        """The usual stages, without memory and forest where the question is of the kind that they have not learnt."""
        usual = self.usual_stages
        if usual == LIBRARY or self.domain is None:
            return usual
        return LIBRARY if log_odds(self.domain, self.encoder.encode([query])[0]) >= OURS else usual

    @cached_property
    def lead(self) -> Forest | None:
        """The forest that chooses what comes first, None where there is none (another encoder)."""
        if not isinstance(self.encoder, StaticEncoder) or self.reranker is None:
            return None
        return load_lead(self.encoder.folder, self.encoder.digest)

    @cached_property
    def _kinds(self) -> Kinds:
        return Kinds.of(self.chunks)

    @cached_property
    def _by_chunk(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows one chunk after another (its own text first), and where each chunk's begin and the last one's end."""
        order = np.argsort(self.rows, kind="stable")
        return order, np.concatenate(([0], np.cumsum(np.bincount(self.rows, minlength=len(self.chunks)))))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {chunk.id: number for number, chunk in enumerate(self.chunks)}

    def search(self, query: str, k: int = 10, scope: Scope | None = None, stages: Stages | None = None) -> list[Hit]:
        """Find the best k chunks.

        The filter is applied before ranking and fails closed: a scope that allows nothing finds nothing. `scope` None
        searches everything. Ties are broken by the order of the index, so equal input gives equal output. `stages` switches
        parts on and off (None: `stages_for` the question).
        """
        stages = stages or self.stages_for(query)
        first = self._first(query, k, scope, stages)
        if first is None:
            return []
        order, scores = first.order, first.fused
        told: dict[int, float] = {}
        if (reranker := self._reranker_for(stages)) is not None:
            order = list(dict.fromkeys([*self._reranked(reranker, first, stages), *order]))
            scores = {number: DENSE_WEIGHT / (RANK_CONSTANT + rank) for rank, number in enumerate(order, 1)}
        elif stages.dense and stages.lead and self.lead is not None and order:
            order, scores, told = self._led(self.lead, self._found(first), order)
        ranks = [{number: rank for rank, number in enumerate(found, 1)} for found in (first.dense, first.lexical)]
        return [
            Hit(
                self.chunks[n],
                scores[n],
                first.dense.get(n, 0.0),
                first.lexical.get(n, 0.0),
                ranks[0].get(n),
                ranks[1].get(n),
                told.get(n),
            )
            for n in order[:k]
        ]

    def _reranker_for(self, stages: Stages) -> BoundReranker | None:
        return self.reranker if stages.dense and (stages.memory or stages.forest or stages.networks) else None

    def _first(
        self, query: str, k: int, scope: Scope | None, stages: Stages, without: Sequence[int] = ()
    ) -> _First | None:
        """What words and vectors find under a scope, some rows left out, fused; None where there is nothing to search."""
        mask = np.ones(len(self.chunks), dtype=np.bool_) if scope is None else self.allowed(scope)
        words = cut(query)
        if not words or not mask.any():
            return None
        content = [word for word in words if word not in STOP_WORDS] or words
        row_mask = mask[self.rows]
        row_mask[list(without)] = False
        bm25 = np.zeros(len(row_mask), dtype=np.float32)
        if stages.words:
            bm25[row_mask] = self.lexical.scores(content)[row_mask]
        by_words = _best(bm25, max(DEPTH, k))
        vector = self._encode(query, words) if stages.dense else np.zeros(self.encoder.dimension, dtype=np.float32)
        dense: dict[int, float] = {}
        if stages.dense:
            depth = max(POOL if self._reranker_for(stages) else DEPTH, k)
            filtered = scope is not None or bool(len(without))
            dense = self._chunks_of(*self.vectors.search(vector, depth, row_mask if filtered else None, scope))
        lexical = self._chunks_of(by_words, bm25[by_words])
        fused: dict[int, float] = {}
        for weight, found in ((DENSE_WEIGHT, dense), (self._word_weight(content), lexical)):
            for rank, number in enumerate(found, 1):
                fused[number] = fused.get(number, 0.0) + weight / (RANK_CONSTANT + rank)
        order = sorted(fused, key=lambda n: (-fused[n], n))
        return _First(query, words, vector, mask, bm25, dense, lexical, fused, order, scope)

    def rows_of(self, questions: Iterable[str]) -> dict[str, list[int]]:
        """Return the rows of the index that are some lay questions, word for word."""
        found: dict[str, list[int]] = {question: [] for question in questions}
        for number, (_, text) in enumerate(indexed_rows(self.chunks)):
            if number >= len(self.chunks) and text in found:
                found[text].append(number)
        return found

    def candidates(self, query: str, scope: Scope, without: Sequence[int] = ()) -> Found | None:
        """What the lead forest looks at for a question, None where nothing is found.

        Parameters: the question; where and what to look for; rows that do not count (those of a training question itself).
        """
        first = self._first(query, CANDIDATES, scope, LIBRARY, without)
        return self._found(first, without) if first is not None and first.order else None

    def _found(self, first: _First, without: Sequence[int] = ()) -> Found:
        assert isinstance(self.encoder, StaticEncoder)
        chunks = first.order[:CANDIDATES]
        order, starts = self._by_chunk
        own = [order[starts[number] : starts[number + 1]] for number in chunks]
        if without:
            own = [rows[~np.isin(rows, without)] for rows in own]
        rows = np.concatenate(own)
        known = self.encoder.numbers(word for word in first.words if word not in STOP_WORDS) or [0]
        return Found(
            np.array(chunks, dtype=np.int64),
            np.array([first.fused[number] for number in chunks], dtype=np.float32),
            self.vectors.take(rows) @ first.vector,
            first.bm25[rows],
            np.cumsum([len(numbers) for numbers in own]),
            np.array(known, dtype=np.int64),
            first.scope is not None and bool(first.scope.regions),
            _ASKS_FIGURE.search(first.query) is not None,
            first.scope is not None and bool(first.scope.plans),
        )

    def lead_features(self, found: Found) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """Return the lead forest's features of what was found: their names and (n, features) rows."""
        assert self.reranker is not None
        return features(found, self._kinds, self.reranker.ground, self.reranker.lexicon)

    def _led(
        self, forest: Forest, found: Found, order: list[int]
    ) -> tuple[list[int], dict[int, float], dict[int, float]]:
        """Order the first candidates by the forest.

        Returns all of them; their scores, the chance to answer and below it ever less; the chances alone.
        """
        values = chances(forest, *self.lead_features(found))
        first = found.chunks[np.lexsort((np.arange(len(values)), -values))].tolist()
        told = dict(zip(found.chunks.tolist(), values.tolist(), strict=True))
        last, rest = min(told.values()), order[len(first) :]
        return [*first, *rest], told | {number: last / (1 + rank) for rank, number in enumerate(rest, 1)}, told

    def _reranked(self, reranker: BoundReranker, first: _First, stages: Stages) -> list[int]:
        assert isinstance(self.encoder, StaticEncoder)
        cosines = np.full(len(self.chunks), min(first.dense.values(), default=-1.0), dtype=np.float32)
        cosines[list(first.dense)] = list(first.dense.values())
        by_words = np.zeros(len(self.chunks), dtype=np.float32)
        np.maximum.at(by_words, self.rows, first.bm25)
        known = self.encoder.numbers(word for word in first.words if word not in STOP_WORDS) or [0]
        asked = Asked(first.vector, np.array(known, dtype=np.int64), cosines, by_words, first.mask)
        return [int(number) for number in reranker.rank(asked, stages.forest, stages.networks)[0]]

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
        rows = encoder.encode_words([words]) if isinstance(encoder, StaticEncoder) else encoder.encode_queries([query])
        return np.asarray(rows[0], dtype=np.float32)

    def coverage(self, query: str, found: Collection[str]) -> float:
        """Return the share of a query's words that are among some words, each weighted by its inverse document frequency."""
        weights = {word: self.lexical.weight(word) for word in cut(query) if word not in STOP_WORDS}
        total = sum(weights.values())
        return sum(weight for word, weight in weights.items() if word in found) / total if total else 0.0

    def _read_document(self, texts: tuple[str, ...]) -> DocumentWords:
        return DocumentWords(self.encoder.encode(list(texts)), tuple(frozenset(cut(text)) for text in texts))


def _words_of(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for text in texts for word in cut(text))


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
