"""A paper's blocks as safe HTML: every number of a source opens the provision in the reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from documents.model import Kind
from rag.desk.paper import Block, Box, Grid, Heading, NewPage, Paragraph, Points, Said, Source, Tone
from rag.model import Citation
from ui import words as frame
from ui.ask.render import escape, lines
from ui.desk import words
from ui.library.address import document_link, provision_link
from ui.library.facts import check_tag
from ui.live import Edition

_MARK = re.compile(r"\[(\d{1,3})\]")
_WRAP = {
    Tone.STRONG: ("<strong>", "</strong>"),
    Tone.NOTE: ('<span class="nj-desk-soft">', "</span>"),
    Tone.WARNING: ('<strong class="nj-desk-warn">', "</strong>"),
    Tone.ADDED: ("<ins>", "</ins>"),
    Tone.REMOVED: ("<del>", "</del>"),
}
LIMB = 3  # a heading of level 1 is an h3 under the tab's own


def link(edition: Edition, document_id: str, chunk_id: str, article: str) -> str:
    """The address of a provision in the reader, '' where the library in service has no such document."""
    chunks = edition.by_document.get(document_id, [])
    if (chunk := edition.by_chunk.get(chunk_id)) is not None:
        return provision_link(chunks, chunk.provision.id)
    return document_link(document_id, article) if chunks else ""


def mark(number: int, name: str, address: str) -> str:
    """The number of a source, which opens it in a page of its own; plain where it has no address."""
    if not address:
        return f'<span class="nj-desk-mark">{number}</span>'
    said = escape(words.OPEN_SOURCE.format(number=number, name=name))
    return f'<a class="nj-desk-mark" href="{escape(address)}" target="_blank" rel="noopener" aria-label="{said}">{number}</a>'


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes blocks whose n-th source is the n-th of `sources`, shown under the number that it has there."""

    edition: Edition
    sources: Sequence[Source]

    def marks(self, numbers: Iterable[int]) -> str:
        """The numbers of sources after a sentence."""
        found = [self._mark(number) for number in numbers]
        return f' <span class="nj-desk-marks">{"".join(found)}</span>' if any(found) else ""

    def _mark(self, number: int) -> str:
        if not 0 < number <= len(self.sources):
            return ""
        source = self.sources[number - 1]
        return mark(source.number, name_of(source.citation), self.address(source.citation))

    def address(self, citation: Citation) -> str:
        """Where a citation is read."""
        return link(self.edition, citation.document_id, citation.chunk_id, citation.article)

    def said(self, piece: Said) -> str:
        """A piece of text with its numbers."""
        before, after = _WRAP.get(piece.tone, ("", ""))
        # a comparison's cell says within its lines which other source a line is from
        text = _MARK.sub(lambda found: self._mark(int(found[1])) or found[0], lines(piece.text))
        return f"{before}{text}{after}{self.marks(piece.sources)}"

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case Heading():
                level = min(6, block.level + LIMB - 1)
                return f"<h{level}>{escape(block.text)}</h{level}>"
            case Paragraph():
                return f"<p>{''.join(self.said(piece) for piece in block.said)}</p>"
            case Points():
                kind = "ol" if block.numbered else "ul"
                return f"<{kind}>{''.join(f'<li>{self.said(item)}</li>' for item in block.items)}</{kind}>"
            case Grid():
                return self.grid(block)
            case Box():
                inner = "".join(f"<p>{self.said(piece)}</p>" for piece in block.said)
                return f'<div class="nj-desk-box"><p class="nj-desk-boxed">{escape(block.title)}</p>{inner}</div>'
            case NewPage():
                return ""

    def grid(self, grid: Grid) -> str:
        """A table that scrolls in its own box where it is too wide."""
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in grid.head)
        rows = "".join(f"<tr>{self._first(row[0])}{self._cells(row[1:])}</tr>" for row in grid.rows)
        return table(head, rows, grid.caption or "、".join(grid.head[:3]), len(grid.head))

    def _first(self, cell: Said) -> str:
        return f'<th scope="row">{self.said(cell)}</th>' if cell.text else "<td></td>"

    def _cells(self, cells: Iterable[Said]) -> str:
        return "".join(f"<td>{self.said(cell)}</td>" for cell in cells)

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Blocks one after another."""
        return "".join(self.block(block) for block in blocks)

    def listed(self) -> str:
        """All sources: what they are, whether they hold, how well they were checked."""
        rows = "".join(self._source(source) for source in self.sources)
        summary = words.SOURCES.format(count=len(self.sources))
        return f'<details class="nj-desk-part"><summary>{summary}</summary><ol class="nj-desk-sources">{rows}</ol></details>'

    def _source(self, source: Source) -> str:
        citation = source.citation
        tags = [str(citation.level), citation.region, _force(citation)]
        tags += [frame.RESTATED_SHORT] if citation.kind is Kind.RESTATEMENT else []
        shown = "".join(f"<span>{escape(tag)}</span>" for tag in tags if tag)
        name = escape(name_of(citation))
        address = self.address(citation)
        named = f'<a href="{escape(address)}" target="_blank" rel="noopener">{name}</a>' if address else name
        return f'<li>{named}<p class="nj-tags">{shown}{check_tag(citation.check)}</p></li>'


def table(head: str, rows: str, name: str, columns: int) -> str:
    """A table of safe cells in a box that scrolls sideways; `columns` widens it where there are many."""
    wide = " nj-desk-many" if columns > 4 else " nj-desk-some" if columns > 2 else ""
    label = escape(words.SCROLLS.format(name=name))
    return (
        f'<div class="nj-desk-scroll{wide}" tabindex="0" role="region" aria-label="{label}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def name_of(citation: Citation) -> str:
    """A citation by its name: 《女职工劳动保护特别规定》第七条第一款."""
    return f"《{citation.title}》{citation.article}{citation.part}"


def _force(citation: Citation) -> str:
    if citation.level.is_plan:
        return frame.NOT_A_RIGHT
    return {True: frame.VALID, False: frame.INVALID, None: frame.UNKNOWN_FORCE}[citation.in_force]


def sections(blocks: Iterable[Block]) -> list[tuple[str, list[Block]]]:
    """Blocks cut at the headings of level 1: each heading's words ('' before the first) and what stands under it."""
    found: list[tuple[str, list[Block]]] = []
    at = 0

    def number(block: Block) -> int:
        nonlocal at
        at += isinstance(block, Heading) and block.level == 1
        return at

    for _, group in groupby(blocks, number):
        part = list(group)
        first = part[0]
        title = first.text if isinstance(first, Heading) and first.level == 1 else ""
        found.append((title, part[1:] if title else part))
    return found


