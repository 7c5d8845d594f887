"""The provision under a citation as safe HTML: whole, its quote marked, with what is known of it and where to read on."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as in_path

from documents.model import Check, Kind, Level
from index.chunk import Card, Chunk
from rag.model import RESTATED, Citation
from ui import words
from ui.ask import words as own
from ui.ask.escaping import day, escape, lines, safe_link


def render_source_message(text: str) -> str:
    """Write a sentence in the place of a provision."""
    close = f'<button type="button" class="nj-close" data-back="true">{own.CLOSE}</button>'
    return f'<div class="nj-source nj-source-empty"><div class="nj-top"><p>{lines(text)}</p>{close}</div></div>'


def render_source(place: int, citation: Citation, chunk: Chunk) -> str:
    """Write the whole provision of a citation with its quote marked.

    Parameters: the citation's number in its answer, the citation, the chunk it stands in. Returns safe HTML.
    """
    restated = f'<p class="nj-label">{escape(RESTATED)}</p>' if citation.kind is Kind.RESTATEMENT else ""
    headings = " › ".join(escape(heading) for heading in chunk.provision.headings)
    path = f'<p class="nj-path">{headings}</p>' if headings else ""
    facts = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in _facts(citation, chunk))
    return (
        f'<article class="nj-source"><header><div class="nj-top"><p class="nj-kicker">{words.SOURCE_TITLE} {place}</p>'
        f'<button type="button" class="nj-close" data-back="true">{own.CLOSE}</button></div>'
        f'<h2 tabindex="-1">《{escape(citation.title)}》</h2>'
        f'<p class="nj-article">{escape(citation.article)}{escape(citation.part)}</p>'
        f"{path}</header>{_warning(citation, chunk)}{restated}"
        f'<div class="nj-text">{marked(chunk, citation.quote)}</div>'
        f'<dl>{facts}</dl><p class="nj-link">{_reader(citation)}</p><p class="nj-link">{_link(citation)}</p>'
        f'<button type="button" class="nj-back" data-back="true">{words.SOURCE_BACK}</button></article>'
    )


def _warning(citation: Citation, chunk: Chunk) -> str:
    """What must not be overlooked: figures that nobody verified, a text that does not hold."""
    weak = chunk.provision.check is Check.WEAK or citation.check is Check.WEAK
    said = [own.UNSURE] if weak else []
    if citation.in_force is False and not citation.level.is_plan and citation.level is not Level.COMPILED:
        said.append(own.NOT_IN_FORCE)
    return f'<p class="nj-warning">{"".join(said)}</p>' if said else ""


def reader_path(document_id: str, article: str) -> str:
    """The page's own permanent link to a provision in its document."""
    return f"/doc/{in_path(document_id, errors='replace')}#{in_path(article, safe='', errors='replace')}"


def _reader(citation: Citation) -> str:
    path = escape(reader_path(citation.document_id, citation.article))
    return f'<a href="{path}" target="_blank" rel="noopener">{own.IN_READER}</a>'


def marked(chunk: Chunk, quote: str) -> str:
    """Write a provision's text as safe paragraphs, the quote inside <mark>; unmarked where the quote is not in it."""
    text = chunk.provision.text
    at = chunk.text.find(quote) if quote else -1
    start = chunk.start + at if at >= 0 else text.find(quote) if quote else -1
    end = start + len(quote) if start >= 0 else -1
    out, place = [], 0
    for line in text.split("\n"):
        a, b = max(start - place, 0), min(end - place, len(line))
        if start >= 0 and a < b:
            out.append(f"<p>{escape(line[:a])}<mark>{escape(line[a:b])}</mark>{escape(line[b:])}</p>")
        else:
            out.append(f"<p>{escape(line)}</p>")
        place += len(line) + 1
    return "".join(out)


def _facts(citation: Citation, chunk: Chunk) -> Sequence[tuple[str, str]]:
    card, check = chunk.card, chunk.provision.check
    facts = [(words.LEVEL, str(citation.level)), (words.REGION, citation.region)]
    if citation.level.is_plan:
        facts += [(words.IN_FORCE, words.NOT_A_RIGHT)]
        facts += [(words.YEAR, f"{card.year}年")] if card.year else []
    else:
        facts += _validity(citation, card)
    facts += [(words.NUMBER, card.number)] if card.number else []
    weak = "，数字不能当准" if check is Check.WEAK else ""
    facts += [(words.KIND, str(citation.kind)), (words.CHECK, f"{check}{weak}" if check else words.NO_CHECK)]
    return facts


def _validity(citation: Citation, card: Card) -> list[tuple[str, str]]:
    if citation.level is Level.COMPILED:  # ours, so it has no day of force; what it rests on has
        return [(words.COMPILED, day(card.start))] if card.start else []
    state = {True: words.VALID, False: words.INVALID, None: words.UNKNOWN_FORCE}[citation.in_force]
    facts = [(words.IN_FORCE, state)]
    if card.effective is None and card.published is not None:
        facts.append((words.PUBLISHED, day(card.published)))
    facts.append((words.EFFECTIVE, day(card.effective) if card.effective else words.UNKNOWN_DATE))
    replaced = f"，改用《{card.replaced_by}》" if card.replaced_by else ""
    return [*facts, (words.ENDED, f"{day(card.ended)}{replaced}" if card.ended else words.NO_END)]


def _link(citation: Citation) -> str:
    if safe := safe_link(citation.url):
        return f'<a href="{escape(safe)}" target="_blank" rel="noopener noreferrer">{words.LINK}</a>'
    return words.NO_LINK_COMPILED if citation.level is Level.COMPILED else words.NO_LINK
