"""`python -m evals bench retrieval`: the stages' tables."""

from pathlib import Path

import pytest

from evals.retrieval import HITS, STAGES, first_hit, print_figures, print_hits
from index import SearchIndex
from index.search import PLAIN
from tests.evals.conftest import make_case


def test_rank_of_the_first_gold_provision(opened: SearchIndex, tmp_path: Path) -> None:
    case = make_case(tmp_path)
    assert first_hit(opened, case, PLAIN) <= HITS[-1]
    elsewhere = make_case(tmp_path, gold=[[{"title": "没有的法", "article": "第一条"}]])
    assert first_hit(opened, elsewhere, PLAIN) == HITS[-1] + 1


def test_every_stage_has_a_row(opened: SearchIndex, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_hits(opened, "g", [make_case(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    assert [line[:24].strip() for line in lines[3:]] == list(STAGES)
    assert all(float(share) in (0.0, 1.0) for line in lines[3:] for share in line.split()[-3:])


def test_figures_are_printed_with_their_spread(capsys: pytest.CaptureFixture[str]) -> None:
    print_figures(
        {"dense": {"R@10": [0.5, 0.02, 0.9, 0.9, 0.2, 0.3, 0.4], "RR@10": [0.4, 0.01, 0.4, 0.4, 0.4, 0.4, 0.4]}}
    )
    out = capsys.readouterr().out
    assert "0.500 ± 0.020 (0.300)" in out
    assert "0.400 ± 0.010" in out
    print_figures({})
    assert "index train" in capsys.readouterr().out
