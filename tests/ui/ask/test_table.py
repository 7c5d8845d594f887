"""A leave sum and its days on the calendar."""

from __future__ import annotations

import re
from datetime import date

import pytest

from documents.model import Check
from rag.sums import Holiday, LeaveSum
from tests.ui.samples import chunk, citation
from ui.ask import words
from ui.ask.table import render_sum

TERMS = (("国家", 98, 1), ("安徽", 60, 2))


def button(number: int) -> str:
    return f"<b>{number}</b>"


def test_a_sum_has_a_row_a_term_and_a_total() -> None:
    page = render_sum(LeaveSum("安徽产假", TERMS, 158), (), button)
    rows = re.findall(r'<tr><th scope="row">(.+?)</th><td>(.*?)</td><td>(.*?)</td></tr>', page)
    assert rows == [("国家", "98天", "<b>1</b>"), ("安徽", "60天", "<b>2</b>"), (words.SUM_TOTAL, "158天", "")]
    assert "nj-strip" not in page


@pytest.mark.parametrize(("check", "told"), [(Check.COMPARED, False), (Check.TWO_SOURCES, True), (Check.WEAK, True)])
def test_a_sum_shows_its_weakest_term(check: Check, told: bool) -> None:
    source = chunk()
    page = render_sum(LeaveSum("安徽产假", TERMS, 158), (citation(source), citation(source, check=check)), button)
    assert ("nj-weakest" in page) is told
    assert (str(check) in page) is told


def test_every_day_of_a_leave_is_on_the_calendar() -> None:
    start, end = date(2025, 12, 20), date(2026, 3, 2)
    holidays = (Holiday(date(2026, 1, 1), "元旦", False), Holiday(date(2026, 2, 17), "春节", True))
    page = render_sum(LeaveSum("产假", TERMS, 158, start, end, holidays, (2027,)), (), button)
    months = re.findall(r'<div class="nj-month"><span>(.+?)</span>(.*?)</div>', page)
    assert [name for name, _ in months] == ["2025年12月", "2026年1月", "2月", "3月"]
    assert [cells.count("<i ") for _, cells in months] == [31, 31, 28, 31]
    cells = "".join(cells for _, cells in months)
    kinds = {kind: cells.count(f'nj-day-{kind}"') for kind in ("start", "end", "holiday", "leave")}
    assert kinds == {"start": 1, "end": 1, "holiday": 2, "leave": (end - start).days + 1 - 4}
    for said in (
        "2025年12月20日开始，最后一天是2026年3月2日",
        "遇春节（2月17日），顺延",
        "遇元旦（1月1日），算在假期里",
        "2027年",
    ):
        assert said in page
