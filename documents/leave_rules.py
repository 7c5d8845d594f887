"""Leave as typed rows (`rules/leave.csv`, `rules/holiday_counting.csv`): how long, where, since when, for whom, and the provision that says so."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from documents.model import NATIONAL, Check


class Event(StrEnum):
    """What time is given for."""

    BASE = "产假"
    EXTENSION = "延长"
    THIRD_CHILD = "三孩"
    DIFFICULT = "难产"
    MULTIPLE = "多胞胎"
    PATERNITY = "护理假"
    CHECKUP_COMPANY = "产检陪护假"
    CHILDCARE = "育儿假"
    MARRIAGE = "婚假"
    MISCARRIAGE = "流产假"
    ECTOPIC = "宫外孕"
    NURSING = "哺乳时间"
    NURSING_LEAVE = "哺乳假"
    CHECKUP = "产前检查"
    PERIOD = "经期休息"


class Role(StrEnum):
    """How a row's amount joins the others: all of it, on top of the nation's, on top of that again, a cap, a factor."""

    TOTAL = "总数"
    ADDITION = "增加"
    FURTHER = "另加"
    CAP = "上限"
    TIMES = "倍数"


class Force(StrEnum):
    """Whether it is owed, may be given, is encouraged, or takes the employer's consent."""

    MUST = "应当"
    MAY = "可以"
    ENCOURAGED = "鼓励"
    CONSENT = "单位同意"
    EMPLOYER = "单位决定"


class Measure(StrEnum):
    """What a row's `start` and `below` count."""

    MONTHS = "孕月"
    WEEKS = "孕周"
    CHILD_YEARS = "子女周岁"


class Basis(StrEnum):
    """What a row is taken from: the text of law, or what is generally done where that goes beyond the text."""

    TEXT = "条文"
    PRACTICE = "通行做法"


class Cesarean(StrEnum):
    """Whether a province counts a caesarean section as a difficult birth."""

    COUNTS = "剖宫产也算"
    CERTIFICATE = "看医院证明"
    INDICATION = "剖宫产看指征"


class Counting(StrEnum):
    """Whether a statutory holiday inside a leave is one of its days, or moves its end."""

    INSIDE = "计入"
    SHIFTS = "顺延"


@dataclass(frozen=True, slots=True)
class LeaveRule:
    """One row. Time `least` (to `most` where it is a range) of `unit` per `per` for an event in a region.

    It holds for births, marriages and so on from `valid_from` (the first day on which it is known to be in force, None: not
    known) until the day before `valid_to`. `order` is the child it is for; `start` <= measure < `below` bounds weeks or months
    of pregnancy, or the child's age in years; `when` is a further condition in words. `bound` is 不少于 or 不超过 where the source
    says so. Amounts are None where the source gives none. `note` is said along with the row. `title` and `article` name the source provision; `law` and `law_article`
    the article of the law itself where that is a summary of ours, and the row was held against its text.
    """

    region: str
    valid_from: date | None
    valid_to: date | None
    event: Event
    order: int | None
    measure: Measure | None
    start: int | None
    below: int | None
    when: str
    bound: str
    least: int | None
    most: int | None
    unit: str
    per: str
    role: Role
    force: Force
    basis: Basis
    note: str
    check: Check
    title: str
    article: str
    law: str
    law_article: str

    @property
    def days(self) -> int:
        """The amount that is owed in any case."""
        return self.least or 0

    @property
    def figures(self) -> set[str]:
        """The figures that its source provision must state."""
        return {str(n) for n in (self.least, self.most) if n is not None}

    @property
    def cesarean(self) -> Cesarean | None:
        """How a difficult birth's row treats a caesarean section."""
        return Cesarean(self.when) if self.event is Event.DIFFICULT and self.when else None

    def holds(self, day: date) -> bool | None:
        """Whether it is in force on a day; None where the day may lie before its unknown first day."""
        if self.valid_to is not None and day >= self.valid_to:
            return False
        return None if self.valid_from is None else self.valid_from <= day

    def fits(self, number: int) -> bool:
        """Whether a number of weeks, months or years lies in its bounds."""
        return (self.start is None or number >= self.start) and (self.below is None or number < self.below)


