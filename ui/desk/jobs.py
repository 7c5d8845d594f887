"""Work that takes seconds: one job an account in whatever process, few at once, and what went wrong as a sentence for whoever asked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from documents.errors import DocumentError
from index.errors import IndexRoomError
from rag.errors import RagError
from ui.desk import words
from ui.errors import StoreFault, UiError
from ui.logs import where
from ui.store.jobs import DESK, JobStore, Kind, State, Taken, TooMany

MOST = 5  # jobs that are done or wait for their turn
AT_ONCE = 1  # questions of the chat want the other core
Found = TypeVar("Found")
_log = logging.getLogger("niangjia.ui")


class Engaged(UiError):
    """The account has a job under way, or too many wait; the message says so."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is nothing: a sentence for whoever asked."""

    text: str


class Jobs:
    """Lets each account have one job, and few jobs run at a time.

    Parameters: where jobs are written down, so that other processes count them (None: nowhere); how many of this process run
    at once; how many are done or wait for their turn, in all processes together.
    """

    def __init__(self, store: JobStore | None = None, at_once: int = AT_ONCE, most: int = MOST) -> None:
        self._store = store
        self._most = most
        self._turns = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._working: set[str] = set()

    @contextmanager
    def _one(self, account: str) -> Iterator[None]:
        """Hold the account's one job in this process. Raises Engaged at once where it has one, or too many wait."""
        with self._lock:
            if account in self._working:
                raise Engaged(words.BUSY)
            if len(self._working) >= self._most:
                raise Engaged(words.FULL)
            self._working.add(account)
        try:
            yield
        finally:
            with self._lock:
                self._working.discard(account)

    def attempt(
        self,
        account: str,
        work: Callable[[], Found],
        kind: Kind | None = None,
        said: Callable[[Found], str] = lambda _: "",
    ) -> Found | Fault:
        """Do an account's work. Returns what it gives, or why there is nothing.

        Parameters: the account's name; the work; its kind for what is written down (None: nothing is, a moment's work); a
        sentence on what came of it that may be kept: no topic, no file's name.
        """
        try:
            with self._one(account):
                return self._noted(account, work, kind, said)
        except (RagError, DocumentError, IndexRoomError, UiError) as error:
            return Fault(str(error))
        except Exception as error:  # she gets a sentence and keeps what she typed; the log gets no word of hers
            _log.error("the desk failed: %s", where(error))
            return Fault(words.FAILED)

    def _noted(self, account: str, work: Callable[[], Found], kind: Kind | None, said: Callable[[Found], str]) -> Found:
        """Do the work in its turn; while it waits and runs, other processes know of it."""
        store = self._store
        if store is None or kind is None:
            with self._turns:
                return work()
        try:
            job = store.begin(kind, account, among=DESK, most=self._most)
        except Taken:
            raise Engaged(words.BUSY) from None
        except TooMany:
            raise Engaged(words.FULL) from None
        state, told = State.FAILED, ""
        try:
            with self._turns:
                found = work()
            state, told = State.DONE, said(found)
            return found
        finally:
            store.end(job, state, told)

    def broken_off(self, account: str) -> str:
        """Say that the account's last job was broken off, where it was; '' else."""
        try:
            last = self._store.last(DESK, account) if self._store else None
        except StoreFault as error:
            return str(error)
        return words.BROKEN_OFF.format(what=words.KINDS[last.kind]) if last and last.state is State.LOST else ""
