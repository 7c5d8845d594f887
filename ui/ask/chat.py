"""A conversation without a browser: questions in, answers out, citations looked up. Nothing is kept on disk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from documents.region import parse_region
from index.errors import EngineAway
from rag import Answer, Turn
from rag.model import Request, Status
from rag.sums import LeaveSum, leave_sums
from rag.wording import Endpoint, worded
from ui import logs, words
from ui.ask import words as own
from ui.ask.actions import render_actions, render_chip
from ui.ask.complaints import complaint, province
from ui.ask.escaping import lines
from ui.ask.plain import copied
from ui.ask.render import render_answer, render_asked, render_message, render_source, render_source_message
from ui.ask.turns import in_turns
from ui.live import Live
from ui.logs import where
from ui.seen import PAGE, answering, wording
from ui.store.feedback import Feedback

# More than anybody types; what the assistant reads of it is its own limit.
LONGEST_ASKED = 20_000
MOST_EXCHANGES = 30
_log = logging.getLogger("niangjia.ui")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer.

    `fault` stands where there is no answer; `sums` are its leave sums; `writing` is what a model has written so far (None: no
    model is at work); `told` is what was said after a thumb; `weight` is about how many bytes it takes.
    """

    number: int
    asked: str
    answer: Answer | None = None
    fault: str = ""
    sums: tuple[LeaveSum, ...] = ()
    writing: str | None = None
    told: str = ""
    weight: int = 0


Exchanges = tuple[Exchange, ...]


class Chat:
    """Asks whatever edition is in service; the conversation itself is passed in and out."""

    def __init__(self, live: Live) -> None:
        self.live = live

    @property
    def feedback(self) -> Feedback | None:
        """Where complaints go, None where this installation keeps none, or its database cannot be read: her answer does not wait for that."""
        found: Feedback | None = getattr(self.live, "feedback", None)
        try:
            return found if found is not None and found.keeping else None
        except Exception as error:
            _log.error("the store could not be read: %s", where(error))
            return None

    def ask(self, before: Exchanges, asked: str, place: str = "", writing: bool = False) -> Exchanges:
        """Answer a question.

        Parameters: the conversation so far, the words as typed, the chosen province or '', whether a model will reword the
        answer (`reword`). Returns the conversation with the answer; an unforeseen error becomes one polite sentence and never
        carries the question.
        """
        before = before[-MOST_EXCHANGES + 1 :]
        asked = asked[:LONGEST_ASKED]
        exchange = Exchange(_next(before), asked, weight=_weight(asked))
        with logs.request(logs.new_request()) as number:
            return self._asked(before, exchange, place, writing, number)

    def _asked(self, before: Exchanges, exchange: Exchange, place: str, writing: bool, number: str) -> Exchanges:
        assistant, asked = self.live.edition.assistant, exchange.asked
        try:
            regions = (parse_region(place),) if place else ()
            answer = answering(self.live, PAGE, len(asked), lambda: assistant.ask(asked, _turns(before), regions))
            exchange = replace(
                exchange,
                answer=_light(answer),
                sums=leave_sums(answer),
                writing="" if writing else None,
                weight=_weight(asked, answer),
            )
        except Exception as error:  # whatever went wrong, she gets a sentence and keeps her words
            _log.error("an answer failed: %s", where(error))
            said = words.AWAY if isinstance(error, EngineAway) else words.FAILED
            return (*before, replace(exchange, fault=f"{said}{words.NUMBER.format(number=number)}"))
        self._count(answer)
        return (*before, exchange)

    def again(self, now: Exchanges, number: int, place: str, writing: bool = False) -> Exchanges:
        """Answer the last question once more in its place, for another province or the same; the same where it is not the last."""
        if now and now[-1].number == number:
            return self.ask(now[:-1], now[-1].asked, place, writing)
        return now

    def reword(self, now: Exchanges, model: Endpoint) -> Iterator[Exchanges]:
        """The last answer stands already; what a model makes of it streams in under it and takes its place at the end."""
        if not now or now[-1].answer is None or now[-1].writing is None:
            return
        *before, exchange = now
        answer = exchange.answer
        assert answer is not None
        try:
            for frame in in_turns(lambda told: _reworded(self.live, answer, model, told)):
                if isinstance(frame, Answer):
                    now = (*before, replace(exchange, answer=_light(frame), writing=None))
                elif frame != now[-1].writing:
                    now = (*before, replace(exchange, writing=frame))
                yield now
        except Exception as error:  # the answer without a model is there
            _log.error("a wording failed: %s", where(error))
            yield (*before, replace(exchange, writing=None))

    def stopped(self, now: Exchanges, asked: str) -> Exchanges:
        """End what is under way: the question that waited for its answer ('' for none) is said to be stopped, a model's writing is dropped."""
        if now and now[-1].writing is not None:
            return (*now[:-1], replace(now[-1], writing=None))
        if not asked.strip() or (now and now[-1].asked == asked):  # it is there after all, or still there
            return now
        asked = asked[:LONGEST_ASKED]
        return (
            *now[-MOST_EXCHANGES + 1 :],
            Exchange(_next(now), asked, fault=own.STOPPED, weight=_weight(asked)),
        )

    def _count(self, answer: Answer) -> None:
        """Count a question that got no answer, without its words, where this installation keeps such counts."""
        question = answer.question
        asks = question is not None and question.request in (Request.RIGHT, Request.PLAN)
        if question is None or not asks or answer.status is not Status.REFUSED:
            return
        try:
            if (feedback := self.feedback) is not None:
                feedback.unanswered(question.topics, province(answer), str(answer.status))
        except Exception as error:  # her answer matters more than our counts
            _log.error("a count was not stored: %s", where(error))

    def complain(self, now: Exchanges, number: int, data: Mapping[str, Any]) -> Exchanges:
        """Hand a thumb with its reason to the store. Returns the conversation with what to tell her."""
        found = next((e for e in now if e.number == number and e.answer and not e.told), None)
        if found is None or found.answer is None:
            return now
        told = own.NOT_KEPT
        try:
            if (feedback := self.feedback) is not None:
                feedback.complain(complaint(found.asked, found.answer, data))
                told = own.THANKS
        except Exception as error:  # she is told that it was not kept
            _log.error("a complaint was not stored: %s", where(error))
            told = own.NOT_STORED
        return tuple(replace(e, told=told) if e is found else e for e in now)

    def source(self, exchanges: Exchanges, mark: str) -> str:
        """Make the panel of a citation.

        Parameters: the conversation; the mark of a citation button, `exchange-citation`. Returns safe HTML, a sentence
        where there is no such citation any more.
        """
        first, _, second = mark.partition("-")
        if first.isdecimal() and second.isdecimal() and len(mark) < 16:
            for exchange in exchanges:
                citations = exchange.answer.citations if exchange.answer else ()
                if exchange.number == int(first) and 0 < int(second) <= len(citations):
                    citation = citations[int(second) - 1]
                    if chunk := self.live.edition.by_chunk.get(citation.chunk_id):
                        return render_source(int(second), citation, chunk)
        return render_source_message(words.SOURCE_GONE)


