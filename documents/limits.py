"""Which provision limits another in which situation (`rules/limits.csv`): one is never told without the other."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Limit:
    """`title` and `article` may be read too widely where a situation matches `when`: `limit_title`, `limit_article` narrows it."""

    title: str
    article: str
    when: re.Pattern[str]
    limit_title: str
    limit_article: str


@cache
def limits() -> tuple[Limit, ...]:
    """Read all rows."""
    text = (files("documents") / "rules" / "limits.csv").read_text(encoding="utf-8")
    return tuple(
        Limit(row["title"], row["article"], re.compile(row["when"]), row["limit_title"], row["limit_article"])
        for row in csv.DictReader(text.splitlines())
    )


def limits_of(title: str, article: str, situation: str) -> tuple[tuple[str, str], ...]:
    """Return (title, article) of what limits a provision in a situation described in words."""
    return tuple(
        (limit.limit_title, limit.limit_article)
        for limit in limits()
        if (limit.title, limit.article) == (title, article) and limit.when.search(situation)
    )
