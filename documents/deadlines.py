"""Deadlines of remedies as typed rows (`rules/deadlines.csv`) and the arithmetic of their last day.

The last day follows 民法典 第二百条 to 第二百零三条: the day it starts from does not count; a period of months or years ends on the
day of the same number, or on the month's last day. That a last day on a holiday moves on is left out on purpose: who
relies on what is said here is on the safe side.
"""

from __future__ import annotations

import calendar
import csv
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from documents.model import Check


class Unit(StrEnum):
    """What a deadline is counted in."""

    YEAR = "年"
    MONTH = "月"
    DAY = "日"
    HOUR = "小时"


class Kind(StrEnum):
    """Whose deadline it is: her own, her employer's, or an authority's."""

    RIGHT = "权利期限"
    EMPLOYER = "单位期限"
    AUTHORITY = "机关期限"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One row: within `length` `unit` of `starts` (in words), what interrupts and suspends it, exceptions, source provision.

    `margin` is how much before the last day is advised; it is ours, not the law's.
    """

    event: str
    kind: Kind
    length: int
    unit: Unit
    starts: str
    interrupts: str
    suspends: str
    exceptions: str
    margin: int
    margin_unit: Unit | None
    check: Check
    title: str
    article: str


@dataclass(frozen=True, slots=True)
class Due:
    """A computed deadline: its row, the day it starts from, its last day, and the day by which to act."""

    deadline: Deadline
    start: date
    last: date
    advised: date

    def passed(self, today: date) -> bool:
        """Whether the last day, reckoned without interruption or suspension, lies before today."""
        return self.last < today


@cache
def deadlines() -> tuple[Deadline, ...]:
    """Read all rows."""
    text = (files("documents") / "rules" / "deadlines.csv").read_text(encoding="utf-8")
    return tuple(
        Deadline(
            row["event"],
            Kind(row["kind"]),
            int(row["length"]),
            Unit(row["unit"]),
            row["starts"],
            row["interrupts"],
            row["suspends"],
            row["exceptions"],
            int(row["margin"] or 0),
            Unit(row["margin_unit"]) if row["margin_unit"] else None,
            Check(row["check"]),
            row["title"],
            row["article"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def deadline(event: str) -> Deadline:
    """Return a row by its event. Raises KeyError where there is none."""
    for row in deadlines():
        if row.event == event:
            return row
    raise KeyError(event)


def add(day: date, amount: int, unit: Unit) -> date:
    """Return the last day of a period that starts from a day (negative amounts go back).

    Raises ValueError for hours, which no date can tell, and OverflowError beyond the calendar's ends.
    """
    if unit is Unit.HOUR:
        raise ValueError("hours need a time of day")
    if unit is Unit.DAY:
        return day + timedelta(days=amount)
    number = day.year * 12 + day.month - 1 + amount * (12 if unit is Unit.YEAR else 1)
    year, month = number // 12, number % 12 + 1
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(year)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def due(row: Deadline, start: date) -> Due:
    """Compute a deadline from the day it starts from; what is advised is never before that day."""
    last = add(start, row.length, row.unit)
    advised = add(last, -row.margin, row.margin_unit) if row.margin_unit else last
    return Due(row, start, last, max(advised, start))
