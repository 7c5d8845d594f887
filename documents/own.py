"""A user's own library in her own folder: her files as she gave them, their extracted texts, and a catalogue for Excel.

HOME/documents/…         the files, under the names they came with
HOME/extracted/*.json    their texts, by sha256, so that nothing is read (or recognised) twice
HOME/catalog.csv         what was recognised of each, for her to confirm or correct
"""

from __future__ import annotations

import glob
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath

from filelock import FileLock, Timeout

from documents.catalog import Row, read_catalog, row_of, write_catalog
from documents.disk import sweep, told
from documents.errors import BusyLibrary, CatalogError
from documents.formats.workers import Cache, Watch, file_digest
from documents.model import Document
from documents.provision_rows import ROW_SUFFIXES
from documents.read import Problem, Reading, Source, find_files, read_paths, read_sources, rename, unpacked

CATALOG_NAME = "catalog.csv"
REMOVED = "removed"
_LOCK_SECONDS = 10
_SETTLED_SECONDS = 1.0


@dataclass(slots=True)
class Own:
    """A user's library as read: documents and problems, and her catalogue's rows."""

    reading: Reading
    rows: tuple[Row, ...] = ()


@dataclass(slots=True)
class Added:
    """What one `add` did: the documents taken in with their rows, what was there already, and what was left out."""

    documents: list[tuple[Document, Row]] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_own(folder: Path, watch: Watch | None = None) -> Own:
    """Read a user's library; rows of her catalogue replace what is inferred, and a row without its file is a problem."""
    texts, catalog = folder / "documents", folder / CATALOG_NAME
    rows = read_catalog(catalog) if catalog.is_file() else ()
    reading = read_paths([texts], Cache(folder / "extracted"), watch) if texts.is_dir() else Reading()
    by_path = {row.path: row for row in rows if row.path}
    met: set[str] = set()
    for place, document in enumerate(reading.documents):
        name = Path(document.path).relative_to(texts).as_posix()
        met.add(name)
        if row := by_path.get(name):
            reading.documents[place] = row.apply(rename(document, row.id))
    named = {Path(problem.path).relative_to(texts).as_posix() for problem in reading.problems}
    for name in by_path:
        missing = name not in met and name not in named and not (texts / name).is_file()
        if missing and not taken_out(folder, by_path[name]):
            message = f"目录「{catalog.name}」里的「{name}」找不到文件（在 {texts} 里）。请把文件放回去，或删去这一行。"
            reading.problems.append(Problem(name, message))
    return Own(reading, rows)


def add(paths: list[Path], folder: Path, watch: Watch | None = None) -> Added:
    """Take files, folders and zips into a user's library.

    Parameters: what to add; her folder (made where it is missing); who is told which file is being read. Files are copied
    whole before the catalogue names them, so that a break leaves either all of a document or nothing of it. Raises
    BusyLibrary where another program is adding, CatalogError where her catalogue cannot be read or written; then nothing
    is changed.
    """
    with turn(folder):
        return _add(paths, folder, watch)


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Hold the one turn to change a user's library, swept of what killed programs left. Raises BusyLibrary, also where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=_LOCK_SECONDS):
            for place in (folder / "extracted", *_folders(folder / "documents")):
                sweep(place, r"\.[0-9a-f]{12}")
            yield
    except Timeout:
        raise BusyLibrary(f"另一个程序正在改「{folder}」里的文件。请等它做完再试。") from None
    except OSError as error:
        raise BusyLibrary(f"没有做成，原来的文件和目录都还在。{told(error, folder)}") from error


def _folders(folder: Path) -> list[Path]:
    return [folder, *(path for path in folder.rglob("*") if path.is_dir())] if folder.is_dir() else []


def _add(paths: list[Path], folder: Path, watch: Watch | None) -> Added:
    catalog, texts = folder / CATALOG_NAME, folder / "documents"
    rows = list(read_catalog(catalog)) if catalog.is_file() else []
    named = {row.path for row in rows}
    added = Added()
    copies: list[Path] = []
    try:
        with tempfile.TemporaryDirectory(prefix="niangjia-") as scratch:
            sources, added.problems = unpacked(list(_sources(paths)), Path(scratch))
            _let_settle(sources)
            digests = {source.name: file_digest(source.path) for source in sources if source.path.is_file()}
            known = {row.sha256: row.path for row in rows if row.sha256 and (texts / row.path).is_file()}
            fresh = _not_yet_there(sources, digests, known, added)
            reading = read_sources(fresh, Cache(folder / "extracted"), watch)
            added.problems += reading.problems
            wanted = [s for s in fresh if s.name in {d.path for d in reading.documents}]
            kept = _keep_all(wanted, digests, texts, named, added, copies)
        taken = {row.id for row in rows}
        for document in reading.documents:
            if document.path not in kept:
                continue
            added.remarks += [f"「{document.path}」：{note}" for note in reading.remarks.get(document.path, ())]
            document = replace(_with_free_id(document, taken), path=kept[document.path])
            taken.add(document.id)
            row = replace(row_of(document), sha256=file_digest(texts / document.path))
            added.documents.append((document, row))
            if not document.path.lower().endswith(ROW_SUFFIXES):  # rows of provisions bring their own facts
                rows.append(row)
        if added.documents:
            write_catalog(catalog, tuple(rows), own=True)
    except BaseException:
        _undo(copies, texts, catalog)
        raise
    return added


