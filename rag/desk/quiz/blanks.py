"""Items on a figure of a provision: its sentence with the figure left out, or with another figure put in."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from documents.model import Level
from documents.numerals import to_chinese
from index.chunk import Chunk
from index.search import SearchIndex
from rag.desk.quiz.amounts import AMOUNT, Amount, amounts, read
from rag.desk.quiz.ground import Ground, sentences, source_words
from rag.desk.quiz.item import FALSE, TRUE, Draft, Kind, Wrong

BLANK = "（　　）"
WRONG = 3
SHORTEST, LONGEST = 12, 80
# A near figure is at most so many times more or less.
NEAR = 4.0
# A sentence that leans on another one, or speaks of the text itself.
LEANS = re.compile(
    r"^(?:但|其中|前款|上述|前项|这|该|此|其|同时|例|否则|另外|也|并|又|还|以上|以下|反之|它|他|她|经|对前|两|本条|有下|下列)|前款|前两款|前项|上款|本款|下列|以下情形|本条例?第|第[一二三四五六七八九十]+[款项]"
)
_REPEALS = re.compile(r"施行|废止|公布")


@dataclass(frozen=True, slots=True)
class Stated:
    """One amount in a sentence of a provision: the sentence, where the amount stands, and its amount."""

    chunk: Chunk
    sentence: str
    start: int
    end: int
    amount: Amount

    def told(self, words: str) -> str:
        """The sentence with other words in the amount's place."""
        return (self.sentence[: self.start] + words + self.sentence[self.end :]).rstrip("。；")

    @property
    def source(self) -> str:
        """The provision by name."""
        return source_words(self.chunk.card.title, self.chunk.provision.article)

    def facts(self) -> frozenset[str]:
        """What an item on it rests on."""
        card, article = self.chunk.card, self.chunk.provision.article
        return frozenset({f"{card.title}|{article}|{self.amount.words}", f"{card.title}|{article}|{self.sentence}"})


def drafts(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield single-choice items, each a sentence of law with one figure left out."""
    for found in _shuffled(ground, chance):
        wrong = [_wrong(found, amount) for amount in near(ground, found, chance)]
        if len(wrong) < 2:
            continue
        question = f"按{found.source}，{found.told(BLANK)}。括号里应当填哪一个？"
        reason = f"{found.source}：{found.sentence.rstrip('。')}。"
        cited = (ground.cite(found.chunk, found.sentence),)
        yield Draft(Kind.SINGLE, question, (found.amount.words,), tuple(wrong[:WRONG]), reason, cited, found.facts())


def swapped(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield statements to be judged, in turn as law has them and with one figure put in that is wrong there."""
    for number, found in enumerate(_shuffled(ground, chance)):
        others = near(ground, found, chance)
        cited = (ground.cite(found.chunk, found.sentence),)
        reason = f"{found.source}：{found.sentence.rstrip('。')}。"
        if number % 2 == 0:
            question = f"按{found.source}，{found.told(found.amount.words)}。这个说法对吗？"
            wrong = Wrong(FALSE, f"这个说法和{found.source}一致。")
            yield Draft(Kind.JUDGE, question, (TRUE,), (wrong,), reason, cited, found.facts())
        elif others:
            question = f"按{found.source}，{found.told(others[0].words)}。这个说法对吗？"
            wrong = Wrong(TRUE, f"应当是{found.amount.words}，不是{others[0].words}。")
            yield Draft(Kind.JUDGE, question, (FALSE,), (wrong,), reason, cited, found.facts())


def _shuffled(ground: Ground, chance: random.Random) -> list[Stated]:
    found = [stated for chunk in ground.laws for stated in _stated(chunk)]
    chance.shuffle(found)
    return found


def _stated(chunk: Chunk) -> Iterator[Stated]:
    """Yield a provision's amounts, each in a sentence that stands for itself and has it once."""
    for whole in sentences(chunk):
        if _REPEALS.search(whole):
            continue
        for sentence in _clauses(whole):
            if not SHORTEST <= len(sentence) <= LONGEST or LEANS.search(sentence):
                continue
            told = amounts(sentence)
            for match in AMOUNT.finditer(sentence):
                amount = read(match)
                if amount is None or amount.words in ("一人", "一名", "一日", "一月", "一年") or amount.number <= 0:
                    continue
                if sum(amount.same(other) for other in told) == 1:
                    yield Stated(chunk, sentence, match.start(), match.end(), amount)


def _clauses(sentence: str) -> list[str]:
    """A sentence, or the parts between its semicolons where it is long."""
    return [sentence] if len(sentence) <= LONGEST // 2 else [part for part in sentence.split("；") if part]


def near(ground: Ground, found: Stated, chance: random.Random) -> list[Amount]:
    """Amounts of the same unit that are near a figure: of the same provision first, then of the library; none may be the same."""
    right = found.amount
    own = [a for a in amounts(found.chunk.provision.text) if a.unit == right.unit]
    others = sorted(
        _pool(ground.assistant.index, right.unit), key=lambda n: (max(n / right.number, right.number / n), n)
    )
    kept: list[Amount] = []
    for number in [*(a.number for a in own), *others]:
        amount = _like(number, right)
        ratio = max(number / right.number, right.number / number) if number else NEAR + 1
        if amount is None or ratio > NEAR or any(amount.same(a) for a in (right, *kept)):
            continue
        if any(amount.same(a) and a.unit != right.unit for a in amounts(found.sentence)):
            continue
        kept.append(amount)
    first = kept[: WRONG + 2]
    chance.shuffle(first)
    return first[:WRONG]


def _wrong(found: Stated, amount: Amount) -> Wrong:
    return Wrong(amount.words, f"这里是{found.amount.words}，不是{amount.words}。")


def _like(number: float, right: Amount) -> Amount | None:
    """An amount written as another one is: Arabic or Chinese numerals, with its unit."""
    digits = re.match(r"[\d.,]+", right.words)
    if number != int(number):
        return None
    whole = int(number)
    try:
        words = f"{whole}" if digits else to_chinese(whole)
    except ValueError:
        return None
    return Amount(number, right.unit, words + re.sub(r"^[\d.,一二三四五六七八九十百千零〇两]+", "", right.words))


@lru_cache(maxsize=256)
def _pool(index: SearchIndex, unit: str) -> tuple[float, ...]:
    """The numbers of a unit that law in the library states, each once."""
    texts = [c.text for c in index.chunks if not c.card.level.is_plan and c.card.level is not Level.COMPILED]
    return tuple(sorted({a.number for text in texts for a in amounts(text) if a.unit == unit and a.number > 0}))
