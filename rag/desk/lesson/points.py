"""Teaching points and cases of a lesson: asked of the chat's engine or read from the provision, and kept only where they are sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from documents.model import Check, Level
from documents.region import NATION
from index.search import Scope
from rag.answer import Assistant
from rag.compose import best_passage, place_name
from rag.desk.lesson.ground import answer_of, question_of, spoken, stated, step_told
from rag.desk.lesson.model import Case, Point, Told, Wish
from rag.desk.lesson.themes import CASE, POINT, Template, templates_for
from rag.model import Answer, Evidence, Status
from rag.steps import steps_for
from rag.understand.topic import OF_LEAVE
from rag.verify import verify

# A province's own provision stands beside a point only where the index is this sure that it answers the point's question.
OWN_CHANCE = 0.35
LONGEST_OWN = 200
_NAMES = ("小王", "小李", "小张", "小陈", "小刘", "小赵", "小周", "小吴", "小孙", "小郑")
_UNSURE = re.compile(r"不能下结论|不能当准|有冲突|本库没有|没有查到")
# What the chat adds for an asker who has not said where she is; a lesson for the whole country goes without.
_ASKS_PLACE = re.compile(
    r"；本库查到的\d+个省从\d+天到\d+天不等|。你在哪个省.*$|有的省给得更多，(?:你在哪个省？|说出在哪个省能说得更准。)"
)
CLAIM = "这个说法不对。"
_MORE = re.compile(r"(?:等，)?共\d+项，逐项见下面的依据。$")
_TWICE = re.compile(r"^(?P<claim>这个说法不对。)(?P<plain>(?:没有|不可以|不可以单方要求|不能|不行|不对|错|不是)。)")
_NATIONAL = re.compile(r"按国家规定执行")


@dataclass(slots=True)
class Finder:
    """Finds points and cases for a wish, and remembers what was told already."""

    assistant: Assistant
    wish: Wish
    _told: set[str] = field(default_factory=set)
    _own: set[str] = field(default_factory=set)

    def points(self, topic: str) -> list[Point]:
        """All sure points of a topic, in the order in which they are taught."""
        return [point for template in templates_for(topic, POINT) if (point := self._point(template)) is not None]

    def _point(self, template: Template) -> Point | None:
        question = question_of(template.ask, self.wish.regions, self.wish.day)
        if template.anchors:
            answer = stated(self.assistant.index, question, template.anchors)
        else:
            answer = self.asked(template.ask)
        if answer is None or answer.conclusion in self._told:
            return None
        self._told.add(answer.conclusion)
        # where the engine reckons a topic's leave, the place's rule is in its sum already
        reckoned = any(not other.anchors for other in templates_for(template.topic, POINT))
        own = None if reckoned else self._own_rule(template)
        return Point(template.topic, template.title, template.ask, answer, answer.conclusion, own)

    def asked(self, asked: str) -> Answer | None:
        """The engine's answer to a question, None where it is not sure or rests on a plan or a weakly checked text first."""
        answer = self.assistant.ask(asked, regions=self.wish.regions, as_of=self.wish.day)
        answer = replace(answer, trace=tuple(line for line in answer.trace if not line.startswith("用时")))
        if (
            answer.status in (Status.REFUSED, Status.HOTLINE)
            or not answer.citations
            or _UNSURE.search(answer.conclusion)
        ):
            return None
        first = answer.citations[0]
        if first.level.is_plan or first.check is Check.WEAK:
            return None
        return replace(answer, conclusion=_whole(answer))

    def _own_rule(self, template: Template) -> Told | None:
        """The province's own provision on a point's question, told once in a lesson."""
        index = self.assistant.index
        if not self.wish.regions or self._disputed(template.topic):
            return None
        question = question_of(template.ask, self.wish.regions, self.wish.day)
        for hit in index.search(question.search, 12, Scope(self.wish.regions, self.wish.day, False)):
            chunk = hit.chunk
            if chunk.card.region == NATION or chunk.provision.check is Check.WEAK or chunk.id in self._own:
                continue
            text = spoken(chunk.text)
            if (hit.chance or 0.0) < OWN_CHANCE or _NATIONAL.search(text) or chunk.card.level is Level.COMPILED:
                continue
            passage = best_passage(index, question, Evidence(chunk, hit.score, "本地规定", hit.cosine, hit.chance))
            words = text if len(text) <= LONGEST_OWN else passage.told or passage.core
            answer = verify(
                answer_of(question, spoken(words).replace("\n", ""), [replace(passage, quote=chunk.text.strip())])
            )
            if answer.status is Status.ANSWERED:
                self._own.add(chunk.id)
                return Told(answer.conclusion, answer.citations)
        return None

    def _disputed(self, topic: str) -> bool:
        """Whether the library's own summary of the place's leave has a row on a topic that is weakly checked or in conflict."""
        labels = {label for label, of in OF_LEAVE.items() if of == topic}
        provinces = {region.province for region in self.wish.regions}
        return any(
            article in labels and chunk.card.region.province in provinces and chunk.provision.check is Check.WEAK
            for (_, article), chunks in self.assistant.index.by_article.items()
            for chunk in chunks
            if chunk.card.level is Level.COMPILED
        )

    def cases(self, first: Sequence[str], further: Sequence[str], wanted: int, seed: int) -> list[Case]:
        """So many cases of the first topics, then of further ones, the first of every topic before a second.

        Templates and slots turn with the seed; a misconception that was told as a point already comes only where others are too few.
        """
        cases: list[Case] = []
        repeated: list[Case] = []
        said: set[str] = set()
        for template in [*_turned(first, seed), *_turned(further, seed)]:
            if len(cases) == wanted:
                break
            case = self._case(template, seed + len(cases), _NAMES[(seed + len(cases)) % len(_NAMES)])
            if case is None or case.plain in said:
                continue
            said.add(case.plain)
            # a provision may be taught and then used; a misconception that was taught is no case any more
            again = case.plain.startswith(CLAIM) and any(t.endswith(case.plain[len(CLAIM) :]) for t in self._told)
            (repeated if again else cases).append(case)
        return [*cases, *repeated][:wanted]

    def _steps(self, answer: Answer, topic: str) -> tuple[Told, ...]:
        """The steps of a case's own topic, where the engine was not sure of the topic."""
        if answer.question is None:
            return ()
        index, found = self.assistant.index, []
        for step in steps_for(index, answer.question, topic):
            with_sources = replace(answer, retrieved=(*answer.retrieved, *step.evidence))
            found.append(step_told(index, with_sources, step.text))
        return tuple(step for step in found if step is not None)

    def _case(self, template: Template, number: int, who: str) -> Case | None:
        at = f"在{place_name(self.wish.regions)}" if self.wish.regions else ""
        situation, asked = template.filled(number, at, who)
        answer = self.asked(asked)
        if answer is None or not _rests(answer, template):
            return None
        told = (step_told(self.assistant.index, answer, step) for step in answer.steps)
        sourced = tuple(step for step in told if step is not None) or self._steps(answer, template.topic)
        return Case(template.topic, template.title, situation, asked, answer, answer.conclusion, sourced)


