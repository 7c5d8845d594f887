"""The lesson as slides: short points, cases with their answers, the quiz with its answers, and what to say over each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from rag.desk.lesson.model import Case, Duty, Lesson, Look, Myth, Part, Point, Told
from rag.desk.lesson.papers import numbered, opening
from rag.desk.lesson.words import (
    ADVICE,
    asked_with,
    foot,
    joined,
    labels,
    local_silence,
    pieces,
    place,
    plain,
    right,
    said,
    wrong_ones,
)
from rag.desk.paper import Deck, Grid, Said, Slide, Sources, Tone
from rag.desk.paper import Look as Kind
from rag.desk.quiz import Item
from rag.model import RESTATED

# A slide holds so many lines of so many characters; a title that names several things is no longer than this.
LINES, WIDTH, LONGEST_TITLE = 8, 34, 24


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stands together on a slide: a name for its title, its lines, what is said over it."""

    name: str
    lines: tuple[Said, ...]
    notes: tuple[Said, ...]


def lesson_deck(lesson: Lesson) -> Deck:
    """Lay the lesson out as slides with speaker notes.

    Parameters: the lesson. Returns the deck; the minutes of its slides add up to the lesson's, every statement has its sources.
    """
    sources = numbered(lesson)
    slides: list[Slide] = []
    for part in lesson.outline:
        made = list(_part(lesson, part, sources))
        # tenths of minutes, so that the slides' times add up to the section's
        least, more = divmod(part.minutes * 10, len(made))
        slides += [replace(slide, minutes=(least + (n < more)) / 10) for n, slide in enumerate(made)]
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
            taught = [point for point in lesson.points if point.topic == part.topic]
            units = [unit for point in taught for unit in _point(lesson, point, sources)]
            yield from _together(Kind.POINTS, part.topic, units)
        case Look.CASES:
            for case in lesson.cases:
                yield from _case(lesson, case, sources)
        case Look.MYTHS:
            yield from _myths(lesson.misconceptions, sources)
        case Look.UNION:
            yield from _together(Kind.POINTS, part.title, [_duty(duty, sources) for duty in lesson.union], named=False)
        case Look.QUIZ:
            yield from _quiz(lesson.quiz, sources)
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


def _point(lesson: Lesson, point: Point, sources: Sources) -> Iterator[_Unit]:
    """A point under the question that it answers, then the place's own rule."""
    spoken = point.answer.explanation or "先请大家答，再讲条件和例外，问一句：这条在本单位做到了吗？"
    numbers = sources.numbers(point.told.citations)
    asked = Said(point.asked, tone=Tone.STRONG)
    notes = (Said(plain(spoken), numbers), _basis(point.told, sources))
    yield _Unit(point.title, (asked, *_bites(point.told, sources)), notes)
    if point.local is not None:
        own = Told(f"{place(lesson)}规定：{point.local.text}", point.local.citations)
        told = Said(f"{place(lesson)}有自己的规定，和国家规定一起用。")
        yield _Unit(f"{place(lesson)}的规定", tuple(_bites(own, sources)), (told, _basis(own, sources)))


def _duty(duty: Duty, sources: Sources) -> _Unit:
    """What the union does under its heading."""
    plan = "（工会自己的文件，不是法定权利）" if duty.plan else ""
    lines = (Said(f"{duty.title}{plan}", tone=Tone.STRONG), *_bites(duty.told, sources))
    return _Unit(
        duty.title,
        lines,
        (
            Said(f"{duty.title}：结合本单位的做法讲一件事。{plan}", sources.numbers(duty.told.citations)),
            _basis(duty.told, sources),
        ),
    )


def _together(kind: Kind, title: str, units: Iterable[_Unit], named: bool = True) -> Iterator[Slide]:
    """Units on as few slides as they fit, in their order; one that is longer than a slide goes on on the next.

    Parameters: what the slides are for, their title, the units; whether the title names the units that stand below it.
    """
    groups: list[list[_Unit]] = []
    for unit in units:
        held = sum(_lines(line.text) for one in groups[-1] for line in one.lines) if groups else 0
        if groups and held + sum(_lines(line.text) for line in unit.lines) <= LINES:
            groups[-1].append(unit)
        else:
            groups.append([unit])
    for group in groups:
        names = joined(unit.name for unit in group)
        whole = f"{title}：{names}" if named and len(names) <= LONGEST_TITLE else title
        notes = tuple(note for unit in group for note in unit.notes)
        for number, lines in enumerate(_filled(line for unit in group for line in unit.lines)):
            yield Slide(kind, whole if not number else f"{whole}（续）", tuple(lines), notes=() if number else notes)


