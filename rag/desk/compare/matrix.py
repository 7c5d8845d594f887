"""The matrix of a comparison: all cells of the rows and topics that a wish chooses, what is lacking, what one place alone has."""

from __future__ import annotations

from datetime import date

from rag.answer import Assistant
from rag.desk.compare.cells import Look, fill
from rag.desk.compare.model import Matrix, Row, Topic, Wish
from rag.desk.compare.rows import choose_rows
from rag.desk.compare.topics import read_topics
from rag.desk.errors import BadWish

EARLIEST, LATEST = 1949, 2100


def make_matrix(assistant: Assistant, wish: Wish, today: date | None = None) -> Matrix:
    """Compare the plans that a wish names.

    Parameters: an assistant with its index; the wish; the day it is made (today). Returns the matrix; a row that says nothing on a
    topic has an empty cell there. Raises BadWish naming a place, paper, topic or year that cannot be compared, and what there is.
    """
    if wish.years and not EARLIEST <= wish.years[0] <= wish.years[1] <= LATEST:
        raise BadWish(f"年份「{wish.years[0]}-{wish.years[1]}」不对，应为 2023 或 2020-2023 这样。")
    topics = read_topics(wish.topics)
    chosen = choose_rows(assistant.papers, wish)
    pairs = list(zip(chosen.rows, chosen.chunks, strict=True))
    look = Look(assistant.papers, today or date.today())
    columns = [fill(look, topic, pairs) for topic in topics]
    cells = {row: tuple(column[n] for column in columns) for n, row in enumerate(chosen.rows)}
    saying = [row for row in chosen.rows if any(cell.says for cell in cells[row])]
    silent = tuple(row for row in chosen.rows if row not in saying and _left_out(row, chosen.rows, saying, wish))
    rows = tuple(row for row in chosen.rows if row not in silent)
    says = [tuple(row for row in rows if cells[row][n].says) for n in range(len(topics))]
    return Matrix(
        wish=wish,
        rows=rows,
        topics=topics,
        cells=tuple(cells[row] for row in rows),
        lacking=tuple(tuple(row for row in rows if row not in having) for having in says),
        own=tuple(_own(topics, rows, says)),
        missing=chosen.missing,
        silent=silent,
        library_digest=assistant.index.manifest.corpus_digest,
    )


def _left_out(row: Row, rows: tuple[Row, ...], saying: list[Row], wish: Wish) -> bool:
    """Whether a paper that says nothing need be no row: another of its place says something, or is newer; one asked for by title stays."""
    if any(part.strip() and part.strip() in row.title for part in wish.papers):
        return False
    others = [other for other in rows if other.place == row.place and other.document_id != row.document_id]
    newer = [other for other in others if (other.year or 0, other.title) > (row.year or 0, row.title)]
    return bool(newer) or any(other in saying for other in others)


def _own(topics: tuple[Topic, ...], rows: tuple[Row, ...], says: list[tuple[Row, ...]]) -> list[tuple[Topic, str]]:
    """The topics that only one of several places says something on."""
    places = {row.place for row in rows}
    found = []
    for topic, having in zip(topics, says, strict=True):
        named = {row.place for row in having}
        if len(named) == 1 and len(places) > 1:
            found.append((topic, named.pop()))
    return found
