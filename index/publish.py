"""Putting an index in the place of the one in use, and going back: always by replacing one file, the manifest, which is written last.

    OUT/manifest.json            the index in use, and under `before` the one before it, whose files stay until another takes its place
    OUT/g-<hex>/                 the files of each
    OUT/.collections/            the Milvus collections of each, where vectors are there (`index.ledger`)
    OUT/.lock, OUT/.holder.json  who is changing the index now; the lock ends with its process, however that ends

Replacing the manifest is one atomic rename: a reader finds the old index or the new one, never half of either.
"""

from __future__ import annotations

import errno
import json
import math
import os
import platform
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from documents.disk import told
from index.errors import EngineUnavailable, IndexBusy, IndexMismatch, IndexRoomError, NothingBefore, NotWritten
from index.ledger import beside, sweep
from index.milvus import Collection, is_there
from index.store import FORMAT, MANIFEST, Manifest, file_hash, manifest_text, read_manifest, verify

_LOCK, _HOLDER = ".lock", ".holder.json"
_PATIENCE = 0.5  # seconds: who only looks whether it is taken holds it for a moment
_TEMPORARY = ".manifest-"


@contextmanager
def turn(folder: Path, who: str) -> Iterator[None]:
    """Hold the one turn to change the index of a folder; raises IndexBusy, naming who has it, and NotWritten."""
    lock = take(folder, who)
    try:
        yield
    finally:
        release(folder, lock)


def take(folder: Path, who: str) -> FileLock:
    """Take the turn for work that ends elsewhere. Returns what `release` gives back; raises IndexBusy, naming who has it, and NotWritten."""
    lock = FileLock(folder / _LOCK, thread_local=False)
    with _written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=_PATIENCE)
        except Timeout:
            raise IndexBusy(f"{_holder(folder)}，请等它做完再试。") from None
        row = {
            "who": who,
            "process": os.getpid(),
            "since": datetime.now().strftime("%H:%M（%Y-%m-%d）"),
            "computer": platform.node(),
        }
        try:
            (folder / _HOLDER).write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        except BaseException:
            with suppress(OSError):
                (folder / _HOLDER).unlink()
            lock.release()
            raise
    return lock


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Say in a sentence where and why the folder could not be written."""
    try:
        yield
    except OSError as error:
        raise NotWritten(f"索引没有写成，原来的没有动。{told(error, folder)}") from error


def being_changed(folder: Path) -> bool:
    """Whether somebody has the turn to change the index of a folder now."""
    lock = FileLock(folder / _LOCK, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:  # who may not write there can only look
        return False
    lock.release()
    return False


def holder_of(folder: Path) -> str:
    """Who has the turn, as a name; '' where that is not written down."""
    try:
        return str(json.loads((folder / _HOLDER).read_text(encoding="utf-8"))["who"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def release(folder: Path, lock: FileLock) -> None:
    """Give the turn back."""
    try:
        (folder / _HOLDER).unlink(missing_ok=True)
    finally:
        lock.release()


def _holder(folder: Path) -> str:
    try:
        row = json.loads((folder / _HOLDER).read_text(encoding="utf-8"))
        who = f"「{row['who']}」（进程 {row['process']}）"
        return f"{who}从 {row['since']}起在电脑「{row['computer']}」上重建或换回索引"
    except (OSError, ValueError, KeyError, TypeError):
        return "有人正在重建或换回索引"


def save(folder: Path, fields: dict[str, Any], write: Callable[[Path], None]) -> Manifest:
    """Save one generation and make it the current one; who calls has the turn.

    Parameters: the index folder; the manifest's fields apart from `format`, `generation` and `files`; a function that
    writes all files into the folder it is given. Returns the manifest. What stood there before stays until the new
    generation is complete, and then as the one before.
    """
    generation = folder / f"g-{secrets.token_hex(4)}"
    with _written(folder), _nothing_left(folder, generation):
        generation.mkdir(parents=True)
        write(generation)
        paths = [path for path in sorted(generation.rglob("*")) if path.is_file()]
        _arrays_whole(paths)
        files = {path.relative_to(generation).as_posix(): file_hash(path) for path in paths}
        for path in (*paths, generation):
            _to_disk(path)
        return _install(folder, Manifest(format=FORMAT, generation=generation.name, files=files, **fields))


@contextmanager
def _nothing_left(folder: Path, generation: Path) -> Iterator[None]:
    """Take away what was begun where it came to no end, unless it is in use already: it broke off while sweeping."""
    try:
        yield
    except BaseException:
        with suppress(IndexRoomError):
            if read_manifest(folder).generation == generation.name:
                raise
        shutil.rmtree(generation, ignore_errors=True)
        with suppress(OSError):  # the first error is the one to be told
            for left in folder.glob(f"{_TEMPORARY}*"):
                left.unlink(missing_ok=True)
        raise


def _arrays_whole(paths: list[Path]) -> None:
    """Raise OSError where an array's file is shorter than its head says: numpy loses the end of a small one on a full disk unsaid."""
    for path in paths:
        if path.suffix == ".npy":
            with path.open("rb") as stream:
                try:
                    np.lib.format.read_magic(stream)
                    shape, _, kind = np.lib.format.read_array_header_1_0(stream)
                    wanted = stream.tell() + math.prod(shape) * kind.itemsize
                except ValueError:
                    wanted = sys.maxsize  # not even its head is there
            if path.stat().st_size < wanted:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def seed(folder: Path, new: Path) -> None:
    """Give a new folder the present index by hard links, so that building there need not embed again what did not change."""
    try:
        manifest = read_manifest(folder)
    except IndexRoomError:
        return  # nothing usable there: everything is built anew
    shutil.copytree(folder / manifest.generation, new / manifest.generation, copy_function=_link)
    _link(folder / MANIFEST, new / MANIFEST)
    beside(new, folder)


