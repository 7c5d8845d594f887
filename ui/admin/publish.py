"""Put a newly built index in the place of the one in use, and go back: always by replacing one file, the manifest.

    HOME/index/manifest.json            the index in use
    HOME/index/manifest.previous.json   the one before it; its files stay until another takes its place
    HOME/index/g-<hex>/                 the files of each

`python -m index build` writes the same folder and keeps no index before it: then there is nothing to go back to.
"""

from __future__ import annotations

import json
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexRoomError
from index.store import FORMAT, MANIFEST, Manifest, read_manifest, verify
from ui.admin import words
from ui.errors import Busy, NotPublished

PREVIOUS = "manifest.previous.json"
_LOCK, _HOLDER = ".publish.lock", ".publish.json"


def take(folder: Path, who: str) -> FileLock:
    """Take the one turn to change the index of a folder. Returns what `release` gives back; raises Busy, naming who has it."""
    place = folder.parent
    place.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place / _LOCK, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Busy(words.BUSY.format(who=_holder(place))) from None
    row = {"who": who, "since": datetime.now().strftime("%H:%M")}
    (place / _HOLDER).write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    return lock


def being_changed(folder: Path) -> bool:
    """Whether somebody has the turn to change the index of a folder now."""
    lock = FileLock(folder.parent / _LOCK, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:  # who may not write there can only look
        return False
    lock.release()
    return False


def release(folder: Path, lock: FileLock) -> None:
    """Give the turn back."""
    (folder.parent / _HOLDER).unlink(missing_ok=True)
    lock.release()


def holder_of(place: Path) -> str:
    """Who has the turn, as a name; '' where that is not written down."""
    try:
        return str(json.loads((place / _HOLDER).read_text(encoding="utf-8"))["who"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _holder(place: Path) -> str:
    try:
        row = json.loads((place / _HOLDER).read_text(encoding="utf-8"))
        return words.HOLDER.format(who=row["who"], since=row["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return words.SOMEBODY


def seed(folder: Path, new: Path) -> None:
    """Give a new folder the present index by hard links, so that building there need not embed again what did not change."""
    try:
        manifest = read_manifest(folder)
    except IndexRoomError:
        return  # nothing usable there: everything is built anew
    shutil.copytree(folder / manifest.generation, new / manifest.generation, copy_function=_link)
    _link(folder / MANIFEST, new / MANIFEST)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:  # a file system without links
        shutil.copy2(source, target)


def promote(built: Path, folder: Path) -> Manifest:
    """Make the index in `built` the one in use in `folder` (of the same file system); the present one becomes the one before.

    Returns its manifest. Whoever reads the folder finds the old index or the new one, whole.
    """
    manifest = read_manifest(built)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / manifest.generation).exists():
        (built / manifest.generation).rename(folder / manifest.generation)
    if (folder / MANIFEST).is_file():
        _copy(folder / MANIFEST, folder / PREVIOUS)
    (built / MANIFEST).replace(folder / MANIFEST)
    before = previous(folder)
    for old in folder.glob("g-*"):
        if old.name not in (manifest.generation, before.generation if before else ""):
            shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(built, ignore_errors=True)
    return manifest


def previous(folder: Path) -> Manifest | None:
    """Return the manifest of the index before the present one, None where there is none whose files are still there."""
    try:
        manifest = Manifest(**json.loads((folder / PREVIOUS).read_text(encoding="utf-8")))
        present = read_manifest(folder).generation
    except (OSError, ValueError, TypeError, IndexRoomError):
        return None
    usable = manifest.format == FORMAT and manifest.engine == "faiss" and manifest.generation != present
    return manifest if usable and (folder / manifest.generation).is_dir() else None


def go_back(folder: Path) -> Manifest:
    """Change the present index and the one before it. Returns the manifest now in use.

    Raises NotPublished where there is none before, IndexMismatch where its files are damaged; then nothing is changed.
    """
    before = previous(folder)
    if before is None:
        raise NotPublished(words.NOTHING_BEFORE)
    verify(folder, before)
    present = _copy(folder / MANIFEST, folder / f".manifest-{secrets.token_hex(4)}")
    (folder / PREVIOUS).replace(folder / MANIFEST)
    present.replace(folder / PREVIOUS)
    return before


def when(manifest: Manifest) -> str:
    """Say when an index was built, in the time of this computer."""
    return datetime.fromisoformat(manifest.built).astimezone().strftime("%Y-%m-%d %H:%M")


def _copy(source: Path, target: Path) -> Path:
    """Copy a file whole or not at all."""
    temporary = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    shutil.copyfile(source, temporary)
    return temporary.replace(target)
