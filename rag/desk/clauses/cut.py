"""Cut a paper into clauses: articles (第八条) with their items, numbered paragraphs, bare paragraphs, table rows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from rag.desk.clauses.model import Clause

_N = "[一二三四五六七八九十百零〇两0-9０-９]{1,5}"
_ARTICLE = re.compile(rf"^(第{_N}条(?:之{_N})?)\s*[、：:.]?\s*")
_CHAPTER = re.compile(rf"^第{_N}[章节编部分]+")
_NUMBERED = re.compile(
    rf"^({_N}[、.．](?!\d)|[（(]{_N}[）)]、?|\d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}}[、.．]?|{_N}[）)]|[①-⑳]|[a-zA-Z][.、)）])\s*"
)
_ITEM = re.compile(rf"^(?:[（(]{_N}[）)]|\d{{1,2}}[、.．)）](?!\d)|[①-⑳]|[a-zA-Z][.、)）]|[-•●·*]\s)")
_MARKS = re.compile(r"^[#>\s]+|^[-*•●·]\s+|\*\*|__|`")
_RULE = re.compile(r"^\|?[\s:|\-]+\|?$")
# A heading says what is meant and states nothing: short, without a sentence's end.
LONGEST_HEADING = 24
LONGEST_CLAUSE = 4000
# A question of a paper in questions and answers is the heading of its answer.
LONGEST_QUESTION = 60


@dataclass(frozen=True, slots=True)
class Cut:
    """A clause, and the heading that it stands under ('' where there is none)."""

    clause: Clause
    heading: str


@dataclass(slots=True)
class _Open:
    label: str
    lines: list[str]
    heading: str
    at: int
    article: bool


def cut(text: str, pages: tuple[int, ...] = ()) -> tuple[Cut, ...]:
    """Cut a paper's text into clauses.

    Parameters: the text, a paragraph, heading or table row a line; the offsets at which pages begin. An article keeps the items
    and paragraphs that follow it until the next article or heading; elsewhere every paragraph is a clause. Empty for an empty text.
    """
    made = []
    for number, found in enumerate(_opened(text), 1):
        words = "\n".join(found.lines)
        page = bisect_right(pages, found.at) or None if pages else None
        made.append(Cut(Clause(number, found.label, words, page), found.heading))
    return tuple(made)


def is_heading(line: str) -> bool:
    """Whether a line is a heading: a chapter, or short and without a sentence's end or a figure."""
    if _CHAPTER.match(line) and not re.search(r"\d天|[。；]|享受", line):
        return len(line) <= 2 * LONGEST_HEADING
    bare = _NUMBERED.sub("", line)
    states = re.search(
        r"[。；;！!]$|[，,：:｜|]|不得|可以|应当|必须|享受|给予|\d|[一二三四五六七八九十两半]+(?:个月|天|日|小时|分钟)",
        bare,
    )
    return len(bare) <= LONGEST_HEADING and not states


def _opened(text: str) -> Iterator[_Open]:
    current: _Open | None = None
    heading = ""
    columns: list[str] = []
    for start, raw in _lines(text):
        line = _MARKS.sub("", raw.strip()).strip()
        if not line or not re.search(r"\w", line) or _RULE.match(line):
            continue
        if line.startswith("|") or line.count("|") >= 2 or line.count("｜") >= 2 or line.count("\t") >= 2:
            cells = [cell.strip() for cell in re.split(r"[|｜\t]", line.strip("|｜ \t"))]
            if current:
                yield current
                current = None
            if not columns and _names(cells):
                columns = cells
                continue
            named = columns if len(columns) == len(cells) else [""] * len(cells)
            row = "；".join(
                f"{name}：{cell}" if name else cell for name, cell in zip(named, cells, strict=True) if cell
            )
            yield _Open("", [row], heading, start, False)
            continue
        columns = []
        if line.endswith(("？", "?")) and len(line) <= LONGEST_QUESTION and not (current and current.article):
            if current:
                yield current
                current = None
            heading = _NUMBERED.sub("", line)
            yield _Open("", [line], "", start, False)
            continue
        article = _ARTICLE.match(line)
        if article:
            if current:
                yield current
            current = _Open(article[1], [line], heading, start, True)
            continue
        if is_heading(line) and not (current and current.article and _ITEM.match(line)):
            if current:
                yield current
                current = None
            heading = _NUMBERED.sub("", line) or line
            yield _Open(((found := _NUMBERED.match(line)) and found[1]) or "", [line], "", start, False)
            continue
        if current and current.article and sum(map(len, current.lines)) < LONGEST_CLAUSE and not _closes(line):
            current.lines.append(line)
            continue
        if current:
            yield current
        numbered = _NUMBERED.match(line)
        current = _Open(numbered[1] if numbered else "", [line], heading, start, False)
    if current:
        yield current


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text with their places; one without end is cut where a sentence ends, so that no expression walks over it again and again."""
    at = 0
    for raw in text.splitlines(keepends=True):
        while len(raw) > LONGEST_CLAUSE:
            end = max(raw.rfind(sign, 0, LONGEST_CLAUSE) for sign in "。；;") + 1 or LONGEST_CLAUSE
            yield at, raw[:end]
            at, raw = at + end, raw[end:]
        yield at, raw
        at += len(raw)


def _closes(line: str) -> bool:
    """Whether a line ends an article without being one: who signs, an annex, a big number of its own."""
    return bool(
        re.match(
            r"(?:甲方|乙方|企业方|职工方|单位|首席代表)?.{0,12}(?:签字|签章|盖章|签名)|附件|附则|附表|年\s*月\s*日",
            line,
        )
        or re.match(r"[一二三四五六七八九十]{1,3}、", line)
    )


def _names(cells: list[str]) -> bool:
    """Whether cells of a table's first row are the names of its columns."""
    return len(cells) >= 2 and all(len(cell) <= 12 and not re.search(r"\d", cell) for cell in cells) and all(cells)