def folded(title: str, inner: str, opened: bool = False) -> str:
    """A part under a heading that opens and closes."""
    now = " open" if opened else ""
    return f'<details class="nj-desk-part"{now}><summary>{escape(title)}</summary><div>{inner}</div></details>'


def told(text: str) -> str:
    """A sentence that is read out."""
    return f'<p class="nj-desk-told" role="status">{escape(text)}</p>'


def alarm(text: str) -> str:
    """A sentence that must be noticed: what went wrong."""
    return f'<p class="nj-desk-fault" role="alert">{escape(text)}</p>' if text else ""


def working(text: str) -> str:
    """That something is being done."""
    return f'{told(text)}<progress aria-label="{words.WORKING_BAR}"></progress>'


def downloads(files: Iterable[tuple[str, str]]) -> str:
    """Links to take files away: addresses and names."""
    links = "".join(f'<a href="{escape(address)}">{escape(name)}</a>' for address, name in files)
    return f'<p class="nj-desk-files"><span>{words.DOWNLOAD}</span>{links}</p>'


def notes(texts: Iterable[str]) -> str:
    """What must be known of a paper: restated, no legal advice, which library."""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<div class="nj-desk-notes"><p>{words.NOTES}</p><ul>{items}</ul></div>'


def library_words(edition: Edition) -> str:
    """Which library this was made from."""
    manifest = edition.index.manifest
    return words.LIBRARY_OF.format(built=manifest.built[:10], digest=manifest.corpus_digest[:12])
