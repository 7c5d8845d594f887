"""Turn the elements of a web page into lines, as a browser would set them: paragraphs, lists with their numbers, tables."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from documents.formats.lines import Line, clean_lines, raise_digits
from documents.formats.numbering import write_number
from documents.formats.ooxml import whole
from documents.formats.tables import table_lines

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "blockquote",
        "pre",
        "table",
        "caption",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "td",
        "th",
        "hr",
        "center",
        "form",
        "fieldset",
        "legend",
        "figure",
        "figcaption",
        "address",
        "body",
        "html",
        "details",
        "summary",
    ]
)
_SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "rt",
        "rp",
        "iframe",
        "object",
        "svg",
        "select",
        "textarea",
        "button",
        "input",
        "option",
        "del",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LIST_STYLES = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "decimal": "decimal",
    "lower-alpha": "lowerLetter", "upper-alpha": "upperLetter", "lower-roman": "lowerRoman", "upper-roman": "upperRoman",
    "cjk-ideographic": "chineseCounting", "simp-chinese-informal": "chineseCounting", "none": "none",
}  # fmt: skip
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z\-]+)", re.IGNORECASE)
_OWN_NUMBER = re.compile(
    r"[（(]?[\d一二三四五六七八九十]{1,3}[)）.．、]|第[\d一二三四五六七八九十百零]+[条章节款项]|[①-⑳]"
)
_CJK = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—"
_WRAPPED = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n][ \t\r\n]*(?=[{_CJK}])")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MAX_SPAN = 200
_MAX_GRID = 400_000
_LONG_CELL = 600


@dataclass(slots=True)
class _List:
    """An ordered list that is open: its style and its next number (style none for bullets)."""

    style: str
    count: int


@dataclass(slots=True)
class Walk:
    """A walk through elements in the order of the page; `lost` counts what was met and not kept."""

    lost: Counter[str]
    _lines: list[Line] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _label: str = ""
    _level: int = 0

    def lines(self, element: Any, tables: bool = True) -> list[Line]:
        """Return the lines of an element; its tables row by row, or (inside a cell) as so many paragraphs."""
        self._lines, self._text, self._label, self._level = [], [], "", 0
        self._walk(element, tables)
        self._end_line()
        return [part for line in self._lines for part in clean_lines(line)]

    def _walk(self, start: Any, tables: bool) -> None:
        """Go through `start` without recursion: a page may nest ten thousand deep."""
        lists: list[_List] = []
        looks: list[str] = []
        pre = 0
        stack: list[tuple[Any, bool]] = [(start, False)]
        while stack:
            element, leaving = stack.pop()
            tag = element.tag
            if leaving:
                if tag in _BLOCKS:
                    self._end_line()
                    self._level = 0 if tag in _HEADINGS else self._level
                    pre -= tag == "pre"
                if tag in ("ol", "ul"):
                    lists.pop()
                elif tag in ("sup", "sub"):
                    looks.pop()
                if element is not start:
                    self._add(element.tail, pre > 0, looks)
                continue
            if tag in _SILENT or (tag == "table" and tables and self._data_table(element)):
                self.lost["deleted"] += tag == "del" and bool("".join(element.itertext()).strip())
                if element is not start:
                    self._add(element.tail, pre > 0, looks)
                continue
            if tag in _BLOCKS:
                self._end_line()
                self._level = _HEADINGS.get(tag, self._level)
                pre += tag == "pre"
            if tag == "br":
                self._text.append("\n")
            elif tag in ("ol", "ul"):
                lists.append(_open_list(element))
            elif tag == "li":
                self._number(element, lists)
            elif tag in ("sup", "sub"):
                looks.append({"sup": "superscript", "sub": "subscript"}[tag])
            elif tag in ("s", "strike"):
                self.lost["struck"] += 1
            elif tag == "img":
                self.lost["pictures"] += not _is_small(element)
            stack.append((element, True))
            self._add(element.text, pre > 0, looks)
            stack += [(child, False) for child in reversed(element) if isinstance(child.tag, str)]

    def _add(self, text: str | None, pre: bool, looks: list[str]) -> None:
        if not text:
            return
        if looks:
            text = raise_digits(text, looks[-1])
        text = text.replace("\xa0", " ")
        self._text.append(text if pre else _SPACE.sub(" ", _WRAPPED.sub("", text)))

    def _end_line(self) -> None:
        text = re.sub(r" {2,}", " ", "".join(self._text))
        self._text.clear()
        if not text.strip():
            return
        first = text.strip()
        if self._label and not _OWN_NUMBER.match(first):
            first = self._label + first
        self._label = ""
        self._lines.append(Line(first, self._level))

    def _number(self, element: Any, lists: list[_List]) -> None:
        """Give a list's item the number that a browser writes before it."""
        if not lists:
            return
        own = lists[-1]
        own.count = whole(element.get("value"), own.count)
        label = write_number(own.count, own.style)
        self._label = f"{label}、" if own.style == "chineseCounting" else f"{label}. " if label else ""
        own.count += 1

    # Tables

    def _data_table(self, table: Any) -> bool:
        """Write a table as rows; returns False where it is but a frame for other things."""
        if next(table.iterdescendants("table"), None) is not None:
            return False
        rows = list(table.iter("tr"))
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if not any(len(row) > 1 for row in cells):
            return False
        lost: Counter[str] = Counter()
        texts = [[_cell_text(cell, lost) for cell in row] for row in cells]
        if all(sum(map(bool, row)) < 2 for row in texts):
            return False  # one column of text among empty ones
        if any(len(text) > _LONG_CELL and text.count("\n") > 2 for row in texts for text in row):
            return False
        header = 0
        for row, own in zip(rows, cells, strict=True):
            if not own or not (row.getparent().tag == "thead" or all(cell.tag == "th" for cell in own)):
                break
            header += 1
        self._end_line()
        for caption in table.iterchildren("caption"):
            self._lines += [Line(text)] if (text := _cell_text(caption, lost)) else []
        self._lines += [Line(text) for text in table_lines(_grid(cells, texts), header)]
        self.lost += lost
        return True


