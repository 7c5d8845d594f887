"""What every request of the API passes: the limit on its body, and the counting."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from ui import logs
from ui.api import words
from ui.api.problems import JSON, problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.api.running import Metrics

MOST_BYTES = 64 * 1024
_PREFIX = "/api/"
_NUMBER = b"x-request-id"


class Gate:
    """Reads a body whole before anything else, up to its limit, whether it says its length or comes in chunks; numbers and counts.

    `trusted` is whether a proxy stands before this server, whose number of a request (X-Request-ID) is then taken.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, trusted: bool = False) -> None:
        self.app = app
        self.metrics = metrics
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX):
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(_NUMBER, b"").decode("latin-1") if self.trusted else ""
        with logs.request(logs.new_request(given)) as number:
            await self._numbered(scope, receive, send, number)

    async def _numbered(self, scope: Scope, receive: Receive, send: Send, number: str) -> None:
        started, status = time.perf_counter(), 500

        async def counting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (_NUMBER, number.encode("ascii"))]}
            await send(message)

        try:
            replay = await _whole(scope, receive)
            if replay is None:
                await _too_big(counting)
            else:
                await self.app(scope, replay, counting)
        finally:
            route = getattr(scope.get("route"), "path", "other")  # the pattern, never what somebody typed
            seconds = time.perf_counter() - started
            self.metrics.requests.labels(route, str(status)).inc()
            self.metrics.latency.labels(route).observe(seconds)
            logs.event("request", route=route, code=status, ms=round(seconds * 1000, 1))


async def _whole(scope: Scope, receive: Receive) -> Receive | None:
    """Read the body. Returns what plays it again, None where it is too big."""
    said = dict(scope["headers"]).get(b"content-length", b"0")
    if not said.isdigit() or int(said) > MOST_BYTES:
        return None
    messages: list[Message] = []
    size = 0
    while not messages or messages[-1].get("more_body"):
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            return None
        messages.append(message)

    async def replay() -> Message:
        return messages.pop(0) if messages else await receive()

    return replay


async def _too_big(send: Send) -> None:
    body = json.dumps(problem(413, words.TOO_BIG.format(limit=MOST_BYTES)), ensure_ascii=False).encode()
    headers = [(b"content-type", JSON.encode()), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]  # fmt: skip
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
