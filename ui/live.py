"""The edition in service: an assistant and its documents, replaced whole when a new index is published."""

from __future__ import annotations

import logging
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from documents.region import parse_region
from index.chunk import Card, Chunk
from index.errors import EngineAway
from index.publish import being_changed
from index.search import open_index
from index.store import MANIFEST, read_manifest
from rag import Assistant
from ui import logs, words
from ui.store.feedback import Feedback

if TYPE_CHECKING:
    from ui.seen import Seen
    from ui.store.jobs import JobStore

LOOK = 3.0  # seconds between two looks at the folder
PUBLISHED, WENT_BACK = "publish", "rollback"


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


class Watcher(Protocol):
    """Who counts what happens in service; called in any thread."""

    def saw(self, seen: Seen) -> None:
        """An answer was made, or was not."""
        ...

    def busy(self, via: str, change: int) -> None:
        """One question more, or less, is being answered."""
        ...

    def published(self, how: str) -> None:
        """Another index is in service: PUBLISHED or WENT_BACK."""
        ...

    def sent_back(self, why: str) -> None:
        """A question was sent back: ui.limits.FAST or BUSY."""
        ...


class Live:
    """Holds the edition in service, which who answers a request takes once and keeps to its end, and the store of feedback.

    `watcher` is told what happens; None: nobody counts.
    """

    def __init__(self, assistant: Assistant, feedback: Feedback | None = None) -> None:
        self._edition = Edition(assistant)
        self.feedback = feedback  # where complaints go; None: nowhere
        self.watcher: Watcher | None = None
        self._left = ""  # the generation that was in service before
        self.jobs: JobStore | None = None  # where work that takes long is written down; None: nowhere

    @property
    def edition(self) -> Edition:
        """The edition in service now."""
        return self._edition

    def publish(self, assistant: Assistant) -> None:
        """Put another index in service; requests that began on the old one end on it. What was approved goes on with it."""
        assistant.approved = self._edition.assistant.approved
        before, self._edition = self._edition, Edition(assistant)
        manifest, last = assistant.index.manifest, before.index.manifest
        # not by the time they were built at: a clock may have been set back
        earlier = {self._left, (last.before or {}).get("generation")}
        how = WENT_BACK if manifest.generation in earlier else PUBLISHED
        self._left = last.generation
        if self.watcher is not None:
            self.watcher.published(how)
        logs.event("index_in_service", how=how, index=manifest.corpus_digest[:16], built=manifest.built)

    def tell(self, seen: Seen) -> None:
        """Tell that an answer was made, or was not."""
        if self.watcher is not None:
            self.watcher.saw(seen)

    def busy(self, via: str, change: int) -> None:
        """Tell that one question more, or less, is being answered."""
        if self.watcher is not None:
            self.watcher.busy(via, change)

    def sent_back(self, why: str) -> None:
        """Tell that a question was sent back: ui.limits.FAST or BUSY."""
        if self.watcher is not None:
            self.watcher.sent_back(why)


def warm(assistant: Assistant) -> Assistant:
    """Ask an assistant what reads everything that it reads on use, so that the first who asks waits no longer than others."""
    for question in words.EXAMPLES:
        assistant.ask(question)
    return assistant


def follow(live: Live, folder: Path, over: threading.Event, every: float = LOOK) -> None:
    """Put in service what others put into the folder of the index (`index build`, `ui rollback`), until `over` is set.

    An index that cannot be opened is logged once and left alone until the manifest changes again; one whose vectors lie on a server that is
    away is logged once and tried again at every look. While this or another program is changing the folder, it waits.
    """
    seen = told = None
    while not over.wait(every):
        now = _state(folder)
        if now in (None, seen) or being_changed(folder):
            continue
        seen = now
        try:
            if read_manifest(folder).generation != live.edition.index.manifest.generation:
                live.publish(warm(type(live.edition.assistant)(open_index(folder))))
        except Exception as error:  # whatever is wrong with it, the one in service goes on
            if told != now:
                logs.event("index_not_taken", logging.ERROR, error=logs.where(error))
            told = now
            if isinstance(error, EngineAway):
                seen = None


def _state(folder: Path) -> tuple[int, int, int] | None:
    """What changes when the manifest is replaced; None where there is none."""
    try:
        found = (folder / MANIFEST).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
