"""The real server before strangers: raw requests that no client library would send, many that never end, uploads, what a stop leaves."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.strangers.test_left_behind import ASKED, PLAIN, SECRETS, found
from tests.ui.serving import Server, serving
from tests.ui.signing import session

pytestmark = pytest.mark.slow  # a server of its own takes seconds to start
MARKER = "第四十六号柜里的原件"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory, library_index: Path) -> Path:
    folder = tmp_path_factory.mktemp("strangers")
    shutil.copytree(library_index, folder / "home" / "index")
    return folder


@pytest.fixture(scope="module")
def running(scratch: Path) -> Iterator[Server]:
    with serving(scratch / "home", scratch) as server:
        yield server


def port(server: Server) -> int:
    return int(server.address.rstrip("/").rpartition(":")[2])


def raw(server: Server, sent: bytes) -> bytes:
    """Send bytes and return the beginning of what comes back."""
    with socket.create_connection(("127.0.0.1", port(server)), timeout=20) as line:
        with suppress(ConnectionError):  # it may hang up before all is sent
            line.sendall(sent)
            return line.recv(4096)
        return b""


@pytest.mark.parametrize(
    ("head", "fine"),
    [
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", False),
        ("GET / HTTP/1.1\r\nHost: evil.example\r\nHost: 127.0.0.1\r\n\r\n", False),
        ("GET / HTTP/1.0\r\n\r\n", False),
        ("GET / HTTP/1.1\r\n\r\n", False),
        ("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", False),
        ("GET http://127.0.0.1/admin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", False),
        ("GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", False),
        ("GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", False),
        ("GET /static/..%2f..%2f..%2fetc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", False),
        ("GET //admin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", False),
        ("GET /%61dmin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", False),
        ("GET /gradio_api%2ffile=/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", False),
        ("GET /gradio_api/file%3d/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", False),
        (
            "POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            False,
        ),
        ("POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde", False),
        ("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + "a" * 3_000_000 + "\r\n\r\n", False),
        ("\x16\x03\x01\x02\x00 not http\r\n\r\n", False),
        ("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", True),
    ],
)
def test_raw_requests_open_no_door(running: Server, head: str, fine: bool) -> None:
    came = raw(running, head.encode("latin-1"))
    status = re.match(rb"HTTP/1\.1 (\d+)", came)
    assert (status is not None and status[1] == b"200") is fine, came[:200]
    assert b"root:" not in came


def test_a_socket_of_another_kind_is_not_opened(running: Server) -> None:
    """No page of ours uses web sockets, which would pass the guard by."""
    head = "GET /gradio_api/queue/join HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"  # fmt: skip
    assert b" 101 " not in raw(running, head.encode())[:20]


def test_requests_that_never_end_keep_nobody_waiting(running: Server) -> None:
    """Three hundred half requests (head, body, length without body): others are answered meanwhile."""
    begun = (
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
        b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{",
        b"POST /signin HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\na",
    )
    lines = []
    try:
        for number in range(300):
            line = socket.create_connection(("127.0.0.1", port(running)), timeout=10)
            line.sendall(begun[number % 3])
            lines.append(line)
        started = time.monotonic()
        assert b" 200 " in raw(running, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")[:20]
        assert time.monotonic() - started < 5
    finally:
        for line in lines:
            line.close()


def posted(server: Server, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port(server), timeout=60)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    said = answer.status, answer.read()
    connection.close()
    return said


def test_what_is_asked_and_uploaded_is_gone_with_the_server(scratch: Path, library_index: Path) -> None:
    """Also by a request of its own that says it is a page: the words are in no file while the server runs, the upload in none after."""
    own = scratch / "own"
    shutil.copytree(library_index, own / "home" / "index")
    with serving(own / "home", own) as server:
        body = json.dumps({"question": ASKED}).encode()
        assert posted(server, "/api/ask", body, {"content-type": "application/json"})[0] == 200
        assert found(own, *SECRETS, PLAIN) == []
        origin = "http://" + urlsplit(server.address).netloc
        form = (
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="../../a.txt"\r\n\r\n'
            + MARKER.encode()
            + b"\r\n--x--\r\n"
        )
        headers = {"content-type": "multipart/form-data; boundary=x", "origin": origin}
        assert posted(server, "/gradio_api/upload", form, headers)[0] == 401
        signed = headers | {"cookie": f"niangjia_session={session(own / 'home')}"}
        status, said = posted(server, "/gradio_api/upload", form, signed)
        assert status == 200, said
        held = found(own, MARKER)
        assert held
        assert all("niangjia-uploads-" in str(path) for _, path in held)
        assert posted(server, "/gradio_api/upload", form, signed | {"origin": "http://evil.example"})[0] == 403
    assert found(own, MARKER) == []
    assert not list((own / "tmp").glob("niangjia-*"))
    assert not [secret for secret in SECRETS if secret in server.log.read_text(encoding="utf-8")]
