"""What the chat says to a question or a claim of a quiz, asked once."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from documents.region import Region
from rag.answer import Assistant
from rag.model import Answer, Verdict

_KEPT = 4096


@lru_cache(maxsize=_KEPT)
def answer(assistant: Assistant, question: str, place: tuple[Region, ...], day: date) -> Answer:
    """The chat's answer for a place and a day; the questions are the quiz's own, never a person's."""
    return assistant.ask(question, (), place, day)


def verdict(assistant: Assistant, said: str, place: tuple[Region, ...], day: date) -> Verdict | None:
    """The chat's verdict on a claim for a place and a day."""
    return answer(assistant, f"{said}，对吗？", place, day).verdict
