"""All that is computed by rule for a question, and the gate's second computation of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.figures import figures
from rag import deadlines, leave_end, retirement
from rag.model import Answer, Question
from rag.reckoned import Reckoned

# Why the evidence of a range over provinces is there.
RANGE = "各省范围"
_RANGE_WORDS = re.compile(r"从\d+天到\d+天不等")


def reckonings(question: Question) -> Iterator[Reckoned]:
    """Compute what the rules give for a question, the first that applies first."""
    for reckon in (retirement.reckon, deadlines.reckon, leave_end.reckon):
        if (found := reckon(question)) is not None:
            yield found


def range_words(least: int, most: int) -> str:
    """Word a range over provinces, as `computed` reads it back."""
    return f"从{least}天到{most}天不等"


def computed(answer: Answer, cited: set[tuple[str, str]]) -> tuple[str, ...]:
    """Return the words of a conclusion whose figures are computed and need not stand in a cited provision.

    Parameters: the answer with its question; the (title, article) pairs that it cites. A computation counts only where all
    its provisions are cited, a range only where the retrieved evidence of its ends states both figures. Longest first.
    """
    day = answer.question.as_of if answer.question else None
    phrases: list[str] = [day.isoformat()] if day else []
    for found in reckonings(answer.question) if answer.question else ():
        if {(title, article) for title, article, _ in found.sources} <= cited:
            phrases += found.phrases
    ends = set().union(*(figures(item.chunk.text) for item in answer.retrieved if item.why == RANGE))
    phrases += [words for words in _RANGE_WORDS.findall(answer.conclusion) if figures(words) <= ends]
    return tuple(sorted(phrases, key=len, reverse=True))
