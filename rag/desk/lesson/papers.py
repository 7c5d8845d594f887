"""The lesson on paper: what the cadre teaches from (讲稿), and the page that workers take home (讲义)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rag.desk.lesson.model import Case, Lesson, Look, Part, Point, Told
from rag.desk.lesson.words import (
    asked_with,
    joined,
    labels,
    local_silence,
    numerals,
    pieces,
    place,
    plain,
    right,
    said,
    wrong_ones,
)
from rag.desk.paper import Block, Box, Grid, Heading, NewPage, Paper, Paragraph, Points, Said, Sources, Tone

# So many items of a list stand one under another rather than in one sentence.
LISTED, CALLS_IN_ROW = 2, 2


def lesson_paper(lesson: Lesson) -> Paper:
    """Write what the cadre teaches from: all parts in the order of the lesson, answers to the quiz, how the cases came about.

    Parameters: the lesson. Returns the paper; every statement of law in it carries its sources.
    """
    sources = Sources()
    blocks = tuple(_lesson_blocks(lesson, sources))
    return Paper(
        title=lesson.wish.topic,
        subtitle="讲稿",
        facts=(
            f"讲给：{lesson.wish.audience}",
            f"时长：{lesson.wish.minutes}分钟",
            f"适用：{place(lesson)}，{lesson.wish.day}有效的规定",
            f"制作：{lesson.made}，资料库建于{lesson.library_built}",
        ),
        blocks=blocks,
        sources=sources.listed,
        notes=labels(lesson),
        compact=True,
    )


def numbered(lesson: Lesson) -> Sources:
    """The sources under their numbers in the lesson's paper, so that slides number them the same."""
    sources = Sources()
    for _ in _lesson_blocks(lesson, sources):
        pass
    return sources


def _lesson_blocks(lesson: Lesson, sources: Sources) -> Iterator[Block]:
    yield Heading(1, "教学目标")
    yield Points(tuple(Said(goal) for goal in lesson.goals), numbered=True)
    yield Heading(1, "时间安排")
    yield _timetable(lesson)
    if words := local_silence(lesson):
        yield Paragraph((Said(f"提示：{words}", tone=Tone.NOTE),))
    for number, part in enumerate(lesson.outline, 1):
        yield Heading(1, f"{numerals(number)}、{part.title}（{part.minutes}分钟）")
        yield from _part(lesson, part, sources)
    yield NewPage()
    yield Heading(1, "附录：案例的答案是怎么得出来的")
    yield Paragraph((Said("说明：案例由本库的问答引擎回答，和职工自己来问时一样。下面是它的过程。", tone=Tone.NOTE),))
    for number, case in enumerate(lesson.cases, 1):
        yield Heading(2, f"案例{numerals(number)}：{case.title}")
        yield Points(tuple(Said(line, tone=Tone.NOTE) for line in (f"问：{case.asked}", *case.answer.trace)))


def _timetable(lesson: Lesson) -> Grid:
    rows = [
        (Said(numerals(n)), Said(part.title), Said(_what(lesson, part)), Said(str(part.minutes)))
        for n, part in enumerate(lesson.outline, 1)
    ]
    total = (
        Said(""),
        Said("合计"),
        Said(""),
        Said(str(sum(part.minutes for part in lesson.outline)), tone=Tone.STRONG),
    )
    return Grid(("序", "环节", "内容", "分钟"), (*rows, total), (0.6, 2.2, 4.2, 0.8))


def _what(lesson: Lesson, part: Part) -> str:
    """What a section holds, by the titles of its things."""
    match part.look:
        case Look.POINTS:
            return joined(point.title for point in lesson.points if point.topic == part.topic)
        case Look.CASES:
            return joined(case.title for case in lesson.cases)
        case Look.MYTHS:
            return f"{len(lesson.misconceptions)}种说法，先请大家判断，再讲依据"
        case Look.UNION:
            return joined(duty.title for duty in lesson.union)
        case Look.QUIZ:
            return f"{len(lesson.quiz)}道题，边做边讲"
        case Look.CLOSING:
            return "发讲义，记住电话"
        case _:
            return "说目标，请大家举手：身边有没有这样的事"


def _part(lesson: Lesson, part: Part, sources: Sources) -> Iterator[Block]:
    match part.look:
        case Look.OPENING:
            yield Paragraph((Said(opening(lesson)),))
        case Look.POINTS:
            points = [point for point in lesson.points if point.topic == part.topic]
            for number, point in enumerate(points, 1):
                yield from _point(lesson, number, point, sources)
        case Look.CASES:
            for number, case in enumerate(lesson.cases, 1):
                yield _case(number, case, sources)
        case Look.MYTHS:
            rows = tuple((Said(f"“{myth.said}”"), said(myth.truth, sources)) for myth in lesson.misconceptions)
            yield Grid(("有人这样说", "其实"), rows, (2.0, 5.0))
        case Look.UNION:
            for duty in lesson.union:
                yield Heading(2, duty.title)
                yield from _statement(duty.told, sources)
                if duty.plan:
                    yield Paragraph((Said("提示：这是工会自己的文件，是工作安排，不是法定权利。", tone=Tone.NOTE),))
        case Look.QUIZ:
            yield from _quiz(lesson, sources)
        case Look.CLOSING:
            yield from _closing(lesson, sources)


