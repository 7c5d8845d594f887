"""Sign-in over a real SQLite file: the one-time link, sessions, forged requests, guessing, where one goes next."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ui.headers import MOST_SENT, Guard
from ui.signin import (
    ACCOUNT,
    DIFFERENT,
    NO_ACCOUNT,
    SESSION,
    TOO_OFTEN,
    USED_UP,
    WRONG,
    Guesses,
    add_signin,
    local,
    require,
)
from ui.store.accounts import Accounts, check_new, hash_password, password_fits
from ui.store.tables import AccountRow, SessionRow, SetupRow

NAME, PASSWORD = "王芳", "correct horse 九月"
SITE = {"origin": "http://testserver"}
HOUR = 3600


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def cheap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a password costs is tried where it is the subject."""
    if "password" not in request.node.name:
        monkeypatch.setattr("ui.store.accounts._COST", 2**4)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(engine: Engine, clock: Clock) -> Accounts:
    return Accounts(engine, clock)


@pytest.fixture
def client(accounts: Accounts, clock: Clock) -> Iterator[TestClient]:
    app = FastAPI()
    add_signin(app, accounts, clock)

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    def anything(path: str, request: Request) -> dict[str, str]:
        return {"who": str(request.scope.get(ACCOUNT)), "path": path}

    app.add_middleware(Guard, signed=("/admin", "/bench", "/desk"), who=accounts.who)
    with TestClient(app, follow_redirects=False) as client:
        yield client


def form(client: TestClient, address: str = "/signin") -> dict[str, str]:
    """The hidden fields of a form."""
    page = client.get(address)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))


def set_up(client: TestClient, accounts: Accounts) -> None:
    fields = form(client, f"/signin?setup={accounts.new_setup()}")
    done = client.post("/signin", data=fields | {"name": NAME, "password": PASSWORD, "again": PASSWORD}, headers=SITE)
    assert done.status_code == 303, done.text


def enter(client: TestClient, name: str = NAME, password: str = PASSWORD, **more: str) -> int:
    fields = form(client) | {"name": name, "password": password} | more
    return client.post("/signin", data=fields, headers=SITE).status_code


def test_there_is_no_default_password(client: TestClient, accounts: Accounts) -> None:
    assert not accounts.any()
    assert NO_ACCOUNT in client.get("/signin").text
    for name, password in (("admin", "admin"), ("", ""), ("admin", "")):
        assert enter(client, name, password) == 401


def test_the_setup_link_works_once_and_for_a_day(client: TestClient, accounts: Accounts, clock: Clock) -> None:
    token = accounts.new_setup()
    assert client.get(f"/signin?setup={token}").status_code == 200
    assert client.get(f"/signin?setup={token}").status_code == 200  # looking at it does not use it up
    fields = form(client, f"/signin?setup={token}") | {"name": NAME, "password": PASSWORD, "again": PASSWORD}
    assert client.post("/signin", data=fields, headers=SITE).headers["location"] == "/admin"
    assert client.get("/admin").json()["who"] == NAME
    client.cookies.clear()
    again = form(client) | {"setup": token, "name": "他", "password": PASSWORD + "x", "again": PASSWORD + "x"}
    used = client.post("/signin", data=again, headers=SITE)
    assert used.status_code == 410
    assert USED_UP in used.text
    assert enter(client) == 303
    late = accounts.new_setup()
    clock.now += 24 * HOUR + 1
    assert client.get(f"/signin?setup={late}").status_code == 410
    assert accounts.set_up(late, NAME, PASSWORD) is None


def test_a_newer_link_ends_the_older_and_a_reset_ends_all_sessions(client: TestClient, accounts: Accounts) -> None:
    old = accounts.new_setup()
    set_up(client, accounts)
    assert not accounts.setup_valid(old)
    assert client.get("/admin").status_code == 200
    assert accounts.set_up(accounts.new_setup(), "李娟", PASSWORD)
    assert client.get("/admin").status_code == 303
    assert enter(client) == 401  # the account before is gone


def test_a_setup_with_a_bad_password_can_be_tried_again(client: TestClient, accounts: Accounts) -> None:
    fields = form(client, f"/signin?setup={accounts.new_setup()}")
    bad = [("a" * 11, "a" * 11, "12"), ("a" * 20, "a" * 20, "简单"), (PASSWORD, PASSWORD + "!", DIFFERENT)]
    for first, second, said in bad:
        page = client.post("/signin", data=fields | {"name": NAME, "password": first, "again": second}, headers=SITE)
        assert page.status_code == 422
        assert said in page.text
    fine = fields | {"name": NAME, "password": PASSWORD, "again": PASSWORD}
    assert client.post("/signin", data=fine, headers=SITE).status_code == 303


