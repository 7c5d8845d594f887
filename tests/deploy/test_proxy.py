"""The layout of deploy/ for real: two processes of the page behind nginx, PostgreSQL for what they share, one folder for both."""

from __future__ import annotations

import os
import re
import shutil
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.deploy.servers import NGINX, NO_NGINX, NO_POSTGRES, POSTGRES, free_port, nginx, postgres
from tests.ui.serving import Server, serving
from ui import words
from ui.api import words as api_words
from ui.headers import JOIN
from ui.signin import SESSION
from ui.store.accounts import Accounts
from ui.store.database import VARIABLE, open_store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(POSTGRES is None, reason=NO_POSTGRES),
    pytest.mark.skipif(not NGINX or not shutil.which("openssl"), reason=NO_NGINX),
]
pytest.importorskip("psycopg", reason=NO_POSTGRES)
DOMAIN = "ask.example.org"
ASKED = {"question": "我在河南，产假多少天？"}


@dataclass(frozen=True)
class Site:
    """The proxy's https port, the processes behind it, and a session that somebody signed in to."""

    port: int
    pages: tuple[Server, Server]
    session: str

    def visitor(self) -> httpx.Client:
        """A browser of her own: cookies are kept, the certificate of the test is taken."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}", headers={"Host": DOMAIN}, verify=False, timeout=30
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, library_index: Path) -> Iterator[Site]:
    scratch = tmp_path_factory.mktemp("site")
    home = scratch / "home"
    shutil.copytree(library_index, home / "index")
    ports = free_port(), free_port()
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, stack.enter_context(postgres(scratch)))
        engine = open_store()
        accounts = Accounts(engine)
        session = accounts.set_up(accounts.new_setup(), "王芳", "correct horse 九月")
        engine.dispose()
        assert session
        pages = []
        for port in ports:
            (scratch / str(port)).mkdir()
            more = ["--port", str(port), "--proxy", DOMAIN]
            pages.append(stack.enter_context(serving(home, scratch / str(port), more=more)))
        yield Site(stack.enter_context(nginx(scratch, DOMAIN, ports)), (pages[0], pages[1]), session)


def answers(page: Server) -> float:
    """How many answers a process gave, by its own count."""
    with urllib.request.urlopen(f"{page.address}metrics", timeout=10) as said:
        text = said.read().decode()
    return sum(float(value) for value in re.findall(r"^niangjia_answers_total\{[^}]*\} (\S+)$", text, re.MULTILINE))


def test_both_processes_answer_under_one_name(site: Site) -> None:
    with site.visitor() as visitor:
        for _ in range(12):
            said = visitor.post("/api/ask", json=ASKED)
            assert said.status_code == 200
            assert "188天" in said.json()["conclusion"]
            assert said.headers["strict-transport-security"]
    assert all(answers(page) >= 3 for page in site.pages)


def test_a_visitor_stays_with_her_process_and_a_sign_in_holds_in_both(site: Site) -> None:
    nodes = set()
    for _ in range(8):
        with site.visitor() as visitor:
            first = visitor.get("/")
            node = first.cookies["njnode"]
            assert re.search(r"njnode=[0-9a-f]{32};.*Secure", first.headers["set-cookie"])
            assert "njnode" not in visitor.get("/").headers.get("set-cookie", "")
            assert visitor.get("/admin", follow_redirects=False).status_code == 303
            visitor.cookies.set(SESSION, site.session)
            assert visitor.get("/admin", follow_redirects=False).status_code == 200
            nodes.add(node)
    assert len(nodes) == 8  # sixteen requests of eight visitors: both processes knew the session


def test_only_the_proxy_says_who_asks_and_metrics_stay_inside(site: Site) -> None:
    with site.visitor() as visitor:
        assert visitor.get("/metrics").status_code == 404
        assert visitor.get("/", headers={"Host": "elsewhere.example"}).status_code == 421


def test_too_many_are_told_when_to_come_back(site: Site) -> None:
    with site.visitor() as visitor, ThreadPoolExecutor(60) as pool:
        got = list(pool.map(lambda _: visitor.post("/api/ask", json=ASKED), range(60)))
        refused = [said for said in got if said.status_code == 429]
        assert {said.status_code for said in got} == {200, 429}
        assert all(int(said.headers["retry-after"]) > 0 for said in refused)
        assert all(said.headers["content-type"].startswith("application/problem+json") for said in refused)
        said = {"type": "about:blank", "title": api_words.TITLES[429], "status": 429, "detail": words.TOO_FAST}
        assert refused[0].json() == said
        joined = list(pool.map(lambda _: visitor.post(JOIN, json={}), range(60)))
        refused = [one for one in joined if one.status_code == 429]
        assert refused
        assert all(int(one.headers["retry-after"]) > 0 for one in refused)
        assert refused[0].json()["detail"] == words.TOO_FAST  # which the page shows
    time.sleep(5)
    with site.visitor() as visitor:
        assert visitor.post("/api/ask", json=ASKED).status_code == 200


def test_one_process_is_killed_and_nobody_notices(site: Site) -> None:
    """Last, for the process does not come back."""
    os.kill(site.pages[0].process.pid, 9)
    site.pages[0].process.wait()
    with site.visitor() as visitor:
        for _ in range(12):
            assert visitor.post("/api/ask", json=ASKED).status_code == 200
    for _ in range(6):
        with site.visitor() as visitor:
            assert visitor.get("/").status_code == 200
