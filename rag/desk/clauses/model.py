"""The nouns of the clause check: a paper's clause, what is found of it, what the paper lacks, the whole report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from documents.region import Region
from rag.model import Citation


class Verdict(StrEnum):
    """How a clause stands to what the law gives on the day."""

    BELOW = "低于法定标准"
    EQUAL = "等于法定标准"
    ABOVE = "高于法定标准"
    SILENT = "未涉及"
    UNSURE = "无法判断"


# The worst first: a clause takes the worst of what its statements get.
WORST = (Verdict.BELOW, Verdict.UNSURE, Verdict.ABOVE, Verdict.EQUAL, Verdict.SILENT)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a paper: its place from 1, its label as printed (第八条, （三）, '' for a bare paragraph), its words, its page from 1."""

    number: int
    label: str
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found of a clause.

    `reason` is one Chinese sentence with both figures where figures are compared; `proposal` is how the clause could read at
    the legal minimum, '' where there is none.
    """

    clause: Clause
    verdict: Verdict
    reason: str
    matter: str = ""
    sources: tuple[Citation, ...] = ()
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """A matter that no clause speaks of, why it should stand there, and the provisions that give it."""

    matter: str
    why: str
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that is found of one paper, for places, on a day, with the digest of the index that it was held against."""

    name: str
    regions: tuple[Region, ...]
    day: date
    findings: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    library_digest: str
    remarks: tuple[str, ...] = ()

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings of one verdict, in the paper's order."""
        return tuple(finding for finding in self.findings if finding.verdict is verdict)
