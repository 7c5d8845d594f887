"""What a message is by its vector: danger that no list of words foresaw, and how likely it is that this library answers it."""

from __future__ import annotations

import math
from dataclasses import replace

from index.search import SearchIndex
from index.senses import Sense, shipped_senses
from rag.choose import LEAST_SUPPORT
from rag.model import Answer, Question, Request, Risk, Status
from rag.understand.question import about_now, about_training

# Log odds from which a message is danger, and from which a word of safety comes first among the steps. With the words of `rag.understand`, of sentences held
# back two thirds of violent and half of despairing ones reach the first (nine and eight tenths the second), 5 % (15 %) of those that only look like it,
# .4 % (2 %) of our lay questions.
DANGER, MAYBE = 3.0, 1.0
_APART = 2.0
_RISKS = {Sense.SELF_HARM: Risk.SELF_HARM, Sense.VIOLENCE: Risk.VIOLENCE}
SAFETY = {
    Risk.VIOLENCE: "要是眼下就有危险：先离开，打110，受伤打120；妇女维权热线12338",
    Risk.SELF_HARM: "要是难受得不想活了：打心理援助热线12356，情况急打120，别一个人待着",
}
# Log odds that an answer is here, a logistic regression of 600 outside and 500 near sentences of ours, held back, and the development questions:
# by the evidence's support, the index's chance that the lead answers, and the log odds that the message is outside.
_SUPPORT, _CHANCE, _OUTSIDE, _NONE = 2.79, 2.81, -0.60, -2.05
# The same where an index tells no chance.
_SUPPORT_ALONE, _NONE_ALONE = 5.51, -1.58


def with_risk(question: Question) -> Question:
    """Mark a message as danger where its vector says so and its words speak neither of the past nor of a lesson."""
    if question.risk is not None or question.request in (Request.EMPTY, Request.CHAT, Request.OUTSIDE):
        return question
    risk, odds = _risk(question)
    if risk is None or odds < DANGER:
        return question
    return replace(question, risk=risk, noticed=(*question.noticed, f"像是有危险（{risk}，{odds:.1f}）"))


def with_safety(question: Question, answer: Answer) -> Answer:
    """Put a word of safety before the steps of an answer to a message that may be danger."""
    if answer.status is Status.HOTLINE or question.request in (Request.EMPTY, Request.CHAT, Request.OUTSIDE):
        return answer
    risk, odds = _risk(question)
    if risk is None or odds < MAYBE:
        return answer
    return replace(answer, steps=(SAFETY[risk], *answer.steps))


def confidence(index: SearchIndex, question: Question, plan: bool, support: float, chance: float | None) -> float:
    """Return how likely it is that this library answers a question, 0 to 1.

    Parameters: whether plans were chosen, the evidence's support (`rag.choose.support_of`) and the index's chance of the lead, None where it tells none. What plans say is
    no law and looks like nothing of ours: there the support alone counts, scaled so that the usual threshold falls on `LEAST_SUPPORT`.
    """
    if plan:
        return min(support / LEAST_SUPPORT * index.manifest.refuse_below, 1.0)
    outside = shipped_senses().of(question.search)[Sense.OUTSIDE]
    if chance is None:
        odds = _SUPPORT_ALONE * support + _OUTSIDE * outside + _NONE_ALONE
    else:
        odds = _SUPPORT * support + _CHANCE * chance + _OUTSIDE * outside + _NONE
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
