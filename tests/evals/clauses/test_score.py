"""The figures of a small report, each able to move."""

from pathlib import Path

import pytest

from evals.clauses import HalfScore, load_halves, score_half
from evals.clauses.score import Share
from evals.errors import BadAnswers, BadGold
from tests.evals.clauses.standins import ROWS, Finding, finding, row, write

FIRST, SECOND, THIRD = "第一条 女工产假九十八天，可以提前十五天休。", "哺乳时间每天四十分钟。", "食堂十二点开饭。"


def scored(folder: Path, *found: Finding) -> HalfScore:
    (half,) = load_halves(write(folder / "dev", ROWS))
    return score_half(half, {"a.txt": found})


def test_a_right_report(tmp_path: Path) -> None:
    score = scored(tmp_path, finding(1, FIRST, "等于"), finding(2, SECOND, "低于"), finding(3, THIRD, "无法判断"))
    assert (score.faults, score.alarms) == (Share(1, 1), Share(0, 2))
    found = score.summary()
    assert found["verdicts"]["share"] == 1
    assert (found["undecided"]["hits"], found["unmatched"], found["shared"], found["strays"]) == (1, 0, 0, 0)
    assert found["kinds"] == {"哺乳时间": Share(1, 1).row()}
    assert found["papers"]["a.txt"]["said"] == {"等于": 1, "低于": 1, "无法判断": 1}


def test_a_missed_fault_and_a_false_alarm(tmp_path: Path) -> None:
    score = scored(tmp_path, finding(1, FIRST, "低于"), finding(2, SECOND, "等于"))
    assert (score.faults, score.alarms) == (Share(0, 1), Share(1, 2))
    assert score.summary()["unmatched"] == 1
    assert score.summary()["verdicts"]["hits"] == 0


def test_below_wins_over_other_findings_of_the_clause(tmp_path: Path) -> None:
    score = scored(tmp_path, finding(2, SECOND, "等于"), finding(2, SECOND, "低于"))
    assert score.faults == Share(1, 1)


def test_a_clause_cut_together_with_a_fault_is_no_alarm_but_is_counted_as_shared(tmp_path: Path) -> None:
    score = scored(tmp_path, finding(1, FIRST + SECOND, "低于"), finding(3, THIRD, "未涉及"))
    assert (score.faults, score.alarms) == (Share(1, 1), Share(0, 2))
    assert score.summary()["shared"] == 2
    assert score.summary()["verdicts"]["hits"] == 2


def test_below_outside_all_gold_clauses_is_an_alarm(tmp_path: Path) -> None:
    score = scored(tmp_path, finding(0, "厂规", "低于"), finding(2, SECOND, "低于"))
    assert score.alarms == Share(1, 2)
    assert score.strays == 1


def test_below_where_it_is_accepted_is_no_alarm(tmp_path: Path) -> None:
    (half,) = load_halves(write(tmp_path / "dev", [row("食堂十二点开饭", ["无法判断", "低于"])]))
    assert score_half(half, {"a.txt": [finding(1, THIRD, "低于")]}).alarms == Share(0, 1)


def test_an_unknown_verdict_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadAnswers, match="大概低"):
        scored(tmp_path, finding(1, FIRST, "大概低"))


@pytest.mark.parametrize(("hits", "total", "low", "high"), [(9, 10, 0.596, 0.982), (0, 10, 0, 0.278), (0, 0, 0, 1)])
def test_wilson(hits: int, total: int, low: float, high: float) -> None:
    assert Share(hits, total).interval == pytest.approx((low, high), abs=0.001)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"accept": ["差不多"]}, "accept"),
        ({"accept": []}, "accept"),
        ({"as_of": "昨天"}, "昨天"),
        ({"region": "火星省"}, "火星省"),
        ({"fault": True}, "kind"),
        ({"paper": "没有.txt"}, "没有.txt"),
        ({"more": 1}, "JSON"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    folder = write(tmp_path / "dev", [ROWS[0], {**ROWS[2], **changes}])
    with pytest.raises(BadGold, match=rf"第 2 行.*{said}"):
        load_halves(folder)


def test_a_folder_without_gold_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadGold, match=r"gold\.jsonl"):
        load_halves(tmp_path)
