"""A paper as Markdown that says the same wherever it is rendered: nothing of its text acts as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.desk.paper import Block, Box, Grid, Heading, NewPage, Paper, Paragraph, Points, Said, Source, Tone
from rag.desk.write import sources
from rag.desk.write.text import clean, even, line, marks

_MARKUP = re.compile(r"([\\`*_\[\](){}<>#|~!$])")
# At the beginning of a line also these make a list, a heading, a rule or the address of a mark.
_LEADING = re.compile(r"^([-+=:])")
_NUMBERED = re.compile(r"^(\d+)([.)])")
# An address that stands in a text is no link: only sources are linked.
_SCHEME = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(:)|(www)(\.)|(\S)(@)")
_LABELLED = re.compile(r"[\u4e00-\u9fff]{1,4}：")
_TONES = {
    Tone.NOTE: "注：{}",
    Tone.ADDED: "【增加】{}【增加完】",
    Tone.REMOVED: "【删去】{}【删去完】",
}


def write_md(paper: Paper) -> str:
    """Write a paper as Markdown: title, facts, blocks, then its sources and notes.

    Parameters: the paper. Returns the text with a line break at its end.
    """
    parts = [f"# {_escape(paper.title)}"] if line(paper.title) else []
    parts += [f"**{_escape(paper.subtitle)}**"] if line(paper.subtitle) else []
    parts += ["\n".join(f"- {_escape(fact)}" for fact in paper.facts if line(fact))]
    for before, block in pairwise((None, *paper.blocks)):
        # two lists that follow one another would run together
        parts += ["<!-- -->"] if isinstance(before, Points) and isinstance(block, Points) else []
        parts += _block(block) if block else []
    if paper.sources:
        legend = [_escape(sources.legend(paper.sources))] if paper.compact else []
        parts += [f"## {sources.SOURCES}", *legend]
        parts += [(_shortly if paper.compact else _source)(source) for source in paper.sources]
    if paper.notes:
        parts += [f"## {sources.NOTES}", "\n".join(f"- {_escape(note)}" for note in paper.notes if line(note))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * (min(max(block.level, 1), 3) + 1)} {_escape(block.text)}" if line(block.text) else ""
        case Paragraph():
            *before, last = block.said or (Said(""),)
            yield "".join([*(_said(said, last=False) for said in before), _said(last)])
        case Points():
            items = [item for item in block.items if line(item.text)]
            yield "\n".join(
                f"{f'{number}.' if block.numbered else '-'} {_said(item)}" for number, item in enumerate(items, 1)
            )
        case Grid():
            yield _grid(block)
        case Box():
            lines = [f"**{_escape(block.title)}**"] if line(block.title) else []
            lines += [_said(said) for said in block.said if line(said.text)]
            yield "\n>\n".join(f"> {one}" for one in lines)
        case NewPage():
            yield "---"


def _grid(grid: Grid) -> str:
    head, rows = even(grid)
    if not head:
        return ""
    lines = [f"**{_escape(grid.caption)}**", ""] if line(grid.caption) else []
    lines += [_row([_escape(cell) for cell in head]), _row(["---"] * len(head))]
    return "\n".join([*lines, *(_row([_said(cell) for cell in row]) for row in rows)])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _said(said: Said, last: bool = True) -> str:
    """Write a piece of text by its tone; signs at its edges stay outside the stars, which would not count beside them.

    Parameters: the piece; whether nothing but marks of sources follows, so that a sign at its end may stay inside.
    """
    text = clean(said.text)
    met = re.match(r"(\W*)(.*?)(\W*)$", text, re.DOTALL)
    before, core, after = met.groups() if met else ("", text, "")
    if last and core:
        core, after = core + after, ""
    if said.tone in (Tone.STRONG, Tone.WARNING) and core and "\n" not in text:
        written = f"{_start(before)}**{_escape(core)}**{_escape(after)}"
    else:
        # a remark that begins with a label of its own (讲法：) needs no other
        plain = said.tone is Tone.NOTE and _LABELLED.match(text)
        written = ("{}" if plain else _TONES.get(said.tone, "{}")).format(_start(text)) if text else ""
    return written + marks(said)


def _shortly(source: Source) -> str:
    """A source in one paragraph."""
    cited, url = source.citation, sources.link(source.citation)
    address = f"　官方链接：<{url.replace('<', '%3C').replace('>', '%3E')}>" if url else ""
    named = f"[{source.number}] **{_escape(sources.name(cited))}**（{_escape(sources.facts(cited))}）"
    return named + _escape(sources.shortly(cited)) + address


def _source(source: Source) -> str:
    cited = source.citation
    url = sources.link(cited)
    lines = [
        f"[{source.number}] **{_escape(sources.name(cited))}**（{_escape(sources.facts(cited))}）",
        *sources.labelled(cited).split("\n"),
        *([f"官方链接：<{url.replace('<', '%3C').replace('>', '%3E')}>"] if url else []),
    ]
    return "\\\n".join([lines[0], *(text if text.startswith("官方链接：<") else _escape(text) for text in lines[1:])])


def _start(text: str) -> str:
    """Escape a text that may stand at the beginning of a line."""
    return _NUMBERED.sub(r"\1\\\2", _LEADING.sub(r"\\\1", _escape(text)))


def _escape(text: str) -> str:
    """Escape a text's markup, line by line; its line breaks become <br>."""
    return "<br>".join(_line(one) for one in clean(text).split("\n") if one.strip())


def _line(text: str) -> str:
    escaped = _MARKUP.sub(r"\\\1", text.strip().replace("&", "&amp;"))
    return _SCHEME.sub(lambda met: f"{met[1] or met[3] or met[5]}\\{met[2] or met[4] or met[6]}", escaped)
