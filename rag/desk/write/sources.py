"""How a source is named at the end of a paper: what it is, whether it holds, how far it was checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from documents.model import Check, Kind, Level
from rag.desk.paper import Source
from rag.desk.write.text import line, shortened
from rag.model import RESTATED, Citation

SOURCES, NOTES = "出处", "说明"
SHORT_QUOTE = 42
_CHECKS = {
    Check.COMPARED: "已对照条文",
    Check.TWO_SOURCES: "两份材料一致、未对照条文",
    Check.WEAK: "未核实：仅一份材料或有冲突，数字不能当准",
    None: "没有单独登记核对情况",
}


def name(citation: Citation) -> str:
    """《官方名称》第七条第二款."""
    return f"《{line(citation.title)}》{line(citation.article)}{line(citation.part)}"


def standing(citation: Citation) -> str:
    """Whether a source holds, in words; `effective` of a citation may be the day of its version, so it is not called more."""
    if citation.level.is_plan:
        return "工作文件，不是法定权利"
    if citation.level is Level.COMPILED:
        return (
            f"本库整理，不是官方文件（{_day(citation.effective)}）" if citation.effective else "本库整理，不是官方文件"
        )
    if citation.in_force is False:
        return "已失效或当时不适用"
    if citation.in_force is None or citation.effective is None:
        return "有没有效、何时施行，没有核实"
    return f"现行有效，{_day(citation.effective)}施行或公布"


def checked(citation: Citation) -> str:
    """How far the words were checked against their source, in words."""
    return _CHECKS[citation.check]


def in_one(listed: Sequence[Source]) -> str:
    """Name all sources in one paragraph, for a paper that has room for no more."""
    return (
        f"{SOURCES}："
        + "；".join(f"[{s.number}] {name(s.citation)}（{s.citation.level}，{checked(s.citation)}）" for s in listed)
        + "。"
    )


def kind(citation: Citation) -> str:
    """What kind of text it is: the original, or our own restatement with the label that it always carries."""
    return RESTATED if citation.kind is Kind.RESTATEMENT else str(citation.kind)


def facts(citation: Citation) -> str:
    """Level, region, page of the original, validity and check state in one line."""
    page = [f"原件第{citation.page}页"] if citation.page else []
    level = [] if citation.level is Level.COMPILED else [str(citation.level)]  # its standing says so
    return "，".join([*level, line(citation.region), *page, standing(citation), checked(citation)])


def quoted(citation: Citation) -> str:
    """The cited words, in quotation marks only where they are the original ones."""
    words = line(citation.quote)
    return f"“{words}”" if words and citation.kind is Kind.ORIGINAL else words


def labelled(citation: Citation) -> str:
    """The cited words behind what kind of text they are: 原文：“…”; a restatement's label ends before its words begin."""
    words = quoted(citation)
    if citation.kind is Kind.ORIGINAL:
        return f"{kind(citation)}：{words}" if words else f"{kind(citation)}。"
    return f"{kind(citation)}。" + (f"\n{words}" if words else "")


def legend(listed: Sequence[Source]) -> str:
    """What is said once above sources that stand compactly: what the word 转述 beside them means; '' where none is restated."""
    return f"标“转述”的：{RESTATED}。" if any(kind(s.citation) == RESTATED for s in listed) else ""


def shortly(citation: Citation) -> str:
    """The beginning of the cited words behind what kind of text they are: 原文：“…”, 转述：…."""
    words = shortened(line(citation.quote), SHORT_QUOTE)
    if citation.kind is Kind.ORIGINAL:
        return f"原文：“{words}”" if words else ""
    return f"转述：{words}" if words else "转述。"


def link(citation: Citation) -> str:
    """The address of the official text; '' for anything but plain http or https to a named host."""
    url = citation.url.strip()
    if url != line(url) or any(mark.isspace() for mark in url):
        return ""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if fine else ""


def _day(when: date | None) -> str:
    return f"{when.year}年{when.month}月{when.day}日" if when else ""
