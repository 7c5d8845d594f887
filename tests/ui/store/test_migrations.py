"""A database of an earlier program becomes one of this, with all that is in it, or stays as it was."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.orm import Session

from ui.errors import StoreFault
from ui.store.database import open_store
from ui.store.migrations.versions import v1_begin
from ui.store.tables import VERSION, AccountRow, Base, SchemaRow


def first_program(address: str) -> None:
    """Make a database as the first program left it, with an account in it."""
    engine = create_engine(address)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        v1_begin.upgrade()
        connection.execute(
            text("INSERT INTO account (id, name, password, created) VALUES (1, '王芳', 'scrypt$', 1790000000)")
        )
    engine.dispose()


def test_steps_make_just_the_tables_that_the_program_uses(address: str) -> None:
    engine = open_store(address)
    with engine.connect() as connection:
        there = MigrationContext.configure(connection)
        own = [change for change in compare_metadata(there, Base.metadata) if "alembic_version" not in str(change)]
        assert own == []
        assert connection.execute(select(SchemaRow.version)).scalars().all() == [VERSION]
        assert there.get_current_revision() == str(VERSION)
    engine.dispose()


def test_what_the_first_program_kept_is_still_there(address: str) -> None:
    first_program(address)
    engine = open_store(address)
    with Session(engine) as session:
        assert session.scalars(select(AccountRow.name)).all() == ["王芳"]
        assert session.scalar(select(SchemaRow.version)) == VERSION
    assert {"approval", "job"} <= set(inspect(engine).get_table_names())
    engine.dispose()
    open_store(address).dispose()


def test_a_step_that_fails_changes_nothing(address: str) -> None:
    first_program(address)
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE approval (id INTEGER)"))  # in the way of the second step
    with pytest.raises(StoreFault, match="打不开"):
        open_store(address)
    assert not inspect(engine).has_table("alembic_version")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version FROM schema_version")).scalar() == 1
        connection.execute(text("DROP TABLE approval"))
    engine.dispose()
    open_store(address).dispose()


def test_a_later_program_s_database_is_refused(address: str) -> None:
    engine = open_store(address)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE schema_version SET version = {VERSION + 1}"))
    engine.dispose()
    with pytest.raises(StoreFault, match=f"版本 {VERSION + 1}"):
        open_store(address)


def opened(address: str, said: Any) -> None:
    try:
        open_store(address).dispose()
        said.put("")
    except Exception as error:
        said.put(repr(error))


@pytest.mark.slow
def test_several_processes_open_a_new_database_at_once(address: str, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    said: Any = spawn.Queue()
    processes = [spawn.Process(target=opened, args=(address, said)) for _ in range(4)]
    for process in processes:
        process.start()
    assert [said.get(timeout=120) for _ in processes] == [""] * 4
    for process in processes:
        process.join()


def test_what_the_second_program_kept_is_still_there(address: str) -> None:
    """The program before jobs were written down had counted its steps."""
    engine = open_store(address)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO setting (name, value) VALUES ('keeping', 'on')"))
        connection.execute(text("DROP TABLE job"))
        connection.execute(text("UPDATE schema_version SET version = 2"))
        connection.execute(text("UPDATE alembic_version SET version_num = '2'"))
    engine.dispose()
    engine = open_store(address)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT value FROM setting")) == "on"
        assert connection.scalar(text("SELECT count(*) FROM job")) == 0
    engine.dispose()
