"""The database: a SQLite file in the user's own folder, or PostgreSQL where an address is given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from documents.library import home
from ui.errors import StoreFault
from ui.store.tables import VERSION, Base, SchemaRow

VARIABLE = "NIANGJIA_DATABASE_URL"
FILE = "store.db"
_OTHER_VERSION = "数据库里的表是版本 {there}，程序要版本 {wanted}。请用同一版本的程序打开，或先备份再换一个数据库。"
_NOT_OPEN = "打不开保存登录和反馈的数据库（{reason}）。请检查 {where} 的权限和磁盘空间，或环境变量 " + VARIABLE + "。"


def open_store(url: str = "") -> Engine:
    """Open the database and make its tables where there are none.

    Parameters: an SQLAlchemy address (default: NIANGJIA_DATABASE_URL, else NIANGJIA_HOME/store.db). Returns the engine.
    Raises StoreFault where it cannot be opened or belongs to another version.
    """
    url = url or os.environ.get(VARIABLE, "").strip()
    try:
        engine = create_engine(url, pool_pre_ping=True) if url else _sqlite(home() / FILE)
        Base.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            there = session.scalar(select(SchemaRow.version))
            if there is None:
                session.add(SchemaRow(version=VERSION))
    except (SQLAlchemyError, ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
        where = VARIABLE if url else str(home() / FILE)
        raise StoreFault(_NOT_OPEN.format(reason=type(error).__name__, where=where)) from error
    if there not in (None, VERSION):
        raise StoreFault(_OTHER_VERSION.format(there=there, wanted=VERSION))
    return engine


def empty_log(engine: Engine) -> None:
    """Bring what SQLite wrote ahead into the file, which zeroes what was erased there, and cut the log to nothing.

    Where somebody reads just now the log is cut with the next erasing, or when the last program closes the file.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite(path: Path) -> Engine:
    """Open a file that nobody else on this computer can read, with a log written ahead so that readers never wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)  # SQLite gives its -wal and -shm the same rights
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
