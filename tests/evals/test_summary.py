"""Figures of a run, by hand."""

from typing import Any

import pytest

from evals.measures import MEASURES
from evals.printing import curve_lines
from evals.refusal import confidence, refusal_curve
from evals.summary import digest, figures, latency, summarise


def row(number: int, harm: str = "low", **changes: Any) -> dict[str, Any]:
    values = dict.fromkeys(MEASURES, None) | {"status": 1.0, "facts": 1.0, "clean": 1.0}
    made = {
        "id": f"n{number}", "suite": "s", "topic": "产假", "harm": harm, "region": "江苏", "expect": "answered",
        "answer": {"id": f"n{number}", "seconds": number / 10}, "values": values, "confidence": None, "baselines": {},
    }  # fmt: skip
    return made | changes | {"values": values | changes.get("values", {})}


def test_means_plain_and_weighted() -> None:
    rows = [row(1, "high", values={"facts": 0.0}), row(2), row(3, "medium"), row(4, values={"facts": None})]
    found = figures(rows, 1)["facts"]
    assert (found["mean"], found["n"]) == (pytest.approx(2 / 3, abs=1e-6), 3)
    assert found["weighted"]["mean"] == 0.5
    assert found["low"] <= found["mean"] <= found["high"]
    assert figures(rows, 1, "bm25")["facts"]["n"] == 0
    assert figures(rows, 1)["under"] == {"mean": None, "low": None, "high": None, "n": 0, "weighted": {"mean": None, "low": None, "high": None}}  # fmt: skip


def test_groups_hold_their_own_cases() -> None:
    rows = [row(1, "high", topic="婚假", suite="t"), row(2, values={"status": 0.0}), row(3)]
    found = summarise(rows, 1)
    assert found["topics"]["婚假"]["ours"]["status"]["mean"] == 1.0
    assert found["topics"]["产假"]["ours"]["status"]["mean"] == 0.5
    assert found["suites"]["t"]["ours"]["status"]["n"] == 1
    assert found["harms"]["low"]["ours"]["status"]["n"] == 2
    assert found["regions"]["江苏"]["ours"]["status"]["n"] == 3


def test_latency_by_hand() -> None:
    rows = [row(n) for n in range(1, 22)] + [row(0, answer=None)]
    assert latency(rows) == {"median_ms": 1100.0, "p95_ms": 2000.0}


def test_digest_holds_answers_and_values_but_no_seconds() -> None:
    rows = [row(1), row(2)]
    same = [row(1, answer={"id": "n1", "seconds": 9.0}), row(2)]
    assert digest(rows) == digest(same)
    assert digest(rows) != digest([row(1, values={"facts": 0.0}), row(2)])
    assert digest(rows) != digest([row(1, answer={"id": "n1", "status": "refused"}), row(2)])
    assert digest(rows) != digest(list(reversed(rows)))


def test_refusal_curve_by_hand() -> None:
    rows = [
        row(1, confidence=0.1, expect="refused", values={"status": 0.0}),
        row(2, confidence=0.2),
        row(3, confidence=0.8),
        row(4, confidence=0.9, values={"facts": 0.5}),
        row(5),
    ]
    points = {point["threshold"]: point for point in refusal_curve(rows)}
    assert points[0.0] == {"threshold": 0.0, "n": 4, "refused_right": 0, "refused_wrong": 0, "answered_right": 2, "answered_wrong": 2}  # fmt: skip
    assert points[0.15]["refused_right"] == 1
    assert points[0.5] == {"threshold": 0.5, "n": 4, "refused_right": 1, "refused_wrong": 1, "answered_right": 1, "answered_wrong": 1}  # fmt: skip
    assert points[1.0]["refused_wrong"] == 3
    assert refusal_curve([row(5)]) == []


def test_confidence_is_the_answers_own_or_the_traces() -> None:
    assert confidence({"confidence": 0.7}, ["证据：0.43"]) == 0.7
    assert confidence({"confidence": 7}) == 1.0
    assert confidence({}, ["理解：权利", "证据：0.43"]) == 0.43
    assert confidence({}, ["证据不足：0.18，要0.25"]) == 0.18
    assert confidence({}, ["理解：权利"]) is None
    assert confidence(None) is None


def test_curve_is_printed_with_the_index_threshold_marked() -> None:
    rows = [row(1, confidence=0.1, expect="refused"), row(2, confidence=0.8)]
    lines = list(curve_lines(refusal_curve(rows), 0.27))
    (marked,) = [line for line in lines if "索引的门槛" in line]
    assert marked.split()[:6] == ["0.25", "1", "0", "1", "0", "2"]
