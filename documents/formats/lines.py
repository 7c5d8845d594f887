"""From a reader's lines to a text that `parse` reads: clean characters, and headings without a number marked as headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.numerals import NUMERAL, to_int

UNKNOWN_SIGN = "〓"  # printers set it where a sign is missing from the case
_NUMBERED = re.compile(
    rf"(?:第\s*(?:[{NUMERAL}]+|\d+)\s*(?:分编|编|章|节|条)|附[录件表]|【)"
    rf"|(?P<first>[{NUMERAL}]{{1,3}})、|[（(](?P<second>[{NUMERAL}]{{1,3}})[）)]|(?P<third>\d{{1,2}})\s*[.．、]\s*[^\d\s]"
)
_SENTENCE = re.compile(r"[。；;，,]")
_LONG_HEADING = 60
_JUNK = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufff0-\uffff]")
_BREAKS = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
# Signs of Wingdings (F0xx) and Wingdings 2 that forms are ticked with.
_WINGDINGS = {
    0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "□", 0x6F: "□", 0x71: "□", 0x72: "□", 0x6C: "●", 0x6E: "■", 0x75: "◆",
    0xD8: "➢", 0x9F: "•", 0xA1: "○", 0xA4: "◎", 0xB7: "•", 0xA7: "▪", 0xE0: "→", 0xDF: "←", 0xE8: "→", 0xF0: "⇨", 0xAB: "★",
    0x46: "☞", 0x28: "☎", 0x2A: "✉", 0x76: "❖", 0x77: "◆",
}  # fmt: skip
_WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0x2A: "□", 0x97: "●", 0x98: "●"}


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or a table row; `level` is its outline level from 1 where the file calls it a heading, else 0."""

    text: str
    level: int = 0


def clean_lines(line: Line) -> list[Line]:
    """Cut a line at its own line breaks and leave out what is no text; a heading stays in one piece."""
    if line.level:
        text = _BREAKS.sub(" ", line.text)
        return [Line(tidy, line.level)] if (tidy := _clean(text)) else []
    return [Line(tidy) for part in _BREAKS.split(line.text) if (tidy := _clean(part))]


def _clean(text: str) -> str:
    return _PRIVATE.sub(lambda match: sign(ord(match[0]), "Wingdings"), _JUNK.sub("", text)).strip()


def sign(code: int, font: str) -> str:
    """Return the character that a symbol font shows for a code (F000 is added by Word); 〓 where it is not known."""
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if "wingdings 2" in font.lower():
        return _WINGDINGS_2.get(low, UNKNOWN_SIGN)
    if "wingdings" in font.lower() or (font.lower() == "symbol" and low == 0xB7):
        return _WINGDINGS.get(low, UNKNOWN_SIGN)
    return UNKNOWN_SIGN if 0xE000 <= code <= 0xF8FF or code < 32 else chr(code)


def raise_digits(text: str, place: str) -> str:
    """Write the digits of superscript or subscript as such, so that 10 to the fifth does not read 105."""
    table = {"superscript": _RAISED, "subscript": _LOWERED}.get(place)
    return text.translate(table) if table else text


def body_text(lines: Sequence[Line]) -> str:
    """Join lines to the text of an `Extract`.

    A heading without a number is written `## …`, which ends the count before it; where the count runs on below it, it
    stands between empty lines instead, which parse takes for a heading inside the count. The first line of all is the
    document's title and no heading.
    """
    clean = [part for line in lines for part in clean_lines(line)]
    runs_on = _runs_on(clean)
    out: list[str] = []
    for place, line in enumerate(clean):
        plain = place and line.level and len(line.text) <= _LONG_HEADING
        if not plain or _NUMBERED.match(line.text) or _SENTENCE.search(line.text) or line.text.startswith("#"):
            out.append(line.text)
        elif runs_on[place]:
            out += ["", line.text, ""]
        else:
            out.append(f"## {line.text}")
    return "\n".join(out)


def _runs_on(lines: Sequence[Line]) -> list[bool]:
    """For each line: whether a count (一、, （一） or 1.) that began before it goes on after it."""
    found = [False] * len(lines)
    ahead = [1, 1, 1]  # the next number of each grammar, below the place reached from the end
    for place in range(len(lines) - 1, -1, -1):
        found[place] = max(ahead) > 1
        match = _NUMBERED.match(lines[place].text)
        if not match:
            continue
        rank = (match.lastindex or 0) - 1
        if rank < 0:
            ahead = [1, 1, 1]
        else:
            ahead[rank:] = [_number(match[rank + 1])] + [1] * (2 - rank)
    return found


def _number(text: str) -> int:
    try:
        return to_int(text)
    except ValueError:
        return 1
