"""Requests that no page of ours sends: host names, forged addresses, bombs in JSON, odd ids, headers put into answers."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ui.api.guard import MOST_BYTES
from ui.headers import Guard
from ui.limits import RateLimit, visitor
from ui.server import LOOPBACK

JSON = {"content-type": "application/json"}
ODD = (
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cwindows", "%00", "a%00b", "%0d%0aset-cookie:%20a=1",
    "%ff%fe", "%ed%a0%80", "%e2%80%ae%E6%96%87", "<script>alert(1)</script>", "%22%3E%3Cimg src=x onerror=alert(1)%3E", "a" * 6000,
    "%F0%9F%98%80", "e%CC%81", "{{7*7}}", "${jndi:ldap://x}", "' or 1=1 --", "%25252e", "~root", "C:%5c", "file:///etc/passwd", "/", "//evil.example",
)  # fmt: skip


@pytest.mark.parametrize(
    ("host", "fine"),
    [
        ("127.0.0.1", True), ("127.0.0.1:7860", True), ("LOCALHOST:7860", True), ("[::1]:7860", True), ("evil.example", False),
        ("127.0.0.1.evil.example", False), ("localhost.evil.example:7860", False), ("127.0.0.1@evil.example", False),
        ("evil.example:80@127.0.0.1", False), ("localhost.", False), ("", False), ("127.0.0.1:80:80", False), ("127.0.0.1 ", True),
        ("0.0.0.0", False), ("127.1", False), ("2130706433", False), ("169.254.169.254", False),
    ],
)  # fmt: skip
def test_a_name_that_leads_here_is_not_our_name(client: TestClient, host: str, fine: bool) -> None:
    """A page of another site whose name was turned to this computer (DNS rebinding) still says that site's name."""
    assert client.get("/healthz", headers={"host": host.strip()}).status_code == (200 if fine else 421)
    asked = client.post("/api/ask", json={"question": "产假几天"}, headers={"host": host.strip()})
    assert asked.status_code == (200 if fine else 421)


def test_no_other_header_names_the_host(client: TestClient) -> None:
    named = {
        "x-forwarded-host": "evil.example",
        "forwarded": "host=evil.example",
        "x-original-url": "/admin",
        "x-rewrite-url": "/admin",
    }
    page = client.get("/signin", headers=named)
    assert page.status_code == 200
    assert "evil.example" not in page.text
    assert client.get("/admin", headers=named).headers["location"] == "/signin?next=/admin"


async def told(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str((scope["client"] or [""])[0]).encode()})


def test_an_address_is_not_what_a_visitor_says_it_is() -> None:
    """Without --proxy nobody reads X-Forwarded-For; with it only the last address counts, which the proxy itself wrote."""
    limited = TestClient(Guard(told, limit=RateLimit(0.01, 2)), "http://127.0.0.1", client=("10.0.0.8", 5))
    codes = [limited.post("/gradio_api/queue/join", headers={"x-forwarded-for": f"9.9.9.{n}", "x-real-ip": f"9.9.9.{n}"}).status_code for n in range(4)]  # fmt: skip
    assert codes == [200, 200, 429, 429]
    behind = ProxyHeadersMiddleware(told, trusted_hosts="127.0.0.1,::1")
    proxy = TestClient(behind, "http://127.0.0.1", client=("127.0.0.1", 5))
    assert proxy.get("/", headers={"x-forwarded-for": "9.9.9.9, 10.0.0.8"}).text == "10.0.0.8"
    stranger = TestClient(behind, "http://127.0.0.1", client=("10.0.0.8", 5))
    assert stranger.get("/", headers={"x-forwarded-for": "127.0.0.1"}).text == "10.0.0.8"


