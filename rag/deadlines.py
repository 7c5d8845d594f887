"""Whether there is still time for a remedy: starting day, last day, and by when to act, in words."""

from __future__ import annotations

from datetime import date

from documents.deadlines import Due, Kind, deadline, due
from rag.model import Question, Status
from rag.reckoned import Reckoned
from rag.understand.facts import happened
from rag.understand.remedy import remedy

ASK = "可能已过，请先问12348或工会"


def reckon(question: Question) -> Reckoned | None:
    """Compute the deadline that a question asks about, where it tells when things happened; None elsewhere."""
    event = remedy(question.search)
    today = question.as_of or date.today()
    span = happened(question.search, today) if event else None
    if event is None or span is None:
        return None
    row = deadline(event)
    if row.kind is not Kind.RIGHT:
        return None
    found = due(row, span.first)  # the first day that it may have been: on the safe side
    length = f"{row.length}{'个' if row.unit == '月' else ''}{row.unit}"
    opening = f"{event}的期限是{length}，从{row.starts}起算"
    counted = f"按{day_words(span.first)}起算，最后一天是{day_words(found.last)}"
    steps = _steps(found)
    words = f"{opening}。{counted}，{_advice(found, due(row, span.last), today)}"
    sources = ((row.title, row.article, frozenset({str(row.length)})),)
    phrases = tuple(day_words(day) for day in (span.first, found.last, found.advised))
    return Reckoned(Status.ANSWERED, words, sources, phrases, steps)


def _advice(first: Due, last: Due, today: date) -> str:
    row = first.deadline
    again = "要是中间主张过权利、投诉过，会中断并重新计算" if row.interrupts else ""
    if last.passed(today):
        return f"{ASK}" + (f"；{again}。" if again else "。")
    if first.passed(today):
        return f"要看具体是哪天，{ASK}" + (f"；{again}。" if again else "。")
    if first.advised <= today:
        return "还来得及，但已经很近，建议马上递交。"
    return f"还来得及，建议最迟{day_words(first.advised)}递交。"


def _steps(found: Due) -> tuple[str, ...]:
    row = found.deadline
    told = ["起算的日子以通知书、裁决书上的日期或者你实际知道的那天为准；最后一天遇到节假日，这里没有往后算，留出余地"]
    if row.interrupts:
        told.append(f"{row.interrupts}；把短信、投诉回执等留好")
    told += [f"{words}" for words in (row.suspends, row.exceptions) if words]
    return tuple(told)


def day_words(day: date) -> str:
    """Write a day: 2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"
