"""Small networks that score a question's candidates, walked with numpy; they see each feature as it is and against the other candidates.

Torch trains them (`index.training.listwise`); at run time it is not needed. They err elsewhere than the forest does, so the sum of both
ranks better than either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderUnavailable

Floats = NDArray[np.float32]
_MOST = 4.0  # standard deviations that count
_FLOOR = 0.05  # share of a feature's usual deviation that is added to its deviation among the candidates
_PARTS = ("mean", "deviation", "first", "first_bias", "second", "second_bias", "last", "last_bias")


@dataclass(frozen=True, slots=True)
class Networks:
    """Some networks of the same shape: 2 f inputs, h and then g hidden units, one value.

    `mean` and `deviation` are (f,) of the training candidates; `first` is (n, 2 f, h), `second` (n, h, g), `last` (n, g, 1); each has
    its bias, (n, 1, width).
    """

    names: tuple[str, ...]
    mean: Floats
    deviation: Floats
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    last: Floats
    last_bias: Floats

    def scores(self, rows: Floats) -> Floats:
        """Return the networks' value of each of a question's (candidates, f) rows: the sum of their standardised values."""
        hidden = _gelu(inputs(rows, self.mean, self.deviation) @ self.first + self.first_bias)
        hidden = _gelu(hidden @ self.second + self.second_bias)
        values = (hidden @ self.last + self.last_bias)[..., 0]
        return standardised(np.sum([standardised(row) for row in values], axis=0, dtype=np.float32))

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays by name, as they are saved: half precision, but the features' own measures whole."""
        kept = {part: np.asarray(getattr(self, part)) for part in _PARTS}
        return {part: a if part in ("mean", "deviation") else a.astype(np.float16) for part, a in kept.items()}

    @classmethod
    def of(cls, names: tuple[str, ...], arrays: Mapping[str, NDArray[np.generic]]) -> Networks:
        """Put saved arrays together. Raises EncoderUnavailable where they do not fit each other."""
        parts = [arrays[part].astype(np.float32) for part in _PARTS]
        mean, deviation, first, first_bias, second, second_bias, last, last_bias = parts
        count, width, hidden = first.shape
        fits = (
            mean.shape == deviation.shape == (len(names),)
            and width == 2 * len(names)
            and first_bias.shape == (count, 1, hidden)
            and second.shape == (count, hidden, second_bias.shape[-1])
            and last.shape == (count, second.shape[-1], 1)
            and last_bias.shape == (count, 1, 1)
        )
        if not fits:
            raise EncoderUnavailable("重排用的网络已损坏。请重新取一份代码，或运行 python -m index train 重新训练。")
        return cls(names, *parts)


def inputs(rows: Floats, mean: Floats, deviation: Floats) -> Floats:
    """Return each feature against all candidates of training, and against the candidates of its own question.

    Parameters: (..., candidates, f) features; their (f,) mean and standard deviation in training. Returns (..., candidates, 2 f).
    """
    usual = np.clip((rows - mean) / deviation, -_MOST, _MOST)
    own, spread = rows.mean(axis=-2, keepdims=True), rows.std(axis=-2, keepdims=True)
    among = np.clip((rows - own) / (spread + _FLOOR * deviation), -_MOST, _MOST)
    return np.concatenate([usual, among], axis=-1).astype(np.float32)


def standardised(values: Floats) -> Floats:
    """Return values less their mean, by their standard deviation (zeros where all are equal)."""
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-6), dtype=np.float32)


def _gelu(values: Floats) -> Floats:
    """Gaussian error linear unit by its tanh formula (Hendrycks and Gimpel 2016)."""
    inner = np.float32(np.sqrt(2 / np.pi)) * (values + np.float32(0.044715) * values * values * values)
    return np.asarray(np.float32(0.5) * values * (1 + np.tanh(inner)), dtype=np.float32)