def opening(lesson: Lesson) -> str:
    """What the speaker says first; states nothing of law."""
    titles = "".join(f"“{case.title}”" for case in lesson.cases[:3])
    about = f"先看几件身边会遇到的事：{titles}。" if titles else ""
    local = "" if local_silence(lesson, every=True) or not lesson.wish.regions else f"、{place(lesson)}怎么定"
    return f"{about}今天用{lesson.wish.minutes}分钟，把{joined(lesson.topics)}讲清楚：规定是什么、有什么条件和例外{local}，职工来问时怎么答。"


def _point(lesson: Lesson, number: int, point: Point, sources: Sources) -> Iterator[Block]:
    yield Heading(2, f"{number}. {point.title}")
    yield Paragraph((Said(f"讲法：先请大家答——{point.asked}", tone=Tone.NOTE),))
    yield from _statement(point.told, sources)
    if point.answer.explanation:
        yield Paragraph((said(Told(point.answer.explanation, point.answer.citations), sources),))
    if point.local is not None:
        yield Box(f"{place(lesson)}的规定", (said(point.local, sources),))


def _statement(told: Told, sources: Sources) -> Iterator[Block]:
    """A statement; the items of a long list stand one under another."""
    cut = pieces(told.text)
    numbers = sources.numbers(told.citations)
    items = [piece for piece in cut if piece.startswith("（")]
    if len(items) > LISTED and cut[: len(cut) - len(items)] == [p for p in cut if not p.startswith("（")]:
        yield Paragraph((Said("".join(cut[: len(cut) - len(items)]), numbers, Tone.STRONG),))
        yield Points(tuple(Said(item, numbers) for item in items))
    else:
        yield Paragraph((Said(plain(told.text), numbers),))


def _case(number: int, case: Case, sources: Sources) -> Box:
    told = case.told
    lines = [Said(f"情形：{case.situation}"), Said(f"问：{case.asked}", tone=Tone.STRONG)]
    lines.append(Said(f"答：{plain(told.text)}", sources.numbers(told.citations)))
    if case.answer.explanation:
        lines.append(said(Told(case.answer.explanation, told.citations), sources))
    lines += [Said("她的下一步：", tone=Tone.STRONG)] if case.steps else []
    lines += [Said(f"· {step.text}", sources.numbers(step.citations)) for step in case.steps]
    return Box(f"案例{numerals(number)}：{case.title}", tuple(lines))


def _quiz(lesson: Lesson, sources: Sources) -> Iterator[Block]:
    for number, item in enumerate(lesson.quiz, 1):
        asked = Said(f"{number}.（{item.kind}）{item.question}", tone=Tone.STRONG)
        yield Paragraph((asked,))
        yield from (Paragraph((Said(text),)) for text in asked_with(item))
    yield Heading(2, "答案和理由")
    rows = []
    for number, item in enumerate(lesson.quiz, 1):
        numbers = sources.numbers(item.citations)
        why = "".join((item.reason, wrong_ones(item)))
        rows.append((Said(str(number)), Said(right(item), tone=Tone.STRONG), Said(why, numbers)))
    yield Grid(("题", "答案", "理由"), tuple(rows), (0.6, 1.0, 5.4))


def _closing(lesson: Lesson, sources: Sources) -> Iterator[Block]:
    yield Paragraph((Said("把讲义发给大家，一起记住这几个电话："),))
    yield Points(tuple(said(call, sources, Tone.STRONG) for call in lesson.handout.calls))
    yield Paragraph((Said("请大家把今天没讲到、答不上的问题记下来，会后用本库再查，查不到的请打上面的电话。"),))


def handout_paper(lesson: Lesson) -> Paper:
    """Write the page that workers take home: short, with figures, steps and numbers to call, each sourced.

    Parameters: the lesson. Returns the paper, short enough for one page.
    """
    sources = Sources()
    page = lesson.handout

    def line(told: Told, tone: Tone = Tone.PLAIN) -> Said:
        # one source an article: a page has no room for each 款
        return Said(plain(told.text), sources.numbers(replace(c, part="") for c in told.citations), tone)

    blocks: list[Block] = [Heading(2, "记住这几条"), Points(tuple(line(told) for _, told in page.rights))]
    if page.steps:
        blocks += [Heading(2, "遇到了怎么办"), Points(tuple(line(step) for step in page.steps), numbered=True)]
    calls = [line(call, Tone.STRONG) for call in page.calls]
    rows = tuple(tuple(calls[n : n + CALLS_IN_ROW]) for n in range(0, len(calls), CALLS_IN_ROW))
    blocks += [Heading(2, "打哪个电话"), Grid((), rows)]
    return Paper(
        title=f"{lesson.wish.topic}：女职工一页通",
        subtitle="",
        facts=(f"{place(lesson)}，按{lesson.wish.day}有效的规定",),
        blocks=tuple(blocks),
        sources=sources.listed,
        notes=("；".join(labels(lesson)),),
        brief=True,
    )
