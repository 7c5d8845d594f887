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
from documents.infer import SAME_VERSION_DAYS
from documents.model import NATIONAL, Document
from documents.parse import parse
from documents.read import Problem, Reading, decode, read_paths, rename, split_head
from documents.validity import resolve

HOME_VARIABLE = "NIANGJIA_HOME"
CATALOG_NAME = "catalog.csv"


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


def own(folder: Path) -> Reading:
    """Read the user's own texts under `folder/documents`; rows of `folder/catalog.csv` replace what is inferred."""
    texts = folder / "documents"
    if not texts.is_dir():
        return Reading()
    reading = read_paths([texts])
    catalog = folder / CATALOG_NAME
    rows = {row.path: row for row in read_catalog(catalog)} if catalog.is_file() else {}
    for place, document in enumerate(reading.documents):
        if row := rows.get(Path(document.path).relative_to(texts).as_posix()):
            reading.documents[place] = row.apply(rename(document, row.id))
    return reading


def gather(paths: Iterable[Path] = ()) -> Reading:
    """Read what an index is built from: the given files and folders, or without any the shipped library and the user's own.

    Returns documents whose validity is resolved against each other, and the problems of what was left out.
    """
    chosen = list(paths)
    if chosen:
        reading = read_paths(chosen)
    else:
        reading = own(home())
        reading.documents[:0] = shipped()
    _drop_repeated_ids(reading)
    reading.documents = _known_by_catalog(resolve(reading.documents))
    return reading


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
