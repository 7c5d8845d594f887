"""The Gradio part of the page 审定."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
from typing import Any

import gradio as gr

from documents.errors import DocumentError
from ui.approve import show, words
from ui.approve.desk import ApprovalDesk, Choice
from ui.errors import UiError
from ui.live import Live
from ui.signin import require
from ui.store.approved import Act, ApprovalStore

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_ONE: dict[str, Any] = _QUIET | {"concurrency_id": "approve", "concurrency_limit": 1}


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    store = live.edition.assistant.approved
    if not isinstance(store, ApprovalStore):
        return
    desk = ApprovalDesk(live, store)
    with gr.Column(elem_id="nj-approve"):
        gr.HTML(f"<p>{words.HINT}</p>", js_on_load=None)
        parts = _asking()
        cards = _listing()
    _connect(desk, parts, cards)


def _html(name: str) -> gr.HTML:
    return gr.HTML("", elem_id=f"nj-approve-{name}", js_on_load=None)


def _asking() -> dict[str, Any]:
    """The boxes of one approval. Returns them by name."""
    asked = gr.Textbox(label=words.ASKED, placeholder=words.ASKED_HINT, max_lines=4, elem_id="nj-approve-asked")
    with gr.Row():
        place = gr.Textbox(label=words.PLACE, placeholder=words.PLACE_HINT, elem_id="nj-approve-place", min_width=200)
        kept = gr.Dropdown([], label=words.KEPT, elem_id="nj-approve-kept", min_width=240, visible=False)
    look = gr.Button(words.LOOK, elem_id="nj-approve-look")
    state, answer = _html("state"), _html("answer")
    with gr.Column(visible=False, elem_id="nj-approve-edit") as edit:
        said = gr.Textbox(label=words.SAID, lines=3, max_lines=10, elem_id="nj-approve-conclusion")
        chosen = gr.CheckboxGroup([], label=words.SOURCES, elem_id="nj-approve-chosen")
        with gr.Row():
            sought = gr.Textbox(
                label=words.MORE, placeholder=words.MORE_HINT, elem_id="nj-approve-sought", scale=3, min_width=220
            )
            find = gr.Button(words.FIND, elem_id="nj-approve-find", scale=1, min_width=100)
        role = gr.Textbox(label=words.ROLE, placeholder=words.ROLE_HINT, elem_id="nj-approve-role")
        approve = gr.Button(words.APPROVE, variant="primary", elem_id="nj-approve-approve")
        verdict = _html("verdict")
    offered = gr.State([])
    named = {"asked": asked, "place": place, "kept": kept, "look": look, "state": state, "answer": answer, "edit": edit}
    more = {
        "said": said,
        "chosen": chosen,
        "sought": sought,
        "find": find,
        "role": role,
        "approve": approve,
        "verdict": verdict,
    }
    return named | more | {"offered": offered}


def _listing() -> dict[str, Any]:
    gr.HTML(f"<h2>{words.LISTED}</h2>", js_on_load=None)
    which = gr.Dropdown([], label=words.WHICH, elem_id="nj-approve-which")
    with gr.Row():
        withdraw = gr.Button(words.WITHDRAW, variant="stop", elem_id="nj-approve-withdraw", min_width=120)
        again = gr.Button(words.AGAIN, elem_id="nj-approve-again", min_width=160)
        refresh = gr.Button(words.REFRESH, elem_id="nj-approve-refresh", min_width=100)
    told = _html("told")
    return {
        "which": which,
        "withdraw": withdraw,
        "again": again,
        "refresh": refresh,
        "told": told,
        "list": _html("list"),
    }


def _pairs(choices: list[Choice]) -> list[tuple[str, str]]:
    return [(choice.label, choice.id) for choice in choices]


def _connect(desk: ApprovalDesk, parts: dict[str, Any], cards: dict[str, Any]) -> None:
    """Wire the events; every one asks first who is signed in."""

    def fault(error: Exception) -> str:
        return show.said(str(error).split("\n"), alarm=True)

    def listing() -> tuple[Any, Any]:
        try:
            steps = desk.listed()
            drawn = show.listed(steps, desk.history)
        except UiError as error:
            return gr.Dropdown([], value=None), fault(error)
        chosen = gr.Dropdown([(f"{show.state(s)[:3]}：{s.approved.name}", s.approved.key) for s in steps], value=None)
        return chosen, drawn

    def opened(request: gr.Request) -> tuple[Any, ...]:
        require(request)
        kept = [(f"{asked}（{province}）", f"{province}\n{asked}") for asked, province in desk.kept()]
        return *listing(), gr.Dropdown(kept, value=None, visible=bool(kept))

    def looked(asked: str, place: str, request: gr.Request, said: str = "") -> tuple[Any, ...]:
        require(request)
        try:
            found = desk.look(asked or "", place or "")
        except UiError as error:
            return fault(error), "", gr.Column(visible=False), gr.skip(), gr.skip(), gr.skip()
        words_now = said or ("" if not found.answer.citations else found.answer.conclusion)
        box = gr.CheckboxGroup(_pairs(list(found.choices)), value=list(found.cited))
        return "", show.answer(found.answer), gr.Column(visible=True), words_now, box, list(found.choices)

    def taken(picked: str | None, request: gr.Request) -> tuple[Any, Any]:
        require(request)
        province, _, asked = (picked or "").partition("\n")
        known = any((asked, province) == kept for kept in desk.kept())
        return (
            (asked, province if "省" in province or "市" in province or "区" in province else "")
            if known
            else (gr.skip(), gr.skip())
        )

    def found(
        sought: str, asked: str, place: str, chosen: list[str], offered: list[Choice], request: gr.Request
    ) -> tuple[Any, ...]:
        require(request)
        try:
            more = desk.find(sought or "", asked or "", place or "")
        except (UiError, DocumentError) as error:
            return fault(error), gr.skip(), gr.skip()
        if not more:
            return show.said([words.NONE_FOUND], alarm=True), gr.skip(), gr.skip()
        both = list({choice.id: choice for choice in (*more, *offered)}.values())
        return "", gr.CheckboxGroup(_pairs(both), value=chosen), both

    def approved(
        asked: str, place: str, said: str, chosen: list[str], role: str, request: gr.Request
    ) -> tuple[Any, ...]:
        account = require(request)
        try:
            kept = desk.approve(asked or "", place or "", said or "", chosen or [], role or "", account)
        except UiError as error:
            return fault(error), *(gr.skip(),) * 5
        told = words.APPROVED.format(question=kept.name, role=kept.role, day=kept.day.isoformat())
        return "", show.said([told]), "", gr.Column(visible=False), *listing()

    def withdrawn(key: str | None, request: gr.Request) -> tuple[Any, ...]:
        account = require(request)
        if not key:
            return show.said([words.NOT_CHOSEN], alarm=True), gr.skip(), gr.skip()
        try:
            gone = desk.withdraw(key, account)
        except UiError as error:
            return fault(error), *listing()
        return show.said([words.WITHDRAWN.format(question=gone.name)]), *listing()

    def again(key: str | None, request: gr.Request) -> tuple[Any, ...]:
        require(request)
        try:
            steps = [step for step in desk.history(key) if step.act is Act.APPROVED] if key else []
        except UiError as error:
            return fault(error), *(gr.skip(),) * 9
        if not steps:
            return show.said([words.NOT_CHOSEN], alarm=True), *(gr.skip(),) * 9
        last = steps[0].approved
        place = last.regions[0] if last.regions else ""
        shown = looked(last.question, place, request, last.conclusion if last.edited else "")
        return "", last.question, place, last.role, *shown

    def refreshed(request: gr.Request) -> tuple[Any, ...]:
        require(request)
        return "", *listing()

    asking = [parts["asked"], parts["place"]]
    shown = [parts[name] for name in ("state", "answer", "edit", "said", "chosen", "offered")]
    shelf = [cards["which"], cards["list"]]

    def look(asked: str, place: str, request: gr.Request) -> tuple[Any, ...]:
        return "", *looked(asked, place, request)

    gr.on(None, opened, [], [*shelf, parts["kept"]], **_QUIET)
    gr.on([parts["look"].click, parts["asked"].submit], look, asking, [parts["verdict"], *shown], **_ONE)
    parts["kept"].input(taken, [parts["kept"]], asking, **_QUIET)
    gr.on(
        [parts["find"].click, parts["sought"].submit],
        found,
        [parts["sought"], *asking, parts["chosen"], parts["offered"]],
        [parts["verdict"], parts["chosen"], parts["offered"]],
        **_ONE,
    )
    given = [*asking, parts["said"], parts["chosen"], parts["role"]]
    parts["approve"].click(approved, given, [parts["verdict"], *shown[:3], *shelf], **_ONE)
    cards["withdraw"].click(withdrawn, [cards["which"]], [cards["told"], *shelf], **_ONE)
    cards["again"].click(again, [cards["which"]], [cards["told"], *asking, parts["role"], *shown], **_ONE)
    cards["refresh"].click(refreshed, None, [cards["told"], *shelf], **_ONE)
