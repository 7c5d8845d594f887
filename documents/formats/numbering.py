"""Word's paragraph styles, and the labels that it writes before the paragraphs of its lists: 第一条, 一、, （一）, 1., a)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from documents.formats.ooxml import whole
from documents.numerals import to_chinese

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_LONGEST_DESCENT = 50  # of styles; Word allows eleven
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FORMAL = str.maketrans("一二三四五六七八九十百千零", "壹贰叁肆伍陆柒捌玖拾佰仟零")
_CLOSING = "、，）)］]】》〉。"


def value(element: Any, name: str, default: str = "") -> str:
    """Return the `w:val` of a child element; `default` where either is missing."""
    found = element.find(W + name) if element is not None else None
    return default if found is None else str(found.get(W + "val", default))


def is_on(text: str) -> bool:
    """Read an on/off attribute."""
    return text not in ("0", "false", "off", "none")


def shown(properties: Any, name: str) -> bool:
    """Tell whether a property is there and on."""
    found = properties.find(W + name) if properties is not None else None
    return found is not None and is_on(found.get(W + "val", "1"))


@dataclass(frozen=True, slots=True)
class Style:
    """What matters of a paragraph or character style, its parents counted in."""

    name: str = ""
    level: int = 0  # outline level from 1
    list_id: str = ""
    list_level: int = -1
    hidden: bool = False


def read_style(found: dict[str, Any], style_id: str) -> Style:
    """Work out a style from itself and those it is based on, the nearest first."""
    name, level, list_id, list_level, hidden = "", -1, "", -1, ""
    seen: set[str] = set()
    while style_id in found and style_id not in seen and len(seen) < _LONGEST_DESCENT:
        seen.add(style_id)
        style = found[style_id]
        properties, mark = style.find(W + "pPr"), style.find(W + "rPr")
        name = name or value(style, "name").lower()
        if level < 0 and (text := value(properties, "outlineLvl")):
            level = whole(text, 9)
        lists = properties.find(W + "numPr") if properties is not None else None
        if not list_id:
            list_id, list_level = value(lists, "numId"), whole(value(lists, "ilvl"), -1)
        if not hidden and mark is not None and mark.find(W + "vanish") is not None:
            hidden = "yes" if shown(mark, "vanish") else "no"
        style_id = value(style, "basedOn")
    return Style(name, level + 1 if 0 <= level < 9 else 0, list_id, list_level, hidden == "yes")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    start: int
    style: str
    text: str
    suffix: str
    restarts: int  # the level (from 1) that restarts it; 0 none, -1 any above
    legal: bool


@dataclass(slots=True)
class Numbering:
    """The lists of one document and how far each has counted; ask for labels in the order of the text."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # by abstract list
    lists: dict[str, str] = field(default_factory=dict)  # list -> abstract list
    overrides: dict[tuple[str, int], int] = field(default_factory=dict)  # (list, level) -> start
    own_levels: dict[tuple[str, int], Level] = field(default_factory=dict)  # (list, level) -> how
    style_levels: dict[tuple[str, str], int] = field(default_factory=dict)  # (list, paragraph style) -> level
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, list_id: str, level: int) -> str:
        """Count one paragraph of a list and return its label, with the gap that parts it from the text; empty for bullets."""
        abstract = self.lists.get(list_id)
        if abstract is None or not 0 <= level < _LEVELS or not (how := self._level(list_id, level)):
            return ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        count = counts[level]
        start = self.overrides.get((list_id, level))
        if start is not None and (list_id, level) not in self._begun:
            count = None
        self._begun.add((list_id, level))
        counts[level] = (how.start if start is None else start) if count is None else count + 1
        for below in range(level + 1, _LEVELS):
            restarts = lower.restarts if (lower := self._level(list_id, below)) else -1
            if restarts < 0 or level < restarts:
                counts[below] = None
        if how.style in ("bullet", "none") and "%" not in how.text:
            return how.text + " " if how.style == "none" and how.text.strip() else ""
        return self._written(list_id, how, counts)

    def _level(self, list_id: str, level: int) -> Level | None:
        return self.own_levels.get((list_id, level)) or self.levels.get(self.lists[list_id], {}).get(level)

    def _written(self, list_id: str, how: Level, counts: list[int | None]) -> str:
        def number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            own = self._level(list_id, place)
            if own is None:
                return ""
            count = counts[place]
            return write_number(own.start if count is None else count, "decimal" if how.legal else own.style)

        label = re.sub(r"%([1-9])", number, how.text)
        if not label.strip() or how.suffix == "nothing":
            return label
        label = label.rstrip()
        return label if label[-1] in _CLOSING else label + " "


