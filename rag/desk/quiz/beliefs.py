"""Items on what people wrongly believe: the library's misconceptions, each judged by the chat, beside sentences of law."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from index.chunk import Chunk
from rag.claims import BASELESS, OPEN, PARTLY
from rag.desk.quiz import stems
from rag.desk.quiz.amounts import amounts, asked_amounts
from rag.desk.quiz.blanks import LEANS
from rag.desk.quiz.chat import verdict
from rag.desk.quiz.ground import BOOK, Ground, figure_facts, of_somebody, sentences, source_words
from rag.desk.quiz.item import FALSE, TRUE, Draft, Kind, Wrong
from rag.model import Citation, Verdict
from rag.understand.topic import topics_in

SHORTEST, LONGEST, LONGEST_ALONE = 12, 45, 70
# A short saying without a topic has at least this share of its label's words.
OF_LABEL = 0.45
# A statement is right or wrong; what depends on the case or the place is asked of nobody.
HEDGE = re.compile(
    r"一般|通常|多数|裁判|不一(?!样)|个案|有争议|有的地方|部分地方|地方口径|当地|通行|另论|各地|不一定|要看|不是自动|先问|另有规定"
)
_SAID = re.compile(r"说法[:：](?P<said>.+?)。?\n")
_TRUTH = re.compile(r"实际[:：](?P<truth>.+)", re.DOTALL)
_NAMED = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》((?:附录)?第[一二三四五六七八九十百零]+条)")
_ALSO = re.compile(r"(?<=[、，（])((?:附录)?第[一二三四五六七八九十百零]+条)")
_NOTE = re.compile(r"（条号未核实）|（本库注[:：](?:[^（）]|（[^（）]*）)*）")
MODAL = re.compile(r"不得|应当|有权|不能|可以|必须|禁止|由.{1,20}(?:支付|承担|举证|付|缴)|计入|不予|免|无效|享有|享受")
_CLUMSY = re.compile(
    r"[；“”《]|这些|这类|此类|这样|不少于|不低于|至少|最低|这份|这个|这种|该|上述|它|\d{4}年|按.{0,12}规定|依法|本法|本条例|本规定|本办法|第[一二三四五六七八九十百]+条|等$"
)


@dataclass(frozen=True, slots=True)
class Belief:
    """A misconception: its name, what is said, what is so, and the provisions that it names."""

    chunk: Chunk
    said: str
    truth: str
    named: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Its label in the book of misconceptions."""
        return self.chunk.provision.article


def beliefs(ground: Ground) -> list[Belief]:
    """The misconceptions on the ground's provisions that are plainly wrong, in the order of the book."""
    index = ground.assistant.index
    found = [_read(chunks[0]) for (title, _), chunks in index.by_article.items() if title == BOOK]
    return [
        belief
        for belief in found
        if belief is not None
        and ground.carries(belief.chunk)
        and belief.name not in PARTLY | BASELESS | OPEN
        and not HEDGE.search(belief.truth)
        and _whole(ground, belief)
        and _about(ground, belief)
    ]


def _whole(ground: Ground, belief: Belief) -> bool:
    """Whether what is said can be understood without its label (口头告知就行: what?)."""
    own = ground.assistant.index.words_of((belief.said,))
    return (
        len(belief.said) >= SHORTEST
        or bool(topics_in(belief.said))
        or ground.assistant.index.coverage(belief.name, own) >= OF_LABEL
    )


def _about(ground: Ground, belief: Belief) -> bool:
    """Whether a misconception is on what the quiz is about: named by it, or on its provisions and no other topic's."""
    topics = set(topics_in(belief.said)) or set(topics_in(belief.name))
    on_provisions = set(belief.named) & ground.named and (not topics or topics & ground.topics)
    return (BOOK, belief.name) in ground.named or bool(on_provisions)


def _read(chunk: Chunk) -> Belief | None:
    said, truth = _SAID.search(chunk.text), _TRUTH.search(chunk.text)
    if said is None or truth is None:
        return None
    words = _NOTE.sub("", truth["truth"]).strip()
    return Belief(chunk, said["said"], words, _provisions(words))


