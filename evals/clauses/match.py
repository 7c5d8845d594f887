"""Which findings of a checker speak of which gold clause: by the words, whatever the spacing, the width and the punctuation."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, Protocol

CELLS = " | "


class ClauseLike(Protocol):
    """A countable piece of a paper, as the checker cut it."""

    @property
    def number(self) -> Any:
        """The clause's number in the paper."""

    @property
    def text(self) -> str:
        """Its words."""


class FindingLike(Protocol):
    """What the checker says of a clause."""

    @property
    def clause(self) -> ClauseLike:
        """The clause."""

    @property
    def verdict(self) -> str:
        """低于法定标准, 等于法定标准, 高于法定标准, 未涉及 or 无法判断."""


def fold(text: str) -> str:
    """Return the letters and digits of a text, of one width and case, without white space and punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def match(words: Sequence[str], findings: Sequence[FindingLike]) -> list[list[int]]:
    """Return, for each gold clause's words, the places of the findings that speak of that clause.

    A finding speaks of it where its clause contains the words. A table's row may be written with other words between its
    cells; then the shortest clause with all cells in order is the one. What a checker cut off a long clause (same number,
    next to it, with no gold words of its own) belongs to it too.
    """
    texts = [fold(finding.clause.text) for finding in findings]
    direct = [_direct(piece, texts) for piece in words]
    taken = {place for places in direct for place in places}
    return [_with_rest(places, taken, findings) for places in direct]


def _direct(words: str, texts: Sequence[str]) -> list[int]:
    whole = fold(words)
    if found := [place for place, text in enumerate(texts) if whole in text]:
        return found
    cells = [fold(cell) for cell in words.split(CELLS)]
    if len(cells) == 1:
        return []
    rows = [place for place, text in enumerate(texts) if _in_order(cells, text)]
    shortest = min((len(texts[place]) for place in rows), default=0)
    return [place for place in rows if len(texts[place]) == shortest]


def _in_order(cells: Sequence[str], text: str) -> bool:
    start = 0
    for cell in cells:
        at = text.find(cell, start)
        if at < 0:
            return False
        start = at + len(cell)
    return True


def _with_rest(places: list[int], taken: set[int], findings: Sequence[FindingLike]) -> list[int]:
    chosen = list(places)
    for place in places:
        for step in (-1, 1):
            near = place + step
            while (
                0 <= near < len(findings)
                and near not in taken
                and findings[near].clause.number == findings[place].clause.number
            ):
                chosen.append(near)
                near += step
    return sorted(set(chosen))
