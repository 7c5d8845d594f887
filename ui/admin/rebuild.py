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
from datetime import datetime
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
from ui.errors import NotPublished, StoreFault, UiError
from ui.live import Live
from ui.logs import where
from ui.store.jobs import INDEX, Job, Kind, State

_LEFT_OUT = (0, 1)  # exit codes of `index build`: done, done with something left out
_LAST_LINES = 12
_AFTER_ANSWERS = 10  # as `nice`: who asks now comes before the next index
_log = logging.getLogger("niangjia.ui")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is: `part` from 0 to 1; `fault` says why it failed, `done` what came of it, `notes` what was left out.

    `kept` is what is written down of `done` for everybody's eyes: how much was left out, not which files ('': `done` itself).
    """

    running: bool = False
    holder: str = ""
    phase: str = ""
    part: float = 0.0
    done: str = ""
    fault: str = ""
    notes: tuple[str, ...] = ()
    kept: str = ""


class Rebuild:
    """The one rebuild of an index folder: started from the page, it goes on when the page is closed.

    It is written down for other processes and for after a restart; the words of files (what was left out, a fault of one) stay here.
    """

    def __init__(self, live: Live, folder: Path) -> None:
        self._live = live
        self._folder = folder
        self._jobs = live.jobs
        self._job = 0  # the number of the last one that began here
        self._progress = Progress()
        self._lock: FileLock

    @property
    def progress(self) -> Progress:
        """How far the present one is, or what came of the last, in whatever process; nothing is looked up while one runs here."""
        if self._jobs is None or self._progress.running:
            return self._progress
        try:
            last = self._jobs.last(INDEX)
        except StoreFault as error:
            return self._progress if self._job else Progress(fault=str(error))
        return self._progress if last is None or last.id == self._job else _read(last)

    def start(self, account: str) -> None:
        """Begin a rebuild. Raises IndexBusy, which names who is at it, NotPublished for an index that this page does not build."""
        self._lock = take(self._folder, account)
        try:
            encoder = self._encoder()
            self._begin(Kind.REBUILD, account, words.PHASES[0][1], 0.02)
            threading.Thread(target=self._guarded, args=(lambda: self._rebuild(encoder),), daemon=True).start()
        except BaseException:
            release(self._folder, self._lock)
            raise

    def go_back(self, account: str) -> None:
        """Put the index before the present one in service. Raises IndexBusy, NothingBefore, and the errors of the index room."""
        self._lock = take(self._folder, account)
        try:
            self._begin(Kind.BACK, account, words.GOING_BACK, 0.5)
        except BaseException:
            release(self._folder, self._lock)
            raise
        self._guarded(self._return)

    def _begin(self, kind: Kind, account: str, phase: str, part: float) -> None:
        if self._jobs is not None:
            self._job = self._jobs.begin(kind, account, phase, part)
        self._progress = Progress(True, account, phase, part)

    def _at(self, phase: str, part: float) -> None:
        self._progress = replace(self._progress, phase=phase, part=part)
        if self._jobs is not None:
            self._jobs.at(self._job, phase, part)

    def _guarded(self, work: Callable[[], Progress]) -> None:
        """Do the work, and leave the old index in service and a sentence behind where it fails."""
        told = ""
        try:
            self._progress = work()
            told = self._progress.kept or self._progress.done
        except (UiError, IndexRoomError, DocumentError) as error:
            self._progress = Progress(fault=words.FAILED.format(reason=error))
        except OSError as error:
            told = words.FAILED.format(reason=words.NO_WRITE.format(reason=error.strerror))
            self._progress = Progress(fault=told)
        except Exception as error:  # the page must not wait for ever; the log says what it was
            _log.error("a rebuild broke: %s", where(error))
            self._progress = Progress(fault=words.FAILED.format(reason=type(error).__name__))
        finally:
            try:
                if self._jobs is not None:
                    state = State.DONE if self._progress.done else State.FAILED
                    self._jobs.end(self._job, state, told or words.FAILED_BRIEF)
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
            self._at(words.OPENING, 0.92)
            assistant = self._open(new)
            manifest = promote(new, self._folder)
            assistant.index.folder = self._folder
            self._live.publish(assistant)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        more = words.LEFT_OUT_COUNT.format(count=len(notes)) if notes else ""
        return Progress(done=_said(words.PUBLISHED, manifest), notes=notes, kept=_said(words.REBUILT, manifest) + more)

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
            if sys.platform != "win32":
                os.setpriority(os.PRIO_PROCESS, process.pid, _AFTER_ANSWERS)
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
                    self._at(phase, part)
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


def _read(job: Job) -> Progress:
    """What is written down of a job that runs or ran elsewhere."""
    if job.state is State.RUNNING:
        return Progress(True, job.account or words.SOMEBODY, job.phase, job.part)
    began = day_and_time(job.began)
    if job.state is State.LOST:
        sure = job.kind == Kind.REBUILD and job.phase != words.OPENING  # nothing was put in place before that
        return Progress(
            fault=(words.LOST if sure else words.LOST_AT_THE_END).format(began=began, what=words.JOBS[job.kind])
        )
    told = words.THEN.format(began=began, said=job.said)
    return Progress(done=told) if job.state is State.DONE else Progress(fault=told)


def day_and_time(seconds: int) -> str:
    """A time, in the time of this computer."""
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def _place(manifest: Manifest) -> Collection | None:
    """The collection that was asked for when an index was built; None where its vectors are not in Milvus."""
    return Collection(manifest.uri, manifest.collection).family if manifest.engine == "milvus" else None


def _said(sentence: str, manifest: Manifest) -> str:
    return sentence.format(built=when(manifest), documents=manifest.documents, provisions=manifest.provisions)
