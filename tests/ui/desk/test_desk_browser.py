"""备课 in Chromium: a lesson, a comparison and a contract at both widths, their files opened; nobody unknown gets anything."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation

from tests.ui.serving import CHROMIUM, INSTALL, Server
from tests.ui.signing import cookie

pytest.importorskip("playwright.sync_api", reason=INSTALL)
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from playwright.sync_api import Browser, BrowserContext, Page

from tests.ui.screens import WIDTHS
from tests.ui.watching import watching
from ui.desk import words

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def context(browser: Browser, server: Server, server_home: Path) -> Iterator[BrowserContext]:
    """A browser that is signed in."""
    context = browser.new_context(locale="en-US", color_scheme="light")
    context.add_cookies([cookie(server_home / "home", server.address)])  # type: ignore[list-item]
    yield context
    context.close()


@pytest.fixture(params=[pytest.param("wide", marks=pytest.mark.slow), "phone"])
def page(context: BrowserContext, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page 备课 at one width; fails its test where it scrolls sideways, asked another host or wrote an error."""
    width, height = WIDTHS[request.param]
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    with watching(page, server.address):
        page.goto(f"{server.address}desk")
        page.locator("#nj-desk-known button").first.wait_for()
        yield page
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        small = page.locator(
            "#nj-desk button:visible, #nj-desk summary:visible, .nj-desk-files a:visible"
        ).evaluate_all(
            "all => all.filter(b => b.getBoundingClientRect().height < 43 && !b.closest('.wrap, .overflow-menu')).map(b => b.outerHTML)"
        )
        assert not small
        assert page.locator("#nj-desk img[src=x]").count() == 0


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def choose(page: Page, box: str, name: str) -> None:
    page.locator(f"{box} input").first.click()
    page.locator(box).get_by_role("option", name=name, exact=True).click()


def taken(page: Page, part: str, name: str) -> io.BytesIO:
    with page.expect_download() as got:
        page.locator(part).get_by_role("link", name=name, exact=True).first.click()
    return io.BytesIO(got.value.path().read_bytes())


def text_of(file: io.BytesIO) -> str:
    return "\n".join(paragraph.text for paragraph in Document(file).paragraphs)


def lesson(page: Page, minutes: int) -> None:
    page.get_by_label(words.TOPIC, exact=True).fill("孕期和产假保护")
    choose(page, "#nj-desk-place", "河南")
    page.get_by_label(words.MINUTES).fill(str(minutes))
    page.locator("#nj-desk-make").click()
    page.locator("#nj-desk-pack h3").wait_for(timeout=90_000)


