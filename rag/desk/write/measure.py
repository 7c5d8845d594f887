"""How much room text takes: widths of characters in ems, lines in a box; rather too much than too little."""

from __future__ import annotations

import math
import unicodedata
from functools import cache

_NARROW, _CAPITAL, _WIDE = 0.56, 0.72, 1.0
# Chinese lines end early where a mark may not begin the next one.
_LOST = 1.0


@cache
def width_of(letter: str) -> float:
    """The width of a character in ems."""
    if unicodedata.east_asian_width(letter) in "WFA":
        return _WIDE
    if unicodedata.combining(letter):
        return 0.0
    return _CAPITAL if letter.isupper() or letter in "mwMW@%&" else _NARROW


def width(text: str) -> float:
    """The width of a text in one line, in ems."""
    return sum(map(width_of, text))


def lines(text: str, ems: float) -> int:
    """How many lines a text takes in a box as wide as so many ems; every line break begins a new one."""
    return sum(_lines(part, max(ems - _LOST, 1.0)) for part in text.split("\n"))


def _lines(text: str, ems: float) -> int:
    """Count the lines of text without breaks: Chinese breaks anywhere, a Latin word goes on whole where it can."""
    count, used = 1, 0.0
    for word in _words(text):
        wide = width_of(word) if len(word) == 1 else width(word)
        if used + wide <= ems:
            used += wide
        elif wide <= ems:
            count, used = count + 1, wide
        else:
            count += math.ceil(wide / ems) - (0 if used else 1)
            used = wide % ems
    return count


def _words(text: str) -> list[str]:
    words: list[str] = []
    latin = False
    for letter in text:
        now = width_of(letter) != _WIDE and not letter.isspace()
        if now and latin:
            words[-1] += letter
        else:
            words.append(letter)
        latin = now
    return words
