"""Maternity leave by rule: the sum shown term by term, each term from a provision of the open index."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from documents.figures import figures
from documents.leave_rules import (
    Cesarean,
    Event,
    Force,
    LeaveRule,
    Role,
    extras,
    leave_rules,
    maternity_rules,
    maternity_terms,
)
from documents.region import Region, short_name
from index.search import SearchIndex
from rag.compose import carries
from rag.model import Evidence, Question
from rag.rules import source_of
from rag.understand.facts import denied

_NAMES = {Event.THIRD_CHILD: "三孩", Event.DIFFICULT: "难产", Event.MULTIPLE: "多胞胎"}
ORDERS = {1: "一孩", 2: "二孩", 3: "三孩"}


@dataclass(frozen=True, slots=True)
class Sum:
    """A leave for one birth: the sentence with its sum, the evidence of its terms, which terms are only weakly checked."""

    sentence: str
    evidence: tuple[Evidence, ...]
    weak: tuple[str, ...]


def maternity_sum(index: SearchIndex, question: Question, region: Region) -> Sum | None:
    """Add up the leave for the birth that a question describes, by the rules of its day.

    Returns None where history is asked about, the province has no rows for that day, its own days are weakly checked, or a
    source provision is not in the index or does not state its figure. Weak further terms are left out of the sum and named.
    """
    if question.as_of is None:
        return None
    day, province, slots = question.as_of, region.province, question.slots
    difficult, known = _difficult(province, slots, day), _order(slots)
    found_births = births(question, province)
    if not found_births:
        return None
    orders, sums = [order for order, _ in found_births], [terms for _, terms in found_births]
    evidence: dict[str, Evidence] = {}
    for rule in (rule for terms in sums for rule in terms):
        found = source_of(index, rule, day)
        if found is None:
            return None
        evidence.setdefault(f"{rule.title}{rule.article}", found)
    weak = tuple(
        dict.fromkeys(
            _NAMES.get(r.event, "延长")
            for terms in sums
            for r in terms
            if not r.check.carries_figures or not carries(evidence[f"{r.title}{r.article}"])
        )
    )
    if "延长" in weak:
        return None
    total = _total(sums[0]) if len(sums) == 1 else None
    more, cited = _extras(index, question, province, day, known, total)
    capped = any("单位可以定到" in words for words in more)
    parts = [
        _part(region, terms, order_words(province, day, order, known) if len(sums) > 1 or known else "", capped)
        for order, terms in zip(orders, sums, strict=True)
    ]
    if not slots & {"难产", "剖宫产", "多胞胎"}:  # a sum for a special birth is long enough
        alike = ["不分第几个孩子，都一样"] if len(sums) == 1 and not known else []
        more = [*alike, *more, *dict.fromkeys(r.note for terms in sums for r in terms if r.note)]
    more += _turn(sums[0], evidence)
    sentence = "；".join([*parts, *more]) + _cesarean_note(province, slots, difficult, day)
    if "剖宫产" in slots and not difficult:  # what the note says of a caesarean
        cited += [found for rule in _difficult_rules(province, day) if (found := source_of(index, rule, day))][:1]
    return Sum(sentence, (*evidence.values(), *cited), weak)


def _turn(terms: tuple[LeaveRule, ...], evidence: dict[str, Evidence]) -> list[str]:
    """The day from which other days hold, or these do since a change, where the source itself tells it."""
    own = next((r for r in terms if r.event is Event.EXTENSION), None)
    if own is None:
        return []
    before = any(
        r.valid_to == own.valid_from and r.region == own.region and r.event is own.event
        for r in leave_rules()
        if r.valid_to is not None
    )
    day = own.valid_to or (own.valid_from if before else None)
    item = evidence.get(f"{own.title}{own.article}")
    if day is None or item is None or not figures(day.isoformat()) <= figures(item.chunk.text):
        return []
    return [f"这是{day.isoformat()}{'以前' if own.valid_to else '（含当天）以后'}生育的天数"]


def births(question: Question, province: str) -> list[tuple[int, tuple[LeaveRule, ...]]]:
    """Return the terms of the birth that a question describes, by birth order: one where the order is told or makes no difference.

    Empty where history is asked about, or the province has no rows that are known to hold on the day.
    """
    if question.as_of is None:
        return []
    day, slots = question.as_of, question.slots
    infants = 3 if re.search(r"三胞胎", question.search) else 2 if "多胞胎" in slots else 1
    known = _order(slots)
    found = [
        (order, maternity_terms(province, order, _difficult(province, slots, day), infants, day))
        for order in ([known] if known else _orders(province, day))
    ]
    if not all(terms for _, terms in found) or any(_unsure_start(r, day) for _, terms in found for r in terms):
        return []
    return found


def _order(slots: frozenset[str]) -> int | None:
    return 3 if "三孩" in slots else 2 if "二孩" in slots else None


def _unsure_start(rule: LeaveRule, day: date) -> bool:
    return rule.holds(day) is None and day < date.today()


def _total(terms: tuple[LeaveRule, ...]) -> int:
    return sum(rule.days for rule in terms if rule.check.carries_figures)


def _part(region: Region, terms: tuple[LeaveRule, ...], order: str, capped: bool) -> str:
    firm = [rule for rule in terms if rule.check.carries_figures]
    place = short_name(region.province)
    words = " + ".join(f"{term_name(rule, place)}{rule.days}天" for rule in firm)
    least = "最低" if capped else ""
    return f"{place}{order}产假{least}{_total(terms)}天 = {words}"


def term_name(rule: LeaveRule, place: str) -> str:
    """What a term of a sum is called: 国家, the place, or what adds the days."""
    if rule.event is Event.BASE:
        return "国家"
    return place if rule.event is Event.EXTENSION else _NAMES[rule.event]


def _extras(
    index: SearchIndex, question: Question, province: str, day: date, order: int | None, total: int | None
) -> tuple[list[str], list[Evidence]]:
    """What may come on top under a condition or with consent, in words, and the evidence of its figures."""
    words: dict[str, list[int]] = {}
    cited = []
    for rule in extras(province, day, order):
        found = source_of(index, rule, day)
        if found is None or not rule.check.carries_figures or not carries(found):
            continue
        if rule.when and denied(rule.when, question.search):
            words.setdefault(f"没参加{rule.when}，不另加", [])
            continue
        words.setdefault(_extra(rule, total), []).extend([rule.order] if rule.order and order is None else [])
        cited.append(found)
    return ["、".join(ORDERS[n] for n in orders) + text for text, orders in words.items()], cited


def _extra(rule: LeaveRule, total: int | None) -> str:
    amount = f"{rule.least}{f'—{rule.most}' if rule.most else ''}{rule.unit}"
    if rule.role is Role.CAP:
        return f"单位可以定到{amount}" if rule.force is Force.EMPLOYER else f"本人申请、单位同意的可以延长到{amount}"
    if rule.force is Force.CONSENT:
        return f"经单位同意可以再加{amount}，单位不同意就没有"
    shown = f"，共{total + rule.days}天 = {total}天 + {rule.days}天" if total and rule.unit == "天" else ""
    return f"参加{rule.when}的再加{amount}{shown}"


def _own_days(province: str, day: date) -> dict[int, int]:
    """A province's own days by birth order."""
    days: dict[int, int] = {}
    for rule in maternity_rules(day):
        if rule.region == province and rule.order is not None:
            days[rule.order] = days.get(rule.order, 0) + rule.days
    return days