def read_numbering(root: Any, style_lists: dict[str, str]) -> Numbering:
    """Read numbering.xml.

    Parameters: its root element (None: no lists); the list that each numbering style names. Returns lists that have not
    counted yet.
    """
    numbering = Numbering()
    if root is None:
        return numbering
    links: dict[str, str] = {}
    for abstract in root.iterfind(W + "abstractNum"):
        abstract_id = abstract.get(W + "abstractNumId", "")
        numbering.levels[abstract_id] = {}
        for element in abstract.iterfind(W + "lvl"):
            level = whole(element.get(W + "ilvl"), -1)
            numbering.levels[abstract_id][level] = _read_level(element)
            if style := value(element, "pStyle"):
                numbering.style_levels[abstract_id, style] = level
        if link := value(abstract, "numStyleLink"):
            links[abstract_id] = link
    for element in root.iterfind(W + "num"):
        _read_list(numbering, element)
    for abstract_id, style in links.items():  # a list that is defined by a style's list
        for list_id, own in list(numbering.lists.items()):
            if own == abstract_id and (target := numbering.lists.get(style_lists.get(style, ""))):
                numbering.lists[list_id] = target
    return numbering


def _read_list(numbering: Numbering, element: Any) -> None:
    list_id = element.get(W + "numId", "")
    numbering.lists[list_id] = value(element, "abstractNumId")
    for override in element.iterfind(W + "lvlOverride"):
        level = whole(override.get(W + "ilvl"), -1)
        if (own := override.find(W + "lvl")) is not None:
            numbering.own_levels[list_id, level] = _read_level(own)
        if start := value(override, "startOverride"):
            numbering.overrides[list_id, level] = whole(start, 1)


def _read_level(element: Any) -> Level:
    # Formats newer than the file format hide in mc:AlternateContent; their fallback is a plain number.
    style = value(element, "numFmt") or next((f.get(W + "val", "") for f in element.iter(W + "numFmt")), "decimal")
    legal = element.find(W + "isLgl")
    return Level(
        start=whole(value(element, "start", "0"), 0),
        style=style,
        text=value(element, "lvlText"),
        suffix=value(element, "suff", "tab"),
        restarts=whole(value(element, "lvlRestart", "-1"), -1),
        legal=legal is not None and legal.get(W + "val", "1") not in ("0", "false", "off"),
    )


def write_number(number: int, style: str) -> str:
    """Write a number in one of Word's styles (ST_NumberFormat of ISO/IEC 29500-1, 17.18.59); an unknown style in digits."""
    if style in ("bullet", "none"):
        return ""
    writer = _WRITERS.get(style)
    if writer is None or not 0 < number < 10_000:
        return str(number)
    return writer(number)


def _letters(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number <= 780 else str(number)


def _roman(number: int) -> str:
    if number >= 4000:
        return str(number)
    out = ""
    for worth, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        out += sign * (number // worth)
        number %= worth
    return out


def _enclosed(first: int, most: int) -> Callable[[int], str]:
    return lambda number: chr(first + number - 1) if number <= most else str(number)


def _circled(number: int) -> str:
    for first, last, code in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(code + number - first)
    return str(number)


def _digits(signs: str) -> Callable[[int], str]:
    return lambda number: "".join(signs[int(digit)] for digit in str(number))


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


def _formal(number: int) -> str:
    text = to_chinese(number).translate(_FORMAL)
    return "壹" + text if text.startswith("拾") else text


_WRITERS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "japaneseCounting",
            "taiwaneseCounting",
            "taiwaneseCountingThousand",
        ),
        to_chinese,
    ),
    **dict.fromkeys(
        ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), _digits("〇一二三四五六七八九")
    ),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"), _formal),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "ideographEnclosedCircle": _enclosed(0x3280, 10),
    "decimalEnclosedParen": _enclosed(0x2474, 20),
    "decimalEnclosedFullstop": _enclosed(0x2488, 20),
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalFullWidth2": _digits("０１２３４５６７８９"),
    "decimalZero": lambda number: f"{number:02}",
    "numberInDash": lambda number: f"- {number} -",
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
}
