"""Approved answers in the database: every change a new row, the last row of a question's key holds (`rag.approved.ApprovedAnswers`)."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from documents.disk import reason
from documents.errors import DocumentError
from documents.resting import record
from rag.approved import Approved, Cited, key_of
from rag.model import Question, Request, Status, Verdict
from ui.errors import StoreFault
from ui.store.faults import meaning, place_of
from ui.store.tables import AccountRow, ApprovalRow

KIND = "approved"  # of documents.resting
_TRIES = 20
_NOT_WRITTEN = "没有存上：{place}写不进去（{reason}）。请告诉管理员。"
_NOT_LISTED = "已经存上，但没能记到「{place}」里（{reason}），python -m documents diff 不会点到它。请检查这个文件夹的权限和磁盘空间。"
_DAMAGED = "{place}里 approval 表的第 {row} 行已损坏，读不出来，所以现在不用它。请重新审定，或换回数据库的备份"
_UNREADABLE = "审定的回答读不出来：{place}（{reason}）。请换回数据库的备份。"
_MOVED_ON = "这一条刚才被别人改过了，请刷新再看。"
_log = logging.getLogger("niangjia.ui")


class Act(StrEnum):
    """What happened to an approved answer."""

    APPROVED = "审定"
    WITHDRAWN = "撤回"
    EXPIRED = "失效"
    DAMAGED = "损坏"  # never kept: what the row says cannot be read


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of an approved answer: `why` says what changed where it expired; `at` is in seconds since 1970."""

    act: Act
    approved: Approved
    role: str
    why: str
    day: date
    at: int


