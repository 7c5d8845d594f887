"""The plots as inline SVG, drawn by hand: x in percent of the width, so that they fit a phone without shrinking the type."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from evals.measures import is_failed
from evals.report.folder import OURS, SYSTEMS, Measured, Row

HEIGHT = 180
BINS = 10
LATENCY_BINS = 24
# Bars end below the frame's top, which is the labels' place.
TALLEST = 0.8
CURVES = (("precision", "拒答精确", "a"), ("recall", "拒答召回", "b"), ("kept", "答出来的题里没有问题的", "c"))
QUARTERS = ((0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1"))
_Z = 1.959964


def bar(figures: Mapping[str, Mapping[str, Any]], measure: Measured) -> str:
    """Draw one measure on 0 to 1: our mean with its interval, and each baseline's mean as a mark."""
    ours = figures[OURS][measure.key]
    low, high, mean = (_percent(ours[key]) for key in ("low", "high", "mean"))
    marks = []
    for system, shape in (("random", _ring), ("bm25", _diamond)):
        value = figures.get(system, {}).get(measure.key, {}).get("mean")
        if value is not None:
            marks.append(shape(value, f"{SYSTEMS[system]} {measure.write(value)}"))
    said = f"{measure.name} {measure.write(ours['mean'])}，区间 {measure.write(ours['low'])} 到 {measure.write(ours['high'])}"
    return (
        f'<svg class="bar" height="26" role="img" aria-label="{html.escape(said)}">'
        f'<line class="grid" x1="0" x2="100%" y1="13" y2="13"/>{_ticks(26)}{"".join(marks)}'
        f'<line class="interval" x1="{low}" x2="{high}" y1="13" y2="13"/><circle class="dot" cx="{mean}" cy="13" r="5"/></svg>'
    )


def refusal_points(points: Sequence[Mapping[str, Any]], to_refuse: int) -> list[dict[str, float | None]]:
    """Turn a refusal curve's counts into shares.

    Parameters: points with threshold, refused_right, refused_wrong, answered_right, answered_wrong; how many of their cases
    should be refused. Returns threshold, precision and recall of refusing below it, and `kept`, the share of what is still
    answered that has nothing wrong; None where nothing is divided.
    """
    return [
        {
            "threshold": point["threshold"],
            "precision": _ratio(point["refused_right"], point["refused_right"] + point["refused_wrong"]),
            "recall": _ratio(point["refused_right"], to_refuse),
            "kept": _ratio(point["answered_right"], point["answered_right"] + point["answered_wrong"]),
        }
        for point in points
    ]


def refusal(points: Sequence[Mapping[str, float | None]]) -> str:
    """Draw precision and recall of refusing below a threshold, and how good what is still answered is."""
    lines = []
    for key, name, kind in CURVES:
        known = [(float(p["threshold"] or 0), float(v)) for p in points if (v := p[key]) is not None]
        drawn = "".join(
            f'<line class="curve {kind}" x1="{_percent(x0)}" y1="{_y(y0)}" x2="{_percent(x1)}" y2="{_y(y1)}"/>'
            for (x0, y0), (x1, y1) in pairwise(known)
        )
        dots = "".join(
            f'<circle class="curve {kind}" cx="{_percent(x)}" cy="{_y(y)}" r="3">'
            f"<title>把握低于 {x:.2f} 就拒答：{name} {y:.3f}</title></circle>"
            for x, y in known
        )
        lines.append(drawn + dots)
    return _chart("把握低于多少就拒答：拒答的精确和召回", "".join(lines), "把握的门槛")


