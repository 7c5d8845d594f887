"""Connections that are begun and left, held by the hundred, or fed a sign at a time, against the server's own protocol."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn

from ui import lines
from ui.lines import Line

WHOLE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
BODY = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Read a body to its end, then answer with its length."""
    length, more = 0, scope["type"] == "http"
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"read {length}".encode()})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(lines, "HEAD", 0.6)
    monkeypatch.setattr(lines, "BODY", 0.6)
    server = uvicorn.Server(uvicorn.Config(app, http=Line, lifespan="off", log_config=None, timeout_keep_alive=75))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    end = time.monotonic() + 10
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    yield int(listener.getsockname()[1])
    server.should_exit = True
    thread.join(10)
    listener.close()


def begun(port: int, said: bytes = b"") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    line.sendall(said)
    return line


def held_for(line: socket.socket, piece: bytes = b"", every: float = 0.2) -> float:
    """How many seconds a line stays open, while a piece is sent every so often; 5 where it outlasts us."""
    began = time.monotonic()
    line.settimeout(every)
    with suppress(ConnectionError):
        while time.monotonic() - began < 5:
            with suppress(TimeoutError):
                if not line.recv(4096):
                    break
                continue
            line.sendall(piece)
    line.close()
    return time.monotonic() - began


@pytest.mark.parametrize(("said", "piece"), [(b"", b""), (b"GET", b""), (b"GET / HTTP/1.1\r\n", b"X-A: b\r\n"), (b"", b"G"), (BODY, b""), (BODY + b"abc", b"")])  # fmt: skip
def test_who_begins_and_does_not_go_on_is_hung_up_on(port: int, said: bytes, piece: bytes) -> None:
    assert held_for(begun(port, said), piece) < 3


def test_a_body_that_comes_slowly_but_comes_is_read(port: int) -> None:
    line = begun(port, BODY)
    for _ in range(9):
        time.sleep(0.15)
        line.sendall(b"a")
    got = line.recv(4096)
    while b"read 9" not in got:
        got += line.recv(4096)
    line.close()


@pytest.mark.slow
def test_an_idle_line_may_ask_again(port: int) -> None:
    line = begun(port, WHOLE)
    for _ in range(3):
        got = b""
        while b"read 0" not in got:
            got += line.recv(4096)
        time.sleep(0.9)  # longer than a head may take
        line.sendall(WHOLE)
    line.close()


def test_a_second_head_has_its_time_too(port: int) -> None:
    line = begun(port, WHOLE + b"GET / HT")
    assert b"200" in line.recv(4096)
    assert held_for(line, b"T") < 3


def test_one_address_holds_its_share_only(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_OF_ONE", 5)
    monkeypatch.setattr(lines, "is_loopback", lambda address: False)  # as if we stood elsewhere
    held = [begun(port, WHOLE) for _ in range(9)]
    answered = 0
    for line in held:
        with suppress(ConnectionError):
            answered += b"200" in line.recv(4096)
    assert answered == 5
    for line in held:
        line.close()
    end = time.monotonic() + 5
    while Line.open and time.monotonic() < end:
        time.sleep(0.05)
    assert not Line.open
    again = begun(port, WHOLE)
    assert b"200" in again.recv(4096)
    again.close()


def test_a_proxy_here_speaks_for_many(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_OF_ONE", 2)
    held = [begun(port, WHOLE) for _ in range(6)]
    assert all(b"200" in line.recv(4096) for line in held)
    for line in held:
        line.close()
