"""Until when maternity leave lasts: from its first day, by the province's rules and the way holidays count there."""

from __future__ import annotations

import re
from datetime import date

from documents.leave_rules import Counting, Event, HolidayRule, LeaveRule, holiday_rule
from documents.region import short_name
from rag.calendar import HOLIDAY_LAW, Segment, Strip, statutory, strip
from rag.deadlines import day_words
from rag.maternity import births, order_words
from rag.model import Question, Status
from rag.reckoned import Reckoned
from rag.rules import needed
from rag.understand.facts import begins

_ASKS = re.compile(
    r"(?:休|放|请|假).{0,6}(?:到|至).{0,4}(?:哪天|几号|几月|什么时候|何时|哪一天)|什么时候(?:结束|到期|返岗|回去?上班|上班|休完)|哪天(?:结束|到期|返岗|上班|休完)|几号(?:结束|到期|返岗|上班|休完)|最后一天(?:是|到|该是)?.{0,2}(?:哪|几|什么时候)"
)
# An order in words (or nothing), its terms, its strip.
Laid = tuple[str, tuple[LeaveRule, ...], Strip]
_OWN = (Event.EXTENSION, Event.THIRD_CHILD)


def laid(question: Question) -> list[Laid]:
    """Lay the leave on the calendar for a question that asks for its last day and tells the first; empty elsewhere."""
    found = _found(question)
    return found[0] if found else []


def _found(question: Question) -> tuple[list[Laid], list[HolidayRule | None]] | None:
    """The leave laid out by birth order, and how holidays count in the nation's days and in the province's (None: not known)."""
    if "产假" not in question.topics or len(question.regions) != 1 or not _ASKS.search(question.search):
        return None
    province = question.regions[0].province
    start = begins(question.search, question.as_of or date.today())
    found = births(question, province) if province and start else []
    if start is None or not found or not all(r.check.carries_figures for _, terms in found for r in terms):
        return None
    rules = [holiday_rule(province, event) for event in (Event.BASE, Event.EXTENSION)]
    firm = [r if r and r.check.carries_figures else None for r in rules]
    day = question.as_of or date.today()
    return [
        (order_words(province, day, order, None) if len(found) > 1 else "", terms, _lay(start, terms, firm))
        for order, terms in found
    ], firm


def reckon(question: Question) -> Reckoned | None:
    """Compute the last day for a question that asks for it and tells the first; None elsewhere.

    One place; where the birth order decides and is not told, each is shown and asked for. Nothing on weakly checked terms.
    """
    if (found := _found(question)) is None:
        return None
    leaves, firm = found
    words, phrases = _words(short_name(question.regions[0].province), leaves, None not in firm)
    unknown = any(one.unknown for _, _, one in leaves)
    status = Status.PARTIAL if unknown or None in firm else Status.ANSWERED
    if len(leaves) > 1:
        status, words = Status.CLARIFY, f"{words}这是第几个孩子？"
    return Reckoned(status, words, _sources(leaves, firm), phrases, ())


def _lay(start: date, terms: tuple[LeaveRule, ...], rules: list[HolidayRule | None]) -> Strip:
    """The nation's days first, the province's own after them, each counted as its rule says (as they come where it is unknown)."""
    base, own = [r for r in terms if r.event not in _OWN], [r for r in terms if r.event in _OWN]
    segments = [
        Segment(sum(r.days for r in part), rule is not None and rule.counting is Counting.SHIFTS)
        for part, rule in zip((base, own), rules, strict=True)
    ]
    return strip(start, segments)


def _words(place: str, laid: list[Laid], known: bool) -> tuple[str, tuple[str, ...]]:
    parts, phrases = [], [day_words(laid[0][2].start)]
    for order, terms, one in laid:
        shown = " + ".join(f"{r.days}天" for r in terms)
        last, moved = day_words(one.end), ""
        if one.moved:
            names = "、".join(dict.fromkeys((statutory(day.year) or {})[day] for day in one.moved))
            moved = f"遇{names}共顺延{len(one.moved)}天"
        parts.append(
            f"{place}{order}产假{sum(r.days for r in terms)}天 = {shown}，最后一天是{last}"
            + (f"（{moved}）" if moved else "")
        )
        phrases += [last, moved] if moved else [last]
    words = f"从{phrases[0]}休起：{'；'.join(parts)}。"
    if not known:
        words += f"这是按连续自然日数的：产假遇法定节假日顺不顺延，本库没有查到{place}的确定规定，请问12333。"
    if years := sorted({year for _, _, one in laid for year in one.unknown}):
        named = "、".join(f"{year}年" for year in years)
        words += f"{named}的法定节假日本库还没有，遇到的还要往后顺延。"
        phrases.append(named)
    return words, tuple(phrases)


def _sources(laid: list[Laid], rules: list[HolidayRule | None]) -> tuple[tuple[str, str, frozenset[str]], ...]:
    found: dict[tuple[str, str], set[str]] = {}
    for rule in (rule for _, terms, _ in laid for rule in terms):
        found.setdefault((rule.title, rule.article), set()).update(needed(rule))
    for counting in rules:
        if counting is not None:
            found.setdefault((counting.title, counting.article), set())
    if any(one.moved for _, _, one in laid):
        found.setdefault(HOLIDAY_LAW, set())
    return tuple((title, article, frozenset(figures)) for (title, article), figures in found.items())
