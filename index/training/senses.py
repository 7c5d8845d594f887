"""Fit the senses: danger, a wish to die, and what is outside, each against what only looks like it and against our lay questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.encoder import StaticEncoder
from index.features import Floats
from index.logistic import fit
from index.questions import lay_questions
from index.senses import Sense, examples, write_senses

_FOLDS = 5
# Lay questions are no examples of danger or of what is outside, but for those of these provisions.
_OF_DANGER = ("110", "现在有危险", "先保命", "正在发生", "伤害自己", "12356")


def train_senses(model: Path, seed: int = 1) -> dict[str, float]:
    """Fit all senses for the encoder in `model` and write them there. Returns, of sentences held back, the shares told at log odds 1."""
    encoder = StaticEncoder(model)
    lay = encoder.encode(_harmless())
    weights, figures = {}, {}
    for sense in Sense:
        yes, near = (encoder.encode(list(texts)) for texts in examples(sense))
        weights[sense] = fit(yes, np.concatenate([near, lay]))
        for name, share in zip(("yes", "near", "lay"), _held_back(yes, near, lay, seed), strict=True):
            figures[f"{sense.value}: {name}"] = round(share, 4)
    write_senses(model, encoder.digest, weights)
    return figures


def _held_back(yes: Floats, near: Floats, lay: Floats, seed: int) -> list[float]:
    generator = np.random.default_rng(seed)
    kinds = (yes, near, lay)
    parts = [generator.permutation(len(rows)) % _FOLDS for rows in kinds]
    told: list[list[float]] = [[], [], []]
    for fold in range(_FOLDS):
        kept = [rows[part != fold] for rows, part in zip(kinds, parts, strict=True)]
        weights = fit(kept[0], np.concatenate(kept[1:]))
        for values, rows, part in zip(told, kinds, parts, strict=True):
            values += (rows[part == fold] @ weights[:-1] + weights[-1] >= 1).tolist()
    return [float(np.mean(values)) for values in told]


def _harmless() -> list[str]:
    """All lay questions about provisions that are not for danger."""
    return sorted(
        {
            question
            for (_, article), asked in lay_questions().items()
            if not any(word in article for word in _OF_DANGER)
            for question in asked
        }
    )
