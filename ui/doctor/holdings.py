"""Checks of what the installation holds: locks, catalogue, index, encoder, engine, database, and the language model."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.doctor import words
from ui.doctor.finding import Finding, bad, fine, look

if TYPE_CHECKING:
    from index.store import Manifest
    from rag.wording import Endpoint

_SHOWN = 3  # faults of the catalogue that are told; all of them are `documents check`'s
_SECONDS = 10.0
_MOST_READ = 2**20


def locks() -> Iterator[Finding]:
    """Who is changing the library or the index now, and what did those leave who were stopped?"""
    from documents.library import home
    from index.build import default_folder
    from index.publish import holder_of

    index = default_folder()
    work = {home() / ".lock": words.ADDING, index / ".lock": words.CHANGING}
    found = []
    for path in sorted({*home().glob("*.lock"), *home().glob("resting/*.lock"), *work}):
        if _held(path):
            who = f"（{name}）" if path.parent == index and (name := holder_of(index)) else ""
            what = work.get(path, words.OTHER_WORK)
            found.append(look(words.LOCKS, words.HELD.format(path=path, who=who, what=what), words.WAIT))
    if not _held(index / ".lock"):
        for left in sorted([*index.glob(".holder.json"), *home().glob(".index-*")]):
            found.append(look(words.LOCKS, words.STALE.format(path=left), words.REMOVE.format(path=left)))
    yield from found or [fine(words.LOCKS, words.NO_LOCKS)]


def _held(path: Path) -> bool:
    """Whether a program holds a lock now. A file that is only lying about is no lock."""
    from filelock import FileLock, Timeout

    if not path.is_file():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:  # who may not write there can only look
        return False
    lock.release()
    return False


def library() -> Iterator[Finding]:
    """Do the catalogues and their files fit, the shipped ones and the user's own? As `python -m documents check` has it."""
    from documents.errors import DocumentError
    from documents.faults import faults_of_library, faults_of_own
    from documents.library import home, shipped_catalog
    from documents.own import read_own

    try:
        mine = read_own(home())
        faults = [*faults_of_library(), *faults_of_own(mine, home())]
    except DocumentError as error:
        yield bad(words.LIBRARY, str(error).rstrip("。"), words.SEE_CHECK)
        return
    for fault in islice(faults, _SHOWN):
        rest = words.MORE.format(count=len(faults) - _SHOWN) if len(faults) > _SHOWN and fault is faults[2] else ""
        yield bad(words.LIBRARY, f"{fault.rstrip('。')}{rest}", words.SEE_CHECK)
    if not faults:
        own = len(mine.reading.documents)
        sentence = words.OWN_FINE if own else words.LIBRARY_FINE
        yield fine(words.LIBRARY, sentence.format(documents=len(shipped_catalog()) + own, own=own))


def index() -> Iterator[Finding]:
    """Is there a whole index, made by this encoder from these documents, reachable where it lies, and does it answer?"""
    from index.build import default_folder
    from index.errors import IndexNotFound, IndexRoomError
    from index.milvus import Collection, held_elsewhere
    from index.milvus_search import MilvusVectors
    from index.publish import when
    from index.search import open_index
    from index.store import read_manifest, verify

    folder = default_folder()
    try:
        manifest = read_manifest(folder)
        verify(folder, manifest)
    except IndexNotFound:
        yield bad(words.INDEX, words.NO_INDEX, words.BUILD)
        return
    except IndexRoomError as error:
        yield bad(words.INDEX, str(error).rstrip("。"), "")
        return
    facts = {"documents": manifest.documents, "provisions": manifest.provisions, "files": len(manifest.files)}
    yield fine(words.INDEX, words.INDEX_FINE.format(built=when(manifest), **facts))
    try:
        opened = open_index(folder)  # holds the encoder against the manifest
        if isinstance(opened.vectors, MilvusVectors):
            opened.vectors.reach()
    except IndexRoomError as error:
        if manifest.engine == "milvus" and held_elsewhere(Collection(manifest.uri, manifest.collection)):
            yield look(words.ENGINE, words.FILE_HELD.format(path=manifest.uri), words.FILE_HELD_LOOK)
        else:
            yield bad(words.ENGINE, str(error).rstrip("。"), "")
        return
    yield fine(
        words.ENGINE,
        words.ENGINE_FINE.format(encoder=manifest.encoder, engine=manifest.engine, rows=len(opened.vectors)),
    )
    yield _current(folder, manifest)
    yield _trial(opened)


