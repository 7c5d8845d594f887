"""Maternity leave by rule: the sum shown term by term, each term from a provision of the open index."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.leave_rules import Cesarean, Event, LeaveRule, maternity_rules, maternity_terms
from documents.model import NATIONAL
from documents.region import Region, short_name
from index.search import SearchIndex
from rag.model import Evidence, Question
from rag.retrieve import fetch

_NAMES = {Event.THIRD_CHILD: "三孩", Event.DIFFICULT: "难产", Event.MULTIPLE: "多胞胎"}
_ORDERS = {1: "一孩", 2: "二孩", 3: "三孩"}


@dataclass(frozen=True, slots=True)
class Sum:
    """A leave for one birth: the sentence with its sum, the evidence of its terms, and whether a term is only weakly checked."""

    sentence: str
    evidence: tuple[Evidence, ...]
    weak: tuple[str, ...]


def maternity_sum(index: SearchIndex, question: Question, region: Region) -> Sum | None:
    """Add up the leave for the birth that a question describes.

    Returns None where the question gives nothing to add, or the province has no rows, or a source provision is not in the
    index. Weak terms are left out of the sum and named.
    """
    slots = question.slots
    if not slots & {"难产", "剖宫产", "多胞胎", "二孩", "三孩"}:
        return None
    difficult = _difficult(region.province, slots)
    infants = 3 if re.search(r"三胞胎", question.search) else 2 if "多胞胎" in slots else 1
    known = 3 if "三孩" in slots else 2 if "二孩" in slots else None
    orders = [known] if known else _orders(region.province)
    sums = [maternity_terms(region.province, order, difficult, infants) for order in orders]
    if not all(sums):
        return None
    evidence: dict[str, Evidence] = {}
    for rule in (rule for terms in sums for rule in terms):
        found = fetch(index, question, rule.title, rule.article, "假期规则")
        if not found:
            return None
        stating = [item for item in found if f"{rule.days}天" in item.chunk.text] or found
        evidence.setdefault(f"{rule.title}{rule.article}", stating[0])
    weak = tuple(
        dict.fromkeys(_NAMES.get(r.event, "延长") for terms in sums for r in terms if not r.check.carries_figures)
    )
    if "延长" in weak:
        return None
    several = len(sums) > 1
    parts = [
        _part(region, terms, _ORDERS[order] if several or known else "")
        for order, terms in zip(orders, sums, strict=True)
    ]
    return Sum("；".join(parts) + _cesarean_note(region.province, slots, difficult), tuple(evidence.values()), weak)


def _part(region: Region, terms: tuple[LeaveRule, ...], order: str) -> str:
    firm = [rule for rule in terms if rule.check.carries_figures]
    place = short_name(region.province)
    words = " + ".join(f"{_term(rule, place)}{rule.days}天" for rule in firm)
    return f"{place}{order}产假{sum(rule.days for rule in firm)}天 = {words}"


def _term(rule: LeaveRule, place: str) -> str:
    if rule.event is Event.BASE:
        return "国家"
    return place if rule.event is Event.EXTENSION else _NAMES[rule.event]


def _orders(province: str) -> list[int]:
    """The birth orders that differ in a province; only the first where they are all alike."""
    days: dict[int, int] = {}
    for rule in maternity_rules():
        if rule.region == province and rule.order is not None:
            days[rule.order] = days.get(rule.order, 0) + rule.days
    first_with = {total: order for order, total in sorted(days.items(), reverse=True)}
    return sorted(first_with.values())


def extension_is_weak(province: str) -> bool:
    """Whether a province's own days rest on one source only, or on sources that disagree."""
    return any(
        r.region == province and r.event is Event.EXTENSION and not r.check.carries_figures for r in maternity_rules()
    )


def _difficult(province: str, slots: frozenset[str]) -> bool:
    return "难产" in slots or ("剖宫产" in slots and _cesarean(province) is Cesarean.COUNTS)


def _cesarean(province: str) -> Cesarean:
    found = (r.cesarean for r in maternity_rules() if r.region == province and r.event is Event.DIFFICULT)
    return next(found, None) or Cesarean.CERTIFICATE


def _cesarean_note(province: str, slots: frozenset[str], difficult: bool) -> str:
    """Say when a caesarean adds days, where it does not always."""
    if "剖宫产" not in slots or difficult:
        return ""
    rule = next(
        (
            r
            for r in maternity_rules()
            if r.region in (province, NATIONAL) and r.event is Event.DIFFICULT and r.region == province
        ),
        None,
    )
    if rule is None or not rule.check.carries_figures:
        return "；剖宫产能不能再加，本库材料有冲突"
    proof = "有医学指征的剖宫产" if rule.cesarean is Cesarean.INDICATION else "医院证明写明难产的"
    return f"；剖宫产不一定算难产，{proof}再加{rule.days}天"
