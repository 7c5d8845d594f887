"""The page 备课: three tabs around lessons, comparisons and clause checks. Every handler asks first who is signed in."""

import gradio as gr

from ui.desk import clauses_tab, compare_tab, lesson_tab, words
from ui.live import Live

INTRO = f'<h2>{words.TITLE}</h2><p>{words.INTRO}<a href="/library">{words.LIBRARY}</a>。</p>'


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    with gr.Column(elem_id="nj-desk"):
        gr.HTML(INTRO, js_on_load=None)
        with gr.Tabs(elem_id="nj-desk-tabs"):
            with gr.Tab(words.LESSON, elem_id="nj-desk-tab-lesson"):
                lesson_tab.build(live)
            with gr.Tab(words.COMPARE, elem_id="nj-desk-tab-compare"):
                compare_tab.build(live)
            with gr.Tab(words.CLAUSES, elem_id="nj-desk-tab-clauses"):
                clauses_tab.build(live)
