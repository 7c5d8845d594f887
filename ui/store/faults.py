"""What a database's error means, in Chinese words; never its own text, which may hold what was to be written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from documents.disk import reason

_MEANINGS = {
    sqlite3.SQLITE_FULL: "磁盘满了，请先清理出空间",
    sqlite3.SQLITE_READONLY: "文件只读，请检查权限",
    sqlite3.SQLITE_CANTOPEN: "文件打不开，请检查权限和磁盘空间",
    sqlite3.SQLITE_CORRUPT: "文件已损坏，请换回备份",
    sqlite3.SQLITE_NOTADB: "文件已损坏，请换回备份",
    sqlite3.SQLITE_IOERR: "磁盘读写出错，请检查磁盘和剩余空间",
    sqlite3.SQLITE_BUSY: "别的程序正占着它，请等一会儿再试",
}


def meaning(error: BaseException) -> str:
    """Say what went wrong and what to do; the kind of the error where that is not known."""
    if isinstance(error, OSError):
        return reason(error)
    if isinstance(error, UnicodeError):
        return _MEANINGS[sqlite3.SQLITE_CORRUPT]
    cause = error.__cause__ if isinstance(error, SQLAlchemyError) else error
    code = getattr(cause, "sqlite_errorcode", 0)
    return _MEANINGS.get(code & 0xFF, type(error).__name__)  # what stands above the last byte only tells more


def place_of(engine: Engine) -> str:
    """Name a database: its file without the folder, or that it is a database elsewhere; never an address with its password."""
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    return f"数据库「{Path(file).name}」" if file else "数据库"