@pytest.mark.parametrize("page", ["wide"], indirect=True)
@pytest.mark.slow
def test_a_lesson_is_made_read_taken_away_and_deleted(page: Page, server_home: Path) -> None:
    page.get_by_label(words.TOPIC, exact=True).fill(f"量子力学{HOSTILE}")
    page.get_by_label(words.AUDIENCE).fill("新任干部")
    page.locator("#nj-desk-make").click()
    said = page.locator("#nj-desk-made [role=alert]")
    said.wait_for(timeout=30_000)
    assert "可以讲：" in said.inner_text()
    assert "产假天数" in said.inner_text()
    assert page.get_by_label(words.AUDIENCE).input_value() == "新任干部"  # the form keeps what was typed
    page.locator("#nj-desk-known button").first.click()
    page.wait_for_function("document.querySelector('#nj-desk-topic textarea, #nj-desk-topic input').value.length < 10")
    lesson(page, 40)
    pack = page.locator("#nj-desk-pack")
    assert "188天" in pack.inner_text() or "188天" in str(pack.text_content())
    assert pack.get_by_text("教学目标").is_visible()
    pack.locator("summary", has_text="要点：产假天数").click()
    mark = pack.locator("a.nj-desk-mark:visible").first
    with page.context.expect_page() as opened:
        mark.click()
    opened.value.locator("h1").wait_for()
    assert "/doc/" in opened.value.url
    opened.value.close()
    assert "188天" in text_of(taken(page, "#nj-desk-pack", "讲稿.docx"))
    assert len(Presentation(taken(page, "#nj-desk-pack", "课件.pptx")).slides) > 10
    assert text_of(taken(page, "#nj-desk-pack", "讲义.docx"))
    assert "# " in taken(page, "#nj-desk-pack", "备课.md").read().decode()
    assert taken(page, "#nj-desk-pack", "全部（zip）").read(2) == b"PK"
    row = page.locator("#nj-desk-kept li").first
    row.get_by_text(words.SAME).wait_for()
    row.get_by_role("button", name=words.OPEN).click()
    pack.get_by_text(words.STATEMENTS).wait_for()
    assert len(list((server_home / "home" / "lessons").iterdir())) == 1
    row.locator("summary", has_text=words.DELETE).click()
    row.get_by_role("button", name=words.DELETE_NOW).click()
    page.get_by_text(words.DELETED.format(topic="孕期和产假保护")).wait_for()
    page.get_by_text(words.KEPT_NONE).wait_for()
    assert not list((server_home / "home" / "lessons").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_a_lesson_fits_a_phone(page: Page) -> None:
    lesson(page, 30)
    page.locator("#nj-desk-pack details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    page.wait_for_timeout(300)


def test_two_places_are_compared(page: Page) -> None:
    tab(page, words.COMPARE)
    page.locator("#nj-desk-compare").click()
    page.locator("#nj-desk-compared [role=alert]").wait_for()
    for name in ("南京", "江苏"):
        choose(page, "#nj-desk-places", name)
    page.keyboard.press("Tab")
    for name in ("托管", "两癌筛查"):
        page.locator("#nj-desk-topics").get_by_label(name, exact=True).check()
    page.get_by_label(words.OTHER_TOPICS).fill("心灵关怀")
    page.locator("#nj-desk-compare").click()
    page.locator("#nj-desk-matrix table").first.wait_for(timeout=30_000)
    shown = page.locator("#nj-desk-matrix").inner_text()
    for said in ("南京2020年安排", "江苏2023年安排", "材料里没有写到", "10000"):
        assert said in shown
    sheets = load_workbook(taken(page, "#nj-desk-matrix", f"{words.COMPARE_FILE}.xlsx"))
    assert "出处" in sheets.sheetnames
    assert text_of(taken(page, "#nj-desk-matrix", f"{words.COMPARE_FILE}.docx"))


def test_a_contract_is_checked_and_not_kept(page: Page, server_home: Path, tmp_path: Path) -> None:
    tab(page, words.CLAUSES)
    page.locator("#nj-desk-check").click()
    page.get_by_text(words.NOTHING_GIVEN).wait_for()
    contract = tmp_path / f"合同 {HOSTILE.replace('/', '')}.docx"
    document = Document()
    for text in ("第一条 女职工生育享受产假90天。", f"第二条 {HOSTILE} 妇女节放假半天。", "独一无二的甲方公司"):
        document.add_paragraph(text)
    document.save(str(contract))
    page.locator("#nj-desk-drop input[type=file]").set_input_files([contract])
    page.locator("#nj-desk-drop").get_by_text("docx").first.wait_for()
    choose(page, "#nj-desk-where", "河南")
    page.get_by_label(words.DAY).fill("昨天")
    page.locator("#nj-desk-check").click()
    page.get_by_text("日期「昨天」不对").wait_for()
    page.get_by_label(words.DAY).fill("")  # the upload is still there
    page.locator("#nj-desk-check").click()
    page.locator("#nj-desk-found .nj-desk-finding").first.wait_for(timeout=30_000)
    shown = page.locator("#nj-desk-found")
    first = shown.locator(".nj-desk-finding").first.inner_text()
    for said in ("低于法定标准", "90天", "98天", "188天", words.PROPOSAL):
        assert said in first
    report = taken(page, "#nj-desk-found", words.REPORT)
    assert "产假" in text_of(report)
    page.locator("#nj-desk-drop input[type=file]").wait_for(state="attached")  # room for another one
    assert HOSTILE[:8] not in page.locator("#nj-desk-drop").inner_text()
    left = [path for path in (server_home / "tmp").rglob("*") if path.is_file() and path.suffix == ".docx"]
    assert not left
    assert not list((server_home / "tmp").glob("niangjia-desk-*"))


def test_a_stranger_gets_nothing(server: Server, browser: Browser) -> None:
    other = browser.new_context()
    page = other.new_page()
    for path in ("desk", "desk/pack/0123456789ab/all", "desk/made/x"):
        assert "/signin?next=" in page.request.get(server.address + path, max_redirects=1).url
    config = page.request.get(f"{server.address}config").json()
    events = [
        d for d in config["dependencies"] if d["id"] in config["page"]["desk"]["dependencies"] and d["backend_fn"]
    ]
    assert len(events) >= 9
    for event in events:
        number = event["id"]
        body = {"fn_index": number, "data": [None] * len(event["inputs"]), "session_hash": f"stranger{number}"}
        assert page.request.post(f"{server.address}gradio_api/queue/join", data=body).ok
        said = page.request.get(f"{server.address}gradio_api/queue/data?session_hash=stranger{number}").text()
        assert '"success":false' in said.replace(" ", ""), (number, said)
    page.close()
    other.close()