def test_a_session_is_new_at_every_sign_in(client: TestClient, accounts: Accounts) -> None:
    set_up(client, accounts)
    first = client.cookies[SESSION]
    client.cookies.clear()
    client.cookies.set(SESSION, "chosen-by-somebody-else", domain="testserver.local", path="/")
    assert enter(client) == 303
    mine = {cookie.value for cookie in client.cookies.jar if cookie.name == SESSION}
    assert accounts.who("chosen-by-somebody-else") == ""
    fresh = mine - {"chosen-by-somebody-else"}
    assert len(fresh) == 1
    assert fresh != {first}


def test_the_cookie_is_for_this_site_and_no_script(client: TestClient, accounts: Accounts) -> None:
    set_up(client, accounts)
    client.cookies.clear()
    fields = form(client) | {"name": NAME, "password": PASSWORD}
    made = client.post("/signin", data=fields, headers=SITE).headers["set-cookie"]
    assert "HttpOnly" in made
    assert "SameSite=strict" in made
    assert "Secure" not in made
    with TestClient(client.app, "https://testserver", follow_redirects=False) as safe:
        fields = form(safe) | {"name": NAME, "password": PASSWORD}
        made = safe.post("/signin", data=fields, headers={"origin": "https://testserver"}).headers["set-cookie"]
    assert "Secure" in made


def test_tokens_and_passwords_are_kept_only_as_hashes(client: TestClient, accounts: Accounts, engine: Engine) -> None:
    set_up(client, accounts)
    link = accounts.new_setup()
    with Session(engine) as session:
        rows = [*session.scalars(select(AccountRow.password)), *session.scalars(select(SessionRow.token_hash))]
        rows += session.scalars(select(SetupRow.token_hash))
    assert len(rows) == 3
    assert not any(secret in row for row in rows for secret in (PASSWORD, client.cookies[SESSION], link))
    assert hash_password(PASSWORD) != hash_password(PASSWORD)
    assert password_fits(PASSWORD, rows[0])
    assert not password_fits(PASSWORD + " ", rows[0])


@pytest.mark.parametrize("path", ["/admin", "/admin/", "//admin", "/bench", "/desk", "/admin/export/all.csv"])
def test_pages_need_a_session(client: TestClient, accounts: Accounts, path: str) -> None:
    refused = client.get(f"http://testserver{path}?a=1")
    assert refused.status_code == 303
    assert refused.headers["location"].startswith("/signin?next=/")
    assert client.post(f"http://testserver{path}").status_code == 401
    set_up(client, accounts)
    assert client.get(f"http://testserver{path}").status_code == 200


def test_uploads_need_a_session(client: TestClient, accounts: Accounts) -> None:
    assert client.post("/gradio_api/upload").status_code == 401
    set_up(client, accounts)
    assert client.post("/gradio_api/upload", headers=SITE).status_code == 200
    assert client.get("/gradio_api/file=/etc/passwd").status_code == 404


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/upload", "/signout", "/anything"])
def test_requests_from_another_site_are_refused(client: TestClient, accounts: Accounts, path: str) -> None:
    set_up(client, accounts)
    for headers in (
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:81"},
    ):
        assert client.post(path, headers=headers).status_code == 403
    assert client.get("/admin").status_code == 200
    if path != "/signout":
        assert client.post(path, headers={"origin": "null", "sec-fetch-site": "same-origin"}).status_code == 200


def test_forms_need_their_token(client: TestClient, accounts: Accounts) -> None:
    set_up(client, accounts)
    assert client.post("/signout", data={"token": "0" * 64}, headers=SITE).status_code == 403
    assert client.post("/signout", headers=SITE).status_code == 403
    client.cookies.clear()
    fields = {"name": NAME, "password": PASSWORD}
    assert client.post("/signin", data=fields, headers=SITE).status_code == 403
    fields["token"] = form(client)["token"]
    assert client.post("/signin", data=fields, headers={"origin": "http://evil.example"}).status_code == 403
    client.cookies.clear()  # the token of another visitor's form
    assert client.post("/signin", data=fields, headers=SITE).status_code == 403


def test_signing_out_ends_the_session_itself(client: TestClient, accounts: Accounts) -> None:
    set_up(client, accounts)
    token = client.cookies[SESSION]
    assert accounts.who(token) == NAME
    assert client.get("/signout").status_code == 200  # only asks
    assert client.post("/signout", data=form(client, "/signout"), headers=SITE).status_code == 303
    assert accounts.who(token) == ""
    client.cookies.set(SESSION, token)
    assert client.get("/admin").status_code == 303


