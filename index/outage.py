"""A server that holds vectors may be away: who asks then is told at once, and one at a time tries whether it is back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import EngineAway

REST = 2.0  # seconds between two tries
LONGEST_TRY = 30.0  # seconds after which another may try though the last has not come back


class Outage:
    """Remembers that a server was away, so that a crowd of questions does not wait for it one timeout each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = ""
        self._until = 0.0

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Let a call through; raises EngineAway at once where the last call found the server away and it is not yet time to try again."""
        with self._lock:
            if self._said and time.monotonic() < self._until:
                raise EngineAway(self._said)
            if self._said:  # this call tries; the others need not wait for it
                self._until = time.monotonic() + LONGEST_TRY
        said = ""
        try:
            yield
        except EngineAway as error:
            said = str(error)
            raise
        finally:
            with self._lock:
                self._said, self._until = said, time.monotonic() + REST