def _undo(copies: list[Path], texts: Path, catalog: Path) -> None:
    """Take copies away again that the catalogue does not name."""
    with suppress(OSError, CatalogError):
        named = {row.path for row in read_catalog(catalog)} if catalog.is_file() else set()
        for copy in copies:
            if copy.relative_to(texts).as_posix() not in named:
                copy.unlink(missing_ok=True)


def taken_out(folder: Path, row: Row) -> bool:
    """Whether a row's file was put into `removed` already: a removal that broke off before the catalogue was written.

    Parameters: her folder, a row whose file is not in its place.
    """
    places = (folder / REMOVED).glob(f"*{glob.escape(PurePath(row.path).name)}") if row.sha256 else ()
    return any(place.is_file() and file_digest(place) == row.sha256 for place in places)


def remove(folder: Path, name: str) -> tuple[bool, str]:
    """Take a document (by its id) out of a user's library: its file waits in `removed`, its row goes.

    Returns whether there was such a row, and where the file lies now ('' where there was none). The file goes first: a document
    without its row would still be read. Raises BusyLibrary and CatalogError.
    """
    with turn(folder):
        catalog = folder / CATALOG_NAME
        rows = read_catalog(catalog) if catalog.is_file() else ()
        gone = next((row for row in rows if row.id == name), None)
        if gone is None:
            return False, ""
        file, place = folder / "documents" / gone.path, ""
        if gone.path and file.is_file():
            target = _free_place(folder / REMOVED, f"{datetime.now():%Y%m%d-%H%M%S}-{file.name}")
            target.parent.mkdir(exist_ok=True)
            file.replace(target)
            place = str(target.relative_to(folder))
        try:
            write_catalog(catalog, tuple(row for row in rows if row.id != name), own=True)
        except CatalogError:
            if place:
                (folder / place).replace(file)
            raise
    return True, place


def _free_place(folder: Path, name: str) -> Path:
    """A name that nothing has there: two files of one name may go in one second, and a clock may be set back."""
    pure, number = PurePath(name), 1
    while (folder / name).exists():
        number += 1
        name = f"{pure.stem}（{number}）{pure.suffix}"
    return folder / name


def _sources(paths: list[Path]) -> Iterator[Source]:
    """Files with the names they get in the library: a folder's files keep their places in it."""
    seen: set[Path] = set()
    for path in paths:
        for found in find_files([path]):
            if (whole := found.absolute()) not in seen:
                seen.add(whole)
                inside = found.relative_to(path.parent) if path.is_dir() and path.name else PurePath(found.name)
                yield Source(found, PurePath(inside).as_posix())


def _let_settle(sources: list[Source]) -> None:
    """Wait a moment where a file was changed just now: it may still be being written."""
    now = time.time()
    if any(s.path.is_file() and 0 <= now - s.path.stat().st_mtime < _SETTLED_SECONDS for s in sources):
        time.sleep(_SETTLED_SECONDS)


def _not_yet_there(sources: list[Source], digests: dict[str, str], known: dict[str, str], added: Added) -> list[Source]:
    """Leave out files whose content the library has, or that were given twice."""
    fresh = []
    for source in sources:
        digest = digests.get(source.name, "")
        if digest in known:
            added.present.append(f"「{source.name}」的内容已经在库里（{known[digest]}），没有重复收入。")
            continue
        if digest:
            known[digest] = source.name
        fresh.append(source)
    return fresh


def _keep_all(
    sources: list[Source], digests: dict[str, str], texts: Path, named: set[str], added: Added, copies: list[Path]
) -> dict[str, str]:
    """Copy the files that gave documents into the library, and note in `copies` what was made.

    Returns the name of each there, by the name it came with. A copy that an `add` left there which was killed before it wrote the
    catalogue is taken as it is.
    """
    kept: dict[str, str] = {}
    for source in sources:
        digest = digests[source.name]
        name = _free_name(source.name, texts, named, digest)
        if not (texts / name).exists():
            copies.append(texts / name)
            if not _copied(source.path, texts / name, digest):
                message = f"「{source.name}」正在被改写，没有收入。请等它写完、关掉再加。"
                added.problems.append(Problem(source.name, message))
                continue
        kept[source.name] = name
        if name != source.name:
            added.remarks.append(
                f"库里已有同名文件而内容不同，「{source.name}」存为「{name}」，两份都在。"
                "如果这是新版本，请删去旧的文件和它在目录里的一行。"
            )
    return kept


def _free_name(name: str, texts: Path, named: set[str], digest: str) -> str:
    """A name in the library that no file has, or just such a file that the catalogue does not name: 办法.docx, 办法（2）.docx, …"""
    pure = PurePath(re.sub(r"[\x00-\x1f<>:\"|?*\\]", "_", name))
    number, free = 1, pure
    while (there := texts / free).exists():
        if there.is_file() and free.as_posix() not in named and file_digest(there) == digest:
            break
        number += 1
        free = pure.with_name(f"{pure.stem}（{number}）{pure.suffix}")
    return free.as_posix()


def _copied(source: Path, target: Path, digest: str) -> bool:
    """Copy a file whole or not at all; false where its content is no longer what was read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{secrets.token_hex(6)}")
    try:
        shutil.copyfile(source, temporary)
        if file_digest(temporary) != digest:
            return False
        temporary.replace(target)
        return True
    finally:
        temporary.unlink(missing_ok=True)


def _with_free_id(document: Document, taken: set[str]) -> Document:
    number, free = 1, document.id
    while free in taken:
        number += 1
        free = f"{document.id}~{number}"
    return document if free == document.id else rename(document, free)
