import re
import time
from collections.abc import Iterator

import pytest

from documents.figures import figures
from documents.model import Check
from documents.topics import topics
from rag import Assistant
from rag.desk.errors import BadWish
from rag.desk.lesson import Lesson, handout_paper, lesson_deck, lesson_paper, make_lesson
from rag.desk.lesson.outline import divided
from rag.desk.lesson.themes import CASE, POINT, templates, templates_for, theme_of
from rag.desk.lesson.words import asked_with, options, pieces
from rag.desk.paper import Box, Deck, Grid, Paper, Paragraph, Points, Said
from rag.gate import check_figures
from rag.model import RESTATED, Status
from rag.reckon import computed
from tests.rag.desk.lesson.conftest import DAY, MADE, wish_of

TOPICS = [topic for topic, _, _ in MADE]
_SAYS_LAW = re.compile(r"\d|应当|不得|可以")


def said_in(paper: Paper) -> Iterator[Said]:
    for block in paper.blocks:
        match block:
            case Paragraph() | Box():
                yield from block.said
            case Points():
                yield from block.items
            case Grid():
                for row in block.rows:
                    yield from row


def said_on(deck: Deck) -> Iterator[Said]:
    for slide in deck.slides:
        yield from slide.points
        yield from slide.notes
        if slide.table:
            for row in slide.table.rows:
                yield from row


def states_nothing(lesson: Lesson) -> set[str]:
    """What is said that tells no law: questions, situations, plans of the hour, traces, the library's own labels."""
    texts = {*lesson.goals, *(case.situation for case in lesson.cases), *(f"情形：{c.situation}" for c in lesson.cases)}
    texts |= {f"“{myth.said}”" for myth in lesson.misconceptions}
    texts |= {f"有人说：“{myth.said}”" for myth in lesson.misconceptions}
    texts |= {duty.title for duty in lesson.union}
    texts |= {line for case in lesson.cases for line in case.answer.trace}
    texts |= {text for item in lesson.quiz for text in (item.question, *options(item), *asked_with(item))}
    texts |= {f"{n}.（{item.kind}）{item.question}" for n, item in enumerate(lesson.quiz, 1)}
    texts |= {str(part.minutes) for part in lesson.outline} | {str(lesson.wish.minutes)}
    texts |= {"、".join(case.title for case in lesson.cases), "、".join(duty.title for duty in lesson.union)}
    texts |= {"、".join(p.title for p in lesson.points if p.topic == topic) for topic in lesson.topics}
    texts |= {str(n) for n in range(1, len(lesson.quiz) + 1)}
    return texts


def is_law(lesson: Lesson, said: Said) -> bool:
    words = said.text
    if words in states_nothing(lesson) or words.endswith("？") or not _SAYS_LAW.search(words):
        return False
    ours = ("本页约", "先看几件", "今天用", "资料库建于", "不构成法律意见", RESTATED, lesson.wish.audience)
    return not any(part in words for part in ours) and not re.fullmatch(r"\d+(种说法，.*|道题，.*)", words)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_statement_of_law_carries_sources_that_state_its_figures(
    assistant: Assistant, lessons: dict[str, Lesson], topic: str
) -> None:
    lesson = lessons[topic]
    reckoned = [p.answer for p in lesson.points] + [c.answer for c in lesson.cases]
    phrases = " ".join(
        phrase for answer in reckoned for phrase in computed(answer, {(c.title, c.article) for c in answer.citations})
    )
    chunks = {chunk.id: chunk for chunk in assistant.index.chunks}
    for made, every in (
        (lesson_paper(lesson), said_in(lesson_paper(lesson))),
        (handout_paper(lesson), said_in(handout_paper(lesson))),
        (lesson_deck(lesson), said_on(lesson_deck(lesson))),
    ):
        cited = {source.number: source.citation for source in made.sources}
        for said in every:
            assert all(number in cited for number in said.sources), said
            if not is_law(lesson, said):
                continue
            assert said.sources, said
            texts = [chunks[cited[n].chunk_id].provision.text for n in said.sources]
            titles = " ".join(f"{cited[n].title}{cited[n].article}" for n in said.sources)
            # the texts that name the law beside what they say may hold its whole sum
            if not said.text.startswith("依据："):
                words = re.sub(r"^第\d+题：", "", said.text)
                assert check_figures(words, texts, f"{titles} {phrases}").passed, (said, titles)


