"""Write screenshots of every page at both widths, light, 问一问 also dark and in large type: `python -m tests.ui.screens FOLDER`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.ui.serving import CHROMIUM, serving

QUESTION = "我在南京，剖腹产双胞胎，公司说产假只有98天，对吗？"
SUM = "我在安徽，2026年3月1日开始休产假，休到哪天？"
TABLE = "各市今年托管班怎么安排的？"
PLACES = ("library", "desk", "bench", "admin")
WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}
LOOKS = {"": "", "dark-": "dark", "large-": "nj-large", "contrast-": "nj-contrast"}


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


def shoot(browser: Browser, address: str, folder: Path) -> Iterator[Path]:
    """Take all screenshots. Yields their paths."""
    for look, kind in LOOKS.items():
        for width in WIDTHS:
            page = opened(browser, address, width, kind)
            yield from _shoot_asking(page, folder, f"{look}{width}")
            page.close()
    for width in WIDTHS:
        for place in PLACES:
            page = opened(browser, f"{address}{place}", width, "")
            yield _shot(page, folder / f"{width}-{place}.png")
            page.close()


def opened(browser: Browser, address: str, width: str, look: str) -> Page:
    """Open a page at a width; the look is '', 'dark', or what the page keeps in the browser."""
    size = WIDTHS[width]
    scheme = "dark" if look == "dark" else "light"
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)  # type: ignore[arg-type]
    if look.startswith("nj-"):
        page.add_init_script(f"localStorage.setItem('{look}', '1')")
    page.goto(address)
    page.locator("#nj-leave").wait_for()
    return page


def _shoot_asking(page: Page, folder: Path, name: str) -> Iterator[Path]:
    """问一问: empty, an answer, its whole length, a source, a sum on the calendar, a table."""
    page.locator("#nj-send").wait_for()
    yield _shot(page, folder / f"{name}-empty.png")
    ask(page, QUESTION)
    yield _shot(page, folder / f"{name}-answered.png")
    yield _shot(page, folder / f"{name}-whole.png", whole=True)
    open_citation(page, 1)
    yield _shot(page, folder / f"{name}-source.png")
    for what, question, part in (("sum", SUM, ".nj-strip"), ("table", TABLE, ".nj-table")):
        page.reload()
        page.locator("#nj-send").wait_for()
        ask(page, question)
        page.locator(part).scroll_into_view_if_needed()
        yield _shot(page, folder / f"{name}-{what}.png")


def _shot(page: Page, path: Path, whole: bool = False) -> Path:
    page.wait_for_timeout(400)
    page.screenshot(path=path, full_page=whole)
    return path


def main(arguments: list[str]) -> int:
    """Serve the page with a data folder of its own (NIANGJIA_HOME if set) and write the screenshots."""
    if len(arguments) != 1:
        print("usage: python -m tests.ui.screens FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(os.environ.get("NIANGJIA_HOME") or scratch)
        with serving(home, Path(scratch)) as server, chromium() as browser:
            for path in shoot(browser, server.address, folder):
                print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
