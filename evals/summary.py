"""A run's figures from its cases: means with intervals, plain and weighted by harm, overall and by suite, topic, region, harm."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from evals.baselines import BASELINES
from evals.bootstrap import intervals
from evals.measures import MEASURES
from evals.refusal import refusal_curve

OURS = "ours"
SYSTEMS = (OURS, *BASELINES)
# A wrong word on a high-harm question counts three times.
WEIGHTS = {"high": 3.0, "medium": 2.0, "low": 1.0}

Row = Mapping[str, Any]
Figures = dict[str, dict[str, Any]]


def summarise(rows: Sequence[Row], seed: int) -> dict[str, Any]:
    """Make summary.json of the rows of cases.jsonl: the figures of every group and system, and the run's digest."""
    return {
        "measures": {name: asdict(measure) for name, measure in MEASURES.items()},
        "overall": {system: figures(rows, seed, system) for system in SYSTEMS},
        "suites": {
            suite: {system: figures(chosen, seed, system) for system in SYSTEMS}
            for suite, chosen in _grouped(rows, lambda row: row["suite"]).items()
        },
        "topics": _ours(rows, seed, lambda row: row["topic"]),
        "regions": _ours(rows, seed, lambda row: row["region"]),
        "harms": _ours(rows, seed, lambda row: row["harm"]),
        "latency": latency(rows),
        "refusal": refusal_curve(rows),
        "digest": digest(rows),
    }


def figures(rows: Sequence[Row], seed: int, system: str = OURS) -> Figures:
    """Return each measure's mean, n and 95 % interval over some cases, plain and weighted by harm, of one system."""
    values = [[_values(row, system).get(name) for name in MEASURES] for row in rows]
    plain = intervals(values, seed=seed)
    weighted = intervals(values, [WEIGHTS[row["harm"]] for row in rows], seed)
    return {
        name: {
            **asdict(plain[place]),
            "n": sum(row[place] is not None for row in values),
            "weighted": asdict(weighted[place]),
        }
        for place, name in enumerate(MEASURES)
    }


def latency(rows: Sequence[Row]) -> dict[str, float | None]:
    """Return median and 95th percentile of the answers' seconds, in milliseconds; None where no answer says."""
    seconds = [row["answer"]["seconds"] for row in rows if row["answer"] and row["answer"].get("seconds") is not None]
    if not seconds:
        return {"median_ms": None, "p95_ms": None}
    median, p95 = np.percentile(seconds, [50, 95])
    return {"median_ms": round(1000 * float(median), 1), "p95_ms": round(1000 * float(p95), 1)}


def digest(rows: Sequence[Row]) -> str:
    """Return the sha256 over all cases' ids, answers (without seconds) and values: equal runs have equal digests."""
    total = hashlib.sha256()
    for row in rows:
        answer = {k: v for k, v in row["answer"].items() if k != "seconds"} if row["answer"] else None
        kept = [row["suite"], row["id"], answer, row["values"]]
        total.update(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass") + b"\n")
    return total.hexdigest()


def _values(row: Row, system: str) -> Mapping[str, float | None]:
    found: Mapping[str, float | None] = row["values"] if system == OURS else row["baselines"].get(system) or {}
    return found


def _ours(rows: Sequence[Row], seed: int, key: Callable[[Row], str]) -> dict[str, dict[str, Figures]]:
    return {name: {OURS: figures(chosen, seed)} for name, chosen in _grouped(rows, key).items()}


def _grouped(rows: Sequence[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
