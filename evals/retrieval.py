"""What each stage of retrieval gives: five-fold figures of the shipped weights, and hits on this library's development questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from evals.gold import Case, load_suite, suites
from index.encoder import shipped_folder
from index.search import EVERY_STAGE, LIBRARY, PLAIN, SearchIndex, Stages
from rag.retrieve import scope_of
from rag.rows import open_or_build, read_day, read_history, read_places
from rag.understand import understand

HITS = (1, 3, 8)
STAGES = {
    "words (BM25)": Stages(dense=False, memory=False, forest=False, networks=False, lead=False),
    "dense": Stages(words=False, memory=False, forest=False, networks=False, lead=False),
    "words + dense": PLAIN,
    "lead forest": LIBRARY,
    "linear with memory": Stages(forest=False, networks=False),
    "forest": Stages(networks=False),
    "networks": Stages(forest=False),
    "forest + networks": EVERY_STAGE,
}
_WIDTH = 24
# A row of figures is mean, deviation, then the five folds.
_UNTOUCHED = slice(4, 7)


def bench(folder: Path | None = None) -> int:
    """Print both tables; returns the exit code. Parameters: the index's folder (default: one's own)."""
    facts = json.loads((shipped_folder() / "niangjiaren.json").read_text(encoding="utf-8"))
    print_figures(facts.get("figures") or {})
    index = open_or_build(folder)
    for name in suites():
        cases = [case for case in load_suite(name, holdout=False).cases if case.gold]
        if cases:
            print_hits(index, name, cases)
    return 0


def print_figures(figures: dict[str, dict[str, list[float]]]) -> None:
    """Print mean and standard deviation over five folds of each stage and measure."""
    if not figures:
        print("The shipped weights were made without measuring: python -m index train … measures them.")
        return
    names = list(next(iter(figures.values())))
    print(
        "Judged lay questions over the training corpus, five folds, mean ± standard deviation (of the making of the weights);"
    )
    print("in brackets the mean of folds 2 to 4 alone: 0 and 1 served to choose settings, so they flatter")
    print(" " * _WIDTH + "".join(f"{name:>24}" for name in names))
    for stage, row in figures.items():
        cells = (f"{row[name][0]:>8.3f} ± {row[name][1]:.3f} ({fmean(row[name][_UNTOUCHED]):.3f})" for name in names)
        print(f"{stage:<{_WIDTH}}" + "".join(cells))


def print_hits(index: SearchIndex, name: str, cases: Sequence[Case]) -> None:
    """Print for each stage the share of cases with a gold provision among the first 1, 3 and 8, under the filters of place and day."""
    print(f"\n{name}: {len(cases)} development questions with gold provisions, {len(index.chunks)} chunks")
    print(" " * _WIDTH + "".join(f"{f'hit@{k}':>9}" for k in HITS))
    for stage, stages in STAGES.items():
        ranks = [first_hit(index, case, stages) for case in cases]
        print(f"{stage:<{_WIDTH}}" + "".join(f"{sum(r <= k for r in ranks) / len(ranks):>9.3f}" for k in HITS))


def first_hit(index: SearchIndex, case: Case, stages: Stages) -> int:
    """Return the rank of the first provision that gold names; beyond the last of `HITS` where there is none."""
    row = case.row
    question = understand(case.question, read_history(row), read_places(row.get("region")), read_day(row.get("as_of")))
    gold = {(source.title, source.article) for group in case.gold for source in group}
    hits = index.search(question.search, 3 * HITS[-1], scope_of(question), stages)
    found = dict.fromkeys((hit.chunk.card.title, hit.chunk.provision.article) for hit in hits)
    return next((rank for rank, key in enumerate(found, 1) if key in gold), HITS[-1] + 1)
