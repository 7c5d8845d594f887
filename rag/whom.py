"""A follow-up that asks only what to do about the right told before (找谁投诉, 那不给咋办): its steps are the conclusion."""

from __future__ import annotations

import re
from dataclasses import replace

from index.search import SearchIndex
from rag.compose import LONGEST_CONCLUSION, best_passage, cite, source_line
from rag.model import Answer, Evidence, Question, Request, Status
from rag.steps import WHY

_LONGEST = 16
_WHOM = re.compile(
    r"咋办|怎么办|咋个办|找谁|找哪|去哪.{0,3}(?:投诉|举报|告|说理|反映)|(?:怎么|咋|如何)(?:投诉|举报|告|维权)|(?:能|可以).{0,2}告|告得了|投诉|举报"
)
_WHERE = re.compile(
    r"(?:往|去|到|上|找|跟|向|打给)(?:哪个?|谁|啥地方|什么地方|什么部门|哪个部门)[里儿去]?.{0,3}(?:投诉|举报|反映|说理|申诉|告状)"
)
# What is asked beside it is a question of its own.
_ELSE = re.compile(r"多久|几天|多少|期限|时效|时间|要钱|收费|赔")
# What to keep is worth a line, but answers neither.
_KEEP = ("留", "合同")
_SOURCE = re.compile(r"（《(?P<title>[^《》]+)》(?P<article>[^《》（）]*)）$")


def asks_whom(question: Question) -> bool:
    """Whether a short follow-up asks only what to do or whom to turn to, or any question asks where to complain."""
    goes_on = question.search != question.asked
    asked = question.asked
    if _WHERE.search(asked) and not _ELSE.search(asked):
        return True
    return goes_on and len(asked) <= _LONGEST and bool(_WHOM.search(asked)) and not _ELSE.search(asked)


def steps_first(index: SearchIndex, question: Question, answer: Answer) -> Answer:
    """Make an answer's sourced steps its conclusion where only they were asked for.

    Parameters: the index, the question, its answer with steps. Returns the answer, as it was where nothing of its steps names a source.
    """
    rights = question.request is Request.RIGHT and answer.status in (Status.ANSWERED, Status.PARTIAL)
    if not rights or not asks_whom(question):
        return answer
    told: list[str] = []
    sources: dict[str, Evidence] = {}
    for step in sorted(answer.steps, key=_order):
        match = _SOURCE.search(step)
        items = _evidence(answer, match["title"], match["article"], step) if match else []
        words = step[: match.start()] if match else ""
        if items and not words.startswith(_KEEP) and sum(map(len, told)) + len(told) + len(words) < LONGEST_CONCLUSION:
            told.append(words)
            sources |= {item.chunk.id: item for item in items}
    if not told:
        return answer
    kept = {citation.chunk_id: citation for citation in answer.citations[:1]}
    found = {key: cite(best_passage(index, question, item), question) for key, item in sources.items()}
    citations = tuple((found | kept).values())
    return replace(
        answer,
        status=Status.ANSWERED,
        conclusion="；".join(told) + "。",
        citations=citations,
        basis=tuple(source_line(citation, citation.quote) for citation in citations),
        steps=tuple(step for step in answer.steps if not any(step.startswith(words) for words in told)),
        trace=(*answer.trace, "只问找谁、怎么办：下一步就是结论"),
    )


def _order(step: str) -> bool:
    """Whom to call comes first: the source of hotlines is named without an article."""
    return not step.endswith("》）")


def _evidence(answer: Answer, title: str, article: str, step: str) -> list[Evidence]:
    """What a step rests on among the retrieved: the provision that it names, or the headings of hotlines that it quotes."""
    return [
        item
        for item in answer.retrieved
        if item.why == WHY
        and item.chunk.card.title == title
        and (item.chunk.provision.article == article or (not article and item.chunk.provision.article in step))
    ]
