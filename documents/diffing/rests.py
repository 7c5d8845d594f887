"""What rests on an article: lessons and approved answers that named it (`documents.resting`), and rows of documents/rules."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from documents.diffing.pairs import Kind, Pair
from documents.resting import KINDS, rests, text_digest

_NAMES = (("title", "article"), ("law", "law_article"), ("limit_title", "limit_article"))


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A row of a file of documents/rules, by its line (the heading is line 1)."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on one article: names by kind (keys of `documents.resting.KINDS`), and rows of rules."""

    named: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[RuleRow, ...]

    def __bool__(self) -> bool:
        return bool(self.named or self.rules)


@cache
def _rule_rows() -> dict[tuple[str, str], tuple[RuleRow, ...]]:
    found: dict[tuple[str, str], dict[RuleRow, None]] = defaultdict(dict)
    for path in sorted(Path(str(files("documents") / "rules")).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as opened:
            rows = csv.DictReader(opened)
            for row in rows:
                for title, article in _NAMES:
                    if row.get(title) and row.get(article):
                        found[row[title], row[article]][RuleRow(path.name, rows.line_num)] = None
    return {name: tuple(lines) for name, lines in found.items()}


def resting_on(home: Path, title: str, pair: Pair) -> Resting:
    """Name what rests on an article of the old version that is no longer as it was.

    Parameters: the user's folder, the old version's title, the pair. What was made on the new words already is left out; nothing
    rests on an article that is the same, was only put in another chapter, or is new. Raises UnreadableFile.
    """
    if pair.old is None or pair.kind in (Kind.SAME, Kind.MOVED, Kind.ADDED):
        return Resting((), ())
    article = pair.old.article
    now = text_digest(pair.new.text) if pair.new is not None and pair.new.article == article else ""
    named = []
    for kind in KINDS:
        rows = [r for r in rests(home, kind) if (r.title, r.article) == (title, article) and r.digest != now]
        if names := tuple(dict.fromkeys(row.name for row in rows)):
            named.append((kind, names))
    return Resting(tuple(named), _rule_rows().get((title, article), ()))
