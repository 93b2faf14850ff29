"""The SQLite database: how it is opened, read and written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from autograder.gradebook.failures import told_plainly

BUSY_SECONDS = 30
"""How long a writer waits for another one."""


class Database:
    """One SQLite file in WAL mode, for any number of threads and processes of one machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = _engine(folder / "gradebook.sqlite")
        self._writer = self.engine.execution_options(writes=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees the gradebook as it stands at its first query."""
        with told_plainly(self.folder), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are on the disk when it ends, all or none of them.

        StorageFailed: the disk is full, read-only or damaged.
        """
        with told_plainly(self.folder), Session(self._writer) as session, session.begin():
            session.connection()  # its turn to write begins here, before anything is read
            yield session

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A bare connection in a writing transaction, for the migrations."""
        with told_plainly(self.folder), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def _engine(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": BUSY_SECONDS},
        # A thread never waits for a connection, only ever for its turn to write.
        max_overflow=-1,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late, after the reads that a write rests on.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a second writer waits here instead of failing when it first writes.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
