"""A lesson and the shelf of packs as safe HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count, groupby

from rag.desk.lesson import Lesson, handout_paper, lesson_paper
from rag.desk.lesson.model import Look
from rag.desk.lesson.read import Kept, KeptSource, Pack
from rag.desk.lesson.words import LETTERS, options, place, plain, right
from rag.desk.paper import Source
from rag.desk.quiz import Item, Kind
from rag.model import RESTATED
from ui.ask.render import escape, lines
from ui.desk import words
from ui.desk.blocks import Writer, downloads, folded, library_words, link, mark, notes, sections, table
from ui.desk.downloads import PACK
from ui.desk.shelf import Standing, State
from ui.live import Edition

FIRST = 2  # goals and timetable stand open, the rest is opened by who wants it
MOST_CHANGES = 40


def preview(lesson: Lesson, edition: Edition, kept: Standing) -> str:
    """Write a lesson as it was just made: what it holds, part by part, and where it is taken away."""
    paper = lesson_paper(lesson)
    page = handout_paper(lesson)
    sources, own = _joined(paper.sources, page.sources)
    writer = Writer(edition, sources)
    quiz = next((n for n, part in enumerate(lesson.outline, FIRST) if part.look is Look.QUIZ), -1)
    out = []
    for number, (title, blocks) in enumerate(sections(paper.blocks)):
        inner = _quiz(lesson.quiz, writer) if number == quiz else writer.blocks(blocks)
        out.append(folded(title, inner, number < FIRST))
    out.insert(-1, folded(words.HANDOUT, Writer(edition, own).blocks(page.blocks)))
    ai = f'<span class="nj-desk-ai">{words.BY_MODEL}</span>' if lesson.model else ""
    title = words.PACK_TITLE.format(topic=lesson.wish.topic, place=place(lesson), minutes=lesson.wish.minutes)
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in paper.facts)
    return (
        f'<h3 tabindex="-1">{escape(title)}{ai}</h3>{files(kept)}<ul class="nj-desk-facts">{facts}</ul>'
        f"{''.join(out)}{writer.listed()}{notes(paper.notes)}"
    )


def _joined(first: Sequence[Source], second: Sequence[Source]) -> tuple[list[Source], list[Source]]:
    """The sources of two papers in one list, and the second's own under their numbers there; an article has the number of its first part."""
    found = {(s.citation.document_id, s.citation.article): s.number for s in reversed(first)}
    listed, own = list(first), []
    for source in second:
        key = (source.citation.document_id, source.citation.article)
        if key not in found:
            found[key] = len(listed) + 1
            listed.append(Source(found[key], source.citation))
        own.append(Source(found[key], source.citation))
    return listed, own


def _quiz(items: Sequence[Item], writer: Writer) -> str:
    """The questions, each with its answer folded under it."""
    numbers = {(s.citation.document_id, s.citation.article, s.citation.part): s.number for s in writer.sources}
    out = []
    for item in items:
        cited = [numbers.get((c.document_id, c.article, c.part), 0) for c in item.citations]
        out.append(_asked(item, plain(item.reason), writer.marks(dict.fromkeys(cited))))
    return f'<ol class="nj-desk-quiz">{"".join(out)}</ol>'


def _asked(item: Item, reason: str, marks: str) -> str:
    shown = "".join(f"<li>{escape(text)}</li>" for text in options(item))
    wrong = "".join(
        f"<p>{escape(words.WRONG_OPTION.format(letter=LETTERS[n], why=plain(why)))}</p>"
        for n, why in enumerate(item.why_wrong[: len(LETTERS)])
        if why and shown
    )
    return (
        f"<li><p><strong>（{escape(item.kind)}）{escape(item.question)}</strong></p>{f'<ul>{shown}</ul>' if shown else ''}"
        f"<details><summary>{words.ANSWER}</summary><p><strong>{escape(words.RIGHT.format(right=right(item)))}</strong></p>"
        f"<p>{escape(reason)}{marks}</p>{wrong}</details></li>"
    )


def files(kept: Standing) -> str:
    """The links that take a pack away."""
    return downloads((f"{PACK}{kept.id}/{what}", name) for what, name in words.FILES)