class ApprovalStore:
    """Keeps approved answers. Parameters: the database, the user's folder, in which what rests on a provision is noted; a clock; the calendar."""

    def __init__(
        self,
        engine: Engine,
        home: Path,
        clock: Callable[[], float] = time.time,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._engine = engine
        self._home = home
        self._clock = clock
        self._today = today

    def find(self, question: Question) -> Approved | None:
        """The approved answer that holds for a question, None where there is none; a fault is logged, she gets a fresh answer."""
        try:
            with Session(self._engine) as session:
                row = _last(session, key_of(question))
                return _read(row) if row is not None and row.act == Act.APPROVED else None
        except (SQLAlchemyError, ValueError, KeyError, TypeError) as error:
            _log.error("an approved answer could not be read: %s", type(error).__name__)
            return None

    def expire(self, approved: Approved, why: str) -> None:
        """Note that it no longer stands; nothing where somebody changed it meanwhile. A fault is logged."""
        try:
            self._add(Act.EXPIRED, approved, 0, "", why, after=approved.id)
        except IntegrityError:
            return
        except (SQLAlchemyError, StoreFault) as error:
            _log.error("an expiry could not be noted: %s", type(error).__name__)

    def approve(self, approved: Approved, account: str) -> Approved:
        """Keep an approved answer in place of any before it under its key. Returns it as kept; raises StoreFault."""
        try:
            return self._add(Act.APPROVED, approved, self._account(account), approved.role, "")
        except SQLAlchemyError as error:
            raise StoreFault(_NOT_WRITTEN.format(place=place_of(self._engine), reason=meaning(error))) from error

    def withdraw(self, approved: Approved, account: str, role: str) -> None:
        """Give it no longer. Raises StoreFault, also where somebody changed it meanwhile."""
        try:
            self._add(Act.WITHDRAWN, approved, self._account(account), role, "", after=approved.id)
        except IntegrityError as error:
            raise StoreFault(_MOVED_ON) from error
        except SQLAlchemyError as error:
            raise StoreFault(_NOT_WRITTEN.format(place=place_of(self._engine), reason=meaning(error))) from error

    def listed(self) -> list[Step]:
        """The last step of every key, the newest first. Raises StoreFault where they cannot be read."""
        last = select(func.max(ApprovalRow.id)).group_by(ApprovalRow.key)
        return self._steps(ApprovalRow.id.in_(last))

    def history(self, key: str) -> list[Step]:
        """All steps of a key, the newest first. Raises StoreFault where they cannot be read."""
        return self._steps(ApprovalRow.key == key)

    def _steps(self, which: ColumnElement[bool]) -> list[Step]:
        place = place_of(self._engine)
        try:
            with Session(self._engine) as session:
                rows = session.scalars(select(ApprovalRow).where(which).order_by(ApprovalRow.id.desc()))
                return [_step(row, place) for row in rows]
        except (SQLAlchemyError, ValueError, TypeError) as error:
            raise StoreFault(_UNREADABLE.format(place=place, reason=meaning(error))) from error

    def _account(self, name: str) -> int:
        with Session(self._engine) as session:
            return session.scalar(select(AccountRow.id).where(AccountRow.name == name)) or 0

    def _add(
        self, act: Act, approved: Approved, account: int, role: str, why: str, after: int | None = None
    ) -> Approved:
        """Add a row after one row (`after`), or after whatever is the last; raises IntegrityError where another came first."""
        holds = approved if act is Act.APPROVED else None
        if holds:  # before: an answer that holds is never without its note, whatever breaks off in between
            self._rest(holds, approved.name, more=True)
        for tried in range(1, _TRIES + 1):
            try:
                number = self._insert(act, approved, account, role, why, after)
                break
            except IntegrityError:
                if after is not None or tried == _TRIES:
                    raise
                time.sleep(random.random() * 0.02 * tried)  # who was first must not be met again and again
        if fault := self._rest(holds, approved.name):
            raise StoreFault(fault)
        return replace(approved, id=number)

    def _insert(self, act: Act, approved: Approved, account: int, role: str, why: str, after: int | None) -> int:
        with Session(self._engine) as session, session.begin():
            last = _last(session, approved.key)
            row = ApprovalRow(
                key=approved.key,
                follows=after if after is not None else (last.id if last else 0),
                act=act.value,
                at=int(self._clock()),
                day=self._today(),
                account_id=account,
                role=role,
                why=why,
                question=approved.question,
                regions="、".join(approved.regions),
                request=approved.request.value,
                status=approved.status.value,
                verdict=approved.verdict.value if approved.verdict else "",
                edited=approved.edited,
                conclusion=approved.conclusion,
                cited=json.dumps([asdict(cited) for cited in approved.cited], ensure_ascii=False),
            )
            session.add(row)
            session.flush()
            return int(row.id)

    def _rest(self, approved: Approved | None, name: str, more: bool = False) -> str:
        """Note on which provisions it rests, or that it rests on none any more. Returns why that failed, '' where it did not."""
        provisions = [(c.title, c.article, c.digest) for c in approved.cited] if approved else []
        try:
            record(self._home, KIND, name, dict.fromkeys(provisions), more)
        except OSError as error:
            return _NOT_LISTED.format(place="resting", reason=reason(error))
        except DocumentError as error:
            return _NOT_LISTED.format(place="resting", reason=error)
        return ""


def _last(session: Session, key: str) -> ApprovalRow | None:
    return session.scalars(
        select(ApprovalRow).where(ApprovalRow.key == key).order_by(ApprovalRow.id.desc()).limit(1)
    ).first()


def _read(row: ApprovalRow) -> Approved:
    return Approved(
        key=row.key,
        question=row.question,
        regions=tuple(filter(None, row.regions.split("、"))),
        request=Request(row.request),
        status=Status(row.status),
        verdict=Verdict(row.verdict) if row.verdict else None,
        conclusion=row.conclusion,
        cited=tuple(Cited(**cited) for cited in json.loads(row.cited)),
        edited=row.edited,
        role=row.role,
        day=row.day,
        id=row.id,
    )


def _step(row: ApprovalRow, place: str) -> Step:
    try:
        return Step(Act(row.act), _read(row), row.role, row.why, row.day, row.at)
    except (ValueError, KeyError, TypeError):
        why = _DAMAGED.format(place=place, row=row.id)
        nothing = Approved(
            row.key, row.question, (), Request.RIGHT, Status.REFUSED, None, "", (), False, row.role, row.day
        )
        return Step(Act.DAMAGED, nothing, row.role, why, row.day, row.at)
