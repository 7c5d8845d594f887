"""The threads that answer: few, for they share one interpreter, and with a bounded queue before them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

# More threads than cores only take turns; what waits is told to come back rather than kept for many seconds.
THREADS, WAITING = 2, 128
WORDING_THREADS = 8

T = TypeVar("T")


class Full(Exception):
    """As many requests wait as may wait."""


class Pool:
    """`threads` that work in order, with at most `waiting` requests before them."""

    def __init__(self, threads: int = THREADS, waiting: int = WAITING) -> None:
        self._executor = ThreadPoolExecutor(threads, "niangjia-answer")
        self._free = threading.Semaphore(threads + waiting)
        self._taken = 0
        self._counting = threading.Lock()

    def submit(self, work: Callable[..., T], *given: Any) -> Future[T]:
        """Let a thread do some work in its turn. Returns the future result; raises Full where too many wait."""
        if not self._free.acquire(blocking=False):
            raise Full
        self._count(1)
        try:
            future = self._executor.submit(work, *given)
        except BaseException:
            self._give_back()
            raise
        future.add_done_callback(lambda _: self._give_back())
        return future

    @property
    def taken(self) -> int:
        """How many requests are being worked on or wait."""
        return self._taken

    def _give_back(self) -> None:
        self._count(-1)
        self._free.release()

    def _count(self, change: int) -> None:
        with self._counting:
            self._taken += change
