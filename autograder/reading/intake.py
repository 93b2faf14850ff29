"""A handed-in file becomes page images. The file is opened in a child process, never in ours."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.domain.errors import RefusedFile
from autograder.reading.archive import is_zip, unpack
from autograder.reading.file_kind import PICTURES, SCANNED, kind_of, refusal
from autograder.settings import PROJECT, IntakeSettings

__all__ = ["PageImage", "is_zip", "pages", "take_in", "unpack"]

RENDERING = "autograder.reading.rendering"
OUT_OF_TIME = (-9, -24)
"""The exit codes of SIGKILL and SIGXCPU, over the limit of processor time."""
PAGES_A_CHILD = 10
"""One child's share of a long file: limits stay small and pages arrive while others are made."""


@dataclass(frozen=True)
class PageImage:
    """One page: an upright RGB PNG of ``width`` x ``height`` pixels."""

    png: bytes
    width: int
    height: int
    source: str
    """The file's name, with the page's number there if it has several."""
    scale: float = 1.0
    """Pixels of the file's own, upright page for one of ``png``: a large photo is made smaller."""
    text_layer: str = ""
    """What the PDF says stands there; see ``text_layer.HIDDEN``. Never read for a grade."""
    photo: bool = False
    """It may be a photo of a sheet on a desk: it came as a picture of its own."""


@dataclass(frozen=True)
class _Rendered:
    """What the child says of the pages that it has written."""

    pages: int
    own_widths: list[int]
    text_layers: list[str]


def take_in(path: Path, name: str, settings: IntakeSettings) -> list[PageImage]:
    """All pages of a PDF, JPEG, PNG, WebP, HEIC or TIFF file, or none.

    ``name`` is what the teacher calls the file. RefusedFile says why it can't be used.
    """
    return list(pages(path, name, settings))


def pages(path: Path, name: str, settings: IntakeSettings) -> Iterator[PageImage]:
    """``take_in`` page by page, for a file whose pages need not fit into memory together."""
    kind = _check(path, name, settings)
    total, first = 1, 0
    while first < total:
        with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
            said = _render(path, kind, folder, first, name, settings)
            total = said.pages
            texts = zip(said.own_widths, said.text_layers, strict=True)
            for number, (own_width, text_layer) in enumerate(texts, first):
                source = name if total == 1 else f"{name}, page {number + 1}"
                page = _page(Path(folder) / f"{number}.png", source, own_width)
                yield replace(page, text_layer=text_layer, photo=kind not in SCANNED)
        first += PAGES_A_CHILD


def _check(path: Path, name: str, settings: IntakeSettings) -> str:
    size = path.stat().st_size
    if size == 0:
        raise RefusedFile(name, "the file is empty (0 bytes); copy or scan it again.")
    if size > settings.max_file_bytes:
        raise RefusedFile(
            name,
            f"it has {size / 1e6:,.0f} MB and at most {settings.max_file_bytes / 1e6:,.0f} MB "
            "are taken in; split it or scan it at 200 dpi.",
        )
    with path.open("rb") as file:
        start = file.read(1024)
    kind = kind_of(start)
    if kind != "pdf" and kind not in PICTURES:
        raise RefusedFile(name, refusal(start))
    return kind


def _render(
    path: Path, kind: str, folder: str, first: int, name: str, settings: IntakeSettings
) -> _Rendered:
    """Has some pages from ``first`` on written to ``folder``."""
    order = {
        "path": str(path.resolve()),
        "kind": kind,
        "folder": folder,
        "first": first,
        "last": first + PAGES_A_CHILD,
        "max_pages": settings.max_pages,
        "page_pixels": settings.page_pixels,
        "max_image_pixels": settings.max_image_pixels,
        "memory_bytes": settings.memory_bytes,
        "seconds": settings.seconds_per_file,
    }
    too_slow = RefusedFile(name, "opening it takes too long; export or scan it again.")
    try:
        child = subprocess.run(  # noqa: S603 (our own module; the file's path is data in JSON)
            [sys.executable, "-P", "-m", RENDERING, json.dumps(order)],
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            capture_output=True,
            timeout=settings.seconds_per_file,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise too_slow from None
    if child.returncode in OUT_OF_TIME:
        raise too_slow
    return _answer(child.stdout, name)


def _answer(answer: bytes, name: str) -> _Rendered:
    try:
        said = json.loads(answer)
    except ValueError:  # the child died: the file broke the library that reads it
        raise RefusedFile(
            name, "it is damaged in a way that stops it being read; export or scan it again."
        ) from None
    if "refused" in said:
        raise RefusedFile(name, said["refused"])
    return _Rendered(**said)


def _page(path: Path, source: str, own_width: int) -> PageImage:
    png = path.read_bytes()
    width, height = struct.unpack(">II", png[16:24])  # PNG specification, 11.2.2 IHDR
    return PageImage(png, width, height, source, own_width / width)
