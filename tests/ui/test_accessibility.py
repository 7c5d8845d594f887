"""axe-core over the pages at both widths, light and dark: no serious or critical fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from tests.ui.serving import CHROMIUM, INSTALL, Server

pytest.importorskip("playwright.sync_api", reason=INSTALL)
pytest.importorskip("axe_playwright_python", reason="needs: python -m pip install axe-playwright-python")
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.ui.screens import WIDTHS, ask, chromium

pytestmark = pytest.mark.browser
SEVERE = ("serious", "critical")
# Faults of Gradio's own parts that no page can mend, by rule and the start of the element; each with its reason.
KNOWN: dict[str, tuple[str, ...]] = {
    "nested-interactive": ('<div class="toast-header',),  # its message box is a button that holds the closing button
}


def answered(page: Page) -> None:
    ask(page, "我在河南，产假多少天？")


def still(page: Page) -> None:
    page.wait_for_timeout(700)


# A page's path, and what is done on it before it is looked at. What answers 404 is not made yet and skipped.
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "first": ("", still),
    "answered": ("", answered),
    "library": ("library", still),
    "document": ("doc/女职工劳动保护特别规定", still),
    "signin": ("signin", still),
    "desk": ("desk", still),
    "bench": ("bench", still),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "phone"])
def test_no_serious_fault(browser: Browser, server: Server, width: str, scheme: str) -> None:
    size = WIDTHS[width]
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)  # type: ignore[arg-type]
    faults = []
    for name, (path, prepare) in PAGES.items():
        opened = page.goto(server.address + path)
        if opened is None or opened.status == 404:
            continue
        if not path:
            page.locator("#nj-send").wait_for()
        prepare(page)
        found = Axe().run(page).response["violations"]
        faults += [f"{name}: {told}" for fault in found if fault["impact"] in SEVERE for told in nodes(fault)]
    page.close()
    assert not faults, "\n".join(faults)


def nodes(fault: dict[str, object]) -> list[str]:
    """Each element that a rule finds fault with, in short, without the known ones."""
    rule = str(fault["id"])
    listed = json.loads(json.dumps(fault["nodes"]))
    html = [" ".join(str(node["html"]).split())[:200] for node in listed]
    why = [" ".join(str(node.get("failureSummary", "")).split())[:200] for node in listed]
    kept = [(h, w) for h, w in zip(html, why, strict=True) if not h.startswith(KNOWN.get(rule, ()) or ("\0",))]
    return [f"{rule} ({fault['impact']}): {h} — {w}" for h, w in kept]
