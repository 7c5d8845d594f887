"""Senses: danger and what is outside, learnt from examples, told by vectors; and the regression under them."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import StaticEncoder, shipped_folder
from index.errors import EncoderUnavailable
from index.logistic import fit, log_odds
from index.senses import FACTS, Sense, Senses, examples, shipped_senses


@pytest.mark.parametrize("sense", list(Sense))
def test_examples_are_many_and_no_sentence_is_both(sense: Sense) -> None:
    yes, no = examples(sense)
    assert min(len(yes), len(no)) >= 200
    assert not set(yes) & set(no)


@pytest.mark.parametrize("sense", list(Sense))
def test_shipped_weights_tell_most_examples(sense: Sense) -> None:
    told = [[shipped_senses().of(text)[sense] >= 1 for text in texts] for texts in examples(sense)]
    assert np.mean(told[0]) > 0.6
    assert np.mean(told[1]) < 0.2


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("前夫翻墙进来了，手里拿着锤子，我躲在衣柜里", Sense.VIOLENCE),
        ("活着太累了，药我都攒好了", Sense.SELF_HARM),
        ("红烧排骨要炖多久才烂", Sense.OUTSIDE),
    ],
)
def test_words_that_no_list_holds_are_understood(text: str, sense: Sense) -> None:
    told = shipped_senses().of(text)
    assert told[sense] >= 1
    assert max(told, key=lambda name: told[name]) is sense


def test_an_ordinary_question_is_none_of_them() -> None:
    assert max(shipped_senses().of("怀孕七个月了还安排我上夜班，合法吗").values()) < 0


def test_missing_strange_and_broken_weights_are_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("model.safetensors", "tokenizer.json"):
        shutil.copy(shipped_folder() / name, folder / name)
    with pytest.raises(EncoderUnavailable, match="读不了"):
        Senses(StaticEncoder(folder))
    text = (shipped_folder() / FACTS).read_text(encoding="utf-8")
    (folder / FACTS).write_text(text.replace('"encoder": "', '"encoder": "0'), encoding="utf-8")
    with pytest.raises(EncoderUnavailable, match="不是一起训练"):
        Senses(StaticEncoder(folder))
    (folder / FACTS).write_text(text.replace("violence", "other"), encoding="utf-8")
    with pytest.raises(EncoderUnavailable, match="读不了"):
        Senses(StaticEncoder(folder))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 999))
def test_log_odds_part_what_a_line_parts(yes: int, no: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    rows = generator.normal(size=(yes + no, 4)).astype(np.float32)
    rows[:yes, 0], rows[yes:, 0] = 8, -8
    weights = fit(rows[:yes], rows[yes:])
    assert weights.shape == (5,)
    assert min(log_odds(weights, row) for row in rows[:yes]) > 0 > max(log_odds(weights, row) for row in rows[yes:])
