"""The ground of a quiz: what of the library may carry an answer for a place on a day, and citations of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from documents.limits import limits
from documents.model import Level
from documents.parse import part_of
from documents.region import NATION, Region
from documents.topics import Purpose, topic_rows
from index.chunk import Card, Chunk
from rag.answer import Assistant
from rag.desk.quiz.amounts import amounts
from rag.model import Citation

BOOK = "常见误解"
# Sentences of ours within a provision: never an answer.
_OWN = re.compile(r"^(?:注[:：]|（?本库注|依据[:：]|条件[:：])|整理者说明")
_ASIDE = re.compile(r"（[^（）]*整理者说明[^（）]*）|（条号未核实）|（本库注[:：](?:[^（）]|（[^（）]*）)*）")
_ITEM = re.compile(r"^[（(][一二三四五六七八九十\d]+[）)]")
_NEAR_START = 24
_SUBJECT = re.compile(
    r"单位|女职工|劳动者|职工|妇女|怀孕|哺乳|孕期|产假|任何|禁止|生育|法院|公安|仲裁|当事人|受害人|夫妻|人身安全保护令|招用|"
    r"劳动合同|集体合同|工资|试用期|非全日制|被派遣|失业|未就业|退休|离婚|家庭暴力|女方|工会|经办机构|劳动保障"
)
_OVERRULED = re.compile(r"[法定例释》）]第[一二三四五六七八九十百]+条|附录第|现行|现在|废止|口径|冲突|不一致|为准")
_EXCEPTION = re.compile(r"^\s*(?:但|除|例外|不过|其中|有[^，。]{0,12}除外|属于[^，。]{0,12}除外)")


@dataclass(frozen=True)
class Ground:
    """What an assistant's library says for places on a day; `chunks` are the provisions that the quiz is about."""

    assistant: Assistant
    chunks: tuple[Chunk, ...]
    place: tuple[Region, ...]
    day: date

    @cached_property
    def named(self) -> frozenset[tuple[str, str]]:
        """Title and article of every provision that the quiz is about."""
        return frozenset((c.card.title, c.provision.article) for c in self.chunks)

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics of the vocabulary of whose rights the ground holds at least half."""
        rights: dict[str, list[bool]] = {}
        for row in topic_rows():
            if row.purpose is Purpose.RIGHT:
                rights.setdefault(row.topic, []).append((row.title, row.article) in self.named)
        return frozenset(topic for topic, held in rights.items() if 2 * sum(held) >= len(held))

    @cached_property
    def laws(self) -> tuple[Chunk, ...]:
        """The provisions of the ground that are law in force here, firmly checked, in order."""
        return tuple(c for c in self.chunks if self.is_law(c))

    def is_law(self, chunk: Chunk) -> bool:
        """Whether a provision is law in force on the day, applies in the place, and may carry a figure."""
        legal = chunk.card.level is not Level.COMPILED and "参考文本" not in chunk.card.title
        return legal and self.carries(chunk)

    def carries(self, chunk: Chunk) -> bool:
        """Whether a provision may carry an answer: no plan, not weak, here and now."""
        check, card = chunk.provision.check, chunk.card
        return (
            not card.level.is_plan
            and (check is None or check.carries_figures)
            and holds(card, self.day)
            and (card.region == NATION or any(card.region.applies_to(p) for p in self.place))
        )

    def of(self, title: str, article: str) -> list[Chunk]:
        """The chunks of a provision by name."""
        return list(self.assistant.index.by_article.get((title, article), ()))

    def cite(self, chunk: Chunk, quote: str) -> Citation:
        """The citation of words that stand in a chunk."""
        card, at = chunk.card, chunk.start + chunk.text.index(quote)
        numbered = chunk.provision.article.startswith(("第", "附"))
        return Citation(
            document_id=card.id,
            chunk_id=chunk.id,
            title=card.title,
            article=chunk.provision.article,
            part=part_of(chunk.provision.text, at, at + len(quote)) if numbered else "",
            quote=quote,
            level=card.level,
            region=card.region.name,
            kind=card.kind,
            check=chunk.provision.check,
            in_force=card.in_force(self.day),
            effective=card.start,
            url=card.url,
            page=chunk.provision.page,
        )


def holds(card: Card, day: date) -> bool:
    """Whether a document may be relied on on a day; when a summary of ours was compiled does not matter, its rules have days of their own."""
    if card.level is Level.COMPILED:
        return card.ended is None or day < card.ended
    return card.in_force(day) is not False


def line_with(chunk: Chunk, words: str) -> str:
    """The line of a chunk that has some words, else its first line."""
    lines = [line.strip() for line in chunk.text.split("\n")]
    return next((line for line in lines if words in line), lines[0])


def sentences(chunk: Chunk) -> Iterator[str]:
    """Yield the sentences of a provision that stand for themselves: the first of each paragraph, later ones that begin with whom they are about.

    No remark of ours, no list or item of one, none that an exception follows, none that another provision limits.
    """
    if any((chunk.card.title, chunk.provision.article) == (row.title, row.article) for row in limits()):
        return
    if overruled(chunk):
        return
    lines = [line.strip() for line in chunk.text.split("\n") if line.strip()]
    for number, line in enumerate(lines):
        found = re.findall(r"[^。！？]+[。！？]", line)
        following = [*found[1:], *lines[number + 1 :]][:1]
        limited = any(_EXCEPTION.match(words) for words in [*found[1:], *following])
        if found and not limited and not _OWN.search(line) and not _ITEM.match(line) and not _ASIDE.search(found[0]):
            yield found[0]
            yield from (words for words in found[1:] if _SUBJECT.match(words) and not _ASIDE.search(words))


def overruled(chunk: Chunk) -> bool:
    """Whether a note under a provision says that another text is looked at now, or that texts differ."""
    notes = [line for line in chunk.provision.text.split("\n") if re.match(r"（?(?:本库)?注[:：]", line.strip())]
    return any(_OVERRULED.search(note) for note in notes)


def of_somebody(sentence: str) -> bool:
    """Whether a sentence soon says whom or what it is about, so that it can be understood by itself."""
    return bool(_SUBJECT.search(sentence[:_NEAR_START]))


def source_words(title: str, article: str) -> str:
    """How a question or reason names a provision: 《劳动法》第六十二条; the title alone where the articles have no numbers."""
    return f"《{title}》{article}" if article.startswith(("第", "附")) else f"《{title}》"


def figure_facts(provisions: Iterable[tuple[str, str]], *texts: str) -> frozenset[str]:
    """What an item rests on: each provision with each amount that the texts name."""
    told = {amount.key for text in texts for amount in amounts(text)}
    return frozenset(f"{title}|{article}|{key}" for title, article in provisions for key in told)
