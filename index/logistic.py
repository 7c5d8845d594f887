"""Logistic regression with a ridge, by Newton's method: enough for a yes or no over an encoder's vector."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.features import Floats

_RIDGE, _STEPS = 1.0, 12


def fit(yes: Floats, no: Floats) -> Floats:
    """Fit the log odds of yes, both kinds weighing the same.

    Parameters: (n, d) and (m, d) unit rows, at least one each. Returns (d + 1,) weights, the constant last.
    """
    rows = np.concatenate([yes, no]).astype(np.float64)
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    label = np.repeat([1.0, 0.0], [len(yes), len(no)])
    each = len(rows) / 2 / np.repeat([len(yes), len(no)], [len(yes), len(no)])
    ridge = np.full(rows.shape[1], _RIDGE)
    ridge[-1] = 1e-6  # the constant is free
    weights: NDArray[np.float64] = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        told = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (each * (told - label)) + ridge * weights
        bend = (rows * (each * told * (1 - told))[:, None]).T @ rows + np.diag(ridge)
        weights = weights - np.linalg.solve(bend, slope)
    return weights.astype(np.float32)


def log_odds(weights: Floats, vector: Floats) -> float:
    """Return the log odds of yes for a (d,) unit vector."""
    return float(weights[:-1] @ vector + weights[-1])
