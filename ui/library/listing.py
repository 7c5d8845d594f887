"""The library as a list: filters as a link carries them, what they find, and the provision that a search hit in each document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from urllib.parse import parse_qs, urlencode
from weakref import WeakKeyDictionary

from documents.model import NATIONAL, Check, Level
from documents.topics import topic_rows
from index.chunk import Card, Chunk
from index.words import STOP_WORDS, cut
from ui.live import Edition

PAGE = 40
LONGEST_WORDS = 100
# Hits of the full text that are looked at; below a cosine of NEAR a text without any of the words is no hit.
DEEPEST, NEAR = 120, 0.5
HITS_A_DOCUMENT = 2


class Standing(StrEnum):
    """What a document's force is today, as the list filters it."""

    VALID = "有效"
    COMING = "尚未施行"
    ENDED = "已失效"
    UNKNOWN = "未核实"
    PLAN = "计划"
    COMPILED = "本库整理"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader wants listed; '' filters nothing. `place` is 全国, a province (with its cities) or a city; `page` counts from 1."""

    words: str = ""
    topic: str = ""
    level: str = ""
    place: str = ""
    standing: str = ""
    year: str = ""
    page: str = "1"

    @classmethod
    def read(cls, query: str) -> Filters:
        """Read the query of an address (`?words=…&topic=…`); what is unknown in it is ignored."""
        try:
            given = parse_qs(query[:2000].lstrip("?"), max_num_fields=20, errors="replace")
        except ValueError:  # more fields than any link of ours has
            given = {}
        return cls.of(*(given.get(f.name, [""])[0] for f in fields(cls)))

    @classmethod
    def of(cls, *values: str | None) -> Filters:
        """Take values in the order of the fields, none of them longer than anybody types."""
        return cls(*((value or "")[:LONGEST_WORDS] for value in values))

    @property
    def query(self) -> str:
        """The query that `read` reads back, empty where nothing is filtered."""
        chosen = {f.name: getattr(self, f.name).strip() for f in fields(self)}
        return urlencode({k: v for k, v in chosen.items() if v and (k, v) != ("page", "1")})

    @property
    def number(self) -> int:
        """The page as a number, 1 for anything else."""
        digits = self.page.isascii() and self.page.isdigit() and len(self.page) < 6
        return max(int(self.page), 1) if digits else 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the list: its card, how many provisions are in which check state, its topics with their articles."""

    card: Card
    checks: tuple[tuple[Check | None, int], ...]
    topics: Mapping[str, tuple[str, ...]]

    @property
    def provisions(self) -> int:
        """How many provisions it has."""
        return sum(count for _, count in self.checks)

    def standing(self, day: date) -> Standing:
        """Say what its force is on a day."""
        card = self.card
        if card.level.is_plan:
            return Standing.PLAN
        if card.level is Level.COMPILED:
            return Standing.COMPILED
        if card.ended is not None and day >= card.ended:
            return Standing.ENDED
        return {True: Standing.VALID, False: Standing.COMING, None: Standing.UNKNOWN}[card.in_force(day)]


@dataclass(frozen=True, slots=True)
class Row:
    """A found document with the provisions that the words were found in, best first."""

    entry: Entry
    hits: tuple[Chunk, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what filters find: its rows, how many there are in all, and how many pages."""

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int


_entries: WeakKeyDictionary[Edition, tuple[Entry, ...]] = WeakKeyDictionary()


@cache
def _topics() -> dict[str, dict[str, tuple[str, ...]]]:
    """Articles by title and topic."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in topic_rows():
        articles = found.setdefault(row.title, {})
        articles[row.topic] = tuple(dict.fromkeys((*articles.get(row.topic, ()), row.article)))
    return found


def entries(edition: Edition) -> tuple[Entry, ...]:
    """Return all documents of an edition as list entries; made once an edition."""
    if edition not in _entries:
        _entries[edition] = tuple(
            Entry(card, _checks(edition.by_document.get(card.id, ())), _topics().get(card.title, {}))
            for card in edition.index.cards
        )
    return _entries[edition]


def _checks(chunks: list[Chunk] | tuple[()]) -> tuple[tuple[Check | None, int], ...]:
    counts = Counter(chunk.provision.check for chunk in chunks)
    order: list[Check | None] = [*Check, None]
    return tuple((state, counts[state]) for state in order if counts[state])


def places(edition: Edition) -> list[str]:
    """Return the places that documents are of: 全国, then provinces and cities in the order of their names."""
    names = {card.region.name for card in edition.index.cards} | {
        card.region.province for card in edition.index.cards if card.region.province
    }
    return [name for name in (NATIONAL,) if name in names] + sorted(names - {NATIONAL})


def years(edition: Edition) -> list[str]:
    """Return the years of plans, newest first."""
    return [str(y) for y in sorted({c.year for c in edition.index.cards if c.year}, reverse=True)]


def find(edition: Edition, filters: Filters, day: date) -> Found:
    """Find what filters ask for.

    Parameters: the edition; the filters; the day on which validity is judged. Titles with all the words come first, then
    documents whose text has them or is near in meaning, best first. Returns one page; a page beyond the last is the last.
    """
    fitting = {e.card.id: e for e in entries(edition) if _fits(e, filters, day)}
    words = filters.words.strip()[:LONGEST_WORDS]
    rows = _searched(edition, fitting, words) if words else [Row(e) for e in fitting.values()]
    pages = max(-(-len(rows) // PAGE), 1)
    page = min(filters.number, pages)
    return Found(tuple(rows[(page - 1) * PAGE : page * PAGE]), len(rows), page, pages)


def _fits(entry: Entry, filters: Filters, day: date) -> bool:
    card, region = entry.card, entry.card.region
    return (
        (not filters.topic or filters.topic in entry.topics)
        and filters.level in ("", card.level)
        and filters.place in ("", region.name, region.province)
        and (not filters.standing or entry.standing(day) == filters.standing)
        and filters.year in ("", str(card.year))
    )


def _searched(edition: Edition, fitting: Mapping[str, Entry], words: str) -> list[Row]:
    hits: dict[str, list[Chunk]] = {}
    for hit in edition.index.search(words, DEEPEST):
        if hit.chunk.card.id in fitting and (hit.bm25 > 0 or hit.cosine >= NEAR):
            hits.setdefault(hit.chunk.card.id, []).append(hit.chunk)
    parts = words.split()
    titled = [name for name, entry in fitting.items() if all(part in entry.card.title for part in parts)]
    order = dict.fromkeys((*titled, *hits))
    return [Row(fitting[name], tuple(hits.get(name, ())[:HITS_A_DOCUMENT])) for name in order]


def searched_words(words: str) -> tuple[str, ...]:
    """Return the words that are marked in a hit: those typed, and what they are cut into, without the everyday ones; longest first."""
    typed = words.split()
    cuts = [w for w in cut(words) if w not in STOP_WORDS and len(w) > 1]
    return tuple(sorted({w for w in (*typed, *cuts) if w}, key=lambda w: (-len(w), w)))
