"""Maternity leave as typed rows (`rules/maternity.csv`): what adds to what, where, and the provision that says so."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from documents.model import NATIONAL, Check


class Event(StrEnum):
    """What days are given for."""

    BASE = "产假"
    EXTENSION = "延长"
    THIRD_CHILD = "三孩"
    DIFFICULT = "难产"
    MULTIPLE = "多胞胎"


class Cesarean(StrEnum):
    """Whether a province counts a caesarean section as a difficult birth."""

    COUNTS = "算"
    CERTIFICATE = "看证明"
    INDICATION = "看指征"


@dataclass(frozen=True, slots=True)
class LeaveRule:
    """Days for an event in a region, by birth order where `order` is set; `title` and `article` name the source provision."""

    region: str
    event: Event
    order: int | None
    days: int
    cesarean: Cesarean | None
    check: Check
    title: str
    article: str


@cache
def maternity_rules() -> tuple[LeaveRule, ...]:
    """Read all maternity rows."""
    text = (files("documents") / "rules" / "maternity.csv").read_text(encoding="utf-8")
    return tuple(
        LeaveRule(
            region=row["region"],
            event=Event(row["event"]),
            order=int(row["order"]) if row["order"] else None,
            days=int(row["days"]),
            cesarean=Cesarean(row["cesarean"]) if row["cesarean"] else None,
            check=Check(row["check"]),
            title=row["title"],
            article=row["article"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def maternity_terms(province: str, order: int, difficult: bool, infants: int) -> tuple[LeaveRule, ...]:
    """Return the rows that add up for one birth, the national base first.

    Parameters: the province's full name; which child (1, 2, 3); whether a difficult birth; infants born. A row for more
    infants stands once for each infant beyond the first. The province's own row for difficult or multiple birth takes the
    place of the national one. Returns an empty tuple where the province has no row.
    """
    own = [rule for rule in maternity_rules() if rule.region == province]
    if not own:
        return ()
    nation = {rule.event: rule for rule in maternity_rules() if rule.region == NATIONAL}
    terms = [nation[Event.BASE]]
    terms += [r for r in own if r.event in (Event.EXTENSION, Event.THIRD_CHILD) and r.order == order]
    for event, times in ((Event.DIFFICULT, int(difficult)), (Event.MULTIPLE, max(infants - 1, 0))):
        rule = next((r for r in own if r.event is event), nation[event])
        terms += [rule] * times
    return tuple(terms)
