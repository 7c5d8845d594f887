"""Rebuild the index as a process of its own and publish it; the old one answers until the new one is open."""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from documents.errors import DocumentError
from index.encoder import SHIPPED
from index.errors import IndexRoomError
from index.milvus import Collection
from index.publish import go_back, promote, release, seed, take, when
from index.search import open_index
from index.store import Manifest, read_manifest
from rag import Assistant
from ui.admin import words
from ui.errors import NotPublished, UiError
from ui.live import Live
from ui.logs import where

_LEFT_OUT = (0, 1)  # exit codes of `index build`: done, done with something left out
_LAST_LINES = 12
_log = logging.getLogger("niangjia.ui")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is: `part` from 0 to 1; `fault` says why it failed, `done` what came of it, `notes` what was left out."""

    running: bool = False
    holder: str = ""
    phase: str = ""
    part: float = 0.0
    done: str = ""
    fault: str = ""
    notes: tuple[str, ...] = ()


class Rebuild:
    """The one rebuild of an index folder: started from the page, it goes on when the page is closed."""

    def __init__(self, live: Live, folder: Path) -> None:
        self._live = live
        self._folder = folder
        self._progress = Progress()
        self._lock: FileLock

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return self._progress

    def start(self, account: str) -> None:
        """Begin a rebuild. Raises IndexBusy, which names who is at it, NotPublished for an index that this page does not build."""
        self._lock = take(self._folder, account)
        try:
            encoder = self._encoder()
            self._progress = Progress(True, account, words.PHASES[0][1], 0.02)
            threading.Thread(target=self._guarded, args=(lambda: self._rebuild(encoder),), daemon=True).start()
        except BaseException:
            release(self._folder, self._lock)
            raise

    def go_back(self, account: str) -> None:
        """Put the index before the present one in service. Raises IndexBusy, NothingBefore, and the errors of the index room."""
        self._lock = take(self._folder, account)
        self._progress = Progress(True, account, words.GOING_BACK, 0.5)
        self._guarded(self._return)

    def _guarded(self, work: Callable[[], Progress]) -> None:
        """Do the work, and leave the old index in service and a sentence behind where it fails."""
        try:
            self._progress = work()
        except (UiError, IndexRoomError, DocumentError) as error:
            self._progress = Progress(fault=words.FAILED.format(reason=error))
        except OSError as error:
            self._progress = Progress(fault=words.FAILED.format(reason=words.NO_WRITE.format(reason=error.strerror)))
        except Exception as error:  # the page must not wait for ever; the log says what it was
            _log.error("a rebuild broke: %s", where(error))
            self._progress = Progress(fault=words.FAILED.format(reason=type(error).__name__))
        finally:
            release(self._folder, self._lock)

    def _encoder(self) -> str:
        """The encoder of the present index. Raises NotPublished where the page cannot build such an index."""
        try:
            manifest = read_manifest(self._folder)
        except IndexRoomError:
            return SHIPPED
        place = _place(manifest)
        if place is not None and place.is_file:
            raise NotPublished(words.OTHER_ENGINE.format(uri=place.uri, collection=place.name))
        return manifest.encoder

    def _rebuild(self, encoder: str) -> Progress:
        for left in self._folder.parent.glob(".index-*"):  # of a server that was stopped while building
            shutil.rmtree(left, ignore_errors=True)
        new = self._folder.parent / f".index-{secrets.token_hex(4)}"
        try:
            seed(self._folder, new)
            notes = self._build(new, encoder)
            self._progress = replace(self._progress, phase=words.OPENING, part=0.92)
            assistant = self._open(new)
            manifest = promote(new, self._folder)
            assistant.index.folder = self._folder
            self._live.publish(assistant)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return Progress(done=_said(words.PUBLISHED, manifest), notes=notes)

    def _build(self, new: Path, encoder: str) -> tuple[str, ...]:
        """Run `python -m index build` into a folder. Returns what it left out; raises NotPublished with its own reason."""
        command = [sys.executable, "-m", "index", "build", "--out", str(new), "--encoder", encoder, *self._engine()]
        environment = os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            encoding="utf-8",
            errors="replace",
        ) as process:
            atexit.register(process.kill)
            try:
                lines = list(self._watched(process))
                code = process.wait()
            finally:
                process.kill()
                atexit.unregister(process.kill)
        rest = tuple(line for line in lines if not line.startswith(tuple(word for word, _, _ in words.PHASES)))
        if code not in _LEFT_OUT:
            raise NotPublished("\n".join(rest[-_LAST_LINES:]) or words.BROKE_OFF)
        return tuple(line for line in rest if not line.startswith(words.BUILT)) if code else ()

    def _engine(self) -> tuple[str, ...]:
        """Where the present index has its vectors, as the command takes it: the new one's go there too."""
        try:
            place = _place(read_manifest(self._folder))
        except IndexRoomError:
            return ()
        return () if place is None else ("--engine", "milvus", "--uri", place.uri, "--collection", place.name)

    def _watched(self, process: subprocess.Popen[str]) -> Iterator[str]:
        for line in process.stdout or ():
            for word, phase, part in words.PHASES:
                if line.startswith(word):
                    self._progress = replace(self._progress, phase=phase, part=part)
            if line.strip():
                yield line.strip()

    def _open(self, folder: Path) -> Assistant:
        """Open an index and ask it one question, so that what is broken shows before it is in service."""
        assistant = type(self._live.edition.assistant)(open_index(folder))
        assistant.ask(words.TRIAL)
        return assistant

    def _return(self) -> Progress:
        manifest = go_back(self._folder)
        try:
            assistant = self._open(self._folder)
        except BaseException:
            go_back(self._folder)
            raise
        self._live.publish(assistant)
        return Progress(done=_said(words.WENT_BACK, manifest))


def _place(manifest: Manifest) -> Collection | None:
    """The collection that was asked for when an index was built; None where its vectors are not in Milvus."""
    return Collection(manifest.uri, manifest.collection).family if manifest.engine == "milvus" else None


def _said(sentence: str, manifest: Manifest) -> str:
    return sentence.format(built=when(manifest), documents=manifest.documents, provisions=manifest.provisions)
