"""Lesson packs on the disk, HOME/lessons/DATE-TOPIC-HEX: made, listed, held against the library of now, packed, deleted."""

from __future__ import annotations

import io
import json
import re
import secrets
import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from documents.disk import reason
from documents.errors import DocumentError
from documents.library import home
from documents.resting import record
from rag.desk.errors import UnreadablePack
from rag.desk.lesson import Changed, Lesson, check_pack, write_pack
from rag.desk.lesson.check import What
from rag.desk.lesson.pack import FILE, HANDOUT, NOTES, PAPER, SLIDES, UNFINISHED
from rag.desk.lesson.read import Pack, read_pack
from ui.desk import words
from ui.errors import UiError
from ui.live import Edition

FILES = {"lecture": PAPER, "slides": SLIDES, "handout": HANDOUT, "notes": NOTES}
_ID = re.compile(r"-([0-9a-f]{12})$")
_LONGEST = 24


class NoPack(UiError):
    """A pack is not there any more, or cannot be deleted; the message says so."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A pack as it stands on the shelf; `fault` says why it cannot be read, and then only its folder's name is known."""

    id: str
    folder: Path
    topic: str
    place: str = ""
    minutes: int = 0
    audience: str = ""
    made: str = ""
    digest: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What changed since a pack was made; `fault` where it cannot be told."""

    changes: tuple[Changed, ...] = ()
    fault: str = ""


def folder() -> Path:
    """Where the packs are."""
    return home() / "lessons"


def put(lesson: Lesson) -> Standing:
    """Write a lesson on the shelf. Raises DeskError where it cannot be written."""
    topic = re.sub(r"\W+", "_", lesson.wish.topic).strip("_")[:_LONGEST] or "_"
    path = folder() / f"{lesson.made.isoformat()}-{topic}-{secrets.token_hex(6)}"
    write_pack(lesson, path)
    return _standing(path)


def standing() -> list[Standing]:
    """All packs, the newest first."""
    return sorted(
        (_standing(path) for path in _folders()), key=lambda s: (s.made, s.folder.stat().st_mtime), reverse=True
    )


def one(id: str) -> Standing:
    """A pack by its id. Raises NoPack where there is none."""
    for path in _folders():
        if _id(path) == id:
            return _standing(path)
    raise NoPack(words.NO_PACK)


def pack_of(found: Standing) -> tuple[Pack, list[tuple[str, int]]]:
    """A pack as it was written, and its outline: titles and minutes. Raises UnreadablePack."""
    pack = read_pack(found.folder)
    rows = json.loads((found.folder / FILE).read_text(encoding="utf-8")).get("outline")
    told = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return pack, [(str(row.get("title", "")), _whole(row.get("minutes"))) for row in told]


def delete(found: Standing) -> None:
    """Take a pack off the shelf. Raises NoPack where that cannot be done."""
    gone = found.folder.with_name(f"{UNFINISHED}{secrets.token_hex(4)}")  # swept where this is killed
    try:
        found.folder.rename(gone)  # at one stroke: half a pack never stands on the shelf
    except OSError as error:
        raise NoPack(words.NOT_DELETED.format(reason=reason(error))) from error
    shutil.rmtree(gone, ignore_errors=True)
    with suppress(OSError, DocumentError):  # what is gone is left out there in any case (`documents.resting.rests`)
        record(home(), "lessons", str(found.folder.resolve()), ())


def download(found: Standing, what: str) -> tuple[str, bytes] | None:
    """A file of a pack, or all of them as a zip: its name and bytes; None where it is not there."""
    if what == "all":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in (*FILES.values(), FILE):
                if (found.folder / name).is_file():
                    packed.write(found.folder / name, name)
        return words.ZIP_NAME, out.getvalue()
    path = found.folder / FILES[what]
    return (dict(words.FILES)[what], path.read_bytes()) if path.is_file() else None


class States:
    """Remembers what changed since each pack was made, for one library and one day."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str, date], State] = {}

    def known(self, edition: Edition, found: Standing) -> State | None:
        """What is known without looking: a pack of today and of this very library has not changed."""
        digest, today = edition.index.manifest.corpus_digest, date.today()
        if found.fault:
            return State(fault=found.fault)
        if found.digest == digest and found.made == today.isoformat():
            return State()
        return self._known.get((found.id, digest, today))

    def look(self, edition: Edition, found: Standing) -> State:
        """Hold a pack against the library in service; one at a time."""
        with self._lock:
            if (known := self.known(edition, found)) is not None:
                return known
            try:
                changes = check_pack(edition.assistant, found.folder, date.today())
                state = State(tuple(c for c in changes if c.what is not What.LIBRARY))
            except UnreadablePack as error:
                state = State(fault=str(error))
            self._known[found.id, edition.index.manifest.corpus_digest, date.today()] = state
            return state


def _folders() -> Iterator[Path]:
    if folder().is_dir():
        yield from (path for path in folder().iterdir() if _id(path) and path.is_dir() and not path.is_symlink())


def _id(path: Path) -> str:
    found = _ID.search(path.name)
    return found[1] if found and not path.name.startswith(".") else ""


def _standing(path: Path) -> Standing:
    try:
        pack = read_pack(path)
    except UnreadablePack:
        return Standing(_id(path), path, path.name, fault=words.UNREADABLE)
    raw = json.loads((path / FILE).read_text(encoding="utf-8"))
    place = "、".join(region.name for region in pack.regions) or "全国"
    made, digest = pack.made.isoformat(), pack.library_digest
    audience = str(raw.get("audience", ""))[:60]
    return Standing(_id(path), path, pack.topic, place, _whole(raw.get("minutes")), audience, made, digest)


def _whole(value: object) -> int:
    return value if type(value) is int else 0


states = States()
