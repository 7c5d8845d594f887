"""The reader: a whole document as a plain page of its own at `/doc/{document_id}`, which works without JavaScript."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from index.chunk import Card, Chunk
from ui import words as frame
from ui.ask.render import escape
from ui.library import words
from ui.library.address import READER, anchors, document_link
from ui.library.facts import check_tag, facts, label
from ui.library.listing import Entry, entries
from ui.live import Edition, Live
from ui.logs import where

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

FOLDER = Path(__file__).parent
_log = logging.getLogger("niangjia.ui")
_BLOCK = r"{selector} {{(.*?)}}"
_OURS = re.compile(r"^(?:注[:：]|（?本库注|依据[:：])")


def add_reader(app: FastAPI, live: Live) -> None:
    """Add `/doc/{document_id}` to an application; every answer there is a Chinese page, also its errors."""
    from starlette.responses import HTMLResponse, RedirectResponse
    from starlette.responses import Response as Plain

    def library() -> Response:
        return RedirectResponse("/library")

    def read(request: Request) -> Response:
        edition, today = live.edition, date.today()
        document_id = request.path_params["document_id"]
        tag = f'W/"{_version(edition, today)}"'
        try:
            page = document_page(edition, document_id, today)
        except Exception as error:  # the log says where; the reader gets a sentence
            _log.error("a document could not be shown: %s", where(error))
            return HTMLResponse(message_page(words.BROKEN, words.BROKEN_MORE), 500, _headers())
        if page is None:
            return HTMLResponse(message_page(words.MISSING, words.MISSING_MORE), 404, _headers())
        headers = _headers() | {"etag": tag, "cache-control": "no-cache"}
        if _known(request.headers.get("if-none-match", ""), tag):
            return Plain(status_code=304, headers=headers)
        return HTMLResponse(page, headers=headers)

    app.add_route(READER.rstrip("/"), lambda request: library(), include_in_schema=False)
    app.add_route(READER + "{document_id:path}", read, include_in_schema=False)


def _known(given: str, tag: str) -> bool:
    return given.strip() == "*" or tag.removeprefix("W/") in (
        item.strip().removeprefix("W/") for item in given.split(",")
    )


def _version(edition: Edition, day: date) -> str:
    """What a page is made of: the corpus, the day on which force is judged, and how pages are written."""
    made = f"{edition.index.manifest.corpus_digest} {day} {_hash(_style() + _script())} {words.VERSION}"
    return hashlib.sha256(made.encode()).hexdigest()[:20]


def _headers() -> dict[str, str]:
    policy = (
        f"default-src 'none'; style-src '{_hash(_style())}'; script-src '{_hash(_script())}'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {"content-security-policy": policy, "cache-control": "no-store"}


@cache
def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


@cache
def _style() -> str:
    """The page's style, with the frame's colours: light, and dark where the device prefers that."""
    sheet = (FOLDER.parent / "frame.css").read_text(encoding="utf-8")
    light, dark = (
        re.search(_BLOCK.format(selector=re.escape(selector)), sheet, re.DOTALL)
        for selector in (":root, body", "body.dark, .dark")
    )
    if light is None or dark is None:
        raise ValueError("frame.css names its colours elsewhere")
    own = (FOLDER / "doc" / "reader.css").read_text(encoding="utf-8")
    return f":root {{{light[1]}}}\n@media (prefers-color-scheme: dark) {{ :root {{{dark[1]}}} }}\n{own}"


@cache
def _script() -> str:
    return (FOLDER / "doc" / "copy.js").read_text(encoding="utf-8").replace("COPIED", words.COPIED)


def document_page(edition: Edition, document_id: str, day: date) -> str | None:
    """Write a document as a whole page.

    Parameters: the edition; the document's id as it stands in the address; the day on which force is judged. Returns safe
    HTML, None where there is no such document.
    """
    chunks = edition.by_document.get(document_id)
    if not chunks:
        return None
    listed = entries(edition)
    place = next(number for number, entry in enumerate(listed) if entry.card.id == document_id)
    entry, card = listed[place], listed[place].card
    replacing = next(
        (c for c in edition.index.cards if card.replaced_by and c.title == card.replaced_by and c.id != card.id), None
    )
    names = anchors(chunks)
    body = "".join(_provision(chunks, names, number) for number in range(len(chunks)))
    main = (
        f'<header class="nj-top"><p class="nj-kicker">{escape(card.level)} · {escape(card.region.name)}</p>'
        f"<h1>{escape(card.title)}</h1>{label(card)}"
        f"{facts(entry, entry.standing(day), replacing)}</header>"
        f'<div class="nj-columns">{_contents(chunks, names)}<main id="nj-text">{body}</main></div>'
        f"{_beside(listed, place)}"
    )
    return _page(card.title, main)


def message_page(title: str, more: str) -> str:
    """Write a page with one sentence and what to do."""
    said = f'<p>{escape(more)}</p><p><a class="nj-button" href="/library">{words.TO_LIBRARY}</a></p>'
    return _page(title, f'<main id="nj-text" class="nj-message"><h1>{escape(title)}</h1>{said}</main>')


def _page(title: str, main: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)} · {frame.NAME}</title><link rel="icon" href="/favicon.ico">'
        f"<style>{_style()}</style></head><body>"
        f'<a class="nj-skip" href="#nj-text">{words.SKIP}</a>'
        f'<nav class="nj-nav" aria-label="{words.NAVIGATION}"><a class="nj-home" href="/">{frame.NAME}</a>'
        f'<a href="/">{frame.ASK}</a><a href="/library">{frame.LIBRARY}</a></nav>'
        f"{main}<footer><p>{frame.PRIVACY}</p></footer><script>{_script()}</script></body></html>"
    )


def _contents(chunks: Sequence[Chunk], names: Sequence[str]) -> str:
    out: list[str] = []
    last: tuple[str, ...] = ()
    for chunk, name in zip(chunks, names, strict=True):
        headings = chunk.provision.headings
        if headings != last and headings:
            new = next((n for n, pair in enumerate(zip(headings, last, strict=False)) if pair[0] != pair[1]), len(last))
            out += [f'<li class="nj-heading">{escape(h)}</li>' for h in headings[min(new, len(headings)) :]]
        last = headings
        out.append(f'<li><a href="{_fragment(name)}">{escape(name)}</a></li>')
    return (
        f'<nav class="nj-contents" aria-label="{words.CONTENTS}"><details open><summary>{words.CONTENTS}'
        f"（{words.PROVISIONS.format(count=len(chunks))}）</summary><ol>{''.join(out)}</ol></details></nav>"
    )


def _fragment(name: str) -> str:
    return f"#{quote(name, safe='', errors='replace')}"


def _provision(chunks: Sequence[Chunk], names: Sequence[str], number: int) -> str:
    chunk, name = chunks[number], names[number]
    provision = chunk.provision
    headings = provision.headings
    opens = headings and (number == 0 or headings != chunks[number - 1].provision.headings)
    path = f'<p class="nj-path">{" › ".join(map(escape, headings))}</p>' if opens else ""
    page = f" · {words.FILE_PAGE.format(page=provision.page)}" if provision.page else ""
    source = f'<p class="nj-note">{words.CHECKED_AGAINST}{escape(provision.source)}</p>' if provision.source else ""
    asked = quote(words.ASK_ABOUT.format(title=chunk.card.title, article=provision.article), safe="", errors="replace")
    around = "".join(
        f'<a href="{_fragment(names[other])}">{text}</a>'
        for other, text in ((number - 1, words.EARLIER), (number + 1, words.LATER))
        if 0 <= other < len(names)
    )
    return (
        f'{path}<section class="nj-provision" id="{escape(name)}" aria-labelledby="nj-h{number}">'
        f'<h2 id="nj-h{number}"><a href="{_fragment(name)}">{escape(provision.article or name)}</a></h2>'
        f'<div class="nj-text">{_paragraphs(provision.text)}</div>'
        f'<p class="nj-state">{check_tag(provision.check)}{page}</p>{source}'
        f'<p class="nj-do"><a data-copy href="{_fragment(name)}">{words.COPY}</a>'
        f'<a href="/?q={asked}">{words.ASK_LINK}</a><span class="nj-around">{around}</span></p></section>'
    )


def _paragraphs(text: str) -> str:
    lines = (line.strip() for line in text.split("\n"))
    return "".join(f"<p{' class=nj-note' if _OURS.match(line) else ''}>{escape(line)}</p>" for line in lines if line)


def _beside(listed: Sequence[Entry], place: int) -> str:
    def link(card: Card, text: str) -> str:
        return f'<a href="{document_link(card.id)}"><span>{text}</span>{escape(card.title)}</a>'

    found = [link(listed[place - 1].card, words.BEFORE)] if place else []
    found += [link(listed[place + 1].card, words.AFTER)] if place + 1 < len(listed) else []
    return f'<nav class="nj-beside" aria-label="{words.BESIDE}">{"".join(found)}</nav>'
