"""Lay questions written for provisions: indexed beside a provision, so that everyday words reach the law's words.

`questions/*.jsonl` hold one row a provision: `{"title", "article", "ask": [...]}`. They are keyed by official title and article, so
they serve any corpus that holds that provision, and are never shown or quoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.errors import IndexRoomError

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the (title, article) of what to cite first and of what could rightly be cited too; `region` and `plan` as it is asked."""

    question: str
    region: str
    plan: bool
    best: frozenset[Key]
    also: frozenset[Key]


@cache
def judged_questions() -> tuple[Judged, ...]:
    """Read our judged questions (`questions/judged/*.jsonl`), from which the lead forest learns (see `index.training.lead`).

    Raises IndexRoomError naming file and row of a broken one.
    """
    return tuple(_judged(row) for row in _rows("questions/judged"))


def _judged(row: dict[str, Any]) -> Judged:
    best, also = (frozenset((title, article) for title, article in row[key]) for key in ("best", "also"))
    return Judged(row["question"], row["region"], bool(row["plan"]), best, also - best)


@cache
def written_questions() -> dict[Key, tuple[str, ...]]:
    """Read the questions written for provisions, by (title, article); the encoder learns from these and never sees the judged ones.

    Raises IndexRoomError naming file and row of a broken one.
    """
    found: dict[Key, list[str]] = {}
    for row in _rows("questions"):
        found.setdefault((row["title"], row["article"]), []).extend(row["ask"])
    return {key: tuple(dict.fromkeys(asked)) for key, asked in found.items()}


@cache
def lay_questions() -> dict[Key, tuple[str, ...]]:
    """Return all questions by the (title, article) that they are indexed beside: written ones, and judged ones under what to cite first."""
    found = {key: list(asked) for key, asked in written_questions().items()}
    for judged in judged_questions():
        for key in sorted(judged.best):
            found.setdefault(key, []).append(judged.question)
    return {key: tuple(dict.fromkeys(asked)) for key, asked in found.items()}


def _rows(folder: str) -> Iterator[dict[str, Any]]:
    needed = (
        {"question", "region", "plan", "best", "also"} if folder.endswith("judged") else {"title", "article", "ask"}
    )
    for path in sorted(Path(str(files("index") / folder)).glob("[!.]*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                if missing := needed - row.keys():
                    raise KeyError(*missing)
            except (ValueError, KeyError, AttributeError) as error:
                raise IndexRoomError(f"「{path.name}」第 {number} 行不对：{error}") from error
            yield row
