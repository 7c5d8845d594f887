"""ui: what a person sees, a local page with questions, streamed answers and numbered citations.

Public: `serve` (run the page), `Chat` (a conversation without a browser), `render_answer` and `render_source` (safe HTML),
`UiError` and its kinds.
"""

from ui.ask.chat import Chat, Exchange
from ui.ask.render import render_answer, render_source
from ui.errors import AddressTaken, UiError
from ui.server import serve

__all__ = ["AddressTaken", "Chat", "Exchange", "UiError", "render_answer", "render_source", "serve"]
