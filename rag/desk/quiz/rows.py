"""Items on deadlines and on retirement: the rows of the rules whose provisions the ground holds."""

from __future__ import annotations

import random
from collections.abc import Iterator

from documents.deadlines import Deadline, Unit, deadlines
from documents.retirement import TITLE, Parameter, parameters
from index.chunk import Chunk
from rag.compose import carries
from rag.desk.quiz.amounts import alike
from rag.desk.quiz.ground import Ground, line_with, source_words
from rag.desk.quiz.item import Draft, Kind, Wrong
from rag.model import Citation
from rag.rules import source

WRONG = 3
_STEMS = {
    "延迟到": "按《{title}》，{who}的法定退休年龄逐步延迟到多少周岁？",
    "每几个月延1个月": "按《{title}》，{who}的法定退休年龄每多少个月延迟1个月？",
    "到": "按《{title}》，领取基本养老金的最低缴费年限最后提高到多少年？",
    "每年提高": "按《{title}》，领取基本养老金的最低缴费年限从2030年1月1日起，每年提高多少？",
    "最多提前": "按《{title}》，职工自愿选择弹性提前退休，提前的时间最长是多少？",
    "最多延迟": "按《{title}》，单位与职工协商一致弹性延迟退休，延迟的时间最长是多少？",
}
_WHO = {
    "原55周岁女职工": "原法定退休年龄55周岁的女职工",
    "原50周岁女职工": "原法定退休年龄50周岁的女职工",
    "男职工": "男职工",
}


def drafts(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield items on the deadlines and retirement figures that the ground is about."""
    due = [row for row in deadlines() if (row.title, row.article) in ground.named and row.check.carries_figures]
    rows = [row for row in parameters() if (row.title, row.article) in ground.named and row.name in _STEMS]
    made = [*(_of_deadline(ground, row, chance) for row in due), *(_of_retirement(ground, row) for row in rows)]
    chance.shuffle(made)
    yield from (draft for draft in made if draft is not None)


def _of_deadline(ground: Ground, row: Deadline, chance: random.Random) -> Draft | None:
    chunk = _carrying(ground, row.title, row.article, {str(row.length)})
    if chunk is None or "为准" in row.exceptions:
        return None
    right = length(row)
    usual = "一般情况下，" if row.exceptions else ""
    stem = f"{usual}{row.event}的期限是多久？（从{row.starts}起算）"
    cited = ground.cite(chunk, line_with(chunk, _figure(chunk, row.length)))
    others = [other for other in deadlines() if _another(row, other)]
    chance.shuffle(others)
    others.sort(key=lambda other: ((other.title, other.article) not in ground.named, other.unit != row.unit))
    wrong: dict[str, tuple[Wrong, Citation]] = {}
    for other in others:
        words = length(other)
        theirs = _carrying(ground, other.title, other.article, {str(other.length)})
        if theirs is None or any(alike(words, known) for known in (right, *wrong)) or len(wrong) == WRONG:
            continue
        why = f"{words}是{other.event}的期限（{source_words(other.title, other.article)}）。"
        wrong[words] = (Wrong(words, why), ground.cite(theirs, line_with(theirs, _figure(theirs, other.length))))
    if len(wrong) < 2:
        return None
    reason = f"{source_words(row.title, row.article)}：{row.event}的期限是{right}，从{row.starts}起算。"
    reason += f"例外：{row.exceptions}。" if row.exceptions else ""
    citations = tuple(dict.fromkeys([cited, *(c for _, c in wrong.values())]))
    facts = frozenset({f"期限|{row.event}", f"{row.title}|{row.article}|{right}"})
    return Draft(Kind.SINGLE, stem, (right,), tuple(w for w, _ in wrong.values()), reason, citations, facts)


def _another(row: Deadline, other: Deadline) -> bool:
    """Whether another deadline is for something else, so that its length answers nothing here."""
    return row.event not in other.event and other.event not in row.event and "为准" not in other.exceptions


def length(row: Deadline) -> str:
    """A deadline's length in words: 1年, 6个月, 15日, 72小时."""
    return f"{row.length}{'个月' if row.unit is Unit.MONTH else row.unit}"


def _of_retirement(ground: Ground, row: Parameter) -> Draft | None:
    chunk = _carrying(ground, row.title, row.article, {str(row.value)})
    if chunk is None or not row.check.carries_figures:
        return None
    right = f"{row.value}{row.unit}"
    near = [p for p in parameters() if p.unit == row.unit and p.value != row.value and p.title == TITLE]
    told = {f"{p.value}{p.unit}": p for p in reversed(near)}
    wrong = [
        Wrong(words, f"{words}是{_WHO.get(p.category, p.category)}“{p.name}”的数字，不是这里问的。")
        for words, p in told.items()
        if not alike(words, right)
    ]
    if row.name in ("最多提前", "最多延迟"):
        wrong = [
            Wrong(f"{n}年", f"办法写的最长是{row.value}年，不是{n}年。")
            for n in (row.value - 2, row.value - 1, row.value + 2)
        ]
    elif len(wrong) < 2:
        step = [n for n in (row.value - 1, row.value + 1, row.value * 2) if n > 0]
        wrong = [Wrong(f"{n}{row.unit}", f"办法写的是{right}，不是{n}{row.unit}。") for n in step]
    stem = _STEMS[row.name].format(title=row.title, who=_WHO.get(row.category, row.category))
    cited = ground.cite(chunk, line_with(chunk, _figure(chunk, row.value)))
    reason = f"{source_words(row.title, row.article)}：这里的数字是{right}。"
    facts = frozenset({f"退休|{row.category}|{row.name}", f"{row.title}|{row.article}|{right}"})
    return Draft(Kind.SINGLE, stem, (right,), tuple(wrong[:WRONG]), reason, (cited,), facts)


def _carrying(ground: Ground, title: str, article: str, needed: set[str]) -> Chunk | None:
    item = source(ground.assistant.index, title, article, needed, ground.day)
    return item.chunk if item is not None and carries(item) and ground.carries(item.chunk) else None


def _figure(chunk: Chunk, number: int) -> str:
    return str(number) if str(number) in chunk.text else ""
