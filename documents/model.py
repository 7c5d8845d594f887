"""The nouns of the documents room: Document, Provision and the small vocabularies that label them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

NATIONAL = "全国"


class Kind(StrEnum):
    """Whether a text is the official one or our own restatement."""

    ORIGINAL = "原文"
    RESTATEMENT = "要点转述"


class Level(StrEnum):
    """Rank of a document, as shown to users; `COMPILED` is what this library put together itself."""

    LAW = "法律"
    ADMINISTRATIVE = "行政法规"
    JUDICIAL = "司法解释"
    DEPARTMENTAL = "部门规章"
    LOCAL_LAW = "地方性法规"
    LOCAL_RULE = "地方政府规章"
    NORMATIVE = "规范性文件"
    UNION = "工会文件"
    NEWS = "新闻资料"
    COMPILED = "本库整理"

    @property
    def is_plan(self) -> bool:
        """Whether it says what somebody means to do or did, which is never an enforceable right."""
        return self in (Level.UNION, Level.NEWS)


class Check(StrEnum):
    """How far a restated fact was checked against its source, strongest first."""

    COMPARED = "已对照条文"
    TWO_SOURCES = "两份材料一致、未对照条文"
    WEAK = "仅一份材料或有冲突"

    @property
    def carries_figures(self) -> bool:
        """Whether a conclusion's number may rest on it."""
        return self is not Check.WEAK


class Confidence(StrEnum):
    """How sure a guess from file name and text is."""

    HIGH = "高"
    MEDIUM = "中"
    LOW = "低"


_STRENGTH = {state: rank for rank, state in enumerate(Check)}


def weakest(states: list[Check | None]) -> Check | None:
    """Return the weakest of some check states, None when there is none."""
    known = [state for state in states if state is not None]
    return max(known, key=_STRENGTH.__getitem__) if known else None


@dataclass(frozen=True, slots=True)
class Provision:
    """One citable unit of a document.

    `article` is the 条-level label (`第七条`, `附录第三条`, `三、（二）`); `text` is what is read, indexed and quoted; `raw` is
    every character of the body that this unit covers, headings before it included, so that raws concatenate to the body.
    `page` is where its text begins in a file that has pages, counted from 1.
    """

    id: str
    document_id: str
    article: str
    text: str
    headings: tuple[str, ...] = ()
    raw: str = ""
    check: Check | None = None
    source: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One policy text or plan with its catalogue row.

    `published` is the date of this version, `effective` its first day in force, `ended` the first day it is no longer;
    unknown dates are None. `inferred` names the fields that were guessed from file name and text, each with how sure.
    """

    id: str
    title: str
    kind: Kind
    level: Level
    region: str = NATIONAL
    issuer: str = ""
    number: str = ""
    published: date | None = None
    effective: date | None = None
    ended: date | None = None
    year: int | None = None
    replaced_by: str = ""
    check: Check | None = None
    url: str = ""
    note: str = ""
    path: str = ""
    head: str = ""
    provisions: tuple[Provision, ...] = ()
    inferred: Mapping[str, Confidence] = field(default_factory=dict, hash=False)

    @property
    def body(self) -> str:
        """Every character after `head`, put together again from the provisions."""
        return "".join(provision.raw for provision in self.provisions)

    @property
    def start(self) -> date | None:
        """First day of force as far as known: the effective date, else the date of the version."""
        return self.effective or self.published

    def in_force(self, day: date) -> bool | None:
        """Say whether the document is in force on a day.

        Returns None where no date is known at all (such a text is kept and flagged). A plan never ends.
        """
        if self.ended is not None and day >= self.ended:
            return False
        if self.level.is_plan:
            return True
        if self.start is None:
            return None
        return self.start <= day
