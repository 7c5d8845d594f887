"""Which passages answer: evidence in order of how well it answers, law or plans, and what is cited beside the lead."""

from __future__ import annotations

import re
from dataclasses import replace

from documents.figures import figures
from documents.region import NATION
from index.search import SearchIndex
from rag import leave
from rag.compose import LONGEST_CONCLUSION, Passage, best_passage, carries, is_summary, shorten
from rag.model import Evidence, Question, Request
from rag.retrieve import retrieve

# Evidence of the other kind (law, plans) counts only from here.
LEAST_SUPPORT = 0.25
# A question that reads like one about rights is answered from plans only on clearly better evidence, and the other way round.
OTHER_KIND = 0.12
# Shares of a candidate's rank: fused retrieval score, its words that the question has, its best passage.
BY_RETRIEVAL, BY_WORDS, BY_PASSAGE = 0.55, 0.20, 0.25
LOCAL_BONUS = 0.15
MOST_BASIS = 3
# A further passage is cited only where it fits nearly as well as the lead, and surely enough where the index tells a chance.
NEAR = 0.6
SURE = 0.2
# A provision that the lead names is cited where it is about the question too, not only about the lead.
NAMED = 0.2
# A firmly checked provision takes the place of a weakly checked one from here.
FIRM = 0.4
# A provision that only says from when a law holds answers nothing else.
_ONLY_DATES = re.compile(
    r"(?:本(?:法|条例|办法|规定|决定|细则|意见|解释))?[自从][^，。]{2,34}起(?:施行|实施|执行)。?(?:[^。]*同时废止。)?\s*$"
)
_ABOUT_DATES = re.compile(r"施行|生效|实施|废止|失效|作废|什么时候|啥时候|哪[年天]|几[年月]|从.{0,6}(?:起|开始)")
_REMARK = re.compile(r"（本库注[:：](?:[^（）]|（[^（）]*）)*）")


def law_or_plans(
    index: SearchIndex, question: Question, evidence: list[Evidence]
) -> tuple[bool, list[Evidence], list[Passage], float]:
    """Decide between law and plans: the kind that the words suggest, unless the other's evidence is clearly better.

    Returns whether plans were chosen, their evidence, its passages ranked, and the lead's support.
    """
    plan = question.request is Request.PLAN
    ranked = ranked_passages(index, question, evidence)
    support = support_of(index, question, ranked)
    other = retrieve(index, question, plans=not plan)
    other_ranked = ranked_passages(index, question, other)
    other_support = support_of(index, question, other_ranked)
    if other_support >= support + OTHER_KIND and other_support >= LEAST_SUPPORT:
        return not plan, other, other_ranked, other_support
    return plan, evidence, ranked, support


def support_of(index: SearchIndex, question: Question, ranked: list[Passage]) -> float:
    """How well the lead carries an answer, 0 to 1: half its cosine, half the share of the question's words in it."""
    if not ranked:
        return 0.0
    lead = ranked[0].evidence
    texts = (lead.chunk.card.title, *lead.chunk.provision.headings, lead.chunk.text)
    share = index.coverage(question.search, index.words_of(texts))
    return 0.5 * max(lead.cosine, 0.0) + 0.5 * share


def ranked_passages(index: SearchIndex, question: Question, evidence: list[Evidence]) -> list[Passage]:
    """Order evidence: by the chance that the index tells, else by retrieval score and how well its best passage fits.

    Without chances, local law comes first where the place decides.
    """
    top = max((item.score for item in evidence), default=0.0) or 1.0
    local = bool(question.regions) and decided_by_province(question)
    passages = []
    for item in evidence[:8]:
        if _ONLY_DATES.match(item.chunk.text) and not _ABOUT_DATES.search(question.search):
            continue
        if item.chance is not None:  # its words are picked once it is chosen: that costs more than all the rest
            passages.append(Passage(item, "", item.chance))
            continue
        passage = best_passage(index, question, item)
        share = index.coverage(question.search, index.words_of((item.chunk.card.title, item.chunk.text)))
        score = BY_RETRIEVAL * item.score / top + BY_WORDS * share + BY_PASSAGE * min(passage.score / 1.2, 1.0)
        score += LOCAL_BONUS if local and item.chunk.card.region != NATION else 0.0
        passages.append(replace(passage, score=score))
    return sorted(passages, key=lambda p: -p.score)


def chosen_passages(index: SearchIndex, question: Question, ranked: list[Passage]) -> list[Passage]:
    """The lead, the law that a compiled lead names, and further passages that fit nearly as well."""
    lead = worded(index, question, ranked[0])
    chosen = [lead]
    if is_summary(lead.evidence):
        told = {p.chunk.id: p.evidence.chance for p in ranked}
        chosen += [
            worded(index, question, p)
            for p in leave.named_provisions(index, question, lead.evidence)
            if lead.evidence.chance is None or (told.get(p.chunk.id) or 0.0) >= NAMED
        ]
    chosen += [p for p in ranked[1:] if _as_good(p, lead) and not is_summary(p.evidence)]
    once: dict[str, Passage] = {}
    for passage in chosen:
        once.setdefault(passage.chunk.provision.id, passage)
    return [worded(index, question, passage) for passage in list(once.values())[:MOST_BASIS]]


def worded(index: SearchIndex, question: Question, passage: Passage) -> Passage:
    """Give a passage that came by name its best-fitting words."""
    return passage if passage.quote else replace(best_passage(index, question, passage.evidence), score=passage.score)


def firm_first(index: SearchIndex, question: Question, plan: bool, ranked: list[Passage]) -> tuple[list[Passage], bool]:
    """Put a firmly checked passage that answers too before a weakly checked lead. Returns the order, and whether the weak lead has figures of its own."""
    lead = worded(index, question, ranked[0])
    if plan or carries(lead.evidence) or not re.search(r"\d", lead.quote):
        return ranked, False
    for passage in ranked[1:]:
        if carries(passage.evidence) and (passage.evidence.chance or 0.0) >= FIRM:
            # of a leave, the same figure may be for another case; elsewhere a weak text with no figure of its own adds no doubt
            finer = bool(question.topics) or not figures(lead.quote) <= figures(passage.chunk.text)
            return [passage, *(p for p in ranked if p is not passage)], finer
    return ranked, False


def with_second(conclusion: str, chosen: list[Passage]) -> str:
    """Add the first sentence of a further provision that surely answers, where there is room for it."""
    for passage in chosen[1:]:
        words = shorten(bare(passage.core or passage.quote), 1)
        fits = len(conclusion) + len(words) <= LONGEST_CONCLUSION and words[-1:] in "。；"
        if (passage.evidence.chance or 0.0) >= SURE and carries(passage.evidence) and fits and words not in conclusion:
            return conclusion + words
    return conclusion


def _as_good(passage: Passage, lead: Passage) -> bool:
    """Whether a further passage is worth citing beside the lead."""
    sure = passage.evidence.chance is None or passage.evidence.chance >= SURE
    return sure and passage.score > NEAR * lead.score


def decided_by_province(question: Question) -> bool:
    """Whether the asker's province decides what is asked for."""
    return any(topic in leave.BY_PROVINCE for topic in question.topics)


def bare(quote: str) -> str:
    """Drop the words that open a correction in 常见误解 (it may not be the asker's own belief), and our remarks in brackets."""
    return _REMARK.sub("", re.sub(r"^实际[:：](?:(?:错|不对)。)?", "", quote))
