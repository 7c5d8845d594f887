"""What one statement of a clause gets, before the clause takes the worst of them."""

from __future__ import annotations

from dataclasses import dataclass

from rag.desk.clauses.law import Floor, plain
from rag.desk.clauses.model import Verdict
from rag.model import Citation


@dataclass(frozen=True, slots=True)
class Said:
    """One statement's verdict, with its reason, what it rests on, and how it could read at the legal minimum."""

    verdict: Verdict
    matter: str
    reason: str
    sources: tuple[Citation, ...] = ()
    proposal: str = ""


def names(sources: tuple[Citation, ...]) -> str:
    """Name provisions for a sentence: 《女职工劳动保护特别规定》第七条、…."""
    return "、".join(dict.fromkeys(f"《{c.title}》{c.article}" for c in sources[:2]))


def against(matter: str, what: str, amount: float, unit: str, floor: Floor | None, capped: bool = False, proposal: str = "") -> Said:
    """Hold an amount against a floor below which it must not lie.

    Parameters: the matter, what is counted (产假), the amount and its unit as written, the floor (None: no rule is known), whether
    the clause gives the amount as the most. A weak floor supplies no verdict.
    """
    given = f"{plain(amount)}{unit}"
    if floor is None:
        return Said(Verdict.UNSURE, matter, f"这里写{what}{given}，本库没有这个地方、这一天的{what}规定，不能比较。")
    said = f"这里写{what}{given}，{names(floor.sources)}是{floor.words}"
    if floor.weak:
        return Said(Verdict.UNSURE, matter, f"{said}，但这个数字仅一份材料或有冲突，不能当准，所以不下结论。", floor.sources)
    if amount < floor.amount:
        return Said(Verdict.BELOW, matter, f"{said}，少了{plain(floor.amount - amount)}{unit}。", floor.sources, proposal)
    if amount == floor.amount and capped:
        return Said(
            Verdict.BELOW, matter, f"{said}，这里却写成最多这么多，可能给得更少。", floor.sources, proposal
        )
    if amount > floor.amount and not capped:
        return Said(Verdict.ABOVE, matter, f"{said}，多了{plain(amount - floor.amount)}{unit}。", floor.sources)
    return Said(Verdict.EQUAL, matter, f"{said}，一样。", floor.sources)
