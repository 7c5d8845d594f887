"""Work that takes seconds or minutes, written down for all processes of the page: who has some under way, how far it is, how it ended.

The clock is the database's, one for all of them. Nothing here holds a word that somebody typed, a topic or a file's name.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Engine, cast, delete, extract, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ui.errors import StoreFault, UiError
from ui.store.tables import AccountRow, JobRow

BEAT = 5.0  # seconds between two signs of life
DEAD = 30  # seconds without one after which a job is called lost
_DAY = 24 * 3600
_ONE_AT_A_TIME = 0x6E69616E68  # PostgreSQL's name for the lock of who begins
_NOT_BEGUN = "没有开始：数据库现在用不了（{reason}）。请告诉管理员，修好再做。"
_NOT_READ = "看不到做过的事：数据库现在用不了（{reason}）。"
_TAKEN = "这个账号还有一件事正在做，请等它做完。"
_TOO_MANY = "现在做的人多，请过一会儿再试。"
_log = logging.getLogger("niangjia.ui")


class Taken(UiError):
    """The account has such work under way, in whatever process."""


class TooMany(UiError):
    """As much such work is under way as there may be."""


class Kind(StrEnum):
    """What is done."""

    REBUILD = "rebuild"
    BACK = "back"
    LESSON = "lesson"
    COMPARE = "compare"
    CLAUSES = "clauses"


INDEX = (Kind.REBUILD, Kind.BACK)
DESK = (Kind.LESSON, Kind.COMPARE, Kind.CLAUSES)


class State(StrEnum):
    """How a job stands; a lost one is of a process that gives no sign of life any more."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is written down: whose ('' where the account is gone), from when to when (seconds since 1970; 0: not ended), how far (0 to 1)."""

    id: int
    kind: str
    account: str
    state: State
    began: int
    ended: int
    phase: str
    part: float
    said: str


