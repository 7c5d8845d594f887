"""How long the parts of an answer take and what the gate took away, told to whoever listens; nobody listening costs next to nothing.

    with listen() as record:
        answer = assistant.ask(question)
    record.seconds[Stage.RETRIEVE]

This room keeps no log and counts nothing: it only tells, never a word of the question.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType

from rag.model import Answer, Status


class Stage(StrEnum):
    """The parts of an answer; re-ranking inside the index belongs to RETRIEVE, choosing and doubting what was found to DECIDE."""

    UNDERSTAND = "understand"
    RETRIEVE = "retrieve"
    DECIDE = "decide"
    COMPOSE = "compose"
    VERIFY = "verify"
    WORDING = "wording"


@dataclass(slots=True)
class Record:
    """What one answer told: seconds of each stage (its own, without those inside it), and what the gate did.

    `cut` counts what the gate took away: citations, steps, a conclusion, a model's sentences; `refused` is whether it refused the
    whole answer.
    """

    seconds: dict[Stage, float] = field(default_factory=dict)
    cut: int = 0
    refused: bool = False
    _open: list[Stage] = field(default_factory=list)
    _since: float = 0.0

    def _turn(self) -> None:
        """Give the time since the last change to the innermost stage that is open."""
        now = time.perf_counter()
        if self._open:
            self.seconds[self._open[-1]] = self.seconds.get(self._open[-1], 0.0) + now - self._since
        self._since = now


_listening: ContextVar[Record | None] = ContextVar("listening", default=None)


class stage:
    """Time what is done inside as one stage, where somebody listens."""

    __slots__ = ("_name", "_record")

    def __init__(self, name: Stage) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._record = record = _listening.get()
        if record is not None:
            record._turn()
            record._open.append(self._name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if (record := self._record) is not None:
            record._turn()
            record._open.pop()


@contextmanager
def listen() -> Iterator[Record]:
    """Hear of the stages of what is done inside, in this thread (or what copies its context)."""
    record = Record()
    token = _listening.set(record)
    try:
        yield record
    finally:
        _listening.reset(token)


def tell_cut(number: int = 1) -> None:
    """Tell that the gate took so many sentences away."""
    if (record := _listening.get()) is not None:
        record.cut += number


def tell_gate(before: Answer, after: Answer) -> None:
    """Tell what the gate made of an answer."""
    if (record := _listening.get()) is None:
        return
    gone = len(before.citations) - len(after.citations) + len(before.steps) - len(after.steps)
    record.refused = after.status is Status.REFUSED and before.status is not Status.REFUSED
    record.cut += 1 if record.refused else gone
