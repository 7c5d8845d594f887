"""A deck as slides on our template: placeholders filled, text sized to fit, what does not fit carried on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from rag.desk.paper import Deck, Look, Said, Slide, Source
from rag.desk.write import sources
from rag.desk.write.fit import DIVIDED_BODY, Fitted, FittedTable, fit_points, fit_table, points_height, title_size
from rag.desk.write.slide_text import fill, fill_cell, lay
from rag.desk.write.template import TEMPLATE
from rag.desk.write.text import clean, line, shortened
from rag.model import RESTATED

_POINT = 12_700
_BULLET = 27.0
_TITLE_SIZES = (44, 40, 36, 32, 28, 24, 20, 18)
_TITLE_LARGEST = {Look.COVER: 44, Look.SECTION: 40}
# No title of more characters fits anywhere.
_LONGEST_TITLE = 300
_NO_TITLE, _RESTATED_SIGN = "（无题）", "※"
_LISTED_GAP = 0.3
_ORDINALS = "一二三四五六七八九十"


def presentation(deck: Deck) -> Any:
    """Make the presentation of a deck; where no slide is for the sources, they come last."""
    made = pptx.Presentation(str(TEMPLATE))
    writer = _Writer(made, deck)
    for slide in deck.slides:
        writer.slide(slide)
    if deck.sources and not any(slide.look is Look.SOURCES for slide in deck.slides):
        writer.slide(Slide(Look.SOURCES, sources.SOURCES))
    properties = made.core_properties
    properties.title, properties.author, properties.last_modified_by = line(deck.title)[:255], "娘家人", "娘家人"
    properties.subject, properties.language = line(deck.foot)[:255], "zh-CN"
    properties.created = properties.modified = datetime.combine(datetime.today(), time())
    return made


class _Writer:
    """Adds slides to a presentation."""

    def __init__(self, made: Any, deck: Deck) -> None:
        self._made, self._deck = made, deck
        self._layouts = {layout.name: layout for layout in made.slide_layouts}
        self._sources = {source.number: source for source in deck.sources}

    def slide(self, slide: Slide) -> None:
        """Write one slide, or as many as what it says needs; one that says nothing at all is left out."""
        points = tuple(point for point in slide.points if clean(point.text))
        grid = slide.table if slide.table and (any(slide.table.rows) or any(map(clean, slide.table.head))) else None
        slide = replace(slide, points=points, table=grid)
        if slide.look is Look.SOURCES and not points and self._deck.sources:
            slide = replace(slide, points=tuple(map(_listed, self._deck.sources)))
        if not line(slide.title) and not slide.points and not grid and not slide.notes:
            return
        if grid:
            self._table(slide)
        elif not slide.points and slide.look is not Look.COVER:
            self._pages(replace(slide, look=Look.SECTION))
        else:
            self._pages(replace(slide, look=Look.POINTS) if slide.look is Look.TABLE else slide)

    def _pages(self, slide: Slide, before: int = 0) -> int:
        """Write points, on as many slides as they need; how many those were. `before` slides were written of this one already."""
        body = self._place(slide.look, 1)
        hang = _BULLET if slide.look in (Look.POINTS, Look.SOURCES) else 0.0
        room = _points_of(body.height) - (DIVIDED_BODY * 2 if slide.look is Look.SOURCES else 0)
        fitted = Fitted(18, ((),))
        if slide.points:
            width = _points_of(body.width) - hang
            if slide.look is Look.SOURCES:
                fitted = fit_points(slide.points, width, room, (fitted.size,), _LISTED_GAP)
            else:
                fitted = fit_points(slide.points, width, room)
            if len(fitted.pages) > 1 and slide.look in (Look.COVER, Look.SECTION):
                return self._run_over(slide, width, room)
        look = slide.look
        for number, page in enumerate(fitted.pages, before):
            made = self._new(look, slide, number, page)
            holder = made.placeholders[1]
            if page:
                fill(holder.text_frame, _explained(page) if look is Look.SOURCES else page, fitted.size, gap=fitted.gap)
            else:
                holder._element.getparent().remove(holder._element)
        return len(fitted.pages)

    def _run_over(self, slide: Slide, width: float, room: float) -> int:
        """Write a cover or section once, with those first points that it can hold, and the others as points."""
        count = len(slide.points)
        while count and points_height(slide.points[:count], 18, width) > room:
            count -= 1
        self._pages(replace(slide, points=slide.points[:count]))
        return 1 + self._pages(replace(slide, look=Look.POINTS, points=slide.points[count:]), 1)

    def _table(self, slide: Slide) -> None:
        """Write a table, on as many slides as it needs; the points stand above it where they are short, else before it."""
        assert slide.table is not None
        lead, place = self._place(Look.TABLE, 1), self._place(Look.TABLE, 13)
        short = 0 < points_height(slide.points, 18, _points_of(lead.width), 0) <= _points_of(lead.height)
        before = 0
        if slide.points and not short:
            before = self._pages(replace(slide, look=Look.POINTS, table=None))
        top = lead.top + lead.height if short else place.top
        height = place.top + place.height - top
        parts = fit_table(slide.table, _points_of(place.width), _points_of(height))
        pages = ((part, number) for part in parts for number in range(len(part.pages)))
        for count, (part, number) in enumerate(pages, before):
            said = [cell for row in part.pages[number] for cell in row.cells]
            made = self._new(Look.TABLE, slide, count, [*said, *(slide.points if short else ())])
            holder = made.placeholders[1]
            if short:
                fill(holder.text_frame, slide.points, 18)
            else:
                holder._element.getparent().remove(holder._element)
            self._grid(made.placeholders[13], slide, part, number, top)

    def _grid(self, holder: Any, slide: Slide, part: FittedTable, number: int, top: int) -> None:
        """Put one page of a table into its placeholder, the head first."""
        rows = [*([part.head] if part.head.cells else []), *part.pages[number]]
        left, width = holder.left, holder.width
        frame = holder.insert_table(len(rows), len(part.widths))
        frame.left, frame.top, frame.width = left, top, width
        frame.height = sum(Pt(row.height) for row in rows)
        frame.name = "表格"
        named = line(slide.table.caption if slide.table else "") or line(slide.title)
        frame._element.find(f".//{qn('p:cNvPr')}").set("descr", f"表格：{named}，{len(rows)}行{len(part.widths)}列")
        table = frame.table
        table.first_row = bool(part.head.cells)
        for column, share in zip(table.columns, part.widths, strict=True):
            column.width = Emu(round(share * width))
        for at, row in enumerate(rows):
            table.rows[at].height = Pt(row.height)
            kind = "head" if not at and part.head.cells else "odd" if at % 2 else "even"
            for cell, said in zip(table.rows[at].cells, row.cells, strict=True):
                fill_cell(cell, said, part.size, kind)

    def _new(self, look: Look, slide: Slide, number: int, said: Iterable[Said]) -> Any:
        """Add a slide with its title, foot, number and notes; `number` counts the slides that go on from one."""
        layout = self._layouts[str(look)]
        made = self._made.slides.add_slide(layout)
        title = line(slide.title) or line(self._deck.title) or _NO_TITLE
        cut = self._entitle(made.shapes.title, title, _goes_on(number), _TITLE_LARGEST.get(look, 32))
        for holder in made.placeholders:
            holder.name = next(
                p.name for p in layout.placeholders if p.placeholder_format.idx == holder.placeholder_format.idx
            )
        self._feet(made, layout)
        self._notes(made, slide, number, said, title if cut else "")
        return made

    def _entitle(self, holder: Any, title: str, more: str, largest: int) -> bool:
        """Write a title in the largest size that fits; whether it had to be cut."""
        box = _points_of(holder.width), _points_of(holder.height), [size for size in _TITLE_SIZES if size <= largest]
        kept, shown = title[:_LONGEST_TITLE], title + more
        size = title_size(shown, *box) if kept == title else None
        while size is None:
            kept = kept[: len(kept) * 9 // 10]
            shown = f"{kept}……{more}"
            size = title_size(shown, *box)
        fill(holder.text_frame, [Said(shown)], size, leading=1.2)
        return kept != title

    def _feet(self, made: Any, layout: Any) -> None:
        """Copy the foot and the slide's number from the layout (a cover has none), which python-pptx leaves out."""
        for holder in layout.placeholders:
            kind = holder.placeholder_format.type
            if kind == PP_PLACEHOLDER.SLIDE_NUMBER or (kind == PP_PLACEHOLDER.FOOTER and line(self._deck.foot)):
                element = deepcopy(holder._element)
                made.shapes._spTree.append(element)
                for area in element.findall(f"{qn('p:spPr')}/*"):
                    area.getparent().remove(area)
                if kind == PP_PLACEHOLDER.FOOTER:
                    element.find(f".//{qn('a:t')}").text = shortened(line(self._deck.foot), 50)

    def _notes(self, made: Any, slide: Slide, number: int, said: Iterable[Said], title: str) -> None:
        """Write what is said over a slide, then where what it shows comes from."""
        told = [] if number else [note for note in slide.notes if clean(note.text)]
        numbers = dict.fromkeys(n for piece in (*told, *said) for n in piece.sources if n in self._sources)
        if slide.look is Look.SOURCES:
            numbers = dict.fromkeys(number for number in self._sources if not slide.notes and not told)
        minutes = [Said(f"用时约{slide.minutes:g}分钟。")] if slide.minutes > 0 and not number else []
        whole = [Said(f"全题：{title}")] if title and not number else []
        listed = [Said(text) for text in self._named(numbers)]
        goes_on = [Said("接上页。")] if number else []
        if paragraphs := [
            *minutes,
            *whole,
            *goes_on,
            *told,
            *([Said(f"{sources.SOURCES}：")] if listed else []),
            *listed,
        ]:
            lay(made.notes_slide.notes_text_frame, paragraphs)

    def _named(self, numbers: Iterable[int]) -> Iterator[str]:
        for number in numbers:
            cited = self._sources[number].citation
            address = sources.link(cited)
            yield f"[{number}] {sources.name(cited)}（{sources.facts(cited)}）"
            yield from sources.labelled(cited).split("\n")
            if address:
                yield f"官方链接：{address}"

    def _place(self, look: Look, index: int) -> Any:
        return next(p for p in self._layouts[str(look)].placeholders if p.placeholder_format.idx == index)


def _goes_on(number: int) -> str:
    """What a title says on the slides after the first: （续一）."""
    return f"（续{_ORDINALS[number - 1] if number <= len(_ORDINALS) else number}）" if number else ""


def _points_of(length: int) -> float:
    return length / _POINT


def _listed(source: Source) -> Said:
    """A source on a slide: a sign where it is our restatement, which the slide explains below."""
    cited = source.citation
    sign = _RESTATED_SIGN if sources.kind(cited) == RESTATED else ""
    return Said(f"[{source.number}] {sources.name(cited)}{sign}（{sources.facts(cited)}）")


def _explained(page: Sequence[Said]) -> Sequence[Said]:
    return (
        [*page, Said(f"{_RESTATED_SIGN} {RESTATED}。")] if any(_RESTATED_SIGN in said.text for said in page) else page
    )
