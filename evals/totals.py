"""Numbers of days in a conclusion: which total it states, and whether it gives less or more than the right is.

Giving less (少说) costs a woman her leave, giving more (多说) costs her an absence without leave, so they are counted apart.
Only what can be told with some certainty is counted; everything else is left to `facts` and `clean`:

- the right is a number of days that alone satisfies a `must` group, or the row's `days`; the question is about leave;
- the conclusion does not state it, and the answer claims to answer (answered or partial);
- clauses that deny, report or recommend (不是, 有人说, 鼓励) and bounds (少于90天) do not count; nor, for giving less, clauses
  that name a floor (至少);
- the largest figure from a fifth to three times the right is compared with it: terms of a sum are smaller than the sum, and a
  figure further off is about something else.

A row may say it itself instead: `under` and `over` are patterns that must not match the conclusion.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from documents.numerals import NUMERAL, to_chinese, to_int
from evals.gold import Case

_DAYS = re.compile(rf"(?<![\d.])(?P<n>\d+(?:\.\d+)?|[{NUMERAL}]{{1,7}})\s*个?(?:工作|自然)?[天日]")
_DATE = re.compile(r"(?:\d{4}\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*[日号]")
_SUM_WORD = re.compile(
    rf"(?:共|合计|总共|总计|一共)(?:是|为|有|休|计)?\s*(?P<n>\d+(?:\.\d+)?|[{NUMERAL}]{{1,7}})\s*个?(?:工作|自然)?[天日]"
)
_CLAUSE = re.compile(r"[，,。；;！!？?\n]")
_NOT_CLAIMED = re.compile(
    r"不是|并非|不成立|没有依据|不对|有误|误解|错|有人说|网传|听说|鼓励|提倡|可以约定|从.{0,8}到.{0,8}不等"
)
# 少于90天 says what the number is not; 未满4个月流产15天 does say 15.
_BOUND = re.compile(
    rf"(?:(?<!不)少于|(?<!不)低于|(?<!不)超过|不足|不到|未满)\s*[\d.{NUMERAL}]+\s*个?(?:工作|自然)?[天日]"
)
_FLOOR = re.compile(r"至少|不少于|不低于|不得低于|底线|最低")
_LEAVE = re.compile(r"假|休|流产|小产")
_LEAST, _MOST = 1 / 5, 3.0
_CLAIMS = ("answered", "partial")


def days_said(text: str) -> list[float]:
    """Return the numbers of days that a text states, dates left out, Arabic and Chinese alike, in order."""
    return [_number(match["n"]) for match in _DAYS.finditer(_DATE.sub("", text))]


def states_total(text: str, days: float) -> bool:
    """Whether a conclusion states a number of days as the total.

    Terms of a sum do not count (国家98天 + 江苏60天); where a total is announced (共158天), only announced ones do.
    """
    bare = _without_terms(_DATE.sub("", text))
    announced = [_number(match["n"]) for match in _SUM_WORD.finditer(bare)]
    return days in (announced or days_said(bare))


def states_date(text: str, day: date) -> bool:
    """Whether a text states a date: 2026年3月1日, 2026-03-01, 2026/3/1."""
    return bool(re.search(rf"{day.year}\s*[年\-/.]\s*0?{day.month}\s*[月\-/.]\s*0?{day.day}(?!\d)", text))


def rights(case: Case) -> list[float]:
    """Return the days that the right answer states and that can be compared: see the module's first rule."""
    if not _LEAVE.search(case.asked) and case.days is None:
        return []
    found = [case.days] if case.days is not None else []
    for group in case.must:
        numbers = {number for pattern in group for number in _decided_by(pattern)}
        if len(numbers) == 1 and all(_decided_by(pattern) for pattern in group):
            found += numbers
    return found


def judges_under(case: Case) -> bool:
    """Whether giving less can be told of a case."""
    return case.under is not None or bool(rights(case))


def judges_over(case: Case) -> bool:
    """Whether giving more can be told of a case."""
    return case.over is not None or bool(rights(case))


def gives_less(case: Case, conclusion: str, status: str) -> bool:
    """Whether a conclusion states fewer days than the right is."""
    if case.under is not None:
        return any(pattern.search(conclusion) for pattern in case.under)
    return any(said < right for right, said in _unlike(case, conclusion, status, floors=False))


def gives_more(case: Case, conclusion: str, status: str) -> bool:
    """Whether a conclusion states more days than the right is."""
    if case.over is not None:
        return any(pattern.search(conclusion) for pattern in case.over)
    return any(said > right for right, said in _unlike(case, conclusion, status, floors=True))


def _unlike(case: Case, conclusion: str, status: str, floors: bool) -> list[tuple[float, float]]:
    """(right, figure stated instead of it) of each right that a conclusion does not state."""
    if status not in _CLAIMS:
        return []
    wanted = rights(case)
    clauses = [c for c in _CLAUSE.split(_BOUND.sub("", conclusion)) if not _NOT_CLAIMED.search(c)]
    claimed = [n for c in clauses if floors or not _FLOOR.search(c) for n in days_said(c) if n not in wanted]
    found = []
    for right in wanted:
        near = [n for n in claimed if _LEAST * right <= n <= _MOST * right]
        stated = states_total(conclusion, right) if right == case.days else right in days_said(conclusion)
        if near and not stated:
            found.append((right, max(near)))
    return found


@cache
def _decided_by(pattern: re.Pattern[str]) -> tuple[float, ...]:
    """The number of days without which a pattern does not match, found by trying those that stand in it."""
    numbers = {int(n) for n in re.findall(r"\d{1,3}", pattern.pattern)}
    for word in re.findall(rf"[{NUMERAL}]{{1,7}}", pattern.pattern):
        numbers.add(to_int(word))
    return tuple(float(n) for n in sorted(numbers) if 0 < n < 1000 and _needs(pattern, n))


def _needs(pattern: re.Pattern[str], number: int) -> bool:
    for words, other in ((str(number), str(number + 1)), (to_chinese(number), to_chinese(number + 1))):
        match = pattern.search(f"{words}天")
        if match and match.end() == len(words) + 1:
            return not any(pattern.search(text) for text in (words, f"{other}天", "7777天"))
    return False


def _without_terms(text: str) -> str:
    """Cut the parts of each clause, parted by =, that add something up: what stays states totals."""
    clauses = []
    for clause in _CLAUSE.split(text):
        parts = [part for part in re.split(r"[=＝]", clause) if not re.search(r"[+＋]", part)]
        clauses.append("，".join(parts))
    return "。".join(clauses)


def _number(text: str) -> float:
    return float(text) if text[0].isdigit() else float(to_int(text))
