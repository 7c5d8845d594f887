"""Tables as lines of text: every row keeps its header, so that a row can be cited without the table."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BLANK = re.compile(r"\s+")
# What a heading of a column is not: a figure, with its unit or without.
_FIGURE = re.compile(r"[\d.,，%％+\-~～—至到]+(?:个?[天日元周岁倍人次]|个月|小时|分钟|万元|个?工作日|年以[上下])?")
_HEADER_ROWS = 3
_LONG_NAME = 20
_SHORT_TITLE = 4  # shorter ones (有, 是, 无) are what a row says in all its columns
_LONG_LINE = 40
_TERMINAL = "。；;：:！!？?”」』》）)】…>"


def table_lines(rows: Sequence[Sequence[str]], header: int = 0) -> list[str]:
    """Turn a table into one line a row: `地区：江苏；产假：158天`.

    Parameters: rows of cell texts, a merged cell given in each place it covers; how many rows (below a title that runs over
    the whole width) the file itself calls header, 0 where it does not say. Then the first row is one where it looks like one
    (short, different, no bare figures), and with it the rows below that tell apart what it merges (产假·顺产, 产假·难产). A title
    above is a line of its own. Without a header cells are joined by ｜. Empty cells and rows are left out, a header that a
    new page repeats is not said again, and a long row ends with a full stop, so that no reader joins it to the next.
    """
    if all(len(row) <= 1 for row in rows):
        return [line for row in rows for cell in row for part in cell.splitlines() if (line := _tidy(part))]
    table = [cells for row in rows if any(cells := [_tidy(cell) for cell in row])]
    lines: list[str] = []
    while len(table) > 1 and _is_title(table[0], 1):
        lines += _without_repeats(table.pop(0))
        header = max(0, header - 1)
    names, depth = _header(table, header)
    if not names:
        return lines + [_ended(_joined(row)) for row in table]
    above = table[:depth]
    data = [row for row in table[depth:] if row not in above]
    return lines + ([_ended(_labelled(names, row)) for row in data] or [_ended(_joined(row)) for row in above])


def _tidy(cell: str) -> str:
    return _BLANK.sub(" ", cell).strip()


def _is_title(row: list[str], shortest: int = _SHORT_TITLE) -> bool:
    """Whether a row is one merged cell, or its first cell alone."""
    if len(row) < 2 or len(set(filter(None, row))) != 1:
        return False
    return not any(row[1:]) or (all(row) and len(row[0]) >= shortest and not _FIGURE.fullmatch(row[0]))


def _header(table: list[list[str]], known: int) -> tuple[list[str], int]:
    """The columns' names and how many rows say them; no names where there is no header."""
    if 0 < known < len(table):
        return _merged(table[:known]), known
    for depth in range(1, min(_HEADER_ROWS, len(table) - 1) + 1):
        if not may_be_header(table[depth - 1]) or (depth > 1 and not _tells_apart(*table[depth - 2 : depth])):
            break
        names = _merged(table[:depth])
        if all(names[1:]) and len(set(filter(None, names))) == len(list(filter(None, names))):
            return names, depth
    return [], 0


def may_be_header(row: Sequence[str]) -> bool:
    """Tell whether a row reads like the names of columns: short, not all the same, no bare figures."""
    named = [cell for cell in row if cell]
    return len(set(named)) >= 2 and not any(
        len(cell) > _LONG_NAME or cell[-1] in "：:" or _FIGURE.fullmatch(cell) for cell in named
    )


def _tells_apart(upper: list[str], lower: list[str]) -> bool:
    """Whether a row names parts of the merged cells above it, and only of them."""
    for i, name in enumerate(upper):
        merged = name in (upper[i - 1] if i else "", upper[i + 1] if i + 1 < len(upper) else "")
        if name and not merged and i < len(lower) and lower[i] not in (name, ""):
            return False
    return True


def _merged(rows: list[list[str]]) -> list[str]:
    """Join what stands above each column: 产假 over 顺产 is 产假·顺产."""
    names = []
    for column in range(max(len(row) for row in rows)):
        parts = [row[column] for row in rows if column < len(row) and row[column]]
        names.append("·".join(dict.fromkeys(parts)))
    return names


def _labelled(header: list[str], row: list[str]) -> str:
    if _is_title(row) and (all(row) or len(row) > 2):
        return row[0]  # one cell over the whole width, or alone in its row: a heading inside the table, or a remark
    pairs = [(header[i] if i < len(header) else "", cell) for i, cell in enumerate(row) if cell]
    return "；".join(f"{name}：{cell}" if name else cell for name, cell in pairs)


def _joined(row: list[str]) -> str:
    """Join cells by ｜, but a cell that ends like a label with what it labels."""
    return re.sub("(?<=[：:])｜", "", "｜".join(_without_repeats(row)))


def _without_repeats(row: list[str]) -> list[str]:
    return [cell for i, cell in enumerate(row) if cell and (i == 0 or cell != row[i - 1])]


def _ended(line: str) -> str:
    return line + "。" if len(line) >= _LONG_LINE and line[-1] not in _TERMINAL else line