def render_conversation(exchanges: Exchanges, keeping: bool = False) -> str:
    """Write a conversation as safe HTML, oldest first; `keeping`: whether this installation keeps complaints."""
    return "".join(
        f'<section class="nj-turn">{render_asked(e.asked)}{_reply(e, keeping, e is exchanges[-1])}</section>'
        for e in exchanges
    )


def _reply(exchange: Exchange, keeping: bool, last: bool) -> str:
    if exchange.fault:
        return render_message(exchange.fault, "fault")
    if exchange.answer is None:
        return ""
    chip = render_chip(exchange.answer, exchange.number, last and exchange.writing is None)
    if exchange.writing is not None:
        badge = f'<span class="nj-ai">{own.AI}</span>'
        after = f'<div class="nj-writing"><p>{badge}{own.WRITING}</p><p>{lines(exchange.writing)}</p></div>'
    else:
        text = copied(exchange.asked, exchange.answer)
        after = render_actions(exchange.number, text, exchange.told, keeping, last)
    done = exchange.writing is None
    return render_answer(exchange.answer, str(exchange.number), exchange.sums, chip, after, done)


def _next(before: Exchanges) -> int:
    return before[-1].number + 1 if before else 1


def _weight(asked: str, answer: Answer | None = None) -> int:
    """About how many bytes an exchange takes: its words, of which some stand twice, and what holds them."""
    said = 3 * len(answer.text) + sum(len(c.quote) for c in answer.citations) if answer else 0
    return 4 * len(asked) + 2 * said + 4096


def _light(answer: Answer) -> Answer:
    """Only what the page shows is kept in memory."""
    return replace(answer, retrieved=(), trace=())


def _turns(before: Exchanges) -> list[Turn]:
    turns = []
    for exchange in before:
        if exchange.answer is not None:
            turns += [Turn("user", exchange.asked), Turn("assistant", exchange.answer.text)]
    return turns


def _reworded(live: Live, answer: Answer, model: Endpoint, told: Callable[[str], None]) -> Answer:
    """Let a model reword an answer, in a thread of its own."""
    with logs.request(logs.new_request()):
        return wording(live, PAGE, answer, lambda: worded(answer, model, agreed=True, told=told))
