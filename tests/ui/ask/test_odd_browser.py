"""The page where answers dawdle, a store keeps, and a scripted language model on loopback words answers."""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ui.serving import CHROMIUM, INSTALL, Server, serving

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Browser, Page

from rag.wording.endpoint import BASE_URL, MODEL
from tests.rag.test_wording import Model, saying
from tests.ui.ask.conftest import watched
from tests.ui.screens import ask
from ui import words
from ui.ask import words as own

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # a server of their own, and waiting
    pytest.mark.skipif(
        importlib.util.find_spec("langchain_openai") is None, reason="needs: python -m pip install -e '.[llm]'"
    ),
]
BAR = "怀孕七个月能上夜班吗"
NEAR = "产假多少天"
SAID = "解释：女职工生育有98天产假，难产的，产假加15天。{0}<img src=x onerror=alert(1)>产假加15天。{0}"


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    server = Model()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notes") / "notes.jsonl"


@pytest.fixture(scope="module")
def odd(model: Model, notes: Path, server: Server, server_home: Path) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(BASE_URL, model.endpoint().base_url)
        patch.setenv(MODEL, "scripted<b>")
        patch.setenv("NIANGJIA_TEST_NOTES", str(notes))
        with serving(server_home / "home", notes.parent, "tests.ui.ask.odd") as running:
            yield running


@pytest.fixture
def page(browser: Browser, odd: Server) -> Iterator[Page]:
    yield from watched(browser, odd.address, "phone")


def kept(notes: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in notes.read_text(encoding="utf-8").splitlines()] if notes.exists() else []


def test_a_slow_answer_can_be_stopped(page: Page) -> None:
    box = page.get_by_label(words.BOX_LABEL)
    box.fill("慢：产假多少天？")
    box.press("Enter")
    page.locator(".nj-searching").wait_for()
    page.get_by_role("button", name=own.STOP).click()
    page.locator(".nj-fault").get_by_text(own.STOPPED).wait_for()
    assert box.input_value() == "慢：产假多少天？"
    page.wait_for_timeout(600)
    ask(page, "我在河南，产假多少天？")
    page.wait_for_timeout(2800)  # the answer that was stopped would be there by now
    assert page.locator("[data-done]").count() == 1
    assert page.locator(".nj-fault").count() == 1
    assert not page.get_by_role("button", name=own.STOP).is_visible()


def test_a_fault_leaves_the_question_in_the_box(page: Page, odd: Server) -> None:
    ask(page, "坏掉的问题")
    assert page.locator(".nj-fault").inner_text().startswith(words.FAILED)
    page.wait_for_function("document.querySelector('#nj-box textarea').value === '坏掉的问题'")
    ask(page, "我在河南，产假多少天？")
    assert "188天" in page.locator(".nj-conclusion").inner_text()
    log = odd.log.read_text(encoding="utf-8")
    assert "RuntimeError ask (" in log
    assert "坏掉" not in log


def test_a_thumb_down_hands_over_what_she_agreed_to(page: Page, notes: Path) -> None:
    assert own.KEPT_IF_TICKED in page.locator("#nj-kept").inner_text()
    before = len(kept(notes))
    ask(page, "我叫赵小燕，在河南，产假多少天？")
    page.locator(".nj-thumbs [data-open]").click()
    page.locator(".nj-why [data-bad]").click()
    page.get_by_text(own.CHOOSE_WHY).wait_for()
    page.get_by_label(own.REASONS[2]).check()
    page.get_by_label(own.SAID).fill("请打13800000000")
    page.locator(".nj-why [data-bad]").click()
    page.get_by_text(own.THANKS).wait_for()
    (found,) = kept(notes)[before:]
    assert (found["good"], found["reason"], found["province"]) == (False, own.REASONS[2], "河南省")
    assert found["question"] == ""
    assert found["said"] == "请打〔手机号〕"
    ask(page, "我叫赵小燕，在河南，陪产假多少天？")
    page.locator(".nj-turn:last-child .nj-thumbs [data-open]").click()
    page.get_by_label(own.REASONS[0]).check()
    page.get_by_label(own.KEEP).check()
    page.locator(".nj-turn:last-child .nj-why [data-bad]").click()
    page.locator(".nj-turn:last-child").get_by_text(own.THANKS).wait_for()
    assert kept(notes)[-1]["question"] == "我叫〔姓名〕，在河南，陪产假多少天？"
    ask(page, "我在河南，产假多少天？")
    page.locator(".nj-turn:last-child [data-good]").click()
    page.locator(".nj-turn:last-child").get_by_text(own.THANKS).wait_for()
    assert kept(notes)[-1]["good"] is True


def test_the_model_is_asked_only_after_she_agreed(page: Page, model: Model) -> None:
    model.script = saying(SAID)
    model.bodies.clear()
    ask(page, NEAR)
    page.get_by_label(own.MODEL).check()
    consent = page.locator("#nj-consent")
    consent.get_by_text("scripted<b>").wait_for()  # a name is no HTML
    ask(page, NEAR)
    assert model.bodies == []
    page.get_by_role("button", name=own.DISAGREE).click()
    consent.wait_for(state="hidden")
    assert not page.get_by_label(own.MODEL).is_checked()
    page.get_by_label(own.MODEL).check()
    page.get_by_role("button", name=own.AGREE).click()
    consent.wait_for(state="hidden")
    ask(page, NEAR)
    assert len(model.bodies) == 1
    last = page.locator(".nj-turn:last-child")
    assert own.AI in last.locator(".nj-explained").inner_text()
    assert last.locator(".nj-explained [data-cite]").count() == 1
    assert last.locator("img").count() == 0
    page.locator("#nj-clear").click()
    page.locator(".nj-example").first.wait_for()
    assert not page.get_by_label(own.MODEL).is_checked()
    page.get_by_label(own.MODEL).check()
    page.get_by_role("button", name=own.AGREE).wait_for()  # another conversation: she is asked anew


def test_a_model_that_hangs_can_be_stopped_and_the_answer_stays(page: Page, model: Model) -> None:
    hanging = threading.Event()

    def hang(handler: Any, tokens: list[str]) -> None:
        handler.begin()
        hanging.wait(20)

    model.script = hang
    page.get_by_label(own.MODEL).check()
    page.get_by_role("button", name=own.AGREE).click()
    page.get_by_label(words.BOX_LABEL).fill(BAR)
    page.get_by_label(words.BOX_LABEL).press("Enter")
    page.locator(".nj-writing").wait_for()
    page.get_by_role("button", name=own.STOP).click()
    page.locator("[data-done]").wait_for()
    assert "夜班" in page.locator(".nj-said").inner_text()
    assert page.locator(".nj-writing").count() == 0
    hanging.set()