class JobStore:
    """The jobs of all processes over one database; while this one has some, a thread of it gives their signs of life."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._process = secrets.token_hex(8)
        self._now = _clock(engine)
        self._dead = (
            JobRow.state == State.RUNNING.value
        ) & (  # also one whose last sign a clock set back has put into the future
            (JobRow.beat < self._now - DEAD) | (JobRow.beat > self._now + DEAD)
        )
        self._lock = threading.Lock()
        self._look = threading.Event()
        self._mine: dict[int, tuple[str, float]] = {}  # what is under way here: phase, part
        self._unsaid: dict[int, tuple[State, str]] = {}  # what ended here and could not be written yet
        self._beating = False
        self._left = False

    def begin(
        self, kind: Kind, account: str, phase: str = "", part: float = 0.0, among: Collection[Kind] = (), most: int = 0
    ) -> int:
        """Write down that an account's job begins. Returns its number.

        Parameters: what it is; the account's name; how far it is; the kinds of which an account may have one under way, and
        how many of them all accounts together (none: no such limit). Of several processes that begin in the same moment one
        comes first and the others see it. Raises Taken, TooMany, and StoreFault where it cannot be written.
        """
        try:
            with Session(self._engine) as session, session.begin():
                if self._engine.dialect.name == "postgresql":
                    session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
                self._lose(
                    session
                )  # in SQLite this change, even of nothing, takes the one right to write until the end
                number = session.scalar(select(AccountRow.id).where(AccountRow.name == account)) or 0
                refused = self._refusal(session, number, among, most)
                job = 0 if refused else self._insert(session, kind, number, phase, part)
        except SQLAlchemyError as error:
            raise StoreFault(_NOT_BEGUN.format(reason=type(error).__name__)) from error
        if refused is not None:
            raise refused
        with self._lock:
            self._mine[job] = phase, part
            self._beat_on()
        return job

    def _refusal(self, session: Session, account: int, among: Collection[Kind], most: int) -> UiError | None:
        if not among:
            return None
        busy = select(JobRow.account_id).where(JobRow.state == State.RUNNING.value, JobRow.kind.in_(among))
        working = session.scalars(busy).all()
        if account in working:
            return Taken(_TAKEN)
        return TooMany(_TOO_MANY) if len(working) >= most else None

    def _insert(self, session: Session, kind: Kind, account: int, phase: str, part: float) -> int:
        row = insert(JobRow).values(
            kind=kind.value,
            account_id=account,
            process=self._process,
            state=State.RUNNING.value,
            began=self._now,
            beat=self._now,
            ended=0,
            phase=phase,
            part=part,
            said="",
        )
        return int(session.scalar(row.returning(JobRow.id)) or 0)

    def at(self, job: int, phase: str, part: float) -> None:
        """Say how far a job of this process is; it is written at once by the thread that beats, so that the work never waits for it."""
        with self._lock:
            if job in self._mine:
                self._mine[job] = phase, part
        self._look.set()

    def end(self, job: int, state: State, said: str = "") -> None:
        """Write down how a job of this process ended, also where it was called lost meanwhile.

        Where that cannot be written it is logged and tried again with every beat: the work itself is done.
        """
        with self._lock:
            self._mine.pop(job, None)
            if self._left and state is State.FAILED:
                return  # it broke because this process ends: it stays broken off
            self._unsaid[job] = state, said
            self._beat_on()
        try:
            self._say(job, state, said)
        except SQLAlchemyError as error:
            _log.error("the end of a job could not be written yet: %s", type(error).__name__)

    def _say(self, job: int, state: State, said: str) -> None:
        over = {"state": state.value, "said": said, "phase": "", "part": 1.0, "ended": self._now, "beat": self._now}
        self._change(update(JobRow).where(JobRow.id == job).values(over))
        with self._lock:
            self._unsaid.pop(job, None)

    def leave(self) -> None:
        """Call lost what is still under way here, as this process is about to end. A fault is logged."""
        with self._lock:
            jobs = list(self._mine)
            self._mine.clear()
            self._left = True
        if not jobs:
            return
        try:
            still = JobRow.id.in_(jobs) & (JobRow.state == State.RUNNING.value)
            self._change(update(JobRow).where(still).values(state=State.LOST.value, ended=self._now))
        except SQLAlchemyError as error:
            _log.error("jobs broken off could not be written down: %s", type(error).__name__)

    def _beat_on(self) -> None:
        """Have a thread beat for what is under way; who calls has the lock."""
        if not self._beating:
            self._beating = True
            threading.Thread(target=self._beats, daemon=True).start()

    def _beats(self) -> None:
        while True:
            self._look.wait(BEAT)
            self._look.clear()
            with self._lock:
                mine, unsaid = dict(self._mine), dict(self._unsaid)
                if not mine and not unsaid:
                    self._beating = False
                    return
            try:
                for job, (state, said) in unsaid.items():
                    self._say(job, state, said)
                for job, (phase, part) in mine.items():
                    self._beat(job, phase, part)
            except Exception as error:  # whatever it is, a later beat may get through, and nobody else would give one
                _log.error("a job's sign of life could not be written: %s", type(error).__name__)

    def _beat(self, job: int, phase: str, part: float) -> None:
        """One sign of life; a job that was called lost because its process was slow is under way again."""
        alive = {"beat": self._now, "phase": phase, "part": part, "state": State.RUNNING.value, "ended": 0}
        not_over = JobRow.state.in_((State.RUNNING.value, State.LOST.value))
        self._change(update(JobRow).where(JobRow.id == job, not_over).values(alive))

    def _change(self, change: Any) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(change, execution_options={"synchronize_session": False})

    def _lose(self, session: Session) -> None:
        """Call lost what gives no sign of life any more; it ended with its last one."""
        lost = update(JobRow).where(self._dead).values(state=State.LOST.value, ended=JobRow.beat)
        session.execute(lost, execution_options={"synchronize_session": False})

    def last(self, kinds: Collection[Kind], account: str = "") -> Job | None:
        """The newest job of some kinds, of one account where it is named; None where there is none. Raises StoreFault."""
        whose = (AccountRow.name == account,) if account else ()
        return next(iter(self._found(1, JobRow.kind.in_(kinds), *whose)), None)

    def recent(self, most: int) -> list[Job]:
        """The newest jobs, the newest first. Raises StoreFault."""
        return self._found(most)

    def _found(self, most: int, *which: ColumnElement[bool]) -> list[Job]:
        """One query, and a change only where something must be called lost."""
        wanted = (
            select(JobRow, AccountRow.name, self._dead.label("dead"))
            .outerjoin(AccountRow, AccountRow.id == JobRow.account_id)
            .where(*which)
            .order_by(JobRow.id.desc())
            .limit(most)
        )
        try:
            with Session(self._engine) as session:
                rows = session.execute(wanted).all()
                jobs = [_job(row, name or "", bool(dead)) for row, name, dead in rows]
                if any(dead for *_, dead in rows):
                    self._lose(session)
                    session.commit()
                return jobs
        except SQLAlchemyError as error:
            raise StoreFault(_NOT_READ.format(reason=type(error).__name__)) from error

    def erase_old(self, days: int) -> int:
        """Erase what began longer ago than some days, or after tomorrow by a clock that was wrong. Returns how many rows."""
        old = (JobRow.began < self._now - days * _DAY) | (JobRow.began > self._now + _DAY)
        with Session(self._engine) as session, session.begin():
            return len(session.execute(delete(JobRow).where(old).returning(JobRow.id)).all())


def _clock(engine: Engine) -> ColumnElement[int]:
    """The database's own time, in whole seconds since 1970."""
    now: ColumnElement[Any] = (
        func.strftime("%s", "now") if engine.dialect.name == "sqlite" else extract("epoch", func.clock_timestamp())
    )
    return cast(now, BigInteger)


def _job(row: JobRow, account: str, dead: bool) -> Job:
    state = State.LOST if dead else State(row.state)
    ended = row.beat if dead else row.ended
    return Job(row.id, row.kind, account, state, row.began, ended, row.phase, row.part, row.said)
