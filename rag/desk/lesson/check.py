"""Hold a pack against today's library: which statements rest on what changed, and which answers would come out otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from documents.resting import text_digest
from rag.answer import Assistant
from rag.compose import Passage, cite
from rag.desk.lesson.ground import question_of
from rag.desk.lesson.model import Wish
from rag.desk.lesson.points import Finder
from rag.desk.lesson.read import Kept, KeptSource, Pack, read_pack
from rag.desk.quiz import Item, Kind, check_item
from rag.model import Citation, Evidence


class What(StrEnum):
    """What changed since a pack was made; a library that is another one by itself changes no statement."""

    TEXT = "条文变了"
    GONE = "条文没有了"
    FORCE = "已不再有效"
    ANSWER = "答案变了"
    QUIZ = "题目不再成立"
    LIBRARY = "资料库变了"


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that changed: where it stands in the pack, what it says there, and what is so now."""

    what: What
    where: str
    text: str
    now: str

    @property
    def line(self) -> str:
        """The change as a line for the cadre."""
        said = f"：「{_short(self.text)}」" if self.text else ""
        return f"{self.where}{said}——{self.what}，{self.now}"


def check_pack(assistant: Assistant, folder: Path, day: date) -> tuple[Changed, ...]:
    """Find what changed since a pack was made.

    Parameters: the assistant over the library of now; the pack's folder; the day whose rules count. Returns the changes in the
    order of the pack, a library that is another one last. Raises UnreadablePack.
    """
    pack = read_pack(folder)
    wish = Wish(pack.topic, pack.regions, 10, "", day)
    finder = Finder(assistant, wish)
    found = [changed for kept in pack.statements for changed in _changes(finder, kept)]
    return (*dict.fromkeys(found), *_library(assistant, pack))


def _library(assistant: Assistant, pack: Pack) -> Iterator[Changed]:
    digest = assistant.index.manifest.corpus_digest
    if digest != pack.library_digest:
        now = f"做备课包时是{pack.library_digest[:12]}，现在是{digest[:12]}；上面没有列出的话，依据的条文没有变"
        yield Changed(What.LIBRARY, "资料库", "", now)


def _changes(finder: Finder, kept: Kept) -> Iterator[Changed]:
    for source in kept.sources:
        yield from _of_source(finder, kept, source)
    if kept.asked:
        answer = finder.asked(kept.asked)
        now = answer.conclusion if answer else "现在没有把握回答"
        if now != kept.answer:
            yield Changed(What.ANSWER, kept.where, kept.answer, f"现在是：{_short(now)}")
    if kept.quiz is not None:
        yield from _of_quiz(finder, kept)


def _of_source(finder: Finder, kept: Kept, source: KeptSource) -> Iterator[Changed]:
    name = f"《{source.title}》{source.article}"
    chunks = finder.assistant.index.by_article.get((source.title, source.article), [])
    own = [chunk for chunk in chunks if chunk.card.id == source.document_id] or chunks
    if not own:
        yield Changed(What.GONE, kept.where, kept.text, f"现在的资料库里没有{name}")
    elif all(chunk.card.in_force(finder.wish.day) is False for chunk in own):
        yield Changed(What.FORCE, kept.where, kept.text, f"{name}在{finder.wish.day}没有效力")
    elif all(text_digest(chunk.provision.text) != source.digest for chunk in own):
        yield Changed(What.TEXT, kept.where, kept.text, f"{name}现在写的是：{_short(own[0].provision.text)}")


def _of_quiz(finder: Finder, kept: Kept) -> Iterator[Changed]:
    """Check an item anew as when it was drawn; what its sources lack is told already."""
    assert kept.quiz is not None
    citations = [_cited(finder, source) for source in kept.sources]
    if any(citation is None for citation in citations):
        return
    quiz = kept.quiz
    try:
        kind = Kind(quiz.style)
    except ValueError:
        kind = Kind.SINGLE
    firm = tuple(citation for citation in citations if citation is not None)
    item = Item(kind, quiz.question, quiz.options, quiz.right, kept.text, firm, quiz.why_wrong)
    if faults := check_item(finder.assistant, item, finder.wish.regions, finder.wish.day):
        yield Changed(What.QUIZ, kept.where, quiz.question, "；".join(faults))


def _cited(finder: Finder, source: KeptSource) -> Citation | None:
    """A kept source as a citation of today's library, None where its words are there no more."""
    chunks = finder.assistant.index.by_article.get((source.title, source.article), [])
    chunk = next((chunk for chunk in chunks if source.quote in chunk.text), None)
    if chunk is None or not source.quote:
        return None
    question = question_of(source.title, finder.wish.regions, finder.wish.day)
    return cite(Passage(Evidence(chunk, 0.0, "核对备课包"), source.quote, 1.0), question)


def _short(text: str, most: int = 60) -> str:
    words = "".join(text.split())
    return words if len(words) <= most else f"{words[:most]}…"
