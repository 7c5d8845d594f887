"""Complaints and questions asked in vain, as they are kept: nothing at all unless keeping was switched on here."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, func, select, true, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from rag.understand.privacy import mask
from ui.errors import StoreFault
from ui.store.database import empty_log
from ui.store.faults import meaning, place_of
from ui.store.feedback import Complaint
from ui.store.tables import ComplaintRow, SettingRow, UnansweredRow

RETENTION = 90  # days, unless set
SHORTEST_RETENTION, LONGEST_RETENTION = 1, 730
MOST_A_DAY = 2_000  # rows of each kind: nobody fills the disk through the page
NO_TOPIC, NO_PROVINCE = "未归类", "未说地方"
_AHEAD = "days_with_rows_dated_ahead"
_NOT_KEPT = "这条意见没有存上（{reason}）。请告诉管理员：数据库写不进去。"
_NOT_ERASED = "没有删成：{place}写不进去（{reason}）。改好以后请再删一次。"
_log = logging.getLogger("niangjia.ui")


@dataclass(frozen=True, slots=True)
class Count:
    """How often a topic was asked from a province in vain, and how often an answer to it was called wrong or good."""

    topic: str
    province: str
    unanswered: int
    bad: int
    good: int


class Kept:
    """The store of feedback (`ui.store.feedback.Feedback`). `today` gives the calendar day."""

    def __init__(self, engine: Engine, today: Callable[[], date] = date.today) -> None:
        self._engine = engine
        self._today = today
        self._once = threading.Lock()  # one writer of a day's counts; others, in other processes, meet the constraint

    @property
    def keeping(self) -> bool:
        """Whether this installation keeps anything."""
        return self._setting("keeping") == "on"

    @property
    def retention(self) -> int:
        """After how many days what is kept is erased."""
        return int(self._setting("retention") or RETENTION)

    def set(self, keeping: bool, retention: int) -> None:
        """Switch keeping on or off and choose the days; what is older than that is erased now."""
        days = min(max(int(retention), SHORTEST_RETENTION), LONGEST_RETENTION)
        with Session(self._engine) as session, session.begin():
            session.merge(SettingRow(name="keeping", value="on" if keeping else "off"))
            session.merge(SettingRow(name="retention", value=str(days)))
        self.erase_old()

    def _setting(self, name: str) -> str:
        with Session(self._engine) as session:
            return session.scalar(select(SettingRow.value).where(SettingRow.name == name)) or ""

    def complain(self, complaint: Complaint) -> None:
        """Keep a complaint, masked once more. Raises StoreFault where it cannot be written."""
        try:
            if not self.keeping:
                return
            with Session(self._engine) as session, session.begin():
                if self._full(session, ComplaintRow):
                    return
                session.add(
                    ComplaintRow(
                        day=self._today(),
                        good=complaint.good,
                        reason=_masked(complaint.reason, 500),
                        status=complaint.status[:20],
                        topics=_joined(complaint.topics),
                        province=(complaint.province or NO_PROVINCE)[:40],
                        citations="；".join(complaint.citations[:20])[:2_000],
                        question=_masked(complaint.question, 2_000),
                        said=_masked(complaint.said, 8_000),
                    )
                )
        except SQLAlchemyError as error:
            _log.error("a complaint could not be kept: %s", type(error).__name__)
            raise StoreFault(_NOT_KEPT.format(reason=type(error).__name__)) from error

    def unanswered(self, topics: tuple[str, ...], province: str, status: str, question: str = "") -> None:
        """Count a question that got no answer; `question` only where she agreed. A fault is logged: she still gets her answer."""
        text = _masked(question, 2_000)
        key = {
            "day": self._today(),
            "topics": _joined(topics),
            "province": (province or NO_PROVINCE)[:40],
            "status": status[:20],
            "question_hash": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else "",
        }
        try:
            if not self.keeping:
                return
            with self._once:
                try:
                    self._add_up(key, text)
                except IntegrityError:  # another process made the row in between
                    self._add_up(key, text)
        except SQLAlchemyError as error:
            _log.error("a question in vain could not be counted: %s", type(error).__name__)

    def _add_up(self, key: dict[str, object], question: str) -> None:
        with Session(self._engine) as session, session.begin():
            again = (
                update(UnansweredRow).filter_by(**key).values(count=UnansweredRow.count + 1).returning(UnansweredRow.id)
            )
            if not session.execute(again).all() and not self._full(session, UnansweredRow):
                session.add(UnansweredRow(**key, question=question, count=1))

    def _full(self, session: Session, table: type[ComplaintRow] | type[UnansweredRow]) -> bool:
        there = session.scalar(select(func.count()).select_from(table).where(table.day == self._today())) or 0
        return there >= MOST_A_DAY

    def counts(self) -> list[Count]:
        """Add up by topic and province, most first; what touches two topics counts in both."""
        totals: dict[tuple[str, str], list[int]] = {}

        def put(topics: str, province: str, place: int, number: int) -> None:
            for topic in topics.split("、"):
                totals.setdefault((topic, province), [0, 0, 0])[place] += number

        with Session(self._engine) as session:
            for row in session.scalars(select(UnansweredRow)):
                put(row.topics, row.province, 0, row.count)
            for said in session.scalars(select(ComplaintRow)):
                put(said.topics, said.province, 2 if said.good else 1, 1)
        found = [Count(topic, province, *numbers) for (topic, province), numbers in totals.items()]
        return sorted(found, key=lambda c: (-(c.unanswered + c.bad), -c.good, c.topic, c.province))

    def complaints(self) -> list[ComplaintRow]:
        """All complaints, newest first."""
        with Session(self._engine) as session:
            return list(session.scalars(select(ComplaintRow).order_by(ComplaintRow.day.desc(), ComplaintRow.id.desc())))

    def in_vain(self) -> list[UnansweredRow]:
        """All questions in vain, newest first."""
        with Session(self._engine) as session:
            return list(
                session.scalars(select(UnansweredRow).order_by(UnansweredRow.day.desc(), UnansweredRow.id.desc()))
            )

    def forget(self, before: date | None = None) -> int:
        """Erase all that is kept, or what is older than a day. Returns how many rows; raises StoreFault, and then nothing is erased."""
        try:
            return self._erase(lambda day: true() if before is None else day < before)
        except SQLAlchemyError as error:
            _log.error("what is kept could not be erased: %s", type(error).__name__)
            raise StoreFault(_NOT_ERASED.format(place=place_of(self._engine), reason=meaning(error))) from error

    def erase_old(self) -> int:
        """Erase what is older than the retention. Returns how many rows.

        What is dated after tomorrow was kept under a wrong clock, or the clock is wrong now: it stays for as many days on which this ran, so
        that a clock set back loses nothing, and what a clock that was ahead has dated is not kept until that day comes.
        """
        today, days = self._today(), self.retention
        oldest, latest = today - timedelta(days=days), today + timedelta(days=1)
        if self._days_ahead(today, latest) > days:
            return self._erase(lambda day: (day < oldest) | (day > latest))
        return self._erase(lambda day: day < oldest)

    def _days_ahead(self, today: date, latest: date) -> int:
        """On how many days rows dated after `latest` were met, this one among them; 0 where another process counts this day just now."""
        with suppress(IntegrityError), Session(self._engine) as session, session.begin():
            newest = [session.scalar(select(func.max(table.day))) for table in (ComplaintRow, UnansweredRow)]
            if not any(day and day > latest for day in newest):
                session.execute(delete(SettingRow).where(SettingRow.name == _AHEAD))
                return 0
            noted = session.scalar(select(SettingRow.value).where(SettingRow.name == _AHEAD)) or "0"
            count, _, last = noted.partition(" ")
            days = int(count) + (last != today.isoformat())
            session.merge(SettingRow(name=_AHEAD, value=f"{days} {today.isoformat()}"))
            session.flush()
            return days
        return 0

    def _erase(self, which: Callable[[Any], ColumnElement[bool]]) -> int:
        with Session(self._engine) as session, session.begin():
            gone = [
                delete(table).where(which(table.day)).returning(table.id) for table in (ComplaintRow, UnansweredRow)
            ]
            rows = sum(len(session.execute(erasing).all()) for erasing in gone)
        empty_log(self._engine)  # whatever was erased stood there too
        return rows


def _masked(text: str, most: int) -> str:
    """Mask personal data, after dropping what no database can hold (NUL, halves of characters)."""
    whole = text[:most].encode("utf-8", "ignore").decode("utf-8").replace("\0", "")
    return mask(whole)[0]


def _joined(topics: tuple[str, ...]) -> str:
    return "、".join(topic.replace("、", "，") for topic in topics[:5])[:200] or NO_TOPIC
