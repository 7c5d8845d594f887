"""Words of a contract as figures: numerals written one way, amounts with unit and direction, sentences and their parts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from documents.numerals import NUMERAL, to_int

_UNITS = (
    "个工作日|工作日|个自然日|自然日|个日历天|日历天|周岁|个半小时|小时|个钟头|钟头|分钟|个月|个星期|星期|礼拜|公斤|千克|kg|KG|Kg|斤|"
    "万元|元|块钱|%|％|倍|周年|年|周|天|日|月龄|月|岁|次|人|个百分点|米|级|胎|孩"
)
_NUMBER = re.compile(rf"(?<![同统])([{NUMERAL}]{{1,8}})(?=(?:个?半)?(?:{_UNITS}))")
# So many digits are the number of a paper or a person, no figure; expressions would walk over them again from each.
_ENDLESS = re.compile(r"\d{13,}")
_PERCENT = re.compile(rf"百分之([{NUMERAL}]{{1,6}}|\d+(?:\.\d+)?)")
_SPACE = re.compile(r"(?<=[^\x21-\x7e])[ \t\u3000]+|[ \t\u3000]+(?=[^\x21-\x7e])|(?<=\d)[ \t\u3000]+(?=[a-zA-Z])")
# 一个, 一次 and the like count only where a figure can be meant.
_HALF = (
    (re.compile(r"(?:一个|1个|一|1)?半个?小时|半个钟头?|半个?钟头"), "30分钟"),
    (re.compile(r"(\d+)个半小时"), lambda m: f"{int(m[1]) * 60 + 30}分钟"),
    (re.compile(r"(?<![\d一二三四五六七八九十上下前后大])半年"), "6个月"),
    (re.compile(r"(?<![\d一二三四五六七八九十上下前后])半个月"), "15天"),
    (re.compile(r"(?<![\d一二三四五六七八九十])半天|半日"), "0.5天"),
    (re.compile(r"一刻钟"), "15分钟"),
    (re.compile(r"三刻钟"), "45分钟"),
    (
        re.compile(r"([一二三四五六七八九])成(?!立|员|为|果|本|年|长|功|交|品|绩|就|人|套|都|型|效)"),
        lambda m: f"{to_int(m[1])}0%",
    ),
    (re.compile(r"([一二三四五六七八九])折(?!算|抵|扣|现|中|旧)"), lambda m: f"{to_int(m[1])}0%"),
    (re.compile(r"对半|一半|半薪"), "50%"),
)
_ONE_HALF = re.compile(r"(?:一|1)个半小时|(?:一|1)小时半")
_BOTH = re.compile(r"(\d+)小时(?:零|又)?(\d+)分钟?")
_SAME = (
    ("个工作日", "工作日"),
    ("个自然日", "天"),
    ("自然日", "天"),
    ("个日历天", "天"),
    ("日历天", "天"),
    ("钟头", "小时"),
    ("个星期", "周"),
    ("星期", "周"),
    ("礼拜", "周"),
    ("千克", "公斤"),
    ("月龄", "个月"),
    ("岁", "周岁"),
    ("％", "%"),
    ("周年", "年"),
    ("块钱", "元"),
)
_FORMAL = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟零]{1,8}(?=(?:个)?(?:天|日|年|月|元|周|次|人|倍|孩|胎))")
_PLAIN = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
# Words of an older style of writing, and what is written for them today.
_OLDER = (
    (re.compile(r"(?<=[,者])(?:亦)?得(?!到|以|出|知|当|分|奖|票|益|体|失)"), "可以"),
    (re.compile(r"(?:^|(?<=[,;。]))[惟唯](?![一独有恐物美])"), "但"),
    (re.compile(r"概不(?=[\u4e00-\u9fff])"), "不"),
    (re.compile(r"至多以(\d+)[天日]为度"), r"最多\1天"),
)
_AMOUNT = re.compile(
    r"(?P<before>(?:不得|不应|不)?(?:少于|低于|短于|小于|高于|超过|多于|长于|超出|满|足|到|达到|达)|未满|至少|最少|最低|最多|最高|最长|至多|不满|未到|未达|不到)?"
    r"(?P<n>\d+(?:\.\d+)?)(?P<unit0>公斤|kg|KG|个月|月|天|日|周|小时|分钟|元|%)?(?:(?:至|到|—|-|–|~|～|－)(?P<most>\d+(?:\.\d+)?))?"
    r"(?P<unit>个?工作日|周岁|小时|个?小时|分钟|个月|公斤|kg|KG|Kg|斤|万元|元|%|倍|年|周|天|日|月|次|人|米|级|胎|孩)"
    r"(?P<after>以上|及以上|以内|之内|以下|及以下|内|为限|左右|起)?"
)
# So long a run without an end is no sentence; it is cut, so that no expression walks over it again and again.
LONGEST_SENTENCE = 1000
_SENTENCE = re.compile(rf"[^。！？!?\n；;]{{0,{LONGEST_SENTENCE}}}[。！？!?\n；;]?")
_PART = re.compile(r"[，,、：:（）()｜|\t]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure in normalised words: least and most (equal where there is one), unit, what stands around it, its place."""

    least: float
    most: float
    unit: str
    before: str
    after: str
    start: int
    end: int

    @property
    def capped(self) -> bool:
        """Whether it is said to be the most that is given (不超过98天, 98天以内)."""
        return bool(re.search(r"超过|最多|最高|最长|至多|多于|高于|长于|超出", self.before)) or self.after in (
            "以内",
            "之内",
            "内",
            "以下",
            "及以下",
            "为限",
        )

    @property
    def days(self) -> float | None:
        """As days where it is a length of days, weeks or whole months (30 days each); None elsewhere."""
        factor = {"天": 1, "日": 1, "周": 7, "个月": 30, "月": 30, "工作日": 1}.get(self.unit)
        return None if factor is None else self.least * factor

    @property
    def minutes(self) -> float | None:
        """As minutes where it is a length of hours or minutes."""
        factor = {"分钟": 1, "小时": 60}.get(self.unit)
        return None if factor is None else self.least * factor

    @property
    def months(self) -> float | None:
        """As months of pregnancy or of a child's age: weeks count four a month, years twelve."""
        factor = {"个月": 1.0, "月": 1.0, "周": 0.25, "周岁": 12.0, "年": 12.0}.get(self.unit)
        return None if factor is None else self.least * factor


