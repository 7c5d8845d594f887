"""Measures of one answer against its gold row; every one can be low, and a missing answer counts as zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evals.gold import Case, Source

MEASURES = {
    "status": "状态正确：回答的状态与题目期望的相同",
    "facts": "事实召回：必须说出的事实里，结论和依据说出的比例（没有必说事实的题不计）",
    "conclusion": "结论自足：只看结论就有全部必说事实（同上不计）",
    "clean": "无矛盾：结论里没有不许出现的说法",
    "cite_recall": "引用召回：每组应引的条文里，引用了其中之一的组的比例（没有应引的题不计）",
    "cite_precision": "引用精确：引用里属于应引条文的比例（没有引用记 0；没有应引的题不计）",
    "hit@3": "前3命中：检索前3条里至少有一条应引的条文（没有应引的题不计）",
    "short": "结论不超过150字",
}


@dataclass(frozen=True, slots=True)
class Score:
    """The measures of one case; None where a measure does not apply."""

    case: Case
    values: dict[str, float | None]
    status: str
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether a person should look at it: wrong status, a missing fact, or a statement that must not be made."""
        return any(self.values[name] not in (None, 1.0) for name in ("status", "facts", "clean"))


def score(case: Case, answer: dict[str, Any] | None) -> Score:
    """Score one row of ANSWERS (None: missing) against its gold row."""
    if answer is None:
        zero = {name: 0.0 if _applies(name, case) else None for name in MEASURES}
        return Score(case, zero, "missing", 0.0)
    text = _said(answer)
    conclusion = str(answer.get("conclusion", ""))
    cited = [Source(c.get("title", ""), c.get("article", "")) for c in answer.get("citations", [])]
    found = [Source(r.get("title", ""), r.get("article", "")) for r in answer.get("retrieved", [])]
    wanted = {source for group in case.gold for source in group}
    values: dict[str, float | None] = {
        "status": float(answer.get("status") == case.expect),
        "facts": _share([any(p.search(text) for p in group) for group in case.must]),
        "conclusion": float(all(any(p.search(conclusion) for p in group) for group in case.must)),
        "clean": float(not any(p.search(conclusion) for p in case.must_not)),
        "cite_recall": _share([any(source in cited for source in group) for group in case.gold]),
        "cite_precision": _share([source in wanted for source in cited]) or 0.0,
        "hit@3": float(any(source in wanted for source in found[:3])),
        "short": float(len(conclusion) <= 150),
    }
    kept = {name: value if _applies(name, case) else None for name, value in values.items()}
    return Score(case, kept, str(answer.get("status", "")), float(answer.get("seconds", 0.0)))


def _said(answer: dict[str, Any]) -> str:
    quotes = "\n".join(str(c.get("quote", "")) for c in answer.get("citations", []))
    return f"{answer.get('answer', '')}\n{quotes}"


def _applies(name: str, case: Case) -> bool:
    if name in ("facts", "conclusion"):
        return bool(case.must)
    if name in ("cite_recall", "cite_precision", "hit@3"):
        return bool(case.gold)
    return True


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def mean(scores: Sequence[Score], name: str) -> tuple[float, int]:
    """Return (mean, n) of a measure over the cases it applies to; (0, 0) where it applies to none."""
    values = [value for s in scores if (value := s.values[name]) is not None]
    return (sum(values) / len(values), len(values)) if values else (0.0, 0)
