"""A forest of small regression trees, read as plain numbers and walked with numpy.

LightGBM grows it (`index.training.ranker`); at run time neither LightGBM nor a pickle is needed. A tree has at most sixteen leaves,
numbered from left to right. Each inner node knows which leaves are out of reach where its test fails; of the leaves that no failed
test put out of reach the leftmost is the one (Lucchese et al. 2015, QuickScorer).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderUnavailable

MOST_LEAVES = 16
_ALL = 0xFFFF


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees as arrays, one row an inner node's place and one column a tree: tested feature, threshold, leaves still in reach.

    `leaves` is (trees, 16): the value of each leaf. A place that a tree does not fill tests nothing.
    """

    names: tuple[str, ...]
    features: NDArray[np.uint8]
    thresholds: NDArray[np.float32]
    masks: NDArray[np.uint16]
    leaves: NDArray[np.float32]

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the forest's value of each of (n, features) rows, the sum over its trees."""
        columns = np.ascontiguousarray(rows.T)
        reach = np.full((self.features.shape[1], len(rows)), _ALL, dtype=np.uint16)
        for features, thresholds, masks in zip(self.features, self.thresholds, self.masks, strict=True):
            failed = columns[features] > thresholds[:, None]
            reach &= np.where(failed, masks[:, None], np.uint16(_ALL))
        lowest = reach & (~reach + np.uint16(1))
        leaf = _LEAF_OF_BIT[lowest.astype(np.int32) % 37]
        return np.asarray(np.take_along_axis(self.leaves, leaf, axis=1).sum(axis=0, dtype=np.float32))

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays by name, as they are saved."""
        return {
            "features": self.features,
            "thresholds": self.thresholds,
            "masks": self.masks,
            "leaves": self.leaves,
        }

    @classmethod
    def of(cls, names: tuple[str, ...], arrays: Mapping[str, NDArray[np.generic]]) -> Forest:
        """Put saved arrays together. Raises EncoderUnavailable where they do not fit each other."""
        features, thresholds, masks, leaves = (arrays[key] for key in ("features", "thresholds", "masks", "leaves"))
        if not (
            features.shape == thresholds.shape == masks.shape
            and leaves.shape == (features.shape[1], MOST_LEAVES)
            and int(np.max(features, initial=0)) < len(names)
        ):
            raise EncoderUnavailable("重排用的决策树已损坏。请重新取一份代码，或运行 python -m index train 重新训练。")
        return cls(
            names,
            features.astype(np.uint8),
            thresholds.astype(np.float32),
            masks.astype(np.uint16),
            leaves.astype(np.float32),
        )


# 2 is a primitive root of 37: the sixteen powers of two leave different remainders.
_LEAF_OF_BIT = np.zeros(37, dtype=np.int64)
for _leaf in range(MOST_LEAVES):
    _LEAF_OF_BIT[(1 << _leaf) % 37] = _leaf


def read_lightgbm(model: str, names: tuple[str, ...]) -> Forest:
    """Read a LightGBM model's text (numeric tests, no missing values, at most sixteen leaves).

    Parameters: the text that `Booster.model_to_string` gives; the features' names in order. Raises ValueError for other trees.
    """
    trees = [_tree(block) for block in re.split(r"\nTree=\d+\n", model.split("\nend of trees")[0])[1:]]
    places = max(len(tree[0]) for tree in trees)
    features = np.zeros((places, len(trees)), dtype=np.uint8)
    thresholds = np.full((places, len(trees)), np.inf, dtype=np.float32)
    masks = np.full((places, len(trees)), _ALL, dtype=np.uint16)
    leaves = np.zeros((len(trees), MOST_LEAVES), dtype=np.float32)
    for number, (tested, limits, reach, values) in enumerate(trees):
        features[: len(tested), number] = tested
        thresholds[: len(tested), number] = limits
        masks[: len(tested), number] = reach
        leaves[number, : len(values)] = values
    return Forest(names, features, thresholds, masks, leaves)


def _tree(block: str) -> tuple[list[int], list[np.float32], list[int], list[float]]:
    """Read one tree. Returns the features, thresholds and masks of its inner nodes and its leaves' values from left to right."""
    fields = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
    values = [float(x) for x in fields["leaf_value"].split()]
    if len(values) > MOST_LEAVES or int(fields.get("num_cat", "0")):
        raise ValueError("only numeric trees of at most sixteen leaves can be read")
    if len(values) == 1:
        return [], [], [], values
    left, right = ([int(x) for x in fields[key].split()] for key in ("left_child", "right_child"))
    order: list[int] = []

    def walk(node: int) -> int:
        """Number the leaves under a node from left to right. Returns them as bits."""
        if node < 0:
            order.append(~node)
            return 1 << (len(order) - 1)
        under_left = walk(left[node])
        reach[node] = _ALL & ~under_left
        return under_left | walk(right[node])

    reach = [0] * len(left)
    walk(0)
    limits = [_float_at_most(float(x)) for x in fields["threshold"].split()]
    return [int(x) for x in fields["split_feature"].split()], limits, reach, [values[leaf] for leaf in order]


def _float_at_most(value: float) -> np.float32:
    """Return the largest single-precision number not above a value: `x <= value` stays the same for every such x."""
    near = np.float32(value)
    return near if float(near) <= value else np.nextafter(near, np.float32(-np.inf))
