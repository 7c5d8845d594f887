"""Guess a document's catalogue row from its file name and text; whatever is guessed is flagged as inferred."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from documents.errors import UnknownRegion
from documents.model import NATIONAL, Confidence, Level
from documents.region import find_regions, parse_region

_DATE = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*日?(?!\d)")
_COMPACT_DATE = re.compile(r"(?<!\d)(19\d\d|20\d\d)(\d\d)(\d\d)(?!\d)")
_VERSION = re.compile(
    r"\s*[（(](?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{4}年?(?:修[订正改])?[^（）()]{0,6}|\d{8})[）)]\s*$|[_-](?:\d{8}|\d{4}-\d{2}-\d{2})$"
)
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,12}[〔\[（(]\d{4}[〕\]）)]\s*(?:第)?\d+\s*号|(?:国务院|人民政府|主席|部|委|局|总署|银行)令\s*第?\s*[\d一二三四五六七八九十百○〇零]+\s*号"
)
_NOTICE = re.compile(r"关于印发\s*《([^》]{4,80})》\s*的\s*通知")
_ENTRY = re.compile(r"自\s*((?:1[89]|20)\d\d年\d{1,2}月\d{1,2}日)\s*起\s*(?:施行|实施|执行|生效)")
_AT_ONCE = re.compile(r"自(?:公布|发布|颁布|印发|通过)之日起(?:施行|实施|执行|生效)")
_UNION = re.compile(r"(?:总工会|工会联合会|女职工委员会|[\u4e00-\u9fff]工会)(?!法|条例|组织法)")
_PAPER = re.compile(r"要点|工作意见|总结|安排|计划|方案|报告|通知|会议|纪要|决定|指引|工作条例|监督办法")
_NATIONAL_LEVELS = (Level.LAW, Level.ADMINISTRATIVE, Level.JUDICIAL, Level.DEPARTMENTAL)
SAME_VERSION_DAYS = 120
# 红头: the line that names who issues a paper; and what a paper's own title line ends with.
_LETTERHEAD = re.compile(r"^([\u4e00-\u9fff（）()、\s]{4,60}?)\s*文\s*件$")
_TITLE_LINE = re.compile(
    r"(?:条例|规定|办法|细则|规则|通知|意见|要点|总结|安排|计划|方案|报告|决定|公告|通报|批复|指引|纪要|手册|倡议书|合同|协议|标准|法)(?:[（(][^（）()]{1,20}[）)])?$"
)
_NAMELESS = re.compile(r"新建|扫描|未命名|文档|附件|下载|图片|微信")
_SIGNED = re.compile(r"^[\u4e00-\u9fff（）()、]{4,40}(?:会|办公室|部|局|厅|院|委|组)$")


@dataclass(frozen=True, slots=True)
class Guess:
    """What file name and text suggest about a document; unknown fields are empty or None.

    `confidence` says of each field that was found how sure it is.
    """

    title: str
    level: Level
    region: str
    issuer: str
    number: str
    published: date | None
    effective: date | None
    year: int | None
    note: str
    confidence: Mapping[str, Confidence]


def normalise_title(title: str) -> str:
    """Reduce an official name to the form the catalogue uses: no 中华人民共和国, no outer 《》, no version, no spaces."""
    title = re.sub(r"[\s　]+", "", title).replace("中华人民共和国", "").replace("<", "《").replace(">", "》")
    previous = None
    while title != previous:
        previous, title = title, _VERSION.sub("", title)
    if title.startswith("《") and title.find("》") == len(title) - 1:
        title = title[1:-1]
    return title


def find_dates(text: str) -> list[date]:
    """Return the calendar dates written in a text (2012年4月28日, 2012-04-28, 20120428), in order; impossible ones are skipped."""
    found = []
    for match in [*_DATE.finditer(text), *_COMPACT_DATE.finditer(text)]:
        try:
            found.append((match.start(), date(int(match[1]), int(match[2]), int(match[3]))))
        except ValueError:
            continue
    return [day for _, day in sorted(found)]


def guess(path: PurePath, head: str, body: str, stated: str = "") -> Guess:
    """Guess title, level, region, issuer, 文号, dates and year.

    Parameters: the file's path (its folders may name the region), the head before the body (title and history), the body,
    and the title that the file's own properties state (used where nothing better is found).
    """
    named = find_dates(path.name)
    title, sure = _title(path, head, body, stated)
    issuer = _issuer(body)
    level = guess_level(title, head + body[:600])
    by_issuer = level is Level.NORMATIVE and bool(_UNION.search(issuer)) and bool(_PAPER.search(title))
    if by_issuer:
        level = Level.UNION
    region, region_sure = _region(title, issuer, path, level)
    dates, note = _dates(named, head, body, level)
    number = _NUMBER.search(head + body[:400])
    found: dict[str, tuple[object, Confidence]] = {
        "title": (title, sure),
        "level": (level, _level_confidence(level, by_issuer, title)),
        "region": (region, region_sure),
        "issuer": (issuer, Confidence.HIGH),
        "number": (number, Confidence.HIGH),
        "published": (dates[0], Confidence.LOW if note else Confidence.MEDIUM if named else Confidence.HIGH),
        "effective": (dates[1], Confidence.MEDIUM if note else Confidence.HIGH),
    }
    year = _year(title, dates[0]) if level.is_plan else None
    found["year"] = (year, Confidence.HIGH if str(year) in title else Confidence.MEDIUM)
    return Guess(
        title=title,
        level=level,
        region=region,
        issuer=issuer,
        number=re.sub(r"\s+", "", number[0]) if number else "",
        published=dates[0],
        effective=dates[1],
        year=year,
        note=note,
        confidence={name: how for name, (value, how) in found.items() if value},
    )


def _title(path: PurePath, head: str, body: str, stated: str) -> tuple[str, Confidence]:
    """The title and how sure it is: high where name and text agree or a heading says it, low where only a first line does."""
    if heading := re.search(r"^#\s+(\S.*)$", head, re.MULTILINE):
        return normalise_title(heading[1]), Confidence.HIGH
    stem = path.name
    for _ in range(3):
        stem = re.sub(
            r"\.(?:txt|md|markdown|jsonl|xz|docx?|pdf|html?|wps|rtf|odt|ofd|xlsx?|et|png|jpe?g|bmp|tiff?|webp)$",
            "",
            stem,
            flags=re.IGNORECASE,
        )
    stem = normalise_title(stem)
    opening = re.sub(r"\s+", "", body[:1500])
    if len(re.findall(r"[\u4e00-\u9fff]", stem)) >= 6 and not _NAMELESS.match(stem):
        return stem, Confidence.HIGH if stem in opening or stem in normalise_title(stated) else Confidence.MEDIUM
    if notice := _NOTICE.search(opening):
        return normalise_title(notice[1]), Confidence.HIGH
    if line := _title_line(body):
        return line, Confidence.MEDIUM
    first = next((line.strip("# \t　★") for line in body.splitlines() if len(line.strip("# \t　★")) >= 4), "")
    if 4 <= len(first) <= 60:
        return normalise_title(first), Confidence.LOW
    return normalise_title(stated) or stem or "无题", Confidence.LOW


def _title_line(body: str) -> str:
    """The title that stands among a paper's first lines, over two lines at most; empty where there is none."""
    lines = [line for raw in body.splitlines()[:60] if (line := re.sub(r"[\s　]+", "", raw.strip("# \t　★")))][:12]
    for place, line in enumerate(lines):
        if re.match(r"第[一1]条|一、", line) or line.endswith(("：", ":")):
            break
        before = lines[place - 1] if place and not _LETTERHEAD.match(lines[place - 1]) else ""
        for text in (line, before + line):
            if 6 <= len(text) <= 60 and _TITLE_LINE.search(text) and not re.search(r"[。；：:〔\[]", text):
                whole = before + line if before and re.search(r"(?:总工会|委员会|关于|印发)$", before) else text
                return normalise_title(whole)
    return ""


