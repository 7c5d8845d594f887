"""The frame of all pages: one Gradio application with a route a page, one theme, one navigation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
from gradio.components.navbar import Navbar

from ui import words
from ui.admin import page as admin
from ui.approve import page as approve
from ui.ask import page as ask
from ui.bench import page as bench
from ui.desk import page as desk
from ui.library import page as library
from ui.live import Live

FOLDER = Path(__file__).parent
FAVICON = FOLDER / "favicon.svg"
FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "sans-serif")


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the application: its name in the navigation, its path, and what builds it."""

    name: str
    path: str
    build: Callable[[Live], None]


# 问一问 is the first page, at the address itself.
PLACES = (
    Place(words.LIBRARY, "library", library.build),
    Place(words.DESK, "desk", desk.build),
    Place(words.APPROVE, "approve", approve.build),
    Place(words.BENCH, "bench", bench.build),
    Place(words.ADMIN, "admin", admin.build),
)
PATHS = ("/", *(f"/{place.path}" for place in PLACES))


def css() -> str:
    """Read the style sheets: the frame's, then each page's."""
    return "\n".join(
        path.read_text(encoding="utf-8") for path in (FOLDER / "frame.css", *sorted(FOLDER.glob("*/*.css")))
    )


def theme() -> gr.themes.Base:
    """Make the theme: system fonts only, one accent colour."""
    return gr.themes.Base(font=FONTS, font_mono=FONTS, text_size="lg", radius_size="md")


def build(live: Live) -> gr.Blocks:
    """Build all pages around what is in service. Returns the Blocks, not yet served."""
    pages = gr.Blocks(title=words.NAME, analytics_enabled=False, delete_cache=(3600, 3600))
    with pages:
        _head()
        ask.build(live)
        _foot()
    for place in PLACES:
        with pages.route(place.name, place.path):
            _head()
            place.build(live)
            _foot()
    return pages


def _head() -> None:
    """The navigation, and a bar that stays in sight: the name, how the page looks, and the way out."""
    Navbar(main_page_name=words.ASK)
    looks = "".join(
        f'<button type="button" class="nj-tool" data-look="{look}" aria-pressed="false">{name}</button>'
        for look, name in (("nj-large", words.LARGE), ("nj-contrast", words.CONTRAST))
    )
    leave = f'<button type="button" id="nj-leave" title="{words.LEAVE_HINT}">{words.LEAVE}</button>'
    gr.HTML(
        f'<div class="nj-headbar" data-menu="{words.MENU}"><h1>{words.NAME}</h1>{looks}{leave}</div>',
        elem_id="nj-head",
        js_on_load=(FOLDER / "frame.js").read_text(encoding="utf-8"),
    )
    gr.HTML(f"<p>{words.PROMISE}</p>", elem_id="nj-promise", js_on_load=None)


def _foot() -> None:
    gr.HTML(f"<p>{words.PRIVACY}</p><p>{words.LEAVE_HINT}</p>", elem_id="nj-foot", js_on_load=None)
