"""Amounts of options: the same in other units and other numerals, never by chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.numerals import to_chinese
from rag.desk.quiz.amounts import alike, amounts, one

numbers = st.integers(1, 400)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1小时", "60分钟"),
        ("7个月", "28周"),
        ("12个月", "1年"),
        ("1年", "365天"),
        ("半年", "6个月"),
        ("72小时", "3天"),
        ("十五日", "15天"),
        ("2倍", "200%"),
        ("3万元", "30000元"),
        ("10个工作日", "2周"),
        ("3周岁", "36个月"),
        ("三个月", "90天"),
    ],
)
def test_same_in_other_units(first: str, second: str) -> None:
    assert alike(first, second)
    assert alike(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [("98天", "90天"), ("11个月", "12个月"), ("1小时", "30分钟"), ("15天", "15周"), ("4周", "4个月"), ("3年", "3元")],
)
def test_not_the_same(first: str, second: str) -> None:
    assert not alike(first, second)
    assert not alike(second, first)


@given(numbers)
def test_numerals(number: int) -> None:
    assert alike(f"{number}天", f"{to_chinese(number)}日")


@given(numbers, st.sampled_from([("天", 24, "小时"), ("小时", 60, "分钟"), ("周", 7, "天"), ("年", 12, "个月")]))
def test_exact_units(number: int, units: tuple[str, int, str]) -> None:
    larger, times, smaller = units
    assert alike(f"{number}{larger}", f"{number * times}{smaller}")


@given(numbers, numbers, st.sampled_from(["天", "小时", "个月", "年", "元", "%"]))
def test_of_one_unit_only_the_same_number(first: int, second: int, unit: str) -> None:
    assert alike(f"{first}{unit}", f"{second}{unit}") == (first == second)


@given(st.integers(1, 48), st.integers(28, 31))
def test_a_month_may_have_any_of_its_days(months: int, days: int) -> None:
    assert alike(f"{months}个月", f"{months * days}天")


@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    assert all(amount.number >= 0 for amount in amounts(text))
    assert alike(text, text)


def test_ordinals_and_dates_are_no_amounts() -> None:
    assert amounts("第三级高处作业，2025年9月1日起") == ()
    assert one("每小时负重6次以上") is None
