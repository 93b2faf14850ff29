"""A learned model as one file: a ZIP of its files, its manifest and its card.

Whoever sends one may mean harm. Only files that the manifest names are unpacked, by the limits
that a model has, and what comes out passes the same checks as a model that was made here.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from autograder.domain.errors import EngineUnavailable, RefusedFile
from autograder.domain.learned import LearnedModel
from autograder.formats.zip_file import BROKEN, PACKED
from autograder.learning.registry import contents, disk, manifest
from autograder.learning.registry.contents import CARD, MANIFEST, OURS, PROOFS, SUMS
from autograder.learning.registry.registry import Registry

SUFFIX = ".zip"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same model is the same file, whenever it is exported
ENCRYPTED = 0x1
MOST_MANIFEST = 5_000_000


def export(registry: Registry, model_id: str, target: Path) -> Path:
    """Writes the model as ``target``, or in the folder ``target`` under its own name.

    Whole or not at all. Comparisons made here stay here. EngineUnavailable: it is damaged.
    StorageFailed, NotFound.
    """
    registry.verify(model_id)
    folder, model = registry.path(model_id), registry.get(model_id)
    path = target / f"{model_id}{SUFFIX}" if target.is_dir() else target
    beside = path.with_name(f".{path.name}.new")
    with disk.told_plainly(path.parent):
        try:
            with ZipFile(beside, "w", ZIP_STORED) as archive:  # weights don't get smaller
                for name in (MANIFEST, CARD, SUMS, *model.files):
                    _put(archive, folder / name)
            with beside.open("rb+") as file:
                disk.flush(file)
            beside.replace(path)
            disk.settle(path.parent)
        finally:
            beside.unlink(missing_ok=True)
    return path


def import_model(registry: Registry, file: Path) -> LearnedModel:
    """Keeps the model in ``file``; the same one again changes nothing.

    RefusedFile: it is no learned model, damaged, or made to do harm. StorageFailed.
    """
    with _opened(file) as archive:
        model = _manifest(archive, file)
        members = {each.filename: each for each in archive.infolist()}
        _check_members(file, members, model)
        try:
            with registry.staging(model.id) as staged:
                for name in model.files:
                    _unpack(archive, members[name], staged / name)
                return registry.adopt(staged, model)
        except EngineUnavailable as error:
            raise RefusedFile(file.name, str(error)) from error
        except BROKEN as bad:
            raise _damaged(file) from bad


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        archive = ZipFile(file)
    except FileNotFoundError:
        raise RefusedFile(file.name, "it is not there. Check the path.") from None
    except OSError as error:
        raise RefusedFile(file.name, f"it can't be opened ({error.strerror}).") from error
    except BROKEN as error:
        raise RefusedFile(
            file.name, "it is no learned model: those are ZIP files that “learn export” wrote."
        ) from error
    with archive:
        if any(each.compress_type not in PACKED for each in archive.infolist()):
            raise RefusedFile(
                file.name, "it is packed in another way than “learn export” packs. Ask for that."
            )
        yield archive


def _manifest(archive: ZipFile, file: Path) -> LearnedModel:
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > MOST_MANIFEST:
            raise _damaged(file)
        content = BytesIO()
        _copy(archive, info, content)
        return manifest.parse(Path(file.stem), content.getvalue())
    except KeyError:
        raise RefusedFile(
            file.name, f"it has no {MANIFEST}. Ask for the file that “learn export” wrote."
        ) from None
    except EngineUnavailable as error:
        raise RefusedFile(file.name, str(error)) from error
    except BROKEN as error:
        raise _damaged(file) from error


def _check_members(file: Path, members: dict[str, ZipInfo], model: LearnedModel) -> None:
    """RefusedFile: other files than the manifest names, a link, a bomb."""
    for name, info in members.items():
        mode = info.external_attr >> 16
        if name not in model.files and name not in OURS - {PROOFS}:
            raise RefusedFile(file.name, f"it holds {name!r}, which its manifest doesn't name.")
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG) or info.flag_bits & ENCRYPTED:
            raise RefusedFile(file.name, f"{name} in it is no plain file.")
    for name in model.files:
        if name not in members:
            raise RefusedFile(file.name, f"{name} is missing in it.")
        if not contents.belongs(model.kind, name):
            raise RefusedFile(file.name, f"{name} doesn't belong in a learned {model.kind}.")
    try:
        sizes = {name: members[name].file_size for name in model.files}
        contents.check_sizes(Path(model.id), model.kind, sizes)
    except EngineUnavailable as error:
        raise RefusedFile(file.name, str(error)) from error


def _unpack(archive: ZipFile, info: ZipInfo, target: Path) -> None:
    with target.open("wb") as written:
        _copy(archive, info, written)
        disk.flush(written)


def _copy(archive: ZipFile, info: ZipInfo, target: IO[bytes]) -> None:
    """Unpacks no more than the file says it holds: ``zipfile`` itself stops there.

    Python reads at most ``file_size`` bytes of a member and then checks its CRC, so that a member
    that claims to be small can't grow; how large it may claim to be is checked before.
    """
    with archive.open(info) as read:
        while block := read.read(disk.BLOCK):
            target.write(block)


def _put(archive: ZipFile, path: Path) -> None:
    info = ZipInfo(path.name, LONG_AGO)
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.file_size = path.stat().st_size  # tells zipfile ahead whether it takes ZIP64
    with path.open("rb") as read, archive.open(info, "w") as written:
        while block := read.read(disk.BLOCK):
            written.write(block)


def _damaged(file: Path) -> RefusedFile:
    return RefusedFile(file.name, "it is damaged. Fetch it again.")
