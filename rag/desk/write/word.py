"""A paper as a Word document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm

from rag.desk.paper import Block, Box, Grid, Heading, NewPage, Paper, Paragraph, Points, Said, Source
from rag.desk.write import sources
from rag.desk.write.text import clean, even, line, shares, shortened
from rag.desk.write.word_runs import AUTHOR, Runs, element, field_of, run
from rag.desk.write.word_styles import dress, new_list, tighten

# A frame of fewer characters stays on one page.
_TOGETHER = 600
_HEADER = 60
_SHORT, _LONG, _SIDE, _TOP, _BRIEF_TOP = Mm(210), Mm(297), Mm(25), Mm(24), Mm(19)
_ORDER = [qn(tag) for tag in ("w:pageBreakBefore", "w:numPr", "w:rPr")]


def document(paper: Paper) -> Document:
    """Make the Word document of a paper."""
    made = docx.Document()
    dress(made)
    if paper.brief:
        tighten(made)
    _page(made, paper)
    writer = _Writer(made, Runs(made, frozenset(source.number for source in paper.sources)), paper.wide)
    writer.front(paper)
    for block in paper.blocks:
        writer.block(block)
    writer.back(paper)
    properties = made.core_properties
    properties.title, properties.subject, properties.author = (
        line(paper.title)[:255],
        line(paper.subtitle)[:255],
        AUTHOR,
    )
    properties.last_modified_by, properties.language, properties.comments = AUTHOR, "zh-CN", ""
    properties.created = properties.modified = datetime.combine(datetime.today(), time())
    return made


def _page(made: Document, paper: Paper) -> None:
    """Lay out the paper's A4 with its header and the number of each page."""
    section = made.sections[0]
    width, height = (_LONG, _SHORT) if paper.wide else (_SHORT, _LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if paper.wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = _SIDE
    section.top_margin = section.bottom_margin = _BRIEF_TOP if paper.brief else _TOP
    section.header_distance = section.footer_distance = Mm(12)
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    header.style, footer.style = "Header", "Footer"
    header._p.append(run(shortened(line(paper.title), _HEADER)))
    numbered = ("第 ", field_of("PAGE", "1"), " 页　共 ", field_of("NUMPAGES", "1"), " 页")
    footer._p.extend(run(part) if isinstance(part, str) else part for part in numbered)


class _Writer:
    """Writes blocks at the end of a document's body."""

    def __init__(self, made: Document, runs: Runs, wide: bool) -> None:
        self._document, self._runs = made, runs
        self._end = made.element.body.find(qn("w:sectPr"))
        self._width = ((_LONG if wide else _SHORT) - 2 * _SIDE) // 635  # in twentieths of a point
        self._tables, self._break = 0, False

    def front(self, paper: Paper) -> None:
        """Write title, subtitle and the lines under them."""
        for style, text in (("Title", paper.title), ("Subtitle", paper.subtitle), *(("Facts", f) for f in paper.facts)):
            if clean(text):
                self._paragraph(style, [run(clean(text))])

    def back(self, paper: Paper) -> None:
        """Write the sources and the notes."""
        if paper.brief:
            for text in (sources.in_one(paper.sources), *paper.notes):
                self._paragraph("Note", [run(clean(text))])
            return
        if paper.sources:
            self._paragraph("Heading1", [run(sources.SOURCES)])
            if paper.compact and (legend := sources.legend(paper.sources)):
                self._paragraph("Note", [run(legend)])
            for source in paper.sources:
                self._source(source, paper.compact)
        if notes := [clean(note) for note in paper.notes if clean(note)]:
            self._paragraph("Heading1", [run(sources.NOTES)])
            for note in notes:
                self._paragraph("Note", [run(note)])
        if self._end.getprevious() is None:
            self._paragraph("Normal", [])

    def block(self, block: Block) -> None:
        """Write one block; one that says nothing leaves no trace."""
        match block:
            case Heading() if clean(block.text):
                self._paragraph(f"Heading{min(max(block.level, 1), 3)}", [run(line(block.text))])
            case Paragraph():
                self._spoken("BodyText", block.said)
            case Points():
                self._points(block)
            case Grid():
                self._grid(block)
            case Box():
                self._box(block)
            case NewPage():
                self._break = True

    def _paragraph(self, style: str, runs: Sequence[Any], extra: Sequence[Any] = ()) -> None:
        """Write a paragraph of a style; `extra` stands after the style in its properties."""
        page = [element("w:pageBreakBefore")] if self._break else []
        self._end.addprevious(_paragraph(style, runs, [*page, *extra]))
        self._break = False

    def _spoken(self, style: str, said: Sequence[Said], extra: Sequence[Any] = ()) -> None:
        """Write pieces of text as one paragraph, unless they say nothing."""
        if any(clean(piece.text) for piece in said):
            self._paragraph(style, self._runs.said(said), [*extra, *self._changed(said)])

    def _changed(self, said: Sequence[Said]) -> list[Any]:
        """The mark of a paragraph that is added or removed as a whole."""
        change = self._runs.changed(said)
        return [] if change is None else [element("w:rPr", change)]

    def _points(self, points: Points) -> None:
        key = new_list(self._document) if points.numbered else 0
        for item in points.items:
            own = element("w:numPr", element("w:ilvl", val=0), element("w:numId", val=key)) if key else None
            self._spoken("ListNumber" if key else "ListBullet", [item], [] if own is None else [own])

    def _box(self, box: Box) -> None:
        """Write a frame, a table of one cell: a short one stays on one page."""
        said = [piece for piece in box.said if clean(piece.text)]
        title = line(box.title)
        if not said and not title:
            return
        self._apart()
        lines = [_paragraph("BoxTitle", [run(title)])] if title else []
        # the mark at the end of a cell cannot go with its text
        last = len(said) - 1
        lines += [
            _paragraph("BoxText", self._runs.said([piece]), self._changed([piece]) if number < last else [])
            for number, piece in enumerate(said)
        ]
        together = sum(len(piece.text) for piece in said) < _TOGETHER
        cell = element("w:tc", element("w:tcPr", element("w:tcW", w=self._width, type="dxa")), *lines)
        row = element("w:tr", element("w:trPr", *([element("w:cantSplit")] if together else [])), cell)
        grid = element("w:tblGrid", element("w:gridCol", w=self._width))
        self._end.addprevious(element("w:tbl", _shape([self._width], title, "OurBox"), grid, row))
        self._paragraph("Gap", [])

    def _grid(self, grid: Grid) -> None:
        head, rows = even(grid)
        if not head:
            return
        if caption := line(grid.caption):
            self._tables += 1
            self._paragraph(
                "Caption", [run("表 "), field_of("SEQ 表 \\* ARABIC", str(self._tables)), run(f"　{caption}")]
            )
        else:
            self._apart()
        widths = [round(share * self._width) for share in shares(grid, len(head))]
        table = element(
            "w:tbl",
            _shape(widths, caption, headed=any(head)),
            element("w:tblGrid", *(element("w:gridCol", w=w) for w in widths)),
        )
        if any(head):
            table.append(self._row([[Said(cell)] for cell in head], widths, "TableHead"))
        for row in rows:
            table.append(self._row([[cell] for cell in row], widths, "TableText"))
        self._end.addprevious(table)
        self._paragraph("Gap", [])

    def _apart(self) -> None:
        """Begin a new page before a table where one is due; a table cannot begin it by itself."""
        if self._break:
            self._paragraph("Gap", [])

    def _row(self, cells: Sequence[Sequence[Said]], widths: Sequence[int], style: str) -> Any:
        """Make a row that stays on one page; that of the head is repeated on each."""
        marks = [element("w:cantSplit"), *([element("w:tblHeader")] if style == "TableHead" else [])]
        row = element("w:tr", element("w:trPr", *marks))
        for said, width in zip(cells, widths, strict=True):
            shape = element("w:tcPr", element("w:tcW", w=width, type="dxa"))
            row.append(element("w:tc", shape, _paragraph(style, self._runs.said(said))))
        return row

    def _source(self, source: Source, compact: bool) -> None:
        cited, number = source.citation, source.number
        url = sources.link(cited)
        runs = [
            element("w:bookmarkStart", id=number, name=f"source{number}"),
            run(f"[{number}]"),
            element("w:bookmarkEnd", id=number),
            element("w:r", element("w:tab")),
            run(sources.name(cited), "Strong"),
            run(f"（{sources.facts(cited)}）"),
            run(sources.shortly(cited) if compact else f"\n{sources.labelled(cited)}", "Small"),
            *([run("　" if compact else "\n官方链接：", "Small")] if url else []),
            *([self._runs.link("官方链接" if compact else url, url)] if url else []),
        ]
        self._paragraph("Source", runs)


def _in_order(properties: Sequence[Any]) -> list[Any]:
    """Put a paragraph's properties into the order that the format asks for."""
    return sorted(properties, key=lambda one: _ORDER.index(one.tag))


def _paragraph(style: str, runs: Sequence[Any], extra: Sequence[Any] = ()) -> Any:
    return element("w:p", element("w:pPr", element("w:pStyle", val=style), *_in_order(extra)), *runs)


def _shape(widths: Sequence[int], caption: str, style: str = "OurTable", headed: bool = True) -> Any:
    """The properties of a table: our style, fixed widths, a first row that is its head, what it is called for who cannot see it."""
    first = int(style == "OurTable" and headed)
    look = element(
        "w:tblLook",
        val="0420" if first else "0400",
        firstRow=first,
        lastRow=0,
        firstColumn=0,
        lastColumn=0,
        noHBand=0,
        noVBand=1,
    )
    parts = [
        element("w:tblStyle", val=style),
        element("w:tblW", w=sum(widths), type="dxa"),
        element("w:jc", val="center"),
        element("w:tblLayout", type="fixed"),
        look,
        *([element("w:tblCaption", val=caption)] if caption else []),
    ]
    return element("w:tblPr", *parts)
