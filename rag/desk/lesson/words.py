"""What papers and slides of a lesson share: the lines that every output carries, and how statements are cut into short ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.compose import place_name
from rag.desk.lesson.model import Lesson, Told
from rag.desk.lesson.points import silent_topics
from rag.desk.paper import Said, Sources, Tone
from rag.desk.quiz import Item
from rag.desk.quiz.stems import read_filled
from rag.model import RESTATED

ADVICE = "不构成法律意见"
LETTERS = "ABCDEFGH"
SHORTEST_PIECE = 7
# Options of no more characters together stand in one line.
SIDE_BY_SIDE = 44
# A cut is made after a sentence, and before an item of a list.
_CUT = re.compile(r"(?<=[。；])|(?=（[一二三四五六七八九十]{1,2}）(?![项》]))")
_MARK = re.compile(r"\[\d+\]")


def place(lesson: Lesson) -> str:
    """The lesson's place as it is named: 河南, or 全国."""
    return place_name(lesson.wish.regions) or "全国"


def labels(lesson: Lesson) -> tuple[str, ...]:
    """The lines that every output carries: restated, no legal advice, the library's day, a model's hand."""
    lines = [RESTATED, f"{ADVICE}；个案请打12348、12333或找工会", _library(lesson)]
    lines += (
        [f"AI生成：部分措辞由模型「{lesson.model}」写成，每句都按所引材料核对过，以依据为准"] if lesson.model else []
    )
    return tuple(lines)


def foot(lesson: Lesson) -> str:
    """The same in so few words that they fit the foot of a slide; the cover and the last slide have them in full."""
    ai = "；AI生成（部分措辞）" if lesson.model else ""
    return f"本库转述，不是法条原文；不构成法律意见；资料库{lesson.library_built}{ai}"


def local_silence(lesson: Lesson, every: bool = False) -> str:
    """Say on which topics the library has no checked rule of the place's own; '' where it has one on each (`every`: on any)."""
    topics = silent_topics(lesson.wish, lesson.points)
    if not topics or (every and len(topics) < len(lesson.topics)):
        return ""
    return f"{joined(topics)}：本库没有收入、或没有核实到{place(lesson)}自己的规定，这里按国家规定讲；当地如有文件，请讲课前补上。"


def _library(lesson: Lesson) -> str:
    return f"资料库建于{lesson.library_built}（{lesson.library_digest[:12]}），按{lesson.wish.day}有效的规定写"


def plain(text: str) -> str:
    """A text without the numbers that an answer gives to its own citations."""
    return _MARK.sub("", text)


def said(told: Told, sources: Sources, tone: Tone = Tone.PLAIN) -> Said:
    """A statement with the numbers of its sources."""
    return Said(plain(told.text), sources.numbers(told.citations), tone)


def pieces(text: str) -> list[str]:
    """A statement cut into short ones: sentences and items; nothing is left out, and a word like 不可以。 stays with what follows."""
    found: list[str] = []
    for piece in (part.strip() for part in _CUT.split(plain(text)) if part.strip()):
        if found and len(found[-1]) <= SHORTEST_PIECE and not piece.startswith("（"):
            found[-1] += piece
        elif found and found[-1].startswith("（") and found[-1].endswith("；") and not piece.startswith("（"):
            found[-1] += piece  # an item of a list goes on after a semicolon
        else:
            found.append(piece)
    return found


def options(item: Item) -> list[str]:
    """A quiz item's options with their letters; none where it is only to be judged."""
    if len(item.options) == 2 and set(item.options) == {"对", "错"}:
        return []
    return [f"{letter}. {text}" for letter, text in zip(LETTERS, item.options, strict=False)]


def asked_with(item: Item) -> tuple[str, ...]:
    """A quiz item's options as lines: side by side where they are short, else one under another; none for one that is judged."""
    letters = options(item)
    if sum(map(len, letters)) <= SIDE_BY_SIDE:
        return ("　　".join(letters),) if letters else ()
    return tuple(letters)


def wrong_ones(item: Item) -> str:
    """Why the wrong options are wrong, in a line; '' where the reason says it already (judged ones, blanks to be filled)."""
    if not options(item) or read_filled(item.question) is not None:
        return ""
    told = (f"{letter}：{why.rstrip('。')}" for letter, why in zip(LETTERS, item.why_wrong, strict=False) if why)
    return "".join(f"{words}。" for words in told)


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
