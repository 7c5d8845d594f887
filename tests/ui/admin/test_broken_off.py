"""A server is killed in the middle of a rebuild: the next one says so, the old index answers, and the rebuild can be done again."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from index.store import read_manifest
from tests.ui.serving import CHROMIUM, INSTALL, serving
from tests.ui.signing import NAME, cookie

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Browser, Page

from tests.ui.watching import watching
from ui.admin import words
from ui.desk import words as desk_words
from ui.store.database import FILE, open_store
from ui.store.jobs import DEAD, JobStore, Kind
from ui.store.tables import JobRow

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def home(tmp_path: Path, library_index: Path) -> Path:
    shutil.copytree(library_index, tmp_path / "home" / "index")
    return tmp_path / "home"


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """The database as the servers have it, opened beside them."""
    engine = create_engine(f"sqlite:///{home / FILE}")
    yield engine
    engine.dispose()


def administering(browser: Browser, address: str, home: Path) -> Page:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([cookie(home, address)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{address}admin")
    page.get_by_text(words.SIGNED_IN.format(name=NAME)).wait_for()
    page.get_by_role("tab", name=words.INDEX, exact=True).click()
    return page


def phase(engine: Engine) -> tuple[str, str]:
    """The state and phase of the newest job."""
    with Session(engine) as session:
        row = session.scalars(select(JobRow).order_by(JobRow.id.desc())).first()
        return (row.state, row.phase) if row else ("", "")


def test_a_server_killed_in_a_rebuild(home: Path, engine: Engine, browser: Browser, tmp_path: Path) -> None:
    before = read_manifest(home / "index").generation
    with serving(home, tmp_path) as first:
        page = administering(browser, first.address, home)
        page.locator("#nj-admin-rebuild").click()
        end = time.monotonic() + 60
        while phase(engine) != ("running", words.PHASES[1][1]):
            assert time.monotonic() < end
            time.sleep(0.05)
        builders = psutil.Process(first.process.pid).children(recursive=True)
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        page.close()
    killed = time.monotonic()
    try:
        with serving(home, tmp_path) as second:
            page = administering(browser, second.address, home)
            with watching(page, second.address):
                told = page.locator("#nj-admin-index-state")
                told.get_by_text("原来的索引还在用").wait_for(timeout=90_000)
                assert words.JOBS["rebuild"] in told.inner_text()
                assert time.monotonic() - killed > DEAD - 6  # not before; the last sign of life was up to a beat old
                assert page.locator("#nj-admin-lately .nj-admin-job-lost").count() == 1
                assert phase(engine)[0] == "lost"
                assert read_manifest(home / "index").generation == before
                said = httpx.post(f"{second.address}api/ask", json={"question": "我在河南，产假多少天？"}, timeout=60)
                assert "188天" in said.json()["conclusion"]
                page.locator("#nj-admin-rebuild").click()
                told.get_by_text(words.PUBLISHED.split("{")[0]).wait_for(timeout=180_000)
                assert page.locator("#nj-admin-lately li").count() == 2
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert not list(home.glob(".index-*"))
    finally:
        for builder in builders:
            if builder.is_running():
                builder.kill()


def test_the_desk_says_that_her_last_job_was_broken_off(home: Path, browser: Browser, tmp_path: Path) -> None:
    with serving(home, tmp_path) as server:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        context.add_cookies([cookie(home, server.address)])  # type: ignore[list-item]
        own = open_store(f"sqlite:///{home / FILE}")
        gone = JobStore(own)
        gone.begin(Kind.LESSON, NAME)
        gone.leave()
        page = context.new_page()
        with watching(page, server.address):
            page.goto(f"{server.address}desk")
            page.get_by_text(desk_words.BROKEN_OFF.format(what=desk_words.LESSON)).wait_for()
            page.locator("#nj-desk-tabs [role=tab]").nth(2).click()
            page.locator("#nj-desk-paste textarea").fill("第一条 女职工生育享受产假90天。")
            page.locator("#nj-desk-check").click()
            page.locator("#nj-desk-found .nj-desk-finding").first.wait_for()
            page.reload()
            page.locator("#nj-desk-known button").first.wait_for()
            page.wait_for_timeout(1500)
            assert page.locator("#nj-desk-before [role=alert]").count() == 0
        said = JobStore(own).recent(1)[0].said
        assert said == desk_words.CHECKED_COUNT.format(count=1)
        own.dispose()
