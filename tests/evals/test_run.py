"""A run folder: what is in it, that it goes on where it stopped, and that equal input gives equal figures."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from evals import load_suite, read_run_folder, run_suites
from evals.answering import Examiner
from evals.baselines import baseline_rows, passage
from evals.errors import BadGold, BadRun
from evals.run import ROOT, keep_scores, score_answers
from index import SearchIndex
from rag import understand
from rag.retrieve import scope_of
from tests.evals.conftest import LAW, ROW, ROWS, write


@pytest.fixture(scope="module")
def done(opened: SearchIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    suite = load_suite(str(write(folder / "g.jsonl", ROWS)), holdout=False)
    return run_suites([suite], opened, folder / "out")


def test_folder_holds_what_was_run(done: Path, opened: SearchIndex) -> None:
    config, rows, summary = read_run_folder(done)
    assert config["suites"][0]["name"] == "g"
    assert config["suites"][0]["cases"] == 4
    assert config["index"]["chunks"] == len(opened.chunks)
    assert config["started"] <= config["finished"]
    assert config["code"]["version"]
    assert len(config["code"]["sha256"]) == 64
    assert [row["id"] for row in rows] == ["a", "b", "d", "e"]
    first = rows[0]
    assert first["answer"]["status"] == "answered"
    assert first["trace"]["understood"]["topics"][0] == "流产假"
    assert first["trace"]["evidence"][0]["title"] == LAW
    assert set(first["baselines"]) == {"random", "bm25"}
    assert first["region"] == "全国"
    assert first["values"]["facts"] == 1.0
    assert summary["overall"]["ours"]["facts"]["n"] == 3
    assert summary["suites"]["g"]["bm25"]["recall@10"]["n"] == 3
    assert set(summary["harms"]) == {"high", "low", "medium"}
    assert set(summary["topics"]) == {"流产假", "范围外", "哺乳"}
    assert summary["measures"]["under"]["better"] == "low"
    assert summary["latency"]["p95_ms"] >= summary["latency"]["median_ms"] > 0
    assert (done / "run.trec").read_text(encoding="utf-8").startswith("a Q0 《")
    assert f"a 0 《{LAW}》第七条 1\n" in (done / "qrels.trec").read_text(encoding="utf-8")


def test_same_input_gives_same_figures_whatever_the_jobs(done: Path, opened: SearchIndex, tmp_path: Path) -> None:
    suite = load_suite(str(done.parent / "g.jsonl"), holdout=False)
    _, rows, summary = read_run_folder(run_suites([suite], opened, tmp_path / "two", jobs=2))
    _, rows_before, before = read_run_folder(done)
    assert summary["digest"] == before["digest"]
    assert summary["overall"] == before["overall"]
    assert [row["baselines"] for row in rows] == [row["baselines"] for row in rows_before]
    other = load_suite(str(write(tmp_path / "g.jsonl", [ROWS[0] | {"question": "产假几天"}, *ROWS[1:]])), holdout=False)
    _, _, changed = read_run_folder(run_suites([other], opened, tmp_path / "changed"))
    assert changed["digest"] != before["digest"]


def copy(done: Path, out: Path, keep: int, tail: str = "") -> Path:
    """A run that stopped after some rows, perhaps in the middle of one."""
    out.mkdir()
    config = json.loads((done / "config.json").read_text(encoding="utf-8")) | {"finished": None}
    (out / "config.json").write_text(json.dumps(config), encoding="utf-8")
    lines = (done / "cases.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (out / "cases.jsonl").write_text("".join(lines[:keep]) + tail, encoding="utf-8")
    return out


def test_goes_on_where_it_stopped(done: Path, opened: SearchIndex, tmp_path: Path) -> None:
    suite = load_suite(str(done.parent / "g.jsonl"), holdout=False)
    out = copy(done, tmp_path / "out", 2, '{"id": "d", "sui')
    kept = (out / "cases.jsonl").read_text(encoding="utf-8").splitlines()[:2]
    with pytest.raises(BadRun, match="不是一次做完的运行"):
        read_run_folder(out)
    run_suites([suite], opened, out)
    assert (out / "cases.jsonl").read_text(encoding="utf-8").splitlines()[:2] == kept
    _, rows, summary = read_run_folder(out)
    assert [row["id"] for row in rows] == ["a", "b", "d", "e"]
    assert summary["digest"] == read_run_folder(done)[2]["digest"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 9}, "seed"),
        ({"holdout": True}, "留出"),
        ({"index": {"digest": "x"}}, "索引"),
        ({"code": {"commit": "x", "sha256": "y"}}, "程序"),
        ({"suites": [{"name": "g", "sha256": "x", "cases": 4}]}, "「g」改过"),
        ({"suites": [{"name": "h", "sha256": "x", "cases": 4}]}, "题集不同"),
        ({"suites": 1}, "损坏"),
    ],
)
def test_another_run_is_not_gone_on_with(
    done: Path, opened: SearchIndex, tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    suite = load_suite(str(done.parent / "g.jsonl"), holdout=False)
    out = copy(done, tmp_path / "out", 2)
    config = json.loads((out / "config.json").read_text(encoding="utf-8"))
    (out / "config.json").write_text(json.dumps(config | change), encoding="utf-8")
    before = (out / "cases.jsonl").read_bytes()
    with pytest.raises(BadRun, match=named):
        run_suites([suite], opened, out)
    assert (out / "cases.jsonl").read_bytes() == before


def test_a_folder_that_is_being_written_is_left_alone(done: Path, opened: SearchIndex, tmp_path: Path) -> None:
    suite = load_suite(str(done.parent / "g.jsonl"), holdout=False)
    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".lock"), pytest.raises(BadRun, match="正在被"):
        run_suites([suite], opened, tmp_path / "out")


def test_ids_and_names_must_differ(done: Path, opened: SearchIndex, tmp_path: Path) -> None:
    suite = load_suite(str(done.parent / "g.jsonl"))
    with pytest.raises(BadGold, match="都叫「g」"):
        run_suites([suite, suite], opened, tmp_path / "out")
    with pytest.raises(BadGold, match="id「a」"):
        run_suites([suite, replace(suite, name="h")], opened, tmp_path / "out")
    with pytest.raises(BadGold, match="没有可跑的题"):
        run_suites([replace(suite, cases=())], opened, tmp_path / "out")


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done(small_index: Path, opened: SearchIndex, tmp_path: Path) -> None:
    rows = [ROW | {"id": f"n{n}", "question": f"怀孕{n}天流产，产假几天"} for n in range(120)]
    path, out = write(tmp_path / "many.jsonl", rows), tmp_path / "out"
    command = [sys.executable, "-m", "evals", "run", "--suite", path, "--index", small_index, "--out", out, "--jobs", "2"]  # fmt: skip
    process = subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    cases = out / "cases.jsonl"
    deadline = time.monotonic() + 60
    while not (cases.exists() and cases.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does: to all processes of the run
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert str(out) in said
    assert "Traceback" not in said
    done_before = cases.read_text(encoding="utf-8").count("\n")
    assert 0 < done_before < len(rows)
    suite = load_suite(str(path), holdout=False)
    _, found, summary = read_run_folder(run_suites([suite], opened, out))
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    whole = run_suites([suite], opened, tmp_path / "whole")
    assert summary["digest"] == read_run_folder(whole)[2]["digest"]


class Broken:
    """An assistant with a bug."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index

    def ask(self, *_: object) -> object:
        raise ZeroDivisionError("x")


