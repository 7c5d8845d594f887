"""From pieces of text with places on a page to lines in reading order: columns, headlines, tables.

Lengths are in any one unit with y downwards: everything is judged in `em`, the usual type size. The same code serves PDFs
(boxes from the file) and scans (boxes from character recognition).
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

# A raised footnote mark inside a line, until the note is found; readers keep private-use characters out of their texts.
RAISED, LOWERED = "\ue000", "\ue001"
_MARK = re.compile(r"[\[［(（]?(?:\d{1,2}|[①-⑳]|[*＊])[\]］)）]?")
_CJK = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—〔〕①-⑳"
_LATIN_END = re.compile(r"[A-Za-z0-9,.;:)%!?'\"]$")
_HALF_EMPTY = "，。、；：！？（）《》“”「」"  # signs that leave half of their square white
_WIDE_GAP = 1.6


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text on one line, or a whole ruled table (`rows`), with its box; `size` is the type size."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one column.

    `left` and `right` are the column's edges, `flow` tells lines of one column from another's, `pitch` is the usual way from
    line to line there, `gaps` counts the white gaps inside the line that only a table without rules has.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    left: float
    right: float
    flow: int
    pitch: float
    gaps: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class Page:
    """One page: its size and its lines in reading order; `notes` holds the footnotes taken out of them, by mark."""

    height: float
    lines: list[Line]
    notes: list[tuple[str, str]] = field(default_factory=list)


def middle(values: Sequence[float]) -> float:
    """Return the upper median (0 for nothing)."""
    return sorted(values)[len(values) // 2] if values else 0.0


def usual_size(runs: Sequence[Run | Line]) -> float:
    """Return the type size that most characters have."""
    sizes: dict[float, float] = defaultdict(float)
    for run in runs:
        sizes[round(run.size, 1)] += len(run.text) + 0.01
    return max(sizes, key=lambda size: (sizes[size], size)) if sizes else 0.0


def read_order(runs: Sequence[Run], height: float) -> Page:
    """Put the pieces of one page into lines in reading order.

    Parameters: the runs in any order; the page's height. Returns the page. Columns are found as tall white strips between
    lines that fill their width; what runs across a strip (a headline) ends it.
    """
    page = Page(height, [])
    if runs:
        left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
        for number, (part, edges) in enumerate(_regions(list(runs), (left, right), 0)):
            page.lines += _lines(part, edges, number)
    return page


_Edges = tuple[float, float]


def _regions(runs: list[Run], edges: _Edges, depth: int) -> list[tuple[list[Run], _Edges]]:
    """Cut a region at its tallest gutter into above, left, right and below, again and again."""
    cut = _gutter(runs) if depth < 12 and len(runs) >= 6 else None
    if cut is None:
        return [(runs, edges)] if runs else []
    at, top, bottom = cut
    parts: list[list[Run]] = [[], [], [], []]
    for run in runs:
        y = (run.top + run.bottom) / 2
        parts[0 if y < top else 3 if y > bottom else 1 if (run.x0 + run.x1) / 2 < at else 2].append(run)
    if not parts[1] or not parts[2]:
        return [(runs, edges)]
    inner_left = min(edges[0], *(run.x0 for run in parts[1])), max(run.x1 for run in parts[1])
    inner_right = min(run.x0 for run in parts[2]), max(edges[1], *(run.x1 for run in parts[2]))
    return [
        region
        for part, own in zip(parts, (edges, inner_left, inner_right, edges), strict=True)
        for region in _regions(part, own, depth + 1)
    ]


def _gutter(runs: list[Run]) -> tuple[float, float, float] | None:
    """Find the tallest white strip with filled columns on both sides: (x, top, bottom)."""
    em = usual_size(runs)
    width, best, best_height = 0.7 * em, None, 4 * em
    headlines = _headlines(runs, em)
    ends = sorted({round(run.x1 / em * 4) / 4 * em for run in runs})
    for end in ends:
        a, b = end + 0.15 * em, end + width - 0.1 * em
        if sum(run.x0 >= b for run in runs) < 3:
            break
        blocks = [(run.top, run.bottom) for run in runs if run.x0 < b and run.x1 > a]
        # A headline with nothing beside it begins a new part, also where it is too short to cross the strip.
        blocks += [band[0] for band in headlines if not (band[1] < a and band[2] > b)]
        near = sorted(run.top for run in runs if a - 1.5 * em < run.x1 <= a + 0.05 * em)
        if len(near) < 3:
            continue
        # A scan is cut at commas: its rows are put together where its pieces show no columns.
        whole, edge = _whole_rows(runs, a, b, em), min(run.top for run in runs) - em
        for top, bottom in [*sorted(blocks), (max(run.bottom for run in runs) + em, 0.0)]:
            found = None
            if top - edge > best_height and bisect(near, top) - bisect(near, edge - 0.3 * em) >= 3:
                found = _columns(runs, a, b, edge, top, em) or _columns(whole, a, b, edge, top, em)
            if found and found[0] > best_height + em:
                best_height, best = found[0], ((a + b) / 2, *found[1:])
            edge = max(edge, bottom)
    return best


def _headlines(runs: list[Run], em: float) -> list[tuple[_Edges, float, float]]:
    """Bands that hold larger type only: ((top, bottom), leftmost end, rightmost start)."""
    body = sorted((run.top, run.bottom) for run in runs if run.size <= 1.2 * em or run.rows)
    lowest = list(accumulate((bottom for _, bottom in body), max))
    large = sorted((run for run in runs if run.size > 1.2 * em and not run.rows), key=lambda run: run.top)
    bands: list[tuple[_Edges, float, float]] = []
    for run in large:
        before = bisect(body, (run.bottom,))  # how many begin above its foot
        if before and lowest[before - 1] > run.top:
            continue  # something stands beside it
        if bands and run.top < bands[-1][0][1]:
            (top, bottom), end, start = bands[-1]
            bands[-1] = (top, max(bottom, run.bottom)), min(end, run.x1), max(start, run.x0)
        else:
            bands.append(((run.top, run.bottom), run.x1, run.x0))
    return bands


def _columns(
    runs: list[Run], a: float, b: float, top: float, bottom: float, em: float
) -> tuple[float, float, float] | None:
    """Say how tall the columns of running text are that the strip a–b parts, and between which heights it does, if it does."""
    inside = [run for run in runs if run.top >= top - 0.3 * em and run.bottom <= bottom + 0.3 * em]
    flush = [run for run in inside if a - 1.5 * em < run.x1 <= a + 0.05 * em and run.x1 - run.x0 >= 4 * em]
    starts = [run.x0 for run in inside if run.x0 >= b]
    if len(flush) < 3 or len(starts) < 3:
        return None
    first, start = middle([run.x0 for run in flush]), min(starts)
    left = [run for run in inside if run.x0 >= first - em and run.x1 <= a + 0.05 * em]
    right = [run for run in inside if start - 0.1 * em <= run.x0 <= start + 3 * em]
    if not _filled(left, em) or not _filled(right, em):
        return None
    # The two columns tell how good the strip is, all that stands beside them where it ends.
    height = max(run.bottom for run in left + right) - min(run.top for run in left + right)
    return height, min(run.top for run in inside), max(run.bottom for run in inside)


def _whole_rows(runs: list[Run], a: float, b: float, em: float) -> list[Run]:
    """Join pieces of one row that stand close together (a scan is cut at commas), never across the strip a–b."""
    whole: list[Run] = []
    rows: dict[int, list[int]] = defaultdict(list)  # by height, so that a run meets its own row only
    for run in sorted(runs, key=lambda run: run.x0):
        row = int((run.top + run.bottom) / 2 // em)
        for place in [*rows[row - 1], *rows[row], *rows[row + 1]]:
            before = whole[place]
            overlap = min(run.bottom, before.bottom) - max(run.top, before.top)
            level = overlap > 0.5 * min(run.bottom - run.top, before.bottom - before.top)
            if level and -em < run.x0 - before.x1 < em and not (before.x1 <= a + 0.05 * em and run.x0 >= b):
                whole[place] = replace(before, x1=max(before.x1, run.x1))
                break
        else:
            rows[row].append(len(whole))
            whole.append(run)
    return whole


def _filled(column: list[Run], em: float) -> bool:
    """Whether enough lines reach the column's right edge: running text does, the cells of a table do not."""
    body = [run for run in column if 0.8 * em <= run.size <= 1.2 * em]
    if len(body) < 3:
        return False
    wide = middle([run.x1 - run.x0 for run in body])
    edge = max((run.x1 for run in body if run.x1 - run.x0 <= 1.25 * wide), default=0.0)
    reach = sum(run.x1 > edge - 1.6 * em for run in body)
    return wide >= 4.5 * em and reach >= max(3, 0.4 * len(body))


