"""`python -m evals`: tables, floors, exit codes, and words where something is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.run import ROOT
from tests.evals.conftest import ROWS, write


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def figures(out: str, measure: str) -> list[str]:
    return next(line.split() for line in out.splitlines() if line.strip().startswith(measure + " "))


def test_run_prints_a_table_without_the_holdout(
    small_index: Path, gold: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--suite", str(gold), "--index", str(small_index), "--failed"]) == 0
    out = capsys.readouterr().out
    assert "g：4 题" in out
    facts = figures(out, "facts")
    assert facts[:5] == ["facts", "1.000", "[1.000,", "1.000]", "1.000"]
    assert facts[7] == "3"
    assert "事实召回" in facts[8]
    (folder,) = (own_home / "runs").iterdir()
    assert folder.name.endswith("-g")
    assert str(folder) in out


def test_several_suites_end_with_all_of_them(
    small_index: Path, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write(tmp_path / "h.jsonl", [row | {"id": "h" + str(row["id"])} for row in ROWS])
    out_folder = tmp_path / "out"
    command = ["run", "--suite", str(gold), str(other), "--index", str(small_index), "--out", str(out_folder)]
    assert main(command) == 0
    out = capsys.readouterr().out
    assert "合计：8 题" in out
    assert out.count("事实召回") == 1
    assert main(command) == 0  # nothing left to ask
    assert len((out_folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()) == 8


def test_holdout_runs_only_what_is_held_out(small_index: Path, gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--suite", str(gold), "--index", str(small_index), "--holdout"]) == 0
    assert "g：1 题" in capsys.readouterr().out
    assert main(["run", "--suite", str(gold), "--index", str(small_index), "--holdout", "--floors"]) == 2


def test_floors_decide_the_exit_code(
    small_index: Path, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    floors = tmp_path / "floors.toml"
    command = ["run", "--suite", str(gold), "--index", str(small_index), "--floors", str(floors)]
    floors.write_text("[g]\nstatus = 1.0\nlength = 9999", encoding="utf-8")
    assert main(command) == 0
    assert "status：1.000，底线不低于 1.000" in capsys.readouterr().out
    floors.write_text("[g]\nstatus = 1.0\nlength = 1", encoding="utf-8")
    assert main(command) == 1
    assert "没有达到 g length" in capsys.readouterr().out
    floors.write_text("[h]\nstatus = 1.0", encoding="utf-8")
    assert main(command) == 2
    assert "没有底线" in capsys.readouterr().err


def test_score_counts_missing_answers_as_zero(
    gold: Path, tmp_path: Path, small_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": "b", "status": "refused", "conclusion": "没有", "answer": "没有"}, {"id": "zz", "status": "refused"}]
    answers = write(tmp_path / "answers.jsonl", rows)
    assert main(["score", str(gold), str(answers), "--run", str(tmp_path / "run")]) == 0
    said = capsys.readouterr()
    assert figures(said.out, "status")[1] == "0.250"
    assert "zz" in said.err
    assert json.loads((tmp_path / "run" / "config.json").read_text(encoding="utf-8"))["finished"]
    assert main(["score", str(gold), str(answers), "--index", str(small_index)]) == 0
    assert figures(capsys.readouterr().out, "recall@10")[6] == "1.000"
    assert main(["score", str(gold), str(write(answers, [{"id": "c", "status": "refused"}])), "--holdout"]) == 0
    said = capsys.readouterr()
    assert "g：1 题" in said.out
    assert figures(said.out, "status")[1] == "1.000"
    assert not said.err


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "不是 JSON"),
        ("[]", "id"),
        ('{"status": "refused"}', "id"),
        ('{"id": "b"}', "重复"),
        ('{"id": "c", "citations": "x"}', "citations"),
        ('{"id": "c", "retrieved": ["x"]}', "retrieved"),
        ('{"id": "c", "seconds": "x"}', "seconds"),
    ],
)
def test_bad_answers_are_named(
    gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, fault: str
) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text('{"id": "b"}\n' + line, encoding="utf-8")
    assert main(["score", str(gold), str(answers)]) == 2
    said = capsys.readouterr().err
    assert "第 2 行" in said
    assert fault in said


def test_unknown_suite_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--suite", "没有的"]) == 2
    said = capsys.readouterr().err
    assert "没有的" in said
    assert "rights" in said


@pytest.mark.parametrize("arguments", [["--jobs", "0"], ["--jobs", "x"], ["--seed", "-1"]])
def test_odd_numbers_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", *arguments])
    assert arguments[1] in capsys.readouterr().err


def test_a_reader_who_has_read_enough_sees_no_traceback(gold: Path, tmp_path: Path) -> None:
    answers = write(tmp_path / "answers.jsonl", [{"id": "b", "status": "refused"}])
    command = f"{sys.executable} -m evals score {gold} {answers} | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr
