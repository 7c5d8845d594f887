"""What a lesson has beside its points: misconceptions, what the union does, steps and numbers to call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from documents.topics import Purpose, provisions_for
from index.chunk import Chunk
from index.search import Scope
from rag.answer import Assistant
from rag.claims import BOOK
from rag.compose import Passage, cite
from rag.desk.lesson.ground import misconception, question_of, stated
from rag.desk.lesson.model import Case, Duty, Handout, Myth, Point, Told, Wish
from rag.desk.lesson.themes import ANY, DUTY, POINT, templates_for
from rag.model import Citation, Evidence
from rag.retrieve import fetch

# A misconception belongs to a topic where the index is this sure that it answers one of the topic's questions.
LIKELY, FEWEST_MYTHS = 0.3, 2
HOTLINES = "求助热线"
# What every lesson names, even where a point tells it too.
_TOOLS = ("一函两书", "女职工权益保护专项集体合同")
# Whom every lesson names: the union, the labour department, legal aid, the women's line.
_ALWAYS = ("单位有事，打12351找工会", "欠薪、加班、产假，打12333", "请不起律师，打12348", "脱险以后打12338")
_NUMBER = re.compile(r"(?<!\d)(12\d{3})(?:是([^。]+)。|（([^（）]+)）)")
# A line of the handout is no longer than this; a longer right stays in the lesson.
_VERDICT = re.compile(
    r"^(?:不是|不可以|没有|不能|不行|无效|不止|不一定|国家法律没有)"
)  # answers nothing without its question
_BARE_ARTICLE = re.compile(r"(?<!》)第[一二三四五六七八九十百千]+条")
LONGEST_LINE, LONGEST_PAGE, MOST_RIGHTS, MOST_STEPS = 100, 300, 6, 3


def misconceptions(
    assistant: Assistant, wish: Wish, first: Sequence[str], further: Sequence[str], used: set[str], wanted: int
) -> list[Myth]:
    """So many of the library's misconceptions on the first topics; `used` ones (taught already) and those of further topics only for want.

    Parameters: the assistant, the wish, the lesson's own topics and those that fill it, articles of the book that are taught, how many.
    """
    own, beside = _likely(assistant, wish, first), _likely(assistant, wish, further)
    fresh = [name for name in own if name not in used]
    found: list[Myth] = []
    for name in dict.fromkeys([*fresh, *own, *sorted(beside, key=lambda name: name in used)]):
        if len(found) >= (wanted if name in fresh else FEWEST_MYTHS):
            break
        chunk = next(iter(assistant.index.by_article.get((BOOK, name), ())), None)
        pair = misconception(assistant.index, question_of(name, wish.regions, wish.day), chunk) if chunk else None
        if pair is not None and pair[0] not in (myth.said for myth in found):
            found.append(Myth(pair[0], Told(pair[1].conclusion, pair[1].citations)))
    return found


def _likely(assistant: Assistant, wish: Wish, topics: Sequence[str]) -> list[str]:
    """The articles of the book of misconceptions on some topics, the likeliest first."""
    index = assistant.index
    chances: dict[str, float] = {}
    for topic in topics:
        for row in provisions_for(topic, Purpose.RIGHT):
            if row.title == BOOK:
                chances[row.article] = 1.0
        for template in templates_for(topic, POINT):
            for hit in index.search(template.ask, 8, Scope((), wish.day, False)):
                if hit.chunk.card.title == BOOK and (hit.chance or 0.0) >= LIKELY:
                    name = hit.chunk.provision.article
                    chances[name] = max(chances.get(name, 0.0), hit.chance or 0.0)
    return sorted(chances, key=lambda name: -chances[name])


def duties(
    assistant: Assistant, wish: Wish, topics: Sequence[str], wanted: int, taught: Sequence[Point] = ()
) -> list[Duty]:
    """So many things that the union does: those of the topics first, then what it does for every topic, nothing `taught` already."""
    told = {_places(point.answer.citations) for point in taught}
    own = [template for topic in topics for template in templates_for(topic, DUTY)][: max(1, wanted // 3)]
    found: list[Duty] = []
    for template in [*own, *templates_for(ANY, DUTY)]:
        question = question_of(template.ask, wish.regions, wish.day)
        answer = stated(assistant.index, question, template.anchors)
        if answer is None or (_places(answer.citations) in told and template.title not in _TOOLS):
            continue
        if len(found) < wanted:
            plan = all(citation.level.is_plan for citation in answer.citations)
            found.append(Duty(template.title, Told(answer.conclusion, answer.citations), plan))
    return found


def _places(citations: Iterable[Citation]) -> frozenset[tuple[str, str, str]]:
    return frozenset((c.title, c.article, c.part) for c in citations)


def handout(
    assistant: Assistant, wish: Wish, points: Sequence[Point], cases: Sequence[Case], topics: Sequence[str]
) -> Handout:
    """What fits on a worker's page: short rights, the first of every topic before a second; steps; numbers to call."""
    short = [
        point
        for point in points
        if len(point.plain) <= LONGEST_LINE
        and not _BARE_ARTICLE.search(point.plain)
        and not _VERDICT.match(point.plain)
    ]
    firsts = list({point.topic: point for point in reversed(short)}.values())
    chosen: set[int] = set()
    room = LONGEST_PAGE
    for point in [*reversed(firsts), *(p for p in short if p not in firsts)]:
        if len(chosen) < MOST_RIGHTS and len(point.plain) <= room:
            chosen.add(id(point))
            room -= len(point.plain)
    rights = tuple((point.title, Told(point.plain, point.answer.citations)) for point in short if id(point) in chosen)
    return Handout(
        rights, tuple(_steps(cases, [told.text for _, told in rights])), tuple(_calls(assistant, wish, topics))
    )


