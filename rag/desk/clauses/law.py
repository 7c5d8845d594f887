"""What clauses are held against: matters with their provisions, standard figures, and the leave rules of a place on a day."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

from documents.figures import figures
from documents.leave_rules import Event, maternity_terms
from documents.model import NATIONAL
from documents.region import Region, parse_region
from index.search import SearchIndex
from rag.compose import Passage, carries, cite
from rag.model import Citation, Evidence, Question, Request
from rag.retrieve import fetch
from rag.rules import Counted, counted, source_of

WHY = "条款核对的依据"
_SKIPS = re.compile(r"(?:法定)[^。;]{0,8}(?:假|休)[^。;]{0,20}(?:顺延|不计入|不算|不含|不包括)|按工作日算")
_LEAVES = ("产假", "生育假", "婚假", "陪产假", "护理假", "育儿假")
_NOTE = re.compile(r"^(?:注[:：]|依据[:：]|条件[:：])")
LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Matter:
    """What a contract may speak about: words that tell it, why it should ('' where it need not), its provisions by place."""

    name: str
    words: re.Pattern[str]
    expected: str
    provisions: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A standard figure that no rule row has: which way it binds, and the provision that states it."""

    name: str
    matter: str
    region: Region
    amount: float
    unit: str
    way: str
    title: str
    article: str


@dataclass(frozen=True, slots=True)
class Floor:
    """A figure that holds here: how much, in words, what it rests on; `weak` names it where it cannot be relied on."""

    amount: float
    words: str
    sources: tuple[Citation, ...]
    weak: bool = False


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a data file of this package."""
    text = (files("rag.desk.clauses") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def matters() -> tuple[Matter, ...]:
    """Read matters.csv; a matter may have several rows, the words stand in its first."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows("matters.csv"):
        found.setdefault(row["matter"], []).append(row)
    return tuple(
        Matter(
            name,
            re.compile(group[0]["words"]),
            next((row["expected"] for row in group if row["expected"]), ""),
            tuple((row["title"], row["article"], row["region"]) for row in group),
        )
        for name, group in found.items()
    )


@cache
def standard_figures() -> tuple[Figure, ...]:
    """Read standards.csv."""
    return tuple(
        Figure(
            row["name"],
            row["matter"],
            parse_region(row["region"] or NATIONAL),
            float(row["amount"]),
            row["unit"],
            row["way"],
            row["title"],
            row["article"],
        )
        for row in rows("standards.csv")
    )


def plain(number: float) -> str:
    """A figure as written: 98, 0.5."""
    return f"{number:g}"


