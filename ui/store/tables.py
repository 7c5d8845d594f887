"""The tables, for SQLite and PostgreSQL alike. Times are whole seconds since 1970 (UTC); a day is a calendar day here."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Boolean, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

VERSION = 3  # the last step in migrations/versions
_KEY = BigInteger().with_variant(
    Integer, "sqlite"
)  # SQLite numbers rows by itself only in a column that is just INTEGER


class Base(DeclarativeBase):
    """Base of all tables."""


class SchemaRow(Base):
    """The one row by which a program tells a database that it does not know; the steps themselves are counted by Alembic."""

    __tablename__ = "schema_version"
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class AccountRow(Base):
    """Who may sign in; `password` is a salted scrypt hash with its parameters."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(_KEY, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    password: Mapped[str] = mapped_column(String(200))
    created: Mapped[int] = mapped_column(BigInteger)


class SessionRow(Base):
    """One sign-in on one browser; only the hash of its token is kept."""

    __tablename__ = "session"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created: Mapped[int] = mapped_column(BigInteger)
    expires: Mapped[int] = mapped_column(BigInteger)
    seen: Mapped[int] = mapped_column(BigInteger)


class SetupRow(Base):
    """The one-time link to set name and password; only the hash of its token is kept."""

    __tablename__ = "setup"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires: Mapped[int] = mapped_column(BigInteger)


class ComplaintRow(Base):
    """A thumb with its reason; `question` and `said` are '' unless she agreed that they are kept."""

    __tablename__ = "complaint"
    id: Mapped[int] = mapped_column(_KEY, primary_key=True, autoincrement=True)
    day: Mapped[date] = mapped_column(index=True)
    good: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    topics: Mapped[str] = mapped_column(Text)
    province: Mapped[str] = mapped_column(String(40))
    citations: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)


class UnansweredRow(Base):
    """How often on a day a topic was asked from a province in vain; a question that she let us keep has a row of its own."""

    __tablename__ = "unanswered"
    __table_args__ = (UniqueConstraint("day", "topics", "province", "status", "question_hash"),)
    id: Mapped[int] = mapped_column(_KEY, primary_key=True, autoincrement=True)
    day: Mapped[date] = mapped_column(index=True)
    topics: Mapped[str] = mapped_column(String(200))
    province: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    question_hash: Mapped[str] = mapped_column(String(64))  # '' where no question is kept
    question: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer)


class SettingRow(Base):
    """A setting by its name."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class ApprovalRow(Base):
    """One step in the life of an approved answer: approved, withdrawn or expired. Rows are only added; the last of a key holds.

    `follows` is the id of the row of this key before it (0: none), so that of two who act on the same one only one succeeds.
    The account is no foreign key: accounts are replaced, what they approved stays.
    """

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("key", "follows"),)
    id: Mapped[int] = mapped_column(_KEY, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    follows: Mapped[int] = mapped_column(BigInteger)
    act: Mapped[str] = mapped_column(String(20))
    at: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column()
    account_id: Mapped[int] = mapped_column(BigInteger)  # 0: the program itself
    role: Mapped[str] = mapped_column(String(60))
    why: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    regions: Mapped[str] = mapped_column(Text)
    request: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(20))
    edited: Mapped[bool] = mapped_column(Boolean)
    conclusion: Mapped[str] = mapped_column(Text)
    cited: Mapped[str] = mapped_column(Text)  # JSON: the provisions with their quotes and digests


class JobRow(Base):
    """Work that takes seconds or minutes: begun, alive (`beat`), ended (0: not yet). No word of it is anybody's own.

    The account is no foreign key: accounts are replaced, their work goes on. `process` is a random name of the process.
    """

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(_KEY, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(BigInteger)  # 0: none of that name
    process: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(10), index=True)
    began: Mapped[int] = mapped_column(BigInteger)
    beat: Mapped[int] = mapped_column(BigInteger)
    ended: Mapped[int] = mapped_column(BigInteger)
    phase: Mapped[str] = mapped_column(String(40))
    part: Mapped[float] = mapped_column(Float)
    said: Mapped[str] = mapped_column(Text)
