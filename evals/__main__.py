"""Command line of the evals room: run, score, bench; report and compare come with the bench."""

from __future__ import annotations

import argparse
import json
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from documents.errors import DocumentError
from evals.errors import BadGold, EvalsError
from evals.gold import Case, load, suites
from evals.measures import MEASURES, Score, mean, score
from index.errors import IndexRoomError
from rag.errors import RagError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 not done."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (EvalsError, RagError, IndexRoomError, DocumentError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="评测回答的质量。")
    commands = parser.add_subparsers(required=True, metavar="命令")
    run = commands.add_parser("run", help="跑题集，打印各项指标")
    run.add_argument(
        "--suite", nargs="+", default=None, metavar="题集", help=f"题集名或文件（默认全部：{'、'.join(suites())}）"
    )
    run.add_argument("--index", type=Path, default=None)
    run.add_argument("--holdout", action="store_true", help="只跑留出的题（平时不看）")
    run.add_argument("--failed", action="store_true", help="列出没答好的题")
    run.set_defaults(run=_run)
    marks = commands.add_parser("score", help="给别的系统的回答打分")
    marks.add_argument("questions", metavar="GOLD.jsonl")
    marks.add_argument("answers", type=Path, metavar="ANSWERS.jsonl")
    marks.set_defaults(run=_score)
    bench = commands.add_parser("bench", help="速度和内存")
    bench.add_argument("what", choices=["speed", "retrieval", "stack"])
    bench.add_argument("--corpus", type=Path, default=None, help="另外量一份大的语料（jsonl 或 jsonl.xz）")
    bench.set_defaults(run=_bench)
    for name, what in (("report", "报告"), ("compare", "两次运行的比较")):
        later = commands.add_parser(name, help=f"{what}（还没有做）")
        later.add_argument("rest", nargs="*")
        later.set_defaults(run=lambda _, what=what: _later(what))
    return parser


def _later(what: str) -> int:
    print(f"「{what}」还没有做，之后的版本提供。", file=sys.stderr)
    return 2


def answer_cases(cases: Sequence[Case], folder: Path | None) -> list[Score]:
    """Answer and score cases in one process; an answer that breaks counts as missing and is named."""
    from rag.answer import Assistant
    from rag.rows import answer_question, answer_row, open_or_build

    assistant = Assistant(open_or_build(folder))
    scores = []
    for case in cases:
        started = time.perf_counter()
        answer, fault = answer_question(assistant, case.row)
        row = answer_row(case.id, answer, time.perf_counter() - started)
        if fault:
            print(f"{case.id}：{fault}", file=sys.stderr)
        scores.append(score(case, json.loads(json.dumps(row, ensure_ascii=False))))
    return scores


def _run(options: argparse.Namespace) -> int:
    names = options.suite or suites()
    if not names:
        raise BadGold("还没有题集。")
    everything: list[Score] = []
    for name in names:
        cases = [case for case in load(name) if case.holdout == options.holdout]
        everything += (scores := answer_cases(cases, options.index))
        print_table(name, scores)
        if options.failed:
            _print_failed(scores)
    if len(names) > 1:
        print_table("合计", everything)
    return 0


def print_table(name: str, scores: Sequence[Score]) -> None:
    """Print one suite's measures: mean, n, and what the measure is; then latency."""
    print(f"\n{name}：{len(scores)} 题")
    for measure, meaning in MEASURES.items():
        value, n = mean(scores, measure)
        print(f"  {measure:<15}{value:>7.3f}  n={n:<4} {meaning}" if n else f"  {measure:<15}      –  n=0    {meaning}")
    seconds = sorted(s.seconds for s in scores)
    if seconds:
        print(
            f"  {'latency':<15}{seconds[len(seconds) // 2] * 1000:>6.0f}ms  p95 {seconds[int(len(seconds) * 0.95)] * 1000:.0f}ms"
        )


def _print_failed(scores: Sequence[Score]) -> None:
    for item in scores:
        if item.failed:
            wrong = "，".join(f"{k}={v:.2f}" for k, v in item.values.items() if v is not None and v < 1)
            print(f"  ✗ {item.case.id} [{item.case.expect}→{item.status}] {_clip(item.case.question, 60)}  {wrong}")


def _clip(text: str, width: int) -> str:
    out, used = "", 0
    for char in text:
        used += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used > width:
            return out + "…"
        out += char
    return out


def _score(options: argparse.Namespace) -> int:
    cases = load(options.questions)
    try:
        lines = options.answers.read_text(encoding="utf-8").splitlines()
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise BadGold(f"读不了「{options.answers}」：{error}") from error
    answers = {str(row.get("id")): row for row in rows}
    print_table(Path(options.questions).stem, [score(case, answers.get(case.id)) for case in cases])
    return 0


def _bench(options: argparse.Namespace) -> int:
    if options.what != "speed":
        return _later(f"bench {options.what}")
    from evals.speed import bench

    return bench(options.corpus)


if __name__ == "__main__":
    sys.exit(main())