def latency(seconds: Iterable[float], median: float, p95: float) -> str:
    """Draw how long answers took: a histogram up to past the 99th percentile, the last bar with all that is longer.

    Parameters: seconds of the answers; median and 95th percentile in milliseconds.
    """
    times = sorted(1000 * s for s in seconds)
    last = max(times[int(len(times) * 0.99)], p95, 1e-3)
    step = _nice(last / LATENCY_BINS)
    bins = [0] * (4 * (math.floor(last / step) // 4 + 1))  # a multiple of the four parts that the axis is labelled in
    for time in times:
        bins[min(int(time / step), len(bins) - 1)] += 1
    top, end = max(bins), step * len(bins)
    bars = "".join(
        f'<rect class="column" x="{_percent(k / len(bins))}" width="{_percent(0.92 / len(bins))}" y="{_y(TALLEST * n / top)}" '
        f'height="{HEIGHT - _y(TALLEST * n / top):.1f}"><title>{_range(k, step, len(bins))}：{n} 题</title></rect>'
        for k, n in enumerate(bins)
        if n
    )
    marks = "".join(
        f'<line class="mark" x1="{_percent(value / end)}" x2="{_percent(value / end)}" y1="0" y2="{HEIGHT}"/>'
        f'<text class="mark" x="{_percent(value / end)}" y="{y}" dx="{-5 if value > end / 2 else 5}" '
        f'text-anchor="{"end" if value > end / 2 else "start"}">{name} {value:.0f} 毫秒</text>'
        for name, value, y in (("中位", median, 12), ("95% 的题不超过", p95, 30))
    )
    ticks = [(k / 4, f"{end * k / 4:g}") for k in range(5)]
    return _chart("每题用时的分布", bars + marks, "毫秒", ticks, [(0.0, "0"), (TALLEST, f"{top} 题")])


def reliability_bins(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Bin answers by confidence in tenths: how sure they were, how often nothing was wrong, with Wilson's 95 % interval.

    Parameters: the rows of cases.jsonl; those refused, missing or without confidence do not count. Returns for each bin that
    has any: n, confidence (mean), right (share), low, high. Source of the interval: Wilson (1927).
    """
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for row in rows:
        if row["confidence"] is not None and row["answer"] and row["answer"].get("status") != "refused":
            sure = min(max(float(row["confidence"]), 0.0), 1.0)
            bins[min(int(sure * BINS), BINS - 1)].append((sure, not is_failed(row["values"])))
    found = []
    for cases in filter(None, bins):
        n, right = len(cases), sum(fine for _, fine in cases) / len(cases)
        middle = (right + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(right * (1 - right) / n + _Z**2 / (4 * n**2))
        found.append(
            {
                "n": n,
                "confidence": sum(sure for sure, _ in cases) / n,
                "right": right,
                "low": middle - half,
                "high": middle + half,
            }
        )
    return found


def calibration_error(bins: Sequence[Mapping[str, float]]) -> float:
    """Return the expected calibration error: the mean gap of confidence and rightness, weighted by count (Naeini et al. 2015)."""
    return sum(b["n"] * abs(b["confidence"] - b["right"]) for b in bins) / sum(b["n"] for b in bins)


def reliability(bins: Sequence[Mapping[str, float]]) -> str:
    """Draw how often answers had nothing wrong against how sure they were, with intervals, counts and the diagonal."""
    parts = [f'<line class="diagonal" x1="0" y1="{HEIGHT}" x2="100%" y2="0"/>']
    for found in bins:
        x = _percent(found["confidence"])
        middle = (min(int(found["confidence"] * BINS), BINS - 1) + 0.5) / BINS
        said = f"把握约 {found['confidence']:.2f}：{found['n']} 题，没有问题 {found['right']:.3f}"
        parts.append(
            f'<line class="interval thin" x1="{x}" x2="{x}" y1="{_y(found["low"])}" y2="{_y(found["high"])}"/>'
            f'<circle class="dot" cx="{x}" cy="{_y(found["right"])}" r="4"><title>{said}</title></circle>'
            f'<text class="count" x="{_percent(middle)}" y="{HEIGHT + 34}" text-anchor="middle">{found["n"]}</text>'
        )
    parts.append(f'<text class="count" x="0" dx="-8" y="{HEIGHT + 34}" text-anchor="end">题数</text>')
    return _chart("把握和没有问题的比例", "".join(parts), "把握", below=20)


def _chart(
    name: str,
    inner: str,
    x_name: str,
    x_ticks: Sequence[tuple[float, str]] = QUARTERS,
    y_ticks: Sequence[tuple[float, str]] = QUARTERS,
    below: int = 0,
) -> str:
    """Put a plot into its frame: grid, labels of both axes. The margin for the labels is the style sheet's."""
    grid = "".join(
        f'<line class="grid" x1="0" x2="100%" y1="{_y(at)}" y2="{_y(at)}"/>'
        f'<text x="0" dx="-8" y="{_y(at)}" dy="4" text-anchor="end">{html.escape(text)}</text>'
        for at, text in y_ticks
    )
    names = "".join(
        f'<text x="{_percent(at)}" y="{HEIGHT + 16}" text-anchor="middle">{html.escape(text)}</text>'
        for at, text in x_ticks
    )
    height = HEIGHT + 40 + below
    return (
        f'<svg class="chart" height="{height}" role="img" aria-label="{html.escape(name)}">{grid}{names}'
        f'<text x="100%" y="{height - 6}" text-anchor="end">{html.escape(x_name)} →</text>{inner}</svg>'
    )


def _ticks(height: int) -> str:
    return "".join(f'<line class="grid" x1="{25 * k}%" x2="{25 * k}%" y1="6" y2="{height - 6}"/>' for k in range(5))


def _ring(value: float, said: str) -> str:
    return f'<circle class="ring" cx="{_percent(value)}" cy="13" r="4"><title>{said}</title></circle>'


def _diamond(value: float, said: str) -> str:
    # a path knows no percent, a nested svg does
    return (
        f'<svg class="diamond" x="{_percent(value)}" y="13" overflow="visible"><path d="M0 -5.5L5.5 0L0 5.5L-5.5 0Z"/>'
        f"<title>{said}</title></svg>"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _y(share: float) -> float:
    return round(HEIGHT * (1 - share), 1)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _nice(step: float) -> float:
    """Round a step up to 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= step * 0.999999)


def _range(k: int, step: float, count: int) -> str:
    return f"{k * step:g} 毫秒以上" if k == count - 1 else f"{k * step:g}–{(k + 1) * step:g} 毫秒"
