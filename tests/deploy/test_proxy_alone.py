"""nginx with the configuration of deploy/ and nobody behind it: what it writes down, where it leads, what it lets through."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.deploy.servers import NGINX, NO_NGINX, ROOT, free_port, nginx

pytestmark = pytest.mark.skipif(not NGINX or not shutil.which("openssl"), reason=NO_NGINX)
DOMAIN = "ask.example.org"
MARKER, TOKEN = "ouyangxiaoyan", "T0KENabcdef"
HEARTBEAT = "openconversation7"


class Noting(BaseHTTPRequestHandler):
    """Stands behind the proxy: notes what arrives, and answers with a long text."""

    protocol_version = "HTTP/1.1"
    heads: ClassVar[list[str]] = []
    bodies: ClassVar[list[bytes]] = []

    def answer(self) -> None:
        Noting.heads.append(f"{self.requestline}\n{self.headers}")
        Noting.bodies.append(self.rfile.read(int(self.headers.get("content-length", 0))))
        said = b"x" * (3_000_000 if "long" in self.path else 10)
        self.send_response(200)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = answer

    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True)
class Proxy:
    """A running proxy: the folder with its logs, its https port, its plain port."""

    folder: Path
    port: int
    plain: int

    def raw(self, sent: bytes) -> bytes:
        """Send bytes over TLS and return all that comes back."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        came = b""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=5) as line,
            context.wrap_socket(line) as secure,
            suppress(OSError),
        ):
            secure.sendall(sent)
            while piece := secure.recv(65536):
                came += piece
        return came

    def get(self, path: str, head: str = "", body: bytes = b"") -> bytes:
        method = "POST" if body else "GET"
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        start = f"{method} {path} HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\n{length}{head}\r\n"
        return self.raw(start.encode("latin-1") + body)

    def written(self) -> str:
        """All that nginx wrote, to its logs and elsewhere below its folder."""
        kept = [path for path in self.folder.rglob("*") if path.is_file() and path.suffix not in (".pem", ".conf")]
        return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in kept)


@pytest.fixture(scope="module")
def behind() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, behind: int) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    with nginx(folder, DOMAIN, (behind, behind)) as port:
        text = (folder / "nginx.conf").read_text(encoding="utf-8")
        plain = re.search(r"listen 127\.0\.0\.1:(\d+);", text)
        assert plain
        yield Proxy(folder, port, int(plain[1]))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """One behind which nobody answers, so that every request fails."""
    folder = tmp_path_factory.mktemp("alone")
    with nginx(folder, DOMAIN, (free_port(), free_port())) as port:
        yield Proxy(folder, port, 0)


PRIVATE = (
    f"/?q={MARKER}", f"/signin?setup={TOKEN}", f"/gradio_api/heartbeat/{HEARTBEAT}", f"/doc/{MARKER}", f"/api/documents?title={MARKER}",
    f"/api/documents/{MARKER}", f"/{MARKER}", f"/gradio_api/queue/data?session_hash={HEARTBEAT}", f"/desk/made/{TOKEN}", f"/library?{MARKER}",
    f"/library/{MARKER}", f"/doc/%0d%0a{MARKER}", f"/\x1b[2J{MARKER}",
)  # fmt: skip


