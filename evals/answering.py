"""Answer cases and score them, in this process or in several; every case becomes one row of cases.jsonl."""

from __future__ import annotations

import json
import multiprocessing
import signal
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from documents.region import short_name
from evals.baselines import baseline_rows
from evals.gold import Case
from evals.lookup import Lookup
from evals.measures import places, score
from evals.refusal import confidence
from index.search import SearchIndex
from rag.answer import Assistant
from rag.model import Answer, Question
from rag.rows import answer_question, answer_row, open_or_build, read_day, read_history, read_places
from rag.understand import understand

Tasks = Sequence[tuple[str, Case]]


class Examiner:
    """Puts cases to an assistant over one index and scores what it answers; keeps nothing of them."""

    def __init__(self, index: SearchIndex, seed: int, today: date) -> None:
        self.assistant = Assistant(index)
        self.lookup = Lookup(index)
        self.seed = seed
        self.today = today

    def ask(self, suite: str, case: Case) -> dict[str, Any]:
        """Answer a case. Returns its row; an answer that breaks off counts as missing and the row's `fault` says why."""
        started = time.perf_counter()
        try:
            answer, fault = answer_question(self.assistant, case.row)
        except Exception as error:
            # one broken case must not cost the run: it is the row's fault, in words, and scored as missing
            return self.judge(suite, case, None, fault=_broken(error))
        row = json.loads(json.dumps(answer_row(case.id, answer, time.perf_counter() - started), ensure_ascii=False))
        return self.judge(suite, case, row, trace_of(answer), fault)

    def judge(
        self,
        suite: str,
        case: Case,
        answer: Mapping[str, Any] | None,
        trace: Mapping[str, Any] | None = None,
        fault: str = "",
    ) -> dict[str, Any]:
        """Score an answer (None: missing) and both baselines. Returns the case's row."""
        index = self.assistant.index
        plain = {}
        if question := _understood(case):
            rows = baseline_rows(index, question, case.id, self.seed)
            plain = {name: score(case, row, self.lookup, self.today).values for name, row in rows.items()}
        values = score(case, answer, self.lookup, self.today).values
        return case_row(suite, case, answer, values, plain, trace, fault)


def judge_alone(suite: str, case: Case, answer: Mapping[str, Any] | None, today: date) -> dict[str, Any]:
    """Score another system's answer without an index: no baselines, quotes not judged. Returns the case's row."""
    return case_row(suite, case, answer, score(case, answer, None, today).values, {})


def case_row(
    suite: str,
    case: Case,
    answer: Mapping[str, Any] | None,
    values: Mapping[str, float | None],
    baselines: Mapping[str, Mapping[str, float | None]],
    trace: Mapping[str, Any] | None = None,
    fault: str = "",
) -> dict[str, Any]:
    """Make one row of cases.jsonl."""
    here = places(case)
    return {
        "id": case.id,
        "suite": suite,
        "question": case.question,
        "topic": case.topic,
        "harm": case.harm,
        "region": short_name(here[0].province) if here else "全国",
        "expect": case.expect,
        "origin": case.origin,
        "row": case.row,
        "answer": answer,
        "trace": trace,
        "fault": fault,
        "values": dict(values),
        "confidence": confidence(answer, (trace or {}).get("steps", ())),
        "baselines": {name: dict(found) for name, found in baselines.items()},
    }


def trace_of(answer: Answer) -> dict[str, Any]:
    """Write what `rag ask --explain` shows: the question as understood, the steps, the evidence with scores, the gate's cuts."""
    question = answer.question
    understood = question and {
        "search": question.search,
        "regions": [region.name for region in question.regions],
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "request": str(question.request),
        "topics": list(question.topics),
        "slots": sorted(question.slots),
        "risk": str(question.risk) if question.risk else None,
        "noticed": list(question.noticed),
    }
    return {
        "understood": understood,
        "steps": [step for step in answer.trace if not step.startswith("核对：")],
        "cuts": [step.removeprefix("核对：") for step in answer.trace if step.startswith("核对：")],
        "evidence": [
            {
                "chunk_id": item.chunk.id,
                "title": item.chunk.card.title,
                "article": item.chunk.provision.article,
                "score": round(item.score, 6),
                "cosine": round(item.cosine, 4),
                "why": item.why,
            }
            for item in answer.retrieved
        ],
    }


def ask_all(tasks: Tasks, index: SearchIndex, seed: int, today: date, jobs: int) -> Iterator[dict[str, Any]]:
    """Answer cases in one process or several, each of which opens the index once. Yields the rows in the cases' order."""
    if jobs <= 1 or len(tasks) <= 1:
        examiner = Examiner(index, seed, today)
        for suite, case in tasks:
            yield examiner.ask(suite, case)
        return
    context = multiprocessing.get_context("spawn")  # forking a process with native threads may hang
    with _without_interrupts():
        pool = context.Pool(min(jobs, len(tasks)), _open, (index.folder, seed, today))
    with pool:
        yield from pool.imap(_ask, tasks, chunksize=4)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C from their first moment: it is the parent's to handle, which ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_examiner: Examiner | None = None


def _open(folder: Path, seed: int, today: date) -> None:
    global _examiner
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for those that the pool starts later
    _examiner = Examiner(open_or_build(folder), seed, today)


def _ask(task: tuple[str, Case]) -> dict[str, Any]:
    assert _examiner is not None
    return _examiner.ask(*task)


def _understood(case: Case) -> Question | None:
    """The question as understood; None where the row's place or day is none (what some rows are about)."""
    from documents.errors import DocumentError
    from rag.errors import RagError

    try:
        return understand(
            case.question,
            read_history(case.row),
            read_places(case.row.get("region")),
            read_day(case.row.get("as_of")),
        )
    except (DocumentError, RagError):
        return None


def _broken(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"程序出错，这一题算没有回答：{type(error).__name__}: {error}（{Path(last.filename).name} 第 {last.lineno} 行）"
    )
