"""Tables of an answer as safe HTML: a comparison, a leave sum, and a leave on the calendar day by day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from documents.model import Check
from rag.model import Citation, Table
from rag.sums import Holiday, LeaveSum
from ui.ask import words
from ui.ask.escaping import day, escape, lines

_MARK = re.compile(r"^\[(\d{1,3})\]$")
_WEAKEST = (Check.WEAK, Check.TWO_SOURCES)
# What makes the button of a citation from its number.
Button = Callable[[int], str]


def render_table(table: Table, button: Button) -> str:
    """Write a comparison; the last cell of a row is its citation's button. Its box scrolls sideways where it is too wide.

    A column without a word in it is left out, the years stand under the places: so most tables fit a phone.
    """
    year = 1 if table.columns[1:2] == (words.YEAR,) else 0
    kept = [n for n in range(len(table.columns)) if n == 0 or (n != year and any(row[n] for row in table.rows))]
    head = "".join(f'<th scope="col">{escape(table.columns[n])}</th>' for n in kept)
    rows = "".join(
        f'<tr><th scope="row">{lines(row[0])}{_year(row[year]) if year else ""}</th>'
        + "".join(_cell(row[n], n == len(row) - 1, button) for n in kept[1:])
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<div class="nj-table" role="region" tabindex="0" aria-label="{words.TABLE_NAME}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _year(text: str) -> str:
    return f'<span class="nj-year">{escape(text)}</span>' if text else ""


def _cell(text: str, last: bool, button: Button) -> str:
    mark = _MARK.match(text) if last else None
    return f"<td>{button(int(mark[1])) if mark else lines(text)}</td>"


def render_sum(found: LeaveSum, citations: Sequence[Citation], button: Button) -> str:
    """Write a leave sum: a row a term with its days and citation, the total, how well its weakest term is checked, the calendar."""
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{days}天</td><td>{button(number) if number else ""}</td></tr>'
        for label, days, number in found.terms
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in (words.SUM_TERM, words.SUM_DAYS, words.SUM_SOURCE))
    title = words.SUM_TITLE.format(label=escape(found.label))
    return (
        f'<div class="nj-sum"><h4>{title}</h4><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        f'<tfoot><tr><th scope="row">{words.SUM_TOTAL}</th><td>{found.total}天</td><td></td></tr></tfoot></table>'
        f"{_weakest(found, citations)}{_calendar(found)}</div>"
    )


def _weakest(found: LeaveSum, citations: Sequence[Citation]) -> str:
    checks = {citations[n - 1].check for _, _, n in found.terms if 0 < n <= len(citations)}
    weakest = next((check for check in _WEAKEST if check in checks), None)
    return f'<p class="nj-weakest">{words.SUM_WEAKEST.format(check=escape(weakest))}</p>' if weakest else ""


def _calendar(found: LeaveSum) -> str:
    """A row a month, a cell a day; what the cells show is also said in words."""
    if found.start is None or found.end is None:
        return ""
    start, end = found.start, found.end
    named = {holiday.day: holiday.name for holiday in found.holidays}
    months = "".join(_month(first, start, end, named) for first in _months(start, end))
    key = "".join(f'<li><span class="nj-day nj-day-{kind}"></span>{name}</li>' for kind, name in words.STRIP_KEY)
    alt = words.STRIP_ALT.format(start=day(start), end=day(end))
    return (
        f'<div class="nj-strip"><h4>{words.STRIP_TITLE}</h4><p>{alt}</p>'
        f'<div class="nj-months" role="img" aria-label="{alt}">{months}</div><ul class="nj-key">{key}</ul>'
        f"{''.join(f'<p>{line}</p>' for line in _holidays(found))}</div>"
    )


def _months(start: date, end: date) -> Iterator[date]:
    first = start.replace(day=1)
    while first <= end:
        yield first
        first = (first + timedelta(31)).replace(day=1)


def _month(first: date, start: date, end: date, named: dict[date, str]) -> str:
    cells, at = [], first
    while at.month == first.month:
        cells.append(f'<i class="nj-day{_kind(at, start, end, named)}"></i>')
        at += timedelta(1)
    label = f"{first.year}年{first.month}月" if first.month == 1 or first <= start else f"{first.month}月"
    return f'<div class="nj-month"><span>{label}</span>{"".join(cells)}</div>'


def _kind(at: date, start: date, end: date, named: dict[date, str]) -> str:
    if not start <= at <= end:
        return ""
    if at in (start, end):
        return " nj-day-start" if at == start else " nj-day-end"
    return " nj-day-holiday" if at in named else " nj-day-leave"


def _holidays(found: LeaveSum) -> Iterator[str]:
    for text, moves in ((words.STRIP_MOVES, True), (words.STRIP_COUNTED, False)):
        if said := "、".join(_runs([h for h in found.holidays if h.moves is moves])):
            yield escape(text.format(days=said))
    if found.unknown:
        yield escape(words.STRIP_UNKNOWN.format(years="、".join(f"{year}年" for year in found.unknown)))


def _runs(holidays: Sequence[Holiday]) -> Iterator[str]:
    """Holidays in words, days of one name together: 劳动节（5月1日、5月2日）."""
    days: dict[str, list[str]] = {}
    for holiday in holidays:
        days.setdefault(holiday.name, []).append(f"{holiday.day.month}月{holiday.day.day}日")
    for name, found in days.items():
        yield f"{name}（{'、'.join(found)}）"
