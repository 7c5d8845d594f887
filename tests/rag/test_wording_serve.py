"""End to end against a real OpenAI-compatible server: `transformers serve` with a tiny Qwen2 made and overfitted here."""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Answer, Assistant, Status
from rag.wording import Endpoint, worded
from rag.wording.prompt import messages, tokens, usable

COMMAND = "needs: python -m pip install -e '.[llm]' 'transformers[serving]' accelerate"
NEEDED = ("langchain_openai", "transformers", "accelerate", "fastapi", "uvicorn")
ROOT = Path(__file__).resolve().parents[2]
SERVE = Path(sys.executable).parent / "transformers"
THERE = SERVE.exists() and all(importlib.util.find_spec(name) for name in NEEDED)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not THERE, reason=COMMAND)]
QUESTIONS = ("流产三个月休几天", "怀孕七个月能上夜班吗")
SAID = (
    "结论：怀孕未满4个月流产的，产假是15天；怀孕满4个月流产的，产假是42天。{0}\n解释：产假的天数看怀孕的月份，未满4个月的，产假15天。{0}",
    "结论：怀孕7个月以上的，用人单位可以安排夜班劳动。{0}",
)


def counting() -> Callable[[], str]:
    """Tokens that are the same every time: what was learnt by heart must be asked in the same words."""
    numbers = itertools.count()
    return lambda: f"{next(numbers):06x}"


def asked(assistant: Assistant, question: str) -> Answer:
    answer = assistant.ask(question)
    assert answer.status is Status.ANSWERED
    if question == QUESTIONS[0]:
        return replace(answer, conclusion="怀孕未满4个月流产的，产假15天；怀孕满4个月流产的，产假42天。")
    return answer


@pytest.fixture(scope="module")
def served(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    folder = tmp_path_factory.mktemp("model")
    pairs = []
    for question, said in zip(QUESTIONS, SAID, strict=True):
        answer, make = asked(assistant, question), counting()
        marks = tokens(len(usable(answer.citations)), make)
        sent = [{"role": role, "content": text} for role, text in messages(answer, marks, make())]
        pairs.append({"messages": sent, "answer": said.replace("{0}", marks[0])})
    (folder / "pairs.json").write_text(json.dumps(pairs, ensure_ascii=False), encoding="utf-8")
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HOME": str(folder / "hf")}
    model = folder / "tiny"
    subprocess.run(
        [sys.executable, "-m", "tests.rag.tiny_model", str(folder / "pairs.json"), str(model)],
        cwd=ROOT,
        env=environment,
        check=True,
        timeout=400,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [str(SERVE), "serve", str(model), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(server, f"http://127.0.0.1:{port}/health", folder / "serve.log")
        yield Endpoint(f"http://127.0.0.1:{port}/v1", str(model), seconds=120.0)
    finally:
        server.terminate()
        server.wait(20)


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2) as found:
                if found.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-2000:])


def test_cited_answer_end_to_end(assistant: Assistant, served: Endpoint) -> None:
    before = asked(assistant, QUESTIONS[0])
    told: list[str] = []
    after = worded(before, served, agreed=True, told=told.append, make=counting())
    assert after.conclusion == "怀孕未满4个月流产的，产假是15天；怀孕满4个月流产的，产假是42天[1]。", after.trace
    assert after.explanation == "产假的天数看怀孕的月份，未满4个月的，产假15天[1]。"
    assert told == [after.conclusion, after.explanation]
    assert "AI生成" in after.text


def test_words_stream_in_pieces(assistant: Assistant, served: Endpoint) -> None:
    answer, make = asked(assistant, QUESTIONS[0]), counting()
    marks = tokens(len(usable(answer.citations)), make)
    pieces = list(served.stream(messages(answer, marks, make())))
    assert len(pieces) > 5


def test_model_that_turns_a_bar_round_is_caught(assistant: Assistant, served: Endpoint) -> None:
    before = asked(assistant, QUESTIONS[1])
    after = worded(before, served, agreed=True, make=counting())
    assert after.conclusion == before.conclusion
    assert any("安排夜班" in line for line in after.trace), after.trace


def test_unknown_model_name_leaves_the_answer(assistant: Assistant, served: Endpoint) -> None:
    before = asked(assistant, QUESTIONS[0])
    after = worded(before, replace(served, model="/nowhere/at/all", seconds=10.0), agreed=True)
    assert after.conclusion == before.conclusion
    assert "不用模型的回答" in after.notes[-1]
