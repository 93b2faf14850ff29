"""Typed files among those that are handed in, sorted into the students' submissions."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path, PurePosixPath

from autograder.domain.errors import RefusedFile
from autograder.reading.file_kind import PICTURES, kind_of, refusal
from autograder.reading.written.kinds import is_written
from autograder.reading.written.owners import owners
from autograder.reading.written.submission import Submission, TypedFile, submission
from autograder.settings import IntakeSettings

HEAD = 8192
NO_TEXT = "nothing in it could be read. {problem} Hand in the student's own files as text."
_NOTE = re.compile(
    r"(?:read ?me|notes?|todo|log|info|index|list|contents?|instructions?|marks?|grades?|roster)"
    r"[\W_]*\d*",
    re.IGNORECASE,
)
"""What lies beside a class's scans and is nobody's work."""


class TypedWork:
    """Collects typed files; each is named by where it lies, its ZIP being a folder like others."""

    def __init__(self, limits: IntakeSettings) -> None:
        self._limits = limits
        self._typed: list[TypedFile] = []
        self._others: list[tuple[str, RefusedFile | None]] = []

    def take(self, where: str, content: bytes | Path | RefusedFile) -> bool:
        """Keeps the file if it is typed; of others it only remembers where they lie."""
        if isinstance(content, RefusedFile):
            self._others.append((where, content))
            return False
        read = self._read(where, content)
        if is_written(where, read):
            self._typed.append(TypedFile(where, read))
            return True
        scan = kind_of(read[:1024]) in (*PICTURES, "pdf")
        self._others.append((where, None if scan else RefusedFile(where, refusal(read[:1024]))))
        return False

    def leaves_out(self, where: str) -> bool:
        """Whether the file is named in a submission as one that was left out."""
        return where in self.owners and dict(self._others).get(where) is not None

    @cached_property
    def owners(self) -> dict[str, str]:
        """By where it lies, whose each file is, of those students who handed in typed work.

        To be asked once all files were taken.
        """
        places = [file.name for file in self._typed] + [where for where, _ in self._others]
        found = dict(zip(places, owners(places), strict=True))
        typists = {found[file.name] for file in self._typed if not self._is_note(file)}
        return {where: owner for where, owner in found.items() if owner in typists}

    def submissions(self, together: str = "") -> list[Submission]:
        """Each student's, or all as one titled ``together``; what is binary is named in them."""
        whose = dict.fromkeys(self._places(), together) if together else self.owners
        return [
            submission(
                title,
                [file for file in self._typed if whose.get(file.name) == title],
                [
                    RefusedFile(where, refused.reason)
                    for where, refused in self._others
                    if refused and whose.get(where) == title
                ],
                self._limits,
            )
            for title in sorted({whose[file.name] for file in self._typed if file.name in whose})
        ]

    def notes(self) -> list[RefusedFile]:
        """Typed files that lie beside scans and are nobody's work."""
        whose = self.owners
        return [
            RefusedFile(file.name, refusal(file.content[:1024]))
            for file in self._typed
            if file.name not in whose
        ]

    def _places(self) -> list[str]:
        return [file.name for file in self._typed] + [where for where, _ in self._others]

    def _is_note(self, file: TypedFile) -> bool:
        """It bears nobody's name, and lies beside scans or loose in a ZIP."""
        scans = any(refused is None for _, refused in self._others)
        path = PurePosixPath(file.name)
        loose = path.parent.suffix.lower() == ".zip" and len(path.parts) == 2
        return (scans or loose) and bool(_NOTE.fullmatch(path.stem))

    def _read(self, where: str, content: bytes | Path) -> bytes:
        """At most one byte more than may be taken: enough to see that it is too long."""
        most = self._limits.max_text_bytes + 1
        if isinstance(content, bytes):
            return content
        with content.open("rb") as file:
            head = file.read(HEAD)
            return head + (file.read(most - len(head)) if is_written(where, head) else b"")


def refused(made: Submission) -> RefusedFile | None:
    """Why a submission without any text can't be taken in."""
    return None if made.files else RefusedFile(made.title, NO_TEXT.format(problem=made.problem))
