"""The wording of questions that are made to a pattern, and what is asked of when read again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.desk.quiz.ground import source_words

# No line is broken within the blank; that of packs of before was of spaces.
BLANK, _SPACES = "（____）", "（　　）"
_NAME = r"《(?P<title>(?:[^《》]|《[^《》]*》)+)》(?P<article>(?:附录)?(?:第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十]+)?)?)"
# Packs of before asked 这一条规定的是哪一个？ and 下面哪些列在这一条里？; they are still read.
_FILLED = re.compile(rf"^按{_NAME}，(?P<words>.*{BLANK}.*?)。(?:这一条规定的是哪一个？)?$")
_SAID_BY = re.compile(rf"^按{_NAME}，(?P<words>.+)。这个说法对吗？$")
_SAID = re.compile(r"^有人说：(?P<words>.+)。对吗？$")
_LISTED = re.compile(rf"^{_NAME}(?:说的是)?：(?P<words>.+)。(?:下面哪些列在这一条里|下面哪几项是这一条列出的)？$")


@dataclass(frozen=True, slots=True)
class Read:
    """A question read again: the provision that it names ('' for none) and the words that it asks about."""

    title: str
    article: str
    words: str


def filled(title: str, article: str, words: str) -> str:
    """Ask which amount stands in the blank of a provision's sentence."""
    return f"按{source_words(title, article)}，{words}。"


def said_by(title: str, article: str, words: str) -> str:
    """Ask whether a provision says so."""
    return f"按{source_words(title, article)}，{words}。这个说法对吗？"


def said(words: str) -> str:
    """Ask whether what somebody said is right."""
    return f"有人说：{words}。对吗？"


def listed(title: str, article: str, lead: str) -> str:
    """Ask which things stand in a provision's list."""
    return f"{source_words(title, article)}：{lead}。下面哪几项是这一条列出的？"


STATEMENTS = "下面的说法，哪些是对的？"


def read_filled(question: str) -> Read | None:
    """Read what `filled` wrote."""
    return _read(_FILLED, question)


def read_said_by(question: str) -> Read | None:
    """Read what `said_by` wrote."""
    return _read(_SAID_BY, question)


def read_said(question: str) -> str | None:
    """Read the words of what `said` wrote."""
    match = _SAID.match(question)
    return match["words"] if match else None


def read_listed(question: str) -> Read | None:
    """Read what `listed` wrote."""
    return _read(_LISTED, question)


def _read(pattern: re.Pattern[str], question: str) -> Read | None:
    match = pattern.match(question.replace(_SPACES, BLANK))
    return Read(match["title"], match["article"], match["words"]) if match else None
