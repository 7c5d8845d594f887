"""Events of the pages as no page sends them: files of this computer in any field, names of sessions, staff's fields, unread answers."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.strangers.conftest import AT_HOME, Whole
from ui.desk import words as desk
from ui.events import MOST_ASKED, Events
from ui.signin import NOT_SIGNED_IN
from ui.visitors import MOST_HELD, MOST_VISITORS

SECRET = "第五十一号柜的底稿"
META = {"_type": "gradio.FileData"}


def file_of(path: str) -> dict[str, Any]:
    return {"path": path, "meta": META, "orig_name": "合同.txt", "size": 10, "mime_type": "text/plain"}


@contextmanager
def another_host() -> Iterator[tuple[str, list[str]]]:
    """A server that notes who asks it for what."""
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


def files_in(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("field", ["the box", "the place", "what an event says"])
def test_no_field_names_a_file_of_this_computer(whole: Whole, tmp_path: Path, field: str) -> None:
    """Gradio copies whatever file any field names, before anybody is asked who is signed in."""
    secret = tmp_path / "密.txt"
    secret.write_text(SECRET, encoding="utf-8")
    named = file_of(str(secret))
    number = whole.event("", "answer")
    data: list[Any] = ["产假几天", "", None]
    body: dict[str, Any] = {"fn_index": number, "data": data, "session_hash": "thief"}
    if field == "what an event says":
        body["event_data"] = named
    else:
        data[0 if field == "the box" else 1] = named
    assert whole.client.post("/gradio_api/queue/join", json=body).status_code == 422
    assert whole.client.post("/gradio_api/run/predict", json=body).status_code == 422
    assert SECRET not in files_in(whole.home / "uploads")


def test_not_even_staff_names_a_file_that_is_no_upload(whole: Whole, tmp_path: Path) -> None:
    secret = tmp_path / "密.txt"
    secret.write_text(SECRET, encoding="utf-8")
    link = whole.home / "uploads" / "link.txt"
    link.symlink_to(secret)
    number, signed = whole.event("desk", "checked"), whole.signed()
    outside = [str(secret), str(link), "/dev/zero", "/proc/self/environ", f"{whole.home}/uploads/../store.db", "store.db", "~/x", "a\0b", ""]  # fmt: skip
    for path in outside:
        assert whole.send(number, [file_of(path), "", "", "", None], "staff", **signed)[0] == 422, path
    link.unlink()
    assert SECRET not in files_in(whole.home / "uploads")
    assert whole.page.has_launched, "or Gradio's own look at the path is left out"


@pytest.mark.parametrize("who", ["stranger", "staff"])
def test_no_field_makes_the_server_ask_another_host(whole: Whole, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    monkeypatch.setattr("gradio.processing_utils.is_public_ip", lambda ip: True)  # as if it stood on the internet
    signed = whole.signed() if who == "staff" else {}
    with another_host() as (address, asked):
        for url in (address, address.replace("http", "HTTP"), f"{address}#{whole.home}/uploads/x"):
            for number, data in (
                (whole.event("", "answer"), [file_of(url), "", None]),
                (whole.event("desk", "checked"), [file_of(url), "", "", "", None]),
            ):
                whole.send(number, data, who, **signed)
        assert asked == []


def test_staffs_events_come_empty_handed_from_strangers(whole: Whole) -> None:
    """They end with the sentence that one must sign in; nothing that was sent along is read."""
    for page in ("desk", "approve", "admin", "bench"):
        for number in whole.page.config["page"][page]["dependencies"]:
            fn = whole.page.fns[number]
            if fn.fn is None or fn.js is not None:
                continue
            status, said = whole.send(number, [file_of("/etc/passwd")] * len(fn.inputs), f"stranger{number}")
            assert status == 200, (page, number)
            if fn.fn.__name__ == "ticked":  # once a second: it stops itself and tells nothing
                assert "nj-" not in said, said
                continue
            assert '"success":false' in said, (page, number, said)
            assert NOT_SIGNED_IN in said, (page, number)


def test_an_upload_of_ones_own_is_checked(whole: Whole) -> None:
    """The one way in that stays open."""
    signed = whole.signed()
    form = {"files": ("合同.txt", "第一条 女职工生育享受产假90天。".encode())}
    there = whole.client.post("/gradio_api/upload", files=form, headers=signed)
    assert there.status_code == 200, there.text
    said = whole.send(whole.event("desk", "checked"), [file_of(there.json()[0]), "", "", "", None], "owner", **signed)[
        1
    ]
    assert "低于法定标准" in said
    assert desk.FAILED not in said


ODD: list[Any] = [
    [], "x", 1, None, {}, {"fn_index": 0}, {"fn_index": 0, "data": []}, {"fn_index": "0", "data": [], "session_hash": "a"},
    {"fn_index": 10**9, "data": [], "session_hash": "a"}, {"fn_index": -1, "data": [], "session_hash": "a"},
    {"fn_index": True, "data": [], "session_hash": "a"}, {"fn_index": 0.0, "data": [], "session_hash": "a"},
    {"fn_index": 0, "data": [], "session_hash": ""}, {"fn_index": 0, "data": [], "session_hash": "a" * 65},
    {"fn_index": 0, "data": [], "session_hash": "../a"}, {"fn_index": 0, "data": [], "session_hash": ["a"]},
    {"fn_index": 0, "data": [], "session_hash": "a\n"}, {"fn_index": 0, "data": {"path": "/etc/passwd"}, "session_hash": "a"},
    {"fn_index": 0, "data": [{"path": 5}], "session_hash": "a"}, {"fn_index": 0, "data": [[{"a": {"path": "x", "meta": 3}}]], "session_hash": "a"},
]  # fmt: skip


@pytest.mark.parametrize("event", ODD)
def test_what_no_page_sends_is_refused(whole: Whole, event: Any) -> None:
    for path in ("/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/run/answer"):
        assert whole.client.post(path, json=event).status_code == 422


def test_bodies_that_are_none_are_refused(whole: Whole) -> None:
    for body in (b"", b"\xff", b"{", b"[" * 100_000, b'{"data":' * 20_000, b"null" * 9):
        assert whole.client.post("/gradio_api/queue/join", content=body).status_code == 422
    assert whole.client.post("/gradio_api/queue/join", content=b" " * (MOST_ASKED + 1)).status_code == 413
    pieces = (b" " * 50_000 for _ in range(9))  # without a length
    assert whole.client.post("/gradio_api/queue/join", content=pieces).status_code == 413


def test_only_what_a_page_sends_is_handed_on(tmp_path: Path) -> None:
    events = Events({0: [None], 1: [None, []]}, {1}, tmp_path)
    more = {"batched": True, "simple_format": True, "event_id": "x", "oauth_token": "x", "request": {}}
    held = events.held(
        json.dumps({"fn_index": 0, "data": ["问"], "session_hash": "a", "trigger_id": 3, **more}).encode(), ""
    )
    assert json.loads(held or b"") == {"fn_index": 0, "data": ["问"], "session_hash": "a", "trigger_id": 3}
    twice = b'{"fn_index": 0, "fn_index": 1, "data": ["a", "b"], "session_hash": "a"}'
    assert json.loads(events.held(twice, "") or b"") == {"fn_index": 1, "data": [None, []], "session_hash": "a", "event_data": None}  # fmt: skip
    inside = json.dumps({"fn_index": 1, "data": [file_of(str(tmp_path / "h" / "a.txt")), None], "session_hash": "a"})
    assert events.held(inside.encode(), "王芳") is not None
    assert events.held(inside.replace('"fn_index": 1', '"fn_index": 0').encode(), "") is None
    if hasattr(os, "symlink"):
        (tmp_path / "out").symlink_to("/")
        assert events.held(inside.replace("/h/a.txt", "/out/etc/passwd").encode(), "王芳") is None


def test_what_nobody_fetches_and_nobody_reads_is_let_go(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that are asked for and left, sessions by the thousand: neither stays."""
    queue, holder = whole.page._queue, whole.page.state_holder
    assert holder.capacity == MOST_VISITORS
    monkeypatch.setattr("ui.visitors.LOOK", 10**9)
    number = whole.event("", "answer")
    for n in range(20):
        assert whole.client.post("/gradio_api/queue/join", json={"fn_index": number, "data": ["产假几天", "", None], "session_hash": f"left{n}"}).status_code == 200  # fmt: skip
    done(whole, 20)
    assert sum(name.startswith("left") for name in queue.pending_messages_per_session) == 20
    monkeypatch.setattr("ui.visitors.LOOK", 0)
    monkeypatch.setattr("ui.visitors.UNFETCHED", 0)
    holder.delete_all_expired_state()
    holder.delete_all_expired_state()
    assert not [name for name in queue.pending_messages_per_session if name.startswith("left")]
    assert not [name for name in queue.pending_event_ids_session if name.startswith("left")]


