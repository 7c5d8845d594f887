"""The command and the server as a process: messages, exit codes, headers, closed routes, memory."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.ui.serving import ROOT, Server
from ui import words
from ui.errors import AddressTaken
from ui.headers import JOIN, Guard
from ui.limits import RateLimit
from ui.server import is_loopback, listen


def command(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NIANGJIA_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "ui", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def get(server: Server, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    port = int(server.address.rstrip("/").rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_help_is_chinese_and_does_not_import_gradio(tmp_path: Path) -> None:
    started = time.monotonic()
    done = command("--help", home=tmp_path)
    assert done.returncode == 0
    assert "在本机打开问答页面" in done.stdout
    assert time.monotonic() - started < 8
    code = "import sys, ui; sys.exit('gradio' in sys.modules or 'fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = command("--port", str(taken.getsockname()[1]), home=tmp_path)
    assert done.returncode == 2
    assert re.fullmatch(r"端口 \d+ 已经被别的程序占用。换一个端口再试，例如：python -m ui --port \d+\n", done.stderr)
    assert not done.stdout


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("192.0.2.1", 0), ("no such host", 0)])
def test_an_address_that_cannot_be_is_one_sentence(host: str, port: int) -> None:
    with pytest.raises(AddressTaken, match="不能在"):
        listen(host, port)


@pytest.mark.parametrize(("host", "own"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False)])
def test_loopback_is_known(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_it_answers_and_listens_only_here(server: Server) -> None:
    assert server.address.startswith("http://127.0.0.1:")
    status, headers, body = get(server, "/healthz")
    assert (status, body) == (200, "ok")
    assert "default-src 'self'" in headers["content-security-policy"]


def test_the_page_is_chinese_and_names_no_other_host(server: Server) -> None:
    status, headers, body = get(server, "/", **{"accept-encoding": "gzip, br"})
    assert status == 200
    assert 'lang="zh-CN"' in body
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert not re.search(r'(?:src|href|content)="(?:https?:)?//', body)


@pytest.mark.parametrize(
    "path", ["/docs", "/openapi.json", "/gradio_api/file=/etc/passwd", "/gradio_api/upload", "/monitoring", "/login"]
)
def test_other_doors_are_closed(server: Server, path: str) -> None:
    assert get(server, path)[0] in (401, 404, 405)


def test_another_host_name_is_refused(server: Server) -> None:
    assert get(server, "/", host="evil.example")[0] == 421


def test_no_two_pages_style_one_name() -> None:
    """All style sheets are on every page: a name that two of them style looks wrong on one of both."""
    sheets: dict[str, list[str]] = {}
    for path in (ROOT / "ui/frame.css", *(ROOT / "ui").glob("*/*.css")):
        rules = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for name in set(re.findall(r"[.#]nj-[\w-]+", " ".join(re.findall(r"([^{}]+)\{", rules)))):
            sheets.setdefault(name, []).append(path.parent.name)
    assert {name for name, of in sheets.items() if len(of) > 1} == {".nj-tags"}  # the one way to show what a text is


def test_every_style_sheet_is_served(server: Server) -> None:
    """Gradio's start page carries ours; each package's own begins with what only it has."""
    page = get(server, "/config")[2] + get(server, "/")[2]
    for part in ("#nj-ask", "#nj-tabs", "#nj-bench", "#nj-desk", "#nj-admin", ".nj-headbar", "@keyframes nj-rise"):
        assert part in page, part


def test_one_address_cannot_ask_the_page_without_end() -> None:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    told: list[str] = []
    guard = Guard(inner, limit=RateLimit(0.01, 2), told=told.append)
    client = TestClient(guard, base_url="http://127.0.0.1")
    assert [client.post(JOIN).status_code for _ in range(2)] == [200, 200]
    late = client.post(JOIN)
    assert late.status_code == 429
    assert 95 <= int(late.headers["retry-after"]) <= 100
    assert late.json() == {"detail": words.TOO_FAST}  # Gradio's page shows `detail`
    assert told == ["rate"]
    assert client.get("/").status_code == 200  # reading goes on


def test_a_full_queue_says_when_to_come_back() -> None:
    async def full(scope: Any, receive: Any, send: Any) -> None:  # as Gradio says it
        await send({"type": "http.response.start", "status": 503, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"detail": "Queue is full. Max size is 128"}'})

    told: list[str] = []
    late = TestClient(Guard(full, told=told.append), base_url="http://127.0.0.1").post(JOIN)
    assert (late.status_code, late.headers["retry-after"], late.json()) == (429, "5", {"detail": words.BUSY})
    assert told == ["busy"]
