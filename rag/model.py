"""The nouns of the rag room: understood question, evidence, citation, answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from documents.model import Check, Kind, Level
from documents.region import Region
from index.chunk import Chunk

RESTATED = "本库转述，不是法条原文；投诉、仲裁、发函请以官方文本为准"


class Status(StrEnum):
    """What an answer is; see the design's table."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    CLARIFY = "clarify"
    REFUSED = "refused"
    HOTLINE = "hotline"


class Request(StrEnum):
    """What kind of thing is asked for."""

    RIGHT = "权利"
    PLAN = "工会计划"
    CHAT = "闲聊"
    OUTSIDE = "范围外"
    EMPTY = "空问题"


class Risk(StrEnum):
    """Danger that somebody is in now."""

    VIOLENCE = "暴力"
    SELF_HARM = "自伤"


class Verdict(StrEnum):
    """What law says to a claim that somebody was told."""

    SUPPORTED = "支持"
    PARTLY = "部分支持"
    NOT = "不支持"
    BASELESS = "没有依据"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """An understood question: the words to search, where, when, about what, and what was noticed on the way.

    `regions` may be empty (not known); `as_of` None means history was asked for and validity is not filtered.
    """

    asked: str
    search: str
    regions: tuple[Region, ...]
    as_of: date | None
    request: Request
    topics: tuple[str, ...] = ()
    slots: frozenset[str] = frozenset()
    risk: Risk | None = None
    outside: str = ""
    noticed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One retrieved chunk, its score (higher is better), its cosine to the question, and why it is here.

    `chance` is the index's estimate that it answers, 0 to 1; None where the index makes none.
    """

    chunk: Chunk
    score: float
    why: str
    cosine: float = 0.0
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """What a statement rests on; `quote` stands character for character in the indexed text, on `page` of a file that has pages."""

    document_id: str
    chunk_id: str
    title: str
    article: str
    part: str
    quote: str
    level: Level
    region: str
    kind: Kind
    check: Check | None
    in_force: bool | None
    effective: date | None
    url: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table in an answer: column names, and rows of as many strings; the last holds the number of the row's citation, as [1]."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """One readable line a row: 河南（2025）：…[1]; the first two columns are place and year."""
        return tuple(
            f"{place}{f'（{year}）' if year else ''}：{'；'.join(cells).rstrip('。；')}。{mark}"
            for place, year, *cells, mark in self.rows
        )


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved an answer, by role (never by name), and on which day."""

    role: str
    day: date


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in its four parts, with what it cites and what was retrieved.

    `basis` holds one sentence a citation, in the order of `citations`; `verdict` is None where no claim was judged; `explanation` is there only
    where a language model wrote it; `trace` says step by step how it came about; `approved` is there only where a cadre approved these words.
    """

    status: Status
    conclusion: str
    citations: tuple[Citation, ...] = ()
    basis: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    retrieved: tuple[Evidence, ...] = ()
    question: Question | None = None
    verdict: Verdict | None = None
    explanation: str = ""
    trace: tuple[str, ...] = field(default=(), compare=False)
    table: Table | None = None
    approved: Approval | None = None

    @property
    def text(self) -> str:
        """The whole text that a person reads: 结论 (with a model's explanation), 依据, 你可以这样做, 说明."""
        parts = [self.conclusion, *([self.explanation] if self.explanation else [])]
        if self.table:
            parts.append("\n".join(self.table.lines))
        if self.basis:
            # the words stand in the table already: only the sources are named again
            lines = [line.split("）：", 1)[0] + "）" if self.table else line for line in self.basis]
            parts.append("依据：\n" + "\n".join(f"[{n}] {line}" for n, line in enumerate(lines, 1)))
        if self.steps:
            parts.append("你可以这样做：\n" + "\n".join(f"- {step}" for step in self.steps))
        if self.notes:
            parts.append("说明：" + "；".join(self.notes) + "。")
        return "\n\n".join(parts)
