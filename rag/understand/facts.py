"""Facts in a question's words: month of birth, length of pregnancy, the day something happened, how many children."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from documents.deadlines import Unit, add
from documents.numerals import NUMERAL, to_int

_N = rf"(\d{{1,4}}|[{NUMERAL}]{{1,3}})"
_BORN = re.compile(
    r"(?<!\d)(?P<year>(?:19)?[4-9]\d|20[01]\d)\s*年(?!代)(?:\s*(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月)?(?:份)?(?:\s*\d{1,2}\s*[日号])?"
)
_BIRTH = re.compile(r"\s{0,4}(?:(?:的|出)\s{0,4})?生|出生")
_RETIRES = re.compile(r"退休|(?<![倒后辞清减撤劝])退(?![货款钱回税出伙婚还工租赔保役学订群])")
_WORK_BEGAN = re.compile(r".{0,4}(?:参加|入职|进厂|工作|上班|开始|结婚|交|缴|退休)")
_PREGNANT = re.compile(
    rf"(?:怀孕|怀|孕|妊娠)?(?:刚|已经|已|才|快)?(?P<full>不满|未满|不到|不足|满|整)?\s*(?P<n>{_N[1:-1]})\s*(?P<unit>个?(?P<half>半)?(?:多|零几天)?月|周|天)(?P<more>多|半)?"
)
_AFTER_LOSS = re.compile(r"(?:能|可以|给|只给|休|批|请|放|产假|病假|有人说|公司说|财务说|人事说|按)\s*$")
_JUST_LOST = re.compile(r"(?:流产|小产|引产)\s*$")
_SUPPOSED = re.compile(
    r"(?:那?要是|那?如果|假如|换成|换作)(?:我|是|都|到)?(?=已经|怀|满|不满|未满|不到|[一二两三四五六七八九\d])"
)
_AGO = re.compile(
    rf"(?:已经|过去|到现在|都|快|差不多)?\s*(?P<n>半|{_N[1:-1]})\s*(?P<unit>个?半?月|年|天|周|星期)(?P<more>多|半)?(?:以?前|之前|了)"
)
# What else lasts so long: a pregnancy, a child's age, the time at work.
_OTHER_LENGTH = re.compile(
    r"(?:怀孕?|孕期?|孩子|宝宝|娃|小孩|干|工作|入职|上班|产假|哺乳期?|结婚|休)(?:了|才|刚|已经|快|到|都)?$"
)
_YEAR_WORD = {"今年": 0, "明年": 1, "去年": -1, "前年": -2, "大前年": -3}
_SAID_DAY = re.compile(
    rf"(?:(?P<year>(?:19|20)\d\d)\s*年|(?P<said>大前年|前年|去年|今年|明年))?\s*(?P<month>\d{{1,2}}|[{NUMERAL}]{{1,2}})\s*月(?:份)?(?:\s*(?P<day>\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*[日号])?"
)
_ISO = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_LAST_MONTH = re.compile(
    rf"(?P<which>上上个?月|上个?月|这个?月|本月)(?:\s*(?P<day>\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*[日号])?"
)
_DAYS_AGO = {"今天": 0, "刚刚": 0, "昨天": 1, "前天": 2, "大前天": 3}
_CHILDREN = re.compile(
    r"(?:(?P<n>[两二三四2-4])个(?:娃|孩子|小孩|宝宝|儿子|女儿|都)|(?P<twins>双胞胎|龙凤胎)|(?P<three>三胞胎))"
)


@dataclass(frozen=True, slots=True)
class Born:
    """A year of birth, with the month where it is told."""

    year: int
    month: int | None


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """How long somebody was pregnant, as told: `number` of 月, 周 or 天, and whether reached (满, 多) or not (不满)."""

    number: int
    unit: str
    reached: bool | None
    words: str

    def against(self, months: int) -> bool | None:
        """Whether so many months were reached; None near the boundary.

        Months are taken as told. Weeks and days are held against months only where it is clear however months are counted:
        28 to 31 days each, and a few days of leeway.
        """
        if self.unit == "月":
            if self.reached is False:
                return False if months >= self.number else None
            if self.number == months:
                return True if self.reached else None
            return self.number > months
        least, most = (7 * self.number, 7 * self.number + 6) if self.unit == "周" else (self.number, self.number)
        if self.reached is False:
            least, most = 0, least
        if least > 31 * months + 4:
            return True
        return False if most < 28 * months - 4 else None

    def weeks(self, bound: int) -> bool | None:
        """Whether so many weeks were reached; None where the pregnancy is told in months or the bound may lie inside."""
        if self.unit == "月" or self.reached is False:
            return None
        least = 7 * self.number if self.unit == "周" else self.number
        return least >= 7 * bound


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which something may have happened, first to last, and the words that say so."""

    first: date
    last: date
    words: str


