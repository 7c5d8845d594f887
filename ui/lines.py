"""Connections: who begins a request and does not go on is hung up on, and no address holds more than its share.

Imported only where the server runs: uvicorn is heavy, and has no such limits of its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from ui.limits import is_loopback, visitor

HEAD, BODY = 20.0, 30.0  # seconds until a head is whole, and between two pieces of a body
MOST_OF_ONE = 256  # connections of one address; a page holds two or three, and a factory may share one


class Line(H11Protocol):
    """One connection."""

    open: ClassVar[Counter[str]] = Counter()  # of each visitor; a proxy on this computer speaks for many

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._late: asyncio.TimerHandle | None = None
        address = self.client[0] if self.client else ""
        self._of = "" if is_loopback(address) else visitor(address)
        if self._of:
            Line.open[self._of] += 1
            if Line.open[self._of] > MOST_OF_ONE:
                transport.abort()
                return
        self._wait(HEAD)

    def data_received(self, data: bytes) -> None:
        """Read on; a head has one time for all of it, a body a new one for each piece."""
        heading = self.conn.their_state is h11.IDLE and self._late is not None
        super().data_received(data)
        if not (heading and self.conn.their_state is h11.IDLE):
            self._wait(self._time(HEAD))

    def on_response_complete(self) -> None:
        """Leave an idle line to uvicorn's own time."""
        super().on_response_complete()
        self._wait(self._time(0))

    def _time(self, heading: float) -> float:
        """How long the rest of what is being sent may take, 0 where nothing is to come; `heading`: where a head is."""
        if self.conn.their_state is h11.SEND_BODY:
            return BODY
        return heading if self.conn.their_state is h11.IDLE else 0

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it out."""
        self._wait(0)
        if self._of:
            Line.open[self._of] -= 1
            if not Line.open[self._of]:
                del Line.open[self._of]
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        """Hang up after so many seconds; 0: wait no more."""
        if self._late is not None:
            self._late.cancel()
        self._late = self.loop.call_later(seconds, self._hang_up) if seconds else None

    def _hang_up(self) -> None:
        reading: Any = self.flow
        if reading.read_paused:  # it is we who do not read
            self._wait(BODY)
        else:
            self.transport.abort()
