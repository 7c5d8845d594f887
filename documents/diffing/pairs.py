"""Pair the articles of two versions: the same, changed, renumbered, added, removed; each article stands in one pair."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from documents.model import Document, Provision
from documents.model import Kind as TextKind

# Share of pairs of characters from which two texts are versions of one article: under its own label, under another.
_SAME_LABEL, _OTHER_LABEL = 0.15, 0.45
# So short a text says too little to be known again under another label.
_TOO_SHORT = 6
# A pair of characters that stands in more articles than this finds none of them.
_COMMON = 60
# Below this share of common text two documents are no versions of each other.
_KIN = 0.12
_WIDTH = str.maketrans("(),;:?!" + "０１２３４５６７８９％", "（），；：？！" + "0123456789%")
# A removed article of so many characters has gone into a new one that has this share of its words; not asked of too many.
_LONG_ENOUGH, _GONE_INTO, _MANY = 15, 0.4, 300
_CHAPTER = re.compile(
    r"^第[一二三四五六七八九十百零〇\d]+[编章节]\s*|^[一二三四五六七八九十]+、|^（[一二三四五六七八九十]+）"
)


class Kind(StrEnum):
    """What became of an article; `LEFT_OUT` only says that a restatement of ours on the other side does not have it."""

    SAME = "没有变"
    CHANGED = "修改"
    RENUMBERED = "只改了条号"
    MOVED = "只换了章节"
    ADDED = "新增"
    REMOVED = "删去"
    LEFT_OUT = "转述没有收"


@dataclass(frozen=True, slots=True)
class Pair:
    """An article of the old version with its successor; None where there is none on that side."""

    kind: Kind
    old: Provision | None
    new: Provision | None

    @property
    def name(self) -> str:
        """Its label, or both where it changed: 第七条, 第七条→第八条."""
        labels = [p.article or "（没有条号）" for p in (self.old, self.new) if p is not None]
        return "→".join(dict.fromkeys(labels))


@dataclass(frozen=True)
class Comparison:
    """All pairs of two versions, in the order of the new one, what was removed where it stood."""

    old: Document
    new: Document
    pairs: tuple[Pair, ...]

    @cached_property
    def counts(self) -> Counter[Kind]:
        """How many pairs there are of each kind."""
        return Counter(pair.kind for pair in self.pairs)

    @property
    def differing(self) -> tuple[Pair, ...]:
        """The pairs that are not the same."""
        return tuple(pair for pair in self.pairs if pair.kind not in (Kind.SAME, Kind.LEFT_OUT))

    def successors(self, pair: Pair) -> tuple[str, ...]:
        """New articles that a removed one may have gone into, by their labels: most of its words stand there."""
        added = [p.new for p in self.pairs if p.kind is Kind.ADDED and p.new is not None]
        if pair.kind is not Kind.REMOVED or pair.old is None or len(added) > _MANY or len(pair.old.text) < _LONG_ENOUGH:
            return ()
        grams = _grams(pair.old.text)
        shares = [(_share(grams, _grams(new.text)), new.article) for new in added]
        return tuple(article for share, article in sorted(shares, reverse=True)[:2] if share >= _GONE_INTO)

    @cached_property
    def kin(self) -> float:
        """How much of both texts is common, 0 to 1."""
        both = [sum(len(p.text) for p in d.provisions) for d in (self.old, self.new)]
        common = sum(
            _likeness(_grams(pair.old.text), _grams(pair.new.text)) * (len(pair.old.text) + len(pair.new.text)) / 2
            for pair in self.pairs
            if pair.old is not None and pair.new is not None
        )
        return common / max(1, min(both))

    @property
    def unrelated(self) -> bool:
        """Whether these look like no versions of one document."""
        return self.kin < _KIN


def compare(old: Document, new: Document) -> Comparison:
    """Pair the articles of two documents.

    Same words find each other first (under the same label, then under any), then like words under the same label, then like
    words under another. Where one side is a restatement of ours its words are others anyway: there the label alone
    decides, and what it does not have is neither new nor removed. Time grows with the text, not with its square: likeness is asked only of articles that share rare pairs of characters.
    """
    restated = old.kind is not new.kind
    olds, news = _units(old, restated), _units(new, restated)
    pairing = _Pairing(olds, news, restated)
    pairing.by_key(lambda p: (p.article, _plain(p.text)))
    pairing.by_key(lambda p: _plain(p.text) if len(_plain(p.text)) >= _TOO_SHORT else (p.article, _plain(p.text)))
    pairing.by_likeness()
    pairs = tuple(_ordered(olds, news, pairing.mate))
    if restated:
        left_out = Kind.REMOVED if new.kind is TextKind.RESTATEMENT else Kind.ADDED
        pairs = tuple(replace(pair, kind=Kind.LEFT_OUT) if pair.kind is left_out else pair for pair in pairs)
    return Comparison(old, new, pairs)


def _units(document: Document, restated: bool) -> list[Provision]:
    """The articles that have words; a restatement that told one in several pieces has it in one again where labels decide."""
    units: list[Provision] = []
    for provision in (p for p in document.provisions if p.text.strip()):
        if restated and units and provision.article and units[-1].article == provision.article:
            units[-1] = replace(units[-1], text=f"{units[-1].text}\n{provision.text}")
        else:
            units.append(provision)
    return units


def folded(text: str) -> str:
    """The text with its signs and digits in one width: (一) and （一） are the same words."""
    return text.translate(_WIDTH)


def _plain(text: str) -> str:
    return "".join(folded(text).split())


class _Pairing:
    """Pairs found so far: `mate` gives the number of the new article for that of an old one."""

    def __init__(self, olds: Sequence[Provision], news: Sequence[Provision], restated: bool) -> None:
        self.olds, self.news = olds, news
        self.least = 0.0 if restated else _SAME_LABEL
        self.by_label = 1.0 if restated else 0.1
        self.mate: dict[int, int] = {}
        self._taken: set[int] = set()

    def join(self, old: int, new: int) -> None:
        """Pair two, unless one of them has a pair."""
        if old not in self.mate and new not in self._taken:
            self.mate[old] = new
            self._taken.add(new)

    @property
    def open(self) -> tuple[list[int], list[int]]:
        """The articles without a pair on each side."""
        return [n for n in range(len(self.olds)) if n not in self.mate], [
            n for n in range(len(self.news)) if n not in self._taken
        ]

    def by_key(self, key: Callable[[Provision], Hashable]) -> None:
        """Pair what has the same key, the first with the first."""
        left, right = self.open
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for number in reversed(right):
            waiting[key(self.news[number])].append(number)
        for number in left:
            if found := waiting.get(key(self.olds[number])):
                self.join(number, found.pop())

    def by_likeness(self) -> None:
        """Pair what is most alike first."""
        left, right = self.open
        old_grams = {n: _grams(self.olds[n].text) for n in left}
        new_grams = {n: _grams(self.news[n].text) for n in right}
        found = []
        for old, new in _candidates(left, right, old_grams, new_grams, self.olds, self.news):
            like = _likeness(old_grams[old], new_grams[new])
            labelled = self.olds[old].article == self.news[new].article and bool(self.olds[old].article)
            if like >= (self.least if labelled else _OTHER_LABEL):
                # a little for the label, less for the place: both only settle what the words leave open
                near = abs(old / len(self.olds) - new / len(self.news))
                found.append((like + self.by_label * labelled - 0.05 * near, old, new))
        for _, old, new in sorted(found, key=lambda row: (-row[0], row[1], row[2])):
            self.join(old, new)


def _grams(text: str) -> Counter[str]:
    """The pairs of characters of a text, white space aside."""
    plain = f"^{_plain(text)}$"
    return Counter(a + b for a, b in pairwise(plain))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of pairs of characters that two texts have in common, 0 to 1."""
    if len(one) > len(other):
        one, other = other, one
    total = one.total() + other.total()
    return 2 * sum(min(count, other[gram]) for gram, count in one.items() if gram in other) / total if total else 1.0


