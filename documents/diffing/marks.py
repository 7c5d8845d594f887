"""Which words changed inside an article, and which of them decide: figures, thresholds, modals, exceptions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from documents.diffing.pairs import folded
from documents.figures import figures
from documents.numerals import NUMERAL


class Op(StrEnum):
    """What became of a run of characters."""

    KEPT = "="
    REMOVED = "-"
    ADDED = "+"


class Mark(StrEnum):
    """What kind of deciding word changed."""

    FIGURE = "数字"
    BOUND = "界限"
    MODAL = "情态"
    EXCEPTION = "但书"


@dataclass(frozen=True, slots=True)
class Change:
    """A deciding word of the old text and what stands for it in the new one; '' where it was taken out or put in."""

    mark: Mark
    old: str
    new: str

    def __str__(self) -> str:
        if not self.old:
            return f"{self.mark}：增加「{self.new}」"
        return f"{self.mark}：{self.old}→{self.new}" if self.new else f"{self.mark}：删去「{self.old}」"


_UNIT = (
    r"周岁|个半月|个月|个工作日|个自然日|个小时|个季度|个星期|小时|分钟|工作日|自然日|星期|人次|场次|季度|公斤|千克|万元|亿元|万人次|万人|"
    r"万份|万册|[天日周年月岁元倍次人名场期份册个家所班项届部级孩胎米%％]"
)
_WORDS = {
    Mark.EXCEPTION: r"但是|但(?=[，,\u4e00-\u9fff])|除外|另有规定|从其规定|不适用|不在此限|不包括",
    Mark.BOUND: r"不得少于|不得低于|不得超过|不少于|不低于|不超过|不多于|至少|至多|最少|最多|最长|最短|最高|最低|超过|以上|以下|以内|之内|未满|不满|不足|满",
    Mark.MODAL: r"不得|不应当?|不能|不可以|不准|严禁|禁止|无权|无须|无需|不再|应当|必须|务必|有权|可以|鼓励",
}
_FIGURE = (
    rf"\d{{4}}年\d{{1,2}}月\d{{1,2}}日|百分之(?:[{NUMERAL}]{{1,7}}|\d+(?:\.\d+)?)|"
    rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|[{NUMERAL}]{{1,7}})(?:{_UNIT})|\d+(?:\.\d+)?|半(?:年|天|数|个月|小时)"
)
# A reference to an article, an ordinal, or the number of an item is a word of its own and no figure.
_REFERENCE = rf"第[{NUMERAL}\d]+(?:[\u4e00-\u9fff](?:之[{NUMERAL}]{{1,3}})?)?|（[{NUMERAL}\d]{{1,3}}）"
_TOKEN = re.compile(
    rf"(?P<reference>{_REFERENCE})|(?P<FIGURE>{_FIGURE})|(?P<EXCEPTION>{_WORDS[Mark.EXCEPTION]})|"
    rf"(?P<BOUND>{_WORDS[Mark.BOUND]})|(?P<MODAL>{_WORDS[Mark.MODAL]})|(?P<space>\s+)|(?P<other>[A-Za-z]+|.)"
)
_SENTENCE = re.compile(r"[^。；;\n]*[。；;\n]?")
# Longer texts are first compared by sentences: comparing by characters would take the square of their length.
_LONG = 1_500
# A run of so few characters kept between two changes makes them harder to read, not easier.
_SPLINTER = 2
# In a changed run longer than this, no modal or bound is taken for the successor of another.
_NEAR = 6
_STOPS = "，。；：、,;:（）\n"


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    mark: Mark | None = None


# Words that bound a figure only where they follow one (县级以上 bounds none), and only where one follows them.
_BOUND_AFTER = frozenset({"以上", "以下", "以内", "之内"})


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(folded(text)):
        kind = match.lastgroup or ""
        mark = Mark[kind] if kind in Mark.__members__ else None
        if mark is Mark.FIGURE and not match[0].startswith("半") and not figures(match[0]):
            mark = None  # 一个, 一次: words, no figures
        if kind != "space":
            found.append(_Token(match[0], mark))
        elif "\n" in match[0]:
            found.append(_Token("\n"))
    return [_Token(t.text) if t.mark is Mark.BOUND and not _bounds(found, n) else t for n, t in enumerate(found)]


def _bounds(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a word of bounds stands beside a figure."""
    beside = place - 1 if tokens[place].text in _BOUND_AFTER else place + 1
    return 0 <= beside < len(tokens) and tokens[beside].mark is Mark.FIGURE


