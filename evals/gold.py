"""Gold sets: questions with the sources, facts and status that a right answer has."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import BadGold

DATASETS = Path(__file__).parent / "datasets"
STATUSES = ("answered", "partial", "clarify", "refused", "hotline")
HARMS = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Source:
    """A provision that gold names: official title and 条-level label."""

    title: str
    article: str


@dataclass(frozen=True, slots=True)
class Case:
    """One gold row. `gold`: groups of alternatives; `must`: groups of alternative patterns; `must_not`: patterns."""

    id: str
    question: str
    row: dict[str, Any]
    expect: str
    gold: tuple[tuple[Source, ...], ...]
    must: tuple[tuple[re.Pattern[str], ...], ...]
    must_not: tuple[re.Pattern[str], ...]
    harm: str
    topic: str
    origin: str
    holdout: bool


def suites() -> tuple[str, ...]:
    """Return the names of the shipped suites."""
    return tuple(sorted(path.stem for path in DATASETS.glob("*.jsonl")))


def load(suite: str) -> tuple[Case, ...]:
    """Read a shipped suite by name or one's own set by path.

    Returns its cases. Raises BadGold naming the row of the first fault.
    """
    path = DATASETS / f"{suite}.jsonl"
    if not path.is_file():
        path = Path(suite)
    if not path.is_file():
        raise BadGold(f"没有「{suite}」这个题集。现有：{'、'.join(suites())}，或给一个 jsonl 文件的路径。")
    cases: list[Case] = []
    seen: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        case = _case(line, f"「{path.name}」第 {number} 行")
        if case.id in seen:
            raise BadGold(f"「{path.name}」第 {number} 行：id「{case.id}」重复。")
        seen.add(case.id)
        cases.append(case)
    return tuple(cases)


def _case(line: str, where: str) -> Case:
    try:
        row = json.loads(line)
    except ValueError:
        raise BadGold(f"{where}不是 JSON。") from None
    for name in ("id", "question", "expect", "harm", "topic"):
        if not isinstance(row.get(name), str):
            raise BadGold(f"{where}缺少字段 {name}。")
    if row["expect"] not in STATUSES or row["harm"] not in HARMS:
        raise BadGold(f"{where}：expect 或 harm 的值不认识（{row['expect']}，{row['harm']}）。")
    try:
        return Case(
            id=row["id"],
            question=row["question"],
            row=row,
            expect=row["expect"],
            gold=tuple(tuple(Source(s["title"], s["article"]) for s in group) for group in row.get("gold", [])),
            must=tuple(tuple(re.compile(p) for p in group) for group in row.get("must", [])),
            must_not=tuple(re.compile(p) for p in row.get("must_not", [])),
            harm=row["harm"],
            topic=row["topic"],
            origin=row.get("origin", ""),
            holdout=bool(row.get("holdout", False)),
        )
    except (KeyError, TypeError, re.error) as error:
        raise BadGold(f"{where}的 gold、must 或 must_not 不对：{error}") from None