def born(text: str) -> Born | None:
    """Read a month of birth: 1976年3月生, 76年3月, 75年3月生的; a year alone gives no month.

    A year beside which no birth stands is taken only with its month, and not where it is when work began.
    """
    for match in _BORN.finditer(text):
        year = int(match["year"]) if len(match["year"]) == 4 else 1900 + int(match["year"])
        month = to_int(match["month"]) if match["month"] else None
        if month is not None and not 1 <= month <= 12:
            continue
        told = _BIRTH.match(text[match.end() :]) or text[: match.start()].endswith(("出生", "生于", "出生于"))
        plain = month and year < 2000 and not _WORK_BEGAN.match(text[match.end() :])
        if told or plain:
            return Born(year, month)
    return None


def pregnancy(text: str) -> Pregnancy | None:
    """Read how far a pregnancy was when it ended: 怀孕10周, 孕50天, 怀孕满7个月, 三个多月; None where nothing says so.

    What is supposed instead (那要是已经五个月了呢) takes the place of what was told before.
    """
    supposed = _SUPPOSED.search(text)
    for match in _PREGNANT.finditer(text, supposed.end() if supposed else 0):
        if supposed and match.start() == supposed.end():
            return _pregnancy(match)
    for match in _PREGNANT.finditer(text):
        told = re.match(r"怀|孕|妊", match[0]) or match["full"]
        lost = re.match(r"[^。，,]{0,6}(?:流产|小产|清宫|胎停|引产|没保住|停育)", text[match.end() :])
        just = _JUST_LOST.search(text[: match.start()]) and not re.match(r"[了前后]|以", text[match.end() :])
        if not (told or lost or just) or _AFTER_LOSS.search(text[: match.start()]):
            continue
        return _pregnancy(match)
    return None


def _pregnancy(match: re.Match[str]) -> Pregnancy:
    unit = next(u for u in "月周天" if u in match["unit"])
    more = bool(match["half"] or match["more"] or "多" in match["unit"] or "零" in match["unit"])
    reached = True if more or match["full"] in ("满", "整") else False if match["full"] else None
    return Pregnancy(to_int(match["n"]), unit, reached, match[0].strip())


def asks_retirement(text: str) -> bool:
    """Whether retirement is spoken of, also as 退 alone: 哪年退, 原来55退."""
    return bool(_RETIRES.search(text))


_NOT = re.compile(r"(?:没有?|未|不)(?:去|做过?|参加|是|在)?$")
_TOLD = {
    "婚检": r"婚检|婚前(?:医学)?检查",
    "孕前检查": r"孕前(?:健康|优生)?检查|孕检",
    "夫妻异地": r"异地|分居两地|两地分居",
}


def denied(condition: str, text: str) -> bool:
    """Whether a question says that a condition (a rule's `when`) is not met: 没做婚检, 我俩没异地."""
    words = next((pattern for name, pattern in _TOLD.items() if name in condition or condition in name), None)
    last = list(re.finditer(words, text))[-1:] if words else []  # what is said last counts: 没婚检 … 要是去婚检了呢
    return any(_NOT.search(text[: match.start()]) for match in last)


