"""Gold sets: questions with the sources, facts and status that a right answer has."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evals.errors import BadGold
from evals.rows import read_rows

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
    """One gold row.

    `gold`: groups of alternatives; `must`: groups of alternative patterns; `must_not`: patterns. `days` and `day`: the total
    that the conclusion must state (None: none). `under` and `over`: patterns of a conclusion that states less or more than
    the right is (None: told from the figures of `must` and `days`). `past`: whether the question is about history (None:
    told from its words).
    """

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
    days: float | None = None
    day: date | None = None
    under: tuple[re.Pattern[str], ...] | None = None
    over: tuple[re.Pattern[str], ...] | None = None
    past: bool | None = None

    @property
    def has_facts(self) -> bool:
        """Whether there is anything that must be stated."""
        return bool(self.must) or self.days is not None or self.day is not None

    @property
    def asked(self) -> str:
        """The question after the questions before it, one text."""
        before = [item if isinstance(item, str) else _said(item) for item in self.row.get("history") or []]
        return "\n".join([*(text for text in before if text), self.question])


@dataclass(frozen=True, slots=True)
class Suite:
    """A gold set with the file it was read from and that file's sha256."""

    name: str
    path: Path
    sha256: str
    cases: tuple[Case, ...]


def _said(turn: dict[str, Any]) -> str:
    return str(turn.get("content", "")) if turn.get("role", "user") == "user" else ""


def suites() -> tuple[str, ...]:
    """Return the names of the shipped suites."""
    return tuple(sorted(path.stem for path in DATASETS.glob("*.jsonl")))


def load_suite(suite: str, holdout: bool | None = None) -> Suite:
    """Read a shipped suite by name or one's own set (jsonl, CSV, xlsx; see `evals.rows`) by path.

    Parameters: the name or path; `holdout` True keeps only the held-out rows, False only the others, None all. Returns the
    suite. Raises BadGold naming the row of the first fault.
    """
    shipped = DATASETS / f"{suite}.jsonl"
    path = shipped if shipped.is_file() else Path(suite)
    if not path.is_file():
        raise BadGold(f"没有「{suite}」这个题集。现有：{'、'.join(suites())}，或给一个 jsonl、CSV、xlsx 文件的路径。")
    cases: list[Case] = []
    seen: set[str] = set()
    for where, row in read_rows(path):
        case = _case(row, where)
        if path == shipped and not case.origin:
            raise BadGold(f"{where}缺少字段 origin（这一题从哪里来）。")
        if case.id in seen:
            raise BadGold(f"{where}：id「{case.id}」重复。")
        seen.add(case.id)
        cases.append(case)
    kept = tuple(case for case in cases if holdout is None or case.holdout == holdout)
    return Suite(path.stem, path, hashlib.sha256(path.read_bytes()).hexdigest(), kept)


def load(suite: str) -> tuple[Case, ...]:
    """Read the cases of a suite, held-out ones included; see `load_suite`."""
    return load_suite(suite).cases


def _case(row: dict[str, Any], where: str) -> Case:
    for name in ("id", "question", "expect", "harm", "topic"):
        if not isinstance(row.get(name), str) or not row[name]:
            raise BadGold(f"{where}缺少字段 {name}。")
    if row["expect"] not in STATUSES or row["harm"] not in HARMS:
        raise BadGold(
            f"{where}：expect 或 harm 的值不认识（{row['expect']}，{row['harm']}）。"
            f"expect 可用：{'、'.join(STATUSES)}；harm 可用：{'、'.join(HARMS)}。"
        )
    _check_types(row, where)
    try:
        return Case(
            id=row["id"],
            question=row["question"],
            row=row,
            expect=row["expect"],
            gold=tuple(tuple(_source(s) for s in group) for group in row.get("gold") or []),
            must=tuple(_patterns(group) for group in row.get("must") or []),
            must_not=_patterns(row.get("must_not") or []),
            harm=row["harm"],
            topic=row["topic"],
            origin=row.get("origin") or "",
            holdout=bool(row.get("holdout", False)),
            days=row.get("days"),
            day=_day(row, "date", where),
            under=_patterns(row["under"]) if "under" in row else None,
            over=_patterns(row["over"]) if "over" in row else None,
            past=row.get("past"),
        )
    except (KeyError, TypeError, re.error) as error:
        raise BadGold(f"{where}的 gold、must、must_not、under 或 over 不对：{error}") from None


def _check_types(row: dict[str, Any], where: str) -> None:
    """Refuse an optional field of a wrong type, which would otherwise be scored as if it were not there."""
    for name in ("region", "origin"):
        if not isinstance(row.get(name, ""), str):
            raise BadGold(f"{where}：{name} 要是文字。")
    for name in ("holdout", "past"):
        if name in row and not isinstance(row[name], bool):
            raise BadGold(f"{where}：{name} 要是 true 或 false。")
    days = row.get("days", 0)
    if isinstance(days, bool) or not isinstance(days, int | float):
        raise BadGold(f"{where}：days 要是数字。")
    history = row.get("history", [])
    if not isinstance(history, list) or not all(isinstance(item, str | dict) for item in history):
        raise BadGold(f"{where}：history 要是之前的问题的列表。")
    for group in row.get("gold") or [], row.get("must") or []:
        if not isinstance(group, list) or not all(isinstance(item, list) and item for item in group):
            raise BadGold(f"{where}：gold 和 must 要是列表的列表，里面的每组不能空。")
    _day(row, "as_of", where)


def _day(row: dict[str, Any], name: str, where: str) -> date | None:
    try:
        return date.fromisoformat(row[name]) if row.get(name) else None
    except (TypeError, ValueError):
        raise BadGold(f"{where}：{name} 要是 2026-03-01 这样的日期，不是「{row[name]}」。") from None


def _source(given: dict[str, str]) -> Source:
    title, article = given["title"], given["article"]
    if not (isinstance(title, str) and isinstance(article, str)):
        raise TypeError("title 和 article 要是文字")
    return Source(title, article)


def _patterns(texts: list[str]) -> tuple[re.Pattern[str], ...]:
    if isinstance(texts, str):
        raise TypeError(f"「{texts[:20]}」要放在列表里")
    return tuple(re.compile(text) for text in texts)
