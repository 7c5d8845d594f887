"""Making words safe on a page: every word of a question, a document or a model passes `escape`."""

from __future__ import annotations

import html
import re
from datetime import date
from urllib.parse import urlsplit

# Control characters, text-direction overrides and lone surrogates: none of them belongs on a page.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def escape(text: str) -> str:
    """Make text safe inside elements and quoted attributes; line breaks stay."""
    return html.escape(_UNPRINTABLE.sub("", text), quote=True)


def lines(text: str) -> str:
    """Escape text and show its line breaks."""
    return escape(text.strip()).replace("\n", "<br>")


def safe_link(url: str) -> str:
    """Return a link that may stand on the page, '' for anything but plain https to a named host."""
    if _UNPRINTABLE.search(url) or re.search(r"\s", url):
        return ""
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if fine else ""


def day(when: date) -> str:
    """Write a day as people do: 2012年4月28日."""
    return f"{when.year}年{when.month}月{when.day}日"