def done(whole: Whole, least: int) -> None:
    """Wait until so many answers lie there."""
    import time

    end = time.monotonic() + 30
    queue = whole.page._queue
    while time.monotonic() < end:
        lying = [name for name, ids in queue.pending_event_ids_session.items() if name.startswith("left") and ids]
        if len(lying) >= least and not len(queue) and queue.get_active_worker_count() == 0:
            return
        time.sleep(0.05)
    raise AssertionError("the answers were not made")


def words_in(held: Any, word: str, depth: int = 0) -> bool:
    """Whether a word stands in anything that a visitor's memory holds."""
    if isinstance(held, str):
        return word in held
    if depth > 12:
        return False
    if isinstance(held, dict):
        return any(words_in(part, word, depth + 1) for pair in held.items() for part in pair)
    if isinstance(held, list | tuple | set | frozenset):
        return any(words_in(part, word, depth + 1) for part in held)
    slots = [getattr(held, name, None) for kind in type(held).__mro__ for name in getattr(kind, "__slots__", ())]
    own = vars(held) if hasattr(held, "__dict__") and type(held).__module__ != "gradio.blocks" else {}
    return words_in(slots, word, depth + 1) or words_in({n: v for n, v in own.items() if n not in ("blocks_config", "parent", "fns")}, word, depth + 1)  # fmt: skip


