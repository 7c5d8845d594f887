"""The database: a SQLite file in the user's own folder, or PostgreSQL where an address is given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, inspect, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from documents.library import home
from ui.errors import StoreFault
from ui.store.faults import meaning
from ui.store.tables import VERSION, SchemaRow

VARIABLE = "NIANGJIA_DATABASE_URL"
FILE = "store.db"
_ONE_AT_A_TIME = 0x6E69616E67  # PostgreSQL's name for the lock of who migrates
_OTHER_VERSION = "数据库里的表是版本 {there}，程序要版本 {wanted}。请用同一版本的程序打开，或先备份再换一个数据库。"
_NOT_OPEN = "打不开保存登录和反馈的数据库（{reason}）。请检查 {where} 的权限和磁盘空间，或环境变量 " + VARIABLE + "。"


def open_store(url: str = "") -> Engine:
    """Open the database; make its tables where there are none, and bring those of an earlier program up to date.

    Parameters: an SQLAlchemy address (default: NIANGJIA_DATABASE_URL, else NIANGJIA_HOME/store.db). Returns the engine.
    Raises StoreFault where it cannot be opened or belongs to a later program.
    """
    url = url or os.environ.get(VARIABLE, "").strip()
    where = VARIABLE if url else str(home() / FILE)
    engine: Engine | None = None
    try:
        engine = create_engine(url, pool_pre_ping=True) if url else _sqlite(home() / FILE)
        if (there := _version(engine)) < VERSION:
            _migrate(engine)
            there = _version(engine)
    except (SQLAlchemyError, ArgumentError, NoSuchModuleError, ImportError, OSError, UnicodeError) as error:
        if engine is not None:
            engine.dispose()
        raise StoreFault(_NOT_OPEN.format(reason=meaning(error), where=where)) from error
    if there != VERSION:
        engine.dispose()
        raise StoreFault(_OTHER_VERSION.format(there=there, wanted=VERSION))
    return engine


def _version(engine: Engine) -> int:
    """The version of a database's tables, 0 where it has none."""
    if not inspect(engine).has_table(SchemaRow.__tablename__):
        return 0
    with Session(engine) as session:
        return session.scalar(select(SchemaRow.version)) or 0


def _migrate(engine: Engine) -> None:
    """Run the steps that a database lacks, all or none; of several processes one does it and the others find it done."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Python's driver would begin only before the first change, and each step would stand alone
            connection.connection.driver_connection.isolation_level = None  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        config.attributes["connection"] = connection
        known = inspect(connection).has_table("alembic_version")
        if not known and inspect(connection).has_table(SchemaRow.__tablename__):
            command.stamp(config, "1")  # a database of the first program, which counted no steps
        command.upgrade(config, "head")
        connection.commit()
    engine.dispose()  # no later work gets a connection that begins nothing by itself


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