@pytest.mark.parametrize("topic", TOPICS)
def test_no_weakly_checked_fact_supplies_a_figure(lessons: dict[str, Lesson], topic: str) -> None:
    lesson = lessons[topic]
    told = (
        [p.told for p in lesson.points] + [p.local for p in lesson.points if p.local] + [c.told for c in lesson.cases]
    )
    told += [m.truth for m in lesson.misconceptions] + [d.told for d in lesson.union]
    for statement in told:
        firm = {n for c in statement.citations if c.check is not Check.WEAK for n in figures(c.quote)}
        weak = {n for c in statement.citations if c.check is Check.WEAK for n in figures(c.quote)} - firm
        assert not weak & figures(re.sub(r"《[^》]*》|第[一二三四五六七八九十百]+条", "", statement.text)), (
            statement.text
        )


@pytest.mark.parametrize("topic", TOPICS)
def test_the_times_add_up_and_every_section_has_some(lessons: dict[str, Lesson], topic: str) -> None:
    lesson = lessons[topic]
    assert sum(part.minutes for part in lesson.outline) == lesson.wish.minutes
    assert all(part.minutes >= 1 for part in lesson.outline)
    assert abs(sum(slide.minutes for slide in lesson_deck(lesson).slides) - lesson.wish.minutes) < 0.1 * len(
        lesson_deck(lesson).slides
    )


@pytest.mark.parametrize("total", [10, 11, 45, 180])
def test_minutes_are_divided_without_rest(total: int) -> None:
    for shares in ([1.0], [1.0] * 10, [0.1, 5.0, 2.5, 2.5], [3.0, 3.0, 3.0]):
        parts = divided(total, shares)
        assert sum(parts) == total
        assert min(parts) >= 1


@pytest.mark.parametrize("topic", TOPICS)
def test_cases_are_answered_by_the_chat_with_their_trace(
    assistant: Assistant, lessons: dict[str, Lesson], topic: str
) -> None:
    lesson = lessons[topic]
    assert len(lesson.cases) >= 2
    assert len({case.plain for case in lesson.cases}) == len(lesson.cases)
    for case in lesson.cases:
        assert case.answer.citations
        assert case.answer.trace
        assert case.answer.status is not Status.REFUSED
        assert "{" not in case.situation + case.asked
        again = assistant.ask(case.asked, regions=lesson.wish.regions, as_of=DAY)
        assert [c.article for c in again.citations] == [c.article for c in case.answer.citations]


def test_a_lesson_of_forty_minutes_has_a_handful_of_full_slides(lessons: dict[str, Lesson]) -> None:
    deck = lesson_deck(lessons["孕期和产假保护"])
    assert 20 <= len(deck.slides) <= 28
    assert abs(sum(slide.minutes for slide in deck.slides) - 40) < 1e-6
    asked = " ".join(said.text for slide in deck.slides for said in slide.points)
    assert all(
        f"{n}.（{item.kind}）{item.question}" in asked for n, item in enumerate(lessons["孕期和产假保护"].quiz, 1)
    )


@pytest.mark.parametrize("topic", TOPICS)
def test_slides_number_their_sources_as_the_paper_does(lessons: dict[str, Lesson], topic: str) -> None:
    assert lesson_deck(lessons[topic]).sources == lesson_paper(lessons[topic]).sources


@pytest.mark.parametrize("topic", TOPICS)
def test_every_case_tells_what_she_does_next(lessons: dict[str, Lesson], topic: str) -> None:
    assert all(case.steps and all(step.citations for step in case.steps) for case in lessons[topic].cases)


@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_judged_is_not_mostly_right(lessons: dict[str, Lesson], topic: str) -> None:
    judged = [item.options[item.right[0]] for item in lessons[topic].quiz if str(item.kind) == "判断"]
    assert judged.count("对") <= judged.count("错") + 1


def test_a_title_is_not_cut_and_an_item_goes_on_after_a_semicolon() -> None:
    assert pieces("由单位举证（《解释（一）》第四十四条）。") == ["由单位举证（《解释（一）》第四十四条）。"]
    assert pieces("范围：（一）井下；（二）振动的作业；攀高的作业。另外几句话。") == [
        "范围：",
        "（一）井下；",
        "（二）振动的作业；攀高的作业。",
        "另外几句话。",
    ]


def test_the_province_s_sum_is_taught(lessons: dict[str, Lesson]) -> None:
    point = next(p for p in lessons["孕期和产假保护"].points if p.title == "产假的天数")
    assert "188天 = 国家98天 + 河南90天" in point.plain
    assert any(c.region == "河南省" for c in point.answer.citations)


def test_a_province_s_own_provision_stands_beside_the_nation_s(lessons: dict[str, Lesson]) -> None:
    own = [p.local for p in lessons["更年期"].points if p.local]
    assert any("35周岁" in told.text and told.citations[0].region == "江苏省" for told in own)


def test_a_lesson_without_a_place_asks_nothing_back(lessons: dict[str, Lesson]) -> None:
    for point in lessons["退休"].points:
        assert "你在哪个省" not in point.plain
        assert point.local is None


