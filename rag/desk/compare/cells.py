"""Cells of a comparison: the best words of a paper on a topic, scored as the chat's tables score them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from documents.figures import figures
from documents.model import Check
from index.chunk import Chunk
from index.words import cut
from rag.compare import EARLIER, FIGURES, LONGEST_CELL
from rag.compose import Passage, cite
from rag.desk.compare.amounts import figures_of, has_amounts
from rag.desk.compare.model import Cell, Figure, Point, Row, Topic
from rag.desk.compare.topics import on_topic
from rag.model import Citation, Evidence, Question, Request
from rag.plan_asked import EVERYWHERE, Asked, read_asked
from rag.plan_units import Papers, Unit
from rag.plans import Found, score_units

WHY = "计划比较的一格"
MOST_POINTS = 3
MOST_FIGURES = 8
# A cell's points together; the first may be as long as LONGEST_CELL.
ROOM = 210
# A further point must score so near the best.
NEAR = 0.4
# What a clause gains that names the topic itself, and one whose label or heading does.
NAMED, LABELLED = 0.5, 0.3
_OPENING = re.compile(r"^(?:形势|总体要求|总体思路|指导思想|结语)")
_PREAMBLE = re.compile(r"^(?:引言|附件)")
_OTHER_YEAR = re.compile(r"^(20\d\d)年")
# A piece that opens so limits the one before it and is never left out.
_LIMITS = re.compile(r"^(?:但|除外|其中|不包括|不含|同时)")
_LIMITED_BY = re.compile(r"^(?:但|除外|不包括|不含|不得)")


@dataclass(frozen=True, slots=True)
class Look:
    """What cells are filled from: the index's plans, the day that says what is in force."""

    papers: Papers
    today: date

    def question(self, topic: Topic) -> Question:
        """A topic as the question that the chat's scoring reads."""
        return Question(topic.asked, topic.known or topic.asked, (), self.today, Request.PLAN)


def fill(look: Look, topic: Topic, rows: Sequence[tuple[Row, tuple[Chunk, ...]]]) -> tuple[Cell, ...]:
    """The cells of one topic, one a row; a row without a clause on the topic gets an empty one."""
    question = look.question(topic)
    asked = _asked(look.papers, question, topic)
    return tuple(_cell(look, question, asked, topic, row, chunks) for row, chunks in rows)


def _asked(papers: Papers, question: Question, topic: Topic) -> Asked:
    asked = read_asked(papers, question)
    # a clause that says it in other words (法律法规的宣传 for 普法) must not weigh less: the needles decide, and not the topic's name
    kin = frozenset(word for needle in topic.needles for word in needle)
    return replace(asked, words={}, figures=frozenset(), times=frozenset(), years=(), places=(), kin=kin)


def _cell(look: Look, question: Question, asked: Asked, topic: Topic, row: Row, chunks: Iterable[Chunk]) -> Cell:
    """Fill one cell from the clauses on the topic; a paper's opening and its close count only where nothing else does."""
    held = [(chunk, 0.0) for chunk in chunks if on_topic(topic, _whole(chunk))]
    if not held:
        return Cell()
    words = [word for word in cut(topic.known or topic.asked) if len(word) > 1 and word not in EVERYWHERE]
    found = [item for item in score_units(look.papers, asked, held) if _of_year(row, item.unit)]
    found = [item for item in found if _belongs(topic, words, item.unit) and not _unsure(item.unit)]
    body = [item for item in found if not _is_opening(item.unit)] or found
    best = sorted(body, key=lambda item: (-_fit(topic, item), item.unit.chunk.id, item.unit.start))
    points = _points(question, topic, best)
    return Cell(points, _figures(question, topic, row, best) if points else ())


def _belongs(topic: Topic, words: Sequence[str], unit: Unit) -> bool:
    """Whether a unit is on the topic by its own words or its sentence's label, or says one of its words under a heading on it."""
    if on_topic(topic, unit.text) or on_topic(topic, unit.label):
        return True
    return on_topic(topic, unit.context) and any(word in unit.text for word in words)


def _is_opening(unit: Unit) -> bool:
    return bool(_PREAMBLE.match(unit.chunk.provision.article) or _OPENING.match(unit.label or unit.text))


def _whole(chunk: Chunk) -> str:
    return "\n".join([*chunk.provision.headings, chunk.provision.text])


def _of_year(row: Row, unit: Unit) -> bool:
    """Whether a unit is not one of another year's part: 2019年概况 in a paper's opening of 2020."""
    other = _PREAMBLE.match(unit.chunk.provision.article) and _OTHER_YEAR.match(unit.label or unit.text)
    return not other or row.year is None or int(other[1]) == row.year


def _unsure(unit: Unit) -> bool:
    """Whether words hold a figure that only one source or a conflict gives."""
    return unit.chunk.provision.check is Check.WEAK and bool(figures(unit.text))


def _fit(topic: Topic, found: Found) -> float:
    """How well words stand for their row: as the chat's tables weigh them, those first that name the topic or stand under its name."""
    unit = found.unit
    amount = has_amounts(unit.text)
    own = on_topic(topic, unit.bare) - unit.is_heading
    return found.score + NAMED * own + LABELLED * _headed(topic, unit) + FIGURES * amount - EARLIER * unit.start


def _headed(topic: Topic, unit: Unit) -> bool:
    """Whether the label of its sentence or the heading above names the topic."""
    return on_topic(topic, unit.label) or on_topic(topic, unit.context)