def _case(lesson: Lesson, case: Case, sources: Sources) -> Iterator[Slide]:
    asked = (Said(case.situation), Said(f"问：{case.asked}", tone=Tone.STRONG))
    yield Slide(
        Kind.CASE, f"案例：{case.title}", asked, notes=(Said("先请两三位说说怎么答，依据是哪一条。不要急着翻答案。"),)
    )
    spoken = case.answer.explanation or "对照大家的回答讲：结论是什么、依据是哪一条、她下一步做什么。"
    notes = (Said(plain(spoken), sources.numbers(case.told.citations)), _basis(case.told, sources))
    steps = tuple(said(step, sources) for step in case.steps)
    told = (Said("她的下一步：", tone=Tone.STRONG), *steps) if steps else ()
    lines = _bites(case.told, sources)
    taught = next((point for point in lesson.points if point.plain == case.plain), None)
    if taught is not None and len(_filled(lines)) > 1:  # a long list is not shown twice
        lines = [Said(f"就是前面讲的“{taught.title}”，请大家找出是哪一项。", sources.numbers(case.told.citations))]
    # the steps stand on the slide where they fit beside the answer, else they are told
    beside = sum(_lines(line.text) for line in (*lines, *told)) <= LINES + 1
    title = f"怎么答：{case.title}"
    groups = [[*lines, *told]] if beside else _filled(lines)
    for number, group in enumerate(groups):
        more = told if not beside and not number else ()
        yield Slide(
            Kind.CASE, f"{title}（续）" if number else title, tuple(group), notes=(*notes, *more) if not number else ()
        )


def _quiz(items: Sequence[Item], sources: Sources) -> Iterator[Slide]:
    """The questions, several on a slide where they fit, then all answers in a table with the reasons in the notes."""
    asked = [
        _Unit(str(n), (Said(f"{n}.（{item.kind}）{item.question}", tone=Tone.STRONG), *map(Said, asked_with(item))), ())
        for n, item in enumerate(items, 1)
    ]
    for slide in _together(Kind.QUIZ, "小测验", asked, named=False):
        yield replace(slide, notes=(Said("每题给大家半分钟，举手作答；做完一起对答案。"),))
    rows, notes = [], [Said("请答对的人说理由，再补充。")]
    for number, item in enumerate(items, 1):
        numbers = sources.numbers(item.citations)
        names = dict.fromkeys(f"《{c.title}》{c.article}{c.part}" for c in item.citations)
        named = [name for name in names if name in item.reason] or list(names)[:1]
        rows.append((Said(str(number)), Said(right(item), tone=Tone.STRONG), Said(joined(named), numbers)))
        notes.append(Said(f"第{number}题：{item.reason}{wrong_ones(item)}", numbers))
    yield Slide(
        Kind.TABLE, "小测验：答案", table=Grid(("题", "答案", "依据"), tuple(rows), (0.6, 1.0, 5.4)), notes=tuple(notes)
    )


def _bites(told: Told, sources: Sources) -> list[Said]:
    """A statement in short pieces, each with the sources of the whole."""
    numbers = sources.numbers(told.citations)
    return [Said(piece, numbers) for piece in pieces(told.text)]


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
    """The titles that the deck rests on; single provisions stand in the paper, under the same numbers, and in the notes."""
    titles = dict.fromkeys(f"《{source.citation.title}》" for source in sources.listed)
    points = (Said("".join(titles)), *(Said(words, tone=Tone.NOTE) for words in notes))
    return Slide(
        Kind.SOURCES, "出处", points, notes=(Said("每一条的条号、级别、效力和核实情况见讲稿后面的出处，编号相同。"),)
    )
