"""Retirement under the gradual delay that began in 2025, by rule (`rules/retirement.csv`): birth month and category in, dates out.

Source: 国务院关于渐进式延迟法定退休年龄的办法, 第一条 to 第三条.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from documents.model import Check

TITLE = "国务院关于渐进式延迟法定退休年龄的办法"


class Category(StrEnum):
    """Whose old retirement age is delayed."""

    MAN = "男职工"
    WOMAN_55 = "原55周岁女职工"
    WOMAN_50 = "原50周岁女职工"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure of the rule: of whom, what it says, value with unit, since when, check state, source provision."""

    category: str
    name: str
    value: int
    unit: str
    valid_from: date
    check: Check
    title: str
    article: str


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    def plus(self, months: int) -> Month:
        """Return the month so many months later (earlier if negative)."""
        return from_number(self.number + months)

    @property
    def number(self) -> int:
        """Months since year 0."""
        return self.year * 12 + self.month - 1

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月"


def from_number(number: int) -> Month:
    """Return the month of a number of months since year 0."""
    return Month(number // 12, number % 12 + 1)


@dataclass(frozen=True, slots=True)
class Retirement:
    """The statutory month, the age then and by how many months it is delayed, and the window around it.

    `contribution` is the fewest months of paid contributions for a pension that starts in that month. `earliest` may be chosen
    alone by who has contributed long enough, `latest` takes the employer's agreement.
    """

    category: Category
    born: Month
    month: Month
    years: int
    months: int
    delayed: int
    contribution: int
    earliest: Month
    latest: Month

    @property
    def age(self) -> str:
        """The age in words: 50周岁8个月."""
        return f"{self.years}周岁" + (f"{self.months}个月" if self.months else "")


@cache
def parameters() -> tuple[Parameter, ...]:
    """Read all rows."""
    text = (files("documents") / "rules" / "retirement.csv").read_text(encoding="utf-8")
    return tuple(
        Parameter(
            row["category"],
            row["parameter"],
            int(row["value"]),
            row["unit"],
            date.fromisoformat(row["valid_from"]),
            Check(row["check"]),
            row["title"],
            row["article"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def parameter(category: str, name: str) -> Parameter:
    """Return one figure of the rule. Raises KeyError where there is no such row."""
    for row in parameters():
        if (row.category, row.name) == (category, name):
            return row
    raise KeyError((category, name))


def retirement(born: Month, category: Category) -> Retirement:
    """Compute when somebody born in a month retires.

    Who reached the old age before the delay began retired then. Everyone else is delayed by one month for each begun step of
    months between the delay's first month and the month of the old age, up to the new age.
    """
    old = parameter(category, "原年龄")
    old_age, new_age = old.value, parameter(category, "延迟到").value
    step = parameter(category, "每几个月延1个月").value
    began = Month(old.valid_from.year, old.valid_from.month)
    reached = born.plus(old_age * 12)
    late = reached.number - began.number
    delayed = 0 if late < 0 else min(late // step + 1, (new_age - old_age) * 12)
    month = reached.plus(delayed)
    years, months = divmod(old_age * 12 + delayed, 12)
    earliest = latest = month
    if delayed:  # the window came with the delay
        earliest = max(month.plus(-parameter("弹性", "最多提前").value * 12), reached)
        latest = month.plus(parameter("弹性", "最多延迟").value * 12)
    return Retirement(category, born, month, years, months, delayed, contribution(month.year), earliest, latest)


def contribution(year: int) -> int:
    """Return the fewest months of contributions for a pension that starts in a year."""
    first, last = parameter("最低缴费", "起始").value * 12, parameter("最低缴费", "到").value * 12
    rise = parameter("最低缴费", "每年提高")
    return min(first + max(year - rise.valid_from.year + 1, 0) * rise.value, last)


def in_years(months: int) -> str:
    """Write months as years and months: 186 -> 15年6个月."""
    years, rest = divmod(months, 12)
    return f"{years}年" + (f"{rest}个月" if rest else "")
