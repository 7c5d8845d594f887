"""The edition in service: an assistant and its documents, replaced whole when a new index is published."""

from __future__ import annotations

from functools import cached_property

from documents.region import parse_region
from index.chunk import Card, Chunk
from rag import Assistant
from ui.store.feedback import Feedback


class Edition:
    """An assistant over one index, with the documents of that index looked up by id."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.index = assistant.index

    @cached_property
    def by_document(self) -> dict[str, list[Chunk]]:
        """First chunks of every provision, by document id, in order."""
        found: dict[str, list[Chunk]] = {}
        for chunk in self.index.chunks:
            if chunk.start == 0:
                found.setdefault(chunk.card.id, []).append(chunk)
        return found

    @cached_property
    def by_chunk(self) -> dict[str, Chunk]:
        """Every chunk by its id."""
        return {chunk.id: chunk for chunk in self.index.chunks}

    def listed(self, words_in_title: str, level: str, region: str) -> list[Card]:
        """Documents whose title has the words, of a level, of a place; empty strings filter nothing."""
        place = parse_region(region) if region else None
        return [
            card
            for card in self.index.cards
            if words_in_title in card.title and level in ("", card.level) and (place is None or card.region == place)
        ]


class Live:
    """Holds the edition in service, which who answers a request takes once and keeps to its end, and the store of feedback."""

    def __init__(self, assistant: Assistant, feedback: Feedback | None = None) -> None:
        self._edition = Edition(assistant)
        self.feedback = feedback  # where complaints go; None: nowhere

    @property
    def edition(self) -> Edition:
        """The edition in service now."""
        return self._edition

    def publish(self, assistant: Assistant) -> None:
        """Put another index in service; requests that began on the old one end on it. What was approved goes on with it."""
        assistant.approved = self._edition.assistant.approved
        self._edition = Edition(assistant)
