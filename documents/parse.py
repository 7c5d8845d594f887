"""Cut the body of a law or a union paper into provisions, losing no character.

Two grammars, one walk: laws (编/分编/章/节, 第X条之Y, 附录) and union papers (一、/（一）/1.), which our own compilations
extend with 【label】. 款 and 项 stay inside a provision; `part_at` names them for a citation.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from documents.model import Check, Provision
from documents.numerals import NUMERAL, to_chinese, to_int

PREAMBLE = "引言"
_BLANK = " \t\r\n\f\v　\xa0\u200b\ufeff"
_N = rf"[{NUMERAL}]+|\d{{1,4}}"
_CHAPTER = re.compile(rf"#{{0,6}}\s*第(?:{_N})\s*(分编|编|章|节)(?:[\s　:：]+(?P<title>.{{0,60}}))?")
_ARTICLE = re.compile(
    rf"(?:#{{0,6}}\s*)(?P<label>第\s*(?P<n>{_N})\s*条(?:之(?P<sub>[{NUMERAL}]+))?)(?P<gap>[\s　:：]*)(?P<rest>.*)"
)
_ANNEX_ARTICLE = re.compile(rf"(?P<label>附[录件表](?:{_N})?第(?:{_N})条)[\s　]+")
_ANNEX = re.compile(rf"#{{0,6}}\s*(?P<label>附[录件表](?:{_N})?)(?:[\s　:：]+(?P<title>[^。；]{{0,60}}))?")
_TOPIC = re.compile(r"#{0,6}\s*【(?P<label>[^【】]{1,60})】[\s　]*")
_FIRST = re.compile(rf"#{{0,6}}\s*(?P<n>[{NUMERAL}]{{1,3}})、[\s　]*(?P<rest>.*)")
_SECOND = re.compile(rf"#{{0,6}}\s*[（(](?P<n>[{NUMERAL}]{{1,3}})[）)][\s　]*(?P<rest>.*)")
_THIRD = re.compile(r"(?P<n>\d{1,2})\s*[.．、][\s　]*(?P<rest>[^\d\s].*)")
_PLAIN_HEADING = re.compile(r"#{1,6}\s+(?P<title>\S.*)")
# What follows 第X条 in a reference to it, never in the article itself.
_REFERENCE = re.compile(
    rf"第(?:{_N})[款项目]|[（(]?[{NUMERAL}]+[）)]项|规定|所(?!有)|的|[、，,和或与及至到中]|之|以[外下]|等"
)
_SPACED_REFERENCE = re.compile(rf"第(?:{_N})[款项目]|的|[、，,]|规定的|所[列指]")
# 一、二季度 / 三、四月 / 一、二孩 are counts, not headings.
_COUNT = re.compile(rf"[{NUMERAL}](?:[、，]|季度|月|孩|胎|级|类|期|线|年|个|项|方|是)")
_TERMINAL = "。；;：:！!？?”」』》）)】…>"
_CONNECTIVE = "，,、的按照据依反及和或与在由从对第"
_COMMENT = re.compile(r"<!--(?P<inside>.*?)-->", re.DOTALL)
_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]*\]")
_BROKEN_GAP = re.compile(r"(?<=[\u4e00-\u9fff，。、；：])[ 　](?=[\u4e00-\u9fff])")
_ITEM = re.compile(rf"[（(](?P<n>[{NUMERAL}]{{1,3}}|\d{{1,2}})[）)]|(?P<plain>[{NUMERAL}]{{1,3}})、")
_SHORT_TITLE = 26


@dataclass(slots=True)
class _Cut:
    """Where one provision begins: `start` of its headings, `text` of its words."""

    start: int
    text: int
    article: str
    headings: tuple[str, ...]


@dataclass(slots=True)
class _Walk:
    """State of the walk over a body's lines."""

    cuts: list[_Cut] = field(default_factory=list)
    chapters: dict[str, str] = field(default_factory=dict)
    lead: int | None = None
    mode: str = "start"  # start, law, paper, topic
    annex: str = ""
    number: tuple[int, int] = (0, 0)
    levels: list[int] = field(default_factory=lambda: [0, 0, 0])
    fresh: list[bool] = field(default_factory=lambda: [True, True, True])
    label: list[str] = field(default_factory=lambda: ["", ""])
    titles: list[str] = field(default_factory=list)
    previous: str = ""
    adjacent: bool = False

    def cut(self, start: int, text: int, article: str) -> None:
        headings = tuple(self.chapters.values()) + tuple(self.titles)
        self.cuts.append(_Cut(self.lead if self.lead is not None else start, text, article, headings))
        self.lead = None

    def hold(self, start: int) -> None:
        """Keep a heading line for the provision that comes next."""
        if self.lead is None:
            self.lead = start

    @property
    def broken(self) -> bool:
        """Whether the last line stopped in the middle of a sentence."""
        return bool(self.previous) and self.lead is None and self.previous[-1] not in _TERMINAL


