"""The files that were handed in and the page images made of them, named by their content."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from autograder.domain.errors import NotFound, StorageFailed
from autograder.gradebook.failures import told_plainly

BLOCK = 1 << 20
UNFINISHED = ".new-"


class ScanStore:
    """Unchanging files under their sha256: ``<folder>/ab/abcdef...``.

    A file is whole and on the disk before it has its name, so whatever has a name is complete.
    StorageFailed: the disk is full, read-only or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, content: bytes) -> str:
        """Keeps ``content`` and returns its sha256 in hex; the same content is kept once."""
        return self._keep(iter((content,)))

    def add_file(self, path: Path) -> str:
        """Keeps a copy of the file and returns its sha256 in hex."""
        with path.open("rb") as file:
            return self._keep(_blocks(file))

    def path(self, sha: str) -> Path:
        """Where the file lies, unchecked. NotFound."""
        path = self._place(sha)
        if not path.is_file():
            raise NotFound(
                "A scan is missing from the data folder. Run “python -m autograder doctor”, "
                "or hand the file in again."
            )
        return path

    def read(self, sha: str) -> bytes:
        """The file's content, checked against its name. NotFound; StorageFailed: it changed."""
        path = self.path(sha)
        with told_plainly(self._folder):
            content = path.read_bytes()
        _compare(path, hashlib.sha256(content).hexdigest())
        return content

    def check(self, sha: str) -> None:
        """Checks a file of any size against its name. NotFound; StorageFailed: it changed."""
        path = self.path(sha)
        with told_plainly(self._folder), path.open("rb") as file:
            _compare(path, hashlib.file_digest(file, "sha256").hexdigest())

    def all(self) -> list[str]:
        """The sha256 of every file that is kept."""
        return sorted(path.name for path in self._folder.glob("??/*") if _is_sha(path.name))

    def unfinished(self) -> list[Path]:
        """What a kill in the middle of ``add`` left behind."""
        return sorted(self._folder.glob(f"{UNFINISHED}*"))

    def _place(self, sha: str) -> Path:
        if not _is_sha(sha):
            raise NotFound("This is not the name of a stored scan.")
        return self._folder / sha[:2] / sha

    def _keep(self, blocks: Iterator[bytes]) -> str:
        with told_plainly(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=self._folder, prefix=UNFINISHED, delete=False
            ) as new:
                temporary = Path(new.name)
                try:
                    sha = _write(new, blocks)
                    self._name(temporary, sha)
                finally:
                    temporary.unlink(missing_ok=True)
            return sha

    def _name(self, temporary: Path, sha: str) -> None:
        path = self._place(sha)
        made = not path.parent.exists()
        path.parent.mkdir(exist_ok=True)
        temporary.replace(path)
        _sync_folder(path.parent)
        if made:
            _sync_folder(self._folder)


def _compare(path: Path, sha: str) -> None:
    if sha != path.name:
        raise StorageFailed(
            f"The stored file {path} is damaged: it is not what was handed in. Delete it and "
            "hand it in again, or put it back from a backup."
        )


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _write(file: IO[bytes], blocks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        file.write(block)
        digest.update(block)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    """Makes a new name last through a power cut; Windows can't and needn't do it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_sha(name: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{64}", name) is not None