def _orders(province: str, day: date) -> list[int]:
    """The birth orders that differ in a province; only the first where they are all alike."""
    first_with = {total: order for order, total in sorted(_own_days(province, day).items(), reverse=True)}
    return sorted(first_with.values())


def order_words(province: str, day: date, order: int, known: int | None) -> str:
    """Name a birth order, together with those that get the same where it is not known which is asked about."""
    days = _own_days(province, day)
    alike = [known] if known else [n for n in sorted(days) if days[n] == days.get(order)]
    return "、".join(ORDERS[n] for n in alike)


def extension_is_weak(province: str) -> bool:
    """Whether a province's own days rest on one source only, or on sources that disagree."""
    return any(
        r.region == province and r.event is Event.EXTENSION and not r.check.carries_figures for r in maternity_rules()
    )


def _difficult(province: str, slots: frozenset[str], day: date) -> bool:
    return "难产" in slots or ("剖宫产" in slots and _cesarean(province, day) is Cesarean.COUNTS)


def _cesarean(province: str, day: date) -> Cesarean:
    return next((r.cesarean for r in _difficult_rules(province, day)), None) or Cesarean.CERTIFICATE


def _difficult_rules(province: str, day: date) -> list[LeaveRule]:
    return [r for r in maternity_rules(day) if r.region == province and r.event is Event.DIFFICULT]


def _cesarean_note(province: str, slots: frozenset[str], difficult: bool, day: date) -> str:
    """Say when a caesarean adds days, where it does not always."""
    if "剖宫产" not in slots or difficult:
        return ""
    rule = next(iter(_difficult_rules(province, day)), None)
    if rule is None or not rule.check.carries_figures:
        return "；剖宫产能不能再加，本库材料有冲突"
    proof = "有医学指征的剖宫产" if rule.cesarean is Cesarean.INDICATION else "医院证明写明难产的"
    return f"；剖宫产不一定算难产，{proof}再加{rule.days}天"