def _current(folder: Path, manifest: Manifest) -> Finding:
    from documents.errors import DocumentError
    from index.build import is_current
    from index.milvus import Collection

    place = Collection(manifest.uri, manifest.collection).family if manifest.engine == "milvus" else None
    try:
        current = is_current([], folder, manifest.encoder, place)
    except DocumentError as error:
        return bad(words.CURRENT, str(error).rstrip("。"), words.SEE_CHECK)
    return fine(words.CURRENT, words.CURRENT_FINE) if current else bad(words.CURRENT, words.STALE_INDEX, words.BUILD)


def _trial(opened: Any) -> Finding:
    from rag import Assistant

    assistant = Assistant(opened)
    assistant.ask(words.TRIAL_QUESTION)  # reads what is read on use
    started = time.perf_counter()
    answer = assistant.ask(words.TRIAL_QUESTION)
    ms = (time.perf_counter() - started) * 1000
    if not answer.citations:
        told = words.TRIAL_BAD.format(question=words.TRIAL_QUESTION, status=answer.status)
        return look(words.TRIAL, told, words.TRIAL_LOOK)
    return fine(words.TRIAL, words.TRIAL_FINE.format(citations=len(answer.citations), ms=ms))


def database() -> Iterator[Finding]:
    """Does the database open, is it whole, and does its version fit? Nothing is written into it."""
    from sqlalchemy import create_engine, inspect, select, text
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from documents.library import home
    from ui.store.database import FILE, VARIABLE
    from ui.store.tables import VERSION, SchemaRow

    url, file = os.environ.get(VARIABLE, "").strip(), home() / FILE
    where = VARIABLE if url else str(file)
    if not url and not file.exists():
        yield fine(words.DATABASE, words.NO_STORE)
        return
    mend = words.STORE_MEND.format(where=where)
    try:
        engine = create_engine(url or f"sqlite:///{file}")
        try:
            with engine.connect() as connection:
                if engine.dialect.name == "sqlite" and (state := connection.scalar(text("PRAGMA quick_check"))) != "ok":
                    yield bad(words.DATABASE, words.STORE_DAMAGED.format(reason=str(state)[:80]), mend)
                    return
                made = inspect(connection).has_table(SchemaRow.__tablename__)
                there = connection.scalar(select(SchemaRow.version)) if made else None
        finally:
            engine.dispose()
    except (SQLAlchemyError, ArgumentError, ImportError, OSError) as error:
        yield bad(words.DATABASE, words.STORE_BROKEN.format(reason=type(error).__name__), mend)
        return
    if there is None:
        yield fine(words.DATABASE, words.NO_STORE)
    elif there != VERSION:
        told = words.STORE_VERSION.format(there=there, wanted=VERSION)
        yield bad(words.DATABASE, told, words.STORE_SAME)
    else:
        yield fine(words.DATABASE, words.STORE_FINE.format(version=there))


def model(online: bool) -> Iterator[Finding]:
    """Is a language model configured, and with `online`: does it answer there and know the name?"""
    from rag.errors import RagError
    from rag.wording import endpoint

    try:
        found = endpoint()
    except RagError:
        return  # among the variables it is said what is wrong
    if found is None:
        yield fine(words.MODEL, words.NO_MODEL)
    elif not online:
        yield fine(words.MODEL, words.MODEL_SET.format(host=found.host, model=found.model))
    else:
        yield _asked(found)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes where it was meant to go and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _asked(found: Endpoint) -> Finding:
    request = urllib.request.Request(f"{found.base_url.rstrip('/')}/models")
    if found.key:
        request.add_header("Authorization", f"Bearer {found.key}")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
            rows = json.loads(answer.read(_MOST_READ))["data"]
            there = [str(row["id"])[:60] for row in rows][:50]
    except urllib.error.HTTPError as error:
        return bad(words.MODEL, words.MODEL_FAILED.format(host=found.host, reason=error.code), words.MODEL_MEND)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
    ) as error:  # the error's own text may hold the address with its key
        kind = type(getattr(error, "reason", error)).__name__
        return bad(words.MODEL, words.MODEL_FAILED.format(host=found.host, reason=kind), words.MODEL_MEND)
    facts = {"host": found.host, "model": found.model}
    if found.model in there:
        return fine(words.MODEL, words.MODEL_FINE.format(**facts))
    told = words.MODEL_LACKS.format(there="、".join(there[:5]) or "无", **facts)
    return bad(words.MODEL, told, words.MODEL_NAME)
