"""Speed and memory, measured in fresh processes on this machine; ratios against plain baselines of the same run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evals.gold import load, suites

_RUNS = 5
_MEASURED = """
import json, resource, statistics, sys, time
from pathlib import Path
from datetime import date
started = time.perf_counter()
from index.search import Scope, open_index
index = open_index(Path(sys.argv[1]))
loaded = time.perf_counter() - started
questions = json.loads(sys.stdin.read())
index.search(questions[0], 10)
def median(run):
    times = []
    for question in questions:
        begun = time.perf_counter()
        run(question)
        times.append(time.perf_counter() - begun)
    return 1000 * statistics.median(times)
def scan(question):
    return sorted(range(len(index.chunks)), key=lambda n: -sum(c in index.chunks[n].text for c in question))[:10]
full, plain = questions, questions[:3]
ours = median(lambda q: index.search(q, 10))
filtered = median(lambda q: index.search(q, 10, Scope((), date.today())))
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
questions = plain
print(json.dumps({"load": loaded, "query": ours, "filtered": filtered, "scan": median(scan), "rss": used}))
"""


def bench(corpus: Path | None) -> int:
    """Print build time, memory, query time and the time of one `rag ask`; returns the exit code."""
    questions = [
        case.question for name in suites() for case in load(name) if not case.holdout and len(case.question) < 200
    ][:200]
    with tempfile.TemporaryDirectory() as folder:
        _index_bench("shipped library", (), Path(folder) / "shipped", questions)
        _ask_bench(Path(folder) / "shipped")
        if corpus is not None:
            _index_bench(corpus.name, ("--documents", str(corpus)), Path(folder) / "corpus", questions)
    return 0


def run(arguments: Sequence[str], stdin: str = "") -> tuple[str, float, float]:
    """Run a fresh Python. Returns (stdout, seconds, peak MB)."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(stdin)
    process.stdin.close()
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise RuntimeError(f"{' '.join(arguments)} failed")
    return out, time.perf_counter() - started, usage.ru_maxrss / 1024


def measured(out: Path, questions: list[str]) -> dict[str, float]:
    """Load an index in a fresh process and ask. Returns seconds to load, MB, ms a question (plain, filtered, scanned)."""
    row: dict[str, float] = json.loads(run(["-c", _MEASURED, str(out)], json.dumps(questions))[0])
    return row


def _index_bench(name: str, documents: Sequence[str], out: Path, questions: list[str]) -> None:
    _, seconds, memory = run(["-m", "index", "build", *documents, "--out", str(out)])
    chunks = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["chunks"]
    again = run(["-m", "index", "build", *documents, "--out", str(out), "--if-changed"])[1]
    print(f"{name}: {chunks} chunks")
    print(f"  build       {seconds:7.1f} s, peak {memory:.0f} MB; unchanged {again:.1f} s (1/{seconds / again:.0f})")
    row = measured(out, questions)
    print(f"  load        {row['load']:7.2f} s, process {row['rss']:.0f} MB")
    print(
        f"  query       {row['query']:7.1f} ms median; a character scan in Python takes {row['scan'] / row['query']:.0f} times as long"
    )


def _ask_bench(folder: Path) -> None:
    command = ["-m", "rag", "ask", "我在河南，产假多少天？", "--index", str(folder)]
    asked = statistics.median(run(command)[1] for _ in range(_RUNS))
    bare = statistics.median(run(["-c", "import numpy, jieba; jieba.initialize()"])[1] for _ in range(_RUNS))
    _, _, memory = run(command)
    print(
        f"  rag ask     {asked:7.2f} s from start to answer, peak {memory:.0f} MB; starting numpy and jieba alone takes {bare:.2f} s ({asked / bare:.1f} times)"
    )
