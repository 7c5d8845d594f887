"""The catalogue of one's own documents as a grid: what it shows, and how what was changed there is checked and written."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from documents import own
from documents.catalog import COLUMNS, OWN_COLUMNS, Row, guesses, read_catalog, write_catalog
from documents.errors import CatalogError
from documents.own import CATALOG_NAME
from ui.admin import words

SHOWN = (
    "title", "kind", "level", "region", "published", "effective", "ended", "year", "issuer", "doc_no", "replaced_by",
    "check", "url", "note", "inferred", "decision", "confirmed", "path", "id",
)  # fmt: skip
FIXED = ("path", "id")  # what a file is and where it lies is not typed
HEADERS = [words.COLUMNS[name] for name in SHOWN]
_ID = SHOWN.index("id")
_LONGEST_CELL = 1_000
_WHERE = re.compile(r"^目录「[^」]*」第 2 行[：，]\s*")
_COLUMN = re.compile(rf"\b({'|'.join((*COLUMNS, *OWN_COLUMNS))})(?= ?列)")

Cells = list[list[str]]


def own_rows(home: Path) -> tuple[Row, ...]:
    """Read the catalogue of one's own documents; empty where there is none. Raises CatalogError."""
    path = home / CATALOG_NAME
    return read_catalog(path) if path.is_file() else ()


def cells(rows: Sequence[Row]) -> Cells:
    """Write rows as the grid shows them."""
    return [_values(row) for row in rows]


def _values(row: Row) -> list[str]:
    return [guesses(row.inferred) if name == "inferred" else _text(getattr(row, name)) for name in SHOWN]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def save(home: Path, loaded: Cells, typed: Cells) -> tuple[int, list[str]]:
    """Write the rows that were changed in the grid.

    Parameters: the library's folder; the grid as it was loaded and as it is now. Returns how many rows were changed and
    the faults, each a sentence with row and column; where there is one, nothing is written. Raises CatalogError and
    BusyLibrary.
    """
    before = {row[_ID]: row for row in loaded}
    now = [[_text(cell).strip() for cell in row] for row in typed]
    if sorted(row[_ID] for row in now if len(row) == len(SHOWN)) != sorted(before) or len(now) != len(before):
        return 0, [words.ROWS_CHANGED]
    changed = {row[_ID]: (n, row) for n, row in enumerate(now, 1) if row != before[row[_ID]]}
    with own.turn(home):
        return _save(home, before, changed)


def _save(home: Path, before: dict[str, list[str]], changed: dict[str, tuple[int, list[str]]]) -> tuple[int, list[str]]:
    rows = list(own_rows(home))
    places = {row.id: place for place, row in enumerate(rows)}
    faults = []
    for name, (number, row) in changed.items():
        where = words.ROW.format(number=number, title=before[name][0])
        if name not in places or _values(rows[places[name]]) != before[name]:
            faults.append(where + words.CHANGED_ELSEWHERE)
            continue
        fixed = [words.COLUMNS[column] for column in FIXED if _cell(row, column) != _cell(before[name], column)]
        long = [h for h, cell in zip(HEADERS, row, strict=True) if len(cell) > _LONGEST_CELL]
        if fixed or long:
            faults.append(where + (words.FIXED if fixed else words.LONG).format(column="、".join(fixed or long)))
            continue
        try:
            rows[places[name]] = _read(row, rows[places[name]])
        except CatalogError as error:
            faults.append(where + _in_chinese(str(error)))
    if changed and not faults:
        write_catalog(home / CATALOG_NAME, tuple(rows), own=True)
    return (0 if faults else len(changed)), faults


def remove(home: Path, name: str) -> str:
    """Take a document (by its id) out of the library: its row goes, its file waits in `HOME/removed`.

    Returns where the file lies now ('' where there was none). Raises CatalogError and BusyLibrary.
    """
    there, place = own.remove(home, name)
    if not there:
        raise CatalogError(words.NOT_THERE)
    return place


def _cell(row: list[str], column: str) -> str:
    return row[SHOWN.index(column)]


def _read(row: list[str], old: Row) -> Row:
    """Read one typed row as the catalogue's own reader does. Raises CatalogError naming the column."""
    values = {"sha256": old.sha256} | {name: " ".join(cell.split()) for name, cell in zip(SHOWN, row, strict=True)}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, (*COLUMNS, *OWN_COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(values)
    with tempfile.TemporaryDirectory(prefix="niangjia-") as scratch:
        path = Path(scratch) / CATALOG_NAME
        path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
        read = read_catalog(path)
    if len(read) != 1:
        raise CatalogError(words.EMPTY_ROW)
    return read[0]


def _in_chinese(message: str) -> str:
    """Say a fault of the catalogue's reader with the grid's own column names."""
    return _COLUMN.sub(lambda match: f"「{words.COLUMNS[match[1]]}」", _WHERE.sub("", message))
