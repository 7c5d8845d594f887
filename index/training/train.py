"""Make what is shipped: the encoder, the memory of answered questions and the re-ranker, in one seeded run on CPU.

The encoder's folder is a sentence-transformers `StaticEmbedding`, so `SentenceTransformer(path)` loads it; memory and forest lie beside
it as arrays.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import Vectors
from index.forest import Forest
from index.memory import Memory
from index.networks import Networks
from index.rerank import write_reranker
from index.training.data import load, vocabulary
from index.training.domain import train_domain
from index.training.figures import BOTH, FOREST, FOREST_ALONE, NETWORKS, Figures, Judges, measure, spread
from index.training.fit import BASE, TUNE, Course, Sampler, Texts, first_vectors, fit
from index.training.lead import train_lead
from index.training.listwise import fit_networks
from index.training.ranker import MEMORY_FEATURES, Room, Seen, Sheets, grow, joined
from index.training.senses import train_senses

UNKNOWN = "[UNK]"
FOLDS = 5


def fold_members(count: int, fold: int) -> frozenset[int]:
    """Return the numbers of the questions of one fifth (0 to 4), the same in every run."""
    order = np.random.default_rng(20261121).permutation(count)
    return frozenset(order[fold::FOLDS].tolist())


def train(
    data: Path, corpus_path: Path, out: Path, seed: int, measured: bool = True, base: Course = BASE, tune: Course = TUNE
) -> int:
    """Train and write encoder, memory and re-ranker.

    Parameters: the training folder; the statutes; where to write; seed; whether to measure every stage on five folds, which
    takes most of the time; the two courses of the encoder. Returns the exit code.
    """
    started = time.perf_counter()
    corpus = load(data, corpus_path)
    words = vocabulary(corpus)
    texts = Texts(corpus, words)
    room = Room(corpus, texts)
    folds = [fold_members(len(corpus.judged), fold) for fold in range(FOLDS)]

    def say(what: str) -> None:
        print(f"{what} ({time.perf_counter() - started:.0f} s)", flush=True)

    say(f"{len(corpus.statutes)} chunks, {len(corpus.judged)} + {len(corpus.others)} questions, {len(words)} words")
    begun = fit(first_vectors(texts, seed), Sampler(texts, corpus, range(len(corpus.judged)), seed), base)

    def tuned(held: tuple[int, ...]) -> Vectors:
        say(f"encoder without folds {held}" if held else "encoder of all questions")
        members = frozenset().union(*(folds[fold] for fold in held))
        return fit(begun, Sampler(texts, corpus, members, seed + 1), tune)

    singles = [tuned((fold,)) for fold in range(FOLDS)]
    figures: dict[str, Any] = {}
    if measured:
        pairs = {(first, second): tuned((first, second)) for first, second in itertools.combinations(range(FOLDS), 2)}
        by_fold = []
        for fold in range(FOLDS):
            by_fold.append(_measure_fold(room, folds, fold, singles[fold], pairs, seed))
            say(f"fold {fold}: " + ", ".join(f"{stage} {values}" for stage, values in by_fold[-1].items()))
        figures = spread(by_fold)
    table = tuned(())
    parts = [room.seen_by(singles[fold]).sheets(sorted(folds[fold]), ()) for fold in range(FOLDS)]
    learnt = joined(parts)
    forest, networks = grow(learnt, corpus, seed), fit_networks(learnt, corpus, seed)
    say("forest and networks of all questions")
    save(table, words, out, {"seed": seed, "figures": figures})
    write(out, room.seen_by(table), forest, networks)
    for name, value in (train_lead(out, seed) | train_domain(out, seed) | train_senses(out, seed)).items():
        say(f"{name}: {value}")
    say(f"written to {out}")
    return 0


def _measure_fold(
    room: Room,
    folds: list[frozenset[int]],
    fold: int,
    single: Vectors,
    pairs: dict[tuple[int, int], Vectors],
    seed: int,
) -> Figures:
    """Measure every stage on one fifth: nothing that is used has learnt from it, and no forest from what its encoder knew."""
    sheets: list[Sheets] = []
    for other in range(FOLDS):
        if other != fold:
            seen = room.seen_by(pairs[min(fold, other), max(fold, other)])
            sheets.append(seen.sheets(sorted(folds[other]), folds[fold]))
    learnt = joined(sheets)
    forest, networks = grow(learnt, room.corpus, seed), fit_networks(learnt, room.corpus, seed)
    judges: dict[str, Judges] = {
        FOREST_ALONE: (grow(learnt, room.corpus, seed, MEMORY_FEATURES), None),
        FOREST: (forest, None),
        NETWORKS: (None, networks),
        BOTH: (forest, networks),
    }
    return measure(room.seen_by(single), sorted(folds[fold]), judges)


def write(out: Path, seen: Seen, forest: Forest, networks: Networks) -> None:
    """Write memory, rarity of words, forest and networks beside the encoder that they belong to."""
    weights = (out / "model.safetensors").read_bytes() + (out / "tokenizer.json").read_bytes()
    memory: Memory = seen.recalled.memory
    write_reranker(out, hashlib.sha256(weights).hexdigest(), memory, seen.lexicon.rarity, forest, networks)


def save(table: Vectors, vocab: dict[str, int], out: Path, facts: dict[str, object]) -> None:
    """Write a sentence-transformers folder with half-precision weights, and the facts of its making."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    # Unknown words share a zero row: they shorten the mean, which unit length undoes, and say nothing.
    words = {**vocab, UNKNOWN: len(vocab)}
    table = np.concatenate([table, np.zeros((1, table.shape[1]), dtype=table.dtype)])
    tokenizer = Tokenizer(WordLevel(words, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=table.astype(np.float16))], device="cpu"
    )
    out.mkdir(parents=True, exist_ok=True)
    model.save(str(out), create_model_card=False)
    (out / "niangjiaren.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
