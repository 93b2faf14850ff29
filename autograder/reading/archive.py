"""A ZIP of scans, opened member by member and never extracted."""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from autograder.domain.errors import RefusedFile
from autograder.formats.zip_file import BROKEN, PACKED
from autograder.reading.file_kind import PICTURES, kind_of, refusal
from autograder.reading.written.kinds import is_written
from autograder.settings import IntakeSettings

Member = tuple[str, bytes | RefusedFile]
"""A member's name (with its folders) and its bytes, or why it is refused."""

LONGEST_NAME = 150
DIRECTORY_BYTES_A_MEMBER = 1_000
"""What a member may take in the ZIP's directory, which ``zipfile`` reads into memory at once."""
END_RECORD = 22
"""Bytes of the "end of central directory record", a comment of up to 65,535 bytes after it."""
SMALL = 1_000_000
"""Members up to this size may be packed at any ratio: a blank page is nearly nothing."""
DEBRIS = {".ds_store", "thumbs.db", "desktop.ini"}


def is_zip(path: Path) -> bool:
    """Whether the file starts like a ZIP. Office documents do too: ``unpack`` refuses those."""
    with path.open("rb") as file:
        return kind_of(file.read(1024)) == "zip"


def unpack(path: Path, name: str, settings: IntakeSettings) -> Iterator[Member]:
    """Yields each member that is a scan by its first bytes or typed text, else a RefusedFile.

    A ZIP in the ZIP is opened too, one in that is refused. Folders and system debris are passed
    over. RefusedFile is raised where the archive as a whole can't be used.
    """
    with path.open("rb") as file:
        yield from _Archive(settings, settings.max_zip_bytes).members(file, name, nested=False)


@dataclass
class _Archive:
    settings: IntakeSettings
    budget: int
    """Unpacked bytes still allowed, those of ZIPs in the ZIP among them."""
    count: int = 0

    def members(self, file: IO[bytes], name: str, nested: bool) -> Iterator[Member]:
        with self._open(file, name) as archive:
            for info in archive.infolist():
                label = clean_name(info.filename)
                parts = PurePosixPath(label).parts
                debris = "__MACOSX" in parts or (parts and parts[-1].lower() in DEBRIS)
                if info.is_dir() or debris:
                    continue
                yield from self._member(archive, info, label, nested)

    def _open(self, file: IO[bytes], name: str) -> zipfile.ZipFile:
        if directory_bytes(file) > self.settings.max_zip_members * DIRECTORY_BYTES_A_MEMBER:
            raise RefusedFile(name, self._too_many())
        try:
            archive = zipfile.ZipFile(file)
        except BROKEN:
            raise RefusedFile(
                name, "the ZIP is cut off or damaged; make or download it again."
            ) from None
        names = archive.namelist()
        self.count += len(names)
        if self.count > self.settings.max_zip_members:
            raise RefusedFile(name, self._too_many())
        if _is_document(names):
            reason = "it is an Office document; save it as .docx, .odt or PDF, and add that."
            raise RefusedFile(name, reason)
        return archive

    def _too_many(self) -> str:
        return (
            f"the ZIP holds more than {self.settings.max_zip_members:,} files; "
            "split it into smaller ZIPs."
        )

    def _member(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str, nested: bool
    ) -> Iterator[Member]:
        try:
            content = self._read(archive, info, label)
        except RefusedFile as refused:
            yield label, refused
            return
        kind = kind_of(content[:1024])
        if kind == "pdf" or kind in PICTURES or is_written(label, content):
            yield label, content
        elif kind == "zip" and not nested:
            try:
                for inner, found in self.members(io.BytesIO(content), label, nested=True):
                    yield f"{label}/{inner}", found
            except RefusedFile as refused:
                yield label, refused
        elif kind == "zip":
            yield label, RefusedFile(label, "it is a ZIP in a ZIP in a ZIP; add it by itself.")
        else:
            yield label, RefusedFile(label, refusal(content[:1024]))

    def _read(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> bytes:
        self._check(info, label)
        self.budget -= info.file_size
        try:
            with archive.open(info) as stream:
                content = stream.read(info.file_size + 1)
        except BROKEN:
            raise RefusedFile(label, "it is damaged in the ZIP; make the ZIP again.") from None
        if len(content) != info.file_size:
            raise RefusedFile(label, "it is not the size that the ZIP states; make the ZIP again.")
        return content

    def _check(self, info: zipfile.ZipInfo, label: str) -> None:
        """Raises RefusedFile for what must not even be read."""
        limits, size = self.settings, info.file_size
        if _leaves_the_folder(info.orig_filename):
            reason = "its name points outside the ZIP's folder; make the ZIP again from the scans."
        elif stat.S_ISLNK(info.external_attr >> 16):
            reason = "it is a link to another file; put the scan itself into the ZIP."
        elif info.flag_bits & 0x1:
            reason = "it is locked with a password; make the ZIP again without one."
        elif info.compress_type not in PACKED:
            reason = "it is packed in an unusual way; make the ZIP again with the system's own."
        elif size == 0:
            reason = "the file is empty (0 bytes); copy or scan it again."
        elif size > SMALL and size > info.compress_size * limits.max_zip_ratio:
            reason = "it unpacks to far more than a scan would (a zip bomb); add the scan itself."
        elif size > limits.max_file_bytes:
            reason = f"it has {size / 1e6:,.0f} MB; scan it at 200 dpi."
        elif size > self.budget:
            reason = f"the ZIP unpacks to more than {limits.max_zip_bytes / 1e9:,.1f} GB; split it."
        else:
            return
        raise RefusedFile(label, reason)


def directory_bytes(file: IO[bytes]) -> int:
    """How long the ZIP says its directory is (APPNOTE.TXT 4.3.16); 0 where it has none."""
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - END_RECORD - 65_535))
    tail = file.read()
    found = tail.rfind(b"PK\x05\x06")
    file.seek(0)
    return int.from_bytes(tail[found + 12 : found + 16], "little") if found >= 0 else 0


def clean_name(name: str) -> str:
    """A name to show: NFC, no control or direction characters, at most ``LONGEST_NAME`` long."""
    normal = unicodedata.normalize("NFC", name.replace("\\", "/"))
    shown = "".join(char for char in normal if unicodedata.category(char) not in ("Cc", "Cf"))
    return shown[-LONGEST_NAME:] or "(no name)"


def _is_document(names: Sequence[str]) -> bool:
    """Whether they are the parts of one document (OPC, OpenDocument, Apple's) and no pile."""
    known = "[Content_Types].xml" in names or "mimetype" in names
    return known or any(name.endswith(".iwa") for name in names)


def _leaves_the_folder(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name[:1] in ("/", "\\") or name[1:2] == ":"
