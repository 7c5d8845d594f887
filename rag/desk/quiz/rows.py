"""Items on deadlines and on retirement: the rows of the rules whose provisions the ground holds."""

from __future__ import annotations

import random
from collections.abc import Iterator

from documents.deadlines import Deadline, Unit, deadlines
from documents.retirement import Parameter, parameters
from index.chunk import Chunk
from rag.compose import carries
from rag.desk.quiz.amounts import alike
from rag.desk.quiz.blanks import NEAR
from rag.desk.quiz.ground import Ground, figure_facts, line_with, source_words
from rag.desk.quiz.item import Draft, Kind, Wrong
from rag.model import Citation
from rag.rules import source

WRONG = 3
# What each figure of retirement is, as a question and as a statement.
_ASKED = {
    "延迟到": ("{who}法定退休年龄逐步延迟到多少周岁？", "{who}逐步延迟后的法定退休年龄"),
    "每几个月延1个月": ("{who}法定退休年龄每多少个月延迟1个月？", "{who}每延迟1个月所隔的月数"),
    "到": ("领取基本养老金的最低缴费年限最后提高到多少年？", "最低缴费年限最后提高到的年数"),
    "每年提高": ("领取基本养老金的最低缴费年限从2030年起，每年提高多少？", "最低缴费年限每年提高的时间"),
    "最多提前": ("职工自愿弹性提前退休，最多能提前多久？", "弹性提前退休最多提前的时间"),
    "最多延迟": ("单位与职工协商一致弹性延迟退休，最多能延迟多久？", "弹性延迟退休最多延迟的时间"),
    "原年龄": ("", "{who}原来的法定退休年龄"),
    "起始": ("", "现在的最低缴费年限"),
}
_WHO = {"原55周岁女职工": "原法定退休年龄55周岁的女职工", "原50周岁女职工": "原法定退休年龄50周岁的女职工"}


def drafts(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield items on the deadlines and retirement figures that the ground is about."""
    due = [row for row in deadlines() if (row.title, row.article) in ground.named and row.check.carries_figures]
    rows = [row for row in parameters() if (row.title, row.article) in ground.named and _ASKED[row.name][0]]
    made = [*(_of_deadline(ground, row, chance) for row in due), *(_of_retirement(ground, row) for row in rows)]
    chance.shuffle(made)
    yield from (draft for draft in made if draft is not None)


def _of_deadline(ground: Ground, row: Deadline, chance: random.Random) -> Draft | None:
    chunk = _carrying(ground, row.title, row.article, {str(row.length)})
    if chunk is None or "为准" in row.exceptions:
        return None
    right = length(row)
    usual = "一般情况下，" if row.exceptions else ""
    stem = f"{usual}{row.event}的期限，从{row.starts}起算，是多久？"
    cited = ground.cite(chunk, line_with(chunk, _figure(chunk, row.length)))
    others = [other for other in deadlines() if _another(row, other)]
    chance.shuffle(others)
    others.sort(key=lambda other: (other.unit != row.unit, (other.title, other.article) not in ground.named))
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
    facts = figure_facts([(row.title, row.article)], right) | {f"期限|{row.event}"}
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
    others = [
        p for p in parameters() if p.unit == row.unit and 1 < max(p.value / row.value, row.value / p.value) <= NEAR
    ]
    told = sorted(others, key=lambda p: p.name == row.name)
    wrong = {f"{p.value}{p.unit}": f"{p.value}{p.unit}是{what(p)}。" for p in told}
    step = 5 if row.value >= 10 else 1
    steps = [n for n in (row.value - step, row.value + 2 * step, row.value + step) if n > 0]
    wrong = {f"{n}{row.unit}": f"办法写的是{right}。" for n in steps} | wrong if len(wrong) < 2 else wrong
    words = [w for w in reversed(wrong) if not alike(w, right)][:WRONG]
    # what another figure is, is told with its provision
    beside = (p for p in told if f"{p.value}{p.unit}" in words)
    theirs = [(p, _carrying(ground, p.title, p.article, {str(p.value)})) for p in beside]
    more = [ground.cite(c, line_with(c, _figure(c, p.value))) for p, c in theirs if c is not None]
    stem = f"按《{row.title}》，" + _ASKED[row.name][0].format(who=_whose(row))
    cited = ground.cite(chunk, line_with(chunk, _figure(chunk, row.value)))
    reason = f"{source_words(row.title, row.article)}：{what(row)}是{right}。"
    facts = figure_facts([(row.title, row.article)], right) | {f"退休|{row.category}|{row.name}"}
    options = tuple(Wrong(w, wrong[w]) for w in words)
    return Draft(Kind.SINGLE, stem, (right,), options, reason, tuple(dict.fromkeys((cited, *more))), facts)


def _whose(row: Parameter) -> str:
    return f"{_WHO[row.category]}，" if row.category in _WHO else f"{row.category}的"


def what(row: Parameter) -> str:
    """What a figure of the rule is, in words."""
    return _ASKED[row.name][1].format(who=_WHO.get(row.category, row.category))


def _carrying(ground: Ground, title: str, article: str, needed: set[str]) -> Chunk | None:
    item = source(ground.assistant.index, title, article, needed, ground.day)
    return item.chunk if item is not None and carries(item) and ground.carries(item.chunk) else None


def _figure(chunk: Chunk, number: int) -> str:
    return str(number) if str(number) in chunk.text else ""
