"""From lines in reading order to paragraphs: page furniture dropped, footnotes moved to their place, wrapped lines rejoined."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from documents.formats.layout import LOWERED, RAISED, Line, Page, joined, usual_size
from documents.formats.tables import table_lines

_RAISED = re.compile(f"{RAISED}(.*?){LOWERED}")
_TERMINAL = "。；;：:！!？?”」』》）)】…"
_NEVER_FIRST = tuple("，。、；：！？）》”」』")  # a line that begins with one of these goes on from the one before
_N = "零〇一二三四五六七八九十百千两"
_MARKER = re.compile(
    rf"第[{_N}\d]{{1,6}}[条章节编](?![第款项之的规所])|[{_N}]{{1,3}}、|[（(](?:[{_N}]{{1,3}}|\d{{1,2}})[）)]|\d{{1,2}}[.．、](?!\d)"
    r"|[①-⑳](?!\d)|[•●■◆★▲·]|附[件表录][\d一二三四五六七八九十]*[：:]?$|【|——"
)
_NOTE = re.compile(
    rf"{RAISED}(?P<raised>[^{LOWERED}]+){LOWERED}|(?P<mark>[①-⑳]|[\[［]\d{{1,2}}[\]］]|[*＊]|\d{{1,2}}(?=[^\d.．、年月日%％]))"
)
_PAGE_NUMBER = re.compile(
    r"[-—–－·.\s]*\d{1,4}[-—–－·.\s]*|第?\s*\d{1,4}\s*页?\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?|第\s*[\d"
    + _N
    + r"]{1,4}\s*页[，,。]?(?:\s*共\s*[\d"
    + _N
    + r"]{1,4}\s*页)?"
    r"|[Pp]age\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
_PRINTED = re.compile(
    r"(?:https?|file)://\S+(?:\s+\d+/\d+)?|\d{2,4}/\d{1,2}/\d{1,2},?\s*(?:[上下]午)?\d{1,2}:\d{2}(?:\s*[AP]M)?.{0,80}"
)
_HEAD, _FOOT = 0.115, 0.885  # where running headers and footers stand, in parts of the page's height
_KEEP = re.compile(rf"附[件表录]|第[{_N}\d]+[条章节]")
_LEADER = re.compile(r"(?:[.．…·]\s*){4,}[（(]?\d{0,4}[）)]?$")  # a line of a table of contents
_WORD = re.compile(r"[A-Za-z0-9.%]+")


def drop_furniture(pages: list[Page]) -> None:
    """Take running headers, footers and page numbers out of the pages' lines."""
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    for number, page in enumerate(pages):
        for line in (line for edge in _margins(page) for line in edge):
            seen[_place(line, page)].add(number)
    for page in pages:
        lost = set()
        for edge in _margins(page):
            for line in edge:  # from the edge inwards: what stands inside a line of the text is text
                text, place = _place(line, page)
                found = {n for shift in (-1, 0, 1) for n in seen.get((text, place + shift), ())}
                repeated = len(found) >= 3 or (len(found) == 2 and len(pages) <= 3)
                running = repeated and not _KEEP.match(line.text) and line.text[-1:] not in "。；，"
                if not running and not _is_page_number(line, page):
                    break
                lost.add(id(line))
        kept = [line for line in page.lines if id(line) not in lost]
        if kept or all(_is_page_number(line, page) for line in page.lines):
            page.lines = kept


def _margins(page: Page) -> tuple[list[Line], list[Line]]:
    """The outermost lines at the head (downwards) and at the foot of a page (upwards)."""
    lines = sorted((line for line in page.lines if not line.rows), key=lambda line: line.top)
    head = [line for line in lines[:3] if line.bottom < _HEAD * page.height]
    return head, [line for line in reversed(lines[-3:]) if line.top > _FOOT * page.height and line not in head]


def _place(line: Line, page: Page) -> tuple[str, int]:
    text = re.sub(r"\s+", "", _RAISED.sub(r"\1", line.text))
    text = re.sub(r"\d+(?=页)|(?<=第)\d+|\d+[/／]\d+|^\d{1,4}(?=\D)|(?<=\D)\d{1,4}$|[-—]+\d+[-—]+", "#", text)
    return text, round(line.top / page.height * 60)


