"""`python -m evals clauses`: figures of each half; what was missed only when asked for."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rag.desk.clauses
from documents.region import Region, parse_region
from evals.__main__ import main
from tests.evals.clauses.standins import ROWS, Report, finding, row, write

asked: list[tuple[str, tuple[Region, ...], date]] = []


def check_paper(assistant: Any, path: Path, regions: tuple[Region, ...], day: date) -> Report:
    assert assistant.index.chunks
    asked.append((path.name, regions, day))
    pieces = path.read_text(encoding="utf-8").splitlines()[1:]
    return Report(tuple(finding(n, text, "低于" if "产假" in text else "等于") for n, text in enumerate(pieces)))


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rag.desk.clauses, "check_paper", check_paper, raising=False)
    asked.clear()
    write(tmp_path / "papers" / "dev", ROWS)
    write(tmp_path / "papers" / "holdout", [row("食堂十二点开饭", ["未涉及"], region="河南省", as_of="2026-01-02")])
    return tmp_path / "papers"


def test_figures_of_both_halves(papers: Path, small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clauses", "--papers", str(papers), "--index", str(small_index)]) == 0
    out = capsys.readouterr().out
    assert "dev：1 份，3 条" in out
    assert "holdout：1 份，1 条" in out
    assert "埋的错找到　0/1 = 0.0 %（95 % 区间 0.0–79.3 %）" in out
    assert "误报　　　　1/2 = 50.0 %" in out
    assert "哺乳时间 0/1" in out
    assert "漏掉" not in out
    assert asked == [
        ("a.txt", (), date(2026, 11, 1)),
        ("a.txt", (parse_region("河南省"),), date(2026, 1, 2)),
    ]


def test_list_says_what_was_missed(papers: Path, small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clauses", "--papers", str(papers / "dev"), "--index", str(small_index), "--list"]) == 0
    out = capsys.readouterr().out
    assert "漏掉：a.txt「哺乳时间每天四十分钟」说成等于，女职工劳动保护特别规定第九条——每天1小时" in out
    assert "误报：a.txt「女工产假九十八天，可以提前」说成低于" in out


def test_json(papers: Path, small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["clauses", "--papers", str(papers), "--index", str(small_index), "--json"]
    assert main(command) == 0
    dev, holdout = json.loads(capsys.readouterr().out)
    assert dev["faults"]["total"] == 1
    assert (holdout["half"], holdout["faults"]["share"]) == ("holdout", None)
    assert "wrong" not in dev
    assert main([*command, "--list"]) == 0
    assert [wrong["said"] for wrong in json.loads(capsys.readouterr().out)[0]["wrong"]] == ["低于", "等于"]


def test_a_wrong_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clauses", "--papers", str(tmp_path)]) == 2
    assert "gold.jsonl" in capsys.readouterr().err
