"""What a document is, in words and safe HTML: its force, its catalogue facts, its label. Used by the list and the reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from documents.model import Check, Kind, Level
from index.chunk import Card
from rag.model import RESTATED
from ui import words as frame
from ui.ask.render import day, escape, safe_link
from ui.library import words
from ui.library.address import document_link
from ui.library.listing import Entry, Standing

_WEIGHT = {Check.COMPARED: "firm", Check.TWO_SOURCES: "two", Check.WEAK: "weak"}


def check_words(check: Check | None) -> str:
    """Say a check state; a weak one says what it means."""
    return words.UNREGISTERED if check is None else words.CHECKS[check]


def check_tag(check: Check | None, count: int = 0) -> str:
    """Write a check state as a tag that also looks like it, with how many provisions are in it."""
    shown = (words.PROVISIONS.format(count=count) if count else "") + check_words(check)
    return f'<span class="nj-check nj-check-{_WEIGHT[check] if check else "none"}">{escape(shown)}</span>'


def standing_words(card: Card, standing: Standing) -> str:
    """Say what the force of a document is, with the day that decides it."""
    if standing is Standing.PLAN:
        return f"{card.year}年，{frame.NOT_A_RIGHT}" if card.year else frame.NOT_A_RIGHT
    if standing is Standing.COMPILED:
        return words.COMPILED_ON.format(day=day(card.start)) if card.start else words.COMPILED
    if standing is Standing.ENDED and card.ended:
        return words.ENDED_ON.format(day=day(card.ended))
    if standing is Standing.COMING and card.start:
        return words.COMING_ON.format(day=day(card.start))
    return words.UNKNOWN_FORCE if standing is Standing.UNKNOWN else frame.VALID


def label(card: Card) -> str:
    """Write what a reader must know before the text: that it is restated, or a plan and no right. '' for an official law."""
    said = [RESTATED] if card.kind is Kind.RESTATEMENT else []
    said += [words.PLAN_LABEL] if card.level.is_plan else []
    return "".join(f'<p class="nj-label">{escape(line)}</p>' for line in said)


def facts(entry: Entry, standing: Standing, replacing: Card | None) -> str:
    """Write the catalogue facts of a document as a safe list of terms.

    Parameters: the document; its force today; the document that replaced it, where the library has that.
    """
    card = entry.card
    rows = [(frame.LEVEL, escape(card.level)), (frame.REGION, escape(card.region.name))]
    rows += [(frame.NUMBER, escape(card.number))] if card.number else []
    rows += [(frame.IN_FORCE, escape(standing_words(card, standing)))]
    rows += _days(card)
    if card.replaced_by:
        name = f"《{escape(card.replaced_by)}》"
        rows.append((words.REPLACED, f'<a href="{document_link(replacing.id)}">{name}</a>' if replacing else name))
    rows.append((frame.KIND, escape(card.kind)))
    rows.append((frame.CHECK, "".join(check_tag(state, count) for state, count in entry.checks)))
    rows += [(words.NOTE, escape(card.note))] if card.note else []
    rows += [(words.GUESSED, escape("、".join(words.FIELDS.get(f, f) for f in card.inferred)))] if card.inferred else []
    rows.append((words.OFFICIAL, _official(card)))
    return "<dl>" + "".join(f"<div><dt>{term}</dt><dd>{said}</dd></div>" for term, said in rows) + "</dl>"


def _days(card: Card) -> Sequence[tuple[str, str]]:
    def said(when: date | None) -> str:
        return day(when) if when else frame.UNKNOWN_DATE

    if card.level is Level.COMPILED:
        return []
    if card.level.is_plan:
        return [(frame.PUBLISHED, day(card.published))] if card.published else []
    ended = day(card.ended) if card.ended else frame.NO_END
    return [
        (frame.PUBLISHED, said(card.published)),
        (frame.EFFECTIVE, said(card.effective)),
        (frame.ENDED, ended),
    ]


def _official(card: Card) -> str:
    if safe := safe_link(card.url):
        return f'<a href="{escape(safe)}" target="_blank" rel="noopener noreferrer">{frame.LINK}</a>'
    return escape(frame.NO_LINK_COMPILED if card.level is Level.COMPILED else frame.NO_LINK)
