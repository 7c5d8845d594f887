"""A conversation without a browser: growing frames, history, faults, looking citations up."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from rag.model import RESTATED, Answer, Turn
from tests.ui.samples import answer, chunk, citation
from ui import words
from ui.ask.chat import LONGEST_ASKED, MOST_EXCHANGES, Chat, Exchange, render_conversation
from ui.ask.render import PARTS
from ui.live import Live


class Index:
    chunks = (chunk(),)


class Fake:
    """Stands in for the assistant and remembers what it was asked."""

    index = Index()

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def ask(self, asked: str, history: Any, regions: Any) -> Answer:
        self.asked.append((asked, list(history), regions))
        if "坏" in asked:
            raise RuntimeError(f"cannot read {asked}")
        return answer(citation(Index.chunks[0]))


@pytest.fixture
def fake() -> Fake:
    return Fake()


def last(chat: Chat, asked: str, before: tuple[Exchange, ...] = (), province: str = "") -> tuple[Exchange, ...]:
    *_, frame = chat.ask(before, asked, province)
    return frame


def test_answer_comes_part_by_part(fake: Fake) -> None:
    frames = list(Chat(Live(fake)).ask((), "产假？"))
    assert [frame[-1].parts for frame in frames] == list(range(PARTS + 1))
    assert words.SEARCHING in render_conversation(frames[0])
    pages = [render_conversation(frame) for frame in frames[1:]]
    assert [len(page) for page in pages] == sorted({len(page) for page in pages})


def test_history_and_region_reach_the_assistant(fake: Fake) -> None:
    chat = Chat(Live(fake))
    first = last(chat, "产假？")
    last(chat, "那二胎呢？", first, "江苏省")
    _, history, regions = fake.asked[1]
    assert history[0] == Turn("user", "产假？")
    assert [turn.role for turn in history] == ["user", "assistant"]
    assert [region.name for region in regions] == ["江苏省"]


@pytest.mark.parametrize(("asked", "province"), [("坏问题13800000000", ""), ("产假？", "不存在的省")])
def test_a_fault_is_one_polite_sentence(
    fake: Fake, asked: str, province: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        frame = last(Chat(Live(fake)), asked, province=province)
    assert frame[-1].fault == words.FAILED
    assert words.FAILED in render_conversation(frame)
    assert "ask (" in caplog.text
    assert asked not in caplog.text
    assert last(Chat(Live(fake)), "再问", frame)[-1].parts == PARTS


def test_a_citation_opens_its_provision(fake: Fake) -> None:
    chat = Chat(Live(fake))
    now = last(chat, "二", last(chat, "一"))
    panel = chat.source(now, "2-1")
    assert "<mark>" in panel
    assert RESTATED in panel


@pytest.mark.parametrize("mark", ["", "1", "1-0", "1-2", "9-1", "-1-1", "1-1-1", "a-b", "１-²", "1-1" * 99, "<script>"])
def test_a_mark_that_names_nothing_is_answered_politely(fake: Fake, mark: str) -> None:
    chat = Chat(Live(fake))
    assert words.SOURCE_GONE in chat.source(last(chat, "一"), mark)


def test_a_conversation_and_a_question_have_a_limit(fake: Fake) -> None:
    chat = Chat(Live(fake))
    now: tuple[Exchange, ...] = ()
    for _ in range(MOST_EXCHANGES + 5):
        now = last(chat, "长" * (LONGEST_ASKED + 5), now)
    assert len(now) == MOST_EXCHANGES
    assert now[-1].number == MOST_EXCHANGES + 5
    assert len(fake.asked[0][0]) == LONGEST_ASKED
    assert words.LONG_QUESTION.format(count=LONGEST_ASKED) in render_conversation(now[-1:])
