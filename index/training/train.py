"""Train the shipped encoder: a mean of word vectors, learnt on CPU with in-batch contrastive loss.

Henderson et al. 2017 (in-batch negatives, symmetric cross-entropy over scaled cosines); the folder it writes is a
sentence-transformers `StaticEmbedding`, so `SentenceTransformer(path)` loads it.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.training.data import Corpus, Ids, Sampler, load, vocabulary

if TYPE_CHECKING:
    import torch

DIMENSION = 256
BATCH = 1024
RATE = 0.02
SCALE = 20.0
QUESTION_SHARE = 0.25
DROPOUT = 0.2
UNKNOWN = "[UNK]"
FOLDS = 5


def fold_members(count: int, fold: int) -> frozenset[int]:
    """Return the numbers of the questions of one fifth (0 to 4), the same in every run."""
    order = np.random.default_rng(20261121).permutation(count)
    return frozenset(order[fold::FOLDS].tolist())


def train(data: Path, corpus_path: Path, out: Path, minutes: float, seed: int, fold: int | None = None) -> int:
    """Train for some minutes and write the encoder.

    Parameters: the training folder; the statutes; where to write; minutes of optimisation; seed; the fifth of the lecoqa
    questions to hold back and measure on (None: learn from all, measure nothing). Returns the exit code.
    """
    started = time.perf_counter()
    corpus = load(data, corpus_path)
    vocab = vocabulary(corpus)
    held = fold_members(len(corpus.lecoqa), fold) if fold is not None else frozenset()
    sampler = Sampler(corpus, vocab, held, seed)
    print(
        f"{len(corpus.statutes)} provisions, {len(vocab)} words, {len(held)} questions held back, {time.perf_counter() - started:.0f} s",
        flush=True,
    )
    table = _optimise(sampler, len(vocab), minutes * 60, seed)
    figures = measure(table, sampler, corpus, sorted(held)) if held else {}
    for name, value in figures.items():
        print(f"{name} {value:.3f}")
    save(table, vocab, out, {"seed": seed, "minutes": minutes, "fold": fold, **figures})
    print(f"written to {out}, {time.perf_counter() - started:.0f} s in all")
    return 0


def _bag(embedding: torch.nn.EmbeddingBag, texts: list[Ids]) -> torch.Tensor:
    import torch

    offsets = np.cumsum([0] + [len(text) for text in texts[:-1]])
    rows = embedding(torch.from_numpy(np.concatenate(texts)), torch.from_numpy(offsets))
    return torch.nn.functional.normalize(rows, dim=-1)


def _optimise(
    sampler: Sampler, words: int, seconds: float, seed: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    import torch

    torch.manual_seed(seed)
    embedding = torch.nn.EmbeddingBag(words, DIMENSION, mode="mean")
    frequencies = sampler.frequencies()
    with torch.no_grad():
        embedding.weight.normal_(std=0.1).mul_(torch.from_numpy(frequencies / frequencies.mean())[:, None])
    optimiser = torch.optim.Adam(embedding.parameters(), lr=RATE)
    start, step, mean_loss = time.perf_counter(), 0, 0.0
    while (elapsed := time.perf_counter() - start) < seconds:
        pairs = sampler.batch(BATCH, QUESTION_SHARE, DROPOUT)
        for group in optimiser.param_groups:
            group["lr"] = RATE * max(0.02, 1 - elapsed / seconds)
        scores = SCALE * _bag(embedding, [a for a, _ in pairs]) @ _bag(embedding, [b for _, b in pairs]).T
        target = torch.arange(len(pairs))
        loss = (
            torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)
        ) / 2
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        step += 1
        mean_loss = loss.item() if step == 1 else 0.98 * mean_loss + 0.02 * loss.item()
        if step % 200 == 0:
            print(f"step {step} loss {mean_loss:.3f} {elapsed:.0f} s", flush=True)
    return embedding.weight.detach().numpy()


def measure(
    table: np.ndarray[tuple[int, int], np.dtype[np.float32]], sampler: Sampler, corpus: Corpus, held: list[int]
) -> dict[str, float]:
    """Measure dense retrieval over all statutes on held-back questions: Recall@10, Recall@100, RR@10."""

    def encode(texts: list[Ids]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        rows = np.stack([table[text].mean(axis=0) for text in texts])
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    place = {statute.id: number for number, statute in enumerate(corpus.statutes)}
    scores = encode([sampler.ids(corpus.lecoqa[n].question) for n in held]) @ encode(sampler.texts).T
    top = np.argsort(-scores, axis=1)[:, :100]
    recall10 = recall100 = reciprocal = 0.0
    for found, number in zip(top, held, strict=True):
        gold = {place[g] for g in corpus.lecoqa[number].gold}
        recall10 += len(gold & set(found[:10].tolist())) / len(gold)
        recall100 += len(gold & set(found.tolist())) / len(gold)
        reciprocal += next((1 / rank for rank, n in enumerate(found[:10].tolist(), 1) if n in gold), 0.0)
    return {"Recall@10": recall10 / len(held), "Recall@100": recall100 / len(held), "RR@10": reciprocal / len(held)}


def save(
    table: np.ndarray[tuple[int, int], np.dtype[np.float32]], vocab: dict[str, int], out: Path, facts: dict[str, object]
) -> None:
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
