"""What a message is before any law is looked for: danger to someone now, a wish to die, or nothing that this library is about.

Each sense is learnt from example sentences of our own (`index/questions/senses`) with the encoder that an index is built with, and kept in the index.
Words that nobody thought of are understood by their vectors; the words that somebody thought of are in `rag.understand`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.encoder import Encoder
from index.errors import IndexRoomError
from index.features import Floats
from index.logistic import fit
from index.questions import lay_questions

# Lay questions are no examples of danger or of what is outside, but for those of these provisions.
_OF_DANGER = ("110", "现在有危险", "先保命", "正在发生", "伤害自己", "12356")


class Sense(StrEnum):
    """What a message may be; the order is that of the rows of weights."""

    VIOLENCE = "violence"
    SELF_HARM = "self-harm"
    OUTSIDE = "outside"


@cache
def examples(sense: Sense) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences of a sense, and those that only look like it. Raises IndexRoomError naming the row of a fault."""
    rows = tuple(_rows(sense))
    return tuple(text for text, is_it in rows if is_it), tuple(text for text, is_it in rows if not is_it)


def _rows(sense: Sense) -> Iterator[tuple[str, bool]]:
    path = Path(str(files("index") / "questions/senses")) / f"{sense.value}.jsonl"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            text, is_it = row["text"], row["is"]
        except (ValueError, KeyError, TypeError) as error:
            raise IndexRoomError(f"「{path.name}」第 {number} 行不对：{error}") from error
        if not isinstance(text, str) or not isinstance(is_it, bool):
            raise IndexRoomError(f"「{path.name}」第 {number} 行不对：要有 text（文字）和 is（true 或 false）。")
        yield text, is_it


def learn(encoder: Encoder) -> Floats:
    """Fit all senses for an encoder. Returns (senses, dimension + 1) weights, a constant last in each row."""
    harmless = encoder.encode(_harmless())
    made = []
    for sense in Sense:
        yes, no = (encoder.encode(list(texts)) for texts in examples(sense))
        made.append(fit(yes, np.concatenate([no, harmless])))
    return np.stack(made)


def _harmless() -> list[str]:
    """All lay questions about provisions that are not for danger."""
    return sorted(
        {
            question
            for (_, article), asked in lay_questions().items()
            if not any(word in article for word in _OF_DANGER)
            for question in asked
        }
    )
