"""Every measure against a table made by hand, and a case where it must be low."""

import json
from pathlib import Path

import pytest

from evals import MEASURES, Case, load, mean, score, suites
from evals.errors import BadGold

ROW = {
    "id": "x1",
    "question": "流产三个月休几天",
    "expect": "answered",
    "gold": [[{"title": "女职工劳动保护特别规定", "article": "第七条"}]],
    "must": [["15\\s*天", "十五天"]],
    "must_not": ["98\\s*天"],
    "harm": "high",
    "topic": "流产假",
}
CITED = {"title": "女职工劳动保护特别规定", "article": "第七条", "quote": "产假15天"}
GOOD = {
    "id": "x1",
    "status": "answered",
    "conclusion": "休15天。",
    "answer": "休15天。",
    "citations": [CITED],
    "retrieved": [{"title": "女职工劳动保护特别规定", "article": "第七条"}],
    "seconds": 0.1,
}


def case(tmp_path: Path, **changes: object) -> Case:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(ROW | changes, ensure_ascii=False), encoding="utf-8")
    return load(str(path))[0]


def test_a_right_answer_is_perfect(tmp_path: Path) -> None:
    values = score(case(tmp_path), GOOD).values
    assert set(values) == set(MEASURES)
    assert all(value == 1.0 for value in values.values())


@pytest.mark.parametrize(
    ("measure", "change", "value"),
    [
        ("status", {"status": "refused"}, 0.0),
        ("facts", {"conclusion": "不知道", "answer": "不知道", "citations": []}, 0.0),
        ("conclusion", {"conclusion": "见依据。"}, 0.0),
        ("clean", {"conclusion": "休98天。"}, 0.0),
        ("cite_recall", {"citations": [CITED | {"article": "第八条"}]}, 0.0),
        ("cite_precision", {"citations": [CITED, CITED | {"article": "第八条"}]}, 0.5),
        ("cite_precision", {"citations": []}, 0.0),
        ("hit@3", {"retrieved": [{"title": "x", "article": "y"}] * 3 + [CITED]}, 0.0),
        ("short", {"conclusion": "休15天。" * 40}, 0.0),
    ],
)
def test_each_measure_can_be_low(tmp_path: Path, measure: str, change: dict, value: float) -> None:
    assert score(case(tmp_path), GOOD | change).values[measure] == value


def test_missing_answer_counts_as_zero(tmp_path: Path) -> None:
    result = score(case(tmp_path), None)
    assert all(value == 0.0 for value in result.values.values())
    assert result.failed


def test_measures_without_gold_do_not_apply(tmp_path: Path) -> None:
    result = score(case(tmp_path, expect="refused", gold=[], must=[]), GOOD | {"status": "refused"})
    assert [name for name, value in result.values.items() if value is None] == [
        "facts",
        "conclusion",
        "cite_recall",
        "cite_precision",
        "hit@3",
    ]
    assert mean([result], "facts") == (0.0, 0)


def test_alternatives_in_a_group(tmp_path: Path) -> None:
    groups = [
        [{"title": "甲", "article": "第一条"}, {"title": "女职工劳动保护特别规定", "article": "第七条"}],
        [{"title": "乙", "article": "第二条"}],
    ]
    assert score(case(tmp_path, gold=groups), GOOD).values["cite_recall"] == 0.5


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "不是 JSON"),
        (json.dumps(ROW | {"expect": "maybe"}), "expect"),
        (json.dumps({k: v for k, v in ROW.items() if k != "harm"}), "harm"),
        (json.dumps(ROW | {"must": [["("]]}), "must"),
        (json.dumps(ROW | {"gold": [[{"title": "x"}]]}), "gold"),
    ],
)
def test_bad_row_is_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(ROW | {"id": "first"}) + "\n" + line, encoding="utf-8")
    with pytest.raises(BadGold, match="第 2 行") as error:
        load(str(path))
    assert fault in str(error.value)


def test_repeated_id_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + json.dumps(ROW), encoding="utf-8")
    with pytest.raises(BadGold, match="重复"):
        load(str(path))


def test_shipped_suites_are_valid_and_their_gold_exists() -> None:
    from documents import shipped

    known = {(d.title, p.article) for d in shipped() for p in d.provisions}
    ids: set[str] = set()
    assert suites()
    for name in suites():
        cases = load(name)
        assert cases
        assert not ids & {c.id for c in cases}
        ids |= {c.id for c in cases}
        for item in cases:
            for group in item.gold:
                assert any((source.title, source.article) in known for source in group), f"{name} {item.id}"
