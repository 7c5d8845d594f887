"""Rules that count: those whose source provision is in the open index and states their figures there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from documents.figures import figures
from documents.leave_rules import Event, LeaveRule, rules_for
from index.search import SearchIndex
from rag.compose import carries
from rag.model import Evidence

WHY = "规则的出处"


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule with the evidence that carries it."""

    rule: LeaveRule
    evidence: Evidence

    @property
    def firm(self) -> bool:
        """Whether a conclusion's figure may rest on it: neither the rule nor what is indexed is weak."""
        return self.rule.check.carries_figures and carries(self.evidence)

    @property
    def amount(self) -> str:
        """The amount in words: 10天, 5—10天, 不少于15天."""
        most = f"—{self.rule.most}" if self.rule.most else ""
        return f"{self.rule.bound}{self.rule.least}{most}{self.rule.unit}"


def source(index: SearchIndex, title: str, article: str, needed: set[str], day: date) -> Evidence | None:
    """Find the chunk of a provision that states all needed figures.

    The rule's own dates say when it holds, so a summary's date of compiling does not matter; a text that has ended by then
    does. A user's original may have taken the place of a restatement: then its words must state the figures.
    """
    found = [
        Evidence(chunk, 0.0, WHY)
        for chunk in index.by_article.get((title, article), ())
        if needed <= _stated(chunk.text) and not (chunk.card.ended and day >= chunk.card.ended)
    ]
    return next((item for item in found if carries(item)), found[0] if found else None)


@lru_cache(maxsize=4096)
def _stated(text: str) -> frozenset[str]:
    return frozenset(figures(text))


def needed(rule: LeaveRule) -> set[str]:
    """The figures that a rule's source must state: its amounts, its thresholds, those of its words."""
    bounds = {str(n) for n in (rule.start, rule.below) if n is not None}
    return rule.figures | bounds | figures(rule.note) | figures(rule.when)


def source_of(index: SearchIndex, rule: LeaveRule, day: date) -> Evidence | None:
    """Find what carries a rule: its source provision, else the law's own article where the index holds only that."""
    found = source(index, rule.title, rule.article, needed(rule), day)
    return source(index, rule.law, rule.law_article, needed(rule), day) if found is None and rule.law else found


def counted(index: SearchIndex, region: str, event: Event, day: date) -> tuple[Counted, ...]:
    """Return a region's rules for an event on a day that count, with what carries each."""
    found = []
    for rule in rules_for(region, event, day):
        if (item := source_of(index, rule, day)) is not None:
            found.append(Counted(rule, item))
    return tuple(found)
