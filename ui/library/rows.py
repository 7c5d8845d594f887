"""The list of documents as safe HTML: one row a document, what was found in it quoted, pages."""

from __future__ import annotations

import re
from datetime import date

from documents.model import Check
from index.chunk import Chunk
from ui.ask.render import escape
from ui.library import words
from ui.library.address import document_link, provision_link
from ui.library.facts import check_tag, standing_words
from ui.library.listing import Entry, Filters, Found, Row, Standing, find, searched_words
from ui.live import Edition

LONGEST_QUOTE = 90
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")


def listed(edition: Edition, filters: Filters, day: date) -> str:
    """Write what filters find as safe HTML: the count, the rows, the pages."""
    found = find(edition, filters, day)
    filtered = bool(filters.query)
    count = (words.COUNT_FOUND if filtered else words.COUNT).format(total=found.total)
    head = f'<p class="nj-count" role="status">{count}</p>'
    if not found.rows:
        return f'{head}<p class="nj-none">{words.NOTHING}</p>'
    marks = searched_words(filters.words)
    rows = "".join(_row(edition, row, filters, marks, day) for row in found.rows)
    return f'{head}<ol class="nj-documents">{rows}</ol>{_pages(found)}'


def _row(edition: Edition, row: Row, filters: Filters, marks: tuple[str, ...], day: date) -> str:
    entry, card = row.entry, row.entry.card
    standing = entry.standing(day)
    tags = f"<span>{escape(card.level)}</span><span>{escape(card.region.name)}</span><span>{escape(card.kind)}</span>"
    ended = " nj-over" if standing is Standing.ENDED else " nj-plan" if standing is Standing.PLAN else ""
    tags += f'<span class="nj-standing{ended}">{escape(standing_words(card, standing))}</span>'
    checks = "".join(check_tag(state, count) for state, count in entry.checks)
    hits = "".join(_hit(edition, chunk, marks) for chunk in row.hits)
    return (
        f'<li><h3><a href="{document_link(card.id)}">{marked(card.title, marks)}</a></h3>'
        f'<p class="nj-tags">{tags}{checks}</p>{_on_topic(edition, entry, filters.topic)}{hits}</li>'
    )


def _on_topic(edition: Edition, entry: Entry, topic: str) -> str:
    articles = entry.topics.get(topic, ())
    chunks = edition.by_document.get(entry.card.id, [])
    links = [
        f'<a href="{provision_link(chunks, chunk.provision.id)}">{escape(chunk.provision.article)}</a>'
        for chunk in chunks
        if chunk.provision.article in articles
    ]
    said = words.ON_TOPIC.format(topic=escape(topic))
    return f'<p class="nj-topic">{said}：{" ".join(links)}</p>' if links else ""


def _hit(edition: Edition, chunk: Chunk, marks: tuple[str, ...]) -> str:
    link = provision_link(edition.by_document[chunk.card.id], chunk.provision.id)
    weak = check_tag(chunk.provision.check) if chunk.provision.check is Check.WEAK else ""
    return (
        f'<p class="nj-hit"><a href="{link}">{escape(chunk.provision.article)}</a>'
        f"<span>{marked(excerpt(chunk.text, marks), marks)}</span>{weak}</p>"
    )


def excerpt(text: str, marks: tuple[str, ...]) -> str:
    """Return the sentence of a text that has most of some words, cut around the first of them where it is long."""
    sentences: list[str] = _SENTENCE.findall(text) or [text]
    best = max(sentences, key=lambda s: sum(len(w) for w in marks if w in s)).strip()
    if len(best) <= LONGEST_QUOTE:
        return best
    places = [at for w in marks if (at := best.find(w)) >= 0]
    start = max(min(places, default=0) - LONGEST_QUOTE // 3, 0)
    cut = best[start : start + LONGEST_QUOTE]
    before = words.ELLIPSIS if start else ""
    return before + cut + (words.ELLIPSIS if start + LONGEST_QUOTE < len(best) else "")


def marked(text: str, marks: tuple[str, ...]) -> str:
    """Write a text as safe HTML with some words in <mark>."""
    if not marks:
        return escape(text)
    parts = re.split(f"({'|'.join(map(re.escape, marks))})", text)
    return "".join(f"<mark>{escape(p)}</mark>" if n % 2 else escape(p) for n, p in enumerate(parts))


def _pages(found: Found) -> str:
    if found.pages == 1:
        return ""
    buttons = [
        f'<button type="button" data-page="{page}">{name}</button>'
        for page, name in ((found.page - 1, words.PREVIOUS), (found.page + 1, words.NEXT))
        if 1 <= page <= found.pages
    ]
    said = f"<span>{words.PAGES.format(page=found.page, pages=found.pages)}</span>"
    return f'<nav class="nj-pages" aria-label="{words.PAGING}">{said}{"".join(buttons)}</nav>'
