"""ui: what a person sees, a local page with questions, streamed answers and numbered citations.

Public: `serve` (run the page), `Chat` (a conversation without a browser), `render_answer` and `render_source` (safe HTML),
`UiError` and its kinds. Each is read when it is first used: `python -m ui doctor` must begin where a package is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.errors import AddressTaken, UiError

if TYPE_CHECKING:
    from ui.ask.chat import Chat, Exchange
    from ui.ask.render import render_answer, render_source
    from ui.server import serve

__all__ = ["AddressTaken", "Chat", "Exchange", "UiError", "render_answer", "render_source", "serve"]


def __getattr__(name: str) -> Any:
    """Read a public name from where it lives."""
    if name in ("Chat", "Exchange"):
        from ui.ask import chat as home
    elif name in ("render_answer", "render_source"):
        from ui.ask import render as home  # type: ignore[no-redef]
    elif name == "serve":
        from ui import server as home  # type: ignore[no-redef]
    else:
        raise AttributeError(f"module 'ui' has no attribute {name!r}")
    return getattr(home, name)
