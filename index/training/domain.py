"""Fit which questions are ours: the library's own lay questions against those of the memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.domain import OURS, write_domain
from index.encoder import StaticEncoder
from index.logistic import fit, log_odds
from index.questions import lay_questions
from index.rerank import load_reranker

_FOLDS = 5


def train_domain(model: Path, seed: int = 1) -> dict[str, float]:
    """Fit the weights for the encoder in `model` and write them there. Returns the shares of held-back questions that count as ours."""
    encoder = StaticEncoder(model)
    made = load_reranker(model, encoder.digest)
    assert made is not None, "the memory is trained first"
    ours = encoder.encode(sorted({question for asked in lay_questions().values() for question in asked}))
    theirs = made.memory.questions
    theirs = theirs / np.maximum(np.linalg.norm(theirs, axis=1, keepdims=True), 1e-9)
    generator = np.random.default_rng(seed)
    parts = [generator.permutation(len(rows)) % _FOLDS for rows in (ours, theirs)]
    over: list[list[bool]] = [[], []]
    for fold in range(_FOLDS):
        weights = fit(ours[parts[0] != fold], theirs[parts[1] != fold])
        for told, rows, part in zip(over, (ours, theirs), parts, strict=True):
            told += [log_odds(weights, row) >= OURS for row in rows[part == fold]]
    write_domain(model, encoder.digest, fit(ours, theirs))
    return {
        "ours told as ours": round(float(np.mean(over[0])), 4),
        "theirs told as ours": round(float(np.mean(over[1])), 4),
    }
