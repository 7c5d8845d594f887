"""What papers and slides of a lesson share: the lines that every output carries, and how statements are cut into short ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.compose import place_name
from rag.desk.lesson.model import Lesson, Told
from rag.desk.paper import Said, Sources, Tone
from rag.desk.quiz import Item
from rag.model import RESTATED

ADVICE = "不构成法律意见"
LETTERS = "ABCDEFGH"
# A cut is made after a sentence, and before an item of a list.
_CUT = re.compile(r"(?<=[。；])|(?=（[一二三四五六七八九十]{1,2}）(?!项))")
_MARK = re.compile(r"\[\d+\]")


def place(lesson: Lesson) -> str:
    """The lesson's place as it is named: 河南, or 全国."""
    return place_name(lesson.wish.regions) or "全国"


def labels(lesson: Lesson) -> tuple[str, ...]:
    """The lines that every output carries: restated, no legal advice, the library's day, a model's hand."""
    lines = [RESTATED, f"{ADVICE}；个案请打12348、12333或找工会", _library(lesson)]
    lines += [f"AI生成：部分措辞由模型「{lesson.model}」写成，每句都按所引材料核对过，以依据为准"] if lesson.model else []
    return tuple(lines)


def foot(lesson: Lesson) -> str:
    """The same in one line for the foot of a page or slide."""
    ai = "；AI生成（部分措辞）" if lesson.model else ""
    return f"{RESTATED}。{ADVICE}{ai}。{_library(lesson)}"


def _library(lesson: Lesson) -> str:
    return f"资料库建于{lesson.library_built}（{lesson.library_digest[:12]}），按{lesson.wish.day}有效的规定写"


def plain(text: str) -> str:
    """A text without the numbers that an answer gives to its own citations."""
    return _MARK.sub("", text)


def said(told: Told, sources: Sources, tone: Tone = Tone.PLAIN) -> Said:
    """A statement with the numbers of its sources."""
    return Said(plain(told.text), sources.numbers(told.citations), tone)


def pieces(text: str) -> list[str]:
    """A statement cut into short ones: sentences and items; nothing is left out."""
    return [piece.strip() for piece in _CUT.split(plain(text)) if piece.strip()]


def options(item: Item) -> list[str]:
    """A quiz item's options with their letters; none where it is only to be judged."""
    if len(item.options) == 2 and set(item.options) == {"对", "错"}:
        return []
    return [f"{letter}. {text}" for letter, text in zip(LETTERS, item.options, strict=False)]


def right(item: Item) -> str:
    """What is right: the letters, or 对 or 错."""
    if not options(item):
        return item.options[item.right[0]]
    return "、".join(LETTERS[n] for n in item.right)


def numerals(number: int) -> str:
    """Chinese numeral of a heading: 一 to 三十九."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else f"{digits[tens]}十" if tens else "") + (digits[ones] if ones or not tens else "")


def joined(names: Iterable[str]) -> str:
    """Names in a row."""
    return "、".join(names)
