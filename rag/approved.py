"""Approved answers: what a cadre approved or edited, given to the same question again as long as what it cites stands unchanged.

Where they are kept is none of this room's business: `ApprovedAnswers` says what it asks of whoever keeps them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from documents.figures import figures
from documents.model import Kind
from documents.region import Region, short_name
from documents.resting import text_digest
from index.chunk import Chunk
from index.search import SearchIndex
from rag.compose import LONGEST_QUOTE, Passage, best_passage, carries, cite, source_line
from rag.model import Answer, Approval, Citation, Evidence, Question, Request, Status, Verdict
from rag.retrieve import scope_of
from rag.understand.claim import is_claim
from rag.understand.privacy import mask
from rag.verify import verify
from rag.wording.check import Ground, Source, sentence_faults

WHY = "审定答复的出处"
LONGEST_EDITED = 400
_PUNCTUATION = re.compile(r"[\W_]+")
# Politeness and particles at the end say nothing; 吧 and 吗 may turn a statement into a question and stay.
_EMPTY_WORDS = re.compile(
    r"^(?:请问(?:一下)?|想问(?:一下)?|问一下|咨询(?:一下)?|您好|你好)|(?:谢谢(?:你|您|了)?|[啊呀呢哦哈嘛])$"
)
_QUOTED = re.compile(r"[“\"「『]([^”\"」』]{6,})[”\"」』]")
_FAULT = "核对："
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]*")
_DECIDES = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Cited:
    """A provision that an approved answer cites: its words then, and the digest of its whole text (`documents.resting.text_digest`)."""

    title: str
    article: str
    part: str
    quote: str
    digest: str


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved answer under its key (`key_of`): what it says, what it cites, by whom (a role, no name) and when."""

    key: str
    question: str
    regions: tuple[str, ...]
    request: Request
    status: Status
    verdict: Verdict | None
    conclusion: str
    cited: tuple[Cited, ...]
    edited: bool
    role: str
    day: date
    id: int = 0

    @property
    def name(self) -> str:
        """Its question with its place, as a cadre knows it."""
        return f"{self.question}（{'、'.join(self.regions)}）" if self.regions else self.question


class ApprovedAnswers(Protocol):
    """Where approved answers are kept. Neither method may raise: an answer must not fail for them."""

    def find(self, question: Question) -> Approved | None:
        """The approved answer to a question's key that was neither withdrawn nor has expired, None where there is none."""
        ...

    def expire(self, approved: Approved, why: str) -> None:
        """Note that an approved answer no longer stands, and why (a Chinese sentence)."""
        ...


def may_have(question: Question) -> bool:
    """Whether a question may get an approved answer at all: of ours, in no danger, about today, nothing of it out of scope."""
    ours = question.request in (Request.RIGHT, Request.PLAN) and not question.outside
    return ours and question.risk is None and question.as_of == date.today()


def key_of(question: Question) -> str:
    """What makes two questions the same, as a hex digest: normalised words, places, what is asked for, slots, kinds of leave.

    Width, traditional characters and personal data are folded already; signs, politeness and the names of its own places in
    the words make no difference.
    """
    facts = (
        same_words(question.search, question.regions),
        "、".join(sorted(region.name for region in question.regions)),
        question.request,
        "、".join(sorted(question.slots)),
        "、".join(sorted(question.topics)),
        str(is_claim(question.asked)),
    )
    return hashlib.sha256("\n".join(facts).encode("utf-8", "surrogatepass")).hexdigest()


def same_words(text: str, regions: Iterable[Region] = ()) -> str:
    """The words of a question without signs, politeness, particles at the end of a clause, and the places given."""
    clauses = [_without_places(part, regions) for part in _PUNCTUATION.split(text.casefold())]
    return "".join(_EMPTY_WORDS.sub("", _EMPTY_WORDS.sub("", clause)) for clause in clauses)


def _without_places(clause: str, regions: Iterable[Region]) -> str:
    for region in regions:
        parts = [name for name in (region.province, region.city) if name]
        for name in sorted({region.name, *parts, *map(short_name, parts)}, key=len, reverse=True):
            clause = re.sub(rf"^(?:我们?)?在?{re.escape(name)}|{re.escape(name)}", "", clause)
    return clause


def passages(index: SearchIndex, question: Question, approved: Approved) -> tuple[list[Passage], str]:
    """Hold what an approved answer cites against the index. Returns its passages, and why it no longer stands ('' where it does)."""
    found: list[Passage] = []
    for cited in approved.cited:
        passage, why = _passage(index, question, cited)
        if passage is None:
            return [], f"《{cited.title}》{cited.article}{why}"
        found.append(passage)
    return (found, "") if found else ([], "没有出处")


def _passage(index: SearchIndex, question: Question, cited: Cited) -> tuple[Passage | None, str]:
    scope = scope_of(question)
    chunks = index.by_article.get((cited.title, cited.article), ())
    if not chunks:
        return None, "不在现在的索引里"
    open_ones = [
        chunk for chunk in chunks if scope.allows(chunk.card) and chunk.card.in_force(date.today()) is not False
    ]
    if not open_ones:
        return None, "今天已不再有效，或不适用于这个地方"
    same = [chunk for chunk in open_ones if text_digest(chunk.provision.text) == cited.digest]
    if not same:
        return None, "的文字变了"
    for chunk in same:
        if cited.quote and cited.quote in chunk.text:
            return Passage(Evidence(chunk, 0.0, WHY), cited.quote, 0.0), ""
    return None, "里找不到当时引用的话"


