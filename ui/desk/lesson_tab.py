"""The tab 备课包: the form, what was made, the shelf of packs."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import gradio as gr

from documents.topics import topic_rows, topics
from rag.desk.lesson import Lesson, Wish, make_lesson
from rag.errors import ModelNotConfigured
from rag.wording import Endpoint, consent_words, endpoint
from ui.ask import words as asking
from ui.ask.render import escape
from ui.desk import shelf, words
from ui.desk.blocks import alarm, told, working
from ui.desk.jobs import Fault, Jobs
from ui.desk.lesson import opened, preview, shelf_list
from ui.desk.parts import QUIET, WORKING, chosen_place, data_of, html, place_choice
from ui.live import Edition, Live
from ui.signin import require
from ui.store.jobs import Kind

LENGTHS = (30, 40, 60, 90)
LONGEST_TYPED = 200  # letters of a field; what can be made of them the desk says itself
FEW_TOPICS = 10
BUTTONS_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-act], [data-topic]');
  if (button) trigger('click', {act: button.dataset.act || '', pack: button.dataset.pack || '', topic: button.dataset.topic || ''});
});
"""
# what was opened lies above the shelf, out of sight
SHOW_JS = """() => {
  const title = document.querySelector('#nj-desk-pack h3');
  if (title) { title.scrollIntoView({block: 'start'}); title.focus({preventScroll: true}); }
}"""
_log = logging.getLogger("niangjia.ui")


def build(live: Live, jobs: Jobs) -> None:
    """Build the tab inside the open Blocks; its work is done by `jobs`."""
    model = _model()
    html(f"<p>{words.LESSON_HINT}</p>")
    with gr.Column(elem_classes="nj-desk-form"):
        topic = gr.Textbox(
            label=words.TOPIC, placeholder=words.TOPIC_HINT, lines=1, max_lines=2, elem_id="nj-desk-topic"
        )
        known = html(elem_id="nj-desk-known", js_on_load=BUTTONS_JS)
        with gr.Row(elem_classes="nj-desk-row"):
            place = place_choice(words.PLACE, words.NATION, "nj-desk-place")
            audience = gr.Textbox(words.AUDIENCE_DEFAULT, label=words.AUDIENCE, max_lines=1, elem_id="nj-desk-audience")
        with gr.Row(elem_classes="nj-desk-row"):
            lengths = [(words.MINUTES_OF.format(minutes=n), n) for n in LENGTHS]
            length = gr.Radio(lengths, value=40, label=words.LENGTH, elem_id="nj-desk-length")
            minutes = gr.Number(40, label=words.MINUTES, precision=0, elem_id="nj-desk-minutes")
        use = gr.Checkbox(label=asking.MODEL, value=False, elem_id="nj-desk-model", visible=model is not None)
        agreed = gr.State(False)
        with gr.Column(elem_id="nj-desk-consent", visible=False) as consent:
            if model is not None:
                html(f'<p role="alert">{escape(consent_words(model))}</p>')
            with gr.Row():
                agree = gr.Button(words.AGREE, elem_id="nj-desk-agree", min_width=120)
                disagree = gr.Button(asking.DISAGREE, elem_id="nj-desk-disagree", min_width=120)
        make = gr.Button(words.MAKE, variant="primary", elem_id="nj-desk-make")
    state = html(elem_id="nj-desk-made")
    pack = html(elem_id="nj-desk-pack")
    html(f"<h3>{words.KEPT_TITLE}</h3><p>{words.KEPT_WHERE}</p>")
    kept = html(elem_id="nj-desk-kept", js_on_load=BUTTONS_JS)

    length.input(None, length, minutes, js="(minutes) => minutes", **QUIET)
    made = make.click(
        _making(live, jobs, model), [topic, place, minutes, audience, use, agreed], [state, pack, kept], **WORKING
    )
    made.then(None, None, None, js=SHOW_JS, **QUIET)
    _consent(use, agreed, consent, agree, disagree)
    _shelf(live, jobs, topic, known, state, pack, kept)


