"""The lesson as slides: short points, cases with their answers, the quiz with its answers, and what to say over each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil

from rag.desk.lesson.model import Case, Lesson, Look, Myth, Part, Point, Told
from rag.desk.lesson.papers import opening
from rag.desk.lesson.words import (
    ADVICE,
    foot,
    joined,
    labels,
    local_silence,
    options,
    pieces,
    place,
    plain,
    right,
    said,
)
from rag.desk.paper import Deck, Grid, Said, Slide, Sources, Tone
from rag.desk.paper import Look as Kind
from rag.desk.quiz import Item
from rag.model import RESTATED

# A slide holds so many lines of so many characters.
LINES, WIDTH = 7, 34


def lesson_deck(lesson: Lesson) -> Deck:
    """Lay the lesson out as slides with speaker notes.

    Parameters: the lesson. Returns the deck; the minutes of its slides add up to the lesson's, every statement has its sources.
    """
    sources = Sources()
    slides: list[Slide] = []
    for part in lesson.outline:
        made = list(_part(lesson, part, sources))
        slides += [replace(slide, minutes=round(part.minutes / len(made), 1)) for slide in made]
    first, *rest = slides
    slides = [first, *_front(lesson), *rest]
    slides.append(_sources_slide(sources, labels(lesson)))
    return Deck(lesson.wish.topic, tuple(_numbered(slides)), sources.listed, foot(lesson))


def _numbered(slides: Sequence[Slide]) -> Iterator[Slide]:
    """Every slide's notes end with its minutes, where it has any."""
    for slide in slides:
        minutes = (Said(f"本页约{slide.minutes:g}分钟。", tone=Tone.NOTE),) if slide.minutes else ()
        yield replace(slide, notes=(*slide.notes, *minutes))


def _front(lesson: Lesson) -> Iterator[Slide]:
    """Goals and timetable: they are shown while the lesson is opened and take no minutes of their own."""
    goals = tuple(Said(goal) for goal in lesson.goals)
    yield Slide(Kind.POINTS, "学完以后，你能", goals, notes=(Said("念一遍目标，问大家最想解决哪一条。"),))
    rows = tuple((Said(part.title), Said(f"{part.minutes}")) for part in lesson.outline)
    grid = Grid(("环节", "分钟"), rows, (4.0, 1.0))
    yield Slide(
        Kind.TABLE,
        f"{lesson.wish.minutes}分钟怎么安排",
        table=grid,
        notes=(Said("简单说一下安排，案例和测验要大家动口。"),),
    )


def _part(lesson: Lesson, part: Part, sources: Sources) -> Iterator[Slide]:
    match part.look:
        case Look.OPENING:
            ai = "；AI生成（部分措辞）" if lesson.model else ""
            points = (
                Said(f"{place(lesson)}　{lesson.wish.audience}　{lesson.wish.minutes}分钟"),
                Said(RESTATED, tone=Tone.NOTE),
                Said(f"{ADVICE}；资料库建于{lesson.library_built}{ai}", tone=Tone.NOTE),
            )
            said_first = tuple(
                Said(words) for words in (opening(lesson), *labels(lesson), local_silence(lesson)) if words
            )
            yield Slide(Kind.COVER, lesson.wish.topic, points, notes=said_first)
        case Look.POINTS:
            for point in lesson.points:
                if point.topic == part.topic:
                    yield from _point(lesson, point, sources)
        case Look.CASES:
            for case in lesson.cases:
                yield from _case(case, sources)
        case Look.MYTHS:
            yield from _myths(lesson.misconceptions, sources)
        case Look.UNION:
            for duty in lesson.union:
                plan = "（工会自己的文件，不是法定权利）" if duty.plan else ""
                yield from _slides(
                    Kind.POINTS,
                    f"工会做什么：{duty.title}",
                    (),
                    duty.told,
                    sources,
                    f"结合本单位的做法讲一件事。{plan}",
                )
        case Look.QUIZ:
            for number, item in enumerate(lesson.quiz, 1):
                yield from _quiz(number, item, sources)
        case Look.CLOSING:
            calls = tuple(said(call, sources) for call in lesson.handout.calls)
            yield Slide(Kind.POINTS, "遇到了，打哪个电话", calls, notes=(Said("发讲义，请大家把电话存进手机。"),))


