"""The log: what an event may carry, what never gets into it, and the numbers of requests."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import logging
import re
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag import Assistant
from rag.wording.endpoint import API_KEY, BASE_URL, MODEL
from tests.ui.load import Chatting, Waited
from tests.ui.serving import serving
from ui import logs
from ui.api import add_api
from ui.ask.chat import Chat
from ui.errors import BadSetting
from ui.limits import RateLimit
from ui.live import Live
from ui.signin import SESSION


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Everything logged from debug on, as it would go to stderr; what the process had is put back."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    before = (root.handlers[:], root.level, logging.getLogger("niangjia").level)
    stream = io.StringIO()
    logs.set_up(stream, {"NIANGJIA_LOG": "debug"})
    yield stream
    logging.captureWarnings(False)
    logging.raiseExceptions = True
    root.handlers[:], sys.excepthook, threading.excepthook = before[0], *hooks
    root.setLevel(before[1])
    logging.getLogger("niangjia").setLevel(before[2])


def rows(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_line_of_json(out: io.StringIO) -> None:
    with logs.request("ab12cd34"):
        logs.event("answer", via="api", status="answered", ms=1.5, stages={"verify": 0.5})
    logs.event("later")
    first, second = rows(out)
    assert list(first) == ["time", "level", "event", "request_id", "via", "ms", "stages", "status"]
    assert (first["event"], first["request_id"], first["stages"]) == ("answer", "ab12cd34", {"verify": 0.5})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+\.\d{3}\+00:00", first["time"])
    assert "request_id" not in second


def test_a_field_that_is_not_named_is_not_written(out: io.StringIO) -> None:
    logs.event("answer", question="marker", ms=1.0)  # type: ignore[call-arg]
    assert "marker" not in out.getvalue()


def test_of_others_only_the_template_is_written(out: io.StringIO) -> None:
    other = logging.getLogger("httpx")
    other.debug("sent %s to %s", "marker", "somebody")
    other.warning(f"{'marker'} was sent")
    try:
        raise ValueError("marker")
    except ValueError:
        other.exception("it broke: marker")
    told = rows(out)
    assert "sent %s to %s" in told[0]["event"]
    assert [row["event"].split()[0] for row in told] == ["httpx"] * 3
    assert re.fullmatch(r"ValueError test_\w+ \(tests/ui/test_logs\.py:\d+\)", told[2]["error"])
    assert "marker" not in out.getvalue()


def test_what_nobody_catches_has_no_words(out: io.StringIO) -> None:
    def broken() -> None:
        raise ValueError("marker")

    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("marker"), None)
    assert [row["event"] for row in rows(out)] == ["uncaught", "uncaught"]
    assert "broken" in rows(out)[0]["error"]
    assert "marker" not in out.getvalue()


def test_gradio_prints_no_traceback(out: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    from gradio import queueing, routes

    before = queueing.traceback
    logs.quiet_gradio()
    try:
        for module in (queueing, routes):
            try:
                raise ValueError("marker")
            except ValueError:
                module.traceback.print_exc()  # as Gradio itself does
    finally:
        for module in (queueing, routes):
            vars(module)["traceback"] = before
    told = [row for row in rows(out) if row["event"] == "page_fault"]
    assert [row["error"].split()[0] for row in told] == ["ValueError"] * 2
    assert "marker" not in out.getvalue() + "".join(capsys.readouterr())


def test_a_record_that_cannot_be_written_is_not_printed(out: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("niangjia.ui").error("%d", "marker")
    assert "marker" not in out.getvalue() + "".join(capsys.readouterr())


def test_levels(out: io.StringIO) -> None:
    logs.set_up(out, {"NIANGJIA_LOG": "Warning"})
    logs.event("quiet")
    logs.event("loud", logging.WARNING)
    assert [row["event"] for row in rows(out)] == ["loud"]
    with pytest.raises(BadSetting, match="debug、info"):
        logs.set_up(out, {"NIANGJIA_LOG": "marker"})


def test_in_a_terminal_it_is_a_short_line(out: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "isatty", lambda: True)
    logs.set_up(out, {})
    logs.event("answer", logging.ERROR, via="page", stages={"verify": 0.5})
    assert re.fullmatch(r"[\d:]{8} ERROR answer via=page stages=verify:0\.5\n", out.getvalue())


def test_a_client_is_known_for_a_day_and_never_by_address() -> None:
    first = logs.client_of_day("203.0.113.7")
    assert first == logs.client_of_day("203.0.113.7") != logs.client_of_day("203.0.113.8")
    assert re.fullmatch(r"[0-9a-f]{12}", first)


@pytest.fixture
def asking(assistant: Assistant) -> Iterator[tuple[TestClient, TestClient]]:
    """The API as it is, and behind a proxy."""
    made = []
    for trusted in (False, True):
        app = FastAPI()
        add_api(app, Live(assistant), RateLimit(1000, 1000), trusted=trusted)
        made.append(TestClient(app, client=("127.0.0.1", 50000)))
    with made[0] as plain, made[1] as proxied:
        yield plain, proxied


def test_one_number_goes_through_request_answer_and_problem(
    asking: tuple[TestClient, TestClient], out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, _ = asking
    number = plain.post("/api/ask", json={"question": "产假多少天？"}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{8}", number)
    told = [row for row in rows(out) if row.get("request_id") == number]
    assert [row["event"] for row in told] == ["answer", "request"]
    answer, request = told
    assert {"retrieve", "compose", "verify"} <= set(answer["stages"])
    assert (answer["via"], answer["length"], answer["status"]) == ("api", 6, "clarify")
    assert answer["citations"] > 0
    assert len(answer["index"]) == 16
    assert (request["route"], request["code"]) == ("/api/ask", 200)
    wrong = plain.post("/api/ask", json={})
    assert wrong.json()["request_id"] == wrong.headers["x-request-id"] != number
    monkeypatch.setattr(Assistant, "ask", lambda *_: 1 / 0)
    broken = plain.post("/api/ask", json={"question": "产假"}, headers={"accept": "text/event-stream"})
    (row,) = [row for row in rows(out) if row["event"] == "answer" and row["status"] == "fault"]
    assert row["request_id"] == broken.headers["x-request-id"]
    assert f'"request_id": "{row["request_id"]}"' in broken.text
    assert row["error"].startswith("ZeroDivisionError")


def test_a_number_from_outside_is_taken_only_from_a_proxy_and_only_as_a_number(
    asking: tuple[TestClient, TestClient],
) -> None:
    plain, proxied = asking

    def given(client: TestClient, number: str) -> str:
        return client.get("/api/regions", headers={"x-request-id": number}).headers["x-request-id"]

    assert given(proxied, "from-the-proxy.1") == "from-the-proxy.1"
    assert given(plain, "from-the-proxy.1") != "from-the-proxy.1"
    for odd in ("short", "x" * 65, "a b c d e f g", 'quote"quote"', "2026\t0000"):
        assert re.fullmatch(r"[0-9a-f]{8}", given(proxied, odd))


# What she writes, in pieces that stand nowhere else.
MARKERS = {
    "name": "赵小燕marker",
    "phone": "13912345678",
    "question": "坏问题marker产假",
    "region": "火星marker",
    "document": "秘密文件marker",
    "account": "王marker芳",
    "password": "password-marker-1",
    "cookie": "cookie-marker-2",
    "link": "link-marker-3",
    "key": "key-marker-4",
    "number": "number-marker-5",
    "query": "query-marker-6",
}


def test_no_word_of_a_question_gets_into_the_log(
    asking: tuple[TestClient, TestClient], assistant: Assistant, out: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As below, without a server: the API and the chat, whose assistant repeats the question in its error."""
    chatting = Chat(Live(assistant))
    asked = f"我叫{MARKERS['name']}，电话{MARKERS['phone']}，我在河南，产假多少天？"
    asking[0].post("/api/ask", json={"question": asked})
    chatting.ask((), asked)

    def broken(self: Assistant, asked: str, *_: object) -> None:
        raise RuntimeError(f"cannot read {asked}")

    monkeypatch.setattr(Assistant, "ask", broken)
    asking[0].post("/api/ask", json={"question": asked})
    fault = chatting.ask((), asked)[-1].fault
    told = [row for row in rows(out) if row["event"] == "answer"]
    assert [(row["via"], row["status"]) for row in told] == [
        ("api", "answered"), ("page", "answered"), ("api", "fault"), ("page", "fault"),
    ]  # fmt: skip
    assert f"请把编号 {told[3]['request_id']} 告诉管理员" in fault
    for marker in (*MARKERS.values(), "河南", "产假"):
        assert marker not in out.getvalue()


