"""Make run folders as `python -m evals run` leaves them, with the figures of the real summary."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.measures import MEASURES
from evals.summary import summarise

SOURCE = {"title": "女职工劳动保护特别规定", "article": "第七条"}
OTHER = {"title": "劳动合同法", "article": "第四十二条"}
CONFIG: dict[str, Any] = {
    "name": "made",
    "suites": [],
    "holdout": False,
    "index": {"digest": "d1" * 32, "chunks": 2017, "documents": 164, "encoder": "niangjiaren-static"},
    "code": {"version": "0.1.0", "commit": "c0ffee" * 6, "dirty": False},
    "machine": {"python": "3.11.7", "platform": "Linux", "cpus": 2},
    "seed": 1,
    "started": "2026-03-01T08:00:00Z",
    "finished": "2026-03-01T08:01:00Z",
}


def case(number: int, suite: str = "rights", **changes: Any) -> dict[str, Any]:
    """Make one row of cases.jsonl: a right answer, with `changes` to the row; `values` are merged into perfect ones."""
    perfect = {name: 1.0 if measure.better == "high" else 0.0 for name, measure in MEASURES.items()}
    row: dict[str, Any] = {
        "id": f"{suite}{number:04}",
        "suite": suite,
        "question": f"流产三个月休几天（{number}）",
        "topic": ("流产假", "产假", "哺乳")[number % 3],
        "harm": ("high", "medium", "low")[number % 3],
        "region": ("全国", "江苏")[number % 2],
        "expect": "answered",
        "origin": "made for the tests",
        "row": {"gold": [[SOURCE]], "must": [["15\\s*天"]], "must_not": ["98\\s*天"]},
        "answer": answer("休15天。", [SOURCE]),
        "trace": {
            "understood": {"search": "流产 几天"},
            "steps": ["理解：权利", "证据：0.80"],
            "cuts": [],
            "evidence": [],
        },
        "fault": "",
        "confidence": 0.8,
        "baselines": {name: dict.fromkeys(MEASURES, 0.5) for name in ("random", "bm25")},
    }
    row |= changes
    row["values"] = perfect | {"length": 40.0} | changes.get("values", {})
    return row


def answer(conclusion: str, cited: Sequence[dict[str, str]], status: str = "answered") -> dict[str, Any]:
    """Make a row of ANSWERS that says one thing and cites provisions."""
    citations = [{**source, "part": "", "quote": "怀孕不到4个月流产，休15天", "level": "行政法规"} for source in cited]
    retrieved = [{**source, "score": 0.5} for source in (SOURCE, OTHER)]
    return {
        "status": status,
        "conclusion": conclusion,
        "answer": f"{conclusion}\n依据：[1]",
        "citations": citations,
        "retrieved": retrieved,
        "seconds": 0.03,
    }


def make_run(
    folder: Path, cases: Sequence[dict[str, Any]], sha256: str = "a" * 64, counted: int | None = None, **config: Any
) -> Path:
    """Write a finished run of some cases; keys of config.json may be replaced. Returns the folder.

    `counted`: how many cases the figures are of, all unless given (the intervals of thousands take their time).
    """
    folder.mkdir(parents=True)
    names = list(dict.fromkeys(row["suite"] for row in cases))
    suites = [
        {"name": n, "file": f"{n}.jsonl", "sha256": sha256, "cases": sum(r["suite"] == n for r in cases)} for n in names
    ]
    write(folder / "config.json", CONFIG | {"suites": suites} | config)
    write(folder / "summary.json", summarise(cases[:counted], 1))
    lines = [json.dumps(row, ensure_ascii=False) for row in cases]
    (folder / "cases.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def write(path: Path, value: Any) -> None:
    """Write a value as JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def many(count: int) -> list[dict[str, Any]]:
    """Make cases as long as real ones (10 KB each), a fifth of them failed."""
    text = "怀孕不到4个月流产，休15天；满了4个月，休42天。单位不得因此降低工资、予以辞退。"
    rows = []
    for number in range(count):
        said = answer("休15天。" if number % 5 else "休98天。", [SOURCE, OTHER])
        said["answer"] += text * 12
        said["seconds"] = 0.01 + 0.0001 * (number * 7919 % 400)
        evidence = [
            {"chunk_id": f"c{k}", "title": f"某省女职工劳动保护办法（{number}-{k}）", "article": f"第{k}条", "score": 0.5 / (k + 1),
             "cosine": 0.6, "why": "向量第1（0.80），词第2（7.9）"}
            for k in range(13)
        ]  # fmt: skip
        said["retrieved"] = evidence
        trace = {"understood": {"search": text[:30]}, "steps": [text[:40]] * 4, "cuts": [], "evidence": evidence}
        values = {} if number % 5 else {"facts": 0.0, "clean": 0.0}
        suite = ("rights", "plans", "careful", "leave")[number % 4]
        sure = 0.2 + 0.8 * (number % 97) / 97
        rows.append(case(number, suite, answer=said, trace=trace, values=values, confidence=sure))
    return rows
