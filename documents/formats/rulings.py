"""Ruled tables: from ruling lines on a page, in a file or in a picture, to fields that text falls into."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.formats.layout import Run, joined, read_order, usual_size

MAX_RULINGS = 1500
_MAX_CELL = 800  # a frame around whole articles is no table


@dataclass(frozen=True, slots=True)
class Ruling:
    """A ruling line: level or upright, from where to where, and at what height or side (y downwards)."""

    level: bool
    start: float
    end: float
    at: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: the places of its lines, and which cell each field between them belongs to (merged cells have several)."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: Mapping[tuple[int, int], int]

    def cell_at(self, x: float, y: float) -> int | None:
        """Return the cell that holds a point, if one does."""
        return self.cells.get((bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1))

    def breaks(self, left: float, right: float, y: float) -> list[float]:
        """Return where upright lines cross a stretch at the height `y`."""
        row = bisect_right(self.ys, y) - 1
        return [
            x
            for column, x in enumerate(self.xs)
            if left < x < right and self.cells.get((row, column - 1)) != self.cells.get((row, column))
        ]


def find_grids(rulings: Sequence[Ruling], tolerance: float) -> list[Grid]:
    """Find tables of at least two rows and columns among ruling lines.

    Parameters: the lines; `tolerance`, how far apart two ends still meet. Lines beyond `MAX_RULINGS` are a drawing, no table.
    """
    level = sum(ruling.level for ruling in rulings)
    if level < 3 or len(rulings) - level < 2 or len(rulings) > MAX_RULINGS:
        return []
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges = merge_edges([_edge(ruling) for ruling in rulings], *[tolerance] * 4)
    cells = intersections_to_cells(edges_to_intersections(edges, tolerance, tolerance))
    return [grid for table in cells_to_tables(cells) if (grid := _grid(table)) is not None]


def _edge(ruling: Ruling) -> dict[str, Any]:
    """One ruling line as pdfplumber writes it."""
    start, end, at = ruling.start, ruling.end, ruling.at
    x0, x1, top, bottom = (start, end, at, at) if ruling.level else (at, at, start, end)
    size = {"x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top}
    return {**size, "orientation": "h" if ruling.level else "v", "doctop": top, "object_type": "line"}


def _grid(cells: Sequence[tuple[float, float, float, float]]) -> Grid | None:
    xs = tuple(sorted({cell[0] for cell in cells} | {cell[2] for cell in cells}))
    ys = tuple(sorted({cell[1] for cell in cells} | {cell[3] for cell in cells}))
    if len(xs) < 3 or len(ys) < 3:
        return None
    fields = {
        (row, column): number
        for number, (x0, top, x1, bottom) in enumerate(cells)
        for row in range(ys.index(top), ys.index(bottom))
        for column in range(xs.index(x0), xs.index(x1))
    }
    return Grid(xs, ys, fields)


def table_runs(grid: Grid, cells: Mapping[int, list[Run]]) -> list[Run]:
    """Return one run for the whole table, or the runs as they were where it is a frame around text and no table."""
    texts = {cell: cell_text(runs) for cell, runs in cells.items()}
    inside = [run for runs in cells.values() for run in runs]
    if not texts or max(len(text) for text in texts.values()) > _MAX_CELL:
        return inside
    rows = tuple(
        tuple(texts.get(grid.cells.get((row, column), -1), "") for column in range(len(grid.xs) - 1))
        for row in range(len(grid.ys) - 1)
    )
    return [Run("", grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1], usual_size(inside), rows)]


def cell_text(runs: list[Run]) -> str:
    """Join the lines of one cell."""
    text = ""
    for line in read_order(runs, 0.0).lines:
        text = joined(text, line.text) if text else line.text
    return text
