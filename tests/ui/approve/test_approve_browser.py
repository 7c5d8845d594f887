"""The journey of 审定 in a real browser: approve, ask elsewhere, an edit without a source, another index, withdraw."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from documents import shipped
from documents.validity import resolve
from index import build_documents
from index.encoder import load_encoder
from tests.ui.serving import CHROMIUM, INSTALL, Server, serving
from tests.ui.signing import cookie

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Browser, BrowserContext, Page

from index.publish import go_back, promote
from tests.ui.screens import WIDTHS, ask
from tests.ui.watching import watching
from ui.admin import words as admin_words
from ui.approve import words

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # tests/ui/approve/test_desk.py tries the same without a browser

ASKED, ROLE = "哺乳期每天有多长时间喂奶？", "省总工会女职工部"
RULES, NURSING = "女职工劳动保护特别规定", "第九条"
LABEL = f"{ROLE} "


@pytest.fixture(scope="module")
def home(server_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of our own; the index before the present one is a small one, in which the article on nursing changed."""
    home = tmp_path_factory.mktemp("approve") / "home"
    shutil.copytree(server_home / "home" / "index", home / "index")
    law = next(d for d in shipped() if d.title == RULES)
    new = tuple(replace(p, text=p.text + "单位要书面告知。") if p.article == NURSING else p for p in law.provisions)
    build_documents(resolve([replace(law, provisions=new)]), home / ".small", load_encoder())
    promote(home / ".small", home / "index")
    go_back(home / "index")
    return home


@pytest.fixture(scope="module")
def own(home: Path) -> Iterator[Server]:
    with serving(home, home.parent) as running:
        yield running


@pytest.fixture(scope="module")
def signed(browser: Browser, own: Server, home: Path) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-US", color_scheme="light")
    context.add_cookies([cookie(home, own.address)])  # type: ignore[list-item]
    yield context
    context.close()


@pytest.fixture
def page(signed: BrowserContext, own: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page 审定, signed in; fails its test where it asked another host or wrote an error to the console."""
    width, height = WIDTHS[getattr(request, "param", "wide")]
    page = signed.new_page()
    page.set_viewport_size({"width": width, "height": height})
    with watching(page, own.address):
        opened(page, own)
        yield page


def opened(page: Page, own: Server) -> None:
    page.goto(f"{own.address}approve")
    page.locator("#nj-approve-list :is(p, article)").first.wait_for()


def look(page: Page) -> None:
    page.get_by_label(words.ASKED, exact=True).fill(ASKED)
    page.locator("#nj-approve-look").click()
    page.locator(".nj-approve-answer").wait_for()
    page.locator("#nj-approve-chosen input").first.wait_for()


def chat(browser: Browser, own: Server, asked: str) -> str:
    """Ask in a session of somebody else. Returns the answer's text."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(own.address)
    ask(page, asked)
    said = page.locator(".nj-turn").inner_text()
    context.close()
    return said


def test_only_who_is_signed_in_sees_it(browser: Browser, own: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{own.address}approve")
    assert "/signin" in page.url
    context.close()


def test_an_edit_without_a_source_is_refused(page: Page) -> None:
    look(page)
    page.locator("#nj-approve-role input, #nj-approve-role textarea").first.fill(ROLE)
    page.locator("#nj-approve-conclusion textarea").fill("每天有3小时哺乳时间。")
    page.locator("#nj-approve-approve").click()
    page.locator("#nj-approve-verdict .nj-approve-fault").get_by_text("数字3").wait_for()
    for box in page.locator("#nj-approve-chosen input:checked").all():
        box.uncheck()
    page.locator("#nj-approve-conclusion textarea").fill("每天有1小时哺乳时间。")
    page.locator("#nj-approve-approve").click()
    page.locator("#nj-approve-verdict .nj-approve-fault").get_by_text("没有选出处").wait_for()
    assert page.locator(".nj-approve-card").count() == 0


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_approved_and_given_to_others_until_withdrawn(page: Page, browser: Browser, own: Server) -> None:
    look(page)
    page.locator("#nj-approve-role input, #nj-approve-role textarea").first.fill(ROLE)
    page.locator("#nj-approve-approve").click()
    page.locator(".nj-approve-card.nj-approve-fine").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"][0]
    for asked in (ASKED, "请问哺乳期每天有多长时间喂奶"):
        said = chat(browser, own, asked)
        assert LABEL in said
        assert f"本答复经{ROLE}于" in said
    assert LABEL not in chat(browser, own, "我在河南，产假多少天？")
    row = httpx.post(f"{own.address}api/ask", json={"question": ASKED}, timeout=60).json()
    assert row["approved"]["role"] == ROLE
    page.get_by_label(words.WHICH).click()
    page.get_by_role("option").first.click()
    page.locator("#nj-approve-withdraw").click()
    page.locator(".nj-approve-card.nj-approve-out").wait_for()
    assert LABEL not in chat(browser, own, ASKED)
    page.get_by_label(words.WHICH).click()
    page.get_by_role("option").first.click()
    page.locator("#nj-approve-again").click()
    page.locator(".nj-approve-answer").wait_for()
    page.locator("#nj-approve-approve").click()
    page.locator(".nj-approve-card.nj-approve-fine").wait_for()
    assert LABEL in chat(browser, own, ASKED)


def test_another_index_ends_it(page: Page, browser: Browser, own: Server) -> None:
    if not page.locator(".nj-approve-card.nj-approve-fine").count():  # the test before this one did not run
        look(page)
        page.locator("#nj-approve-role input, #nj-approve-role textarea").first.fill(ROLE)
        page.locator("#nj-approve-approve").click()
        page.locator(".nj-approve-card.nj-approve-fine").wait_for()
    page.goto(f"{own.address}admin")
    page.get_by_role("tab", name=admin_words.INDEX, exact=True).click()
    page.locator("#nj-admin-back").click()
    page.locator("#nj-admin-index-state").get_by_text(admin_words.WENT_BACK.split("{")[0]).wait_for(timeout=60_000)
    said = chat(browser, own, ASKED)
    assert LABEL not in said
    assert "1小时" in said  # the fresh answer
    opened(page, own)
    page.locator(".nj-approve-card.nj-approve-bad").wait_for()
    assert f"《{RULES}》{NURSING}" in page.locator(".nj-approve-state").inner_text()
