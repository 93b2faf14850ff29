"""What one student typed and handed in: files of text, kept together and unchanged."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.domain.errors import RefusedFile
from autograder.formats.office import office_text
from autograder.reading.written.decoding import decode
from autograder.reading.written.kinds import is_office, left_out
from autograder.settings import IntakeSettings

LEFT_OUT = "Left out"
MOST_NAMED = 12
_MANIFEST = "submission.json"
_FILES = "files/"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class TypedFile:
    """A file's path inside the submission, and its bytes."""

    name: str
    content: bytes

    @property
    def text(self) -> str:
        """What is written in it. RefusedFile: damaged, or in letters that can't be told."""
        if is_office(self.name, self.content):
            return office_text(self.content, self.name)
        return decode(self.content, self.name)


@dataclass(frozen=True, slots=True)
class Submission:
    """One student's files by name; ``left_out`` names what was not taken, and why."""

    title: str
    files: tuple[TypedFile, ...]
    left_out: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the teacher reads of it: its only file, or whose it is."""
        if len(self.files) == 1:
            return self.files[0].name
        return f"{self.title}: {len(self.files)} files"

    @property
    def problem(self) -> str:
        """What was left out, in a sentence; empty where nothing was."""
        more = len(self.left_out) - MOST_NAMED
        named = [*self.left_out[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
        return f"{LEFT_OUT}: {', '.join(named)}." if named else ""

    def packed(self) -> bytes:
        """As one file; the same submission is always the same bytes."""
        stream = io.BytesIO()
        told = {"title": self.title, "left_out": self.left_out}
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo(_MANIFEST, _EPOCH), json.dumps(told))
            for file in self.files:
                archive.writestr(zipfile.ZipInfo(_FILES + file.name, _EPOCH), file.content)
        return stream.getvalue()


def unpacked(content: bytes) -> Submission:
    """What ``Submission.packed`` made."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = json.loads(archive.read(_MANIFEST))
        files = tuple(
            TypedFile(info.filename.removeprefix(_FILES), archive.read(info))
            for info in archive.infolist()
            if info.filename.startswith(_FILES)
        )
    return Submission(told["title"], files, tuple(told["left_out"]))


def submission(
    title: str,
    files: Iterable[TypedFile],
    refused: Iterable[RefusedFile],
    limits: IntakeSettings,
) -> Submission:
    """A student's submission: names below the folders that all share, junk and excess left out.

    ``refused``: files of the student that are no text, with the reasons.
    """
    given = sorted(files, key=lambda file: _natural(file.name))
    root = _shared([file.name for file in given])
    junk = Counter[str]()
    kept: list[TypedFile] = []
    too_long: list[str] = []
    for file in given:
        name = file.name[len(root) :]
        if out := left_out(file.name):
            junk[out] += 1
        elif len(file.content) > limits.max_text_bytes:
            too_long.append(f"{name} (longer than {limits.max_text_bytes // 1000} KB)")
        elif len(kept) == limits.max_texts:
            too_long.append(f"{name} (only {limits.max_texts} files are read)")
        else:
            kept.append(TypedFile(name, file.content))
    others = []
    for each in refused:
        if out := left_out(each.name):
            junk[out] += 1
        else:
            others.append(f"{PurePosixPath(each.name).name} ({each.reason.rstrip('.')})")
    counted = [f"{name} ({n} files)" if n > 1 else name for name, n in sorted(junk.items())]
    return Submission(title, tuple(kept), (*counted, *too_long, *others))


def _shared(names: Sequence[str]) -> str:
    """The folders at the beginning of all names, with their last slash."""
    folders = [PurePosixPath(name).parent.parts for name in names]
    shared: list[str] = []
    for level in zip(*folders, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return "".join(f"{folder}/" for folder in shared)


def _natural(name: str) -> list[tuple[int, str]]:
    pieces = re.split(r"(\d+)", name.casefold())
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces]
