"""What fits on a slide: the largest type in which text fits, and where it is divided when it fits in none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from rag.desk.paper import Grid, Said
from rag.desk.write.measure import lines
from rag.desk.write.measure import width as width_of_line
from rag.desk.write.text import clean, even, marks, shares

BODY_SIZES, TABLE_SIZES = (28, 26, 24, 22, 20, 18), (18, 16, 14)
# What is divided anyway need not be small.
DIVIDED_BODY, DIVIDED_TABLE = 20, 16
# Heights of a line and of the gap before a point, as multiples of the type's size; the room inside a cell's edges, in points.
# Few points stand further apart.
LEADING, GAP, WIDEST_GAP = 1.35, 0.5, 1.1
CELL_SIDE, CELL_TOP = 7.0, 4.0
_HEAD_LINES = 4
_MOST_COLUMNS, _NARROWEST = 8, 0.07
_THINNEST = 0.5
_ENDS = "。；！？\n"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fitted:
    """The size of the type in points, the points of each slide, and the gap before each as a multiple of the size."""

    size: int
    pages: tuple[tuple[Said, ...], ...]
    gap: float = GAP


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table on a slide, with its height in points."""

    cells: tuple[Said, ...]
    height: float


@dataclass(frozen=True, slots=True)
class FittedTable:
    """The size of the type in points, the columns' shares, the head (with no cells where there is none), the rows of each slide."""

    size: int
    widths: tuple[float, ...]
    head: Row
    pages: tuple[tuple[Row, ...], ...]


def shown(said: Said) -> str:
    """A piece of text as it takes up room: with the marks of its sources."""
    return clean(said.text) + marks(said)


def title_size(text: str, width: float, height: float, sizes: Sequence[int]) -> int | None:
    """The first of some sizes in which a title fits into a box (points), None where it fits in none."""
    return next((size for size in sizes if lines(text, width / size) * size * 1.2 <= height), None)


def points_height(points: Sequence[Said], size: int, width: float, gap: float = GAP) -> float:
    """How high points stand in a box of a width, in points."""
    return sum((lines(shown(point), width / size) * LEADING + gap) * size for point in points)


def fit_points(
    points: Sequence[Said], width: float, height: float, sizes: Sequence[int] = BODY_SIZES, gap: float = GAP
) -> Fitted:
    """Choose the size of points, and divide what does not fit even in the smallest.

    Parameters: the points, the width of their lines and the height of their box in points, the sizes from the largest, the least
    gap before each as a multiple of the size.
    """
    for size in sizes:
        if (high := points_height(points, size, width, gap)) <= height:
            more = (height - high) / size / len(points) if points else 0.0
            return Fitted(size, (tuple(points),), min(gap + more, max(gap, WIDEST_GAP)))
    size = next(size for size in sizes if size <= DIVIDED_BODY)
    most = int((height / size - gap) / LEADING)
    pieces = [piece for point in points for piece in divide(point, width / size, most)]
    return Fitted(size, tuple(pack(pieces, lambda point: points_height([point], size, width, gap), height)), gap)


def fit_table(grid: Grid, width: float, height: float) -> Iterator[FittedTable]:
    """Choose the size of a table and divide it by rows, and by columns where it has too many to be read; each part on its own.

    Parameters: the table, the width and height of its place in points.
    """
    for part in _narrowed(grid):
        head, rows = even(part)
        chosen = [_wide_enough(shares(part, len(head))), _wide_enough(_balanced(head, rows))]
        made = [_table(head, rows, widths, size, width, height) for size in TABLE_SIZES for widths in chosen]
        whole = (fitted for fitted in made if len(fitted.pages) == 1 and len(fitted.pages[0]) == len(rows))
        yield next(whole, None) or min((fitted for fitted in made if fitted.size <= DIVIDED_TABLE), key=_cost)


def divide(said: Said, ems: float, most: int) -> list[Said]:
    """Divide a piece of text into pieces of at most so many lines, at the ends of sentences where there are; each keeps its sources."""
    pieces, rest = [], clean(said.text)
    mark = marks(said)
    # no piece is longer, however narrow its letters: what is longer need not be measured whole
    longest = int(most * max(ems, 1) / _THINNEST)
    while len(rest) > 1 and (len(rest) > longest or lines(rest + mark, ems) > most):
        at = _longest(rest[:longest], mark, ems, most)
        end = max(rest.rfind(sign, 0, at) for sign in _ENDS) + 1
        at = end if end > at // 2 else at
        pieces.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [replace(said, text=text) for text in [*pieces, rest] if text]