def _is_page_number(line: Line, page: Page) -> bool:
    """A number alone at the very edge of the page; 2020年 or 158 inside the text block is none."""
    if _PRINTED.fullmatch(line.text):
        return True  # what a browser prints at the edge
    if not _PAGE_NUMBER.fullmatch(line.text.strip()):
        return False
    inner = [other for other in page.lines if other is not line and not _PAGE_NUMBER.fullmatch(other.text.strip())]
    lower = line.top > _FOOT * page.height and all(other.bottom <= line.top + 0.3 * line.size for other in inner)
    upper = line.bottom < _HEAD * page.height and all(other.top >= line.bottom - 0.3 * line.size for other in inner)
    return lower or upper


def take_notes(page: Page, body: float) -> None:
    """Move footnotes (smaller type at the foot, beginning with a mark) out of the page's lines.

    Parameters: the page; `body`, the document's usual type size.
    """
    small = [line for line in page.lines if line.size <= 0.92 * body and not line.rows]
    floor = max((line.bottom for line in page.lines if line.size > 0.92 * body or line.rows), default=0.0)
    foot = [line for line in small if line.top >= floor - 0.2 * body and line.top > 0.4 * page.height]
    while foot and not _NOTE.match(foot[0].text):
        foot.pop(0)
    if not foot:
        return
    taken = {id(line) for line in foot}
    page.lines = [line for line in page.lines if id(line) not in taken]
    for line in foot:
        if match := _NOTE.match(line.text):
            page.notes.append((match["raised"] or match["mark"], line.text[match.end() :].strip()))
        else:
            mark, text = page.notes[-1]
            page.notes[-1] = mark, joined(text, line.text)


def flow_text(pages: list[Page]) -> tuple[str, tuple[int, ...]]:
    """Rejoin the lines of all pages into paragraphs.

    Returns the text, a paragraph or table row a line, and the offset at which each page begins.
    """
    drop_furniture(pages)
    body = usual_size([line for page in pages for line in page.lines])
    for page in pages:
        take_notes(page, body)
    indented = _is_indented([line for page in pages for line in page.lines])
    paragraphs: list[_Paragraph] = []
    for number, page in enumerate(pages):
        for line in page.lines:
            last = paragraphs[-1] if paragraphs else None
            if line.rows:
                _add_table(paragraphs, line, number)
            elif last is None or last.line is None or _begins(last.line, line, last.page != number, indented):
                paragraphs.append(_Paragraph(line.text, number, line, [(number, 0)]))
            else:
                _continue(last, line, number)
    _place_notes(paragraphs, pages)
    return _written(paragraphs, len(pages))


@dataclass(slots=True)
class _Paragraph:
    """Text so far, the page and line it ends with (no line: a table row), where it enters which page, and a table's rows."""

    text: str
    page: int
    line: Line | None
    starts: list[tuple[int, int]]
    rows: tuple[tuple[str, ...], ...] = ()
    notes: str = ""
    table: Line | None = None


def _continue(paragraph: _Paragraph, line: Line, number: int) -> None:
    text = joined(paragraph.text, line.text)
    if number != paragraph.page:
        paragraph.starts.append((number, len(text) - len(line.text)))
    paragraph.text, paragraph.page, paragraph.line = text, number, line


def _is_indented(lines: list[Line]) -> bool:
    """Whether this document indents its paragraphs."""
    return sum(1.1 * line.size < line.x0 - line.left < 4 * line.size for line in lines) > 0.04 * len(lines)


