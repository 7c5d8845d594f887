"""Fit the lead forest: which of the provisions found in our own library comes first.

It learns from questions that we wrote and judged for this (`index/questions/judged`), none of them the bench's: `best` are the provisions to cite first,
`also` what could rightly be cited too. Everything else that was found counts as wrong.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from documents.region import parse_region
from index.build import build_documents
from index.encoder import load_encoder
from index.features import Floats
from index.forest import Forest, read_lightgbm
from index.lead import write_lead
from index.questions import Judged, judged_questions
from index.search import Scope, SearchIndex, open_index

TREES = 600
ALSO = 0.5  # how much a provision counts that could be cited too
_SETTINGS = {
    "objective": "binary",
    "num_leaves": 16,  # the most that `index.forest` reads
    "learning_rate": 0.04,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbose": -1,
    "deterministic": True,
    "num_threads": 2,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question's candidates: (n, features) rows and what each is worth: 1 to be cited first, `ALSO` could be cited, 0 wrong."""

    asked: Judged
    rows: Floats
    worth: Floats


def library_index(model: Path, out: Path) -> SearchIndex:
    """Build an index of the shipped library with an encoder under training, and open it."""
    from documents.library import shipped

    build_documents(list(shipped()), out, load_encoder(str(model)))
    return open_index(out, str(model))


def sheets(index: SearchIndex, questions: Sequence[Judged]) -> tuple[tuple[str, ...], list[Sheet]]:
    """Return the features' names and the sheet of each question for which anything was found, its own rows left out."""
    names: tuple[str, ...] = ()
    made = []
    own = index.rows_of(asked.question for asked in questions)
    for asked in questions:
        regions = (parse_region(asked.region),) if asked.region else ()
        found = index.candidates(asked.question, Scope(regions, None, asked.plan), own[asked.question])
        if found is None:
            continue
        names, rows = index.lead_features(found)
        keys = [(c.card.title, c.provision.article) for c in (index.chunks[n] for n in found.chunks.tolist())]
        worth = [1.0 if key in asked.best else ALSO if key in asked.also else 0.0 for key in keys]
        made.append(Sheet(asked, rows, np.array(worth, dtype=np.float32)))
    return names, made


def grow(names: tuple[str, ...], learnt: list[Sheet], seed: int) -> Forest:
    """Grow the forest that tells the chance of a candidate to be cited."""
    import lightgbm

    worth = np.concatenate([sheet.worth for sheet in learnt])
    dataset = lightgbm.Dataset(
        np.concatenate([sheet.rows for sheet in learnt]),
        (worth > 0).astype(np.int32),
        weight=np.where((worth > 0) & (worth < 1), ALSO, 1.0),
    )
    model = lightgbm.train({**_SETTINGS, "seed": seed}, dataset, TREES)
    return read_lightgbm(model.model_to_string(), names)


def first_right(forest: Forest, learnt: list[Sheet]) -> tuple[float, float]:
    """Share of questions whose first candidate is one to be cited first, and is one that could be cited."""
    firsts = [sheet.worth[int(np.argmax(forest.scores(sheet.rows)))] for sheet in learnt]
    return float(np.mean([f == 1 for f in firsts])), float(np.mean([f > 0 for f in firsts]))


def train_lead(model: Path, seed: int = 1, folds: int = 5) -> dict[str, float]:
    """Fit the lead forest for the encoder in `model` and write it there. Returns its figures over `folds` parts, each held back once."""
    with tempfile.TemporaryDirectory() as folder:
        index = library_index(model, Path(folder))
        names, all_sheets = sheets(index, judged_questions())
    places = np.random.default_rng(seed).permutation(len(all_sheets))
    values = []
    for fold in range(folds):
        held = set(places[fold::folds].tolist())
        forest = grow(names, [s for n, s in enumerate(all_sheets) if n not in held], seed)
        values.append(first_right(forest, [all_sheets[n] for n in sorted(held)]))
    write_lead(model, index.encoder.digest, grow(names, all_sheets, seed))
    fused = names.index("fused")
    plain = [sheet.worth[int(np.argmax(sheet.rows[:, fused]))] for sheet in all_sheets]
    best, right = np.mean(values, axis=0)
    return {
        "questions": len(all_sheets),
        "fused: best first": round(float(np.mean([w == 1 for w in plain])), 4),
        "fused: right first": round(float(np.mean([w > 0 for w in plain])), 4),
        "forest: best first": round(float(best), 4),
        "forest: right first": round(float(right), 4),
    }