def _steps(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[tuple[Sequence[_Token], Sequence[_Token]]]:
    """Go through both at once: yields (old, new) runs, the very same run twice where nothing changed."""
    if len(old) > _LONG or len(new) > _LONG:
        ours, theirs = _sentences(old), _sentences(new)
        for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            left, right = sum(ours[a:b], ()), sum(theirs[c:d], ())
            if tag == "equal":
                yield left, left
            elif len(left) > _LONG or len(right) > _LONG:
                yield left, right
            else:
                yield from _steps(left, right)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield (old[a:b], old[a:b]) if tag == "equal" else (old[a:b], new[c:d])


def _sentences(tokens: Sequence[_Token]) -> list[tuple[_Token, ...]]:
    out: list[tuple[_Token, ...]] = []
    start = 0
    for number, token in enumerate(tokens, 1):
        if token.text in "。；;\n":
            out.append(tuple(tokens[start:number]))
            start = number
    return [*out, tuple(tokens[start:])] if start < len(tokens) else out


def spans(old: str, new: str) -> tuple[tuple[Op, str], ...]:
    """Mark which words changed: runs in reading order, what was removed before what was put in its place.

    The kept and removed runs make up the old text, the kept and added ones the new, white space within lines and the
    width of signs aside.
    """
    runs: list[tuple[str, str]] = []  # old and new words of a run; alike where kept
    for left, right in _steps(_tokens(old), _tokens(new)):
        runs.append(("".join(t.text for t in left), "".join(t.text for t in right)))
    merged: list[tuple[str, str]] = []
    for place, (ours, theirs) in enumerate(runs):
        inside = 0 < place < len(runs) - 1
        splinter = ours == theirs and inside and len(ours) <= _SPLINTER and not any(c in _STOPS for c in ours)
        before = merged[-1] if merged else ("", "")
        if merged and (ours != theirs or splinter) and before[0] != before[1]:
            merged[-1] = (before[0] + ours, before[1] + theirs)
        else:
            merged.append((ours, theirs))
    out: list[tuple[Op, str]] = []
    for ours, theirs in merged:
        out += [(Op.KEPT, ours)] if ours == theirs else [(Op.REMOVED, ours), (Op.ADDED, theirs)]
    return tuple((op, words) for op, words in out if words)


def changes(old: str, new: str) -> tuple[Change, ...]:
    """List the deciding words that changed, figures first; what only moved inside the article is no change."""
    replaced: list[Change] = []
    gone: list[_Token] = []
    come: list[_Token] = []
    for left, right in _steps(_tokens(old), _tokens(new)):
        if left is right:
            continue
        ours, theirs = _cancelled([t for t in left if t.mark], [t for t in right if t.mark])
        for mark in Mark:
            # only where one stands for one, or as many for as many, is it known which stands for which; a word of a rewritten
            # sentence stands for none of the old one
            a, b = _of(ours, mark), _of(theirs, mark)
            if len(a) == len(b) and (mark is Mark.FIGURE or max(len(left), len(right)) <= _NEAR):
                replaced += [Change(mark, one.text, other.text) for one, other in zip(a, b, strict=True)]
            else:
                gone += a
                come += b
    gone, come = _cancelled(gone, come)
    found = [*replaced, *(Change(_mark(t), t.text, "") for t in gone), *(Change(_mark(t), "", t.text) for t in come)]
    return tuple(sorted(found, key=lambda change: list(Mark).index(change.mark)))


def _mark(token: _Token) -> Mark:
    assert token.mark is not None
    return token.mark


def _of(tokens: Iterable[_Token], mark: Mark) -> list[_Token]:
    return [token for token in tokens if token.mark is mark]


def _key(token: _Token) -> tuple[Mark | None, str]:
    """What a deciding word says, however its figure is written: 九十日 and 90天 are the same."""
    if token.mark is not Mark.FIGURE:
        return token.mark, token.text
    unit = re.sub(rf"^[{NUMERAL}\d.,]+|^个", "", token.text).removeprefix("个")
    unit = {"日": "天", "星期": "周", "％": "%", "周岁": "岁"}.get(unit, unit)
    numbers = sorted(figures(token.text))
    return token.mark, f"{numbers}{'%' if token.text.startswith('百分之') else unit}" if numbers else token.text


def _cancelled(old: list[_Token], new: list[_Token]) -> tuple[list[_Token], list[_Token]]:
    """Take out what stands on both sides."""
    common = Counter(map(_key, old)) & Counter(map(_key, new))
    return _without(old, common), _without(new, common)


def _without(tokens: list[_Token], taken: Counter[tuple[Mark | None, str]]) -> list[_Token]:
    left, kept = Counter(taken), []
    for token in tokens:
        if left[_key(token)] > 0:
            left[_key(token)] -= 1
        else:
            kept.append(token)
    return kept
