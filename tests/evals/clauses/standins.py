"""Small made-up gold and findings of the shape that `rag.desk.clauses` gives."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEXT = """厂规
第一条 女工产假九十八天，可以提前十五天休。
第二条 哺乳时间每天四十分钟。
第三条 食堂十二点开饭。
"""


@dataclass(frozen=True)
class Clause:
    number: object
    text: str


@dataclass(frozen=True)
class Finding:
    clause: Clause
    verdict: str


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]


def finding(number: object, text: str, verdict: str) -> Finding:
    full = {"低于": "低于法定标准", "等于": "等于法定标准", "高于": "高于法定标准"}
    return Finding(Clause(number, text), full.get(verdict, verdict))


def row(clause: str, accept: list[str], fault: bool = False, **changes: Any) -> dict[str, Any]:
    told = {"kind": "哺乳时间", "title": "女职工劳动保护特别规定", "article": "第九条", "why": "每天1小时"}
    rest = told if fault else dict.fromkeys(told, "")
    place = {"paper": "a.txt", "region": "全国", "as_of": "2026-11-01"}
    return {**place, "clause": clause, "accept": accept, "fault": fault, **rest, **changes}


ROWS = [
    row("女工产假九十八天，可以提前", ["等于"]),
    row("哺乳时间每天四十分钟", ["低于"], fault=True),
    row("食堂十二点开饭", ["未涉及", "无法判断"]),
]


def write(folder: Path, rows: list[dict[str, Any]], text: str = TEXT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.txt").write_text(text, encoding="utf-8")
    lines = (json.dumps(gold, ensure_ascii=False) for gold in rows)
    (folder / "gold.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