def parse(document_id: str, body: str) -> tuple[Provision, ...]:
    """Cut `body` into provisions whose `raw`s concatenate to it.

    Returns the provisions in order; a body without any heading is one provision labelled 引言, an empty one gives none.
    """
    cuts = _walk(body)
    if not cuts:
        return ()
    seen: Counter[str] = Counter()
    provisions = []
    for cut, following in zip(cuts, [*cuts[1:], None], strict=True):
        end = following.start if following else len(body)
        seen[cut.article] += 1
        suffix = f"~{seen[cut.article]}" if seen[cut.article] > 1 else ""
        remarks = comments(body[cut.start : end])
        provisions.append(
            Provision(
                id=f"{document_id}#{cut.article}{suffix}",
                document_id=document_id,
                article=cut.article,
                text=clean(body[cut.text : end]),
                headings=cut.headings,
                raw=body[cut.start : end],
                check=_check(remarks.get("核实")),
                source=remarks.get("来源", ""),
            )
        )
    return tuple(provisions)


def comments(raw: str) -> dict[str, str]:
    """Read the `<!-- 核实：…；来源：… -->` remarks of a restated provision."""
    remarks: dict[str, str] = {}
    for match in _COMMENT.finditer(raw):
        for pair in match["inside"].split("；"):
            key, separator, value = pair.partition("：")
            if separator:
                remarks[key.strip()] = value.strip()
    return remarks


def _check(value: str | None) -> Check | None:
    return Check(value) if value in set(Check) else None


def clean(raw: str) -> str:
    """Make the readable text of a provision: no comments, bookmarks or blank lines, broken lines joined."""
    raw = _BOOKMARK.sub("", _COMMENT.sub("", raw))
    lines: list[str] = []
    for line in raw.splitlines():
        line = line.strip(_BLANK).lstrip("#").strip(_BLANK)
        if len(_BROKEN_GAP.findall(line)) >= 3:  # a newspaper column: spaces stand where its lines broke
            line = _BROKEN_GAP.sub("", line)
        if not line:
            continue
        if lines and _goes_on(lines[-1], line):
            lines[-1] += line
        else:
            lines.append(line)
    return "\n".join(lines)


def _goes_on(line: str, following: str) -> bool:
    if _ITEM.match(following) or _THIRD.match(following):
        return False
    return line[-1] in "，,、" or (len(line) >= 40 and line[-1] not in _TERMINAL)


def part_at(text: str, position: int) -> str:
    """Name the 款 and 项 of a provision's text that hold a character position, e.g. `第二款第（三）项`; empty where there is but one 款."""
    paragraph, item, paragraphs = 0, "", 0
    offset = 0
    for line in text.split("\n"):
        match = _ITEM.match(line)
        if not match:
            paragraphs += 1
        if offset <= position:
            paragraph = paragraphs
            item = f"第（{match['n'] or match['plain']}）项" if match else ""
        offset += len(line) + 1
    name = f"第{to_chinese(paragraph)}款" if paragraphs > 1 and paragraph else ""
    return name + item


def part_of(text: str, start: int, end: int) -> str:
    """Name the 款 and 项 of a provision's text that hold all of `text[start:end]`: the 款 alone over several 项, empty over several 款."""
    first, last = part_at(text, start), part_at(text, end - 1)
    if first == last:
        return first
    paragraphs = {name.partition("第（")[0] for name in (first, last)}
    return paragraphs.pop() if len(paragraphs) == 1 else ""


