"""Whether an item's options are right or wrong by what stands in the library and by what the chat says, read from the question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from documents.deadlines import deadlines
from documents.region import Region, find_regions
from rag.answer import Assistant
from rag.desk.quiz import rows, stems
from rag.desk.quiz.amounts import amounts, one
from rag.desk.quiz.chat import answer, verdict
from rag.desk.quiz.item import TRUE, Item, Kind
from rag.model import Verdict

_LEAVE = re.compile(r"^在.+(?:多少天|多少个工作日)")
# A term of a sum, and the parts of a conclusion that speak of others than the asker.
_TERM = re.compile(r"(?:国家|= |\+ )[^\s\d+；，。]*\d+天|按\d+天算")


def answered(assistant: Assistant, item: Item, place: tuple[Region, ...], day: date) -> Iterator[str]:
    """Yield the options that the library or the chat answers otherwise than the item does."""
    right = {n: n in item.right for n in range(len(item.options))}
    if found := stems.read_filled(item.question):
        texts = _texts(assistant, found.title, found.article)
        told = {n: _stands(found.words.replace(stems.BLANK, words), texts) for n, words in enumerate(item.options)}
    elif found := stems.read_listed(item.question):
        texts = _texts(assistant, found.title, found.article)
        told = {n: _stands(words, texts) for n, words in enumerate(item.options)}
    elif found := stems.read_said_by(item.question):
        told = _judged(item, _stands(found.words, _texts(assistant, found.title, found.article)))
    elif (words := stems.read_said(item.question)) is not None:
        told = _judged(item, _true(assistant, item, words, place, day))
    elif item.question == stems.STATEMENTS:
        told = {n: _true(assistant, item, words.rstrip("。"), place, day) for n, words in enumerate(item.options)}
    elif _LEAVE.match(item.question):
        told = _of_leave(assistant, item, day)
    else:
        told = _of_deadline(item) or right
    for number, words in enumerate(item.options):
        if told[number] != right[number]:
            yield f"「{words}」标成{'对' if right[number] else '错'}的，本库里查到的相反"


def _judged(item: Item, true: bool) -> dict[int, bool]:
    return {n: (words == TRUE) == true for n, words in enumerate(item.options)}


def _texts(assistant: Assistant, title: str, article: str) -> list[str]:
    """The texts of a provision; of the whole document where its articles have no numbers."""
    by_article = assistant.index.by_article
    if article:
        return [c.text for c in by_article.get((title, article), ())]
    return [c.text for (name, _), chunks in by_article.items() if name == title for c in chunks]


def _stands(words: str, texts: list[str]) -> bool:
    return any(words in text for text in texts)


def _true(assistant: Assistant, item: Item, words: str, place: tuple[Region, ...], day: date) -> bool:
    """Whether a statement stands in a text that the item cites and the chat does not rule against it."""
    cited = [q.quote for q in item.citations if not q.quote.startswith("实际")]
    against = verdict(assistant, words, place, day) in (Verdict.NOT, Verdict.BASELESS, Verdict.PARTLY)
    return any(f"{words}。" in quote for quote in cited) and not against


def _of_leave(assistant: Assistant, item: Item, day: date) -> dict[int, bool]:
    """Hold options against what the chat concludes on the question itself, terms of its sum left out."""
    said = answer(assistant, item.question, find_regions(item.question)[:1], day)
    told = amounts(_TERM.sub("", said.conclusion))
    found = {}
    for number, words in enumerate(item.options):
        amount = one(words)
        found[number] = amount is not None and any(amount.same(other) for other in told)
    return found


def _of_deadline(item: Item) -> dict[int, bool] | None:
    """Hold options against the row of the deadline that the question names; None where it names none."""
    if item.kind is not Kind.SINGLE:
        return None
    asked = [row for row in deadlines() if f"{row.event}的期限" in item.question and row.starts in item.question]
    if not asked:
        return None
    row = max(asked, key=lambda r: len(r.event))
    right = one(rows.length(row))
    return {
        n: (a := one(words)) is not None and right is not None and a.same(right) for n, words in enumerate(item.options)
    }
