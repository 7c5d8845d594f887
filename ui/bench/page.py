"""The Gradio part of this page."""

import gradio as gr

from ui.live import Live


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    gr.HTML(f"<p>{len(live.edition.index.cards)}</p>", js_on_load=None)
