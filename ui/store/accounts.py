"""The one account, its password, its one-time link and its sessions. Tokens are kept only as hashes."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable
from functools import cache

from sqlalchemy import ColumnElement, Engine, and_, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ui.errors import BadPassword
from ui.store.tables import AccountRow, SessionRow, SetupRow

SHORTEST, LONGEST = 12, 200  # characters of a password
_LONGEST_NAME = 40
_FEWEST_DIFFERENT = 5
_IDLE = 12 * 3600
_LONGEST_SESSION = 7 * 24 * 3600
_SETUP = 24 * 3600
_SEEN_EVERY = 60
_SKEW = (
    600  # seconds by which clocks of several computers may differ; what began later than that began under a wrong clock
)
_COST, _BLOCK, _LANES = 2**15, 8, 1  # scrypt: 32 MiB, about 0.1 s

_log = logging.getLogger("niangjia.ui")
_hashing = threading.Semaphore(2)  # many sign-ins at once must not take 32 MiB each

BAD_NAME = f"名字要有1到{_LONGEST_NAME}个字，不能有空格以外的特殊符号。"
TOO_SHORT = f"密码至少要{SHORTEST}个字符（最多{LONGEST}个）。可以用一句自己记得住的话。"
TOO_SIMPLE = f"密码太简单：至少要有{_FEWEST_DIFFERENT}个不同的字符，也不能就是名字。"


def hash_password(password: str) -> str:
    """Hash a password with a salt of its own."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${salt.hex()}${_scrypt(password, salt, _COST, _BLOCK, _LANES).hex()}"


def password_fits(password: str, stored: str) -> bool:
    """Whether a password is the one that was hashed; takes as long whether it is or not."""
    _, cost, block, lanes, salt, wanted = stored.split("$")
    made = _scrypt(password, bytes.fromhex(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(made, bytes.fromhex(wanted))


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    whole = password.encode("utf-8", "surrogatepass")
    with _hashing:
        return hashlib.scrypt(whole, salt=salt, n=cost, r=block, p=lanes, maxmem=256 * cost * block, dklen=32)


@cache
def _nobody() -> str:
    """A hash to compare with where there is no such account, so that this takes as long."""
    return hash_password(secrets.token_hex(16))


def check_new(name: str, password: str) -> None:
    """Raises BadPassword where a name or password cannot be taken."""
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise BadPassword(BAD_NAME)
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(TOO_SHORT)
    if len(set(password)) < _FEWEST_DIFFERENT or password.casefold() == name.casefold():
        raise BadPassword(TOO_SIMPLE)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _open(now: int) -> ColumnElement[bool]:
    """Which one-time links can still be used; one that would hold longer than any was made under a wrong clock."""
    return and_(SetupRow.expires > now, SetupRow.expires <= now + _SETUP + _SKEW)


def _holds(now: int) -> ColumnElement[bool]:
    """Which sessions have not ended; one from the future began under a wrong clock, and would hold for as long as that was wrong."""
    begun = and_(SessionRow.expires <= now + _LONGEST_SESSION + _SKEW, SessionRow.seen <= now + _SKEW)
    return and_(SessionRow.expires > now, SessionRow.seen > now - _IDLE, begun)


class Accounts:
    """Sign-in over a database. `clock` gives seconds since 1970."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def _now(self) -> int:
        return int(self._clock())

    def any(self) -> bool:
        """Whether somebody can sign in at all."""
        with Session(self._engine) as session:
            return bool(session.scalar(select(func.count()).select_from(AccountRow)))

    def new_setup(self) -> str:
        """Make a one-time token, valid for a day, in place of any before it."""
        token = secrets.token_urlsafe(32)
        with Session(self._engine) as session, session.begin():
            session.execute(delete(SetupRow))
            session.add(SetupRow(token_hash=_digest(token), expires=self._now() + _SETUP))
        return token

    def setup_valid(self, token: str) -> bool:
        """Whether a one-time token can still be used."""
        with Session(self._engine) as session:
            found = select(SetupRow.expires).where(SetupRow.token_hash == _digest(token), _open(self._now()))
            return session.scalar(found) is not None

    def set_up(self, token: str, name: str, password: str) -> str | None:
        """Use a one-time token: this name and password become the only account, and every session ends.

        Returns the token of a new session, None where the one-time token is used up or unknown; raises BadPassword.
        """
        check_new(name, password)
        hashed = hash_password(password)
        with Session(self._engine) as session, session.begin():
            used = session.execute(
                delete(SetupRow)
                .where(SetupRow.token_hash == _digest(token), _open(self._now()))
                .returning(SetupRow.expires)
            ).all()
            if not used:
                return None
            session.execute(delete(SessionRow))
            session.execute(delete(AccountRow))
            account = AccountRow(name=name, password=hashed, created=self._now())
            session.add(account)
            session.flush()
            return self._new_session(session, account.id)

    def sign_in(self, name: str, password: str) -> str | None:
        """Return the token of a new session, None where name or password is wrong."""
        with Session(self._engine) as session:
            found = session.execute(select(AccountRow.id, AccountRow.password).where(AccountRow.name == name)).first()
        fits = password_fits(password[: LONGEST + 1], found.password if found else _nobody())
        if found is None or not fits:
            return None
        with Session(self._engine) as session, session.begin():
            return self._new_session(session, found.id)

    def _new_session(self, session: Session, account: int) -> str:
        token, now = secrets.token_urlsafe(32), self._now()
        session.execute(delete(SessionRow).where(~_holds(now)))
        session.add(
            SessionRow(
                token_hash=_digest(token), account_id=account, created=now, expires=now + _LONGEST_SESSION, seen=now
            )
        )
        return token

    def who(self, token: str) -> str:
        """Return the name of who has this session's token, '' where it is unknown, too old or long idle."""
        now, hashed = self._now(), _digest(token)
        with Session(self._engine) as session:
            found = session.execute(
                select(AccountRow.name, SessionRow.seen)
                .join(SessionRow, SessionRow.account_id == AccountRow.id)
                .where(SessionRow.token_hash == hashed, _holds(now))
            ).first()
            if found is None:
                return ""
            if now - found.seen >= _SEEN_EVERY:
                try:
                    session.execute(update(SessionRow).where(SessionRow.token_hash == hashed).values(seen=now))
                    session.commit()
                except SQLAlchemyError as error:  # a full disk signs nobody out
                    _log.error("a session could not be noted as used: %s", type(error).__name__)
            return str(found.name)

    def erase_old(self) -> int:
        """Erase sessions and one-time links that have ended. Returns how many."""
        now = self._now()
        with Session(self._engine) as session, session.begin():
            over = delete(SessionRow).where(~_holds(now))
            rows = len(session.execute(over.returning(SessionRow.token_hash)).all())
            late = delete(SetupRow).where(~_open(now))
            return rows + len(session.execute(late.returning(SetupRow.token_hash)).all())

    def sign_out(self, token: str) -> None:
        """End a session; its token is worth nothing from now on."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(SessionRow).where(SessionRow.token_hash == _digest(token)))