def _steps(cases: Iterable[Case], rights: Sequence[str]) -> list[Told]:
    """The sourced steps of the cases' answers, each source once; whom to call stands by itself."""
    found: dict[str, Told] = {}
    for case in cases:
        for step in case.steps:
            if (
                step.citations[0].title == HOTLINES
                or _BARE_ARTICLE.search(step.text)
                or any(step.text in right for right in rights)
            ):
                continue
            # of several lines on what to keep, the first: the page is for all of the topics
            key = "留" if step.text.startswith("留") else step.citations[0].article
            found.setdefault(key, step)
    return list(found.values())[:MOST_STEPS]


def _calls(assistant: Assistant, wish: Wish, topics: Sequence[str]) -> list[Told]:
    """Whom to call: what the topics name, then what every lesson names; each number once."""
    question = question_of("求助热线电话", wish.regions, wish.day)
    names = [row.article for topic in topics for row in provisions_for(topic, Purpose.HELP) if row.title == HOTLINES]
    urgent = [name for name in names if "先打110" in name]
    found: dict[str, Told] = {}
    for name in dict.fromkeys([*urgent, *_ALWAYS, *names]):
        for item in fetch(assistant.index, question, HOTLINES, name, "求助热线")[:1]:
            told = _call(item, name)
            citation = cite(Passage(item, item.chunk.text.strip(), 1.0), question)
            found.setdefault(told[:5], Told(told, (citation,)))
    return [told for told in found.values() if re.match(r"1\d{2}", told.text)][:6]


def _call(item: Evidence, name: str) -> str:
    """A number and what it is for, in the library's words: 12351：工会热线."""
    if met := _NUMBER.search(item.chunk.text):
        return f"{met[1]}：{met[2] or met[3]}"
    number = re.search(r"(?<!\d)1\d{2,4}(?!\d)", name)
    first = name.split("，")[0]
    return f"{number[0]}：{first.removesuffix(f'打{number[0]}')}" if number else name


def grounds(assistant: Assistant, citations: Iterable[Citation]) -> list[Chunk]:
    """The chunks that are cited, in the order of the citations, for a quiz to be made of."""
    places = {chunk.id: chunk for chunk in assistant.index.chunks}
    return list({c.chunk_id: places[c.chunk_id] for c in citations if c.chunk_id in places}.values())
