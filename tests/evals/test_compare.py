"""Comparison of runs against differences made by hand."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from evals.compare import LISTED, Comparison, compare_runs
from evals.errors import BadRun
from tests.evals.runs import case, make_run, write


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def compared(tmp_path: Path, measure: str, old: list[Any], new: list[Any], **config: Any) -> Comparison:
    a = make_run(tmp_path / "a", [case(k, values={measure: value}) for k, value in enumerate(old)])
    b = make_run(tmp_path / "b", [case(k, values={measure: value}) for k, value in enumerate(new)], **config)
    return compare_runs(a, b)


def test_wins_ties_losses_and_difference(tmp_path: Path) -> None:
    found = compared(tmp_path, "facts", [1.0, 1.0, 0.0, 0.5, None], [1.0, 0.0, 0.0, 1.0, 1.0])
    facts = next(d for d in found.differences if d.measure.key == "facts")
    assert (facts.n, facts.won, facts.tied, facts.lost, facts.only_one) == (4, 1, 2, 1, 1)
    assert (facts.a, facts.b, facts.mean) == (0.625, 0.5, -0.125)
    assert facts.low is not None
    assert facts.high is not None
    assert -1 <= facts.low < -0.125 < facts.high <= 0.5
    assert not facts.worse
    assert [turn.direction for turn in found.turns] == [-1, 1]
    assert not found.regressed


@pytest.mark.parametrize(("measure", "old", "new"), [("facts", 1.0, 0.5), ("under", 0.0, 1.0), ("rr@10", 0.5, 0.4)])
def test_a_difference_wholly_on_the_worse_side_is_a_regression(
    tmp_path: Path, measure: str, old: float, new: float
) -> None:
    found = compared(tmp_path, measure, [old] * 8, [new] * 8)
    difference = next(d for d in found.differences if d.measure.key == measure)
    assert difference.low == difference.high == pytest.approx(new - old)
    assert (difference.won, difference.tied, difference.lost) == (0, 0, 8)
    assert difference.worse
    assert not difference.better
    assert found.regressed
    assert found.lines()[-1] == "结论：B 比 A 退步了。"
    back = compare_runs(tmp_path / "b", tmp_path / "a")
    assert not back.regressed
    assert next(d for d in back.differences if d.measure.key == measure).better


def test_a_longer_answer_is_shown_and_not_judged(tmp_path: Path) -> None:
    found = compared(tmp_path, "length", [40.0] * 8, [400.0] * 8)
    assert not found.regressed
    assert not found.turns
    line = next(line for line in found.lines() if "全文字数" in line)
    assert "+360.0" in line
    assert "不判好坏" in line


@pytest.mark.parametrize(("harm", "regressed"), [("high", True), ("medium", False)])
def test_one_new_contradiction_is_a_regression_where_harm_is_high(tmp_path: Path, harm: str, regressed: bool) -> None:
    a = make_run(tmp_path / "a", [case(k, harm=harm) for k in range(20)])
    b = make_run(tmp_path / "b", [case(k, harm=harm, values={"clean": float(k != 3)}) for k in range(20)])
    found = compare_runs(a, b)
    assert not any(difference.worse for difference in found.differences)
    assert found.regressed is regressed
    assert any(line.startswith("高危害、新说了不该说的话") for line in found.lines()) is regressed
    assert not compare_runs(b, a).regressed


def test_equal_runs_show_no_change(tmp_path: Path) -> None:
    a = make_run(tmp_path / "a", [case(k) for k in range(5)])
    found = compare_runs(a, a)
    assert not found.turns
    assert all((d.mean, d.low, d.high, d.won, d.lost) == (0, 0, 0, 0, 0) for d in found.differences)
    assert "没有变化" in "\n".join(found.lines())


def test_the_same_runs_give_the_same_interval(tmp_path: Path) -> None:
    old, new = [k % 3 / 2 for k in range(30)], [k % 4 / 3 for k in range(30)]
    first = compared(tmp_path, "facts", old, new)
    assert first == compare_runs(tmp_path / "a", tmp_path / "b")


def test_cases_in_one_run_only_are_counted_and_left_out(tmp_path: Path) -> None:
    a = make_run(tmp_path / "a", [case(1), case(2), case(3)])
    b = make_run(tmp_path / "b", [case(3), case(4), case(1, suite="plans")])
    found = compare_runs(a, b)
    assert (found.both, found.only_a, found.only_b) == (1, 2, 2)
    assert "两边都有的题 1 道；只在 A 的 2 道，只在 B 的 2 道，不比" in found.lines()


def test_no_common_case_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match="没有一道相同的题"):
        compare_runs(make_run(tmp_path / "a", [case(1)]), make_run(tmp_path / "b", [case(2)]))


def test_another_gold_is_refused_unless_asked(tmp_path: Path) -> None:
    a = make_run(tmp_path / "a", [case(1)])
    b = make_run(tmp_path / "b", [case(1)], sha256="b" * 64)
    with pytest.raises(BadRun, match="「rights」.*改过"):
        compare_runs(a, b)
    assert "改过" in compare_runs(a, b, other_gold=True).warnings[0]


def test_another_index_or_holdout_is_warned_of(tmp_path: Path) -> None:
    index = {"digest": "e" * 64, "chunks": 1, "documents": 1, "encoder": "x"}
    found = compared(tmp_path, "facts", [1.0], [1.0], index=index, holdout=True)
    assert len(found.warnings) == 2
    assert sum(line.startswith("注意：") for line in found.lines()) == 2
    assert not compare_runs(tmp_path / "a", tmp_path / "a").warnings


def test_turned_cases_are_listed_with_question_and_values_the_gravest_first(tmp_path: Path) -> None:
    a = make_run(tmp_path / "a", [case(k) for k in range(4)])
    rows = [case(0), case(1, values={"facts": 0.5, "rr@10": 0.5}), case(2, values={"rr@10": 0.5}), case(3)]
    rows[3] = case(3, values={"status": 0.0}, question="流产三个月休几天（3）\x1b[31m\n第二行")
    found = compare_runs(a, make_run(tmp_path / "b", rows))
    lines = found.lines()
    at = lines.index("变差的题（3 道）：")
    assert lines[at + 1] == "  rights/rights0003  危害高，现在要看  流产三个月休几天（3）[31m 第二行"
    assert lines[at + 2].strip() == "状态正确 1.000→0.000"
    assert "rights0001" in lines[at + 3]
    assert lines[at + 4].strip() == "事实召回 1.000→0.500，RR@10 1.000→0.500"
    assert "rights0002" in lines[at + 5]
    assert "现在" not in lines[at + 5]
    assert "有 1 道题编号相同，题目文字不同" in found.warnings


def test_long_lists_are_cut_with_a_count(tmp_path: Path) -> None:
    count = LISTED + 5
    lines = compared(tmp_path, "facts", [1.0] * count, [0.0] * count).lines()
    assert "  另有 5 道。" in lines
    assert sum("rights/" in line for line in lines) == LISTED


def test_columns_stand_under_their_heads(tmp_path: Path) -> None:
    found = compared(tmp_path, "facts", [1.0, 0.0, 1.0], [0.0, 1.0, 1.0])
    lines = found.lines()
    head = next(line for line in lines if "B胜/平/负" in line)
    rows = [line for line in lines if line.startswith("  ") and "[" in line]
    assert len(rows) == len(found.differences)
    end = width(head.split("B胜/平/负")[0] + "B胜/平/负")
    assert {width(row[: row.index("/3/") + 4] if "/3/" in row else row[: row.index("1/1/1") + 5]) for row in rows} == {
        end
    }


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("config.json", ["seed"]),
        ("config.json", ["index", "digest"]),
        ("summary.json", ["overall", "ours"]),
        ("summary.json", ["overall", "ours", "facts"]),
        ("summary.json", ["latency"]),
    ],
)
def test_a_missing_key_is_named_with_its_file(tmp_path: Path, file: str, path: list[str]) -> None:
    run = make_run(tmp_path / "a", [case(1)])
    value = json.loads((run / file).read_text(encoding="utf-8"))
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    write(run / file, value)
    with pytest.raises(BadRun, match=f"{file}.*缺少「{path[-1]}」"):
        compare_runs(run, run)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"values": {}}, "缺少「status」"),
        ({"question": 7}, "「question」不是应有的类型"),
        ({"answer": "x"}, "「answer」"),
    ],
)
def test_a_faulty_case_is_named_with_its_row(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    run = make_run(tmp_path / "a", [case(1), case(2)])
    rows = [case(1), case(2) | change]
    (run / "cases.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with pytest.raises(BadRun, match=f"cases.jsonl」第 2 行.*{said}"):
        compare_runs(run, run)


def test_an_unfinished_run_is_no_run(tmp_path: Path) -> None:
    run = make_run(tmp_path / "a", [case(1)])
    (run / "summary.json").unlink()
    with pytest.raises(BadRun, match="summary.json"):
        compare_runs(run, run)
