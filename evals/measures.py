"""Measures of one answer against its gold row.

Every one can be bad, and leaving an answer out never helps: a missing answer gets the worst value of each measure that
applies to its case (0 where high is good, 1 where low is good). None says that a measure does not apply to a case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from documents.errors import UnknownRegion
from documents.region import NATION, Region, find_regions, parse_region
from evals.gold import Case, Source
from evals.lookup import Lookup, cited
from evals.totals import gives_less, gives_more, judges_over, judges_under, states_date, states_total
from evals.trec import ranking, retrieval_values

LONGEST = 150
# ISO and Chinese dates that a question names: law in force on such a day may be cited as well as today's.
_DAY = re.compile(r"(\d{4})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]?(?:\s*(\d{1,2})\s*[日号]?)?")
_PAST = re.compile(r"以前|从前|过去|原来|旧|早年|当年|历史上|曾经|废止|失效|作废|什么时候改|19\d\d年")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure is: its one-line definition, whether high or low is better, and its unit (share or 字)."""

    meaning: str
    better: str = "high"
    unit: str = "share"

    @property
    def worst(self) -> float:
        """The value of a missing answer."""
        return 0.0 if self.better == "high" else 1.0


MEASURES = {
    "status": Measure("状态正确：回答的状态与题目期望的相同"),
    "facts": Measure("事实召回：必须说出的事实里，回答和引文说出的比例（没有必说事实的题不计）"),
    "conclusion": Measure("结论自足：只看结论就有全部必说事实（没有必说事实的题不计）"),
    "clean": Measure("无矛盾：结论里没有不许出现的说法"),
    "under": Measure("少说权利：该说的天数没有说，说出的同类天数更小（越低越好；只计能比天数的题）", "low"),
    "over": Measure("多说权利：该说的天数没有说，说出的同类天数更大（越低越好；只计能比天数的题）", "low"),
    "cite_recall": Measure("引用召回：每组应引的条文里，引用了其中之一的组的比例（没有应引的题不计）"),
    "cite_precision": Measure("引用精确：逐条引用里属于应引条文的比例（没有引用记0；没有应引的题不计）"),
    "quotes": Measure("引文逐字：引文在索引中该条原文里逐字找到的比例（没有引用的回答不计）"),
    "region": Measure("地区正确：没有引用别的省市的规定（知道地区、有引用的题才计；应引的条文总算对）"),
    "date": Measure("时效正确：没有引用当时无效的规定（问历史的题、没有引用的回答不计；应引的条文总算对）"),
    "refusal_precision": Measure("拒答精确：拒答的题里，确实该拒答的比例"),
    "refusal_recall": Measure("拒答召回：该拒答的题里，拒答了的比例"),
    "recall@5": Measure("前5召回：每组应引的条文里，检索前5条有其中之一的组的比例（没有应引的题不计）"),
    "recall@10": Measure("前10召回：每组应引的条文里，检索前10条有其中之一的组的比例（没有应引的题不计）"),
    "rr@10": Measure("RR@10：检索前10条里第一条应引条文的名次的倒数（没有则0；没有应引的题不计）"),
    "ndcg@10": Measure("nDCG@10：前10条的折损累计增益与最好排法之比，每组的各个可替换条文都算相关（没有应引的题不计）"),
    "short": Measure(f"简短：结论不超过{LONGEST}字"),
    "length": Measure("全文字数：人要读的整个回答有多少字（越低越好；有回答的题才计）", "low", "字"),
}
_WITH_FACTS = ("facts", "conclusion")
_WITH_GOLD = ("cite_recall", "cite_precision", "recall@5", "recall@10", "rr@10", "ndcg@10")


