"""Writing that a kill or a full disk can't leave half done."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from autograder.domain.errors import StorageFailed

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
BLOCK = 1 << 20


@contextmanager
def told_plainly(folder: Path) -> Iterator[None]:
    """Raises StorageFailed in place of a disk's failure."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            what = f"The disk that holds {folder} is full. Free some space and try again"
        else:
            reason = error.strerror or str(error)
            what = f"{folder} can't be used ({reason}). Allow writing there and try again"
        raise StorageFailed(f"{what}; the learned models are as they were.") from error


def write(path: Path, content: bytes) -> None:
    """Writes a file and waits until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        flush(file)


def copy(source: Path, target: Path) -> None:
    """Copies a file's content alone, and waits until it is on the disk."""
    with source.open("rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written, BLOCK)
        flush(written)


def flush(file: IO[bytes]) -> None:
    """Waits until what was written is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Waits until the names in ``folder`` are on the disk, where the system can do that."""
    if os.name == "nt":  # Windows opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """The sum of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
