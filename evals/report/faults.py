"""What is wrong with an answer, in sentences; and gold's patterns as a person can read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from evals.report.folder import STATUSES, Measured, Row
from evals.totals import states_date, states_total

_READABLE = (
    (re.compile(r"\(\?<?[!=](?:[^()\[\]]|\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\))*\)"), ""),  # looking ahead or behind
    (re.compile(r"\(\?:"), "("),
    (re.compile(r"(?:\[\^[^\]]*\]|\.|\[\\s\\S\])(?:\{[\d,]*\}|[*+])\??"), "…"),
    (re.compile(r"\\s[*+?]?|\\b|[\^$]"), ""),
    (re.compile(r"\\d(?:\{[\d,]*\}|[*+])?"), "数"),
    (re.compile(r"\([^()]*\)\?|\[[^\]]*\]\?|[^\\)\]]\?"), ""),  # what may be left out
    (re.compile(r"\[(.)[^\]]*\]"), r"\1"),
    (re.compile(r"\\(.)"), r"\1"),
    (re.compile(r"\|"), "/"),
    (re.compile(r"\("), "（"),
    (re.compile(r"\)"), "）"),
)


def readable(pattern: str) -> str:
    """Write a gold pattern for people: `10\\s*个?[天日]` as 10天, alternatives with / between, gaps as …."""
    for found, instead in _READABLE:
        pattern = found.sub(instead, pattern)
    return pattern


def group_text(group: Sequence[str]) -> str:
    """Write the alternative patterns of one fact, each once."""
    return " 或 ".join(dict.fromkeys(readable(pattern) for pattern in group))


def source_text(source: Mapping[str, str]) -> str:
    """Write a provision: 《title》article."""
    return f"《{source.get('title', '')}》{source.get('article', '')}"


def wanted_facts(row: Row) -> list[tuple[str, bool]]:
    """Return what the answer must state, each with whether it does: patterns in text and quotes, totals in the conclusion."""
    answer, gold = row["answer"] or {}, row["row"]
    quotes = "\n".join(str(c.get("quote", "")) for c in answer.get("citations") or [])
    text, conclusion = f"{answer.get('answer', '')}\n{quotes}", str(answer.get("conclusion", ""))
    found = [
        (group_text(group), any(re.search(pattern, text) for pattern in group)) for group in gold.get("must") or []
    ]
    if gold.get("days") is not None:
        found.append((f"结论给出合计{gold['days']:g}天", states_total(conclusion, float(gold["days"]))))
    if gold.get("date"):
        found.append((f"结论给出日期{gold['date']}", states_date(conclusion, date.fromisoformat(gold["date"]))))
    return found


def wanted_sources(row: Row) -> list[tuple[str, bool]]:
    """Return the groups of provisions that must be cited, each with whether one of it is."""
    cited = {source_text(citation) for citation in (row["answer"] or {}).get("citations") or []}
    groups = [[source_text(source) for source in group] for group in row["row"].get("gold") or []]
    return [(" 或 ".join(group), bool(cited & set(group))) for group in groups]


def faults(row: Row, measures: Mapping[str, Measured]) -> list[str]:
    """Say what is wrong with an answer, one sentence a fault, the gravest first; measures without words of their own by value."""
    if row["answer"] is None:
        return [f"没有回答。{row['fault']}"]
    said = {
        "status": _status,
        "facts": lambda row: _missing("没有说到", wanted_facts(row)),
        "clean": _forbidden,
        "under": lambda _: ["把权利说少了（天数比应有的少）。"],
        "over": lambda _: ["把权利说多了（天数比应有的多）。"],
        "cite_recall": lambda row: _missing("没有引用", wanted_sources(row)),
        "cite_precision": _needless,
    }
    wrong = [key for key, measure in measures.items() if measure.imperfect(row["values"][key])]
    known = [sentence for key in said if key in wrong for sentence in said[key](row)]
    others = [f"{measures[key].name} {measures[key].write(row['values'][key])}" for key in wrong if key not in said]
    return ([row["fault"]] if row["fault"] else []) + known + ([f"其他：{'，'.join(others)}。"] if others else [])


def _status(row: Row) -> list[str]:
    wanted, got = row["expect"], str(row["answer"].get("status", ""))
    return [f"状态应当是「{STATUSES.get(wanted, wanted)}」，实际是「{STATUSES.get(got, got)}」。"]


def _missing(what: str, wanted: Sequence[tuple[str, bool]]) -> list[str]:
    return [f"{what}：{text}。" for text, found in wanted if not found]


def _forbidden(row: Row) -> list[str]:
    conclusion = str(row["answer"].get("conclusion", ""))
    matches = [re.search(pattern, conclusion) for pattern in row["row"].get("must_not") or []]
    return [f"结论说了不该说的：「{match[0]}」。" for match in matches if match]


def _needless(row: Row) -> list[str]:
    wanted = {source_text(source) for group in row["row"].get("gold") or [] for source in group}
    cited = [source_text(citation) for citation in row["answer"].get("citations") or []]
    extra = list(dict.fromkeys(name for name in cited if name not in wanted))
    return [f"引了不在应引之列的：{'、'.join(extra)}。"] if extra else ["没有引用任何条文。"]