def _points(question: Question, topic: Topic, found: Sequence[Found]) -> tuple[Point, ...]:
    """The best words and others near as good: the provision of the best first, the words of each in their order."""
    if not found:
        return ()
    least = NEAR * _fit(topic, found[0])
    body = [item for item in found if not item.unit.is_heading]
    named = any(on_topic(topic, item.unit.bare) for item in body)
    chosen: dict[str, list[tuple[Unit, str]]] = {}
    room, left = ROOM, MOST_POINTS
    for item in [*body, *(item for item in found if item.unit.is_heading)]:
        # under a label with two matters (普法维权：) a clause that does not name the topic is said for its figure only
        aside = named and not on_topic(topic, item.unit.bare) and not has_amounts(item.unit.text)
        if not left or aside or (item.unit.is_heading and chosen) or _fit(topic, item) < least:
            continue
        unit = item.unit.with_heading() if on_topic(topic, item.unit.context) else item.unit
        unit = _with_limit(_with_body(unit) if item.unit.is_heading else unit)
        quote = _quote(topic, unit)
        same = any(_overlap(unit, other) for other, _ in chosen.get(unit.chunk.provision.id, ()))
        if quote and not same and (len(quote) <= room or not chosen):
            chosen.setdefault(unit.chunk.provision.id, []).append((unit, quote))
            room, left = room - len(quote), left - 1
    pairs = [pair for pairs in chosen.values() for pair in sorted(pairs, key=lambda pair: pair[0].start)]
    return tuple(Point(_said(unit, quote), _cite(question, unit, quote)) for unit, quote in pairs)


def _overlap(one: Unit, other: Unit) -> bool:
    return one.chunk.id == other.chunk.id and one.start < other.end and other.start < one.end


def _with_body(unit: Unit) -> Unit:
    """A heading that nothing else on the topic follows, together with as much of what stands under it as a cell has room for."""
    end = unit.end
    for sentence in re.finditer(r"[^。；;]+[。；;]?", unit.chunk.text[unit.end :].split("\n")[0]):
        if unit.end + sentence.end() - unit.start > LONGEST_CELL:
            break
        end = unit.end + sentence.end()
    return replace(unit, end=end, sentence=(unit.sentence[0], max(end, unit.sentence[1])))


def _with_limit(unit: Unit) -> Unit:
    """A unit together with the sentence after it where that limits it."""
    after = unit.chunk.text[unit.end :]
    gap = len(after) - len(after.lstrip("；;。 \n"))
    if not _LIMITED_BY.match(after[gap:]):
        return unit
    end = unit.end + gap + len(after[gap:].split("。", 1)[0])
    return replace(unit, end=end, sentence=(unit.sentence[0], max(unit.sentence[1], end)))


def _quote(topic: Topic, unit: Unit) -> str:
    """The words of a unit to show: all where all of it is on the topic, else the pieces that are; never more than LONGEST_CELL."""
    text = unit.text.rstrip("。；;")
    if len(text) <= LONGEST_CELL and _headed(topic, unit):
        return text
    pieces = re.findall(r"[^；;]+[；;]?", text)
    on = [n for n, piece in enumerate(pieces) if on_topic(topic, piece)]
    if on:
        end = on[-1] + 1
        while end < len(pieces) and _LIMITS.match(pieces[end]):
            end += 1
        if len(quote := "".join(pieces[on[0] : end]).rstrip("；;")) <= LONGEST_CELL:
            return quote
    elif len(text) <= LONGEST_CELL:
        return text
    for marks in ("；;。", "；;。，,"):
        pieces = re.findall(rf"[^{marks}]+[{marks}]?", text)
        at = next((n for n, piece in enumerate(pieces) if on_topic(topic, piece)), 0)
        if len(quote := _run(pieces, at)) <= LONGEST_CELL:
            return quote.rstrip("。；;，,")
    return ""


def _run(pieces: Sequence[str], at: int) -> str:
    """The pieces from one on that there is room for; one that is limited by the next is not said without it."""
    start, end = at, at + 1
    while end < len(pieces) and (_LIMITS.match(pieces[end]) or sum(map(len, pieces[start : end + 1])) <= LONGEST_CELL):
        end += 1
    while start and (_LIMITS.match(pieces[start]) or sum(map(len, pieces[start - 1 : end])) <= LONGEST_CELL):
        start -= 1
    return "".join(pieces[start:end])


def _said(unit: Unit, quote: str) -> str:
    """The quote as it is read alone: after the label of its sentence, with 「……」 where words before or after are left out."""
    at = unit.text.find(quote)
    label = "" if (unit.opens and at == 0) or not unit.label or unit.label in quote else unit.label
    tail = "……" if at + len(quote) < len(unit.text.rstrip("。；;")) else ""
    return f"{label}{'……' if label or at > 0 else ''}{quote}{tail}"


def _cite(question: Question, unit: Unit, quote: str) -> Citation:
    return cite(Passage(Evidence(unit.chunk, 0.0, WHY), quote, 1.0, quote), question)


def _figures(question: Question, topic: Topic, row: Row, found: Sequence[Found]) -> tuple[Figure, ...]:
    """The figures of all clauses on the topic whose provision may carry figures, in the order of the paper."""
    units = sorted((item.unit for item in found), key=lambda unit: (unit.chunk.provision.id, unit.start))
    listed: dict[tuple[str, str, str], Figure] = {}
    for unit in units:
        check = unit.chunk.provision.check
        if check is not None and not check.carries_figures:
            continue
        citation = _cite(question, unit, unit.quote)
        for figure in figures_of(topic, row, unit, citation):
            listed.setdefault((figure.amount, figure.unit, citation.article), figure)
    return tuple(listed.values())[:MOST_FIGURES]
