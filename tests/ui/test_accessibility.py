"""axe-core over the pages at both widths, light and dark: no serious or critical fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ui.serving import CHROMIUM, INSTALL, Server
from tests.ui.signing import cookie

pytest.importorskip("playwright.sync_api", reason=INSTALL)
pytest.importorskip("axe_playwright_python", reason="needs: python -m pip install axe-playwright-python")
if not CHROMIUM:
    pytest.skip(INSTALL, allow_module_level=True)

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.ui.screens import WIDTHS, ask, open_citation

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEVERE = ("serious", "critical")
# Faults of Gradio's own parts that no page can mend, by rule and the start of the element; each with its reason.
KNOWN: dict[str, tuple[str, ...]] = {
    "nested-interactive": ('<div class="toast-header',),  # its message box is a button that holds the closing button
}


def box(page: Page) -> None:
    page.locator("#nj-send").wait_for()


def answered(page: Page) -> None:
    page.locator("#nj-send").wait_for()
    ask(page, "我在河南，产假多少天？")
    open_citation(page, 1)


def sees(selector: str) -> Callable[[Page], None]:
    """Wait for what the page is about."""
    return lambda page: page.locator(selector).first.wait_for()


# A page's path, and what is done on it before it is looked at. The form of sign-in is for who is not signed in: it comes first.
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "signin": ("signin", sees("form")),
    "first": ("", box),
    "answered": ("", answered),
    "library": ("library", sees(".nj-documents")),
    "provinces": ("library?tab=provinces", sees("#nj-table table")),
    "pair": ("library?tab=pair", sees("#nj-both table")),
    "document": ("doc/女职工劳动保护特别规定", sees("h1")),
    "desk": ("desk", sees("#nj-desk a")),
    "approve": ("approve", sees("#nj-approve-list p, #nj-approve-list article")),
    "bench": ("bench", sees("#nj-bench-runs")),
    "admin": ("admin", sees("#nj-admin-drop")),
}


@pytest.fixture(scope="module")
def signed(server: Server, server_home: Path) -> dict[str, Any]:
    return cookie(server_home / "home", server.address)


@pytest.mark.parametrize(
    ("width", "scheme"),
    [pytest.param(width, scheme, id=f"{width}-{scheme}") for width in WIDTHS for scheme in ("light", "dark")],
)
def test_no_serious_fault(browser: Browser, server: Server, signed: dict[str, Any], width: str, scheme: str) -> None:
    size = WIDTHS[width]
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)  # type: ignore[arg-type]
    faults = []
    for name, (path, prepare) in PAGES.items():
        page.goto(server.address + path)
        prepare(page)
        page.wait_for_timeout(200)
        found = Axe().run(page).response["violations"]
        faults += [f"{name}: {told}" for fault in found if fault["impact"] in SEVERE for told in nodes(fault)]
        if name == "signin":
            page.context.add_cookies([signed])  # type: ignore[list-item]
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
