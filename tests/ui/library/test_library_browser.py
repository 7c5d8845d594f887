"""查政策 in a real headless Chromium, on a phone and on a desk: the list, the reader, provinces; nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from tests.ui.serving import CHROMIUM, INSTALL, Server

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Browser, Page, expect

from tests.ui.screens import WIDTHS
from tests.ui.watching import watching
from ui.library import words

pytestmark = pytest.mark.browser
both = pytest.mark.parametrize("page", [pytest.param("wide", marks=pytest.mark.slow), "phone"], indirect=True)
HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} {{value}}"


@pytest.fixture
def page(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails its test where it asked another host or wrote an error to the console."""
    width, height = WIDTHS[getattr(request, "param", "wide")]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        locale="en-US",
        color_scheme="light",
        base_url=server.address,
        permissions=["clipboard-read", "clipboard-write"],
    )
    with watching(page, server.address):
        yield page
        fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert fits


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option of a drop-down list."""
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


@both
@pytest.mark.slow
def test_the_list_is_searched_filtered_linked_and_read(page: Page) -> None:
    page.goto("/library")
    page.locator(".nj-documents li").first.wait_for()
    assert page.locator(".nj-documents > li").count() == 40
    page.get_by_role("button", name=words.NEXT).click()
    page.wait_for_url("**/library?page=2")
    page.get_by_label(words.SEARCH).fill("哺乳时间")
    page.get_by_role("button", name=words.FIND).click()
    page.locator(".nj-hit mark").first.wait_for()
    choose(page, words.LEVEL, "行政法规")
    page.wait_for_function("decodeURIComponent(location.search).includes('level=行政法规')")
    first = page.locator(".nj-hit a").first
    first.wait_for()
    linked = page.url
    page.goto("/library?topic=孕期辞退")
    page.locator(".nj-topic a").first.wait_for()
    page.goto(linked)
    page.locator(".nj-hit mark").first.wait_for()
    expect(page.get_by_label(words.SEARCH)).to_have_value("哺乳时间")
    expect(page.get_by_label(words.LEVEL, exact=True)).to_have_value("行政法规")
    assert page.url == linked
    first.click()
    page.wait_for_url("**/doc/**")
    assert page.locator(".nj-provision:target").is_visible()


@both
def test_the_reader_shows_one_provision_and_copies_its_link(page: Page) -> None:
    page.goto("/doc/女职工劳动保护特别规定#第七条")
    target = page.locator(".nj-provision:target")
    box = target.bounding_box()
    assert box
    assert 0 <= box["y"] < 120
    assert "98天产假" in target.inner_text()
    target.get_by_text(words.COPY).click()
    target.get_by_text(words.COPIED).wait_for()
    assert unquote(page.evaluate("navigator.clipboard.readText()")).endswith("/doc/女职工劳动保护特别规定#第七条")
    target.get_by_text(words.LATER, exact=True).click()
    assert "第八条" in page.locator(".nj-provision:target h2").inner_text()


def test_the_reader_works_without_scripts_and_in_the_dark(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark", base_url=server.address)
    page = context.new_page()
    page.goto("/doc/女职工劳动保护特别规定")
    page.get_by_role("link", name="第九条").first.click()
    assert "1小时" in page.locator(".nj-provision:target").inner_text()
    context.close()


@both
@pytest.mark.slow
def test_provinces_are_drawn_and_sorted(page: Page) -> None:
    page.goto("/library")
    page.locator(".nj-documents li").first.wait_for()
    page.get_by_role("tab", name=words.TAB_PROVINCES).click()
    page.locator(".nj-provinces tbody tr").first.wait_for()
    assert page.locator(".nj-chart li").count() == 31
    page.get_by_label("婚假", exact=True).check()
    page.get_by_text(words.CHART.format(name="婚假")).wait_for()
    page.wait_for_function("decodeURIComponent(location.search).includes('kind=婚假')")
    page.locator("[data-sort='婚假']").click()
    page.locator("th[aria-sort=descending]").wait_for()
    assert page.locator(".nj-provinces tbody th").first.inner_text() in ("山西", "甘肃")
    page.locator("[data-sort='婚假']").click()
    page.locator("th[aria-sort=ascending]").wait_for()
    page.locator(".nj-provinces td details summary").first.click()
    page.locator(".nj-provinces td .nj-figure a").first.click()
    page.wait_for_url("**/doc/**")
    assert page.locator(".nj-provision:target").is_visible()


@both
@pytest.mark.slow
def test_two_provinces_are_chosen_and_linked(page: Page) -> None:
    page.goto("/library?tab=pair&first=江苏省&second=河南省")
    page.locator(".nj-pair").wait_for()
    assert "188天" in page.locator(".nj-pair tr").nth(1).inner_text()
    choose(page, words.SECOND, "广东")
    page.get_by_text("广东产假178天").first.wait_for()
    assert "second=广东省" in unquote(page.url)
    page.get_by_role("tab", name=words.TAB_LIST).click()
    page.wait_for_url("**/library")


def test_hostile_words_stay_words(page: Page) -> None:
    page.goto("/library?words=" + HOSTILE.replace(" ", "%20").replace("{", "%7B") + "&level=<b>&kind=x&tab=list")
    page.locator(".nj-documents li, .nj-none").first.wait_for()
    expect(page.get_by_label(words.SEARCH)).to_have_value(HOSTILE)
    assert page.locator("#nj-listed :is(script, img, iframe, b)").count() == 0
    page.get_by_label(words.SEARCH).press("Enter")
    page.wait_for_timeout(300)
    assert page.locator("#nj-listed :is(script, img, iframe, b)").count() == 0
