"""`python -m tests.ui.first_answer [--times 3]`: how long a server takes to say it is open, and the first who asks to be answered."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.ui.serving import serving

QUESTIONS = ("我在河南，产假多少天？", "痛经可以请假吗？", "各市今年托管班怎么安排的？")


def ask(address: str, question: str) -> float:
    """Ask over the API. Returns the seconds that the answer took."""
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{address}api/ask", body, {"Content-Type": "application/json"})
    started = time.perf_counter()
    with urllib.request.urlopen(request) as answer:
        answer.read()
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    home = Path(os.environ["NIANGJIA_HOME"])  # with an index: building one is no start
    opened, waited = [], []
    for _ in range(parser.parse_args().times):
        with tempfile.TemporaryDirectory() as scratch, serving(home, Path(scratch)) as server:
            opened.append(server.seconds)
            waited.append([ask(server.address, question) for question in QUESTIONS])
    print(f"open after {statistics.median(opened):.2f} s (median of {len(opened)})")
    for question, seconds in zip(QUESTIONS, zip(*waited, strict=True), strict=True):
        print(f"{question} {statistics.median(seconds) * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
