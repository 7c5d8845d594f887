"""The gate at work on an answer: what its citations and rules do not carry is cut, and the status lowered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.gate import check_bounds, check_citations, check_figures, check_modals, check_polarity
from rag.model import Answer, Evidence, Status
from rag.reckon import computed
from rag.steps import step_faults

HELP = "可以打12351（工会）、12333（人社）或12348（法律援助）问清楚"

# What the library says of itself, of whom to ask, and of what it does not know rests on no provision.
_OWN_WORDS = re.compile(
    r"[^，；。！？]*(?:本库|12\d{3}|可能已过|当准|能说|下结论|现在的数字|请以|没有依据|工作安排|不是法律|不能当|不能拿来|单凭它|直接相比)[^，；。！？]*"
)


def refuse(words: str, evidence: Sequence[Evidence] = ()) -> Answer:
    """Make an honest refusal in words of its own; what was retrieved stays with it."""
    return Answer(Status.REFUSED, words, retrieved=tuple(evidence))


def verify(answer: Answer) -> Answer:
    """Hold an answer against the gate; what fails is cut and the status lowered, with the reason in the trace."""
    if answer.status is Status.REFUSED:
        return answer
    if weak := step_faults(answer):
        trace = (*answer.trace, *(f"核对：{fault}" for fault in weak.values()))
        answer = replace(answer, steps=tuple(step for step in answer.steps if step not in weak), trace=trace)
    kept = [
        (citation, line)
        for citation, line in zip(answer.citations, answer.basis, strict=True)
        if check_citations([citation], answer.retrieved).passed
    ]
    faults = check_citations(answer.citations, answer.retrieved).faults
    sources = [item.chunk.provision.text for item in answer.retrieved if item.chunk.id in {c.chunk_id for c, _ in kept}]
    allowed = " ".join(c.title for c, _ in kept)
    wrong: tuple[str, ...] = ()
    if answer.status is not Status.HOTLINE:
        wrong = _conclusion_faults(answer, sources, allowed, {(c.title, c.article) for c, _ in kept})
    faults += wrong
    trace = (*answer.trace, *(f"核对：{fault}" for fault in faults))
    answer = replace(answer, citations=tuple(c for c, _ in kept), basis=tuple(line for _, line in kept), trace=trace)
    if not faults:
        return answer
    if wrong or (not kept and answer.status is not Status.HOTLINE):
        return replace(refuse(f"找到的资料没有通过核对，不敢作答。{HELP}。", answer.retrieved), trace=trace)
    return answer


def _conclusion_faults(
    answer: Answer, sources: list[str], allowed: str, cited: set[tuple[str, str]]
) -> tuple[str, ...]:
    """Hold a conclusion against its sources; what a rule computes is computed again, and only those very words pass."""
    conclusion = answer.conclusion
    for phrase in computed(answer, cited):
        conclusion = re.sub(rf"(?<!\d){re.escape(phrase)}(?!\d)", "", conclusion)
    faults: list[str] = []
    for sentence in re.split(r"(?<=[。！？])", conclusion):
        faults += check_figures(sentence, sources, allowed).faults
        told = _OWN_WORDS.sub("", sentence)
        for check in (check_bounds, check_modals, check_polarity) if sources else ():
            faults += check(told, sources).faults
    return tuple(faults)