def _walk(body: str) -> list[_Cut]:
    walk = _Walk()
    hidden = [match.span() for match in _COMMENT.finditer(body)]
    offset = 0
    for line in body.splitlines(keepends=True):
        start, offset = offset, offset + len(line)
        stripped = line.strip(_BLANK)
        if not stripped or any(a <= start + len(line) - len(line.lstrip(_BLANK)) < b for a, b in hidden):
            walk.adjacent = False
            continue
        at = start + line.index(stripped[0])
        if not _heading(walk, start, at, stripped, body) and (walk.lead is not None or not walk.cuts):
            _text_without_label(walk, start)
        walk.previous, walk.adjacent = stripped, True
    if walk.lead is not None:  # headings with nothing after them
        walk.cut(walk.lead, walk.lead, _bare_label(walk))
    if walk.cuts:
        walk.cuts[0].start = 0
    elif body:
        walk.cuts.append(_Cut(0, 0, PREAMBLE, ()))
    return walk.cuts


def _bare_label(walk: _Walk) -> str:
    if walk.annex and walk.mode == "annex":
        return walk.annex
    if walk.mode == "paper" and walk.label[0]:
        return walk.label[0] + walk.label[1]
    names = [*walk.chapters.values(), *walk.titles]
    return re.split(r"[\s　]", names[-1])[0] if names else PREAMBLE


def _text_without_label(walk: _Walk, start: int) -> None:
    """Text that stands under a heading (or before any) but has no number of its own."""
    walk.cut(start, start, _bare_label(walk))


def _heading(walk: _Walk, start: int, at: int, line: str, body: str) -> bool:
    return (
        _chapter(walk, start, line)
        or _article(walk, start, at, line)
        or _annex(walk, start, at, line)
        or _topic(walk, start, at, line)
        or _paper(walk, start, at, line)
        or _plain(walk, start, at, line, body)
    )


_RANKS = ["编", "分编", "章", "节"]


def _chapter(walk: _Walk, start: int, line: str) -> bool:
    match = _CHAPTER.fullmatch(line)
    if not match or re.search(r"[。；]", line):
        return False
    rank = match[1]
    for lower in _RANKS[_RANKS.index(rank) :]:
        walk.chapters.pop(lower, None)
    walk.chapters[rank] = re.sub(r"[\s　]+", " ", line.lstrip("# "))
    walk.titles.clear()
    walk.hold(start)
    return True


def _article(walk: _Walk, start: int, at: int, line: str) -> bool:
    match = _ARTICLE.fullmatch(line)
    if not match or not _is_article(walk, match):
        return False
    number = to_int(match["n"]), to_int(match["sub"]) if match["sub"] else 0
    label = f"第{to_chinese(number[0])}条" + (f"之{match['sub']}" if match["sub"] else "")
    prefix = walk.annex if walk.mode == "annex" else ""
    walk.cut(start, at + match.start("rest"), prefix + label)
    if walk.mode != "annex":
        walk.mode = "law"
    walk.number = number
    return True


def _is_article(walk: _Walk, match: re.Match[str]) -> bool:
    """Tell an article's own label from a reference to one that happens to begin a line."""
    if (_SPACED_REFERENCE if match["gap"] else _REFERENCE).match(match["rest"]):
        return False
    number = to_int(match["n"]), to_int(match["sub"]) if match["sub"] else 0
    if not 0 < number[0] < 2000:
        return False
    last = walk.number
    follows = number in ((last[0] + 1, 0), (last[0], last[1] + 1)) or number == (1, 0)
    if not match["gap"] and match["rest"] and not follows:
        return False
    if walk.broken and last != (0, 0):
        return follows and bool(match["gap"]) and walk.previous[-1] not in _CONNECTIVE
    return not (walk.broken and walk.previous[-1] in _CONNECTIVE)


def _annex(walk: _Walk, start: int, at: int, line: str) -> bool:
    if own := _ANNEX_ARTICLE.match(line):
        walk.cut(start, at + own.end(), own["label"])
        walk.mode = "law"
        return True
    match = _ANNEX.fullmatch(line)
    if not match or (walk.mode in ("start", "paper") and not walk.cuts):
        return False
    walk.annex, walk.number, walk.levels = match["label"], (0, 0), [0, 0, 0]
    if walk.mode == "law":
        walk.mode = "annex"
    else:  # the paper's own attachment: its headings count anew
        walk.mode, walk.label = "paper", ["", ""]
    walk.chapters.clear()
    walk.titles[:] = [line.rstrip("：:")]
    walk.hold(start)
    return True


