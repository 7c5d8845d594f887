"""Items on a figure of a provision: its sentence with the figure left out, or with another figure put in."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log

from documents.model import Level
from documents.numerals import to_chinese
from index.chunk import Chunk
from index.search import SearchIndex
from rag.desk.quiz import stems
from rag.desk.quiz.amounts import AMOUNT, BESIDE, Amount, amounts, asked_amounts, read
from rag.desk.quiz.ground import Ground, figure_facts, of_somebody, sentences, source_words
from rag.desk.quiz.item import FALSE, TRUE, Draft, Kind, Wrong

WRONG = 3
SHORTEST, LONGEST = 12, 80
# A near figure is at most so many times more or less, and stands in the library's law at least so often.
NEAR, OFTEN = 4.0, 3
# Counts so small that the numbers beside them are taken for right too (怀孕6个月、8个月).
SMALL, SMALL_UNITS = 12, ("个月", "年")
# A sentence that leans on another one, or speaks of the text itself.
LEANS = re.compile(
    r"^(?:但|其中|应当|可以|不得|前款|上述|前项|执行过程中|这|该|此|其|同时|例|否则|另外|也|并|又|还|以上|以下|反之|它|他|她|经|两|有下|下列|拒不|逾期|情节|情况|违反)"
    r"|前款|前两款|前项|上款|本款|本条|下列|下面|以下情形|附录第|同一部门|第[一二三四五六七八九十]+[款项]|第[一二三四五六七八九十百]+条(?!经济补偿)|："
)
_OF_ITSELF = re.compile(r"施行|废止|公布|\d{4}年")
# A floor may be raised elsewhere, and what stands beside a bound is borne out by other figures too.
_FLOOR = re.compile(r"(?:不少于|不低于|不得少于|不得低于|至少|最低|最少)[^，。；]{0,6}$")
_BOUND_BEFORE = re.compile(
    r"(?:不超过|不得超过|不多于|最多|至多|最长|未满|不满|不足|少于|低于|满|达到|超过|至少)[^，。；\d]{0,4}$"
)
_BOUND_AFTER = re.compile(r"^(?:以上|以下|及以上|以内|之内|内|前|之前|以前|至|到|—)")


@dataclass(frozen=True, slots=True)
class Stated:
    """One amount in a sentence of a provision: the sentence, where the amount stands, and the amount."""

    chunk: Chunk
    sentence: str
    start: int
    end: int
    amount: Amount

    def told(self, words: str) -> str:
        """The sentence with other words in the amount's place."""
        return (self.sentence[: self.start] + words + self.sentence[self.end :]).rstrip("。；")

    @property
    def name(self) -> tuple[str, str]:
        """Title and article of the provision."""
        return self.chunk.card.title, self.chunk.provision.article

    @property
    def bounded(self) -> bool:
        """Whether the amount is a bound, so that a sentence with another amount may follow from this one."""
        before, after = self.sentence[: self.start], self.sentence[self.end :]
        return bool(_BOUND_BEFORE.search(before) or _BOUND_AFTER.match(after))

    @property
    def facts(self) -> frozenset[str]:
        """What an item on it rests on."""
        own = {f"{self.name}|{self.sentence}", *asked_amounts(self.sentence[max(self.start - BESIDE, 0) : self.end])}
        return figure_facts([self.name], self.sentence) | own

    @property
    def reason(self) -> str:
        """The sentence as law has it, with its source."""
        return f"{source_words(*self.name)}：{self.sentence.rstrip('。；')}。"


