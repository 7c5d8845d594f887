"""Fit the networks of the re-ranker: listwise softmax (Cao et al. 2007, ListNet) over each question's candidates, on CPU."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from index.features import Floats
from index.memory import Ints
from index.networks import Networks, inputs
from index.training.data import Corpus
from index.training.ranker import Sheets

NETWORKS = 3
_EPOCHS = 10
_QUESTIONS = 16  # a step
_SEEN = 150  # candidates of a question that a step looks at: gold, the best of the linear score, others by chance
_BEST = 2 * _SEEN // 3
_HIDDEN, _NARROW = 64, 32
_DROPPED_INPUTS, _DROPPED = 0.1, 0.3
_RATE, _DECAY, _WARM_UP = 0.003, 0.01, 50


def fit_networks(sheets: Sheets, corpus: Corpus, seed: int) -> Networks:
    """Fit some networks that put a question's gold provisions first.

    Parameters: sheets of questions with equally many candidates each; the corpus; seed of the first network, the others follow it.
    """
    rows = np.stack(sheets.rows)
    gold = np.stack(
        [
            np.isin(candidates, corpus.judged[number].gold)
            for number, candidates in zip(sheets.questions, sheets.candidates, strict=True)
        ]
    )
    mean = rows.mean(axis=(0, 1), dtype=np.float64).astype(np.float32)
    deviation = (rows.std(axis=(0, 1), dtype=np.float64) + 1e-6).astype(np.float32)
    order = np.argsort(-rows[:, :, sheets.names.index("linear")], axis=1, kind="stable")
    found = gold.any(axis=1)
    seen = inputs(rows[found], mean, deviation)
    made = [_fit(seen, gold[found], order[found], seed + number) for number in range(NETWORKS)]
    return Networks(sheets.names, mean, deviation, *(np.stack(parts) for parts in zip(*made, strict=True)))


def _fit(rows: Floats, gold: NDArray[np.bool_], order: Ints, seed: int) -> list[Floats]:
    """Fit one network. Parameters: its inputs; which candidates are gold; candidates by linear score, best first; seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        first, second, last = (
            torch.nn.Linear(*shape) for shape in ((rows.shape[2], _HIDDEN), (_HIDDEN, _NARROW), (_NARROW, 1))
        )
        gelu = torch.nn.GELU(approximate="tanh")
        drop, drop_inputs = torch.nn.Dropout(_DROPPED), torch.nn.Dropout(_DROPPED_INPUTS)
        network = torch.nn.Sequential(drop_inputs, first, gelu, drop, second, gelu, last)
        optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
        dice = np.random.default_rng(seed)
        steps = _EPOCHS * max(len(rows) // _QUESTIONS, 1)
        for step in range(steps):
            if step % max(len(rows) // _QUESTIONS, 1) == 0:
                shuffled, start = dice.permutation(len(rows)), 0
            chosen = shuffled[start : start + _QUESTIONS]
            start += _QUESTIONS
            falling = max(0.01, 0.5 * (1 + np.cos(np.pi * step / steps)))
            for group in optimiser.param_groups:
                group["lr"] = _RATE * min(1, (step + 1) / _WARM_UP) * falling
            places = _look_at(gold[chosen], order[chosen], dice)
            target = torch.from_numpy(gold[chosen[:, None], places].astype(np.float32))
            logs = torch.log_softmax(network(torch.from_numpy(rows[chosen[:, None], places]))[..., 0], dim=1)
            loss = (-(logs * target).sum(dim=1) / target.sum(dim=1)).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return [
        part.detach().numpy().astype(np.float16).astype(np.float32)  # in the precision in which it is saved
        for layer in (first, second, last)
        for part in (layer.weight.T, layer.bias[None, :])
    ]


def _look_at(gold: NDArray[np.bool_], order: Ints, dice: np.random.Generator) -> Ints:
    """Choose the candidates of some questions that one step sees: all gold, the best by linear score, others by chance."""
    worth = dice.random(gold.shape)
    np.put_along_axis(worth, order[:, :_BEST], np.take_along_axis(worth, order[:, :_BEST], axis=1) + 1, axis=1)
    worth += 2 * gold
    seen = min(_SEEN, gold.shape[1])
    return np.argpartition(-worth, seen - 1, axis=1)[:, :seen]