def children(text: str) -> int | None:
    """Read how many children are told: 两个娃, 双胞胎."""
    match = _CHILDREN.search(text)
    if match is None:
        return None
    return 3 if match["three"] else 2 if match["twins"] else to_int(match["n"])


def happened(text: str, today: date) -> Span | None:
    """Read when something happened, as far as the words go: a day, a month, 去年三月, 上个月15号, 14个月了, 昨天.

    What would lie in the future is moved back a year where no year is named; None where nothing is told.
    """
    for reader in (_iso, _relative_month, _said_day, _named_day, _ago):
        if (span := reader(text, today)) is not None and span.first <= today:
            return span
    return None


def begins(text: str, today: date) -> date | None:
    """Read the first day of a leave, past or to come: a full day; without a year the one nearest to today."""
    if (span := _iso(text, today)) is not None:
        return span.first
    match = _SAID_DAY.search(text)
    if match is None or not match["day"]:
        return None
    year = int(match["year"]) if match["year"] else today.year + _YEAR_WORD.get(match["said"] or "", 0)
    years = [year] if match["year"] or match["said"] else [year - 1, year, year + 1]
    days = [day for y in years if (day := _date(y, to_int(match["month"]), to_int(match["day"])))]
    return min(days, key=lambda day: abs((day - today).days), default=None)


def _iso(text: str, _: date) -> Span | None:
    match = _ISO.search(text)
    day = _date(int(match[1]), int(match[2]), int(match[3])) if match else None
    return Span(day, day, match[0]) if match and day else None


def _relative_month(text: str, today: date) -> Span | None:
    match = _LAST_MONTH.search(text)
    if match is None:
        return None
    back = {"上上": -2, "上": -1}.get(match["which"].removesuffix("月").removesuffix("个"), 0)
    first = add(today.replace(day=1), back, Unit.MONTH)
    if not match["day"]:
        return Span(first, min(add(first, 1, Unit.MONTH) - timedelta(days=1), today), match[0])
    day = _date(first.year, first.month, to_int(match["day"]))
    return Span(day, day, match[0]) if day else None


def _said_day(text: str, today: date) -> Span | None:
    match = _SAID_DAY.search(text)
    if match is None:
        return None
    month = to_int(match["month"])
    if not 1 <= month <= 12 or not (match["year"] or match["said"] or match["day"]):
        return None
    year = int(match["year"]) if match["year"] else today.year + _YEAR_WORD.get(match["said"] or "", 0)
    day = to_int(match["day"]) if match["day"] else None
    first = _date(year, month, day or 1)
    if first is None:
        return None
    if first > today and not (match["year"] or match["said"]):
        first = add(first, -1, Unit.YEAR)
    last = first if day else min(add(first, 1, Unit.MONTH) - timedelta(days=1), max(today, first))
    return Span(first, last, match[0].strip())


def _named_day(text: str, today: date) -> Span | None:
    for word, back in sorted(_DAYS_AGO.items(), key=lambda pair: -len(pair[0])):
        if word in text:
            day = today - timedelta(days=back)
            return Span(day, day, word)
    return None


def _ago(text: str, today: date) -> Span | None:
    match = next((m for m in _AGO.finditer(text) if not _OTHER_LENGTH.search(text[: m.start()])), None)
    if match is None:
        for word, back in sorted(_YEAR_WORD.items(), key=lambda pair: -len(pair[0])):
            if word in text and back < 0:
                return Span(date(today.year + back, 1, 1), date(today.year + back, 12, 31), word)
        return None
    half = match["n"] == "半"
    number = 6 if half else to_int(match["n"])
    kind = match["unit"]
    unit = Unit.YEAR if "年" in kind and not half else Unit.MONTH if "月" in kind or half else Unit.DAY
    if unit is Unit.DAY and kind != "天":
        number *= 7
    try:
        day = add(today, -number, unit)
        first = add(today, -(number + 1), unit) if match["more"] or "半" in kind else day
    except (OverflowError, ValueError):
        return None
    return Span(first, day, match[0])


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
