"""Work that takes seconds: one job an account, few at once, and what went wrong as a sentence for whoever asked."""

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
from ui.errors import UiError
from ui.logs import where

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
    """Lets each account have one job, and few jobs run at a time."""

    def __init__(self, at_once: int = AT_ONCE, most: int = MOST) -> None:
        self._most = most
        self._turns = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._working: set[str] = set()

    @contextmanager
    def one(self, account: str) -> Iterator[None]:
        """Hold the account's one job while something is done. Raises Engaged at once where it has one, or too many wait."""
        with self._lock:
            if account in self._working:
                raise Engaged(words.BUSY)
            if len(self._working) >= self._most:
                raise Engaged(words.FULL)
            self._working.add(account)
        try:
            with self._turns:
                yield
        finally:
            with self._lock:
                self._working.discard(account)

    def attempt(self, account: str, work: Callable[[], Found]) -> Found | Fault:
        """Do an account's work. Returns what it gives, or why there is nothing."""
        try:
            with self.one(account):
                return work()
        except (RagError, DocumentError, IndexRoomError, UiError) as error:
            return Fault(str(error))
        except Exception as error:  # she gets a sentence and keeps what she typed; the log gets no word of hers
            _log.error("the desk failed: %s", where(error))
            return Fault(words.FAILED)


jobs = Jobs()  # of this computer, whatever is in service
