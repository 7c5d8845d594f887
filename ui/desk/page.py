"""The page 备课: what it will hold, said as not yet made, and the way to what there is."""

from urllib.parse import quote

import gradio as gr

from documents.topics import topic_rows, topics
from ui.ask.render import escape
from ui.desk import words
from ui.live import Live


def build(live: Live) -> None:
    """Build the page inside the open Blocks."""
    gr.HTML(render(live), elem_id="nj-desk", js_on_load=None)


def render(live: Live) -> str:
    """Write the page as safe HTML: plans, then the topics that the index in service has documents for."""
    here = {card.title for card in live.edition.index.cards}
    plans = "".join(f"<li>{escape(plan)}</li>" for plan in words.PLANS)
    items = []
    for topic in topics():
        if count := len({row.title for row in topic_rows() if row.topic == topic} & here):
            said = escape(words.TOPIC.format(topic=topic, count=count))
            items.append(f'<li><a href="/library?topic={quote(topic)}">{said}</a></li>')
    return (
        f"<h2>{words.TITLE}</h2><p><strong>{words.NOT_YET}</strong>{words.WILL}</p><ul>{plans}</ul>"
        f'<p>{words.NOW}</p><ul class="nj-desk-topics">{"".join(items)}</ul>'
    )