def test_a_case_that_breaks_counts_as_missing_and_says_why(opened: SearchIndex, gold: Path) -> None:
    examiner = Examiner(opened, 1, date.today())
    examiner.assistant = Broken(opened)  # type: ignore[assignment]
    row = examiner.ask("g", load_suite(str(gold)).cases[0])
    assert row["answer"] is None
    assert "ZeroDivisionError" in row["fault"]
    assert row["values"]["status"] == 0.0
    assert row["baselines"]["bm25"]["recall@10"] == 1.0


def test_a_row_with_an_unknown_place_is_a_fault_that_is_scored(opened: SearchIndex, tmp_path: Path) -> None:
    suite = load_suite(str(write(tmp_path / "x.jsonl", [ROW | {"region": "火星"}])))
    row = Examiner(opened, 1, date.today()).ask("x", suite.cases[0])
    assert "火星" in row["fault"]
    assert row["answer"]["status"] == "refused"
    assert row["values"]["status"] == 0.0
    assert row["baselines"] == {}


def test_odd_characters_survive(opened: SearchIndex, tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    row = ROW | {"id": "o1", "question": "流产\u2028三个月\x85休几天"}
    half = json.dumps(ROW | {"id": "o2", "question": "流产\ud83d休几天"})
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n" + half, encoding="utf-8")
    _, rows, _ = read_run_folder(run_suites([load_suite(str(path))], opened, tmp_path / "out"))
    assert [r["question"] for r in rows] == ["流产\u2028三个月\x85休几天", "流产\ud83d休几天"]


def test_other_systems_answers_are_scored(opened: SearchIndex, gold: Path, tmp_path: Path) -> None:
    suite = load_suite(str(gold))
    answer = {"id": "a", "status": "answered", "conclusion": "15天", "answer": "15天", "confidence": 0.9}
    rows = score_answers([suite], {"a": answer}, None)
    assert [row["values"]["facts"] for row in rows] == [1.0, None, None, 0.0, 0.0]
    assert rows[0]["confidence"] == 0.9
    assert rows[0]["baselines"] == {}
    with_index = score_answers([suite], {"a": answer}, opened)
    assert with_index[0]["baselines"]["bm25"]["recall@10"] == 1.0
    out = keep_scores(rows, [suite], None, tmp_path / "out")
    config, kept, summary = read_run_folder(out)
    assert (len(kept), config["index"]["digest"]) == (5, "")
    assert summary["overall"]["bm25"]["facts"]["mean"] is None
    assert summary["latency"] == {"median_ms": None, "p95_ms": None}
    with pytest.raises(BadRun, match="已经有"):
        keep_scores(rows, [suite], None, out)


def test_bm25_ranks_by_words_and_both_baselines_keep_the_filters(opened: SearchIndex) -> None:
    nation = understand("难产增加产假、流产享受产假")
    rows = baseline_rows(opened, nation, "x", 1)
    assert rows["bm25"]["retrieved"][0]["article"] == "第七条"
    assert rows["bm25"]["conclusion"] in opened.by_article[(LAW, "第七条")][0].text
    for row in rows.values():
        assert {found["title"] for found in row["retrieved"]} == {LAW}
    jiangsu = baseline_rows(opened, understand("江苏难产增加产假、流产享受产假"), "x", 1)
    assert "江苏省女职工劳动保护特别规定" in {found["title"] for found in jiangsu["bm25"]["retrieved"]}
    assert "山东省女职工劳动保护办法" not in {found["title"] for row in jiangsu.values() for found in row["retrieved"]}


def test_random_is_random_but_seeded(opened: SearchIndex) -> None:
    question = understand("流产假几天")

    def drawn(case_id: str, seed: int) -> list[str]:
        row = baseline_rows(opened, question, case_id, seed)["random"]
        return [str(found["chunk_id"]) for found in row["retrieved"]]

    assert drawn("x", 1) == drawn("x", 1)
    assert drawn("x", 1) != drawn("x", 2)
    assert drawn("x", 1) != drawn("y", 1)
    firsts = Counter(drawn(f"case{n}", 1)[0] for n in range(300))
    allowed = int(opened.allowed(scope_of(question)).sum())
    assert len(firsts) == allowed
    assert max(firsts.values()) < 5 * 300 / allowed


def test_passage_ends_with_a_sentence() -> None:
    assert passage("第一句。第二句。") == "第一句。第二句。"
    assert passage("一" * 100 + "。" + "二" * 100 + "。") == "一" * 100 + "。"
    assert passage("一" * 300) == "一" * 300
    assert passage("") == ""


@pytest.mark.slow
def test_five_hundred_cases_within_a_minute(tmp_path: Path) -> None:
    from evals import suites
    from index import build, open_index

    rows = [case.row for name in suites() for case in load_suite(name, holdout=False).cases]
    dice = random.Random(1)
    many = [dice.choice(rows) | {"id": f"n{n}"} for n in range(500)]
    build((), tmp_path / "index")
    index = open_index(tmp_path / "index")
    suite = load_suite(str(write(tmp_path / "many.jsonl", many)))
    started = time.perf_counter()
    run_suites([suite], index, tmp_path / "out", jobs=2)
    assert time.perf_counter() - started < 60
