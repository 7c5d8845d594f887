"""Intervals against scipy's bootstrap and by hand."""

import numpy as np
import pytest

from evals.bootstrap import Interval, interval, intervals


@pytest.mark.parametrize("n", [12, 60, 300])
def test_interval_agrees_with_scipy(n: int) -> None:
    from scipy import stats  # seconds, which the other process saves

    values = np.random.default_rng(n).beta(2, 1, n)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=9999, method="percentile", rng=np.random.default_rng(5)
    ).confidence_interval
    ours = interval(values.tolist())
    assert ours.mean == pytest.approx(values.mean(), abs=1e-6)
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.06 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.06 * width)


def test_weighted_interval_agrees_with_scipy() -> None:
    from scipy import stats  # seconds, which the other process saves

    dice = np.random.default_rng(1)
    values, weights = dice.random(80), dice.integers(1, 4, 80).astype(float)

    def mean(v: np.ndarray, w: np.ndarray, axis: int = -1) -> np.ndarray:
        return (v * w).sum(axis=axis) / w.sum(axis=axis)

    theirs = stats.bootstrap(
        (values, weights), mean, paired=True, n_resamples=9999, method="percentile", rng=np.random.default_rng(5)
    ).confidence_interval
    ours = interval(values.tolist(), weights.tolist())
    assert ours.mean == pytest.approx(float(mean(values, weights)), abs=1e-6)
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.06 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.06 * width)


def test_weights_by_hand() -> None:
    assert interval([1.0, 0.0], [3.0, 1.0]).mean == 0.75
    assert interval([1.0, 0.0]).mean == 0.5


def test_same_seed_same_interval_and_seed_matters() -> None:
    values = np.random.default_rng(2).random(40).tolist()
    assert interval(values, seed=1) == interval(values, seed=1)
    assert interval(values, seed=1) != interval(values, seed=2)


def test_a_set_measure_agrees_with_scipy() -> None:
    from scipy import stats  # seconds, which the other process saves

    """Of 200 cases some are judged: the mean over the judged varies with how many are drawn."""
    dice = np.random.default_rng(4)
    judged, values = dice.random(200) < 0.2, (dice.random(200) < 0.7).astype(float)

    def share(v: np.ndarray, j: np.ndarray, axis: int = -1) -> np.ndarray:
        return (v * j).sum(axis=axis) / j.sum(axis=axis)

    theirs = stats.bootstrap(
        (values, judged), share, paired=True, n_resamples=9999, method="percentile", rng=np.random.default_rng(5)
    ).confidence_interval
    rows = [[float(v) if j else None, float(v)] for v, j in zip(values, judged, strict=True)]
    ours = intervals(rows)[0]
    assert ours.mean == pytest.approx(float(share(values, judged)), abs=1e-6)
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.08 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.08 * width)
    assert intervals(rows)[1] == interval(values.tolist())


def test_measures_that_do_not_apply_have_no_figure() -> None:
    assert intervals([[None, 1.0], [None, 0.0]])[0] == Interval(None, None, None)
    assert intervals([[0.5, 1.0], [None, 0.0]])[0] == Interval(0.5, 0.5, 0.5)


def test_edges() -> None:
    assert interval([]) == Interval(None, None, None)
    assert interval([0.25]) == Interval(0.25, 0.25, 0.25)
    assert interval([1.0] * 20) == Interval(1.0, 1.0, 1.0)


def test_interval_covers_the_mean_about_as_often_as_it_says() -> None:
    dice = np.random.default_rng(9)
    inside = 0
    for _ in range(200):
        found = interval(dice.random(50).tolist())
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= 0.5 <= found.high
    assert 178 <= inside <= 199
