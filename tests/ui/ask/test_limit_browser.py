"""Who asks too fast is told so in the page, keeps what she wrote, and is answered a little later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.ui.serving import CHROMIUM, INSTALL, Server, serving
from ui import words
from ui.headers import JOIN

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # a server of its own, and waiting
QUESTION = "我在河南，产假多少天？"


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory, server_home: Path) -> Iterator[Server]:
    with serving(server_home / "home", tmp_path_factory.mktemp("slow"), more=["--rate", "0.1"]) as running:
        yield running


def test_too_fast_is_said_and_nothing_she_wrote_is_lost(browser: Browser, slow: Server) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(slow.address)
    box = page.get_by_label(words.BOX_LABEL)
    box.fill(QUESTION)
    for _ in range(40):  # somebody else of her house
        late = httpx.post(slow.address.rstrip("/") + JOIN, json={})
        if late.status_code == 429:
            break
    assert late.status_code == 429
    box.press("Enter")
    page.get_by_text(words.TOO_FAST).wait_for()
    assert box.input_value() == QUESTION
    assert page.locator("[data-done]").count() == 0
    page.wait_for_timeout(1000 * (int(late.headers["retry-after"]) + 1))
    box.press("Enter")
    done = page.locator("[data-done=true]")
    done.wait_for()
    assert "188天" in done.inner_text()
    page.close()
