"""evals: gold labels, measures, runs, reports.

Public: `load` (a gold set), `score` and `MEASURES` (one answer), `run_suites` and `read_run_folder` (a run), `interval`
(a mean with its bootstrap interval).
"""

from evals.bootstrap import interval
from evals.gold import Case, Suite, load, load_suite, suites
from evals.measures import MEASURES, Measure, Score, mean, score
from evals.run import read_run_folder, run_suites

__all__ = [
    "MEASURES",
    "Case",
    "Measure",
    "Score",
    "Suite",
    "interval",
    "load",
    "load_suite",
    "mean",
    "read_run_folder",
    "run_suites",
    "score",
    "suites",
]
