"""Originals of what is restated here: one takes the restatement's place where every figure agrees, else both are in conflict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from documents.against import Difference, compare, pairs
from documents.catalog import Decision
from documents.infer import SAME_VERSION_DAYS
from documents.model import Check, Document
from documents.read import rename

CONFLICT = "冲突"
_HERS = "自有"  # of an original whose id, its title, is that of the restatement beside it
_FIGURES = ("数字", "原文的数字", "原文没有这一条")


def conflicts(ours: Document, original: Document) -> list[Difference]:
    """List the figures in which an original differs from our restatement of it; what was left out on purpose is none."""
    return [d for d in compare(ours, original) if d.what.startswith(_FIGURES) and not d.left_out]


def settle(ours: Iterable[Document], originals: Iterable[Document], decided: Mapping[str, Decision]) -> list[Document]:
    """Put a user's originals beside our restatements.

    Parameters: the shipped documents; hers, those that are superseded marked by `ended`; her decisions by document id.
    Returns all that remain, ours first. An original whose figures all agree, or that she decided for, takes the place of
    the restated articles it holds. Undecided, both are kept, marked 冲突, and neither supplies a figure. Where she decided
    for the restatement, the original is kept without supplying figures.
    """
    shipped, own = {d.id: d for d in ours}, {d.id: d for d in originals}
    for restated, original in list(pairs(shipped.values(), own.values())):
        differences, decision = conflicts(restated, original), decided.get(original.id)
        if decision is Decision.RESTATEMENT:
            own[original.id] = _weak(original, "已决定以本库转述为准")
        elif decision is Decision.ORIGINAL or not differences:
            own[original.id] = _known(original, restated)
            if rest := _without(restated, original):
                shipped[restated.id] = rest
            else:
                del shipped[restated.id]
        else:
            said = f"{CONFLICT}：{describe(differences)}"
            shipped[restated.id] = _weak(restated, said)
            own[original.id] = _weak(_known(original, restated), said)
    named = {document.id for document in shipped.values()}
    hers = [rename(d, f"{d.id}~{_HERS}") if d.id in named else d for d in own.values()]
    return [*shipped.values(), *hers]


def describe(differences: list[Difference], most: int = 3) -> str:
    """Say in one line in which articles two texts differ."""
    listed = "；".join(f"{d.article}{d.what}" for d in differences[:most])
    return listed + (f"，共{len(differences)}处" if len(differences) > most else "")


def _weak(document: Document, note: str) -> Document:
    provisions = tuple(replace(p, check=Check.WEAK) for p in document.provisions)
    note = f"{document.note}；{note}" if document.note else note
    return replace(document, check=Check.WEAK, note=note, provisions=provisions)


def _known(original: Document, restated: Document) -> Document:
    """The original with what the catalogue knows of the same version: level, link, number, dates."""
    days = (original.published, restated.published)
    same = None in days or abs(days[0] - days[1]) <= timedelta(SAME_VERSION_DAYS)  # type: ignore[operator]
    return replace(
        original,
        level=restated.level,
        url=original.url or restated.url,
        number=original.number or restated.number,
        issuer=original.issuer or restated.issuer,
        published=restated.published or original.published if same else original.published,
        effective=restated.effective or original.effective if same else original.effective,
    )


def _without(restated: Document, original: Document) -> Document | None:
    """What the restatement has and the original has not: our own labelled remarks on a law; None where nothing is left."""
    if restated.level.is_plan:
        return None
    held = {p.article for p in original.provisions if p.text}
    rest = tuple(p for p in restated.provisions if p.article not in held and p.text)
    return replace(restated, provisions=rest) if rest else None
