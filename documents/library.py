"""The shipped library of restatements, the user's own folder, and any files given: what an index is built from."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import platformdirs

from documents.catalog import Row, read_catalog
from documents.errors import CatalogError
from documents.formats.plain import decode
from documents.formats.workers import Watch
from documents.infer import SAME_VERSION_DAYS
from documents.model import NATIONAL, Document
from documents.originals import settle
from documents.own import CATALOG_NAME, Own, read_own
from documents.parse import parse
from documents.read import Problem, Reading, read_paths, split_head
from documents.validity import resolve

HOME_VARIABLE = "NIANGJIA_HOME"


def home() -> Path:
    """Return the user's own folder (`NIANGJIA_HOME`, else the platform's user data folder); it is not made here."""
    named = os.environ.get(HOME_VARIABLE, "").strip()
    return Path(named).expanduser() if named else Path(platformdirs.user_data_dir("niangjiaren", appauthor=False))


def shipped_folder() -> Path:
    """Return the folder of the texts that come with this project."""
    return Path(str(files("documents") / "library"))


@cache
def shipped_catalog() -> tuple[Row, ...]:
    """Read the catalogue of the shipped library."""
    return read_catalog(Path(str(files("documents") / CATALOG_NAME)))


@cache
def shipped() -> tuple[Document, ...]:
    """Read the shipped library: every row of its catalogue with its text. Raises CatalogError where a text is missing."""
    return tuple(_shipped_document(row) for row in shipped_catalog())


def _shipped_document(row: Row) -> Document:
    path = shipped_folder() / row.path
    if not path.is_file():
        raise CatalogError(f"目录里的「{row.id}」缺少文件 {row.path}。")
    text = decode(path.read_bytes(), path.name)
    head, body = split_head(text, markdown=True)
    document = Document(row.id, row.title, row.kind, row.level, head=head, provisions=parse(row.id, body))
    return row.apply(document)


def gather(paths: Iterable[Path] = (), watch: Watch | None = None) -> Reading:
    """Read what an index is built from: the given files and folders, or without any the shipped library and the user's own.

    Parameters: files and folders; who is told which file is being read.

    Returns documents whose validity is resolved against each other, and the problems of what was left out.
    """
    chosen = list(paths)
    if chosen:
        reading = read_paths(chosen, watch=watch)
    else:
        reading = _with_shipped(read_own(home(), watch))
    _drop_repeated_ids(reading)
    reading.documents = _known_by_catalog(resolve(reading.documents))
    return reading


def _with_shipped(mine: Own) -> Reading:
    """A user's library beside the shipped one: her confirmations hold, her originals take places or are marked 冲突."""
    reading = mine.reading
    confirmed = _confirmed(shipped(), mine.rows, reading)
    decided = {row.id: row.decision for row in mine.rows if row.decision}
    reading.documents = settle(confirmed, _known_by_catalog(reading.documents), decided)
    return reading


def _confirmed(documents: Iterable[Document], rows: tuple[Row, ...], reading: Reading) -> list[Document]:
    """Raise the check state of shipped documents, or of single provisions, that a user's catalogue confirms by id."""
    states = {row.id: row for row in rows if row.confirmed and not row.path}
    out = []
    for document in documents:
        provisions = []
        for provision in document.provisions:
            row = states.pop(provision.id, None) or states.get(document.id)
            provisions.append(replace(provision, check=row.check or provision.check) if row else provision)
        if row := states.pop(document.id, None):
            document = replace(document, check=row.check or document.check, note=f"{row.confirmed}确认")
        out.append(replace(document, provisions=tuple(provisions)))
    for unknown in states:
        message = f"目录里确认的「{unknown}」不是本库的文件或条文。请用 python -m documents list 查它的 id。"
        reading.problems.append(Problem(unknown, message))
    return out


def _known_by_catalog(documents: list[Document]) -> list[Document]:
    """Hold inferred documents against our catalogue: it knows levels, links, and when a text is not the present version.

    A national text whose name promises a newer version than its head shows may just have an incomplete head: it stays.
    """
    known = {(row.title, row.region): row for row in shipped_catalog() if not row.level.is_plan}
    out = []
    for document in documents:
        row = known.get((document.title, document.region))
        if row is not None and "level" in document.inferred:
            document = replace(document, level=row.level, url=document.url or row.url)
            newer = row.effective or row.published
            unsure = document.region == NATIONAL and bool(document.note)
            if (
                document.published
                and newer
                and row.published
                and (row.published - document.published).days > SAME_VERSION_DAYS
                and not unsure
            ):
                note = f"本库目录里这一份的现行版本是{row.published}的，这个文本是旧版"
                ended = min(document.ended or newer, newer)
                document = replace(document, ended=ended, replaced_by=document.replaced_by or row.title, note=note)
        out.append(document)
    return out


def _drop_repeated_ids(reading: Reading) -> None:
    seen: set[str] = set()
    kept = []
    for document in reading.documents:
        clash = {document.id, *(p.id for p in document.provisions)} & seen
        if clash:
            message = (
                f"「{document.path}」里的编号「{min(clash)}」和前面的文件重复，没有收入。请改文件名或目录里的 id。"
            )
            reading.problems.append(Problem(document.path, message))
            continue
        seen.add(document.id)
        seen.update(p.id for p in document.provisions)
        kept.append(document)
    reading.documents = kept