@dataclass(frozen=True, slots=True)
class HolidayRule:
    """How statutory holidays count inside a leave of a region, and the provision that says so."""

    region: str
    event: Event
    counting: Counting
    check: Check
    title: str
    article: str


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("documents") / "rules" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def leave_rules() -> tuple[LeaveRule, ...]:
    """Read all rows of leave."""
    return tuple(
        LeaveRule(
            region=row["region"],
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            event=Event(row["event"]),
            order=_number(row["order"]),
            measure=Measure(row["measure"]) if row["measure"] else None,
            start=_number(row["from"]),
            below=_number(row["below"]),
            when=row["when"],
            bound=row["bound"],
            least=_number(row["least"]),
            most=_number(row["most"]),
            unit=row["unit"],
            per=row["per"],
            role=Role(row["role"]),
            force=Force(row["force"]),
            basis=Basis(row["basis"]),
            note=row["note"],
            check=Check(row["check"]),
            title=row["title"],
            article=row["article"],
            law=row["law"],
            law_article=row["law_article"],
        )
        for row in _rows("leave.csv")
    )


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


@cache
def holiday_rules() -> tuple[HolidayRule, ...]:
    """Read all rows on holidays."""
    return tuple(
        HolidayRule(
            row["region"],
            Event(row["event"]),
            Counting(row["counting"]),
            Check(row["check"]),
            row["title"],
            row["article"],
        )
        for row in _rows("holiday_counting.csv")
    )


def holiday_rule(region: str, event: Event) -> HolidayRule | None:
    """Return how holidays count in a region's leave, None where the library does not know."""
    return next((r for r in holiday_rules() if (r.region, r.event) == (region, event)), None)


@lru_cache(maxsize=4096)
def rules_for(region: str, event: Event, day: date) -> tuple[LeaveRule, ...]:
    """Return a region's rows for an event that hold, or may hold, on a day; where several bases differ, what is done comes first."""
    found = [r for r in leave_rules() if (r.region, r.event) == (region, event) and r.holds(day) is not False]
    return tuple(sorted(found, key=lambda r: r.basis is not Basis.PRACTICE))


def maternity_rules(day: date | None = None) -> tuple[LeaveRule, ...]:
    """Return the rows that make up maternity leave on a day (today), what needs consent or a further condition left out.

    Where law and practice differ, the higher figure in use stands for both.
    """
    return _maternity(day or date.today())


@lru_cache(maxsize=512)
def _maternity(day: date) -> tuple[LeaveRule, ...]:
    events = (Event.BASE, Event.EXTENSION, Event.THIRD_CHILD, Event.DIFFICULT, Event.MULTIPLE)
    rows = [r for r in leave_rules() if r.event in events and r.holds(day) is not False and _owed(r)]
    used = {(r.region, r.event, r.order, r.role) for r in rows if r.basis is Basis.PRACTICE}
    return tuple(r for r in rows if r.basis is Basis.PRACTICE or (r.region, r.event, r.order, r.role) not in used)


def _owed(rule: LeaveRule) -> bool:
    plain = rule.event is not Event.EXTENSION or (not rule.when and rule.role is Role.ADDITION)
    return plain and rule.force is Force.MUST


def maternity_terms(
    province: str, order: int, difficult: bool, infants: int, day: date | None = None
) -> tuple[LeaveRule, ...]:
    """Return the rows that add up for one birth, the national base first.

    Parameters: the province's full name; which child (1, 2, 3); whether a difficult birth; infants born; the day of the birth
    (today). A row for more infants stands once for each infant beyond the first. The province's own row for difficult or
    multiple birth takes the place of the national one. Returns an empty tuple where a row is missing on that day.
    """
    rules = maternity_rules(day)
    own = [rule for rule in rules if rule.region == province]
    nation = {rule.event: rule for rule in rules if rule.region == NATIONAL}
    if not any(r.event is Event.EXTENSION for r in own) or Event.BASE not in nation:
        return ()
    terms = [nation[Event.BASE]]
    terms += [r for r in own if r.event in (Event.EXTENSION, Event.THIRD_CHILD) and r.order == order]
    for event, times in ((Event.DIFFICULT, int(difficult)), (Event.MULTIPLE, max(infants - 1, 0))):
        rule = next((r for r in own if r.event is event), nation.get(event))
        if rule is None and times:
            return ()
        terms += [rule] * times if rule else []
    return tuple(terms)


def extras(province: str, day: date, order: int | None = None) -> tuple[LeaveRule, ...]:
    """Return what may come on top of a province's maternity leave under a condition or with the employer's consent.

    Parameters: the province, the day, and which child it is; without it the rows of every child.
    """
    return tuple(
        r
        for r in rules_for(province, Event.EXTENSION, day)
        if not _owed(r) and r.role in (Role.FURTHER, Role.CAP) and (order is None or r.order in (None, order))
    )
