"""Which version holds when: ends of old versions, of laws that a later text repeals, and of laws replaced under another name."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files

from documents.infer import normalise_title
from documents.model import Document

_CLAUSE = re.compile(r"[。；]")
_REPEALED = "同时废止"
_QUOTED = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A law that ended under its name: `old` (versions before `ended`) gave way to `new`."""

    old: str
    new: str
    ended: date


@cache
def replacements() -> tuple[Replacement, ...]:
    """Read `replaces.csv`, the laws repealed under another name."""
    text = (files("documents") / "replaces.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Replacement(row["old"], row["new"], date.fromisoformat(row["ended"])) for row in rows)


def repeals(document: Document) -> tuple[str, ...]:
    """Return the titles that a document's closing provisions repeal (`…《X》同时废止`)."""
    found: list[str] = []
    for provision in document.provisions[-3:]:
        for clause in _CLAUSE.split(provision.text):
            listed, repealing, _ = clause.rpartition(_REPEALED)
            if repealing:
                found += [normalise_title(title) for title in _QUOTED.findall(listed)]
    return tuple(dict.fromkeys(found))


def resolve(documents: list[Document]) -> list[Document]:
    """Fill in `ended` and `replaced_by` of superseded documents, in the order given.

    A version ends when the next version of the same title, region and kind begins, when a later text repeals its title, or
    on the date of `replaces.csv`. A document with no known date is never ended by guess, except by `replaces.csv`.
    """
    ends: dict[str, tuple[date, str]] = {}
    for old, day, new in [*_older_versions(documents), *_repealed(documents), *_renamed(documents)]:
        if old.id not in ends or day < ends[old.id][0]:
            ends[old.id] = (day, new)
    out = []
    for document in documents:
        if document.ended is None and document.id in ends:
            day, new = ends[document.id]
            document = replace(document, ended=day, replaced_by=document.replaced_by or new)
        out.append(document)
    return out


def _older_versions(documents: list[Document]) -> list[tuple[Document, date, str]]:
    versions: dict[tuple[str, str], list[tuple[date, Document]]] = defaultdict(list)
    for document in documents:
        if document.start is not None and not document.level.is_plan:
            versions[document.title, document.region].append((document.start, document))
    found = []
    for dated in versions.values():
        dated.sort(key=lambda pair: pair[0])
        for (start, old), (next_start, new) in zip(dated, dated[1:], strict=False):
            if start < next_start and old.published != new.published:
                found.append((old, next_start, new.title))
    return found


def _repealed(documents: list[Document]) -> list[tuple[Document, date, str]]:
    by_title: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_title[document.title].append(document)
    found = []
    for document in documents:
        if document.start is None or document.level.is_plan:
            continue
        for title in repeals(document):
            for old in by_title.get(title, ()):
                if (
                    old.id != document.id
                    and old.start is not None
                    and old.start < document.start
                    and old.region == document.region
                ):
                    found.append((old, document.start, document.title))
    return found


def _renamed(documents: list[Document]) -> list[tuple[Document, date, str]]:
    ends = {item.old: item for item in replacements()}
    return [
        (document, ends[document.title].ended, ends[document.title].new)
        for document in documents
        if document.title in ends and (document.start is None or document.start < ends[document.title].ended)
    ]
