"""The web application of strangers' tests: the guard, the API, the reader and the sign-in without Gradio, and the whole of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from rag import Assistant
from ui.api import add_api
from ui.headers import Guard
from ui.library.reader import add_reader
from ui.limits import RateLimit
from ui.live import Live
from ui.server import LOOPBACK, SIGNED, make_app
from ui.signin import SESSION, add_signin
from ui.store.accounts import Accounts
from ui.store.approved import ApprovalStore
from ui.store.database import open_store
from ui.store.kept import Kept

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


@dataclass(frozen=True)
class Whole:
    """The application as a server on this computer has it, Gradio and all: its page, its accounts, its uploads, a visitor."""

    app: FastAPI
    page: Any
    accounts: Accounts
    home: Path
    client: TestClient

    def signed(self) -> dict[str, str]:
        """Headers of somebody who has just signed in."""
        token = self.accounts.set_up(self.accounts.new_setup(), "王芳", "correct horse 九月")
        return {"cookie": f"{SESSION}={token}", "origin": AT_HOME}

    def event(self, page: str, name: str) -> int:
        """The number of an event of a page by the name of its function."""
        numbers = self.page.config["page"][page]["dependencies"]
        return next(n for n in numbers if self.page.fns[n].fn is not None and self.page.fns[n].fn.__name__ == name)

    def send(self, number: int, data: list[Any], session: str = "stranger", **headers: str) -> tuple[int, str]:
        """Send an event as a page does. Returns the status, and what its stream said to the end."""
        body = {"fn_index": number, "data": data, "session_hash": session}
        answer = self.client.post("/gradio_api/queue/join", json=body, headers=headers)
        if answer.status_code != 200:
            return answer.status_code, answer.text
        return 200, self.client.get("/gradio_api/queue/data", params={"session_hash": session}).text


async def made(live: Live, engine: Engine) -> FastAPI:
    """Make the application; where no event loop runs, Gradio opens one and leaves it open."""
    return make_app(live, engine, rate=100_000)


@pytest.fixture(scope="package")
def whole(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The whole application in this process."""
    home = tmp_path_factory.mktemp("whole")
    (home / "uploads").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(home / "uploads"))
        engine = open_store(f"sqlite:///{home / 'store.db'}")
        live = Live(Assistant(assistant.index, ApprovalStore(engine, home)), Kept(engine))
        app = asyncio.run(made(live, engine))
        page = next(
            route.app for route in app.routes if hasattr(getattr(route, "app", None), "get_blocks")
        ).get_blocks()
        with TestClient(app, AT_HOME, raise_server_exceptions=False, follow_redirects=False) as client:
            yield Whole(app, page, Accounts(engine), home, client)
        engine.dispose()
