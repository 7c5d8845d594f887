"""Retrieval measures against ir-measures and hand-made tables; the TREC files against other readers."""

import random
from pathlib import Path

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from evals.errors import BadRun
from evals.gold import Source
from evals.trec import (
    docid,
    ranking,
    read_qrels,
    read_run,
    recall,
    retrieval_values,
    write_groups,
    write_qrels,
    write_run,
)

A, B, C, D = (Source(title, "第一条") for title in "甲乙丙丁")
NAMES = [docid(s.title, s.article) for s in (A, B, C, D)]
a, b, c, d = NAMES


def test_docid_has_no_space() -> None:
    assert docid("关于 假期的通知", "第一项 婚丧假") == "《关于假期的通知》第一项婚丧假"


def test_ranking_counts_a_provision_once() -> None:
    rows = [{"title": "甲", "article": "第一条"}, {"title": "乙", "article": "第一条"}, {"title": "甲", "article": "第一条"}]  # fmt: skip
    assert ranking(rows) == [a, b]


@pytest.mark.parametrize(
    ("gold", "ranked", "k", "value"),
    [
        ([[A, B]], [b], 5, 1.0),
        ([[A, B], [C]], [b, a, d], 5, 0.5),
        ([[A, B], [B, C]], [b], 5, 1.0),
        ([[A], [B], [C], [D]], [a, d, "x", "y", "z", b], 5, 0.5),
        ([[A], [B], [C], [D]], [a, d, "x", "y", "z", b], 10, 0.75),
        ([[A]], [], 5, 0.0),
    ],
)
def test_recall_is_over_groups(gold: list[list[Source]], ranked: list[str], k: int, value: float) -> None:
    assert recall(gold, ranked, k) == value


def test_values_by_hand() -> None:
    values = retrieval_values([[A, B], [C]], ["x", b, c])
    assert values["rr@10"] == 0.5
    # gains at ranks 2 and 3 over those of three relevant provisions at ranks 1, 2 and 3
    assert values["ndcg@10"] == pytest.approx((0.63093 + 0.5) / (1 + 0.63093 + 0.5), abs=1e-5)
    assert values["recall@5"] == 1.0


def test_singleton_groups_agree_with_ir_measures() -> None:
    dice = random.Random(3)
    names = [f"《t{n}》第{n}条" for n in range(30)]
    for _ in range(30):
        wanted = dice.sample(range(30), dice.randint(1, 6))
        ranked = [names[n] for n in dice.sample(range(30), dice.randint(0, 20))]
        ours = retrieval_values([[Source(f"t{n}", f"第{n}条")] for n in wanted], ranked)
        qrels = [ir_measures.Qrel("q", names[n], 1) for n in wanted]
        run = [ir_measures.ScoredDoc("q", name, 100.0 - place) for place, name in enumerate(ranked)]
        theirs = ir_measures.calc_aggregate([R @ 5, R @ 10, RR @ 10, nDCG @ 10], qrels, run)
        for key, measure in {"recall@5": R @ 5, "recall@10": R @ 10, "rr@10": RR @ 10, "ndcg@10": nDCG @ 10}.items():
            assert ours[key] == pytest.approx(theirs[measure])


def test_files_give_other_tools_the_same_figures(tmp_path: Path) -> None:
    gold = {"q 1": [[A, B], [B, C]], "q2": [[D]], "q3": [[A]]}
    rankings = {"q 1": ["x", b, a, c], "q2": [d], "q3": []}
    write_qrels(tmp_path / "qrels.trec", gold)
    write_groups(tmp_path / "groups.trec", gold)
    write_run(tmp_path / "run.trec", rankings)
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "qrels.trec")))
    run = list(ir_measures.read_trec_run(str(tmp_path / "run.trec")))
    assert len({(q.query_id, q.doc_id) for q in qrels}) == len(qrels) == 5
    found = {(m.query_id, str(m.measure)): m.value for m in ir_measures.iter_calc([RR @ 10, nDCG @ 10], qrels, run)}
    groups, read = read_qrels(tmp_path / "groups.trec"), read_run(tmp_path / "run.trec")
    assert read == {"q1": ["x", b, a, c], "q2": [d]}
    for case, ranked in rankings.items():
        ours = retrieval_values(gold[case], ranked)
        qid = case.replace(" ", "")
        assert found[(qid, "RR@10")] == pytest.approx(ours["rr@10"])
        assert found[(qid, "nDCG@10")] == pytest.approx(ours["ndcg@10"])
        share = [bool(group & set(read.get(qid, [])[:5])) for group in groups[qid]]
        assert sum(share) / len(share) == ours["recall@5"]


@pytest.mark.parametrize("line", ["q 0 d", "q Q0 d 1 hoch x", "q Q0 d 1 0.5 x y"])
def test_bad_lines_are_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "run.trec"
    path.write_text("q Q0 d 1 0.5 x\n" + line, encoding="utf-8")
    with pytest.raises(BadRun, match="第 2 行"):
        read_run(path)
    with pytest.raises(BadRun, match="第 1 行"):
        read_qrels(path)


def test_judged_not_relevant_is_no_group(tmp_path: Path) -> None:
    path = tmp_path / "qrels.trec"
    path.write_text("q 0 a 1\nq 0 b 0\n", encoding="utf-8")
    assert read_qrels(path) == {"q": [{"a"}]}
