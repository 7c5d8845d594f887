"""Text of slides: paragraphs in one size, weight and colour by tone, small marks of sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Pt

from rag.desk.paper import Said, Tone
from rag.desk.write.fit import CELL_SIDE, CELL_TOP, LEADING
from rag.desk.write.text import clean, marks

_BOLD = (Tone.STRONG, Tone.WARNING)
_COLOURS = {
    Tone.WARNING: MSO_THEME_COLOR.ACCENT_1,
    Tone.ADDED: MSO_THEME_COLOR.ACCENT_2,
    Tone.REMOVED: MSO_THEME_COLOR.ACCENT_1,
}
_FILLS = {"head": MSO_THEME_COLOR.ACCENT_1, "even": MSO_THEME_COLOR.BACKGROUND_2, "odd": MSO_THEME_COLOR.BACKGROUND_1}


def fill(frame: Any, said: Sequence[Said], size: int, leading: float = LEADING, gap: float = 0.0) -> None:
    """Write pieces of text into a frame, a paragraph each, in a size of points with lines of a fixed height.

    Parameters: the frame, the pieces, the size, the height of a line and the gap before a paragraph as multiples of the size.
    """
    for paragraph, piece in zip(_paragraphs(frame, len(said)), said, strict=True):
        paragraph.line_spacing = Pt(round(size * leading, 1))
        paragraph.space_before = Pt(round(size * gap, 1))
        _write(paragraph, piece, size)


def fill_cell(cell: Any, said: Said, size: int, kind: str) -> None:
    """Write a cell of a table: of its head, or of an even or odd row."""
    cell.margin_left = cell.margin_right = Pt(CELL_SIDE)
    cell.margin_top = cell.margin_bottom = Pt(CELL_TOP)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE if kind == "head" else MSO_ANCHOR.TOP
    cell.fill.solid()
    cell.fill.fore_color.theme_color = _FILLS[kind]
    (paragraph,) = _paragraphs(cell.text_frame, 1)
    paragraph.line_spacing = Pt(round(size * LEADING, 1))
    _write(paragraph, said, size, head=kind == "head")


def lay(frame: Any, said: Sequence[Said]) -> None:
    """Write speaker notes: a paragraph for each piece, marks in the line."""
    for paragraph, piece in zip(_paragraphs(frame, len(said)), said, strict=True):
        _run(paragraph, clean(piece.text) + marks(piece))


def _paragraphs(frame: Any, count: int) -> list[Any]:
    frame.clear()
    return [frame.paragraphs[0], *(frame.add_paragraph() for _ in range(count - 1))]


def _write(paragraph: Any, said: Said, size: int, head: bool = False) -> None:
    text = clean(said.text)
    for number, part in enumerate(text.split("\n")):
        if number:
            paragraph.add_line_break()
        if not part:
            continue
        font = _run(paragraph, part).font
        font.size = Pt(size)
        if head or said.tone in _BOLD:
            font.bold = True
        if said.tone is Tone.ADDED:
            font.underline = True
        if said.tone is Tone.REMOVED:
            font._element.set("strike", "sngStrike")
        if head:
            font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        elif said.tone in _COLOURS:
            font.color.theme_color = _COLOURS[said.tone]
    if said.sources:
        font = _run(paragraph, marks(said)).font
        font.size = Pt(size)
        font._element.set("baseline", "30000")
    if not text and not said.sources:
        # an empty cell stands as high as its row
        paragraph.font.size = Pt(size)


def _run(paragraph: Any, text: str) -> Any:
    made = paragraph.add_run()
    made.text = text
    properties = made._r.get_or_add_rPr()
    properties.set("lang", "zh-CN")
    properties.set("altLang", "en-US")
    return made
