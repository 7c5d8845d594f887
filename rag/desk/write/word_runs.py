"""Runs of a Word paragraph: text by its tone, marks of sources, tracked changes, links, fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from rag.desk.paper import Said, Tone
from rag.desk.write.text import clean

AUTHOR = "娘家人"
_STYLES = {Tone.STRONG: "Strong", Tone.NOTE: "Small", Tone.WARNING: "Warning"}
_CHANGES = {Tone.ADDED: "w:ins", Tone.REMOVED: "w:del"}


def element(tag: str, *children: Any, **attributes: str | int) -> Any:
    """Make an element of the w: namespace from its tag, its children and its attributes."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name.rstrip('_')}"), str(value))
    made.extend(children)
    return made


def run(text: str, style: str = "", removed: bool = False) -> Any:
    """Make a run of clean text; its line breaks become breaks."""
    made = element("w:r")
    if style:
        made.append(element("w:rPr", element("w:rStyle", val=style)))
    for number, part in enumerate(text.split("\n")):
        if number:
            made.append(element("w:br"))
        written = element("w:delText" if removed else "w:t")
        written.text = part
        written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        made.append(written)
    return made


def field_of(instruction: str, shown: str, style: str = "") -> Any:
    """Make a field that Word computes, with what it shows until then."""
    return element("w:fldSimple", run(shown, style), instr=f" {instruction} ")


@dataclass(slots=True)
class Runs:
    """Makes the runs of one document: counts its changes, and knows which sources it lists."""

    document: Document
    listed: frozenset[int]
    _changes: int = field(default=0)

    def said(self, pieces: Iterable[Said]) -> list[Any]:
        """Make the runs of pieces of text with the marks of their sources."""
        return [made for piece in pieces for made in self._piece(piece)]

    def changed(self, pieces: Iterable[Said]) -> Any | None:
        """Make the mark that a whole paragraph was added or removed; None where part of it stands as it was."""
        tones = {piece.tone for piece in pieces if clean(piece.text)}
        return self._change(_CHANGES[tones.pop()]) if len(tones) == 1 and tones <= _CHANGES.keys() else None

    def link(self, text: str, url: str) -> Any:
        """Make a link to an address outside."""
        made = element("w:hyperlink", run(text, "Hyperlink"), history=1)
        made.set(qn("r:id"), self.document.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return made

    def _piece(self, piece: Said) -> list[Any]:
        change = _CHANGES.get(piece.tone)
        text, gone = clean(piece.text), piece.tone is Tone.REMOVED
        made = [run(text, _STYLES.get(piece.tone, ""), gone)] if text else []
        return [*self._wrapped(change, made), *(self._mark(number, change, gone) for number in piece.sources)]

    def _wrapped(self, change: str | None, made: list[Any]) -> list[Any]:
        return [self._change(change, *made)] if change and made else made

    def _mark(self, number: int, change: str | None, gone: bool) -> Any:
        """Make a raised [3] that leads to its source, where that is listed."""
        (made,) = self._wrapped(change, [run(f"[{number}]", "SourceMark", gone)])
        return element("w:hyperlink", made, anchor=f"source{number}", history=1) if number in self.listed else made

    def _change(self, tag: str, *children: Any) -> Any:
        self._changes += 1
        day = f"{date.today().isoformat()}T00:00:00Z"
        return element(tag, *children, id=self._changes, author=AUTHOR, date=day)
