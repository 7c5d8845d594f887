"""Quizzes for all provinces and several topics, each option held against an oracle that knows nothing of the maker."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest

from documents.region import parse_region, provinces
from documents.topics import Purpose, provisions_for
from index.chunk import Chunk
from rag import Assistant
from rag.desk.quiz import Item, Kind, check_item, make_quiz
from tests.rag.desk.quiz import oracle

DAY = date(2026, 11, 21)
LEAVE = ("产假天数", "护理假育儿假", "婚假", "流产")
TOPICS = (
    ("孕期辞退", "孕期夜班加班"),
    ("禁忌劳动", "哺乳时间"),
    ("性骚扰", "招聘歧视"),
    ("工伤", "退休"),
    ("加班", "年休假", "拖欠工资"),
    ("生育津贴", "社保"),
    ("人身安全保护令", "家庭暴力"),
    ("仲裁诉讼", "劳动监察", "工会"),
)


def ground(assistant: Assistant, topics: Sequence[str], province: str = "") -> list[Chunk]:
    """The provisions of some topics, with a province's summary of leave."""
    by_article = assistant.index.by_article
    names = [(r.title, r.article) for topic in topics for purpose in Purpose for r in provisions_for(topic, purpose)]
    names += [name for name in by_article if name[0] == f"{province}女职工假期一览"]
    return [chunk for name in dict.fromkeys(names) for chunk in by_article.get(name, ())]


def held(items: Sequence[Item]) -> None:
    """Hold each item against the oracle."""
    for item in items:
        assert oracle.right(item.question, item.options, item.kind, DAY) == set(item.right), item
        spans = [span for words in item.options if (span := oracle.hours(words)) is not None]
        assert len(spans) == len(set(spans)), item
        for citation in item.citations:
            assert citation.check is None or citation.check.carries_figures, item
            assert not citation.level.is_plan, item


@pytest.mark.parametrize("province", ["河南省", "江苏省", "陕西省"])
def test_a_few_provinces(assistant: Assistant, province: str) -> None:
    place = (parse_region(province),)
    items = make_quiz(assistant, ground(assistant, LEAVE, province), place, DAY, 10, 7)
    held(items)
    assert len(items) >= 8
    assert len({item.kind for item in items}) >= 2


def test_the_nation(assistant: Assistant) -> None:
    for topics in TOPICS[:3]:
        items = make_quiz(assistant, ground(assistant, topics), (), DAY, 10, 3)
        held(items)
        assert len(items) >= 8
        assert {item.kind for item in items} == set(Kind)


@pytest.mark.slow
def test_all_provinces(assistant: Assistant) -> None:
    kinds: Counter[str] = Counter()
    questions: set[str] = set()
    for number, province in enumerate(provinces()):
        place = (parse_region(province),)
        asked = [(LEAVE, seed) for seed in (1, 2, 3)] + [(TOPICS[(number + n) % len(TOPICS)], n) for n in (0, 1, 2)]
        for topics, seed in asked:
            items = make_quiz(assistant, ground(assistant, topics, province), place, DAY, 12, seed)
            held(items)
            for item in items:
                assert check_item(assistant, item, place, DAY) == ()
            assert len({item.question for item in items}) == len(items)
            kinds.update(item.kind for item in items)
            questions |= {item.question for item in items}
    print(f"\n{sum(kinds.values())}题，{len(questions)}种问法：" + "，".join(f"{k}{n}" for k, n in kinds.items()))
    assert all(kinds[kind] > 100 for kind in Kind)