def _begins(last: Line, line: Line, over_page: bool, indented: bool) -> bool:
    """Say whether `line` begins a new paragraph after `last`, in a document that indents its paragraphs or does not."""
    em = max(last.size, line.size)
    if abs(last.size - line.size) > 0.14 * em or _LEADER.search(last.text):
        return True
    if max(last.gaps, line.gaps) >= 2 or (last.gaps and line.gaps):
        return True  # rows of a table without rules
    if line.text[:1] in _NEVER_FIRST and last.text[-1:] not in _TERMINAL:
        return False
    same_flow = last.flow == line.flow and not over_page and line.top > last.top
    if same_flow and line.bottom - last.bottom > 1.35 * line.pitch + 0.2 * em:
        return True
    marked, ended = _MARKER.match(line.text), last.text[-1:] in _TERMINAL
    if not same_flow and abs((last.right - last.left) - (line.right - line.left)) > 0.5 * (last.right - last.left):
        return ended or bool(marked)
    indent, last_indent = line.x0 - line.left, last.x0 - last.left
    if same_flow and _centred(last) and _centred(line):
        return bool(marked) or last.text.startswith("——") or (ended and last.text[-1] not in "》）)")
    if max(indent, last_indent) > 5 * em and not (abs(line.x0 - last.x0) < 0.5 * em and last.x1 - last.x0 > 20 * em):
        return True  # set to the right: a signature, a date
    first = _WORD.match(line.text)
    need = (0.5 * em * len(first[0]) if first else em) + 0.9 * em
    if last.right - last.x1 > need:
        return True
    if not ended and not (marked and indent > em):
        return bool(marked) and line.text.startswith(("•", "●", "■", "◆"))
    if marked or (ended and not indented and not same_flow):
        return True
    return indent > 1.1 * em and not (same_flow and _MARKER.match(last.text) and indent > last_indent + 0.5 * em)


def _centred(line: Line) -> bool:
    left, right = line.x0 - line.left, line.right - line.x1
    return left > 1.5 * line.size and right > 1.5 * line.size and abs(left - right) < 1.2 * line.size


def _add_table(paragraphs: list[_Paragraph], line: Line, number: int) -> None:
    last = paragraphs[-1] if paragraphs else None
    rows, done = line.rows, 0
    above = last.table if last else None
    if (
        last
        and above
        and last.page != number
        and len(above.rows[0]) == len(rows[0])
        and abs(above.x0 - line.x0) < line.size
    ):
        rows = last.rows + (rows[1:] if rows[0] == last.rows[0] else rows)
        done = len(table_lines(last.rows))
        if len(last.rows) == 1:  # the page ended with the header alone: no row of it stands yet
            paragraphs.pop()
            done = 0
    for text in table_lines(rows)[done:]:
        paragraphs.append(_Paragraph(text, number, None, [(number, 0)], rows, table=line))


def _place_notes(paragraphs: list[_Paragraph], pages: list[Page]) -> None:
    """Write each footnote after the paragraph that refers to it, or at the end of its page; raised marks of others stay."""
    for number, page in enumerate(pages):
        here = [p for p in paragraphs if any(start == number for start, _ in p.starts)]
        for mark, text in page.notes:
            written = f"〔注{mark}：{text}〕" if not mark.startswith(("[", "［")) else f"〔注{mark[1:-1]}：{text}〕"
            own = next((p for p in here if f"{RAISED}{mark}{LOWERED}" in p.text), None) or next(
                (p for p in here if not mark.isdecimal() and mark in p.text), None
            )
            if own is None:
                at = paragraphs.index(here[-1]) + 1 if here else len(paragraphs)
                here.append(_Paragraph(written, number, None, [(number, 0)]))
                paragraphs.insert(at, here[-1])
                continue
            own.notes += written
            found = own.text.find(f"{RAISED}{mark}{LOWERED}")
            if found >= 0:
                length = len(mark) + 2
                own.text = own.text[:found] + own.text[found + length :]
                own.starts = [(n, at - length if at > found else at) for n, at in own.starts]


def _written(paragraphs: list[_Paragraph], count: int) -> tuple[str, tuple[int, ...]]:
    text = ""
    starts: dict[int, int] = {}
    for paragraph in paragraphs:
        for number, at in paragraph.starts:
            starts.setdefault(number, len(text) + len(_RAISED.sub(r"\1", paragraph.text[:at])))
        text += _RAISED.sub(r"\1", paragraph.text) + paragraph.notes + "\n"
    offsets: list[int] = []
    for number in reversed(range(count)):
        offsets.append(starts.get(number, offsets[-1] if offsets else len(text)))
    return text, tuple(reversed(offsets))
