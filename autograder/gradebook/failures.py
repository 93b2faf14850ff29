"""Where a failure of the disk becomes a message that says what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from autograder.domain.errors import StorageFailed

FULL = "The disk that holds {folder} is full. Free some space and try again; nothing is lost."
READ_ONLY = (
    "The data folder {folder} can't be written. Allow writing there, or name another folder "
    "in AUTOGRADER_DATA."
)
BROKEN = (
    "The disk that holds {folder} failed ({detail}). What was saved before is kept. Check that "
    "it has free space and is sound, then try again."
)
DAMAGED = (
    "The gradebook in {folder} is damaged ({detail}). Put the last backup of the folder in its "
    "place; the scans in it are untouched."
)
BUSY = (
    "Another program has kept the gradebook in {folder} locked for half a minute. Close it and "
    "try again; nothing is lost."
)

OF_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_IOERR: BROKEN,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_BUSY: BUSY,
}
OF_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.ENOTDIR: READ_ONLY,
    errno.EEXIST: READ_ONLY,
    errno.EIO: BROKEN,
}


@contextmanager
def told_plainly(folder: Path) -> Iterator[None]:
    """Raises StorageFailed in place of a disk's failure; other errors pass as they are."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        # The low byte is the primary code: https://www.sqlite.org/rescode.html
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        _raise(OF_SQLITE.get(code), folder, cause, error)
    except OSError as error:
        _raise(OF_SYSTEM.get(error.errno or 0), folder, error.strerror, error)


def _raise(message: str | None, folder: Path, detail: object, cause: Exception) -> None:
    if message is None:
        raise cause
    raise StorageFailed(message.format(folder=folder, detail=detail)) from cause
