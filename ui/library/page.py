"""The Gradio part of 查政策: the list with its filters, 31 provinces compared, two side by side."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode

import gradio as gr

from documents.model import Level
from documents.region import provinces, short_name
from documents.topics import topics
from ui.library import words
from ui.library.compared import chart, pair, table
from ui.library.listing import LONGEST_WORDS, Filters, Standing, places, years
from ui.library.provinces import KINDS, MATERNITY
from ui.library.rows import listed
from ui.live import Live

LIST, PROVINCES, PAIR = "list", "provinces", "pair"
TABS = (LIST, PROVINCES, PAIR)
# The address bar says what is shown, so that it can be linked; it is read once, when the page opens.
OPEN_JS = """
trigger('load', {query: window.location.search});
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-page]');
  if (button) trigger('click', {page: button.dataset.page});
});
"""
SORT_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-sort]');
  if (button) trigger('click', {sort: button.dataset.sort});
});
"""
# '?' alone is an address without a query; '' leaves it as it was, for a tab is "selected" while the page still opens.
ADDRESS_JS = """(query) => {
  if (!query) return;
  window.history.replaceState(window.history.state, '', window.location.pathname + (query === '?' ? '' : query));
}"""
# While the page still opens its tabs may settle on the first after they were told another: looked at until it stands.
SHOW_TAB_JS = """(name) => {
  let looks = 8;
  const look = () => {
    const tabs = [...document.querySelectorAll('#nj-tabs [role=tab]')];
    const tab = tabs.find((one) => one.offsetParent && one.textContent.trim() === name);
    if (tab && tab.getAttribute('aria-selected') !== 'true') { tab.click(); looks = Math.min(looks, 3); }
    if (--looks > 0) setTimeout(look, 120);
  };
  if (name) look();
}"""
TO_TOP_JS = "() => document.querySelector('#nj-listed')?.scrollIntoView({block: 'start'})"
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    query = gr.Textbox(visible=False)  # what the address bar is to say
    wanted = gr.Textbox(visible=False)  # the tab that the address names, '' for the first
    kept = gr.State("")  # the list's own part of it, while another tab is shown
    with gr.Tabs(elem_id="nj-tabs", selected=LIST) as tabs:
        with gr.Tab(words.TAB_LIST, id=LIST) as first:
            chosen, find, found = _list(live)
        with gr.Tab(words.TAB_PROVINCES, id=PROVINCES) as second:
            kind = gr.Radio([k.name for k in KINDS], value=MATERNITY.name, label=words.KIND_LABEL, elem_id="nj-kind")
            bars = gr.HTML("", elem_id="nj-bars", js_on_load=None)
            sorting = gr.State(("", True))
            whole = gr.HTML("", elem_id="nj-table", js_on_load=SORT_JS)
        with gr.Tab(words.TAB_PAIR, id=PAIR) as third:
            sides = _sides()
            both = gr.HTML("", elem_id="nj-both", js_on_load=None)
    _connect_list(live, first, chosen, find, found, query, kept)
    _connect_provinces(live, second, kind, bars, sorting, whole, query)
    _connect_pair(live, third, sides, both, query)
    _connect_opening(live, found, [tabs, *chosen, found, kind, bars, whole, *sides, both, kept], wanted)
    query.change(None, query, None, js=ADDRESS_JS, api_visibility="private")


def _list(live: Live) -> tuple[list[Any], gr.Button, gr.HTML]:
    with gr.Column(elem_id="nj-filters"):
        with gr.Row(elem_id="nj-searching"):
            box = gr.Textbox(
                label=words.SEARCH,
                placeholder=words.SEARCH_HINT,
                max_length=LONGEST_WORDS,
                max_lines=1,
                elem_id="nj-search",
            )
            find = gr.Button(words.FIND, variant="primary", elem_id="nj-find", min_width=100)
        with gr.Row(elem_id="nj-choices"):
            topic = _choice(words.TOPIC, list(topics()))
            level = _choice(words.LEVEL, [str(level) for level in Level])
            place = _choice(words.PLACE, places(live.edition))
            standing = _choice(words.STANDING, [str(standing) for standing in Standing])
            year = _choice(words.YEAR, years(live.edition))
            gr.Button(words.RESET, elem_id="nj-reset", min_width=120, link="/library", link_target="_self")
    found = gr.HTML("", elem_id="nj-listed", js_on_load=OPEN_JS)
    return [box, topic, level, place, standing, year], find, found


def _choice(label: str, choices: list[str]) -> gr.Dropdown:
    return gr.Dropdown(
        _with_all(choices), value="", label=label, filterable=False, min_width=130, elem_classes="nj-choice"
    )


def _with_all(choices: list[str]) -> list[tuple[str, str]]:
    return [(words.ALL, ""), *((choice, choice) for choice in choices)]


def _sides() -> list[gr.Dropdown]:
    names = [(short_name(province), province) for province in provinces()]
    with gr.Row(elem_id="nj-sides"):
        return [
            gr.Dropdown(
                names, value=names[number][1], label=label, filterable=False, min_width=140, elem_classes="nj-choice"
            )
            for number, label in enumerate((words.FIRST, words.SECOND))
        ]