def opened(found: Standing, pack: Pack, outline: Sequence[tuple[str, int]], edition: Edition) -> str:
    """Write a pack of the shelf as it was kept: its outline, what is taught, its quiz; sources open in today's library."""
    numbers = count(1)
    rows = "".join(f'<tr><th scope="row">{escape(title)}</th><td>{minutes}</td></tr>' for title, minutes in outline)
    head = f'<th scope="col">{words.PART}</th><th scope="col">{words.PART_MINUTES}</th>'
    taught = _taught([kept for kept in pack.statements if kept.quiz is None], edition, numbers)
    quiz = "".join(_kept_quiz(kept, edition, numbers) for kept in pack.statements if kept.quiz is not None)
    title = words.PACK_TITLE.format(topic=found.topic, place=found.place, minutes=found.minutes)
    return (
        f'<h3 tabindex="-1">{escape(title)}</h3><p>{escape(words.OPENED.format(made=found.made))}</p>{files(found)}'
        + folded(words.OUTLINE, table(head, rows, words.OUTLINE, 2), opened=True)
        + folded(words.STATEMENTS, taught, opened=True)
        + folded(words.QUIZ, f'<ol class="nj-desk-quiz">{quiz}</ol>')
        + notes((RESTATED, words.NOT_ADVICE, library_words(edition)))
    )


def _taught(statements: Iterable[Kept], edition: Edition, numbers: Iterable[int]) -> str:
    """What is taught, under one heading for each place in the lesson."""
    out = []
    for where, group in groupby(statements, lambda kept: kept.where):
        told = "".join(_kept(kept, edition, numbers) for kept in group)
        out.append(f"<h4>{escape(where)}</h4>{told}")
    return "".join(out)


def _kept(kept: Kept, edition: Edition, numbers: Iterable[int]) -> str:
    asked = f'<p class="nj-desk-soft">{escape(kept.asked)}</p>' if kept.asked else ""
    return f"{asked}<p>{lines(kept.text)}{_kept_marks(kept.sources, edition, numbers)}</p>"


def _kept_quiz(kept: Kept, edition: Edition, numbers: Iterable[int]) -> str:
    assert kept.quiz is not None
    quiz = kept.quiz
    kind = next((kind for kind in Kind if kind == quiz.style), Kind.SINGLE)
    item = Item(kind, quiz.question, quiz.options[: len(LETTERS)], quiz.right, kept.text, (), quiz.why_wrong)
    if not quiz.right or max(quiz.right) >= len(item.options):
        return ""  # no answer can be shown of what somebody changed by hand
    return _asked(item, kept.text, _kept_marks(kept.sources, edition, numbers))


def _kept_marks(sources: Iterable[KeptSource], edition: Edition, numbers: Iterable[int]) -> str:
    made = [
        mark(number, f"《{s.title}》{s.article}{s.part}", link(edition, s.document_id, s.chunk_id, s.article))
        for s, number in zip(sources, numbers, strict=False)
    ]
    return f' <span class="nj-desk-marks">{"".join(made)}</span>' if made else ""


def shelf_list(shown: Sequence[tuple[Standing, State | None]]) -> str:
    """Write the packs on the shelf, each with what changed since, its files, and its buttons."""
    if not shown:
        return f"<p>{words.KEPT_NONE}</p>"
    rows = "".join(_row(found, state) for found, state in shown)
    return f'<ul class="nj-desk-shelf">{rows}</ul>'


def _row(found: Standing, state: State | None) -> str:
    id, topic = escape(found.id), escape(found.topic)
    facts = words.KEPT_FACTS.format(place=found.place, minutes=found.minutes, audience=found.audience, made=found.made)
    about = "" if found.fault else f"<p>{escape(facts)}</p>"
    opening = f'<button type="button" data-act="open" data-pack="{id}" aria-label="{words.OPEN}：{topic}">{words.OPEN}</button>'
    links = "" if found.fault else files(found)
    return (
        f"<li><h4>{topic}</h4>{about}{_state(state)}{links}"
        f'<div class="nj-desk-acts">{"" if found.fault else opening}<details><summary>{words.DELETE}</summary><p>{words.DELETE_SURE}</p>'
        f'<button type="button" data-act="delete" data-pack="{id}" aria-label="{words.DELETE_NOW}：{topic}">{words.DELETE_NOW}</button>'
        f"</details></div></li>"
    )


def _state(state: State | None) -> str:
    if state is None:
        return f'<p class="nj-desk-soft">{words.CHECKING}</p>'
    if state.fault:
        return f'<p class="nj-desk-warn">{escape(state.fault)}</p>'
    if not state.changes:
        return f'<p class="nj-desk-same">{words.SAME}</p>'
    items = "".join(
        f"<li>{escape(words.CHANGED_HINT.format(where=c.where, what=c.what, now=c.now))}</li>"
        for c in state.changes[:MOST_CHANGES]
    )
    said = words.CHANGED.format(count=len(state.changes))
    return f'<details class="nj-desk-changed"><summary>{said}</summary><ul>{items}</ul></details>'
