"""The page 评测: runs, a suite run as a process, two runs compared. Every handler asks first who is signed in."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
from typing import Any

import gradio as gr

from ui.bench import words
from ui.bench.process import Bench, BenchError, evals
from ui.bench.render import alert, comparison, runs_table, state_box
from ui.bench.runs import finished, folder_of, listed, suites
from ui.live import Live
from ui.signin import require

_bench = Bench()  # one suite at a time on this computer, whatever is in service


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    with gr.Column(elem_id="nj-bench"):
        gr.HTML(f"<h2>{words.TITLE}</h2><p>{words.INTRO}</p><h3>{words.RUNS}</h3>", js_on_load=None)
        table = gr.HTML("", elem_id="nj-bench-runs", js_on_load=None)
        refresh = gr.Button(words.REFRESH, elem_id="nj-bench-refresh", scale=0, min_width=120)
        gr.HTML(f"<h3>{words.START_TITLE}</h3>", js_on_load=None)
        choices = [
            (words.SUITE.format(said=words.SAID.get(name, ""), name=name, count=count), name)
            for name, count in suites().items()
        ]
        chosen = gr.CheckboxGroup(choices, label=words.SUITES, elem_id="nj-bench-suites")
        with gr.Row():
            start = gr.Button(words.START, variant="primary", elem_id="nj-bench-start", scale=0, min_width=120)
            stop = gr.Button(words.STOP, elem_id="nj-bench-stop", scale=0, min_width=120, interactive=False)
        state = gr.HTML("", elem_id="nj-bench-state", js_on_load=None)
        gr.HTML(f"<h3>{words.COMPARE_TITLE}</h3>", js_on_load=None)
        with gr.Row():
            first = gr.Dropdown([], label=words.EARLIER, elem_id="nj-bench-a", filterable=False, min_width=260)
            second = gr.Dropdown([], label=words.LATER, elem_id="nj-bench-b", filterable=False, min_width=260)
        compare = gr.Button(words.COMPARE, elem_id="nj-bench-compare", scale=0, min_width=120)
        found = gr.HTML("", elem_id="nj-bench-found", js_on_load=None)
        timer = gr.Timer(1, active=False)
    _connect(table, refresh, chosen, start, stop, state, first, second, compare, found, timer)


def _connect(
    table: gr.HTML,
    refresh: gr.Button,
    chosen: gr.CheckboxGroup,
    start: gr.Button,
    stop: gr.Button,
    state: gr.HTML,
    first: gr.Dropdown,
    second: gr.Dropdown,
    compare: gr.Button,
    found: gr.HTML,
    timer: gr.Timer,
) -> None:
    """Wire the events. All of them are private: the page is no API."""
    outputs = [table, first, second, state, stop, timer]

    def shown(request: gr.Request) -> tuple[Any, ...]:
        require(request)
        return _all()

    def started(names: list[str] | None, request: gr.Request) -> tuple[Any, ...]:
        require(request)
        try:
            _bench.start(names or [])
        except BenchError as error:
            return gr.skip(), gr.skip(), gr.skip(), alert(str(error)) + state_box(_bench.state()), gr.skip(), gr.skip()
        return _all()

    def stopped(request: gr.Request) -> tuple[Any, ...]:
        require(request)
        _bench.stop()
        return _all()

    def ticked(request: gr.Request) -> tuple[Any, ...]:
        require(request)
        now = _bench.state()
        if now is None or now.code is not None:
            return _all()
        return gr.skip(), gr.skip(), gr.skip(), state_box(now), gr.skip(), gr.skip()

    def compared(a: str | None, b: str | None, request: gr.Request) -> str:
        require(request)
        if not a or not b or a == b:
            return alert(words.PICK_TWO)
        one, two = folder_of(a), folder_of(b)
        if one is None or two is None:
            return alert(words.BAD_NAME)
        try:
            return comparison(evals("compare", str(one), str(two)))
        except BenchError as error:
            return alert(str(error))

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    gr.on(None, shown, None, outputs, **quiet)  # when the page opens
    refresh.click(shown, None, outputs, **quiet)
    start.click(started, [chosen], outputs, **quiet)
    stop.click(stopped, None, outputs, **quiet)
    timer.tick(ticked, None, outputs, **quiet)
    compare.click(compared, [first, second], [found], concurrency_limit=1, api_visibility="private")


def _all() -> tuple[Any, ...]:
    """Everything as it is now: the list, what may be compared, what is running, whether to go on looking."""
    now = _bench.state()
    running = now is not None and now.code is None
    picks = [(f"{run.began} {run.suites}"[:60], run.name) for run in finished()]
    return (
        runs_table(listed()),
        gr.Dropdown(choices=picks),
        gr.Dropdown(choices=picks),
        state_box(now),
        gr.Button(interactive=running),
        gr.Timer(active=running),
    )
