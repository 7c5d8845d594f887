"""`python -m tests.rag.stage_cost [--rounds 60]`: what listening to the stages costs an answer, in turn with and without, in one run."""

from __future__ import annotations

import argparse
import statistics
import time

from rag import Assistant
from rag.rows import open_or_build
from rag.stages import Stage, listen, stage

QUESTIONS = ("我在河南，产假多少天？", "怀孕了公司要辞退我，怎么办？", "各市今年托管班怎么安排的？", "痛经可以请假吗？")
TIMES = 100_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    assistant = Assistant(open_or_build(None))
    for question in QUESTIONS:
        assistant.ask(question)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(rounds):
        for listening in (True, False) if number % 2 else (False, True):
            started = time.process_time()
            for question in QUESTIONS:
                if listening:
                    with listen():
                        assistant.ask(question)
                else:
                    assistant.ask(question)
            seconds[listening].append((time.process_time() - started) / len(QUESTIONS))
    heard, unheard = (statistics.median(seconds[way]) for way in (True, False))
    print(f"an answer (CPU, median of {rounds}): nobody listens {unheard * 1000:.2f} ms, heard {heard * 1000:.2f} ms")
    print(f"ratio {heard / unheard:.4f}")
    started = time.perf_counter()
    for _ in range(TIMES):
        with stage(Stage.VERIFY):
            pass
    print(f"a stage that nobody hears: {(time.perf_counter() - started) / TIMES * 1e6:.2f} us (an answer has 4 to 6)")


if __name__ == "__main__":
    main()
