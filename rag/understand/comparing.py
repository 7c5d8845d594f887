"""Requests that hold places or years against each other: 各地怎么安排, 河南和江苏有什么不同, 哪些省提到了, 2024和2025年有什么变化."""

from __future__ import annotations

import re
from dataclasses import dataclass

_EVERYWHERE = re.compile(
    r"各(?:地|省|市|区|县|家|个?(?:地方|省份|城市|单位|工会))|(?:哪些|哪几个?|几个|有几)(?:个)?(?:省市?|市|地方|地区|地市|城市|单位|家|份)|(?:其他|别的)(?:省|市|地方)|各写|几家在"
)
_AGAINST = re.compile(
    r"不同|区别|不一样|差别|差异|变化|对比|相比|比较|比一比|比一下|比起来|放一?(?:起|张表)|列个?表|哪(?:个|边|家|省|里|地)(?:更|最)?(?:多|少|长|短|高|低|好|早)|谁.{0,8}(?:多|少|长|早)|各(?:是|有|写|办|建|说|带|叫)|对一对"
)
_YEARS = re.compile(r"(20[0-4]\d)(?:年)?")


@dataclass(frozen=True, slots=True)
class Comparing:
    """What is held against what: everywhere or named places only, in which years, and whether words of comparing are there."""

    everywhere: bool
    years: tuple[int, ...]
    said: bool


def comparing(text: str, places: int) -> Comparing | None:
    """Read whether a question compares.

    Parameters: the question's words; how many places it names. Returns None where it compares nothing: one place in one
    year, or several places that are merely named beside a single matter of one of them.
    """
    years = tuple(sorted({int(year) for year in _YEARS.findall(text)}))
    said = bool(_AGAINST.search(text))
    everywhere = bool(_EVERYWHERE.search(text))
    if places > 1:
        return Comparing(False, years, said)
    if places == 1 and len(years) > 1 and said:
        return Comparing(False, years, said)
    if not places and (everywhere or (len(years) > 1 and said)):
        return Comparing(True, years, said)
    return None
