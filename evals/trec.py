"""Retrieval measures through ir-measures, and the run and qrels files that other tools check them with.

A docid is a provision's official title and label as gold names them, `《title》article` without spaces. qrels.trec marks
every alternative of every gold group relevant (1), each once. groups.trec says it again by group: its second column is the
number of the group, as TREC's diversity tracks number subtopics, and an alternative of two groups stands there twice.

RR@10 and nDCG@10 are ir-measures' own over run.trec and qrels.trec. Recall@k is over groups: the share of groups of which at least
one alternative stands among the first k provisions. The alternatives of a group say the same thing (the law and our
restatement of it), so finding one of them is finding it; plain R@k would ask for all of them, and a case with one group of
nine could reach 5/9 at most. It is subtopic recall (S-recall, Zhai et al. 2003; STREC in ndeval), and equals R@k where each
group has one alternative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from documents.disk import put_text
from evals.errors import BadRun
from evals.gold import Source

RECALL_DEPTHS = (5, 10)
TAG = "niangjiaren"

Groups = Sequence[Sequence[Source]]


def docid(title: str, article: str) -> str:
    """Name a provision in TREC files: `《title》article` without white space."""
    return "".join(f"《{title}》{article}".split())


def ranking(retrieved: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the distinct provisions of a `retrieved` list in order: a long provision's chunks count once, where first met."""
    return list(dict.fromkeys(docid(str(r.get("title", "")), str(r.get("article", ""))) for r in retrieved))


def recall(gold: Groups, ranked: Sequence[str], k: int) -> float:
    """Return the share of the groups of which one alternative stands among the first k."""
    first = set(ranked[:k])
    return sum(any(docid(s.title, s.article) in first for s in group) for group in gold) / len(gold)


def retrieval_values(gold: Groups, ranked: Sequence[str]) -> dict[str, float]:
    """Score one ranking. Returns recall@5, recall@10, rr@10 and ndcg@10; gold must not be empty."""
    import ir_measures
    from ir_measures import RR, nDCG

    qrels = [ir_measures.Qrel("q", name, 1) for name in {docid(s.title, s.article) for group in gold for s in group}]
    run = [ir_measures.ScoredDoc("q", name, -float(rank)) for rank, name in enumerate(ranked)]
    found = {str(m.measure): float(m.value) for m in ir_measures.iter_calc([RR @ 10, nDCG @ 10], qrels, run)}
    recalls = {f"recall@{k}": recall(gold, ranked, k) for k in RECALL_DEPTHS}
    return recalls | {"rr@10": found["RR@10"], "ndcg@10": found["nDCG@10"]}


def query_id(case_id: str) -> str:
    """Name a case in TREC files, whose columns are parted by white space."""
    return "".join(case_id.split())


def write_qrels(path: Path, gold: Mapping[str, Groups]) -> None:
    """Write TREC qrels, `qid 0 docid 1`, each provision once a case (trec_eval takes none twice)."""
    _write_qrels(path, {case_id: [[s for group in groups for s in group]] for case_id, groups in gold.items()}, 0)


def write_groups(path: Path, gold: Mapping[str, Groups]) -> None:
    """Write subtopic qrels, `qid group docid 1`, groups numbered from 1, as ndeval takes them."""
    _write_qrels(path, gold, 1)


def _write_qrels(path: Path, gold: Mapping[str, Groups], first: int) -> None:
    lines = [
        f"{query_id(case_id)} {number} {name} 1\n"
        for case_id, groups in gold.items()
        for number, group in enumerate(groups, first)
        for name in dict.fromkeys(docid(s.title, s.article) for s in group)
    ]
    put_text(path, "".join(lines))


def write_run(path: Path, rankings: Mapping[str, Sequence[str]]) -> None:
    """Write a TREC run: `qid Q0 docid rank score tag`. The score is 1/rank: tools sort by score, and ours is not monotone."""
    lines = [
        f"{query_id(case_id)} Q0 {name} {rank} {1 / rank:.6f} {TAG}\n"
        for case_id, ranked in rankings.items()
        for rank, name in enumerate(ranked, 1)
    ]
    put_text(path, "".join(lines))


def read_qrels(path: Path) -> dict[str, list[set[str]]]:
    """Read TREC qrels, ours or any other's. Returns the relevant docids of each query by its second column's groups."""
    found: dict[str, dict[str, set[str]]] = {}
    for where, (qid, group, name, relevance) in _columns(path, 4):
        try:
            if int(relevance) > 0:
                found.setdefault(qid, {}).setdefault(group, set()).add(name)
        except ValueError:
            raise BadRun(f"{where}：最后一列要是整数，不是「{relevance}」。") from None
    return {qid: list(groups.values()) for qid, groups in found.items()}


def read_run(path: Path) -> dict[str, list[str]]:
    """Read a TREC run. Returns each query's docids by descending score, ties by docid descending, as trec_eval sorts."""
    found: dict[str, list[tuple[float, str]]] = {}
    for where, (qid, _, name, _, score, _) in _columns(path, 6):
        try:
            found.setdefault(qid, []).append((float(score), name))
        except ValueError:
            raise BadRun(f"{where}：第 5 列要是数字，不是「{score}」。") from None
    return {qid: [name for _, name in sorted(rows, reverse=True)] for qid, rows in found.items()}


def _columns(path: Path, wanted: int) -> Iterable[tuple[str, list[str]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRun(f"读不了「{path}」：{error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where, columns = f"「{path.name}」第 {number} 行", line.split()
        if len(columns) != wanted:
            raise BadRun(f"{where}有 {len(columns)} 列，应当有 {wanted} 列（TREC 格式）。")
        yield where, columns