def _connect_list(
    live: Live, tab: gr.Tab, chosen: list[Any], find: gr.Button, found: gr.HTML, query: gr.Textbox, kept: gr.State
) -> None:
    def show(filters: Filters) -> tuple[str, str, str]:
        address = f"?{filters.query}"
        return listed(live.edition, filters, date.today()), address, address

    def filtered(text: str | None, *choices: str | None) -> tuple[str, str, str]:
        return show(Filters.of(text, *choices))

    def back(query: str) -> str:
        return query

    def turned(
        text: str | None,
        topic: str | None,
        level: str | None,
        place: str | None,
        standing: str | None,
        year: str | None,
        event: gr.EventData,
    ) -> tuple[str, str, str]:
        page = str(_data(event).get("page", ""))[:6]
        return show(Filters.of(text, topic, level, place, standing, year, page))

    box, *choices = chosen
    gr.on(
        [box.submit, find.click, *(choice.input for choice in choices)], filtered, chosen, [found, query, kept], **QUIET
    )
    tab.select(back, kept, query, **QUIET)
    found.click(turned, chosen, [found, query, kept], **QUIET).then(None, js=TO_TOP_JS, api_visibility="private")


def _connect_provinces(
    live: Live, tab: gr.Tab, kind: gr.Radio, bars: gr.HTML, sorting: gr.State, whole: gr.HTML, query: gr.Textbox
) -> None:
    def opened(name: str | None) -> tuple[str, str, str]:
        return _chart(live, name), table(live.edition, date.today()), _query(tab=PROVINCES, kind=name)

    def picked(name: str | None) -> tuple[str, str]:
        return _chart(live, name), _query(tab=PROVINCES, kind=name)

    def sorted_by(before: tuple[str, bool], event: gr.EventData) -> tuple[str, tuple[str, bool]]:
        by = str(_data(event).get("sort", ""))[:20]
        falling = not (before[0] == by and before[1])
        return table(live.edition, date.today(), by, falling), (by, falling)

    tab.select(opened, kind, [bars, whole, query], **QUIET)
    kind.input(picked, kind, [bars, query], **QUIET)
    whole.click(sorted_by, sorting, [whole, sorting], **QUIET)


def _connect_pair(live: Live, tab: gr.Tab, sides: list[gr.Dropdown], both: gr.HTML, query: gr.Textbox) -> None:
    def compared(first: str | None, second: str | None) -> tuple[str, str]:
        return pair(live.edition, first or "", second or "", date.today()), _query(tab=PAIR, first=first, second=second)

    gr.on([tab.select, *(side.input for side in sides)], compared, sides, [both, query], **QUIET)


def _connect_opening(live: Live, found: gr.HTML, outputs: list[Any], wanted: gr.Textbox) -> None:
    """Fill the page by the address that it was opened with: its tab, its filters, its provinces."""

    def opened(event: gr.EventData) -> list[Any]:
        edition, today = live.edition, date.today()
        query = str(_data(event).get("query", ""))[:2000]
        asked = _asked(query)
        tab = asked.get("tab", LIST) if asked.get("tab") in TABS else LIST
        filters = Filters.read(query)
        name = asked.get("kind", "") if asked.get("kind") in {k.name for k in KINDS} else MATERNITY.name
        two = [asked.get("first", ""), asked.get("second", "")]
        if not set(two) <= set(provinces()) or two[0] == two[1]:
            two = list(provinces()[:2])
        known = (list(topics()), [str(n) for n in Level], places(edition), [str(n) for n in Standing], years(edition))
        values = (filters.topic, filters.level, filters.place, filters.standing, filters.year)
        return [
            gr.Tabs(selected=tab),
            filters.words,
            *(gr.Dropdown(_with_all(n), value=v if v in n else "") for n, v in zip(known, values, strict=True)),
            listed(edition, filters, today),
            name,
            _chart(live, name) if tab == PROVINCES else "",
            table(edition, today) if tab == PROVINCES else "",
            *two,
            pair(edition, two[0], two[1], today) if tab == PAIR else "",
            f"?{filters.query}",
            {PROVINCES: words.TAB_PROVINCES, PAIR: words.TAB_PAIR}.get(tab, ""),
        ]

    begun = found.load(opened, None, [*outputs, wanted], **QUIET)
    begun.then(None, wanted, None, js=SHOW_TAB_JS, api_visibility="private")


def _chart(live: Live, name: str | None) -> str:
    kind = next((kind for kind in KINDS if kind.name == name), MATERNITY)
    return chart(live.edition, kind, date.today())


def _data(event: gr.EventData) -> dict[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def _asked(query: str) -> dict[str, str]:
    try:
        return {k: v[0] for k, v in parse_qs(query.lstrip("?"), max_num_fields=20, errors="replace").items()}
    except ValueError:
        return {}


def _query(**given: str | None) -> str:
    return "?" + urlencode({name: value for name, value in given.items() if value})
