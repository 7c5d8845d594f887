"""Retirement months and deadlines: known values, and what must hold for any birth and any day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.deadlines import Unit, add, deadline, deadlines, due
from documents.retirement import Category, Month, contribution, in_years, parameter, retirement

MONTHS = st.builds(Month, st.integers(1940, 2010), st.integers(1, 12))


@pytest.mark.parametrize(
    ("category", "born", "month", "age", "delayed"),
    [
        (Category.WOMAN_50, (1974, 12), (2024, 12), "50周岁", 0),
        (Category.WOMAN_50, (1975, 1), (2025, 2), "50周岁1个月", 1),
        (Category.WOMAN_50, (1975, 2), (2025, 3), "50周岁1个月", 1),
        (Category.WOMAN_50, (1975, 3), (2025, 5), "50周岁2个月", 2),
        (Category.WOMAN_50, (1976, 3), (2026, 11), "50周岁8个月", 8),
        (Category.WOMAN_50, (1976, 12), (2027, 12), "51周岁", 12),
        (Category.WOMAN_50, (1984, 10), (2039, 9), "54周岁11个月", 59),
        (Category.WOMAN_50, (1984, 11), (2039, 11), "55周岁", 60),
        (Category.WOMAN_50, (1990, 5), (2045, 5), "55周岁", 60),
        (Category.WOMAN_55, (1969, 12), (2024, 12), "55周岁", 0),
        (Category.WOMAN_55, (1970, 1), (2025, 2), "55周岁1个月", 1),
        (Category.WOMAN_55, (1970, 4), (2025, 5), "55周岁1个月", 1),
        (Category.WOMAN_55, (1970, 5), (2025, 7), "55周岁2个月", 2),
        (Category.WOMAN_55, (1981, 8), (2039, 7), "57周岁11个月", 35),
        (Category.WOMAN_55, (1981, 9), (2039, 9), "58周岁", 36),
        (Category.MAN, (1964, 12), (2024, 12), "60周岁", 0),
        (Category.MAN, (1965, 1), (2025, 2), "60周岁1个月", 1),
        (Category.MAN, (1976, 8), (2039, 7), "62周岁11个月", 35),
        (Category.MAN, (1976, 9), (2039, 9), "63周岁", 36),
    ],
)
def test_table_of_the_rule(
    category: Category, born: tuple[int, int], month: tuple[int, int], age: str, delayed: int
) -> None:
    found = retirement(Month(*born), category)
    assert (found.month, found.age, found.delayed) == (Month(*month), age, delayed)


@given(MONTHS, st.sampled_from(Category))
def test_delay_is_capped_and_never_earlier(born: Month, category: Category) -> None:
    found = retirement(born, category)
    old, new = parameter(category, "原年龄").value, parameter(category, "延迟到").value
    assert 0 <= found.delayed <= (new - old) * 12
    assert born.plus(old * 12) <= found.month <= born.plus(new * 12)
    assert born.plus(old * 12) <= found.earliest <= found.month <= found.latest
    assert found.month.number - found.earliest.number <= 36
    assert found.latest.number - found.month.number in (0, 36)


@given(MONTHS, st.sampled_from(Category))
def test_who_is_born_later_never_retires_earlier(born: Month, category: Category) -> None:
    first, second = retirement(born, category), retirement(born.plus(1), category)
    assert first.month < second.month
    assert 0 <= second.delayed - first.delayed <= 1


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2024, "15年"),
        (2029, "15年"),
        (2030, "15年6个月"),
        (2031, "16年"),
        (2038, "19年6个月"),
        (2039, "20年"),
        (2060, "20年"),
    ],
)
def test_contribution_by_year(year: int, words: str) -> None:
    assert in_years(contribution(year)) == words


@pytest.mark.parametrize(
    ("event", "start", "last", "advised"),
    [
        ("申请劳动仲裁", date(2025, 10, 15), date(2026, 10, 15), date(2026, 9, 15)),
        ("申请劳动仲裁", date(2024, 2, 29), date(2025, 2, 28), date(2025, 1, 28)),
        ("不服仲裁裁决向法院起诉", date(2026, 9, 20), date(2026, 10, 5), date(2026, 9, 30)),
        ("向劳动保障监察投诉", date(2024, 12, 31), date(2026, 12, 31), date(2026, 11, 30)),
        ("申请延长人身安全保护令", date(2025, 8, 31), date(2026, 2, 28), date(2026, 1, 28)),
        ("对保护令裁定申请复议", date(2026, 3, 1), date(2026, 3, 6), date(2026, 3, 4)),
    ],
)
def test_last_day_and_advice(event: str, start: date, last: date, advised: date) -> None:
    found = due(deadline(event), start)
    assert (found.last, found.advised) == (last, advised)
    assert found.passed(last) is False
    assert found.passed(date.fromordinal(last.toordinal() + 1)) is True


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.sampled_from([d for d in deadlines() if d.unit != "小时"]))
def test_advice_lies_between_start_and_last_day(start: date, row: object) -> None:
    found = due(row, start)  # type: ignore[arg-type]
    assert start <= found.advised <= found.last
    assert found.last > start


def test_hours_are_no_days() -> None:
    with pytest.raises(ValueError, match="hours"):
        add(date(2026, 1, 1), 72, Unit.HOUR)