@pytest.mark.slow
def test_no_word_of_anybody_gets_into_the_log(
    tmp_path: Path, server_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that anybody can send, on every way in, with the most talkative log, and an assistant whose errors repeat the question."""
    monkeypatch.setenv("NIANGJIA_LOG", "debug")
    monkeypatch.setenv(BASE_URL, "http://127.0.0.1:9/v1")
    monkeypatch.setenv(MODEL, "some-model")
    monkeypatch.setenv(API_KEY, MARKERS["key"])
    monkeypatch.setenv("NIANGJIA_TEST_NOTES", str(tmp_path / "notes"))
    with serving(server_home / "home", tmp_path, "tests.ui.ask.odd") as server:
        port = int(server.address.rstrip("/").rpartition(":")[2])
        say(port)
        asyncio.run(chat(server.address.rstrip("/")))
        link = re.search(r"setup=([\w-]+)", server.log.read_text(encoding="utf-8"))
        if link is not None:  # printed once for whoever started the server; using it must not write it again
            send(port, "GET", f"/signin?setup={link[1]}")
    told = server.log.read_text(encoding="utf-8")
    for kind, marker in MARKERS.items():
        assert marker not in told, kind
        assert urllib.parse.quote(marker) not in told, kind
        assert json.dumps(marker).strip('"') not in told, kind
    assert "marker" not in told
    assert "127.0.0.1:5" not in told  # a client's address
    assert link is None or told.count(link[1]) == 1
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    events = [row["event"] for row in lines]
    assert {"answer", "request", "sign_in_failed"} <= set(events)
    statuses = {(row["via"], row["status"]) for row in lines if row["event"] == "answer"}
    assert statuses >= {("api", "fault"), ("page", "fault"), ("api", "answered"), ("page", "answered")}
    assert any("RuntimeError ask (" in row.get("error", "") for row in lines)
    assert any(row["event"] == "wording" for row in lines)
    assert any(row["level"] == "debug" for row in lines)


def say(port: int) -> None:
    """Send markers over the API and the sign-in."""
    asked = f"我叫{MARKERS['name']}，电话{MARKERS['phone']}，我在河南，产假多少天？"
    for body in (
        {"question": MARKERS["question"]},
        {"question": asked, "history": [MARKERS["name"]]},
        {"question": asked, "model": True, "agreed": True},
        {"question": asked, "region": MARKERS["region"]},
        {"question": asked, "as_of": MARKERS["query"][:10]},
        {"question": asked, MARKERS["query"]: 1},
    ):
        send(port, "POST", "/api/ask", json.dumps(body).encode(), {"content-type": "application/json"})
        headers = {"content-type": "application/json", "accept": "text/event-stream", "x-request-id": MARKERS["number"]}
        send(port, "POST", "/api/ask", json.dumps(body).encode(), headers)
    send(port, "POST", "/api/ask", MARKERS["question"].encode(), {"content-type": "application/json"})
    document = urllib.parse.quote(MARKERS["document"])
    for path in (f"/api/documents/{document}", f"/doc/{document}", f"/{document}", f"/signin?setup={MARKERS['link']}"):
        send(port, "GET", f"{path}{'&' if '?' in path else '?'}q={MARKERS['query']}", b"", {"cookie": f"{SESSION}={MARKERS['cookie']}"})  # fmt: skip
    page, cookie = send(port, "GET", "/signin")
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    fields |= {"name": MARKERS["account"], "password": MARKERS["password"]}
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "origin": f"http://127.0.0.1:{port}",
        "cookie": cookie.split(";")[0],
    }
    send(port, "POST", "/signin", urllib.parse.urlencode(fields).encode(), headers)


def send(
    port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[str, str]:
    """Send a request. Returns the body of the answer and the cookie that it sets."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return text, answer.getheader("set-cookie", "") or ""


async def chat(address: str) -> None:
    """Ask markers on the page, and send its queue what is no question."""
    import aiohttp

    async with aiohttp.ClientSession(address) as session:
        async with session.get("/config") as config:
            chatting = Chatting(await config.json())
        for number, asked in enumerate((f"我叫{MARKERS['name']}，在河南，产假多少天？", MARKERS["question"])):
            await chatting.ask(session, f"person{number}", asked, Waited())
        body = {
            "data": [MARKERS["question"]],
            "fn_index": chatting.call,
            "session_hash": "person9",
            "trigger_id": chatting.trigger,
        }
        await (await session.post("/gradio_api/queue/join", json=body)).read()
        await asyncio.sleep(1)
