"""The stages of an answer: told to whoever listens, in this thread only, each second to one stage, and nothing where nobody does."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from rag import Assistant
from rag.model import Status
from rag.stages import Stage, listen, stage, tell_cut, tell_gate


def test_every_stage_of_an_answer_is_told_once(assistant: Assistant) -> None:
    assistant.ask("痛经可以请假吗？")
    started = time.perf_counter()
    with listen() as record:
        assistant.ask("痛经可以请假吗？")
    whole = time.perf_counter() - started
    assert set(record.seconds) == set(Stage) - {Stage.WORDING}
    assert all(seconds > 0 for seconds in record.seconds.values())
    told = sum(record.seconds.values())
    assert told <= whole
    assert told >= whole * 0.8
    assert (record.cut, record.refused) == (0, False)


def test_a_stage_inside_another_takes_its_time_from_it() -> None:
    with listen() as record, stage(Stage.COMPOSE):
        time.sleep(0.02)
        with stage(Stage.RETRIEVE):
            time.sleep(0.1)
        time.sleep(0.02)
    assert 0.04 <= record.seconds[Stage.COMPOSE] < 0.09
    assert record.seconds[Stage.RETRIEVE] >= 0.1


def test_an_error_ends_its_stage_and_listening() -> None:
    with pytest.raises(ValueError, match="x"), listen() as record, stage(Stage.VERIFY):
        raise ValueError("x")
    seconds = dict(record.seconds)
    assert set(seconds) == {Stage.VERIFY}
    with stage(Stage.VERIFY):  # nobody listens any more
        tell_cut()
    assert (record.seconds, record.cut) == (seconds, 0)


def test_another_thread_is_not_heard() -> None:
    def elsewhere() -> None:
        with stage(Stage.COMPOSE):
            tell_cut(3)

    with listen() as record:
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert (record.seconds, record.cut) == ({}, 0)


def test_what_the_gate_took_away_is_told(assistant: Assistant) -> None:
    answer = assistant.ask("我在河南，产假多少天？")
    assert answer.citations
    with listen() as record:
        tell_gate(answer, replace(answer, citations=answer.citations[1:], basis=answer.basis[1:]))
    assert (record.cut, record.refused) == (1, False)
    with listen() as record:
        tell_gate(answer, replace(answer, status=Status.REFUSED, citations=()))
    assert (record.cut, record.refused) == (1, True)


def test_an_answer_that_does_not_pass_is_told_as_refused(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Assistant._answer

    def wrong(self: Assistant, question: object) -> object:
        return replace(real(self, question), conclusion="产假有777天。")  # type: ignore[arg-type]

    monkeypatch.setattr(Assistant, "_answer", wrong)
    with listen() as record:
        answer = assistant.ask("产假多少天？")
    assert answer.status is Status.REFUSED
    assert (record.cut, record.refused) == (1, True)
