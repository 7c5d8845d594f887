"""The web application of strangers' tests: the guard, the API, the reader and the sign-in, without Gradio."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag import Assistant
from ui.api import add_api
from ui.headers import Guard
from ui.library.reader import add_reader
from ui.limits import RateLimit
from ui.live import Live
from ui.server import LOOPBACK, SIGNED
from ui.signin import add_signin
from ui.store.accounts import Accounts
from ui.store.database import open_store

AT_HOME = "http://127.0.0.1"


def application(assistant: Assistant, accounts: Accounts | None = None) -> FastAPI:
    """All routes of our own behind the guard, as a server on this computer has them."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    live = Live(assistant)
    add_api(app, live, RateLimit(100_000, 100_000))
    add_reader(app, live)
    who = {}
    if accounts is not None:
        add_signin(app, accounts)
        who = {"who": accounts.who}
    app.add_middleware(Guard, hosts=LOOPBACK, signed=SIGNED, **who)
    return app


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('accounts') / 'store.db'}")
    yield Accounts(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def client(assistant: Assistant, accounts: Accounts) -> Iterator[TestClient]:
    """A visitor at this computer who has signed in nowhere; a fault of the server is an answer, not an exception."""
    app = application(assistant, accounts)
    with TestClient(app, AT_HOME, raise_server_exceptions=False, follow_redirects=False) as visitor:
        yield visitor
