"""Provinces held against each other as safe HTML: a table that can be sorted, a bar chart of days, two provinces side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from documents.model import Check
from documents.region import provinces, short_name
from ui.ask.render import day as day_words
from ui.ask.render import escape
from ui.library import words
from ui.library.address import provision_link
from ui.library.facts import check_tag
from ui.library.provinces import KINDS, SAID, Cell, Kind, Source, cell, column
from ui.live import Edition

SUMMARY = "女职工假期一览"
# What a province's summary says beside the leaves themselves.
REMARKS = ("容易弄错的数字", "依据")
_ALIKE = "不分第几个孩子，都一样"
_STYLES = {Check.COMPARED: "firm", Check.TWO_SOURCES: "two", Check.WEAK: "weak", None: "none"}


def table(edition: Edition, day: date, by: str = "", falling: bool = True) -> str:
    """Write all provinces and kinds as a table.

    Parameters: the edition; the day whose rules hold; the kind to sort by ('' for the official order of provinces), and
    whether the most comes first. What has no figure comes last either way. Returns safe HTML.
    """
    columns = [column(edition, kind, day) for kind in KINDS]
    order = range(len(provinces()))
    if by in (kind.name for kind in KINDS):
        chosen = columns[[kind.name for kind in KINDS].index(by)]
        order = sorted(order, key=lambda n: _rank(chosen[n], falling))  # type: ignore[assignment]
    head = _heading(words.PROVINCE, "", by, falling) + "".join(_heading(k.name, k.name, by, falling) for k in KINDS)
    rows = "".join(
        f'<tr><th scope="row">{short_name(provinces()[n])}</th>{"".join(_td(cells[n]) for cells in columns)}</tr>'
        for n in order
    )
    intro = words.TABLE_INTRO.format(day=day_words(day))
    return (
        f'<p class="nj-intro">{intro}</p><div class="nj-wide" role="region" tabindex="0" aria-label="{words.SCROLL}">'
        f'<table class="nj-provinces"><caption>{words.COLUMN_CAPTION}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _rank(found: Cell, falling: bool) -> tuple[int, int]:
    if found.days is None:
        return (1, 0)
    return (0, -found.days if falling else found.days)


def _heading(shown: str, kind: str, by: str, falling: bool) -> str:
    sorted_by = kind == by
    state = ("descending" if falling and kind else "ascending") if sorted_by else "none"
    arrow = (" ▼" if falling and kind else " ▲") if sorted_by else ""
    return (
        f'<th scope="col" aria-sort="{state}"><button type="button" data-sort="{escape(kind)}" '
        f'title="{words.SORT.format(name=escape(shown))}">{escape(shown)}<span aria-hidden="true">{arrow}</span></button></th>'
    )


def _td(found: Cell) -> str:
    shown = escape(found.shown) if found.days is not None else words.UNCHECKED if found.words else words.NONE_FOUND
    figure = f'<a href="{found.sources[0].link}">{shown}</a>' if found.sources else shown
    parts = [f'<p class="nj-figure nj-{_STYLES[found.state]}">{figure}</p>']
    if len(found.terms) > 1:
        parts.append(f'<p class="nj-terms">{" + ".join(str(days) for _, days in found.terms)}</p>')
    parts += [f'<p class="nj-terms">{escape(found.condition)}</p>'] if found.condition else []
    parts += [f'<p class="nj-doubt">{_doubt(found)}</p>'] if found.doubtful else []
    if found.words:
        label = words.MORE_CONDITIONS if has_more(found) else words.CONDITIONS
        parts.append(
            f"<details><summary>{label}<small>{_checked(found)}</small></summary><p>{escape(found.words)}</p></details>"
        )
    return f"<td>{''.join(parts)}</td>"


def _checked(found: Cell) -> str:
    said = [words.SHORT_CHECKS[found.state]] if found.state else []
    return "，".join([*said, words.PARTLY] if not found.sure and found.days is not None else said)


def has_more(found: Cell) -> bool:
    """Whether more than the figure itself is said: other births, what comes on top, what it takes."""
    return any(part.strip("。") != _ALIKE for part in found.words.split("；")[1:])


def _doubt(found: Cell) -> str:
    if found.days is not None:
        return words.CLAIMED_MORE.format(days=found.doubtful[-1])
    return words.CLAIMED.format(days="、".join(map(str, found.doubtful)))


def chart(edition: Edition, kind: Kind, day: date) -> str:
    """Write a bar chart of one kind: a list with a bar a province, the most first; it reads as words without its bars."""
    cells = sorted(column(edition, kind, day), key=lambda c: (_rank(c, True), -max(c.doubtful, default=0)))
    longest = max((_length(c) for c in cells), default=0) or 1
    bars = "".join(_bar(c, longest) for c in cells)
    name = escape(kind.name)
    return (
        f'<section class="nj-chart" aria-label="{words.CHART.format(name=name)}"><h3>{words.CHART.format(name=name)}</h3>'
        f'<p class="nj-intro">{words.CHART_NOTE}{words.CHART_UNKNOWN}<a href="#nj-table">{words.TO_TABLE}</a></p>'
        f"<ol>{bars}</ol></section>"
    )


def _length(found: Cell) -> int:
    return (found.days or 0) + max(found.doubtful, default=0)


def _bar(found: Cell, longest: int) -> str:
    parts = []
    for number, (_, days) in enumerate(found.terms):
        base = " nj-bar-base" if len(found.terms) > 1 and number == 0 else ""
        style = _STYLES[found.state]
        parts.append(f'<span class="nj-bar nj-bar-{style}{base}" style="width:{days / longest:.2%}"></span>')
    if found.doubtful:
        parts.append(f'<span class="nj-bar nj-bar-weak" style="width:{max(found.doubtful) / longest:.2%}"></span>')
    said = escape(found.shown) if found.days is not None else words.UNCHECKED if found.words else words.NONE_FOUND
    if len(found.terms) > 1:
        said += f" = {' + '.join(str(days) for _, days in found.terms)}"
    notes = [_doubt(found)] if found.doubtful else []
    notes += [escape(found.condition)] if found.condition else []
    notes += [_checked(found)] if found.days is not None else []
    link = found.sources[0].link if found.sources else ""
    figure = f'<a href="{link}">{said}</a>' if link else said
    return (
        f'<li><span class="nj-bar-name">{short_name(found.province)}</span>'
        f'<span class="nj-bars" aria-hidden="true">{"".join(parts)}</span>'
        f'<span class="nj-bar-said">{figure}<small>{"；".join(notes)}</small></span></li>'
    )


def pair(edition: Edition, first: str, second: str, day: date) -> str:
    """Write two provinces side by side, every kind a row, what differs marked; a sentence where they are not two provinces."""
    if first == second or not {first, second} <= set(provinces()):
        return f'<p class="nj-none">{words.PICK_TWO}</p>'
    rows = "".join(
        _pair_row(kind.name, *(cell(edition, kind, place, day) for place in (first, second)))
        for kind in (*KINDS, *SAID)
    )
    rows += "".join(_remarks(edition, label, first, second) for label in REMARKS)
    names = "".join(f'<th scope="col">{short_name(place)}</th>' for place in (first, second))
    return (
        f'<p class="nj-intro">{words.PAIR_INTRO}</p><table class="nj-pair"><thead><tr><td></td>{names}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _pair_row(name: str, one: Cell, other: Cell) -> str:
    differs = _essence(one) != _essence(other)
    return _line(name, differs, [_said(found) for found in (one, other)], (one.province, other.province))


def _line(name: str, differs: bool | None, said: Sequence[str], places: tuple[str, str]) -> str:
    tag = "" if differs is None else f'<span class="nj-diff">{words.DIFFERENT if differs else words.ALIKE}</span>'
    style = ' class="nj-differs"' if differs else ""
    cells = "".join(f'<td data-place="{short_name(p)}">{text}</td>' for p, text in zip(places, said, strict=True))
    return f'<tr{style}><th scope="row">{escape(name)} {tag}</th>{cells}</tr>'


def _essence(found: Cell) -> tuple[str, bool, tuple[int, ...]]:
    """What is said without the province's own name, so that two can be told alike."""
    return found.words.replace(short_name(found.province), ""), found.sure, found.doubtful