def _level_confidence(level: Level, by_issuer: bool, title: str) -> Confidence:
    if level is Level.NORMATIVE:
        return Confidence.LOW
    sure = re.search(r"条例$|(?<![办方作做])法$|要点|工作意见|总结|监督办法", title) or "最高人民" in title
    return Confidence.HIGH if sure and not by_issuer else Confidence.MEDIUM


def _region(title: str, issuer: str, path: PurePath, level: Level) -> tuple[str, Confidence]:
    if level in _NATIONAL_LEVELS:
        return NATIONAL, Confidence.HIGH
    if name := _title_region(title):
        return name, Confidence.HIGH
    if name := _title_region(issuer):
        return name, Confidence.MEDIUM
    name = guess_region(title, path)
    return name, Confidence.LOW if name == NATIONAL else Confidence.MEDIUM


def guess_level(title: str, context: str = "") -> Level:
    """Guess a document's level from its title and, where there is some, the text around it."""
    local = bool(_title_region(title))
    if re.search(r"最高人民(?:法院|检察院)", title):
        return Level.JUDICIAL
    if re.search(
        r"^[\u4e00-\u9fff]{2,8}(?:日报|妇女报|工人报|晚报|时报)|全媒体记者|本报讯|新华社", title + context[:600]
    ) and not re.search(r"条例|规定|办法|法$", title):
        return Level.NEWS
    if _UNION.search(title) and _PAPER.search(title):
        return Level.UNION
    if re.search(r"条例(?:（.*）)?$", title):
        return Level.LOCAL_LAW if local else Level.NORMATIVE if "中共中央" in context else Level.ADMINISTRATIVE
    if re.search(r"法(?:（.*）)?$", title) and not re.search(r"[办方作做]法$", title):
        return Level.LAW
    if local:
        return _local_level(title, context)
    return _national_level(title, context)


