"""How a cell of a sheet shows a number: dates as 2023-03-08, percent, units that the format adds, no needless .0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from documents.formats.ooxml import whole

# The formats that a file need not spell out (ECMA-376-1, 18.8.30), dates of the Chinese edition among them.
_BUILT_IN = {
    2: "0.00", 4: "#,##0.00", 9: "0%", 10: "0.00%", 39: "#,##0.00", 40: "#,##0.00",
    **dict.fromkeys((14, 15, 16, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd"),
    17: "yyyy-mm", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    **dict.fromkeys((32, 34, 55), "h:mm"), **dict.fromkeys((33, 35, 56), "h:mm:ss"),
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss",
}  # fmt: skip
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<money>[^\]-]*)[^\]]*\]|\[(?P<span>[hms])+\]|\[[^\]]*\]'
)
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_PLACES = re.compile(r"[0#?][0#?,. /]*|General|G/通用格式", re.IGNORECASE)
_DIGITS = 15  # a double is exact to so many
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Style:
    """How one style shows a number: `kind` is general, number, percent, date, month, time, moment or hours."""

    kind: str = "general"
    decimals: int | None = None
    before: str = ""
    after: str = ""
    scale: int = 0  # thousands that are left out
    width: int = 1  # digits before the point, zeros in front (序号 001)


def read_styles(root: Any) -> list[Style]:
    """Read the number formats of styles.xml in the order in which cells refer to them."""
    if root is None:
        return []
    codes = dict(_BUILT_IN)
    for element in root.iter("{*}numFmt"):
        codes[whole(element.get("numFmtId"), 0)] = element.get("formatCode", "")
    known: dict[int, Style] = {}
    found = []
    for cell_styles in root.iterfind("{*}cellXfs"):
        for element in cell_styles.iterfind("{*}xf"):
            number = whole(element.get("numFmtId"), 0)
            if number not in known:
                known[number] = read_format(codes.get(number, ""))
            found.append(known[number])
    return found


def read_format(code: str) -> Style:
    """Read a number format, as far as it changes what a number says; one with conditions is read by its first part."""
    code = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    bare = _TOKEN.sub(lambda match: "[" + match["span"] + "]" if match["span"] else "", code)
    if re.fullmatch(r"\s*(?:General|G/通用格式)?\s*", bare, re.IGNORECASE) and bare == code:
        return Style()
    letters = re.sub("General|G/通用格式|AM/PM|A/P|上午/下午", "", bare, flags=re.IGNORECASE)
    if _DATE_LETTERS.search(letters):
        return Style(_date_kind(letters.lower()))
    return _number_style(code)


def _date_kind(letters: str) -> str:
    if "[" in letters:
        return "hours"
    minutes = re.search(r"h[^a-z]*m|m[^a-z]*s", letters)
    has_day, has_time = "d" in letters, "h" in letters or "s" in letters
    has_date = has_day or "y" in letters or ("m" in letters and not minutes)
    if has_date and has_time:
        return "moment"
    return "time" if has_time else "date" if has_day or "y" not in letters else "month" if "m" in letters else "year"


def _number_style(code: str) -> Style:
    pieces: list[str] = []  # literals, and None's place kept by a mark for the digits
    at = 0
    for match in _TOKEN.finditer(code):
        pieces += [_placeholder(code[at : match.start()]), match["quoted"] or match["escaped"] or match["money"] or ""]
        at = match.end()
    pieces.append(_placeholder(code[at:]))
    before, mark, after = "".join(pieces).partition("\0")
    digits = "".join(re.findall(r"[0#?.,]", _TOKEN.sub("", code)))
    decimals = len(digits.partition(".")[2].rstrip(",")) if "0" in digits or "#" in digits else None
    scale = len(digits) - len(digits.rstrip(","))
    width = digits.partition(".")[0].count("0")
    percent = "%" in after
    after = after.replace("\0", "").replace("%", "", 1) if percent else after.replace("\0", "")
    if "/" in _TOKEN.sub("", code) or "E+" in code.upper():
        decimals = None  # fractions and powers: the value itself says it best
    return Style(
        "percent" if percent else "number", decimals if mark else None, before.strip(), after.strip(), scale, width
    )


def _placeholder(text: str) -> str:
    text = _PLACES.sub("\0", text)
    return "".join(char for char in text if char in "\0%¥￥$€-+()（）" or "\u4e00" <= char <= "\u9fff")


def shown_number(text: str, style: Style, from_1904: bool = False) -> str:
    """Return a number as its cell shows it; the number itself where the style cannot show it (a day before 1900)."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text.strip()
    if not number.is_finite() or abs(number.adjusted()) > 300:
        return text.strip()
    if style.kind in ("general", "number", "percent"):
        return _figure(number, style)
    return _moment(float(number), style.kind, from_1904) or plain_number(number)


def plain_number(number: Decimal) -> str:
    """Write a number without needless zeros, to the digits that a file keeps."""
    if number == 0:
        return "0"
    exact = number.quantize(Decimal((0, (1,), max(number.adjusted() - _DIGITS + 1, -30))))
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _figure(number: Decimal, style: Style) -> str:
    if style.kind == "percent":
        number *= 100
    number = number.scaleb(-3 * style.scale)
    if style.decimals is None or number.adjusted() > _DIGITS:
        text = plain_number(number)
    else:
        rounded = Decimal(plain_number(number)).quantize(Decimal((0, (1,), -min(style.decimals, 15))), ROUND_HALF_UP)
        text = f"{rounded:f}"
        text = text if text.partition(".")[2].strip("0") else text.partition(".")[0]
    minus = "-" if text.startswith("-") and text.strip("-0.") else ""
    whole_part, point, rest = text.lstrip("-").partition(".")
    text = whole_part.zfill(style.width) + point + rest
    return minus + style.before + text + ("%" if style.kind == "percent" else "") + style.after


def _moment(serial: float, kind: str, from_1904: bool) -> str:
    """Write a date or time from its count of days; empty where there is no such day."""
    if not 0 <= serial < 2_958_466:
        return ""
    if kind == "hours":
        minutes = round(serial * 1440)
        return f"{minutes // 60}:{minutes % 60:02}"
    if serial == 60 and not from_1904 and kind != "time":
        return "1900-02-29"  # a day that Excel counts and no calendar has
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31) if serial < 60 else datetime(1899, 12, 30)
    try:
        moment = start + timedelta(seconds=round(serial * _SECONDS_A_DAY))
    except OverflowError:
        return ""
    clock = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    if kind == "time":
        return clock
    if kind in ("month", "year"):
        return f"{moment.year}年" + (f"{moment.month}月" if kind == "month" else "")
    midnight = moment.hour == moment.minute == moment.second == 0
    return f"{moment:%Y-%m-%d}" + ("" if kind == "date" or midnight else f" {clock}")