def _cell_text(cell: Any, lost: Counter[str]) -> str:
    return "\n".join(line.text for line in Walk(lost).lines(cell, tables=False))


def _grid(cells: list[list[Any]], texts: list[list[str]]) -> list[list[str]]:
    """Write each cell in every place that its spans cover."""
    grid: list[dict[int, str]] = [{} for _ in cells]
    left = _MAX_GRID
    for y, (row, row_texts) in enumerate(zip(cells, texts, strict=True)):
        x = 0
        for cell, text in zip(row, row_texts, strict=True):
            while x in grid[y]:
                x += 1
            across = max(1, min(whole(cell.get("colspan"), 1), _MAX_SPAN))
            down = whole(cell.get("rowspan"), 1)
            down = min(down if down > 0 else len(cells), len(cells) - y)
            if left < across * down:
                across = down = 1
            left -= across * down
            for below in range(down):
                for beside in range(across):
                    grid[y + below].setdefault(x + beside, text)
            x += across
    return [[row.get(x, "") for x in range(max(row, default=-1) + 1)] for row in grid]


def _open_list(element: Any) -> _List:
    match = _LIST_STYLE.search(element.get("style") or "")
    named = (match[1].lower() if match else "") or element.get("type") or ""
    style = _LIST_STYLES.get(named, "decimal") if element.tag == "ol" else "none"
    return _List(style, whole(element.get("start"), 1))


def _is_small(image: Any) -> bool:
    """Whether a picture is an icon: it says no size above a few lines, or is one."""
    sizes = [whole((image.get(side) or "").removesuffix("px"), 999) for side in ("width", "height")]
    return min(sizes) < 40
