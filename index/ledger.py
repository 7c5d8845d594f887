"""Which Milvus collections an index folder has made: written down before one is created, struck out after it was dropped.

    OUT/.collections/<name>.json   address and name of one
    OUT/.beside                    the folder next to this one that this one is built for; what is made here belongs there

A build that is killed leaves its collection written down: the next build takes its vectors over, and what neither the index in use nor the
one before it needs is dropped when an index is published. A collection that is not written down here is somebody else's and is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection as Several
from collections.abc import Iterator
from pathlib import Path

from index.errors import EngineUnavailable, IndexRoomError
from index.milvus import Collection, drop

_BOOK, _BESIDE = ".collections", ".beside"


def beside(new: Path, folder: Path) -> None:
    """Say that what is built in `new` is for `folder`, which lies in the same place."""
    (new / _BESIDE).write_text(folder.name, encoding="utf-8")


def _book(folder: Path) -> Path:
    other = folder / _BESIDE
    owner = folder.parent / Path(other.read_text(encoding="utf-8")).name if other.is_file() else folder
    return owner / _BOOK


def enter(folder: Path, place: Collection) -> None:
    """Write a collection down that is about to be created for the index of a folder."""
    book = _book(folder)
    book.mkdir(parents=True, exist_ok=True)
    row = {"uri": place.uri, "collection": place.name}
    (book / f"{place.name}.json").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")


def entered(folder: Path) -> list[Collection]:
    """The collections that were made for the index of a folder and not yet dropped."""
    return [place for _, place in _rows(_book(folder))]


def _rows(book: Path) -> Iterator[tuple[Path, Collection]]:
    for path in sorted(book.glob("*.json")):
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
            place = Collection(row["uri"], row["collection"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexRoomError):
            continue  # nobody's: what cannot be read names nothing that could be dropped
        if place.is_numbered and path.stem == place.name:
            yield path, place


def sweep(folder: Path, needed: Several[Collection]) -> None:
    """Drop the collections of a folder that are not needed; one that cannot be reached now stays written down for the next time."""
    away: set[str] = set()
    for path, place in list(_rows(folder / _BOOK)):
        if place in needed or place.uri in away:
            continue
        try:
            drop(place)
        except EngineUnavailable:
            away.add(place.uri)
            continue
        path.unlink(missing_ok=True)
