"""The page 问一问: Gradio components around a `Chat`. Imported only where it is served, for Gradio takes seconds to import."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
from collections.abc import Iterator
from typing import Any

import gradio as gr

from documents import provinces, short_name
from ui import words
from ui.ask.chat import LONGEST_ASKED, Chat, Exchange, render_conversation
from ui.ask.render import escape, render_source_message
from ui.live import Live

TALK = '<div role="log" aria-live="polite">${value}</div>'
# The buttons in the conversation name a citation; a new question is scrolled to.
CHAT_JS = """
let turns = 0;
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-cite]');
  if (!button) return;
  window.niangjiaOpened = button;
  const all = element.querySelectorAll('[data-cite]');
  all.forEach((other) => other.toggleAttribute('aria-pressed', false));
  all.forEach((other) => other.dataset.cite === button.dataset.cite && other.setAttribute('aria-pressed', 'true'));
  trigger('click', {cite: button.dataset.cite});
});
watch('value', () => {
  const all = element.querySelectorAll('.nj-turn');
  if (all.length > turns && all.length) all[all.length - 1].scrollIntoView({block: 'start'});
  turns = all.length;
});
"""
SOURCE_JS = """
element.addEventListener('click', (event) => {
  if (!event.target.closest('[data-back]')) return;
  const button = window.niangjiaOpened;
  if (button && button.isConnected) { button.focus(); button.scrollIntoView({block: 'center'}); }
});
"""
SHOW_SOURCE_JS = """() => {
  const heading = document.querySelector('#nj-source h2');
  if (!heading) return;
  const panel = document.querySelector('#nj-source');
  heading.focus({preventScroll: true});
  if (window.matchMedia('(max-width: 959px)').matches) panel.scrollIntoView({block: 'start'});
  const mark = panel.querySelector('mark'), side = panel.closest('#nj-side');
  if (side && mark && side.scrollHeight > side.clientHeight) {
    side.scrollTop = 0;
    const below = mark.getBoundingClientRect().bottom - side.getBoundingClientRect().bottom;
    if (below > 0) side.scrollTop = below + 40;
  }
}"""

_Exchanges = tuple[Exchange, ...]


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    chat = Chat(live)
    state = gr.State((), time_to_live=4 * 3600)
    with gr.Row(elem_id="nj-page"):
        with gr.Column(elem_id="nj-main", scale=3, min_width=300):
            talk = gr.HTML("", html_template=TALK, elem_id="nj-chat", js_on_load=CHAT_JS)
            parts = _composer()
        with gr.Column(elem_id="nj-side", scale=2, min_width=300, visible=False) as side:
            source = gr.HTML("", elem_id="nj-source", js_on_load=SOURCE_JS)
    _connect(chat, state, talk, side, source, *parts)


def _composer() -> tuple[gr.Textbox, gr.Dropdown, gr.Button, gr.Button, gr.HTML, gr.Column, list[gr.Button]]:
    with gr.Column(elem_id="nj-ask"):
        box = gr.Textbox(
            label=words.BOX_LABEL,
            placeholder=words.BOX_HINT,
            lines=1,
            max_lines=8,
            elem_id="nj-box",
        )
        hint = gr.HTML("", elem_id="nj-hint", js_on_load=None)
        with gr.Row(elem_id="nj-bar"):
            region = gr.Dropdown(
                [(words.ANY_REGION, ""), *((short_name(name), name) for name in provinces())],
                value="",
                label=words.REGION_LABEL,
                filterable=False,
                elem_id="nj-region",
                min_width=200,
            )
            ask = gr.Button(words.ASK, variant="primary", elem_id="nj-send", min_width=120)
            clear = gr.Button(words.CLEAR, elem_id="nj-clear", min_width=120, visible=False)
    with gr.Column(elem_id="nj-examples") as shown:
        gr.HTML(f"<h2>{words.EXAMPLES_LABEL}</h2>", js_on_load=None)
        examples = [gr.Button(text, elem_classes="nj-example") for text in words.EXAMPLES]
    return box, region, ask, clear, hint, shown, examples


def _connect(
    chat: Chat,
    state: gr.State,
    talk: gr.HTML,
    side: gr.Column,
    source: gr.HTML,
    box: gr.Textbox,
    region: gr.Dropdown,
    ask: gr.Button,
    clear: gr.Button,
    hint: gr.HTML,
    shown: gr.Column,
    examples: list[gr.Button],
) -> None:
    """Wire the events. All of them are private: the page is no API."""

    def answer(asked: str | None, place: str | None, before: _Exchanges) -> Iterator[tuple[Any, ...]]:
        asked = (asked or "")[:LONGEST_ASKED]
        if not asked.strip():
            yield gr.skip(), gr.skip(), gr.skip(), _hint(words.EMPTY), gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        for number, now in enumerate(chat.ask(before, asked, place or "")):
            last = now[-1]
            text = asked if last.fault else "" if number == 0 else gr.skip()
            cited = any(e.answer and e.answer.citations for e in now)
            panel = render_source_message(words.SOURCE_EMPTY) if number == 0 else gr.skip()
            yield (
                now,
                render_conversation(now),
                text,
                "",
                gr.Column(visible=False),
                gr.Button(visible=True),
                gr.Column(visible=cited),
                panel,
            )

    def opened(now: _Exchanges, event: gr.EventData) -> str:
        data = event._data if isinstance(event._data, dict) else {}
        return chat.source(now, str(data.get("cite", ""))[:16])

    def cleared() -> tuple[Any, ...]:
        return (), "", "", "", gr.Column(visible=True), gr.Button(visible=False), gr.Column(visible=False), ""

    outputs = [state, talk, box, hint, shown, clear, side, source]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking = quiet | {"concurrency_id": "ask", "concurrency_limit": 4}
    gr.on([box.submit, ask.click], answer, [box, region, state], outputs, **asking)
    for example in examples:
        example.click(answer, [example, region, state], outputs, **asking)
    talk.click(opened, [state], [source], queue=False, **quiet).then(None, js=SHOW_SOURCE_JS, **quiet)
    clear.click(cleared, None, outputs, queue=False, **quiet)


def _hint(text: str) -> str:
    return f'<p role="alert">{escape(text)}</p>'
