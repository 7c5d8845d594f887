"""Chinese numerals as laws use them, to integers and back."""

from __future__ import annotations

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "一二三四五六七八九十百千零〇两"


def to_int(text: str) -> int:
    """Read a Chinese or Arabic numeral below 10,000.

    Returns the number. Raises ValueError for anything else.
    """
    if text.isascii() and text.isdigit():
        return int(text)
    total, digit, seen_unit = 0, 0, False
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char] if seen_unit or not digit else digit * 10 + _DIGITS[char]
        elif char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit, seen_unit = 0, True
        else:
            raise ValueError(f"not a numeral: {text!r}")
    if not text:
        raise ValueError("empty numeral")
    return total + digit


def to_chinese(number: int) -> str:
    """Write 1 to 9,999 in Chinese numerals, as article numbers are written (十五, 一百零三)."""
    if not 0 < number < 10_000:
        raise ValueError(f"out of range: {number}")
    out, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            out += ("零" if zero and out else "") + "零一二三四五六七八九"[digit] + name
            zero = False
        else:
            zero = bool(out)
    return out.removeprefix("一") if out.startswith("一十") else out