def _making(live: Live, jobs: Jobs, model: Endpoint | None) -> Any:
    """The handler of the button: says that it works, then what came of it; the form is none of its outputs and stays as it is."""

    def making(
        topic: str | None,
        place: str | None,
        minutes: float | None,
        audience: str | None,
        use: bool,
        agreed: bool,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        account = require(request)
        if use and not agreed:
            yield alarm(words.NOT_AGREED), gr.skip(), gr.skip()
            return
        yield working(words.MAKING), gr.skip(), gr.skip()
        edition = live.edition
        who = (audience or "").strip()[:LONGEST_TYPED]

        def work() -> tuple[Lesson, shelf.Standing]:
            asked = (topic or "").strip()[:LONGEST_TYPED]
            wish = Wish(asked, chosen_place(place), int(minutes or 0), who, date.today())
            lesson = make_lesson(edition.assistant, wish, model if use and agreed else None)
            return lesson, shelf.put(lesson)

        done = jobs.attempt(account, work, Kind.LESSON, said=lambda found: _said(found[0]))
        if isinstance(done, Fault):
            yield alarm(done.text), gr.skip(), gr.skip()
            return
        said = _said(done[0]) + ("" if done[0].model or not use else words.NO_MODEL)
        yield told(said), preview(done[0], edition, done[1]), _listed(edition)

    return making


def _said(lesson: Lesson) -> str:
    return words.MADE.format(
        points=len(lesson.points),
        cases=len(lesson.cases),
        myths=len(lesson.misconceptions),
        quiz=len(lesson.quiz),
        sources=len(lesson.sources),
    )


def _listed(edition: Edition) -> str:
    return shelf_list([(found, shelf.states.known(edition, found)) for found in shelf.standing()])


def _shelf(
    live: Live, jobs: Jobs, topic: gr.Textbox, known: gr.HTML, state: gr.HTML, pack: gr.HTML, kept: gr.HTML
) -> None:
    """Wire the topics that can be picked and the packs: looked at when the page opens, opened, deleted."""

    def read(request: gr.Request) -> tuple[str, str]:
        require(request)
        return _topics(live.edition), _listed(live.edition)

    def looked(request: gr.Request) -> Any:
        """Hold the packs against the library; only where something was not known the list is drawn anew."""
        require(request)
        edition = live.edition
        unknown = [found for found in shelf.standing() if shelf.states.known(edition, found) is None]
        for found in unknown:
            shelf.states.look(edition, found)
        return _listed(edition) if unknown else gr.skip()

    def picked(event: gr.EventData, request: gr.Request) -> Any:
        require(request)
        name = data_of(event).get("topic")
        return name if name in topics() else gr.skip()

    def pressed(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        account = require(request)
        data, edition = data_of(event), live.edition

        def work() -> tuple[Any, ...]:
            found = shelf.one(str(data.get("pack", ""))[:40])
            if data.get("act") == "delete":
                shelf.delete(found)
                return told(words.DELETED.format(topic=found.topic)), "", _listed(edition)
            return "", opened(found, *shelf.pack_of(found), edition), gr.skip()

        done = jobs.attempt(account, work)
        return (alarm(done.text), gr.skip(), _listed(edition)) if isinstance(done, Fault) else done

    gr.on(None, read, None, [known, kept], queue=False, **QUIET).then(looked, None, kept, concurrency_limit=1, **QUIET)
    known.click(picked, None, topic, queue=False, **QUIET)
    kept.click(pressed, None, [state, pack, kept], **WORKING).then(None, None, None, js=SHOW_JS, **QUIET)


def _topics(edition: Edition) -> str:
    """The library's topics as buttons, those with most documents first; most of them folded."""
    here = {card.title for card in edition.index.cards}
    counts = {topic: len({row.title for row in topic_rows() if row.topic == topic} & here) for topic in topics()}
    order = sorted((topic for topic in counts if counts[topic]), key=lambda topic: -counts[topic])
    buttons = [
        f'<button type="button" data-topic="{escape(topic)}">{escape(words.TOPIC_COUNT.format(topic=topic, count=counts[topic]))}</button>'
        for topic in order
    ]
    more = words.MORE_TOPICS.format(count=len(buttons) - FEW_TOPICS)
    rest = f"<details><summary>{more}</summary>{_chips(buttons[FEW_TOPICS:])}</details>"
    first = _chips(buttons[:FEW_TOPICS])
    return f"<p>{words.KNOWN_TOPICS}</p>{first}{rest if buttons[FEW_TOPICS:] else ''}"


def _chips(buttons: list[str]) -> str:
    return f'<div class="nj-desk-chips">{"".join(buttons)}</div>'


def _model() -> Endpoint | None:
    """The language model's endpoint; None where none is configured, or wrongly, which the log says."""
    try:
        return endpoint()
    except ModelNotConfigured as error:
        _log.warning("%s", error)
        return None


def _consent(use: gr.Checkbox, agreed: gr.State, consent: gr.Column, agree: gr.Button, disagree: gr.Button) -> None:
    def wanted(use: bool, agreed: bool, request: gr.Request) -> gr.Column:
        require(request)
        return gr.Column(visible=use and not agreed)

    def answering(yes: bool) -> Any:
        def answered(request: gr.Request) -> tuple[bool, bool, gr.Column]:
            require(request)
            return yes, yes, gr.Column(visible=False)

        return answered

    use.input(wanted, [use, agreed], consent, queue=False, **QUIET)
    for button, yes in ((agree, True), (disagree, False)):
        button.click(answering(yes), None, [use, agreed, consent], queue=False, **QUIET)
