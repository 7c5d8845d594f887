"""A conversation without a browser: questions in, frames of a growing answer out, citations looked up. Nothing is kept on disk."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace

from documents.region import parse_region
from rag import Answer, Turn
from ui import words
from ui.ask.render import PARTS, render_answer, render_asked, render_message, render_source, render_source_message
from ui.live import Live

# More than anybody types; what the assistant reads of it is its own limit.
LONGEST_ASKED = 20_000
MOST_EXCHANGES = 30
_log = logging.getLogger("niangjia.ui")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer so far: `parts` of it are shown; `fault` stands where there is no answer."""

    number: int
    asked: str
    answer: Answer | None = None
    parts: int = 0
    fault: str = ""


class Chat:
    """Asks whatever edition is in service; the conversation itself is passed in and out."""

    def __init__(self, live: Live) -> None:
        self.live = live

    def ask(self, before: tuple[Exchange, ...], asked: str, province: str = "") -> Iterator[tuple[Exchange, ...]]:
        """Answer a question part by part.

        Parameters: the conversation so far, the words as typed, the chosen province or ''. Yields the conversation as it
        grows, first without an answer; an unforeseen error becomes one polite sentence and never carries the question.
        """
        before = before[-MOST_EXCHANGES + 1 :]
        asked = asked[:LONGEST_ASKED]
        exchange = Exchange(before[-1].number + 1 if before else 1, asked)
        yield (*before, exchange)
        try:
            regions = (parse_region(province),) if province else ()
            answer = self.live.edition.assistant.ask(asked, _turns(before), regions)
        except Exception as error:  # whatever went wrong, she gets a sentence and keeps her words
            _log.error("an answer failed: %s", where(error))
            yield (*before, replace(exchange, fault=words.FAILED))
            return
        answer = replace(answer, retrieved=(), trace=())  # only what the page shows is kept in memory
        for parts in range(1, PARTS + 1):
            yield (*before, replace(exchange, answer=answer, parts=parts))

    def source(self, exchanges: tuple[Exchange, ...], mark: str) -> str:
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


def render_conversation(exchanges: tuple[Exchange, ...]) -> str:
    """Write a conversation as safe HTML, oldest first."""
    return "".join(f'<section class="nj-turn">{render_asked(e.asked)}{_reply(e)}</section>' for e in exchanges)


def _reply(exchange: Exchange) -> str:
    if exchange.fault:
        return render_message(exchange.fault, "fault")
    if exchange.answer is None:
        return render_message(words.SEARCHING, "searching")
    return render_answer(exchange.answer, str(exchange.number), exchange.parts)


def _turns(before: tuple[Exchange, ...]) -> list[Turn]:
    turns = []
    for exchange in before:
        if exchange.answer is not None:
            turns += [Turn("user", exchange.asked), Turn("assistant", exchange.answer.text)]
    return turns


def where(error: Exception) -> str:
    """Say what kind of error it was and where, without its message, which may hold words of the question."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} " + " < ".join(f"{f.name} ({f.filename}:{f.lineno})" for f in reversed(frames[-6:]))