def _said(found: Cell) -> str:
    figure = (
        f'<p class="nj-figure nj-{_STYLES[found.state]}">{escape(found.shown)}</p>' if found.days is not None else ""
    )
    doubt = f'<p class="nj-doubt">{_doubt(found)}</p>' if found.doubtful else ""
    text = f"<p>{escape(found.words or words.NONE_FOUND)}</p>"
    return f"{figure}{text}{doubt}{_cited(found.sources)}"


def _cited(sources: Sequence[Source]) -> str:
    if not sources:
        return ""
    items = "".join(
        f'<li><a href="{s.link}">《{escape(s.title)}》{escape(s.article)}</a>{check_tag(s.check)}</li>' for s in sources
    )
    return f"<details><summary>{words.SOURCES}（{len(sources)}）</summary><ul>{items}</ul></details>"


def _remarks(edition: Edition, label: str, first: str, second: str) -> str:
    said = []
    for place in (first, second):
        chunks = edition.index.by_article.get((place + SUMMARY, label), [])
        parts = []
        for chunk in chunks:
            link = provision_link(edition.by_document[chunk.card.id], chunk.provision.id)
            lines = "".join(f"<p>{escape(line)}</p>" for line in chunk.text.split("\n") if line.strip())
            parts.append(
                f'{lines}<p class="nj-cited"><a href="{link}">{words.SOURCES}</a>{check_tag(chunk.provision.check)}</p>'
            )
        said.append("".join(parts) or f"<p>{words.NONE_FOUND}</p>")
    return _line(label, None, said, (first, second))
