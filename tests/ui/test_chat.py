"""A conversation without a browser: answers, history, faults, looking citations up."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from documents.region import parse_region
from index.errors import EngineAway
from rag.model import RESTATED, Answer, Question, Request, Status, Turn
from tests.ui.samples import answer, chunk, citation
from ui import words
from ui.ask import words as own
from ui.ask.chat import LONGEST_ASKED, MOST_EXCHANGES, Chat, Exchange, render_conversation
from ui.live import Live
from ui.store.feedback import Complaint


class Index:
    chunks = (chunk(),)
    manifest = SimpleNamespace(corpus_digest="0" * 64)


class Fake:
    """Stands in for the assistant and remembers what it was asked."""

    index = Index()

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def ask(self, asked: str, history: Any, regions: Any) -> Answer:
        self.asked.append((asked, list(history), regions))
        if "坏" in asked:
            raise RuntimeError(f"cannot read {asked}")
        if "连不上" in asked:
            raise EngineAway("连不上 milvus「http://10.0.0.7:19530」")
        if "股票" in asked:
            outside = Question(asked, asked, regions, date(2026, 11, 21), Request.RIGHT, ("产假",))
            return Answer(Status.REFUSED, "这一问答不了。", question=outside)
        about = Question(
            asked, asked, regions or (parse_region("河南省"),), date(2026, 11, 21), Request.RIGHT, ("产假",)
        )
        return replace(answer(citation(Index.chunks[0])), question=about)


class Notebook:
    """A store that keeps what it is handed."""

    keeping = True

    def __init__(self) -> None:
        self.complaints: list[Complaint] = []
        self.counts: list[tuple[Any, ...]] = []

    def complain(self, complaint: Complaint) -> None:
        if "坏" in complaint.said:
            raise OSError("no room")
        self.complaints.append(complaint)

    def unanswered(self, *facts: Any) -> None:
        self.counts.append(facts)


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def keeping(fake: Fake, notebook: Notebook) -> Chat:
    live = Live(fake)
    live.feedback = notebook  # type: ignore[attr-defined,unused-ignore]
    return Chat(live)


def last(chat: Chat, asked: str, before: tuple[Exchange, ...] = (), province: str = "") -> tuple[Exchange, ...]:
    return chat.ask(before, asked, province)


def test_an_answer_is_whole_at_once(fake: Fake) -> None:
    chat = Chat(Live(fake))
    page = render_conversation(chat.ask((), "产假？"))
    assert [page.count(f'nj-{part}"') for part in ("conclusion", "basis", "steps", "notes")] == [1, 1, 1, 1]
    assert "data-done" in page
    writing = render_conversation(chat.ask((), "产假？", "", True))
    assert "data-done" not in writing  # a model is about to reword it
    assert "nj-conclusion" in writing


def test_history_and_region_reach_the_assistant(fake: Fake) -> None:
    chat = Chat(Live(fake))
    first = last(chat, "产假？")
    last(chat, "那二胎呢？", first, "江苏省")
    _, history, regions = fake.asked[1]
    assert history[0] == Turn("user", "产假？")
    assert [turn.role for turn in history] == ["user", "assistant"]
    assert [region.name for region in regions] == ["江苏省"]


def test_she_is_told_where_the_vectors_are_away(fake: Fake) -> None:
    frame = last(Chat(Live(fake)), "连不上的问题")
    assert frame[-1].fault.startswith(words.AWAY)
    assert "10.0.0.7" not in render_conversation(frame)


@pytest.mark.parametrize(("asked", "province"), [("坏问题13800000000", ""), ("产假？", "不存在的省")])
def test_a_fault_is_one_polite_sentence(
    fake: Fake, asked: str, province: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        frame = last(Chat(Live(fake)), asked, province=province)
    assert frame[-1].fault.startswith(words.FAILED)
    assert words.FAILED in render_conversation(frame)
    assert "asked (" in caplog.text
    assert asked not in caplog.text
    assert last(Chat(Live(fake)), "再问", frame)[-1].answer is not None


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


def test_the_last_question_is_answered_again_for_another_place(fake: Fake) -> None:
    chat = Chat(Live(fake))
    now = last(chat, "二", last(chat, "一"))
    page = render_conversation(now)
    assert page.count("按河南算") == 2
    assert page.count("data-again") == 2  # the last answer's alone: its place, and as it is
    now = chat.again(now, 2, "江苏省")
    assert [e.asked for e in now] == ["一", "二"]
    assert "按江苏算" in render_conversation(now)
    assert [turn.content for turn in fake.asked[-1][1] if turn.role == "user"] == ["一"]
    assert chat.again(now, 1, "江苏省") is now
    assert chat.again((), 1, "江苏省") == ()


def test_stopping_gives_the_words_back(fake: Fake) -> None:
    chat = Chat(Live(fake))
    assert chat.stopped((), "") == ()
    now = chat.stopped((), "产假？")
    assert own.STOPPED in render_conversation(now)
    assert chat.stopped(now, "产假？") is now
    answered = chat.ask(now, "产假？")
    assert chat.stopped(answered, "") is answered
    assert chat.stopped(answered, "产假？") is answered  # it was there when she stopped it
    assert [e.number for e in chat.stopped(answered, "陪产假？")] == [1, 2, 3]
    now = chat.stopped((replace(answered[-1], writing="写了一半"),), "")
    assert "data-done" in render_conversation(now)


PRIVATE = "我叫赵小燕，手机13800000000，产假多少天？"


@pytest.mark.parametrize(
    ("keep", "kept"), [(False, ""), (True, "我叫〔姓名〕，手机〔手机号〕，产假多少天？"), ("yes", "")]
)
def test_a_complaint_holds_what_she_agreed_to_and_no_more(
    keeping: Chat, notebook: Notebook, keep: object, kept: str
) -> None:
    now = last(keeping, PRIVATE)
    now = keeping.complain(now, 1, {"good": False, "reason": 0, "said": "应当是188天，打13800000000", "keep": keep})
    assert own.THANKS in render_conversation(now, True)
    (found,) = notebook.complaints
    assert (found.good, found.reason, found.status) == (False, own.REASONS[0], "answered")
    assert (found.topics, found.province, found.citations) == (("产假",), "河南省", ("某规定#第七条",))
    assert found.question == kept
    assert found.said == "应当是188天，打〔手机号〕"
    assert keeping.complain(now, 1, {"good": True}) == now  # once an answer
    assert len(notebook.complaints) == 1


@pytest.mark.parametrize("data", [{}, {"reason": 99}, {"reason": "0"}, {"reason": True}, {"reason": -1, "said": 5}])
def test_odd_data_is_a_complaint_without_a_reason(keeping: Chat, notebook: Notebook, data: dict[str, object]) -> None:
    keeping.complain(last(keeping, "一"), 1, data)
    assert [(c.reason, c.said, c.question) for c in notebook.complaints] == [("", "", "")]


def test_where_nothing_is_kept_the_thumbs_say_so(fake: Fake, keeping: Chat, notebook: Notebook) -> None:
    chat = Chat(Live(fake))
    now = chat.complain(last(chat, "一"), 1, {"good": True})
    assert own.NOT_KEPT in render_conversation(now)
    notebook.keeping = False
    now = keeping.complain(last(keeping, "一"), 1, {"good": True})
    assert now[-1].told == own.NOT_KEPT
    assert not notebook.complaints


def test_a_store_that_fails_is_told_honestly(keeping: Chat, caplog: pytest.LogCaptureFixture) -> None:
    now = keeping.complain(last(keeping, "一"), 1, {"said": "坏"})
    assert now[-1].told == own.NOT_STORED
    assert "OSError" in caplog.text
    assert "no room" not in caplog.text


def test_a_question_without_an_answer_is_counted_without_its_words(keeping: Chat, notebook: Notebook) -> None:
    last(keeping, "股票", province="江苏省")
    last(keeping, "产假？")
    assert notebook.counts == [(("产假",), "江苏省", "refused")]
