"""The log: one JSON line an event on stderr, with the number of the request, and never a word of what anybody asked.

Only the fields of `Fields` are written. Of an error its kind and where it came from is told, not its message; of what other
libraries log, the template of the message without its values: both may hold a question, a name or a key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, TypedDict, Unpack

from ui import words
from ui.errors import BadSetting

VARIABLE = "NIANGJIA_LOG"
LEVELS = ("debug", "info", "warning", "error")
_OURS = "niangjia"
_log = logging.getLogger("niangjia.ui")
_request: ContextVar[str] = ContextVar("request", default="")
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_ROOT = Path(__file__).resolve().parents[1]
_FRAMES = 6
_key = secrets.token_bytes(16)  # of this process only: what was hashed with it can never be looked up again


class Fields(TypedDict, total=False):
    """What an event may carry; anything else is not written."""

    route: str  # the pattern of the address, never what somebody typed
    via: str  # page or api
    code: int  # HTTP status
    ms: float
    stages: Mapping[str, float]  # milliseconds of each stage
    status: str  # of the answer
    reason: str  # why it was refused
    citations: int
    cut: int  # what the gate took away
    refused_by_gate: bool
    lowered: bool
    approved: bool  # a cadre approved its words
    length: int  # characters of the question
    index: str  # digest of the index in service
    client: str  # `client_of_day`: which client, for one day
    error: str  # kind of an error and where it came from
    how: str
    built: str


_ORDER = ("time", "level", "event", "request_id", *Fields.__annotations__)


def event(name: str, level: int = logging.INFO, **fields: Unpack[Fields]) -> None:
    """Log an event of this room."""
    if _log.isEnabledFor(level):
        _log.log(level, name, extra={"fields": fields})


def new_request(given: str = "") -> str:
    """Make the number of a request, or take one that a proxy gave where it looks like one."""
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(4)


@contextmanager
def request(number: str) -> Iterator[str]:
    """Let all that is logged inside, in this thread or task, carry a number."""
    token = _request.set(number)
    try:
        yield number
    finally:
        _request.reset(token)


def request_number() -> str:
    """The number of the request that is being answered, '' outside of one."""
    return _request.get()


def client_of_day(address: str) -> str:
    """Name a client so that its attempts of one day can be counted together, but nobody can tell the address."""
    said = f"{date.today().isoformat()} {address}".encode()
    return hmac.new(_key, said, hashlib.sha256).hexdigest()[:12]


def where(error: BaseException) -> str:
    """Say what kind of error it was and where, without its message, which may hold words of the question."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return f"{type(error).__name__} " + " < ".join(f"{f.name} ({_short(f.filename)}:{f.lineno})" for f in reversed(frames))  # fmt: skip


def _short(path: str) -> str:
    """A file below the checkout by its place there, another by its name and folder: no path of this machine."""
    place = Path(path)
    return place.relative_to(_ROOT).as_posix() if place.is_relative_to(_ROOT) else "/".join(place.parts[-2:])


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        return json.dumps(row_of(record), ensure_ascii=False, default=str)


class ShortLines(logging.Formatter):
    """One line for whoever started the server in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        row = row_of(record)
        del row["time"]
        level, name = row.pop("level"), row.pop("event")
        rest = " ".join(f"{key}={_flat(value)}" for key, value in row.items())
        stamp = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        return f"{stamp} {'' if level == 'info' else level.upper() + ' '}{name} {rest}".rstrip()


def _flat(value: Any) -> str:
    return ",".join(f"{k}:{v}" for k, v in value.items()) if isinstance(value, Mapping) else str(value)


def row_of(record: logging.LogRecord) -> dict[str, Any]:
    """Make what is written of a record: of events their fields, of other records nothing that came from outside."""
    row: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "request_id": _request.get(),
        "event": _said(record),
    }
    row |= {name: value for name, value in getattr(record, "fields", {}).items() if name in Fields.__annotations__}
    if record.exc_info and isinstance(error := record.exc_info[1], BaseException):
        row["error"] = where(error)
    if not row["request_id"]:
        del row["request_id"]
    return {name: row[name] for name in _ORDER if name in row}


def _said(record: logging.LogRecord) -> str:
    """Our own messages whole; of another library's who says it, where, and the template of what it says, where there is one."""
    if record.name.split(".")[0] == _OURS:
        return record.getMessage()
    template = record.msg.strip() if isinstance(record.msg, str) and record.args else ""
    return f"{record.name} {_short(record.pathname)}:{record.lineno} {template}".strip()


def read_level(environment: Mapping[str, str] = os.environ) -> int:
    """Read from which level on is logged (NIANGJIA_LOG, default info). Raises BadSetting where it names none."""
    said = environment.get(VARIABLE, "").strip().lower() or "info"
    if said not in LEVELS:
        raise BadSetting(words.BAD_LEVEL.format(variable=VARIABLE, levels="、".join(LEVELS)))
    return int(logging.getLevelNamesMapping()[said.upper()])


def set_up(out: TextIO | None = None, environment: Mapping[str, str] = os.environ) -> None:
    """Let everything that is logged in this process go out as described above, also what nobody catches.

    Parameters: where to (stderr); the environment. Raises BadSetting for an unknown level.
    """
    level, out = read_level(environment), out or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(ShortLines() if out.isatty() else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if level == logging.DEBUG else logging.WARNING)  # other libraries
    logging.getLogger(_OURS).setLevel(level)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a record that cannot be written would be printed whole, values and all
    sys.excepthook = _uncaught
    threading.excepthook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or isinstance(error, KeyboardInterrupt):
        return
    event("uncaught", logging.CRITICAL, error=where(error))


def quiet_gradio() -> None:
    """Let Gradio's errors pass through the log: it prints whole tracebacks, whose last line may hold words of a question."""
    from gradio import queueing, route_utils, routes, utils

    for module in (queueing, route_utils, routes, utils):
        vars(module)["traceback"] = _Traceback()


class _Traceback:
    """Stands for the module `traceback` in Gradio."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    @staticmethod
    def print_exc() -> None:
        """Log the error that is being handled."""
        if (error := sys.exc_info()[1]) is not None:
            event("page_fault", logging.ERROR, error=where(error))
