"""Questions and answers as HTML. Every word that comes from a question, a document or a model passes `escape`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.model import Check, Kind, Level
from rag.model import RESTATED, Answer, Citation, Status
from rag.sums import LeaveSum
from ui import words
from ui.ask import words as own
from ui.ask.escaping import day, escape, lines, safe_link
from ui.ask.source import marked, render_source, render_source_message
from ui.ask.table import Button, render_sum, render_table

__all__ = [
    "day",
    "escape",
    "lines",
    "marked",
    "render_answer",
    "render_asked",
    "render_message",
    "render_source",
    "render_source_message",
    "safe_link",
]

LONGEST_SHOWN = 300
_PHONE = re.compile(r"(?<![\d.])(110|120|12333|12338|12348|12351|12356|12393)(?![\d.天元日周个条人岁%])")
_MARK = re.compile(r"\[(\d{1,3})\]")
_AI_BADGE = f'<span class="nj-ai">{own.AI}</span>'
_WITH_COMMA = ("工作文件，不是法定权利",)
_WARNING = ("未核实", "施行日期未核实", "已失效", "工作文件")
_LABELS = re.compile(r"^（(?P<labels>[^（）]*(?:（[^（）]*）[^（）]*)*)）：(?P<words>.*)$", re.DOTALL)


def render_asked(asked: str) -> str:
    """Write a question as typed, a very long one shortened with its length."""
    shown = asked.strip()
    more = words.LONG_QUESTION.format(count=len(shown)) if len(shown) > LONGEST_SHOWN else ""
    return f'<div class="nj-asked"><h2>{words.YOU}</h2><p>{lines(shown[:LONGEST_SHOWN])}{more}</p></div>'


def render_message(text: str, kind: str) -> str:
    """Write one sentence in the place of an answer."""
    return f'<div class="nj-answer nj-{escape(kind)}" role="status"><p>{lines(text)}</p></div>'


def render_answer(
    answer: Answer,
    number: str,
    sums: Sequence[LeaveSum] = (),
    before: str = "",
    after: str = "",
    done: bool = True,
) -> str:
    """Write an answer as safe HTML.

    Parameters: the answer; the number of its exchange, which the citation buttons carry; the leave sums in it; safe HTML that
    stands before its first part and after its last; whether nothing more will come. Returns the HTML.
    """
    out = [before, _conclusion(answer, number, sums)]
    if answer.basis:
        out.append(_all_basis(answer, number))
    if answer.steps:
        steps = "".join(f"<li>{_phones(lines(step))}</li>" for step in answer.steps)
        out.append(_part(words.STEPS, f"<ul>{steps}</ul>", "steps"))
    out.append(_notes(answer))
    finished = ' data-done="true"' if done else ""
    return f'<article class="nj-answer nj-{escape(answer.status)}"{finished}>{"".join(out)}{after}</article>'


def _conclusion(answer: Answer, number: str, sums: Sequence[LeaveSum]) -> str:
    def button(place: int) -> str:
        return _button(number, place, answer.citations[place - 1]) if 0 < place <= len(answer.citations) else ""

    modelled = next((note for note in answer.notes if note.startswith(own.AI)), "")
    said = _numbered(lines(answer.conclusion), button) if modelled else lines(answer.conclusion)
    if answer.status is Status.HOTLINE:
        said = _phones(said)
    marks = "".join(_button(number, place, citation) for place, citation in enumerate(answer.citations, 1))
    # in a table each row has its own; so have the sentences of a model
    marks = f' <span class="nj-marks">{marks}</span>' if marks and not answer.table else ""
    verdict = ""
    if answer.verdict is not None:
        kind = answer.verdict.name.lower()
        verdict = f'<p class="nj-verdict nj-verdict-{kind}">{escape(own.VERDICTS[answer.verdict])}</p>'
    badge = _AI_BADGE if "结论" in modelled.partition("的措辞")[0] else ""
    if answer.approved:
        approved = own.APPROVED.format(role=answer.approved.role, day=answer.approved.day.isoformat())
        verdict = f'<p class="nj-approved">{escape(approved)}</p>{verdict}'
    inner = f'{verdict}<p class="nj-said">{badge}{said}{marks}</p>'
    inner += "".join(render_sum(found, answer.citations, button) for found in sums)
    inner += render_table(answer.table, button) if answer.table else ""
    if answer.explanation:
        explained = _numbered(lines(answer.explanation), button)
        inner += f'<div class="nj-explained"><h4>{_AI_BADGE}{own.EXPLANATION}</h4><p>{explained}</p></div>'
    return _part(words.HEADINGS[answer.status], inner, "conclusion")


def _numbered(escaped: str, button: Button) -> str:
    """Make the [n] of a model's sentences buttons; numbers of no citation stay text."""
    return _MARK.sub(lambda mark: button(int(mark[1])) or mark[0], escaped)


