"""Statements out of provisions: what a place in the library says, with its citation, held against the chat's gate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from documents.model import Check
from documents.region import Region
from index.chunk import Chunk
from index.search import SearchIndex
from rag.claims import BOOK
from rag.compose import LONGEST_LIST, Passage, best_passage, cite, source_line
from rag.desk.lesson.model import Told
from rag.desk.lesson.themes import Anchor
from rag.leave import named_provisions
from rag.model import Answer, Citation, Evidence, Question, Status
from rag.retrieve import fetch
from rag.steps import WHY as STEP_WHY
from rag.understand import understand
from rag.verify import verify

WHY = "备课的出处"
LONGEST_HEADING = 8
# What names a law only beside its title: 第四十条 of the same law, 本规定.
_BARE = re.compile(r"(?<!》)第[一二三四五六七八九十百千]+条|本(?:法|条例|规定|办法|细则|解释)(?!律)")
_STEP = re.compile(r"^(?P<words>.*)（《(?P<title>.+)》(?P<article>[^《》]*)）$")
_ITEM = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]")
# Remarks of the library's editors are for those who look a provision up, not for teaching.
_REMARK = re.compile(
    r"（[^（）]*(?:本库注|整理者说明|没有对照原文|条号未核实)[^（）]*(?:（[^（）]*）[^（）]*)*）|(?:条号未核实|文号[^。]*没有对照原文)。"
)
_WRONG = re.compile(r"^(?:错|不对|不行)。")


def question_of(asked: str, regions: tuple[Region, ...], day: date) -> Question:
    """Understand a question of the lesson as the chat does."""
    return understand(asked, (), regions, day)


def spoken(text: str) -> str:
    """A provision's words without the editors' remarks."""
    lines = [line for line in text.split("\n") if not line.startswith(("注：", "注:"))]
    return _REMARK.sub("", "\n".join(lines)).strip()


def grouped(text: str) -> list[list[str]]:
    """The 款 of a provision, each with the 项 that it leads to; remarks are left out."""
    groups: list[list[str]] = []
    for line in text.split("\n"):
        if not line.strip() or line.startswith(("注：", "注:")):
            continue
        if _ITEM.match(line) and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def stated(index: SearchIndex, question: Question, anchors: Sequence[Anchor]) -> Answer | None:
    """What some places say, as an answer that passed the gate; None where one is not there, weakly checked, or does not pass."""
    told: list[str] = []
    passages: list[Passage] = []
    for anchor in anchors:
        items = fetch(index, question, anchor.title, anchor.article, WHY)
        if not items or items[0].chunk.provision.check is Check.WEAK:
            return None
        found = _misconceived(index, question, items[0]) if anchor.title == BOOK else _selected(items, anchor)
        if found is None:
            return None
        # a bare 第四十条 names an article of the same law, which must be said where the law's name does not stand beside it
        law = (
            f"《{anchor.title}》{anchor.article}："
            if _BARE.search(found[0]) and anchor.title != BOOK and "《" not in found[0]
            else ""
        )
        told.append(law + found[0])
        passages += found[1]
    answer = verify(answer_of(question, "".join(told), passages))
    return answer if answer.status is Status.ANSWERED else None


def answer_of(question: Question, told: str, passages: Sequence[Passage]) -> Answer:
    """An answer that says some words over some passages."""
    firm = [passage for passage in passages if passage.quote]
    citations = tuple(cite(passage, question) for passage in firm)
    return Answer(
        status=Status.ANSWERED,
        conclusion=told,
        citations=citations,
        basis=tuple(source_line(citation, citation.quote) for citation in citations),
        retrieved=tuple({p.chunk.id: p.evidence for p in firm}.values()),
        question=question,
        trace=("要点：照所引条文写成",),
    )


def _selected(items: list[Evidence], anchor: Anchor) -> tuple[str, list[Passage]] | None:
    """The words of the 款 (and 项) that an anchor names, and the passages that they stand in."""
    groups = grouped(items[0].chunk.provision.text)
    if anchor.clauses and max(anchor.clauses) > len(groups):
        return None
    chosen = [groups[n - 1] for n in anchor.clauses] if anchor.clauses else groups
    if anchor.item:
        lead, *rest = chosen[0]
        item = next((line for line in rest if line.startswith(f"（{anchor.item}）")), None)
        if item is None:
            return None
        # a mere heading (更年期保健：) leads to nothing that must be said
        chosen = [[lead, item] if len(lead) > LONGEST_HEADING else [item]]
    lines = [line for group in chosen for line in group]
    passages = _passages(items, lines)
    words = _ended("".join(map(spoken, lines)))
    if anchor.item and len(lines) > 1:
        words = words.replace(f"：（{anchor.item}）", f"。其中第{anchor.item}项是：", 1)
    return (_ITEM.sub("", words) if len(lines) == 1 else words, passages) if passages else None


def _passages(items: list[Evidence], lines: list[str]) -> list[Passage]:
    """The chunks that hold some lines, each quoting the run of them that stands in it."""
    found = []
    for item in items:
        held = [line for line in lines if line in item.chunk.text]
        if held:
            text = item.chunk.text
            run = text[text.index(held[0]) : text.index(held[-1]) + len(held[-1])]
            found.append(Passage(item, run if len(run) <= LONGEST_LIST else held[-1], 1.0))
    return found


def _misconceived(index: SearchIndex, question: Question, item: Evidence) -> tuple[str, list[Passage]] | None:
    """What is right where the library tells a misconception, with the laws that it names first."""
    at = item.chunk.text.find("实际")
    if at < 0:
        return None
    quote = item.chunk.text[at:].strip()
    words = _WRONG.sub("", spoken(re.sub(r"^实际[:：]", "", quote)))
    laws = [best_passage(index, question, law.evidence) for law in named_provisions(index, question, item)]
    firm = [law for law in laws if law.chunk.provision.check is not Check.WEAK]
    return _ended(words), [*firm, Passage(item, quote, 1.0)]


def misconception(index: SearchIndex, question: Question, chunk: Chunk) -> tuple[str, Answer] | None:
    """A misconception of the library: what is said, and what is right as an answer; None where it is not one or does not pass."""
    said = re.search(r"说法[:：](.+?)。?\n", chunk.text)
    right = stated(index, question, (Anchor(BOOK, chunk.provision.article),))
    return (said[1], right) if said and right else None


def _ended(words: str) -> str:
    words = words.strip()
    return words if words.endswith(("。", "！", "？")) else words.rstrip("；;，,：:") + "。"


def step_told(index: SearchIndex, answer: Answer, step: str) -> Told | None:
    """A step with the citation that it names, None where it names none that the answer retrieved."""
    match = _STEP.match(step)
    if match is None or answer.question is None:
        return None
    items = [
        item
        for item in answer.retrieved
        if item.why == STEP_WHY
        and item.chunk.card.title == match["title"]
        and (
            item.chunk.provision.article == match["article"]
            or (not match["article"] and item.chunk.provision.article in step)
        )
    ]
    citations = tuple(cite(best_passage(index, answer.question, item), answer.question) for item in items)
    return Told(match["words"], citations) if citations else None


def listed(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Citations, one of each provision and part."""
    return tuple({(c.document_id, c.article, c.part): c for c in citations}.values())
