"""The ground of a quiz: what of the library may carry an answer for a place on a day, and citations of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from documents.model import Level
from documents.parse import part_of
from documents.region import Region
from index.chunk import Chunk
from rag.answer import Assistant
from rag.model import Citation

# Sentences of ours within a provision: never an answer.
_OWN = re.compile(r"^(?:注[:：]|（?本库注|依据[:：]|条件[:：])|整理者说明")
_ASIDE = re.compile(r"（[^（）]*整理者说明[^（）]*）|（条号未核实）|（本库注[:：](?:[^（）]|（[^（）]*）)*）")
BOOK = "常见误解"


@dataclass(frozen=True)
class Ground:
    """What an assistant's library says for places on a day; `chunks` are the provisions that the quiz is about."""

    assistant: Assistant
    chunks: tuple[Chunk, ...]
    place: tuple[Region, ...]
    day: date

    @cached_property
    def named(self) -> frozenset[tuple[str, str]]:
        """Title and article of every provision that the quiz is about."""
        return frozenset((c.card.title, c.provision.article) for c in self.chunks)

    @cached_property
    def laws(self) -> tuple[Chunk, ...]:
        """The provisions of the ground that are law in force here, firmly checked, in order."""
        return tuple(c for c in self.chunks if self.is_law(c))

    def is_law(self, chunk: Chunk) -> bool:
        """Whether a provision is law in force on the day, applies in the place, and may carry a figure."""
        card = chunk.card
        legal = not card.level.is_plan and card.level not in (Level.COMPILED, Level.NEWS)
        return legal and "参考文本" not in card.title and self.carries(chunk)

    def carries(self, chunk: Chunk) -> bool:
        """Whether a provision may carry an answer: no plan, not weak, here and now."""
        check, card = chunk.provision.check, chunk.card
        return (
            not card.level.is_plan
            and (check is None or check.carries_figures)
            and card.in_force(self.day) is not False
            and (card.region == Region() or any(card.region.applies_to(p) for p in self.place))
        )

    def of(self, title: str, article: str) -> list[Chunk]:
        """The chunks of a provision by name."""
        return list(self.assistant.index.by_article.get((title, article), ()))

    def cite(self, chunk: Chunk, quote: str) -> Citation:
        """The citation of words that stand in a chunk."""
        return cite(chunk, quote, self.day)


def cite(chunk: Chunk, quote: str, day: date) -> Citation:
    """Make the citation of words that stand in a chunk."""
    card, at = chunk.card, chunk.start + chunk.text.index(quote)
    numbered = chunk.provision.article.startswith(("第", "附"))
    return Citation(
        document_id=card.id,
        chunk_id=chunk.id,
        title=card.title,
        article=chunk.provision.article,
        part=part_of(chunk.provision.text, at, at + len(quote)) if numbered else "",
        quote=quote,
        level=card.level,
        region=card.region.name,
        kind=card.kind,
        check=chunk.provision.check,
        in_force=card.in_force(day),
        effective=card.start,
        url=card.url,
        page=chunk.provision.page,
    )


def line_with(chunk: Chunk, words: str) -> str:
    """The line of a chunk that has some words, else its first line."""
    lines = [line.strip() for line in chunk.text.split("\n")]
    return next((line for line in lines if words in line), lines[0])


def sentences(chunk: Chunk) -> Iterator[str]:
    """Yield a provision's sentences that stand for themselves: no remark of ours, no item of a list, no lead-in."""
    for line in chunk.text.split("\n"):
        line = line.strip()
        if _OWN.search(line) or re.match(r"[（(][一二三四五六七八九十\d]+[）)]", line):
            continue
        for sentence in re.findall(r"[^。！？]+[。！？]", line):
            words = sentence.strip()
            if words and not _ASIDE.search(words):
                yield words


def source_words(title: str, article: str) -> str:
    """How a question or reason names a provision: 《劳动法》第六十二条."""
    return f"《{title}》{article}" if article.startswith(("第", "附")) else f"《{title}》的“{article}”"
