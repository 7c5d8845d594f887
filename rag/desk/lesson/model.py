"""The nouns of a lesson pack: what is wished for, and what a lesson is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from documents.region import Region
from rag.desk.quiz import Item
from rag.model import Answer, Citation

SHORTEST, LONGEST = 10, 180


@dataclass(frozen=True, slots=True)
class Wish:
    """What a cadre asks for: a topic in her own words, places (none: the nation), minutes, who listens, and the day of the rules."""

    topic: str
    regions: tuple[Region, ...]
    minutes: int
    audience: str
    day: date


@dataclass(frozen=True, slots=True)
class Told:
    """A statement with the citations that it rests on."""

    text: str
    citations: tuple[Citation, ...]


class Look(StrEnum):
    """What a section of the lesson is."""

    OPENING = "开场"
    POINTS = "要点"
    CASES = "案例"
    MYTHS = "误解"
    UNION = "工会"
    QUIZ = "测验"
    CLOSING = "收尾"


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the lesson with its whole minutes; `topic` names the library's topic of a section of points."""

    look: Look
    title: str
    minutes: int
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A teaching point: the question that it answers, what is told (by the chat's engine), and the place's own rule beside it.

    `plain` is the engine's conclusion as it was before a model worded it, `more` what a model added under the same gate.
    """

    topic: str
    title: str
    asked: str
    answer: Answer
    plain: str
    local: Told | None = None

    @property
    def told(self) -> Told:
        """What is taught, with its citations."""
        return Told(self.answer.conclusion, self.answer.citations)


@dataclass(frozen=True, slots=True)
class Case:
    """A case: the situation, the question, the engine's answer with its trace, its steps with their sources; `plain` as for a point."""

    topic: str
    title: str
    situation: str
    asked: str
    answer: Answer
    plain: str
    steps: tuple[Told, ...] = ()

    @property
    def told(self) -> Told:
        """What the engine answers, with its citations."""
        return Told(self.answer.conclusion, self.answer.citations)


@dataclass(frozen=True, slots=True)
class Myth:
    """A misconception of the library and what is right."""

    said: str
    truth: Told


@dataclass(frozen=True, slots=True)
class Duty:
    """What the union does: a heading, what stands in the provision; `plan` where it is the union's own paper, which binds nobody else."""

    title: str
    told: Told
    plan: bool


@dataclass(frozen=True, slots=True)
class Handout:
    """What a worker takes home: her rights in figures, what to do now, whom to call."""

    rights: tuple[tuple[str, Told], ...]
    steps: tuple[Told, ...]
    calls: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson pack before it is written; `library_digest` and `library_built` name the library that it was made from.

    `digests` are pairs of a cited chunk's id and the digest of its provision's text. `model` names the language model that worded parts of it, empty where none did; `seed` is what the quiz was drawn with.
    """

    wish: Wish
    topics: tuple[str, ...]
    goals: tuple[str, ...]
    outline: tuple[Part, ...]
    points: tuple[Point, ...]
    cases: tuple[Case, ...]
    misconceptions: tuple[Myth, ...]
    union: tuple[Duty, ...]
    quiz: tuple[Item, ...]
    handout: Handout
    sources: tuple[Citation, ...]
    library_digest: str
    library_built: str
    made: date
    digests: tuple[tuple[str, str], ...] = ()
    model: str = ""
    seed: int = 0
