"""What the three tabs share: how their events run, the choice of a place, what a script sent."""

from __future__ import annotations

from typing import Any

import gradio as gr

from documents.region import Region, parse_region, provinces, short_name

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Jobs says who must wait; Gradio need only let enough in for it to say so.
WORKING = QUIET | {"concurrency_id": "desk", "concurrency_limit": 8}


def html(value: str = "", **more: Any) -> gr.HTML:
    """A piece of safe HTML."""
    return gr.HTML(value, js_on_load=more.pop("js_on_load", None), **more)


def place_choice(label: str, nation: str, id: str) -> gr.Dropdown:
    """The choice of a province, or of the nation alone."""
    choices = [(nation, ""), *((short_name(name), name) for name in provinces())]
    return gr.Dropdown(choices, value="", label=label, filterable=False, elem_id=id, elem_classes="nj-desk-choice")


def chosen_place(place: str | None) -> tuple[Region, ...]:
    """The chosen province; none where the nation was."""
    return (parse_region(place),) if place in provinces() else ()


def data_of(event: gr.EventData) -> dict[str, Any]:
    """What the page's script sent with an event; whoever sends anything else gets nothing."""
    return event._data if isinstance(event._data, dict) else {}
