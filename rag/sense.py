"""What a message is by its vector: danger that no list of words foresaw, and how likely it is that this library answers it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from index.search import SearchIndex
from index.senses import Sense, shipped_senses
from rag.choose import LEAST_SUPPORT
from rag.compose import Passage
from rag.model import Answer, Question, Request, Risk, Status
from rag.understand.outside import clauses, stands_alone
from rag.understand.question import about_now, about_training, is_ours

# Log odds from which a message is danger, and from which a word of safety comes first among the steps. With the words of `rag.understand`, of sentences held
# back two thirds of violent and half of despairing ones reach the first (nine and eight tenths the second), 5 % (15 %) of those that only look like it,
# .4 % (2 %) of our lay questions.
DANGER, MAYBE = 3.0, 1.0
_APART = 2.0
# From here a clause of a question is taken for one about something else; one that leans on the others often sounds so at less.
OTHER = 4.5
_RISKS = {Sense.SELF_HARM: Risk.SELF_HARM, Sense.VIOLENCE: Risk.VIOLENCE}
SAFETY = {
    Risk.VIOLENCE: "要是眼下就有危险：先离开，打110，受伤打120；妇女维权热线12338",
    Risk.SELF_HARM: "要是难受得不想活了：打心理援助热线12356，情况急打120，别一个人待着",
}
# Log odds that an answer is here, a logistic regression of 1,460 outside and 970 near sentences of ours, held back, and the development questions:
# by the evidence's support, the index's chance that one of the first four answers, and the log odds that the message is outside.
_SUPPORT, _CHANCE, _OUTSIDE, _NONE = 2.05, 3.68, -0.74, -3.13
_OF = 4
# The same where an index tells no chance.
_SUPPORT_ALONE, _OUTSIDE_ALONE, _NONE_ALONE = 5.90, -0.74, -1.92


def with_risk(question: Question) -> Question:
    """Mark a message as danger where its vector says so and its words speak neither of the past nor of a lesson."""
    if question.risk is not None or question.request in (Request.EMPTY, Request.CHAT, Request.OUTSIDE):
        return question
    risk, odds = _risk(question)
    if risk is None or odds < DANGER:
        return question
    return replace(question, risk=risk, noticed=(*question.noticed, f"像是有危险（{risk}，{odds:.1f}）"))


def without_outside(question: Question) -> Question:
    """Leave out the clause of a right's question that asks for something else, told by its vector (…再问下私立医院剖一个收费多少)."""
    if question.outside or question.risk is not None or question.request is not Request.RIGHT:
        return question
    parts = clauses(question.asked)
    told = shipped_senses()
    left = [p for p in parts if stands_alone(p) and told.of(p)[Sense.OUTSIDE] >= OTHER] if len(parts) > 1 else []
    kept = [part for part in parts if part not in left]
    if not left or not any(is_ours(part) for part in kept):
        return question
    noticed = (*question.noticed, f"有一部分像是在范围外（{left[0]}），只答其余部分")
    return replace(question, search="，".join(kept), outside="无关", noticed=noticed)


def with_safety(question: Question, answer: Answer) -> Answer:
    """Put a word of safety before the steps of an answer to a message that may be danger."""
    if answer.status is Status.HOTLINE or question.request in (Request.EMPTY, Request.CHAT, Request.OUTSIDE):
        return answer
    risk, odds = _risk(question)
    if risk is None or odds < MAYBE:
        return answer
    return replace(answer, steps=(SAFETY[risk], *answer.steps))


def confidence(index: SearchIndex, question: Question, plan: bool, support: float, ranked: Sequence[Passage]) -> float:
    """Return how likely it is that this library answers a question, 0 to 1.

    Parameters: whether plans were chosen, the evidence's support (`rag.choose.support_of`), the ranked passages. What plans say is
    no law and looks like nothing of ours: there the support alone counts, scaled so that the usual threshold falls on `LEAST_SUPPORT`.
    """
    if plan:
        return min(support / LEAST_SUPPORT * index.manifest.refuse_below, 1.0)
    outside = shipped_senses().of(question.search)[Sense.OUTSIDE]
    chances = [passage.evidence.chance for passage in ranked[:_OF]]
    if None in chances or not chances:
        odds = _SUPPORT_ALONE * support + _OUTSIDE_ALONE * outside + _NONE_ALONE
    else:
        some = 1 - math.prod(1 - (chance or 0.0) for chance in chances)
        odds = _SUPPORT * support + _CHANCE * some + _OUTSIDE * outside + _NONE
    return 1 / (1 + math.exp(-odds))


def _risk(question: Question) -> tuple[Risk | None, float]:
    """The likelier danger of a message with its log odds, None where its words say that it is none now."""
    if about_training(question.asked):
        return None, 0.0
    told = shipped_senses().of(question.asked)
    # Both sound alike; help against violence comes first unless despair is far the likelier.
    despair = told[Sense.SELF_HARM] > told[Sense.VIOLENCE] + _APART
    sense = Sense.SELF_HARM if despair else Sense.VIOLENCE
    if told[Sense.OUTSIDE] > told[sense] or (sense is Sense.VIOLENCE and not about_now(question.asked)):
        return None, 0.0
    return _RISKS[sense], told[sense]
