"""Make a lesson: find its topics, ask and read what is taught, lay out the time, draw the quiz."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from zlib import crc32

from documents.resting import text_digest
from rag.answer import Assistant
from rag.claims import BOOK
from rag.compose import place_name
from rag.desk.errors import BadWish
from rag.desk.lesson.beside import duties, grounds, handout, misconceptions
from rag.desk.lesson.ground import listed
from rag.desk.lesson.model import LONGEST, SHORTEST, Case, Duty, Lesson, Myth, Point, Wish
from rag.desk.lesson.outline import outline
from rag.desk.lesson.points import Finder, silent_topics, spread
from rag.desk.lesson.themes import Theme, theme_of
from rag.desk.quiz import Item, Kind, make_quiz
from rag.desk.quiz.item import TRUE
from rag.desk.quiz.stems import read_filled, read_said_by
from rag.model import Answer, Citation

if TYPE_CHECKING:
    from rag.wording import Endpoint

MOST_WORDS = 60
MOST_POINTS, MOST_CASES, MOST_QUIZ, MOST_DRAWN = 30, 6, 14, 20


def make_lesson(assistant: Assistant, wish: Wish, model: Endpoint | None = None) -> Lesson:
    """Make a lesson pack out of the library.

    Parameters: the assistant over the open index; what is wished for; a language model's endpoint that the cadre agreed to, None
    for none. Returns the lesson: equal input gives an equal lesson (without a model). Raises BadWish where it cannot be made.
    """
    check_wish(wish)
    theme = theme_of(assistant.index, wish.topic, wish.day)
    finder = Finder(assistant, wish)
    points = _points(finder, theme, _points_for(wish.minutes))
    if not points:
        raise BadWish(f"本库在{wish.day}有效的规定里，没有找到能讲「{wish.topic}」的要点。请换一个主题或日期。")
    topics = tuple(dict.fromkeys(point.topic for point in points))
    seed = crc32(f"{wish.topic}{place_name(wish.regions)}".encode())
    first = [topic for topic in topics if topic in theme.topics]
    further = [topic for topic in topics if topic not in first]
    cases = finder.cases(first, further, _cases_for(wish.minutes), seed)
    taught = [p.answer for p in points] + [c.answer for c in cases]
    used = {c.article for answer in taught for c in answer.citations if c.title == BOOK}
    myths = misconceptions(assistant, wish, first, further, used, max(2, min(8, wish.minutes // 10)))
    union = duties(assistant, wish, topics, max(4, min(8, wish.minutes // 8)), points)
    quiz = _quiz(assistant, wish, points, cases, myths, union, seed)
    page = handout(assistant, wish, points, cases, topics)
    if model is not None:
        points, cases = _worded(points, cases, model)
    lesson = Lesson(
        wish=wish,
        topics=topics,
        goals=_goals(wish, topics, points, cases, len(myths)),
        outline=outline(wish.minutes, points, cases, len(myths), len(union), len(quiz)),
        points=tuple(points),
        cases=tuple(cases),
        misconceptions=tuple(myths),
        union=tuple(union),
        quiz=quiz,
        handout=page,
        sources=(),
        library_digest=assistant.index.manifest.corpus_digest,
        library_built=assistant.index.manifest.built[:10],
        made=date.today(),
        model=model.model if model and _by_model(points, cases) else "",
        seed=seed,
    )
    chunks = grounds(assistant, every_citation(lesson))
    digests = tuple((chunk.id, text_digest(chunk.provision.text)) for chunk in chunks)
    return replace(lesson, sources=listed(every_citation(lesson)), digests=digests)


def _quiz(
    assistant: Assistant,
    wish: Wish,
    points: Sequence[Point],
    cases: Sequence[Case],
    myths: Sequence[Myth],
    union: Sequence[Duty],
    seed: int,
) -> tuple[Item, ...]:
    """A quiz on what is taught; misconceptions, then what the union does fill it up where that gives too few questions."""
    count = max(3, min(MOST_QUIZ, 2 + wish.minutes // 10))
    taught = [c for p in points for c in (*p.answer.citations, *(p.local.citations if p.local else ()))]
    taught += [c for case in cases for c in case.answer.citations]
    rounds = (
        taught,
        [*taught, *(c for myth in myths for c in myth.truth.citations)],
        [c for duty in union for c in duty.told.citations],
    )
    found: dict[str, Item] = {}
    for cited in rounds:
        if len(_balanced(list(found.values()), count)) < count:
            drawn = make_quiz(
                assistant, grounds(assistant, cited), wish.regions, wish.day, min(MOST_DRAWN, count + 2), seed
            )
            fresh = [item for item in drawn if _told(item, cited) and item.question not in found]
            found |= {item.question: item for item in fresh}
    return _balanced(list(found.values()), count)


def _told(item: Item, cited: Sequence[Citation]) -> bool:
    """Whether an item that asks for a provision's words asks for taught ones, not for another paragraph of the same article."""
    judged_true = item.kind is Kind.JUDGE and item.options[item.right[0]] == TRUE
    if not judged_true and read_filled(item.question) is None and read_said_by(item.question) is None:
        return True
    taught = [c.quote for c in cited if c.chunk_id == item.citations[0].chunk_id]
    asked = item.citations[0].quote
    return not taught or any(asked in quote or quote in asked for quote in taught)


