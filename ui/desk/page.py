"""The page 备课: three tabs around lessons, comparisons and clause checks. Every handler asks first who is signed in."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
import gradio as gr

from ui.desk import clauses_tab, compare_tab, lesson_tab, words
from ui.desk.blocks import alarm
from ui.desk.jobs import Jobs
from ui.desk.parts import QUIET, html
from ui.live import Live
from ui.signin import require

INTRO = f'<h2>{words.TITLE}</h2><p>{words.INTRO}<a href="/library">{words.LIBRARY}</a>。</p>'


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    jobs = Jobs(live.jobs)
    with gr.Column(elem_id="nj-desk"):
        gr.HTML(INTRO, js_on_load=None)
        before = html(elem_id="nj-desk-before")
        with gr.Tabs(elem_id="nj-desk-tabs"):
            with gr.Tab(words.LESSON, elem_id="nj-desk-tab-lesson"):
                lesson_tab.build(live, jobs)
            with gr.Tab(words.COMPARE, elem_id="nj-desk-tab-compare"):
                compare_tab.build(live, jobs)
            with gr.Tab(words.CLAUSES, elem_id="nj-desk-tab-clauses"):
                clauses_tab.build(live, jobs)

    def looked(request: gr.Request) -> str:
        return alarm(jobs.broken_off(require(request)))

    gr.on(None, looked, None, before, queue=False, **QUIET)