@dataclass(frozen=True, slots=True)
class Score:
    """The measures of one case; None where a measure does not apply."""

    case: Case
    values: dict[str, float | None]
    status: str
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether a person should look at it."""
        return is_failed(self.values)


def is_failed(values: Mapping[str, float | None]) -> bool:
    """Whether a person should look at an answer: wrong status, a missing fact, or a statement that must not be made."""
    return any(values[name] not in (None, 1.0) for name in ("status", "facts", "clean"))


def score(
    case: Case, answer: Mapping[str, Any] | None, lookup: Lookup | None = None, today: date | None = None
) -> Score:
    """Score one row of ANSWERS (None: missing) against its gold row.

    Parameters: the case; the row; the open index, without which quotes are not judged and region and validity are taken
    from the answer; the day that counts as today. Returns the score.
    """
    if answer is None:
        return Score(case, _missing(case), "missing", 0.0)
    status, conclusion = str(answer.get("status", "")), str(answer.get("conclusion", ""))
    text = _said(answer)
    citations = answer.get("citations") or []
    sources = [Source(c.get("title", ""), c.get("article", "")) for c in citations]
    wanted = {source for group in case.gold for source in group}
    others = [c for c, source in zip(citations, sources, strict=True) if source not in wanted]
    values: dict[str, float | None] = {
        "status": float(status == case.expect),
        "facts": _share(_facts(case, text, conclusion)),
        "conclusion": float(all(_facts(case, conclusion, conclusion))),
        "clean": float(not any(p.search(conclusion) for p in case.must_not)),
        "under": float(gives_less(case, conclusion, status)),
        "over": float(gives_more(case, conclusion, status)),
        "cite_recall": _share([any(source in sources for source in group) for group in case.gold]),
        "cite_precision": _share([source in wanted for source in sources]) or 0.0,
        "quotes": _share([lookup.quoted(c) for c in citations]) if lookup else None,
        "region": _region(case, others, lookup) if citations else None,
        "date": _validity(case, others, lookup, today or date.today()) if citations else None,
        "refusal_precision": float(case.expect == "refused") if status == "refused" else None,
        "refusal_recall": float(status == "refused"),
        "short": float(len(conclusion) <= LONGEST),
        "length": float(len(str(answer.get("answer", "")))),
    }
    if case.gold:
        values |= retrieval_values(case.gold, ranking(answer.get("retrieved") or []))
    kept = {name: _rounded(values.get(name)) if _applies(name, case) else None for name in MEASURES}
    return Score(case, kept, status, float(answer.get("seconds") or 0.0))


def places(case: Case) -> tuple[Region, ...]:
    """Return the places of a case: its row's region, else those that the question (and what was asked before) names."""
    if given := case.row.get("region"):
        try:
            region = parse_region(given)
        except UnknownRegion:
            return ()  # a row may try how an unknown place is met
        return () if region == NATION else (region,)
    return find_regions(case.asked)


def _missing(case: Case) -> dict[str, float | None]:
    """The worst of each measure that applies; what an answer would have been measured by where citations were due."""
    due = {
        "quotes": bool(case.gold),
        "region": bool(case.gold and places(case)),
        "date": bool(case.gold) and not _about_past(case),
        "refusal_precision": False,
        "length": False,
    }
    return {
        name: measure.worst if _applies(name, case) and due.get(name, True) else None
        for name, measure in MEASURES.items()
    }


def _applies(name: str, case: Case) -> bool:
    if name in _WITH_FACTS:
        return case.has_facts
    if name in _WITH_GOLD:
        return bool(case.gold)
    if name == "refusal_recall":
        return case.expect == "refused"
    if name == "under":
        return judges_under(case)
    return judges_over(case) if name == "over" else True


def _facts(case: Case, text: str, conclusion: str) -> list[bool]:
    """Which facts are stated: patterns anywhere in the text, the total of days and the date in the conclusion."""
    found = [any(pattern.search(text) for pattern in group) for group in case.must]
    if case.days is not None:
        found.append(states_total(conclusion, case.days))
    if case.day is not None:
        found.append(states_date(conclusion, case.day))
    return found


def _said(answer: Mapping[str, Any]) -> str:
    quotes = "\n".join(str(c.get("quote", "")) for c in answer.get("citations") or [])
    return f"{answer.get('answer', '')}\n{quotes}"


def _region(case: Case, others: Sequence[Mapping[str, Any]], lookup: Lookup | None) -> float | None:
    """1 where no citation beyond gold's is of another place; a plan of a city within the question's province is none."""
    here = places(case)
    if not here:
        return None
    for citation in others:
        found = cited(citation, lookup)
        if found.region is None or any(found.region.applies_to(place) for place in here):
            continue
        if found.law or not any(place.applies_to(found.region) for place in here):
            return 0.0
    return 1.0


def _validity(case: Case, others: Sequence[Mapping[str, Any]], lookup: Lookup | None, today: date) -> float | None:
    """1 where each citation beyond gold's is in force (or of unknown date) on the row's day, today, or a day that is asked about."""
    if _about_past(case):
        return None
    if given := case.row.get("as_of"):
        days = [date.fromisoformat(given)]
    else:
        days = [today, *_days_named(case.asked)]
    return float(not any(all(cited(c, lookup).in_force(day) is False for day in days) for c in others))


def _about_past(case: Case) -> bool:
    return bool(_PAST.search(case.asked)) if case.past is None else case.past


def _days_named(text: str) -> list[date]:
    found = []
    for year, month, day in _DAY.findall(text):
        try:
            found.append(date(int(year), int(month), int(day or 1)))
        except ValueError:
            continue  # 2024.15 is no date
    return found


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def mean(scores: Sequence[Score], name: str) -> tuple[float, int]:
    """Return (mean, n) of a measure over the cases it applies to; (0, 0) where it applies to none."""
    values = [value for s in scores if (value := s.values[name]) is not None]
    return (sum(values) / len(values), len(values)) if values else (0.0, 0)
