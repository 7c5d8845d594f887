"""Write screenshots of the page, empty and answered with an open citation, at both widths: `python -m tests.ui.screens FOLDER`."""

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
WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}


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


def shoot(browser: Browser, address: str, folder: Path) -> list[Path]:
    """Take all screenshots. Returns their paths."""
    taken = []
    for name, (width, height) in WIDTHS.items():
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.goto(address)
        page.locator("#nj-send").wait_for()
        for step in ("empty", "answered", "source"):
            if step == "answered":
                ask(page, QUESTION)
            elif step == "source":
                open_citation(page, 1)
            page.wait_for_timeout(400)
            taken.append(folder / f"{name}-{step}.png")
            page.screenshot(path=taken[-1], full_page=False)
        page.screenshot(path=folder / f"{name}-whole.png", full_page=True)
        taken.append(folder / f"{name}-whole.png")
        page.close()
    return taken


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
