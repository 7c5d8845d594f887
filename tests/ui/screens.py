"""Write a picture of every page at both widths, and one in the dark: `python -m tests.ui.screens FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.ui.serving import CHROMIUM, serving
from tests.ui.signing import cookie

QUESTION = "我在南京，剖腹产双胞胎，公司说产假只有98天，对吗？"
TABLE = "各市今年托管班怎么安排的？"
CONTRACT = "第一条 女职工生育享受产假90天。\n第二条 每天哺乳时间一小时。"
DOCUMENT = "女职工劳动保护特别规定"
# What is looked at beside 问一问, and what must stand there first.
PLACES = {
    "library": ("library", ".nj-documents"),
    "provinces": ("library?tab=provinces", "#nj-table table"),
    "pair": ("library?tab=pair", "#nj-both table"),
    "reader": (f"doc/{quote(DOCUMENT)}#{quote('第七条')}", "h1"),
    "desk": ("desk", "#nj-desk a"),
    "approve": ("approve", "#nj-approve-look"),
    "bench": ("bench", "#nj-bench-runs"),
    "admin": ("admin", "#nj-admin-drop"),
}
WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}
COLOURS = 128  # of a picture's palette: enough for plain pages, and a third of the bytes


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's headless Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def ask(page: Page, question: str) -> None:
    """Type a question, send it with Enter and wait until the whole answer stands there."""
    before = page.locator(".nj-turn").count()
    page.get_by_label("你遇到了什么事？").fill(question)
    page.get_by_label("你遇到了什么事？").press("Enter")
    page.locator(
        f".nj-turn:nth-child({before + 1}) [data-done=true], .nj-turn:nth-child({before + 1}) .nj-fault"
    ).wait_for()


def open_citation(page: Page, number: int) -> None:
    """Click a numbered citation of the last answer and wait for its provision."""
    page.locator(".nj-turn:last-child .nj-marks .nj-cite").nth(number - 1).click()
    page.locator("#nj-source h2").wait_for()


def shoot(browser: Browser, address: str, home: Path, folder: Path) -> Iterator[Path]:
    """Take all pictures. Yields their paths."""
    signed = cookie(home, address)
    for width, (across, down) in WIDTHS.items():
        context = browser.new_context(viewport={"width": across, "height": down}, color_scheme="light")
        context.add_cookies([signed])  # type: ignore[list-item]
        yield from _shoot_asking(context, address, folder, width)
        yield from _shoot_desk(context, address, folder, width)
        for name, (path, part) in PLACES.items():
            page = context.new_page()
            page.goto(address + path)
            page.locator(part).first.wait_for()
            yield _shot(page, folder / f"{width}-{name}.png")
            page.close()
        context.close()
    dark = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = _asking(dark, address)
    ask(page, QUESTION)
    yield _shot(page, folder / "phone-dark.png")
    dark.close()


def _shoot_asking(context: BrowserContext, address: str, folder: Path, width: str) -> Iterator[Path]:
    """问一问: empty, an answer with a source opened, a table."""
    page = _asking(context, address)
    yield _shot(page, folder / f"{width}-empty.png")
    ask(page, QUESTION)
    yield _shot(page, folder / f"{width}-answered.png")
    open_citation(page, 1)
    yield _shot(page, folder / f"{width}-source.png")
    page.close()
    page = _asking(context, address)
    ask(page, TABLE)
    yield _shot(page, folder / f"{width}-table.png")
    page.close()


def _shoot_desk(context: BrowserContext, address: str, folder: Path, width: str) -> Iterator[Path]:
    """备课: a lesson made, two places compared, a contract checked."""
    page = context.new_page()
    page.goto(f"{address}desk")
    page.locator("#nj-desk-known button").first.wait_for()
    page.locator("#nj-desk-topic textarea, #nj-desk-topic input").fill("孕期和产假保护")
    page.locator("#nj-desk-make").click()
    page.locator("#nj-desk-pack h3").wait_for(timeout=90_000)
    yield _shot(page, folder / f"{width}-desk-lesson.png")
    page.locator("#nj-desk-tabs [role=tab]").nth(1).click()
    for name in ("南京", "江苏"):
        page.locator("#nj-desk-places input").first.click()
        page.locator("#nj-desk-places").get_by_role("option", name=name, exact=True).click()
    page.keyboard.press("Tab")
    page.locator("#nj-desk-topics input").first.check()
    page.locator("#nj-desk-compare").click()
    page.locator("#nj-desk-matrix table").nth(1).wait_for()
    page.locator("#nj-desk-matrix").scroll_into_view_if_needed()
    yield _shot(page, folder / f"{width}-desk-compare.png")
    page.locator("#nj-desk-tabs [role=tab]").nth(2).click()
    page.locator("#nj-desk-paste textarea").fill(CONTRACT)
    page.locator("#nj-desk-check").click()
    page.locator("#nj-desk-found .nj-desk-finding").first.scroll_into_view_if_needed()
    yield _shot(page, folder / f"{width}-desk-clauses.png")
    page.close()


def _asking(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.locator("#nj-send").wait_for()
    return page


def _shot(page: Page, path: Path) -> Path:
    page.wait_for_timeout(500)
    with Image.open(BytesIO(page.screenshot())) as taken:
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def main(arguments: list[str]) -> int:
    """Serve the page with a data folder of its own, for an account is made in it, and write the pictures."""
    if len(arguments) != 1:
        print("usage: python -m tests.ui.screens FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        with serving(home, Path(scratch)) as server, chromium() as browser:
            for path in shoot(browser, server.address, home, folder):
                print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