def pack(items: Sequence[T], height_of: Callable[[T], float], height: float) -> list[tuple[T, ...]]:
    """Put items on as few pages of a height as they need, about as much on each."""
    heights = [height_of(item) for item in items]
    fewest = len(_packed(heights, height))
    low, high = max([sum(heights) / max(fewest, 1), *heights]), height
    while high - low > 4:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_packed(heights, middle)) == fewest else (middle, high)
    ends = _packed(heights, max(low, high))
    return [tuple(items[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def _packed(heights: Sequence[float], height: float) -> list[int]:
    """Where pages end when each takes as much as fits."""
    ends, used = [], 0.0
    for number, one in enumerate(heights):
        if number and used + one > height:
            ends.append(number)
            used = 0.0
        used += one
    return [*ends, len(heights)] if heights else []


def _longest(text: str, mark: str, ems: float, most: int) -> int:
    """The length of the longest beginning of a text that takes no more than so many lines; 1 at least."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if lines(text[:middle] + mark, ems) <= most else (low, middle - 1)
    return low


def _narrowed(grid: Grid) -> Iterator[Grid]:
    """Divide a table with too many columns: each part begins with the first."""
    head, rows = even(grid)
    if len(head) <= _MOST_COLUMNS:
        yield grid
        return
    for start in range(1, len(head), _MOST_COLUMNS - 1):
        end = start + _MOST_COLUMNS - 1
        yield Grid((head[0], *head[start:end]), tuple((row[0], *row[start:end]) for row in rows), caption=grid.caption)


def _wide_enough(widths: Sequence[float]) -> tuple[float, ...]:
    least = [max(width, _NARROWEST) for width in widths]
    return tuple(width / sum(least) for width in least)


def _table(
    head: Sequence[str],
    rows: Sequence[Sequence[Said]],
    widths: tuple[float, ...],
    size: int,
    width: float,
    height: float,
) -> FittedTable:
    ems = [(share * width - 2 * CELL_SIDE) / size for share in widths]
    cells = tuple(_headed(cell, column) for cell, column in zip(head, ems, strict=True))
    top = Row(cells, _high(cells, ems, size)) if any(head) else Row((), 0.0)
    most = max(int((height - top.height - 2 * CELL_TOP) / (size * LEADING)), 1)
    made = [Row(part, _high(part, ems, size)) for row in rows for part in _divided(row, ems, most)]
    pages = pack(made, lambda row: row.height, height - top.height)
    return FittedTable(size, widths, top, tuple(pages) or ((),))


def _headed(text: str, ems: float) -> Said:
    """A head's cell; one too long for its column is cut, and shows it."""
    first, *rest = divide(Said(text), ems, _HEAD_LINES) or [Said("")]
    return replace(first, text=f"{first.text[:-2]}……") if rest else first


def _divided(row: Sequence[Said], ems: Sequence[float], most: int) -> Iterator[tuple[Said, ...]]:
    """Divide a row that is higher than a slide into rows that go on with it, called by its first cell where that is short."""
    columns = [divide(said, column, most) or [said] for said, column in zip(row, ems, strict=True)]
    named = Said(f"{clean(row[0].text)}（续）")
    again = named if clean(row[0].text) and lines(named.text, ems[0]) <= min(most, 3) else Said("")
    yield tuple(column[0] for column in columns)
    for number in range(1, max(map(len, columns))):
        rest = [column[number] if number < len(column) else Said("") for column in columns]
        yield (rest[0] if rest[0].text else again, *rest[1:])


def _balanced(head: Sequence[str], rows: Sequence[Sequence[Said]]) -> tuple[float, ...]:
    """Shares of the width by what the columns hold: the longer a column's longest cell, the wider, though less than in proportion."""
    longest = [
        max(width_of_line(text), *(width_of_line(shown(row[at])) for row in rows), 1.0) for at, text in enumerate(head)
    ]
    return tuple(one**0.5 / sum(other**0.5 for other in longest) for one in longest)


def _cost(table: FittedTable) -> tuple[int, float]:
    """What a table divided among slides costs a reader: divided rows first, then the number of slides against the size of the type."""
    return sum(map(len, table.pages)), len(table.pages) / table.size**2


def _high(cells: Sequence[Said], ems: Sequence[float], size: int) -> float:
    return (
        max(lines(shown(cell), column) for cell, column in zip(cells, ems, strict=True)) * size * LEADING + 2 * CELL_TOP
    )