def _myths(myths: Sequence[Myth], sources: Sources) -> Iterator[Slide]:
    """Misconceptions with what is right, two on a slide where they fit."""
    groups: list[list[Myth]] = []
    for myth in myths:
        lines = sum(_lines(m.said) + _lines(plain(m.truth.text)) for m in [*(groups[-1] if groups else []), myth])
        if groups and len(groups[-1]) < 2 and lines <= LINES:
            groups[-1].append(myth)
        else:
            groups.append([myth])
    for group in groups:
        pairs = ((Said(f"有人说：“{m.said}”", tone=Tone.STRONG), said(m.truth, sources)) for m in group)
        notes = (Said("先请大家举手：对还是错？再讲依据。"), *(_basis(m.truth, sources) for m in group))
        yield Slide(Kind.POINTS, "常见误解", tuple(one for pair in pairs for one in pair), notes=notes)


def _basis(told: Told, sources: Sources) -> Said:
    names = dict.fromkeys(f"《{c.title}》{c.article}{c.part}" for c in told.citations)
    return Said(f"依据：{joined(names)}。", sources.numbers(told.citations))


def _point(lesson: Lesson, point: Point, sources: Sources) -> Iterator[Slide]:
    spoken = point.answer.explanation or "讲清条件和例外，再问一句：这条在本单位做到了吗？"
    yield from _slides(Kind.POINTS, f"{point.topic}：{point.title}", (), point.told, sources, spoken)
    if point.local is not None:
        yield from _slides(
            Kind.POINTS,
            f"{place(lesson)}：{point.title}",
            (),
            point.local,
            sources,
            f"这是{place(lesson)}自己的规定，和国家规定一起用。",
        )


def _case(case: Case, sources: Sources) -> Iterator[Slide]:
    asked = (Said(case.situation), Said(f"问：{case.asked}", tone=Tone.STRONG))
    yield Slide(
        Kind.CASE, f"案例：{case.title}", asked, notes=(Said("先请两三位说说怎么答，依据是哪一条。不要急着翻答案。"),)
    )
    spoken = case.answer.explanation or "对照大家的回答讲：结论是什么、依据是哪一条、她下一步做什么。"
    steps = tuple(said(step, sources) for step in case.steps)
    first, *rest = _slides(Kind.CASE, f"怎么答：{case.title}", (), case.told, sources, spoken)
    told = (Said("再讲她下一步做什么："), *steps) if steps else ()
    yield replace(first, notes=(*first.notes, *told))
    yield from rest


def _quiz(number: int, item: Item, sources: Sources) -> Iterator[Slide]:
    asked = (Said(item.question, tone=Tone.STRONG), *(Said(text) for text in options(item)))
    yield Slide(Kind.QUIZ, f"小测验{number}（{item.kind}）", asked, notes=(Said("给大家半分钟，举手作答。"),))
    told = Told(item.reason, item.citations)
    answer = (Said(f"答案：{right(item)}", tone=Tone.STRONG),)
    yield from _slides(Kind.QUIZ, f"小测验{number}：答案", answer, told, sources, "请答对的人说理由。")


def _slides(
    kind: Kind, title: str, before: tuple[Said, ...], told: Told, sources: Sources, spoken: str
) -> Iterator[Slide]:
    """A statement on as many slides as it needs; the whole of it stands in the notes of the first with its sources."""
    numbers = sources.numbers(told.citations)
    points = [*before, *(Said(piece, numbers) for piece in pieces(told.text))]
    notes = (Said(plain(spoken), numbers), _basis(told, sources))
    for number, group in enumerate(_filled(points)):
        yield Slide(kind, title if not number else f"{title}（续）", tuple(group), notes=notes)


def _filled(points: Iterable[Said]) -> list[list[Said]]:
    """Points in groups that fit a slide each; a group is never left with a single short line while the one before has room."""
    groups: list[list[Said]] = [[]]
    room = LINES
    for point in points:
        lines = _lines(point.text)
        if groups[-1] and lines > room:
            groups.append([])
            room = LINES
        groups[-1].append(point)
        room -= lines
    return groups


def _lines(text: str) -> int:
    return ceil(len(text) / WIDTH)


def _sources_slide(sources: Sources, notes: Iterable[str]) -> Slide:
    """The titles that the deck rests on; single provisions stand in the paper and in the notes."""
    titles: dict[str, list[int]] = {}
    for source in sources.listed:
        titles.setdefault(source.citation.title, []).append(source.number)
    points = (
        *(Said(f"《{title}》", tuple(numbers)) for title, numbers in titles.items()),
        *(Said(words, tone=Tone.NOTE) for words in notes),
    )
    return Slide(Kind.SOURCES, "出处", points, notes=(Said("每一条的条号、级别、效力和核实情况见讲稿后面的出处。"),))