def drafts(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield single-choice items, each a sentence of law with one figure left out."""
    for found in _shuffled(ground, chance):
        right = found.amount.words
        wrong = tuple(Wrong(a.words, f"这一条规定的是{right}，不是{a.words}。") for a in near(ground, found, chance))
        if len(wrong) >= 2:
            question = stems.filled(*found.name, found.told(stems.BLANK))
            cited = (ground.cite(found.chunk, found.sentence),)
            yield Draft(Kind.SINGLE, question, (right,), wrong, found.reason, cited, found.facts)


def swapped(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield statements to be judged, in turn with a figure put in that is wrong there and as law has them."""
    for found in _shuffled(ground, chance):
        others = [] if found.bounded else near(ground, found, chance)
        cited = (ground.cite(found.chunk, found.sentence),)
        if others and chance.random() < 0.5:
            question = stems.said_by(*found.name, found.told(others[0].words))
            wrong = Wrong(TRUE, f"应当是{found.amount.words}，不是{others[0].words}。")
            yield Draft(Kind.JUDGE, question, (FALSE,), (wrong,), found.reason, cited, found.facts)
        else:
            question = stems.said_by(*found.name, found.told(found.amount.words))
            wrong = Wrong(FALSE, f"这个说法和{source_words(*found.name)}一致。")
            yield Draft(Kind.JUDGE, question, (TRUE,), (wrong,), found.reason, cited, found.facts)


def _shuffled(ground: Ground, chance: random.Random) -> list[Stated]:
    found = [stated for chunk in ground.laws for stated in _stated(chunk)]
    chance.shuffle(found)
    return found


def _stated(chunk: Chunk) -> Iterator[Stated]:
    """Yield a provision's amounts, each in a sentence that stands for itself and has it once."""
    for sentence in sentences(chunk):
        if not SHORTEST <= len(sentence) <= LONGEST or LEANS.search(sentence) or not _plain(sentence):
            continue
        told = amounts(sentence)
        for match in AMOUNT.finditer(sentence):
            amount = read(match)
            if amount is None or amount.words[0] == "一" or amount.number <= 0 or _bracketed(sentence, match):
                continue
            if _FLOOR.search(sentence[: match.start()]):
                continue
            if sum(amount.same(other) for other in told) == 1:
                yield Stated(chunk, sentence, match.start(), match.end(), amount)


def _bracketed(sentence: str, match: re.Match[str]) -> bool:
    before = sentence[: match.start()]
    return before.count("（") > before.count("）")


def _plain(sentence: str) -> bool:
    """Whether a sentence says of somebody what holds, and is not about a text's own dates."""
    return of_somebody(sentence) and not _OF_ITSELF.search(sentence)


def near(ground: Ground, found: Stated, chance: random.Random) -> list[Amount]:
    """Amounts of the same unit that are near a figure: of the same provision first, then the nearest that law often states.

    None may be the same as the figure in another unit, or stand in the sentence already.
    """
    right = found.amount
    told = [a for a in amounts(found.sentence) if a != right]
    own = [a.number for a in amounts(found.chunk.provision.text) if a.unit == right.unit]
    often = list(_often(ground.assistant.index).get(right.written, []))
    if right.unit in SMALL_UNITS and right.number <= SMALL:
        often += [right.number - 1, right.number + 1]
    often.sort(key=lambda number: abs(log(max(number, 0.1) / right.number)))
    kept: list[Amount] = []
    for number in [*dict.fromkeys(own), *often]:
        amount = _like(number, right)
        if amount is None or max(number / right.number, right.number / number) > NEAR:
            continue
        if not any(amount.same(other) for other in (right, *kept, *told)):
            kept.append(amount)
        if len(kept) == WRONG + 1:
            break
    first, rest = kept[:1], kept[1:]
    chance.shuffle(rest)
    return [*first, *rest][:WRONG]


def _like(number: float, right: Amount) -> Amount | None:
    """An amount written as another one is: Arabic or Chinese numerals, with its unit."""
    if number != int(number) or number <= 0:
        return None
    digits = str(int(number))
    if not re.match(r"\d", right.words):
        if number >= 10_000:
            return None
        digits = to_chinese(int(number))
    return Amount(number, right.unit, digits + right.written)


@lru_cache(maxsize=4)
def _often(index: SearchIndex) -> dict[str, list[float]]:
    """By unit as written the numbers that the library's law states at least a few times, the most frequent first."""
    texts = [c.text for c in index.chunks if not c.card.level.is_plan and c.card.level is not Level.COMPILED]
    counts = Counter((a.written, a.number) for text in texts for a in amounts(text))
    found: dict[str, list[float]] = {}
    for (unit, number), times in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if times >= OFTEN:
            found.setdefault(unit, []).append(number)
    return found
