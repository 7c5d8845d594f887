"""Tables as lines of text: every row keeps its header, so that a row can be cited without the table."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BLANK = re.compile(r"\s+")


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Turn a table into one line a row: `地区：江苏；产假：158天`.

    Parameters: rows of cell texts, the first one the header where it looks like one (short, different, no bare numbers); a
    merged cell is given in each place it covers. Without a header cells are joined by ｜. Empty cells and rows are left out.
    """
    table = [[_BLANK.sub(" ", cell).strip() for cell in row] for row in rows]
    table = [row for row in table if any(row)]
    if not table:
        return []
    header = table[0]
    if len(table) < 2 or not _is_header(header):
        return [line for row in table if (line := "｜".join(_without_repeats(row)))]
    return [line for row in table[1:] if (line := _labelled(header, row))]


def _is_header(cells: list[str]) -> bool:
    named = [cell for cell in cells if cell]
    short = all(len(cell) <= 20 and not re.fullmatch(r"[\d.,%％]+", cell) for cell in named)
    return len(named) >= 2 and len(set(named)) == len(named) and short


def _labelled(header: list[str], row: list[str]) -> str:
    if len(set(filter(None, row))) == 1 and len(row) > 1 and all(row):
        return row[0]  # one cell over the whole width: a heading inside the table
    pairs = [(header[i] if i < len(header) else "", cell) for i, cell in enumerate(row) if cell]
    return "；".join(f"{name}：{cell}" if name else cell for name, cell in pairs)


def _without_repeats(row: list[str]) -> list[str]:
    return [cell for i, cell in enumerate(row) if cell and (i == 0 or cell != row[i - 1])]
