"""Whether a question is about women at work, as the library's own lay questions are, or about law at large, as those of the memory.

Memory, forest and networks have learnt from questions about law at large. Over a corpus of national statutes they put the laws first that
such questions are about, and bury the labour law that a woman worker asks for; her questions are searched as in the shipped library.

MODEL/domain.json   the encoder's digest and the weights of a logistic regression over its unit vectors, the constant last
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from index.beside import facts_of, write_facts
from index.features import Floats

FACTS = "domain.json"
# Log odds from here count as ours. Held back, .8 % of the memory's questions and 94.5 % of ours reach it (training log).
OURS = 1.0


def write_domain(folder: Path, encoder_digest: str, weights: Floats) -> None:
    """Write the weights beside the encoder that they belong to."""
    write_facts(folder / FACTS, encoder_digest, {"weights": [round(float(weight), 4) for weight in weights]})


@cache
def load_domain(folder: Path, encoder_digest: str) -> Floats | None:
    """Read the (d + 1,) weights beside an encoder, None where there are none.

    Raises EncoderUnavailable where they are broken or were made with other weights.
    """
    if not (folder / FACTS).is_file():
        return None
    with facts_of(folder / FACTS, "认问题的文件", encoder_digest) as facts:
        return np.array(facts["weights"], dtype=np.float32)
