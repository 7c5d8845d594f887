"""The figures of a run as lines for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evals.measures import MEASURES, is_failed
from evals.summary import OURS

Figures = Mapping[str, Mapping[str, Any]]


def table(name: str, systems: Mapping[str, Figures], meanings: bool) -> Iterator[str]:
    """Write one group's figures: mean with interval, harm-weighted mean, baselines, n, and what the measure is."""
    ours = systems[OURS]
    shown = [measure for measure in MEASURES if ours[measure]["n"]]
    yield f"\n{name}"
    heads = ("平均", "95%区间", "按危害加权", "随机", "仅BM25", "题数")
    yield "  " + _pad("", 18) + "".join(_pad(head, width, True) for head, width in zip(heads, _WIDTHS, strict=True))
    for measure in shown:
        found = ours[measure]
        cells = (
            _number(measure, found["mean"]),
            f"[{_number(measure, found['low'])}, {_number(measure, found['high'])}]",
            _number(measure, found["weighted"]["mean"]),
            *(_number(measure, systems.get(plain, {}).get(measure, {}).get("mean")) for plain in ("random", "bm25")),
            str(found["n"]),
        )
        line = f"  {measure:<18}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
        yield f"{line}  {MEASURES[measure].meaning}" if meanings else line


_WIDTHS = (8, 18, 12, 8, 8, 6)


def failed_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write a line for each case that a person should look at."""
    for row in rows:
        if is_failed(row["values"]):
            short = {k: v for k, v in row["values"].items() if v is not None and _is_short(k, v)}
            wrong = "，".join(f"{name}={value:.2f}" for name, value in short.items())
            status = (row["answer"] or {}).get("status", "missing")
            yield f"  ✗ {row['id']} [{row['expect']}→{status}] {_clip(row['question'], 60)}  {wrong}"


def curve_lines(points: Sequence[Mapping[str, float]], threshold: float) -> Iterator[str]:
    """Write the refusal curve: what refusing below each confidence would do; the index's own threshold is marked."""
    yield "\n拒答曲线：把握低于门槛就不答，会怎样"
    yield "  " + "".join(
        _pad(head, 14, True) for head in ("门槛", "该拒的拒了", "不该拒的拒了", "答对", "答错", "题数")
    )
    for point in points:
        at = point["threshold"]
        mark = " ← 索引的门槛" if at <= threshold < at + _STEP else ""
        cells = (point["refused_right"], point["refused_wrong"], point["answered_right"], point["answered_wrong"])
        numbers = "".join(f"{value:>14.0f}" for value in (*cells, point["n"]))
        yield f"  {at:>14.2f}{numbers}{mark}"


_STEP = 0.05


def latency_line(latency: Mapping[str, float | None]) -> str:
    """Write median and 95th percentile of the time an answer took."""
    if latency["median_ms"] is None:
        return "  用时：没有记录"
    return f"  用时：中位 {latency['median_ms']:.0f} 毫秒，95 百分位 {latency['p95_ms']:.0f} 毫秒"


def _is_short(measure: str, value: float) -> bool:
    known = MEASURES[measure]
    return known.unit == "share" and (value < 1 if known.better == "high" else value > 0)


def _number(measure: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if MEASURES[measure].unit != "share" else f"{value:.3f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, right: bool = False) -> str:
    space = " " * max(width - _width(text), 0)
    return space + text if right else text + space


def _clip(text: str, width: int) -> str:
    text, out, used = " ".join(text.split()), "", 0
    for char in text:
        used += _width(char)
        if used > width:
            return out + "…"
        out += char
    return out
