"""The WeChat example of docs/connect.md against a real HTTP API over the shipped library: signature, XML, 2048 bytes, nothing logged."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag import Assistant
from ui.api import add_api
from ui.limits import RateLimit
from ui.live import Live

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "wechat.py"
TOKEN = "一个令牌"


@pytest.fixture(scope="module")
def wechat() -> ModuleType:
    spec = importlib.util.spec_from_file_location("wechat_example", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def api(assistant: Assistant) -> Iterator[str]:
    """The API at an address: a small server of this test hands each request to the application."""
    app = FastAPI()
    add_api(app, Live(assistant), RateLimit(1000, 1000))
    with TestClient(app) as client:

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = client.post(self.path, content=body, headers={"content-type": self.headers["Content-Type"]})
                self.send_response(answer.status_code)
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, *_: object) -> None:
                return

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}"
            server.shutdown()


@pytest.fixture(scope="module")
def account(api: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The example as a process: its address and its log."""
    log = tmp_path_factory.mktemp("wechat") / "log"
    environment = os.environ | {"WECHAT_TOKEN": TOKEN, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(EXAMPLE), "--port", "0", "--api", api, "--page", "https://union.example/"]
    with log.open("w") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        end = time.monotonic() + 20
        while not (found := re.search(r"http://\S+/", log.read_text(encoding="utf-8"))) and time.monotonic() < end:
            time.sleep(0.05)
        assert found, log.read_text(encoding="utf-8")
        yield found[0], log
        process.terminate()


def query(token: str = TOKEN, age: int = 0, **more: str) -> str:
    stamp = str(int(time.time()) - age)
    signature = hashlib.sha1("".join(sorted((token, stamp, "n1"))).encode()).hexdigest()
    return urlencode({"signature": signature, "timestamp": stamp, "nonce": "n1", **more})


def call(address: str, body: bytes | None = None) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body), timeout=10) as answer:
            return answer.status, answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8")


def message(text: str, kind: str = "text") -> bytes:
    return (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>oOpenId42</FromUserName><CreateTime>1</CreateTime>"
        f"<MsgType>{kind}</MsgType><Content>{escape(text)}</Content><MsgId>1</MsgId></xml>"
    ).encode()


def test_the_address_is_verified(account: tuple[str, Path]) -> None:
    address, _ = account
    assert call(f"{address}?{query(echostr='回声')}") == (200, "回声")
    assert call(f"{address}?{query('错的', echostr='x')}")[0] == 403
    assert call(f"{address}?{query(age=3600, echostr='x')}")[0] == 403
    assert call(address)[0] == 403


def test_a_question_is_answered_in_time_within_2048_bytes(account: tuple[str, Path]) -> None:
    address, log = account
    started = time.monotonic()
    status, body = call(f"{address}?{query()}", message("我在河南，产假多少天？<b>&"))
    assert status == 200
    assert time.monotonic() - started < 5
    fields = {child.tag: child.text or "" for child in ElementTree.fromstring(body)}
    assert (fields["ToUserName"], fields["FromUserName"]) == ("oOpenId42", "gh_1")
    assert "188" in fields["Content"]
    assert "不构成法律意见" in fields["Content"]
    assert fields["Content"].endswith("https://union.example/")
    assert len(fields["Content"].encode()) <= 2048
    kept = log.read_text(encoding="utf-8")
    assert "oOpenId42" not in kept
    assert "河南" not in kept


def test_what_is_no_message_is_refused(account: tuple[str, Path]) -> None:
    address, _ = account
    assert call(f"{address}?{query('错的')}", message("产假"))[0] == 403
    assert call(f"{address}?{query()}", b"<xml><a>")[0] == 400
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>'
    assert call(f"{address}?{query()}", bomb)[0] == 400
    assert "看得懂文字" in call(f"{address}?{query()}", message("", "image"))[1]
    assert "娘家人" in call(f"{address}?{query()}", message("", "event"))[1]


def test_a_long_answer_keeps_its_notes_and_link(wechat: ModuleType) -> None:
    row = {"conclusion": "产" * 2000, "steps": ["打12351"], "notes": ["不构成法律意见"]}
    text = wechat.reply_text(row, "https://union.example/")
    assert len(text.encode()) <= wechat.LONGEST_REPLY
    assert "……" in text
    assert text.endswith("不构成法律意见。\n\n依据和全文：https://union.example/")


def test_without_the_api_she_gets_the_numbers(wechat: ModuleType) -> None:
    said = wechat.answer({"MsgType": "text", "Content": "产假"}, "http://127.0.0.1:9", "")
    assert "110" in said
    assert "12351" in said


def test_the_guides_name_what_there_is() -> None:
    guide = (ROOT / "docs" / "connect.md").read_text(encoding="utf-8") + (ROOT / "docs" / "api.md").read_text(encoding="utf-8")  # fmt: skip
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", guide):
        assert (ROOT / "docs" / target).exists(), target