def _lines(runs: list[Run], edges: _Edges, flow: int) -> list[Line]:
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.top + run.bottom) / 2):
        for row in rows[-3:]:
            overlap = min(run.bottom, row[0].bottom) - max(run.top, row[0].top)
            if overlap > 0.5 * min(run.bottom - run.top, row[0].bottom - row[0].top) and not (run.rows or row[0].rows):
                row.append(run)
                row.sort(key=lambda member: -member.size)  # the largest stands for the row
                break
        else:
            rows.append([run])
    rows.sort(key=lambda row: row[0].top)
    em = usual_size(runs)
    left, right = _edges(rows, edges, em)
    tops = [row[0].bottom for row in rows if row[0].size < 1.15 * em and not row[0].rows]
    pitch = middle([b - a for a, b in zip(tops, tops[1:], strict=False) if b - a > 0.5 * em]) or 1.5 * em
    return [
        _line(sorted(row, key=lambda run: run.x0), left, right, flow, pitch * max(1.0, row[0].size / (em or 1.0)))
        for row in rows
    ]


def _edges(rows: list[list[Run]], edges: _Edges, em: float) -> _Edges:
    """The column's own edges: where most lines begin, and as far as at least two reach."""
    body = [row for row in rows if abs(row[0].size - em) < 0.15 * em and not row[0].rows]
    if len(body) < 4:
        return edges
    starts = sorted(min(run.x0 for run in row) for row in body)
    ends = sorted(max(run.x1 for run in row) for row in body)
    left = next((a for a, b in zip(starts, starts[1:], strict=False) if b - a < 0.4 * em), starts[0])
    right = next((b for a, b in zip(ends[-2::-1], ends[:0:-1], strict=True) if b - a < 1.1 * em), ends[-1])
    if len(body) >= 8:
        return left, right
    # Of a few lines perhaps only one reaches the edge, perhaps none.
    return edges if ends[-1] - left < 0.6 * (edges[1] - edges[0]) else (left, ends[-1])


