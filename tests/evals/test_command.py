"""`python -m evals run` and `score` print their table; later commands say that they are later."""

import json
from pathlib import Path

import pytest

from documents import shipped
from evals.__main__ import main
from index import build_documents
from index.encoder import load_encoder


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evals") / "index"
    build_documents([d for d in shipped() if d.title == "女职工劳动保护特别规定"], folder, load_encoder())
    return folder


def gold(path: Path) -> Path:
    rows = [
        {"id": "a", "question": "怀孕未满4个月流产，产假几天", "expect": "answered", "must": [["15\\s*天"]], "harm": "high", "topic": "流产假",
         "gold": [[{"title": "女职工劳动保护特别规定", "article": "第七条"}]]},
        {"id": "b", "question": "明天股票涨吗", "expect": "refused", "harm": "low", "topic": "范围外"},
        {"id": "c", "question": "留出的题", "expect": "refused", "harm": "low", "topic": "范围外", "holdout": True},
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_run_prints_a_table_without_the_holdout(
    small_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--suite", str(gold(tmp_path / "g.jsonl")), "--index", str(small_index), "--failed"]) == 0
    out = capsys.readouterr().out
    assert "2 题" in out
    assert "facts            1.000  n=1" in out
    assert "status           1.000  n=2" in out


def test_score_counts_missing_answers_as_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text(
        json.dumps({"id": "b", "status": "refused", "conclusion": "没有", "answer": "没有"}), encoding="utf-8"
    )
    assert main(["score", str(gold(tmp_path / "g.jsonl")), str(answers)]) == 0
    assert "status           0.333  n=3" in capsys.readouterr().out


def test_unknown_suite_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--suite", "没有的"]) == 2
    assert "没有的" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["report", "x"], ["compare", "a", "b"], ["bench", "stack"]])
def test_later_commands_say_so(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "还没有做" in capsys.readouterr().err
