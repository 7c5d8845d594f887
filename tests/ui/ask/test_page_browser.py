"""The page in a real headless Chromium: a question is typed, a citation clicked, a screenshot taken; no other host is asked."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from rag.model import RESTATED
from tests.ui.serving import CHROMIUM, INSTALL, Server

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Page, expect

from tests.ui.screens import ask, open_citation
from ui import words

pytestmark = pytest.mark.browser
SECRET = "我叫赵小燕，难产住院第三十七床，产假多少天"


@pytest.mark.parametrize("page", [pytest.param("wide", marks=pytest.mark.slow), "phone"], indirect=True)
def test_a_question_is_answered_and_its_source_opened(
    page: Page, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator(".nj-example").count() == 6
    page.screenshot(path=tmp_path / "empty.png")
    ask(page, "我在河南，产假多少天？")
    assert "188天" in page.locator(".nj-conclusion").inner_text()
    open_citation(page, 1)
    panel = page.locator("#nj-source")
    said = page.locator(".nj-basis li").nth(0).locator(".nj-quote").inner_text()
    assert "".join(panel.locator("mark").all_inner_texts()) in re.sub(r"\s", "", said)  # one mark a paragraph
    assert panel.get_by_text(RESTATED).is_visible()
    assert panel.locator("mark").first.is_visible()
    shot = tmp_path / "source.png"
    page.screenshot(path=shot)
    assert shot.stat().st_size > 20_000
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    panel.locator(".nj-back" if page.locator(".nj-back").is_visible() else ".nj-close").click()
    assert page.evaluate("document.activeElement.dataset.cite") == "1-1"


@pytest.mark.slow
def test_the_source_opens_by_keyboard(page: Page) -> None:
    ask(page, "哺乳期每天有多长时间喂奶？")
    page.locator(".nj-marks .nj-cite").first.focus()
    page.keyboard.press("Enter")
    page.locator("#nj-source mark").first.wait_for()
    page.wait_for_function("document.activeElement.tagName === 'H2'")


def test_a_chosen_region_counts_and_a_follow_up_uses_history(page: Page) -> None:
    page.locator("#nj-region input").click()
    page.get_by_role("option", name="河南", exact=True).click()
    ask(page, "产假多少天？")
    assert "188天" in page.locator(".nj-turn").nth(0).inner_text()
    ask(page, "那双胞胎呢？")
    assert "河南" in page.locator(".nj-turn").nth(1).locator(".nj-answer").inner_text()
    page.locator("#nj-clear").click()
    page.locator(".nj-example").first.wait_for()
    assert page.locator(".nj-turn").count() == 0
    assert page.locator("#nj-source").count() == 0 or not page.locator("#nj-source").is_visible()


@pytest.mark.parametrize("page", [pytest.param("wide", marks=pytest.mark.slow), "phone"], indirect=True)
@pytest.mark.slow
def test_a_source_opened_far_down_is_in_sight(page: Page) -> None:
    for asked in ("怀孕了公司要辞退我，怎么办？", "我在河南，产假多少天？", "我在江苏，陪产假几天？"):
        ask(page, asked)
    open_citation(page, 1)
    box = page.locator("#nj-source h2").bounding_box()
    size = page.viewport_size
    assert box
    assert size
    assert 0 <= box["y"] < size["height"]


@pytest.mark.slow
def test_an_example_is_one_click(page: Page) -> None:
    page.locator(".nj-example").nth(2).click()
    page.locator("[data-done=true]").wait_for()
    assert "哺乳" in page.locator(".nj-conclusion").inner_text()


@pytest.mark.slow
def test_a_link_fills_the_box_and_sends_nothing(page: Page, server: Server) -> None:
    asked = '女职工劳动保护特别规定第七条说的是什么？<img src=x onerror="alert(1)">'
    page.goto(f"{server.address}?q={quote(asked)}")
    box = page.get_by_label("你遇到了什么事？")
    expect(box).to_have_value(asked)
    assert "q=" not in page.url
    assert page.locator(".nj-turn").count() == 0
    box.press("Enter")
    page.locator(".nj-turn [data-done=true]").wait_for()
    assert asked in page.locator(".nj-asked").inner_text()


def test_hostile_words_stay_words(page: Page) -> None:
    for asked in (
        "<script>alert(1)</script><img src=x onerror=alert(1)> 产假多少天",
        "![图](http://evil.example/a.png) [链接](javascript:alert(1)) <iframe src=http://evil.example> 产假多少天",
        "${alert(1)} {{constructor.constructor('alert(1)')()}} `${alert(2)}` 产假多少天",
    ):
        ask(page, asked)
        assert asked in page.locator(".nj-asked").last.inner_text()
    assert page.locator("#nj-chat :is(script, img, iframe, form, a[href^='javascript'])").count() == 0


@pytest.mark.slow
def test_an_empty_question_gets_a_hint(page: Page) -> None:
    for asked in ("", "   \n "):
        page.get_by_label(words.BOX_LABEL).fill(asked)
        page.locator("#nj-send").click()
        page.get_by_text(words.EMPTY).wait_for()
    assert page.locator(".nj-turn").count() == 0


@pytest.mark.slow
def test_a_very_long_question_is_answered_and_says_what_was_read(page: Page) -> None:
    ask(page, ("我在河南，产假多少天？" * 1000)[:10_000])
    assert "共10000字" in page.locator(".nj-asked").inner_text()
    assert "只读了前2000字" in page.locator(".nj-notes").inner_text()


def test_a_question_is_nowhere_on_disk(page: Page, server: Server, server_home: Path) -> None:
    ask(page, SECRET)
    open_citation(page, 1)
    needles = [SECRET.encode(), "赵小燕".encode(), "第三十七床".encode(), "赵小燕".encode("unicode_escape")]
    for path in server_home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(needle in data for needle in needles), path
    told = [line for line in server.log.read_text(encoding="utf-8").splitlines() if not line.startswith("{")]
    assert len(told) < 12


@pytest.mark.slow
def test_a_stale_citation_is_explained(page: Page) -> None:
    ask(page, "我在河南，产假多少天？")
    page.evaluate("document.querySelector('.nj-cite').dataset.cite = '99-99'")
    page.locator(".nj-cite").first.click()
    page.get_by_text(words.SOURCE_GONE).wait_for()