@pytest.mark.parametrize("topic", TOPICS)
def test_every_output_carries_its_labels(lessons: dict[str, Lesson], topic: str) -> None:
    lesson = lessons[topic]
    deck = lesson_deck(lesson)
    first = " ".join(said.text for said in (*deck.slides[0].points, *deck.slides[0].notes))
    for words in (" ".join(lesson_paper(lesson).notes), " ".join(handout_paper(lesson).notes), first):
        assert RESTATED in words
        assert "不构成法律意见" in words
        assert lesson.library_built in words
        assert "AI生成" not in words


@pytest.mark.parametrize("topic", TOPICS)
def test_the_union_s_tools_and_the_numbers_to_call_are_named(lessons: dict[str, Lesson], topic: str) -> None:
    lesson = lessons[topic]
    duties = " ".join(duty.title for duty in lesson.union)
    assert "一函两书" in duties
    assert "专项集体合同" in duties
    calls = " ".join(call.text for call in lesson.handout.calls)
    assert all(number in calls for number in ("12351", "12333", "12338", "12348"))
    assert len(lesson.misconceptions) >= 1
    assert len(lesson.quiz) >= 3


@pytest.mark.parametrize("topic", TOPICS)
def test_nothing_is_told_twice_as_a_point_and_plans_are_no_rights(lessons: dict[str, Lesson], topic: str) -> None:
    lesson = lessons[topic]
    assert len({point.plain for point in lesson.points}) == len(lesson.points)
    for answer in [p.answer for p in lesson.points] + [c.answer for c in lesson.cases]:
        assert not answer.citations[0].level.is_plan


def test_longer_lessons_hold_more(assistant: Assistant, lessons: dict[str, Lesson]) -> None:
    short = make_lesson(assistant, wish_of("更年期", "江苏", 10))
    assert len(short.points) < len(lessons["更年期"].points)
    assert len(short.quiz) <= len(lessons["更年期"].quiz)


def test_equal_wishes_give_equal_lessons(assistant: Assistant, lessons: dict[str, Lesson]) -> None:
    assert make_lesson(assistant, wish_of("更年期", "江苏", 40)) == lessons["更年期"]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("孕期和产假保护", "产假天数"),
        ("性骚扰防治", "性骚扰"),
        ("两癌筛查", "体检两癌筛查"),
        ("反家暴", "家庭暴力"),
        ("职业安全", "禁忌劳动"),
        ("禁忌劳动", "禁忌劳动"),
        ("三八节", "三八节"),
        ("女职工权益普法", "产假天数"),
        ("工会女职工委员会", "工会"),
    ],
)
def test_a_cadre_s_words_find_their_topics(assistant: Assistant, text: str, topic: str) -> None:
    assert topic in theme_of(assistant.index, text, DAY).topics


@pytest.mark.parametrize("topic", topics())
def test_a_topic_that_is_soon_told_is_filled_by_those_beside_it(assistant: Assistant, topic: str) -> None:
    theme = theme_of(assistant.index, topic, DAY)
    assert topic in theme.topics
    assert sum(len(templates_for(name, POINT)) for name in (*theme.topics, *theme.related)) >= 5
    assert topic not in theme.related


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (wish_of("量子力学"), "可以讲"),
        (wish_of("  "), "主题"),
        (wish_of("产假" * 60), "60字"),
        (wish_of("产假", minutes=9), "10到180"),
        (wish_of("产假", minutes=181), "10到180"),
        (wish_of("产假", minutes=-1), "10到180"),
        (wish_of("产假", audience=" "), "讲给谁"),
    ],
)
def test_what_cannot_be_taught_is_refused_in_words(assistant: Assistant, wish: object, words: str) -> None:
    with pytest.raises(BadWish, match=words):
        make_lesson(assistant, wish)  # type: ignore[arg-type]


def test_the_questions_name_topics_and_provisions_of_the_library(assistant: Assistant) -> None:
    for template in templates():
        assert template.topic in (*topics(), "*"), template
        for anchor in template.anchors:
            assert anchor.title == "*" or (anchor.title, anchor.article) in assistant.index.by_article, template
    without = [t for t in topics() if not templates_for(t, POINT)]
    assert not without
    assert [t for t in topics() if not templates_for(t, CASE)] in ([], ["彩礼"])


def test_a_lesson_takes_few_seconds(assistant: Assistant) -> None:
    started = time.process_time()
    make_lesson(assistant, wish_of("孕期和产假保护", "河南", 40))
    took = time.process_time() - started
    print(f"40分钟的备课：{took:.1f}秒（处理器时间）")
    assert took < 10