def _part(heading: str, inner: str, kind: str) -> str:
    return f'<section class="nj-part nj-{kind}"><h3>{escape(heading)}</h3>{inner}</section>'


def _button(number: str, place: int, citation: Citation) -> str:
    name = words.OPEN_SOURCE.format(number=place, name=f"《{citation.title}》{citation.article}{citation.part}")
    weak = " nj-cite-unsure" if unsure(citation) else ""
    return (
        f'<button type="button" class="nj-cite{weak}" data-cite="{escape(number)}-{place}" aria-controls="nj-source" '
        f'aria-label="{escape(name)}">{place}</button>'
    )


def unsure(citation: Citation) -> bool:
    """Whether a citation must look unverified: its figures were not, or its text does not hold."""
    if citation.level.is_plan or citation.level is Level.COMPILED:
        return citation.check is Check.WEAK
    return citation.check is Check.WEAK or citation.in_force is False


def _all_basis(answer: Answer, number: str) -> str:
    """The basis lines; closed under their count where a table has said the words already."""
    rows = f"<ol>{_basis(answer, number)}</ol>"
    if answer.table is None:
        return _part(words.BASIS, rows, "basis")
    count = own.BASIS_COUNT.format(count=len(answer.citations))
    return f'<section class="nj-part nj-basis"><details><summary>{count}</summary>{rows}</details></section>'


def _basis(answer: Answer, number: str) -> str:
    rows = []
    for place, (citation, line) in enumerate(zip(answer.citations, answer.basis, strict=True), 1):
        name = f"《{citation.title}》{citation.article}{citation.part}"
        rest = line.removeprefix(name)
        found = _LABELS.match(rest)
        labels, said = (_split(found["labels"]), found["words"]) if found else ([], rest)
        if citation.kind is Kind.RESTATEMENT:
            labels.append(words.RESTATED_SHORT)
        tags = "".join(f"<span{_tag_class(label)}>{escape(label)}</span>" for label in labels)
        link = safe_link(citation.url)
        printed = f'<p class="nj-onpaper">{escape(own.OFFICIAL.format(url=link))}</p>' if link else ""
        row_class = ' class="nj-unsure"' if unsure(citation) else ""
        rows.append(
            f"<li{row_class}>{_button(number, place, citation)}<div><p class='nj-name'>{escape(name)}</p>"
            f"<p class='nj-tags'>{tags}</p><p class='nj-quote'>{lines(said)}</p>{printed}</div></li>"
        )
    return "".join(rows)


def _split(labels: str) -> list[str]:
    """The labels of a basis line, those that have a comma themselves kept whole."""
    for label in _WITH_COMMA:
        labels = labels.replace(label, label.replace("，", "\0"))
    return [label.replace("\0", "，") for label in labels.split("，")]


def _tag_class(label: str) -> str:
    return ' class="nj-tag-warn"' if label.startswith(_WARNING) else ""


def _notes(answer: Answer) -> str:
    noticed = answer.question.noticed if answer.question else ()
    items = [
        f'<li class="nj-label">{escape(n)}</li>' if n == RESTATED or n.startswith(own.AI) else f"<li>{lines(n)}</li>"
        for n in answer.notes
    ]
    if noticed:
        items.append(f"<li>{words.NOTICED}：{lines('；'.join(noticed))}</li>")
    return _part(words.NOTES, f"<ul>{''.join(items)}</ul>", "notes") if items else ""


def _phones(escaped: str) -> str:
    """Make the hotline numbers of an escaped text dialable."""
    return _PHONE.sub(r'<a href="tel:\1">\1</a>', escaped)
