"""Items on lists of law: which of several things stand in an article's list, beside items of a list that says the opposite."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.numerals import NUMERAL, to_int
from index.chunk import Chunk
from rag.desk.quiz.ground import BOOK, Ground, source_words
from rag.desk.quiz.item import Draft, Kind, Wrong

LONGEST = 42
RIGHT, WRONG = (2, 3), 2
# Two items of which more than this share of the shorter one's pairs of characters are alike may mean the same.
ALIKE = 0.34
_ITEM = re.compile(rf"^[（(](?P<n>[{NUMERAL}]+)[）)](?P<text>.+)$")
_REFERS = re.compile(
    r"(?P<article>(?:附录)?第[一二三四五六七八九十百零]+条)(?:（[^）]*）)?的(?P<items>第[一二三四五六七八九十]+项(?:[、和]第[一二三四五六七八九十]+项)*)"
)
_OTHER = re.compile(r"^其他|其他情形|法律、行政法规(?:等)?规定|国家规定的其他|等$")
_NOT = re.compile(r"不得|不属于|不认定|不算|不予|不付|不适用|不享受")
_NO_LIST = re.compile(r"不在《(?P<title>[^》]+)》(?P<article>(?:附录)?第[一二三四五六七八九十百零]+条)的清单里")
_SAID = re.compile(r"说法[:：](?P<said>.+?)。?\n")
_VERBS = re.compile(
    r"解除劳动合同|解除合同|辞退|认定为工伤|视同工伤|属于劳动争议|夫妻共同财产|个人的财产|工伤保险基金付|由单位付|终止|安排|免交|缓交"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """An article that lists things: what it says of them, and the things by their number."""

    chunk: Chunk
    lead: str
    items: dict[int, str]


def drafts(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield items on the lists of the ground for which the library tells what is surely not on them."""
    found = [made for chunk in ground.laws if (made := listed(chunk)) is not None]
    chance.shuffle(found)
    for asked in found:
        wrong = _outside(ground, asked, chance)
        right = [text for text in asked.items.values() if _fit(text)]
        if not wrong or len(right) < 2:
            continue
        chance.shuffle(right)
        wrong = wrong[:WRONG]
        length = sum(len(w.text) for w in wrong) / len(wrong)
        right = sorted(right, key=lambda text: abs(len(text) - length))[: RIGHT[1] if len(wrong) == 1 else RIGHT[0]]
        yield _draft(ground, asked, right, wrong)


def listed(chunk: Chunk) -> Listed | None:
    """Read a provision whose first line opens one list that the chunk holds whole; None for any other."""
    lines = [line.strip() for line in chunk.text.split("\n") if line.strip() and not line.startswith("注")]
    if len(lines) < 4 or not lines[0].endswith(("：", ":")) or chunk.text != chunk.provision.text:
        return None
    matches = [_ITEM.match(line) for line in lines[1:]]
    items = [m for m in matches if m is not None]
    if len(items) < 3 or any(m is None for m in matches[: len(items)]):
        return None
    return Listed(chunk, lines[0].rstrip("：:"), {to_int(m["n"]): m["text"].rstrip("。；;") for m in items})


def _outside(ground: Ground, asked: Listed, chance: random.Random) -> list[Wrong]:
    found = [*_misbelieved(ground, asked), *_left_out(ground, asked, chance), *_opposed(ground, asked, chance)]
    kept: list[Wrong] = []
    for wrong in found:
        if all(not same(wrong.text, other) for other in (*asked.items.values(), *(w.text for w in kept))):
            kept.append(wrong)
    return kept


def _misbelieved(ground: Ground, asked: Listed) -> Iterator[Wrong]:
    """What people believe to be on the list, and the book of misconceptions says is not."""
    for (title, _), chunks in ground.assistant.index.by_article.items():
        if title != BOOK or not ground.carries(chunks[0]):
            continue
        text = chunks[0].text
        match, said = _NO_LIST.search(text), _SAID.search(text)
        if match and said and (match["title"], match["article"]) == _name(asked.chunk):
            what = re.sub(r"^(?:女职工)?(?:在)?(?:孕期|怀孕期间|经期|哺乳期)|属于.*$", "", said["said"])
            yield Wrong(what, f"{source_words(*_name(asked.chunk))}的清单里没有这一项。")


def _left_out(ground: Ground, asked: Listed, chance: random.Random) -> list[Wrong]:
    """Items of another list of which the asked one takes over only some, by number."""
    found = []
    for text in asked.items.values():
        match = _REFERS.search(text)
        if match is None:
            continue
        for chunk in ground.of(asked.chunk.card.title, match["article"]):
            other = listed(chunk)
            taken = {to_int(n) for n in re.findall(rf"第([{NUMERAL}]+)项", match["items"])}
            if other is None or not ground.is_law(chunk):
                continue
            source = source_words(*_name(chunk))
            found += [
                Wrong(words, f"这是{source}的第{n}项，{source_words(*_name(asked.chunk))}没有沿用。")
                for n, words in other.items.items()
                if n not in taken and _fit(words)
            ]
    chance.shuffle(found)
    return found


def _opposed(ground: Ground, asked: Listed, chance: random.Random) -> list[Wrong]:
    """Items of a list of the same law that speaks of the same thing with the opposite sign."""
    about, sign = set(_VERBS.findall(asked.lead)), bool(_NOT.search(asked.lead))
    found = []
    for chunk in ground.assistant.index.chunks:
        if chunk.card.id != asked.chunk.card.id or chunk.id == asked.chunk.id or not ground.is_law(chunk):
            continue
        other = listed(chunk)
        if other is None or bool(_NOT.search(other.lead)) == sign or not about & set(_VERBS.findall(other.lead)):
            continue
        source = source_words(*_name(chunk))
        found += [Wrong(words, f"这是{source}列的：{other.lead}。") for words in other.items.values() if _fit(words)]
    chance.shuffle(found)
    return found


def _draft(ground: Ground, asked: Listed, right: list[str], wrong: list[Wrong]) -> Draft:
    source = source_words(*_name(asked.chunk))
    question = f"{source}写道：{asked.lead}。下面哪些列在这一条里？"
    reason = f"{source}一共列了{len(asked.items)}项，{'；'.join(right)}都在里面。"
    lines = [line for line in asked.chunk.text.split("\n") if not line.startswith("注")]
    quote = "\n".join(lines)
    cited = [ground.cite(asked.chunk, quote if quote in asked.chunk.text else lines[0])]
    facts = frozenset({f"清单|{source}"})
    return Draft(Kind.MULTIPLE, question, tuple(right), tuple(wrong), reason, tuple(cited), facts)


def _fit(text: str) -> bool:
    """Whether an item of a list is short and plain enough for an option."""
    return (
        3 <= len(text) <= LONGEST
        and not _OTHER.search(text)
        and not re.search(r"第[一二三四五六七八九十]+[条款项]", text)
    )


def same(one: str, other: str) -> bool:
    """Whether two things of lists may mean the same, or one holds the other."""
    first, second = _pairs(one), _pairs(other)
    shared = len(first & second)
    return shared > ALIKE * max(min(len(first), len(second)), 1)


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"[^\u4e00-\u9fff\d]", "", text)
    return {bare[n : n + 2] for n in range(len(bare) - 1)}


def _name(chunk: Chunk) -> tuple[str, str]:
    return chunk.card.title, chunk.provision.article
