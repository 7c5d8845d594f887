"""Rows of leave: what holds where and when, and the check that finds each fault planted in them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import Check, provinces, shipped
from documents.deadlines import deadlines
from documents.leave_rules import (
    Basis,
    Counting,
    Event,
    Force,
    LeaveRule,
    Measure,
    Role,
    extras,
    holiday_rule,
    leave_rules,
    maternity_rules,
    maternity_terms,
    rules_for,
)
from documents.rules_check import faults_between, faults_of_rules

TODAY = date(2026, 11, 21)


def rule(region: str, event: Event, **more: object) -> LeaveRule:
    """The first row of a region and event, changed."""
    found = next(r for r in leave_rules() if (r.region, r.event) == (region, event))
    return replace(found, **more)  # type: ignore[arg-type]


def test_shipped_rules_are_sound() -> None:
    assert list(faults_of_rules()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"least": 77}, "数字77不在出处"),
        ({"article": "没有这一条"}, "不在本库里"),
        ({"title": "没有这一份"}, "不在本库里"),
        ({"valid_to": date(2021, 1, 1)}, "不早于终止日"),
        ({"region": "江南省"}, "不在地名表里"),
        ({"check": Check.COMPARED}, "比出处"),
        ({"note": "另有99天"}, "数字99不在出处"),
        ({"measure": Measure.MONTHS, "below": 43}, "数字43不在出处"),
    ],
)
def test_planted_fault_is_found(change: dict[str, object], words: str) -> None:
    planted = replace(rule("江苏省", Event.PATERNITY), **change)  # type: ignore[arg-type]
    assert any(words in fault for fault in faults_between(shipped(), [planted]))


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ({"least": 10}, True),
        ({"least": 10, "valid_from": date(2030, 1, 1), "valid_to": date(2031, 1, 1)}, True),
        ({"least": 10, "valid_from": date(2000, 1, 1), "valid_to": date(2021, 10, 1)}, False),
        ({"least": 10, "basis": Basis.PRACTICE}, False),
        ({"least": 10, "when": "夫妻异地"}, False),
        ({"least": 10, "check": Check.WEAK}, True),
        ({}, True),
    ],
)
def test_contradictions_on_one_day(second: dict[str, object], found: bool) -> None:
    first = rule("江苏省", Event.PATERNITY)
    faults = [f for f in faults_between(shipped(), [first, replace(first, **second)]) if "互相矛盾" in f]  # type: ignore[arg-type]
    assert bool(faults) is found


def test_two_weak_rows_may_differ() -> None:
    first = rule("江苏省", Event.PATERNITY, check=Check.WEAK)
    assert not [f for f in faults_between(shipped(), [first, replace(first, least=10)]) if "互相矛盾" in f]


@pytest.mark.parametrize(("start", "below", "found"), [(4, None, False), (3, None, True), (None, None, True)])
def test_bands_that_overlap_contradict(start: int | None, below: int | None, found: bool) -> None:
    first = rule("全国", Event.MISCARRIAGE)
    other = replace(first, least=42, start=start, below=below)
    assert any("互相矛盾" in f for f in faults_between(shipped(), [first, other])) is found


@pytest.mark.parametrize(
    ("province", "day", "days"),
    [
        ("四川省", date(2025, 11, 27), 158),
        ("四川省", date(2025, 11, 28), 188),
        ("江苏省", date(2022, 2, 9), 128),
        ("江苏省", date(2022, 2, 10), 158),
        ("江苏省", date(2021, 1, 1), 0),
        ("浙江省", date(2021, 11, 25), 158),
    ],
)
def test_day_decides(province: str, day: date, days: int) -> None:
    assert sum(r.days for r in maternity_terms(province, 1, False, 1, day)) == days


def test_law_and_practice_both_stand() -> None:
    found = [r for r in rules_for("江苏省", Event.EXTENSION, TODAY) if r.order == 1]
    assert [(r.basis, r.days, r.bound) for r in found] == [(Basis.PRACTICE, 60, ""), (Basis.TEXT, 30, "不少于")]


def test_conflicting_sources_are_both_there_and_weak() -> None:
    found = rules_for("湖南省", Event.PATERNITY, TODAY)
    assert {r.days for r in found} == {15, 20}
    assert not any(r.check.carries_figures for r in found)


def test_what_takes_consent_is_no_term() -> None:
    assert {(r.days, r.unit, r.force) for r in extras("北京市", TODAY)} == {(1, "个月", Force.CONSENT)}
    assert [r.days for r in extras("四川省", TODAY, 3) if r.unit == "天"] == [30]
    assert sum(r.days for r in maternity_terms("四川省", 3, False, 1, TODAY)) == 188


@pytest.mark.parametrize(
    ("region", "event", "amounts"),
    [
        ("江苏省", Event.MISCARRIAGE, [(None, 2, 20), (2, 3, 30), (3, 7, 42), (7, None, 98)]),
        ("广东省", Event.MISCARRIAGE, [(None, 4, 15), (4, 7, 42), (7, None, 75)]),
        ("全国", Event.MISCARRIAGE, [(None, 4, 15), (4, None, 42)]),
    ],
)
def test_bands_by_month(region: str, event: Event, amounts: list[tuple[int | None, int | None, int]]) -> None:
    assert [(r.start, r.below, r.days) for r in rules_for(region, event, TODAY)] == amounts


def test_weeks_stay_weeks() -> None:
    found = rules_for("湖北省", Event.MISCARRIAGE, TODAY)
    assert {r.measure for r in found} == {Measure.WEEKS}
    assert [r.days for r in found if r.fits(20)] == [45]


def test_holidays_count_as_the_source_says() -> None:
    counted = {(p, e): r.counting for p in provinces() for e in Event if (r := holiday_rule(p, e))}
    assert counted["上海市", Event.BASE] is Counting.INSIDE
    assert counted["上海市", Event.EXTENSION] is Counting.SHIFTS
    assert counted["安徽省", Event.BASE] is Counting.SHIFTS
    assert ("云南省", Event.BASE) not in counted


def test_every_province_has_the_leaves_that_provinces_decide() -> None:
    for event in (Event.PATERNITY, Event.CHILDCARE, Event.MARRIAGE, Event.EXTENSION):
        assert {r.region for r in leave_rules() if r.event is event} >= set(provinces()), event


@pytest.mark.parametrize(
    "ruin", [lambda r: r.least is not None and r.most is not None and r.most <= r.least, lambda r: r.below == 0]
)
def test_no_row_is_empty_or_upside_down(ruin: Callable[[LeaveRule], bool]) -> None:
    assert [r for r in leave_rules() if ruin(r)] == []


@given(st.dates(date(1980, 1, 1), date(2060, 1, 1)), st.sampled_from(provinces()), st.integers(1, 3))
def test_terms_of_any_day_hold_on_it(day: date, province: str, order: int) -> None:
    terms = maternity_terms(province, order, True, 2, day)
    assert all(r.holds(day) is not False for r in terms)
    assert sum(r.event is Event.BASE for r in terms) == (1 if terms else 0)
    assert not any(r.role is Role.CAP for r in maternity_rules(day))


def test_every_deadline_of_hers_says_its_start_and_a_margin() -> None:
    for row in deadlines():
        assert row.starts
        assert row.kind != "权利期限" or row.margin
