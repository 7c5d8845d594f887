"""The Gradio part of the page 管理: four tabs around the tray, the catalogue, the rebuild and what is kept."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from documents.errors import DocumentError
from documents.library import gather, home
from documents.model import Kind
from documents.originals import CONFLICT
from documents.own import Added
from index.build import default_folder
from index.errors import IndexRoomError
from index.publish import previous
from ui.admin import catalogue, show, words
from ui.admin.rebuild import Rebuild
from ui.admin.tray import Tray
from ui.errors import UiError
from ui.live import Live
from ui.signin import require, signed_in
from ui.store.kept import LONGEST_RETENTION, RETENTION, SHORTEST_RETENTION, Kept

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_TICK = 1.0
_LATELY = 10


def _named(file: FileData) -> tuple[Path, str]:
    """Where an uploaded file lies, and the name it came with."""
    return Path(file.path), file.orig_name or Path(file.path).name


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    who = gr.HTML("", elem_id="nj-admin-who", js_on_load=None)
    _on_load(lambda name: show.account(name), [], who)
    with gr.Tabs(elem_id="nj-admin"):
        with gr.Tab(words.ADD):
            taking = _adding(live)
        with gr.Tab(words.CATALOGUE):
            _catalogue(taking)
        with gr.Tab(words.INDEX):
            _index(live)
        with gr.Tab(words.KEPT):
            _kept(live)


def _html(value: str = "", **more: Any) -> gr.HTML:
    return gr.HTML(value, js_on_load=None, **more)


def _on_load(work: Any, inputs: list[Any], outputs: Any) -> None:
    """Fill parts when the page is opened by somebody signed in; nothing private is in the page as such."""

    def loaded(request: gr.Request) -> Any:
        return work(require(request))

    gr.on(None, loaded, inputs, outputs, queue=False, **_QUIET)


def _adding(live: Live) -> Any:
    """Build the tab where files are dropped. Returns the event of taking in, for what follows it."""
    tray = Tray(home())
    _html(f"<p>{words.DROP_HINT}</p>")
    drop = gr.File(label=words.DROP, file_count="multiple", elem_id="nj-admin-drop", height=180)
    # Gradio hands on only a name cut down to letters; a subclass would make it write a stub file beside this one.
    setattr(drop, "_process_single_file", _named)  # noqa: B010
    state = _html(elem_id="nj-admin-add-state")
    cards = _html(elem_id="nj-admin-cards")
    with gr.Column(visible=False) as choice:
        chosen = gr.CheckboxGroup([], label=words.CHOOSE, elem_id="nj-admin-chosen")
        with gr.Row():
            take = gr.Button(words.TAKE, variant="primary", elem_id="nj-admin-take")
            clear = gr.Button(words.DROP_ALL, elem_id="nj-admin-clear")

    def staged(files: list[Any] | None, request: gr.Request, bar: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        require(request)
        read = tray.stage(files or [], _watch(bar))
        usable = [(c.name, c.id) for c in read if c.usable]
        shown = "".join(show.card(c, live.edition.index.cards) for c in read)
        picked = gr.CheckboxGroup(usable, value=[c for _, c in usable])
        return None, "", shown, gr.Column(visible=bool(usable)), picked

    def taken(ids: list[str], request: gr.Request, bar: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        require(request)
        if not ids:
            return show.said([words.NOTHING_CHOSEN], alarm=True), gr.skip(), gr.skip(), gr.skip()
        if not tray.held(ids):
            return show.said([words.GONE], alarm=True), "", gr.Column(visible=False), gr.CheckboxGroup([], value=[])
        try:
            added = tray.take_in(ids, _watch(bar))
        except DocumentError as error:
            return show.said([str(error)], alarm=True), gr.skip(), gr.skip(), gr.skip()
        return _added(added), "", gr.Column(visible=False), gr.CheckboxGroup([], value=[])

    def cleared(ids: list[str], request: gr.Request) -> tuple[Any, ...]:
        require(request)
        tray.drop(ids)
        return show.said([words.CLEARED]), "", gr.Column(visible=False), gr.CheckboxGroup([], value=[])

    slow: dict[str, Any] = _QUIET | {"show_progress": "full", "concurrency_id": "admin", "concurrency_limit": 1}
    drop.upload(staged, [drop], [drop, state, cards, choice, chosen], show_progress_on=[state], **slow)
    clear.click(cleared, [chosen], [state, cards, choice, chosen], **_QUIET)
    return take.click(taken, [chosen], [state, cards, choice, chosen], show_progress_on=[state], **slow)


def _watch(bar: gr.Progress) -> Any:
    def watch(name: str, done: int, total: int) -> None:
        bar((done, total), desc=words.READING.format(name=name, done=done + 1, total=total))

    return watch


def _added(added: Added) -> str:
    """Say what one taking in did, and which of it contradicts a restatement of ours."""
    lines = [*added.present, *added.remarks]
    if added.documents:
        provisions = sum(len(document.provisions) for document, _ in added.documents)
        lines.insert(0, words.TAKEN.format(count=len(added.documents), provisions=provisions))
        paths = {document.path for document, _ in added.documents}
        lines += [
            words.CONFLICT.format(title=d.title, note=d.note)
            for d in gather().documents
            if d.path in paths and d.kind is Kind.ORIGINAL and CONFLICT in d.note
        ]
    left = [words.LEFT.format(message=problem.message) for problem in added.problems]
    return show.said(lines) + show.said(left, alarm=True)


def _catalogue(taking: Any) -> None:
    _html(f"<p>{words.GRID_HINT}</p>")
    state = _html(elem_id="nj-admin-grid-state")
    loaded = gr.State([])
    grid = gr.Dataframe(
        headers=catalogue.HEADERS,
        datatype="str",
        type="array",
        interactive=True,
        column_count=len(catalogue.HEADERS),
        static_columns=[catalogue.SHOWN.index(name) for name in catalogue.FIXED],
        column_widths=["260px", *["150px"] * (len(catalogue.HEADERS) - 1)],
        show_row_numbers=True,
        buttons=[],
        max_height=560,
        show_label=False,
        elem_id="nj-admin-grid",
    )
    with gr.Row():
        save = gr.Button(words.SAVE, variant="primary", elem_id="nj-admin-save")
        reload = gr.Button(words.RELOAD, elem_id="nj-admin-reload")
    which = gr.Dropdown([], label=words.REMOVE_WHICH, elem_id="nj-admin-which")
    remove = gr.Button(words.REMOVE, variant="stop", elem_id="nj-admin-remove")

    def filled(said: str, shown: catalogue.Cells) -> tuple[Any, ...]:
        return said, shown, shown, _which(shown)

    def kept(said: str) -> tuple[Any, ...]:
        return said, gr.skip(), gr.skip(), gr.skip()

    def read(request: gr.Request) -> tuple[Any, ...]:
        require(request)
        try:
            shown = catalogue.cells(catalogue.own_rows(home()))
        except DocumentError as error:
            return kept(show.said([str(error)], alarm=True))
        return filled(show.said([] if shown else [words.GRID_EMPTY]), shown)

    def grown(before: list[list[str]], typed: list[list[Any]], request: gr.Request) -> tuple[Any, ...]:
        """Show what was just taken in, unless somebody is in the middle of typing."""
        require(request)
        return (gr.skip(),) * 4 if before and typed != before else read(request)

    def saved(before: list[list[str]], typed: list[list[Any]], request: gr.Request) -> tuple[Any, ...]:
        require(request)
        if not before:
            return kept(show.said([words.GRID_EMPTY]))
        try:
            count, faults = catalogue.save(home(), before, typed)
            if faults:
                return kept(show.said([words.NOT_SAVED.format(count=len(faults)), *faults], alarm=True))
            shown = catalogue.cells(catalogue.own_rows(home()))
        except DocumentError as error:
            return kept(show.said([str(error)], alarm=True))
        return filled(show.said([words.SAVED.format(count=count) if count else words.UNCHANGED]), shown)

    def removed(
        name: str | None, before: list[list[str]], typed: list[list[Any]], request: gr.Request
    ) -> tuple[Any, ...]:
        require(request)
        title = next((row[0] for row in before if row[-1] == name), "")
        if not name or not title:
            return kept(show.said([words.NOTHING_TO_REMOVE], alarm=True))
        try:
            place = catalogue.remove(home(), name)
        except DocumentError as error:
            return kept(show.said([str(error)], alarm=True))
        said = (words.REMOVED if place else words.REMOVED_ROW).format(title=title, place=place)
        left = [row for row in before if row[-1] != name]
        # what was typed in other rows stays
        return show.said([said]), left, [row for row in typed if row[-1] != name], _which(left)

    outputs = [state, loaded, grid, which]
    gr.on(None, read, [], outputs, **_QUIET)
    reload.click(read, None, outputs, **_QUIET)
    taking.then(grown, [loaded, grid], outputs, **_QUIET)
    save.click(saved, [loaded, grid], outputs, **_QUIET)
    remove.click(removed, [which, loaded, grid], outputs, **_QUIET)


def _which(shown: catalogue.Cells) -> Any:
    return gr.Dropdown([(row[0], row[-1]) for row in shown], value=None)


def _index(live: Live) -> None:
    rebuild = Rebuild(live, default_folder())
    _html(f"<p>{words.REBUILD_HINT}</p>")
    facts = _html(elem_id="nj-admin-index")
    state = _html(elem_id="nj-admin-index-state")
    with gr.Row():
        start = gr.Button(words.REBUILD, variant="primary", elem_id="nj-admin-rebuild")
        back = gr.Button(words.BACK, elem_id="nj-admin-back", interactive=False)
    _html(f'<h3 class="nj-admin-head">{words.LATELY}</h3><p>{words.LATELY_HINT.format(most=_LATELY)}</p>')
    lately = _html(elem_id="nj-admin-lately")
    timer = gr.Timer(_TICK, active=False)
    outputs = [facts, state, lately, start, back, timer]

    def shown(whole: bool = True) -> tuple[Any, ...]:
        """How it stands; while something runs the list is not read with every tick."""
        now = rebuild.progress
        before = previous(default_folder())
        return (
            show.index_state(live.edition.index.manifest, before),
            show.progress(now),
            _lately(live) if whole or not now.running else gr.skip(),
            gr.Button(interactive=not now.running),
            gr.Button(interactive=before is not None and not now.running),
            gr.Timer(active=now.running),
        )

    def looked(request: gr.Request) -> tuple[Any, ...]:
        require(request)
        return shown()

    def ticked(request: gr.Request) -> tuple[Any, ...]:
        """Look again; where the session ended meanwhile, stop looking instead of complaining every second."""
        return shown(whole=False) if signed_in(request) else (*(gr.skip(),) * 5, gr.Timer(active=False))

    def done(work: Any, account: str) -> tuple[Any, ...]:
        try:
            work(account)
        except (UiError, IndexRoomError) as error:
            return gr.skip(), show.said([str(error)], alarm=True), *(gr.skip(),) * 4
        return shown()

    def started(request: gr.Request) -> tuple[Any, ...]:
        return done(rebuild.start, require(request))

    def went_back(request: gr.Request) -> tuple[Any, ...]:
        return done(rebuild.go_back, require(request))

    gr.on(None, looked, [], outputs, **_QUIET)
    timer.tick(ticked, None, outputs, queue=False, **_QUIET)
    start.click(started, None, outputs, **_QUIET)
    back.click(went_back, None, outputs, **_QUIET)


def _lately(live: Live) -> str:
    """What was done lately, in whatever process."""
    try:
        return show.jobs(live.jobs.recent(_LATELY) if live.jobs else [])
    except UiError as error:
        return show.said([str(error)], alarm=True)


def _kept(live: Live) -> None:
    kept = live.feedback
    if not isinstance(kept, Kept):
        return
    _html(f"<p>{words.KEEPING_HINT}</p>")
    switch = gr.Checkbox(label=words.KEEPING, elem_id="nj-admin-keeping")
    days = gr.Number(
        RETENTION,
        label=words.RETENTION,
        precision=0,
        minimum=SHORTEST_RETENTION,
        maximum=LONGEST_RETENTION,
        elem_id="nj-admin-days",
    )
    save = gr.Button(words.SAVE, variant="primary", elem_id="nj-admin-keep")
    state = _html(elem_id="nj-admin-kept-state")
    table = _html(elem_id="nj-admin-counts")
    _html(show.downloads())
    refresh = gr.Button(words.REFRESH, elem_id="nj-admin-refresh")
    sure = gr.Checkbox(label=words.ERASE_SURE, elem_id="nj-admin-sure")
    erase = gr.Button(words.ERASE, variant="stop", elem_id="nj-admin-erase")

    def read(request: gr.Request) -> tuple[Any, ...]:
        require(request)
        return kept.keeping, kept.retention, "", show.counts(kept.counts())

    def saved(on: bool, number: float | None, request: gr.Request) -> tuple[Any, ...]:
        require(request)
        kept.set(bool(on), int(number or RETENTION))
        state = words.STATE_ON if kept.keeping else words.STATE_OFF
        said = words.KEPT_SAVED.format(state=state, days=kept.retention)
        return kept.keeping, kept.retention, show.said([said]), show.counts(kept.counts())

    def erased(certain: bool, request: gr.Request) -> tuple[Any, ...]:
        require(request)
        if not certain:
            return show.said([words.NOT_SURE], alarm=True), gr.skip(), gr.skip()
        return show.said([words.ERASED.format(rows=kept.forget())]), show.counts(kept.counts()), False

    outputs = [switch, days, state, table]
    gr.on(None, read, [], outputs, **_QUIET)
    refresh.click(read, None, outputs, **_QUIET)
    save.click(saved, [switch, days], outputs, **_QUIET)
    erase.click(erased, [sure], [state, table, sure], **_QUIET)