def test_one_household_is_one_visitor() -> None:
    """Whoever has an IPv6 line has 2**64 addresses: they count as one."""
    limit = RateLimit(0.01, 2)
    assert [limit.wait(f"2001:db8:1:2::{n:x}") == 0 for n in range(1, 5)] == [True, True, False, False]
    assert limit.wait("2001:db8:1:3::1") == 0
    assert visitor("::ffff:10.0.0.8") == visitor("10.0.0.8") == "10.0.0.8"
    assert visitor("no address") == "no address"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000, b'{"question":' * 5_000, b'{"question":' + b"[" * 50_000 + b"]" * 2, b'{"question":"a","as_of":' + b"9" * 60_000 + b"}",
        b'{"question":1e999999}', b'{"question":NaN}', b'{"question":"\\ud800"}', b'{"question":"a","region":"\\udfff\\ud800"}', b"\x00" * 60_000,
        b'{"question":"a","question":"b"' + b',"x":0' * 9_000 + b"}", b"\xef\xbb\xbf{}", b'{"__proto__":{"admin":true},"question":"a"}',
        b'{"question":"a","history":[' + b"[" * 20_000 + b"]" * 20_000 + b"]}", b'{"question":{"$gt":""}}', b"null", b"", b"-",
    ],
)  # fmt: skip
def test_bombs_in_json_are_refused_in_a_sentence(client: TestClient, body: bytes) -> None:
    assert len(body) <= MOST_BYTES
    answer = client.post("/api/ask", content=body, headers=JSON)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 2_000


def test_a_packed_body_is_not_unpacked(client: TestClient) -> None:
    packed = gzip.compress(json.dumps({"question": "产假" * 100_000}).encode())
    assert len(packed) < MOST_BYTES
    answer = client.post("/api/ask", content=packed, headers=JSON | {"content-encoding": "gzip"})
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("length", ["-1", "1e9", "99999999999999999999", "0x10", b"\xb2", b"\xd9\xa1"])
def test_a_length_that_is_none_is_refused(client: TestClient, length: str | bytes) -> None:
    answer = client.post("/api/ask", content=b"{}", headers={"content-length": length, **JSON})
    assert answer.status_code in (400, 413, 422)


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("begin", ["/doc/", "/api/documents/", "/api/provisions/"])
def test_odd_ids_are_only_not_found(client: TestClient, begin: str, name: str) -> None:
    answer = client.get(begin + name)
    assert answer.status_code in (404, 307)
    assert "root:" not in answer.text
    assert "set-cookie" not in answer.headers
    if answer.status_code == 307:
        assert answer.headers["location"].startswith(("http://127.0.0.1/", "/"))
    if "html" in answer.headers.get("content-type", ""):
        assert "<script>alert" not in answer.text
        assert "onerror=alert(1)>" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.content) < 20_000


@pytest.mark.parametrize("query", ["region", "title", "topic", "level", "status", "offset", "limit"])
def test_what_is_asked_for_comes_back_as_data_only(client: TestClient, query: str) -> None:
    for value in ("<script>alert(1)</script>", "\u202e文", "\x00", "a" * 5000, "-1", "9" * 400, "1e3", "\r\nx: y"):
        answer = client.get("/api/documents", params={query: value})
        assert answer.status_code in (200, 422)
        assert answer.headers["content-type"].startswith("application/")
        assert "x" not in answer.headers


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nset-cookie: x=1", "/%0d%0aset-cookie:x", '/"><script>alert(1)</script>'])  # fmt: skip
def test_sign_in_leads_nowhere_else(client: TestClient, next: str) -> None:
    page = client.get("/signin", params={"next": next})
    assert "<script>alert" not in page.text
    led = client.get("/admin", params={"a": next})
    assert led.status_code == 303
    assert led.headers["location"].startswith("/signin?next=/admin")
    assert "\n" not in led.headers["location"]


def test_many_answers_may_be_left_open(client: TestClient) -> None:
    """Who opens many streams and reads none holds no thread: others are still answered."""
    streams = [
        client.stream("POST", "/api/ask", json={"question": "产假几天"}, headers={"accept": "text/event-stream"})
        for _ in range(20)
    ]
    for stream in streams:
        stream.__enter__()
    assert client.get("/healthz").text == "ok"
    assert client.post("/api/ask", json={"question": "产假几天"}).status_code == 200
    for stream in streams:
        stream.__exit__(None, None, None)


def test_hosts_of_a_server_at_home() -> None:
    """Every name that is let in means this computer and can be nobody else's."""
    assert set(LOOPBACK) == {"127.0.0.1", "localhost", "[::1]"}


@pytest.mark.parametrize("field", ["base_url", "api_base", "model_url", "endpoint", "key"])
def test_nobody_chooses_where_a_question_goes(client: TestClient, field: str) -> None:
    body = {"question": "产假几天", "model": True, "agreed": True, field: "http://169.254.169.254/latest"}
    assert client.post("/api/ask", json=body).status_code == 422
    assert client.post("/api/ask", json={**body, "model": "http://169.254.169.254/"}).status_code == 422
