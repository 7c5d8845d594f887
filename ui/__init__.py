"""ui: what a person sees, a local page with questions, streamed answers and numbered citations.

Public: `serve` (run the page), `Chat` (a conversation without a browser), `render_answer` and `render_source` (safe HTML),
`UiError` and its kinds. Each is read when it is first used: `python -m ui doctor` must begin where a package is missing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ui.errors import AddressTaken, UiError

if TYPE_CHECKING:
    from ui.ask.chat import Chat, Exchange
    from ui.ask.render import render_answer, render_source
    from ui.server import serve

__all__ = ["AddressTaken", "Chat", "Exchange", "UiError", "render_answer", "render_source", "serve"]
_HOMES = {
    "Chat": "ui.ask.chat",
    "Exchange": "ui.ask.chat",
    "render_answer": "ui.ask.render",
    "render_source": "ui.ask.render",
    "serve": "ui.server",
}


def __getattr__(name: str) -> Any:
    """Read a public name from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ui' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
