"""From a first day to a last: days of a leave, with statutory holidays counted as the rule says.

Statutory holidays are the days of 全国年节及纪念日放假办法 第二条. The `holidays` library (MIT) knows them; the rest days that a State
Council notice moves about (调休, 补假) are told apart by its labels and left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

HOLIDAY_LAW = ("全国年节及纪念日放假办法", "第二条")
# Years whose list was held against the published arrangements; of other years nothing is said.
KNOWN_YEARS = range(2021, 2027)
_MOVED = ("补假", "调休", "休息日")


@dataclass(frozen=True, slots=True)
class Segment:
    """Days in a row of one kind; whether a statutory holiday among them is no day of the leave but moves its end."""

    days: int
    shifts: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """A leave on the calendar: the last day of each segment, the holidays that moved them, and years whose holidays are unknown."""

    start: date
    ends: tuple[date, ...]
    moved: tuple[date, ...]
    unknown: tuple[int, ...]

    @property
    def end(self) -> date:
        """Its last day."""
        return self.ends[-1]


@cache
def statutory(year: int) -> dict[date, str] | None:
    """Return a year's statutory holidays with their names, without moved rest days; None for years that were not checked."""
    if year not in KNOWN_YEARS:
        return None
    from holidays import country_holidays

    found = country_holidays("CN", years=year, language="zh_CN")
    return {day: name for day, name in sorted(found.items()) if not any(word in name for word in _MOVED)}


def strip(start: date, segments: Sequence[Segment]) -> Strip:
    """Lay a leave on the calendar.

    Parameters: its first day, which counts; its segments in order, each of at least one day. Returns the strip. Raises
    ValueError without segments or for a segment without days, OverflowError beyond the calendar's end.
    """
    if not segments or any(segment.days < 1 for segment in segments):
        raise ValueError("a leave has days")
    ends: list[date] = []
    moved: list[date] = []
    unknown: set[int] = set()
    day = start
    for segment in segments:
        left = segment.days
        while left:
            known = statutory(day.year)
            if segment.shifts and known is None:
                unknown.add(day.year)
            if segment.shifts and known is not None and day in known:
                moved.append(day)
            else:
                left -= 1
                if not left:
                    ends.append(day)
            day += timedelta(days=1)
    return Strip(start, tuple(ends), tuple(moved), tuple(sorted(unknown)))
