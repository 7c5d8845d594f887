"""What a message is before any law is looked for: danger to someone now, a wish to die, or nothing that this library is about.

Each sense is learnt from example sentences of our own (`index/questions/senses`) over the shipped encoder, whatever encoder an index has. Words that
nobody thought of are understood by their vectors; the words that somebody thought of are in `rag.understand`.

MODEL/senses.json   the encoder's digest and each sense's (d + 1,) weights, the constant last
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.beside import facts_of, write_facts
from index.encoder import StaticEncoder, shipped_encoder
from index.errors import IndexRoomError
from index.features import Floats
from index.logistic import log_odds

FACTS = "senses.json"


class Sense(StrEnum):
    """What a message may be; the values name the files of examples."""

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


def write_senses(folder: Path, encoder_digest: str, weights: dict[Sense, Floats]) -> None:
    """Write the weights beside the encoder that they belong to."""
    rows = {sense.value: [round(float(weight), 3) for weight in row] for sense, row in weights.items()}
    write_facts(folder / FACTS, encoder_digest, {"weights": rows})


class Senses:
    """Reads messages with an encoder and the weights beside it."""

    def __init__(self, encoder: StaticEncoder) -> None:
        """Read the weights. Raises EncoderUnavailable where they are missing or broken, or were not made with the encoder."""
        self._encoder = encoder
        with facts_of(encoder.folder / FACTS, "认危险的文件", encoder.digest) as facts:
            self._weights = {sense: np.array(facts["weights"][sense.value], dtype=np.float32) for sense in Sense}

    def of(self, text: str) -> dict[Sense, float]:
        """Return the log odds of each sense of a message."""
        vector = self._encoder.encode([text])[0]
        return {sense: log_odds(weights, vector) for sense, weights in self._weights.items()}


@cache
def shipped_senses() -> Senses:
    """Return the reader that is shipped. Raises EncoderUnavailable where it is broken."""
    return Senses(shipped_encoder())
