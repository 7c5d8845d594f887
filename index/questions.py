"""Lay questions written for provisions: indexed beside a provision, so that everyday words reach the law's words.

`questions/*.jsonl` hold one row a provision: `{"title", "article", "ask": [...]}`. They are keyed by official title and article, so
they serve any corpus that holds that provision, and are never shown or quoted.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

from index.errors import IndexRoomError


@cache
def lay_questions() -> dict[tuple[str, str], tuple[str, ...]]:
    """Read all rows. Returns the questions by (title, article); raises IndexRoomError naming file and row of a broken one."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(Path(str(files("index") / "questions")).glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                found.setdefault((row["title"], row["article"]), []).extend(row["ask"])
            except (ValueError, KeyError, TypeError) as error:
                raise IndexRoomError(f"「{path.name}」第 {number} 行不对：{error}") from error
    return {key: tuple(dict.fromkeys(asked)) for key, asked in found.items()}