@dataclass(slots=True)
class Law:
    """The law of some places on a day, read from one index; what is read once is kept."""

    index: SearchIndex
    regions: tuple[Region, ...]
    day: date
    _cited: dict[tuple[str, str, str], tuple[Citation, ...]] = field(default_factory=dict)

    @property
    def province(self) -> str:
        """The province whose rules are held against, '' where no place is known."""
        return self.regions[0].province if self.regions else ""

    @property
    def question(self) -> Question:
        """What the core's functions want to be asked."""
        return Question("", "", self.regions, self.day, Request.RIGHT)

    def provision(self, title: str, article: str, holds: str = "") -> tuple[Citation, ...]:
        """Cite a provision that is in force here on the day, by preference its piece that holds some words; empty where there is none."""
        key = (title, article, holds)
        if key not in self._cited:
            found = [
                e
                for e in fetch(self.index, self.question, title, article, WHY)
                if e.chunk.card.in_force(self.day) is not False
            ]
            found.sort(key=lambda e: (not _holds(e, holds), not carries(e)))
            self._cited[key] = (self.cited(found[0], holds),) if found else ()
        return self._cited[key]

    def cited(self, evidence: Evidence, holds: str = "") -> Citation:
        """Cite a piece of a provision: the lines around the words looked for, notes of ours left out."""
        text = evidence.chunk.text
        lines = [line for line in text.split("\n") if line.strip() and not _NOTE.match(line)] or [text]
        wanted = [part for part in holds.split("|") if part]
        first = next((n for n, line in enumerate(lines) if any(part in line for part in wanted)), 0)
        last = first
        while last + 1 < len(lines) and len("\n".join(lines[first : last + 2])) <= LONGEST_QUOTE:
            last += 1
        quote = text[text.index(lines[first]) :]
        quote = quote[: quote.index(lines[last]) + len(lines[last])].strip()
        return cite(Passage(evidence, quote, 1.0), self.question)

    def of(self, matter: str) -> tuple[Citation, ...]:
        """The provisions of a matter that are in force here on the day, the place's own before the nation's."""
        found: list[Citation] = []
        for title, article, region in next(m.provisions for m in matters() if m.name == matter):
            if not region or parse_region(region).applies_to(self.regions[0] if self.regions else Region()):
                found += self.provision(title, article)
        return tuple(found)

    def figure(self, name: str) -> Floor | None:
        """A standard figure that holds here on the day: the place's own before the nation's; None where there is none."""
        here = self.regions[0] if self.regions else Region()
        own = [f for f in standard_figures() if f.name == name and f.region.applies_to(here)]
        for row in sorted(own, key=lambda f: f.region.name == NATIONAL):
            stated = [
                e
                for e in fetch(self.index, self.question, row.title, row.article, WHY)
                if plain(row.amount) in figures(e.chunk.text)
            ]
            stated.sort(key=lambda e: not carries(e))
            if stated:
                return Floor(
                    row.amount,
                    f"{plain(row.amount)}{row.unit}",
                    (self.cited(stated[0], plain(row.amount)),),
                    not carries(stated[0]),
                )
        return None

    def counted(self, event: Event) -> tuple[Counted, ...]:
        """The rules of a leave that count here on the day: the province's where it has any, else the nation's."""
        own = counted(self.index, self.province, event, self.day) if self.province else ()
        return own or counted(self.index, NATIONAL, event, self.day)

    def national(self, event: Event) -> tuple[Counted, ...]:
        """The nation's rules of a leave that count on the day."""
        return counted(self.index, NATIONAL, event, self.day)

    def maternity(self, order: int = 1) -> Floor | None:
        """The days of maternity leave for a plain birth here on the day; the nation's where no place is known, None where nothing is."""
        if not self.province:
            base = [c for c in self.national(Event.BASE) if c.firm]
            return Floor(base[0].rule.days, f"国家{base[0].rule.days}天", self._of(base)) if base else None
        terms = maternity_terms(self.province, order, False, 1, self.day)
        found = [source_of(self.index, rule, self.day) for rule in terms]
        if not terms or any(item is None for item in found):
            return None
        evidence = [item for item in found if item is not None]
        weak = any(not rule.check.carries_figures for rule in terms) or not all(map(carries, evidence))
        days = [rule.days for rule in terms]
        words = f"{sum(days)}天（{' + '.join(f'{n}天' for n in days)}）" if len(days) > 1 else f"{days[0]}天"
        return Floor(
            sum(days), words, _once(self.cited(e, f"{r.days}天") for e, r in zip(evidence, terms, strict=True)), weak
        )

    def holidays(self) -> Iterator[tuple[str, tuple[Citation, ...], str]]:
        """Leaves of which the province does not count legal holidays: name, provision, its words; weak ones left out."""
        for chunk in self.index.chunks:
            if chunk.card.region.name != self.province or not _SKIPS.search(chunk.text):
                continue
            for line in re.split(r"[。；;\n]", chunk.text):
                if not _SKIPS.search(line) or re.search(r"不顺延|都算|没有查到|例[:：]", line):
                    continue
                kinds = [kind for kind in _LEAVES if kind in line] or (
                    ["产假"] if "60天" in line or "产假" in chunk.text else []
                )
                found = self.provision(chunk.card.title, chunk.provision.article, line[:12]) if kinds else ()
                if found and found[0].check is not None and found[0].check.carries_figures:
                    for kind in kinds:
                        yield kind, found, line.strip()[:60]

    def _of(self, rules: Iterable[Counted]) -> tuple[Citation, ...]:
        return _once(self.cited(c.evidence, f"{c.rule.days}{c.rule.unit}") for c in rules)

    def floor(self, rules: Iterable[Counted], amount: float, words: str) -> Floor:
        """A floor that rests on rules."""
        kept = list(rules)
        return Floor(amount, words, self._of(kept), not all(c.firm for c in kept))


def _once(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple({(c.chunk_id, c.quote): c for c in citations}.values())


def _holds(evidence: Evidence, holds: str) -> bool:
    return not holds or any(part in evidence.chunk.text for part in holds.split("|"))