def _balanced(items: Sequence[Item], count: int) -> tuple[Item, ...]:
    """The first items, without those that would make 对 the usual answer to what is judged."""
    kept: list[Item] = []
    right = wrong = 0
    for item in items:
        if item.kind is Kind.JUDGE:
            true = item.options[item.right[0]] == TRUE
            if true and right > wrong:
                continue
            right, wrong = right + true, wrong + (not true)
        kept.append(item)
    return tuple(kept[:count])


def check_wish(wish: Wish) -> None:
    """Raise BadWish where no lesson can be made of a wish, whatever the library holds."""
    if not wish.topic.strip():
        raise BadWish("没有写主题。请写一个，如“孕期和产假保护”。")
    if len(wish.topic) > MOST_WORDS or len(wish.audience) > MOST_WORDS:
        raise BadWish(f"主题和对象各不超过{MOST_WORDS}字，请写短一点。")
    if not SHORTEST <= wish.minutes <= LONGEST:
        raise BadWish(f"时长要在{SHORTEST}到{LONGEST}分钟之间，现在是{wish.minutes}。请改一个数。")
    if not wish.audience.strip():
        raise BadWish("没有写讲给谁听。请写一个对象，如“新任女工干部”。")


def _points_for(minutes: int) -> int:
    return min(MOST_POINTS, 3 + (minutes - SHORTEST) // 5)


def _cases_for(minutes: int) -> int:
    return 2 if minutes < 30 else 3 if minutes <= 60 else min(MOST_CASES, 3 + (minutes - 60) // 20)


def _points(finder: Finder, theme: Theme, wanted: int) -> list[Point]:
    """So many points: of the theme's first topics, and of further and related ones only where those have too few."""
    first = max(2, (wanted + 1) // 2)
    groups: list[list[Point]] = []
    for number, topic in enumerate([*theme.topics, *theme.related]):
        if number >= min(first, len(theme.topics)) and sum(map(len, groups)) >= wanted:
            break
        if points := finder.points(topic):
            groups.append(points)
    return spread(groups, wanted)


def _goals(
    wish: Wish, topics: Sequence[str], points: Sequence[Point], cases: Sequence[Case], myths: int
) -> tuple[str, ...]:
    """What the listeners can do afterwards; states nothing of law."""
    firsts = {point.topic: point for point in reversed(points)}
    chosen = [p for p in points if firsts[p.topic] is p] if len(topics) > 2 else points
    titles = "、".join(point.title for point in chosen[:4])
    local = wish.regions and set(silent_topics(wish, points)) < set(topics)
    place = f"国家和{place_name(wish.regions)}" if local else "国家"
    goals = [
        f"说得清{place}对{'、'.join(topics[:4])}的规定，重点是：{titles}。",
        f"能用规定答复职工的具体问题，练{len(cases)}个案例，每个都说出依据是哪一条。" if cases else "",
        f"听到{myths}种常见误解，能指出错在哪里、依据是什么。" if myths else "",
        "知道工会能做什么：交涉、一函两书、专项集体合同；知道职工该打哪个电话、先留什么证据。",
    ]
    return tuple(goal for goal in goals if goal)


def _worded(points: Sequence[Point], cases: Sequence[Case], model: Endpoint) -> tuple[list[Point], list[Case]]:
    """Let the model word points and cases anew, each through the chat's gate; what does not pass stays as it was."""
    from rag.wording import worded

    def anew(answer: Answer) -> Answer:
        return worded(answer, model, agreed=True)

    return [replace(p, answer=anew(p.answer)) for p in points], [replace(c, answer=anew(c.answer)) for c in cases]


def by_model(answer: Answer) -> bool:
    """Whether a model worded an answer."""
    return any(note.startswith("AI生成") for note in answer.notes)


def _by_model(points: Sequence[Point], cases: Sequence[Case]) -> bool:
    return any(map(by_model, [*(p.answer for p in points), *(c.answer for c in cases)]))


def every_citation(lesson: Lesson) -> list[Citation]:
    """All citations of a lesson, in its order."""
    groups = [
        *(p.answer.citations + (p.local.citations if p.local else ()) for p in lesson.points),
        *(c.answer.citations for c in lesson.cases),
        *(step.citations for case in lesson.cases for step in case.steps),
        *(m.truth.citations for m in lesson.misconceptions),
        *(d.told.citations for d in lesson.union),
        *(item.citations for item in lesson.quiz),
        *(told.citations for told in (*lesson.handout.steps, *lesson.handout.calls)),
    ]
    return [citation for group in groups for citation in group]
