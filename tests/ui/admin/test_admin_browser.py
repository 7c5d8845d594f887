"""The journey of 管理 in a real browser: the one-time link, a document dropped, taken in, published, asked about, and back."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.ui.admin.papers import AREA, ASKED, TITLE, broken, hostile, regulation
from tests.ui.serving import CHROMIUM, INSTALL, Server, serving
from tests.ui.signing import NAME, PASSWORD

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.ui.screens import WIDTHS, ask
from tests.ui.watching import watching
from ui import signin
from ui.admin import words
from ui.store.database import open_store
from ui.store.kept import Kept

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # the other files of this folder try the same without a browser


@pytest.fixture(scope="module")
def home(server: Server, server_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of our own; the index is the one that the common server built."""
    home = tmp_path_factory.mktemp("admin") / "home"
    shutil.copytree(server_home / "home" / "index", home / "index")
    return home


@pytest.fixture(scope="module")
def own(home: Path) -> Iterator[Server]:
    with serving(home, home.parent) as running:
        yield running


@pytest.fixture(scope="module")
def context(browser: Browser, own: Server) -> Iterator[BrowserContext]:
    """A browser in which the admin was set up with the link that the server printed."""
    end = time.monotonic() + 10
    while not (link := re.search(r"http://\S+setup=\S+", own.log.read_text(encoding="utf-8"))):
        assert time.monotonic() < end
        time.sleep(0.1)
    context = browser.new_context(locale="en-US", color_scheme="light")
    page = context.new_page()
    page.goto(link[0])
    page.get_by_label(signin.NAME).fill(NAME)
    page.get_by_label(signin.PASSWORD, exact=True).fill(PASSWORD)
    page.get_by_label(signin.AGAIN).fill(PASSWORD)
    page.get_by_role("button", name=signin.SET_UP).click()
    page.wait_for_url("**/admin")
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, own: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page 管理, signed in; fails its test where it asked another host or wrote an error to the console."""
    width, height = WIDTHS[getattr(request, "param", "wide")]
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    with watching(page, own.address):
        page.goto(f"{own.address}admin")
        page.get_by_text(words.SIGNED_IN.format(name=NAME)).wait_for()
        yield page


def drop(page: Page, *paths: Path) -> None:
    page.locator("#nj-admin-drop input[type=file]").set_input_files(paths)
    page.locator(f".nj-admin-card >> nth={len(paths) - 1}").wait_for(timeout=60_000)


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def shown(page: Page, text: str | re.Pattern[str]) -> Locator:
    """A cell of the grid, which has a hidden table beside the visible one."""
    return page.locator("#nj-admin-grid").get_by_text(text, exact=True).filter(visible=True).first


def rebuild(page: Page, button: str, said: str) -> None:
    tab(page, words.INDEX)
    page.locator(button).click()
    page.locator("#nj-admin-index-state").get_by_text(said).wait_for(timeout=120_000)


def test_a_dropped_document_is_shown_and_taken_in(page: Page, home: Path, tmp_path: Path) -> None:
    drop(page, regulation(tmp_path), broken(tmp_path), hostile(tmp_path))
    good, bad, odd = (page.locator(".nj-admin-card").nth(n) for n in range(3))
    for said in (TITLE, "江苏省南京市", "2024-05-01", "地方政府规章", words.GUESSED.split("{")[0]):
        assert said in good.inner_text()
    good.locator("summary").click()
    assert good.get_by_text(AREA).is_visible()
    assert "坏的.pdf" in bad.inner_text()
    assert words.REFUSED in bad.inner_text()
    assert odd.locator("script, img, a").count() == 0
    page.get_by_label("=cmd 规定.txt").uncheck()
    page.locator("#nj-admin-take").click()
    page.get_by_text(words.TAKEN.format(count=1, provisions=4)).wait_for(timeout=60_000)
    assert [p.name for p in (home / "documents").iterdir()] == [f"{TITLE}.docx"]
    tab(page, words.CATALOGUE)
    shown(page, TITLE).wait_for()


def test_a_new_document_is_cited_until_one_goes_back(page: Page, own: Server, home: Path, tmp_path: Path) -> None:
    if not list(home.glob("documents/*.docx")):  # the test before this one did not run
        drop(page, regulation(tmp_path))
        page.locator("#nj-admin-take").click()
        page.get_by_text(words.TAKEN.format(count=1, provisions=4)).wait_for(timeout=60_000)
    rebuild(page, "#nj-admin-rebuild", words.PUBLISHED.split("{")[0])
    page.goto(own.address)
    ask(page, ASKED)
    assert TITLE in page.locator(".nj-turn").inner_text()
    assert "十二平方米" in page.locator(".nj-turn").inner_text()
    page.goto(f"{own.address}admin")
    page.get_by_text(words.SIGNED_IN.format(name=NAME)).wait_for()
    rebuild(page, "#nj-admin-back", words.WENT_BACK.split("{")[0])
    page.goto(own.address)
    ask(page, ASKED)
    assert TITLE not in page.locator(".nj-turn").inner_text()


def test_a_cell_is_edited_and_a_bad_one_is_named(page: Page, home: Path) -> None:
    tab(page, words.CATALOGUE)
    # a grid filled while its tab is hidden may stay empty on a busy machine; and what comes late would undo what is typed
    page.locator("#nj-admin-reload").click()
    page.wait_for_timeout(2500)  # nothing on the page says that the grid was filled anew
    grid = page.locator("#nj-admin-grid")

    def put(text: str) -> None:
        shown(page, re.compile("^(地方政府规章|法津)$")).click()
        page.keyboard.press("Enter")
        page.locator("#nj-admin-grid textarea").wait_for()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        shown(page, text).wait_for()
        page.locator("#nj-admin-save").click()

    shown(page, "地方政府规章").wait_for()
    put("法津")
    page.locator("#nj-admin-grid-state").get_by_text("「法津」不认识").wait_for()
    assert words.ROW.format(number=1, title=TITLE) in page.locator("#nj-admin-grid-state").inner_text()
    assert grid.get_by_text("法津").count()  # what was typed is still there
    put("规范性文件")
    page.get_by_text(words.SAVED.format(count=1)).wait_for()
    assert "规范性文件" in (home / "catalog.csv").read_text(encoding="utf-8-sig")
    page.get_by_label(words.REMOVE_WHICH).click()
    page.get_by_role("option", name=TITLE).click()
    page.locator("#nj-admin-remove").click()
    page.get_by_text(words.REMOVED.format(title=TITLE, place="").split("，")[0]).wait_for()
    assert not list((home / "documents").iterdir())


def test_what_is_kept_is_switched_counted_and_erased(page: Page, home: Path) -> None:
    tab(page, words.KEPT)
    page.get_by_label(words.KEEPING).check()
    page.locator("#nj-admin-keep").click()
    page.get_by_text(words.KEPT_SAVED.format(state=words.STATE_ON, days=90)).wait_for()
    engine = open_store(f"sqlite:///{home / 'store.db'}")
    Kept(engine).unanswered(("<b>产假</b>",), "江苏", "refused")
    engine.dispose()
    page.locator("#nj-admin-refresh").click()
    page.locator("#nj-admin-counts").get_by_text("<b>产假</b>").wait_for()
    with page.expect_download() as got:
        page.get_by_role("link", name="全部 Excel").click()
    assert got.value.path().read_bytes()[:2] == b"PK"
    page.locator("#nj-admin-erase").click()
    page.get_by_text(words.NOT_SURE).wait_for()
    page.get_by_label(words.ERASE_SURE).check()
    page.locator("#nj-admin-erase").click()
    page.get_by_text(words.ERASED.format(rows=1)).wait_for()
    page.get_by_text(words.NOTHING_KEPT).wait_for()


def test_too_large_a_file_is_refused_in_chinese(own: Server, context: BrowserContext, tmp_path: Path) -> None:
    page = context.new_page()  # not the fixture: Gradio asks how far an upload is that it never began, and logs the 404
    page.goto(f"{own.address}admin")
    large = tmp_path / "很大.txt"
    with large.open("wb") as out:
        out.truncate(61 * 2**20)
    page.locator("#nj-admin-drop input[type=file]").set_input_files([large])
    page.get_by_text("文件太大").wait_for()
    assert page.get_by_text("File(s) exceed").count() == 0
    page.close()


@pytest.mark.parametrize("page", ["wide", "phone"], indirect=True)
def test_every_tab_fits_the_screen(page: Page, tmp_path: Path) -> None:
    for name in (words.ADD, words.CATALOGUE, words.INDEX, words.KEPT):
        tab(page, name)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        small = page.locator("#nj-admin button:visible").evaluate_all(
            "all => all.filter(b => b.getBoundingClientRect().height < 43 && !b.closest('#nj-admin-grid')).map(b => b.outerHTML)"
        )
        assert not small


def test_a_stranger_sees_the_form_and_moves_nothing(own: Server, context: BrowserContext) -> None:
    stranger = context.browser
    assert stranger
    other = stranger.new_context(viewport={"width": 390, "height": 844})
    page = other.new_page()
    page.goto(f"{own.address}bench")
    assert page.url.endswith("/signin?next=/bench")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_label(signin.NAME).fill(NAME)
    page.get_by_label(signin.PASSWORD).fill("not the password")
    page.keyboard.press("Enter")
    page.get_by_text(signin.WRONG).wait_for()
    # all of Gradio's events of this page, tried without signing in
    config = page.request.get(f"{own.address}config").json()
    events = [d["id"] for d in config["dependencies"] if d["id"] in config["page"]["admin"]["dependencies"]]
    assert len(events) >= 12
    ticks = {d["id"] for d in config["dependencies"] if d["targets"][0][1] == "tick"}
    for number in events:
        body = {"fn_index": number, "data": [None, None], "session_hash": f"stranger{number}"}
        assert page.request.post(f"{own.address}gradio_api/queue/join", data=body).ok
        said = page.request.get(f"{own.address}gradio_api/queue/data?session_hash=stranger{number}").text()
        refused = '"success":false' in said.replace(" ", "")
        assert refused or number in ticks, (number, said)  # the clock is told to stop, and nothing else
        assert "份文件" not in said
    page.close()
    other.close()


def test_signing_out_ends_it(own: Server, context: BrowserContext) -> None:
    page = context.new_page()  # not the fixture: leaving the page breaks off a stream of Gradio's, which it may log
    page.goto(f"{own.address}admin")
    page.get_by_role("link", name=words.SIGN_OUT).click()
    page.get_by_role("button", name=signin.OUT).click()
    page.locator("#nj-send").wait_for()
    page.goto(f"{own.address}admin")
    assert "/signin" in page.url
    page.close()


def test_no_request_fails_while_publishing(own: Server, home: Path, context: BrowserContext) -> None:
    from tests.ui.signing import session  # the account anew: nobody else needs this server any more

    token = session(home)
    failed: list[str] = []
    slowest = 0.0
    over = threading.Event()

    def asking() -> None:
        nonlocal slowest
        with httpx.Client(base_url=own.address, timeout=60) as client:
            while not over.is_set():
                started = time.monotonic()
                answer = client.post("/api/ask", json={"question": "我在河南，产假多少天？"})
                slowest = max(slowest, time.monotonic() - started)
                if answer.status_code not in (200, 429) or (answer.status_code == 200 and "188天" not in answer.text):
                    failed.append(answer.text[:200])
                time.sleep(0.3)

    threads = [threading.Thread(target=asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    context.add_cookies([{"name": signin.SESSION, "value": token, "url": own.address}])
    page = context.new_page()
    page.goto(f"{own.address}admin")
    for button, said in (
        ("#nj-admin-rebuild", words.PUBLISHED),
        ("#nj-admin-back", words.WENT_BACK),
        ("#nj-admin-rebuild", words.PUBLISHED),
    ):
        rebuild(page, button, said.split("{")[0])
    page.close()
    over.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert slowest < 10