def cited_of(citation: Citation, chunk: Chunk) -> Cited:
    """Keep of a citation what it takes to know later whether it still stands."""
    return Cited(citation.title, citation.article, citation.part, citation.quote, text_digest(chunk.provision.text))


def edited_answer(
    index: SearchIndex, question: Question, conclusion: str, chunks: Sequence[Chunk]
) -> tuple[Answer, tuple[str, ...]]:
    """Make an answer of a cadre's own words and the provisions that she chose, and hold it against the gate.

    Parameters: the index, the understood question, her conclusion, the chunks that carry it. Returns the answer, and what has no
    source, as Chinese sentences; it may be approved only where there are none.
    """
    conclusion = " ".join(conclusion.split())
    found = [_whole(index, question, Evidence(chunk, 0.0, WHY)) for chunk in chunks]
    citations = tuple(cite(passage, question) for passage in found)
    answer = Answer(
        Status.ANSWERED,
        conclusion,
        citations,
        tuple(source_line(citation, citation.quote) for citation in citations),
        retrieved=tuple(passage.evidence for passage in found),
        question=question,
    )
    faults = [*_form_faults(conclusion), *_source_faults(question, conclusion, found)]
    if not faults:
        verified = verify(answer)
        faults = [line.removeprefix(_FAULT) for line in verified.trace if line.startswith(_FAULT)]
        faults += [fault for fault in _ground_faults(question, conclusion, chunks) if fault not in faults]
    return answer, tuple(faults)


def _whole(index: SearchIndex, question: Question, evidence: Evidence) -> Passage:
    """The whole chunk as the quote where it is not too long: a cadre's words may rest on any of it."""
    text = evidence.chunk.text.strip()
    return Passage(evidence, text, 0.0) if len(text) <= LONGEST_QUOTE else best_passage(index, question, evidence)


def _ground_faults(question: Question, conclusion: str, chunks: Sequence[Chunk]) -> list[str]:
    """Hold her sentences as a model's are held: weighty words (合法, 赔偿) and the sense itself stand in the sources too."""
    sources = tuple(
        Source(n, c.card.title, c.provision.article, c.provision.text, c.card.kind is Kind.ORIGINAL)
        for n, c in enumerate(chunks, 1)
    )
    ground = Ground(sources, "", (), question.asked)
    return [
        f"「{sentence[:20]}」{fault}" if fault == "意思在材料里找不到" else fault
        for sentence in filter(str.strip, _SENTENCE.findall(conclusion))
        for fault in sentence_faults(sentence, sources, ground)
    ]


def _form_faults(conclusion: str) -> list[str]:
    faults = []
    if not _DECIDES.search(conclusion):
        faults.append("结论是空的")
    if len(conclusion) > LONGEST_EDITED:
        faults.append(f"结论有{len(conclusion)}字，最多{LONGEST_EDITED}字")
    if masked := [kind for kind in mask(conclusion)[1] if kind != "单位"]:
        faults.append(f"结论里有个人信息（{'、'.join(masked)}）")
    if re.search(r"https?:|www\.|[<>]", conclusion):
        faults.append("结论里有链接或代码")
    return faults


def _source_faults(question: Question, conclusion: str, found: Sequence[Passage]) -> list[str]:
    """What the gate does not ask of the engine's own words, since the engine never writes so."""
    if not found:
        return ["没有选出处：改过的结论至少要有一条出处"]
    faults = []
    today = date.today()
    scope = scope_of(question)
    for passage in found:
        card, name = passage.chunk.card, f"《{passage.chunk.card.title}》{passage.chunk.provision.article}"
        if card.in_force(today) is False:
            faults.append(f"{name}今天已不再有效")
        elif not scope.allows(card):
            faults.append(f"{name}不适用于这个地方")
        if not carries(passage.evidence) and figures(conclusion):
            faults.append(f"{name}没有核实过（仅一份材料或有冲突），不能拿来说数字")
    if question.request is Request.RIGHT and all(p.chunk.card.level.is_plan for p in found):
        faults.append("选的都是工会计划或新闻，不是法定权利：请至少选一条法规")
    restated = [p.chunk.provision.text for p in found if p.chunk.card.kind is Kind.RESTATEMENT]
    official = [p.chunk.provision.text for p in found if p.chunk.card.kind is Kind.ORIGINAL]
    for match in _QUOTED.finditer(conclusion):
        if not any(match[1] in text for text in official):
            why = (
                "出处是本库转述，不是法条原文，不能加引号"
                if any(match[1] in text for text in restated)
                else "不在出处里"
            )
            faults.append(f"引号里的「{match[1][:20]}」{why}")
    return faults


def standing(answer: Answer, approved: Approved) -> str:
    """Why an approved answer that passed the gate anew is not what was approved, '' where it is."""
    if answer.status is approved.status and answer.conclusion == approved.conclusion:
        return ""
    faults = "；".join(line.removeprefix(_FAULT) for line in answer.trace if line.startswith(_FAULT))
    return f"没有通过今天的核对（{faults or '结论和审定时不同'}）"


def marked(answer: Answer, approved: Approved) -> Answer:
    """Say in an answer that it was approved, in what role and when."""
    day = approved.day
    note = f"本答复经{approved.role}于{day.year}年{day.month}月{day.day}日审定"
    return replace(answer, notes=(note, *answer.notes), approved=Approval(approved.role, day))
