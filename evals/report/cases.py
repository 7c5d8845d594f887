"""Every case as two JSON rows: a short one to list, filter and search by, and its details, read when it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.measures import is_failed
from evals.report.faults import faults, readable, source_text, wanted_facts, wanted_sources
from evals.report.folder import HARMS, STATUSES, SYSTEMS, Measured, Row, Run

_UNDERSTOOD = {
    "search": "检索用的问题",
    "regions": "地区",
    "as_of": "日期",
    "request": "想做什么",
    "topics": "主题",
    "slots": "情形",
    "risk": "风险",
    "noticed": "注意到",
}
_ORDER = {harm: place for place, harm in enumerate(HARMS)}


def ordered(run: Run) -> list[Row]:
    """Return the cases as they are listed: the failed first, of these the most harmful, then as they were run."""
    return sorted(run.cases, key=lambda row: (not is_failed(row["values"]), _ORDER.get(row["harm"], len(_ORDER))))


def short(row: Row, measures: Mapping[str, Measured]) -> list[Any]:
    """Return [suite, id, harm, topic, region, expected, status, question, conclusion, failed, numbers of imperfect measures]."""
    answer = row["answer"] or {}
    wrong = [place for place, (key, found) in enumerate(measures.items()) if found.imperfect(row["values"][key])]
    return [
        row["suite"],
        row["id"],
        HARMS.get(row["harm"], row["harm"]),
        row["topic"],
        row["region"],
        STATUSES.get(row["expect"], row["expect"]),
        _status(answer),
        row["question"],
        str(answer.get("conclusion", "")),
        int(is_failed(row["values"])),
        wrong,
    ]


def details(row: Row, measures: Mapping[str, Measured]) -> dict[str, Any]:
    """Return what is shown of an opened case; keys are read by page.js."""
    answer, trace, gold = row["answer"] or {}, row["trace"] or {}, row["row"]
    return {
        "faults": faults(row, measures),
        "history": [turn if isinstance(turn, str) else str(turn.get("content", "")) for turn in _list(gold, "history")],
        "answer": str(answer.get("answer", "")),
        "citations": [_citation(found) for found in _list(answer, "citations")],
        "sources": wanted_sources(row),
        "facts": wanted_facts(row),
        "not": [readable(pattern) for pattern in _list(gold, "must_not")],
        "evidence": _evidence(row),
        "understood": _understood(trace.get("understood") or {}),
        "steps": _list(trace, "steps"),
        "cuts": _list(trace, "cuts"),
        "values": _values(row, measures),
        "about": _about(row),
        "row": gold,
    }


def _status(answer: Mapping[str, Any]) -> str:
    status = str(answer.get("status", "missing"))
    return STATUSES.get(status, status)


def _list(found: Mapping[str, Any], key: str) -> list[Any]:
    return list(found.get(key) or [])


def _citation(found: Mapping[str, Any]) -> list[str]:
    force = {True: "现行有效", False: "已失效"}.get(found.get("in_force"), "")  # type: ignore[arg-type]
    marks = [str(found.get(key) or "") for key in ("level", "region", "kind", "check")]
    name = f"{source_text(found)}{found.get('part') or ''}"
    return [name, "，".join(filter(None, [*marks, force])), str(found.get("quote", ""))]


def _evidence(row: Row) -> list[list[Any]]:
    """[provision, score, cosine or None, why, whether gold asks for it], best first."""
    wanted = {source_text(source) for group in _list(row["row"], "gold") for source in group}
    found = _list(row["trace"] or {}, "evidence") or _list(row["answer"] or {}, "retrieved")
    return [
        [name := source_text(item), item.get("score"), item.get("cosine"), str(item.get("why", "")), name in wanted]
        for item in found
    ]


def _understood(found: Mapping[str, Any]) -> list[list[str]]:
    pairs = []
    for key, name in _UNDERSTOOD.items():
        value = found.get(key)
        if value:
            pairs.append([name, "、".join(map(str, value)) if isinstance(value, list) else str(value)])
    return pairs


def _values(row: Row, measures: Mapping[str, Measured]) -> list[list[str]]:
    """[measure, ours, each baseline] of the measures that apply."""
    plain = [row["baselines"].get(system) or {} for system in SYSTEMS if system != "ours"]
    return [
        [measure.name, measure.write(row["values"][key]), *(measure.write(found.get(key)) for found in plain)]
        for key, measure in measures.items()
        if row["values"][key] is not None
    ]


def _about(row: Row) -> list[list[str]]:
    seconds = (row["answer"] or {}).get("seconds")
    known = [
        ("出处", row["origin"]),
        ("题目给的地区", row["row"].get("region")),
        ("题目给的日期", row["row"].get("as_of")),
        ("把握", None if row["confidence"] is None else f"{row['confidence']:.2f}"),
        ("用时", None if seconds is None else f"{1000 * seconds:.0f} 毫秒"),
    ]
    return [[name, str(value)] for name, value in known if value]
