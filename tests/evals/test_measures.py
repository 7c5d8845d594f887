"""Every measure against a table made by hand, and a case where it must be bad."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evals import MEASURES, Case, mean, score
from evals.lookup import Lookup
from index import SearchIndex
from tests.evals.conftest import LAW, make_case

TODAY = date(2026, 11, 21)
CITED = {
    "title": LAW,
    "article": "第七条",
    "quote": "未满4个月流产的，享受15天产假",
    "region": "全国",
    "in_force": True,
}
GOOD: dict[str, Any] = {
    "id": "x1",
    "status": "answered",
    "conclusion": "休15天。",
    "answer": "休15天。",
    "citations": [CITED],
    "retrieved": [{"title": LAW, "article": "第七条"}],
    "seconds": 0.1,
}
OTHER = {"title": "x", "article": "y"}
JIANGSU = "我在江苏，流产三个月休几天"


@pytest.fixture(scope="module")
def lookup(opened: SearchIndex) -> Lookup:
    return Lookup(opened)


def quote_of(opened: SearchIndex) -> str:
    return opened.by_article[(LAW, "第七条")][0].text[:12]


def test_a_right_answer_is_perfect(tmp_path: Path, opened: SearchIndex, lookup: Lookup) -> None:
    answer = GOOD | {"citations": [CITED | {"quote": quote_of(opened)}]}
    values = score(make_case(tmp_path, question=JIANGSU), answer, lookup, TODAY).values
    assert set(values) == set(MEASURES)
    assert {name: v for name, v in values.items() if v is None} == {"refusal_precision": None, "refusal_recall": None}
    for name, value in values.items():
        wanted = {"length": 5.0, "under": 0.0, "over": 0.0}.get(name, 1.0)
        assert value is None or value == wanted, name


@pytest.mark.parametrize(
    ("measure", "change", "value"),
    [
        ("status", {"status": "refused"}, 0.0),
        ("facts", {"conclusion": "不知道", "answer": "不知道", "citations": []}, 0.0),
        ("conclusion", {"conclusion": "见依据。"}, 0.0),
        ("clean", {"conclusion": "休98天。"}, 0.0),
        ("under", {"conclusion": "可以休10天。"}, 1.0),
        ("over", {"conclusion": "可以休42天。"}, 1.0),
        ("cite_recall", {"citations": [CITED | {"article": "第八条"}]}, 0.0),
        ("cite_precision", {"citations": [CITED, CITED | {"article": "第八条"}]}, 0.5),
        ("cite_precision", {"citations": [CITED, CITED, CITED, OTHER]}, 0.75),
        ("cite_precision", {"citations": []}, 0.0),
        ("recall@5", {"retrieved": [{"title": "x", "article": str(n)} for n in range(5)] + [CITED]}, 0.0),
        ("recall@10", {"retrieved": [{"title": "x", "article": str(n)} for n in range(10)] + [CITED]}, 0.0),
        ("recall@10", {"retrieved": []}, 0.0),
        ("rr@10", {"retrieved": [OTHER, CITED]}, 0.5),
        ("rr@10", {"retrieved": [{"title": "x", "article": str(n)} for n in range(10)] + [CITED]}, 0.0),
        ("ndcg@10", {"retrieved": [OTHER, CITED]}, 0.63093),
        ("short", {"conclusion": "休15天。" * 40}, 0.0),
        ("length", {"answer": "休15天。" * 40}, 200.0),
        ("refusal_precision", {"status": "refused"}, 0.0),
    ],
)
def test_each_measure_can_be_bad(tmp_path: Path, measure: str, change: dict[str, Any], value: float) -> None:
    assert score(make_case(tmp_path), GOOD | change).values[measure] == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({}, 1.0),
        ({"quote": "未满4个月流产的，享受16天产假"}, 0.0),
        ({"quote": ""}, 0.0),
        ({"article": "第八条"}, 0.0),
        ({"chunk_id": "没有的"}, 1.0),
        ({"title": "没有的"}, 0.0),
    ],
)
def test_quotes_are_held_against_the_index(
    tmp_path: Path, opened: SearchIndex, lookup: Lookup, change: dict[str, str], value: float
) -> None:
    right = CITED | {"quote": quote_of(opened)}
    answer = GOOD | {"citations": [right | change]}
    assert score(make_case(tmp_path), answer, lookup).values["quotes"] == value
    both = GOOD | {"citations": [right, right | change]}
    assert score(make_case(tmp_path), both, lookup).values["quotes"] == (1 + value) / 2
    assert score(make_case(tmp_path), answer).values["quotes"] is None


def test_a_quote_of_another_provision_under_a_chunk_id_is_wrong(
    tmp_path: Path, opened: SearchIndex, lookup: Lookup
) -> None:
    chunk = opened.by_article[(LAW, "第七条")][0]
    wrong = CITED | {"chunk_id": chunk.id, "article": "第九条", "quote": chunk.text[:12]}
    assert score(make_case(tmp_path), GOOD | {"citations": [wrong]}, lookup).values["quotes"] == 0.0


@pytest.mark.parametrize(
    ("question", "citation", "value"),
    [
        (JIANGSU, {"region": "江苏省"}, 1.0),
        ("我在苏州，流产三个月休几天", {"region": "江苏省"}, 1.0),
        (JIANGSU, {"region": "全国"}, 1.0),
        (JIANGSU, {"region": "山东省"}, 0.0),
        (JIANGSU, {"region": "江苏省南京市"}, 0.0),
        (JIANGSU, {"region": "江苏省南京市", "level": "工会文件"}, 1.0),
        (JIANGSU, {"region": "山东省", "level": "工会文件"}, 0.0),
        (JIANGSU, {"region": "火星"}, 1.0),
        ("流产三个月休几天", {"region": "山东省"}, None),
    ],
)
def test_no_other_place_is_cited(tmp_path: Path, question: str, citation: dict[str, str], value: float | None) -> None:
    answer = GOOD | {"citations": [CITED, OTHER | citation]}
    assert score(make_case(tmp_path, question=question), answer).values["region"] == value


def test_region_of_the_row_wins_and_the_index_wins_over_the_answer(tmp_path: Path, lookup: Lookup) -> None:
    shandong = {"title": "山东省女职工劳动保护办法", "article": lookup_article(lookup), "region": "江苏省"}
    answer = GOOD | {"citations": [shandong]}
    assert score(make_case(tmp_path, question=JIANGSU), answer).values["region"] == 1.0
    assert score(make_case(tmp_path, question=JIANGSU), answer, lookup).values["region"] == 0.0
    assert score(make_case(tmp_path, question=JIANGSU, region="山东"), answer, lookup).values["region"] == 1.0


def lookup_article(lookup: Lookup) -> str:
    return next(article for title, article in lookup._by_article if title == "山东省女职工劳动保护办法")


@pytest.mark.parametrize(
    ("changes", "in_force", "value"),
    [
        ({}, True, 1.0),
        ({}, None, 1.0),
        ({}, False, 0.0),
        ({"question": "以前流产三个月休几天"}, False, None),
        ({"past": True}, False, None),
        ({"question": "以前流产三个月休几天", "past": False}, False, 0.0),
    ],
)
def test_nothing_out_of_force_is_cited(
    tmp_path: Path, changes: dict[str, Any], in_force: bool | None, value: float | None
) -> None:
    answer = GOOD | {"citations": [OTHER | {"in_force": in_force}]}
    assert score(make_case(tmp_path, **changes), answer).values["date"] == value


def test_validity_is_looked_up_for_the_day_of_the_row(tmp_path: Path, lookup: Lookup) -> None:
    other = {"title": LAW, "article": "第九条", "in_force": True}  # in force since 2012-04-28
    answer = GOOD | {"citations": [other]}
    assert score(make_case(tmp_path, as_of="2011-01-01"), answer, lookup, TODAY).values["date"] == 0.0
    assert score(make_case(tmp_path, as_of="2013-01-01"), answer, lookup, TODAY).values["date"] == 1.0
    born = make_case(tmp_path, question="2011年5月流产的，休几天")
    assert score(born, answer, lookup, date(2011, 6, 1)).values["date"] == 0.0
    assert score(born, answer, lookup, TODAY).values["date"] == 1.0
    own = make_case(tmp_path, as_of="2011-01-01", gold=[[{"title": LAW, "article": "第九条"}]])
    assert score(own, answer, lookup, TODAY).values["date"] == 1.0


def test_refusals_aggregate_to_precision_and_recall(tmp_path: Path) -> None:
    ask = make_case(tmp_path, must=[], gold=[])
    refuse = replace(ask, expect="refused")
    given = [(refuse, "refused"), (refuse, "answered"), (refuse, "refused"), (ask, "refused"), (ask, "answered")]
    scores = [score(case, GOOD | {"status": status}) for case, status in given]
    assert mean(scores, "refusal_precision") == (pytest.approx(2 / 3), 3)
    assert mean(scores, "refusal_recall") == (pytest.approx(2 / 3), 3)


def test_missing_answer_counts_as_the_worst(tmp_path: Path) -> None:
    result = score(make_case(tmp_path, question=JIANGSU), None)
    nothing = ("refusal_precision", "refusal_recall", "length")
    assert all(result.values[name] is None for name in nothing)
    for name in set(MEASURES) - set(nothing):
        assert result.values[name] == (1.0 if MEASURES[name].better == "low" else 0.0), name
    assert result.failed
    assert score(make_case(tmp_path, expect="refused"), None).values["refusal_recall"] == 0.0


def test_measures_without_gold_do_not_apply(tmp_path: Path) -> None:
    result = score(make_case(tmp_path, expect="refused", gold=[], must=[]), GOOD | {"status": "refused"})
    without = {name for name, value in result.values.items() if value is None}
    assert without == {
        "facts",
        "conclusion",
        "under",
        "over",
        "cite_recall",
        "cite_precision",
        "quotes",
        "region",
        "recall@5",
        "recall@10",
        "rr@10",
        "ndcg@10",
    }
    assert mean([result], "facts") == (0.0, 0)


def test_alternatives_in_a_group(tmp_path: Path) -> None:
    groups = [
        [{"title": "甲", "article": "第一条"}, {"title": LAW, "article": "第七条"}],
        [{"title": "乙", "article": "第二条"}],
    ]
    assert score(make_case(tmp_path, gold=groups), GOOD).values["cite_recall"] == 0.5


def test_fields_that_are_null_count_as_empty(tmp_path: Path) -> None:
    answer = GOOD | {"citations": None, "retrieved": None, "seconds": None}
    assert score(make_case(tmp_path), answer).values["cite_recall"] == 0.0


def test_quotes_count_as_said_but_not_as_concluded(tmp_path: Path) -> None:
    case: Case = make_case(tmp_path)
    values = score(case, GOOD | {"conclusion": "见依据。", "answer": "见依据。"}).values
    assert (values["facts"], values["conclusion"]) == (1.0, 0.0)


def test_total_of_days_and_date_must_stand_in_the_conclusion(tmp_path: Path) -> None:
    case = make_case(tmp_path, must=[["国家"]], days=158, date="2026-03-01")
    said = "国家98天 + 江苏60天 = 158天，休到2026年3月1日。"
    assert score(case, GOOD | {"conclusion": said, "answer": said}).values["facts"] == 1.0
    values = score(case, GOOD | {"conclusion": "国家有规定。", "answer": said}).values
    assert values["facts"] == pytest.approx(1 / 3, abs=1e-6)
    assert values["conclusion"] == 0.0
