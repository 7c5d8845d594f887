"""Text from questions, answers and documents, made safe for a page and for data inside a page."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from typing import Any

# Control characters, text-direction overrides and lone surrogates: none of them belongs on a page.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def printable(text: str) -> str:
    """Return text without what cannot be shown; line breaks and tabs stay."""
    return _UNPRINTABLE.sub("", text)


def escape(text: str) -> str:
    """Make text safe inside elements and quoted attributes."""
    return html.escape(printable(text), quote=True)


def data(value: Any) -> str:
    """Write a value as JSON that may stand in a script element: no `<` can end the element or open a comment."""
    return json.dumps(_clean(value), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def moment(text: str) -> str:
    """Write an ISO time to the minute, as it stands where it is none."""
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
    except ValueError:
        return text


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
