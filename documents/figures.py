"""Figures in Chinese text: every number with its unit, Arabic and Chinese written alike."""

from __future__ import annotations

import re

from documents.numerals import NUMERAL, to_int

_UNIT = r"周岁|个月|小时|分钟|工作日|自然日|人次|场次|季度|公斤|万元|亿元|万人次|万人|万份|万册|[天日周年月岁元倍次人名场期份册个家所期班项届条款部级孩胎%％]"
_ARABIC = re.compile(rf"(?P<n>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<unit>\s*(?:{_UNIT}))?")
_CHINESE = re.compile(rf"(?P<n>[{NUMERAL}]{{1,7}})(?P<unit>{_UNIT})")
_PERCENT = re.compile(rf"百分之(?P<n>[{NUMERAL}]{{1,6}}|\d+(?:\.\d+)?)")
# 一个, 一次, 一定 … are words, not figures.
_WORDS = re.compile(r"^一(?:个|次|项|份|家|所|期|条|部|级|场|班|天|日|人|名)$")


def figures(text: str) -> set[str]:
    """Return the figures of a text as `number` strings (98天 -> 98, 十五天 -> 15, 百分之八十 -> 80)."""
    found = set()
    for match in _PERCENT.finditer(text):
        found.add(_number(match["n"]))
    for match in _ARABIC.finditer(text):
        found.add(_number(match["n"]))
    for match in _CHINESE.finditer(_PERCENT.sub("", text)):
        if not _WORDS.match(match[0]):
            found.add(_number(match["n"]))
    return {number for number in found if number}


def _number(text: str) -> str:
    digits = text.replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", digits):
        return digits.lstrip("0").rstrip("0").rstrip(".") or "0" if "." in digits else digits.lstrip("0") or "0"
    try:
        return str(to_int(text))
    except ValueError:
        return ""
