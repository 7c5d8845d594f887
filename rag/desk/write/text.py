"""Text as any of the formats can hold it."""

from __future__ import annotations

import re

from rag.desk.paper import Grid, Said

# Control characters, halves of surrogate pairs, non-characters, and the marks that turn the direction of writing round.
_UNWRITABLE = re.compile(
    "[\x00-\x09\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    """Make a text writable: one kind of line break, no character that XML refuses or that hides what is read."""
    return _UNWRITABLE.sub("", _NEWLINE.sub("\n", text.replace("\t", " "))).strip()


def line(text: str) -> str:
    """Make a text writable in one line."""
    return " ".join(clean(text).split())


def marks(said: Said) -> str:
    """The numbers of a piece's sources: [1][3]."""
    return "".join(f"[{number}]" for number in said.sources)


def shortened(text: str, longest: int) -> str:
    """Cut a text that is longer than so many characters, and show that it was cut."""
    return text if len(text) <= longest else f"{text[:longest]}……"


def even(grid: Grid) -> tuple[tuple[str, ...], tuple[tuple[Said, ...], ...]]:
    """The head and the rows of a table, each with as many cells as its longest row."""
    columns = max([len(grid.head), *(len(row) for row in grid.rows)])
    head = (*map(line, grid.head), *[""] * (columns - len(grid.head)))
    return head, tuple((*row, *[Said("")] * (columns - len(row))) for row in grid.rows)


def shares(grid: Grid, columns: int) -> tuple[float, ...]:
    """The shares of the width that columns take, together 1; all the same where none, or not as many, are given."""
    given = grid.widths if len(grid.widths) == columns and all(width > 0 for width in grid.widths) else (1.0,) * columns
    return tuple(width / sum(given) for width in given)
