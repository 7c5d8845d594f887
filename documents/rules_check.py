"""What may be wrong with the rules, in Chinese sentences: figures without a provision, contradictions, dates, regions, check states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Protocol

from documents.deadlines import deadlines
from documents.errors import UnknownRegion
from documents.figures import figures
from documents.leave_rules import LeaveRule, Role, holiday_rules, leave_rules
from documents.library import shipped
from documents.limits import limits
from documents.model import Check, Document
from documents.region import parse_region
from documents.retirement import parameters

_STRENGTH = list(Check)


class Sourced(Protocol):
    """What every rule has: a source provision and a check state."""

    @property
    def title(self) -> str:
        """The source's title."""

    @property
    def article(self) -> str:
        """The source's article."""

    @property
    def check(self) -> Check:
        """How far it was checked."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """One rule as the check sees it: a name for the message, its source, the figures that must stand there."""

    name: str
    rule: Sourced
    figures: frozenset[str]


def faults_of_rules() -> Iterator[str]:
    """Check all rules against the shipped library and against each other; yields one sentence a fault."""
    yield from faults_between(shipped(), leave_rules(), _other_claims())
    held = {(d.title, p.article) for d in shipped() for p in d.provisions}
    for limit in limits():
        for title, article in ((limit.title, limit.article), (limit.limit_title, limit.limit_article)):
            if (title, article) not in held:
                yield f"limits.csv：《{title}》{article}不在本库里。请改这一行，或者补上条文。"


def faults_between(
    documents: Iterable[Document], leave: Sequence[LeaveRule], others: Iterable[_Claim] = ()
) -> Iterator[str]:
    """Check leave rules, and further claims, against documents.

    Parameters: the documents that hold the source provisions; the rows of leave; the claims of the other tables.
    """
    held: dict[tuple[str, str], list[tuple[frozenset[str], Check | None]]] = {}
    for document in documents:
        for provision in document.provisions:
            stated = (frozenset(figures(provision.text)), provision.check)
            held.setdefault((document.title, provision.article), []).append(stated)
    mine = [_Claim(f"leave.csv「{_name(r)}」", r, frozenset(r.figures | _bounds(r))) for r in leave]
    by_law = [
        _Claim(c.name, replace(r, title=r.law, article=r.law_article), c.figures)
        for c, r in zip(mine, leave, strict=True)
        if r.law
    ]
    for claim in (*mine, *by_law, *others):
        yield from _source(claim, held)
    for rule in leave:
        yield from _dates(rule)
        yield from _region(f"leave.csv「{_name(rule)}」", rule.region)
    yield from _contradictions(leave)


def _other_claims() -> Iterator[_Claim]:
    for p in parameters():
        yield _Claim(f"retirement.csv「{p.category}{p.name}」", p, frozenset({str(p.value)}))
    for row in deadlines():
        yield _Claim(f"deadlines.csv「{row.event}」", row, frozenset({str(row.length)}))
    for rule in holiday_rules():
        yield _Claim(f"holiday_counting.csv「{rule.region}{rule.event}」", rule, frozenset())


def _bounds(rule: LeaveRule) -> set[str]:
    """The thresholds of a row and the figures of its words, which its source must state too."""
    return {str(n) for n in (rule.start, rule.below) if n is not None} | figures(rule.note) | figures(rule.when)


def _source(claim: _Claim, held: dict[tuple[str, str], list[tuple[frozenset[str], Check | None]]]) -> Iterator[str]:
    where = f"《{claim.rule.title}》{claim.rule.article}"
    found = held.get((claim.rule.title, claim.rule.article))
    if not found:
        yield f"{claim.name}：出处{where}不在本库里。请改出处，或者补上条文。"
        return
    stating = [state for stated, state in found if claim.figures <= stated]
    if not stating:
        missing = "、".join(
            sorted(claim.figures - max((stated for stated, _ in found), key=lambda s: len(s & claim.figures)))
        )
        yield f"{claim.name}：数字{missing}不在出处{where}里。请对照条文改数字或者出处。"
        return
    strongest = min((_STRENGTH.index(state) if state else 0) for state in stating)
    if _STRENGTH.index(claim.rule.check) < strongest:
        yield f"{claim.name}：核实状态「{claim.rule.check}」比出处{where}的「{_STRENGTH[strongest]}」强。请改成出处的状态。"


def _dates(rule: LeaveRule) -> Iterator[str]:
    if rule.valid_from and rule.valid_to and rule.valid_from >= rule.valid_to:
        yield f"leave.csv「{_name(rule)}」：起始日{rule.valid_from}不早于终止日{rule.valid_to}。请改日期。"


def _region(name: str, region: str) -> Iterator[str]:
    try:
        known = parse_region(region).name == region
    except UnknownRegion:
        known = False
    if not known:
        yield f"{name}：地区「{region}」不在地名表里。请写全称。"


def _contradictions(rules: Sequence[LeaveRule]) -> Iterator[str]:
    groups: dict[tuple[str, str, str, bool], list[LeaveRule]] = {}
    for rule in rules:
        if rule.least is not None:
            further = rule.role in (Role.FURTHER, Role.CAP)
            groups.setdefault((rule.region, rule.event, rule.when + str(rule.force), further), []).append(rule)
    for group in groups.values():
        for one, other in combinations(group, 2):
            if _contradict(one, other):
                yield (
                    f"leave.csv「{_name(one)}」和「{_name(other)}」同一天互相矛盾：{_amount(one)}，{_amount(other)}。"
                    "请改日期、条件，或者把两行都记为仅一份材料或有冲突。"
                )


def _contradict(one: LeaveRule, other: LeaveRule) -> bool:
    if _amount(one) == _amount(other) and one.role is other.role:
        repeated = (one.title, one.article, one.order, one.start, one.valid_from) == (
            other.title,
            other.article,
            other.order,
            other.start,
            other.valid_from,
        )
        return repeated and one.measure is other.measure
    both_weak = not one.check.carries_figures and not other.check.carries_figures
    if both_weak or one.basis is not other.basis or (one.role is not other.role and Role.CAP in (one.role, other.role)):
        return False
    return _same_days(one, other) and _same_births(one, other)


def _same_days(one: LeaveRule, other: LeaveRule) -> bool:
    return (one.valid_from or date.min) < (other.valid_to or date.max) and (other.valid_from or date.min) < (
        one.valid_to or date.max
    )


def _same_births(one: LeaveRule, other: LeaveRule) -> bool:
    if None not in (one.order, other.order) and one.order != other.order:
        return False
    if one.measure is not other.measure:
        return True  # weeks and months are not compared: they may overlap
    return (one.start or 0) < (other.below or 99) and (other.start or 0) < (one.below or 99)


def _amount(rule: LeaveRule) -> str:
    return f"{rule.bound}{rule.least}{f'—{rule.most}' if rule.most else ''}{rule.unit}（{rule.role}）"


def _name(rule: LeaveRule) -> str:
    order = f"第{rule.order}孩" if rule.order else ""
    bounds = f"{rule.start or 0}—{rule.below or ''}{rule.measure}" if rule.measure else ""
    return f"{rule.region}{rule.event}{order}{bounds}{rule.when}"
