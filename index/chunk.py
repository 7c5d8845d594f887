"""Chunks: what is indexed. One provision each; a long one is cut at 款, 项 and sentences and keeps its label."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from documents.model import Check, Document, Kind, Level, Provision
from documents.parse import part_at
from documents.region import Region, parse_region
from index.questions import lay_questions

LONGEST = 600
_SENTENCE_END = re.compile(r"[。！？；\n]")


@dataclass(frozen=True, slots=True)
class Card:
    """A document's catalogue facts as the index keeps them, without its text."""

    id: str
    title: str
    kind: Kind
    level: Level
    region: Region
    published: date | None
    effective: date | None
    ended: date | None
    year: int | None
    replaced_by: str
    url: str
    number: str
    note: str
    inferred: tuple[str, ...]

    @classmethod
    def of(cls, document: Document) -> Card:
        """Make the card of a document."""
        return cls(
            id=document.id,
            title=document.title,
            kind=document.kind,
            level=document.level,
            region=parse_region(document.region),
            published=document.published,
            effective=document.effective,
            ended=document.ended,
            year=document.year,
            replaced_by=document.replaced_by,
            url=document.url,
            number=document.number,
            note=document.note,
            inferred=tuple(sorted(document.inferred)),
        )

    @property
    def start(self) -> date | None:
        """First day of force as far as known."""
        return self.effective or self.published

    def in_force(self, day: date) -> bool | None:
        """Whether it is in force on a day; None where no date is known. A plan never ends."""
        if self.ended is not None and day >= self.ended:
            return False
        if self.level.is_plan:
            return True
        return None if self.start is None else self.start <= day


@dataclass(frozen=True, slots=True)
class Text:
    """A provision as the index keeps it: label, heading path, text, check state, page of the file if it has pages."""

    id: str
    article: str
    headings: tuple[str, ...]
    text: str
    check: Check | None
    source: str
    page: int | None = None

    @classmethod
    def of(cls, provision: Provision) -> Text:
        """Keep what the index needs of a provision."""
        return cls(
            provision.id,
            provision.article,
            provision.headings,
            provision.text,
            provision.check,
            provision.source,
            provision.page,
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """One indexed unit: characters `start` to `end` of a provision of a document."""

    id: str
    card: Card
    provision: Text
    start: int
    end: int

    @property
    def text(self) -> str:
        """The indexed text, character for character; quotes are searched in it."""
        return self.provision.text[self.start : self.end]

    @property
    def part(self) -> str:
        """款 and 项 where a chunk begins inside a long provision, empty for a whole provision."""
        return part_at(self.provision.text, self.start) if self.start else ""


def spans(text: str, longest: int = LONGEST) -> Iterator[tuple[int, int]]:
    """Cut a provision's text into spans of at most `longest` characters at 款, 项 or sentence ends; they cover it without gaps."""
    start = 0
    while len(text) - start > longest:
        window = text[start : start + longest]
        line = window.rfind("\n", longest // 3)
        ends = [match.end() for match in _SENTENCE_END.finditer(window)]
        cut = line + 1 if line >= 0 else ends[-1] if ends and ends[-1] > longest // 3 else longest
        yield start, start + cut
        start += cut
    if start < len(text):
        yield start, len(text)


def chunks_of(card: Card, provisions: tuple[Text, ...]) -> Iterator[Chunk]:
    """Cut a document's provisions into chunks; ids are `provision` or `provision/2` for later parts of a long one."""
    for provision in provisions:
        for number, (start, end) in enumerate(spans(provision.text), 1):
            chunk_id = provision.id if number == 1 else f"{provision.id}/{number}"
            yield Chunk(chunk_id, card, provision, start, end)


def indexed_text(chunk: Chunk) -> str:
    """What words and vectors are made of: title, heading path, label and text."""
    headings = " ".join(re.sub(r"^[第一二三四五六七八九十]+[编章节、]\s*", "", h) for h in chunk.provision.headings)
    label = "" if chunk.provision.article.startswith(("第", "引言")) else chunk.provision.article
    return f"{chunk.card.title} {headings} {label}\n{chunk.text}"


def digest(text: str) -> bytes:
    """16-byte hash of what an encoder sees; equal digests need not be embedded again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def indexed_rows(chunks: Sequence[Chunk]) -> list[tuple[int, str]]:
    """What is indexed, as (chunk number, text): every chunk, then the lay questions of those that have some."""
    questions = lay_questions()
    rows = [(place, indexed_text(chunk)) for place, chunk in enumerate(chunks)]
    for place, chunk in enumerate(chunks):
        if chunk.start == 0:
            rows += [(place, asked) for asked in questions.get((chunk.card.title, chunk.provision.article), ())]
    return rows
