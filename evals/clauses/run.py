"""The command `python -m evals clauses`: run the clause check over the papers and print how well it did."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from documents.region import Region
from evals.clauses.gold import PAPERS, Half, load_halves
from evals.clauses.match import FindingLike
from evals.clauses.score import HalfScore, Scored, score_half
from evals.errors import EvalsError

Check = Callable[[Path, tuple[Region, ...], date], Sequence[FindingLike]]
"""Checks one paper for places on a day; returns its findings."""


def run(folder: Path | None, index: Path | None, as_json: bool, listed: bool) -> int:
    """Check and print all halves below a folder (the shipped papers where none); returns the exit code, always 0.

    Missed faults and false alarms are printed only if `listed`: whoever develops the checker must not see the held-out ones.
    """
    halves = load_halves(folder or PAPERS)
    check = _checker(index)
    scores = [score_half(half, _reports(half, check)) for half in halves]
    if as_json:
        print(json.dumps([_row(score, listed) for score in scores], ensure_ascii=False, indent=1))
        return 0
    for score in scores:
        print("\n".join(lines(score, listed)))
    return 0


def _checker(index: Path | None) -> Check:
    from rag.answer import Assistant
    from rag.desk import clauses
    from rag.rows import open_or_build

    check_paper = getattr(clauses, "check_paper", None)
    if check_paper is None:
        raise EvalsError("这个版本还没有条款核对（rag.desk.clauses.check_paper）。")
    assistant = Assistant(open_or_build(index))
    return lambda path, regions, day: tuple(check_paper(assistant, path, regions, day).findings)


def _reports(half: Half, check: Check) -> dict[str, Sequence[FindingLike]]:
    from rag.rows import read_places

    found = {}
    for paper in half.papers:
        first = half.of(paper)[0]
        found[paper] = check(half.folder / paper, read_places(first.region), first.as_of)
    return found


def lines(score: HalfScore, listed: bool) -> list[str]:
    """Return the lines that are printed of one half."""
    found = score.summary()
    text = [
        f"\n{score.name}：{len(found['papers'])} 份，{len(score.rows)} 条",
        f"埋的错找到　{_share(found['faults'])}",
        f"误报　　　　{_share(found['false_alarms'])}"
        + (f"（其中标注以外 {score.strays} 处）" if score.strays else ""),
        f"结论对　　　{_share(found['verdicts'])}",
        f"无法判断　　{_share(found['undecided'])}",
        f"没有对上　　{found['unmatched']} 条；和别的条款合成一条的 {found['shared']} 条",
        "按种类：" + "，".join(f"{kind} {row['hits']}/{row['total']}" for kind, row in found["kinds"].items()),
    ]
    for name, paper in found["papers"].items():
        counts = [f"{paper[key]['hits']}/{paper[key]['total']}" for key in ("faults", "false_alarms", "verdicts")]
        text.append(f"  {name}（{paper['region']}）：找到 {counts[0]}，误报 {counts[1]}，结论对 {counts[2]}")
    if listed:
        text += [f"漏掉：{_line(row)}——{row.gold.why}" for row in score.rows if row.gold.fault and not row.found]
        text += [f"误报：{_line(row)}" for row in score.rows if row.alarm]
    return text


def _share(row: dict[str, Any]) -> str:
    share = "—" if row["share"] is None else f"{100 * row['share']:.1f} %"
    return f"{row['hits']}/{row['total']} = {share}（95 % 区间 {100 * row['low']:.1f}–{100 * row['high']:.1f} %）"


def _line(row: Scored) -> str:
    gold = row.gold
    source = f"，{gold.title}{gold.article}" if gold.title else ""
    return f"{gold.paper}「{gold.clause}」说成{row.verdict or '没有对上'}{source}"


def _row(score: HalfScore, listed: bool) -> dict[str, Any]:
    found = score.summary()
    if listed:
        wrong = [row for row in score.rows if (row.gold.fault and not row.found) or row.alarm]
        found["wrong"] = [
            {"paper": r.gold.paper, "clause": r.gold.clause, "fault": r.gold.fault, "said": r.verdict} for r in wrong
        ]
    return found
