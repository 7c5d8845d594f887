"""What an evaluator looks up in the open index instead of believing the answer: text, region and validity of a citation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from documents.errors import UnknownRegion
from documents.region import Region, parse_region
from index.chunk import Card, Chunk
from index.search import SearchIndex


@dataclass(frozen=True, slots=True)
class Cited:
    """What is known of a citation; None where it is not known. `law` False marks a plan or news, which is no right."""

    region: Region | None
    law: bool
    card: Card | None
    said_in_force: bool | None

    def in_force(self, day: date) -> bool | None:
        """Whether it is in force on a day, as the index knows it, else as the answer says."""
        return self.said_in_force if self.card is None else self.card.in_force(day)


class Lookup:
    """The provisions of an index by chunk id, and by title and label for other systems' answers."""

    def __init__(self, index: SearchIndex) -> None:
        self._by_chunk = {chunk.id: chunk for chunk in index.chunks}
        self._by_article = index.by_article

    def find(self, citation: Mapping[str, Any]) -> list[Chunk]:
        """Return the chunks a citation may mean: that of its id if title and label fit it, else all of title and label."""
        title, article = citation.get("title"), citation.get("article")
        if chunk_id := citation.get("chunk_id"):
            chunk = self._by_chunk.get(str(chunk_id))
            if chunk is not None:
                fits = (chunk.card.title, chunk.provision.article) == (title, article)
                return [chunk] if fits else []
        return self._by_article.get((str(title), str(article)), [])

    def quoted(self, citation: Mapping[str, Any]) -> bool:
        """Whether a citation's quote stands character for character in the provision that it names."""
        quote = citation.get("quote")
        return bool(quote) and any(str(quote) in chunk.provision.text for chunk in self.find(citation))


def cited(citation: Mapping[str, Any], lookup: Lookup | None) -> Cited:
    """Look a citation up; what the index does not hold (or without an index) is taken from the answer itself."""
    chunks = lookup.find(citation) if lookup else []
    said = citation.get("in_force")
    if chunks:
        card = chunks[0].card
        return Cited(card.region, not card.level.is_plan, card, said)
    try:
        region = parse_region(str(citation["region"])) if citation.get("region") else None
    except UnknownRegion:
        region = None
    return Cited(region, citation.get("level") not in ("工会文件", "新闻资料"), None, said)
