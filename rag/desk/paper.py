"""What the desk writes: a paper of blocks, a deck of slides, and the numbered sources that their sentences rest on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from rag.model import Citation


class Tone(StrEnum):
    """How a piece of text is meant; writers choose weight and colour, never colour alone."""

    PLAIN = "正文"
    STRONG = "重点"
    NOTE = "小注"
    WARNING = "提醒"
    ADDED = "增加"
    REMOVED = "删去"


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of text and the numbers (from 1) of the sources it rests on; none where it states nothing of law or of a plan."""

    text: str
    sources: tuple[int, ...] = ()
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1, 2 or 3."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Pieces of text that stand in one paragraph."""

    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A list, numbered or with bullets."""

    items: tuple[Said, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: names of columns, rows of as many cells, the columns' shares of the width (all 1 where empty)."""

    head: tuple[str, ...]
    rows: tuple[tuple[Said, ...], ...]
    widths: tuple[float, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A framed part with a title: a case, a warning, a number to call."""

    title: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Points | Grid | Box | NewPage


@dataclass(frozen=True, slots=True)
class Source:
    """A citation under its number in this paper."""

    number: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be written. `facts` are lines under the title (place, date, library); `sources` are listed at the end, `notes` after them.

    `brief`: the sources are named in one small paragraph, without their words, so that the paper stays on one page.
    `compact`: each source is one paragraph with the beginning of its words, and what a restatement is, is said once above them.
    """

    title: str
    subtitle: str
    facts: tuple[str, ...]
    blocks: tuple[Block, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...] = ()
    wide: bool = False
    brief: bool = False
    compact: bool = False


class Look(StrEnum):
    """What a slide is for."""

    COVER = "封面"
    SECTION = "分节"
    POINTS = "要点"
    TABLE = "表格"
    CASE = "案例"
    QUIZ = "测验"
    SOURCES = "出处"


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: its title, its points or its table, and what the speaker says over it."""

    look: Look
    title: str
    points: tuple[Said, ...] = ()
    table: Grid | None = None
    notes: tuple[Said, ...] = ()
    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Deck:
    """Slides, the sources that they number, and one line for every slide's foot."""

    title: str
    slides: tuple[Slide, ...]
    sources: tuple[Source, ...]
    foot: str = ""


@dataclass(slots=True)
class Sources:
    """Gives numbers to citations as they are first met; the same words of the same provision keep their number."""

    _numbers: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _listed: list[Source] = field(default_factory=list)

    def number(self, citation: Citation) -> int:
        """The number of a citation, a new one where it is first met."""
        key = (citation.document_id, citation.article, citation.part)
        if key not in self._numbers:
            self._numbers[key] = len(self._listed) + 1
            self._listed.append(Source(self._numbers[key], citation))
        return self._numbers[key]

    def numbers(self, citations: Iterable[Citation]) -> tuple[int, ...]:
        """The numbers of several citations, each once, in their order."""
        return tuple(dict.fromkeys(self.number(citation) for citation in citations))

    @property
    def listed(self) -> tuple[Source, ...]:
        """All sources met, by number."""
        return tuple(self._listed)