def _topic(walk: _Walk, start: int, at: int, line: str) -> bool:
    match = _TOPIC.match(line)
    if not match:
        return False
    if walk.mode == "paper":
        walk.titles = walk.titles[-1:] if walk.lead is not None else []
    walk.mode = "topic"
    walk.cut(start, at + match.end(), match["label"])
    return True


def _paper(walk: _Walk, start: int, at: int, line: str) -> bool:
    if walk.mode in ("law", "topic"):
        return False
    if (match := _FIRST.fullmatch(line)) and _is_next(walk, 0, match):
        return _first(walk, start, at, line, match)
    if walk.mode == "annex":
        return False
    if (match := _SECOND.fullmatch(line)) and _is_next(walk, 1, match):
        walk.levels[1] = to_int(match["n"])  # the third level may run on through it
        walk.fresh[1:] = [False, True]
        walk.label[1] = f"（{match['n']}）"
        del walk.titles[1:]
    elif (match := _THIRD.fullmatch(line)) and _is_next(walk, 2, match):
        walk.levels[2] = int(match["n"])
        walk.fresh[2] = False
    else:
        return False
    walk.mode = "paper"
    own = match["n"] if match.re is _THIRD else ""
    walk.cut(start, at + match.start("rest"), walk.label[0] + walk.label[1] + own)
    return True


def _first(walk: _Walk, start: int, at: int, line: str, match: re.Match[str]) -> bool:
    walk.levels[0] = to_int(match["n"])
    walk.fresh = [False, True, True]
    if walk.mode == "annex":
        walk.cut(start, at + match.start("rest"), f"{walk.annex}第{match['n']}条")
        return True
    walk.mode, walk.label = "paper", [f"{match['n']}、", ""]
    if len(match["rest"]) <= 90 and "。" not in match["rest"] and match["rest"][-1:] not in "；;：:":
        walk.titles[:] = [line]
        walk.hold(start)
        return True
    walk.titles.clear()
    walk.cut(start, at + match.start("rest"), walk.label[0])
    return True


def _is_next(walk: _Walk, level: int, match: re.Match[str]) -> bool:
    number = to_int(match["n"])
    if level == 0 and _COUNT.match(match["rest"]):
        return False
    if walk.adjacent and walk.broken and walk.previous[-1] in _CONNECTIVE:
        return False
    if not match["rest"]:
        return False
    # Under a new heading the count may begin again, and its first numbers may be missing; or it runs on.
    last = walk.levels[level]
    return number == 1 or last < number <= last + 5 or (walk.fresh[level] and number <= 5)


def _plain(walk: _Walk, start: int, at: int, line: str, body: str) -> bool:
    """A heading without a number: `## …`, or a short line standing alone in a paper that has begun to number."""
    if match := _PLAIN_HEADING.fullmatch(line):
        title = match["title"]
        if walk.mode in ("law", "annex"):
            walk.chapters.clear()
        if walk.mode in (
            "paper",
            "topic",
        ):  # a new section of the paper, or of a compilation: it may number its own parts
            walk.mode, walk.label = "paper", ["", ""]
        walk.levels = [0, 0, 0]
        plain = False
    elif walk.mode == "paper" and any(walk.levels) and _stands_alone(walk, at, line, body):
        title, plain = line.strip("·• "), True
    else:
        return False
    if walk.lead is None:
        walk.titles.clear()
    walk.titles.append(title)
    if plain:
        walk.label = [" ".join(walk.titles)[:60], ""]
    walk.hold(start)
    return True


def _stands_alone(walk: _Walk, at: int, line: str, body: str) -> bool:
    if walk.adjacent or len(line) > _SHORT_TITLE or len(line) < 2 or not re.search(r"[\u4e00-\u9fff]{2}", line):
        return False
    if (walk.broken and walk.previous[-1] in _CONNECTIVE) or (len(walk.previous) > 60 and walk.broken):
        return False
    after = body[at + len(line) :].lstrip(" 　\t")
    return (
        not re.search(r"[。；;：:，,！!？?]", line)
        and line[-1] != "、"
        and line[0] not in "(（"
        and after.startswith(("\n\n", "\r\n\r\n"))
        and bool(after.strip())
    )
