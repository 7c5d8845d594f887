"""The clause check measured on made-up contracts and handbooks with planted faults.

Public: `load_halves` (the papers and their gold), `score_half` (one half against what a checker found), `run` (the command).
"""

from evals.clauses.gold import GoldClause, Half, load_halves
from evals.clauses.run import run
from evals.clauses.score import HalfScore, score_half

__all__ = ["GoldClause", "Half", "HalfScore", "load_halves", "run", "score_half"]