def remembers(whole: Whole, session: str, word: str) -> bool:
    state = whole.page.state_holder.session_data.get(session)
    return state is not None and (words_in(state.state_data, word) or words_in(state.config_values, word))


def test_what_she_cleared_is_in_no_memory(whole: Whole) -> None:
    """Gradio else keeps the last value of every part, for links to a state, until ten thousand others came."""
    word = "第九十九号床"
    whole.send(whole.event("", "answer"), [f"住{word}，产假几天？", "", None], "woman")
    assert remembers(whole, "woman", word), "the conversation is there for her next question"
    assert not words_in(whole.page.state_holder.session_data["woman"].config_values, word)
    body = {"fn_index": whole.event("", "cleared"), "data": [], "session_hash": "woman"}
    assert whole.client.post("/gradio_api/run/cleared", json=body).status_code == 200
    assert not remembers(whole, "woman", word)


def test_who_left_is_forgotten_and_who_stays_is_not(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    word = "第九十八号床"
    for name in ("gone", "here"):
        whole.send(whole.event("", "answer"), [f"住{word}，产假几天？", "", None], name)
    holder = whole.page.state_holder
    holder.session_data["gone"].is_closed = True  # as when her line closes
    monkeypatch.setattr("ui.visitors.AFTER_LEAVING", -1.0)  # long enough later
    monkeypatch.setattr("ui.visitors.LOOK", 0)
    holder.delete_all_expired_state()
    assert "gone" not in holder.session_data
    assert remembers(whole, "here", word)


def test_all_conversations_together_have_a_bound(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was away longest gives way, so that one address which asks all day cannot fill the memory."""
    assert MOST_HELD <= 300 * 2**20
    for n in range(4):
        whole.send(whole.event("", "answer"), ["长" * 20_000 + "产假几天？", "", None], f"heavy{n}")
    holder = whole.page.state_holder
    monkeypatch.setattr("ui.visitors.LOOK", 0)
    monkeypatch.setattr("ui.visitors.MOST_HELD", 2 * 90_000)
    holder.delete_all_expired_state()
    assert [n for n in range(4) if f"heavy{n}" in holder.session_data] == [2, 3]
    assert AT_HOME
