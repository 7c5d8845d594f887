"""What a lesson's topic means: the library's topics behind a cadre's words, and the questions that are taught under each."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from documents.topics import Purpose, topic_rows, topics
from index.search import Scope, SearchIndex
from rag.desk.errors import BadWish
from rag.understand.topic import topics_in

POINT, CASE, DUTY = "要点", "案例", "工会"
ANY = "*"
# A topic that no word names is found by search only where the best hit is this likely to be about it.
LIKELY = 0.6


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in the library: provision, numbers of its 款 (none: all), label of one 项 (with the words that lead to it)."""

    title: str
    article: str
    clauses: tuple[int, ...] = ()
    item: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A question to be taught (要点), told as a case (案例) or answered for the union (工会).

    `slots` are names with the values that may stand for them. A point or duty is what its `anchors` say, and what the chat's
    engine answers where there are none; a case's answer must cite one of them (any where `ANY` is among them).
    """

    topic: str
    kind: str
    title: str
    situation: str
    ask: str
    slots: tuple[tuple[str, tuple[str, ...]], ...]
    anchors: tuple[Anchor, ...]

    @property
    def any_source(self) -> bool:
        """Whether a case's answer may rest on any provision (a province's own, say)."""
        return any(anchor.title == ANY for anchor in self.anchors)

    def filled(self, number: int, at: str, who: str) -> tuple[str, str]:
        """The situation and the question with the `number`-th value of every slot, a name, and where it is (在河南; may be empty)."""
        chosen = {name: values[number % len(values)] for name, values in self.slots} | {"at": at, "who": who}
        situation = self.situation if at else re.sub(r"\{at\}(?=一家|机关)", "在", self.situation)
        return situation.format(**chosen), self.ask.format(**chosen)


@dataclass(frozen=True, slots=True)
class Theme:
    """What a lesson is about: the topics that its words name, and those that lie beside them and fill a longer lesson."""

    topics: tuple[str, ...]
    related: tuple[str, ...] = ()


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((files("rag.desk.lesson") / name).read_text(encoding="utf-8").splitlines()))


@cache
def templates() -> tuple[Template, ...]:
    """Read all questions, in the order in which they are taught."""
    return tuple(
        Template(
            row["topic"],
            row["kind"],
            row["title"],
            row["situation"],
            row["ask"],
            _slots(row["slots"]),
            tuple(_anchor(words) for words in row["anchor"].split(";") if words),
        )
        for row in _rows("questions.csv")
    )


def _slots(cell: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = (part.split("=", 1) for part in cell.split(";") if part)
    return tuple((name, tuple(values.split("/"))) for name, values in pairs)


def _anchor(words: str) -> Anchor:
    title, article, clauses, item = (words.split("/") + ["", "", ""])[:4]
    return Anchor(title, article, tuple(int(n) for n in clauses.split(",") if n), item)


def templates_for(topic: str, kind: str) -> tuple[Template, ...]:
    """Return a topic's questions of a kind, in their order."""
    return tuple(template for template in templates() if (template.topic, template.kind) == (topic, kind))


@cache
def _themes() -> tuple[tuple[re.Pattern[str], Theme], ...]:
    return tuple(
        (re.compile(row["words"]), Theme(tuple(row["topics"].split()), tuple(row["related"].split())))
        for row in _rows("themes.csv")
    )


def theme_of(index: SearchIndex, text: str, day: date) -> Theme:
    """Find what a topic in a cadre's words is about: by its words, else by what the library finds for it.

    Parameters: the open index, the words, the day of the rules. Raises BadWish naming the topics that there are.
    """
    words = text.strip()
    first = next((theme for pattern, theme in _themes() if pattern.search(words)), Theme(()))
    named = [topic for topic in topics() if topic in words] if not first.topics else []
    if not first.topics:
        named += topics_in(words)
    found = tuple(dict.fromkeys((*first.topics, *named)))
    related = first.related
    if not found and len(words) > 1:
        found = _searched(index, words, day)
    if not found:
        raise BadWish(
            f"本库讲不了「{words[:40]}」。可以讲：{'、'.join(topics())}。也可以写得宽一点，如“孕期和产假保护”“女职工权益”。"
        )
    return Theme(found, tuple(topic for topic in related if topic not in found))


def _searched(index: SearchIndex, words: str, day: date) -> tuple[str, ...]:
    """The topics whose provisions a search for the words finds first, where it is sure of them."""
    hits = [
        hit
        for hit in index.search(words, 5, Scope((), day, False))
        if (hit.cosine if hit.chance is None else hit.chance) >= LIKELY
    ]
    by_provision: dict[tuple[str, str], str] = {}
    for row in topic_rows():
        if row.purpose is Purpose.RIGHT:
            by_provision.setdefault((row.title, row.article), row.topic)
    keys = ((hit.chunk.card.title, hit.chunk.provision.article) for hit in hits)
    return tuple(dict.fromkeys(by_provision[key] for key in keys if key in by_provision))