def normalise(text: str) -> str:
    """Write a clause one way: full-width signs narrow, no blanks inside Chinese, numerals and halves as Arabic figures with plain units."""
    text = unicodedata.normalize("NFKC", text).replace("“", "").replace("”", "").replace('"', "")
    text = _ENDLESS.sub("", text)
    text = re.sub(r"[ \t]*([=+])[ \t]*", r"\1", _SPACE.sub("", text))
    text = _FORMAL.sub(lambda m: m[0].translate(_PLAIN), text)
    text = _ONE_HALF.sub("90分钟", text)
    text = re.sub(r"个(?=小时|钟头)", "", text.replace("半个小时", "半小时").replace("半个钟头", "半小时"))
    text = _PERCENT.sub(lambda m: f"{_read(m[1])}%", text)
    for pattern, words in _HALF:
        text = pattern.sub(words, text)
    text = _NUMBER.sub(lambda m: _read(m[1]), text)
    text = re.sub(rf"(?<=[\d]{{1}})(?:至|到)([{NUMERAL}]{{1,4}})(?={_UNITS})", lambda m: "至" + _read(m[1]), text)
    text = re.sub(rf"([{NUMERAL}]{{1,4}})(?=(?:至|到|-|—)\d)", lambda m: _read(m[1]), text)
    text = re.sub(r"[没未](?:到|足|满)(?=\d)|不足(?=\d)", "未满", text)
    for words, same in _SAME:
        text = re.sub(rf"(?<=\d){words}" if words != "岁" else r"(?<=\d)岁", same, text)
    for older, words in _OLDER:
        text = older.sub(words, text)
    return _BOTH.sub(lambda m: f"{int(m[1]) * 60 + int(m[2])}分钟", text)


def _read(numeral: str) -> str:
    try:
        return str(to_int(numeral)) if not re.fullmatch(r"\d+\.\d+", numeral) else numeral
    except ValueError:
        return numeral


def amounts(text: str) -> list[Amount]:
    """All figures with units of normalised words, in their order."""
    found = []
    for m in _AMOUNT.finditer(text):
        least = float(m["n"])
        most = float(m["most"]) if m["most"] else least
        unit = m["unit"].removeprefix("个") if m["unit"] not in ("个月",) else "个月"
        unit = {"日": "天", "kg": "公斤", "KG": "公斤", "Kg": "公斤", "月": "个月"}.get(unit, unit)
        if unit == "斤":
            least, most, unit = least / 2, most / 2, "公斤"
        if m["unit"] == "月" and not re.search(r"孕|满|足", text[max(0, m.start() - 6) : m.start() + 2]):
            continue  # 3月 is a date
        if m["unit"] == "日" and re.search(r"\d月$", text[: m.start("n")]):
            continue
        found.append(Amount(least, max(least, most), unit, m["before"] or "", m["after"] or "", m.start(), m.end()))
    return found


def sentences(text: str) -> list[str]:
    """Sentences of a clause, cut at 。；！？ and line ends."""
    return [words for m in _SENTENCE.finditer(text) if (words := m[0].strip())]


def parts(sentence: str) -> list[tuple[int, str]]:
    """The parts of a sentence between commas, colons and brackets, each with its place."""
    found, at = [], 0
    for m in _PART.finditer(sentence):
        if m.start() > at:
            found.append((at, sentence[at : m.start()]))
        at = m.end()
    if at < len(sentence):
        found.append((at, sentence[at:]))
    return found
