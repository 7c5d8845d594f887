"""What a quiz is made of: items as they are written, and drafts of them before their options are mixed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from rag.model import Citation


class Kind(StrEnum):
    """How an item is answered: one option, one or more options, right or wrong."""

    SINGLE = "单选"
    MULTIPLE = "多选"
    JUDGE = "判断"


TRUE, FALSE = "对", "错"


@dataclass(frozen=True, slots=True)
class Item:
    """One question: its options, which of them (from 0) are right, why, and for each wrong one why it is wrong ('' for the right ones)."""

    kind: Kind
    question: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    reason: str
    citations: tuple[Citation, ...]
    why_wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong option and why it is wrong."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An item before its options are mixed. `facts` are what it rests on: no two items of a quiz share one."""

    kind: Kind
    question: str
    right: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    reason: str
    citations: tuple[Citation, ...]
    facts: frozenset[str]

    def item(self, chance: random.Random, spots: Counter[int]) -> Item:
        """Mix the options; 对 stays before 错, and the one right option of a single choice stands where few stood before (`spots`)."""
        why = {w.text: w.why for w in self.wrong}
        options = [*self.right, *why]
        if self.kind is Kind.JUDGE:
            options = [TRUE, FALSE]
        else:
            chance.shuffle(options)
        if self.kind is Kind.SINGLE:
            at = min(range(len(options)), key=lambda n: (spots[n], chance.random()))
            options.remove(self.right[0])
            options.insert(at, self.right[0])
        right = tuple(n for n, text in enumerate(options) if text in self.right)
        return Item(
            self.kind,
            self.question,
            tuple(options),
            right,
            self.reason,
            self.citations,
            tuple(why.get(text, "") for text in options),
        )