def _turned(topics: Sequence[str], seed: int) -> list[Template]:
    """The cases of some topics, the first of every topic before a second, each topic's turned by the seed."""
    turned = []
    for topic in topics:
        found = templates_for(topic, CASE)
        start = seed % len(found) if found else 0
        turned.append([*found[start:], *found[:start]])
    return [template for row in zip_longest(*turned) for template in row if template is not None]


def _rests(answer: Answer, template: Template) -> bool:
    """Whether a case's answer cites a provision that it is expected to rest on."""
    cited = {(c.title, c.article) for c in answer.citations}
    return template.any_source or any((a.title, a.article) in cited for a in template.anchors)


def _whole(answer: Answer) -> str:
    """A conclusion by itself: nothing is asked back, and a list that it only begins is told to its end."""
    words = _ASKS_PLACE.sub("", answer.conclusion)
    if twice := _TWICE.match(words):
        # 这个说法不对。不可以。: one of both, the one that answers what was asked
        kept = twice["claim"] if answer.question is not None and "对吗" in answer.question.asked else twice["plain"]
        words = kept + words[twice.end() :]
    if _MORE.search(words):
        begun = words.split("：")[0]
        quote = next((c.quote for c in answer.citations if begun in c.quote), "")
        words = "".join(spoken(line) for line in quote.split("\n")) if quote else words
    words = words.strip().rstrip("；")
    return words if words.endswith(("。", "！", "？")) else words + "。"


def spread(groups: Iterable[Sequence[Point]], wanted: int) -> list[Point]:
    """So many points of several topics, the first of each before a second, put back into the order of the topics."""
    rows = [list(group) for group in groups]
    taken = [point for row in zip_longest(*rows) for point in row if point is not None][:wanted]
    kept = {id(point) for point in taken}
    return [point for row in rows for point in row if id(point) in kept]


def silent_topics(wish: Wish, points: Sequence[Point]) -> tuple[str, ...]:
    """The topics on which no rule of the place's own is told, though a place was asked for."""
    if not wish.regions:
        return ()
    own = {p.topic for p in points if p.local or any(c.region != NATION.name for c in p.answer.citations)}
    return tuple(dict.fromkeys(p.topic for p in points if p.topic not in own))
