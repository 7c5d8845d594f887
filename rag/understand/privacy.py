"""Mask personal data before anything is searched, logged or stored."""

from __future__ import annotations

import re

_RULES = (
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\w)"), "〔身份证号〕"),
    (re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"), "〔手机号〕"),
    (re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"), "〔电话〕"),
    (re.compile(r"(?<!\d)\d{16,19}(?!\d)"), "〔银行卡号〕"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "〔邮箱〕"),
    (re.compile(r"(?<=我叫)[\u4e00-\u9fff]{2,3}(?=[，,。、；;\s]|今年|是|在|$)"), "〔姓名〕"),
    (re.compile(r"(?<=姓名)[:：\s]*[\u4e00-\u9fff]{2,4}"), "〔姓名〕"),
    (re.compile(r"[\u4e00-\u9fffA-Za-z（）()]{2,24}?(?:有限责任公司|股份有限公司|有限公司|集团公司)"), "〔单位〕"),
)


def mask(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace ID, phone and card numbers, mail addresses, names after 我叫/姓名, and company names.

    Returns the masked text and what kinds were masked.
    """
    masked = []
    for pattern, label in _RULES:
        text, count = pattern.subn(label, text)
        if count:
            masked.append(label.strip("〔〕"))
    return text, tuple(masked)
