"""The page 问一问: Gradio components around a `Chat`. Imported only where it is served, for Gradio takes seconds to import."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from anyio.to_thread import run_sync

from documents import provinces, short_name
from rag.errors import ModelNotConfigured
from rag.wording import Endpoint, consent_words, endpoint
from ui import words
from ui.ask import words as own
from ui.ask.chat import LONGEST_ASKED, Chat, Exchange, render_conversation
from ui.ask.escaping import escape
from ui.ask.source import render_source_message
from ui.live import Live

FOLDER = Path(__file__).parent
# What is said aloud stands in a place of its own (talk.js): the whole of a long answer read out would be no help.
TALK = (
    f'<div role="log" aria-live="off" data-copied="{own.COPIED}" data-byhand="{own.COPY_BY_HAND}" data-ready="{own.READY}" '
    f'data-you="{words.YOU}" data-searching="{words.SEARCHING}" data-unsent="{own.UNSENT}">${{value}}</div>'
)
SOURCE = f'<div data-name="{words.SOURCE_TITLE}">${{value}}</div>'
SHOW = "() => window.niangjiaShow && window.niangjiaShow()"
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Every input, output and frame costs Gradio about a millisecond and a change of threads, which is more than an answer's words
# cost: an answer is one frame that changes the conversation alone, unprocessed (its values are plain strings); the question is
# drawn by the browser as it is asked (BEGIN), and so is what stands around it afterwards (AFTER).
ASKING = QUIET | {"concurrency_id": "ask", "concurrency_limit": 2, "preprocess": False, "postprocess": False}
WORDING = QUIET | {"concurrency_id": "word", "concurrency_limit": 8, "postprocess": False}
BEGIN = "(asked, ...rest) => { window.niangjiaTalk.begin(asked); return [asked, ...rest]; }"
STOP = "(now) => [now, window.niangjiaTalk.stop()]"
FAIL = "() => window.niangjiaTalk.fail()"
AFTER = """() => {
  const now = window.niangjiaTalk.shown(), update = (props) => ({__type__: 'update', ...props});
  if (now.empty) return [EMPTY, update({}), update({}), update({})];
  return ['', update({visible: !now.turns}), update({visible: now.turns}), now.cited ? SOURCE : ''];
}"""
_log = logging.getLogger("niangjia.ui")
_Exchanges = tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components that events read and write."""

    state: gr.State
    agreed: gr.State
    talk: gr.HTML
    box: gr.Textbox
    hint: gr.HTML
    region: gr.Dropdown
    ask: gr.Button
    stop: gr.Button
    clear: gr.Button
    use: gr.Checkbox
    consent: gr.Column
    agree: gr.Button
    disagree: gr.Button
    shown: gr.Column
    examples: list[gr.Button]
    source: gr.HTML


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    chat, model = Chat(live), _model()
    with gr.Row(elem_id="nj-page"):
        with gr.Column(elem_id="nj-main", scale=3, min_width=260):
            talk = gr.HTML("", html_template=TALK, elem_id="nj-chat", js_on_load=_script("talk.js"))
            made = _composer(chat, model)
        with gr.Column(elem_id="nj-side", scale=2, min_width=260):  # seen where there is something in it (page.css)
            source = gr.HTML("", html_template=SOURCE, elem_id="nj-source", js_on_load=_script("sheet.js"))
    state = gr.State((), time_to_live=4 * 3600)
    parts = _Parts(state=state, agreed=gr.State(False), talk=talk, source=source, **made)
    _connect(chat, parts, model)
    _connect_rest(chat, parts)


