"""Attacks on the sign-in that its own tests do not try: races, timing, many addresses of one household, links by the thousand."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ui.headers import Guard
from ui.signin import BUSY, add_signin
from ui.store.accounts import Accounts
from ui.store.database import open_store

NAME, PASSWORD = "王芳", "correct horse 九月"
SITE = {"origin": "http://testserver"}


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield Accounts(engine)
    engine.dispose()


def visitor(accounts: Accounts, address: str, app: FastAPI) -> TestClient:
    return TestClient(app, "http://testserver", follow_redirects=False, client=(address, 5))


def made(accounts: Accounts) -> FastAPI:
    app = FastAPI()
    add_signin(app, accounts)
    app.add_middleware(Guard, who=accounts.who)
    return app


def tried(client: TestClient, **fields: str) -> int:
    page = client.get("/signin")
    token = re.search(r'name="token" value="(\w+)"', page.text)
    assert token
    return client.post("/signin", data={"token": token[1], **fields}, headers=SITE).status_code


def test_a_link_is_used_once_by_all_who_race_for_it(accounts: Accounts) -> None:
    link = accounts.new_setup()
    with ThreadPoolExecutor(8) as pool:
        sessions = list(pool.map(lambda n: accounts.set_up(link, f"人{n}", PASSWORD), range(8)))
    assert len([session for session in sessions if session]) == 1


def test_links_cannot_be_tried_without_end(accounts: Accounts) -> None:
    accounts.new_setup()
    client = visitor(accounts, "10.0.0.9", made(accounts))
    codes = [tried(client, setup=f"{n:043d}", name="他", password=PASSWORD, again=PASSWORD) for n in range(8)]
    assert codes[0] == 410
    assert codes[-1] == 429


def test_a_household_guesses_as_one(accounts: Accounts) -> None:
    """Each guess from an address of its own, all of one IPv6 network, each for a name of its own."""
    app = made(accounts)
    codes = [tried(visitor(accounts, f"2001:db8::{n:x}", app), name=f"名{n}", password="x") for n in range(1, 9)]
    assert codes[0] == 401
    assert codes[-1] == 429
    assert tried(visitor(accounts, "2001:db8:0:1::1", app), name="另", password="x") == 401


def test_an_unknown_name_takes_as_long_as_a_known_one(accounts: Accounts) -> None:
    assert accounts.set_up(accounts.new_setup(), NAME, PASSWORD)
    accounts.sign_in("没有", "x")  # what is hashed for nobody is made at the first try

    def took(name: str) -> float:
        times = []
        for _ in range(5):
            began = time.process_time()
            assert accounts.sign_in(name, "not the password") is None
            times.append(time.process_time() - began)
        return statistics.median(times)

    known, unknown = took(NAME), took("没有这个人")
    assert 0.5 < known / unknown < 2


def test_guessing_by_many_addresses_keeps_nobody_else_waiting(accounts: Accounts) -> None:
    """Hashing takes a thread and a core: who comes while four are being looked at is told to come again, and pages go on."""
    app = made(accounts)
    clients = [visitor(accounts, f"10.1.{n}.1", app) for n in range(16)]
    fields = []
    for client in clients:
        token = re.search(r'name="token" value="(\w+)"', client.get("/signin").text)
        assert token
        fields.append({"token": token[1], "name": "谁", "password": "wrong password"})
    with ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(c.post, "/signin", data=f, headers=SITE) for c, f in zip(clients, fields, strict=True)]
        answers = [one.result() for one in sent]
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {401, 429}
    assert codes.count(401) < 16
    busy = next(answer for answer in answers if answer.status_code == 429)
    assert int(busy.headers["retry-after"]) > 0
    assert BUSY in busy.text
