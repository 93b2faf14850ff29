"""Alembic's migrations, applied whenever a gradebook is opened."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import Connection

from autograder.domain.errors import StorageFailed
from autograder.gradebook.database import BUSY_SECONDS, Database
from autograder.gradebook.failures import told_plainly

NEWER = (
    "The gradebook in {folder} was written by a newer AutoGrader. Update this one, or name "
    "another folder in AUTOGRADER_DATA."
)


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration: this folder, and the connection to migrate."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def bring_up_to_date(database: Database) -> None:
    """Makes the folder and database where missing and applies the migrations that it lacks.

    StorageFailed: the folder can't be written, or a newer AutoGrader wrote the database.
    """
    with told_plainly(database.folder):
        database.folder.mkdir(parents=True, exist_ok=True)
        # SQLite's own locks don't make a second process wait while WAL is switched on.
        with FileLock(database.folder / "gradebook.lock", timeout=2 * BUSY_SECONDS):
            _use_wal(database)
            with database.connection() as connection:
                _migrate(connection, database.folder)


def _use_wal(database: Database) -> None:
    raw = database.engine.raw_connection()
    with closing(raw):
        raw.cursor().execute("PRAGMA journal_mode = WAL")


def is_current(connection: Connection) -> bool:
    """Whether the database has every migration and no unknown one."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _migrate(connection: Connection, folder: Path) -> None:
    settings = config(connection)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in revisions():
        raise StorageFailed(NEWER.format(folder=folder))
    if not is_current(connection):
        command.upgrade(settings, "head")


def revisions() -> list[str]:
    """All revisions, oldest first."""
    known = ScriptDirectory.from_config(config()).walk_revisions()
    return [script.revision for script in known][::-1]