def _local_level(title: str, context: str) -> Level:
    if re.search(r"人民代表大会|人大常委会", context) or re.search(r"实施《.+法》.*办法$", title):
        return Level.LOCAL_LAW
    if re.search(r"(?:办法|规定|细则|规则)$", title):
        return Level.LOCAL_RULE
    return Level.UNION if _UNION.search(title) else Level.NORMATIVE


def _national_level(title: str, context: str) -> Level:
    if re.search(r"全国人民代表大会", title):
        return Level.LAW
    if re.search(r"国务院(?:令|第\d+号)|国务院(?:公布|发布|通过|第\d+次)|政务院", context) or title.startswith(
        "国务院"
    ):
        return Level.ADMINISTRATIVE
    if re.search(r"(?:办法|规定|细则|规则|规章|标准)(?:（.*）)?$", title):
        return Level.DEPARTMENTAL
    return Level.NORMATIVE


def _title_region(title: str) -> str:
    head = re.sub(r"^(?:\d{4}年?|中共|关于印发|关于)+", "", title)[:14]
    found = find_regions(head)
    if not found:
        return ""
    region = found[0]
    own = (region.county or region.city or region.province)[:2]
    return region.name if head.startswith((own, region.province[:2])) else ""


def guess_region(title: str, path: PurePath | None = None) -> str:
    """Guess whose document it is: the place its title begins with, else a folder that is named after one, else 全国."""
    if name := _title_region(title):
        return name
    if path is not None and not re.search(r"最高人民|全国|国务院|法$", title):
        for folder in reversed(path.parts[:-1]):
            try:
                region = parse_region(folder)
            except UnknownRegion:
                continue
            return region.name
    return NATIONAL


def _dates(named: list[date], head: str, body: str, level: Level) -> tuple[tuple[date | None, date | None], str]:
    """Find (version, effective); a note says where name and text disagree."""
    in_force = [day for line in head.splitlines() if "施行" in line and len(line) < 40 for day in find_dates(line)[-1:]]
    history = [day for day in find_dates(head) if day not in in_force]
    if not history and level.is_plan:
        history = find_dates(body[:1200])[-1:] or find_dates(body)[-1:]
    version = max(history, default=None)
    note = ""
    if named and (version is None or abs((named[-1] - version).days) <= SAME_VERSION_DAYS):
        version = named[-1]  # the name has the day of publication, the text that of the vote
    elif named and version and named[-1] > version:
        note = f"文件名写的日期是{named[-1]}，正文最后一次修改是{version}，按正文"
    effective = in_force[-1] if in_force else _effective(version, len(history), body)
    return (version, effective), note


def _effective(version: date | None, revisions: int, body: str) -> date | None:
    tail = body[-1500:]
    if entries := _ENTRY.findall(tail):
        day = find_dates(entries[-1])[-1]
        # An amended law still states the first version's day: it says nothing about this one.
        return day if version is None or day >= version else None
    return version if revisions <= 1 and _AT_ONCE.search(tail) else None


def _year(title: str, published: date | None) -> int | None:
    years = [int(year) for year in re.findall(r"(?<!\d)(20\d\d)(?=年)", title)]
    if years:
        return max(years)
    return published.year if published else None


def _issuer(body: str) -> str:
    """Who issued a paper: the name over its date at the end, else the one in its letterhead."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    for line, following in zip(lines, lines[1:], strict=False):
        if _SIGNED.match(line) and len(following) < 20 and find_dates(following):
            return line
    for line in lines[:5]:
        if head := _LETTERHEAD.match(line):
            return re.sub(r"\s+", "", head[1])
    return ""
