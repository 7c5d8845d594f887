"""Items on lists of law: which of several things stand in an article's list, beside what surely does not."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.numerals import NUMERAL, to_int
from index.chunk import Chunk
from rag.desk.quiz import stems
from rag.desk.quiz.ground import BOOK, Ground, overruled, source_words
from rag.desk.quiz.item import Draft, Kind, Wrong
from rag.model import Citation

SHORTEST, LONGEST = 4, 42
OPTIONS, WRONG = 4, 2
# Two items of which more than this share of the shorter one's pairs of characters are alike may mean the same.
ALIKE = 0.34
_ITEM = re.compile(rf"^[（(](?P<n>[{NUMERAL}]+)[）)](?P<text>.+)$")
_REFERS = re.compile(
    rf"(?P<article>(?:附录)?第[{NUMERAL}]+条)(?:（[^）]*）)?的(?P<items>第[{NUMERAL}]+项(?:[、和]第[{NUMERAL}]+项)*)"
)
_OTHER = re.compile(rf"其他|其它|规定的|等$|第[{NUMERAL}]+[条款项]")
_NOT = re.compile(r"不得|不属于|不认定|不算|不予|不付|不适用|不享受")
_NO_LIST = re.compile(r"不在《(?P<title>[^》]+)》(?P<article>(?:附录)?第[一二三四五六七八九十百零]+条)的清单里")
_SAID = re.compile(r"说法[:：](?P<said>.+?)。?\n")
# Of what two lists of one law speak when they say the opposite; who pays, where two lists divide that.
_ABOUT = re.compile(r"解除(?:劳动)?合同|辞退|认定为工伤|视同工伤|(?<=属于)劳动争议|免交|缓交")
_DUTY = re.compile(r"用人单位.*(?:应当|不得)[^，。]*(?:措施|行为|义务)$")
_PAYER = re.compile(r"由(?P<who>[^，。由]{2,10}?)(?:支付|付)$")


@dataclass(frozen=True, slots=True)
class Listed:
    """An article that lists things: what it says of them, and the things by their number."""

    chunk: Chunk
    lead: str
    items: dict[int, str]

    @property
    def name(self) -> tuple[str, str]:
        """Title and article of the provision."""
        return self.chunk.card.title, self.chunk.provision.article


def drafts(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield items on the lists of the ground for which the library tells what is surely not on them."""
    found = [made for chunk in ground.laws if not overruled(chunk) and (made := listed(chunk)) is not None]
    chance.shuffle(found)
    for asked in found:
        if draft := _taken_over(ground, asked, chance) or _of_list(ground, asked, chance):
            yield draft


def listed(chunk: Chunk) -> Listed | None:
    """Read a provision whose first line opens one list that the chunk holds whole; None for any other."""
    lines = [line.strip() for line in chunk.text.split("\n") if line.strip() and not line.startswith("注")]
    if len(lines) < 3 or not lines[0].endswith(("：", ":")) or chunk.text != chunk.provision.text:
        return None
    items = [_ITEM.match(line) for line in lines[1:]]
    found = {to_int(m["n"]): m["text"].rstrip("。；;") for m in items if m is not None}
    whole = list(found) == list(range(1, len(found) + 1)) and all(m is not None for m in items)
    return Listed(chunk, lines[0].rstrip("：:"), found) if whole and len(found) >= 2 else None


def _taken_over(ground: Ground, asked: Listed, chance: random.Random) -> Draft | None:
    """Ask which items a list takes over from another one of the same law, by number."""
    match = next((m for text in asked.items.values() if (m := _REFERS.search(text))), None)
    if match is None:
        return None
    other = next((o for c in ground.of(asked.name[0], match["article"]) if (o := listed(c)) and ground.is_law(c)), None)
    numbers = {to_int(n) for n in re.findall(rf"第([{NUMERAL}]+)项", match["items"])}
    if other is None or not numbers <= set(other.items):
        return None
    right = [words for n, words in other.items.items() if n in numbers and _fit(words)]
    source, theirs = source_words(*asked.name), other.name[1]
    left = [
        Wrong(words, f"{asked.name[1]}没有沿用{theirs}的这一项。")
        for n, words in other.items.items()
        if n not in numbers and _fit(words)
    ]
    chance.shuffle(left)
    if len(right) < 2 or not left:
        return None
    question = f"{source}（{asked.lead}）沿用了{theirs}的哪几项？"
    reason = f"{source}沿用的是{theirs}的{match['items']}。"
    citations = (_cite(ground, asked), _cite(ground, other))
    facts = frozenset({f"清单|{asked.name}"})
    return Draft(Kind.MULTIPLE, question, tuple(right[:3]), tuple(left[:WRONG]), reason, citations, facts)


