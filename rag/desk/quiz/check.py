"""Check an item by itself: what is wrong with it, in words, nothing where all stands."""

from __future__ import annotations

import re
from datetime import date

from documents.region import Region, parse_region, short_name
from rag.answer import Assistant
from rag.desk.quiz.amounts import alike
from rag.desk.quiz.ground import holds
from rag.desk.quiz.item import FALSE, TRUE, Item, Kind
from rag.desk.quiz.truth import answered
from rag.gate import check_figures, check_modals


def check_item(assistant: Assistant, item: Item, place: tuple[Region, ...], day: date) -> tuple[str, ...]:
    """Return what is at fault with an item for a place on a day; empty where all stands."""
    if faults := _shape(item):
        return tuple(faults)
    faults = [*_sources(assistant, item, place, day), *_reason(assistant, item, day)]
    return tuple(faults or answered(assistant, item, place, day))


def _shape(item: Item) -> list[str]:
    faults = []
    right = set(item.right)
    if not right or right - set(range(len(item.options))) or len(right) != len(item.right):
        faults.append("没有标出对的选项，或者标错了位置")
    if item.kind is not Kind.MULTIPLE and len(right) != 1:
        faults.append(f"{item.kind}题要有一个对的选项，现在有{len(right)}个")
    if item.kind is Kind.JUDGE and item.options != (TRUE, FALSE):
        faults.append("判断题的选项要是对、错")
    if item.kind is not Kind.JUDGE and not 3 <= len(item.options) <= 6:
        faults.append(f"选项要有3到6个，现在有{len(item.options)}个")
    if item.kind is Kind.MULTIPLE and (len(right) < 2 or len(right) == len(item.options)):
        faults.append("多选题要有两个以上对的选项，也要有错的")
    if len(item.why_wrong) != len(item.options):
        faults.append("每个选项都要有一格“为什么错”")
    else:
        faults += [
            f"没有说明为什么错：{o}" for n, o in enumerate(item.options) if n not in right and not item.why_wrong[n]
        ]
        faults += [
            f"对的选项写了“为什么错”：{item.options[n]}" for n in right if n < len(item.options) and item.why_wrong[n]
        ]
    for n, one in enumerate(item.options):
        faults += [f"两个选项是同一个意思：{one}、{other}" for other in item.options[n + 1 :] if alike(one, other)]
    return faults


def _sources(assistant: Assistant, item: Item, place: tuple[Region, ...], day: date) -> list[str]:
    faults = [] if item.citations else ["没有出处"]
    for citation in item.citations:
        name = f"《{citation.title}》{citation.article}"
        texts = {c.id: c for c in assistant.index.by_article.get((citation.title, citation.article), ())}
        chunk = texts.get(citation.chunk_id)
        if chunk is None or citation.quote not in chunk.text:
            faults.append(f"引文不在{name}里")
            continue
        if citation.level.is_plan:
            faults.append(f"{name}是工作文件，不能当权利的出处")
        if citation.check is not None and not citation.check.carries_figures:
            faults.append(f"{name}仅一份材料或有冲突，不能出题")
        if not holds(chunk.card, day):
            faults.append(f"{name}在{day}无效")
        if not _applies(citation.region, item, place):
            faults.append(f"{name}是{citation.region}的规定，不在所选地区适用")
    return faults


def _applies(region: str, item: Item, place: tuple[Region, ...]) -> bool:
    """Whether a source applies here, or belongs to a wrong option that names its place."""
    here = parse_region(region)
    if here == Region() or any(here.applies_to(p) for p in place):
        return True
    elsewhere = re.compile(rf"(?<!不)是{short_name(here.province)}的")
    return any(elsewhere.search(why) for why in item.why_wrong)


def _reason(assistant: Assistant, item: Item, day: date) -> list[str]:
    """Hold the reason and the right options against the cited texts, their figures and modals."""
    if not item.reason:
        return ["没有说明理由"]
    index = assistant.index
    texts = [
        c.text for q in item.citations for c in index.by_article.get((q.title, q.article), ()) if c.id == q.chunk_id
    ]
    named = "".join(f"《{q.title}》{q.article}" for q in item.citations) + day.isoformat()
    told = [item.reason, *(item.options[n] for n in item.right if item.kind is not Kind.JUDGE)]
    faults: list[str] = []
    for words in told:
        faults += check_figures(words, texts, f"{named}{item.question}").faults
        faults += check_modals(words, texts).faults
    return faults
