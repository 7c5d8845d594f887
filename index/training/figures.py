"""Measure each stage of retrieval on judged questions: Recall@10, Recall@100 and RR@10 over the whole corpus, by provision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.features import Floats, Sheet
from index.forest import Forest
from index.memory import Ints
from index.networks import Networks
from index.rerank import scored
from index.search import RANK_CONSTANT, WORD_WEIGHT
from index.training.ranker import Seen

MEASURES = ("R@10", "R@100", "RR@10")
LINEAR, FOREST_ALONE, FOREST, NETWORKS, BOTH = (
    "linear with memory",
    "forest without memory",
    "forest",
    "networks",
    "forest + networks",
)
STAGES = ("words", "dense", "words + dense", LINEAR, FOREST_ALONE, FOREST, NETWORKS, BOTH)
Judges = tuple[Forest | None, Networks | None]
Figures = dict[str, tuple[float, float, float]]
_DEEP = 600


def measure(seen: Seen, questions: Sequence[int], judges: Mapping[str, Judges]) -> Figures:
    """Measure every stage.

    Parameters: what an encoder sees that has not learnt from these questions; the questions; forest and networks by stage (None: left out).
    The memory leaves all of the questions out.
    """
    totals = {stage: np.zeros(len(MEASURES)) for stage in STAGES}
    provisions = [statute.chunk.provision.id for statute in seen.room.corpus.statutes]
    left_out = frozenset(questions)
    for number in questions:
        gold = {provisions[chunk] for chunk in seen.room.corpus.judged[number].gold}
        asked = seen.asked(number, left_out)
        sheet = Sheet(seen.room.ground, seen.recalled, seen.lexicon, asked)
        names, rows = sheet.matrix()
        ranked = {
            "words": _top(asked.bm25),
            "dense": _top(asked.cosines),
            "words + dense": _top(_fused(asked.cosines, asked.bm25)),
            LINEAR: _top(sheet.linear),
        }
        for stage, (forest, networks) in judges.items():
            scores = scored(names, rows, forest, networks)
            ranked[stage] = sheet.candidates[np.argsort(-scores, kind="stable")]
        for stage, found in ranked.items():
            totals[stage] += values(list(dict.fromkeys(provisions[chunk] for chunk in found.tolist())), gold)
    return {stage: _three(total / len(questions)) for stage, total in totals.items()}


def values(found: Sequence[str], gold: set[str]) -> tuple[float, float, float]:
    """Return Recall@10, Recall@100 and RR@10 of one ranking without doubles."""
    first = next((1 / rank for rank, key in enumerate(found[:10], 1) if key in gold), 0.0)
    return len(gold & set(found[:10])) / len(gold), len(gold & set(found[:100])) / len(gold), first


def _three(row: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float, float]:
    first, second, third = (round(float(x), 4) for x in row)
    return first, second, third


def _top(scores: Floats) -> Ints:
    count = min(_DEEP, len(scores))
    best = np.argpartition(-scores, count - 1)[:count]
    return best[np.lexsort((best, -scores[best]))]


def _fused(cosines: Floats, bm25: Floats) -> Floats:
    """Reciprocal rank of both lists, as `SearchIndex` fuses them."""
    fused = np.zeros(len(cosines), dtype=np.float32)
    for scores, weight in ((cosines, 1.0), (bm25, WORD_WEIGHT)):
        top = _top(scores)
        top = top[scores[top] > 0]
        fused[top] += weight / (RANK_CONSTANT + np.arange(1, len(top) + 1, dtype=np.float32))
    return fused


def spread(by_fold: Sequence[Figures]) -> dict[str, dict[str, list[float]]]:
    """Return for each stage and measure the mean over folds, their standard deviation, and each fold's value."""
    out: dict[str, dict[str, list[float]]] = {}
    for stage in STAGES:
        out[stage] = {}
        for place, name in enumerate(MEASURES):
            column = [figures[stage][place] for figures in by_fold]
            deviation = float(np.std(column, ddof=1)) if len(column) > 1 else 0.0
            out[stage][name] = [round(float(np.mean(column)), 4), round(deviation, 4), *column]
    return out
