"""Journeys on the page 问一问 in a real Chromium: place, sheet, sum, copying, printing, looks, leaving."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.ui.serving import CHROMIUM, INSTALL, Server

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Browser, Page

from rag.model import RESTATED
from tests.ui.screens import WIDTHS, ask, open_citation
from ui import words
from ui.ask import words as own

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("page", [pytest.param("wide", marks=pytest.mark.slow), "phone"], indirect=True)
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
PLACE = "我在河南，产假多少天？"


@BOTH
@pytest.mark.slow
def test_the_navigation_is_one_row_of_large_links(page: Page) -> None:
    links = page.locator(".nav-holder nav a")
    assert links.all_inner_texts() == [words.ASK, words.LIBRARY, words.DESK, words.APPROVE, words.BENCH, words.ADMIN]
    boxes = [link.bounding_box() for link in links.all()]
    assert len({round(box["y"]) for box in boxes if box}) == 1
    assert all(box and box["height"] >= 48 and box["width"] >= 48 for box in boxes)
    assert [link.get_attribute("aria-current") for link in links.all()] == ["page", None, None, None, None, None]
    assert contrast(page, ".nav-holder nav a:not(.active)") >= 7
    assert page.evaluate(FITS)


def contrast(page: Page, selector: str) -> float:
    """The contrast of an element's words to the page's paper."""
    found = page.evaluate(
        "(s) => [getComputedStyle(document.querySelector(s)).color, getComputedStyle(document.body).backgroundColor]",
        selector,
    )
    light, dark = sorted((luminance(colour) for colour in found), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.slow
def test_an_answer_begins_within_300_ms(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    ask(page, PLACE)  # the first loads what is loaded on use
    took = []
    for number in range(2, 7):
        page.get_by_label(words.BOX_LABEL).fill("我在江苏，陪产假几天？")
        began = page.evaluate(
            """(n) => new Promise((done) => {
                const began = performance.now();
                new MutationObserver((_, watch) => {
                  if (!document.querySelector(`.nj-turn:nth-child(${n}) .nj-said`)) return;
                  watch.disconnect();
                  done(performance.now() - began);
                }).observe(document.querySelector('#nj-chat'), {childList: true, subtree: true});
                document.querySelector('#nj-send').click();
            })""",
            number,
        )
        took.append(began)
        page.locator(f".nj-turn:nth-child({number}) [data-done=true]").wait_for()
    with capsys.disabled():
        print(f"\nan answer begins after {', '.join(f'{ms:.0f}' for ms in took)} ms")
    assert min(took) < 300


def test_a_question_stands_there_at_once_and_is_not_lost_where_there_is_no_room(
    browser: Browser, server: Server
) -> None:
    page = browser.new_page()  # of its own: a refusal is an error on the console
    page.goto(server.address)
    page.locator("#nj-send").wait_for()
    refused = '{"detail": "Queue is full."}'
    page.route("**/queue/join*", lambda r: r.fulfill(status=503, content_type="application/json", body=refused))
    box = page.get_by_label(words.BOX_LABEL)
    box.fill("产假<img src=x onerror=alert(1)>多少天？")
    page.evaluate("document.querySelector('#nj-send').click()")
    page.locator(".nj-pending .nj-fault").get_by_text(own.UNSENT).wait_for()
    assert page.locator(".nj-pending .nj-asked p").inner_text() == "产假<img src=x onerror=alert(1)>多少天？"
    page.wait_for_function("document.querySelector('#nj-box textarea').value.startsWith('产假<img')")
    page.unroute("**/queue/join*")
    held: list[Any] = []
    page.route("**/queue/join*", lambda r: held.append(r))  # a server that does not answer
    box.fill(PLACE)
    box.press("Enter")
    page.locator(".nj-pending .nj-searching").wait_for()
    assert page.locator(".nj-turn").count() == 1
    assert box.input_value() == ""
    held[0].continue_()
    page.locator("[data-done=true]").wait_for()
    assert page.locator(".nj-turn").count() == 1
    page.close()


@BOTH
def test_the_place_is_changed_and_the_question_answered_again(page: Page) -> None:
    ask(page, PLACE)
    chip = page.locator(".nj-chip")
    assert "按河南算" in chip.inner_text()
    chip.locator("button").click()
    page.locator(".nj-change select").select_option(label="江苏")
    page.locator(".nj-change [data-again]").click()
    page.get_by_text("按江苏算").wait_for()
    page.locator("[data-done=true]").wait_for()
    assert page.locator(".nj-turn").count() == 1
    assert "158天" in page.locator(".nj-said").inner_text()
    assert page.locator("#nj-region input").input_value() == "江苏"
    page.locator(".nj-answer > .nj-actions [data-again]").click()
    page.wait_for_timeout(300)
    assert "158天" in page.locator("[data-done=true] .nj-said").inner_text()


@pytest.mark.slow
def test_an_answer_that_asks_for_the_place_offers_the_choice(page: Page) -> None:
    ask(page, "产假多少天？")
    page.locator(".nj-change select").select_option(label="河南")
    page.locator(".nj-change [data-again]").click()
    page.get_by_text("按河南算").wait_for()


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_on_a_phone_the_source_is_a_sheet_that_holds_the_focus(page: Page) -> None:
    ask(page, PLACE)
    open_citation(page, 2)
    sheet = page.get_by_role("dialog", name=words.SOURCE_TITLE)
    page.wait_for_timeout(300)  # it rises
    box = sheet.bounding_box()
    assert box
    assert round(box["y"] + box["height"]) == WIDTHS["phone"][1]
    assert box["y"] > 60
    within = "document.querySelector('#nj-side').contains(document.activeElement) || document.activeElement.id === 'nj-leave'"
    for key in ["Tab"] * 8 + ["Shift+Tab"] * 3:
        page.keyboard.press(key)
        assert page.evaluate(within)
    assert page.locator("#nj-leave").is_visible()
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    assert page.evaluate("document.activeElement.dataset.cite") == "1-2"
    open_citation(page, 1)
    page.locator("#nj-source .nj-close").click()
    assert page.evaluate("document.activeElement.dataset.cite") == "1-1"
    open_citation(page, 1)
    page.mouse.click(195, 80)  # beside the sheet
    assert not page.locator("#nj-side").is_visible()
    assert page.evaluate("[...document.querySelectorAll('[inert]')].length") == 0


@pytest.mark.slow
def test_the_source_leads_to_the_reader(page: Page) -> None:
    ask(page, PLACE)
    open_citation(page, 1)
    link = page.get_by_role("link", name=own.IN_READER)
    assert re.fullmatch(r"/doc/[\w%.-]+#[\w%]+", str(link.get_attribute("href")))
    assert page.locator("#nj-side").get_attribute("role") == "complementary"


@BOTH
def test_a_sum_is_a_table_with_a_calendar(page: Page) -> None:
    ask(page, "我在安徽，2026年3月1日开始休产假，休到哪天？")
    assert page.locator(".nj-sum tbody tr").count() == 2
    assert page.locator(".nj-sum tfoot").inner_text().split() == [own.SUM_TOTAL, "158天"]
    assert page.locator(".nj-month").count() == 6
    assert "2026年8月9日" in str(page.locator(".nj-months").get_attribute("aria-label"))
    assert page.evaluate(FITS)
    page.locator(".nj-sum [data-cite]").last.click()
    page.locator("#nj-source mark").first.wait_for()


@BOTH
@pytest.mark.slow
def test_a_wide_table_scrolls_in_its_own_box(page: Page) -> None:
    ask(page, "各市今年托管班怎么安排的？")
    assert page.locator(".nj-table tbody tr").count() >= 5
    assert page.evaluate(FITS)
    page.locator(".nj-table [data-cite]").nth(1).click()
    page.locator("#nj-source mark").first.wait_for()


@pytest.mark.slow
def test_an_answer_is_copied_with_its_sources(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, PLACE)
    page.locator("[data-copy]").click()
    page.get_by_text(own.COPIED).wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(own.ASKED.format(asked=PLACE))
    assert RESTATED in text
    assert "《女职工劳动保护特别规定》第七条" in text
    assert own.RESTATED_MARK in text


@pytest.mark.slow
def test_where_the_clipboard_is_refused_the_text_is_there_to_select(page: Page) -> None:
    ask(page, PLACE)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.locator("[data-copy]").click()
    page.get_by_text(own.COPY_BY_HAND).wait_for()
    box = page.get_by_label(own.COPY_BOX)
    assert page.evaluate("getSelection().toString()") == box.input_value()


@pytest.mark.slow
def test_a_page_is_printed_with_the_one_answer_and_all_its_sources(page: Page) -> None:
    ask(page, "哺乳期每天有多长时间喂奶？")
    ask(page, PLACE)
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("window.print = () => { window.printed = document.documentElement.className; }")
    page.evaluate("document.querySelector('.nj-turn:last-child [data-print]').click()")
    assert "nj-print-one" in page.evaluate("window.printed")
    seen = [turn.is_visible() for turn in page.locator(".nj-turn").all()]
    assert seen == [False, True]
    for hidden in (".nav-holder", "#nj-head", "#nj-foot", "#nj-ask", "#nj-side", ".nj-turn:last-child .nj-actions"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator(".nj-turn:last-child .nj-onpaper").first.is_visible()
    colours = "(e) => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]"
    assert page.locator(".nj-turn:last-child .nj-said").evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.querySelectorAll('.nj-printed').length") == 0


@BOTH
@pytest.mark.slow
def test_large_type_and_high_contrast_are_remembered_in_the_browser_alone(page: Page) -> None:
    before = page.evaluate("document.querySelector('#nj-ask').getBoundingClientRect().height")
    for name in (words.LARGE, words.CONTRAST):
        page.get_by_role("button", name=name).click()
    page.reload()
    page.locator("#nj-send").wait_for()
    assert page.get_by_role("button", name=words.LARGE).get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.querySelector('#nj-ask').getBoundingClientRect().height") > before * 1.15
    assert contrast(page, "#nj-foot p") > 20
    assert page.evaluate(FITS)
    ask(page, PLACE)
    assert page.evaluate(FITS)
    open_citation(page, 1)
    box = page.locator("#nj-side").bounding_box()
    assert box
    assert box["y"] >= 0
    assert sorted(page.evaluate("Object.keys(localStorage)")) == ["nj-contrast", "nj-large"]
    page.evaluate("window.niangjiaOpener = null")
    page.keyboard.press("Escape")
    page.locator("#nj-region input").click()
    option = page.get_by_role("option", name="河南", exact=True)
    option.scroll_into_view_if_needed()
    option.click()
    assert page.locator("#nj-region input").input_value() == "河南"


def test_everything_needed_is_reached_and_named(page: Page) -> None:
    ask(page, PLACE)
    nameless = """() => [...document.querySelectorAll('button, a[href], input, select, textarea')]
        .filter((e) => e.offsetParent && !(e.innerText || '').trim() && !e.getAttribute('aria-label') && !e.labels?.length && !e.title)
        .map((e) => e.outerHTML.slice(0, 120))"""
    assert page.evaluate(nameless) == []
    small = """() => [...document.querySelectorAll('#nj-page button, .nj-headbar button, .nav-holder a, #nj-page select')]
        .filter((e) => e.offsetParent)
        .map((e) => [e.innerText, e.getBoundingClientRect().height]).filter(([, height]) => height < 44)"""
    assert page.evaluate(small) == []
    said = page.locator("#nj-live").inner_text()
    assert said.startswith(own.READY)
    assert "188天" in said


@pytest.mark.parametrize("way", [pytest.param("button", marks=pytest.mark.slow), "keys"])
def test_leaving_is_at_once_and_leaves_nothing(browser: Browser, server: Server, way: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    elsewhere: list[str] = []
    context.route("https://**", lambda route: (elsewhere.append(route.request.url), route.fulfill(body="<p>别处</p>")))
    page = context.new_page()
    cleared: list[str] = []
    page.goto(server.address)
    page.locator("#nj-send").wait_for()
    ask(page, PLACE)
    assert elsewhere == []
    page.on("request", lambda request: cleared.append(request.url))
    length = page.evaluate("history.length")
    if way == "button":
        page.get_by_role("button", name=words.LEAVE).click(no_wait_after=True)
    else:
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.wait_for_url("https://www.baidu.com/")
    assert any("/queue/" in url or "/run/" in url for url in cleared)  # the conversation is cleared on the server too
    assert page.evaluate("history.length") == length  # the entry is replaced
    page.go_back()
    assert "188天" not in page.content()
    context.close()


@pytest.mark.slow
def test_one_escape_does_not_leave(page: Page) -> None:
    page.keyboard.press("Escape")
    page.wait_for_timeout(900)
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.locator("#nj-send").is_visible()


def test_the_page_says_that_nothing_is_kept(page: Page) -> None:
    assert own.NOTHING_KEPT in page.locator("#nj-kept").inner_text()
    ask(page, PLACE)
    page.locator("[data-bad]").click()
    page.get_by_text(own.NOT_KEPT).wait_for()
    assert page.locator("#nj-model").count() == 0
