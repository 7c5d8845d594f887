"""diffing: what changed between two versions of a document, article by article, and what rests on it.

Public: `compare` gives a `Comparison` of `Pair`s; `resting_on` names the lessons, approved answers and rules behind one.
"""

from documents.diffing.marks import Change, Mark, Op, changes, spans
from documents.diffing.pairs import Comparison, Kind, Pair, compare
from documents.diffing.rests import Resting, RuleRow, resting_on

__all__ = [
    "Change",
    "Comparison",
    "Kind",
    "Mark",
    "Op",
    "Pair",
    "Resting",
    "RuleRow",
    "changes",
    "compare",
    "resting_on",
    "spans",
]
