"""Amounts as a person would compare them: 1小时 is 60分钟, 7个月 is about 28周, 12个月 is 1年."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.numerals import NUMERAL, to_int

_UNIT = r"个工作日|工作日|个小时|小时|分钟|个星期|星期|周岁|个月|万元|公斤|[天日周月年岁元倍%％人名斤]"
_NUMBER = rf"\d+(?:,\d{{3}})*(?:\.\d+)?|[{NUMERAL}]{{1,7}}"
AMOUNT = re.compile(rf"(?<![第\d.{NUMERAL}])(?P<n>{_NUMBER})\s*(?P<unit>{_UNIT})")
_HALF = re.compile(r"半(?:个)?(?P<unit>小时|天|年|月)")
# Least and most of one unit in days, yuan, shares, kilograms: a month has 28 to 31 days; five working days are at least a week.
_IN = {
    "分钟": ("time", 1 / 1440, 1 / 1440),
    "小时": ("time", 1 / 24, 1 / 24),
    "天": ("time", 1.0, 1.0),
    "工作日": ("time", 1.0, 3.0),
    "周": ("time", 7.0, 7.0),
    "个月": ("time", 28.0, 31.0),
    "年": ("time", 365.0, 366.0),
    "元": ("money", 1.0, 1.0),
    "万元": ("money", 10_000.0, 10_000.0),
    "倍": ("share", 100.0, 100.0),
    "%": ("share", 1.0, 1.0),
    "公斤": ("weight", 1.0, 1.0),
    "斤": ("weight", 0.5, 0.5),
    "人": ("people", 1.0, 1.0),
}
_ALIKE = {
    "个工作日": "工作日",
    "个小时": "小时",
    "个星期": "周",
    "星期": "周",
    "日": "天",
    "月": "个月",
    "周岁": "年",
    "岁": "年",
    "％": "%",
    "名": "人",
}
_NEAR = 1e-9
BESIDE = 2


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a unit; `words` as they were written."""

    number: float
    unit: str
    words: str

    @property
    def written(self) -> str:
        """The unit as it was written: 日, where `unit` is 天."""
        return re.sub(rf"^[\d.,\s{NUMERAL}]+", "", self.words)

    @property
    def key(self) -> str:
        """The same for the same number of the same unit, however written: 十五日 and 15天."""
        return f"{self.number:g}{self.unit}"

    def same(self, other: Amount) -> bool:
        """Whether both may be the same amount, be it in other units; of one unit they are compared as they stand."""
        if self.unit == other.unit:
            return abs(self.number - other.number) < _NEAR
        (mine, low, high), (theirs, least, most) = _IN[self.unit], _IN[other.unit]
        if mine != theirs:
            return False
        return low * self.number <= most * other.number + _NEAR and least * other.number <= high * self.number + _NEAR


def amounts(text: str) -> tuple[Amount, ...]:
    """Return the amounts of a text in their order; ordinals (第三级), dates and bare numbers are none."""
    found = [(m.start(), amount) for m in AMOUNT.finditer(text) if (amount := read(m)) is not None]
    for match in _HALF.finditer(text):
        unit = "个月" if match["unit"] == "月" else match["unit"]
        found.append((match.start(), Amount(0.5, unit, match[0])))
    return tuple(amount for _, amount in sorted(found, key=lambda pair: pair[0]))


def asked_amounts(text: str) -> frozenset[str]:
    """The amounts of a text with the characters before each: two laws that say 怀孕7个月 are not both asked of."""
    found = ((m, read(m)) for m in AMOUNT.finditer(text))
    return frozenset(f"问数|{text[max(m.start() - BESIDE, 0) : m.start()]}{a.key}" for m, a in found if a is not None)


def read(match: re.Match[str]) -> Amount | None:
    """Read a match of AMOUNT; None for a date and for what is no numeral."""
    digits = match["n"].replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", digits):
        number = float(digits)
    else:
        try:
            number = float(to_int(digits))
        except ValueError:
            return None
    if match["unit"] == "年" and number >= 1900:
        return None
    before = match.string[max(0, match.start() - 1) : match.start()]
    if match["unit"] in "月日" and before in ("年", "月"):  # 2025年9月1日
        return None
    return Amount(number, _ALIKE.get(match["unit"], match["unit"]), match[0])


def one(text: str) -> Amount | None:
    """The one amount of a text; None where it has none or several."""
    found = amounts(text)
    return found[0] if len(found) == 1 else None


def alike(one_text: str, other_text: str) -> bool:
    """Whether two options may say the same: the same words, or the same amounts."""
    first, second = amounts(one_text), amounts(other_text)
    bare = [re.sub(r"[\s，,。；;、的]", "", _HALF.sub("#", AMOUNT.sub("#", text))) for text in (one_text, other_text)]
    if not first and not second:
        return bare[0] == bare[1]
    if len(first) != len(second):
        return False
    return bare[0] == bare[1] and all(a.same(b) for a, b in zip(first, second, strict=True))