def _script(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _model() -> Endpoint | None:
    """The language model's endpoint; None where none is configured, or wrongly, which the log says."""
    try:
        return endpoint()
    except ModelNotConfigured as error:
        _log.warning("%s", error)
        return None


def _composer(chat: Chat, model: Endpoint | None) -> dict[str, Any]:
    """The box with what belongs to it, and the examples. Returns the components by their names in `_Parts`."""
    with gr.Column(elem_id="nj-ask"):
        box = gr.Textbox(label=words.BOX_LABEL, placeholder=words.BOX_HINT, lines=1, max_lines=8, elem_id="nj-box")
        hint = gr.HTML("", elem_id="nj-hint", js_on_load=None)
        with gr.Row(elem_id="nj-bar"):
            region = gr.Dropdown(
                [(words.ANY_REGION, ""), *((short_name(name), name) for name in provinces())],
                value="",
                label=words.REGION_LABEL,
                filterable=False,
                elem_id="nj-region",
                min_width=140,
            )
            ask = gr.Button(words.ASK, variant="primary", elem_id="nj-send", min_width=100)
            stop = gr.Button(own.STOP, elem_id="nj-stop", min_width=100)
            clear = gr.Button(words.CLEAR, elem_id="nj-clear", min_width=100, visible=False)
        use = gr.Checkbox(label=own.MODEL, value=False, elem_id="nj-model", visible=model is not None)
        with gr.Column(elem_id="nj-consent", visible=False) as consent:
            if model is not None:
                gr.HTML(f'<p role="alert">{escape(consent_words(model))}</p>', js_on_load=None)
            with gr.Row():
                agree = gr.Button(own.AGREE, elem_id="nj-agree", min_width=120)
                disagree = gr.Button(own.DISAGREE, elem_id="nj-disagree", min_width=120)
        kept = own.KEPT_IF_TICKED if chat.feedback is not None else own.NOTHING_KEPT
        gr.HTML(f"<p>{kept}</p>", elem_id="nj-kept", js_on_load=None)
    with gr.Column(elem_id="nj-examples") as shown:
        gr.HTML(f"<h2>{words.EXAMPLES_LABEL}</h2>", js_on_load=None)
        examples = [gr.Button(text, elem_classes="nj-example") for text in words.EXAMPLES]
    found = {"box": box, "hint": hint, "region": region, "ask": ask, "stop": stop, "clear": clear, "use": use}
    return found | {"consent": consent, "agree": agree, "disagree": disagree, "shown": shown, "examples": examples}


def _connect(chat: Chat, parts: _Parts, model: Endpoint | None) -> None:
    """Wire asking, asking again and stopping. All events are private: the page is no API."""

    async def answer(
        asked: str | None, place: str | None, before: _Exchanges, use: bool = False, agreed: bool = False
    ) -> tuple[Any, Any]:
        asked = (asked or "")[:LONGEST_ASKED]
        if not asked.strip():
            return gr.skip(), gr.skip()
        return await _shown(chat, chat.ask, before, asked, place or "", use and agreed)

    async def again(
        event: gr.EventData, place: str | None, now: _Exchanges, use: bool = False, agreed: bool = False
    ) -> tuple[Any, Any, Any]:
        data = _data(event)
        place = str(data.get("place", ""))[:20] if data.get("chosen") is True else place
        shown = await _shown(chat, chat.again, now, _number(data), place or "", use and agreed)
        return *shown, place if place in provinces() or place == "" else gr.skip()

    def reworded(now: _Exchanges) -> Iterator[tuple[Any, Any]]:
        yield gr.skip(), gr.skip()  # an event without a frame would empty the conversation on the page
        if model is not None:
            for frame in chat.reword(now, model):
                # a model is silent: only a turn for whoever wants to stop it
                same, now = frame is now, frame
                yield (gr.skip(), gr.skip()) if same else (now, render_conversation(now, chat.feedback is not None))

    def stopped(now: _Exchanges, asked: str | None) -> tuple[_Exchanges, str]:
        now = chat.stopped(now, asked or "")
        return now, render_conversation(now, chat.feedback is not None)

    consent = [parts.use, parts.agreed] if model is not None else []
    rest: list[Any] = [parts.region, parts.state, *consent]
    talk: list[Any] = [parts.state, parts.talk]
    asks = [gr.on([parts.box.submit, parts.ask.click], answer, [parts.box, *rest], talk, js=BEGIN, **ASKING)]
    asks += [example.click(answer, [example, *rest], talk, js=BEGIN, **ASKING) for example in parts.examples]
    asks.append(parts.talk.apply(again, rest, [*talk, parts.region], **ASKING))
    words_of_model = [asked.success(reworded, [parts.state], talk, **WORDING) for asked in asks if model is not None]
    for asked in asks:
        asked.failure(None, js=FAIL, **QUIET)
    stop = parts.stop.click(
        stopped, [parts.state, parts.box], talk, js=STOP, cancels=[*asks, *words_of_model], queue=False, **QUIET
    )
    after = AFTER.replace("EMPTY", _script_text(f'<p role="alert">{escape(words.EMPTY)}</p>'))
    after = after.replace("SOURCE", _script_text(render_source_message(words.SOURCE_EMPTY)))
    for event in (*asks, stop):
        event.then(None, None, [parts.hint, parts.shown, parts.clear, parts.source], js=after, **QUIET)


def _script_text(text: str) -> str:
    """Write a text of ours inside a script."""
    return json.dumps(text, ensure_ascii=False)


def _connect_rest(chat: Chat, parts: _Parts) -> None:
    """Wire the sources, the thumbs, the model's consent and clearing."""

    def opened(now: _Exchanges, event: gr.EventData) -> str:
        return chat.source(now, str(_data(event).get("cite", ""))[:16])

    def complained(now: _Exchanges, event: gr.EventData) -> tuple[_Exchanges, str]:
        data = _data(event)
        now = chat.complain(now, _number(data), data)
        return now, render_conversation(now, chat.feedback is not None)

    def wanted(use: bool, agreed: bool) -> gr.Column:
        return gr.Column(visible=use and not agreed)

    def cleared() -> tuple[Any, ...]:
        hidden = gr.Column(visible=False)
        return (), "", "", "", gr.Column(visible=True), gr.Button(visible=False), "", False, False, hidden

    parts.talk.click(opened, [parts.state], [parts.source], queue=False, **QUIET).then(None, js=SHOW, **QUIET)
    parts.talk.submit(complained, [parts.state], [parts.state, parts.talk], queue=False, **QUIET)
    consent: list[Any] = [parts.use, parts.agreed, parts.consent]
    parts.use.input(wanted, [parts.use, parts.agreed], [parts.consent], queue=False, **QUIET)
    for button, yes in ((parts.agree, True), (parts.disagree, False)):
        button.click(_answering(yes), None, consent, queue=False, **QUIET)
    around: list[Any] = [parts.box, parts.hint, parts.shown, parts.clear, parts.source]
    parts.clear.click(cleared, None, [parts.state, parts.talk, *around, *consent], queue=False, **QUIET)


def _answering(yes: bool) -> Any:
    def answering() -> tuple[bool, bool, gr.Column]:
        return yes, yes, gr.Column(visible=False)

    return answering


async def _shown(chat: Chat, work: Callable[..., _Exchanges], *given: Any) -> tuple[_Exchanges, str]:
    """Let a thread work out a conversation, which nobody waits for any more once she stops it. Returns it and its HTML."""

    def worked() -> tuple[_Exchanges, str]:
        now = work(*given)
        return now, render_conversation(now, chat.feedback is not None)

    return await run_sync(worked, abandon_on_cancel=True)


def _data(event: gr.EventData) -> dict[str, Any]:
    """What the page's script sent with an event; whoever sends anything else gets nothing."""
    return event._data if isinstance(event._data, dict) else {}


def _number(data: dict[str, Any]) -> int:
    found = str(data.get("number", ""))[:9]
    return int(found) if found.isascii() and found.isdecimal() else 0