def _provisions(text: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for match in _NAMED.finditer(text):
        found.append((match[1], match[2]))
    return tuple(dict.fromkeys(found))


def judged(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield statements to be judged: misconceptions that the chat rules against."""
    found = beliefs(ground)
    chance.shuffle(found)
    for belief in found:
        if not ruled_out(ground, belief.said):
            continue
        wrong = Wrong(TRUE, f"实际上，{_plainly(belief.truth)}")
        reason = _plainly(belief.truth)
        yield Draft(
            Kind.JUDGE,
            stems.said(belief.said),
            (FALSE,),
            (wrong,),
            reason,
            _cited(ground, belief),
            _facts(belief),
        )


def ruled_out(ground: Ground, said: str) -> bool:
    """Whether the chat judges a claim to be wrong here and today."""
    return verdict(ground.assistant, said, ground.place, ground.day) is Verdict.NOT


def _plainly(truth: str) -> str:
    """What is so, without the verdict that the book opens with."""
    return re.sub(r"^(?:错|不对|不行)[。，]", "", truth)


def _cited(ground: Ground, belief: Belief) -> tuple[Citation, ...]:
    """The provisions that a misconception names, where they are in force here, then the misconception itself."""
    laws = [c for named in belief.named for c in ground.of(*named)[:1] if ground.carries(c)]
    truth = belief.chunk.text[belief.chunk.text.index("实际") :].strip()
    return (*(ground.cite(c, _first_line(c)) for c in laws[:2]), ground.cite(belief.chunk, truth))


def _first_line(chunk: Chunk) -> str:
    return chunk.text.split("\n")[0].strip()


def _facts(belief: Belief) -> frozenset[str]:
    return figure_facts(belief.named, belief.truth) | {f"误解|{belief.name}", f"误解所指|{belief.named}"}


def statements(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield items with several statements, right ones from law, wrong ones the misconceptions."""
    wrong = [belief for belief in beliefs(ground) if len(belief.said) <= LONGEST]
    right = [(chunk, words) for chunk in ground.laws for words in sayings(chunk) if not amounts(words)]
    chance.shuffle(wrong)
    chance.shuffle(right)
    while len(right) >= 2:
        least = chance.choice((1, 2))
        pair = list(islice((b for b in wrong if ruled_out(ground, b.said)), least))
        if not pair:
            return
        wrong = wrong[wrong.index(pair[-1]) + 1 :]
        barred = {named for belief in pair for named in belief.named}
        fit = [(c, w) for c, w in right if _name(c) not in barred]
        chosen = _apart(fit, sum(len(b.said) for b in pair) / len(pair), 4 - len(pair))
        if len(chosen) < 2:
            return
        right = [item for item in right if item not in chosen]
        yield _statement(ground, pair, chosen)


def _apart(right: list[tuple[Chunk, str]], length: float, count: int) -> list[tuple[Chunk, str]]:
    """So many statements of different provisions, as near in length to the wrong ones as there are."""
    kept: list[tuple[Chunk, str]] = []
    for chunk, words in sorted(right, key=lambda item: abs(len(item[1]) - length)):
        if len(kept) < count and all(chunk.provision.id != other.provision.id for other, _ in kept):
            kept.append((chunk, words))
    return kept


def _name(chunk: Chunk) -> tuple[str, str]:
    return chunk.card.title, chunk.provision.article


def _statement(ground: Ground, pair: list[Belief], chosen: list[tuple[Chunk, str]]) -> Draft:
    cited = [ground.cite(chunk, f"{words}。") for chunk, words in chosen]
    books = [ground.cite(b.chunk, b.chunk.text[b.chunk.text.index("实际") :].strip()) for b in pair]
    reason = "对的几句见" + "、".join(source_words(c.title, c.article) for c in cited) + "。"
    wrong = tuple(Wrong(f"{b.said}。", _plainly(b.truth)) for b in pair)
    facts = {fact for b in pair for fact in _facts(b)} | {f"{_name(c)}|{w}。" for c, w in chosen}
    return Draft(
        Kind.MULTIPLE,
        stems.STATEMENTS,
        tuple(f"{words}。" for _, words in chosen),
        wrong,
        reason,
        (*cited, *books),
        frozenset(facts),
    )


def lawful(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield statements to be judged that law itself makes."""
    right = [(chunk, words) for chunk in ground.laws for words in sayings(chunk, LONGEST_ALONE)]
    chance.shuffle(right)
    for chunk, words in right:
        source = source_words(chunk.card.title, chunk.provision.article)
        wrong = Wrong(FALSE, f"这个说法和{source}一致。")
        facts = figure_facts([_name(chunk)], words) | {f"{_name(chunk)}|{words}。"}
        facts |= asked_amounts(words)
        yield Draft(
            Kind.JUDGE,
            stems.said(words),
            (TRUE,),
            (wrong,),
            f"{source}：{words}。",
            (ground.cite(chunk, f"{words}。"),),
            facts,
        )


def sayings(chunk: Chunk, longest: int = LONGEST) -> Iterator[str]:
    """Yield a provision's sentences that may be told as statements of their own, without the full stop."""
    for sentence in sentences(chunk):
        words = sentence.rstrip("。")
        fits = SHORTEST <= len(words) <= longest and sentence.endswith("。")
        sound = of_somebody(words) and MODAL.search(words)
        if fits and sound and not any(p.search(words) for p in (_CLUMSY, LEANS, HEDGE)):
            yield words
