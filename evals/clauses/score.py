"""Scores of a clause check: planted faults found, false alarms, right verdicts, each with the counts it is made of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.clauses.gold import BELOW, VERDICTS, GoldClause, Half
from evals.clauses.match import FindingLike, match
from evals.errors import BadAnswers

_Z = 1.959964
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of the 95 % interval (Wilson 1927), 0 and 1 where there is nothing to count."""
        if not self.total:
            return 0.0, 1.0
        share, spread = self.hits / self.total, _Z**2 / self.total
        middle = share + spread / 2
        half = _Z * math.sqrt((share * (1 - share) + spread / 4) / self.total)
        return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))

    def row(self) -> dict[str, Any]:
        """Return the counts, the share and the interval's ends."""
        low, high = self.interval
        share = round(self.hits / self.total, 4) if self.total else None
        return {"hits": self.hits, "total": self.total, "share": share, "low": round(low, 4), "high": round(high, 4)}


@dataclass(frozen=True, slots=True)
class Scored:
    """A gold clause and what was said of it: the verdict (empty where no finding speaks of it), whether it is a false alarm.

    `shared`: the checker cut it together with another gold clause, so that one verdict stands for both.
    """

    gold: GoldClause
    verdict: str
    alarm: bool
    shared: bool

    @property
    def found(self) -> bool:
        """Whether it is a planted fault that was called below the law."""
        return self.gold.fault and self.verdict == BELOW

    @property
    def right(self) -> bool:
        """Whether the verdict is one of the accepted."""
        return self.verdict in self.gold.accept


@dataclass(frozen=True, slots=True)
class HalfScore:
    """One half's clauses, and how many findings called something below the law that is no gold clause (a heading, a preamble)."""

    name: str
    rows: tuple[Scored, ...]
    strays: int

    @property
    def faults(self) -> Share:
        """Planted faults found."""
        return _faults(self.rows)

    @property
    def alarms(self) -> Share:
        """Clauses without a planted fault that were called below the law; strays count among the hits, not in the total."""
        share = _alarms(self.rows)
        return Share(min(share.hits + self.strays, share.total), share.total)

    def summary(self) -> dict[str, Any]:
        """Return all figures as plain data."""
        kinds = dict.fromkeys(row.gold.kind for row in self.rows if row.gold.fault)
        papers = dict.fromkeys(row.gold.paper for row in self.rows)
        return {
            "half": self.name,
            "faults": self.faults.row(),
            "false_alarms": self.alarms.row(),
            "verdicts": _right(self.rows).row(),
            "undecided": Share(sum(row.verdict == "无法判断" for row in self.rows), len(self.rows)).row(),
            "unmatched": sum(not row.verdict for row in self.rows),
            "shared": sum(row.shared for row in self.rows),
            "strays": self.strays,
            "kinds": {kind: _faults([r for r in self.rows if r.gold.kind == kind]).row() for kind in kinds},
            "papers": {paper: _paper([r for r in self.rows if r.gold.paper == paper]) for paper in papers},
        }


def score_half(half: Half, reports: Mapping[str, Sequence[FindingLike]]) -> HalfScore:
    """Score one half. `reports` holds the findings of each paper by its file name. Raises BadAnswers at an unknown verdict."""
    rows: list[Scored] = []
    strays = 0
    for paper in half.papers:
        scored, stray = _score_paper(half.of(paper), reports.get(paper, ()))
        rows += scored
        strays += stray
    return HalfScore(half.name, tuple(rows), strays)


def _score_paper(gold: Sequence[GoldClause], findings: Sequence[FindingLike]) -> tuple[list[Scored], int]:
    verdicts = [_short(finding.verdict) for finding in findings]
    places = match([row.clause for row in gold], findings)
    # A checker may cut a table or a list into one clause: what it says of that clause is no alarm where a fault stands in it.
    faulty = {
        place for row, found in zip(gold, places, strict=True) if row.fault or BELOW in row.accept for place in found
    }
    rows = []
    for row, found in zip(gold, places, strict=True):
        verdict = min((verdicts[place] for place in found), key=VERDICTS.index, default="")
        alarm = any(verdicts[place] == BELOW and place not in faulty for place in found)
        shared = any(place in other for place in found for other in places if other is not found)
        rows.append(Scored(row, verdict, alarm, shared))
    known = {place for found in places for place in found}
    return rows, sum(verdict == BELOW for place, verdict in enumerate(verdicts) if place not in known)


def _short(verdict: str) -> str:
    for name in VERDICTS:
        if str(verdict).startswith(name):
            return name
    raise BadAnswers(f"不认识的结论「{verdict}」，应为{'、'.join(VERDICTS)}之一。")


def _faults(rows: Sequence[Scored]) -> Share:
    return Share(sum(row.found for row in rows), sum(row.gold.fault for row in rows))


def _alarms(rows: Sequence[Scored]) -> Share:
    return Share(sum(row.alarm for row in rows), sum(not row.gold.fault for row in rows))


def _right(rows: Sequence[Scored]) -> Share:
    return Share(sum(row.right for row in rows), len(rows))


def _paper(rows: Sequence[Scored]) -> dict[str, Any]:
    return {
        "region": rows[0].gold.region,
        "faults": _faults(rows).row(),
        "false_alarms": _alarms(rows).row(),
        "verdicts": _right(rows).row(),
        "unmatched": sum(not row.verdict for row in rows),
        "said": dict(Counter(row.verdict or "没有对上" for row in rows)),
    }