def promote(built: Path, folder: Path) -> Manifest:
    """Make the index in `built` the one in use in `folder` (of the same file system); the present one becomes the one before.

    Returns its manifest. Who calls has the turn.
    """
    manifest = read_manifest(built)
    with _written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / manifest.generation).exists():
            (built / manifest.generation).rename(folder / manifest.generation)
        installed = _install(folder, manifest)
    shutil.rmtree(built, ignore_errors=True)
    return installed


def previous(folder: Path) -> Manifest | None:
    """Return the manifest of the index before the present one, None where there is none whose files are still there."""
    try:
        before = read_manifest(folder).before
    except IndexRoomError:
        return None
    if before is None or before["format"] != FORMAT:
        return None
    manifest = Manifest(**before)
    return manifest if (folder / manifest.generation).is_dir() else None


def go_back(folder: Path) -> Manifest:
    """Change the present index and the one before it; who calls has the turn. Returns the manifest now in use.

    Raises NothingBefore where there is none, IndexMismatch where its files are damaged or its collection is gone, EngineUnavailable where its
    server does not answer, NotWritten; then nothing is changed.
    """
    before = previous(folder)
    if before is None:
        raise NothingBefore("没有上一个索引可以换回：重建过一次以后才有。")
    verify(folder, before)
    _verify_collection(before)
    with _written(folder):
        return _install(folder, before)


def _verify_collection(manifest: Manifest) -> None:
    place = _collection(manifest.engine, manifest.uri, manifest.collection)
    if place is None:
        return
    try:
        there = is_there(place)
    except EngineUnavailable:
        if place.is_file:  # the running page has it open, and takes over only what it can open
            return
        raise
    if not there:
        raise IndexMismatch(f"上一个索引在 milvus「{place.uri}」里的集合「{place.name}」不在了，换不回去。请重建索引。")


def _collection(engine: str, uri: str, collection: str) -> Collection | None:
    return Collection(uri, collection) if engine == "milvus" else None


def _install(folder: Path, manifest: Manifest) -> Manifest:
    """Put a manifest in place whose files are there, with the present one in it as the one before, and sweep."""
    try:
        present = read_manifest(folder)
    except IndexRoomError:
        before = None  # nothing there, or nothing that one could go back to
    else:
        same = present.generation == manifest.generation
        before = present.before if same else asdict(replace(present, before=None))
    installed = replace(manifest, before=before)
    temporary = folder / f"{_TEMPORARY}{secrets.token_hex(4)}"
    temporary.write_text(manifest_text(installed), encoding="utf-8")
    _to_disk(temporary)
    temporary.replace(folder / MANIFEST)
    _to_disk(folder)
    _sweep(folder, installed)
    return installed


def _sweep(folder: Path, installed: Manifest) -> None:
    """Take away what neither index needs, also what a killed build left."""
    needed = {installed.generation, (installed.before or {}).get("generation")}
    for old in folder.glob("g-*"):
        if old.name not in needed:
            shutil.rmtree(old, ignore_errors=True)
    for left in folder.glob(f"{_TEMPORARY}*"):
        left.unlink(missing_ok=True)
    rows = [asdict(installed), installed.before or {}]
    places = [_collection(row["engine"], row["uri"], row["collection"]) for row in rows if row]
    sweep(folder, [place for place in places if place is not None])


def when(manifest: Manifest) -> str:
    """Say when an index was built, in the time of this computer."""
    return datetime.fromisoformat(manifest.built).astimezone().strftime("%Y-%m-%d %H:%M")


def _link(source: str | Path, target: str | Path) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:  # a file system without links
        shutil.copy2(source, target)


def _to_disk(path: Path) -> None:
    """Have a file's or folder's content on the disk before what names it."""
    if path.is_dir() and os.name == "nt":
        return  # folders cannot be opened there
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
