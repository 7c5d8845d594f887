"""The numbers of a clause on a topic: as they are written, with unit, time, and whether they are a goal or what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.desk.compare.model import Figure, Row, Topic
from rag.desk.compare.topics import on_topic
from rag.model import Citation
from rag.plan_units import Unit

LONGEST_WHAT = 60
# A run is told with the one before it where both are so short together: 五年来，托管班开办500余个.
ENOUGH = 40
# Longer units first; money and shares are figures too. Years, ages and numbers of papers are none.
_UNIT = (
    r"人次|场次|班次|万元|亿元|元|人|名|位|期|场|次|个|家|份|册|对|项|条|辆|间|所|件|户|支|处|组|节|课时|小时|天|%|％"
)
_AMOUNT = re.compile(
    rf"(?P<amount>(?:近|约|超过|超|逾|达到|不少于|至少)?(?<![\d.〔第-])\d[\d,]*(?:\.\d+)?(?:[-—~至]\d[\d,]*(?:\.\d+)?)?[余多]?[万亿]?[余多]?)\s*(?P<unit>{_UNIT})(?![级届月季孩代])"
)
_PERIOD = re.compile(
    r"截至20\d\d年(?:\d{1,2}月)?底?|20\d\d年?\s*[-—–~至到]+\s*20\d\d年|(?:近)?[一二三四五六七八九十\d]{1,2}年来|[一二三四五]年数字|[一二三四五]年内|近年来|20\d\d年(?:\d{1,2}月)?(?:全年)?|全年|每年|上半年|下半年|[一二三四]季度|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份|单场"
)
_YEAR = re.compile(r"20\d\d(?=年)")
_RANGE = re.compile(r"20\d\d\D+20\d\d")
_GOAL = re.compile(r"目标|将(?!近)|争取|力争|拟|确保|计划(?=[新举开建培])|要达到|不少于")
# A report tells what 将 be done with words that also mean 把: only what it calls a goal is one.
_AIM = re.compile(r"目标|争取|力争|要达到")
_SPAN = re.compile(r"截至20\d\d年|年来|年数字|目前|迄今")
_AHEAD = re.compile(r"(?:未来|今后)[一二三四五]年")
_PLANNED = re.compile(r"月份|季度|半年")
_SO_FAR = re.compile(r"累计|截至|年来|年数字|目前|迄今|已建成|已有|现有|共有")
# In a summary what is told of the time after it was not done then.
_NEXT = re.compile(r"下一步|打算|明年|来年|今后|争取|力争|拟|将[于在]")
_CLAUSES = re.compile(r"[^；;﹔。…]+")
_RUNS = re.compile(r"[^，,：:]+[：:]?")


def has_amounts(text: str) -> bool:
    """Whether a text holds a number with its unit."""
    return _AMOUNT.search(text) is not None


def figures_of(topic: Topic, row: Row, unit: Unit, citation: Citation) -> tuple[Figure, ...]:
    """The figures of a unit that belong to the topic.

    Parameters: the topic, the row, the unit, its citation. A figure belongs where its run of words (between commas), the label or
    heading over it, or the run of a figure right before it is on the topic.
    """
    if row.nature == "制度":  # its numbers are thresholds, which mean nothing without their conditions
        return ()
    head = unit.context if on_topic(topic, unit.context) and not on_topic(topic, unit.label) else unit.label
    found: list[Figure] = []
    for clause in _CLAUSES.finditer(unit.text):
        words = clause[0].strip()
        over = "" if head and words.startswith(head.strip()) else head
        earlier = unit.chunk.text[unit.sentence[0] : unit.start] + unit.text[: clause.start()]
        for what, before, run, match in _amounts(topic, words, over, on_topic(topic, head)):
            ahead = f"{before}{run[: match.start()]}"
            period = _period(unit, earlier, ahead)
            kind = _kind(row, unit, period, ahead, run[: match.end()])
            year = _time(row, period, kind)
            found.append(Figure(match["amount"], match["unit"], what, year, kind, citation, period))
    return tuple(dict.fromkeys(found))


def _amounts(topic: Topic, clause: str, head: str, headed: bool) -> Iterator[tuple[str, str, str, re.Match[str]]]:
    """The amounts of a clause on the topic, each with the words it is told by, the words before its run, and the run."""
    chain = -1  # where the runs on the topic begin; negative: none does
    last = 0
    before = head
    for match in _RUNS.finditer(clause):
        run = match[0].strip()
        own = on_topic(topic, run)
        amounts = list(_AMOUNT.finditer(run))
        # a number right after one on the topic counts further of the same: 办班500余个，服务2万余人次
        if own or (chain < 0 and headed):
            chain = last if match.end() - last < ENOUGH else match.start()
        whole = clause[chain : match.end()].strip("，,：: ") if chain >= 0 else ""
        for amount in amounts if whole else ():
            yield whole if len(whole) <= LONGEST_WHAT else run[-LONGEST_WHAT:], before, run, amount
        if not amounts and not (own and run.endswith(("：", ":"))):
            chain = -1
        before, last = f"{before}{run}，", match.start()


def _period(unit: Unit, earlier: str, ahead: str) -> str:
    """The time that the words before a number name, else an earlier part of its sentence (a year or years), else the part's heading."""
    if found := _PERIOD.findall(ahead):
        return str(found[-1])
    if timed := [period for period in _PERIOD.findall(earlier) if re.search(r"20\d\d|年来|年数字", period)]:
        return str(timed[-1])
    return next((met[0] for head in unit.chunk.provision.headings if (met := _AHEAD.search(head))), "")


def _time(row: Row, period: str, kind: str) -> int | None:
    """The year of a number.

    A paper's own year is that of what it sums up or plans; a report's, or a number that a plan tells of what there is, has none.
    """
    if _RANGE.search(period):
        return None
    if years := _YEAR.findall(period):
        return int(years[-1])
    if _SPAN.search(period) or _AHEAD.search(period) or "年内" in period:
        return None
    planned = row.nature == "安排" and (kind == "目标" or _PLANNED.search(period))
    return row.year if row.nature == "总结" or planned else None


def _kind(row: Row, unit: Unit, period: str, ahead: str, run: str) -> str:
    """A goal or what was reached, as far as the words or the paper's part say so."""
    if row.nature != "总结" and (_GOAL if row.nature == "安排" else _AIM).search(ahead):
        return "目标"
    if _SO_FAR.search(run) or _SPAN.search(ahead) or _SPAN.search(period):
        return "累计"
    later = _RANGE.search(period) or _NEXT.search("".join((*unit.chunk.provision.headings, unit.label, ahead)))
    return "已完成" if row.nature == "总结" and not later else ""