def test_no_log_of_the_proxy_has_a_word_or_an_address(proxy: Proxy, alone: Proxy) -> None:
    """Neither where all goes well, nor where nobody answers, nor where somebody comes too often or sends nonsense."""
    for one in (proxy, alone):
        for path in PRIVATE:
            one.get(path)
        often = f"POST /api/ask HTTP/1.1\r\nHost: {DOMAIN}\r\nContent-Length: 2\r\nX-Said: {MARKER}\r\n\r\n{{}}" * 40
        one.raw(often.encode() + b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        one.raw(f"GET /{MARKER} HTTP/9.9\r\nHost: {MARKER}\r\n\r\n".encode())
        one.raw(f"GET /?q={MARKER}{'x' * 40_000} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        one.get(f"/signin?setup={TOKEN}", body=b"x" * 700_000)
        time.sleep(0.2)
        said = one.written()
        assert said.count("\n") > 50
        for word in (MARKER, TOKEN, HEARTBEAT, "127.0.0.1"):
            assert word not in said, [row for row in said.splitlines() if word in row][:3]
    assert re.search(r" GET /doc/ 200 ", proxy.written())
    assert re.search(r" POST /api/ask 429 ", proxy.written())


def test_a_question_and_a_contract_pass_by_the_disk(proxy: Proxy) -> None:
    """Watched by what lies in its folders while it works; its own are deleted files, so the configuration is held too."""
    big = b'{"question": "' + MARKER.encode() + b"x" * 400_000 + b'"}'
    for path in ("/gradio_api/queue/join", "/api/ask", "/gradio_api/upload"):
        proxy.get(path, body=big)
    assert max(map(len, Noting.bodies)) == len(big)
    assert len(proxy.get("/desk/made/long")) > 3_000_000
    said = proxy.written()
    assert "temporary file" not in said
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert "proxy_max_temp_file_size 0;" in text
    sizes = {
        name: int(re.findall(rf"{name} (\d+)k;", text)[0])
        for name in ("client_body_buffer_size", "client_max_body_size")
    }
    assert sizes["client_body_buffer_size"] >= sizes["client_max_body_size"]
    assert re.search(r"queue/join \{[^}]*client_max_body_size 4m;\s+client_body_buffer_size 4m;", text)
    assert re.search(r"gradio_api/upload \{[^}]*proxy_request_buffering off;", text)


def test_the_plain_port_leads_nowhere_else(proxy: Proxy) -> None:
    for host in ("evil.example", f"{DOMAIN}.evil.example", DOMAIN, "evil.example:80"):
        with socket.create_connection(("127.0.0.1", proxy.plain), timeout=5) as line:
            line.sendall(f"GET /a?b HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert f"Location: https://{DOMAIN}/a?b".encode() in line.recv(4096)


@pytest.mark.parametrize(
    "sent",
    [
        "POST /api/ask HTTP/1.1\r\nHost: {d}\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        "POST /api/ask HTTP/1.1\r\nHost: {d}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: {d}\r\n\r\n",
        "POST /api/ask HTTP/1.1\r\nHost: {d}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: {d}\r\n\r\n",
        "POST /api/ask HTTP/1.1\r\nHost: {d}\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: {d}\r\n\r\n",
        "POST /api/ask HTTP/1.1\r\nHost: {d}\r\nContent-Length : 44\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: {d}\r\n\r\n",
        "POST /api/ask HTTP/1.1\r\nHost: {d}\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: {d}\r\n\r\n",
        "GET /api/regions HTTP/1.1\r\nHost: {d}\r\nContent-Length: 44\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: {d}\r\nX: y\r\n\r\n",
        "GET /api/regions HTTP/1.1\r\nHost: {d}\r\nX-A: b\nGET /smuggled HTTP/1.1\r\nHost: {d}\r\n\r\n",
        "GET /api/regions HTTP/1.1\r\nHost: {d}\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n",
    ],
)
def test_nothing_is_smuggled_through(proxy: Proxy, sent: str) -> None:
    Noting.heads.clear()
    came = proxy.raw(
        sent.replace("{d}", DOMAIN).replace("\r\nHost", "\r\nConnection: close\r\nHost", 1).encode("latin-1")
    )
    assert not [head for head in Noting.heads if head.startswith("GET /smuggled")]
    assert b" 101 " not in came
    assert not [head for head in Noting.heads if "upgrade" in head.lower().partition("\n")[2]]


def test_what_a_visitor_says_of_herself_is_thrown_away(proxy: Proxy) -> None:
    Noting.heads.clear()
    proxy.get("/healthz", "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Host: evil.example\r\nForwarded: for=9.9.9.9\r\nX-Request-ID: aaaaaaaa\r\nX-Forwarded-Proto: http\r\n")  # fmt: skip
    (head,) = Noting.heads
    assert "9.9.9.9" not in head
    assert "evil.example" not in head
    assert "aaaaaaaa" not in head
    assert re.search(r"(?i)x-forwarded-for: 127\.0\.0\.1", head)


def test_metrics_stay_inside_however_they_are_asked_for(proxy: Proxy) -> None:
    Noting.heads.clear()
    for path in ("/metrics", "//metrics", "/./metrics", "/a/../metrics", "/%6detrics", "/metrics?x", "/metrics/."):
        proxy.get(path)
    assert not [head for head in Noting.heads if re.match(r"GET /metrics[ ?]", head)]


def test_slow_heads_and_many_lines_are_ended() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout", "limit_conn"):
        assert re.search(rf"^\s+{name} .*\d+", text, re.MULTILINE), name


def test_the_configuration_is_one(proxy: Proxy) -> None:
    done = subprocess.run([NGINX, "-t", "-p", str(proxy.folder), "-c", str(proxy.folder / "nginx.conf")], capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr
