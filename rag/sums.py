"""A leave sum of an answer taken apart for showing: its terms with their citations, its days on the calendar.

Nothing is computed anew here that the answer does not say: a sum is read from the verified conclusion, a calendar is laid by
the same rule that wrote the conclusion's last day and counts only where that day stands there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from documents.figures import figures
from documents.model import Level
from documents.region import short_name
from rag import leave_end
from rag.calendar import statutory
from rag.deadlines import day_words
from rag.maternity import term_name
from rag.model import Answer, Citation

NATION = "国家"
_TERM = r"[^；，。：=+\s\d]+\d+天"
_SUM = re.compile(rf"(?P<label>[^；，。：=\s\d]+)(?P<total>\d+)天 = (?P<terms>{_TERM}(?: \+ {_TERM})+)")
_PARTS = re.compile(r"([^\s\d+]+)(\d+)天")


@dataclass(frozen=True, slots=True)
class Holiday:
    """A statutory holiday within a leave; `moves` where it is no day of the leave but puts off its end."""

    day: date
    name: str
    moves: bool


@dataclass(frozen=True, slots=True)
class LeaveSum:
    """A leave as its answer adds it up.

    `terms` are (label, days, number of the citation that states them, 0 where none does); `start` and `end` are there where
    the answer lays the leave on the calendar, `holidays` are those between them, `unknown` the years whose holidays are not known.
    """

    label: str
    terms: tuple[tuple[str, int, int], ...]
    total: int
    start: date | None = None
    end: date | None = None
    holidays: tuple[Holiday, ...] = ()
    unknown: tuple[int, ...] = ()


def leave_sums(answer: Answer) -> tuple[LeaveSum, ...]:
    """Take an answer's leave sums apart; empty where it adds none up, or compares places in a table."""
    if answer.table or answer.question is None:
        return ()
    return _laid(answer) or tuple(_read(answer))


def _read(answer: Answer) -> list[LeaveSum]:
    found = []
    for match in _SUM.finditer(answer.conclusion):
        terms = [(label, int(days)) for label, days in _PARTS.findall(match["terms"])]
        if sum(days for _, days in terms) == int(match["total"]):
            found.append(LeaveSum(match["label"], _cited(terms, answer.citations), int(match["total"])))
    return found


def _laid(answer: Answer) -> tuple[LeaveSum, ...]:
    """The leaves on the calendar, where the conclusion says the last day of each."""
    assert answer.question is not None
    laid = leave_end.laid(answer.question)
    if not laid or any(f"最后一天是{day_words(one.end)}" not in answer.conclusion for _, _, one in laid):
        return ()
    place = short_name(answer.question.regions[0].province)
    found = []
    for order, rules, one in laid:
        terms = [(term_name(rule, place), rule.days) for rule in rules]
        days = [one.start + timedelta(n) for n in range((one.end - one.start).days + 1)]
        found.append(
            LeaveSum(
                f"{place}{order}产假",
                _cited(terms, answer.citations),
                sum(count for _, count in terms),
                one.start,
                one.end,
                tuple(
                    Holiday(day, name, day in one.moved)
                    for day in days
                    if (name := (statutory(day.year) or {}).get(day, ""))
                ),
                tuple(sorted({day.year for day in days if statutory(day.year) is None})),
            )
        )
    return tuple(found)


def _cited(terms: Sequence[tuple[str, int]], citations: Sequence[Citation]) -> tuple[tuple[str, int, int], ...]:
    return tuple((label, days, _number(label, days, citations)) for label, days in terms)


def _number(label: str, days: int, citations: Sequence[Citation]) -> int:
    """The number of the citation that states a term: of the nation for its days, of the place for its own, law before summaries."""
    stating = [
        (
            (label == NATION) == (c.region == "全国"),
            label in c.quote or c.region.startswith(label),
            c.level is not Level.COMPILED,
            -number,
        )
        for number, c in enumerate(citations, 1)
        if str(days) in figures(c.quote)
    ]
    return -max(stating)[3] if stating else 0