def _of_list(ground: Ground, asked: Listed, chance: random.Random) -> Draft | None:
    outside = _outside(ground, asked, chance)[:WRONG]
    wrong = [option for option, _ in outside]
    right = [text for text in asked.items.values() if _fit(text)]
    if not wrong or len(right) < 2:
        return None
    chance.shuffle(right)
    length = sum(len(w.text) for w in wrong) / len(wrong)
    right = sorted(right, key=lambda text: abs(len(text) - length))[: OPTIONS - len(wrong)]
    source = source_words(*asked.name)
    question = stems.listed(*asked.name, asked.lead)
    reason = f"对的几项都列在{source}里：{'；'.join(right)}。"
    facts = frozenset({f"清单|{asked.name}", *(fact for _, fact in outside)})
    return Draft(Kind.MULTIPLE, question, tuple(right), tuple(wrong), reason, (_cite(ground, asked),), facts)


def _outside(ground: Ground, asked: Listed, chance: random.Random) -> list[tuple[Wrong, str]]:
    """What is not on a list, with the fact: what people believe to be on it, then items of a list that says the opposite."""
    kept: list[tuple[Wrong, str]] = []
    for wrong, fact in [*_misbelieved(ground, asked), *_opposed(ground, asked, chance)]:
        if all(not same(wrong.text, other) for other in (*asked.items.values(), *(w.text for w, _ in kept))):
            kept.append((wrong, fact))
    return kept


def _misbelieved(ground: Ground, asked: Listed) -> Iterator[tuple[Wrong, str]]:
    """What people believe to be on the list, and the book of misconceptions says is not."""
    for (title, _), chunks in ground.assistant.index.by_article.items():
        if title != BOOK or not ground.carries(chunks[0]):
            continue
        match, said = _NO_LIST.search(chunks[0].text), _SAID.search(chunks[0].text)
        if match and said and (match["title"], match["article"]) == asked.name:
            what = re.sub(r"^(?:女职工)?(?:在)?(?:孕期|怀孕期间|经期|哺乳期)|属于.*$", "", said["said"])
            fact = f"误解|{chunks[0].provision.article}"
            yield Wrong(what, f"{source_words(*asked.name)}的清单里没有这一项。"), fact


def _opposed(ground: Ground, asked: Listed, chance: random.Random) -> list[tuple[Wrong, str]]:
    """Items of the lists of the same law that say the opposite of the same thing."""
    found = []
    for chunk in _same_law(ground, asked):
        other = listed(chunk)
        if other is not None and _opposite(asked.lead, other.lead):
            why = f"这是{source_words(*other.name)}列的：{other.lead}。"
            found += [(Wrong(words, why), f"清单|{other.name}") for words in other.items.values() if _fit(words)]
    chance.shuffle(found)
    return found


def _opposite(one: str, other: str) -> bool:
    """Whether what two lists say of their things cannot both hold."""
    payers = [m["who"] for lead in (one, other) if (m := _PAYER.search(lead))]
    if len(payers) == 2:
        return payers[0] != payers[1]
    alike = set(_ABOUT.findall(one)) & set(_ABOUT.findall(other)) or (_DUTY.search(one) and _DUTY.search(other))
    return bool(alike) and bool(_NOT.search(one)) != bool(_NOT.search(other))


def _same_law(ground: Ground, asked: Listed) -> list[Chunk]:
    title = asked.name[0]
    chunks = [c for (name, _), found in ground.assistant.index.by_article.items() if name == title for c in found]
    return [c for c in chunks if c.id != asked.chunk.id and ground.is_law(c)]


def _cite(ground: Ground, asked: Listed) -> Citation:
    """The whole list, as far as nothing of ours stands in it."""
    text = asked.chunk.text
    end = text.find("\n注")
    return ground.cite(asked.chunk, (text[:end] if end >= 0 else text).strip())


def _fit(text: str) -> bool:
    """Whether an item of a list is short and plain enough for an option."""
    return SHORTEST <= len(text) <= LONGEST and not _OTHER.search(text)


def same(one: str, other: str) -> bool:
    """Whether two things of lists may mean the same, or one holds the other."""
    first, second = _pairs(one), _pairs(other)
    return len(first & second) > ALIKE * max(min(len(first), len(second)), 1)


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"[^\u4e00-\u9fff\d]", "", text)
    return {bare[n : n + 2] for n in range(len(bare) - 1)}
