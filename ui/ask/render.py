"""Answers and provisions as HTML. Every word that comes from a question, a document or a model passes `escape`."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from documents.model import Check, Kind, Level
from index.chunk import Card, Chunk
from rag.model import RESTATED, Answer, Citation, Status
from ui import words

# 结论, 依据, 你可以这样做, 说明: an answer is streamed in this many steps.
PARTS = 4
LONGEST_SHOWN = 300
# Control characters, text-direction overrides and lone surrogates: none of them belongs on a page.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_PHONE = re.compile(r"(?<![\d.])(110|120|12333|12338|12348|12351|12356|12393)(?![\d.天元日周个条人岁%])")
_LABELS = re.compile(r"^（(?P<labels>[^（）]*(?:（[^（）]*）[^（）]*)*)）：(?P<words>.*)$", re.DOTALL)


def escape(text: str) -> str:
    """Make text safe inside elements and quoted attributes; line breaks stay."""
    return html.escape(_UNPRINTABLE.sub("", text), quote=True)


def lines(text: str) -> str:
    """Escape text and show its line breaks."""
    return escape(text.strip()).replace("\n", "<br>")


def safe_link(url: str) -> str:
    """Return a link that may stand on the page, '' for anything but plain https to a named host."""
    if _UNPRINTABLE.search(url) or re.search(r"\s", url):
        return ""
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if fine else ""


def render_asked(asked: str) -> str:
    """Write a question as typed, a very long one shortened with its length."""
    shown = asked.strip()
    more = words.LONG_QUESTION.format(count=len(shown)) if len(shown) > LONGEST_SHOWN else ""
    return f'<div class="nj-asked"><h2>{words.YOU}</h2><p>{lines(shown[:LONGEST_SHOWN])}{more}</p></div>'


def render_message(text: str, kind: str) -> str:
    """Write one sentence in the place of an answer."""
    return f'<div class="nj-answer nj-{escape(kind)}" role="status"><p>{lines(text)}</p></div>'


def render_answer(answer: Answer, number: str, parts: int = PARTS) -> str:
    """Write an answer as safe HTML.

    Parameters: the answer; the number of its exchange, which the citation buttons carry; how many of its parts to show.
    Returns the HTML.
    """
    out = [_conclusion(answer, number)]
    if parts >= 2 and answer.basis:
        out.append(_part(words.BASIS, f"<ol>{_basis(answer, number)}</ol>", "basis"))
    if parts >= 3 and answer.steps:
        steps = "".join(f"<li>{_phones(lines(step))}</li>" for step in answer.steps)
        out.append(_part(words.STEPS, f"<ul>{steps}</ul>", "steps"))
    if parts >= PARTS:
        out.append(_notes(answer))
    done = ' data-done="true"' if parts >= PARTS else ""
    return f'<article class="nj-answer nj-{escape(answer.status)}"{done}>{"".join(out)}</article>'


def _conclusion(answer: Answer, number: str) -> str:
    said = lines(answer.conclusion)
    if answer.status is Status.HOTLINE:
        said = _phones(said)
    marks = "".join(_button(number, place, citation) for place, citation in enumerate(answer.citations, 1))
    marks = f' <span class="nj-marks">{marks}</span>' if marks else ""
    return _part(words.HEADINGS[answer.status], f"<p>{said}{marks}</p>", "conclusion")


def _part(heading: str, inner: str, kind: str) -> str:
    return f'<section class="nj-part nj-{kind}"><h3>{escape(heading)}</h3>{inner}</section>'


def _button(number: str, place: int, citation: Citation) -> str:
    name = words.OPEN_SOURCE.format(number=place, name=f"《{citation.title}》{citation.article}{citation.part}")
    return (
        f'<button type="button" class="nj-cite" data-cite="{escape(number)}-{place}" aria-controls="nj-source" '
        f'aria-label="{escape(name)}">{place}</button>'
    )


def _basis(answer: Answer, number: str) -> str:
    rows = []
    for place, (citation, line) in enumerate(zip(answer.citations, answer.basis, strict=True), 1):
        name = f"《{citation.title}》{citation.article}{citation.part}"
        rest = line.removeprefix(name)
        found = _LABELS.match(rest)
        labels, said = (found["labels"].split("，"), found["words"]) if found else ([], rest)
        if citation.kind is Kind.RESTATEMENT:
            labels.append(words.RESTATED_SHORT)
        tags = "".join(f"<span>{escape(label)}</span>" for label in labels)
        rows.append(
            f"<li>{_button(number, place, citation)}<div><p class='nj-name'>{escape(name)}</p>"
            f"<p class='nj-tags'>{tags}</p><p>{lines(said)}</p></div></li>"
        )
    return "".join(rows)


def _notes(answer: Answer) -> str:
    noticed = answer.question.noticed if answer.question else ()
    items = [
        f'<li class="nj-label">{escape(n)}</li>' if n == RESTATED else f"<li>{lines(n)}</li>" for n in answer.notes
    ]
    if noticed:
        items.append(f"<li>{words.NOTICED}：{lines('；'.join(noticed))}</li>")
    return _part(words.NOTES, f"<ul>{''.join(items)}</ul>", "notes") if items else ""


def _phones(escaped: str) -> str:
    """Make the hotline numbers of an escaped text dialable."""
    return _PHONE.sub(r'<a href="tel:\1">\1</a>', escaped)


def render_source_message(text: str) -> str:
    """Write a sentence in the place of a provision."""
    return f'<div class="nj-source nj-source-empty"><p>{lines(text)}</p></div>'


def render_source(place: int, citation: Citation, chunk: Chunk) -> str:
    """Write the whole provision of a citation with its quote marked.

    Parameters: the citation's number in its answer, the citation, the chunk it stands in. Returns safe HTML.
    """
    restated = f'<p class="nj-label">{escape(RESTATED)}</p>' if citation.kind is Kind.RESTATEMENT else ""
    headings = " › ".join(escape(heading) for heading in chunk.provision.headings)
    path = f'<p class="nj-path">{headings}</p>' if headings else ""
    facts = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in _facts(citation, chunk))
    return (
        f'<article class="nj-source"><header><p class="nj-kicker">{words.SOURCE_TITLE} {place}</p>'
        f'<h2 tabindex="-1">《{escape(citation.title)}》</h2>'
        f'<p class="nj-article">{escape(citation.article)}{escape(citation.part)}</p>'
        f"{path}</header>{restated}"
        f'<div class="nj-text">{marked(chunk, citation.quote)}</div>'
        f'<dl>{facts}</dl><p class="nj-link">{_link(citation)}</p>'
        f'<button type="button" class="nj-back" data-back="true">{words.SOURCE_BACK}</button></article>'
    )


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


def day(when: date) -> str:
    """Write a day as people do: 2012年4月28日."""
    return f"{when.year}年{when.month}月{when.day}日"


def _link(citation: Citation) -> str:
    if safe := safe_link(citation.url):
        return f'<a href="{escape(safe)}" target="_blank" rel="noopener noreferrer">{words.LINK}</a>'
    return words.NO_LINK_COMPILED if citation.level is Level.COMPILED else words.NO_LINK