def _share(one: Counter[str], other: Counter[str]) -> float:
    """The share of one text's pairs of characters that stand in another."""
    return (one & other).total() / max(1, one.total())


def _candidates(
    left: Iterable[int],
    right: Iterable[int],
    old_grams: dict[int, Counter[str]],
    new_grams: dict[int, Counter[str]],
    olds: Sequence[Provision],
    news: Sequence[Provision],
) -> Iterable[tuple[int, int]]:
    """Pairs worth a look: those with the same label, and for each old article the few that share most rare pairs of characters."""
    where: dict[str, list[int]] = defaultdict(list)
    by_label: dict[str, list[int]] = defaultdict(list)
    for number in right:
        by_label[news[number].article].append(number)
        for gram in new_grams[number]:
            where[gram].append(number)
    for number in left:
        shared: Counter[int] = Counter()
        for gram in old_grams[number]:
            if len(places := where.get(gram, ())) <= _COMMON:
                shared.update(places)
        chosen = dict.fromkeys(new for new, _ in shared.most_common(8))
        chosen |= dict.fromkeys(by_label.get(olds[number].article, ())[:8])
        yield from ((number, new) for new in chosen)


def _ordered(olds: Sequence[Provision], news: Sequence[Provision], mate: dict[int, int]) -> Iterable[Pair]:
    """The pairs in the order of the new version; what was removed follows the article that stood before it."""
    back = {new: old for old, new in mate.items()}
    gone: dict[int, list[int]] = defaultdict(list)  # by the old article before them that is still there, -1 for none
    last = -1
    for number in range(len(olds)):
        if number in mate:
            last = number
        else:
            gone[last].append(number)
    for number in gone[-1]:
        yield Pair(Kind.REMOVED, olds[number], None)
    for number, new in enumerate(news):
        old = back.get(number)
        if old is None:
            yield Pair(Kind.ADDED, None, new)
            continue
        yield Pair(_kind(olds[old], new), olds[old], new)
        for left in gone[old]:
            yield Pair(Kind.REMOVED, olds[left], None)


def _kind(old: Provision, new: Provision) -> Kind:
    if _plain(old.text) != _plain(new.text):
        return Kind.CHANGED
    if old.article != new.article:
        return Kind.RENUMBERED
    return Kind.SAME if _headings(old) == _headings(new) else Kind.MOVED


def _headings(provision: Provision) -> tuple[str, ...]:
    """Its headings without their numbers, which shift where a chapter is put in."""
    return tuple(_plain(_CHAPTER.sub("", heading)) for heading in provision.headings)
