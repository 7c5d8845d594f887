"""Means with percentile bootstrap intervals (Efron and Tibshirani 1993, chapter 13), seeded, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the interval's two ends; all None where there is nothing to average."""

    mean: float | None
    low: float | None
    high: float | None


def interval(values: Sequence[float], weights: Sequence[float] | None = None, seed: int = 0) -> Interval:
    """Return the (weighted) mean of n values with its 95 % interval; see `intervals`. Serves paired differences as well."""
    return intervals([[value] for value in values], weights, seed)[0]


def intervals(
    rows: Sequence[Sequence[float | None]], weights: Sequence[float] | None = None, seed: int = 0
) -> list[Interval]:
    """Return the mean of each of m measures over n cases with its 95 % interval.

    Parameters: (n, m) values, None where a measure does not apply to a case; a weight for each case (all alike without); the
    seed. Whole cases are resampled with their weights, and each resample's mean is over the cases to which the measure
    applies, so that a set measure (of the refused, how many rightly) varies in both its counts; a resample without any such
    case does not count. Rounded to six places. One draw serves all groups of equal n.
    """
    if not rows:
        return [Interval(None, None, None)]
    values = np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=np.float64)
    applies = ~np.isnan(values)
    weighing = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    base = applies * weighing[:, None]
    sums = np.where(applies, values, 0.0) * weighing[:, None]
    counts = _counts(len(values), seed)
    drawn = counts @ np.hstack([sums, base]).astype(np.float32)
    found = []
    for column in range(values.shape[1]):
        total = float(base[:, column].sum())
        if not total:
            found.append(Interval(None, None, None))
            continue
        tops, bottoms = drawn[:, column], drawn[:, values.shape[1] + column]
        means = tops[bottoms > 0].astype(np.float64) / bottoms[bottoms > 0]
        low, high = np.percentile(means, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
        mean = float(sums[:, column].sum()) / total
        found.append(Interval(round(mean, 6), round(float(low), 6), round(float(high), 6)))
    return found


@lru_cache(maxsize=4)
def _counts(n: int, seed: int) -> NDArray[np.float32]:
    """How often each of n cases is drawn in each resample, (RESAMPLES, n)."""
    return np.random.default_rng([seed, n]).multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(np.float32)
