"""评测 in Chromium at both widths: runs listed, two compared, a suite stopped, the report opened; nobody unknown gets in."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.serving import CHROMIUM, INSTALL, Server
from tests.ui.signing import cookie

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Browser, BrowserContext, Page

from tests.ui.screens import WIDTHS
from tests.ui.watching import watching
from ui.bench import words

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def runs(server: Server, server_home: Path) -> Iterator[Path]:
    """The server's runs: two small ones, one of them of a hostile name; taken away after these tests."""
    runs = server_home / "home" / "runs"
    for number, suite in enumerate(("leave", HOSTILE)):
        write(runs / f"2026112{number}T083348Z-x", suite)
    yield runs
    shutil.rmtree(runs)


def write(run: Path, suite: str) -> None:
    run.mkdir(parents=True)
    config = {"suites": [{"name": suite, "cases": 2}], "started": "2026-11-21T08:33:49+00:00", "finished": "now"}
    (run / "config.json").write_text(json.dumps(config), encoding="utf-8")
    figures = {key: {"mean": 0.5, "low": 0.25, "high": 0.75} for key in words.MEASURES}
    (run / "summary.json").write_text(json.dumps({"overall": {"ours": figures}}), encoding="utf-8")
    (run / "report.html").write_text("<!doctype html><script>document.title = '报告开了'</script>", encoding="utf-8")
    there = (run / "summary.json").stat()
    os.utime(run / "report.html", ns=(there.st_atime_ns, there.st_mtime_ns))  # as one of just these figures


@pytest.fixture(scope="module")
def context(browser: Browser, runs: Path, server: Server, server_home: Path) -> Iterator[BrowserContext]:
    """A browser that is signed in."""
    context = browser.new_context(locale="en-US", color_scheme="light")
    context.add_cookies([cookie(server_home / "home", server.address)])  # type: ignore[list-item]
    yield context
    context.close()


@pytest.fixture(params=[pytest.param("wide", marks=pytest.mark.slow), "phone"])
def page(context: BrowserContext, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = WIDTHS[request.param]
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    with watching(page, server.address):
        yield page
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_runs_are_seen_opened_and_compared(page: Page, server: Server, tmp_path: Path) -> None:
    page.goto(f"{server.address}bench")
    table = page.locator("#nj-bench-runs table")
    table.wait_for()
    assert table.locator("tbody tr").count() == 2
    assert HOSTILE in table.inner_text()
    assert table.locator("img, script").count() == 0
    assert "0.25–0.75" in table.inner_text()
    with page.context.expect_page() as opened:
        table.get_by_role("link").first.click()
    opened.value.wait_for_load_state()
    assert opened.value.title() == "报告开了"
    opened.value.close()
    page.locator("#nj-bench-compare").click()
    page.get_by_text(words.PICK_TWO).wait_for()
    page.screenshot(path=tmp_path / "bench.png", full_page=True)


def test_a_suite_is_started_and_stopped(page: Page, server: Server, runs: Path) -> None:
    page.goto(f"{server.address}bench")
    page.locator("#nj-bench-runs table").wait_for()
    page.get_by_role("checkbox", name="leave").check()
    page.locator("#nj-bench-start").click()
    page.locator("#nj-bench-state progress").wait_for()
    page.locator("#nj-bench-stop:not([disabled])").click()
    page.locator("#nj-bench-state").get_by_text("已经停下").wait_for()
    shutil.rmtree(next(runs.glob("*-leave")))