def _line(row: list[Run], left: float, right: float, flow: int, pitch: float) -> Line:
    main = max(row, key=lambda run: (run.size, len(run.text)))
    spelled = len(row) > 1 and all(len(run.text) == 1 for run in row)  # a title set with wide spaces: 通　知
    text, previous, gaps = "", None, 0
    for run in row:
        piece = run.text
        raised = run.size < 0.88 * main.size and run.bottom < main.bottom - 0.12 * main.size
        if raised and _MARK.fullmatch(piece):
            piece = RAISED + piece.strip("[［(（]］)）") + LOWERED
        elif previous is not None and not spelled:
            gap = (run.x0 - previous.x1) / main.size
            gaps += gap > 2
            latin = _LATIN_END.search(text) and re.match(r"[A-Za-z0-9(]", piece)
            loose = _WIDE_GAP if text[-1] in _HALF_EMPTY or piece[0] in _HALF_EMPTY else 0.8
            text += "　" if gap > loose else " " if latin and gap > 0.15 and text[-1] != " " else ""
        text, previous = text + piece, run
    top, bottom = (main.top, main.bottom) if not main.rows else (min(r.top for r in row), max(r.bottom for r in row))
    box = row[0].x0, top, max(run.x1 for run in row), bottom
    return Line(text.strip(), *box, main.size, left, right, flow, pitch, gaps, main.rows)


def joined(text: str, following: str) -> str:
    """Join two wrapped lines: Chinese without a space, Latin words with one, a hyphenated word without its hyphen."""
    if re.search(r"[A-Za-z]-$", text) and re.match(r"[a-z]", following):
        return text[:-1] + following
    chinese = re.search(f"[{_CJK}]", text) is not None
    if not _LATIN_END.search(text) or not re.match(r"[A-Za-z0-9(\"']", following):
        return text + following
    if chinese and text[-1].isdigit() and following[0].isdigit():
        return text + following
    return text + ("" if chinese and text[-1] in "(%" else " ") + following
