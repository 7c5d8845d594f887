"""evals: gold labels, measures, reports. Public: `load`, `score`, `run`."""

from evals.gold import Case, load, suites
from evals.measures import MEASURES, Score, mean, score

__all__ = ["MEASURES", "Case", "Score", "load", "mean", "score", "suites"]