def test_a_session_ends_when_idle_and_at_the_latest_after_a_week(accounts: Accounts, clock: Clock) -> None:
    token = accounts.set_up(accounts.new_setup(), NAME, PASSWORD)
    assert token
    for _ in range(13):
        clock.now += 12 * HOUR - 1
        assert accounts.who(token) == NAME
    idle = accounts.sign_in(NAME, PASSWORD)
    assert idle
    clock.now += 12 * HOUR
    assert accounts.who(idle) == ""
    assert accounts.who(token) == ""
    busy = accounts.sign_in(NAME, PASSWORD)
    assert busy
    for _ in range(7 * 24):
        clock.now += HOUR
        accounts.who(busy)
    assert accounts.who(busy) == ""


def test_guessing_slows_and_says_nothing_about_names(client: TestClient, accounts: Accounts, clock: Clock) -> None:
    set_up(client, accounts)
    client.cookies.clear()
    said = set()
    for number in range(5):
        fields = form(client) | {"name": NAME if number % 2 else "没有这个人", "password": f"wrong {number} guess"}
        page = client.post("/signin", data=fields, headers=SITE)
        assert page.status_code == 401
        said.add(re.sub(r'value="[0-9a-f]{64}"', "", page.text))
    assert len(said) == 1
    assert WRONG in said.pop()
    assert enter(client, password="wrong 5 guess") == 401
    refused = client.post("/signin", data=form(client) | {"name": NAME, "password": PASSWORD}, headers=SITE)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 2
    assert TOO_OFTEN.split("{")[0] in refused.text
    clock.now += 3
    assert enter(client) == 303


def test_waits_grow_and_are_forgotten(clock: Clock) -> None:
    guesses = Guesses(2, 60, clock)
    assert [guesses.wait("a") for _ in range(3)] == [0, 0, 0]
    waits = []
    for _ in range(8):
        waits.append(guesses.wait("a"))
        clock.now += waits[-1]
        assert guesses.wait("a") == 0
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert guesses.wait("b") == 0
    assert guesses.wait("a") == 60
    clock.now += 2 * HOUR
    assert guesses.wait("a") == 0


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "evil", "/a\r\nset-cookie: x",
        "/\t/evil.example", "///evil.example", "/signout", "/signin?next=/signin", "/a\\b",
    ],
)  # fmt: skip
def test_next_is_a_path_of_this_site(client: TestClient, accounts: Accounts, path: str) -> None:
    assert local(path) == "/admin"
    set_up(client, accounts)
    client.cookies.clear()
    fields = form(client) | {"name": NAME, "password": PASSWORD, "next": path}
    assert client.post("/signin", data=fields, headers=SITE).headers["location"] == "/admin"


def test_next_goes_on_where_it_may(client: TestClient, accounts: Accounts) -> None:
    set_up(client, accounts)
    client.cookies.clear()
    asked = client.get("/bench?run=a%20b").headers["location"]
    fields = form(client, asked) | {"name": NAME, "password": PASSWORD}
    assert client.post("/signin", data=fields, headers=SITE).headers["location"] == "/bench?run=a%20b"


def test_hostile_words_stay_words(client: TestClient) -> None:
    page = client.get("/signin", params={"next": '"><script>alert(1)</script>', "setup": "<b>"})
    assert "<script" not in page.text
    assert "<b>" not in page.text


def test_a_handler_is_refused_without_a_session(client: TestClient, accounts: Accounts) -> None:
    import gradio as gr

    def asked(scope: dict[str, object]) -> gr.Request:
        return gr.Request(Request({"type": "http", "headers": [], **scope}))

    assert require(asked({ACCOUNT: NAME})) == NAME
    for request in (asked({ACCOUNT: ""}), asked({}), gr.Request(username="王芳")):
        with pytest.raises(gr.Error, match="登录"):
            require(request)


def test_too_long_a_request_is_refused(client: TestClient) -> None:
    assert client.post("/api/ask", content=b"x" * (MOST_SENT + 1)).status_code == 413
    assert client.post("/api/ask", headers={"content-length": "abc"}).status_code == 413


@pytest.mark.parametrize(
    ("name", "password"), [("", PASSWORD), ("a" * 41, PASSWORD), ("a\nb", PASSWORD), ("n", "x" * 201)]
)
def test_bad_names_and_passwords(name: str, password: str) -> None:
    from ui.errors import BadPassword

    with pytest.raises(BadPassword):
        check_new(name, password)
