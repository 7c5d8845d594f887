"""Confidence of an answer, and the refusal curve: what a threshold on it would refuse rightly and wrongly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from evals.measures import is_failed

THRESHOLDS = tuple(round(step * 0.05, 2) for step in range(21))
# What rag writes in its trace of the evidence's support, 0 to 1.
_SUPPORT = re.compile(r"证据(?:不足)?[：:]\s*([01](?:\.\d+)?)")


def confidence(answer: Mapping[str, Any] | None, steps: Sequence[str] = ()) -> float | None:
    """Return how sure an answer is, 0 to 1: its row's own `confidence`, else the support in its trace; None where neither is."""
    own = (answer or {}).get("confidence")
    if isinstance(own, int | float) and not isinstance(own, bool):
        return min(max(float(own), 0.0), 1.0)
    found = next((match for step in steps if (match := _SUPPORT.search(step))), None)
    return min(float(found[1]), 1.0) if found else None


def refusal_curve(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    """Say for each threshold what refusing below it would do.

    Parameters: the rows of cases.jsonl; those without confidence do not count. Returns one point a threshold: `n` cases;
    `refused_right` and `refused_wrong`, below the threshold and expected to be refused or not; `answered_right`, at or above
    it, not expected to be refused and with nothing failed; `answered_wrong`, the rest.
    """
    points = []
    judged = [row for row in rows if row["confidence"] is not None]
    for threshold in THRESHOLDS if judged else ():
        below = [row for row in judged if row["confidence"] < threshold]
        above = [row for row in judged if row["confidence"] >= threshold]
        right = sum(row["expect"] == "refused" for row in below)
        good = sum(row["expect"] != "refused" and not is_failed(row["values"]) for row in above)
        points.append(
            {
                "threshold": threshold,
                "n": len(judged),
                "refused_right": right,
                "refused_wrong": len(below) - right,
                "answered_right": good,
                "answered_wrong": len(above) - good,
            }
        )
    return points
